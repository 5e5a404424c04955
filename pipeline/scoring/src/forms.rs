//! Forms ready to judge with: loaded, checked, compiled, and chosen by language and day.

use crate::{
    check,
    form::{Band, Criterion, FormSpec, Language, Part},
    pattern::Phrases,
    text::Folded,
};
use chrono::NaiveDate;
use meyar_schemas::evaluations::FormRef;
use rust_embed::RustEmbed;
use std::{
    collections::HashMap,
    fmt,
    path::Path,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

#[derive(RustEmbed)]
#[folder = "../../schemas/forms/"]
#[include = "*/*.toml"]
struct Shipped;

#[derive(Debug, thiserror::Error)]
pub enum FormError {
    #[error("forms: {path} cannot be read: {source}; check that it exists and may be read")]
    Read { path: String, source: std::io::Error },
    #[error("{file}: {message}")]
    Syntax { file: String, message: String },
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Invalid(Vec<Problem>),
}

/// One thing wrong in a form file, on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    /// Empty when it concerns the form as a whole.
    pub criterion: String,
    pub field: String,
    pub value: String,
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let criterion = if self.criterion.is_empty() { String::new() } else { format!("{}: ", self.criterion) };
        write!(out, "{}: {criterion}{} = {}: {}", self.file, self.field, self.value, self.remedy)
    }
}

/// A checked form with its phrases compiled.
#[derive(Debug)]
pub struct Form {
    spec: FormSpec,
    phrases: HashMap<String, PartPhrases>,
}

#[derive(Debug)]
pub(crate) struct PartPhrases {
    pub part: Part,
    pub phrases: Phrases,
    pub except: Option<Phrases>,
}

impl Form {
    /// `file` only names the form in errors.
    pub fn parse(file: &str, text: &str) -> Result<Self, FormError> {
        let spec: FormSpec = toml::from_str(text)
            .map_err(|error| FormError::Syntax { file: file.to_owned(), message: one_line(&error, text) })?;
        Form::checked(file, spec)
    }

    /// A form that was written elsewhere than in a file.
    pub fn of(spec: FormSpec) -> Result<Self, FormError> {
        Form::checked(&file_name(&spec), spec)
    }

    fn checked(file: &str, spec: FormSpec) -> Result<Self, FormError> {
        let problems = check::problems(file, &spec);
        if !problems.is_empty() {
            return Err(FormError::Invalid(problems));
        }
        let mut phrases = HashMap::new();
        for criterion in &spec.criteria {
            for part in &criterion.parts {
                let compile = |patterns: &[String]| {
                    Phrases::compile(patterns, &spec.snippets, spec.form.language, part.exact).map_err(|error| {
                        // Each pattern compiled alone: together they are too large.
                        FormError::Invalid(vec![Problem {
                            file: file.to_owned(),
                            criterion: criterion.code.clone(),
                            field: format!("part {}", part.code),
                            value: format!("{} patterns", patterns.len()),
                            remedy: format!("together they do not compile ({error}); split the part"),
                        }])
                    })
                };
                let except = if part.except.is_empty() { None } else { Some(compile(&part.except)?) };
                let compiled = PartPhrases { part: part.clone(), phrases: compile(&part.patterns)?, except };
                phrases.insert(format!("{}/{}", criterion.code, part.code), compiled);
            }
        }
        Ok(Form { spec, phrases })
    }

    /// Everything written in the form; serialisable.
    pub fn spec(&self) -> &FormSpec {
        &self.spec
    }

    pub fn criteria(&self) -> &[Criterion] {
        &self.spec.criteria
    }

    pub fn criterion(&self, code: &str) -> Option<&Criterion> {
        self.spec.criteria.iter().find(|criterion| criterion.code == code)
    }

    pub fn language(&self) -> Language {
        self.spec.form.language
    }

    pub fn reference(&self) -> FormRef {
        let head = &self.spec.form;
        FormRef { id: head.id.clone(), version: head.version.clone(), language: head.language.code().to_owned() }
    }

    /// The band that a score falls into.
    pub fn band(&self, score: f64) -> Option<&Band> {
        self.spec.bands.iter().filter(|band| score >= band.min).max_by(|a, b| a.min.total_cmp(&b.min))
    }

    /// What of a text shows a part (`K12/disclosure`): for trying a form's phrases out.
    pub fn quotes<'t>(&self, part: &str, text: &'t str) -> Vec<&'t str> {
        let Some(part) = self.phrases.get(part) else {
            return Vec::new();
        };
        let folded = Folded::new(&[text], self.language());
        let ascii = folded.to_ascii();
        if part.except.as_ref().is_some_and(|except| !except.find(folded.text(), ascii.text()).is_empty()) {
            return Vec::new();
        }
        let found = part.phrases.find(folded.text(), ascii.text()).into_iter();
        found
            .flat_map(|found| if found.approximate { &ascii } else { &folded }.original(found.start..found.end))
            .map(|(_, range)| &text[range])
            .collect()
    }

    /// The phrases that a rule of `criterion` names: `greeting`, or `K12/disclosure` of another criterion.
    pub(crate) fn phrases(&self, criterion: &str, reference: &str) -> Option<&PartPhrases> {
        if reference.contains('/') {
            self.phrases.get(reference)
        } else {
            self.phrases.get(&format!("{criterion}/{reference}"))
        }
    }
}

/// Every form at hand. What is approved while the program runs is put behind; nothing that is here is ever changed or taken away, so that
/// whoever holds a form keeps it.
#[derive(Debug)]
pub struct Forms {
    forms: Vec<Form>,
    added: Added,
}

#[derive(Debug, Default)]
struct Added(OnceLock<Box<Link>>);

#[derive(Debug)]
struct Link {
    form: Form,
    /// Taken back before its first day: calls are not judged by it.
    withdrawn: AtomicBool,
    next: Added,
}

impl Forms {
    /// The forms shipped with the program.
    pub fn embedded() -> Result<Self, FormError> {
        let mut forms = Vec::new();
        for file in Shipped::iter() {
            let bytes = Shipped::get(&file).map(|found| found.data).unwrap_or_default();
            forms.push(Form::parse(&file, &String::from_utf8_lossy(&bytes))?);
        }
        Self::of(forms)
    }

    /// Every `<form id>/<version>.<language>.toml` of a folder.
    pub fn load(folder: &Path) -> Result<Self, FormError> {
        let mut forms = Vec::new();
        for directory in entries(folder)?.iter().filter(|path| path.is_dir()) {
            for path in
                entries(directory)?.iter().filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            {
                let text = std::fs::read_to_string(path).map_err(|source| unreadable(path, source))?;
                let name = path.strip_prefix(folder).unwrap_or(path);
                forms.push(Form::parse(&name.to_string_lossy(), &text)?);
            }
        }
        Self::of(forms)
    }

    pub fn of(forms: Vec<Form>) -> Result<Self, FormError> {
        let mut problems = Vec::new();
        for (at, form) in forms.iter().enumerate() {
            let head = &form.spec.form;
            if let Some(other) = forms[..at]
                .iter()
                .map(|other| &other.spec.form)
                .find(|other| other.language == head.language && other.valid_from == head.valid_from)
            {
                problems.push(Problem {
                    file: file_name(&form.spec),
                    criterion: String::new(),
                    field: "form.valid_from".into(),
                    value: head.valid_from.to_string(),
                    remedy: format!(
                        "{} {} begins on the same day in the same language; give one of them another day",
                        other.id, other.version
                    ),
                });
            }
        }
        if forms.is_empty() {
            problems.push(Problem {
                file: "forms".into(),
                criterion: String::new(),
                field: "folder".into(),
                value: "no form".into(),
                remedy: "put at least one <form id>/<version>.<language>.toml there".into(),
            });
        }
        if problems.is_empty() {
            Ok(Forms { forms, added: Added::default() })
        } else {
            Err(FormError::Invalid(problems))
        }
    }

    /// Every form, in the order in which they came; also what was withdrawn.
    pub fn iter(&self) -> impl Iterator<Item = &Form> {
        self.forms.iter().chain(self.links().map(|link| &link.form))
    }

    fn links(&self) -> impl Iterator<Item = &Link> {
        std::iter::successors(self.added.0.get(), |link| link.next.0.get()).map(AsRef::as_ref)
    }

    /// What calls may be judged by.
    fn standing(&self) -> impl Iterator<Item = &Form> {
        let links = self.links().filter(|link| !link.withdrawn.load(Ordering::Relaxed));
        self.forms.iter().chain(links.map(|link| &link.form))
    }

    /// Puts an approved form behind those that are here; `false` where it is here already.
    pub fn add(&self, form: Form) -> bool {
        let reference = form.reference();
        let mut link = Box::new(Link { form, withdrawn: AtomicBool::new(false), next: Added::default() });
        let mut end = &self.added;
        loop {
            // Looked for anew each time: somebody else may have put it behind meanwhile.
            if self.named(&reference).is_some() {
                return false;
            }
            while let Some(next) = end.0.get() {
                end = &next.next;
            }
            match end.0.set(link) {
                Ok(()) => return true,
                Err(back) => link = back,
            }
        }
    }

    /// From now on no call is judged by it. Only what was added can be withdrawn.
    pub fn withdraw(&self, reference: &FormRef) {
        for link in self.links().filter(|link| link.form.reference() == *reference) {
            link.withdrawn.store(true, Ordering::Relaxed);
        }
    }

    /// The days on which a form is in force: the first, and the last one where another begins after it. Nothing where it never is.
    pub fn days(&self, form: &Form) -> Option<(NaiveDate, Option<NaiveDate>)> {
        let head = &form.spec.form;
        self.standing().find(|standing| standing.reference() == form.reference())?;
        let begins = |other: &Form| Some(other.spec.form.valid_from).filter(|_| other.language() == head.language);
        let next = self.standing().filter_map(begins).filter(|day| *day > head.valid_from).min();
        Some((head.valid_from, next.and_then(|day| day.pred_opt())))
    }

    /// The form in force on a day for a language (BCP 47).
    pub fn form_for(&self, language: &str, date: NaiveDate) -> Option<&Form> {
        let language = Language::of(language)?;
        self.standing()
            .filter(|form| form.spec.form.language == language && form.spec.form.valid_from <= date)
            .max_by_key(|form| form.spec.form.valid_from)
    }

    /// By what a call of that day is judged: the form of its language or, where none speaks it, the centre's own, which then abstains,
    /// visibly.
    pub fn judging(&self, language: &str, date: NaiveDate) -> Option<&Form> {
        self.form_for(language, date).or_else(|| self.form_for(Language::Az.code(), date))
    }

    /// The form that an evaluation names.
    pub fn named(&self, reference: &FormRef) -> Option<&Form> {
        self.iter().find(|form| form.reference() == *reference)
    }
}

fn file_name(spec: &FormSpec) -> String {
    let head = &spec.form;
    format!("{}/{}.{}.toml", head.id, head.version, head.language.code())
}

fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>, FormError> {
    let read = || -> std::io::Result<Vec<_>> { std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect() };
    let mut paths = read().map_err(|source| unreadable(folder, source))?;
    paths.sort();
    Ok(paths)
}

fn unreadable(path: &Path, source: std::io::Error) -> FormError {
    FormError::Read { path: path.display().to_string(), source }
}

/// The parser shows a picture of the place over several lines; a log wants one.
fn one_line(error: &toml::de::Error, text: &str) -> String {
    let line = error.span().map_or(0, |span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
    let content = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim();
    format!("line {line}: `{content}`: {}; mend this line", error.message().replace('\n', " "))
}

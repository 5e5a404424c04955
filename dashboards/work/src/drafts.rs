//! New versions of the evaluation form: drafted by the lead from a version that there is, approved by the head (ST 5.7.4), in force from a
//! day on. What is approved is never edited: another version is made of it. Calls stay judged by the version of their own day.
//!
//! draft → submitted → approved (→ withdrawn, before its first day)
//!   ↑         └→ returned, with the reason
//!   └─────────────┘          draft, returned → discarded

use crate::desk::Desk;
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::rights::{Right, named};
use crate::store::{Filter, Kept, Record, Store};
use crate::terms;
use crate::told::Told;
use chrono::{DateTime, NaiveDate, Utc};
use meyar_schemas::envelope::derived_id;
use meyar_schemas::evaluations::FormRef;
use meyar_scoring::{Form, FormError, FormSpec, Forms, Problem, Status};
use serde::{Deserialize, Serialize};

named! {
    DraftState: "state" {
        Draft = "draft",
        Submitted = "submitted",
        Returned = "returned",
        Approved = "approved",
        /// Approved, and taken back before any call was judged by it.
        Withdrawn = "withdrawn",
        Discarded = "discarded",
    }
}

/// What the head said of it, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    pub at: DateTime<Utc>,
    pub by: String,
    /// `returned`, `approved`, `withdrawn`.
    pub ruling: DraftState,
    #[serde(default)]
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormDraft {
    pub draft_id: String,
    pub form_id: String,
    pub version: String,
    /// The version that it was made of.
    pub base: String,
    /// The whole definition as a file of forms has it, one a language.
    pub specs: Vec<FormSpec>,
    pub state: DraftState,
    /// A person's id.
    pub made_by: String,
    /// Everybody who wrote in it.
    #[serde(default)]
    pub written_by: Vec<String>,
    /// What it changes and why, for whoever approves it.
    #[serde(default)]
    pub why: String,
    #[serde(default)]
    pub submitted_by: Option<String>,
    #[serde(default)]
    pub submitted_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub rulings: Vec<Ruling>,
    /// The first day of the calls that are judged by it; absent until it is approved.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// `default-call-form 0.2`.
    #[serde(default)]
    pub title: String,
}

impl Kept for FormDraft {
    const KIND: &'static str = "form_draft";
    fn id(&self) -> &str {
        &self.draft_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.made_by)
    }
    fn parent(&self) -> Option<&str> {
        Some(&self.form_id)
    }
}

impl Told for FormDraft {
    fn title(&self) -> Option<&str> {
        Some(&self.title)
    }
    fn outcome(&self) -> Option<&str> {
        self.rulings.last().map(|ruling| ruling.ruling.name())
    }
}

const LONGEST_TEXT: usize = 4000;

fn text(field: &str, text: &str) -> Result<String> {
    let long = text.chars().count();
    if long > LONGEST_TEXT {
        let problem = format!("has {long} characters");
        return Err(WorkError::invalid(field, text, problem, format!("keep it under {LONGEST_TEXT}")));
    }
    Ok(text.trim().to_owned())
}

fn given(field: &str, words: &str, remedy: &str) -> Result<String> {
    let words = text(field, words)?;
    if words.is_empty() {
        return Err(WorkError::invalid(field, "", "is missing", remedy));
    }
    Ok(words)
}

/// Numbers with dots, so that a newer one can be told from an older.
fn is_version(text: &str) -> bool {
    let number = |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (1..=4).contains(&text.split('.').count()) && text.split('.').all(number)
}

/// The next number after a version: 0.1 → 0.2.
pub fn next_version(version: &str) -> String {
    let (head, last) = version.rsplit_once('.').map_or(("", version), |(head, last)| (head, last));
    let next = last.parse::<u32>().map_or(1, |last| last.saturating_add(1));
    if head.is_empty() { next.to_string() } else { format!("{head}.{next}") }
}

/// Everything that is wrong with a definition; nothing where it can be judged by.
pub fn problems(specs: &[FormSpec]) -> Vec<Problem> {
    let of = |spec: &FormSpec| match Form::of(spec.clone()) {
        Ok(_) => Vec::new(),
        Err(FormError::Invalid(problems)) => problems,
        Err(error) => vec![Problem {
            file: String::new(),
            criterion: String::new(),
            field: "form".to_owned(),
            value: String::new(),
            remedy: error.to_string(),
        }],
    };
    specs.iter().flat_map(of).collect()
}

/// What the languages of one version share: all but their words.
fn shared(spec: &FormSpec) -> FormSpec {
    let mut bare = spec.clone();
    bare.form.language = meyar_scoring::Language::Az;
    for text in [&mut bare.form.note, &mut bare.form.clause] {
        text.clear();
    }
    bare.snippets.clear();
    for part in bare.criteria.iter_mut().flat_map(|criterion| &mut criterion.parts) {
        part.patterns.clear();
        part.except.clear();
    }
    bare
}

fn check(specs: &[FormSpec]) -> Result<()> {
    if let Some(problem) = problems(specs).into_iter().next() {
        let field = if problem.criterion.is_empty() {
            problem.field
        } else {
            format!("{}: {}", problem.criterion, problem.field)
        };
        return Err(WorkError::invalid(&field, problem.value, "cannot stand", problem.remedy));
    }
    let Some(first) = specs.first() else {
        return Err(WorkError::invalid("specs", "", "are missing", "a version has at least one language"));
    };
    if specs.iter().any(|spec| shared(spec) != shared(first)) {
        let version = format!("{} {}", first.form.id, first.form.version);
        return Err(WorkError::invalid(
            "criteria",
            version,
            "differ between the languages of one version in more than their words",
            "give every language the same criteria, weights and rules",
        ));
    }
    Ok(())
}

impl FormDraft {
    /// One version of one form is made once, whoever makes it.
    pub fn id_of(form_id: &str, version: &str) -> String {
        derived_id(&["form_draft", form_id, version])
    }

    /// A draft that says what its base says.
    pub fn begin(base: &[&Form], version: &str, by: &str) -> Result<FormDraft> {
        let version = version.trim();
        if !is_version(version) {
            return Err(WorkError::invalid(
                "version",
                version,
                "is no version",
                "write numbers with dots between them, such as 0.2",
            ));
        }
        let Some(head) = base.first().map(|form| &form.spec().form) else {
            return Err(WorkError::NotFound { what: "form", id: version.to_owned() });
        };
        let (form_id, base_version) = (head.id.clone(), head.version.clone());
        let specs = base.iter().map(|form| {
            let mut spec = form.spec().clone();
            version.clone_into(&mut spec.form.version);
            spec.form.status = Status::Draft;
            spec
        });
        let draft = FormDraft {
            draft_id: FormDraft::id_of(&form_id, version),
            title: format!("{form_id} {version}"),
            form_id,
            version: version.to_owned(),
            base: base_version,
            specs: specs.collect(),
            state: DraftState::Draft,
            made_by: by.to_owned(),
            written_by: Vec::new(),
            why: String::new(),
            submitted_by: None,
            submitted_at: None,
            rulings: Vec::new(),
            valid_from: None,
        };
        check(&draft.specs)?;
        Ok(draft)
    }

    fn must_be(&self, states: &[DraftState], remedy: &'static str) -> Result<()> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(WorkError::State { what: "the version", state: self.state.name().to_owned(), remedy })
    }

    pub fn is_editable(&self) -> bool {
        matches!(self.state, DraftState::Draft | DraftState::Returned)
    }

    /// Another definition of the same version. What cannot be judged by is never kept, not even in a draft.
    pub fn write(&mut self, specs: Vec<FormSpec>, why: &str, by: &str) -> Result<()> {
        self.must_be(
            &[DraftState::Draft, DraftState::Returned],
            "what was submitted or approved is not edited; make a new version of it",
        )?;
        let why = text("why", why)?;
        let of = |specs: &[FormSpec]| -> Vec<(String, String, meyar_scoring::Language)> {
            let head = |spec: &FormSpec| (spec.form.id.clone(), spec.form.version.clone(), spec.form.language);
            specs.iter().map(head).collect()
        };
        if of(&specs) != of(&self.specs) {
            return Err(WorkError::invalid(
                "form",
                &self.title,
                "keeps its name, version and languages",
                "make another version for others",
            ));
        }
        check(&specs)?;
        (self.specs, self.why) = (specs, why);
        if !self.written_by.iter().any(|one| one == by) {
            self.written_by.push(by.to_owned());
        }
        Ok(())
    }

    /// Whether it says anything else than its base does.
    pub fn differs_from(&self, base: &[&Form]) -> bool {
        let bare = |spec: &FormSpec| {
            let mut spec = spec.clone();
            spec.form.version.clear();
            spec.form.status = Status::Draft;
            spec.form.valid_from = NaiveDate::MIN;
            spec
        };
        self.specs.len() != base.len()
            || self.specs.iter().zip(base).any(|(spec, form)| bare(spec) != bare(form.spec()))
    }

    pub fn submit(&mut self, base: &[&Form], by: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[DraftState::Draft, DraftState::Returned], "it was submitted before")?;
        if !self.differs_from(base) {
            return Err(WorkError::invalid(
                "form",
                &self.title,
                "says what its base says",
                "change something, or discard it",
            ));
        }
        self.why = given("why", &self.why, "write what is changed and why")?;
        self.state = DraftState::Submitted;
        (self.submitted_by, self.submitted_at) = (Some(by.to_owned()), Some(at));
        Ok(())
    }

    /// Whoever made it, wrote in it or submitted it has no part in the ruling.
    fn is_of(&self, person: &str) -> bool {
        let others = self.submitted_by.iter().chain(&self.written_by);
        std::iter::once(&self.made_by).chain(others).any(|one| one == person)
    }

    fn rule(&mut self, by: &str, ruling: DraftState, reason: String, at: DateTime<Utc>) {
        self.state = ruling;
        self.rulings.push(Ruling { at, by: by.to_owned(), ruling, reason });
    }

    pub fn send_back(&mut self, by: &str, reason: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[DraftState::Submitted], "only what was submitted can be sent back")?;
        if self.is_of(by) {
            return Err(WorkError::Refused("ruling on a form of one's own"));
        }
        let reason = given("reason", reason, "write what is to be changed")?;
        self.rule(by, DraftState::Returned, reason, at);
        Ok(())
    }

    /// From `day` on calls are judged by it. `forms` are those that there are: two cannot begin on one day.
    pub fn approve(&mut self, forms: &Forms, by: &str, day: NaiveDate, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[DraftState::Submitted], "only what was submitted can be approved")?;
        if self.is_of(by) {
            return Err(WorkError::Refused("approving a form of one's own"));
        }
        if day < terms::day(at) {
            return Err(WorkError::invalid(
                "valid_from",
                day.to_string(),
                "is over, and its calls were judged already",
                "choose today or a later day",
            ));
        }
        let begins = |spec: &FormSpec| {
            forms.iter().find(|form| {
                form.language() == spec.form.language
                    && form.spec().form.valid_from == day
                    && forms.days(form).is_some()
            })
        };
        if let Some(other) = self.specs.iter().find_map(begins) {
            let problem = format!("is the first day of version {}", other.spec().form.version);
            return Err(WorkError::invalid("valid_from", day.to_string(), problem, "choose another day"));
        }
        for spec in &mut self.specs {
            (spec.form.valid_from, spec.form.status) = (day, Status::Approved);
        }
        check(&self.specs)?;
        self.valid_from = Some(day);
        self.rule(by, DraftState::Approved, String::new(), at);
        Ok(())
    }

    /// Before its first day no call was judged by it.
    pub fn withdraw(&mut self, by: &str, reason: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[DraftState::Approved], "only what was approved can be withdrawn")?;
        let reason = given("reason", reason, "write why it is withdrawn")?;
        if self.valid_from.is_none_or(|day| day <= terms::day(at)) {
            return Err(WorkError::State {
                what: "the version",
                state: "in force".to_owned(),
                remedy: "approve another version that begins after it",
            });
        }
        self.rule(by, DraftState::Withdrawn, reason, at);
        Ok(())
    }

    pub fn discard(&mut self) -> Result<()> {
        self.must_be(&[DraftState::Draft, DraftState::Returned], "only a draft can be discarded")?;
        self.state = DraftState::Discarded;
        Ok(())
    }
}

/// The forms of one version, one a language, in the order in which they came.
pub fn version_of<'f>(forms: &'f Forms, form_id: &str, version: &str) -> Vec<&'f Form> {
    let is = |form: &&Form| form.spec().form.id == form_id && form.spec().form.version == version;
    forms.iter().filter(is).collect()
}

/// Puts what was approved behind the forms at hand, and takes back what was withdrawn; tells the names of those that came.
pub async fn take(store: &Store, forms: &Forms) -> Result<Vec<String>> {
    let states = [DraftState::Approved.name(), DraftState::Withdrawn.name()];
    let mut ruled: Vec<Record<FormDraft>> = store.list(&Filter { states: &states, ..Filter::default() }).await?;
    ruled.sort_by_key(|draft| draft.rulings.iter().find(|r| r.ruling == DraftState::Approved).map(|r| r.at));
    let mut came = Vec::new();
    for draft in &ruled {
        if put(draft, forms) {
            came.push(draft.title.clone());
        }
    }
    Ok(came)
}

/// How many were ever approved, and how many of them withdrawn: as long as both stay there is nothing to take.
pub async fn ruled(store: &Store) -> Result<(i64, i64)> {
    let (approved, withdrawn) = ([DraftState::Approved.name()], [DraftState::Withdrawn.name()]);
    let standing = store.count::<FormDraft>(&Filter { states: &approved, ..Filter::default() }).await?;
    let withdrawn = store.count::<FormDraft>(&Filter { states: &withdrawn, ..Filter::default() }).await?;
    Ok((standing + withdrawn, withdrawn))
}

fn put(draft: &FormDraft, forms: &Forms) -> bool {
    let mut came = false;
    for spec in &draft.specs {
        let head = &spec.form;
        let reference =
            FormRef { id: head.id.clone(), version: head.version.clone(), language: head.language.code().to_owned() };
        if forms.named(&reference).is_none() {
            match Form::of(spec.clone()) {
                Ok(form) => came |= forms.add(form),
                // It was sound when it was approved; a program of another version may think otherwise.
                Err(error) => tracing::error!(form = draft.title, %error, "an approved form cannot be used"),
            }
        }
        if draft.state == DraftState::Withdrawn {
            forms.withdraw(&reference);
        }
    }
    came
}

impl Desk {
    /// A new version, made of one that there is.
    pub async fn draft_form(
        &self,
        person: &Person,
        form_id: &str,
        base: &str,
        version: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<FormDraft>> {
        self.must(person, Right::FormsEdit)?;
        let forms = version_of(&self.forms, form_id, base);
        if forms.is_empty() {
            return Err(WorkError::NotFound { what: "form", id: format!("{form_id} {base}") });
        }
        let draft = FormDraft::begin(&forms, version, &person.person_id)?;
        let taken = !version_of(&self.forms, form_id, &draft.version).is_empty()
            || self.store.find::<FormDraft>(&draft.draft_id).await?.is_some();
        if taken {
            return Err(WorkError::invalid("version", &draft.version, "is there already", "give it the next number"));
        }
        self.make(person, &draft, "draft", at).await
    }

    async fn form_step(
        &self,
        person: &Person,
        (id, seen): (&str, i64),
        action: &str,
        at: DateTime<Utc>,
        step: impl FnOnce(&mut FormDraft) -> Result<()>,
    ) -> Result<Record<FormDraft>> {
        let mut record = self.seen::<FormDraft>(id, seen).await?;
        step(&mut record.content)?;
        self.step(person, record, action, at).await
    }

    pub async fn write_form(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        specs: Vec<FormSpec>,
        why: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<FormDraft>> {
        self.must(person, Right::FormsEdit)?;
        self.form_step(person, (id, seen), "write", at, |draft| draft.write(specs, why, &person.person_id)).await
    }

    pub async fn submit_form(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        at: DateTime<Utc>,
    ) -> Result<Record<FormDraft>> {
        self.must(person, Right::FormsEdit)?;
        let step = |draft: &mut FormDraft| {
            let base = version_of(&self.forms, &draft.form_id, &draft.base);
            draft.submit(&base, &person.person_id, at)
        };
        self.form_step(person, (id, seen), "submit", at, step).await
    }

    pub async fn discard_form(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        at: DateTime<Utc>,
    ) -> Result<Record<FormDraft>> {
        self.must(person, Right::FormsEdit)?;
        self.form_step(person, (id, seen), "discard", at, FormDraft::discard).await
    }

    pub async fn send_form_back(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<FormDraft>> {
        self.must(person, Right::FormsApprove)?;
        self.form_step(person, (id, seen), "return", at, |draft| draft.send_back(&person.person_id, reason, at)).await
    }

    /// Calls of that day and later are judged by it, here from now on and on other machines as soon as they look.
    pub async fn approve_form(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        day: NaiveDate,
        at: DateTime<Utc>,
    ) -> Result<Record<FormDraft>> {
        self.must(person, Right::FormsApprove)?;
        // What another machine has approved meanwhile counts too.
        take(&self.store, &self.forms).await?;
        let step = |draft: &mut FormDraft| draft.approve(&self.forms, &person.person_id, day, at);
        let record = self.form_step(person, (id, seen), "approve", at, step).await?;
        put(&record, &self.forms);
        Ok(record)
    }

    pub async fn withdraw_form(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<FormDraft>> {
        self.must(person, Right::FormsApprove)?;
        let step = |draft: &mut FormDraft| draft.withdraw(&person.person_id, reason, at);
        let record = self.form_step(person, (id, seen), "withdraw", at, step).await?;
        put(&record, &self.forms);
        Ok(record)
    }
}

//! `/forms/drafts/{id}/criteria/{code}`: one criterion of a draft: its names, how it is judged, its timing, and the phrases it listens for.

use super::rule::{self, MOST_ROWS, Rows, Wrong, number, typed};
use super::weights::{each, fault, lines, seen};
use super::{draft, draft_url, name_of_form, shown};
use crate::Shared;
use crate::error::PageError;
use crate::frame::Frame;
use crate::pages::{Choice, encoded, show};
use crate::text::Texts;
use crate::work::Who;
use crate::work::results::Fields;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_scoring::{Criterion, Fault, FormSpec, Part, Speaker, fault as pattern_fault};
use meyar_work::drafts::{FormDraft, problems};
use meyar_work::store::Record;
use std::collections::BTreeMap;
use std::sync::Arc;

const LONGEST_NAME: usize = 200;
const LONGEST_TEXT: usize = 1000;

/// One field of the rule.
struct Input {
    name: &'static str,
    label: String,
    typed: String,
    /// `number`, `text`, `flag`, `choice`.
    kind: &'static str,
    step: &'static str,
    unit: &'static str,
    options: Vec<Choice>,
    required: bool,
    wrong: String,
}

struct TableRow {
    first: String,
    second: String,
    due: Vec<Choice>,
    wrong: String,
}

struct RuleTable {
    title: String,
    heads: (String, String),
    fields: (&'static str, &'static str),
    is_groups: bool,
    rows: Vec<TableRow>,
}

struct Words {
    field: String,
    label: String,
    text: String,
    wrong: String,
}

struct PartField {
    /// Of an existing part; of the new one empty.
    code: String,
    /// Behind every field's name.
    suffix: String,
    title: String,
    name_az: String,
    name_en: String,
    party: Vec<Choice>,
    negative: bool,
    exact: bool,
    words: Vec<Words>,
    wrong: String,
    open: bool,
}

#[derive(Template)]
#[template(path = "work/form_criterion.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    url: String,
    draft_url: String,
    form_name: String,
    title: String,
    seen: i64,
    name_az: String,
    name_en: String,
    clause: String,
    how_az: String,
    how_en: String,
    scale: Vec<Choice>,
    one_channel: bool,
    rule_name: String,
    rule_note: String,
    inputs: Vec<Input>,
    tables: Vec<RuleTable>,
    kept: Vec<(String, String)>,
    parts: Vec<PartField>,
    others: String,
    first: bool,
    last: bool,
    wrong: Wrong,
    problem: String,
}

const SCALES: [&str; 2] = ["0 1", "0 0.5 1"];

fn scale_typed(scale: &[f64]) -> String {
    scale.iter().map(|mark| typed(*mark)).collect::<Vec<_>>().join(" ")
}

/// The first line that is no phrase, in the reader's words.
pub fn phrase_fault(t: Texts, patterns: &[String], snippets: &BTreeMap<String, String>) -> Option<String> {
    patterns.iter().find_map(|written| {
        let fault = pattern_fault(written, snippets)?;
        Some(match &fault {
            Fault::Empty | Fault::MatchesNothing => t.fill("forms.phrase_empty", &[written]),
            Fault::UnknownSnippet(name) => t.fill("forms.phrase_snippet", &[written, name]),
            Fault::NeverMatches(letter) => t.fill("forms.phrase_letter", &[written, &letter.to_string()]),
            Fault::Unreadable(_) => t.fill("forms.phrase_unreadable", &[written]),
        })
    })
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Path((draft_id, code)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let record = seen(&shared, &draft_id).await?;
    // What is edited no more is read on the draft's own page.
    if !record.is_editable() {
        return Ok(Redirect::to(&draft_url(&draft_id)).into_response());
    }
    Ok(screen(&frame, &record, &code, None, Wrong::default(), String::new())?.into_response())
}

fn screen(
    frame: &Frame,
    record: &Record<FormDraft>,
    code: &str,
    sent: Option<&Fields>,
    wrong: Wrong,
    problem: String,
) -> Result<Html<String>, PageError> {
    let t = frame.t;
    let found =
        record.specs.first().and_then(|spec| Some((spec, spec.criteria.iter().position(|one| one.code == code)?)));
    let Some((spec, at)) = found else {
        return Err(PageError::not_found(t.fill("forms.no_criterion", &[code])));
    };
    let criterion = &spec.criteria[at];
    let text = |name: &str, kept: &str| sent.map_or(kept, |sent| sent.text(name)).to_owned();
    let ticked = |name: &str, kept: bool| sent.map_or(kept, |sent| sent.ticked(name));
    let mut scales: Vec<String> = SCALES.map(str::to_owned).to_vec();
    if !scales.contains(&scale_typed(&criterion.scale)) {
        scales.push(scale_typed(&criterion.scale));
    }
    let shown_scale = |scale: &String| {
        let marks = scale.split(' ').filter_map(number).map(|mark| crate::format::number(t.0, mark));
        Choice::new(scale, marks.collect::<Vec<_>>().join(" · "), Some(&text("scale", &scale_typed(&criterion.scale))))
    };
    let (inputs, tables) = rule_fields(t, criterion, sent, &wrong);
    let mut parts: Vec<PartField> =
        criterion.parts.iter().map(|part| part_field(t, &record.specs, code, Some(part), sent, &wrong)).collect();
    parts.push(part_field(t, &record.specs, code, None, sent, &wrong));
    let kept = match &criterion.rule {
        meyar_scoring::Rule::Records { .. } => shown::criteria(t, &record.specs)
            .swap_remove(at)
            .rule
            .into_iter()
            .filter(|(label, _)| label == t.name("form_rule", "expected_class"))
            .collect(),
        _ => Vec::new(),
    };
    let others = spec.criteria.iter().filter(|other| other.code != code);
    let others = others.flat_map(|other| other.parts.iter().map(move |part| format!("{}/{}", other.code, part.code)));
    show(&Page {
        frame,
        t,
        url: format!("{}/criteria/{}", draft_url(&record.draft_id), encoded(code)),
        draft_url: draft_url(&record.draft_id),
        form_name: format!("{} {}", name_of_form(t, spec), record.content.version),
        title: format!("{code} {}", shown::pick(t, &criterion.name_az, &criterion.name_en)),
        seen: record.version,
        name_az: text("name_az", &criterion.name_az),
        name_en: text("name_en", &criterion.name_en),
        clause: text("clause", &criterion.clause),
        how_az: text("how_az", &criterion.how_az),
        how_en: text("how_en", &criterion.how_en),
        scale: scales.iter().map(shown_scale).collect(),
        one_channel: ticked("one_channel", criterion.one_channel),
        rule_name: t.name("form_kind", rule::kind(&criterion.rule)).to_owned(),
        rule_note: t.name("form_kind_note", rule::kind(&criterion.rule)).to_owned(),
        inputs,
        tables,
        kept,
        parts,
        others: others.collect::<Vec<_>>().join(", "),
        first: at == 0,
        last: at + 1 == spec.criteria.len(),
        wrong,
        problem,
    })
}

fn rule_fields(t: Texts, criterion: &Criterion, sent: Option<&Fields>, wrong: &Wrong) -> (Vec<Input>, Vec<RuleTable>) {
    let input = |value: rule::Value| {
        let typed = sent.map_or(value.typed.clone(), |sent| sent.text(value.name).to_owned());
        let (kind, step) = match value.is {
            rule::Is::Seconds | rule::Is::Count => ("number", "1"),
            rule::Is::Millis | rule::Is::Number => ("number", "any"),
            rule::Is::Parts => ("text", ""),
            rule::Is::OneOf(..) => ("choice", ""),
            rule::Is::Flag => ("flag", ""),
        };
        let options = match value.is {
            rule::Is::OneOf(names, codes) => codes
                .iter()
                .map(|code| {
                    let name = if code.is_empty() { t.get("forms.anywhere").to_owned() } else { names.name(t, code) };
                    Choice { value: (*code).to_owned(), text: name, chosen: *code == typed }
                })
                .collect(),
            _ => Vec::new(),
        };
        Input {
            name: value.name,
            label: t.name("form_rule", value.name).to_owned(),
            typed,
            kind,
            step,
            unit: if matches!(value.is, rule::Is::Seconds | rule::Is::Millis) {
                t.find("forms.in_seconds").unwrap_or_default()
            } else {
                ""
            },
            options,
            required: !value.optional && kind == "number",
            wrong: wrong.of(value.name).to_owned(),
        }
    };
    let table = |(rows, kept): (Rows, Vec<rule::RowOf>)| {
        let fields = rows.fields();
        let mut typed: Vec<(String, String)> = kept.into_iter().map(|row| (row.first, row.second)).collect();
        if let Some(sent) = sent {
            typed = (0..MOST_ROWS)
                .map(|n| {
                    (
                        sent.text(&format!("{}-{n}", fields.0)).to_owned(),
                        sent.text(&format!("{}-{n}", fields.1)).to_owned(),
                    )
                })
                .filter(|(first, _)| !first.is_empty())
                .collect();
        }
        // Room for two more.
        let room = (typed.len() + 2).min(MOST_ROWS);
        typed.resize(room, (String::new(), String::new()));
        let row = |(n, (first, second)): (usize, (String, String))| TableRow {
            due: if rows == Rows::Groups { rule::due_choices(t, &second) } else { Vec::new() },
            wrong: [fields.0, fields.1].map(|field| wrong.of(&format!("{field}-{n}")).to_owned()).concat(),
            first,
            second,
        };
        let name = |name: &str| t.name("form_rule", name).to_owned();
        RuleTable {
            title: name(if rows == Rows::Groups { "groups" } else { "marks" }),
            heads: (name(fields.0), name(fields.1)),
            fields,
            is_groups: rows == Rows::Groups,
            rows: typed.into_iter().enumerate().map(row).collect(),
        }
    };
    (
        rule::values(&criterion.rule).into_iter().map(input).collect(),
        rule::tables(&criterion.rule).into_iter().map(table).collect(),
    )
}

fn suffix(part: Option<&str>) -> String {
    part.map_or_else(|| "new".to_owned(), |code| format!("part-{code}"))
}

fn part_field(
    t: Texts,
    specs: &[FormSpec],
    criterion: &str,
    part: Option<&Part>,
    sent: Option<&Fields>,
    wrong: &Wrong,
) -> PartField {
    let suffix = suffix(part.map(|part| part.code.as_str()));
    let field = |name: &str| format!("{name}-{suffix}");
    let text = |name: &str, kept: &str| sent.map_or(kept, |sent| sent.text(&field(name))).to_owned();
    let flag = |name: &str, kept: bool| sent.map_or(kept, |sent| sent.ticked(&field(name)));
    let whose = text("party", part.map_or("representative", |part| shown::party(part.party)));
    let mut words = Vec::new();
    for spec in specs {
        let code = spec.form.language.code();
        let kept = part.and_then(|part| shown::part_of(spec, criterion, &part.code));
        let language = t.name("form_language", code);
        for (list, label, kept) in [
            ("patterns", "forms.phrases_in", kept.map(|part| &part.patterns)),
            ("except", "forms.except_in", kept.map(|part| &part.except)),
        ] {
            let name = format!("{list}-{code}");
            words.push(Words {
                label: t.fill(label, &[language]),
                text: text(&name, &kept.map(|lines| lines.join("\n")).unwrap_or_default()),
                wrong: wrong.of(&field(&name)).to_owned(),
                field: field(&name),
            });
        }
    }
    let wrong = wrong.of(&field("code")).to_owned();
    PartField {
        title: part.map_or_else(
            || t.get("forms.part_add").to_owned(),
            |part| shown::pick(t, &part.name_az, &part.name_en).to_owned(),
        ),
        code: part.map_or_else(|| text("code", ""), |part| part.code.clone()),
        name_az: text("name_az", part.map_or("", |part| &part.name_az)),
        name_en: text("name_en", part.map_or("", |part| &part.name_en)),
        party: ["representative", "caller"].map(|code| Choice::new(code, t.name("party", code), Some(&whose))).into(),
        negative: flag("negative", part.is_some_and(|part| part.negative)),
        exact: flag("exact", part.is_some_and(|part| part.exact)),
        open: !wrong.is_empty() || words.iter().any(|words| !words.wrong.is_empty()),
        words,
        wrong,
        suffix,
    }
}

/// A part as it was sent in one language; what cannot be a phrase is put down as wrong.
fn read_part(t: Texts, spec: &FormSpec, code: &str, suffix: &str, sent: &Fields, wrong: &mut Wrong) -> Part {
    let field = |name: &str| format!("{name}-{suffix}");
    let language = spec.form.language.code();
    let mut words = |list: &str| {
        let name = field(&format!("{list}-{language}"));
        let lines = lines(sent.text(&name));
        if let Some(line) = phrase_fault(t, &lines, &spec.snippets) {
            wrong.put(&*name, line);
        } else if list == "patterns" && lines.is_empty() {
            wrong.put(&*name, t.get("forms.wrong_phrases"));
        }
        lines
    };
    Part {
        code: code.to_owned(),
        name_az: sent.text(&field("name_az")).to_owned(),
        name_en: sent.text(&field("name_en")).to_owned(),
        party: if sent.text(&field("party")) == "caller" { Speaker::Caller } else { Speaker::Representative },
        patterns: words("patterns"),
        except: words("except"),
        negative: sent.ticked(&field("negative")),
        exact: sent.ticked(&field("exact")),
    }
}

fn is_part_code(code: &str) -> bool {
    let letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    (1..=40).contains(&code.len()) && code.chars().all(letter)
}

/// The definition with this criterion as it was sent.
fn read(t: Texts, draft: &FormDraft, code: &str, sent: &Fields) -> Result<Vec<FormSpec>, Wrong> {
    let mut wrong = Wrong::default();
    let mut specs = draft.specs.clone();
    let Some(kept) = draft.specs[0].criteria.iter().find(|criterion| criterion.code == code) else {
        wrong.put("all", t.fill("forms.no_criterion", &[code]));
        return Err(wrong);
    };
    for (field, most) in [("name_az", LONGEST_NAME), ("name_en", LONGEST_NAME)] {
        let text = sent.text(field);
        if text.is_empty() || text.chars().count() > most {
            wrong.put(field, t.fill("forms.wrong_name", &[&most.to_string()]));
        }
    }
    for field in ["clause", "how_az", "how_en"] {
        if sent.text(field).chars().count() > LONGEST_TEXT {
            wrong.put(field, t.get("forms.wrong_long"));
        }
    }
    let scale: Vec<f64> = sent.text("scale").split(' ').filter_map(number).collect();
    let rule = rule::read(t, &kept.rule, sent, &mut wrong);
    let added = sent.text("code-new").to_owned();
    if !added.is_empty() && (!is_part_code(&added) || kept.parts.iter().any(|part| part.code == added)) {
        wrong.put("code-new", t.fill("forms.wrong_part_code", &[&added]));
    }
    for spec in &mut specs {
        let mut parts: Vec<Part> = Vec::new();
        for part in &kept.parts {
            let suffix = suffix(Some(&part.code));
            if !sent.ticked(&format!("remove-{suffix}")) {
                parts.push(read_part(t, spec, &part.code, &suffix, sent, &mut wrong));
            }
        }
        if !added.is_empty() {
            parts.push(read_part(t, spec, &added, &suffix(None), sent, &mut wrong));
        }
        each(std::slice::from_mut(spec), code, |criterion| {
            sent.text("name_az").clone_into(&mut criterion.name_az);
            sent.text("name_en").clone_into(&mut criterion.name_en);
            sent.text("clause").clone_into(&mut criterion.clause);
            sent.text("how_az").clone_into(&mut criterion.how_az);
            sent.text("how_en").clone_into(&mut criterion.how_en);
            criterion.scale.clone_from(&scale);
            criterion.one_channel = sent.ticked("one_channel");
            criterion.rule = rule.clone();
            criterion.parts.clone_from(&parts);
        });
    }
    if wrong.is_empty() { Ok(specs) } else { Err(wrong) }
}

/// Another place in the form, or none.
fn moved(t: Texts, draft: &FormDraft, code: &str, to: &str) -> Result<Vec<FormSpec>, Wrong> {
    let mut specs = draft.specs.clone();
    let mut wrong = Wrong::default();
    for spec in &mut specs {
        let Some(at) = spec.criteria.iter().position(|criterion| criterion.code == code) else { continue };
        match to {
            "up" if at > 0 => spec.criteria.swap(at, at - 1),
            "down" if at + 1 < spec.criteria.len() => spec.criteria.swap(at, at + 1),
            "remove" if spec.criteria[at].weight != 0.0 => {
                let weight = crate::format::number(t.0, spec.criteria[at].weight);
                wrong.put("all", t.fill("forms.wrong_remove", &[code, &weight]));
                return Err(wrong);
            }
            "remove" => {
                spec.criteria.remove(at);
            }
            _ => {}
        }
    }
    Ok(specs)
}

pub async fn write(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path((draft_id, code)): Path<(String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let record = seen(&shared, &draft_id).await?;
    let step = sent.text("do").to_owned();
    let read = match step.as_str() {
        _ if record.specs.is_empty() => return Err(PageError::not_found(t.fill("forms.no_criterion", &[&code]))),
        "up" | "down" | "remove" => moved(t, &record, &code, &step),
        _ => read(t, &record, &code, &sent),
    };
    let version = sent.text("seen").parse().unwrap_or(0);
    let (status, wrong, problem) = match read {
        Err(wrong) => {
            let line = wrong.of("all").to_owned();
            let line = if line.is_empty() { t.get("forms.mend").to_owned() } else { line };
            (StatusCode::UNPROCESSABLE_ENTITY, wrong, line)
        }
        Ok(specs) => {
            match desk.write_form(who.person(), &draft_id, version, specs.clone(), &record.why, Utc::now()).await {
                Ok(_) if step == "remove" => {
                    return Ok(Redirect::to(&format!("{}#edit", draft_url(&draft_id))).into_response());
                }
                Ok(_) => {
                    let url = format!("{}/criteria/{}", draft_url(&draft_id), encoded(&code));
                    return Ok(Redirect::to(&url).into_response());
                }
                Err(error) => match (draft::told(t, &record, &error), problems(&specs).first()) {
                    (Some((status, problem)), _) => (status, Wrong::default(), problem),
                    (None, Some(problem)) => (StatusCode::UNPROCESSABLE_ENTITY, Wrong::default(), fault(t, problem)),
                    (None, None) => return Err(error.into()),
                },
            }
        }
    };
    // What only moves or removes sends none of the fields.
    let typed = (!matches!(step.as_str(), "up" | "down" | "remove")).then_some(&sent);
    Ok((status, screen(&frame, &record, &code, typed, wrong, problem)?).into_response())
}

//! The editor of a draft as a whole: its names, and every criterion's weight, gate, severity and rules of "does not apply". The phrases and the
//! timing of a criterion have a page of their own.

use super::draft::{self, Again};
use super::rule::{Wrong, number, typed};
use super::shown::{CONDITIONS, judged_by};
use super::{draft_url, shown};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{Choice, encoded};
use crate::text::Texts;
use crate::work::Who;
use crate::work::results::Fields;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_scoring::{
    Condition, Criterion, FormSpec, Group, JudgedBy, Part, Problem, Rule, Severity, ShareMark, Speaker, WhenAbsent,
    Window,
};
use meyar_work::drafts::{FormDraft, problems};
use meyar_work::store::Record;
use std::sync::Arc;

const SEVERITIES: [Severity; 4] =
    [Severity::NonCritical, Severity::CustomerCritical, Severity::ProcessCritical, Severity::ComplianceCritical];
const JUDGES: [JudgedBy; 3] = [JudgedBy::Auto, JudgedBy::AutoAndPerson, JudgedBy::Person];
const LONGEST_NAME: usize = 200;

pub struct Row {
    pub code: String,
    pub name: String,
    pub url: String,
    pub weight: String,
    pub severity: Vec<Choice>,
    pub judged_by: Vec<Choice>,
    pub gate: bool,
    pub not_applicable: Vec<Choice>,
    /// Those that are chosen, in words.
    pub na_said: String,
    pub wrong: String,
}

/// A criterion that is to be added.
#[derive(Default)]
pub struct Added {
    pub code: String,
    pub name_az: String,
    pub name_en: String,
    pub heard: bool,
    pub phrases: Vec<(String, String, String)>,
}

pub struct Editor {
    pub name_az: String,
    pub name_en: String,
    pub clause: String,
    pub notes: Vec<(&'static str, String, String)>,
    pub why: String,
    pub rows: Vec<Row>,
    pub sum: String,
    pub added: Added,
    pub wrong: Wrong,
}

fn url(draft_id: &str, code: &str) -> String {
    format!("{}/criteria/{}", draft_url(draft_id), encoded(code))
}

fn choices(t: Texts, section: &str, codes: &[&'static str], chosen: &str) -> Vec<Choice> {
    codes.iter().map(|code| Choice::new(*code, t.name(section, code), Some(chosen))).collect()
}

impl Editor {
    pub fn of(t: Texts, draft: &Record<FormDraft>) -> Editor {
        Editor::filled(t, draft, None, Wrong::default())
    }

    /// With what was sent, where something was; else with what is kept.
    fn filled(t: Texts, draft: &Record<FormDraft>, sent: Option<&Fields>, wrong: Wrong) -> Editor {
        let text = |name: &str, kept: &str| sent.map_or(kept, |sent| sent.text(name)).to_owned();
        let head = &draft.specs[0].form;
        let mut sum = 0.0;
        let row = |criterion: &Criterion| {
            let code = &criterion.code;
            let field = |name: &str| format!("{name}-{code}");
            let weight = text(&field("weight"), &typed(criterion.weight));
            sum += number(&weight).unwrap_or(0.0);
            let condition = |(condition, name): &(Condition, &'static str)| Choice {
                value: (*name).to_owned(),
                text: t.name("form_na", name).to_owned(),
                chosen: sent.map_or(criterion.not_applicable.contains(condition), |sent| {
                    sent.ticked(&format!("na-{code}-{name}"))
                }),
            };
            let severity = text(&field("severity"), criterion.severity.name());
            let judge = text(&field("judged_by"), judged_by(criterion.judged_by));
            let not_applicable: Vec<Choice> = CONDITIONS.iter().map(condition).collect();
            let chosen: Vec<&str> =
                not_applicable.iter().filter(|choice| choice.chosen).map(|choice| choice.text.as_str()).collect();
            Row {
                na_said: if chosen.is_empty() { t.get("forms.na_none").to_owned() } else { chosen.join("; ") },
                name: shown::pick(t, &criterion.name_az, &criterion.name_en).to_owned(),
                url: url(&draft.draft_id, code),
                severity: choices(t, "severity", &SEVERITIES.map(Severity::name), &severity),
                judged_by: choices(t, "form_judge", &JUDGES.map(judged_by), &judge),
                gate: sent.map_or(criterion.gate, |sent| sent.ticked(&field("gate"))),
                not_applicable,
                wrong: wrong.of(&field("weight")).to_owned(),
                code: code.clone(),
                weight,
            }
        };
        let rows: Vec<Row> = draft.specs[0].criteria.iter().map(row).collect();
        let languages = draft.specs.iter().map(|spec| (spec.form.language.code(), &spec.form.note));
        let lang = |code: &str| t.name("form_language", code).to_owned();
        Editor {
            name_az: text("name_az", &head.name_az),
            name_en: text("name_en", &head.name_en),
            clause: text("clause", &head.clause),
            notes: languages
                .clone()
                .map(|(code, note)| {
                    (code, t.fill("forms.note_in", &[&lang(code)]), text(&format!("note-{code}"), note))
                })
                .collect(),
            why: text("why", &draft.why),
            rows,
            sum: format::number(t.0, sum),
            added: Added {
                code: text("code", ""),
                name_az: text("new_az", ""),
                name_en: text("new_en", ""),
                heard: sent.is_none_or(|sent| sent.text("kind") != "person"),
                phrases: languages
                    .map(|(code, _)| {
                        let field = format!("phrases-{code}");
                        (field.clone(), t.fill("forms.phrases_in", &[&lang(code)]), text(&field, ""))
                    })
                    .collect(),
            },
            wrong,
        }
    }
}

/// The shared part of every language's definition is changed alike.
pub fn each(specs: &mut [FormSpec], code: &str, mut change: impl FnMut(&mut Criterion)) {
    let of = |spec: &'_ mut FormSpec| spec.criteria.iter().position(|criterion| criterion.code == code);
    for spec in specs {
        if let Some(at) = of(spec) {
            change(&mut spec.criteria[at]);
        }
    }
}

fn name(t: Texts, wrong: &mut Wrong, field: &str, text: &str) {
    if text.is_empty() || text.chars().count() > LONGEST_NAME {
        wrong.put(field, t.fill("forms.wrong_name", &[&LONGEST_NAME.to_string()]));
    }
}

fn read(t: Texts, draft: &FormDraft, sent: &Fields) -> Result<Vec<FormSpec>, Wrong> {
    let mut wrong = Wrong::default();
    let mut specs = draft.specs.clone();
    for field in ["name_az", "name_en"] {
        name(t, &mut wrong, field, sent.text(field));
    }
    for spec in &mut specs {
        let note = format!("note-{}", spec.form.language.code());
        sent.text("name_az").clone_into(&mut spec.form.name_az);
        sent.text("name_en").clone_into(&mut spec.form.name_en);
        sent.text("clause").clone_into(&mut spec.form.clause);
        sent.text(&note).clone_into(&mut spec.form.note);
    }
    let mut sum = 0.0;
    for criterion in &draft.specs[0].criteria {
        let code = criterion.code.as_str();
        let field = |name: &str| format!("{name}-{code}");
        let gate = sent.ticked(&field("gate"));
        let weight = number(sent.text(&field("weight"))).filter(|weight| (0.0..=100.0).contains(weight));
        match weight {
            None => wrong.put(field("weight"), t.fill("forms.wrong_number", &["0", "100"])),
            Some(weight) if gate && weight != 0.0 => {
                wrong.put(field("weight"), t.fill("forms.wrong_gate", &[&format::number(t.0, weight)]));
            }
            Some(weight) => sum += weight,
        }
        let chosen = sent.text(&field("severity"));
        let severity = SEVERITIES.into_iter().find(|severity| severity.name() == chosen).unwrap_or(criterion.severity);
        let chosen = sent.text(&field("judged_by"));
        let judge = JUDGES.into_iter().find(|judge| judged_by(*judge) == chosen).unwrap_or(criterion.judged_by);
        let ticked =
            |(condition, name): &(Condition, &str)| sent.ticked(&format!("na-{code}-{name}")).then_some(*condition);
        // As they stood, those first that stood there before: what nobody changes comes back as it was.
        let mut conditions: Vec<Condition> = CONDITIONS.iter().filter_map(ticked).collect();
        let stood = |condition: &Condition| {
            criterion.not_applicable.iter().position(|one| one == condition).unwrap_or(usize::MAX)
        };
        conditions.sort_by_key(stood);
        each(&mut specs, code, |criterion| {
            criterion.weight = weight.unwrap_or(criterion.weight);
            (criterion.severity, criterion.judged_by, criterion.gate) = (severity, judge, gate);
            criterion.not_applicable.clone_from(&conditions);
        });
    }
    if wrong.is_empty() && (sum - 100.0).abs() > 1e-9 {
        wrong.put("sum", wrong_sum(t, sum));
    }
    if wrong.is_empty() { Ok(specs) } else { Err(wrong) }
}

/// `103 in all: take 3 off.`
pub fn wrong_sum(t: Texts, sum: f64) -> String {
    let (all, off) = (format::number(t.0, sum), format::number(t.0, (sum - 100.0).abs()));
    t.fill(if sum > 100.0 { "forms.wrong_sum_more" } else { "forms.wrong_sum_less" }, &[&all, &off])
}

/// A fault of a definition in the reader's words.
pub fn fault(t: Texts, problem: &Problem) -> String {
    let (criterion, value) = (problem.criterion.as_str(), problem.value.as_str());
    let whose = if criterion.is_empty() { t.get("forms.whole") } else { criterion };
    match problem.field.as_str() {
        "rule.groups" => t.fill("forms.fault_groups", &[whose]),
        "rule.marks" if value == "no share = 1" => t.fill("forms.fault_whole_share", &[whose]),
        "rule.marks" => t.fill("forms.fault_mark", &[whose, value]),
        "rule" | "answer.shown_by" | "answer.except" => t.fill("forms.fault_part", &[whose, value]),
        "code" => t.fill("forms.wrong_code", &[value]),
        "part.code" => t.fill("forms.fault_part_twice", &[whose, value]),
        field if value == "none" && field.ends_with("patterns") => t.fill("forms.fault_no_phrase", &[whose]),
        field => t.fill("forms.fault_other", &[whose, field, value]),
    }
}

/// What was sent with the draft it is about, if that is still the one that was seen.
pub async fn seen(shared: &Shared, draft_id: &str) -> Result<Record<FormDraft>, PageError> {
    Ok(shared.work()?.desk.store.get::<FormDraft>(draft_id).await?)
}

pub async fn write(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(draft_id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let record = seen(&shared, &draft_id).await?;
    if !record.is_editable() || record.specs.is_empty() {
        return refused(
            &shared,
            &frame,
            &who,
            &record,
            t.fill("forms.wrong_state", &[t.name("form_state", record.state.name())]),
        )
        .await;
    }
    let version = sent.text("seen").parse().unwrap_or(0);
    let wrong = match read(t, &record, &sent) {
        Err(wrong) => wrong,
        Ok(specs) => {
            match desk.write_form(who.person(), &draft_id, version, specs.clone(), sent.text("why"), Utc::now()).await {
                Ok(record) => return Ok(Redirect::to(&format!("{}#edit", draft_url(&record.draft_id))).into_response()),
                Err(error) => {
                    let mut wrong = Wrong::default();
                    match draft::told(t, &record, &error) {
                        Some((StatusCode::CONFLICT, problem)) => {
                            return refused(&shared, &frame, &who, &record, problem).await;
                        }
                        Some((_, problem)) => wrong.put("why", problem),
                        None => match problems(&specs).first() {
                            Some(problem) => wrong.put("all", fault(t, problem)),
                            None => return Err(error.into()),
                        },
                    }
                    wrong
                }
            }
        }
    };
    again(&shared, &frame, &who, &record, &sent, wrong).await
}

async fn refused(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    record: &Record<FormDraft>,
    problem: String,
) -> Result<Response, PageError> {
    let page = draft::screen(shared, frame, who, record, Again { problem, ..Again::default() }).await?;
    Ok((StatusCode::CONFLICT, page).into_response())
}

async fn again(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    record: &Record<FormDraft>,
    sent: &Fields,
    wrong: Wrong,
) -> Result<Response, PageError> {
    let t = frame.t;
    let problem = wrong.0.iter().find(|(field, _)| field == "sum" || field == "all").map(|(_, line)| line.clone());
    let problem = problem.unwrap_or_else(|| t.get("forms.mend").to_owned());
    let editor = Some(Editor::filled(t, record, Some(sent), wrong));
    let page = draft::screen(shared, frame, who, record, Again { editor, problem, ..Again::default() }).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// One phrase a line.
pub fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// A criterion that weighs nothing yet: the weights stay 100, and are shared out anew in the table.
fn new_criterion(t: Texts, draft: &FormDraft, sent: &Fields) -> Result<Vec<FormSpec>, Wrong> {
    let mut wrong = Wrong::default();
    let code = sent.text("code").to_uppercase();
    let is_code = code.len() <= 16
        && code.starts_with(|letter: char| letter.is_ascii_uppercase())
        && code.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
    if !is_code || draft.specs[0].criteria.iter().any(|criterion| criterion.code == code) {
        wrong.put("code", t.fill("forms.wrong_code", &[&code]));
    }
    name(t, &mut wrong, "new_az", sent.text("new_az"));
    name(t, &mut wrong, "new_en", sent.text("new_en"));
    let heard = sent.text("kind") != "person";
    let mut specs = draft.specs.clone();
    for spec in &mut specs {
        let field = format!("phrases-{}", spec.form.language.code());
        let patterns = lines(sent.text(&field));
        if heard {
            if patterns.is_empty() {
                wrong.put(&*field, t.get("forms.wrong_phrases"));
            } else if let Some(line) = super::criterion::phrase_fault(t, &patterns, &spec.snippets) {
                wrong.put(&*field, line);
            }
        }
        let part = Part {
            code: "heard".to_owned(),
            name_az: sent.text("new_az").to_owned(),
            name_en: sent.text("new_en").to_owned(),
            party: Speaker::Representative,
            patterns,
            except: Vec::new(),
            negative: false,
            exact: false,
        };
        let rule = if heard {
            Rule::PartsPresent {
                groups: vec![Group { any: vec![part.code.clone()], due: meyar_scoring::Due::Always }],
                marks: vec![ShareMark { share: 1.0, mark: 1.0 }],
                window: Window::default(),
                when_absent: WhenAbsent::Mark,
            }
        } else {
            Rule::Person { assists: Vec::new(), pace: None }
        };
        spec.criteria.push(Criterion {
            code: code.clone(),
            name_az: sent.text("new_az").to_owned(),
            name_en: sent.text("new_en").to_owned(),
            weight: 0.0,
            scale: vec![0.0, 0.5, 1.0],
            severity: Severity::NonCritical,
            judged_by: if heard { JudgedBy::AutoAndPerson } else { JudgedBy::Person },
            gate: false,
            clause: String::new(),
            how_az: String::new(),
            how_en: String::new(),
            not_applicable: Vec::new(),
            one_channel: false,
            rule,
            parts: if heard { vec![part] } else { Vec::new() },
        });
    }
    if wrong.is_empty() { Ok(specs) } else { Err(wrong) }
}

pub async fn add(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(draft_id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let record = seen(&shared, &draft_id).await?;
    if !record.is_editable() || record.specs.is_empty() {
        return refused(
            &shared,
            &frame,
            &who,
            &record,
            t.fill("forms.wrong_state", &[t.name("form_state", record.state.name())]),
        )
        .await;
    }
    let wrong = match new_criterion(t, &record, &sent) {
        Ok(specs) => {
            let version = sent.text("seen").parse().unwrap_or(0);
            let code = specs[0].criteria.last().map(|criterion| criterion.code.clone()).unwrap_or_default();
            match desk.write_form(who.person(), &draft_id, version, specs, &record.why, Utc::now()).await {
                Ok(_) => return Ok(Redirect::to(&url(&draft_id, &code)).into_response()),
                Err(error) => {
                    let Some((_, problem)) = draft::told(t, &record, &error) else { return Err(error.into()) };
                    return refused(&shared, &frame, &who, &record, problem).await;
                }
            }
        }
        Err(wrong) => wrong,
    };
    // Only the new criterion's own fields were sent: the others stay as they are kept.
    let mut editor = Editor::filled(t, &record, None, wrong);
    let asked = Editor::filled(t, &record, Some(&sent), Wrong::default());
    editor.added = asked.added;
    let again = Again { editor: Some(editor), problem: t.get("forms.mend").to_owned(), ..Again::default() };
    let page = draft::screen(&shared, &frame, &who, &record, again).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::text::Lang;
    use meyar_scoring::{Form, Forms};

    fn draft() -> FormDraft {
        let forms = Forms::embedded().unwrap();
        let base: Vec<&Form> = forms.iter().collect();
        FormDraft::begin(&base, "0.2", "p").unwrap()
    }

    /// What a browser would send of a page that nobody has changed.
    fn sent(draft: &FormDraft) -> Vec<(String, String)> {
        let head = &draft.specs[0].form;
        let mut fields = vec![
            ("name_az".to_owned(), head.name_az.clone()),
            ("name_en".to_owned(), head.name_en.clone()),
            ("clause".to_owned(), head.clause.clone()),
        ];
        for spec in &draft.specs {
            fields.push((format!("note-{}", spec.form.language.code()), spec.form.note.clone()));
        }
        for criterion in &draft.specs[0].criteria {
            let code = &criterion.code;
            fields.push((format!("weight-{code}"), typed(criterion.weight)));
            fields.push((format!("severity-{code}"), criterion.severity.name().to_owned()));
            fields.push((format!("judged_by-{code}"), judged_by(criterion.judged_by).to_owned()));
            if criterion.gate {
                fields.push((format!("gate-{code}"), "on".to_owned()));
            }
            for (condition, name) in CONDITIONS {
                if criterion.not_applicable.contains(&condition) {
                    fields.push((format!("na-{code}-{name}"), "on".to_owned()));
                }
            }
        }
        fields
    }

    fn set(fields: &mut [(String, String)], name: &str, value: &str) {
        fields.iter_mut().find(|(field, _)| field == name).unwrap().1 = value.to_owned();
    }

    #[test]
    fn a_draft_that_nobody_changes_comes_back_as_it_was() {
        let draft = draft();
        let back =
            read(Texts(Lang::Az), &draft, &Fields::of(sent(&draft))).unwrap_or_else(|wrong| panic!("{:?}", wrong.0));
        assert_eq!(back, draft.specs);
    }

    #[test]
    fn weights_that_do_not_make_100_are_refused_with_the_sum_and_what_is_to_be_done() {
        let draft = draft();
        for (weight, sum, off) in [("8", "103", "3"), ("2,5", "97,5", "2,5")] {
            let mut fields = sent(&draft);
            set(&mut fields, "weight-K01", weight);
            let wrong = read(Texts(Lang::Az), &draft, &Fields::of(fields)).unwrap_err();
            let line = wrong.of("sum");
            assert!(line.contains(sum) && line.contains(off), "{line}");
        }
        let mut fields = sent(&draft);
        set(&mut fields, "weight-K01", "7");
        set(&mut fields, "weight-K02", "4");
        let specs = read(Texts(Lang::Az), &draft, &Fields::of(fields)).unwrap_or_else(|wrong| panic!("{:?}", wrong.0));
        assert!(specs.iter().all(|spec| spec.criteria[0].weight == 7.0));
    }

    #[test]
    fn a_gate_weighs_nothing_and_a_weight_is_a_number() {
        let draft = draft();
        for (weight, gate) in [("5", true), ("çox", false), ("-1", false)] {
            let mut fields = sent(&draft);
            set(&mut fields, "weight-K01", weight);
            if gate {
                fields.push(("gate-K01".to_owned(), "on".to_owned()));
            }
            let wrong = read(Texts(Lang::Az), &draft, &Fields::of(fields)).unwrap_err();
            assert!(!wrong.of("weight-K01").is_empty() && wrong.of("sum").is_empty());
        }
    }

    #[test]
    fn a_new_criterion_weighs_nothing_and_stands_in_every_language() {
        let draft = draft();
        let mut fields: Vec<(String, String)> = [
            ("code", "k15"),
            ("new_az", "Yeni meyar"),
            ("new_en", "New criterion"),
            ("kind", "heard"),
            ("phrases-az", "sizi eşidirəm\nbuyurun deyin"),
            ("phrases-en", "go ahead"),
        ]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .to_vec();
        let specs =
            new_criterion(Texts(Lang::Az), &draft, &Fields::of(fields.clone())).unwrap_or_else(|w| panic!("{:?}", w.0));
        assert!(problems(&specs).is_empty());
        assert_eq!(specs[0].criteria.last().unwrap().parts[0].patterns.len(), 2);
        set(&mut fields, "code", "K01");
        set(&mut fields, "phrases-en", "Go ahead");
        let wrong = new_criterion(Texts(Lang::Az), &draft, &Fields::of(fields)).unwrap_err();
        assert!(!wrong.of("code").is_empty() && wrong.of("phrases-en").contains("Go ahead"));
    }
}

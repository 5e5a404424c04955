//! `/calibration/new`: which calls are judged together, by whom, until when.

use super::super::Who;
use super::super::results::Fields;
use crate::Shared;
use crate::data::Call;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{Choice, encoded, line_name, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, Datelike as _, Duration, NaiveDate, Utc};
use meyar_work::assessment::{Assessment, Proposed, Purpose, State as Stands};
use meyar_work::calibration::{NewCalibration, SetCall, Source, judges};
use meyar_work::sampling::{self, Candidate, Design};
use meyar_work::store::{Filter, Record};
use meyar_work::{Desk, Person, Right, WorkError, not_own, terms};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What one round table gets through.
const MOST_CALLS: usize = 30;
const LONGEST_NAME: usize = 120;
/// Calls of more days are not drawn from at once: a quarter.
const MOST_DAYS: i64 = 92;

struct Hand {
    person_id: String,
    name: String,
    role: String,
    representative: String,
    takes: bool,
}

struct Typed {
    name: String,
    due_day: String,
    ids: String,
    first_day: String,
    last_day: String,
    count: String,
    seed: String,
}

/// What is wrong, by field.
#[derive(Default)]
struct Wrong(Vec<(&'static str, String)>);

impl Wrong {
    fn of(&self, field: &str) -> String {
        let lines = self.0.iter().filter(|(name, _)| *name == field).map(|(_, line)| line.as_str());
        lines.collect::<Vec<_>>().join(" ")
    }

    fn put(&mut self, field: &'static str, line: impl Into<String>) {
        self.0.push((field, line.into()));
    }
}

#[derive(Template)]
#[template(path = "work/calibration_new.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    typed: Typed,
    sources: Vec<Choice>,
    lines: Vec<Choice>,
    hands: Vec<Hand>,
    wrong: Wrong,
    problem: String,
}

pub async fn blank(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
) -> Result<Html<String>, PageError> {
    screen(&shared, &frame, None, Wrong::default(), String::new()).await
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    sent: Option<&Fields>,
    wrong: Wrong,
    problem: String,
) -> Result<Html<String>, PageError> {
    let (t, desk, now) = (frame.t, &shared.work()?.desk, Utc::now());
    let choices = shared.data.choices().await?;
    let last = choices.days.map_or_else(|| terms::day(shared.data.now()), |(_, last)| last);
    let first = last.with_day(1).unwrap_or(last);
    let due = terms::until(&desk.reference, "calibration_due_days", now)?;
    let text = |name: &str, otherwise: String| sent.map_or(otherwise, |sent| sent.text(name).to_owned());
    let source = sent.map_or(Source::Ids.name(), |sent| sent.text("source"));
    let line = sent.map(|sent| sent.text("line"));
    let mut lines = vec![Choice::new("", t.get("plans.all_lines"), line)];
    lines.extend(choices.lines.iter().map(|name| Choice::new(name, line_name(t, name), line)));
    let hand = |person: Person| Hand {
        takes: sent.is_none_or(|sent| sent.ticked(&takes(&person))),
        role: t.name("role", person.role.name()).to_owned(),
        representative: person.representative.unwrap_or_default(),
        name: person.name,
        person_id: person.person_id,
    };
    show(&Page {
        frame,
        t,
        typed: Typed {
            name: text("name", String::new()),
            due_day: text("due_day", terms::day(due - Duration::seconds(1)).to_string()),
            ids: text("ids", String::new()),
            first_day: text("first_day", first.to_string()),
            last_day: text("last_day", last.to_string()),
            count: text("count", "4".to_owned()),
            seed: text("seed", now.format("%Y-%m-%d").to_string()),
        },
        sources: Source::ALL
            .iter()
            .map(|one| Choice::new(one.name(), t.name("calibration_source", one.name()), Some(source)))
            .collect(),
        lines,
        hands: desk.able(Right::Calibrate, Utc::now()).await?.into_iter().map(hand).collect(),
        wrong,
        problem,
    })
}

fn takes(person: &Person) -> String {
    format!("takes-{}", person.person_id)
}

/// Ids as people paste them: one a line, or with commas, blanks, semicolons between.
fn pasted(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let ids = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).filter(|id| !id.is_empty());
    ids.filter(|id| seen.insert(*id)).map(str::to_owned).collect()
}

/// The end of a day in Baku: the first moment that is too late.
fn end_of(desk: &Desk, day: NaiveDate) -> Result<DateTime<Utc>, WorkError> {
    let noon = day.and_hms_opt(8, 0, 0).unwrap_or_default().and_utc();
    terms::working_days_after(&desk.reference, noon, 0)
}

/// What is asked for, but for the calls themselves.
struct Asked {
    name: String,
    due_at: DateTime<Utc>,
    participants: Vec<Person>,
    from: From,
}

enum From {
    Ids(Vec<String>),
    Drawn { source: Source, first: NaiveDate, last: NaiveDate, line: Option<String>, count: usize, seed: String },
}

fn read(t: Texts, desk: &Desk, sent: &Fields, lines: &[String], hands: Vec<Person>) -> Result<Asked, Wrong> {
    let mut wrong = Wrong::default();
    let name = sent.text("name").to_owned();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        wrong.put("name", t.get("calibration.wrong_name"));
    }
    let due_at = sent.text("due_day").parse().ok().and_then(|day| end_of(desk, day).ok());
    let due_at = due_at.filter(|due_at| *due_at > Utc::now()).unwrap_or_else(|| {
        wrong.put("due_day", t.get("calibration.wrong_due"));
        DateTime::<Utc>::MIN_UTC
    });
    let participants: Vec<Person> = hands.into_iter().filter(|person| sent.ticked(&takes(person))).collect();
    if participants.len() < 2 {
        wrong.put("hands", t.get("calibration.wrong_hands"));
    }
    let from = match sent.text("source").parse::<Source>() {
        Ok(Source::Ids) => {
            let ids = pasted(sent.text("ids"));
            if ids.is_empty() || ids.len() > MOST_CALLS {
                wrong.put("ids", t.fill("calibration.wrong_ids", &[&MOST_CALLS.to_string()]));
            }
            From::Ids(ids)
        }
        Ok(source) => drawn(t, sent, lines, source, &mut wrong),
        Err(_) => {
            wrong.put("source", t.get("calibration.wrong_source"));
            From::Ids(Vec::new())
        }
    };
    if wrong.0.is_empty() { Ok(Asked { name, due_at, participants, from }) } else { Err(wrong) }
}

fn drawn(t: Texts, sent: &Fields, lines: &[String], source: Source, wrong: &mut Wrong) -> From {
    let mut day = |field: &'static str| -> NaiveDate {
        sent.text(field).parse().unwrap_or_else(|_| {
            wrong.put(field, t.get("plans.wrong_day"));
            NaiveDate::MIN
        })
    };
    let (first, last) = (day("first_day"), day("last_day"));
    if wrong.of("first_day").is_empty() && wrong.of("last_day").is_empty() {
        if last < first {
            wrong.put("last_day", t.get("plans.wrong_order"));
        } else if (last - first).num_days() >= MOST_DAYS {
            wrong.put("last_day", t.fill("calibration.wrong_long", &[&MOST_DAYS.to_string()]));
        }
    }
    let count = sent.text("count").parse().ok().filter(|count| (1..=MOST_CALLS).contains(count));
    let count = count.unwrap_or_else(|| {
        wrong.put("count", t.fill("plans.wrong_number", &["1", &MOST_CALLS.to_string()]));
        1
    });
    let line = Some(sent.text("line").to_owned()).filter(|line| !line.is_empty());
    if line.as_ref().is_some_and(|line| !lines.contains(line)) {
        wrong.put("line", t.get("plans.wrong_line"));
    }
    let seed = sent.text("seed").to_owned();
    if seed.is_empty() || seed.chars().count() > LONGEST_NAME {
        wrong.put("seed", t.get("plans.wrong_seed"));
    }
    From::Drawn { source, first, last, line, count, seed }
}

/// How many of those who take part can score a call blind: who neither answered it nor judged it before.
fn blind(participants: &[Person], judges: &Judges<'_>, call_id: &str, representative: Option<&str>) -> usize {
    let judged = judges.get(call_id);
    let knows = |one: &Person| judged.is_some_and(|judged| judged.contains(one.person_id.as_str()));
    participants.iter().filter(|one| not_own(one, representative).is_ok() && !knows(one)).count()
}

type Judges<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Draws call ids; the field that is to be mended where there are too few.
async fn ids(
    shared: &Shared,
    t: Texts,
    asked: &Asked,
    all: &[Record<Assessment>],
    judges: &Judges<'_>,
) -> Result<Result<Vec<String>, Wrong>, PageError> {
    let (source, first, last, line, count, seed) = match &asked.from {
        From::Ids(ids) => return Ok(Ok(ids.clone())),
        From::Drawn { source, first, last, line, count, seed } => (*source, *first, *last, line, *count, seed),
    };
    let mut calls: Vec<Candidate> = if source == Source::Published {
        let of_days = |one: &Record<Assessment>| {
            let counts = one.purpose != Purpose::Calibration && !matches!(one.state, Stands::Draft | Stands::Voided);
            let day = one.published_at.map(terms::day);
            counts && day.is_some_and(|day| (first..=last).contains(&day)) && (line.is_none() || one.line == *line)
        };
        let candidate = |one: &Record<Assessment>| Candidate {
            call_id: one.call_id.clone(),
            representative: Some(one.representative.clone().unwrap_or_default()),
            has_recording: true,
            ..Candidate::default()
        };
        all.iter().filter(|one| of_days(one)).map(candidate).collect()
    } else {
        shared.data.candidates(first, last, line.as_deref()).await?
    };
    // What all but one know already is not drawn: whoever judged a call is no blind judge of it.
    calls.retain(|call| blind(&asked.participants, judges, &call.call_id, call.representative.as_deref()) >= 2);
    let design = Design { seed: seed.clone(), strata: Vec::new(), each: count, risk_most: 0, ..Design::default() };
    let picked: Vec<String> = sampling::draw(&design, &calls).picks.into_iter().map(|pick| pick.call_id).collect();
    if picked.len() < count {
        let mut wrong = Wrong::default();
        let found = format::count(t.0, picked.len() as i64);
        wrong.put("count", t.fill("calibration.wrong_few", &[&found, &count.to_string()]));
        return Ok(Err(wrong));
    }
    Ok(Ok(picked))
}

/// A call as everybody of the set will judge it: by the form of its proposals, else by the one in force on its day.
fn set_call(desk: &Desk, call_id: &str, call: &Call) -> Option<SetCall> {
    let spoken = call.transcript.as_ref().map_or("az", |transcript| transcript.language.as_str());
    let day = terms::day(call.facts.offered_at.unwrap_or_else(Utc::now));
    let proposed = call.evaluation.as_ref().and_then(|evaluation| desk.forms.named(&evaluation.form));
    let form = proposed.or_else(|| desk.forms.form_for(spoken, day)).or_else(|| desk.forms.form_for("az", day))?;
    let evaluation = call.evaluation.as_ref().filter(|_| proposed.is_some());
    let verdicts = evaluation.iter().flat_map(|evaluation| &evaluation.verdicts).map(|verdict| {
        let said = Proposed { state: verdict.state, mark: verdict.mark, confidence: verdict.confidence };
        (verdict.criterion.clone(), said)
    });
    let told =
        |of: fn(&meyar_schemas::evaluations::Evaluation) -> &Option<String>| evaluation.and_then(|one| of(one).clone());
    Some(SetCall {
        call_id: call_id.to_owned(),
        line: call.facts.line.clone().or_else(|| told(|one| &one.line)),
        representative: call.facts.representative.clone().or_else(|| told(|one| &one.representative)),
        form: form.reference(),
        evaluation_id: evaluation.map(|evaluation| evaluation.evaluation_id.clone()),
        proposed: verdicts.collect(),
        master: BTreeMap::new(),
        judged_by: Vec::new(),
    })
}

pub async fn make(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let lines = shared.data.choices().await?.lines;
    let wrong = match read(t, desk, &sent, &lines, desk.able(Right::Calibrate, Utc::now()).await?) {
        Err(wrong) => wrong,
        Ok(asked) => match found(&shared, t, desk, asked).await? {
            Err(wrong) => wrong,
            Ok(new) => match desk.make_calibration(who.person(), new, Utc::now()).await {
                Ok(set) => {
                    let place = format!("/calibration/{}", encoded(&set.calibration_id));
                    return Ok(Redirect::to(&place).into_response());
                }
                Err(error @ WorkError::Invalid(_)) => {
                    let told = PageError::from(error);
                    let page = screen(&shared, &frame, Some(&sent), Wrong::default(), told.said(t)).await?;
                    return Ok((told.status, page).into_response());
                }
                Err(error) => return Err(error.into()),
            },
        },
    };
    let page = screen(&shared, &frame, Some(&sent), wrong, t.get("calibration.mend").to_owned()).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// The calls that were asked for, each with its form; or the field that is to be mended.
async fn found(
    shared: &Shared,
    t: Texts,
    desk: &Desk,
    asked: Asked,
) -> Result<Result<NewCalibration, Wrong>, PageError> {
    let all: Vec<Record<Assessment>> = desk.store.list(&Filter::default()).await?;
    let judges = judges(all.iter().map(|one| &one.content));
    let ids = match ids(shared, t, &asked, &all, &judges).await? {
        Ok(ids) => ids,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let (mut calls, mut wrong) = (Vec::new(), Wrong::default());
    let (field, source, seed) = match asked.from {
        From::Ids(_) => ("ids", Source::Ids, None),
        From::Drawn { source, seed, .. } => ("count", source, Some(seed)),
    };
    for call_id in ids {
        let call = shared.data.call(&call_id).await?;
        // What can be neither heard nor read cannot be judged.
        let call = call.filter(|call| call.recording.is_some() || call.transcript.is_some());
        let Some(call) = call.and_then(|call| set_call(desk, &call_id, &call)) else {
            wrong.put(field, t.fill("calibration.wrong_call", &[&call_id]));
            continue;
        };
        if blind(&asked.participants, &judges, &call_id, call.representative.as_deref()) < 2 {
            wrong.put("hands", t.fill("calibration.wrong_own", &[&call_id]));
        }
        calls.push(call);
    }
    if !wrong.0.is_empty() {
        return Ok(Err(wrong));
    }
    let Asked { name, due_at, participants, .. } = asked;
    Ok(Ok(NewCalibration { name, source, seed, calls, participants, due_at }))
}

#[cfg(test)]
mod tests {
    use super::pasted;

    #[test]
    fn ids_are_read_as_people_paste_them() {
        assert_eq!(pasted(" a-1,\r\nb-2;c-3  a-1\n"), ["a-1", "b-2", "c-3"]);
        assert!(pasted(" \n").is_empty());
    }
}

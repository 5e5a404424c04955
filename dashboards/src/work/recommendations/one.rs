//! `/recommendations/{id}`: one recommendation, the steps that are taken, and what came of it on later calls.

use super::common::{Step, Wrong, history, not_taken};
use super::{about, state_class};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{encoded, query, show};
use crate::text::Texts;
use crate::work::Who;
use crate::work::results::{Fields, form_name, last_day};
use crate::work::reviews::{name_of, people};
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_work::WorkError;
use meyar_work::recommendations::effect::{Change, Difference, Effect, Few, Found};
use meyar_work::recommendations::{Recommendation, Remark, State as Stands};
use meyar_work::store::{Filter, Record};
use std::collections::HashMap;
use std::sync::Arc;

/// What somebody wrote at a step.
pub(in crate::work) struct Said {
    pub by: String,
    pub at: String,
    pub text: String,
}

pub(in crate::work) fn said(people: &HashMap<String, String>, remark: &Remark) -> Said {
    Said { by: name_of(people, &remark.by), at: format::date_time(remark.at), text: remark.text.clone() }
}

/// A line of the table of the effect, with its interval as it is drawn.
struct Row {
    name: &'static str,
    before: String,
    after: String,
    before_mean: String,
    after_mean: String,
    difference: String,
    interval: String,
    low_x: String,
    high_x: String,
    at_x: String,
}

struct Shown {
    rows: Vec<Row>,
    found: &'static str,
    found_class: &'static str,
    others: String,
    undated: String,
}

/// The drawing is 200 wide: from −100 percentage points to 100, and from −200 to 200 in the last line.
fn x(share: f64, reach: f64) -> String {
    format!("{:.1}", 100.0 + 96.0 * (share / reach).clamp(-1.0, 1.0))
}

fn points(t: Texts, share: f64) -> String {
    let text = format::decimal(t.0, 100.0 * share, 1);
    if share > 0.0 { format!("+{text}") } else { text }
}

fn row(t: Texts, name: &'static str, change: Option<&Change>, difference: &Difference) -> Row {
    let side = |side: meyar_work::recommendations::effect::Side| {
        let (full, n) = (format::count(t.0, side.full as i64), format::count(t.0, side.n as i64));
        format!("{} ({full} / {n})", format::percent(t.0, 100.0 * side.share()))
    };
    let mean = |mean: f64| format::decimal(t.0, mean, 2);
    let reach = if change.is_some() { 1.0 } else { 2.0 };
    Row {
        name,
        before: change.map(|change| side(change.before)).unwrap_or_default(),
        after: change.map(|change| side(change.after)).unwrap_or_default(),
        before_mean: change.map(|change| mean(change.before.mean)).unwrap_or_default(),
        after_mean: change.map(|change| mean(change.after.mean)).unwrap_or_default(),
        difference: points(t, difference.value),
        interval: format!("{} … {}", points(t, difference.low), points(t, difference.high)),
        low_x: x(difference.low, reach),
        high_x: x(difference.high, reach),
        at_x: x(difference.value, reach),
    }
}

fn shown(t: Texts, effect: &Effect) -> Shown {
    let mut rows = vec![row(t, t.get("effect.own"), Some(&effect.own), &effect.own.difference)];
    if let (Some(others), Some(beside)) = (&effect.others, &effect.beside) {
        rows.push(row(t, t.get("effect.others"), Some(others), &others.difference));
        rows.push(row(t, t.get("effect.beside"), None, beside));
    }
    let compared = effect.beside.is_some();
    let (found, found_class) = match (effect.found, compared) {
        (Found::Rose, true) => ("effect.rose_beside", "good"),
        (Found::Fell, true) => ("effect.fell_beside", "bad"),
        (Found::Unsure, true) => ("effect.unsure_beside", ""),
        (Found::Rose, false) => ("effect.rose_alone", "warn"),
        (Found::Fell, false) => ("effect.fell_alone", "bad"),
        (Found::Unsure, false) => ("effect.unsure_alone", ""),
    };
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    Shown {
        rows,
        found: t.get(found),
        found_class,
        others: if compared {
            t.say("effect.others_n", &[("n", number(effect.other_representatives).into())])
        } else {
            t.get("effect.no_others").to_owned()
        },
        undated: if effect.undated > 0 {
            t.say("effect.undated", &[("n", number(effect.undated).into())])
        } else {
            String::new()
        },
    }
}

#[derive(Template)]
#[template(path = "work/recommendation.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    about: String,
    representative: String,
    state: String,
    state_class: &'static str,
    late: bool,
    facts: Vec<(&'static str, String)>,
    assessment_url: String,
    discuss_url: String,
    text: String,
    unread: bool,
    may_finish: bool,
    may_withdraw: bool,
    may_measure: bool,
    done: Option<Said>,
    withdrawn: Option<Said>,
    measured: Option<Said>,
    effect: Option<Shown>,
    /// Why there is none.
    few: String,
    /// Other recommendations about the same criterion to the same representative.
    also: String,
    steps: Vec<Step>,
    typed: String,
    wrong: Wrong,
}

async fn screen(shared: &Shared, frame: &Frame, id: &str, typed: String, wrong: Wrong) -> Result<Response, PageError> {
    let (t, desk, now) = (frame.t, &shared.work()?.desk, Utc::now());
    let record = desk.store.get::<Recommendation>(id).await?;
    let people = people(desk).await?;
    let found = match &record.measured {
        Some(measured) => Some(Ok(measured.effect)),
        None if record.state == Stands::Withdrawn => None,
        None => Some(effect(shared, &record).await?),
    };
    let others: Vec<Record<Recommendation>> =
        desk.store.list(&Filter { about: Some(&record.representative), ..Filter::default() }).await?;
    let alike = |other: &&Record<Recommendation>| {
        other.criterion == record.criterion
            && other.form.id == record.form.id
            && other.recommendation_id != record.recommendation_id
    };
    let also = others.iter().filter(alike).count() as i64;
    let versions = desk.store.versions::<Recommendation>(id).await?;
    let action = |code: &str| t.name("recommendation_action", code).to_owned();
    let state = |code: &str| t.name("recommendation_state", code).to_owned();
    let facts = [
        (t.get("result.representative"), Some(record.representative.clone())),
        (t.get("my.form"), Some(form_name(t, desk, &record.form))),
        (t.get("improve.by"), Some(name_of(&people, &record.given_by))),
        (t.get("recommendations.given"), Some(format::date_time(record.given_at))),
        (t.get("improve.due"), Some(last_day(record.due_at))),
        (t.get("recommendations.read"), record.seen_at.map(format::date_time)),
    ];
    let page = Page {
        frame,
        t,
        id: encoded(id),
        version: record.version,
        about: about(t, desk, &record),
        representative: record.representative.clone(),
        state: state(record.state.name()),
        state_class: state_class(record.state),
        late: record.is_late(now),
        facts: facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        assessment_url: format!("/assessments/{}", encoded(&record.assessment_id)),
        discuss_url: format!(
            "/discussions/new{}",
            query(&[("representative", Some(&record.representative)), ("recommendation", Some(id))])
        ),
        text: record.text.clone(),
        unread: record.state == Stands::Given,
        may_finish: record.state == Stands::Seen,
        may_withdraw: record.is_open(),
        may_measure: record.state == Stands::Done && matches!(found, Some(Ok(_))),
        done: record.done.as_ref().map(|remark| said(&people, remark)),
        withdrawn: record.withdrawn.as_ref().map(|remark| said(&people, remark)),
        measured: record.measured.as_ref().map(|measured| Said {
            by: name_of(&people, &measured.by),
            at: format::date_time(measured.at),
            text: measured.text.clone(),
        }),
        few: match &found {
            Some(Err(few)) => too_few(t, few),
            _ => String::new(),
        },
        effect: found.and_then(Result::ok).as_ref().map(|effect| shown(t, effect)),
        also: if also > 0 { t.say("effect.also", &[("n", also.into())]) } else { String::new() },
        steps: history(&versions, &people, action, state),
        typed,
        wrong,
    };
    Ok(show(&page)?.into_response())
}

fn too_few(t: Texts, few: &Few) -> String {
    let number = |number: u64| format::count(t.0, i64::try_from(number).unwrap_or(i64::MAX));
    t.fill("effect.few", &[&number(few.before), &number(few.after), &number(few.needed)])
}

/// As it is now.
async fn effect(shared: &Shared, record: &Recommendation) -> Result<Result<Effect, Few>, PageError> {
    let material = shared.work()?.desk.material(record, Utc::now()).await?;
    let called = shared.data.times_of(&material.undecided(record)).await?;
    Ok(material.effect(record, &called))
}

pub(super) async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    screen(&shared, &frame, &id, String::new(), Wrong::default()).await
}

/// Back to the page, or the page with what is wrong and what was typed.
async fn answered(
    shared: &Shared,
    frame: &Frame,
    id: &str,
    typed: &str,
    taken: Result<Record<Recommendation>, WorkError>,
) -> Result<Response, PageError> {
    let (status, wrong) = match taken {
        Ok(_) => return Ok(Redirect::to(&format!("/recommendations/{}", encoded(id))).into_response()),
        Err(error) => not_taken(frame.t, error)?,
    };
    let page = screen(shared, frame, id, typed.to_owned(), wrong).await?;
    Ok((status, page).into_response())
}

pub(super) async fn finish(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent) = (&shared.work()?.desk, Fields::of(sent));
    let note = sent.text("note");
    let taken = desk.finish_recommendation(who.person(), &id, sent.version(), note, Utc::now()).await;
    answered(&shared, &frame, &id, note, taken).await
}

pub(super) async fn withdraw(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent) = (&shared.work()?.desk, Fields::of(sent));
    let reason = sent.text("reason");
    let taken = desk.withdraw_recommendation(who.person(), &id, sent.version(), reason, Utc::now()).await;
    answered(&shared, &frame, &id, reason, taken).await
}

pub(super) async fn measure(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent, now) = (&shared.work()?.desk, Fields::of(sent), Utc::now());
    let record = desk.store.get::<Recommendation>(&id).await?;
    let material = desk.material(&record, now).await?;
    let called = shared.data.times_of(&material.undecided(&record)).await?;
    let conclusion = sent.text("conclusion");
    let taken = desk.measure_recommendation(who.person(), &id, sent.version(), conclusion, &called, now).await;
    answered(&shared, &frame, &id, conclusion, taken).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn points_of_a_percentage_have_a_sign() {
        let shown = |share| points(Texts(Lang::Az), share);
        assert_eq!([0.4, -0.0226, 0.0].map(shown), ["+40,0", "−2,3", "0,0"]);
        assert_eq!([x(0.0, 1.0), x(1.0, 1.0), x(-2.0, 2.0)], ["100.0", "196.0", "4.0"]);
    }
}

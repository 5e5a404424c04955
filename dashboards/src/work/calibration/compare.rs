//! `/calibration/{id}/calls/{call}`: what everybody gave one call, criterion by criterion, and the mark that is agreed on.

use super::super::Who;
use super::super::results::{Fields, criterion_name, form_name, shown_mark, shown_score, too_long};
use super::super::reviews::{name_of, people};
use super::{one, signed, value_of};
use crate::Shared;
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::pages::{encoded, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_schemas::evaluations::VerdictState;
use meyar_scoring::Criterion;
use meyar_work::assessment::{Assessment, Judged, raw_score};
use meyar_work::calibration::{Calibration, MasterMark, SetCall, SetState, differ};
use meyar_work::store::Record;
use meyar_work::{Right, WorkError};
use std::sync::Arc;

/// One mark in the matrix.
struct Cell {
    mark: String,
    /// It is not what most gave, or not what was agreed on.
    differs: bool,
    words: String,
}

struct Row {
    code: String,
    name: String,
    differs: bool,
    machine: Cell,
    cells: Vec<Cell>,
    master: String,
    critical: bool,
    rule: String,
    reason: String,
}

struct Choice {
    value: String,
    text: String,
    class: &'static str,
    chosen: bool,
}

/// A criterion in the form of the master.
struct Point {
    code: String,
    name: String,
    /// `Leyla Q.: 1`
    said: Vec<String>,
    marks: Vec<Choice>,
    can_be_critical: bool,
    critical: bool,
    rule: String,
    reason: String,
    wrong: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "work/calibration_call.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    call: String,
    version: i64,
    name: &'a str,
    call_id: &'a str,
    call_url: Option<String>,
    lead: String,
    heads: Vec<String>,
    rows: Vec<Row>,
    scores: Vec<String>,
    differences: Vec<String>,
    master_score: String,
    /// What is to be agreed on: where people differ, and where they do not.
    open: Vec<Point>,
    same: Vec<Point>,
    same_open: bool,
    same_said: String,
    problem: String,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path((id, call_id)): Path<(String, String)>,
) -> Result<Response, PageError> {
    screen(&shared, &frame, &who, &id, &call_id, None, String::new()).await
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    id: &str,
    call_id: &str,
    sent: Option<&Fields>,
    problem: String,
) -> Result<Response, PageError> {
    let (t, desk, person) = (frame.t, &shared.work()?.desk, who.person());
    let set = desk.calibration(person, id).await?;
    let call = set.call(call_id)?;
    // Until it is compared there is nothing to see here, for anybody.
    if !set.shows_marks() {
        return Ok(Redirect::to(&format!("/calibration/{}", encoded(id))).into_response());
    }
    let scores = desk.calibration_scores(person, &set).await?;
    let people = people(desk).await?;
    let mut scored: Vec<&Assessment> = set.scored(&scores, call_id).collect();
    scored.sort_by_key(|one| name_of(&people, &one.assessor));
    let form =
        desk.forms.named(&call.form).ok_or_else(|| WorkError::NotFound { what: "form", id: call.form.id.clone() })?;
    let master_score = call.master_score(form);
    let heads: Vec<String> = scored.iter().map(|one| name_of(&people, &one.assessor)).collect();
    let name = |code: &str| criterion_name(t, desk, &call.form, code);
    let may_agree = desk.may(person, Right::Calibration) && matches!(set.state, SetState::Compared | SetState::Agreed);
    let rows: Vec<Row> = form.criteria().iter().map(|one| row(t, one, name(&one.code), call, &scored)).collect();
    let points = form.criteria().iter().filter(|_| may_agree).map(|criterion| {
        let same = !differ(scored.iter().filter_map(|one| one.mark(&criterion.code)?.judged));
        (same, point(t, criterion, name(&criterion.code), call, &scored, &heads, sent))
    });
    let (same, open): (Vec<_>, Vec<_>) = points.partition(|(same, _)| *same);
    let (same, open): (Vec<Point>, Vec<Point>) =
        (same.into_iter().map(|(_, point)| point).collect(), open.into_iter().map(|(_, point)| point).collect());
    let raw = |one: &&Assessment| raw_score(form, one.given());
    let differences = scored.iter().map(|one| match (raw(one), master_score) {
        (Some(own), Some(master)) => signed(t, own - master),
        _ => NONE.to_owned(),
    });
    Ok(show(&Page {
        frame,
        t,
        id: encoded(id),
        call: encoded(call_id),
        version: set.version,
        name: &set.name,
        call_id,
        call_url: desk.may(person, Right::Calls).then(|| format!("/calls/{}", encoded(call_id))),
        lead: lead(t, &set, call, form_name(t, desk, &call.form)),
        rows,
        scores: scored.iter().map(|one| shown_score(t, raw(one))).collect(),
        differences: differences.collect(),
        master_score: shown_score(t, master_score),
        same_open: same.iter().any(|point| !point.wrong.is_empty()),
        same_said: t.say("calibration.same", &[("n", (same.len() as i64).into())]),
        heads,
        open,
        same,
        problem,
    })?
    .into_response())
}

fn lead(t: Texts, set: &Record<Calibration>, call: &SetCall, form: String) -> String {
    let representative = call.representative.as_ref().map(|who| format!("{}: {who}", t.get("result.representative")));
    let state = t.name("calibration_state", set.state.name()).to_owned();
    [Some(state), Some(form), representative].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What most gave; of several the one that comes first.
fn usual(scored: &[&Assessment], code: &str) -> Option<Judged> {
    let marks: Vec<Judged> = scored.iter().filter_map(|one| one.mark(code)?.judged).collect();
    let times = |mark: &Judged| marks.iter().filter(|other| *other == mark).count();
    marks.iter().copied().rev().max_by_key(times)
}

fn row(t: Texts, criterion: &Criterion, name: String, call: &SetCall, scored: &[&Assessment]) -> Row {
    let code = &criterion.code;
    let agreed = call.master.get(code);
    let right = agreed.map(|agreed| agreed.judged).or_else(|| usual(scored, code));
    let otherwise = |judged: Option<Judged>| judged.is_some() && judged != right;
    let cell = |one: &&Assessment| {
        let mark = one.mark(code);
        let judged = mark.and_then(|mark| mark.judged);
        let words = mark.map(|mark| [mark.reason.as_str(), mark.comment.as_str()]);
        let words = words.into_iter().flatten().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · ");
        Cell { mark: shown_mark(t, judged), differs: otherwise(judged), words }
    };
    let proposed = call.proposed.get(code);
    let answer = proposed.and_then(|proposed| proposed.answer());
    let machine = match proposed.map(|proposed| proposed.state) {
        None => NONE.to_owned(),
        Some(VerdictState::Suspected) => t.get("state.suspected").to_owned(),
        Some(VerdictState::Abstained) => t.get("state.abstained").to_owned(),
        Some(VerdictState::Marked | VerdictState::NotApplicable) => shown_mark(t, answer),
    };
    Row {
        code: code.clone(),
        name,
        differs: differ(scored.iter().filter_map(|one| one.mark(code)?.judged)),
        machine: Cell { mark: machine, differs: otherwise(answer), words: String::new() },
        cells: scored.iter().map(cell).collect(),
        master: agreed.map_or_else(|| NONE.to_owned(), |agreed| shown_mark(t, Some(agreed.judged))),
        critical: agreed.is_some_and(|agreed| agreed.critical),
        rule: agreed.map(|agreed| agreed.rule.clone()).unwrap_or_default(),
        reason: agreed.map(|agreed| agreed.reason.clone()).unwrap_or_default(),
    }
}

fn point(
    t: Texts,
    criterion: &Criterion,
    name: String,
    call: &SetCall,
    scored: &[&Assessment],
    heads: &[String],
    sent: Option<&Fields>,
) -> Point {
    let code = &criterion.code;
    let agreed = call.master.get(code);
    let alike =
        (!differ(scored.iter().filter_map(|one| one.mark(code)?.judged))).then(|| usual(scored, code)).flatten();
    let standing = agreed.map(|agreed| agreed.judged).or(alike).map(value_of).unwrap_or_default();
    let typed = |field: &str, stands: String| sent.map_or(stands, |sent| sent.of_criterion(field, code).to_owned());
    let chosen = typed("mark", standing);
    let mut scale = criterion.scale.clone();
    scale.sort_by(|one, other| other.total_cmp(one));
    let mut marks: Vec<Choice> = scale
        .iter()
        .map(|value| Choice {
            value: value.to_string(),
            text: format::number(t.0, *value),
            class: match *value {
                value if value >= 1.0 => "good",
                value if value > 0.0 => "half",
                _ => "bad",
            },
            chosen: chosen == value.to_string(),
        })
        .collect();
    if criterion.may_not_apply() {
        marks.push(Choice {
            value: "na".to_owned(),
            text: t.get("result.na").to_owned(),
            class: "none",
            chosen: chosen == "na",
        });
    }
    let critical = agreed.is_some_and(|agreed| agreed.critical);
    Point {
        code: code.clone(),
        name,
        said: scored
            .iter()
            .zip(heads)
            .map(|(one, head)| format!("{head}: {}", shown_mark(t, one.mark(code).and_then(|mark| mark.judged))))
            .collect(),
        marks,
        can_be_critical: criterion.severity.is_critical() || criterion.gate,
        critical: sent.map_or(critical, |sent| sent.ticked(&format!("critical-{code}"))),
        rule: typed("rule", agreed.map(|agreed| agreed.rule.clone()).unwrap_or_default()),
        reason: typed("reason", agreed.map(|agreed| agreed.reason.clone()).unwrap_or_default()),
        wrong: sent.map(|sent| wrong(t, sent, code, scored)).unwrap_or_default(),
    }
}

fn judged(sent: &Fields, code: &str) -> Option<Judged> {
    match sent.of_criterion("mark", code) {
        "na" => Some(Judged::NotApplicable),
        number => number.parse().ok().map(Judged::Marked),
    }
}

fn wrong(t: Texts, sent: &Fields, code: &str, scored: &[&Assessment]) -> Vec<&'static str> {
    let (rule, reason) = (sent.of_criterion("rule", code), sent.of_criterion("reason", code));
    let critical = sent.ticked(&format!("critical-{code}"));
    let Some(judged) = judged(sent, code) else {
        // Nothing is agreed on yet; what was already written would be lost in silence.
        let lost = critical || !rule.is_empty() || !reason.is_empty();
        return if lost { vec![t.get("calibration.needs_mark")] } else { Vec::new() };
    };
    let said = scored.iter().filter_map(|one| one.mark(code)?.judged);
    let asked = differ(said.chain([judged]));
    let lowest = matches!(judged, Judged::Marked(mark) if mark <= 0.0);
    [
        (asked && rule.is_empty(), "calibration.needs_rule"),
        (asked && reason.is_empty(), "calibration.needs_reason"),
        (critical && !lowest, "calibration.needs_lowest"),
        (too_long(rule) || too_long(reason), "reviews.too_long"),
    ]
    .into_iter()
    .filter(|(is, _)| *is)
    .map(|(_, key)| t.find(key).unwrap_or_default())
    .collect()
}

pub async fn agree(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path((id, call_id)): Path<(String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let set = desk.calibration(who.person(), &id).await?;
    let call = set.call(&call_id)?;
    let scores = desk.calibration_scores(who.person(), &set).await?;
    let scored: Vec<&Assessment> = set.scored(&scores, &call_id).collect();
    let codes: Vec<String> = desk
        .forms
        .named(&call.form)
        .map(|form| form.criteria().iter().map(|criterion| criterion.code.clone()).collect())
        .unwrap_or_default();
    if codes.iter().any(|code| !wrong(t, &sent, code, &scored).is_empty()) {
        let problem = t.get("calibration.mend_master").to_owned();
        let page = screen(&shared, &frame, &who, &id, &call_id, Some(&sent), problem).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let mark = |code: &String| {
        let mark = MasterMark {
            judged: judged(&sent, code),
            critical: sent.ticked(&format!("critical-{code}")),
            rule: sent.of_criterion("rule", code).to_owned(),
            reason: sent.of_criterion("reason", code).to_owned(),
        };
        (code.clone(), mark)
    };
    let marks: Vec<(String, MasterMark)> = codes.iter().map(mark).collect();
    match desk.agree_calibration(who.person(), &id, one::seen(&sent), &call_id, &marks, Utc::now()).await {
        Ok(_) => Ok(Redirect::to(&format!("/calibration/{}", encoded(&id))).into_response()),
        Err(error @ (WorkError::Changed { .. } | WorkError::State { .. } | WorkError::Invalid(_))) => {
            // Somebody else was quicker: what they agreed on is shown, or it would be written over unseen.
            let typed = matches!(error, WorkError::Invalid(_)).then_some(&sent);
            let told = PageError::from(error);
            let page = screen(&shared, &frame, &who, &id, &call_id, typed, told.said(t)).await?;
            Ok((told.status, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

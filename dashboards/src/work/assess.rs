//! `/assess/{id}`: the call is heard, read and judged on one screen. Each mark is saved when it is made, over the version that was seen.

use super::{Who, corrections};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::openapi::Sent as Body;
use crate::pages::call::{self, EvidenceLine, Player, TranscriptPart};
use crate::pages::{encoded, line_name, marks, show};
use crate::text::{Lang, Texts};
use askama::Template;
use axum::Extension;
use axum::Json;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_schemas::evaluations::VerdictState;
use meyar_scoring::Criterion;
use meyar_work::WorkError;
use meyar_work::assessment::{Assessment, Judged, Judgement, Mark, Method, Missing, State as Stands};
use meyar_work::store::Record;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

struct Choice {
    /// As the script sends it: `1`, `0.5`, `0` or `na`.
    value: String,
    text: String,
    class: &'static str,
    chosen: bool,
    /// It is what the machine proposed.
    proposed: bool,
    /// The key that chooses it.
    key: String,
}

struct Line {
    code: String,
    name: String,
    how: String,
    clause: String,
    weight: String,
    severity: String,
    gate: bool,
    can_be_critical: bool,
    critical: bool,
    /// What the machine said: `1 · 0,92`, `abstained`, `suspected`.
    proposal: String,
    proposal_class: &'static str,
    /// The value that accepting it gives; empty where there is nothing to accept.
    accept: String,
    why: String,
    choices: Vec<Choice>,
    reason: String,
    comment: String,
    decided: bool,
    changed: bool,
    evidence: Vec<EvidenceLine>,
}

#[derive(Template)]
#[template(path = "work/assess.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    call_id: String,
    lead: String,
    form: String,
    purpose: String,
    methods: Vec<crate::pages::Choice>,
    fact_list: Vec<(&'a str, String)>,
    player: Option<Player>,
    no_player: &'a str,
    transcript: Option<TranscriptPart>,
    language: String,
    lines: Vec<Line>,
    comment: String,
    decided: usize,
    score: String,
    critical: bool,
    problem: Option<String>,
    home: String,
    /// It is scored blind, and handed in instead of published.
    blind: bool,
}

/// A mark as one reads it: `1`, `0,5`.
fn shown(t: Texts, mark: f64) -> String {
    format::decimal(t.0, mark, if mark.fract() == 0.0 { 0 } else { 1 })
}

fn sent(judged: Judged) -> String {
    match judged {
        Judged::Marked(mark) => mark.to_string(),
        Judged::NotApplicable => "na".to_owned(),
    }
}

/// What the form lets one say of a criterion, and nothing else.
fn choices(t: Texts, criterion: &Criterion, mark: &Mark) -> Vec<Choice> {
    let chosen = mark.judged.map(sent);
    let proposed = mark.proposal().map(sent);
    let one = |value: String, text: String, class: &'static str, key: String| Choice {
        chosen: chosen.as_deref() == Some(&value),
        proposed: proposed.as_deref() == Some(&value),
        value,
        text,
        class,
        key,
    };
    let mut scale = criterion.scale.clone();
    scale.sort_by(|a, b| b.total_cmp(a));
    let mut all: Vec<Choice> = scale
        .iter()
        .map(|value| {
            let class = match *value {
                value if value >= 1.0 => "good",
                value if value > 0.0 => "half",
                _ => "bad",
            };
            // `0.5` is chosen by 5.
            let key = if value.fract() == 0.0 { value.to_string() } else { value.to_string().replace("0.", "") };
            one(value.to_string(), shown(t, *value), class, key)
        })
        .collect();
    if criterion.may_not_apply() {
        all.push(one("na".to_owned(), t.get("assess.na").to_owned(), "none", "x".to_owned()));
    }
    all
}

/// Where one comes from, and goes back to.
fn home_of(record: &Assessment) -> String {
    match &record.calibration_id {
        Some(set) => format!("/calibration/{}", encoded(set)),
        None => "/queue".to_owned(),
    }
}

async fn own(shared: &Shared, who: &Who, id: &str) -> Result<Record<Assessment>, PageError> {
    let record = shared.work()?.desk.store.get::<Assessment>(id).await?;
    if record.assessor != who.person().person_id {
        return Err(WorkError::NotFound { what: "assessment", id: id.to_owned() }.into());
    }
    Ok(record)
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    screen(&shared, &frame, &who, &id, None).await
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    id: &str,
    problem: Option<String>,
) -> Result<Response, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let record = own(shared, who, id).await?;
    if record.state != Stands::Draft {
        return Ok(Redirect::to(&home_of(&record)).into_response());
    }
    let form = desk.form_of(&record)?;
    let heard = shared.data.call(&record.call_id).await?;
    let mut heard = heard.ok_or_else(|| PageError::not_found(t.fill("call.not_found", &[&record.call_id])))?;
    let corrected = corrections::of(shared, Some(who.person()), &mut heard).await?;
    let day = meyar_work::terms::day(heard.facts.offered_at.unwrap_or_else(Utc::now));
    let unsure_below = shared.data.threshold("segment_unsure_confidence", day).await?.unwrap_or_default();
    // Quotes are shown of the evaluation that the draft was begun from, and of no other.
    let evaluation = heard
        .evaluation
        .as_ref()
        .filter(|evaluation| record.evaluation_id.as_deref() == Some(&evaluation.evaluation_id));
    let spoken = heard.transcript.as_ref().map_or("az", |transcript| transcript.language.as_str());
    let lines: Vec<Line> = form
        .criteria()
        .iter()
        .filter_map(|criterion| {
            let mark = record.mark(&criterion.code)?;
            let verdict = evaluation
                .and_then(|evaluation| evaluation.verdicts.iter().find(|verdict| verdict.criterion == criterion.code));
            let (proposal, proposal_class) = proposal(t, mark);
            let choices = choices(t, criterion, mark);
            let offered = |value: &String| choices.iter().any(|choice| choice.value == *value);
            Some(Line {
                code: criterion.code.clone(),
                name: marks::criterion_name(t, criterion).to_owned(),
                how: if t.0 == Lang::Az { criterion.how_az.clone() } else { criterion.how_en.clone() },
                clause: criterion.clause.clone(),
                weight: shown(t, criterion.weight),
                severity: t.name("severity", criterion.severity.name()).to_owned(),
                gate: criterion.gate,
                can_be_critical: criterion.severity.is_critical() || criterion.gate,
                critical: mark.critical,
                proposal,
                proposal_class,
                accept: mark.proposal().map(sent).filter(offered).unwrap_or_default(),
                why: verdict.map(|verdict| verdict.reason.clone()).unwrap_or_default(),
                choices,
                reason: mark.reason.clone(),
                comment: mark.comment.clone(),
                decided: mark.judged.is_some(),
                changed: mark.is_changed(),
                evidence: verdict.map(|verdict| call::evidence_lines(t, verdict, spoken)).unwrap_or_default(),
            })
        })
        .collect();
    let name = &form.spec().form;
    let name = if t.0 == Lang::Az { &name.name_az } else { &name.name_en };
    let page = Page {
        frame,
        t,
        id: encoded(id),
        version: record.version,
        call_id: record.call_id.clone(),
        lead: [record.line.as_deref().map(|line| line_name(t, line)), heard.facts.offered_at.map(format::date_time)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · "),
        form: t.fill("call.form", &[name, &record.form.version]),
        purpose: t.name("purpose", record.purpose.name()).to_owned(),
        methods: methods(t),
        fact_list: call::fact_list(t, &heard.facts),
        player: heard.recording.as_ref().and_then(|recording| call::player(t, recording)),
        no_player: t.get(if heard.recording.is_some() { "call.sound_deleted" } else { "call.no_recording" }),
        transcript: heard
            .transcript
            .as_ref()
            .map(|transcript| call::transcript_part(t, transcript, evaluation, unsure_below, &corrected)),
        language: record.form.language.clone(),
        decided: lines.iter().filter(|line| line.decided).count(),
        lines,
        comment: record.comment.clone(),
        score: score(t, &record),
        critical: !record.gates.is_empty(),
        problem,
        home: home_of(&record),
        blind: record.calibration_id.is_some(),
    };
    Ok(show(&page)?.into_response())
}

fn proposal(t: Texts, mark: &Mark) -> (String, &'static str) {
    let Some(proposed) = &mark.proposed else { return (t.get("assess.no_proposal").to_owned(), "quiet") };
    let sure = format::decimal(t.0, proposed.confidence, 2);
    match (proposed.state, proposed.mark) {
        (VerdictState::Marked, Some(mark)) => (t.fill("assess.proposed", &[&shown(t, mark), &sure]), "info"),
        (VerdictState::NotApplicable, _) => (t.fill("assess.proposed", &[t.get("assess.na"), &sure]), "info"),
        (VerdictState::Suspected, _) => (t.get("state.suspected").to_owned(), "critical"),
        (VerdictState::Marked | VerdictState::Abstained, _) => (t.get("state.abstained").to_owned(), "quiet"),
    }
}

fn score(t: Texts, assessment: &Assessment) -> String {
    assessment.raw_score.map_or_else(|| format::NONE.to_owned(), |score| format::decimal(t.0, score, 1))
}

/// A mark as the script sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    version: i64,
    /// `1`, `0.5`, `na`; empty: not decided.
    value: String,
    #[serde(default)]
    critical: bool,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    comment: String,
}

fn standing(t: Texts, record: &Record<Assessment>) -> Value {
    let missing: Vec<Value> = record
        .missing()
        .into_iter()
        .map(|(criterion, missing)| json!({ "criterion": criterion, "missing": if missing == Missing::Decision { "decision" } else { "reason" } }))
        .collect();
    let changed: Vec<&str> =
        record.marks.iter().filter(|mark| mark.is_changed()).map(|mark| mark.criterion.as_str()).collect();
    json!({
        "version": record.version,
        "score": score(t, record),
        "raw_score": record.raw_score,
        "effective_score": record.effective_score,
        "gates": record.gates,
        "decided": record.marks.iter().filter(|mark| mark.judged.is_some()).count(),
        "changed": changed,
        "missing": missing,
    })
}

pub async fn mark(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path((id, criterion)): Path<(String, String)>,
    Body(sent): Body<Sent>,
) -> Result<Json<Value>, PageError> {
    let judged = match sent.value.as_str() {
        "" => None,
        "na" => Some(Judged::NotApplicable),
        number => match number.parse() {
            Ok(mark) => Some(Judged::Marked(mark)),
            Err(_) => {
                let remedy = "send a number of the scale, or na";
                return Err(WorkError::invalid("value", number, "is no mark", remedy).into());
            }
        },
    };
    let judgement = Judgement { judged, critical: sent.critical, reason: sent.reason, comment: sent.comment };
    let desk = &shared.work()?.desk;
    let step = || desk.judge(who.person(), &id, sent.version, &criterion, &judgement, Utc::now());
    let record = in_turn(step).await?;
    Ok(Json(standing(frame.t, &record)))
}

/// A page that is left sends all that waits at once, each over the version that the one before it will leave. One that overtook another
/// waits for it a while.
async fn in_turn<T, F: Future<Output = Result<T, WorkError>>>(step: impl Fn() -> F) -> Result<T, WorkError> {
    const LOOK_EVERY: Duration = Duration::from_millis(50);
    const LOOKS: u32 = 40;
    /// No page has so many saves waiting.
    const AHEAD: i64 = 50;
    for _ in 0..LOOKS {
        match step().await {
            Err(WorkError::Changed { seen, now, .. }) if (1..=AHEAD).contains(&(seen - now)) => {
                tokio::time::sleep(LOOK_EVERY).await
            }
            done => return done,
        }
    }
    step().await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    version: i64,
    comment: String,
}

pub async fn remark(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Body(sent): Body<Remark>,
) -> Result<Json<Value>, PageError> {
    let desk = &shared.work()?.desk;
    let record = in_turn(|| desk.remark(who.person(), &id, sent.version, &sent.comment, Utc::now())).await?;
    Ok(Json(standing(frame.t, &record)))
}

fn methods(t: Texts) -> Vec<crate::pages::Choice> {
    let usual = Some(Method::default().name());
    let choice = |method: &Method| crate::pages::Choice::new(method.name(), t.name("method", method.name()), usual);
    Method::ALL.iter().map(choice).collect()
}

#[derive(Deserialize)]
pub struct Published {
    version: i64,
    /// Calibration, which is always heard from the recording, sends none.
    #[serde(default)]
    method: String,
}

pub async fn publish(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Published>,
) -> Result<Response, PageError> {
    let desk = &shared.work()?.desk;
    let method =
        if sent.method.is_empty() { Method::Recording } else { sent.method.parse().map_err(PageError::from)? };
    match desk.publish_judged_by(who.person(), &id, sent.version, method, Utc::now()).await {
        Ok(record) => Ok(Redirect::to(&home_of(&record)).into_response()),
        // Scoring was closed meanwhile: the set says so.
        Err(WorkError::State { .. }) if own(&shared, &who, &id).await?.calibration_id.is_some() => {
            let record = own(&shared, &who, &id).await?;
            Ok(Redirect::to(&home_of(&record)).into_response())
        }
        // What is still missing is told on the screen itself.
        Err(error @ (WorkError::Invalid(_) | WorkError::Changed { .. })) => {
            let told = PageError::from(error);
            let page = screen(&shared, &frame, &who, &id, Some(told.said(frame.t))).await?;
            Ok((told.status, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_always_applies_is_offered_no_way_around_it() {
        let forms = meyar_scoring::Forms::embedded().unwrap();
        let form = forms.form_for("az", chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()).unwrap();
        let offered = |code: &str| -> Vec<String> {
            let mark = Mark {
                criterion: code.to_owned(),
                proposed: None,
                judged: None,
                critical: false,
                reason: String::new(),
                comment: String::new(),
            };
            let all = choices(Texts(Lang::Az), form.criterion(code).unwrap(), &mark);
            all.into_iter().map(|choice| choice.value).collect()
        };
        assert_eq!(offered("K01"), ["1", "0.5", "0", "na"]);
        assert_eq!(offered("K07"), ["1", "0", "na"], "no half, and none due without an answer");
        assert_eq!(offered("K08"), ["1", "0.5", "0"], "courtesy is always due");
        assert_eq!(offered("K12"), ["1", "0"], "a gate that every call has to pass");
        assert_eq!(offered("K13"), ["1", "0", "na"], "only of a call that something was urgent in");
    }
}

//! `/my/{id}`: what was published about a representative, as they read it, accept it or dispute it; and how an assessment that is
//! no draft any more is shown to whoever may see it.

use super::Who;
use crate::Shared;
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::pages::call::{self, EvidenceLine, Player};
use crate::pages::{encoded, marks, show};
use crate::text::{Lang, Texts};
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Duration, Utc};
use meyar_schemas::evaluations::FormRef;
use meyar_work::assessment::{self, Assessment, Decision, Judged, Mark, State as Stands};
use meyar_work::labels::{Labels, Weighting, counted, labels};
use meyar_work::store::Record;
use meyar_work::{Desk, WorkError, terms};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// As long as the desk takes.
pub(super) const LONGEST_TEXT: usize = 4000;
pub(super) const CONFIDENCE: f64 = 0.95;

/// One criterion of an assessment.
pub(super) struct Line {
    pub code: String,
    pub name: String,
    pub weight: String,
    pub mark: String,
    pub mark_class: &'static str,
    /// As it was published, where a dispute was decided about it.
    pub original: Option<String>,
    pub critical: bool,
    pub reason: String,
    pub comment: String,
    pub evidence: Vec<EvidenceLine>,
    pub objection: String,
    pub decision: String,
    pub decision_class: &'static str,
    pub decision_reason: String,
}

/// An assessment that is no draft.
pub(super) struct Sheet {
    pub call_id: String,
    pub form: String,
    pub state: String,
    pub state_class: &'static str,
    pub voided: bool,
    pub score: String,
    /// The score without the critical error, where there is one.
    pub raw: Option<String>,
    pub before: Option<String>,
    pub gates: Vec<String>,
    pub facts: Vec<(&'static str, String)>,
    pub comment: String,
    pub lines: Vec<Line>,
    pub player: Option<Player>,
    pub no_player: &'static str,
    /// Where quotes lead to; absent for those who may not open any call.
    pub call_url: Option<String>,
    /// The assessment as an address writes it, where whoever reads may recommend something because of it.
    pub recommend: Option<String>,
}

pub(super) fn state_class(state: Stands) -> &'static str {
    match state {
        Stands::Published | Stands::Seen => "info",
        Stands::Acknowledged | Stands::Upheld => "ok",
        Stands::Disputed | Stands::Changed => "warn",
        Stands::Voided => "lost",
        Stands::Draft => "none",
    }
}

pub(super) fn shown_score(t: Texts, score: Option<f64>) -> String {
    score.map_or_else(|| NONE.to_owned(), |score| format::decimal(t.0, score, 1))
}

pub(super) fn shown_mark(t: Texts, judged: Option<Judged>) -> String {
    match judged {
        Some(Judged::Marked(mark)) => format::number(t.0, mark),
        Some(Judged::NotApplicable) => t.get("result.na").to_owned(),
        None => t.get("result.undecided").to_owned(),
    }
}

fn mark_class(judged: Option<Judged>) -> &'static str {
    match judged {
        Some(Judged::Marked(mark)) if mark >= 1.0 => "full",
        Some(Judged::Marked(mark)) if mark > 0.0 => "half",
        Some(Judged::Marked(_)) => "none",
        Some(Judged::NotApplicable) => "not-applicable",
        None => "abstained",
    }
}

/// The last day of a term: a due moment is the first one that is too late.
pub(super) fn last_day(until: DateTime<Utc>) -> String {
    format::date(terms::day(until - Duration::seconds(1)))
}

pub(super) fn form_name(t: Texts, desk: &Desk, reference: &FormRef) -> String {
    let name = desk.forms.named(reference).map(|form| match t.0 {
        Lang::Az => form.spec().form.name_az.as_str(),
        Lang::En => form.spec().form.name_en.as_str(),
    });
    t.fill("my.version", &[name.unwrap_or(&reference.id), &reference.version])
}

/// `K05 …` in the reader's language.
pub(super) fn criterion_name(t: Texts, desk: &Desk, reference: &FormRef, code: &str) -> String {
    let known = desk.forms.named(reference).and_then(|form| form.criterion(code));
    known.map(|criterion| marks::criterion_name(t, criterion).to_owned()).unwrap_or_default()
}

/// Shows an assessment. `opens_calls`: quotes lead to the page of the call.
pub(super) async fn sheet(
    shared: &Shared,
    t: Texts,
    record: &Assessment,
    opens_calls: bool,
) -> Result<Sheet, PageError> {
    let desk = &shared.work()?.desk;
    let form = desk.form_of(record)?;
    let heard = shared.data.call(&record.call_id).await?;
    // Quotes are those of the evaluation that the assessment was begun from, and of no other.
    let evaluation = heard
        .as_ref()
        .and_then(|heard| heard.evaluation.as_ref())
        .filter(|evaluation| record.evaluation_id.as_deref() == Some(&evaluation.evaluation_id));
    let spoken = heard
        .as_ref()
        .and_then(|heard| heard.transcript.as_ref())
        .map_or("az", |transcript| transcript.language.as_str());
    let dispute = record.dispute.as_ref();
    let decided = dispute.filter(|dispute| dispute.decided_at.is_some());
    let line = |mark: &Mark| {
        let criterion = form.criterion(&mark.criterion);
        let verdict = evaluation
            .and_then(|evaluation| evaluation.verdicts.iter().find(|verdict| verdict.criterion == mark.criterion));
        let point = dispute.and_then(|dispute| dispute.points.iter().find(|point| point.criterion == mark.criterion));
        // The assessor's own words stay beside the mark that they were about.
        let published = dispute
            .and_then(|dispute| dispute.original.iter().find(|old| old.criterion == mark.criterion))
            .unwrap_or(mark);
        let decision = point.and_then(|point| point.decision);
        Line {
            code: mark.criterion.clone(),
            name: criterion.map(|criterion| marks::criterion_name(t, criterion).to_owned()).unwrap_or_default(),
            weight: criterion.map(|criterion| format::number(t.0, criterion.weight)).unwrap_or_default(),
            mark: shown_mark(t, mark.judged),
            mark_class: mark_class(mark.judged),
            original: decision.map(|_| shown_mark(t, published.judged)),
            critical: record.gates.contains(&mark.criterion),
            reason: published.reason.clone(),
            comment: published.comment.clone(),
            evidence: verdict.map(|verdict| call::evidence_lines(t, verdict, spoken)).unwrap_or_default(),
            objection: point.map(|point| point.reason.clone()).unwrap_or_default(),
            decision: decision.map(|decision| t.name("decision", decision.name()).to_owned()).unwrap_or_default(),
            decision_class: match decision {
                Some(Decision::Changed) => "warn",
                Some(Decision::Voided) => "lost",
                _ => "ok",
            },
            decision_reason: point.map(|point| point.decision_reason.clone()).unwrap_or_default(),
        }
    };
    let recording = heard.as_ref().and_then(|heard| heard.recording.as_ref());
    let gates = |code: &String| format!("{code} {}", criterion_name(t, desk, &record.form, code));
    let before = decided.map(|dispute| {
        let failed = !assessment::gates(form, &dispute.original).is_empty();
        let raw = assessment::raw_score(form, &dispute.original);
        shown_score(t, raw.map(|score| if failed { 0.0 } else { score }))
    });
    let facts = [
        (t.get("my.call"), Some(record.call_id.clone())),
        (t.get("my.date"), record.published_at.map(format::date_time)),
        (t.get("my.purpose"), Some(t.name("purpose", record.purpose.name()).to_owned())),
        (t.get("assess.method"), Some(t.name("method", record.method.name()).to_owned())),
        (t.get("result.opened"), dispute.map(|dispute| format::date_time(dispute.opened_at))),
        (t.get("result.due"), dispute.filter(|_| decided.is_none()).map(|dispute| last_day(dispute.due_at))),
        (t.get("result.decided"), decided.and_then(|dispute| dispute.decided_at).map(format::date_time)),
    ];
    Ok(Sheet {
        call_id: record.call_id.clone(),
        form: form_name(t, desk, &record.form),
        state: t.name("assessment_state", record.state.name()).to_owned(),
        state_class: state_class(record.state),
        voided: record.state == Stands::Voided,
        score: shown_score(t, record.effective_score),
        raw: (!record.gates.is_empty()).then(|| shown_score(t, record.raw_score)),
        before,
        gates: record.gates.iter().map(gates).collect(),
        facts: facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        comment: record.comment.clone(),
        lines: record.marks.iter().map(line).collect(),
        player: recording.and_then(|recording| call::player(t, recording)),
        no_player: t.get(if recording.is_some() { "call.sound_deleted" } else { "call.no_recording" }),
        call_url: opens_calls.then(|| format!("/calls/{}", encoded(&record.call_id))),
        recommend: None,
    })
}

/// The mean of one version of a form.
pub(super) struct Mean {
    pub form: String,
    pub mean: String,
    pub n: String,
    pub interval: Option<String>,
    /// Calls were picked with different chances, and weigh differently.
    pub weighted: bool,
    /// What one has to know to read it: how calls weigh, and which assessments are not in it.
    pub notes: Vec<String>,
}

/// Mean and standard deviation; the latter is 0 for one value.
pub(super) fn spread(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, if values.len() > 1 { (squares / (n - 1.0)).sqrt() } else { 0.0 })
}

/// What the scores of one version of a form have in common.
pub(super) type ByForm<'a> = BTreeMap<(String, String, String), Labels<'a>>;

pub(super) fn by_form<'a>(records: impl Iterator<Item = &'a Assessment>) -> ByForm<'a> {
    let mut all: BTreeMap<(String, String, String), Vec<&Assessment>> = BTreeMap::new();
    for record in records.filter(|record| counted(record).is_some()) {
        let FormRef { id, version, language } = record.form.clone();
        all.entry((id, version, language)).or_default().push(record);
    }
    all.into_iter().map(|(form, records)| (form, labels(records))).collect()
}

pub(super) fn mean(t: Texts, desk: &Desk, found: &Labels<'_>) -> Option<Mean> {
    let form = form_name(t, desk, &found.kept.first()?.0.form);
    let known = found.mean(CONFIDENCE)?;
    let shown = |value: f64| format::decimal(t.0, value, 1);
    let weighting = match known.weighting {
        Weighting::Alike => None,
        Weighting::ByChance => Some(t.get("my.weighted").to_owned()),
        Weighting::SomeUnknown => Some(t.get("my.unweighted").to_owned()),
    };
    let left_out = (found.left_out > 0).then(|| t.say("my.left_out", &[("n", (found.left_out as i64).into())]));
    Some(Mean {
        form,
        mean: shown(known.value),
        n: t.say("my.calls", &[("n", (known.n as i64).into())]),
        interval: known
            .interval
            .map(|known| known.within(0.0, 100.0))
            .map(|known| t.fill("my.interval", &[&shown(known.low), &shown(known.high)])),
        weighted: known.weighting == Weighting::ByChance,
        notes: weighting.into_iter().chain(left_out).collect(),
    })
}

/// Fields of a form that are named after criteria.
pub(super) struct Fields(HashMap<String, String>);

impl Fields {
    pub fn of(sent: Vec<(String, String)>) -> Fields {
        Fields(sent.into_iter().collect())
    }

    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// The version that was seen; what is no number was seen by nobody.
    pub fn version(&self) -> i64 {
        self.text("version").parse().unwrap_or(0)
    }

    pub fn ticked(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub fn of_criterion(&self, name: &str, code: &str) -> &str {
        self.text(&format!("{name}-{code}"))
    }
}

pub(super) fn too_long(text: &str) -> bool {
    text.chars().count() > LONGEST_TEXT
}

/// A criterion in the form of a dispute.
struct Disputable {
    code: String,
    name: String,
    mark: String,
    ticked: bool,
    reason: String,
    wrong: &'static str,
}

#[derive(Template)]
#[template(path = "work/result.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    sheet: Sheet,
    open: bool,
    /// Empty when the time for a dispute is over.
    disputable: Vec<Disputable>,
    dispute_line: String,
    too_late: String,
    waiting: String,
    typed: bool,
    problem: &'static str,
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    record: &Record<Assessment>,
    sent: Option<&Fields>,
    problem: &'static str,
) -> Result<Response, PageError> {
    let (t, now) = (frame.t, Utc::now());
    let sheet = sheet(shared, t, record, false).await?;
    let open = matches!(record.state, Stands::Published | Stands::Seen);
    let in_time = record.dispute_until.is_none_or(|until| now < until);
    let disputable = |line: &Line| {
        let (ticked, reason) = sent.map_or((false, ""), |sent| given(sent, &line.code));
        Disputable {
            code: line.code.clone(),
            name: line.name.clone(),
            mark: line.mark.clone(),
            ticked,
            reason: reason.to_owned(),
            wrong: wrong(t, ticked, reason).unwrap_or_default(),
        }
    };
    let until = record.dispute_until.map(last_day).unwrap_or_default();
    let waiting =
        record.dispute.as_ref().filter(|_| record.state == Stands::Disputed).map(|dispute| last_day(dispute.due_at));
    let page = Page {
        frame,
        t,
        id: encoded(&record.assessment_id),
        open,
        disputable: if open && in_time { sheet.lines.iter().map(disputable).collect() } else { Vec::new() },
        dispute_line: t.fill("my.dispute_line", &[&until]),
        too_late: if open && !in_time { t.fill("my.too_late", &[&until]) } else { String::new() },
        waiting: waiting.map(|day| t.fill("my.waiting", &[&day])).unwrap_or_default(),
        typed: sent.is_some(),
        problem,
        sheet,
    };
    Ok(show(&page)?.into_response())
}

/// Whether a criterion is ticked, and the reason typed for it.
fn given<'a>(sent: &'a Fields, code: &str) -> (bool, &'a str) {
    (sent.ticked(&format!("dispute-{code}")), sent.of_criterion("reason", code))
}

fn wrong(t: Texts, ticked: bool, reason: &str) -> Option<&'static str> {
    match (ticked, reason.is_empty()) {
        (true, true) => Some(t.get("my.needs_reason")),
        (false, false) => Some(t.get("my.needs_tick")),
        _ if too_long(reason) => Some(t.get("my.too_long")),
        _ => None,
    }
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let record = shared.work()?.desk.see(who.person(), &id, Utc::now()).await?;
    screen(&shared, &frame, &record, None, "").await
}

pub async fn acknowledge(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let desk = &shared.work()?.desk;
    match desk.acknowledge(who.person(), &id, Utc::now()).await {
        Ok(_) => Ok(Redirect::to(&format!("/my/{}", encoded(&id))).into_response()),
        Err(WorkError::State { .. } | WorkError::Changed { .. }) => {
            let record = desk.own_result(who.person(), &id).await?;
            let page = screen(&shared, &frame, &record, None, frame.t.get("my.closed")).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn dispute(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let record = desk.own_result(who.person(), &id).await?;
    let mut points = Vec::new();
    let mut mend = false;
    for mark in &record.marks {
        let (ticked, reason) = given(&sent, &mark.criterion);
        mend |= wrong(t, ticked, reason).is_some();
        if ticked {
            points.push((mark.criterion.clone(), reason.to_owned()));
        }
    }
    let (status, problem) = if mend {
        (StatusCode::UNPROCESSABLE_ENTITY, "my.mend")
    } else if points.is_empty() {
        (StatusCode::UNPROCESSABLE_ENTITY, "my.choose_one")
    } else {
        match desk.dispute(who.person(), &id, points, Utc::now()).await {
            Ok(_) => return Ok(Redirect::to(&format!("/my/{}", encoded(&id))).into_response()),
            Err(WorkError::State { .. } | WorkError::Changed { .. }) => (StatusCode::CONFLICT, "my.closed"),
            // Too late: the page says until when it was.
            Err(WorkError::Invalid(_)) => (StatusCode::UNPROCESSABLE_ENTITY, "my.mend"),
            Err(error) => return Err(error.into()),
        }
    };
    // As it is now, not as it was when the form was filled in.
    let record = desk.own_result(who.person(), &id).await?;
    let page = screen(&shared, &frame, &record, Some(&sent), t.get(problem)).await?;
    Ok((status, page).into_response())
}

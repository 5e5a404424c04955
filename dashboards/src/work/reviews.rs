//! `/reviews`: disputes that wait for somebody else than the assessor, and what became of the decided ones.

use super::Who;
use super::recommendations;
use super::results::{
    self, CONFIDENCE, Fields, Line, Sheet, criterion_name, form_name, last_day, shown_score, too_long,
};
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
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_scoring::Criterion;
use meyar_statistics::interval::wilson;
use meyar_work::assessment::{Assessment, Decision, Judged, State as Stands};
use meyar_work::store::{Filter, Record};
use meyar_work::{Desk, PointDecision, WorkError, not_own};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// How many decided ones are listed.
const LATEST: usize = 50;
/// Under so many a percentage would look surer than it is.
const FEWEST_FOR_SHARE: u64 = 10;

struct Waiting {
    url: String,
    call_id: String,
    due: String,
    late: bool,
    representative: String,
    assessor: String,
    form: String,
    points: String,
    score: String,
    state: String,
    state_class: &'static str,
    decided: String,
}

struct Rate {
    name: String,
    disputed: String,
    overturned: String,
    share: String,
}

#[derive(Template)]
#[template(path = "work/reviews.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    waiting_text: String,
    late: usize,
    waiting: Vec<Waiting>,
    decided: Vec<Waiting>,
    latest: String,
    by_assessor: Vec<Rate>,
    by_criterion: Vec<Rate>,
}

/// Names of people by their id.
pub(super) async fn people(desk: &Desk) -> Result<HashMap<String, String>, WorkError> {
    let people = desk.store.people().await?;
    Ok(people.into_iter().map(|person| (person.person_id, person.name)).collect())
}

pub(super) fn name_of(people: &HashMap<String, String>, person_id: &str) -> String {
    people.get(person_id).cloned().unwrap_or_else(|| person_id.to_owned())
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let people = people(desk).await?;
    let (now, blind) = (Utc::now(), desk.blind_to(who.person()).await?);
    let waiting = desk.disputes(who.person()).await?;
    let states = [Stands::Upheld.name(), Stands::Changed.name(), Stands::Voided.name()];
    let decided: Vec<Record<Assessment>> =
        desk.store.list(&Filter { states: &states, newest_first: true, ..Filter::default() }).await?;
    let line = |record: &Record<Assessment>| {
        let dispute = record.dispute.as_ref();
        // What the reader has still to score blind is listed without its marks.
        let open = !blind.contains(&record.call_id);
        let points: Vec<&str> = dispute
            .iter()
            .filter(|_| open)
            .flat_map(|dispute| &dispute.points)
            .map(|point| point.criterion.as_str())
            .collect();
        Waiting {
            url: format!("/reviews/{}", encoded(&record.assessment_id)),
            call_id: record.call_id.clone(),
            due: dispute.map(|dispute| last_day(dispute.due_at)).unwrap_or_default(),
            late: dispute.is_some_and(|dispute| dispute.due_at <= now),
            representative: record.representative.clone().unwrap_or_default(),
            assessor: name_of(&people, &record.assessor),
            form: form_name(t, desk, &record.form),
            points: points.join(", "),
            score: shown_score(t, record.effective_score.filter(|_| open)),
            state: t.name("assessment_state", record.state.name()).to_owned(),
            state_class: results::state_class(record.state),
            decided: dispute.and_then(|dispute| dispute.decided_at).map(format::date_time).unwrap_or_default(),
        }
    };
    let waiting: Vec<Waiting> = waiting.iter().map(line).collect();
    show(&Page {
        frame: &frame,
        t,
        waiting_text: t.say("reviews.waiting", &[("n", (waiting.len() as i64).into())]),
        late: waiting.iter().filter(|line| line.late).count(),
        waiting,
        latest: t.fill("reviews.latest", &[&format::count(t.0, decided.len().min(LATEST) as i64)]),
        by_assessor: rates(t, &decided, |record, _| name_of(&people, &record.assessor)),
        // Criteria of two versions of a form are two criteria.
        by_criterion: rates(t, &decided, |record, code| {
            let form = form_name(t, desk, &record.form);
            format!("{code} {} – {form}", criterion_name(t, desk, &record.form, code))
        }),
        decided: decided.iter().take(LATEST).map(line).collect(),
    })
}

fn rates(t: Texts, decided: &[Record<Assessment>], key: impl Fn(&Assessment, &str) -> String) -> Vec<Rate> {
    let mut all: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for record in decided {
        for point in record.dispute.iter().flat_map(|dispute| &dispute.points) {
            let (overturned, disputed) = all.entry(key(record, &point.criterion)).or_default();
            *disputed += 1;
            *overturned += u64::from(record.state == Stands::Voided || point.decision != Some(Decision::Upheld));
        }
    }
    let share = |overturned: u64, disputed: u64| {
        let known = wilson(overturned, disputed, CONFIDENCE).ok().filter(|_| disputed >= FEWEST_FOR_SHARE)?;
        let percent = |share: f64| format::percent(t.0, 100.0 * share);
        Some(format!(
            "{} ({} – {})",
            percent(overturned as f64 / disputed as f64),
            percent(known.low),
            percent(known.high)
        ))
    };
    let rate = |(name, (overturned, disputed)): (String, (u64, u64))| Rate {
        name,
        disputed: format::number(t.0, disputed as f64),
        overturned: format::number(t.0, overturned as f64),
        share: share(overturned, disputed).unwrap_or_else(|| NONE.to_owned()),
    };
    all.into_iter().map(rate).collect()
}

struct Choice {
    value: String,
    text: String,
    class: &'static str,
    chosen: bool,
}

/// A disputed criterion in the form of the decision.
struct Point {
    code: String,
    name: String,
    objection: String,
    mark: String,
    reason: String,
    comment: String,
    decisions: Vec<Choice>,
    marks: Vec<Choice>,
    why: String,
    wrong: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "work/review.html")]
struct One<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    representative: String,
    assessor: String,
    sheet: Sheet,
    points: Vec<Point>,
    /// It waits, but for somebody else.
    not_yours: bool,
    void_open: bool,
    void_why: String,
    void_sure: bool,
    void_wrong: Vec<&'static str>,
    problem: &'static str,
}

/// What was disputed; whatever else looks as if it did not exist here.
async fn disputed(desk: &Desk, id: &str) -> Result<Record<Assessment>, PageError> {
    let record = desk.store.get::<Assessment>(id).await?;
    if record.dispute.is_none() {
        return Err(WorkError::NotFound { what: "dispute", id: id.to_owned() }.into());
    }
    Ok(record)
}

pub async fn one(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    screen(&shared, &frame, &who, &id, None, "").await
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    id: &str,
    sent: Option<&Fields>,
    problem: &'static str,
) -> Result<Response, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let record = disputed(desk, id).await?;
    let person = who.person();
    // The decision is to know no more of the call than the sheet that is still to be scored.
    desk.not_blind(person, &record.call_id).await?;
    let sheet = Sheet {
        recommend: recommendations::ground_of(desk, person, &record),
        ..results::sheet(shared, t, &record, true).await?
    };
    let waits = record.state == Stands::Disputed;
    let yours = record.assessor != person.person_id && not_own(person, record.representative.as_deref()).is_ok();
    let voiding = sent.filter(|sent| sent.ticked("void"));
    let deciding = sent.filter(|sent| !sent.ticked("void"));
    let form = desk.form_of(&record)?;
    let point = |line: &Line| point(t, form.criterion(&line.code), line, deciding);
    let open = waits && yours;
    let one = One {
        frame,
        t,
        id: encoded(id),
        version: record.version,
        representative: record.representative.clone().unwrap_or_default(),
        assessor: name_of(&people(desk).await?, &record.assessor),
        points: if open {
            sheet.lines.iter().filter(|line| !line.objection.is_empty()).map(point).collect()
        } else {
            Vec::new()
        },
        not_yours: waits && !yours,
        void_open: voiding.is_some(),
        void_why: voiding.map(|sent| sent.text("reason").to_owned()).unwrap_or_default(),
        void_sure: voiding.is_some_and(|sent| sent.ticked("sure")),
        void_wrong: voiding.map(|sent| void_wrong(t, sent)).unwrap_or_default(),
        problem,
        sheet,
    };
    Ok(show(&one)?.into_response())
}

fn point(t: Texts, criterion: Option<&Criterion>, line: &Line, sent: Option<&Fields>) -> Point {
    let typed = |name: &str| sent.map_or("", |sent| sent.of_criterion(name, &line.code));
    let decision = |decision: &Decision| Choice {
        value: decision.name().to_owned(),
        text: t.name("decision", decision.name()).to_owned(),
        class: match decision {
            Decision::Upheld => "good",
            Decision::Changed => "half",
            Decision::Voided => "bad",
        },
        chosen: typed("decision") == decision.name(),
    };
    let mut scale = criterion.map(|criterion| criterion.scale.clone()).unwrap_or_default();
    scale.sort_by(|one, other| other.total_cmp(one));
    let marks = scale.iter().map(|value| (value.to_string(), format::number(t.0, *value)));
    // To void a point is the reviewer's right; to change it to "does not apply" is what the form allows.
    let na = criterion.filter(|criterion| criterion.may_not_apply());
    let marks = marks.chain(na.map(|_| ("na".to_owned(), t.get("result.na").to_owned())));
    Point {
        code: line.code.clone(),
        name: line.name.clone(),
        objection: line.objection.clone(),
        mark: line.mark.clone(),
        reason: line.reason.clone(),
        comment: line.comment.clone(),
        decisions: Decision::ALL.iter().map(decision).collect(),
        marks: marks
            .map(|(value, text)| Choice { chosen: typed("mark") == value, value, text, class: "none" })
            .collect(),
        why: typed("reason").to_owned(),
        wrong: sent.map(|sent| read(t, sent, &line.code).err().unwrap_or_default()).unwrap_or_default(),
    }
}

/// One point as it was sent, or what is wrong with it.
fn read(t: Texts, sent: &Fields, code: &str) -> Result<PointDecision, Vec<&'static str>> {
    let decision = sent.of_criterion("decision", code).parse::<Decision>().ok();
    let judged = match sent.of_criterion("mark", code) {
        "na" => Some(Judged::NotApplicable),
        number => number.parse().ok().map(Judged::Marked),
    };
    let why = sent.of_criterion("reason", code);
    let mut wrong = Vec::new();
    if decision.is_none() {
        wrong.push(t.get("reviews.needs_decision"));
    }
    if decision == Some(Decision::Changed) && judged.is_none() {
        wrong.push(t.get("reviews.needs_mark"));
    }
    if why.is_empty() {
        wrong.push(t.get("reviews.needs_reason"));
    }
    if too_long(why) {
        wrong.push(t.get("reviews.too_long"));
    }
    match decision {
        Some(decision) if wrong.is_empty() => {
            Ok((code.to_owned(), decision, judged.filter(|_| decision == Decision::Changed), why.to_owned()))
        }
        _ => Err(wrong),
    }
}

fn void_wrong(t: Texts, sent: &Fields) -> Vec<&'static str> {
    let why = sent.text("reason");
    let wrong = [
        why.is_empty().then(|| t.get("reviews.needs_reason")),
        too_long(why).then(|| t.get("reviews.too_long")),
        (!sent.ticked("sure")).then(|| t.get("reviews.void_needs_sure")),
    ];
    wrong.into_iter().flatten().collect()
}

pub async fn decide(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let record = disputed(desk, &id).await?;
    let void = sent.ticked("void");
    let points = record.dispute.iter().flat_map(|dispute| &dispute.points);
    let decisions: Result<Vec<PointDecision>, Vec<&str>> = if void {
        // Whoever voids the whole has said why once: it holds for each point.
        let wrong = void_wrong(t, &sent);
        let why = sent.text("reason");
        let all = points.map(|point| (point.criterion.clone(), Decision::Voided, None, why.to_owned())).collect();
        if wrong.is_empty() { Ok(all) } else { Err(wrong) }
    } else {
        points.map(|point| read(t, &sent, &point.criterion)).collect()
    };
    // A version that is no number was seen by nobody.
    let seen = sent.text("version").parse().unwrap_or(0);
    let (status, problem) = match decisions {
        Err(_) => (StatusCode::UNPROCESSABLE_ENTITY, "reviews.mend"),
        Ok(decisions) => match desk.decide(who.person(), &id, seen, &decisions, void, Utc::now()).await {
            Ok(_) => return Ok(Redirect::to("/reviews").into_response()),
            Err(WorkError::Changed { .. } | WorkError::State { .. }) => (StatusCode::CONFLICT, "reviews.changed"),
            Err(WorkError::Invalid(_)) => (StatusCode::UNPROCESSABLE_ENTITY, "reviews.mend"),
            Err(error) => return Err(error.into()),
        },
    };
    let page = screen(&shared, &frame, &who, &id, Some(&sent), t.get(problem)).await?;
    Ok((status, page).into_response())
}

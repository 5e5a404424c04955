//! `/plans`: which calls are heard, drawn so that anybody can draw them again, and who hears them.

use super::results::Fields;
use super::reviews::{name_of, people};
use super::{Who, employments};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{Choice, encoded, line_name, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, Datelike as _, Duration, NaiveDate, Utc};
use meyar_work::plans::{Pick, PickState, Plan};
use meyar_work::sampling::{Design, Stratum, Worker};
use meyar_work::store::{Filter, Record};
use meyar_work::{NewPlan, Person, Right, WorkError, not_own};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

/// Plans that are listed.
const LATEST: i64 = 50;
const PICKS: usize = 100;
/// Calls of more days are not drawn from at once: a quarter.
const MOST_DAYS: i64 = 92;
const MOST_EACH: usize = 500;
const MOST_RISKS: usize = 1000;
const MOST_DUE_DAYS: u32 = 60;

struct Line {
    url: String,
    name: String,
    days: String,
    line: String,
    made_by: String,
    due: String,
    late: bool,
    done: String,
    /// Widths of the bar's parts, of 100: done, begun, impossible.
    bar: Vec<(&'static str, f64, f64)>,
    bar_said: String,
    counts: [String; 4],
    short: usize,
}

#[derive(Template)]
#[template(path = "work/plans.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    may_draw: bool,
    lines: Vec<Line>,
    more: bool,
}

const STATES: [PickState; 4] = [PickState::Done, PickState::Begun, PickState::Waiting, PickState::Impossible];

fn days(plan: &Plan) -> String {
    format!("{} – {}", format::date(plan.first_day), format::date(plan.last_day))
}

/// A due moment is the first one that is too late.
fn last_day(due_at: DateTime<Utc>) -> String {
    format::date(meyar_work::terms::day(due_at - Duration::seconds(1)))
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let latest = Filter { newest_first: true, limit: LATEST + 1, ..Filter::default() };
    let mut plans: Vec<Record<Plan>> = desk.store.list(&latest).await?;
    let more = plans.len() as i64 > LATEST;
    plans.truncate(LATEST as usize);
    let people = people(desk).await?;
    let now = Utc::now();
    let mut lines = Vec::new();
    for plan in &plans {
        let mut counts = [0_i64; 4];
        for (count, state) in counts.iter_mut().zip(STATES) {
            let of = Filter { states: &[state.name()], parent: Some(&plan.plan_id), ..Filter::default() };
            *count = desk.store.count::<Pick>(&of).await?;
        }
        lines.push(line(t, plan, &people, counts, now));
    }
    show(&Page { frame: &frame, t, may_draw: desk.may(who.person(), Right::Plan), lines, more })
}

fn line(t: Texts, plan: &Plan, people: &HashMap<String, String>, counts: [i64; 4], now: DateTime<Utc>) -> Line {
    let [done, begun, waiting, impossible] = counts;
    let all = counts.iter().sum::<i64>().max(1) as f64;
    let mut from = 0.0;
    let mut part = |class: &'static str, count: i64| {
        let (x, width) = (from, 100.0 * count as f64 / all);
        from += width;
        (class, x, width)
    };
    let number = |value: i64| format::count(t.0, value);
    Line {
        url: format!("/plans/{}", encoded(&plan.plan_id)),
        name: plan.name.clone(),
        days: days(plan),
        line: plan.line.as_deref().map_or_else(|| t.get("plans.all_lines").to_owned(), |line| line_name(t, line)),
        made_by: name_of(people, &plan.made_by),
        due: last_day(plan.due_at),
        late: plan.due_at <= now && waiting + begun > 0,
        done: format!("{} / {}", number(done + impossible), number(counts.iter().sum())),
        bar: vec![part("part-1", done), part("part-2", begun), part("part-5", impossible)],
        bar_said: t
            .fill("plans.progress_said", &[&number(done), &number(begun), &number(waiting), &number(impossible)]),
        counts: counts.map(number),
        short: plan.short.len(),
    }
}

/// Somebody who can be given calls to hear.
struct Hand {
    person_id: String,
    name: String,
    role: String,
    representative: String,
    employment: employments::Line,
    takes: bool,
    quota: String,
}

/// A plan's form as it is typed.
struct Typed {
    name: String,
    first_day: String,
    last_day: String,
    each: String,
    risk_most: String,
    long_hold: String,
    low_survey: String,
    /// Empty: the machine's score is no risk.
    low_score: String,
    seed: String,
    due_days: String,
}

#[derive(Template)]
#[template(path = "work/plan_new.html")]
struct New<'a> {
    frame: &'a Frame,
    t: Texts,
    typed: Typed,
    lines: Vec<Choice>,
    strata: Vec<Choice>,
    hands: Vec<Hand>,
    wrong: Wrong,
    problem: String,
}

/// What is wrong, by field.
#[derive(Default)]
struct Wrong(Vec<(&'static str, String)>);

impl Wrong {
    fn of(&self, field: &str) -> &str {
        self.0.iter().find(|(name, _)| *name == field).map_or("", |(_, line)| line)
    }

    fn put(&mut self, field: &'static str, line: impl Into<String>) {
        self.0.push((field, line.into()));
    }
}

/// A word that nobody chose: it can be read aloud, and it is not the same twice.
fn word() -> String {
    const SOUNDS: [&[u8]; 2] = [b"bdfghjklmnprstvyz", b"aeiou"];
    let bytes = uuid::Uuid::new_v4().into_bytes();
    // Two of its bytes say the version and are the same in part.
    let chance = bytes[..6].iter().chain(&bytes[10..14]);
    chance
        .enumerate()
        .map(|(at, byte)| {
            let of = SOUNDS[at % 2];
            char::from(of[usize::from(*byte) % of.len()])
        })
        .collect()
}

pub async fn blank(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
) -> Result<Html<String>, PageError> {
    new_page(&shared, &frame, &who, None, Wrong::default(), String::new()).await
}

async fn new_page(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    sent: Option<&Fields>,
    wrong: Wrong,
    problem: String,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let choices = shared.data.choices().await?;
    let design = Design::default();
    let last = choices.days.map_or_else(|| meyar_work::terms::day(shared.data.now()), |(_, last)| last);
    let first = last.with_day(1).unwrap_or(last);
    let text = |name: &str, otherwise: String| sent.map_or(otherwise, |sent| sent.text(name).to_owned());
    let line = sent.map(|sent| sent.text("line"));
    let mut lines = vec![Choice::new("", t.get("plans.all_lines"), line)];
    lines.extend(choices.lines.iter().map(|name| Choice::new(name, line_name(t, name), line)));
    let stratum = |stratum: &Stratum| Choice {
        value: stratum.name().to_owned(),
        text: t.name("stratum", stratum.name()).to_owned(),
        chosen: sent.map_or(design.strata.contains(stratum), |sent| sent.ticked(&field("stratum", stratum.name()))),
    };
    let (employments, today) = (desk.employments(who.person()).await?, meyar_work::terms::day(shared.data.now()));
    let hand = |person: Person| Hand {
        employment: employments::Line::of(t, employments.get(&person.person_id), today),
        takes: sent.is_none_or(|sent| sent.ticked(&field("takes", &person.person_id))),
        quota: text(&field("quota", &person.person_id), String::new()),
        role: t.name("role", person.role.name()).to_owned(),
        representative: person.representative.unwrap_or_default(),
        name: person.name,
        person_id: person.person_id,
    };
    show(&New {
        frame,
        t,
        typed: Typed {
            name: text("name", String::new()),
            first_day: text("first_day", first.to_string()),
            last_day: text("last_day", last.to_string()),
            each: text("each", design.each.to_string()),
            risk_most: text("risk_most", "10".to_owned()),
            long_hold: text("long_hold", (design.long_hold_ms / 1000).to_string()),
            low_survey: text("low_survey", (design.low_survey_share * 100.0).round().to_string()),
            low_score: text("low_score", design.low_score.map(|score| score.to_string()).unwrap_or_default()),
            seed: text("seed", word()),
            due_days: text("due_days", "5".to_owned()),
        },
        lines,
        strata: Stratum::ALL.iter().map(stratum).collect(),
        hands: desk.able(Right::Assess, Utc::now()).await?.into_iter().map(hand).collect(),
        wrong,
        problem,
    })
}

fn field(name: &str, of: &str) -> String {
    format!("{name}-{of}")
}

/// A plan as it was sent, or what is wrong with it.
fn read(t: Texts, sent: &Fields, lines: &[String], hands: &[Person]) -> Result<(NewPlan, Vec<Worker>), Wrong> {
    let mut wrong = Wrong::default();
    let name = sent.text("name");
    if name.is_empty() || name.chars().count() > 120 {
        wrong.put("name", t.get("plans.wrong_name"));
    }
    let mut day = |field: &'static str| -> NaiveDate {
        sent.text(field).parse().unwrap_or_else(|_| {
            wrong.put(field, t.get("plans.wrong_day"));
            NaiveDate::MIN
        })
    };
    let (first_day, last_day) = (day("first_day"), day("last_day"));
    if wrong.of("first_day").is_empty() && wrong.of("last_day").is_empty() {
        if last_day < first_day {
            wrong.put("last_day", t.get("plans.wrong_order"));
        } else if (last_day - first_day).num_days() >= MOST_DAYS {
            wrong.put("last_day", t.fill("plans.wrong_long", &[&MOST_DAYS.to_string()]));
        }
    }
    let mut number = |field: &'static str, least: usize, most: usize| -> usize {
        sent.text(field).parse().ok().filter(|number| (least..=most).contains(number)).unwrap_or_else(|| {
            wrong.put(field, t.fill("plans.wrong_number", &[&least.to_string(), &most.to_string()]));
            least
        })
    };
    let (each, risk_most) = (number("each", 1, MOST_EACH), number("risk_most", 0, MOST_RISKS));
    let (long_hold, low_survey) = (number("long_hold", 1, 36_000), number("low_survey", 0, 100));
    let due_days = number("due_days", 1, MOST_DUE_DAYS as usize);
    let low_score = (!sent.text("low_score").is_empty()).then(|| number("low_score", 1, 100) as f64);
    let line = Some(sent.text("line")).filter(|line| !line.is_empty());
    if line.is_some_and(|line| lines.iter().all(|known| known != line)) {
        wrong.put("line", t.get("plans.wrong_line"));
    }
    let seed = sent.text("seed");
    if seed.is_empty() || seed.chars().count() > 120 {
        wrong.put("seed", t.get("plans.wrong_seed"));
    }
    let mut workers = Vec::new();
    for person in hands.iter().filter(|person| sent.ticked(&field("takes", &person.person_id))) {
        let quota = match sent.text(&field("quota", &person.person_id)) {
            "" => None,
            text => match text.parse::<usize>() {
                Ok(quota @ 1..=10_000) => Some(quota),
                _ => {
                    wrong.put("hands", t.fill("plans.wrong_quota", &[&person.name]));
                    None
                }
            },
        };
        workers.push(Worker {
            person_id: person.person_id.clone(),
            representative: person.representative.clone(),
            quota,
        });
    }
    if workers.is_empty() {
        wrong.put("hands", t.get("plans.wrong_hands"));
    }
    if !wrong.0.is_empty() {
        return Err(wrong);
    }
    let strata = Stratum::ALL.iter().copied().filter(|stratum| sent.ticked(&field("stratum", stratum.name())));
    let design = Design {
        seed: seed.to_owned(),
        strata: strata.collect(),
        each,
        risk_most,
        long_hold_ms: 1000 * long_hold as i64,
        low_survey_share: low_survey as f64 / 100.0,
        low_score,
    };
    let (name, line) = (name.to_owned(), line.map(str::to_owned));
    Ok((NewPlan { name, first_day, last_day, line, design, due_days: due_days as u32 }, workers))
}

pub async fn draw(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let lines = shared.data.choices().await?.lines;
    let (mut wrong, mut problem) = (Wrong::default(), String::new());
    match read(t, &sent, &lines, &desk.able(Right::Assess, Utc::now()).await?) {
        Err(found) => wrong = found,
        Ok((new, workers)) => {
            let calls = shared.data.candidates(new.first_day, new.last_day, new.line.as_deref()).await?;
            match desk.draw(who.person(), new, &calls, &workers, Utc::now()).await {
                Ok(plan) => return Ok(Redirect::to(&format!("/plans/{}", encoded(&plan.plan_id))).into_response()),
                Err(WorkError::Invalid(invalid)) if invalid.field == "days" => {
                    wrong.put("first_day", t.fill("plans.wrong_empty", &[&format::count(t.0, calls.len() as i64)]));
                }
                // The calendar of working days, for one, ends somewhere.
                Err(WorkError::Invalid(invalid)) => problem = crate::problems::invalid(frame.t, &invalid),
                Err(error) => return Err(error.into()),
            }
        }
    }
    if problem.is_empty() {
        problem = t.get("plans.mend").to_owned();
    }
    let page = new_page(&shared, &frame, &who, Some(&sent), wrong, problem).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

struct Row {
    pick_id: String,
    version: i64,
    call_id: String,
    call_url: Option<String>,
    representative: String,
    stratum: String,
    why: String,
    risky: bool,
    who: String,
    state: String,
    state_class: &'static str,
    note: String,
    due: String,
    late: bool,
    /// To whom it can be given; empty where it cannot.
    to: Vec<Choice>,
}

struct Missing {
    stratum: String,
    asked: String,
    found: String,
}

#[derive(Template)]
#[template(path = "work/plan.html")]
struct One<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    name: &'a str,
    lead: String,
    facts: Vec<(&'static str, String)>,
    rules: Vec<(&'static str, String)>,
    seed: &'a str,
    short: Vec<Missing>,
    unassigned: String,
    rows: Vec<Row>,
    page: usize,
    range: String,
    previous_url: Option<String>,
    next_url: Option<String>,
    problem: String,
}

#[derive(Deserialize)]
pub struct Asked {
    page: Option<String>,
}

pub async fn one(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(plan_id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let page = match crate::pages::chosen(asked.page) {
        None => 1,
        Some(text) => match text.parse::<usize>() {
            Ok(page @ 1..=100_000) => page,
            _ => return Err(PageError::bad_request(frame.t.fill("error.bad_page", &[&text]))),
        },
    };
    screen(&shared, &frame, &who, &plan_id, page, String::new()).await
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    plan_id: &str,
    page: usize,
    problem: String,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let plan = desk.store.get::<Plan>(plan_id).await?;
    let picks: Vec<Record<Pick>> = desk.store.list(&Filter { parent: Some(plan_id), ..Filter::default() }).await?;
    let people = people(desk).await?;
    let hands =
        if desk.may(who.person(), Right::Plan) { desk.able(Right::Assess, Utc::now()).await? } else { Vec::new() };
    let may_open = desk.may(who.person(), Right::Calls);
    let (now, blind) = (Utc::now(), desk.blind_to(who.person()).await?);
    let number = |value: usize| format::count(t.0, value as i64);
    let row = |pick: &Record<Pick>| Row {
        pick_id: pick.pick_id.clone(),
        version: pick.version,
        call_id: pick.call_id.clone(),
        call_url: may_open.then(|| format!("/calls/{}", encoded(&pick.call_id))),
        representative: pick.representative.clone().unwrap_or_default(),
        stratum: pick.stratum.clone(),
        why: match pick.risk {
            Some(risk) if risk.is_of_marks() && blind.contains(&pick.call_id) => t.get("plans.risk_hidden").to_owned(),
            _ => why(t, pick),
        },
        risky: pick.risk.is_some(),
        who: pick.assignee.as_deref().map(|person| name_of(&people, person)).unwrap_or_default(),
        state: t.name("pick_state", pick.state.name()).to_owned(),
        state_class: match pick.state {
            PickState::Waiting => "",
            PickState::Begun => "info",
            PickState::Done => "ok",
            PickState::Impossible => "lost",
        },
        note: pick.note.clone(),
        due: last_day(pick.due_at),
        late: pick.due_at <= now && matches!(pick.state, PickState::Waiting | PickState::Begun),
        to: match pick.state {
            PickState::Waiting => takers(pick, &hands),
            // Who begun it assesses no longer.
            PickState::Begun if !hands.iter().any(|one| Some(&one.person_id) == pick.assignee.as_ref()) => {
                takers(pick, &hands)
            }
            _ => Vec::new(),
        },
    };
    let offset = (page - 1).saturating_mul(PICKS);
    let rows: Vec<Row> = picks.iter().skip(offset).take(PICKS).map(row).collect();
    let last = offset.saturating_add(rows.len());
    let url = |page: usize| format!("/plans/{}?page={page}", encoded(plan_id));
    let unassigned = picks.iter().filter(|pick| pick.assignee.is_none() && pick.state == PickState::Waiting).count();
    let made = t.fill("plans.made", &[&name_of(&people, &plan.made_by), &format::date_time(plan.made_at)]);
    show(&One {
        frame,
        t,
        id: encoded(plan_id),
        name: &plan.name,
        lead: made,
        facts: facts(t, &plan, &picks),
        rules: rules(t, &plan),
        seed: &plan.design.seed,
        short: plan
            .short
            .iter()
            .map(|short| Missing {
                stratum: short.stratum.clone(),
                asked: number(short.asked),
                found: number(short.found),
            })
            .collect(),
        unassigned: if unassigned == 0 { String::new() } else { number(unassigned) },
        rows,
        page,
        range: t.fill("calls.range", &[&number(offset.saturating_add(1)), &number(last), &number(picks.len())]),
        previous_url: (page > 1).then(|| url(page - 1)),
        next_url: (last < picks.len()).then(|| url(page + 1)),
        problem,
    })
}

fn why(t: Texts, pick: &Pick) -> String {
    match (pick.risk, pick.probability) {
        (Some(risk), _) => t.name("risk", risk.name()).to_owned(),
        (None, Some(chance)) => t.fill("plans.random", &[&format::percent(t.0, 100.0 * chance)]),
        (None, None) => t.name("purpose", "random").to_owned(),
    }
}

/// Everybody who assesses, but whoever has it already and whoever answered it.
fn takers(pick: &Pick, hands: &[Person]) -> Vec<Choice> {
    let can = |person: &&Person| {
        pick.assignee.as_ref() != Some(&person.person_id) && not_own(person, pick.representative.as_deref()).is_ok()
    };
    hands.iter().filter(can).map(|person| Choice::new(&person.person_id, &person.name, None)).collect()
}

fn facts(t: Texts, plan: &Record<Plan>, picks: &[Record<Pick>]) -> Vec<(&'static str, String)> {
    let number = |value: usize| format::count(t.0, value as i64);
    let of = |state: PickState| number(picks.iter().filter(|pick| pick.state == state).count());
    vec![
        (t.find("plans.days").unwrap_or_default(), days(plan)),
        (
            t.find("plans.line").unwrap_or_default(),
            plan.line.as_deref().map_or_else(|| t.get("plans.all_lines").to_owned(), |line| line_name(t, line)),
        ),
        (t.find("plans.calls").unwrap_or_default(), number(plan.calls)),
        (t.find("plans.audible").unwrap_or_default(), number(plan.audible)),
        (t.find("plans.picks").unwrap_or_default(), number(picks.len())),
        (t.find("plans.due").unwrap_or_default(), last_day(plan.due_at)),
        (t.find("pick_state.done").unwrap_or_default(), of(PickState::Done)),
        (t.find("pick_state.begun").unwrap_or_default(), of(PickState::Begun)),
        (t.find("pick_state.waiting").unwrap_or_default(), of(PickState::Waiting)),
        (t.find("pick_state.impossible").unwrap_or_default(), of(PickState::Impossible)),
    ]
}

fn rules(t: Texts, plan: &Plan) -> Vec<(&'static str, String)> {
    let design = &plan.design;
    let strata: Vec<&str> = design.strata.iter().map(|stratum| t.name("stratum", stratum.name())).collect();
    vec![
        (
            t.find("plans.strata").unwrap_or_default(),
            if strata.is_empty() { t.get("plans.one_stratum").to_owned() } else { strata.join(", ") },
        ),
        (t.find("plans.each").unwrap_or_default(), format::count(t.0, design.each as i64)),
        (t.find("plans.risk_most").unwrap_or_default(), format::count(t.0, design.risk_most as i64)),
        (t.find("plans.long_hold").unwrap_or_default(), format::count(t.0, design.long_hold_ms / 1000)),
        (t.find("plans.low_survey").unwrap_or_default(), format::decimal(t.0, design.low_survey_share * 100.0, 0)),
        (
            t.find("plans.low_score").unwrap_or_default(),
            design.low_score.map_or_else(|| t.get("plans.not_used").to_owned(), |score| format::number(t.0, score)),
        ),
    ]
}

#[derive(Deserialize)]
pub struct Given {
    person_id: String,
    version: i64,
    #[serde(default)]
    page: usize,
}

pub async fn give(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path((plan_id, pick_id)): Path<(String, String)>,
    Form(given): Form<Given>,
) -> Result<Response, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let pick = desk.store.get::<Pick>(&pick_id).await?;
    if pick.plan_id != plan_id {
        return Err(WorkError::NotFound { what: "pick", id: pick_id }.into());
    }
    let page = given.page.clamp(1, 100_000);
    let able = desk.able(Right::Assess, Utc::now()).await?.into_iter().find(|one| one.person_id == given.person_id);
    let to = match able {
        Some(to) => to,
        None => desk.store.person(&given.person_id).await?,
    };
    let (status, problem) = match desk.reassign(who.person(), &pick_id, given.version, &to, Utc::now()).await {
        Ok(_) => {
            let place = format!("/plans/{}?page={page}#pick-{}", encoded(&plan_id), encoded(&pick_id));
            return Ok(Redirect::to(&place).into_response());
        }
        Err(WorkError::Invalid(_)) if not_own(&to, pick.representative.as_deref()).is_err() => {
            (StatusCode::UNPROCESSABLE_ENTITY, t.fill("plans.own", &[&to.name, &pick.call_id]))
        }
        Err(WorkError::Invalid(_)) => (StatusCode::UNPROCESSABLE_ENTITY, t.fill("plans.no_assessor", &[&to.name])),
        Err(WorkError::Changed { .. } | WorkError::State { .. }) => {
            (StatusCode::CONFLICT, t.fill("plans.changed", &[&pick.call_id]))
        }
        Err(error) => return Err(error.into()),
    };
    let page = screen(&shared, &frame, &who, &plan_id, page, problem).await?;
    Ok((status, page).into_response())
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn a_seed_can_be_read_aloud_and_is_not_the_same_twice() {
        let (one, other) = (word(), word());
        assert!(one.len() == 10 && one.chars().all(|c| c.is_ascii_lowercase()) && one != other, "{one} {other}");
    }
}

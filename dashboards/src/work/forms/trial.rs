//! `/forms/drafts/{id}/trial`: past calls judged by the draft and by the version in force, side by side. Nothing of it is kept, and nobody's
//! result changes by it.

use super::{draft_url, name_of_form, shown, specs_of};
use crate::Shared;
use crate::data::DataError;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{encoded, show};
use crate::text::Texts;
use crate::work::Who;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use chrono::{Days, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Asia::Baku;
use meyar_judging::trial::{self, Compared, Tally, Trial};
use meyar_schemas::evaluations::Outcome;
use meyar_scoring::FormSpec;
use meyar_work::drafts::FormDraft;
use meyar_work::{Right, terms};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// One trial takes all of a core for a while; the pages of others come first.
static ROOM: Semaphore = Semaphore::const_new(1);

const MOST_DAYS: i64 = 366;
const CALLS_SHOWN: usize = 25;
/// The histogram's bins: points, and how many to each side of no change.
const POINTS: f64 = 5.0;
const EACH_SIDE: usize = 6;

struct Row {
    code: String,
    name: String,
    before: String,
    after: String,
    change: String,
    class: &'static str,
    /// From and to, of 100.
    line: Option<(f64, f64)>,
    said: String,
    marked: String,
    suspected: String,
    not_applicable: String,
    abstained: String,
}

struct PersonRow {
    name: String,
    calls: String,
    before: String,
    after: String,
    change: String,
    class: &'static str,
    suspected: String,
}

struct CallRow {
    url: Option<String>,
    call_id: String,
    representative: String,
    before: String,
    after: String,
    change: String,
    class: &'static str,
    turns: String,
}

struct Bar {
    x: usize,
    y: f64,
    height: f64,
    class: &'static str,
    label: String,
    count: String,
}

struct Outcomes {
    how_many: String,
    facts: Vec<(&'static str, String)>,
    rows: Vec<Row>,
    people: Vec<PersonRow>,
    calls: Vec<CallRow>,
    bars: Vec<Bar>,
    not_possible: String,
}

#[derive(Template)]
#[template(path = "work/form_trial.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    url: String,
    draft_url: String,
    title: String,
    lead: String,
    from: String,
    to: String,
    limit: String,
    result: Option<Outcomes>,
    problem: String,
}

#[derive(Deserialize)]
pub struct Asked {
    from: Option<String>,
    to: Option<String>,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(draft_id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let record = desk.store.get::<FormDraft>(&draft_id).await?;
    let today = terms::day(Utc::now());
    let threshold = |name: &str| desk.reference.threshold(name, today).map_err(meyar_work::WorkError::from);
    let most = threshold("form_trial_calls")?.clamp(1.0, 100_000.0) as usize;
    let last_days = threshold("form_trial_days")?.clamp(1.0, MOST_DAYS as f64) as u64;
    let last = shared.data.choices().await?.days.map_or(today, |(_, last)| last);
    let first = last.checked_sub_days(Days::new(last_days - 1)).unwrap_or(last);
    let wanted = asked.from.is_some() || asked.to.is_some();
    let text = |field: Option<String>, otherwise: NaiveDate| {
        field
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| otherwise.to_string())
    };
    let (from, to) = (text(asked.from, first), text(asked.to, last));
    // The version that a call of today would be judged by stands for "before": one version, whatever the days are.
    // A draft that is in force by now stands beside the version that it was made of.
    let in_force = desk.forms.form_for("az", today).map(|form| form.spec().form.clone());
    let in_force = in_force.filter(|head| (&head.id, &head.version) != (&record.form_id, &record.content.version));
    let before = match &in_force {
        Some(head) => specs_of(desk, &head.id, &head.version),
        None => specs_of(desk, &record.form_id, &record.base),
    };
    let version = before.first().map_or(String::new(), |spec| spec.form.version.clone());
    let (mut result, mut problem) = (None, String::new());
    if wanted {
        match span(t, &from, &to) {
            Err(line) => problem = line,
            Ok(days) => match ROOM.try_acquire() {
                Err(_) => problem = t.get("forms.trial_busy").to_owned(),
                Ok(_room) => {
                    let trial = run(&shared, days, most, before.clone(), record.specs.clone()).await?;
                    let may_open = desk.may(who.person(), Right::Calls);
                    let blind = desk.blind_to(who.person()).await?;
                    result = Some(outcomes(t, &trial, &before, &record.specs, may_open, &blind));
                }
            },
        }
    }
    let Some(spec) = record.specs.first() else {
        return Err(PageError::not_found(t.fill("forms.not_found", &[&record.title])));
    };
    show(&Page {
        frame: &frame,
        t,
        url: format!("{}/trial", draft_url(&draft_id)),
        draft_url: draft_url(&draft_id),
        title: format!("{} {}", name_of_form(t, spec), record.content.version),
        lead: t.fill("forms.trial_lead", &[&record.content.version, &version]),
        from,
        to,
        limit: t.fill("forms.trial_limit", &[&format::count(t.0, most as i64)]),
        result,
        problem,
    })
}

fn span(t: Texts, from: &str, to: &str) -> Result<(NaiveDate, NaiveDate), String> {
    let day = |text: &str| text.parse::<NaiveDate>().map_err(|_| t.fill("forms.wrong_day", &[text]));
    let (from, to) = (day(from)?, day(to)?);
    if to < from {
        return Err(t.get("forms.wrong_order").to_owned());
    }
    if (to - from).num_days() >= MOST_DAYS {
        return Err(t.fill("forms.wrong_long_span", &[&MOST_DAYS.to_string()]));
    }
    Ok((from, to))
}

async fn run(
    shared: &Shared,
    (from, to): (NaiveDate, NaiveDate),
    most: usize,
    before: Vec<FormSpec>,
    after: Vec<FormSpec>,
) -> Result<Trial, PageError> {
    let midnight = |day: NaiveDate| {
        Baku.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest().map(|at| at.with_timezone(&Utc))
    };
    let (Some(from), Some(to)) = (midnight(from), to.succ_opt().and_then(midnight)) else {
        return Err(PageError::bad_request(""));
    };
    let material =
        trial::material(&shared.data.lake, from, to, most, shared.data.now()).await.map_err(DataError::from)?;
    let reference = shared.work()?.desk.reference.clone();
    let judged = tokio::task::spawn_blocking(move || {
        let judge = |specs: &[FormSpec]| trial::judge_by(specs, reference.clone()).map_err(PageError::internal);
        trial::run(&material, &judge(&before)?, &judge(&after)?).map_err(PageError::internal)
    });
    judged.await.map_err(PageError::internal)?
}

fn signed(t: Texts, change: f64, places: u8) -> (String, &'static str) {
    let text = format::decimal(t.0, change, places);
    let is_none = text.trim_start_matches('−').chars().all(|digit| !digit.is_ascii_digit() || digit == '0');
    match change {
        _ if is_none => (format::decimal(t.0, 0.0, places), ""),
        change if change > 0.0 => (format!("+{text}"), "good"),
        _ => (text, "bad"),
    }
}

fn score(t: Texts, value: Option<f64>) -> String {
    value.map_or_else(|| format::NONE.to_owned(), |value| format::decimal(t.0, value, 1))
}

fn arrow(t: Texts, before: usize, after: usize) -> String {
    let number = |value: usize| format::count(t.0, value as i64);
    if before == after { number(after) } else { format!("{} → {}", number(before), number(after)) }
}

fn outcomes(
    t: Texts,
    trial: &Trial,
    before: &[FormSpec],
    after: &[FormSpec],
    may_open: bool,
    blind: &BTreeSet<String>,
) -> Outcomes {
    let number = |value: usize| format::count(t.0, value as i64);
    let names = |code: &str| {
        let of = |specs: &[FormSpec]| {
            let criterion = specs.first()?.criteria.iter().find(|criterion| criterion.code == code)?;
            Some(shown::pick(t, &criterion.name_az, &criterion.name_en).to_owned())
        };
        of(after).or_else(|| of(before)).unwrap_or_default()
    };
    let row = |(code, before, after): (String, Option<Tally>, Option<Tally>)| {
        let mean = |tally: Option<Tally>| tally.and_then(|tally| tally.mean());
        let shown = |tally: Option<Tally>| {
            mean(tally).map_or_else(|| format::NONE.to_owned(), |mean| format::decimal(t.0, mean, 2))
        };
        let both = mean(before).zip(mean(after));
        let (change, class) =
            both.map_or_else(|| (format::NONE.to_owned(), ""), |(before, after)| signed(t, after - before, 2));
        let of = |pick: fn(&Tally) -> usize| arrow(t, before.as_ref().map_or(0, pick), after.as_ref().map_or(0, pick));
        Row {
            name: names(&code),
            said: t.fill("forms.trial_said", &[&shown(before), &shown(after)]),
            before: shown(before),
            after: shown(after),
            line: both.map(|(before, after)| (4.0 + 92.0 * before, 4.0 + 92.0 * after)),
            marked: of(|tally| tally.marked),
            suspected: of(|tally| tally.suspected),
            not_applicable: of(|tally| tally.not_applicable),
            abstained: of(|tally| tally.abstained),
            change,
            class,
            code,
        }
    };
    let person = |person: trial::OfPerson| {
        let (change, class) = signed(t, person.change(), 1);
        PersonRow {
            calls: number(person.calls),
            before: score(t, Some(person.before)),
            after: score(t, Some(person.after)),
            change,
            class,
            suspected: arrow(t, person.suspected.0, person.suspected.1),
            name: person.representative,
        }
    };
    let suspected = trial.suspected();
    let changed = trial.calls.iter().filter(|call| call.is_changed()).count();
    let mut facts = vec![
        (t.find("forms.trial_changed").unwrap_or_default(), number(changed)),
        (t.find("forms.trial_suspected").unwrap_or_default(), arrow(t, suspected.0, suspected.1)),
    ];
    if let Some((before, after, n)) = trial.means() {
        let mean = |value: f64| format::decimal(t.0, value, 1);
        facts.insert(
            0,
            (t.find("forms.trial_means").unwrap_or_default(), format!("{} → {}", mean(before), mean(after))),
        );
        facts.insert(1, (t.find("forms.trial_scored").unwrap_or_default(), number(n)));
    }
    let looked = trial.calls.len() + trial.not_possible;
    Outcomes {
        how_many: t.fill("forms.trial_how_many", &[&number(looked), &number(trial.of)]),
        facts,
        rows: trial.criteria().into_iter().map(row).collect(),
        people: trial.people().into_iter().map(person).collect(),
        // What the reader has still to score blind is counted, and not shown by itself.
        calls: trial
            .most_changed(CALLS_SHOWN)
            .into_iter()
            .filter(|call| !blind.contains(&call.call_id))
            .map(|call| call_row(t, call, may_open))
            .collect(),
        bars: bars(t, trial),
        not_possible: if trial.not_possible == 0 { String::new() } else { number(trial.not_possible) },
    }
}

fn call_row(t: Texts, call: &Compared, may_open: bool) -> CallRow {
    let suspected = |outcome: Outcome| outcome == Outcome::CriticalSuspected;
    let (change, class) = call.change().map_or_else(|| (format::NONE.to_owned(), ""), |change| signed(t, change, 1));
    CallRow {
        url: may_open.then(|| format!("/calls/{}", encoded(&call.call_id))),
        call_id: call.call_id.clone(),
        representative: call.representative.clone().unwrap_or_default(),
        before: score(t, call.before.raw_score),
        after: score(t, call.after.raw_score),
        change,
        class,
        turns: match (suspected(call.before.outcome), suspected(call.after.outcome)) {
            (false, true) => t.get("forms.trial_now_suspected").to_owned(),
            (true, false) => t.get("forms.trial_no_longer").to_owned(),
            _ => String::new(),
        },
    }
}

/// Nothing where nothing changes: a chart of one bar says no more than the line above it.
fn bars(t: Texts, trial: &Trial) -> Vec<Bar> {
    let bins = trial.histogram(POINTS, EACH_SIDE);
    let highest = bins.iter().copied().max().unwrap_or(0);
    if bins.iter().enumerate().all(|(at, count)| at == EACH_SIDE || *count == 0) {
        return Vec::new();
    }
    let bar = |(at, count): (usize, usize)| {
        let height = 120.0 * count as f64 / highest as f64;
        let points = (at as f64 - EACH_SIDE as f64) * POINTS;
        let (label, class) = match at.cmp(&EACH_SIDE) {
            std::cmp::Ordering::Less => (format::number(t.0, points), "less"),
            std::cmp::Ordering::Equal => ("0".to_owned(), "same"),
            std::cmp::Ordering::Greater => (format!("+{}", format::number(t.0, points)), "more"),
        };
        Bar { x: 10 + 54 * at, y: 20.0 + 120.0 - height, height, class, label, count: format::count(t.0, count as i64) }
    };
    bins.into_iter().enumerate().map(bar).collect()
}

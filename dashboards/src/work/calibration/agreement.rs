//! `/calibration/agreement`: how far people agree with one another and the machine with people, criterion by criterion; and whether an assessor
//! drifts from the agreed masters. Below the limit of pairs there is no number, but how many are missing.

use super::super::Who;
use super::super::results::{CONFIDENCE, form_name};
use super::super::reviews::{name_of, people};
use super::signed;
use crate::Shared;
use crate::chart::{self, Name, Room, Scale, Tick};
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::pages::{Choice, chosen, marks, show};
use crate::problems;
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Html;
use chrono::{NaiveDate, Utc};
use meyar_schemas::evaluations::FormRef;
use meyar_scoring::Form;
use meyar_statistics::agreement::{Agreement, Bootstrap, Coefficient};
use meyar_statistics::{Interval, StatisticsError};
use meyar_work::assessment::{Assessment, State as Stands};
use meyar_work::calibration::Calibration;
use meyar_work::calibration::agreement::{Compared, Pairs, compared, of_criterion};
use meyar_work::calibration::severity::{
    Against, Period, against_master, drift, of_version, pooled_deviation, standing,
};
use meyar_work::store::{Filter, Record};
use meyar_work::{Desk, WorkError, terms};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The same pairs give the same intervals, whoever looks and whenever.
const BOOTSTRAP: Bootstrap = Bootstrap { resamples: 1000, seed: 20_240_627, confidence: CONFIDENCE };

#[derive(Deserialize)]
pub struct Asked {
    form: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

struct Line {
    code: String,
    name: String,
    n: String,
    /// Raw agreement, AC1 and alpha, each with its interval.
    shown: Option<[(String, String); 3]>,
    hint: &'static str,
    hint_class: &'static str,
    refused: String,
}

struct Part {
    id: &'static str,
    title: &'static str,
    note: &'static str,
    calls: String,
    lines: Vec<Line>,
}

struct Mark {
    x: String,
    y: String,
    mean_y: String,
    signal: bool,
    title: String,
}

struct Row {
    name: String,
    day: String,
    n: String,
    mean: String,
    smoothed: String,
    limits: String,
    place: String,
    class: &'static str,
}

/// The chart of one assessor.
struct Chart {
    line: String,
    low: String,
    high: String,
    marks: Vec<Mark>,
    names: Vec<Name>,
    upwards: Vec<Tick>,
    rows: Vec<Row>,
}

struct Assessor {
    name: String,
    calls: String,
    mean: String,
    interval: String,
    exact: String,
    chart: Option<Chart>,
    refused: String,
}

#[derive(Template)]
#[template(path = "work/agreement.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    forms: Vec<Choice>,
    from: String,
    to: String,
    parts: Vec<Part>,
    assessors: Vec<Assessor>,
    said: String,
}

fn key(form: &FormRef) -> String {
    format!("{} {} {}", form.id, form.version, form.language)
}

fn day(frame: &Frame, field: Option<String>) -> Result<Option<NaiveDate>, PageError> {
    let Some(text) = chosen(field) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| PageError::bad_request(frame.t.fill("error.bad_choice", &[&text])))
}

/// The limits by which a number is shown or read, as the reference has them today.
struct Limits {
    fewest: u64,
    reliable: f64,
    tentative: f64,
    weight: f64,
    width: f64,
}

fn limits(desk: &Desk) -> Result<Limits, WorkError> {
    let today = terms::day(Utc::now());
    let of = |name: &str| desk.reference.threshold(name, today);
    Ok(Limits {
        fewest: of("agreement_min_pairs")?.max(1.0) as u64,
        reliable: of("agreement_reliable")?,
        tentative: of("agreement_tentative")?,
        weight: of("drift_weight")?,
        width: of("drift_width")?,
    })
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let (from, to) = (day(&frame, asked.from)?, day(&frame, asked.to)?);
    let inside = |day: NaiveDate| from.is_none_or(|from| day >= from) && to.is_none_or(|to| day <= to);
    let states = super::super::my::published_states();
    let mut scores: Vec<Record<Assessment>> = desk.store.list(&Filter { states: &states, ..Filter::default() }).await?;
    let mut sets = desk.calibrations(who.person()).await?;
    sets.retain(|set| set.compared_at.is_some_and(|at| inside(terms::day(at))));
    // What was scored in a set belongs to the day of its comparison.
    scores.retain(|one| one.calibration_id.is_some() || one.published_at.is_some_and(|at| inside(terms::day(at))));
    let known = forms(t, desk, &scores, &sets);
    let asked_form = chosen(asked.form);
    let form = match &asked_form {
        Some(asked) => known.values().find(|(form, _)| key(&form.reference()) == *asked).map(|(form, _)| *form),
        // The newest of what was judged; without any the one that is in force.
        None => known
            .values()
            .next_back()
            .map(|(form, _)| *form)
            .or_else(|| desk.forms.form_for("az", terms::day(Utc::now()))),
    };
    let form = form.ok_or_else(|| {
        PageError::bad_request(t.fill("error.bad_choice", &[asked_form.as_deref().unwrap_or_default()]))
    })?;
    let limits = limits(desk)?;
    let assessors = assessors(t, desk, &limits, &form.reference(), (&scores, &sets), &people(desk).await?);
    let chosen_key = key(&form.reference());
    let mut choices: Vec<Choice> =
        known.values().rev().map(|(form, name)| Choice::new(key(&form.reference()), name, Some(&chosen_key))).collect();
    if choices.is_empty() {
        choices.push(Choice::new(&chosen_key, form_name(t, desk, &form.reference()), Some(&chosen_key)));
    }
    // A thousand resamples of every criterion: not on the threads that answer.
    let (owned, reference) = (desk.clone(), form.reference());
    let parts = tokio::task::spawn_blocking(move || {
        let form = owned.forms.named(&reference)?;
        Some(parts(t, form, &compared(form, &scores, &sets), &limits))
    });
    let parts = parts.await.map_err(PageError::internal)?.unwrap_or_default();
    show(&Page {
        frame: &frame,
        t,
        forms: choices,
        from: from.map(|day| day.to_string()).unwrap_or_default(),
        to: to.map(|day| day.to_string()).unwrap_or_default(),
        said: t.say("agreement.lead", &[("n", (parts_limit(desk)?).into())]),
        parts,
        assessors,
    })
}

fn parts_limit(desk: &Desk) -> Result<i64, WorkError> {
    Ok(limits(desk)?.fewest as i64)
}

/// The versions of forms that anything was judged by, the newest last.
fn forms<'a>(
    t: Texts,
    desk: &'a Desk,
    scores: &[Record<Assessment>],
    sets: &[Record<Calibration>],
) -> BTreeMap<(Option<NaiveDate>, String), (&'a Form, String)> {
    let of_sets = sets.iter().flat_map(|set| set.calls.iter().map(|call| &call.form));
    let all = scores.iter().filter(|one| one.state != Stands::Voided).map(|one| &one.form).chain(of_sets);
    all.filter_map(|reference| {
        let form = desk.forms.named(reference)?;
        let begins = desk.forms.days(form).map(|(first, _)| first);
        Some(((begins, key(reference)), (form, form_name(t, desk, reference))))
    })
    .collect()
}

fn parts(t: Texts, form: &Form, found: &Compared, limits: &Limits) -> Vec<Part> {
    [
        ("people", "agreement.people", "agreement.people_note", &found.people),
        ("machine-blind", "agreement.machine_blind", "agreement.machine_blind_note", &found.machine_blind),
        ("machine-work", "agreement.machine_work", "agreement.machine_work_note", &found.machine_at_work),
    ]
    .into_iter()
    .map(|(id, title, note, pairs)| Part {
        id,
        title: t.find(title).unwrap_or_default(),
        note: t.find(note).unwrap_or_default(),
        calls: t.say("agreement.calls", &[("n", (pairs.calls as i64).into())]),
        lines: form.criteria().iter().map(|criterion| line(t, criterion, pairs, limits)).collect(),
    })
    .collect()
}

fn line(t: Texts, criterion: &meyar_scoring::Criterion, pairs: &Pairs, limits: &Limits) -> Line {
    let told = of_criterion(pairs, criterion, limits.fewest, &BOOTSTRAP);
    let have = pairs.units.get(&criterion.code).map_or(0, Vec::len);
    let (hint, hint_class) = told.as_ref().ok().map_or(("", "none"), |found| hint(t, found, limits));
    Line {
        code: criterion.code.clone(),
        name: marks::criterion_name(t, criterion).to_owned(),
        n: format::count(t.0, have as i64),
        hint,
        hint_class,
        refused: told.as_ref().err().map(|error| refusal(t, error)).unwrap_or_default(),
        shown: told.ok().map(|found| {
            let percent = |value: f64| format::percent(t.0, 100.0 * value);
            let index = |value: f64| format::decimal(t.0, value, 2).replace('-', "−");
            let with = |coefficient: Coefficient, shown: &dyn Fn(f64) -> String| {
                let interval = coefficient.interval;
                let interval = interval.map(|Interval { low, high }| format!("{} … {}", shown(low), shown(high)));
                (shown(coefficient.value), interval.unwrap_or_else(|| NONE.to_owned()))
            };
            let alpha = found.alpha.map(|alpha| with(alpha, &index));
            // All marks are the same: alpha is not defined, and that is no sign of disagreement.
            let same = || (NONE.to_owned(), t.get("agreement.all_same").to_owned());
            [with(found.raw, &percent), with(found.ac1, &index), alpha.unwrap_or_else(same)]
        }),
    }
}

/// A word to read alpha by, after Krippendorff; no verdict.
fn hint(t: Texts, found: &Agreement, limits: &Limits) -> (&'static str, &'static str) {
    let (key, class) = match found.alpha.map(|alpha| alpha.value) {
        None => ("agreement.hint_none", "none"),
        Some(alpha) if alpha >= limits.reliable => ("agreement.hint_reliable", "ok"),
        Some(alpha) if alpha >= limits.tentative => ("agreement.hint_tentative", "info"),
        Some(_) => ("agreement.hint_weak", "warn"),
    };
    (t.find(key).unwrap_or_default(), class)
}

fn refusal(t: Texts, error: &StatisticsError) -> String {
    match error {
        StatisticsError::TooFew { have, needed, .. } => {
            t.say("agreement.few", &[("more", ((needed - have) as i64).into()), ("needed", (*needed as i64).into())])
        }
        error => problems::statistics(t, error),
    }
}

/* ---- drift */

fn assessors(
    t: Texts,
    desk: &Desk,
    limits: &Limits,
    form: &FormRef,
    (scores, sets): (&[Record<Assessment>], &[Record<Calibration>]),
    people: &HashMap<String, String>,
) -> Vec<Assessor> {
    let all = of_version(against_master(|form| desk.forms.named(form), scores, sets), form);
    let mut by_person: BTreeMap<(String, &str), Vec<&Against>> = BTreeMap::new();
    for one in &all {
        by_person.entry((name_of(people, &one.person_id), &one.person_id)).or_default().push(one);
    }
    // Limits from a handful of calls would be chance themselves.
    let deviation = pooled_deviation(&all).filter(|_| all.len() as u64 >= limits.fewest);
    let assessor = |((name, _), own): ((String, &str), Vec<&Against>)| {
        let standing = standing(&own, CONFIDENCE)?;
        let periods = deviation.and_then(|deviation| drift(&own, deviation, limits.weight, limits.width).ok());
        let chart = periods.filter(|periods| periods.len() >= 2).map(|periods| chart(t, &periods));
        let interval = standing
            .severity
            .map(|found| format!("{} … {}", signed(t, found.interval.low), signed(t, found.interval.high)));
        let more = limits.fewest.saturating_sub(all.len() as u64);
        let refused = match (&chart, more) {
            (Some(_), _) => String::new(),
            (None, 1..) => t.say("agreement.drift_few", &[("more", (more as i64).into())]),
            (None, 0) => t.get("agreement.drift_once").to_owned(),
        };
        Some(Assessor {
            name,
            calls: format::count(t.0, standing.calls as i64),
            mean: signed(t, standing.mean),
            interval: interval.unwrap_or_else(|| NONE.to_owned()),
            exact: format::percent(t.0, 100.0 * standing.exact as f64 / standing.criteria.max(1) as f64),
            chart,
            refused,
        })
    };
    by_person.into_iter().filter_map(assessor).collect()
}

/// Whole days are long names.
const ROOM: Room = Room { wide: 8, narrow: 3 };

fn chart(t: Texts, periods: &[Period]) -> Chart {
    let reach = periods
        .iter()
        .flat_map(|period| [period.mean, period.point.value, period.point.limits.low, period.point.limits.high])
        .fold(1.0, |most: f64, value| most.max(value.abs()));
    let scale = Scale::around_zero(reach * 1.1);
    let along = |at: usize| chart::middle(at, periods.len());
    let points = |of: fn(&Period) -> f64| {
        chart::curve(periods.iter().enumerate().map(|(at, period)| (along(at), scale.down(of(period)))))
    };
    let days: Vec<String> = periods.iter().map(|period| format::date(terms::day(period.at))).collect();
    let mark = |(at, period): (usize, &Period)| Mark {
        x: chart::percent(along(at)),
        y: chart::percent(scale.down(period.point.value)),
        mean_y: chart::percent(scale.down(period.mean)),
        signal: period.point.signal,
        title: format!("{}: {} (n = {})", period.name, signed(t, period.point.value), period.n),
    };
    let row = |period: &Period| {
        let (place, class) = match (period.point.signal, period.point.value < 0.0) {
            (false, _) => ("agreement.inside", "none"),
            (true, true) => ("agreement.severe", "warn"),
            (true, false) => ("agreement.mild", "warn"),
        };
        Row {
            name: period.name.clone(),
            day: format::date(terms::day(period.at)),
            n: format::count(t.0, period.n as i64),
            mean: signed(t, period.mean),
            smoothed: signed(t, period.point.value),
            limits: format!("{} … {}", signed(t, period.point.limits.low), signed(t, period.point.limits.high)),
            place: t.get(place).to_owned(),
            class,
        }
    };
    Chart {
        line: points(|period| period.point.value),
        low: points(|period| period.point.limits.low),
        high: points(|period| period.point.limits.high),
        marks: periods.iter().enumerate().map(mark).collect(),
        names: chart::names(days.iter().map(String::as_str), ROOM),
        upwards: chart::levels(&scale, &scale.round(6, 0.0), |value| signed(t, value)),
        rows: periods.iter().map(row).collect(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn too_few_pairs_say_how_many_are_missing() {
        let error = StatisticsError::TooFew { field: "double-scored units", have: 3, needed: 20 };
        let said = refusal(Texts(Lang::Az), &error);
        assert!(said.contains("17") && said.contains("20"), "{said}");
        let said = refusal(Texts(Lang::En), &error);
        assert!(said.contains("17") && said.contains("20"), "{said}");
    }

    #[test]
    fn a_difference_says_its_side() {
        let t = Texts(Lang::Az);
        assert_eq!(signed(t, -2.5), "−2,5");
        assert_eq!(signed(t, 2.5), "+2,5");
        assert_eq!(signed(t, -0.01), "0,0");
    }
}

//! What a training changed, as its page shows it: marks of its criteria on random calls before and after, beside those who were not there.

use super::criterion_label;
use crate::Shared;
use crate::data::DataError;
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::text::Texts;
use crate::work::my::published_states;
use crate::work::results::{CONFIDENCE, form_name};
use chrono::{DateTime, Days, NaiveDate, Utc};
use datafusion::common::ScalarValue;
use meyar_lake::LakeError;
use meyar_statistics::interval::Interval;
use meyar_work::assessment::{Assessment, Purpose, State};
use meyar_work::labels::first_of_each_call;
use meyar_work::store::{Filter, Record};
use meyar_work::terms;
use meyar_work::trainings::effect::{Effect, Measured, Observed, Sample, effects, observed};
use meyar_work::trainings::{Attendance, Need, Training};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Assessments of everybody else that are read for comparison, the newest.
const OTHERS: i64 = 5000;
/// Calls that are asked for at once.
const AT_ONCE: usize = 500;

/// One row of the table: those who were there, or the others.
pub struct EffectRow {
    pub who: &'static str,
    pub before: String,
    pub before_n: String,
    pub after: String,
    pub after_n: String,
    pub change: String,
    /// Why there are no numbers.
    pub refused: String,
}

pub struct EffectTable {
    pub criterion: String,
    pub form: String,
    pub rows: Vec<EffectRow>,
}

pub struct EffectPart {
    pub note: String,
    pub tables: Vec<EffectTable>,
}

#[derive(Deserialize)]
struct Called {
    call_id: String,
    offered_at: Option<DateTime<Utc>>,
}

/// The days of calls near the training; a call that is not there was too long ago or too late.
async fn called(
    shared: &Shared,
    calls: &BTreeSet<&str>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<HashMap<String, NaiveDate>, PageError> {
    let period: meyar_lake::Period =
        format!("{from}..{to}").parse().map_err(LakeError::Invalid).map_err(DataError::from)?;
    let moment = |at: DateTime<Utc>| ScalarValue::TimestampMicrosecond(Some(at.timestamp_micros()), Some("UTC".into()));
    let calls: Vec<&str> = calls.iter().copied().collect();
    let mut days = HashMap::new();
    for some in calls.chunks(AT_ONCE) {
        let places: Vec<String> = (0..some.len()).map(|n| format!("$c{n}")).collect();
        let query = format!(
            "SELECT call_id, offered_at FROM calls WHERE offered_at >= $from AND offered_at < $to AND call_id IN ({})",
            places.join(", ")
        );
        let mut params = vec![("from".to_owned(), moment(period.from())), ("to".to_owned(), moment(period.to()))];
        params.extend(
            some.iter().enumerate().map(|(n, id)| (format!("c{n}"), ScalarValue::Utf8(Some((*id).to_owned())))),
        );
        let batches = shared.data.lake.sql(&query, params).await.map_err(DataError::from)?;
        for row in meyar_lake::output::rows(&batches).map_err(DataError::from)? {
            let call: Called = serde_json::from_value(row.into())
                .map_err(|cause| DataError::Shape { what: "days of calls", cause })?;
            if let Some(at) = call.offered_at {
                days.insert(call.call_id, terms::day(at));
            }
        }
    }
    Ok(days)
}

/// What is published of those who took part, whenever; and the newest of everybody.
async fn assessments(shared: &Shared, training: &Training) -> Result<Vec<Record<Assessment>>, PageError> {
    let store = &shared.work()?.desk.store;
    let states = published_states();
    let newest = Filter { states: &states, newest_first: true, limit: OTHERS, ..Filter::default() };
    let mut all: BTreeMap<String, Record<Assessment>> = BTreeMap::new();
    let mut found = store.list::<Assessment>(&newest).await?;
    // Only where there are more than were read can one of theirs be missing.
    if found.len() as i64 == OTHERS {
        for participant in &training.participants {
            let of = Filter { states: &states, about: Some(&participant.representative), ..Filter::default() };
            found.extend(store.list(&of).await?);
        }
    }
    all.extend(found.into_iter().map(|record| (record.assessment_id.clone(), record)));
    Ok(all.into_values().collect())
}

/// Nothing where no need of the training names a criterion.
pub async fn part(
    shared: &Shared,
    t: Texts,
    training: &Training,
    needs: &[Record<Need>],
) -> Result<Option<EffectPart>, PageError> {
    let desk = &shared.work()?.desk;
    let criteria: BTreeSet<&str> = needs.iter().filter_map(|need| need.criterion.as_deref()).collect();
    if criteria.is_empty() {
        return Ok(None);
    }
    let day = training.day();
    let threshold = |name: &str| desk.reference.threshold(name, day).map_err(meyar_work::WorkError::from);
    let fewest = threshold("training_effect_min_calls")?.max(1.0) as usize;
    let around = threshold("training_effect_days")?.clamp(1.0, 3650.0) as u64;
    let (from, to) = (day.checked_sub_days(Days::new(around)), day.checked_add_days(Days::new(around)));
    let (from, to) = (from.unwrap_or(day), to.unwrap_or(day));
    // Plans that overlap may draw a call twice: the second judgement says nothing of another call.
    let random = assessments(shared, training).await?.into_iter().map(|record| record.content);
    let all =
        first_of_each_call(random.filter(|one| one.purpose == Purpose::Random && one.state != State::Voided).collect());
    let seen: Vec<(&str, Vec<Observed>)> = criteria
        .into_iter()
        .map(|code| (code, all.iter().filter_map(|assessment| observed(assessment, code)).collect()))
        .collect();
    let calls: BTreeSet<&str> = seen.iter().flat_map(|(_, all)| all).map(|one| one.call_id.as_str()).collect();
    let days = if calls.is_empty() { HashMap::new() } else { called(shared, &calls, from, to).await? };
    let present = training.participants.iter().filter(|one| one.attendance == Some(Attendance::Present));
    let taught: BTreeSet<&str> = present.map(|one| one.representative.as_str()).collect();
    let mut tables = Vec::new();
    for (code, all) in &seen {
        let criterion = criterion_label(t, desk, code);
        let found = effects(all, |call| days.get(call).copied(), day, &taught, fewest, CONFIDENCE);
        let few = |before, after| Measured::TooFew(before, after);
        if found.is_empty() {
            let row = row(t, t.find("trainings.taught").unwrap_or_default(), &few(0, 0), fewest);
            tables.push(EffectTable { criterion: criterion.clone(), form: String::new(), rows: vec![row] });
        }
        tables.extend(found.iter().map(|effect| EffectTable {
            criterion: criterion.clone(),
            form: form_name(t, desk, &effect.form),
            rows: rows(t, effect, fewest),
        }));
    }
    let note =
        t.fill("trainings.effect_note", &[&format::date(from), &format::date(to), &format::count(t.0, fewest as i64)]);
    Ok(Some(EffectPart { note, tables }))
}

fn rows(t: Texts, effect: &Effect, fewest: usize) -> Vec<EffectRow> {
    vec![
        row(t, t.find("trainings.taught").unwrap_or_default(), &effect.taught, fewest),
        row(t, t.find("trainings.others").unwrap_or_default(), &effect.others, fewest),
    ]
}

fn row(t: Texts, who: &'static str, measured: &Measured, fewest: usize) -> EffectRow {
    let number = |value: usize| format::count(t.0, value as i64);
    let decimal = |value: f64| format::decimal(t.0, value, 2);
    let with = |mean: String, known: Option<Interval>| match known {
        Some(known) => format!("{mean} ({} – {})", decimal(known.low), decimal(known.high)),
        None => mean,
    };
    let sample = |sample: &Sample| with(decimal(sample.mean), sample.interval);
    match measured {
        Measured::TooFew(before, after) => EffectRow {
            who,
            before: String::new(),
            before_n: number(*before),
            after: String::new(),
            after_n: number(*after),
            change: String::new(),
            refused: t.fill("trainings.too_few", &[&number(fewest)]),
        },
        Measured::Enough(both) => EffectRow {
            who,
            before: sample(&both.before),
            before_n: number(both.before.calls),
            after: sample(&both.after),
            after_n: number(both.after.calls),
            change: both.change.as_ref().map_or_else(
                || NONE.to_owned(),
                |change| {
                    let sign = if change.mean > 0.0 { "+" } else { "" };
                    let mean = with(format!("{sign}{}", decimal(change.mean)), change.interval);
                    t.fill("trainings.change_of", &[&mean, &number(change.people)])
                },
            ),
            refused: String::new(),
        },
    }
}

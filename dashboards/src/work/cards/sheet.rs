//! A card as it is shown: to those who make it, to whom it is about, and on paper.

use super::{edition_name, period_name, position_name, shown_score, state_class, whom};
use crate::format::{self, NONE};
use crate::text::{Lang, Texts};
use meyar_work::cards::{Card, CardState, Indicator, Lacking, OfVersion, Part, Source, Unit};
use meyar_work::store::Record;
use std::collections::HashMap;

pub struct Line {
    pub code: String,
    pub name: String,
    /// Where it comes from, in words.
    pub source: String,
    pub source_url: Option<String>,
    /// Which versions of a form its value mixes; empty where it mixes none.
    pub mixed: String,
    pub n: String,
    pub value: String,
    pub scale: String,
    pub weight: String,
    pub points: String,
    /// Of 100.
    pub width: f64,
    /// What it adds to the score.
    pub share: String,
    pub lacking: String,
    pub note: String,
    /// Who entered in place of a measure, and when.
    pub entered: String,
    pub takes_entry: bool,
    /// Said beside what is entered in place of a measure.
    pub hint: &'static str,
    /// As an input of numbers has it.
    pub typed: String,
    pub low: String,
    pub high: String,
    pub limits: String,
}

pub struct Sheet {
    pub whom: String,
    pub position: String,
    pub period: String,
    pub edition: String,
    pub state: String,
    pub state_class: &'static str,
    pub score: String,
    /// Said where not all of the weight is known.
    pub renormalised: String,
    pub missing: Vec<String>,
    pub lines: Vec<Line>,
    pub facts: Vec<(&'static str, String)>,
    pub comment: String,
    pub correction: String,
    pub returned: String,
    pub approved_by: String,
    pub approved_on: String,
}

pub fn indicator_name(t: Texts, indicator: &Indicator) -> &str {
    match t.0 {
        Lang::Az => &indicator.name_az,
        Lang::En => &indicator.name_en,
    }
}

pub fn shown(t: Texts, unit: Unit, value: f64) -> String {
    match unit {
        Unit::Seconds => format::duration_ms(1000.0 * value),
        Unit::Percent => format::percent(t.0, value),
        Unit::Score => format::decimal(t.0, value, 1),
        Unit::Calls | Unit::Points => format::number(t.0, value),
    }
}

pub fn scale(t: Texts, indicator: &Indicator) -> String {
    let shown = |value| shown(t, indicator.unit, value);
    t.fill("cards.scale_text", &[&shown(indicator.worst), &shown(indicator.best)])
}

fn lacking(t: Texts, part: &Part) -> String {
    let least = part.indicator.least.to_string();
    match part.lacking() {
        None => String::new(),
        Some(Lacking::Value) => t.get("cards.lacks_value").to_owned(),
        Some(Lacking::Entry) => t.get("cards.lacks_entry").to_owned(),
        Some(Lacking::Count) => t.fill("cards.lacks_count", &[&format::count(t.0, part.n.unwrap_or(0) as i64), &least]),
    }
}

/// Scores of several versions in one mean: how many of each, and what each alone would say.
fn mixed(t: Texts, part: &Part) -> String {
    let one = |version: &OfVersion| {
        let value = shown(t, part.indicator.unit, version.value);
        t.fill("cards.mixed_one", &[&version.form, &value, &format::count(t.0, version.n as i64)])
    };
    let versions: Vec<String> = part.versions.iter().map(one).collect();
    if versions.is_empty() { String::new() } else { t.fill("cards.mixed", &[&versions.join("; ")]) }
}

fn line(t: Texts, card: &Card, part: &Part, people: &HashMap<String, String>, figures: bool) -> Line {
    let indicator = &part.indicator;
    let points = part.points();
    let name = |id: &String| people.get(id).unwrap_or(id).clone();
    let entered = match (&part.entered_by, part.entered_at) {
        (Some(by), Some(at)) => t.fill("cards.entered_by", &[&name(by), &format::date(meyar_work::terms::day(at))]),
        _ => String::new(),
    };
    // A note alone is no entry: what was measured stands as measured.
    let entered = if indicator.from == Source::Work && part.instead.is_none() { String::new() } else { entered };
    let (source, entered) = match (indicator.from, indicator.measure) {
        (Source::Figure, _) => (indicator.figure.clone(), String::new()),
        (Source::Work, Some(measure)) => (t.name("card_measure", measure.name()).to_owned(), entered),
        (Source::Work, None) => (t.name("card_source", indicator.from.name()).to_owned(), entered),
        (Source::Hand, _) if entered.is_empty() => (t.get("cards.by_hand").to_owned(), String::new()),
        (Source::Hand, _) => (entered, String::new()),
    };
    let is_figure = indicator.from == Source::Figure;
    // What stands in place of a measure is of no count.
    let (value, n) = match part.instead {
        Some(instead) => (Some(instead), None),
        None => (part.value, part.n),
    };
    let (low, high) = indicator.limits();
    let known = card.weight.max(f64::MIN_POSITIVE);
    let number = |value: f64| format::number(t.0, value);
    Line {
        code: indicator.code.clone(),
        name: indicator_name(t, indicator).to_owned(),
        source_url: (figures && is_figure).then(|| format!("/figures/{}", crate::pages::encoded(&indicator.figure))),
        source,
        mixed: mixed(t, part),
        n: n.map_or_else(|| NONE.to_owned(), |n| format::count(t.0, n as i64)),
        value: value.map_or_else(|| NONE.to_owned(), |value| shown(t, indicator.unit, value)),
        scale: scale(t, indicator),
        weight: number(indicator.weight),
        points: points.map_or_else(|| NONE.to_owned(), |points| format::decimal(t.0, points, 1)),
        width: points.unwrap_or_default(),
        share: match (points, card.score) {
            (Some(points), Some(_)) => format::decimal(t.0, points * indicator.weight / known, 1),
            _ => NONE.to_owned(),
        },
        lacking: lacking(t, part),
        note: part.note.clone(),
        entered,
        takes_entry: part.takes_entry(),
        hint: if indicator.from == Source::Work { t.get("cards.instead_note") } else { "" },
        typed: part.entry().map(|value| value.to_string()).unwrap_or_default(),
        low: low.to_string(),
        high: high.to_string(),
        limits: t.fill("cards.limits", &[&number(low), &number(high)]),
    }
}

pub fn sheet(t: Texts, card: &Record<Card>, people: &HashMap<String, String>, figures: bool) -> Sheet {
    let name = |id: &Option<String>| id.as_ref().map(|id| people.get(id).unwrap_or(id).clone()).unwrap_or_default();
    let missing: Vec<String> = card
        .lacking()
        .map(|(part, _)| {
            let weight = format::number(t.0, part.indicator.weight);
            t.fill("cards.missing_one", &[indicator_name(t, &part.indicator), &weight, &lacking(t, part)])
        })
        .collect();
    let weight = format::number(t.0, card.weight);
    let renormalised = match card.score {
        Some(_) if missing.is_empty() => String::new(),
        Some(_) => t.fill("cards.renormalised", &[&weight]),
        None => t.fill("cards.no_score", &[&weight, &format::number(t.0, card.least_weight)]),
    };
    let facts = [
        (t.get("cards.position"), Some(position_name(t, card))),
        (t.get("cards.period"), Some(period_name(t, card.period))),
        (t.get("cards.form"), Some(card.form_version.clone())),
        (t.get("cards.edition"), Some(card.edition.to_string())),
        (t.get("cards.asked_at"), card.has_measured().then(|| format::date_time(card.asked_at))),
        (t.get("cards.drafted_by"), Some(name(&Some(card.drafted_by.clone())))),
        (
            t.get("cards.submitted_by"),
            card.submitted_at.map(|at| format!("{}, {}", name(&card.submitted_by), format::date_time(at))),
        ),
        (
            t.get("cards.approved_by"),
            card.approved_at.map(|at| format!("{}, {}", name(&card.approved_by), format::date_time(at))),
        ),
        (t.get("cards.acknowledged_at"), card.acknowledged_at.map(format::date_time)),
    ];
    Sheet {
        whom: whom(people, card),
        position: position_name(t, card),
        period: period_name(t, card.period),
        edition: edition_name(t, card),
        state: t.name("card_state", card.state.name()).to_owned(),
        state_class: state_class(card.state),
        score: shown_score(t, card.score),
        renormalised,
        missing,
        lines: card.parts.iter().map(|part| line(t, card, part, people, figures)).collect(),
        facts: facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        comment: card.comment.clone(),
        correction: card.correction_reason.clone(),
        returned: if card.state == CardState::Returned {
            t.fill("cards.returned_line", &[&name(&card.returned_by), &card.return_reason])
        } else {
            String::new()
        },
        approved_by: name(&card.approved_by),
        approved_on: card.approved_at.map(|at| format::date(meyar_work::terms::day(at))).unwrap_or_default(),
    }
}

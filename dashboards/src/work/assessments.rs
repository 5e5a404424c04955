//! `/assessments`: everything that people have judged, and what it says of representatives without a league table.

use super::Who;
use super::my::published_states;
use super::recommendations;
use super::results::{self, CONFIDENCE, Mean, Sheet, by_form, form_name, shown_score, spread};
use super::reviews::{name_of, people};
use crate::Shared;
use crate::chart::{self, Scale, Tick};
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{Choice, chosen, encoded, query, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use chrono::{NaiveDate, Utc};
use meyar_schemas::evaluations::FormRef;
use meyar_statistics::compare::{FunnelPoint, mean_funnel};
use meyar_work::assessment::{Assessment, Purpose, State as Stands};
use meyar_work::store::{Filter, Record, Version};
use meyar_work::{WorkError, terms};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::str::FromStr;
use std::sync::Arc;

const PAGE: usize = 50;
/// The outer limits: of a thousand representatives like all others two lie outside.
const RARELY: f64 = 0.998;

#[derive(Deserialize)]
pub struct Asked {
    representative: Option<String>,
    assessor: Option<String>,
    state: Option<String>,
    purpose: Option<String>,
    form: Option<String>,
    from: Option<String>,
    to: Option<String>,
    page: Option<String>,
}

#[derive(Default)]
struct Wanted {
    representative: Option<String>,
    assessor: Option<String>,
    state: Option<Stands>,
    purpose: Option<Purpose>,
    /// As [`form_key`] writes it.
    form: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

fn form_key(form: &FormRef) -> String {
    format!("{} {} {}", form.id, form.version, form.language)
}

fn parsed<T: FromStr>(frame: &Frame, field: Option<String>, bad: &str) -> Result<Option<T>, PageError> {
    let Some(text) = chosen(field) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| PageError::bad_request(frame.t.fill(bad, &[&text])))
}

impl Wanted {
    fn read(frame: &Frame, asked: Asked) -> Result<(Wanted, usize), PageError> {
        let page = parsed::<usize>(frame, asked.page.clone(), "error.bad_page")?.unwrap_or(1);
        if !(1..=1_000_000).contains(&page) {
            return Err(PageError::bad_request(frame.t.fill("error.bad_page", &[&page.to_string()])));
        }
        let wanted = Wanted {
            representative: chosen(asked.representative),
            assessor: chosen(asked.assessor),
            state: parsed(frame, asked.state, "error.bad_choice")?,
            purpose: parsed(frame, asked.purpose, "error.bad_choice")?,
            form: chosen(asked.form),
            from: parsed(frame, asked.from, "assessments.bad_day")?,
            to: parsed(frame, asked.to, "assessments.bad_day")?,
        };
        Ok((wanted, page))
    }

    fn takes(&self, record: &Assessment) -> bool {
        let day = record.published_at.map(terms::day);
        self.purpose.is_none_or(|purpose| record.purpose == purpose)
            && self.form.as_ref().is_none_or(|form| *form == form_key(&record.form))
            && self.from.is_none_or(|from| day.is_some_and(|day| day >= from))
            && self.to.is_none_or(|to| day.is_some_and(|day| day <= to))
    }

    fn query(&self, page: usize) -> String {
        let (from, to) = (self.from.map(|day| day.to_string()), self.to.map(|day| day.to_string()));
        let page = (page > 1).then(|| page.to_string());
        query(&[
            ("representative", self.representative.as_deref()),
            ("assessor", self.assessor.as_deref()),
            ("state", self.state.map(Stands::name)),
            ("purpose", self.purpose.map(Purpose::name)),
            ("form", self.form.as_deref()),
            ("from", from.as_deref()),
            ("to", to.as_deref()),
            ("page", page.as_deref()),
        ])
    }
}

struct Select {
    name: &'static str,
    label: &'static str,
    options: Vec<Choice>,
}

struct Line {
    url: String,
    call_id: String,
    date: String,
    representative: String,
    assessor: String,
    purpose: String,
    form: String,
    score: String,
    critical: bool,
    state: String,
    state_class: &'static str,
}

struct Part {
    mean: Mean,
    funnel: Option<Funnel>,
    /// Why there is no funnel.
    refused: String,
}

#[derive(Template)]
#[template(path = "work/assessments.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    total: String,
    selects: Vec<Select>,
    from: String,
    to: String,
    filtered: bool,
    parts: Vec<Part>,
    lines: Vec<Line>,
    range: String,
    previous_url: Option<String>,
    next_url: Option<String>,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let (wanted, page) = Wanted::read(&frame, asked)?;
    let blind = desk.blind_to(who.person()).await?;
    let people = people(desk).await?;
    // A draft is nobody's business but its assessor's.
    let published = published_states();
    let mut all: Vec<Record<Assessment>> = desk.store.list(&Filter { states: &published, ..Filter::default() }).await?;
    all.retain(is_result);
    let fewest = desk.reference.threshold("funnel_min_calls", terms::day(Utc::now())).map_err(WorkError::from)?;
    let selects = selects(t, &wanted, &all, &people, |form| form_name(t, desk, form));
    let narrowed = |record: &&Record<Assessment>| {
        wanted.takes(record)
            && wanted.state.is_none_or(|state| record.state == state)
            && wanted.representative.is_none_or_is(record.representative.as_deref())
            && wanted.assessor.is_none_or_is(Some(&record.assessor))
    };
    let mut records: Vec<&Record<Assessment>> = all.iter().filter(narrowed).collect();
    records.sort_by_key(|record| std::cmp::Reverse((record.published_at, record.assessment_id.as_str())));
    let by_form = by_form(records.iter().map(|record| &record.content));
    let parts = by_form.values().rev().filter_map(|scored| {
        let mean = results::mean(t, desk, scored)?;
        let (funnel, refused) = match funnel(t, &scored.kept, fewest.max(2.0) as usize) {
            Ok(funnel) => (Some(funnel), String::new()),
            Err(why) => (None, why),
        };
        Some(Part { mean, funnel, refused })
    });
    let offset = (page - 1).saturating_mul(PAGE);
    let line = |record: &&Record<Assessment>| Line {
        url: format!("/assessments/{}", encoded(&record.assessment_id)),
        call_id: record.call_id.clone(),
        date: record.published_at.map(format::date_time).unwrap_or_default(),
        representative: record.representative.clone().unwrap_or_default(),
        assessor: name_of(&people, &record.assessor),
        purpose: t.name("purpose", record.purpose.name()).to_owned(),
        form: form_name(t, desk, &record.form),
        // What the reader has still to score blind is listed without its marks.
        score: shown_score(t, record.effective_score.filter(|_| !blind.contains(&record.call_id))),
        critical: !record.gates.is_empty() && !blind.contains(&record.call_id),
        state: t.name("assessment_state", record.state.name()).to_owned(),
        state_class: results::state_class(record.state),
    };
    let lines: Vec<Line> = records.iter().skip(offset).take(PAGE).map(line).collect();
    let number = |value: usize| format::count(t.0, value as i64);
    let last = offset.saturating_add(lines.len());
    let url = |page: usize| format!("/assessments{}", wanted.query(page));
    show(&Page {
        frame: &frame,
        t,
        total: t.say("assessments.total", &[("n", (records.len() as i64).into())]),
        selects,
        from: wanted.from.map(|day| day.to_string()).unwrap_or_default(),
        to: wanted.to.map(|day| day.to_string()).unwrap_or_default(),
        filtered: !wanted.query(1).is_empty(),
        parts: parts.collect(),
        range: t.fill("calls.range", &[&number(offset.saturating_add(1)), &number(last), &number(records.len())]),
        lines,
        previous_url: (page > 1).then(|| url(page - 1)),
        next_url: (last < records.len()).then(|| url(page + 1)),
    })
}

/// What several people scored to compare themselves stands on the pages of calibration, and is nobody's result.
fn is_result(record: &Record<Assessment>) -> bool {
    record.purpose != Purpose::Calibration
}

trait Narrows {
    fn is_none_or_is(&self, value: Option<&str>) -> bool;
}

impl Narrows for Option<String> {
    fn is_none_or_is(&self, value: Option<&str>) -> bool {
        self.is_none() || self.as_deref() == value
    }
}

fn selects(
    t: Texts,
    wanted: &Wanted,
    all: &[Record<Assessment>],
    people: &HashMap<String, String>,
    form_name: impl Fn(&FormRef) -> String,
) -> Vec<Select> {
    let select = |name, label: &'static str, chosen: Option<&str>, options: Vec<(String, String)>| {
        let mut listed = vec![Choice::new("", t.get("assessments.any"), chosen)];
        listed.extend(options.into_iter().map(|(value, text)| Choice::new(value, text, chosen)));
        // What an address asked for stays visible even if it is in no list.
        if let Some(value) = chosen.filter(|value| listed.iter().all(|choice| choice.value != *value)) {
            listed.push(Choice::new(value, value, chosen));
        }
        Select { name, label: t.get(label), options: listed }
    };
    let representatives: BTreeSet<&str> = all.iter().filter_map(|record| record.representative.as_deref()).collect();
    let assessors: BTreeSet<&str> = all.iter().map(|record| record.assessor.as_str()).collect();
    let forms: BTreeMap<String, String> =
        all.iter().map(|record| (form_key(&record.form), form_name(&record.form))).collect();
    let states = Stands::ALL.iter().filter(|state| **state != Stands::Draft).map(|state| state.name());
    let states = states.map(|code| (code.to_owned(), t.name("assessment_state", code).to_owned())).collect();
    let purposes =
        Purpose::ALL.iter().filter(|purpose| **purpose != Purpose::Calibration).map(|purpose| purpose.name());
    let purposes = purposes.map(|code| (code.to_owned(), t.name("purpose", code).to_owned())).collect();
    vec![
        select(
            "representative",
            "result.representative",
            wanted.representative.as_deref(),
            representatives.iter().map(|name| ((*name).to_owned(), (*name).to_owned())).collect(),
        ),
        select(
            "assessor",
            "result.assessor",
            wanted.assessor.as_deref(),
            assessors.iter().map(|id| ((*id).to_owned(), name_of(people, id))).collect(),
        ),
        select("state", "my.state", wanted.state.map(Stands::name), states),
        select("purpose", "my.purpose", wanted.purpose.map(Purpose::name), purposes),
        select("form", "my.form", wanted.form.as_deref(), forms.into_iter().collect()),
    ]
}

/* ---- the funnel */

struct Dot {
    x: String,
    y: String,
    /// Its name stands beside it only where chance does not explain it.
    label: String,
    /// On its left, where there would be no room on the right.
    leftwards: bool,
    title: String,
    place: Place,
}

struct Row {
    representative: String,
    n: String,
    mean: String,
    limits: String,
    place: String,
    place_class: &'static str,
}

struct Funnel {
    inner: Vec<String>,
    outer: Vec<String>,
    target_y: String,
    target: String,
    dots: Vec<Dot>,
    across: Vec<Tick>,
    upwards: Vec<Tick>,
    rows: Vec<Row>,
}

/// The funnel of one version of a form, or why there is none.
fn funnel(t: Texts, scored: &[(&Assessment, f64)], fewest: usize) -> Result<Funnel, String> {
    let mut by_representative: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (record, score) in scored {
        if let Some(representative) = record.representative.as_deref() {
            by_representative.entry(representative).or_default().push(*score);
        }
    }
    if by_representative.len() < 2 {
        return Err(t.get("assessments.funnel_few_people").to_owned());
    }
    let all: Vec<f64> = by_representative.values().flatten().copied().collect();
    if all.len() < fewest {
        let values = [("n", (all.len() as i64).into()), ("needed", (fewest as i64).into())];
        return Err(t.say("assessments.funnel_few_calls", &values));
    }
    // How calls of one and the same representative vary: what representatives differ by must not widen the limits.
    let (mut squares, mut freedom) = (0.0, 0.0);
    for scores in by_representative.values() {
        let more = scores.len() as f64 - 1.0;
        squares += spread(scores).1.powi(2) * more;
        freedom += more;
    }
    let (target, sd) = (spread(&all).0, if freedom > 0.0 { (squares / freedom).sqrt() } else { 0.0 });
    if sd <= 0.0 {
        return Err(t.get("assessments.funnel_same").to_owned());
    }
    let most = by_representative.values().map(Vec::len).max().unwrap_or(1) as u64;
    let sizes: Vec<u64> = (1..=most).collect();
    let limits = |confidence: f64| {
        mean_funnel(target, sd, &sizes, confidence).map_err(|error| crate::problems::statistics(t, &error))
    };
    let (inner, outer) = (limits(CONFIDENCE)?, limits(RARELY)?);
    let means: Vec<(&str, usize, f64)> =
        by_representative.iter().map(|(name, scores)| (*name, scores.len(), spread(scores).0)).collect();
    let place = |n: usize, mean: f64| {
        let outside =
            |limits: &[FunnelPoint]| limits.get(n - 1).is_some_and(|limit| mean < limit.low || mean > limit.high);
        match (outside(&inner), outside(&outer)) {
            (_, true) => Place::Outside,
            (true, false) => Place::Near,
            (false, false) => Place::Inside,
        }
    };
    // Tens, so that the axis has round numbers; a score is nowhere else than 0 … 100.
    let lowest = means.iter().map(|(.., mean)| *mean).chain(outer.last().map(|limit| limit.low)).fold(100.0, f64::min);
    let highest = means.iter().map(|(.., mean)| *mean).chain(outer.last().map(|limit| limit.high)).fold(0.0, f64::max);
    let (low, high) =
        (((lowest - 5.0) / 10.0).floor().max(0.0) * 10.0, ((highest + 5.0) / 10.0).ceil().min(10.0) * 10.0);
    let scores = Scale::new(low, if high > low { high } else { low + 10.0 });
    let sizes = Scale::of_counts(most as f64);
    let curve = |limits: &[FunnelPoint], of: fn(&FunnelPoint) -> f64| {
        chart::curve(limits.iter().map(|limit| (sizes.along(limit.n as f64), scores.down(of(limit)))))
    };
    let both = |limits: &[FunnelPoint]| vec![curve(limits, |limit| limit.low), curve(limits, |limit| limit.high)];
    let shown = |value: f64| format::decimal(t.0, value, 1);
    let count = |n: usize| format::count(t.0, n as i64);
    let dot = |(name, n, mean): &(&str, usize, f64)| {
        let (place, along) = (place(*n, *mean), sizes.along(*n as f64));
        Dot {
            x: chart::percent(along),
            y: chart::percent(scores.down(*mean)),
            label: if place == Place::Inside { String::new() } else { (*name).to_owned() },
            leftwards: along > 0.6,
            title: format!("{name}: {} (n = {})", shown(*mean), count(*n)),
            place,
        }
    };
    let row = |(name, n, mean): &(&str, usize, f64)| {
        let place = place(*n, *mean);
        let limits =
            outer.get(n - 1).map(|limit| format!("{} – {}", shown(limit.low.max(0.0)), shown(limit.high.min(100.0))));
        Row {
            representative: (*name).to_owned(),
            n: count(*n),
            mean: shown(*mean),
            limits: limits.unwrap_or_default(),
            place: t.get(place.key()).to_owned(),
            place_class: if place == Place::Inside { "none" } else { "warn" },
        }
    };
    Ok(Funnel {
        inner: both(&inner),
        outer: both(&outer),
        target_y: chart::percent(scores.down(target)),
        target: t.fill("assessments.target", &[&shown(target)]),
        dots: means.iter().map(dot).collect(),
        across: chart::marks(&sizes, &sizes.round(6, 1.0), |n| count(n as usize)),
        upwards: chart::levels(&scores, &scores.every(10.0), |score| format::decimal(t.0, score, 0)),
        // By name: whoever lies inside the limits has no rank.
        rows: means.iter().map(row).collect(),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Inside,
    Near,
    Outside,
}

impl Place {
    fn key(self) -> &'static str {
        match self {
            Place::Inside => "assessments.place_inside",
            Place::Near => "assessments.place_near",
            Place::Outside => "assessments.place_outside",
        }
    }

    /// Of its dot. Who stands outside is seen without colours too.
    fn radius(self) -> u8 {
        if self == Place::Outside { 7 } else { 5 }
    }

    fn class(self) -> &'static str {
        if self == Place::Inside { "" } else { "rare" }
    }
}

/* ---- one assessment */

struct Step {
    versions: String,
    what: String,
    who: String,
    when: String,
    state: String,
}

#[derive(Template)]
#[template(path = "work/assessment.html")]
struct One<'a> {
    frame: &'a Frame,
    t: Texts,
    sheet: Sheet,
    representative: String,
    assessor: String,
    history: Vec<Step>,
}

pub async fn one(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let record = desk.store.get::<Assessment>(&id).await?;
    if record.state == Stands::Draft || !is_result(&record) {
        return Err(WorkError::NotFound { what: "assessment", id }.into());
    }
    // Whoever has still to score that call blind reads no mark of it.
    desk.not_blind(who.person(), &record.call_id).await?;
    let people = people(desk).await?;
    let versions = desk.store.versions::<Assessment>(&id).await?;
    show(&One {
        frame: &frame,
        t,
        sheet: Sheet {
            recommend: recommendations::ground_of(desk, who.person(), &record),
            ..results::sheet(&shared, t, &record, true).await?
        },
        representative: record.representative.clone().unwrap_or_default(),
        assessor: name_of(&people, &record.assessor),
        history: history(t, &versions, &people),
    })
}

/// Every mark is a version of its own: those that one person made one after another stand as one line.
fn history(t: Texts, versions: &[Version<Assessment>], people: &HashMap<String, String>) -> Vec<Step> {
    let alike = |one: &Version<Assessment>, next: &Version<Assessment>| {
        one.action == next.action && one.person_id == next.person_id && one.content.state == next.content.state
    };
    let step = |run: &[Version<Assessment>]| {
        let (first, last) = (run.first()?, run.last()?);
        Some(Step {
            versions: if run.len() > 1 {
                format!("{} – {}", first.version, last.version)
            } else {
                first.version.to_string()
            },
            what: t.name("assessment_action", &last.action).to_owned(),
            who: name_of(people, &last.person_id),
            when: format::date_time_seconds(last.at),
            state: t.name("assessment_state", last.content.state.name()).to_owned(),
        })
    };
    versions.chunk_by(alike).filter_map(step).collect()
}

//! `/cards`: result cards of a position and a period: made for everybody at once, submitted, approved.

mod asked;
mod forms;
mod my;
mod one;
mod sheet;

use super::results::Fields;
use super::reviews::people;
use super::{Log, Need, Table, Who};
use crate::Shared;
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::pages::{Choice, chosen, encoded, query, show};
use crate::text::{Lang, Texts};
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::{Datelike as _, NaiveDate, Utc};
use meyar_work::access::Action;
use meyar_work::cards::{Card, CardForms, CardPeriod, CardState};
use meyar_work::store::Record;
use meyar_work::{Desk, Right, WorkError, terms};
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Periods that are offered, at most, of each kind.
const OFFERED: usize = 24;

pub fn routes(table: Table) -> Table {
    const SEE: Need = Need::Any(&[Right::Cards, Right::CardsApprove]);
    const MAKE: Need = Need::Any(&[Right::Cards]);
    const APPROVE: Need = Need::Any(&[Right::CardsApprove]);
    const OWN: Need = Need::Any(&[Right::OwnCards]);
    let read = Log::Yes(Action::Read, "page");
    table
        .get("/cards", SEE, read, get(page))
        .post("/cards", MAKE, post(make))
        .post("/cards/submit", MAKE, post(submit_many))
        .post("/cards/approve", APPROVE, post(approve_many))
        .get("/cards/forms", SEE, Log::No, get(forms::page))
        .get("/cards/{card_id}", SEE, read, get(one::page))
        .post("/cards/{card_id}/entries", MAKE, post(one::enter))
        .post("/cards/{card_id}/submit", MAKE, post(one::submit))
        .post("/cards/{card_id}/approve", APPROVE, post(one::approve))
        .post("/cards/{card_id}/return", APPROVE, post(one::send_back))
        .post("/cards/{card_id}/correct", MAKE, post(one::correct))
        .get("/my/cards", OWN, read, get(my::page))
        .get("/my/cards/{card_id}", OWN, read, get(my::one))
        .post("/my/cards/{card_id}/acknowledge", OWN, post(my::acknowledge))
}

fn state_class(state: CardState) -> &'static str {
    match state {
        CardState::Drafted => "",
        CardState::Submitted => "info",
        CardState::Returned => "warn",
        CardState::Approved | CardState::Acknowledged => "ok",
        CardState::Replaced => "lost",
    }
}

fn position_name(t: Texts, card: &Card) -> String {
    match t.0 {
        Lang::Az => card.position_az.clone(),
        Lang::En => card.position_en.clone(),
    }
}

/// `Yanvar 2026`, `2026, I rüb`, `2026-cı il`.
fn period_name(t: Texts, period: CardPeriod) -> String {
    match (period.quarter(), period.months()) {
        (Some(quarter), _) => {
            let name = ["cards.quarter_1", "cards.quarter_2", "cards.quarter_3", "cards.quarter_4"]
                [usize::try_from(quarter - 1).unwrap_or_default().min(3)];
            t.fill("cards.quarter", &[&period.first.year().to_string(), t.get(name)])
        }
        (None, 12) => t.fill("period.year_label", &[&format::ordinal(t.0, period.first.year())]),
        _ => format!("{} {}", t.name("month", &period.first.month().to_string()), period.first.year()),
    }
}

/// Only where there is more than one.
fn edition_name(t: Texts, card: &Card) -> String {
    let number = i32::try_from(card.edition).unwrap_or(i32::MAX);
    if number > 1 { t.fill("cards.edition_n", &[&format::ordinal(t.0, number)]) } else { String::new() }
}

/// Whom a card is about: the name of the account, and the name that calls have.
fn whom(people: &HashMap<String, String>, card: &Card) -> String {
    let name = card.person_id.as_ref().and_then(|id| people.get(id));
    match (name, &card.representative) {
        (Some(name), Some(representative)) => format!("{name} · {representative}"),
        (Some(name), None) => name.clone(),
        (None, Some(representative)) => representative.clone(),
        (None, None) => NONE.to_owned(),
    }
}

fn shown_score(t: Texts, score: Option<f64>) -> String {
    score.map_or_else(|| NONE.to_owned(), |score| format::decimal(t.0, score, 1))
}

struct Line {
    id: String,
    url: String,
    whom: String,
    /// Of 100.
    width: f64,
    score: String,
    weight: String,
    edition: String,
    state: String,
    state_class: &'static str,
    version: i64,
    can_submit: bool,
    can_approve: bool,
}

#[derive(Template)]
#[template(path = "work/cards.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    positions: Vec<Choice>,
    periods: Vec<Choice>,
    may_make: bool,
    position: String,
    period: String,
    new_periods: Vec<Choice>,
    new_positions: Vec<Choice>,
    lines: Vec<Line>,
    counts: Vec<(&'static str, String)>,
    any_submit: bool,
    any_approve: bool,
    done: String,
    problem: String,
    unconfirmed: bool,
}

#[derive(Deserialize, Default)]
pub struct Asked {
    position: Option<String>,
    period: Option<String>,
    did: Option<String>,
    n: Option<i64>,
    left: Option<i64>,
}

async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    screen(&shared, &frame, &who, asked, String::new()).await
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    asked: Asked,
    problem: String,
) -> Result<Html<String>, PageError> {
    let (t, desk, person) = (frame.t, &shared.work()?.desk, who.person());
    let forms = asked::forms(shared)?;
    let cards = desk.cards(person, None).await?;
    let offered = offered(shared, Utc::now()).await?;
    let position = chosen(asked.position).or_else(|| cards.first().map(|card| card.position.clone()));
    let position = position.or_else(|| forms.all().first().map(|form| form.position.clone())).unwrap_or_default();
    let known: BTreeSet<CardPeriod> =
        cards.iter().filter(|card| card.position == position).map(|card| card.period).collect();
    // The newest that has cards, or else the newest that may have some.
    let newest = known.iter().max_by_key(|period| (period.last(), period.months())).or_else(|| offered.first());
    let period = match chosen(asked.period) {
        Some(text) => text.parse().map_err(|_| PageError::bad_request(t.fill("error.bad_period", &[&text])))?,
        None => newest.copied().unwrap_or_else(|| whole_month(terms::day(Utc::now()))),
    };
    let shown: Vec<&Record<Card>> =
        cards.iter().filter(|card| card.position == position && card.period == period).collect();
    let people = people(desk).await?;
    let (may_make, may_approve) = (desk.may(person, Right::Cards), desk.may(person, Right::CardsApprove));
    let line = |card: &&Record<Card>| {
        let own = card.person_id.as_ref() == Some(&person.person_id);
        let open = matches!(card.state, CardState::Drafted | CardState::Returned);
        Line {
            id: encoded(&card.card_id),
            url: format!("/cards/{}", encoded(&card.card_id)),
            whom: whom(&people, card),
            width: card.score.unwrap_or_default(),
            score: shown_score(t, card.score),
            weight: format::number(t.0, card.weight),
            edition: edition_name(t, card),
            state: t.name("card_state", card.state.name()).to_owned(),
            state_class: state_class(card.state),
            version: card.version,
            can_submit: may_make && open && !own && card.score.is_some(),
            can_approve: may_approve && card.state == CardState::Submitted && !card.is_of(&person.person_id),
        }
    };
    let lines: Vec<Line> = shown.iter().map(line).collect();
    let count = |state: &CardState| {
        let n = shown.iter().filter(|card| card.state == *state).count();
        (n > 0).then(|| (t.find(state_key(*state)).unwrap_or_default(), format::count(t.0, n as i64)))
    };
    let option = |name: &str| Choice::new(name, position_of(t, &forms, name), Some(&position));
    let mut positions: BTreeSet<&str> = forms.all().iter().map(|form| form.position.as_str()).collect();
    let new_positions = positions.iter().map(|name| option(name)).collect();
    positions.extend(cards.iter().map(|card| card.position.as_str()));
    let mut periods: Vec<CardPeriod> = known.into_iter().chain([period]).collect();
    periods.sort_by_key(|period| std::cmp::Reverse((period.last(), period.months())));
    periods.dedup();
    let chosen_period = period.to_string();
    let choice = |period: &CardPeriod| Choice::new(period.to_string(), period_name(t, *period), Some(&chosen_period));
    let number = |n: Option<i64>| format::count(t.0, n.unwrap_or_default().max(0));
    let done = match asked.did.as_deref() {
        Some("made") => t.fill("cards.did_make", &[&number(asked.n), &number(asked.left)]),
        Some("submitted") => t.fill("cards.did_submit", &[&number(asked.n), &number(asked.left)]),
        Some("approved") => t.fill("cards.did_approve", &[&number(asked.n), &number(asked.left)]),
        _ => String::new(),
    };
    show(&Page {
        frame,
        t,
        positions: positions.iter().map(|name| option(name)).collect(),
        periods: periods.iter().map(choice).collect(),
        may_make,
        new_periods: offered.iter().map(choice).collect(),
        new_positions,
        counts: CardState::ALL.iter().filter_map(count).collect(),
        any_submit: lines.iter().any(|line| line.can_submit),
        any_approve: lines.iter().any(|line| line.can_approve),
        lines,
        position,
        period: chosen_period.clone(),
        done,
        problem,
        unconfirmed: forms.unconfirmed,
    })
}

fn state_key(state: CardState) -> &'static str {
    match state {
        CardState::Drafted => "card_state.drafted",
        CardState::Submitted => "card_state.submitted",
        CardState::Returned => "card_state.returned",
        CardState::Approved => "card_state.approved",
        CardState::Acknowledged => "card_state.acknowledged",
        CardState::Replaced => "card_state.replaced",
    }
}

fn position_of(t: Texts, forms: &CardForms, position: &str) -> String {
    let form = forms.all().iter().rfind(|form| form.position == position);
    form.map_or(position, |form| if t.0 == Lang::Az { &form.name_az } else { &form.name_en }).to_owned()
}

/// The last month that is over on a day.
fn whole_month(day: NaiveDate) -> CardPeriod {
    let before = day.with_day(1).and_then(|first| first.pred_opt()).unwrap_or(day);
    CardPeriod::month_of(before)
}

/// Months, quarters and years that are over and had calls, the newest first; without calls the month before.
async fn offered(shared: &Shared, now: chrono::DateTime<Utc>) -> Result<Vec<CardPeriod>, PageError> {
    let today = terms::day(now);
    let newest = whole_month(today);
    let (first, last) = shared.data.choices().await?.days.unwrap_or((newest.first, newest.last()));
    let mut all = Vec::new();
    for months in [1, 3, 12] {
        let mut period = CardPeriod::around(last.min(today), months);
        let mut of_kind = 0;
        while let Some(one) = period.filter(|one| one.last() >= first && of_kind < OFFERED) {
            if one.last() < today {
                all.push(one);
                of_kind += 1;
            }
            period = one.first.pred_opt().and_then(|day| CardPeriod::around(day, months));
        }
    }
    if !all.contains(&newest) {
        all.push(newest);
    }
    all.sort_by_key(|period| (period.months(), std::cmp::Reverse(period.last())));
    Ok(all)
}

fn back(position: &str, period: &str, did: &str, n: usize, left: usize) -> Response {
    let (n, left) = (n.to_string(), left.to_string());
    let asked = [
        ("position", Some(position)),
        ("period", Some(period)),
        ("did", Some(did)),
        ("n", Some(n.as_str())),
        ("left", Some(left.as_str())),
    ];
    Redirect::to(&format!("/cards{}", query(&asked))).into_response()
}

async fn make(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let (position, period) = (sent.text("position"), sent.text("period"));
    let forms = asked::forms(&shared)?;
    let problem = match period.parse::<CardPeriod>() {
        Err(_) => t.get("cards.wrong_period").to_owned(),
        Ok(of) => match forms.on(position, of.last()) {
            Err(_) => t.get("cards.wrong_position").to_owned(),
            Ok(form) => {
                let new = asked::asked(&shared, form, of).await?;
                match desk.make_cards(who.person(), &new, Utc::now()).await {
                    Ok(made) => return Ok(back(position, period, "made", made.made, made.there)),
                    Err(WorkError::Invalid(invalid)) if invalid.problem.contains("not over") => {
                        t.get("cards.wrong_early").to_owned()
                    }
                    Err(WorkError::Invalid(_)) => t.get("cards.wrong_nobody").to_owned(),
                    Err(WorkError::Changed { .. }) => t.get("cards.wrong_meanwhile").to_owned(),
                    Err(error) => return Err(error.into()),
                }
            }
        },
    };
    let page = screen(&shared, &frame, &who, Asked::default(), problem).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// The cards that are ticked, with the versions that the list showed.
fn ticked(sent: &[(String, String)]) -> Vec<(&str, i64)> {
    sent.iter().filter_map(|(name, value)| Some((name.strip_prefix("pick-")?, value.parse().ok()?))).collect()
}

async fn submit_many(
    State(shared): State<Arc<Shared>>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let desk: &Desk = &shared.work()?.desk;
    let (mut done, mut left) = (0, 0);
    for (id, seen) in ticked(&sent) {
        match desk.submit_card(who.person(), id, seen, Utc::now()).await {
            Ok(_) => done += 1,
            Err(error) => left += stays(error)?,
        }
    }
    let sent = Fields::of(sent);
    Ok(back(sent.text("position"), sent.text("period"), "submitted", done, left))
}

async fn approve_many(
    State(shared): State<Arc<Shared>>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let desk: &Desk = &shared.work()?.desk;
    let (mut done, mut left) = (0, 0);
    for (id, seen) in ticked(&sent) {
        match desk.approve_card(who.person(), id, seen, Utc::now()).await {
            Ok(_) => done += 1,
            Err(error) => left += stays(error)?,
        }
    }
    let sent = Fields::of(sent);
    Ok(back(sent.text("position"), sent.text("period"), "approved", done, left))
}

/// One card that could not be taken along leaves the others going on; a store that does not answer does not.
fn stays(error: WorkError) -> Result<usize, PageError> {
    match error {
        WorkError::Store(_) | WorkError::Shape { .. } => Err(error.into()),
        _ => Ok(1),
    }
}

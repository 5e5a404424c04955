//! `/answers`: the question-answer base: found while a caller waits, written and kept current by those whose it is.

mod edit;
mod one;

use super::reviews::{name_of, people};
use super::trainings::{Sent, Step, criteria, history};
use super::{Log, Need, Table, Who};
use crate::Shared;
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::pages::{Choice, chosen, encoded, query, show};
use crate::text::{Lang, Texts};
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Html;
use axum::routing::{get, post};
use chrono::{NaiveDate, Utc};
use meyar_work::answers::search::{Query as Search, search};
use meyar_work::answers::{Answer, AnswerState};
use meyar_work::store::{Filter, Record};
use meyar_work::{Desk, Right, WorkError, terms};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

pub fn routes(table: Table) -> Table {
    let (read, edit) = (Need::Any(&[Right::Answers]), Need::Any(&[Right::AnswersEdit]));
    let suggest = Need::Any(&[Right::AnswersSuggest]);
    table
        .get("/answers", read, Log::No, get(page))
        .post("/answers", suggest, post(edit::make))
        .get("/answers/new", suggest, Log::No, get(edit::blank))
        .get("/answers/{id}", read, Log::No, get(one::page))
        .post("/answers/{id}", edit, post(edit::change))
        .get("/answers/{id}/edit", edit, Log::No, get(edit::form_of))
        .get("/answers/{id}/versions/{version}", edit, Log::No, get(one::version))
        .post("/answers/{id}/force", edit, post(one::force))
        .post("/answers/{id}/keep", edit, post(one::keep))
        .post("/answers/{id}/review", edit, post(one::review))
        .post("/answers/{id}/remark", suggest, post(one::remark))
        .post("/answers/{id}/withdraw", edit, post(one::withdraw))
}

/// Hits on one page.
const PAGE: usize = 30;
/// Of an answer in the list, so many characters around what was looked for.
const SNIPPET: usize = 320;

#[derive(Deserialize)]
pub struct Asked {
    q: Option<String>,
    topic: Option<String>,
    /// What of the base, for those who keep it: in force, or a state.
    list: Option<String>,
    page: Option<String>,
    /// A draft was sent by somebody who does not see drafts.
    sent: Option<String>,
}

/// A piece of text, and whether it was looked for.
pub struct Piece {
    pub text: String,
    pub hit: bool,
}

pub fn pieces(search: &Search, text: &str) -> Vec<Piece> {
    search.marked(text).into_iter().map(|(text, hit)| Piece { text: text.to_owned(), hit }).collect()
}

/// What of a long answer is shown in the list: the beginning, or what is around the first hit.
fn snippet(search: &Search, text: &str) -> Vec<Piece> {
    let all = pieces(search, text);
    if text.chars().count() <= SNIPPET {
        return all;
    }
    let before: usize = all.iter().take_while(|piece| !piece.hit).map(|piece| piece.text.chars().count()).sum();
    let hit = all.iter().any(|piece| piece.hit);
    // A little of what comes before, so that the hit can be understood.
    let from = if hit { before.saturating_sub(80) } else { 0 };
    let (mut shown, mut at) = (Vec::new(), 0);
    for piece in all {
        let length = piece.text.chars().count();
        let (start, end) = (from.max(at), (from + SNIPPET).min(at + length));
        if start < end {
            let text = piece.text.chars().skip(start - at).take(end - start).collect();
            shown.push(Piece { text, hit: piece.hit });
        }
        at += length;
    }
    if from > 0 {
        shown.insert(0, Piece { text: "… ".to_owned(), hit: false });
    }
    if at > from + SNIPPET {
        shown.push(Piece { text: " …".to_owned(), hit: false });
    }
    shown
}

struct Line {
    url: String,
    question: Vec<Piece>,
    answer: Vec<Piece>,
    act: Vec<Piece>,
    topics: Vec<String>,
    valid: String,
    /// For those who keep the base.
    state: String,
    state_class: &'static str,
    owner: String,
    review: String,
    overdue: bool,
    /// How many remarks of readers wait, in words; empty for none.
    remarks: String,
}

struct Due {
    url: String,
    question: String,
    owner: String,
    own: bool,
    review: String,
}

struct Tab {
    url: String,
    name: String,
    open: bool,
}

#[derive(Template)]
#[template(path = "work/answers.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    may_edit: bool,
    may_suggest: bool,
    sent: bool,
    q: String,
    list: String,
    topics: Vec<Choice>,
    tabs: Vec<Tab>,
    due: Vec<Due>,
    total: String,
    /// Not every word was found anywhere.
    partly: bool,
    lines: Vec<Line>,
    previous_url: Option<String>,
    next_url: Option<String>,
    range: String,
}

fn state_class(state: AnswerState) -> &'static str {
    match state {
        AnswerState::Draft => "",
        AnswerState::InForce => "ok",
        AnswerState::UnderReview => "warn",
        AnswerState::Withdrawn => "lost",
    }
}

fn act(answer: &Answer) -> String {
    [answer.law.as_str(), answer.clause.as_str()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

fn valid(t: Texts, answer: &Answer) -> String {
    let from = format::date(answer.valid_from);
    match answer.valid_until {
        Some(until) => format!("{from} – {}", format::date(until)),
        None => t.fill("answers.valid_since", &[&from]),
    }
}

fn topic_name(t: Texts, desk: &Desk, day: NaiveDate, code: &str) -> String {
    match (desk.reference.topics.on(code, day), t.0) {
        (Ok(topic), Lang::Az) => topic.name_az.clone(),
        (Ok(topic), Lang::En) => topic.name_en.clone(),
        (Err(_), _) => code.to_owned(),
    }
}

/// The taxonomy as it is on a day, in its order.
fn topics(t: Texts, desk: &Desk, day: NaiveDate) -> Vec<(String, String)> {
    let mut all: Vec<_> = desk.reference.topics.all_on(day).collect();
    all.sort_by_key(|topic| (topic.sort, topic.topic.clone()));
    all.into_iter().map(|topic| (topic.topic.clone(), topic_name(t, desk, day, &topic.topic))).collect()
}

const LISTS: [AnswerState; 4] =
    [AnswerState::InForce, AnswerState::Draft, AnswerState::UnderReview, AnswerState::Withdrawn];

/// How many remarks wait, for those who keep the base; nothing for none.
fn remarks_said(t: Texts, answer: &Answer) -> String {
    match answer.remarks.len() {
        0 => String::new(),
        n => t.say("answers.remarks_n", &[("n", (n as i64).into())]),
    }
}

/// Entries of a state, for those who keep the base: searched as those in force are.
async fn of_state(
    desk: &Desk,
    state: AnswerState,
    search_for: &Search,
    topic: Option<&str>,
) -> Result<Vec<(Record<Answer>, usize)>, WorkError> {
    let filter = Filter { states: &[state.name()], newest_first: true, ..Filter::default() };
    let mut all = desk.store.list::<Answer>(&filter).await?;
    all.retain(|answer| topic.is_none_or(|topic| answer.topics.iter().any(|code| code == topic)));
    if search_for.is_empty() {
        return Ok(all.into_iter().map(|answer| (answer, 0)).collect());
    }
    let entries = all.into_iter().map(|record| Arc::new(meyar_work::answers::search::Indexed::new(record)));
    Ok(search(entries, search_for).into_iter().map(|hit| (hit.entry.record.clone(), hit.words)).collect())
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let (t, desk, person) = (frame.t, &shared.work()?.desk, who.person());
    let may_edit = desk.may(person, Right::AnswersEdit);
    let today = terms::day(Utc::now());
    let page = match chosen(asked.page) {
        None => 1,
        Some(text) => match text.parse::<usize>() {
            Ok(page @ 1..=100_000) => page,
            _ => return Err(PageError::bad_request(t.fill("error.bad_page", &[&text]))),
        },
    };
    let q: String = chosen(asked.q).unwrap_or_default().chars().take(200).collect();
    let (search_for, topic) = (Search::new(&q), chosen(asked.topic));
    let state = match chosen(asked.list).filter(|_| may_edit) {
        None => AnswerState::InForce,
        Some(text) => text.parse().map_err(|_| PageError::bad_request(t.fill("error.bad_choice", &[&text])))?,
    };
    let found: Vec<(Record<Answer>, usize)> = if state == AnswerState::InForce && !(may_edit && q.is_empty()) {
        let hits = desk.find_answers(person, &search_for, topic.as_deref(), today).await?;
        hits.into_iter().map(|hit| (hit.entry.record.clone(), hit.words)).collect()
    } else {
        // Those who keep the base also see what is not in force yet, or not any more, by its days.
        of_state(desk, state, &search_for, topic.as_deref()).await?
    };
    let people = people(desk).await?;
    let list = (state != AnswerState::InForce).then(|| state.name());
    let url = |page: usize| {
        let page = (page > 1).then(|| page.to_string());
        let fields = [
            ("q", Some(q.as_str()).filter(|q| !q.is_empty())),
            ("topic", topic.as_deref()),
            ("list", list),
            ("page", page.as_deref()),
        ];
        format!("/answers{}", query(&fields))
    };
    let offset = (page - 1).saturating_mul(PAGE);
    let line = |answer: &Record<Answer>| Line {
        url: match q.as_str() {
            "" => format!("/answers/{}", encoded(&answer.answer_id)),
            q => format!("/answers/{}?q={}", encoded(&answer.answer_id), encoded(q)),
        },
        question: pieces(&search_for, &answer.question),
        answer: snippet(&search_for, &answer.answer),
        act: pieces(&search_for, &act(answer)),
        topics: answer.topics.iter().map(|code| topic_name(t, desk, today, code)).collect(),
        valid: valid(t, answer),
        state: t.name("answer_state", answer.state.name()).to_owned(),
        state_class: state_class(answer.state),
        owner: name_of(&people, &answer.owner),
        review: answer.review_on.map_or_else(|| NONE.to_owned(), format::date),
        overdue: answer.is_overdue(today),
        remarks: remarks_said(t, answer),
    };
    let lines: Vec<Line> = found.iter().skip(offset).take(PAGE).map(|(answer, _)| line(answer)).collect();
    let last = offset.saturating_add(lines.len());
    let number = |value: usize| format::count(t.0, value as i64);
    let mut choices = vec![Choice::new("", t.get("answers.any_topic"), topic.as_deref())];
    choices.extend(topics(t, desk, today).into_iter().map(|(code, name)| Choice::new(code, name, topic.as_deref())));
    show(&Page {
        frame: &frame,
        t,
        may_edit,
        may_suggest: desk.may(person, Right::AnswersSuggest),
        sent: chosen(asked.sent).is_some(),
        topics: choices,
        list: list.unwrap_or_default().to_owned(),
        tabs: if may_edit { tabs(t, desk, state).await? } else { Vec::new() },
        due: if may_edit { due(t, desk, person, &people).await? } else { Vec::new() },
        total: t.say("answers.total", &[("n", (found.len() as i64).into())]),
        partly: found.first().is_some_and(|(_, words)| *words < search_for.words()),
        range: t.fill("calls.range", &[&number(offset.saturating_add(1)), &number(last), &number(found.len())]),
        previous_url: (page > 1).then(|| url(page - 1)),
        next_url: (last < found.len()).then(|| url(page + 1)),
        lines,
        q: q.clone(),
    })
}

async fn tabs(t: Texts, desk: &Desk, open: AnswerState) -> Result<Vec<Tab>, WorkError> {
    let mut tabs = Vec::new();
    for state in LISTS {
        let count = desk.store.count::<Answer>(&Filter { states: &[state.name()], ..Filter::default() }).await?;
        let list = (state != AnswerState::InForce).then(|| state.name());
        tabs.push(Tab {
            url: format!("/answers{}", query(&[("list", list)])),
            name: format!("{} ({})", t.name("answer_state", state.name()), format::count(t.0, count)),
            open: state == open,
        });
    }
    Ok(tabs)
}

/// What is to be looked at again: one's own; a lead sees everybody's.
async fn due(
    t: Texts,
    desk: &Desk,
    person: &meyar_work::Person,
    people: &HashMap<String, String>,
) -> Result<Vec<Due>, WorkError> {
    let mut all = desk.overdue_answers(person, Utc::now()).await?;
    let own = |answer: &Record<Answer>| answer.owner == person.person_id;
    all.retain(|answer| own(answer) || desk.may(person, Right::Improve));
    all.sort_by_key(|answer| !own(answer));
    let due = |answer: &Record<Answer>| Due {
        url: format!("/answers/{}", encoded(&answer.answer_id)),
        question: answer.question.clone(),
        owner: name_of(people, &answer.owner),
        own: own(answer),
        review: answer.review_on.map(format::date).unwrap_or_else(|| t.get("answers.no_day").to_owned()),
    };
    Ok(all.iter().map(due).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pieces: &[Piece]) -> String {
        pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn a_long_answer_is_cut_around_what_was_looked_for() {
        let long = format!("{} açar {}", "əvvəl ".repeat(100), "sonra ".repeat(100));
        let cut = snippet(&Search::new("açar"), &long);
        assert!(cut.iter().any(|piece| piece.hit && piece.text == "açar"), "{}", said(&cut));
        assert!(said(&cut).starts_with("… ") && said(&cut).ends_with(" …"), "{}", said(&cut));
        assert!(said(&cut).chars().count() <= SNIPPET + 4);
        let start = snippet(&Search::new("yoxdur"), &long);
        assert!(said(&start).starts_with("əvvəl") && said(&start).chars().count() == SNIPPET + 2);
        assert_eq!(said(&snippet(&Search::new("x"), "qısa")), "qısa");
    }
}

//! `/live`: the centre now, against its targets. Every number is a column of the figures `live_…` and of three others, over today up to the newest
//! event that landed; `?at=` shows the moment of another day as it was then, and says so.

mod answers;
mod board;
mod draw;

use super::guard::Who;
use super::{Log, Need, Table};
use crate::Shared;
use crate::error::PageError;
use crate::frame::Frame;
use crate::pages::{chosen, show};
use crate::text::Texts;
use answers::{Answers, Watched};
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Html;
use axum::routing::get;
use board::Board;
use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Asia::Baku;
use meyar_work::access::{Action, Actor, Entry};
use meyar_work::{Person, Right};
use parking_lot::Mutex;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

/// A screen that stays open is logged again after so long: each refreshing would bury the log.
const LOOKED_AGAIN: TimeDelta = TimeDelta::minutes(15);

pub fn routes(table: Table) -> Table {
    let need = Need::Any(&[Right::Live]);
    let live = Arc::new(Live::default());
    let (whole, part) = (live.clone(), live);
    table
        .get(
            "/live",
            need,
            Log::Yes(Action::Read, "page"),
            get(async move |state, frame, who, query| page(&whole, state, frame, who, query).await),
        )
        // Logged by the handler: a screen that stays open asks every few seconds.
        .get(
            "/live/part",
            need,
            Log::No,
            get(async move |state, frame, who, query| refresh(&part, state, frame, who, query).await),
        )
}

/// Who looked, and at which moment if not at now.
type Look = (String, Option<DateTime<Utc>>);

/// Of one site.
#[derive(Default)]
struct Live {
    watched: Watched,
    /// When each person's look at a moment was last logged.
    looked: Mutex<HashMap<Look, DateTime<Utc>>>,
}

impl Live {
    fn look(&self, person: &Person, moment: Option<DateTime<Utc>>, now: DateTime<Utc>) {
        let mut looked = self.looked.lock();
        looked.retain(|_, last| now - *last < LOOKED_AGAIN);
        looked.insert((person.person_id.clone(), moment), now);
    }
}

#[derive(Deserialize)]
pub struct Asked {
    at: Option<String>,
}

#[derive(Template)]
#[template(path = "work/live.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    board: Board,
    /// What the field of the moment holds.
    at: String,
    refresh_s: u64,
    every: String,
    past: String,
    /// Without scripts the whole page comes anew, and not so often.
    reload_s: u64,
}

#[derive(Template)]
#[template(path = "work/live_part.html")]
struct Part {
    t: Texts,
    board: Board,
}

async fn page(
    live: &Live,
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let moment = moment(frame.t, asked.at)?;
    let answers = live.watched.answers(&shared, moment).await?;
    live.look(who.person(), moment, Utc::now());
    let at = answers.moment.with_timezone(&Baku).format("%Y-%m-%dT%H:%M").to_string();
    let board = board(&shared, &who, frame.t, &answers).await?;
    let (refresh_s, reload_s) = (answers.refresh_s, answers.refresh_s * 3);
    let every = frame.t.fill("live.every", &[&refresh_s.to_string()]);
    let past = frame.t.fill("live.past", &[&board.moment]);
    show(&Page { frame: &frame, t: frame.t, board, at, refresh_s, every, past, reload_s })
}

async fn refresh(
    live: &Live,
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let moment = moment(frame.t, asked.at)?;
    let answers = live.watched.answers(&shared, moment).await?;
    let now = Utc::now();
    let person = who.person();
    let known =
        live.looked.lock().get(&(person.person_id.clone(), moment)).is_some_and(|last| now - *last < LOOKED_AGAIN);
    if !known {
        let detail = moment.map_or_else(|| "stays open".to_owned(), |moment| format!("stays open at {moment:?}"));
        let entry = Entry { detail: Some(detail), ..Entry::new(Action::Read, "page", "live") };
        shared.work()?.desk.store.log(&Actor::from(person), &entry, now).await?;
        live.look(person, moment, now);
    }
    show(&Part { t: frame.t, board: board(&shared, &who, frame.t, &answers).await? })
}

async fn board(shared: &Shared, who: &Who, t: Texts, answers: &Answers) -> Result<Board, PageError> {
    let desk = &shared.work()?.desk;
    let may = |right| desk.may(who.person(), right);
    let (may_open, may_figures) = (may(Right::Calls), may(Right::Figures));
    let blind = desk.blind_to(who.person()).await?;
    Ok(Board::of(t, answers, may_open, may_figures, &blind))
}

/// `2026-01-14T15:00` in Baku. What has not been yet cannot be looked at.
fn moment(t: Texts, at: Option<String>) -> Result<Option<DateTime<Utc>>, PageError> {
    let Some(text) = chosen(at) else { return Ok(None) };
    let bad = || PageError::bad_request(t.fill("live.bad_moment", &[&text]));
    let read =
        ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|f| NaiveDateTime::parse_from_str(&text, f).ok());
    let moment =
        read.and_then(|read| Baku.from_local_datetime(&read).earliest()).map(|moment| moment.with_timezone(&Utc));
    moment.filter(|moment| *moment <= Utc::now()).map(Some).ok_or_else(bad)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn a_moment_is_of_baku_and_not_to_come() {
        let read = |text: &str| moment(Texts(Lang::Az), Some(text.to_owned()));
        assert_eq!(read("2026-01-14T15:00").unwrap().unwrap().to_rfc3339(), "2026-01-14T11:00:00+00:00");
        assert_eq!(read("").unwrap(), None);
        for wrong in ["2026-01-14", "dünən", "2999-01-01T00:00", "2026-02-30T10:00"] {
            assert!(read(wrong).unwrap_err().line.contains(wrong), "{wrong}");
        }
    }
}

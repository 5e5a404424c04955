//! The answers in the reader's words.

use super::answers::Answers;
use super::draw::{Drawing, drawing};
use crate::data::Row;
use crate::format::{self, NONE};
use crate::pages::reconciliation::age_of_minutes;
use crate::pages::{encoded, figures::problem};
use crate::text::Texts;
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::BTreeSet;

/// So many of a list are shown; the rest is told as a number.
const LISTED: usize = 40;

/// Whether a target is met: a word and a sign, so that nobody needs the colour.
pub struct Met {
    pub class: &'static str,
    pub sign: &'static str,
    pub word: String,
}

pub struct Tile {
    pub id: &'static str,
    pub name: String,
    pub value: String,
    pub note: String,
    pub met: Option<Met>,
    /// `good`, `bad` or nothing: the edge of the tile.
    pub class: &'static str,
}

pub struct Share {
    pub value: String,
    pub of: String,
    pub met: Option<Met>,
}

/// A key figure.
pub struct Level {
    pub name: String,
    pub target: String,
    /// In the last minutes, and over the day.
    pub cells: [Option<Share>; 2],
}

pub struct Line {
    pub name: String,
    pub total: bool,
    pub open: String,
    pub cells: Vec<String>,
}

pub struct HalfHour {
    pub name: String,
    pub cells: Vec<String>,
}

pub struct Part {
    pub name: String,
    pub total: bool,
    pub calls: String,
    pub percent: String,
    /// Somebody still has to call these people.
    pub owed: bool,
}

/// One row of a list of people or calls.
pub struct Listed {
    pub key: String,
    pub at: String,
    pub line: String,
    /// The topic, or the caller as far as one may be told; empty for a hidden number.
    pub about: String,
    pub cells: Vec<String>,
    pub tag: &'static str,
    pub word: String,
    /// To the call, for whoever may open it.
    pub url: Option<String>,
    /// Read aloud when it is new; empty for what is not urgent.
    pub said: String,
}

#[derive(Default)]
pub struct List {
    pub rows: Vec<Listed>,
    /// What is not shown; empty where everything is.
    pub more: String,
}

pub struct Board {
    pub moment: String,
    pub moment_line: String,
    pub past: bool,
    /// `ok`, `warn`, `critical`, `none`.
    pub fresh_tag: &'static str,
    pub fresh_word: String,
    pub fresh_line: String,
    /// Where the newest day can be looked at, when today has nothing.
    pub newest: Option<(String, String)>,
    pub problems: Vec<String>,
    pub nothing: bool,
    pub tiles: Vec<Tile>,
    pub last_name: String,
    pub levels: Vec<Level>,
    pub parts: Vec<Part>,
    pub halves: Vec<HalfHour>,
    pub drawing: Drawing,
    pub lines: Vec<Line>,
    pub urgent: List,
    pub callbacks: List,
    pub orders: List,
    pub figures_query: String,
    pub may_figures: bool,
}

fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column).and_then(Value::as_str).unwrap_or_default()
}

fn number(row: &Row, column: &str) -> Option<f64> {
    row.get(column).and_then(Value::as_f64)
}

fn yes(row: &Row, column: &str) -> bool {
    row.get(column).and_then(Value::as_bool).unwrap_or_default()
}

fn or_none(text: &str) -> String {
    if text.is_empty() { NONE.to_owned() } else { text.to_owned() }
}

fn day(row: &Row, column: &str) -> Option<NaiveDate> {
    text(row, column).get(..10)?.parse().ok()
}

impl Board {
    /// `blind`: calls that the reader has still to score without knowing what the machine said of them.
    pub fn of(t: Texts, answers: &Answers, may_open: bool, may_figures: bool, blind: &BTreeSet<String>) -> Board {
        let told = Told { t, answers, may_open, blind };
        let fresh = told.freshness();
        let halves = answers.rows("live_half_hours");
        let nothing = halves.is_empty();
        let last = answers.rows("live_level").iter().find_map(|row| number(row, "minutes"));
        Board {
            moment_line: t.fill("live.moment", &[&format::date_time_seconds(answers.moment)]),
            moment: format::date_time_seconds(answers.moment),
            past: answers.past,
            fresh_tag: fresh.0,
            fresh_word: fresh.1,
            fresh_line: fresh.2,
            newest: told.newest(),
            problems: answers.problems().map(|(name, error)| problem(t, name, error)).collect(),
            nothing,
            tiles: told.tiles(),
            last_name: last.map_or_else(String::new, |minutes| t.fill("live.last", &[&format::number(t.0, minutes)])),
            levels: told.levels(),
            parts: told.parts(),
            halves: halves.iter().map(|row| told.half_hour(row)).collect(),
            drawing: drawing(halves, |level| format::number(t.0, level)),
            lines: answers.rows("live_lines").iter().map(|row| told.line(row)).collect(),
            urgent: told.urgent(),
            callbacks: told.callbacks(),
            orders: told.orders(),
            figures_query: format!("?period={}", answers.scope.period),
            may_figures,
        }
    }
}

struct Told<'a> {
    t: Texts,
    answers: &'a Answers,
    may_open: bool,
    blind: &'a BTreeSet<String>,
}

impl Told<'_> {
    fn count(&self, row: &Row, column: &str) -> String {
        number(row, column).map_or_else(|| NONE.to_owned(), |n| format::count(self.t.0, n as i64))
    }

    fn duration(row: &Row, column: &str) -> String {
        number(row, column).map_or_else(|| NONE.to_owned(), format::duration_ms)
    }

    fn age(&self, ms: f64) -> String {
        const MINUTE: f64 = 60_000.0;
        match ms {
            ms if ms < MINUTE => self.t.fill("live.seconds", &[&format::count(self.t.0, (ms / 1000.0) as i64)]),
            ms => age_of_minutes(self.t, (ms / MINUTE) as i64),
        }
    }

    /// Whether any line is in its live hours at the moment.
    fn is_open(&self) -> bool {
        self.answers.total("live_lines", "line").is_some_and(|row| yes(row, "open"))
    }

    /// The tag, its word, and the sentence.
    fn freshness(&self) -> (&'static str, String, String) {
        let t = self.t;
        let Some(row) = self.answers.rows("live_data").first() else {
            return ("none", t.get("live.unknown").to_owned(), String::new());
        };
        let age = number(row, "age_ms").map(|ms| self.age(ms)).unwrap_or_default();
        let at = text(row, "newest_at");
        let today = day(row, "newest_on") == Some(self.answers.scope.period.from);
        let at = match day(row, "newest_on") {
            Some(day) if !today => format!("{} {at}", format::date(day)),
            _ => at.to_owned(),
        };
        let word = |code: &str| t.name("live_state", code).to_owned();
        let mut line = t.fill("live.newest", &[&at, &age]);
        match text(row, "state") {
            "fresh" => ("ok", word("fresh"), line),
            "late" => ("warn", t.fill("live.late", &[&age]), t.fill("live.newest_at", &[&at])),
            // Outside of live hours it is quiet, and that is no fault.
            "stale" if !self.is_open() => {
                line.push_str(" · ");
                line.push_str(t.get("live.closed"));
                ("none", word("stale"), line)
            }
            "stale" => ("critical", word("stale"), line),
            _ => ("none", word("none"), t.get("live.no_events").to_owned()),
        }
    }

    fn newest(&self) -> Option<(String, String)> {
        let day = self.answers.newest_day?;
        Some((format!("/live?at={day}T15:00"), self.t.fill("live.newest_day", &[&format::date(day)])))
    }

    fn met(&self, row: &Row) -> Option<Met> {
        let met = row.get("met")?.as_bool()?;
        let (class, sign, key) = if met { ("good", "✓", "live.met") } else { ("bad", "✗", "live.missed") };
        Some(Met { class, sign, word: self.t.get(key).to_owned() })
    }

    fn target(&self, row: &Row) -> String {
        let Some(target) = number(row, "target") else { return NONE.to_owned() };
        let target = self.percent_whole(target);
        match text(row, "comparison") {
            "at_least" => self.t.fill("figures.target_at_least", &[&target]),
            _ => self.t.fill("figures.target_at_most", &[&target]),
        }
    }

    fn percent_whole(&self, value: f64) -> String {
        let sign = if self.t.0 == crate::text::Lang::Az { "\u{a0}%" } else { "%" };
        format::number(self.t.0, value) + sign
    }

    fn level(&self, span: &str, kpi: &str) -> Option<&Row> {
        self.answers.rows("live_level").iter().find(|row| text(row, "span") == span && text(row, "kpi") == kpi)
    }

    fn share(&self, row: &Row) -> Share {
        Share {
            value: number(row, "value").map_or_else(|| NONE.to_owned(), |value| format::percent(self.t.0, value)),
            of: format!("{} / {}", self.count(row, "numerator"), self.count(row, "denominator")),
            met: self.met(row),
        }
    }

    fn levels(&self) -> Vec<Level> {
        let days = self.answers.rows("live_level").iter().filter(|row| text(row, "span") == "day");
        let level = |row: &Row| Level {
            name: text(row, &format!("name_{}", self.t.0.code())).to_owned(),
            target: self.target(row),
            cells: [self.level("last", text(row, "kpi")).map(|row| self.share(row)), Some(self.share(row))],
        };
        days.map(level).collect()
    }

    fn level_tile(&self, id: &'static str, span: &str) -> Option<Tile> {
        let row = self.level(span, "accept_30s")?;
        let minutes = number(row, "minutes").map(|minutes| format::number(self.t.0, minutes));
        let name = match minutes {
            Some(minutes) => self.t.fill("live.level_last", &[&minutes]),
            None => self.t.get("live.level_day").to_owned(),
        };
        let Share { value, of, met } = self.share(row);
        let class = met.as_ref().map_or("", |met| met.class);
        Some(Tile { id, name, value, note: format!("{of} · {}", self.target(row)), met, class })
    }

    fn tiles(&self) -> Vec<Tile> {
        let t = self.t;
        let plain = |id, key: &str, value: String, note: String, class| {
            let name = t.find(key).unwrap_or_default().to_owned();
            Tile { id, name, value, note, met: None, class }
        };
        let lines = self.answers.total("live_lines", "line");
        let waiting = lines.map(|row| {
            let note = match number(row, "longest_ms") {
                Some(ms) => t.fill("live.longest", &[&format::duration_ms(ms), &self.count(row, "in_queue")]),
                None => t.get("live.nobody_waits").to_owned(),
            };
            plain("tile-waiting", "live.waiting", self.count(row, "waiting"), note, "")
        });
        let urgent = self.answers.total("urgent_escalations", "line").map(|row| {
            let open = number(row, "not_escalated").unwrap_or_default() > 0.0;
            let heard = format::count(t.0, self.heard().count() as i64);
            let note = t.fill("live.of_urgent", &[&self.count(row, "urgent"), &heard]);
            plain(
                "tile-urgent",
                "live.urgent_open",
                self.count(row, "not_escalated"),
                note,
                if open { "bad" } else { "" },
            )
        });
        let callbacks = self.answers.total("callbacks", "line").map(|row| {
            let note = t.fill("live.of_due", &[&self.count(row, "due"), &self.count(row, "done")]);
            plain("tile-callbacks", "live.callbacks_open", self.count(row, "missed"), note, "")
        });
        let orders = self.answers.total("live_orders", "call_id").map(|row| {
            let late = number(row, "overdue").unwrap_or_default() > 0.0;
            let note = t.fill("live.overdue", &[&self.count(row, "overdue")]);
            plain("tile-orders", "live.orders_due", self.count(row, "due_today"), note, if late { "bad" } else { "" })
        });
        let levels = [self.level_tile("tile-last", "last"), self.level_tile("tile-day", "day")];
        levels.into_iter().chain([waiting, urgent, callbacks, orders]).flatten().collect()
    }

    fn parts(&self) -> Vec<Part> {
        let part = |row: &Row| {
            let code = text(row, "part");
            let name = text(row, &format!("name_{}", self.t.0.code()));
            Part {
                name: if code.is_empty() { self.t.get("figures.total").to_owned() } else { name.to_owned() },
                total: code.is_empty(),
                calls: self.count(row, "calls"),
                percent: number(row, "percent").map_or_else(|| NONE.to_owned(), |n| format::percent(self.t.0, n)),
                owed: code == "not_called_back" || code == "system_error",
            }
        };
        self.answers.rows("lost_parts").iter().map(part).collect()
    }

    fn half_hour(&self, row: &Row) -> HalfHour {
        let mut cells: Vec<String> =
            ["offered", "answered", "in_time", "lost"].iter().map(|column| self.count(row, column)).collect();
        cells.push(number(row, "in_time_pct").map_or_else(|| NONE.to_owned(), |n| format::percent(self.t.0, n)));
        HalfHour { name: text(row, "half_hour").to_owned(), cells }
    }

    fn line(&self, row: &Row) -> Line {
        let (line, structure) = (text(row, "line"), text(row, "structure"));
        let total = line.is_empty();
        let name = match (total, structure.is_empty()) {
            (true, _) => self.t.get("figures.total").to_owned(),
            (false, true) => line.to_owned(),
            (false, false) => format!("{line} · {structure}"),
        };
        let mut cells =
            vec![self.count(row, "waiting"), self.count(row, "in_queue"), Self::duration(row, "longest_ms")];
        cells.extend(["offered", "answered", "lost", "ordered", "untold"].iter().map(|column| self.count(row, column)));
        let open = if yes(row, "open") { "live.is_open" } else { "live.is_closed" };
        Line { name, total, open: self.t.find(open).unwrap_or_default().to_owned(), cells }
    }

    fn place(row: &Row) -> String {
        [text(row, "line"), text(row, "structure")]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    }

    fn url(&self, call: &str) -> Option<String> {
        (self.may_open && !call.is_empty()).then(|| format!("/calls/{}", encoded(call)))
    }

    fn listed(&self, rows: Vec<Listed>) -> List {
        let more = rows.len().saturating_sub(LISTED);
        let more =
            if more == 0 { String::new() } else { self.t.fill("live.more", &[&format::count(self.t.0, more as i64)]) };
        List { rows: rows.into_iter().take(LISTED).collect(), more }
    }

    fn urgent(&self) -> List {
        let t = self.t;
        let urgent = |row: &Row| {
            let (at, place) = (text(row, "flagged_at"), Self::place(row));
            let since = number(row, "since_min").map(|minutes| age_of_minutes(t, minutes as i64)).unwrap_or_default();
            let passed = yes(row, "escalated");
            let word = match number(row, "escalated_min") {
                Some(minutes) if passed => t.fill("live.passed_after", &[&format::number(t.0, minutes)]),
                _ if passed => t.get("live.passed").to_owned(),
                _ => t.get("live.not_passed").to_owned(),
            };
            Listed {
                key: text(row, "call_id").to_owned(),
                at: at.to_owned(),
                about: or_none(text(row, &format!("name_{}", t.0.code()))),
                cells: vec![since],
                tag: if passed { "ok" } else { "critical" },
                said: t.fill("live.new_urgent", &[at, &place]),
                line: place,
                word,
                url: self.url(text(row, "call_id")),
            }
        };
        // What waits for somebody comes first, and what people registered before what a machine suspects: a long list must not hide it.
        let (passed, open): (Vec<Listed>, Vec<Listed>) =
            self.answers.rows("live_urgent").iter().map(urgent).partition(|row| row.tag == "ok");
        let (calm, suspected): (Vec<Listed>, Vec<Listed>) =
            self.heard().map(|row| self.suspected(row)).partition(|row| row.tag == "ok");
        self.listed([open, suspected, passed, calm].into_iter().flatten().collect())
    }

    fn heard(&self) -> impl Iterator<Item = &Row> {
        self.answers.rows("live_urgent_heard").iter().filter(|row| !self.blind.contains(text(row, "call_id")))
    }

    fn suspected(&self, row: &Row) -> Listed {
        let (at, place) = (text(row, "heard_at"), Self::place(row));
        let since = number(row, "since_min").map(|minutes| age_of_minutes(self.t, minutes as i64)).unwrap_or_default();
        let (tag, word) = match row.get("escalated").and_then(Value::as_bool) {
            Some(true) => ("ok", "live.heard_passed"),
            Some(false) => ("critical", "live.heard_not_passed"),
            None => ("warn", "live.heard_unknown"),
        };
        Listed {
            key: text(row, "call_id").to_owned(),
            at: at.to_owned(),
            about: self.t.get("live.heard").to_owned(),
            cells: vec![since],
            tag,
            word: self.t.find(word).unwrap_or_default().to_owned(),
            said: self.t.fill("live.new_heard", &[at, &place]),
            line: place,
            url: self.url(text(row, "call_id")),
        }
    }

    fn callbacks(&self) -> List {
        let t = self.t;
        let person = |row: &Row| Listed {
            key: text(row, "first_call").to_owned(),
            at: text(row, "lost_at").to_owned(),
            line: Self::place(row),
            about: text(row, "caller").to_owned(),
            cells: vec![self.count(row, "lost_calls"), Self::duration(row, "longest_ms")],
            tag: if yes(row, "system_error") { "warn" } else { "" },
            word: if yes(row, "system_error") { t.get("live.system_error").to_owned() } else { String::new() },
            url: self.url(text(row, "first_call")),
            said: String::new(),
        };
        self.listed(self.answers.rows("live_callbacks").iter().map(person).collect())
    }

    fn orders(&self) -> List {
        let t = self.t;
        let order = |row: &Row| {
            let late = number(row, "overdue").unwrap_or_default() > 0.0;
            let (tag, word) = if late { ("critical", "live.is_overdue") } else { ("warn", "live.is_due") };
            Listed {
                key: text(row, "call_id").to_owned(),
                at: format!(
                    "{} {}",
                    day(row, "ordered_on").map(format::date).unwrap_or_default(),
                    text(row, "ordered_at")
                ),
                line: Self::place(row),
                about: text(row, "caller").to_owned(),
                cells: vec![day(row, "due_on").map_or_else(|| NONE.to_owned(), format::date)],
                tag,
                word: t.find(word).unwrap_or_default().to_owned(),
                url: self.url(text(row, "call_id")),
                said: String::new(),
            }
        };
        let rows = self.answers.rows("live_orders").iter().filter(|row| !text(row, "call_id").is_empty());
        self.listed(rows.map(order).collect())
    }
}

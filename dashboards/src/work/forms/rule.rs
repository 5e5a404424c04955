//! The rule of a criterion as fields of a page, and back again: windows and limits in seconds, shares in per cent, parts by their codes.

use crate::format;
use crate::pages::Choice;
use crate::text::Texts;
use crate::work::results::Fields;
use meyar_scoring::{
    ClearOrder, CountMark, Due, Group, Pace, Rule, ShareMark, Side, WhenAbsent, Window, WithoutTrigger,
};
use std::fmt::Write as _;

/// What is wrong, by field.
#[derive(Default)]
pub struct Wrong(pub Vec<(String, String)>);

impl Wrong {
    pub fn put(&mut self, field: impl Into<String>, line: impl Into<String>) {
        self.0.push((field.into(), line.into()));
    }

    pub fn of(&self, field: &str) -> &str {
        self.0.iter().find(|(name, _)| name == field).map_or("", |(_, line)| line)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[derive(Clone, Copy, PartialEq)]
pub enum Is {
    /// Seconds, kept as such or in milliseconds.
    Seconds,
    Millis,
    Count,
    Number,
    Parts,
    /// One of few, by their codes; the first may be empty.
    OneOf(Names, &'static [&'static str]),
    Flag,
}

/// What the codes of a choice are names of.
#[derive(Clone, Copy, PartialEq)]
pub enum Names {
    Side,
    Absent,
    Order,
    Without,
}

impl Names {
    pub fn name(self, t: Texts, code: &str) -> String {
        let name = match self {
            Names::Side => t.name("form_side", code),
            Names::Absent => t.name("form_absent", code),
            Names::Order => t.name("form_order", code),
            Names::Without => t.name("form_without", code),
        };
        name.to_owned()
    }
}

/// One value of a rule.
pub struct Value {
    /// Its field on the page, and its name among the texts (`form_rule`).
    pub name: &'static str,
    pub is: Is,
    /// As it is typed: numbers with a point.
    pub typed: String,
    /// It may be left empty.
    pub optional: bool,
}

/// A row of a rule's table: a group of parts, or what makes which mark.
pub struct RowOf {
    pub first: String,
    pub second: String,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Rows {
    /// Parts, any of which is enough; when it is due.
    Groups,
    /// A share in per cent; the mark.
    Shares,
    /// At most so many; the mark.
    Counts,
}

const DUE: &[&str] = &["always", "unless_transferred", "sheet_or_redirect"];
const SIDES: &[&str] = &["", "before", "after"];
const ABSENT: &[&str] = &["mark", "abstain"];
const ORDERS: &[&str] = &["before_trigger", "after_trigger"];
const WITHOUT: &[&str] = &["clear", "not_applicable"];

pub fn kind(rule: &Rule) -> &'static str {
    match rule {
        Rule::PartsPresent { .. } => "parts_present",
        Rule::Order { .. } => "order",
        Rule::TalkOver { .. } => "talk_over",
        Rule::Suspicion { .. } => "suspicion",
        Rule::Holds { .. } => "holds",
        Rule::Redirect { .. } => "redirect",
        Rule::Records { .. } => "records",
        Rule::Gate { .. } => "gate",
        Rule::Person { .. } => "person",
    }
}

/// What a number looks like in a field.
pub fn typed(value: f64) -> String {
    let mut text = format!("{value:.3}");
    while text.ends_with('0') {
        text.pop();
    }
    if text.ends_with('.') {
        text.pop();
    }
    text
}

/// A number as people write it, with a point or a comma.
pub fn number(text: &str) -> Option<f64> {
    text.trim().replace(',', ".").parse().ok().filter(|value: &f64| value.is_finite())
}

fn due_name(due: Due) -> &'static str {
    match due {
        Due::Always => DUE[0],
        Due::UnlessTransferred => DUE[1],
        Due::SheetOrRedirect => DUE[2],
    }
}

pub fn values(rule: &Rule) -> Vec<Value> {
    let value = |name, is, typed: String| Value { name, is, typed, optional: false };
    let maybe = |name, is, typed: Option<String>| Value { name, is, typed: typed.unwrap_or_default(), optional: true };
    let parts = |name, parts: &[String]| Value { name, is: Is::Parts, typed: parts.join(", "), optional: true };
    let seconds = |name, value: u64| Value { name, is: Is::Seconds, typed: value.to_string(), optional: false };
    let millis = |name, ms: u64| value(name, Is::Millis, typed(ms as f64 / 1000.0));
    match rule {
        Rule::PartsPresent { window, when_absent, .. } => {
            let side = window.answer.map(|side| match side {
                Side::Before => "before",
                Side::After => "after",
            });
            let absent = match when_absent {
                WhenAbsent::Mark => "mark",
                WhenAbsent::Abstain => "abstain",
            };
            vec![
                maybe("first_s", Is::Seconds, window.first_s.map(|s| s.to_string())),
                maybe("last_s", Is::Seconds, window.last_s.map(|s| s.to_string())),
                maybe("turns", Is::Count, window.turns.map(|n| n.to_string())),
                value("answer", Is::OneOf(Names::Side, SIDES), side.unwrap_or_default().to_owned()),
                value("when_absent", Is::OneOf(Names::Absent, ABSENT), absent.to_owned()),
            ]
        }
        Rule::Order { before, partly, event } => {
            vec![parts("before", before), parts("partly", partly), parts("event", event)]
        }
        Rule::TalkOver { min_ms, backchannel_max_ms, backchannel, .. } => vec![
            millis("min_ms", *min_ms),
            millis("backchannel_max_ms", *backchannel_max_ms),
            parts("backchannel", backchannel),
        ],
        Rule::Suspicion { suspect, courtesy, without_courtesy } => vec![
            parts("suspect", suspect),
            parts("courtesy", courtesy),
            value("without_courtesy", Is::Number, typed(*without_courtesy)),
        ],
        Rule::Holds {
            permission,
            thanks,
            permission_within_s,
            thanks_within_s,
            hold_max_s,
            hold_total_max_s,
            dead_air_max_s,
            ..
        } => vec![
            parts("permission", permission),
            parts("thanks", thanks),
            seconds("permission_within_s", *permission_within_s),
            seconds("thanks_within_s", *thanks_within_s),
            seconds("hold_max_s", *hold_max_s),
            seconds("hold_total_max_s", *hold_total_max_s),
            seconds("dead_air_max_s", *dead_air_max_s),
        ],
        Rule::Redirect { target, why } => vec![parts("target", target), parts("why", why)],
        Rule::Records { told, term, .. } => vec![parts("told", told), parts("term", term)],
        Rule::Gate { trigger, always, cleared_by, order, urgent_records, without_trigger } => {
            let order = match order {
                ClearOrder::BeforeTrigger => ORDERS[0],
                ClearOrder::AfterTrigger => ORDERS[1],
            };
            let without = match without_trigger {
                WithoutTrigger::Clear => WITHOUT[0],
                WithoutTrigger::NotApplicable => WITHOUT[1],
            };
            vec![
                parts("trigger", trigger),
                parts("always", always),
                parts("cleared_by", cleared_by),
                value("order", Is::OneOf(Names::Order, ORDERS), order.to_owned()),
                value("urgent_records", Is::Flag, if *urgent_records { "on" } else { "" }.to_owned()),
                value("without_trigger", Is::OneOf(Names::Without, WITHOUT), without.to_owned()),
            ]
        }
        Rule::Person { assists, pace } => vec![
            parts("assists", assists),
            maybe("syllables_per_s_max", Is::Number, pace.map(|pace| typed(pace.syllables_per_s_max))),
            maybe("monologue_max_s", Is::Seconds, pace.map(|pace| pace.monologue_max_s.to_string())),
        ],
    }
}

/// The tables of a rule, in the order in which they stand.
pub fn tables(rule: &Rule) -> Vec<(Rows, Vec<RowOf>)> {
    let shares = |marks: &[ShareMark]| {
        let row = |row: &ShareMark| RowOf { first: typed(100.0 * row.share), second: typed(row.mark) };
        (Rows::Shares, marks.iter().map(row).collect())
    };
    match rule {
        Rule::PartsPresent { groups, marks, .. } => {
            let row = |group: &Group| RowOf { first: group.any.join(", "), second: due_name(group.due).to_owned() };
            vec![(Rows::Groups, groups.iter().map(row).collect()), shares(marks)]
        }
        Rule::Holds { marks, .. } => vec![shares(marks)],
        Rule::TalkOver { marks, .. } => {
            let row = |row: &CountMark| RowOf { first: row.at_most.to_string(), second: typed(row.mark) };
            vec![(Rows::Counts, marks.iter().map(row).collect())]
        }
        _ => Vec::new(),
    }
}

impl Rows {
    /// The names of its two fields, before their number.
    pub fn fields(self) -> (&'static str, &'static str) {
        match self {
            Rows::Groups => ("any", "due"),
            Rows::Shares => ("share", "mark"),
            Rows::Counts => ("at_most", "mark"),
        }
    }
}

pub fn due_choices(t: Texts, chosen: &str) -> Vec<Choice> {
    DUE.iter().map(|code| Choice::new(*code, t.name("form_due", code), Some(chosen))).collect()
}

/// For people to read.
pub fn shown(t: Texts, value: &Value) -> String {
    let decimal = || number(&value.typed).map(|n| format::number(t.0, n)).unwrap_or_default();
    match value.is {
        _ if value.typed.is_empty() && !matches!(value.is, Is::OneOf(..) | Is::Flag) => String::new(),
        Is::Seconds | Is::Millis => t.fill("forms.seconds", &[&decimal()]),
        Is::Count | Is::Number => decimal(),
        Is::Parts => value.typed.clone(),
        Is::OneOf(..) if value.typed.is_empty() => String::new(),
        Is::OneOf(names, _) => names.name(t, &value.typed),
        Is::Flag => t.get(if value.typed.is_empty() { "forms.no" } else { "forms.yes" }).to_owned(),
    }
}

pub fn shown_rows(t: Texts, rows: Rows, all: &[RowOf]) -> String {
    let mut text = String::new();
    let decimal = |text: &str| number(text).map(|n| format::number(t.0, n)).unwrap_or_default();
    for row in all {
        let said = match rows {
            Rows::Groups if row.second == DUE[0] => row.first.clone(),
            Rows::Groups => t.fill("forms.group_due", &[&row.first, t.name("form_due", &row.second)]),
            Rows::Shares => t.fill("forms.share_mark", &[&decimal(&row.first), &decimal(&row.second)]),
            Rows::Counts => t.fill("forms.count_mark", &[&decimal(&row.first), &decimal(&row.second)]),
        };
        let _ = write!(text, "{}{said}", if text.is_empty() { "" } else { "; " });
    }
    text
}

fn parts(text: &str) -> Vec<String> {
    text.split([',', ';', ' ']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Reads the fields of one rule; what cannot be read is put down as wrong.
struct Reader<'a> {
    t: Texts,
    sent: &'a Fields,
    wrong: &'a mut Wrong,
}

impl Reader<'_> {
    fn optional(&mut self, name: &str, least: f64, most: f64) -> Option<f64> {
        let text = self.sent.text(name);
        if text.is_empty() {
            return None;
        }
        let read = number(text).filter(|value| (least..=most).contains(value));
        if read.is_none() {
            let line = self.t.fill("forms.wrong_number", &[&typed(least), &typed(most)]);
            self.wrong.put(name, line);
        }
        read
    }

    fn number(&mut self, name: &str, least: f64, most: f64) -> f64 {
        let read = self.optional(name, least, most);
        if self.sent.text(name).is_empty() {
            let line = self.t.fill("forms.wrong_number", &[&typed(least), &typed(most)]);
            self.wrong.put(name, line);
        }
        read.unwrap_or(least)
    }

    fn seconds(&mut self, name: &str) -> u64 {
        self.number(name, 0.0, 3600.0).round() as u64
    }

    fn millis(&mut self, name: &str) -> u64 {
        (1000.0 * self.number(name, 0.0, 60.0)).round() as u64
    }

    fn parts(&self, name: &str) -> Vec<String> {
        parts(self.sent.text(name))
    }

    /// A blank row is no row.
    fn rows(&self, rows: Rows, number_of: usize) -> Vec<(usize, String)> {
        let (first, _) = rows.fields();
        let row = |n: usize| (n, self.sent.text(&format!("{first}-{n}")).to_owned());
        (0..number_of).map(row).filter(|(_, text)| !text.is_empty()).collect()
    }

    fn shares(&mut self) -> Vec<ShareMark> {
        let rows = self.rows(Rows::Shares, MOST_ROWS);
        let row = |(n, _): (usize, String)| ShareMark {
            share: self.number(&format!("share-{n}"), 0.001, 100.0) / 100.0,
            mark: self.number(&format!("mark-{n}"), 0.0, 1.0),
        };
        rows.into_iter().map(row).collect()
    }
}

/// Rows that a rule's table may have.
pub const MOST_ROWS: usize = 12;

/// The rule of the same kind that was sent.
pub fn read(t: Texts, rule: &Rule, sent: &Fields, wrong: &mut Wrong) -> Rule {
    let mut reader = Reader { t, sent, wrong };
    let r = &mut reader;
    match rule {
        Rule::PartsPresent { .. } => {
            let window = Window {
                first_s: r.optional("first_s", 1.0, 3600.0).map(|s| s.round() as u64),
                last_s: r.optional("last_s", 1.0, 3600.0).map(|s| s.round() as u64),
                turns: r.optional("turns", 1.0, 100.0).map(|n| n.round() as usize),
                answer: match sent.text("answer") {
                    "before" => Some(Side::Before),
                    "after" => Some(Side::After),
                    _ => None,
                },
            };
            let group = |(n, any): (usize, String)| Group {
                any: parts(&any),
                due: match sent.text(&format!("due-{n}")) {
                    "unless_transferred" => Due::UnlessTransferred,
                    "sheet_or_redirect" => Due::SheetOrRedirect,
                    _ => Due::Always,
                },
            };
            let groups = r.rows(Rows::Groups, MOST_ROWS).into_iter().map(group).collect();
            let when_absent =
                if sent.text("when_absent") == "abstain" { WhenAbsent::Abstain } else { WhenAbsent::Mark };
            Rule::PartsPresent { groups, marks: r.shares(), window, when_absent }
        }
        Rule::Order { .. } => {
            Rule::Order { before: r.parts("before"), partly: r.parts("partly"), event: r.parts("event") }
        }
        Rule::TalkOver { .. } => {
            let rows = r.rows(Rows::Counts, MOST_ROWS);
            let row = |(n, _): (usize, String)| CountMark {
                at_most: r.number(&format!("at_most-{n}"), 0.0, 1000.0).round() as usize,
                mark: r.number(&format!("mark-{n}"), 0.0, 1.0),
            };
            let marks = rows.into_iter().map(row).collect();
            Rule::TalkOver {
                min_ms: r.millis("min_ms"),
                backchannel_max_ms: r.millis("backchannel_max_ms"),
                backchannel: r.parts("backchannel"),
                marks,
            }
        }
        Rule::Suspicion { .. } => Rule::Suspicion {
            suspect: r.parts("suspect"),
            courtesy: r.parts("courtesy"),
            without_courtesy: r.number("without_courtesy", 0.0, 1.0),
        },
        Rule::Holds { .. } => Rule::Holds {
            permission: r.parts("permission"),
            thanks: r.parts("thanks"),
            permission_within_s: r.seconds("permission_within_s"),
            thanks_within_s: r.seconds("thanks_within_s"),
            hold_max_s: r.seconds("hold_max_s"),
            hold_total_max_s: r.seconds("hold_total_max_s"),
            dead_air_max_s: r.seconds("dead_air_max_s"),
            marks: r.shares(),
        },
        Rule::Redirect { .. } => Rule::Redirect { target: r.parts("target"), why: r.parts("why") },
        Rule::Records { expected_class, .. } => {
            Rule::Records { told: r.parts("told"), term: r.parts("term"), expected_class: expected_class.clone() }
        }
        Rule::Gate { .. } => Rule::Gate {
            trigger: r.parts("trigger"),
            always: r.parts("always"),
            cleared_by: r.parts("cleared_by"),
            order: if sent.text("order") == "after_trigger" {
                ClearOrder::AfterTrigger
            } else {
                ClearOrder::BeforeTrigger
            },
            urgent_records: sent.ticked("urgent_records"),
            without_trigger: if sent.text("without_trigger") == "not_applicable" {
                WithoutTrigger::NotApplicable
            } else {
                WithoutTrigger::Clear
            },
        },
        Rule::Person { .. } => {
            let pace = match (r.optional("syllables_per_s_max", 0.1, 30.0), r.optional("monologue_max_s", 1.0, 3600.0))
            {
                (Some(syllables_per_s_max), Some(longest)) => {
                    Some(Pace { syllables_per_s_max, monologue_max_s: longest.round() as u64 })
                }
                (None, None) => None,
                _ => {
                    let line = t.get("forms.wrong_pace").to_owned();
                    r.wrong.put("monologue_max_s", line);
                    None
                }
            };
            Rule::Person { assists: r.parts("assists"), pace }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::text::Lang;
    use meyar_scoring::Forms;

    /// What a browser would send back of a page that nobody has changed.
    fn sent(rule: &Rule) -> Fields {
        let mut fields: Vec<(String, String)> = Vec::new();
        for value in values(rule) {
            if value.is != Is::Flag || !value.typed.is_empty() {
                fields.push((value.name.to_owned(), value.typed));
            }
        }
        for (rows, all) in tables(rule) {
            let (first, second) = rows.fields();
            for (n, row) in all.into_iter().enumerate() {
                fields.push((format!("{first}-{n}"), row.first));
                fields.push((format!("{second}-{n}"), row.second));
            }
            fields.push((format!("{first}-{}", MOST_ROWS - 1), String::new()));
        }
        Fields::of(fields)
    }

    #[test]
    fn a_rule_that_nobody_changes_comes_back_as_it_was() {
        let t = Texts(Lang::Az);
        for form in Forms::embedded().unwrap().iter() {
            for criterion in form.criteria() {
                let mut wrong = Wrong::default();
                let back = read(t, &criterion.rule, &sent(&criterion.rule), &mut wrong);
                assert!(wrong.is_empty(), "{}: {:?}", criterion.code, wrong.0);
                assert_eq!(back, criterion.rule, "{}", criterion.code);
            }
        }
    }

    #[test]
    fn seconds_are_written_with_a_comma_or_a_point_and_kept_in_milliseconds() {
        let rule = Rule::TalkOver { min_ms: 700, backchannel_max_ms: 600, backchannel: vec![], marks: vec![] };
        let fields = [("min_ms", "0,85"), ("backchannel_max_ms", "0.6"), ("at_most-0", "2"), ("mark-0", "1")];
        let mut wrong = Wrong::default();
        let sent = Fields::of(fields.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec());
        let Rule::TalkOver { min_ms, marks, .. } = read(Texts(Lang::Az), &rule, &sent, &mut wrong) else { panic!() };
        assert!(wrong.is_empty() && min_ms == 850 && marks.len() == 1);
        let sent = Fields::of(vec![("min_ms".into(), "-1".into())]);
        read(Texts(Lang::Az), &rule, &sent, &mut wrong);
        assert!(!wrong.of("min_ms").is_empty() && !wrong.of("backchannel_max_ms").is_empty());
    }
}

//! Callbacks that are owed: one a person and day after lost calls, one an order.

use super::cells::{Cells, Sums};
use super::lost::{Contacts, LostCall, Part};
use super::{calls::Calls, calls::Kind, calls::Outcome, day::Period, line::Line, names::Name, rules::Rules};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A person who was owed a callback on a day.
#[derive(Debug)]
pub struct Due {
    pub day: NaiveDate,
    pub line: Line,
    pub done: bool,
    pub reached: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Person<'a> {
    Caller(&'a Name),
    /// A call without a key is a person of its own.
    Unknown(&'a Name),
}

/// `lost` stands by the time of `offered`, so the first call of a person sets the line.
pub fn dues(lost: &[LostCall]) -> Vec<Due> {
    let mut dues: BTreeMap<(NaiveDate, Person), Due> = BTreeMap::new();
    for LostCall { call, part } in lost.iter().filter(|lost| lost.part.is_due()) {
        let person = call.caller.as_ref().map_or(Person::Unknown(&call.id), Person::Caller);
        let due = dues.entry((call.day, person)).or_insert(Due {
            day: call.day,
            line: call.line,
            done: false,
            reached: false,
        });
        if let Part::CalledBack { reached } = part {
            due.done = true;
            due.reached |= reached;
        }
    }
    dues.into_values().collect()
}

/// An order to be called back.
#[derive(Debug)]
pub struct Order {
    pub day: NaiveDate,
    pub line: Line,
    pub done: bool,
}

/// Reading: orders left off-hours count too; an order is called back by a call that names it, reached or not.
pub fn orders(calls: &Calls, contacts: &Contacts, period: Period, rules: &Rules) -> Vec<Order> {
    let placed = calls.all.iter().filter(|call| call.kind != Kind::Outbound && call.outcome == Outcome::Ordered);
    placed
        .filter(|call| period.holds(call.day))
        .map(|call| {
            let by = rules.next_working(call.day);
            let done = contacts.named(call).any(|other| other.day <= by);
            Order { day: call.day, line: call.line, done }
        })
        .collect()
}

pub fn put(cells: &mut Cells, dues: &[Due], orders: &[Order]) {
    let mut sums = Sums::default();
    for due in dues {
        sums.count("due", due.line);
        sums.add("done", due.line, f64::from(u8::from(due.done)));
        sums.add("reached", due.line, f64::from(u8::from(due.reached)));
    }
    for order in orders {
        sums.count("orders", order.line);
        sums.add("orders_done", order.line, f64::from(u8::from(order.done)));
    }
    sums.put(cells, "callbacks", &["due", "done", "reached", "orders", "orders_done"]);
}

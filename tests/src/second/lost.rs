//! Lost calls in five parts, each call in exactly one.

use super::cells::{Cells, Sums};
use super::events::LostReason;
use super::{calls::Call, calls::Calls, calls::Kind, calls::Outcome, day::Period, names::Name, rules::Rules};
use std::collections::HashMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    WaitedUnder10s,
    RedialledAnswered,
    CalledBack { reached: bool },
    SystemError,
    NotCalledBack,
}

impl Part {
    pub fn name(self) -> &'static str {
        match self {
            Self::WaitedUnder10s => "waited_under_10s",
            Self::RedialledAnswered => "redialled_answered",
            Self::CalledBack { .. } => "called_back",
            Self::SystemError => "system_error",
            Self::NotCalledBack => "not_called_back",
        }
    }

    /// Its caller is owed a callback.
    pub fn is_due(self) -> bool {
        matches!(self, Self::CalledBack { .. } | Self::SystemError | Self::NotCalledBack)
    }

    /// Nobody spoke to the caller that day.
    pub fn is_without_contact(self) -> bool {
        !matches!(self, Self::RedialledAnswered | Self::CalledBack { reached: true })
    }
}

/// Who called again, and whom the centre called.
pub struct Contacts<'a> {
    answered_of: HashMap<&'a Name, Vec<&'a Call>>,
    outbound_to: HashMap<&'a Name, Vec<&'a Call>>,
    outbound_for: HashMap<&'a Name, Vec<&'a Call>>,
}

impl<'a> Contacts<'a> {
    pub fn of(calls: &'a Calls) -> Self {
        let mut contacts =
            Self { answered_of: HashMap::new(), outbound_to: HashMap::new(), outbound_for: HashMap::new() };
        for call in &calls.all {
            if call.kind == Kind::Outbound {
                if let Some(caller) = &call.caller {
                    contacts.outbound_to.entry(caller).or_default().push(call);
                }
                if let Some(returned) = &call.returns {
                    contacts.outbound_for.entry(returned).or_default().push(call);
                }
            } else if let (Some(caller), Some(_)) = (&call.caller, call.answered()) {
                contacts.answered_of.entry(caller).or_default().push(call);
            }
        }
        contacts
    }

    /// A later inbound call of the same caller on the same day, on any line, was answered.
    fn redialled(&self, call: &Call) -> bool {
        let own = call.caller.as_ref().and_then(|caller| self.answered_of.get(caller));
        own.into_iter().flatten().any(|other| other.offered > call.offered && other.day == call.day)
    }

    /// Later calls of the centre to this caller, or for this very call.
    pub fn callbacks(&self, call: &Call) -> impl Iterator<Item = &'a Call> {
        let to = call.caller.as_ref().and_then(|caller| self.outbound_to.get(caller));
        let by_id = self.outbound_for.get(&call.id);
        let offered = call.offered;
        to.into_iter().chain(by_id).flatten().copied().filter(move |other| other.offered > offered)
    }

    /// Later calls of the centre that name this one.
    pub fn named(&self, call: &Call) -> impl Iterator<Item = &'a Call> {
        let offered = call.offered;
        self.outbound_for.get(&call.id).into_iter().flatten().copied().filter(move |other| other.offered > offered)
    }

    fn part(&self, call: &Call, reason: LostReason, waited_ms: i64, rules: &Rules) -> Part {
        if waited_ms <= rules.lost_short_ms {
            return Part::WaitedUnder10s;
        }
        if self.redialled(call) {
            return Part::RedialledAnswered;
        }
        let same_day: Vec<&Call> = self.callbacks(call).filter(|other| other.day == call.day).collect();
        if !same_day.is_empty() {
            return Part::CalledBack { reached: same_day.iter().any(|other| other.answered().is_some()) };
        }
        if reason == LostReason::SystemError {
            return Part::SystemError;
        }
        Part::NotCalledBack
    }
}

pub struct LostCall<'a> {
    pub call: &'a Call,
    pub part: Part,
}

/// The lost calls of a period, by the time of `offered`.
pub fn lost_calls<'a>(calls: &'a Calls, contacts: &Contacts, period: Period, rules: &Rules) -> Vec<LostCall<'a>> {
    let part = |call: &'a Call| match call.outcome {
        Outcome::Lost { reason, waited_ms } => {
            Some(LostCall { call, part: contacts.part(call, reason, waited_ms, rules) })
        }
        _ => None,
    };
    calls.live(period).filter_map(part).collect()
}

pub fn put(cells: &mut Cells, lost: &[LostCall]) {
    let mut sums = Sums::default();
    for LostCall { call, part } in lost {
        sums.count(part.name(), call.line);
        if *part == (Part::CalledBack { reached: true }) {
            sums.count("called_back_reached", call.line);
        }
    }
    let names = [
        "waited_under_10s",
        "redialled_answered",
        "called_back",
        "called_back_reached",
        "system_error",
        "not_called_back",
    ];
    sums.put(cells, "lost_parts", &names);
}

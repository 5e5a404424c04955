//! A generated month of the same shape as a real one: hours and days, menu, waits, hang-ups, redials, nights. Made from a
//! seed, nothing in it is anyone's: the same seed gives the same calls.

mod arrivals;
mod bank;
pub(crate) mod random;

pub use bank::write_cdr;

use crate::{
    clock::{HOME, Shift},
    story::{Call, Fate, PlainCall},
};
use arrivals::{Arrivals, Drawn, Ending};
use chrono::TimeDelta;
use meyar_schemas::{
    caller::CallerKey,
    calls::{Direction, Location, LostReason, Side},
};

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    pub year: i32,
    pub month: u32,
    /// About so many calls, redials included.
    pub calls: u32,
    pub seed: u64,
}

impl Default for Month {
    fn default() -> Self {
        Self { year: 2026, month: 1, calls: 31_600, seed: 195 }
    }
}

/// Codes and invented names; every fifth answers remotely.
pub const REPRESENTATIVES: [(&str, &str); 24] = [
    ("R101", "Aysel Qarabağlı"),
    ("R102", "Tural Səfərzadə"),
    ("R103", "Nigar Dağlı"),
    ("R104", "Elvin Muradxanlı"),
    ("R105", "Günel Şahbazova"),
    ("R106", "Rəşad İlqarlı"),
    ("R107", "Lalə Çinarlı"),
    ("R108", "Kamran Odlu"),
    ("R109", "Sevinc Bulaqova"),
    ("R110", "Orxan Yaylaqlı"),
    ("R111", "Türkan Əsədzadə"),
    ("R112", "Cavid Xəzərli"),
    ("R113", "Fidan Narlı"),
    ("R114", "Vüqar Göyçayev"),
    ("R115", "Zəhra Lalədən"),
    ("R116", "Emin Şirvanov"),
    ("R117", "Aytən Güllü"),
    ("R118", "Nicat Alovlu"),
    ("R119", "Xəyalə Sərinova"),
    ("R120", "Ramil Təpəli"),
    ("R121", "Ülviyyə Bağırlı"),
    ("R122", "Fərid Ulduzlu"),
    ("R123", "Könül Çaylı"),
    ("R124", "Samir Qızılov"),
];

/// Lines, in the order that [`Drawn::line`] counts, with their queues.
const LINES: [(&str, &str); 4] =
    [("195-1-1", "dvx"), ("195-1-2", "aparat"), ("195-1-3", "emdx"), ("195-1-4", "aibndx")];

/// The month's calls in the order of their arrival, one after the other as they are asked for.
pub fn month<'a>(month: Month, source: &'a str, callers: &'a CallerKey) -> impl Iterator<Item = Call> + 'a {
    let prefix = format!("gen-{:04}{:02}-s{}", month.year, month.month, month.seed);
    Arrivals::new(month).enumerate().filter_map(move |(number, drawn)| {
        let call = plain(&drawn, format!("{prefix}-{:06}", number + 1), callers);
        let home = Shift { days: 0, zone: HOME, redated: true };
        Some(call.into_story("generate", home).ok()?.into_events(source, 0))
    })
}

fn plain(drawn: &Drawn, call_id: String, callers: &CallerKey) -> PlainCall {
    let (line, queue) = LINES[drawn.line];
    let ready = drawn.at + TimeDelta::seconds(drawn.menu_s);
    let left = ready + TimeDelta::seconds(drawn.wait_s.unwrap_or(0));
    let in_menu = matches!(drawn.ending, Ending::LostInMenu);
    let fate = match drawn.ending {
        Ending::Answered { representative, talk_s, by_caller } => Fate::Answered {
            at: left,
            representative: REPRESENTATIVES[representative].0.to_owned(),
            location: if representative % 5 == 4 { Location::Remote } else { Location::Hall },
            talk: Some(TimeDelta::seconds(talk_s)),
            ended_by: if by_caller { Side::Caller } else { Side::Representative },
            recorded: true,
        },
        Ending::LostInQueue => Fate::Lost { at: left, reason: LostReason::AbandonedInQueue },
        Ending::LostInMenu => Fate::Lost { at: left, reason: LostReason::AbandonedInIvr },
    };
    PlainCall {
        call_id,
        line: line.to_owned(),
        caller_key: drawn.caller.and_then(|caller| callers.of(&number(caller))),
        direction: Direction::Inbound,
        offered: drawn.at,
        menu: Some("main".to_owned()),
        queued: (!in_menu).then(|| (ready, queue.to_owned())),
        fate,
    }
}

/// Numbers of a range that is not given to anyone.
fn number(caller: u32) -> String {
    format!("99400{:07}", 1_000_000 + caller)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use meyar_schemas::calls::CallStep;
    use std::collections::HashSet;

    fn all(seed: u64) -> Vec<Call> {
        month(Month { seed, ..Month::default() }, "generated", &CallerKey::new("k")).collect()
    }

    #[test]
    fn a_seed_gives_the_same_month_and_another_seed_another() {
        let (one, again, other) = (all(1), all(1), all(2));
        assert_eq!(one, again);
        assert_ne!(one, other);
        let ids: HashSet<_> = one.iter().flatten().map(|(envelope, _)| &envelope.id).collect();
        assert_eq!(ids.len(), one.iter().map(Vec::len).sum::<usize>());
    }

    #[test]
    fn the_month_has_the_shape_of_a_real_one() {
        let calls = all(195);
        let share = |n: usize| n as f64 / calls.len() as f64;
        assert!((30_000..33_200).contains(&calls.len()), "{} calls", calls.len());
        let lost = calls.iter().filter(|call| matches!(call.last().unwrap().1.step, CallStep::Lost { .. })).count();
        assert!((0.09..0.18).contains(&share(lost)), "lost {}", share(lost));
        let night = calls.iter().filter(|call| (20..22).contains(&chrono::Timelike::hour(&call[0].1.at))).count();
        assert!((0.001..0.02).contains(&share(night)), "from midnight to two {}", share(night));
        let mut last = None;
        for call in &calls {
            assert!(Some(call[0].1.at) >= last, "arrivals are in order");
            last = Some(call[0].1.at);
            assert!(matches!(call[0].1.step, CallStep::Offered { .. }));
            assert!(call.windows(2).all(|pair| pair[0].1.at <= pair[1].1.at));
        }
        let known: Vec<_> = calls.iter().filter_map(|call| call[0].1.caller_key.clone()).collect();
        let different = known.iter().collect::<HashSet<_>>().len();
        assert!(different * 2 < known.len(), "callers ring again: {different} of {}", known.len());
        let waits: Vec<f64> = calls
            .iter()
            .filter_map(|call| {
                let queued = call.iter().find(|(_, e)| matches!(e.step, CallStep::Queued { .. }))?;
                let answered = call.iter().find(|(_, e)| matches!(e.step, CallStep::Answered { .. }))?;
                Some((answered.1.at - queued.1.at).as_seconds_f64())
            })
            .collect();
        let mean = waits.iter().sum::<f64>() / waits.len() as f64;
        assert!((20.0..60.0).contains(&mean), "mean wait {mean}");
    }

    #[test]
    fn names_are_twenty_four_and_codes_fit_the_contract() {
        let codes: HashSet<_> = REPRESENTATIVES.iter().map(|(code, _)| code).collect();
        assert_eq!(codes.len(), 24);
        assert!(codes.iter().all(|code| !code.contains(char::is_whitespace)));
    }
}

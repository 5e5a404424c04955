//! When to send each event of a replay.

use crate::story::{Call, rank};
use chrono::{DateTime, Utc};
use meyar_schemas::{Envelope, Invalid, calls::CallEvent};
use std::{str::FromStr, time::Duration};

/// How much faster than life.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Speed {
    #[default]
    AsFastAsPossible,
    /// 1 is real time, 60 makes an hour of a minute's worth.
    Times(f64),
}

impl FromStr for Speed {
    type Err = Invalid;

    /// `60`, `60x`, `0.5`; `0` and `max` are as fast as possible.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "max" {
            return Ok(Speed::AsFastAsPossible);
        }
        match text.trim_end_matches(['x', 'X', '×']).parse::<f64>() {
            Ok(0.0) => Ok(Speed::AsFastAsPossible),
            Ok(times) if times.is_finite() && times > 0.0 => Ok(Speed::Times(times)),
            _ => Err(Invalid::new(
                "--speed",
                text,
                "is not a speed",
                "write 60 for sixty times real time, 0 for no waiting",
            )),
        }
    }
}

impl Speed {
    /// How long after the start of the replay an event is due, when the replay's first event happened at `first`.
    pub fn due_after(self, first: DateTime<Utc>, at: DateTime<Utc>) -> Duration {
        let Speed::Times(times) = self else { return Duration::ZERO };
        let passed = (at - first).to_std().unwrap_or_default();
        Duration::try_from_secs_f64(passed.as_secs_f64() / times).unwrap_or(Duration::MAX)
    }
}

/// All events of the calls as they happened, one after the other; what happened at once keeps its natural order.
pub fn in_time_order(calls: impl IntoIterator<Item = Call>) -> Vec<(Envelope, CallEvent)> {
    let mut events: Vec<_> = calls.into_iter().flatten().collect();
    events.sort_by(|(_, a), (_, b)| (a.at, &a.call_id, rank(&a.step)).cmp(&(b.at, &b.call_id, rank(&b.step))));
    events
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_225_600 + seconds, 0).unwrap()
    }

    #[test]
    fn an_hour_takes_a_minute_at_sixty_times_and_nothing_without_a_speed() {
        assert_eq!("60x".parse::<Speed>().unwrap().due_after(at(0), at(3600)), Duration::from_secs(60));
        assert_eq!("0".parse::<Speed>().unwrap().due_after(at(0), at(3600)), Duration::ZERO);
        assert_eq!("2".parse::<Speed>().unwrap().due_after(at(10), at(0)), Duration::ZERO);
        for bad in ["-1", "fast", "", "NaN", "inf"] {
            assert!(bad.parse::<Speed>().unwrap_err().to_string().contains("--speed"), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn later_events_are_never_due_earlier(a in 0i64..3_000_000, b in 0i64..3_000_000, speed in 0.001f64..1e6) {
            let speed = Speed::Times(speed);
            let (early, late) = (a.min(b), a.max(b));
            prop_assert!(speed.due_after(at(0), at(early)) <= speed.due_after(at(0), at(late)));
        }
    }
}

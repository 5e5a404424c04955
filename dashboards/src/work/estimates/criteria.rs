//! Criterion by criterion: how often calls fall short, as the machine reports it and as that is corrected by what it misses and invents.

use super::super::results::CONFIDENCE;
use super::{Key, Limits, count, text};
use crate::data::Row;
use crate::format::{self, NONE};
use crate::pages::marks;
use crate::text::Texts;
use meyar_statistics::Interval;
use meyar_statistics::correct::{Validated, rogan_gladen_estimate};
use meyar_statistics::interval::wilson;
use meyar_work::Desk;
use std::collections::BTreeMap;

/// A share of few, with its interval.
#[derive(Debug, Default)]
pub struct Share {
    pub value: String,
    pub interval: String,
}

pub struct Criterion {
    pub code: String,
    pub name: String,
    /// `4 312 / 51 200`, and the share.
    pub reported: String,
    pub share: String,
    pub pairs: String,
    /// Each with its interval.
    pub sensitivity: Share,
    pub specificity: Share,
    pub corrected: Share,
    pub refused: String,
}

fn percent(t: Texts, share: f64) -> String {
    format::percent(t.0, 100.0 * share)
}

fn between(t: Texts, Interval { low, high }: Interval) -> String {
    format!("{} – {}", percent(t, low), percent(t, high))
}

fn share(t: Texts, part: u64, whole: u64) -> Share {
    match wilson(part, whole, CONFIDENCE) {
        Ok(known) => Share { value: percent(t, part as f64 / whole as f64), interval: between(t, known) },
        Err(_) => Share { value: NONE.to_owned(), interval: String::new() },
    }
}

pub fn of(t: Texts, desk: &Desk, key: &Key, reported: &[Row], accuracy: &[Row], limits: Limits) -> Vec<Criterion> {
    let form = desk.forms.iter().find(|form| {
        let reference = form.reference();
        (reference.id, reference.version) == *key
    });
    let accuracy: BTreeMap<String, &Row> = accuracy.iter().map(|row| (text(row, "criterion"), row)).collect();
    let name = |code: &str| {
        let known = form.and_then(|form| form.criterion(code));
        known.map(|criterion| marks::criterion_name(t, criterion).to_owned()).unwrap_or_default()
    };
    reported
        .iter()
        .map(|row| {
            let code = text(row, "criterion");
            let labelled = accuracy.get(&code);
            let of = |name: &str| labelled.map_or(0, |row| count(row, name));
            let counts = Validated {
                reported: count(row, "reported"),
                calls: count(row, "judged"),
                found: of("found"),
                errors: of("errors"),
                left_alone: of("left_alone"),
                sound: of("sound"),
            };
            line(t, name(&code), code, &counts, limits)
        })
        .collect()
}

fn line(t: Texts, name: String, code: String, counts: &Validated, limits: Limits) -> Criterion {
    let whole = |value: u64| format::count(t.0, value as i64);
    let missing = [counts.errors, counts.sound].map(|have| limits.errors.saturating_sub(have) as i64);
    let (corrected, refused) = if missing != [0, 0] {
        let values = [("errors", missing[0].into()), ("sound", missing[1].into())];
        (Share::default(), t.say("estimates.criterion_few", &values))
    } else {
        match rogan_gladen_estimate(counts, CONFIDENCE) {
            Ok(found) => {
                (Share { value: percent(t, found.value), interval: between(t, found.interval) }, String::new())
            }
            // Its verdict tells nothing, or it judged no call.
            Err(_) => (Share::default(), t.get("estimates.criterion_coin").to_owned()),
        }
    };
    Criterion {
        name,
        code,
        reported: format!("{} / {}", whole(counts.reported), whole(counts.calls)),
        share: if counts.calls > 0 {
            percent(t, counts.reported as f64 / counts.calls as f64)
        } else {
            NONE.to_owned()
        },
        pairs: whole(counts.errors + counts.sound),
        sensitivity: share(t, counts.found, counts.errors),
        specificity: share(t, counts.left_alone, counts.sound),
        corrected,
        refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    const LIMITS: Limits = Limits { calls: 20, errors: 10 };

    fn told(counts: &Validated) -> Criterion {
        line(Texts(Lang::En), "Greeting".into(), "K01".into(), counts, LIMITS)
    }

    #[test]
    fn a_share_is_corrected_by_what_the_machine_misses_and_invents() {
        // q = 0.12, Se = 0.85, Sp = 0.95: the checked vector of Rogan and Gladen is 0.0875.
        let counts = Validated { reported: 120, calls: 1000, found: 17, errors: 20, left_alone: 190, sound: 200 };
        let told = told(&counts);
        assert!(
            ["8.7%", "8.8%"].contains(&told.corrected.value.as_str()) && told.corrected.interval.contains(" – "),
            "{:?}",
            told.corrected
        );
        assert_eq!((told.sensitivity.value.as_str(), told.specificity.value.as_str()), ("85.0%", "95.0%"));
        assert!(told.refused.is_empty());
    }

    #[test]
    fn few_errors_or_a_coin_give_no_corrected_share() {
        let few = told(&Validated { reported: 120, calls: 1000, found: 3, errors: 4, left_alone: 190, sound: 200 });
        assert!(few.corrected.value.is_empty() && few.refused.contains('6'), "{}", few.refused);
        let coin = told(&Validated { reported: 120, calls: 1000, found: 5, errors: 20, left_alone: 50, sound: 200 });
        assert!(coin.corrected.value.is_empty() && !coin.refused.is_empty());
        let nothing = told(&Validated { reported: 0, calls: 0, found: 0, errors: 0, left_alone: 0, sound: 0 });
        assert_eq!((nothing.share.as_str(), nothing.sensitivity.value.as_str()), (NONE, NONE));
    }
}

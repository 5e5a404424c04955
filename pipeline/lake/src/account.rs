//! What became of the messages of a partition: the account that the equation of P3 is held against. It is kept in the table's own log, in
//! the commit that moves the position, so that it is exact after a crash and with several landers.

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// An account that was closed because its topic was made anew: the rows of two histories cannot be told apart.
pub const CLOSED: i64 = -1;

/// Totals since the account was opened. Rows are not among them: they are counted in the table itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Account {
    /// The first offset that it accounts for.
    pub since: i64,
    pub since_ms: i64,
    /// Told before, and dropped.
    pub repeats: i64,
    /// Refused, and sent to the dead letters; the last ones at `letters_ms`.
    pub letters: i64,
    pub letters_ms: i64,
    /// Offsets at which nothing was read: the broker had thrown the messages away; the last ones seen at `unread_ms`.
    pub unread: i64,
    pub unread_ms: i64,
}

/// What one batch read of a partition, by offset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Messages {
    pub read: Vec<i64>,
    pub repeats: Vec<i64>,
    pub letters: Vec<i64>,
}

/// What one batch read of a topic, by partition.
pub type Handled = BTreeMap<i32, Messages>;

impl Account {
    /// Names of the totals as marks carry them, behind the partition's own.
    pub const NAMES: [&'static str; 7] =
        ["since", "since_ms", "repeats", "letters", "letters_ms", "unread", "unread_ms"];

    fn places(&mut self) -> [&mut i64; 7] {
        let Self { since, since_ms, repeats, letters, letters_ms, unread, unread_ms } = self;
        [since, since_ms, repeats, letters, letters_ms, unread, unread_ms]
    }

    pub fn values(mut self) -> [i64; 7] {
        self.places().map(|place| *place)
    }

    /// Takes a total by its name; false for a name that is none of its.
    pub fn take(&mut self, name: &str, value: i64) -> bool {
        let Some(at) = Self::NAMES.iter().position(|known| *known == name) else { return false };
        *self.places()[at] = value;
        true
    }

    pub fn closed(at: DateTime<Utc>) -> Self {
        Self { since: CLOSED, since_ms: at.timestamp_millis(), ..Self::default() }
    }

    /// The account after a batch that moved the position from `before` to `next`. Messages below `before` were accounted for by the batch
    /// that moved the position past them: another lander may have read them too.
    pub fn after(known: Option<Self>, before: Option<i64>, next: i64, read: &Messages, at: DateTime<Utc>) -> Self {
        let now = at.timestamp_millis();
        let first = before.or_else(|| read.read.iter().min().copied()).unwrap_or(next);
        let mut account = known.unwrap_or(Self { since: first, since_ms: now, ..Self::default() });
        if account.since == CLOSED {
            return account;
        }
        let fresh = |offsets: &[i64]| offsets.iter().filter(|offset| (first..next).contains(*offset)).count() as i64;
        account.repeats += fresh(&read.repeats);
        let letters = fresh(&read.letters);
        if letters > 0 {
            (account.letters, account.letters_ms) = (account.letters + letters, now);
        }
        let unread = next - first - fresh(&read.read);
        if unread > 0 {
            (account.unread, account.unread_ms) = (account.unread + unread, now);
        }
        account
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn messages(read: std::ops::Range<i64>, repeats: &[i64], letters: &[i64]) -> Messages {
        Messages { read: read.collect(), repeats: repeats.to_vec(), letters: letters.to_vec() }
    }

    #[test]
    fn an_account_opens_where_reading_began() {
        // Retention had cut the beginning off before anything was read.
        let fresh = Account::after(None, None, 510, &messages(500..510, &[501], &[]), at(1));
        assert_eq!((fresh.since, fresh.since_ms, fresh.repeats, fresh.unread), (500, 1_000, 1, 0));
        // The table was read before accounts were kept.
        let older = Account::after(None, Some(500), 510, &messages(500..510, &[], &[]), at(1));
        assert_eq!((older.since, older.unread), (500, 0));
    }

    #[test]
    fn what_another_lander_has_accounted_for_is_not_counted_again() {
        let first = Account::after(None, None, 50, &messages(0..50, &[3], &[4]), at(1));
        // The same beginning, and more behind it: all of the beginning came out as repeats.
        let repeats: Vec<i64> = (0..50).chain([60]).collect();
        let then = Account::after(Some(first), Some(50), 100, &messages(0..100, &repeats, &[4]), at(2));
        assert_eq!((then.repeats, then.letters, then.letters_ms, then.unread), (2, 1, 1_000, 0));
    }

    #[test]
    fn a_gap_between_the_position_and_what_came_is_told_with_its_time() {
        let first = Account::after(None, None, 10, &messages(0..10, &[], &[]), at(1));
        let then = Account::after(Some(first), Some(10), 45, &messages(40..45, &[], &[]), at(2));
        assert_eq!((then.unread, then.unread_ms), (30, 2_000));
        assert_eq!(45 - then.since - then.unread, 15, "rows, repeats and dead letters are fifteen");
    }

    #[test]
    fn a_closed_account_stays_closed() {
        let closed = Account::closed(at(1));
        assert_eq!(Account::after(Some(closed), Some(0), 10, &messages(0..10, &[1], &[2]), at(2)), closed);
    }

    #[test]
    fn totals_are_known_by_their_names() {
        let mut account = Account::default();
        for (n, name) in Account::NAMES.iter().enumerate() {
            assert!(account.take(name, n as i64 + 1));
        }
        assert_eq!(account.values(), [1, 2, 3, 4, 5, 6, 7]);
        assert!(!account.take("anchor", 1));
    }
}

//! The `Range` header of a request for one file.

use std::ops::Range;

#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// No range, or one that may be ignored: several ranges, another unit, nonsense.
    Whole,
    Part(Range<u64>),
    /// Starts behind the end: 416.
    Unsatisfiable,
}

pub fn asked(header: Option<&str>, length: u64) -> Asked {
    parse(header, length).unwrap_or(Asked::Whole)
}

fn parse(header: Option<&str>, length: u64) -> Option<Asked> {
    let (from, to) = header?.trim().strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = (from.trim(), to.trim());
    if from.is_empty() {
        let last: u64 = to.parse().ok()?;
        if last == 0 || length == 0 {
            return Some(Asked::Unsatisfiable);
        }
        return Some(Asked::Part(length.saturating_sub(last)..length));
    }
    let from: u64 = from.parse().ok()?;
    let end = match to {
        "" => length,
        to => to.parse::<u64>().ok()?.saturating_add(1).min(length),
    };
    if from >= length {
        Some(Asked::Unsatisfiable)
    } else if end <= from {
        None
    } else {
        Some(Asked::Part(from..end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_browsers_send_them() {
        assert_eq!(asked(Some("bytes=0-"), 100), Asked::Part(0..100));
        assert_eq!(asked(Some("bytes=10-19"), 100), Asked::Part(10..20));
        assert_eq!(asked(Some("bytes=10-999"), 100), Asked::Part(10..100));
        assert_eq!(asked(Some("bytes=-10"), 100), Asked::Part(90..100));
        assert_eq!(asked(Some("bytes=-1000"), 100), Asked::Part(0..100));
    }

    #[test]
    fn a_range_behind_the_end_is_refused_and_nonsense_is_ignored() {
        assert_eq!(asked(Some("bytes=100-"), 100), Asked::Unsatisfiable);
        assert_eq!(asked(Some("bytes=-0"), 100), Asked::Unsatisfiable);
        assert_eq!(asked(None, 100), Asked::Whole);
        for nonsense in ["bytes=5-4", "bytes=a-b", "items=0-1", "bytes=0-1,4-5", "bytes=-"] {
            assert_eq!(asked(Some(nonsense), 100), Asked::Whole, "{nonsense}");
        }
    }
}

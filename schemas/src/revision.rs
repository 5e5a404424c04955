//! Revisions of what machines make: a transcript of a recording, an evaluation of a transcript. Pure.
//!
//! Such a revision is made of its source's revision and of how often the result was made anew from it: the fourth evaluation of a
//! transcript's revision 2 is 203. So whoever does the work again after a crash, without asking anybody, tells the same revision (P1);
//! and what was made of an older source never stands above what was made of a newer one, whichever came last (P4).

use crate::Invalid;

/// Results that may be made of one revision of their source, the first included.
pub const OF_EACH: u32 = 100;

/// Why no revision can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRevision {
    /// The source's own revision leaves no room for those of its results.
    SourceTooHigh,
    /// There is a result of a newer revision of the source.
    Newer,
    /// The result was made anew as often as can be told.
    Spent,
}

/// The revision of the first result of a source.
pub fn first(source: u32) -> Result<u32, NoRevision> {
    let first = source.checked_mul(OF_EACH).ok_or(NoRevision::SourceTooHigh)?;
    first.checked_add(OF_EACH - 1).map(|_| first).ok_or(NoRevision::SourceTooHigh)
}

/// What is told of a source that leaves no room.
pub fn too_high(source: u32) -> Invalid {
    let most = u32::MAX / OF_EACH - 1;
    Invalid::new(
        "ce_revision",
        source.to_string(),
        format!("is higher than {most}, which leaves no room for the revisions of what is made of it"),
        "count revisions from 0",
    )
}

/// The revision of a result that is to stand above `newest`, the highest one that is known.
pub fn above(source: u32, newest: Option<u32>) -> Result<u32, NoRevision> {
    let first = first(source)?;
    match newest {
        Some(newest) if newest / OF_EACH > source => Err(NoRevision::Newer),
        Some(newest) if newest >= first => match newest + 1 {
            next if next / OF_EACH == source => Ok(next),
            _ => Err(NoRevision::Spent),
        },
        _ => Ok(first),
    }
}

/// The revision of the source that a result was made of.
pub fn source_of(revision: u32) -> u32 {
    revision / OF_EACH
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_source_has_so_many_results_and_no_more() {
        assert_eq!((first(0), first(2)), (Ok(0), Ok(200)));
        assert_eq!((above(2, None), above(2, Some(107)), above(2, Some(203))), (Ok(200), Ok(200), Ok(204)));
        assert_eq!((above(2, Some(299)), above(2, Some(300))), (Err(NoRevision::Spent), Err(NoRevision::Newer)));
        assert_eq!(first(u32::MAX / OF_EACH), Err(NoRevision::SourceTooHigh));
        assert_eq!(above(u32::MAX, Some(1)), Err(NoRevision::SourceTooHigh));
    }

    proptest! {
        #[test]
        fn what_is_given_stands_above_all_that_is_known_and_below_all_of_a_newer_source(source in 0..u32::MAX / 200, newest: Option<u32>) {
            match above(source, newest) {
                Ok(given) => {
                    prop_assert!(newest.is_none_or(|newest| given > newest));
                    prop_assert_eq!(source_of(given), source);
                    prop_assert!(given < first(source + 1).unwrap());
                }
                Err(why) => prop_assert!(why != NoRevision::SourceTooHigh && newest.is_some_and(|n| n.saturating_add(1) >= first(source + 1).unwrap())),
            }
        }
    }
}

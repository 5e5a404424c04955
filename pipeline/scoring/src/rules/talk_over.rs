//! `talk_over`: the representative begins while the caller speaks, and goes on.

use super::{Finding, Judge};
use crate::{
    form::{CountMark, Speaker},
    reasons::Reason,
    talk::length_ms,
};
use meyar_schemas::transcripts::Segment;

/// Segment edges come from voice activity, not from hands.
const TIMING: f64 = 0.75;
const MOST_SHOWN: usize = 5;

pub fn judge(
    judge: &Judge,
    min_ms: u64,
    backchannel_max_ms: u64,
    backchannel: &[String],
    marks: &[CountMark],
) -> Finding {
    let talk = judge.talk;
    let caller: Vec<&Segment> = talk.said_by(Speaker::Caller).map(|(_, segment)| segment).collect();
    let nods = judge.hits(backchannel);
    let over = |segment: &Segment| {
        let overlap = |other: &&Segment| {
            let begun_inside = other.start_ms < segment.start_ms && segment.start_ms < other.end_ms;
            begun_inside && other.end_ms.min(segment.end_ms) - segment.start_ms > min_ms
        };
        length_ms(segment) > backchannel_max_ms && caller.iter().any(overlap)
    };
    let events: Vec<usize> = talk
        .said_by(Speaker::Representative)
        .filter(|(rank, segment)| over(segment) && !is_nod(judge, *rank, segment, &nods))
        .map(|(rank, _)| rank)
        .collect();
    let mark = marks
        .iter()
        .filter(|row| events.len() <= row.at_most)
        .min_by_key(|row| row.at_most)
        .map_or(0.0, |row| row.mark);
    let shown = events.iter().take(MOST_SHOWN).map(|&rank| talk.whole(rank, "talk_over")).collect();
    Finding::marked(mark, judge.weigh(TIMING), Reason::TalkOver { times: events.len() }, shown)
}

/// The whole segment is "bəli" or "hə", however slowly said.
fn is_nod(judge: &Judge, rank: usize, segment: &Segment, nods: &[crate::talk::Hit]) -> bool {
    let said: usize = nods
        .iter()
        .filter(|hit| hit.at.rank == rank)
        .flat_map(|hit| &hit.evidence)
        .map(|piece| letters(&piece.quote))
        .sum();
    said > 0 && said >= letters(&segment.text) && crate::text::words(&judge.talk.folded(rank)) <= 3
}

fn letters(text: &str) -> usize {
    text.chars().filter(|letter| letter.is_alphanumeric()).count()
}

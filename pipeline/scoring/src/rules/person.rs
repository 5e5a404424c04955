//! `person`: a person judges; the machine lays out what helps, and measures the pace.

use super::{Finding, Judge, evidence};
use crate::{
    form::{Pace, Speaker},
    reasons::Reason,
    talk::length_ms,
    text::syllables,
};
use meyar_schemas::{audio::Party, evaluations::Evidence, transcripts::Segment};

const MOST_SHOWN: usize = 8;

pub fn judge(judge: &Judge, assists: &[String], pace: Option<&Pace>) -> Finding {
    let mut hits = judge.hits(assists);
    hits.truncate(MOST_SHOWN);
    let mut shown = evidence(&hits);
    let Some(pace) = pace else {
        return Finding::abstained(Reason::PersonJudges).with(shown);
    };
    let talk = judge.talk;
    let spoken_s = talk.speech_ms(Speaker::Representative) as f64 / 1000.0;
    let spoken: usize =
        talk.said_by(Speaker::Representative).map(|(rank, _)| syllables(&talk.folded(rank), talk.language)).sum();
    let syllables_per_s = if spoken_s > 0.0 { spoken as f64 / spoken_s } else { 0.0 };
    let (longest_s, first_rank) = longest_monologue(judge);
    shown.extend(monologue(judge, longest_s, first_rank, pace));
    if syllables_per_s > pace.syllables_per_s_max {
        shown.extend(fastest(judge).map(|rank| talk.whole(rank, "fast")));
    }
    Finding::abstained(Reason::PersonJudgesPace { syllables_per_s, longest_s }).with(shown)
}

fn monologue(judge: &Judge, longest_s: u64, first_rank: usize, pace: &Pace) -> Option<Evidence> {
    (longest_s > pace.monologue_max_s).then(|| judge.talk.whole(first_rank, "monologue"))
}

/// The longest stretch of the representative that the caller does not enter, and the segment it begins with.
fn longest_monologue(judge: &Judge) -> (u64, usize) {
    let mut longest = (0, 0);
    let mut begun: Option<(u64, usize)> = None;
    for (rank, segment) in judge.talk.segments() {
        if segment.party == Party::Caller {
            begun = None;
            continue;
        }
        let (start_ms, first_rank) = *begun.get_or_insert((segment.start_ms, rank));
        let lasted_s = segment.end_ms.saturating_sub(start_ms) / 1000;
        if lasted_s > longest.0 {
            longest = (lasted_s, first_rank);
        }
    }
    longest
}

fn fastest(judge: &Judge) -> Option<usize> {
    let rate = |rank: usize, segment: &Segment| {
        syllables(&judge.talk.folded(rank), judge.talk.language) as f64 / length_ms(segment).max(1) as f64
    };
    judge
        .talk
        .said_by(Speaker::Representative)
        .map(|(rank, segment)| (rank, rate(rank, segment)))
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
        .map(|(rank, _)| rank)
}

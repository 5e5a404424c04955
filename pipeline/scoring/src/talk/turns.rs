//! Segments joined into utterances and turns, and the first of them that answers.

use super::{Place, Talk, length_ms};
use crate::{
    facts::Settings,
    form::Speaker,
    forms::{Form, PartPhrases},
    text::{Folded, words},
};
use meyar_schemas::{audio::Party, transcripts::Segment};

/// Speech of the other party up to so long does not end a turn: "bəli", "hə".
const BACKCHANNEL_MS: u64 = 600;
/// The segmenter cuts at breaths: a phrase may go on in the next segment of the same party.
const JOIN_GAP_MS: u64 = 2_000;
/// Segments of one party that follow one another closely.
pub(super) struct Utterance {
    pub party: Party,
    /// Which turn of its party, from 0.
    pub turn: usize,
    /// Ranks in time order.
    pub ranks: Vec<usize>,
    pub folded: Folded,
    pub ascii: Folded,
}

impl Talk<'_> {
    pub(super) fn join_segments(&self, settings: &Settings) -> Vec<Utterance> {
        let mut runs: Vec<(Party, usize, Vec<usize>)> = Vec::new();
        for party in [Party::Representative, Party::Caller, Party::Mixed] {
            let mut turn = 0;
            let (mut begun, mut interrupted) = (false, false);
            let mut last: Option<&Segment> = None;
            for (rank, segment) in self.segments() {
                if segment.party != party {
                    interrupted |= length_ms(segment) > BACKCHANNEL_MS;
                    continue;
                }
                turn += usize::from(begun && interrupted);
                begun = true;
                let follows = last
                    .is_some_and(|last| !interrupted && segment.start_ms <= last.end_ms.saturating_add(JOIN_GAP_MS));
                interrupted = false;
                // What is too unsure is no evidence and joins nothing.
                last = None;
                if segment.confidence >= settings.segment_floor {
                    match runs.last_mut() {
                        Some((of, _, ranks)) if follows && *of == party => ranks.push(rank),
                        _ => runs.push((party, turn, vec![rank])),
                    }
                    last = Some(segment);
                }
            }
        }
        runs.into_iter()
            .map(|(party, turn, ranks)| {
                let pieces: Vec<&str> = ranks.iter().map(|&rank| self.segment(rank).text.as_str()).collect();
                let folded = Folded::new(&pieces, self.language);
                let ascii = folded.to_ascii();
                Utterance { party, turn, ranks, folded, ascii }
            })
            .collect()
    }

    /// Where the representative first says something of substance: see [`crate::form::Answer`].
    pub(super) fn first_answer(&self, form: &Form) -> Option<Place> {
        let rule = &form.spec().answer;
        let parts = |references: &[String]| -> Vec<&PartPhrases> {
            references.iter().filter_map(|reference| form.phrases("", reference)).collect()
        };
        let (shown_by, except) = (parts(&rule.shown_by), parts(&rule.except));
        let (caller, _) = self.said_by(Speaker::Caller).next()?;
        let mut candidates: Vec<&Utterance> =
            self.utterances.iter().filter(|utterance| utterance.party == Party::Representative).collect();
        candidates.sort_by_key(|utterance| utterance.ranks[0]);
        for utterance in candidates {
            let mut begun = None;
            let mut said = 0;
            for &rank in utterance.ranks.iter().filter(|&&rank| rank > caller) {
                if except.iter().any(|part| self.shows_part(rank, part)) {
                    continue;
                }
                let place = *begun.get_or_insert(Place { rank, byte: 0 });
                said += words(&self.folded(rank));
                if said >= rule.min_words || shown_by.iter().any(|part| self.shows_part(rank, part)) {
                    return Some(place);
                }
            }
        }
        None
    }
}

//! A transcript made ready for questions: in time order, in turns, folded, with the way back to the exact words.

mod turns;

use turns::Utterance;

use crate::{
    facts::Settings,
    form::{Language, Side, Speaker, Window},
    forms::{Form, PartPhrases},
    text::{Folded, fold},
};
use meyar_schemas::{
    audio::Party,
    evaluations::Evidence,
    transcripts::{Segment, Transcript, TranscriptFlag},
};

/// The contract takes no moment after a day: clocks of two systems may differ by more than a call.
const LONGEST_CALL_MS: u64 = 86_400_000;
/// Words found only after the letters were made ASCII are less sure.
const APPROXIMATE: f64 = 0.9;

pub struct Talk<'a> {
    pub transcript: &'a Transcript,
    pub language: Language,
    /// Indices of the segments by time; the input may come in any order.
    order: Vec<usize>,
    utterances: Vec<Utterance>,
    one_channel: bool,
    answer: Option<Place>,
}

/// A place in the talk: the segment's rank in time, then the byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub rank: usize,
    pub byte: usize,
}

/// Words that show a part.
#[derive(Debug, Clone)]
pub struct Hit {
    pub at: Place,
    pub turn: usize,
    pub start_ms: u64,
    pub end_ms: u64,
    pub confidence: f64,
    pub evidence: Vec<Evidence>,
}

impl<'a> Talk<'a> {
    pub fn new(form: &Form, transcript: &'a Transcript, settings: &Settings) -> Self {
        let mut order: Vec<usize> = (0..transcript.segments.len()).collect();
        order.sort_by(|&a, &b| {
            let key = |segment: &'a Segment| (segment.start_ms, segment.end_ms, segment.party, segment.text.as_str());
            let (a, b) = (&transcript.segments[a], &transcript.segments[b]);
            key(a).cmp(&key(b)).then(a.confidence.total_cmp(&b.confidence))
        });
        let one_channel = transcript.flags.contains(&TranscriptFlag::OneChannel)
            || transcript.segments.iter().any(|segment| segment.party == Party::Mixed);
        let mut talk =
            Talk { transcript, language: form.language(), order, utterances: Vec::new(), one_channel, answer: None };
        talk.utterances = talk.join_segments(settings);
        talk.answer = talk.first_answer(form);
        talk
    }

    pub fn one_channel(&self) -> bool {
        self.one_channel
    }

    pub fn answer(&self) -> Option<Place> {
        self.answer
    }

    /// Segments that a party may have said, in time order, with their rank.
    pub fn said_by(&self, speaker: Speaker) -> impl DoubleEndedIterator<Item = (usize, &'a Segment)> {
        self.segments().filter(move |(_, segment)| spoken_by(segment.party, speaker))
    }

    pub fn segments(&self) -> impl DoubleEndedIterator<Item = (usize, &'a Segment)> {
        self.order.iter().enumerate().map(|(rank, &index)| (rank, &self.transcript.segments[index]))
    }

    /// How long a party speaks in all.
    pub fn speech_ms(&self, speaker: Speaker) -> u64 {
        self.said_by(speaker).map(|(_, segment)| length_ms(segment)).fold(0, u64::saturating_add)
    }

    /// Every place that shows a part, by time.
    pub fn find(&self, part: &PartPhrases) -> Vec<Hit> {
        let mut hits = Vec::new();
        for utterance in self.utterances.iter().filter(|utterance| spoken_by(utterance.party, part.part.party)) {
            for found in part.phrases.find(utterance.folded.text(), utterance.ascii.text()) {
                let source = if found.approximate { &utterance.ascii } else { &utterance.folded };
                let spans: Vec<(usize, std::ops::Range<usize>)> = source
                    .original(found.start..found.end)
                    .into_iter()
                    .map(|(piece, range)| (utterance.ranks[piece], range))
                    .collect();
                let excepted =
                    |phrases: &crate::pattern::Phrases| spans.iter().any(|(rank, _)| self.shows(*rank, phrases));
                if !spans.is_empty() && !part.except.as_ref().is_some_and(excepted) {
                    hits.push(self.hit(&part.part.code, utterance.turn, &spans, found.approximate));
                }
            }
        }
        hits.sort_by_key(|hit| hit.at);
        hits
    }

    /// Whether the hit lies in the window.
    pub fn within(&self, hit: &Hit, window: &Window) -> bool {
        let (first, last) = self.bounds();
        window.first_s.is_none_or(|first_s| hit.start_ms < first.saturating_add(first_s * 1000))
            && window.last_s.is_none_or(|last_s| hit.end_ms.saturating_add(last_s * 1000) >= last)
            && window.turns.is_none_or(|turns| hit.turn < turns)
            && match (window.answer, self.answer) {
                (Some(Side::Before), Some(answer)) => hit.at < answer,
                (Some(Side::After), Some(answer)) => hit.at > answer,
                // Where no answer was recognised it bounds nothing.
                _ => true,
            }
    }

    /// Mean confidence, weighted by length, of what a party said in the window; of all it said when the window holds nothing.
    pub fn confidence(&self, speaker: Speaker, window: &Window) -> f64 {
        let (first, last) = self.bounds();
        let inside = |(rank, segment): &(usize, &Segment)| {
            window.first_s.is_none_or(|first_s| segment.start_ms < first.saturating_add(first_s * 1000))
                && window.last_s.is_none_or(|last_s| segment.end_ms.saturating_add(last_s * 1000) >= last)
                && match (window.answer, self.answer) {
                    (Some(Side::Before), Some(answer)) => *rank < answer.rank,
                    (Some(Side::After), Some(answer)) => *rank >= answer.rank,
                    _ => true,
                }
        };
        mean(self.said_by(speaker).filter(inside)).or_else(|| mean(self.said_by(speaker))).unwrap_or(0.0)
    }

    /// Whether the caller begins to speak between two places: an answer to what was asked.
    pub fn caller_replies_between(&self, from: Place, to: Place) -> bool {
        self.said_by(Speaker::Caller).any(|(rank, _)| from.rank < rank && rank < to.rank)
    }

    /// A piece of evidence that is a whole segment (its beginning, when long).
    pub fn whole(&self, rank: usize, part: &str) -> Evidence {
        const LONGEST: usize = 160;
        let text = self.segment(rank).text.trim();
        let quote = match text.char_indices().nth(LONGEST) {
            Some((end, _)) => &text[..end],
            None => text,
        };
        self.evidence(rank, quote, part)
    }

    /// A moment of the call's telephony, hung on the segment before it; nothing is quoted.
    pub fn moment(&self, start_ms: u64, end_ms: u64, part: &str) -> Option<Evidence> {
        let start_ms = start_ms.min(LONGEST_CALL_MS);
        let end_ms = end_ms.clamp(start_ms, LONGEST_CALL_MS);
        let rank = self
            .segments()
            .filter(|(_, segment)| segment.start_ms <= start_ms)
            .map(|(rank, _)| rank)
            .next_back()
            .unwrap_or(0);
        let segment = u32::try_from(*self.order.get(rank)?).unwrap_or(u32::MAX);
        Some(Evidence {
            party: Party::Representative,
            start_ms,
            end_ms,
            quote: String::new(),
            segment,
            part: part.to_owned(),
        })
    }

    /// The folded words of one segment.
    pub fn folded(&self, rank: usize) -> String {
        fold(&self.segment(rank).text, self.language)
    }

    fn segment(&self, rank: usize) -> &'a Segment {
        &self.transcript.segments[self.order[rank]]
    }

    fn evidence(&self, rank: usize, quote: &str, part: &str) -> Evidence {
        let segment = self.segment(rank);
        Evidence {
            party: segment.party,
            start_ms: segment.start_ms,
            end_ms: segment.end_ms,
            quote: quote.to_owned(),
            segment: u32::try_from(self.order[rank]).unwrap_or(u32::MAX),
            part: part.to_owned(),
        }
    }

    fn hit(&self, part: &str, turn: usize, spans: &[(usize, std::ops::Range<usize>)], approximate: bool) -> Hit {
        let evidence: Vec<Evidence> = spans
            .iter()
            .map(|(rank, range)| self.evidence(*rank, &self.segment(*rank).text[range.clone()], part))
            .collect();
        let sure = spans.iter().map(|(rank, _)| self.segment(*rank).confidence).fold(1.0, f64::min);
        Hit {
            at: Place { rank: spans[0].0, byte: spans[0].1.start },
            turn,
            start_ms: evidence.iter().map(|piece| piece.start_ms).min().unwrap_or(0),
            end_ms: evidence.iter().map(|piece| piece.end_ms).max().unwrap_or(0),
            confidence: if approximate { sure * APPROXIMATE } else { sure },
            evidence,
        }
    }

    /// Whether one segment, alone, shows a part.
    fn shows_part(&self, rank: usize, part: &PartPhrases) -> bool {
        self.shows(rank, &part.phrases) && !part.except.as_ref().is_some_and(|except| self.shows(rank, except))
    }

    fn shows(&self, rank: usize, phrases: &crate::pattern::Phrases) -> bool {
        let folded = Folded::new(&[&self.segment(rank).text], self.language);
        !phrases.find(folded.text(), folded.to_ascii().text()).is_empty()
    }

    /// The representative's first start and last end.
    fn bounds(&self) -> (u64, u64) {
        let first = self.said_by(Speaker::Representative).map(|(_, segment)| segment.start_ms).min().unwrap_or(0);
        let last = self.said_by(Speaker::Representative).map(|(_, segment)| segment.end_ms).max().unwrap_or(0);
        (first, last)
    }
}

pub fn length_ms(segment: &Segment) -> u64 {
    segment.end_ms.saturating_sub(segment.start_ms)
}

/// On one channel every voice may be either party's.
fn spoken_by(party: Party, speaker: Speaker) -> bool {
    match speaker {
        Speaker::Representative => party != Party::Caller,
        Speaker::Caller => party == Party::Caller,
    }
}

fn mean<'s>(segments: impl Iterator<Item = (usize, &'s Segment)>) -> Option<f64> {
    // A segment without length still counts a little.
    let (sum, length) = segments.fold((0.0, 0.0), |(sum, length), (_, segment)| {
        let weight = length_ms(segment).max(1) as f64;
        (sum + segment.confidence * weight, length + weight)
    });
    (length > 0.0).then(|| sum / length)
}

//! One file a rule kind: from what was heard and recorded to a finding. Each looks only at its own criterion.

mod gate;
mod holds;
mod order;
mod parts;
mod person;
mod records;
mod redirect;
mod suspicion;
mod talk_over;

use crate::{
    facts::{CallFacts, Settings},
    form::{Criterion, JudgedBy, Language, Rule, Speaker, Window},
    forms::Form,
    reasons::Reason,
    talk::{Hit, Talk},
};
use meyar_schemas::{
    evaluations::{Evidence, VerdictState},
    transcripts::TranscriptFlag,
};

/// A machine that only proposes is less sure where the form asks for a person's eye.
const WITH_PERSON: f64 = 0.8;
/// Not having heard is weaker than having heard.
const ABSENCE: f64 = 0.8;

#[derive(Debug, Clone)]
pub struct Finding {
    pub state: VerdictState,
    pub mark: Option<f64>,
    pub confidence: f64,
    pub reason: Reason,
    pub evidence: Vec<Evidence>,
}

impl Finding {
    pub fn marked(mark: f64, confidence: f64, reason: Reason, evidence: Vec<Evidence>) -> Self {
        Finding { state: VerdictState::Marked, mark: Some(mark), confidence, reason, evidence }
    }

    pub fn suspected(confidence: f64, reason: Reason, evidence: Vec<Evidence>) -> Self {
        Finding { state: VerdictState::Suspected, mark: None, confidence, reason, evidence }
    }

    pub fn abstained(reason: Reason) -> Self {
        Finding { state: VerdictState::Abstained, mark: None, confidence: 0.0, reason, evidence: Vec::new() }
    }

    pub fn not_applicable(confidence: f64, reason: Reason) -> Self {
        Finding { state: VerdictState::NotApplicable, mark: None, confidence, reason, evidence: Vec::new() }
    }

    pub fn with(mut self, evidence: Vec<Evidence>) -> Self {
        self.evidence = evidence;
        self
    }
}

/// What one criterion is judged with.
#[derive(Clone, Copy)]
pub struct Judge<'a> {
    pub form: &'a Form,
    pub criterion: &'a Criterion,
    pub talk: &'a Talk<'a>,
    pub facts: &'a CallFacts,
    pub settings: &'a Settings,
}

impl Judge<'_> {
    /// The rule's finding; the transcript has already been found fit to be read.
    pub fn judge(&self) -> Finding {
        match &self.criterion.rule {
            Rule::PartsPresent { groups, marks, window, when_absent } => {
                parts::judge(self, groups, marks, window, *when_absent)
            }
            Rule::Order { before, partly, event } => order::judge(self, before, partly, event),
            Rule::TalkOver { min_ms, backchannel_max_ms, backchannel, marks } => {
                talk_over::judge(self, *min_ms, *backchannel_max_ms, backchannel, marks)
            }
            Rule::Suspicion { suspect, courtesy, without_courtesy } => {
                suspicion::judge(self, suspect, courtesy, *without_courtesy)
            }
            Rule::Holds { .. } => holds::judge(self),
            Rule::Redirect { target, why } => redirect::judge(self, target, why),
            Rule::Records { told, term, expected_class } => records::judge(self, told, term, expected_class),
            Rule::Gate { .. } => gate::judge(self),
            Rule::Person { assists, pace } => person::judge(self, assists, pace.as_ref()),
        }
    }

    /// What the records alone decide, however poor the transcript.
    pub fn by_records(&self) -> Option<Finding> {
        match &self.criterion.rule {
            Rule::Holds { dead_air_max_s, .. } => holds::none(self, *dead_air_max_s),
            Rule::Records { expected_class, .. } => records::not_due(self, expected_class),
            _ => None,
        }
    }

    /// Every hit of any of the parts, by time.
    pub fn hits(&self, references: &[String]) -> Vec<Hit> {
        let parts = references.iter().filter_map(|reference| self.form.phrases(&self.criterion.code, reference));
        let mut hits: Vec<Hit> = parts.flat_map(|part| self.talk.find(part)).collect();
        hits.sort_by_key(|hit| hit.at);
        hits
    }

    pub fn names(&self, references: &[String]) -> Vec<String> {
        let parts = references.iter().filter_map(|reference| self.form.phrases(&self.criterion.code, reference));
        parts
            .map(|part| match self.language() {
                Language::Az => part.part.name_az.clone(),
                Language::En => part.part.name_en.clone(),
            })
            .collect()
    }

    pub fn language(&self) -> Language {
        self.form.language()
    }

    /// How sure it is that what was not found was not said; or why that cannot be told.
    pub fn absence(&self, speaker: Speaker, window: &Window) -> Result<f64, Reason> {
        let value = self.talk.confidence(speaker, window);
        let floor = self.settings.absence_floor;
        if self.talk.one_channel() {
            Err(Reason::OneChannel)
        } else if self.talk.transcript.flags.contains(&TranscriptFlag::IncompleteAudio) {
            Err(Reason::Incomplete)
        } else if value < floor {
            Err(Reason::UnsureAbsence { value, floor })
        } else {
            Ok(self.weigh(value * ABSENCE))
        }
    }

    /// The confidence of a mark that rests on these hits.
    pub fn sure(&self, hits: &[Hit]) -> f64 {
        if hits.is_empty() {
            return 0.0;
        }
        self.weigh(hits.iter().map(|hit| hit.confidence).sum::<f64>() / hits.len() as f64)
    }

    pub fn weigh(&self, confidence: f64) -> f64 {
        match self.criterion.judged_by {
            JudgedBy::Auto => confidence,
            JudgedBy::AutoAndPerson | JudgedBy::Person => confidence * WITH_PERSON,
        }
    }
}

/// The evidence of some hits, without repeats, in time order.
pub fn evidence(hits: &[Hit]) -> Vec<Evidence> {
    let mut pieces: Vec<Evidence> = Vec::new();
    for piece in hits.iter().flat_map(|hit| &hit.evidence) {
        if !pieces.contains(piece) {
            pieces.push(piece.clone());
        }
    }
    pieces
}

/// The first hit of each part: enough to show, little to read.
pub fn first_of_each(hits: &[Hit]) -> Vec<Hit> {
    let mut firsts: Vec<Hit> = Vec::new();
    for hit in hits {
        let part = |hit: &Hit| hit.evidence.first().map(|piece| piece.part.clone());
        if !firsts.iter().any(|first| part(first) == part(hit)) {
            firsts.push(hit.clone());
        }
    }
    firsts
}

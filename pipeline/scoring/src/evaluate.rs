//! The one entry: a form, a transcript and the call's records in; a verdict for every criterion and a score out.

use crate::{
    facts::{CallFacts, Settings},
    form::{Condition, Criterion, Rule, Speaker},
    forms::Form,
    reasons::Reason,
    rules::{Finding, Judge},
    talk::Talk,
};
use chrono::{DateTime, Utc};
use meyar_schemas::{
    appeals::AnswerDirection,
    evaluations::{Evaluation, FormRef, Outcome, Verdict, VerdictState},
    transcripts::{Transcript, TranscriptFlag},
};
use serde::Serialize;

/// A caller that spoke less than this was hardly there to be listened to.
const CALLER_SPOKE_LITTLE_MS: u64 = 10_000;
/// A call that ends sooner gave the representative no time to speak.
const DROPPED_MS: u64 = 5_000;

/// What the machine proposes for one call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assessment {
    pub form: FormRef,
    pub outcome: Outcome,
    pub raw_score: Option<f64>,
    pub coverage: f64,
    /// Every criterion of the form once, in its order.
    pub verdicts: Vec<Verdict>,
}

impl Assessment {
    pub fn into_evaluation(
        self,
        evaluation_id: String,
        created_at: DateTime<Utc>,
        transcript: &Transcript,
        facts: &CallFacts,
    ) -> Evaluation {
        Evaluation {
            evaluation_id,
            call_id: transcript.call_id.clone(),
            created_at,
            form: self.form,
            transcript_id: transcript.transcript_id.clone(),
            line: facts.line.clone(),
            representative: facts.representative.clone(),
            outcome: self.outcome,
            raw_score: self.raw_score,
            coverage: self.coverage,
            verdicts: self.verdicts,
        }
    }
}

/// Pure and deterministic: the same input gives the same verdicts, whatever the order of the segments.
pub fn evaluate(form: &Form, transcript: &Transcript, facts: &CallFacts, settings: &Settings) -> Assessment {
    let talk = Talk::new(form, transcript, settings);
    let verdicts: Vec<Verdict> = form
        .criteria()
        .iter()
        .map(|criterion| {
            let judge = Judge { form, criterion, talk: &talk, facts, settings };
            verdict(criterion, finding(&judge), form)
        })
        .collect();
    let (raw_score, coverage) = score(form, &verdicts);
    Assessment { form: form.reference(), outcome: outcome(&verdicts, raw_score), raw_score, coverage, verdicts }
}

fn finding(judge: &Judge) -> Finding {
    if let Some(finding) = not_applicable_by_records(judge).or_else(|| judge.by_records()) {
        return finding;
    }
    match unfit(judge) {
        // A person judges these in any case; they need no other reason.
        Some(_) if matches!(judge.criterion.rule, Rule::Person { .. }) => Finding::abstained(Reason::PersonJudges),
        Some(reason) => Finding::abstained(reason),
        None => judge.judge(),
    }
}

fn not_applicable_by_records(judge: &Judge) -> Option<Finding> {
    let listed = |condition| judge.criterion.not_applicable.contains(&condition);
    let talk = judge.talk;
    if listed(Condition::NoAnswerDue)
        && let Some(appeals) = &judge.facts.appeals
        && !appeals.is_empty()
        && appeals.iter().all(|appeal| appeal.direction == AnswerDirection::Redirected)
    {
        return Some(Finding::not_applicable(0.9, Reason::AllRedirected));
    }
    let silent_representative = talk.said_by(Speaker::Representative).next().is_none();
    if listed(Condition::DroppedBeforeSpeech) && silent_representative && talk.transcript.duration_ms < DROPPED_MS {
        return Some(Finding::not_applicable(0.8, Reason::Dropped));
    }
    let caller_ms = talk.speech_ms(Speaker::Caller);
    if listed(Condition::CallerSpokeLittle)
        && !talk.one_channel()
        && !silent_representative
        && caller_ms < CALLER_SPOKE_LITTLE_MS
    {
        return Some(Finding::not_applicable(0.8, Reason::CallerSpokeLittle { seconds: caller_ms / 1000 }));
    }
    None
}

/// Why no words of this transcript may carry a verdict of this criterion.
fn unfit(judge: &Judge) -> Option<Reason> {
    let transcript = judge.talk.transcript;
    let (value, floor) = (transcript.confidence, judge.settings.confidence_floor);
    if transcript.segments.is_empty() || transcript.flags.contains(&TranscriptFlag::Silent) {
        Some(Reason::NoSpeech)
    } else if crate::form::Language::of(&transcript.language) != Some(judge.language()) {
        Some(Reason::LanguageDiffers { spoken: transcript.language.clone() })
    } else if value.is_nan() || value < floor {
        Some(Reason::LowConfidence { value, floor })
    } else if judge.talk.said_by(Speaker::Representative).next().is_none() {
        Some(Reason::RepresentativeNotHeard)
    } else if judge.talk.one_channel() && !judge.criterion.one_channel {
        Some(Reason::OneChannel)
    } else {
        None
    }
}

/// The law of P10 in one place: whatever a rule found, the machine gives no critical error and no mark off the scale.
fn verdict(criterion: &Criterion, finding: Finding, form: &Form) -> Verdict {
    let critical_error = finding.state == VerdictState::Marked
        && finding.mark == Some(0.0)
        && (criterion.gate || criterion.severity.is_critical());
    let state = if critical_error { VerdictState::Suspected } else { finding.state };
    let mark = finding.mark.filter(|_| state == VerdictState::Marked).map(|mark| on_scale(criterion, mark));
    Verdict {
        criterion: criterion.code.clone(),
        state,
        mark,
        confidence: round(finding.confidence.clamp(0.0, 1.0), 3),
        reason: finding.reason.text(form.language()),
        evidence: finding.evidence,
    }
}

/// The highest mark of the scale that is not above; a scale always has 0.
fn on_scale(criterion: &Criterion, mark: f64) -> f64 {
    criterion.scale.iter().copied().filter(|step| *step <= mark).fold(0.0, f64::max)
}

/// 100 · Σ w·s / Σ w over what was marked, and the share of the applicable weight that was.
fn score(form: &Form, verdicts: &[Verdict]) -> (Option<f64>, f64) {
    let (mut points, mut marked, mut applicable) = (0.0, 0.0, 0.0);
    for (criterion, verdict) in form.criteria().iter().zip(verdicts) {
        if verdict.state != VerdictState::NotApplicable {
            applicable += criterion.weight;
        }
        if let Some(mark) = verdict.mark {
            marked += criterion.weight;
            points += criterion.weight * mark;
        }
    }
    let score = (marked > 0.0).then(|| round(100.0 * points / marked, 2));
    (score, if applicable > 0.0 { round(marked / applicable, 4) } else { 0.0 })
}

fn outcome(verdicts: &[Verdict], raw_score: Option<f64>) -> Outcome {
    if verdicts.iter().any(|verdict| verdict.state == VerdictState::Suspected) {
        Outcome::CriticalSuspected
    } else if raw_score.is_some() {
        Outcome::Proposed
    } else {
        Outcome::Abstained
    }
}

fn round(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

//! One assessment: a person's judgement of one call by one form, begun from the marks that the machine proposed. Pure: every step is
//! a function of the assessment, the form and a moment; what the step leads to is saved by whoever called it.
//!
//! draft → published → seen → acknowledged
//!                        └→ disputed → upheld | changed | voided
//! Machine-only marks never leave the draft: each criterion is decided by the person, even where they only agree (P10).

use crate::error::{Result, WorkError};
use crate::rights::named;
use crate::store::Kept;
use chrono::{DateTime, Utc};
use meyar_schemas::evaluations::{Evaluation, FormRef, VerdictState};
use meyar_scoring::Form;
use serde::{Deserialize, Serialize};

named! {
    State: "state" {
        Draft = "draft",
        Published = "published",
        Seen = "seen",
        Acknowledged = "acknowledged",
        Disputed = "disputed",
        Upheld = "upheld",
        Changed = "changed",
        Voided = "voided",
    }
}

named! {
    /// How it is judged (register F9). The machine's verdicts are no assessments, and nobody assesses a call of their own.
    #[derive(Default)]
    Method: "method" {
        #[default]
        Recording = "recording",
        Live = "live",
        SideBySide = "side_by_side",
        MysteryCall = "mystery_call",
    }
}

named! {
    /// Why the call was assessed. Only `random` ones may be counted in estimates.
    Purpose: "purpose" {
        Random = "random",
        Risk = "risk",
        Complaint = "complaint",
        Calibration = "calibration",
        Review = "review",
    }
}

named! {
    Decision: "decision" {
        Upheld = "upheld",
        Changed = "changed",
        Voided = "voided",
    }
}

/// What the machine said of a criterion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposed {
    /// `marked`, `not_applicable`, `abstained`, `suspected`.
    pub state: VerdictState,
    #[serde(default)]
    pub mark: Option<f64>,
    pub confidence: f64,
}

/// What a person decided about a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "mark")]
pub enum Judged {
    Marked(f64),
    NotApplicable,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    pub criterion: String,
    #[serde(default)]
    pub proposed: Option<Proposed>,
    /// Absent until the person has decided.
    #[serde(default)]
    pub judged: Option<Judged>,
    /// A critical error that the person confirmed, in a second step.
    #[serde(default)]
    pub critical: bool,
    /// Why it is not what was proposed.
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub comment: String,
}

impl Proposed {
    /// What a person can agree with.
    pub fn answer(&self) -> Option<Judged> {
        match self.state {
            VerdictState::Marked => self.mark.map(Judged::Marked),
            VerdictState::NotApplicable => Some(Judged::NotApplicable),
            // Suspected and abstained are questions, not answers.
            VerdictState::Abstained | VerdictState::Suspected => None,
        }
    }
}

impl Mark {
    /// What was proposed, where it is something that a person can agree with.
    pub fn proposal(&self) -> Option<Judged> {
        self.proposed.as_ref()?.answer()
    }

    /// Whether the person decided otherwise than the machine.
    pub fn is_changed(&self) -> bool {
        self.judged.is_some() && self.proposal().is_some_and(|proposal| Some(proposal) != self.judged)
    }
}

/// An objection to one criterion, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub criterion: String,
    pub reason: String,
    #[serde(default)]
    pub decision: Option<Decision>,
    #[serde(default)]
    pub decided: Option<Judged>,
    #[serde(default)]
    pub decision_reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dispute {
    pub opened_at: DateTime<Utc>,
    /// The reviewer's own deadline.
    pub due_at: DateTime<Utc>,
    pub points: Vec<Point>,
    #[serde(default)]
    pub decided_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub decided_by: Option<String>,
    /// The marks as they were published: the original is kept.
    pub original: Vec<Mark>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    pub assessment_id: String,
    pub call_id: String,
    #[serde(default)]
    pub line: Option<String>,
    #[serde(default)]
    pub representative: Option<String>,
    pub form: FormRef,
    #[serde(default)]
    pub evaluation_id: Option<String>,
    pub purpose: Purpose,
    #[serde(default)]
    pub method: Method,
    #[serde(default)]
    pub plan_id: Option<String>,
    #[serde(default)]
    pub pick_id: Option<String>,
    /// The calibration that it belongs to; then no representative ever sees it, and no result counts it.
    #[serde(default)]
    pub calibration_id: Option<String>,
    #[serde(default)]
    pub probability: Option<f64>,
    /// A person's id.
    pub assessor: String,
    pub state: State,
    pub marks: Vec<Mark>,
    #[serde(default)]
    pub comment: String,
    #[serde(default)]
    pub raw_score: Option<f64>,
    #[serde(default)]
    pub effective_score: Option<f64>,
    /// Criteria whose error, confirmed by a person, fails the call.
    #[serde(default)]
    pub gates: Vec<String>,
    #[serde(default)]
    pub published_at: Option<DateTime<Utc>>,
    /// Until when it may be disputed.
    #[serde(default)]
    pub dispute_until: Option<DateTime<Utc>>,
    #[serde(default)]
    pub dispute: Option<Dispute>,
    /// How often it was told to the stream.
    #[serde(default)]
    pub told: u32,
}

impl Kept for Assessment {
    const KIND: &'static str = "assessment";
    fn id(&self) -> &str {
        &self.assessment_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.assessor)
    }
    fn about(&self) -> Option<&str> {
        self.representative.as_deref()
    }
    fn call_id(&self) -> Option<&str> {
        Some(&self.call_id)
    }
    fn parent(&self) -> Option<&str> {
        self.plan_id.as_deref().or(self.calibration_id.as_deref())
    }
    fn due_at(&self) -> Option<DateTime<Utc>> {
        match &self.dispute {
            Some(dispute) if self.state == State::Disputed => Some(dispute.due_at),
            _ => self.dispute_until,
        }
    }
}

/// What a person says of one criterion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// Absent: not decided (again).
    #[serde(default)]
    pub judged: Option<Judged>,
    #[serde(default)]
    pub critical: bool,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub comment: String,
}

const LONGEST_TEXT: usize = 4000;

pub(crate) fn text(field: &str, text: &str) -> Result<String> {
    let long = text.chars().count();
    if long > LONGEST_TEXT {
        return Err(WorkError::invalid(
            field,
            text,
            format!("has {long} characters"),
            format!("keep it under {LONGEST_TEXT}"),
        ));
    }
    Ok(text.trim().to_owned())
}

/// 100 · Σ w·s / Σ w over the criteria that were marked; what is not applicable leaves the denominator. `None` when nothing is left.
pub fn raw_score(form: &Form, marks: &[Mark]) -> Option<f64> {
    let (mut reached, mut whole) = (0.0, 0.0);
    for mark in marks {
        if let (Some(Judged::Marked(value)), Some(criterion)) = (mark.judged, form.criterion(&mark.criterion)) {
            reached += criterion.weight * value;
            whole += criterion.weight;
        }
    }
    (whole > 0.0).then(|| 100.0 * reached / whole)
}

/// The criteria that fail the call: a gate that was not kept, or an error confirmed as critical.
pub fn gates(form: &Form, marks: &[Mark]) -> Vec<String> {
    let fails = |mark: &&Mark| {
        let gate = form.criterion(&mark.criterion).is_some_and(|criterion| criterion.gate);
        mark.critical || (gate && matches!(mark.judged, Some(Judged::Marked(value)) if value <= 0.0))
    };
    marks.iter().filter(fails).map(|mark| mark.criterion.clone()).collect()
}

impl Assessment {
    /// A draft with the machine's proposals of the newest evaluation, if there is one.
    pub fn begin(
        assessment_id: String,
        call_id: &str,
        form: &Form,
        evaluation: Option<&Evaluation>,
        assessor: &str,
        purpose: Purpose,
    ) -> Assessment {
        let proposed = |code: &str| {
            let verdict = evaluation?.verdicts.iter().find(|verdict| verdict.criterion == code)?;
            Some(Proposed { state: verdict.state, mark: verdict.mark, confidence: verdict.confidence })
        };
        let mark = |code: &str| Mark {
            criterion: code.to_owned(),
            proposed: proposed(code),
            judged: None,
            critical: false,
            reason: String::new(),
            comment: String::new(),
        };
        Assessment {
            assessment_id,
            call_id: call_id.to_owned(),
            line: evaluation.and_then(|evaluation| evaluation.line.clone()),
            representative: evaluation.and_then(|evaluation| evaluation.representative.clone()),
            form: form.reference(),
            evaluation_id: evaluation.map(|evaluation| evaluation.evaluation_id.clone()),
            purpose,
            method: Method::default(),
            plan_id: None,
            pick_id: None,
            calibration_id: None,
            probability: None,
            assessor: assessor.to_owned(),
            state: State::Draft,
            marks: form.criteria().iter().map(|criterion| mark(&criterion.code)).collect(),
            comment: String::new(),
            raw_score: None,
            effective_score: None,
            gates: Vec::new(),
            published_at: None,
            dispute_until: None,
            dispute: None,
            told: 0,
        }
    }

    fn must_be(&self, states: &[State], remedy: &'static str) -> Result<()> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(WorkError::State { what: "the assessment", state: self.state.name().to_owned(), remedy })
    }

    fn count(&mut self, form: &Form) {
        self.raw_score = raw_score(form, &self.marks);
        self.gates = gates(form, &self.marks);
        self.effective_score = if self.gates.is_empty() { self.raw_score } else { Some(0.0) };
    }

    /// Somebody else judges it, from the beginning: what was decided stays in the history alone.
    pub fn hand_over(&mut self, form: &Form, to: &str) -> Result<()> {
        self.must_be(&[State::Draft], "only a draft can be given to somebody else")?;
        for mark in &mut self.marks {
            (mark.judged, mark.critical) = (None, false);
            mark.reason.clear();
            mark.comment.clear();
        }
        self.comment.clear();
        to.clone_into(&mut self.assessor);
        self.count(form);
        Ok(())
    }

    /// Decides one criterion. A reason may still be missing in a draft; publishing asks for it.
    pub fn judge(&mut self, form: &Form, criterion: &str, judgement: &Judgement) -> Result<()> {
        self.must_be(&[State::Draft], "only a draft's marks can be changed")?;
        check(form, criterion, judgement.judged, judgement.critical)?;
        let (reason, comment) = (text("reason", &judgement.reason)?, text("comment", &judgement.comment)?);
        let Some(mark) = self.marks.iter_mut().find(|mark| mark.criterion == criterion) else {
            return Err(unknown(criterion));
        };
        (mark.judged, mark.critical) = (judgement.judged, judgement.critical);
        (mark.reason, mark.comment) = (reason, comment);
        self.count(form);
        Ok(())
    }

    pub fn remark(&mut self, comment: &str) -> Result<()> {
        self.must_be(&[State::Draft], "only a draft can be commented on here")?;
        self.comment = text("comment", comment)?;
        Ok(())
    }

    /// What is still to be done before it can be published: criteria, each with what is missing.
    pub fn missing(&self) -> Vec<(String, Missing)> {
        let of = |mark: &Mark| {
            let missing = match mark.judged {
                None => Missing::Decision,
                Some(_) if mark.is_changed() && mark.reason.is_empty() => Missing::Reason,
                Some(_) if mark.critical && mark.comment.is_empty() && mark.reason.is_empty() => Missing::Reason,
                Some(_) => return None,
            };
            Some((mark.criterion.clone(), missing))
        };
        self.marks.iter().filter_map(of).collect()
    }

    pub fn publish(&mut self, form: &Form, at: DateTime<Utc>, dispute_until: DateTime<Utc>) -> Result<()> {
        self.must_be(&[State::Draft], "it was published before")?;
        for mark in &self.marks {
            // What was judged before the form's rules were asked for is held against them here.
            check(form, &mark.criterion, mark.judged, mark.critical)?;
        }
        if let Some((criterion, missing)) = self.missing().into_iter().next() {
            let (problem, remedy) = match missing {
                Missing::Decision => {
                    ("is not decided", "accept the proposal, give a mark, or say that it does not apply")
                }
                Missing::Reason => ("differs from the proposal, or is critical, without a reason", "write why"),
            };
            return Err(WorkError::invalid("criterion", criterion, problem, remedy));
        }
        self.count(form);
        // Whoever decided everything as not applicable has judged nothing.
        if self.raw_score.is_none() {
            let remedy = "mark at least one criterion that has a weight";
            return Err(WorkError::invalid("assessment", "", "has no score", remedy));
        }
        self.state = State::Published;
        (self.published_at, self.dispute_until) = (Some(at), Some(dispute_until));
        Ok(())
    }

    /// The representative has opened it. Seen again, nothing changes.
    pub fn see(&mut self) -> bool {
        let first = self.state == State::Published;
        if first {
            self.state = State::Seen;
        }
        first
    }

    pub fn acknowledge(&mut self) -> Result<()> {
        self.must_be(
            &[State::Published, State::Seen],
            "only what was published, and not disputed, can be acknowledged",
        )?;
        self.state = State::Acknowledged;
        Ok(())
    }

    /// Criteria and why, within the days that there are for it.
    pub fn open_dispute(
        &mut self,
        points: Vec<(String, String)>,
        at: DateTime<Utc>,
        due_at: DateTime<Utc>,
    ) -> Result<()> {
        self.must_be(&[State::Published, State::Seen], "what is acknowledged, or was disputed before, is closed")?;
        if let Some(until) = self.dispute_until.filter(|until| at >= *until) {
            let days = until.format("%Y-%m-%d").to_string();
            return Err(WorkError::invalid(
                "disputed on",
                days,
                "was the last day for it",
                "speak with the head of the sector",
            ));
        }
        let mut told: Vec<Point> = Vec::new();
        for (criterion, reason) in points {
            let reason = text("reason", &reason)?;
            if !self.marks.iter().any(|mark| mark.criterion == criterion)
                || told.iter().any(|point| point.criterion == criterion)
            {
                return Err(unknown(&criterion));
            }
            if reason.is_empty() {
                return Err(WorkError::invalid(
                    "reason",
                    criterion,
                    "has no reason",
                    "write why this criterion is disputed",
                ));
            }
            told.push(Point { criterion, reason, decision: None, decided: None, decision_reason: String::new() });
        }
        if told.is_empty() {
            return Err(WorkError::invalid("criteria", "", "none is disputed", "choose at least one and write why"));
        }
        self.dispute = Some(Dispute {
            opened_at: at,
            due_at,
            points: told,
            decided_at: None,
            decided_by: None,
            original: self.marks.clone(),
        });
        self.state = State::Disputed;
        Ok(())
    }

    /// Every point at once, by somebody else than the assessor. One point that is voided voids that mark (it does not apply);
    /// `void_all` voids the assessment.
    pub fn decide(
        &mut self,
        form: &Form,
        by: &str,
        decisions: &[(String, Decision, Option<Judged>, String)],
        void_all: bool,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.must_be(&[State::Disputed], "there is nothing to decide")?;
        if by == self.assessor {
            return Err(WorkError::Refused("deciding a dispute of one's own assessment"));
        }
        let mut next = self.clone();
        let Some(dispute) = &mut next.dispute else {
            return Err(WorkError::State { what: "the dispute", state: "missing".to_owned(), remedy: "open it first" });
        };
        for point in &mut dispute.points {
            let Some((_, decision, judged, reason)) = decisions.iter().find(|decision| decision.0 == point.criterion)
            else {
                return Err(WorkError::invalid("criterion", &point.criterion, "is not decided", "decide every point"));
            };
            let reason = text("decision_reason", reason)?;
            if reason.is_empty() {
                return Err(WorkError::invalid(
                    "decision_reason",
                    &point.criterion,
                    "is missing",
                    "write why it was decided so",
                ));
            }
            let decided = match (decision, judged) {
                (Decision::Upheld, _) => None,
                (Decision::Voided, _) => Some(Judged::NotApplicable),
                (Decision::Changed, Some(judged)) => Some(*judged),
                (Decision::Changed, None) => {
                    return Err(WorkError::invalid(
                        "mark",
                        &point.criterion,
                        "is missing",
                        "say which mark it is changed to",
                    ));
                }
            };
            if let Some(judged) = decided {
                // Voiding is the reviewer's right, whatever the form says may not apply.
                if *decision == Decision::Changed {
                    check(form, &point.criterion, Some(judged), false)?;
                }
                for mark in next.marks.iter_mut().filter(|mark| mark.criterion == point.criterion) {
                    (mark.judged, mark.critical) = (Some(judged), false);
                    mark.reason.clone_from(&reason);
                }
            }
            (point.decision, point.decided, point.decision_reason) = (Some(*decision), decided, reason);
        }
        let changed = dispute.points.iter().any(|point| point.decided.is_some());
        (dispute.decided_at, dispute.decided_by) = (Some(at), Some(by.to_owned()));
        next.state = match (void_all, changed) {
            (true, _) => State::Voided,
            (false, true) => State::Changed,
            (false, false) => State::Upheld,
        };
        next.count(form);
        *self = next;
        Ok(())
    }

    /// The marks as the assessor gave them, whatever a dispute made of them.
    pub fn given(&self) -> &[Mark] {
        self.dispute.as_ref().map_or(&self.marks, |dispute| &dispute.original)
    }

    /// Whether a criterion stands as it is judged here.
    pub fn says(&self, criterion: &str, judgement: &Judgement) -> bool {
        self.mark(criterion).is_some_and(|mark| {
            (mark.judged, mark.critical) == (judgement.judged, judgement.critical)
                && mark.reason == judgement.reason.trim()
                && mark.comment == judgement.comment.trim()
        })
    }

    pub fn mark(&self, criterion: &str) -> Option<&Mark> {
        self.marks.iter().find(|mark| mark.criterion == criterion)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    Decision,
    Reason,
}

fn unknown(criterion: &str) -> WorkError {
    WorkError::invalid(
        "criterion",
        criterion,
        "is none of this form's, or stands there twice",
        "name a criterion of the form once",
    )
}

pub(crate) fn check(form: &Form, code: &str, judged: Option<Judged>, critical: bool) -> Result<()> {
    let criterion = form.criterion(code).ok_or_else(|| unknown(code))?;
    if let Some(Judged::Marked(value)) = judged
        && !criterion.scale.contains(&value)
    {
        let scale: Vec<String> = criterion.scale.iter().map(f64::to_string).collect();
        return Err(WorkError::invalid(
            "mark",
            value.to_string(),
            format!("is not on the scale of {code}"),
            format!("use one of: {}", scale.join(", ")),
        ));
    }
    if judged == Some(Judged::NotApplicable) && !criterion.may_not_apply() {
        let remedy = "give a mark: the form names no case in which it does not apply";
        return Err(WorkError::invalid("criterion", code, "always applies", remedy));
    }
    if critical && !criterion.severity.is_critical() && !criterion.gate {
        return Err(WorkError::invalid(
            "critical",
            code,
            "has no critical errors",
            "only critical criteria can fail a call",
        ));
    }
    if critical && !matches!(judged, Some(Judged::Marked(value)) if value <= 0.0) {
        return Err(WorkError::invalid(
            "critical",
            code,
            "is critical, but its mark is not the lowest",
            "give it 0, or take the error back",
        ));
    }
    Ok(())
}

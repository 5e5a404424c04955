//! `gate`: a trigger that nothing clears is a suspicion; only a person makes it more.

use super::{Finding, Judge, evidence, order::comes_before};
use crate::{
    form::{ClearOrder, Rule, Speaker, Window, WithoutTrigger},
    reasons::Reason,
    talk::Hit,
};

const MOST_SHOWN: usize = 3;

pub fn judge(judge: &Judge) -> Finding {
    let Rule::Gate { trigger, always, cleared_by, order, urgent_records, without_trigger } = &judge.criterion.rule
    else {
        return Finding::abstained(Reason::PersonJudges);
    };
    let mut flagrant = judge.hits(always);
    if !flagrant.is_empty() {
        flagrant.truncate(MOST_SHOWN);
        return Finding::suspected(
            judge.sure(&flagrant),
            Reason::Suspect { parts: judge.names(always) },
            evidence(&flagrant),
        );
    }
    let (triggers, clearing) = (judge.hits(trigger), judge.hits(cleared_by));
    let urgent = *urgent_records && judge.facts.appeals.iter().flatten().any(|appeal| appeal.urgent);
    match order {
        ClearOrder::BeforeTrigger => {
            let uncleared: Vec<Hit> = triggers
                .iter()
                .filter(|event| !clearing.iter().any(|hit| comes_before(judge.talk, hit, event)))
                .take(MOST_SHOWN)
                .cloned()
                .collect();
            if !uncleared.is_empty() {
                return Finding::suspected(
                    judge.sure(&uncleared),
                    Reason::Suspect { parts: judge.names(trigger) },
                    evidence(&uncleared),
                );
            }
        }
        ClearOrder::AfterTrigger => {
            if let Some(finding) = escalation(judge, &triggers, &clearing, urgent) {
                return finding;
            }
        }
    }
    if !triggers.is_empty() {
        return Finding::marked(1.0, judge.sure(&triggers), Reason::Cleared, evidence(&triggers[..1]));
    }
    without(judge, trigger, *without_trigger)
}

/// What the caller calls urgent must be passed on after it was said.
fn escalation(judge: &Judge, triggers: &[Hit], clearing: &[Hit], urgent: bool) -> Option<Finding> {
    let first = triggers.first();
    if first.is_none() && !urgent {
        return None;
    }
    let after_ms = first.map_or(0, |hit| hit.start_ms);
    let passed_on = clearing.iter().find(|hit| first.is_none_or(|first| hit.at > first.at));
    let transfer = judge
        .facts
        .telephony
        .iter()
        .flat_map(|telephony| &telephony.transfers)
        .find(|transfer| transfer.at_ms >= after_ms);
    let mut hits: Vec<Hit> = first.into_iter().chain(passed_on).cloned().collect();
    hits.sort_by_key(|hit| hit.at);
    let mut shown = evidence(&hits);
    if passed_on.is_some() || transfer.is_some() {
        shown.extend(transfer.and_then(|transfer| judge.talk.moment(transfer.at_ms, transfer.at_ms, "transfer")));
        let confidence = if hits.is_empty() { judge.weigh(0.9) } else { judge.sure(&hits) };
        return Some(Finding::marked(1.0, confidence, Reason::Cleared, shown));
    }
    Some(match judge.absence(Speaker::Representative, &Window::default()) {
        Ok(confidence) if first.is_some() => Finding::suspected(confidence, Reason::NotEscalated, shown),
        Ok(confidence) => Finding::suspected(confidence, Reason::UrgentByRecords, shown),
        Err(reason) => Finding::abstained(reason).with(shown),
    })
}

fn without(judge: &Judge, trigger: &[String], without_trigger: WithoutTrigger) -> Finding {
    let speakers = trigger
        .iter()
        .filter_map(|reference| judge.form.phrases(&judge.criterion.code, reference))
        .map(|part| part.part.party);
    let mut confidence: f64 = 1.0;
    for speaker in speakers {
        if speaker == Speaker::Caller && judge.talk.said_by(Speaker::Caller).next().is_none() {
            return Finding::abstained(Reason::CallerNotHeard);
        }
        match judge.absence(speaker, &Window::default()) {
            Ok(sure) => confidence = confidence.min(sure),
            Err(reason) => return Finding::abstained(reason),
        }
    }
    match without_trigger {
        WithoutTrigger::Clear => Finding::marked(1.0, confidence, Reason::NoSuspicion, Vec::new()),
        WithoutTrigger::NotApplicable => Finding::not_applicable(confidence, Reason::NotUrgent),
    }
}

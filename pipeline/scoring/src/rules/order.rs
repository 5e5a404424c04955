//! `order`: identification before anything person-specific, with the caller's reply between them.

use super::{Finding, Judge, evidence, first_of_each};
use crate::{
    form::{Speaker, Window},
    reasons::Reason,
    talk::{Hit, Talk},
};

pub fn judge(judge: &Judge, before: &[String], partly: &[String], event: &[String]) -> Finding {
    let (full, part) = (judge.hits(before), judge.hits(partly));
    let Some(event) = judge.hits(event).into_iter().next() else {
        return without_event(judge, full, part);
    };
    let shown = |mut hits: Vec<Hit>| {
        hits.push(event.clone());
        hits.sort_by_key(|hit| hit.at);
        (judge.sure(&hits), evidence(&hits))
    };
    if let Some(hit) = full.iter().find(|hit| comes_before(judge.talk, hit, &event)) {
        let (confidence, evidence) = shown(vec![hit.clone()]);
        return Finding::marked(1.0, confidence, Reason::IdentifiedFirst, evidence);
    }
    if let Some(hit) = part.iter().find(|hit| comes_before(judge.talk, hit, &event)) {
        let (confidence, evidence) = shown(vec![hit.clone()]);
        return Finding::marked(0.5, confidence, Reason::NameOnlyFirst, evidence);
    }
    // Never a mark of 0 by machine: identification missing before a disclosure is a compliance error.
    let (confidence, evidence) = shown(Vec::new());
    match judge.absence(Speaker::Representative, &Window::default()) {
        Ok(_) => Finding::suspected(confidence, Reason::NotIdentifiedFirst, evidence),
        Err(reason) => Finding::abstained(reason).with(evidence),
    }
}

/// Asked and answered before the event; what the caller gave unasked needs no reply.
pub fn comes_before(talk: &Talk, hit: &Hit, event: &Hit) -> bool {
    let given = hit.evidence.first().is_some_and(|piece| piece.party == meyar_schemas::audio::Party::Caller);
    hit.at < event.at && (given || talk.caller_replies_between(hit.at, event.at))
}

fn without_event(judge: &Judge, full: Vec<Hit>, part: Vec<Hit>) -> Finding {
    let mut hits = full;
    hits.extend(part);
    hits.sort_by_key(|hit| hit.at);
    let hits = first_of_each(&hits);
    if !hits.is_empty() {
        return Finding::marked(1.0, judge.sure(&hits), Reason::Identified, evidence(&hits));
    }
    match judge.absence(Speaker::Representative, &Window::default()) {
        Ok(confidence) => Finding::not_applicable(confidence, Reason::GeneralQuestion),
        Err(reason) => Finding::abstained(reason),
    }
}

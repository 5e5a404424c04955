//! `suspicion`: words that only a person may call an error; without them, courtesy is marked.

use super::{Finding, Judge, evidence, first_of_each};
use crate::{
    form::{Speaker, Window},
    reasons::Reason,
    talk::Hit,
};

const MOST_SHOWN: usize = 5;

pub fn judge(judge: &Judge, suspect: &[String], courtesy: &[String], without_courtesy: f64) -> Finding {
    let mut bad = judge.hits(suspect);
    if !bad.is_empty() {
        let parts: Vec<String> =
            suspect.iter().filter(|part| bad.iter().any(|hit| of_part(hit, part))).cloned().collect();
        bad.truncate(MOST_SHOWN);
        return Finding::suspected(judge.sure(&bad), Reason::Suspect { parts: judge.names(&parts) }, evidence(&bad));
    }
    let kind = first_of_each(&judge.hits(courtesy));
    // Even a mark of 1 says that nothing rude was said, so the speech must be well heard.
    match judge.absence(Speaker::Representative, &Window::default()) {
        Err(reason) => Finding::abstained(reason).with(evidence(&kind)),
        Ok(confidence) if kind.is_empty() => {
            Finding::marked(without_courtesy, confidence, Reason::NoCourtesy, Vec::new())
        }
        Ok(confidence) => Finding::marked(1.0, confidence, Reason::Courteous, evidence(&kind)),
    }
}

fn of_part(hit: &Hit, reference: &str) -> bool {
    hit.evidence.first().is_some_and(|piece| Some(piece.part.as_str()) == reference.rsplit('/').next())
}

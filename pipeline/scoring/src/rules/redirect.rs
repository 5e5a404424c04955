//! `redirect`: a redirect must name where to and say why, and the call must go where it was said to go.

use super::{Finding, Judge, evidence};
use crate::{
    form::{Speaker, Window},
    reasons::Reason,
    talk::Hit,
};
use meyar_schemas::appeals::AnswerDirection;

/// Enough digits to be a number, as in 195-1-3, and not a clause.
const NUMBER_DIGITS: usize = 4;

pub fn judge(judge: &Judge, target: &[String], why: &[String]) -> Finding {
    let (targets, reasons) = (judge.hits(target), judge.hits(why));
    let transfers = judge.facts.telephony.as_ref().map(|telephony| telephony.transfers.as_slice());
    let redirected = judge
        .facts
        .appeals
        .as_ref()
        .is_some_and(|appeals| appeals.iter().any(|appeal| appeal.direction == AnswerDirection::Redirected));
    let happened = redirected || transfers.is_some_and(|transfers| !transfers.is_empty());

    if targets.is_empty() && reasons.is_empty() {
        let absence = judge.absence(Speaker::Representative, &Window::default());
        return match (happened, transfers, absence) {
            (false, None, _) => Finding::abstained(Reason::TelephonyUnknown),
            (false, Some(_), Ok(confidence)) => Finding::not_applicable(confidence, Reason::NoRedirect),
            (true, _, Ok(confidence)) => Finding::suspected(confidence, Reason::RedirectNotTold, moments(judge)),
            (_, _, Err(reason)) => Finding::abstained(reason).with(moments(judge)),
        };
    }
    let mut hits: Vec<Hit> = targets.iter().take(1).chain(reasons.iter().take(1)).cloned().collect();
    hits.sort_by_key(|hit| hit.at);
    let mut shown = evidence(&hits);
    shown.extend(moments(judge));
    if let Some((said, went)) = elsewhere(judge, &targets) {
        return Finding::suspected(judge.sure(&hits), Reason::RedirectElsewhere { said, went }, shown);
    }
    if !targets.is_empty() && !reasons.is_empty() {
        return Finding::marked(1.0, judge.sure(&hits), Reason::RedirectTold, shown);
    }
    match judge.absence(Speaker::Representative, &Window::default()) {
        Ok(confidence) => Finding::marked(0.5, confidence.min(judge.sure(&hits)), Reason::RedirectHalfTold, shown),
        Err(reason) => Finding::abstained(reason).with(shown),
    }
}

fn moments(judge: &Judge) -> Vec<meyar_schemas::evaluations::Evidence> {
    let transfers = judge.facts.telephony.iter().flat_map(|telephony| &telephony.transfers);
    transfers.filter_map(|transfer| judge.talk.moment(transfer.at_ms, transfer.at_ms, "transfer")).collect()
}

/// A number was said, and the call went to another.
fn elsewhere(judge: &Judge, targets: &[Hit]) -> Option<(String, String)> {
    let number = |text: &str| {
        Some(text.chars().filter(char::is_ascii_digit).collect::<String>())
            .filter(|digits| digits.len() >= NUMBER_DIGITS)
    };
    let transfers = &judge.facts.telephony.as_ref()?.transfers;
    let said: Vec<(&str, String)> = targets
        .iter()
        .flat_map(|hit| &hit.evidence)
        .filter_map(|piece| Some((piece.quote.as_str(), number(&piece.quote)?)))
        .collect();
    let (first, _) = said.first()?;
    transfers
        .iter()
        .find(|transfer| number(&transfer.to).is_some_and(|went| said.iter().all(|(_, digits)| *digits != went)))
        .map(|transfer| ((*first).to_owned(), transfer.to.clone()))
}

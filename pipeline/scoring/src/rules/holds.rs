//! `holds`: permission before, thanks after, not too long. A long silence without the hold button is a hold too.

use super::{Finding, Judge, evidence, parts::share_mark};
use crate::{
    facts::Span,
    form::{Rule, Speaker, Window},
    reasons::Reason,
    talk::Hit,
};
use meyar_schemas::evaluations::Evidence;

pub fn judge(judge: &Judge) -> Finding {
    let Rule::Holds {
        permission,
        thanks,
        permission_within_s,
        thanks_within_s,
        hold_max_s,
        hold_total_max_s,
        dead_air_max_s,
        marks,
    } = &judge.criterion.rule
    else {
        return Finding::abstained(Reason::PersonJudges);
    };
    let Some(telephony) = &judge.facts.telephony else {
        return Finding::abstained(Reason::TelephonyUnknown);
    };
    if let Some(none) = none(judge, *dead_air_max_s) {
        return none;
    }
    let mut pauses = telephony.holds.clone();
    pauses.extend(dead_air(judge, &telephony.holds, *dead_air_max_s));
    pauses.sort_by_key(|span| (span.start_ms, span.end_ms));

    let (asked, thanked) = (judge.hits(permission), judge.hits(thanks));
    let total_s = telephony.holds.iter().map(length_ms).fold(0, u64::saturating_add) / 1000;
    let (mut kept, mut due, mut hits, mut moments) = (0, 0, Vec::<Hit>::new(), Vec::<Evidence>::new());
    for pause in &pauses {
        // The phrase may still be on its way when the button is pressed.
        let before = asked.iter().rfind(|hit| {
            hit.start_ms <= pause.start_ms && hit.end_ms.saturating_add(permission_within_s * 1000) >= pause.start_ms
        });
        let after = thanked.iter().find(|hit| {
            hit.end_ms >= pause.end_ms && hit.start_ms <= pause.end_ms.saturating_add(thanks_within_s * 1000)
        });
        let short = length_ms(pause) <= hold_max_s * 1000;
        kept += [before.is_some(), after.is_some(), short].into_iter().filter(|kept| *kept).count();
        due += 3;
        hits.extend(before.into_iter().chain(after).cloned());
        moments.extend(judge.talk.moment(pause.start_ms, pause.end_ms, "hold"));
    }
    due += 1;
    kept += usize::from(total_s <= *hold_total_max_s);

    let reason = Reason::Holds { holds: pauses.len(), kept, due };
    let shown: Vec<Evidence> = evidence(&hits).into_iter().chain(moments).collect();
    let mark = share_mark(marks, kept, due);
    if kept == due {
        return Finding::marked(mark, judge.sure(&hits), reason, shown);
    }
    match judge.absence(Speaker::Representative, &Window::default()) {
        Ok(confidence) => Finding::marked(mark, confidence, reason, shown),
        Err(unsure) => Finding::abstained(unsure).with(shown),
    }
}

/// By the exchange's record there was no hold, and by the voices no long silence: nothing to judge.
pub fn none(judge: &Judge, dead_air_max_s: u64) -> Option<Finding> {
    let telephony = judge.facts.telephony.as_ref()?;
    let spoken = judge.talk.segments().next().is_some();
    let quiet = spoken && telephony.holds.is_empty() && dead_air(judge, &[], dead_air_max_s).is_empty();
    quiet.then(|| Finding::not_applicable(0.9, Reason::NoHold))
}

/// Silences between any two voices that are longer than allowed and not holds.
fn dead_air(judge: &Judge, holds: &[Span], max_s: u64) -> Vec<Span> {
    let mut silences = Vec::new();
    let mut heard_until: Option<u64> = None;
    for (_, segment) in judge.talk.segments() {
        if let Some(start_ms) = heard_until
            && segment.start_ms > start_ms.saturating_add(max_s * 1000)
        {
            silences.push(Span { start_ms, end_ms: segment.start_ms });
        }
        heard_until = Some(heard_until.unwrap_or(0).max(segment.end_ms));
    }
    silences
        .retain(|silence| !holds.iter().any(|hold| hold.start_ms < silence.end_ms && silence.start_ms < hold.end_ms));
    silences
}

fn length_ms(span: &Span) -> u64 {
    span.end_ms.saturating_sub(span.start_ms)
}

//! An assessment's marks, gates and dispute fit one another.

use super::each;
use crate::{
    Invalid,
    assessments::{Mark, MarkState},
    evaluations::VerdictState,
};
use serde::Deserialize as _;
use serde_json::Value;

pub(super) fn check(value: &Value) -> Result<(), Invalid> {
    each(value, "marks", "marks", |mark, at| of_mark(value, mark, at))?;
    gates(value)?;
    value.get("dispute").map_or(Ok(()), |dispute| of_dispute(value, dispute))
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn criteria(of: &[Value]) -> impl Iterator<Item = &str> {
    of.iter().map(|item| text(item, "criterion"))
}

/// A criterion stands once in a list. `at` is the place of the one that is looked at.
fn once(of: &[Value], criterion: &str, at: &str) -> Result<(), Invalid> {
    match criteria(of).filter(|other| *other == criterion).count() {
        0 | 1 => Ok(()),
        _ => Err(Invalid::new(
            &format!("{at}.criterion"),
            criterion,
            "stands here twice",
            "tell each criterion once, as it was decided last",
        )),
    }
}

fn of_mark(value: &Value, mark: &Value, at: &str) -> Result<(), Invalid> {
    let criterion = text(mark, "criterion");
    once(list(value, "marks"), criterion, at)?;
    let told = mark.get("changed").and_then(Value::as_bool).unwrap_or_default();
    if told != differs(mark) {
        let problem = if told { "although nothing else was proposed" } else { "although something else was proposed" };
        return Err(Invalid::new(
            &format!("{at}.changed"),
            told.to_string(),
            format!("is told of {criterion} {problem}"),
            format!("send {}, or the proposal that the person saw", !told),
        ));
    }
    let critical = mark.get("critical").and_then(Value::as_bool).unwrap_or_default();
    let failed = list(value, "gates").iter().any(|gate| gate.as_str() == Some(criterion));
    if critical && !failed {
        return Err(Invalid::new(
            &format!("{at}.critical"),
            "true",
            format!("is told of {criterion}, which is not among gates"),
            format!("add {criterion} to gates: a critical error fails the call"),
        ));
    }
    Ok(())
}

/// [`Mark::differs`] of a mark that is still JSON.
fn differs(mark: &Value) -> bool {
    let number = |field: &str| mark.get(field).and_then(Value::as_f64);
    let Some(state) = mark.get("state").and_then(|state| MarkState::deserialize(state).ok()) else { return false };
    Mark {
        criterion: String::new(),
        state,
        mark: number("mark"),
        proposed_state: mark.get("proposed_state").and_then(|state| VerdictState::deserialize(state).ok()),
        proposed_mark: number("proposed_mark"),
        changed: false,
        critical: false,
        reason: None,
        comment: None,
    }
    .differs()
}

/// A call is critical where a gate failed, and nowhere else.
fn gates(value: &Value) -> Result<(), Invalid> {
    let (gates, outcome) = (list(value, "gates"), text(value, "outcome"));
    for (n, gate) in gates.iter().filter_map(Value::as_str).enumerate() {
        if !criteria(list(value, "marks")).any(|criterion| criterion == gate) {
            return Err(Invalid::new(
                &format!("gates.{n}"),
                gate,
                "is no criterion of the marks",
                "name criteria that stand in marks",
            ));
        }
    }
    match (gates.is_empty(), outcome == "critical") {
        (true, true) => Err(Invalid::new(
            "gates",
            "",
            "names nothing, and outcome is critical",
            "name the criteria that fail the call, or send another outcome",
        )),
        (false, false) => Err(Invalid::new(
            "outcome",
            outcome,
            format!("does not fit gates, which has {} criteria that fail the call", gates.len()),
            "send critical, or leave gates empty",
        )),
        _ => Ok(()),
    }
}

fn of_dispute(value: &Value, dispute: &Value) -> Result<(), Invalid> {
    let (state, points) = (text(value, "state"), list(dispute, "points"));
    let decided = dispute.get("decided_at").is_some();
    let by = dispute.get("decided_by").is_some();
    if decided != by {
        let (field, other) = if decided { ("decided_by", "decided_at") } else { ("decided_at", "decided_by") };
        return Err(Invalid::new(
            &format!("dispute.{field}"),
            "",
            format!("is missing beside {other}"),
            "tell both when it is decided, and neither before",
        ));
    }
    match state {
        "disputed" if decided => {
            return Err(Invalid::new(
                "dispute.decided_at",
                text(dispute, "decided_at"),
                "is told although state is disputed",
                "leave it out, or send the state that the decision led to",
            ));
        }
        "upheld" | "changed" if !decided => {
            return Err(Invalid::new(
                "dispute.decided_at",
                "",
                format!("is missing although state is {state}"),
                "tell when and by whom it was decided, and each point's decision",
            ));
        }
        _ => {}
    }
    each(dispute, "points", "dispute.points", |point, at| {
        let criterion = text(point, "criterion");
        once(points, criterion, at)?;
        if !criteria(list(value, "marks")).any(|known| known == criterion) {
            let remedy = "dispute criteria that stand in marks";
            return Err(Invalid::new(&format!("{at}.criterion"), criterion, "is no criterion of the marks", remedy));
        }
        match (decided, point.get("decision").is_some()) {
            (true, false) => Err(Invalid::new(
                &format!("{at}.decision"),
                "",
                "is missing although the dispute is decided",
                "decide each point: upheld, changed or voided",
            )),
            (false, true) => Err(Invalid::new(
                &format!("{at}.decision"),
                text(point, "decision"),
                "is told although the dispute is not decided",
                "leave it out, or tell decided_at and decided_by too",
            )),
            _ => Ok(()),
        }
    })?;
    let stands = points.iter().all(|point| text(point, "decision") == "upheld");
    match (state, stands) {
        ("upheld", false) | ("changed", true) => Err(Invalid::new(
            "state",
            state,
            format!("does not fit the points, of which {} upheld", if stands { "all are" } else { "not all are" }),
            "send upheld where every point is upheld, changed where one is not",
        )),
        _ => Ok(()),
    }
}

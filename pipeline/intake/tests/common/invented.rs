//! Invented marginals: a truth is drawn, and what a report would print of it.

use proptest::prelude::*;
use serde_json::{Value, json};

pub const NAMES: [&str; 4] = ["DVX", "APARAT", "EMDX", "AIBNDX"];

const TOPICS: [&str; 6] =
    ["law_explanation", "operation_support", "redirected", "not_serviceable", "outside_remit", "other"];

#[derive(Debug, Clone)]
pub struct Truth {
    pub answered: [u64; 4],
    in_time: [u64; 4],
    short: [u64; 4],
    over: [u64; 4],
    /// Weights of the four parts of what waited over 10 s, and the share of callbacks that reached.
    parts: [u64; 4],
    reached: f64,
    topics: [u64; 6],
    forwarded: [[u64; 4]; 4],
    /// Class, line: carried in and answered, compiled and answered, forwarded, left.
    queries: [[[u64; 4]; 4]; 2],
    days: [f64; 4],
    callback_share: f64,
    satisfied: [f64; 4],
    down: [f64; 4],
    wait: f64,
    handle: u64,
}

pub fn truth(answered: std::ops::Range<u64>) -> impl Strategy<Value = Truth> {
    let calls = (prop::array::uniform4(answered), prop::array::uniform4(0.0..1.0), prop::array::uniform4(0.0..0.3f64));
    let lost = (prop::array::uniform4(0.0..1.0f64), prop::array::uniform4(1u64..100), 0.0..1.0f64);
    let topics = prop::array::uniform6(0u64..100);
    let sheets = (
        prop::array::uniform4(prop::array::uniform4(0.0..0.05f64)),
        prop::array::uniform2(prop::array::uniform4(prop::array::uniform4(0.0..0.02f64))),
        prop::array::uniform4(0.0..6.0f64),
        0.0..0.5f64,
    );
    let rest =
        (prop::array::uniform4(0.5..1.0f64), prop::array::uniform4(0.0..0.02f64), 0.0..1.0f64, 60u64..500, 1.0..1.4f64);
    (calls, lost, topics, sheets, rest).prop_map(|(calls, lost, topics, sheets, rest)| {
        let (answered, prompt, losing) = calls;
        let (brief, parts, reached) = lost;
        let (forwarded, queries, days, callback_share) = sheets;
        let (satisfied, down, wait, handle, appeals) = rest;
        let of = |share: f64, whole: u64| (share * whole as f64) as u64;
        let lost = [0, 1, 2, 3].map(|line| of(losing[line], answered[line]));
        let short = [0, 1, 2, 3].map(|line| of(brief[line] * brief[line], lost[line]));
        let all: u64 = answered.iter().sum();
        let weights: u64 = topics.iter().sum::<u64>().max(1);
        let mut topics = topics.map(|weight| of(appeals, all) * weight / weights);
        topics[5] += of(appeals, all) - topics.iter().sum::<u64>();
        let queries = queries.map(|class| {
            [0, 1, 2, 3].map(|line| {
                [0, 1, 2, 3].map(|cell| {
                    let n = of(class[line][cell], answered[line]);
                    // What is carried is little.
                    if cell == 1 { n } else { n / 8 }
                })
            })
        });
        Truth {
            in_time: [0, 1, 2, 3].map(|line| of(prompt[line], answered[line])),
            over: [0, 1, 2, 3].map(|line| lost[line] - short[line]),
            forwarded: forwarded.map(|class| [0, 1, 2, 3].map(|line| of(class[line], answered[line]))),
            answered,
            short,
            parts,
            reached,
            topics,
            queries,
            days,
            callback_share,
            satisfied,
            down,
            wait,
            handle,
        }
    })
}

/// Half up, with so many decimals.
fn printed(numerator: u64, factor: u64, denominator: u64, decimals: u32) -> Value {
    if denominator == 0 {
        return Value::Null;
    }
    let scale = 10u128.pow(decimals);
    let units = (2 * u128::from(numerator) * u128::from(factor) * scale + u128::from(denominator))
        / (2 * u128::from(denominator));
    serde_json::from_str(&if decimals == 0 {
        units.to_string()
    } else {
        format!("{}.{:0width$}", units / scale, units % scale, width = decimals as usize)
    })
    .unwrap()
}

fn columns(lines: [u64; 4]) -> Value {
    json!({"total": lines.iter().sum::<u64>(), "DVX": lines[0], "APARAT": lines[1], "EMDX": lines[2], "AIBNDX": lines[3]})
}

fn kpi(id: &str, numerators: [u64; 4], denominators: [u64; 4], factor: u64, decimals: u32) -> Value {
    let mut values: serde_json::Map<String, Value> = NAMES
        .iter()
        .enumerate()
        .map(|(line, name)| ((*name).to_owned(), printed(numerators[line], factor, denominators[line], decimals)))
        .collect();
    values.insert("TOTAL".into(), printed(numerators.iter().sum(), factor, denominators.iter().sum(), decimals));
    json!({"id": id, "values_2024": values})
}

impl Truth {
    /// The report's file; `live_s` is the live time of a line in the year.
    pub fn file(&self, live_s: u64) -> String {
        let t = self;
        let by_line = |of: &dyn Fn(usize) -> u64| [0, 1, 2, 3].map(of);
        let lost = by_line(&|l| t.short[l] + t.over[l]);
        let incoming = by_line(&|l| t.answered[l] + lost[l]);
        let over: u64 = t.over.iter().sum();
        let weights: u64 = t.parts.iter().sum();
        let mut parts = t.parts.map(|weight| over * weight / weights);
        parts[3] += over - parts.iter().sum::<u64>();
        if t.answered.iter().all(|n| *n == 0) {
            parts = [0, 0, 0, over];
        }
        let [redialled, called_back, system_error, not_called_back] = parts;
        let reached = (t.reached * called_back as f64) as u64;
        let short: u64 = t.short.iter().sum();
        let sum = |lines: [u64; 4]| lines.iter().sum::<u64>();
        let query = |class: usize, cell: usize| by_line(&|l| t.queries[class][l][cell]);
        let class = |c: usize| {
            let (old, new, forwarded, left) = (query(c, 0), query(c, 1), query(c, 2), query(c, 3));
            json!({
                "compiled": columns(by_line(&|l| new[l] + forwarded[l] + left[l])),
                "carried_in": columns(old),
                "answered_by_cc": columns(by_line(&|l| old[l] + new[l])),
                "forwarded": columns(forwarded),
                "carried_out": columns(left),
            })
        };
        let compiled = by_line(&|l| {
            t.forwarded.iter().map(|c| c[l]).sum::<u64>()
                + (0..2).map(|c| t.queries[c][l][1] + t.queries[c][l][2] + t.queries[c][l][3]).sum::<u64>()
        });
        let queries = by_line(&|l| (0..2).map(|c| t.queries[c][l][1] + t.queries[c][l][2] + t.queries[c][l][3]).sum());
        let answered_queries = by_line(&|l| (0..2).map(|c| t.queries[c][l][0] + t.queries[c][l][1]).sum());
        let old: [u64; 4] = by_line(&|l| (0..2).map(|c| t.queries[c][l][0]).sum());
        let days = by_line(&|l| ((t.days[l] * answered_queries[l] as f64) as u64).max(old[l]));
        // People reached: never fewer than two thirds of the calls that they lost.
        let can = (reached / 2).min(t.forwarded.iter().map(|c| sum(*c)).sum::<u64>() / 3);
        let callback = if t.over.iter().all(|n| *n > 100) { (t.callback_share * can as f64 / 4.0) as u64 } else { 0 };
        let forwarded = t.forwarded.iter().map(|c| sum(*c)).sum::<u64>() + sum(query(0, 2)) + sum(query(1, 2));
        let answers = by_line(&|l| (t.answered[l] / 40).max(40).min(t.answered[l]));
        let satisfied = by_line(&|l| (t.satisfied[l] * answers[l] as f64) as u64);
        let up = by_line(&|l| live_s - (t.down[l] * live_s as f64) as u64);
        let prompt = sum(t.in_time);
        let all = sum(t.answered);
        let wait = if all == 0 {
            0.0
        } else {
            (prompt as f64 * (2.0 + 20.0 * t.wait) + (all - prompt) as f64 * (35.0 + 200.0 * t.wait)) / all as f64
        };
        let person_days = (all / 63).max(248.min(all)).max(1);
        let calls_per_day = (2 * all + person_days) / (2 * person_days);
        let topics =
            TOPICS.iter().zip(t.topics).map(|(id, count)| json!({"id": id, "count": count})).collect::<Vec<_>>();
        json!({
            "source": {"period": "2024", "title": "invented"},
            "calls": {"by_structure": NAMES.iter().enumerate().map(|(l, name)| ((*name).to_owned(), json!({"answered": t.answered[l], "lost": lost[l]}))).collect::<serde_json::Map<_, _>>()},
            "call_notes": {"avg_wait_answered_s": wait.round() as u64, "avg_handling_s": t.handle, "avg_calls_per_employee_per_workday": calls_per_day},
            "lost_breakdown": [
                {"id": "redialled_answered", "count": redialled}, {"id": "called_back", "count": called_back}, {"id": "system_error", "count": system_error},
                {"id": "waited_under_10s", "count": short}, {"id": "not_called_back", "count": not_called_back}
            ],
            "topics": topics,
            "application_sheets": {
                "compiled_total": columns(compiled),
                "forwarded": {
                    "third_party_complaints": columns(t.forwarded[0]), "institution_staff_complaints": columns(t.forwarded[1]),
                    "reception_booking": columns(t.forwarded[2]), "proposals": columns(t.forwarded[3])
                },
                "complex_question": class(0),
                "eservice_error": class(1),
            },
            "directions": [
                {"id": "immediate", "count": all + callback - sum(compiled)},
                {"id": "mv_answered_by_cc", "count": sum(answered_queries)},
                {"id": "mv_forwarded", "count": forwarded},
                {"id": "lost_no_contact", "count": called_back - reached + system_error + short + not_called_back}
            ],
            "kpis": [
                kpi("accept_30s", t.in_time, incoming, 100, 1),
                kpi("lost_over_10s", t.over, incoming, 100, 1),
                kpi("mv_query_share", queries, t.answered, 100, 3),
                kpi("mv_avg_days", days, answered_queries, 1, 0),
                kpi("availability", up, [live_s; 4], 100, 1),
                kpi("satisfaction", satisfied, answers, 100, 1),
                {"id": "fcr", "values_2024": {"DVX": 12.0}}
            ]
        })
        .to_string()
    }
}

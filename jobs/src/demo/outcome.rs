//! What came of the demo's calls: how well they were heard, what was proposed, and whether the script's author expected it.

use super::conversation::{Conversation, Expectation};
use anyhow::Result;
use meyar_lake::{Lake, output};
use meyar_schemas::audio::Party;
use meyar_speech::wer;
use serde_json::{Map, Value};
use std::{collections::HashMap, fmt::Write as _};

type Row = Map<String, Value>;

pub async fn table(lake: &Lake, calls: impl Iterator<Item = &Conversation>) -> Result<String> {
    let rows =
        async |query: &str| -> Result<Vec<Row>> { Ok(output::rows(&lake.sql(query, super::no_params()).await?)?) };
    let transcripts = by_call(rows("SELECT call_id, language, confidence, segments FROM transcripts").await?);
    let evaluations = by_call(rows("SELECT call_id, outcome, raw_score, coverage, verdicts FROM evaluations").await?);
    let mut text = String::from("Demo zəngləri\n");
    writeln!(
        text,
        "  {:24} {:>4} {:>7} {:>6}  {:20} {:>6} {:>7}  gözlənilən",
        "zəng", "dil", "əminlik", "WER", "nəticə", "bal", "əhatə"
    )?;
    let (mut english, mut met, mut all) = (wer::WordErrors::default(), 0, 0);
    for call in calls {
        let transcript = transcripts.get(&call.call_id);
        let evaluation = evaluations.get(&call.call_id);
        let errors = transcript.filter(|_| call.language == "en" && !call.turns.is_empty()).map(|t| heard(call, t));
        if let Some(errors) = errors {
            english = english + errors;
        }
        let unmet: Vec<&str> =
            call.expect.iter().filter(|e| !holds(e, evaluation)).map(|e| e.criterion.as_str()).collect();
        met += call.expect.len() - unmet.len();
        all += call.expect.len();
        let number = |row: Option<&Row>, name: &str, scale: f64| {
            row.and_then(|r| r.get(name)?.as_f64())
                .map_or_else(|| "–".into(), |n| format!("{:.1}", n * scale).replace('.', ","))
        };
        let word = |row: Option<&Row>, name: &str| {
            row.and_then(|r| Some(r.get(name)?.as_str()?.to_owned())).unwrap_or_else(|| "–".into())
        };
        writeln!(
            text,
            "  {:24} {:>4} {:>7} {:>6}  {:20} {:>6} {:>7}  {}",
            call.call_id,
            word(transcript, "language"),
            number(transcript, "confidence", 100.0),
            errors.map_or_else(|| "–".into(), |e| format!("{:.1}", 100.0 * e.rate()).replace('.', ",")),
            outcome(&word(evaluation, "outcome")),
            number(evaluation, "raw_score", 1.0),
            number(evaluation, "coverage", 100.0),
            if unmet.is_empty() {
                format!("{0}/{0}", call.expect.len())
            } else {
                format!("{}/{} ({})", call.expect.len() - unmet.len(), call.expect.len(), unmet.join(" "))
            },
        )?;
    }
    writeln!(
        text,
        "  ingilis dili, WER {:.1} % ({} söz); gözlənilənlərdən {met}/{all}",
        100.0 * english.rate(),
        english.reference_words
    )?;
    Ok(text)
}

/// As the pages name it.
fn outcome(code: &str) -> &str {
    match code {
        "proposed" => "təklif olunub",
        "critical_suspected" => "kritik şübhə",
        "abstained" => "qiymətləndirilməyib",
        other => other,
    }
}

fn by_call(rows: Vec<Row>) -> HashMap<String, Row> {
    rows.into_iter().filter_map(|row| Some((row.get("call_id")?.as_str()?.to_owned(), row))).collect()
}

/// Word errors of both parties together: each channel against what its party said.
fn heard(call: &Conversation, transcript: &Row) -> wer::WordErrors {
    let segments = transcript.get("segments").and_then(Value::as_array).cloned().unwrap_or_default();
    [Party::Representative, Party::Caller].into_iter().fold(wer::WordErrors::default(), |sum, party| {
        let said: Vec<String> = call.turns.iter().filter(|t| t.party == party).flat_map(|t| t.words.clone()).collect();
        let heard: Vec<&str> = segments
            .iter()
            .filter(|s| s.get("party").and_then(Value::as_str) == Some(party.name()))
            .filter_map(|s| s.get("text")?.as_str())
            .collect();
        sum + wer::word_errors(&said.join(" "), &heard.join(" "))
    })
}

fn holds(expected: &Expectation, evaluation: Option<&Row>) -> bool {
    let verdict = evaluation.and_then(|e| e.get("verdicts")?.as_array()).and_then(|verdicts| {
        verdicts.iter().find(|v| v.get("criterion").and_then(Value::as_str) == Some(expected.criterion.as_str()))
    });
    let Some(verdict) = verdict else { return false };
    let state = verdict.get("state").and_then(Value::as_str).unwrap_or_default();
    let mark = verdict.get("mark").and_then(Value::as_f64);
    expected.state.as_deref().is_none_or(|s| s == state)
        && expected.not_state.as_deref().is_none_or(|s| s != state)
        && expected.mark.is_none_or(|m| mark == Some(m))
        && expected.mark_at_least.is_none_or(|m| mark.is_some_and(|found| found >= m))
}

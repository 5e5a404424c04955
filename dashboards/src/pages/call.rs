//! `/calls/{call_id}`: what happened, what was said, what the machine proposes and why.

use super::marks::{self, evaluation_class, outcome_class};
use super::quotes::{Piece, Quote, pieces};
use super::{encoded, encoded_path, line_name, show};
use crate::Shared;
use crate::data::{Call, CallFacts, Event, Recording};
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::text::Texts;
use crate::work::Who;
use crate::work::complaints;
use crate::work::corrections::{self, Corrected};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Html;
use chrono::{DateTime, Utc};
use meyar_schemas::audio::Party;
use meyar_schemas::evaluations::{Evaluation, Evidence, Verdict, VerdictState};
use meyar_schemas::transcripts::Transcript;
use serde_json::Value;
use std::sync::Arc;

struct Facts {
    call_id: String,
    line: String,
    offered_at: String,
    outcome: String,
    outcome_class: &'static str,
}

pub(crate) struct PartyName {
    pub(crate) name: String,
    pub(crate) class: &'static str,
}

pub(crate) struct Player {
    pub(crate) url: String,
    pub(crate) peaks_url: String,
    pub(crate) duration: String,
    pub(crate) duration_ms: u64,
    pub(crate) parties: Vec<PartyName>,
    pub(crate) flags: Vec<String>,
}

struct EventLine {
    class: &'static str,
    datetime: String,
    clock: String,
    after: String,
    name: String,
    details: String,
}

pub(crate) struct SegmentLine {
    pub(crate) party: String,
    pub(crate) party_class: &'static str,
    pub(crate) start_ms: u64,
    pub(crate) end_ms: u64,
    pub(crate) at: String,
    pub(crate) unsure: bool,
    pub(crate) confidence: String,
    pub(crate) pieces: Vec<Piece>,
    /// What the machine wrote where a person's words stand.
    pub(crate) first_words: Option<String>,
}

pub(crate) struct TranscriptPart {
    pub(crate) language: String,
    pub(crate) made_by: String,
    pub(crate) flags: Vec<String>,
    /// What was said is deleted: its retention period is over.
    pub(crate) deleted: bool,
    pub(crate) segments: Vec<SegmentLine>,
    /// Where corrected words are sent; absent where the reader may not correct them.
    pub(crate) correct: Option<String>,
}

pub(crate) struct EvidenceLine {
    pub(crate) segment: u32,
    pub(crate) start_ms: u64,
    pub(crate) end_ms: u64,
    pub(crate) at: String,
    pub(crate) quote: String,
    pub(crate) party: String,
    pub(crate) language: String,
}

struct VerdictLine {
    criterion: String,
    name: String,
    mark: String,
    flag: String,
    state_class: &'static str,
    reason: String,
    evidence: Vec<EvidenceLine>,
}

struct EvaluationPart {
    outcome: String,
    outcome_class: &'static str,
    score: String,
    form: String,
    coverage: String,
    language: String,
    verdicts: Vec<VerdictLine>,
}

/// A calibration in which the reader has still to score the call.
struct Blind {
    url: String,
    name: String,
}

#[derive(Template)]
#[template(path = "call.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    facts: Facts,
    /// Codes of the criteria that a person must look at.
    suspected: Vec<String>,
    player: Option<Player>,
    /// Why there is nothing to play.
    no_player: &'a str,
    transcript: Option<TranscriptPart>,
    fact_list: Vec<(&'a str, String)>,
    events: Vec<EventLine>,
    evaluation: Option<EvaluationPart>,
    /// Where the reader has still to score the call blind; then nothing of its evaluation is here.
    blind: Option<Blind>,
    /// Addresses and names of its complaints, for whoever may see them; and where one is noted.
    complaints: Vec<(String, String)>,
    complain_url: String,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    who: Option<Extension<Who>>,
    Path(call_id): Path<String>,
) -> Result<Html<String>, PageError> {
    let t = frame.t;
    let call = shared.data.call(&call_id).await?;
    let mut call = call.ok_or_else(|| PageError::not_found(t.fill("call.not_found", &[&call_id])))?;
    let corrected = corrections::of(&shared, who.as_ref().map(|who| who.0.person()), &mut call).await?;
    let day = call.facts.offered_at.unwrap_or_else(Utc::now).with_timezone(&chrono_tz::Asia::Baku).date_naive();
    // Below this the reader is told how sure the machine was of the words.
    let unsure_below = shared.data.threshold("segment_unsure_confidence", day).await?.unwrap_or_default();
    let (complaints, complain_url) = match &who {
        Some(Extension(who)) => complaints::of_call(&shared, t, who, &call_id).await?,
        None => Default::default(),
    };
    let blind = blind(&shared, who.as_deref(), &call_id).await?;
    if blind.is_some() {
        // Verdicts, the score, quotes in the words: all of them are made of it.
        call.evaluation = None;
    }
    show(&Page {
        blind,
        complaints,
        complain_url,
        frame: &frame,
        t,
        suspected: call.evaluation.iter().flat_map(suspects).collect(),
        player: call.recording.as_ref().and_then(|recording| player(t, recording)),
        no_player: t.get(if call.recording.is_some() { "call.sound_deleted" } else { "call.no_recording" }),
        transcript: call
            .transcript
            .as_ref()
            .map(|transcript| transcript_part(t, transcript, call.evaluation.as_ref(), unsure_below, &corrected)),
        fact_list: fact_list(t, &call.facts),
        events: event_lines(t, &call),
        evaluation: call.evaluation.as_ref().map(|evaluation| evaluation_part(t, evaluation, call.transcript.as_ref())),
        facts: facts(t, &call.facts),
    })
}

/// Whoever scores blind sees what the machine said when they have handed in, and not before.
async fn blind(shared: &Shared, who: Option<&Who>, call_id: &str) -> Result<Option<Blind>, PageError> {
    let (Some(work), Some(who)) = (&shared.work, who) else { return Ok(None) };
    let set = work.desk.blind_in(who.person(), call_id).await?;
    Ok(set.map(|set| Blind { url: format!("/calibration/{}", encoded(&set.calibration_id)), name: set.content.name }))
}

fn suspects(evaluation: &Evaluation) -> Vec<String> {
    let suspected = evaluation.verdicts.iter().filter(|verdict| verdict.state == VerdictState::Suspected);
    suspected.map(|verdict| verdict.criterion.clone()).collect()
}

pub(crate) fn duration(value: Option<i64>) -> Option<String> {
    value.map(|ms| format::duration_ms(ms as f64))
}

fn facts(t: Texts, facts: &CallFacts) -> Facts {
    let outcome = facts.outcome.as_deref().unwrap_or("unknown");
    Facts {
        call_id: facts.call_id.clone(),
        line: facts.line.as_deref().map(|line| line_name(t, line)).unwrap_or_default(),
        offered_at: facts.offered_at.map_or_else(|| NONE.to_owned(), format::date_time),
        outcome: t.name("outcome", outcome).to_owned(),
        outcome_class: outcome_class(outcome),
    }
}

pub(crate) fn fact_list(t: Texts, facts: &CallFacts) -> Vec<(&'static str, String)> {
    let named = |section: &str, code: &Option<String>| code.as_deref().map(|code| t.name(section, code).to_owned());
    let all = [
        (t.get("call.representative"), facts.representative.clone()),
        (t.get("call.location"), named("location", &facts.location)),
        (t.get("call.direction"), named("direction", &facts.direction)),
        (t.get("call.lost_reason"), named("lost_reason", &facts.lost_reason)),
        (t.get("call.wait"), duration(facts.wait_ms)),
        (t.get("call.talk"), duration(facts.talk_ms)),
        (t.get("call.hold"), duration(facts.hold_ms.filter(|ms| *ms > 0))),
        (t.get("call.wrap_up"), duration(facts.wrap_up_ms)),
        (t.get("call.handle"), duration(facts.handle_ms)),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn party_class(party: &str) -> &'static str {
    match party {
        "representative" => "representative",
        "caller" => "caller",
        _ => "mixed",
    }
}

fn flag_names(t: Texts, flags: &[String]) -> Vec<String> {
    flags.iter().map(|flag| t.name("flag", flag).to_owned()).collect()
}

pub(crate) fn player(t: Texts, recording: &Recording) -> Option<Player> {
    let path = encoded_path(recording.path.as_deref()?);
    let party = |party: &String| PartyName { name: t.name("party", party).to_owned(), class: party_class(party) };
    Some(Player {
        url: format!("/audio/{path}"),
        peaks_url: format!("/peaks/{path}"),
        duration: format::offset_ms(recording.duration_ms),
        duration_ms: recording.duration_ms,
        parties: recording.parties.iter().map(party).collect(),
        flags: flag_names(t, &recording.flags),
    })
}

fn event_lines(t: Texts, call: &Call) -> Vec<EventLine> {
    let first = call.events.first().map(|event| event.event_time);
    call.events.iter().map(|event| event_line(t, event, first.unwrap_or(event.event_time))).collect()
}

fn event_line(t: Texts, event: &Event, first: DateTime<Utc>) -> EventLine {
    let text = |name: &str| event.details.get(name).and_then(Value::as_str);
    let number = |name: &str| event.details.get(name).and_then(Value::as_f64);
    let kind = match (event.kind.as_str(), text("hold_phase")) {
        ("hold", Some("ended")) => "hold_ended",
        ("hold", _) => "hold_started",
        (kind, _) => kind,
    };
    let details: Vec<Option<String>> = vec![
        text("direction").filter(|direction| *direction != "inbound").map(|code| t.name("direction", code).to_owned()),
        text("returns").map(|id| t.fill("detail.returns", &[id])),
        text("ivr_node").map(str::to_owned),
        text("ivr_key").map(|key| format!("[{key}]")),
        text("queue").map(str::to_owned),
        text("representative").map(str::to_owned),
        text("location").map(|code| t.name("location", code).to_owned()),
        text("transfer_kind").map(|code| t.name("transfer_kind", code).to_owned()),
        text("transfer_to").map(str::to_owned),
        text("ended_by").map(|code| t.name("ended_by", code).to_owned()),
        text("lost_reason").map(|code| t.name("lost_reason", code).to_owned()),
        number("waited_ms").map(|ms| t.fill("detail.waited", &[&format::duration_ms(ms)])),
        event
            .details
            .get("recorded")
            .and_then(Value::as_bool)
            .map(|recorded| t.get(if recorded { "detail.recorded" } else { "detail.not_recorded" }).to_owned()),
        number("wrap_up_ms").map(|ms| t.fill("detail.wrap_up", &[&format::duration_ms(ms)])),
    ];
    EventLine {
        class: match kind {
            "answered" => "ok",
            "lost" => "lost",
            _ => "",
        },
        datetime: event.event_time.to_rfc3339(),
        clock: format::clock(event.event_time),
        after: format::duration_ms((event.event_time - first).num_milliseconds() as f64),
        name: t.name("event", kind).to_owned(),
        details: details.into_iter().flatten().collect::<Vec<_>>().join(" · "),
    }
}

fn serialized(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => text,
        _ => String::new(),
    }
}

pub(crate) fn transcript_part(
    t: Texts,
    transcript: &Transcript,
    evaluation: Option<&Evaluation>,
    unsure_below: f64,
    corrected: &Corrected,
) -> TranscriptPart {
    // Quotes belong to the transcript that was judged, and to no other.
    let evaluation = evaluation.filter(|evaluation| evaluation.transcript_id == transcript.transcript_id);
    let verdicts = evaluation.map_or(&[][..], |evaluation| &evaluation.verdicts);
    let share = |value: f64| format::decimal(t.0, value, 2);
    let segments = transcript.segments.iter().enumerate().map(|(index, segment)| {
        let quotes: Vec<Quote> = verdicts
            .iter()
            .flat_map(|verdict| verdict.evidence.iter().map(move |evidence| (verdict, evidence)))
            .filter(|(_, evidence)| evidence.segment as usize == index)
            .map(|(verdict, evidence)| Quote {
                text: &evidence.quote,
                criterion: &verdict.criterion,
                suspected: verdict.state == VerdictState::Suspected,
            })
            .collect();
        SegmentLine {
            party: t.name("party", segment.party.name()).to_owned(),
            party_class: party_class(segment.party.name()),
            start_ms: segment.start_ms,
            end_ms: segment.end_ms,
            at: format::offset_ms(segment.start_ms),
            unsure: segment.confidence < unsure_below,
            confidence: t.fill("call.unsure", &[&share(segment.confidence)]),
            pieces: pieces(&segment.text, &quotes),
            first_words: corrected.first_words(transcript, index),
        }
    });
    let flags: Vec<String> = transcript.flags.iter().map(serialized).collect();
    TranscriptPart {
        language: transcript.language.clone(),
        made_by: t.fill("call.made_by", &[&transcript.model.id, &transcript.language, &share(transcript.confidence)]),
        flags: flag_names(t, &flags),
        deleted: !transcript.segments.is_empty() && transcript.segments.iter().all(|segment| segment.text.is_empty()),
        segments: segments.collect(),
        correct: corrected.url.clone(),
    }
}

fn evaluation_part(t: Texts, evaluation: &Evaluation, transcript: Option<&Transcript>) -> EvaluationPart {
    let reference = &evaluation.form;
    let form = marks::form(reference);
    let outcome = serialized(&evaluation.outcome);
    let spoken = transcript.map_or(&reference.language, |transcript| &transcript.language);
    let name = form.map_or(&reference.id, |form| match t.0 {
        crate::text::Lang::Az => &form.spec().form.name_az,
        crate::text::Lang::En => &form.spec().form.name_en,
    });
    EvaluationPart {
        outcome_class: evaluation_class(&outcome),
        outcome: t.name("evaluation", &outcome).to_owned(),
        score: evaluation
            .raw_score
            .map(|score| t.fill("call.score", &[&format::decimal(t.0, score, 1)]))
            .unwrap_or_default(),
        form: t.fill("call.form", &[name, &reference.version]),
        coverage: t.fill("call.coverage", &[&format::percent(t.0, evaluation.coverage * 100.0)]),
        language: reference.language.clone(),
        verdicts: evaluation.verdicts.iter().map(|verdict| verdict_line(t, verdict, form, spoken)).collect(),
    }
}

fn verdict_line(t: Texts, verdict: &Verdict, form: Option<&meyar_scoring::Form>, spoken: &str) -> VerdictLine {
    let known = form.and_then(|form| form.criterion(&verdict.criterion));
    let (state_class, mark, flag) = match verdict.state {
        VerdictState::Marked => {
            let mark = verdict.mark.map_or_else(
                || NONE.to_owned(),
                |mark| {
                    let exact = (mark * 100.0).round() % 100.0;
                    format::decimal(t.0, mark, if exact == 0.0 { 0 } else { 1 })
                },
            );
            let class = match verdict.mark {
                Some(mark) if mark >= 1.0 => "full",
                Some(mark) if mark > 0.0 => "half",
                _ => "none",
            };
            (class, mark, "")
        }
        VerdictState::NotApplicable => ("not-applicable", t.get("mark.not_applicable").to_owned(), ""),
        VerdictState::Abstained => ("abstained", t.get("mark.abstained").to_owned(), t.get("state.abstained")),
        VerdictState::Suspected => ("suspected", t.get("mark.suspected").to_owned(), t.get("state.suspected")),
    };
    VerdictLine {
        criterion: verdict.criterion.clone(),
        name: known.map_or("", |criterion| marks::criterion_name(t, criterion)).to_owned(),
        mark,
        flag: flag.to_owned(),
        state_class,
        reason: verdict.reason.clone(),
        evidence: evidence_lines(t, verdict, spoken),
    }
}

/// What was heard, as links that play it.
pub(crate) fn evidence_lines(t: Texts, verdict: &Verdict, spoken: &str) -> Vec<EvidenceLine> {
    let line = |evidence: &Evidence| EvidenceLine {
        segment: evidence.segment,
        start_ms: evidence.start_ms,
        end_ms: evidence.end_ms,
        at: format::offset_ms(evidence.start_ms),
        quote: evidence.quote.clone(),
        party: party_name(t, evidence.party),
        language: spoken.to_owned(),
    };
    verdict.evidence.iter().map(line).collect()
}

pub(crate) fn party_name(t: Texts, party: Party) -> String {
    t.name("party", party.name()).to_owned()
}

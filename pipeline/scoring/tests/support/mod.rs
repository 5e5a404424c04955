//! Invented calls, written as `R 0.4-4.6 words` a line: party, seconds, words (and `@0.4` for a segment's own confidence).
#![allow(dead_code, reason = "each test file uses its own part of it")]

use meyar_schemas::{
    audio::Party,
    transcripts::{Model, Segment, Transcript, TranscriptFlag},
};
use meyar_scoring::{CallFacts, Forms};
use serde::Deserialize;
use std::{path::Path, sync::LazyLock};

pub static FORMS: LazyLock<Forms> = LazyLock::new(|| Forms::embedded().unwrap_or_else(|error| panic!("{error}")));

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    #[serde(skip)]
    pub name: String,
    pub promise: String,
    pub language: String,
    pub form: Option<String>,
    pub duration_s: u64,
    #[serde(default = "good")]
    pub confidence: f64,
    #[serde(default)]
    pub flags: Vec<TranscriptFlag>,
    pub talk: String,
    pub facts: CallFacts,
    pub expect: Expect,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    pub outcome: String,
    pub score: Option<f64>,
    pub coverage: Option<f64>,
    pub verdicts: String,
    pub evidence: Vec<String>,
    #[serde(default)]
    pub reasons: Vec<String>,
}

fn good() -> f64 {
    0.9
}

pub fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let mut case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        case.name = path.file_stem().unwrap().to_string_lossy().into_owned();
        case
    };
    paths.iter().map(read).collect()
}

impl Case {
    pub fn form(&self) -> &'static meyar_scoring::Form {
        let language = self.form.as_ref().unwrap_or(&self.language);
        FORMS.form_for(language, "2026-01-14".parse().unwrap()).unwrap()
    }

    pub fn transcript(&self) -> Transcript {
        let segments: Vec<Segment> =
            self.talk.lines().filter(|line| !line.trim().is_empty()).map(|line| self.segment(line)).collect();
        transcript(&self.language, self.duration_s * 1000, segments, self.flags.clone())
    }

    fn segment(&self, line: &str) -> Segment {
        let (party, rest) = line.split_once(' ').unwrap();
        let (times, words) = rest.trim_start().split_once(' ').unwrap();
        let (start, end) = times.split_once('-').unwrap();
        let (words, confidence) = words
            .split_once('@')
            .map_or((words, self.confidence), |(words, sure)| (words, sure.trim().parse().unwrap()));
        let ms = |seconds: &str| (seconds.parse::<f64>().unwrap() * 1000.0).round() as u64;
        let party = match party {
            "R" => Party::Representative,
            "C" => Party::Caller,
            "M" => Party::Mixed,
            other => panic!("{}: no party {other}", self.name),
        };
        Segment { party, start_ms: ms(start), end_ms: ms(end), text: words.trim().to_owned(), confidence }
    }
}

pub fn transcript(language: &str, duration_ms: u64, segments: Vec<Segment>, flags: Vec<TranscriptFlag>) -> Transcript {
    let length = |segment: &Segment| (segment.end_ms - segment.start_ms) as f64;
    let total: f64 = segments.iter().map(length).sum();
    let confidence = if total > 0.0 {
        segments.iter().map(|segment| segment.confidence * length(segment)).sum::<f64>() / total
    } else {
        0.0
    };
    Transcript {
        transcript_id: "t".into(),
        call_id: "c".into(),
        created_at: "2026-01-14T09:00:00Z".parse().unwrap(),
        recording_id: None,
        language: language.into(),
        model: Model { id: "invented".into(), sha256: None },
        duration_ms,
        confidence,
        segments,
        flags,
    }
}

//! Real weights on real speech. They are fetched before the tests; without them these fail, they do not skip.
#![allow(clippy::unwrap_used)]

use meyar_schemas::audio::{Codec, Party};
use meyar_schemas::transcripts::TranscriptFlag;
use meyar_speech::wer::{WordErrors, word_errors};
use meyar_speech::{Audio, Recogniser, Settings, TranscriptParts, decode, model, resample};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Below this an evaluator abstains.
const FLOOR: f64 = 0.5;
/// Human English with known words (Debian: pocketsphinx-testdata).
const CLIPS: &str = "/usr/share/pocketsphinx/test/data/librivox";

fn recogniser() -> &'static Recogniser {
    static LOADED: OnceLock<Recogniser> = OnceLock::new();
    LOADED.get_or_init(|| open(2))
}

fn open(threads: usize) -> Recogniser {
    let dir = match (std::env::var_os("MEYAR_MODEL_DIR"), std::env::var_os("HOME")) {
        (Some(dir), _) => PathBuf::from(dir),
        (None, Some(home)) => PathBuf::from(home).join(".cache/meyar/models"),
        (None, None) => panic!("set MEYAR_MODEL_DIR to the directory of `meyar model fetch base`"),
    };
    let paths = model::Fetched::in_dir(&dir);
    Recogniser::open(&paths.model, &paths.vad, threads).unwrap_or_else(|e| panic!("{e}"))
}

fn clips() -> Vec<(String, Audio)> {
    let listing = Path::new(CLIPS).join("transcription");
    let text = std::fs::read_to_string(&listing)
        .unwrap_or_else(|e| panic!("{}: {e}; apt-get install pocketsphinx-testdata", listing.display()));
    text.lines()
        .map(|line| {
            let (words, id) = line.split_once("</s>").unwrap();
            let id = id.trim().trim_matches(['(', ')']);
            let audio = decode::file(&Path::new(CLIPS).join(format!("{id}.wav"))).unwrap();
            (words.replace("<s>", "").trim().to_string(), audio)
        })
        .collect()
}

/// As a telephone line carries it: 8 kHz µ-law.
fn by_telephone(audio: &Audio) -> Audio {
    let narrow = resample::to_rate(audio, 8000).unwrap();
    let bytes = decode::encode(&narrow, Codec::Mulaw).unwrap();
    decode::raw(&bytes, Codec::Mulaw, 8000, narrow.channels.len() as u8).unwrap()
}

fn text(heard: &TranscriptParts) -> String {
    let texts: Vec<&str> = heard.segments.iter().map(|s| s.text.as_str()).collect();
    texts.join(" ")
}

fn total_errors(change: impl Fn(&Audio) -> Audio) -> (WordErrors, f64) {
    let mut errors = WordErrors::default();
    let mut lowest = 1f64;
    for (said, audio) in clips() {
        let heard = recogniser().transcribe(&change(&audio), &[Party::Mixed]).unwrap();
        assert_eq!(heard.language, "en");
        assert_eq!(heard.flags, vec![TranscriptFlag::OneChannel]);
        errors = errors + word_errors(&said, &text(&heard));
        lowest = lowest.min(heard.confidence);
    }
    (errors, lowest)
}

#[test]
fn human_english_is_heard_with_at_most_five_percent_errors() {
    let (errors, lowest) = total_errors(Audio::clone);
    assert!(errors.reference_words > 60);
    assert!(errors.rate() <= 0.05, "{errors:?} = {:.3}", errors.rate());
    assert!(lowest > FLOOR, "{lowest}");
}

#[test]
fn human_english_by_telephone_is_heard_with_at_most_ten_percent_errors() {
    let (errors, lowest) = total_errors(by_telephone);
    assert!(errors.rate() <= 0.10, "{errors:?} = {:.3}", errors.rate());
    assert!(lowest > FLOOR, "{lowest}");
}

fn noise(seconds: usize, level: f32) -> Vec<f32> {
    let mut seed = 1u32;
    (0..seconds * 8000)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((seed >> 8) as f32 / (1 << 23) as f32 - 1.0) * level
        })
        .collect()
}

#[test]
fn silence_and_noise_give_no_text() {
    let hum: Vec<f32> = (0..80_000).map(|i| 0.1 * (i as f32 * 0.334).sin()).collect();
    for (name, channel) in [
        ("silence", vec![0.0; 80_000]),
        ("faint noise", noise(10, 0.003)),
        ("loud noise", noise(10, 0.2)),
        ("dial tone", hum),
        ("nothing", Vec::new()),
    ] {
        let audio = Audio { rate_hz: 8000, channels: vec![channel.clone(), channel], truncated: false };
        let parties = [Party::Representative, Party::Caller];
        let heard = recogniser().transcribe(&audio, &parties).unwrap();
        assert!(heard.segments.is_empty(), "{name}: {:?}", heard.segments);
        assert_eq!(heard.flags, vec![TranscriptFlag::Silent], "{name}");
        assert_eq!((heard.language.as_str(), heard.confidence), ("und", 0.0));
    }
}

#[test]
fn parties_are_told_by_channel_and_time() {
    let clips = clips();
    let one = by_telephone(&clips[1].1);
    let two = by_telephone(&clips[4].1);
    // The representative speaks, then the caller.
    let gap = vec![0.0; 8000];
    let quiet = |audio: &Audio| vec![0.0; audio.frames()];
    let left = [one.channels[0].clone(), gap.clone(), quiet(&two)].concat();
    let right = [quiet(&one), gap, two.channels[0].clone()].concat();
    let call = Audio { rate_hz: 8000, channels: vec![left, right], truncated: false };
    let parties = [Party::Representative, Party::Caller];
    let heard = recogniser().transcribe(&call, &parties).unwrap();
    let spoken: Vec<Party> = heard.segments.iter().map(|s| s.party).collect();
    assert_eq!(spoken, parties, "{:?}", heard.segments);
    assert!(heard.segments[0].text.contains("young man"), "{:?}", heard.segments);
    assert!(heard.segments[1].text.contains("amiable"), "{:?}", heard.segments);
    assert!(heard.segments[1].start_ms.abs_diff(one.duration_ms() + 1000) < 500);
    assert!(heard.flags.is_empty());
    // The same on any number of threads, and again.
    let alone = open(1).transcribe(&call, &parties).unwrap();
    assert_eq!(alone, heard);
    assert_eq!(recogniser().transcribe(&call, &parties).unwrap(), heard);
    // A caller who says nothing is told from a call where nobody does.
    let half = Audio { channels: vec![call.channels[0].clone(), vec![0.0; call.frames()]], ..call };
    let heard = recogniser().transcribe(&half, &parties).unwrap();
    assert_eq!(heard.flags, vec![TranscriptFlag::CallerSilent]);
}

#[test]
fn azerbaijani_that_the_model_cannot_hear_stays_below_the_floor() {
    let dir = tempfile::tempdir().unwrap();
    for (i, said) in [
        "Salam, İqtisadiyyat Nazirliyinin çağrı mərkəzi. Sizə necə kömək edə bilərəm?",
        "Vergi borcumla bağlı müraciət etmək istəyirəm. Mənə bildiriş gəlib.",
        "Zəhmət olmasa soyadınızı və eyniləşdirmə nömrənizi deyin.",
    ]
    .iter()
    .enumerate()
    {
        let path = dir.path().join(format!("{i}.wav"));
        let status = std::process::Command::new("espeak-ng")
            .args(["-v", "az", "-w"])
            .arg(&path)
            .arg(said)
            .status()
            .unwrap_or_else(|e| panic!("espeak-ng: {e}; apt-get install espeak-ng"));
        assert!(status.success());
        let audio = decode::file(&path).unwrap();
        for audio in [by_telephone(&audio), audio] {
            let heard = recogniser().transcribe(&audio, &[Party::Mixed]).unwrap();
            assert!(heard.confidence < FLOOR / 2.0, "{heard:?}");
            assert!(heard.segments.iter().all(|s| s.confidence < FLOOR), "{heard:?}");
            assert_eq!(heard.flags, vec![TranscriptFlag::OneChannel], "there is speech");
        }
    }
}

#[test]
fn what_cannot_be_recognised_is_refused_with_a_remedy() {
    let audio = Audio { rate_hz: 8000, channels: vec![vec![0.0; 800]; 2], truncated: false };
    let error = recogniser().transcribe(&audio, &[Party::Caller]).unwrap_err();
    assert!(error.to_string().contains("1 given for 2 channels"), "{error}");
    let missing = Path::new("no-such-model.bin");
    let Err(error) = Recogniser::open(missing, missing, 1) else {
        panic!("a missing model was opened");
    };
    assert!(error.to_string().contains("meyar model fetch base"), "{error}");
    let settings = Settings { language: Some("azeri".into()), ..Settings::default() };
    let Err(error) = open(1).with_settings(settings) else {
        panic!("an unknown language was taken");
    };
    assert!(error.to_string().contains("azeri"), "{error}");
}

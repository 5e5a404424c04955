//! What counts as speech, how far a text is trusted, and how errors are counted: decisions without models.
#![allow(clippy::unwrap_used)]

use meyar_speech::confidence::{Signs, confidence, invented, novelty};
use meyar_speech::language::{Evidence, tell_by_channel};
use meyar_speech::vad::{self, Span, VadSettings, spans, without_echo};
use meyar_speech::wer::{wer, word_errors, words};

const WINDOW_MS: u64 = 32;

fn tone(ms: u64, level: f32) -> Vec<f32> {
    (0..ms * 16).map(|i| level * (i as f32 * 0.2).sin()).collect()
}

/// Probabilities that are high within the given times.
fn probabilities(total_ms: u64, speech: &[(u64, u64)]) -> Vec<f32> {
    (0..total_ms.div_ceil(WINDOW_MS))
        .map(|i| i * WINDOW_MS)
        .map(|t| if speech.iter().any(|s| s.0 <= t && t < s.1) { 0.9 } else { 0.05 })
        .collect()
}

fn near(a: u64, b: u64) -> bool {
    a.abs_diff(b) <= 2 * WINDOW_MS
}

#[test]
fn speech_is_found_padded_and_short_pauses_joined() {
    let p = probabilities(20_000, &[(1000, 3000), (3400, 5000), (9000, 11_000)]);
    let found = spans(&p, &tone(20_000, 0.2), &VadSettings::default());
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(near(found[0].start_ms, 880) && near(found[0].end_ms, 5120), "{found:?}");
    assert!(near(found[1].start_ms, 8880) && near(found[1].end_ms, 11_120));
}

#[test]
fn clicks_and_line_noise_are_not_speech() {
    let settings = VadSettings::default();
    let click = probabilities(5000, &[(1000, 1100)]);
    assert!(spans(&click, &tone(5000, 0.2), &settings).is_empty());
    let hum = probabilities(5000, &[(1000, 4000)]);
    assert!(spans(&hum, &tone(5000, 0.0005), &settings).is_empty());
    assert!(!spans(&hum, &tone(5000, 0.05), &settings).is_empty());
}

#[test]
fn long_speech_is_cut_where_it_is_quiet_and_nothing_is_lost() {
    let mut sound = tone(70_000, 0.2);
    sound[25_000 * 16..25_100 * 16].fill(0.0);
    let found = spans(&probabilities(70_000, &[(0, 70_000)]), &sound, &VadSettings::default());
    assert!(found.iter().all(|s| s.length_ms() <= 28_000));
    assert!((25_000..25_100).contains(&found[0].end_ms), "{found:?}");
    assert_eq!((found[0].start_ms, found[found.len() - 1].end_ms), (0, 70_000));
    assert!(found.windows(2).all(|w| w[0].end_ms == w[1].start_ms));
}

#[test]
fn the_other_partys_echo_is_not_a_second_speaker() {
    let span = Span { start_ms: 1000, end_ms: 3000 };
    let channels = vec![tone(5000, 0.3), tone(5000, 0.01)];
    let settings = VadSettings::default();
    let left = without_echo(vec![vec![span], vec![span]], &channels, &settings);
    assert_eq!(left, vec![vec![span], vec![]]);
    // Both at a human level: two people talk at once, and both stay.
    let channels = vec![tone(5000, 0.3), tone(5000, 0.1)];
    let both = without_echo(vec![vec![span], vec![span]], &channels, &settings);
    assert_eq!(both, vec![vec![span], vec![span]]);
}

#[test]
fn levels_are_decibels_of_full_scale() {
    assert!(vad::level_db(&[]) == f32::NEG_INFINITY);
    assert!((vad::level_db(&vec![1.0; 16_000]) - 0.0).abs() < 0.1);
    assert!((vad::level_db(&vec![0.01; 16_000]) + 40.0).abs() < 0.1);
}

#[test]
fn the_weakest_sign_decides_confidence() {
    let good = Signs { token: 0.9, language: 0.98, no_speech: 0.02, novelty: 1.0 };
    assert!(confidence(&good) > 0.85);
    for bad in [
        Signs { token: 0.3, ..good },
        Signs { language: 0.2, ..good },
        Signs { no_speech: 0.95, ..good },
        Signs { novelty: 0.1, ..good },
    ] {
        assert!(confidence(&bad) < 0.5, "{bad:?} {}", confidence(&bad));
    }
    assert!(!invented(&good));
    assert!(invented(&Signs { token: 0.1, no_speech: 0.95, ..good }));
}

#[test]
fn loops_are_told_from_speech() {
    let speech = "salam iqtisadiyyat nazirliyinin çağrı mərkəzidir sizə necə kömək edə bilərəm buyurun";
    assert!(novelty(speech) > 0.9);
    assert!(novelty(&"he had a wife. ".repeat(20)) < 0.1);
    assert!(novelty(&"a".repeat(200)) < 0.1);
    assert_eq!(novelty("bəli bəli"), 1.0);
}

#[test]
fn word_errors_are_the_fewest_edits() {
    assert_eq!(wer("a b c d", "a b c d"), 0.0);
    assert_eq!(word_errors("a b c d", "a x c").edits, 2);
    assert_eq!(wer("a b", "a b c d"), 1.0);
    assert_eq!(wer("", ""), 0.0);
    assert_eq!(wer("", "ghost"), 1.0);
    assert_eq!(wer("mister john isn't ill disposed", "Mr. John isn’t ill-disposed!"), 0.0);
}

#[test]
fn azerbaijani_words_compare_without_case_or_dots() {
    assert_eq!(words("İQTİSADİYYAT Nazirliyi"), words("iqtisadiyyat nazirliyi"));
    assert_eq!(words("YAXŞI"), words("yaxşı"));
}

/// Probabilities with `p` for one language and the rest for Welsh, which nobody offers as a candidate.
fn sure_of(language: &str, p: f32) -> Vec<f32> {
    let mut out = vec![0.0; 99];
    out[whisper_rs::get_lang_id("cy").unwrap() as usize] = 1.0 - p;
    out[whisper_rs::get_lang_id(language).unwrap() as usize] = p;
    out
}

#[test]
fn a_caller_may_speak_another_language_than_the_representative() {
    let candidates = ["az", "en", "ru", "tr"].map(String::from);
    let (az, ru, weak) = (sure_of("az", 0.9), sure_of("ru", 0.8), sure_of("tr", 0.3));
    let span = |channel, length_ms, languages| Evidence { channel, length_ms, languages };
    let tell = |evidence: &[Evidence]| {
        let (call, channels) = tell_by_channel(evidence, &candidates, 2).unwrap();
        (call.language, channels.into_iter().map(|t| t.language).collect::<Vec<_>>())
    };
    let both = tell(&[span(0, 9000, &az), span(1, 6000, &ru)]);
    assert_eq!(both, ("az".into(), vec!["az".into(), "ru".into()]));
    // A short or doubtful channel speaks what the call speaks.
    assert_eq!(tell(&[span(0, 9000, &az), span(1, 1000, &ru)]).1, ["az", "az"]);
    assert_eq!(tell(&[span(0, 9000, &az), span(1, 9000, &weak)]).1, ["az", "az"]);
    assert!(tell_by_channel(&[], &candidates, 2).is_none());
}

//! What holds for every call, however strange: laws of the verdicts (P10), tried on random talks of telling phrases.
#![allow(clippy::unwrap_used)]

mod support;

use meyar_schemas::{
    appeals::{AnswerDirection, Nature},
    audio::Party,
    calls::Side,
    evaluations::{Verdict, VerdictState},
    sheets::SheetClass,
    transcripts::{Segment, Transcript, TranscriptFlag},
};
use meyar_scoring::{AppealFact, CallFacts, Form, JudgedBy, Settings, Span, Telephony, TransferFact, evaluate};
use proptest::{collection::vec, prelude::*, sample::select};
use support::{FORMS, cases, transcript};
use unicode_normalization::UnicodeNormalization;

/// Words with which every rule has something to do, in both languages, and words that mean nothing to any.
const WORDS: &[&str] = &[
    "Salam, Çağrı Mərkəzi, mənim adım Leyladır.",
    "sizə necə kömək edə bilərəm?",
    "VÖEN-inizi deyin, zəhmət olmasa",
    "VÖEN-im 1 2 3 4 5 6 7 8 9 0",
    "Sizin vergi borcunuz 1240 manat təşkil edir.",
    "Qışqırmayın, mənə nə!",
    "SƏN özün bilərsən",
    "Düzgün başa düşdümsə, siz icarə barədə soruşursunuz",
    "Vergi Məcəlləsinin 218-ci maddəsinə əsasən bəyannamə ayın iyirmisinədək verilir və ödəniş edilir",
    "Cavabım aydın oldu?",
    "bir dəqiqə xətdə gözləyin",
    "Gözlədiyiniz üçün təşəkkür edirəm",
    "uşağım zəhərləndi, həyatı təhlükədədir",
    "dərhal növbə rəhbərinə məruzə edirəm",
    "Bu, səlahiyyətimizə aid deyil, sizi 195-1-3-ə yönləndirirəm",
    "Müraciətinizi qeydiyyata aldım, on beş iş günü ərzində sizinlə əlaqə saxlanılacaq",
    "Başqa sualınız varmı? Xidmətimizi qiymətləndirin. Sağ olun",
    "Qardaşınızın borcu 85 manat təşkil edir",
    "bəli",
    "hə",
    "",
    "…?!",
    "I\u{307}stanbul i\u{307}ş q\u{131}z",
    "Good morning, call center, my name is Laura, how can I help you?",
    "Calm down, that's not my problem",
    "Your tax debt is 500 manats",
    "Zxcv qwop 🙂 jkl",
];

fn party() -> impl Strategy<Value = Party> {
    prop_oneof![5 => Just(Party::Representative), 5 => Just(Party::Caller), 1 => Just(Party::Mixed)]
}

fn segment() -> impl Strategy<Value = Segment> {
    (
        party(),
        prop_oneof![30 => 0u64..120_000, 1 => Just(u64::MAX - 15_000)],
        0u64..15_000,
        prop_oneof![8 => select(WORDS).prop_map(str::to_owned), 1 => any::<String>()],
        0.2f64..=1.0,
    )
        .prop_map(|(party, start_ms, length_ms, text, confidence)| Segment {
            party,
            start_ms,
            end_ms: start_ms + length_ms,
            text,
            confidence,
        })
}

fn talk() -> impl Strategy<Value = Transcript> {
    let flags = select(vec![
        vec![],
        vec![],
        vec![TranscriptFlag::IncompleteAudio],
        vec![TranscriptFlag::OneChannel],
        vec![TranscriptFlag::CallerSilent],
    ]);
    (vec(segment(), 0..12), select(vec!["az", "az", "az", "en", "ru", "und"]), flags)
        .prop_map(|(segments, language, flags)| transcript(language, 140_000, segments, flags))
}

fn facts() -> impl Strategy<Value = CallFacts> {
    let hold = (0u64..100_000, 0u64..200_000)
        .prop_map(|(start_ms, length_ms)| Span { start_ms, end_ms: start_ms + length_ms });
    let transfer = (0u64..100_000, select(vec!["195-1-3", "növbə"]))
        .prop_map(|(at_ms, to)| TransferFact { at_ms, to: to.to_owned() });
    let ended_by = select(vec![None, Some(Side::Caller), Some(Side::Representative), Some(Side::System)]);
    let telephony = (vec(hold, 0..3), vec(transfer, 0..2), ended_by)
        .prop_map(|(holds, transfers, ended_by)| Telephony { holds, transfers, ended_by });
    let directions =
        select(vec![AnswerDirection::Immediate, AnswerDirection::SheetForwarded, AnswerDirection::Redirected]);
    let appeal = (select(vec![Nature::Question, Nature::Complaint, Nature::Proposal]), directions, any::<bool>())
        .prop_map(|(nature, direction, urgent)| AppealFact { nature, topics: vec![], direction, urgent });
    let sheets = vec(select(vec![SheetClass::ComplexQuestion, SheetClass::BodyComplaint]), 0..2);
    (proptest::option::of(telephony), proptest::option::of(vec(appeal, 0..3)), proptest::option::of(sheets)).prop_map(
        |(telephony, appeals, sheets)| CallFacts { line: None, representative: None, telephony, appeals, sheets },
    )
}

fn form() -> impl Strategy<Value = &'static Form> {
    select(vec!["az", "az", "en"]).prop_map(|language| FORMS.form_for(language, "2026-01-14".parse().unwrap()).unwrap())
}

fn judge(form: &Form, transcript: &Transcript, facts: &CallFacts) -> meyar_scoring::Assessment {
    evaluate(form, transcript, facts, &Settings::default())
}

fn evidence_stands_in(transcript: &Transcript, verdicts: &[Verdict]) -> Result<(), TestCaseError> {
    for (verdict, piece) in
        verdicts.iter().flat_map(|verdict| verdict.evidence.iter().map(move |piece| (verdict, piece)))
    {
        let segment = transcript.segments.get(piece.segment as usize);
        let segment = segment.ok_or_else(|| {
            TestCaseError::fail(format!("P10: {} names segment {}", verdict.criterion, piece.segment))
        })?;
        prop_assert!(
            segment.text.contains(&piece.quote),
            "P10: {} quotes {:?}, not in {:?}",
            verdict.criterion,
            piece.quote,
            segment.text
        );
        if piece.quote.is_empty() {
            continue; // A moment of the telephony: it quotes nothing.
        }
        prop_assert_eq!((piece.party, piece.start_ms, piece.end_ms), (segment.party, segment.start_ms, segment.end_ms));
    }
    Ok(())
}

/// A verdict without the positions that depend on the order of the input.
fn essence(verdict: &Verdict) -> String {
    let pieces: Vec<String> =
        verdict.evidence.iter().map(|piece| format!("{}@{}:{}", piece.part, piece.start_ms, piece.quote)).collect();
    format!(
        "{} {:?} {:?} {} {} {pieces:?}",
        verdict.criterion, verdict.state, verdict.mark, verdict.confidence, verdict.reason
    )
}

fn marks(verdicts: &[Verdict]) -> Vec<(VerdictState, Option<f64>)> {
    verdicts.iter().map(|verdict| (verdict.state, verdict.mark)).collect()
}

fn azerbaijani_upper(text: &str) -> String {
    text.chars()
        .flat_map(|letter| match letter {
            'i' => vec!['İ'],
            'ı' => vec!['I'],
            other => other.to_uppercase().collect(),
        })
        .collect()
}

proptest! {
    #[test]
    fn p10_every_quote_stands_in_its_segment(form in form(), transcript in talk(), facts in facts()) {
        evidence_stands_in(&transcript, &judge(form, &transcript, &facts).verdicts)?;
    }

    #[test]
    fn p10_the_machine_gives_no_critical_error_and_judges_nothing_for_a_person(form in form(), transcript in talk(), facts in facts()) {
        for (criterion, verdict) in form.criteria().iter().zip(judge(form, &transcript, &facts).verdicts) {
            prop_assert!(!(verdict.mark == Some(0.0) && (criterion.severity.is_critical() || criterion.gate)), "{}", verdict.criterion);
            if criterion.judged_by == JudgedBy::Person {
                prop_assert!(matches!(verdict.state, VerdictState::Abstained | VerdictState::NotApplicable));
            }
        }
    }

    #[test]
    fn every_criterion_has_one_verdict_in_the_forms_order_on_its_scale(form in form(), transcript in talk(), facts in facts()) {
        let assessment = judge(form, &transcript, &facts);
        let codes: Vec<&str> = assessment.verdicts.iter().map(|verdict| verdict.criterion.as_str()).collect();
        let expected: Vec<&str> = form.criteria().iter().map(|criterion| criterion.code.as_str()).collect();
        prop_assert_eq!(codes, expected);
        for (criterion, verdict) in form.criteria().iter().zip(&assessment.verdicts) {
            prop_assert_eq!(verdict.mark.is_some(), verdict.state == VerdictState::Marked);
            prop_assert!(verdict.mark.is_none_or(|mark| criterion.scale.contains(&mark)));
            // What the machine proposes, a person may accept.
            prop_assert!(verdict.state != VerdictState::NotApplicable || criterion.may_not_apply(), "{}", verdict.criterion);
            prop_assert!((0.0..=1.0).contains(&verdict.confidence));
            prop_assert!(!verdict.reason.is_empty());
        }
        prop_assert!(assessment.raw_score.is_none_or(|score| (0.0..=100.0).contains(&score)));
        prop_assert!((0.0..=1.0).contains(&assessment.coverage));
        prop_assert_eq!(assessment.raw_score.is_none(), assessment.coverage == 0.0);
    }

    #[test]
    fn the_order_of_the_segments_changes_nothing(form in form(), (transcript, shuffled) in talk().prop_flat_map(|talk| {
        let segments = talk.segments.clone();
        (Just(talk), Just(segments).prop_shuffle())
    }), facts in facts()) {
        let mut other = transcript.clone();
        other.segments = shuffled;
        let (one, two) = (judge(form, &transcript, &facts), judge(form, &other, &facts));
        let essences = |verdicts: &[Verdict]| verdicts.iter().map(essence).collect::<Vec<_>>();
        prop_assert_eq!(essences(&one.verdicts), essences(&two.verdicts));
        prop_assert_eq!((one.raw_score, one.coverage, one.outcome), (two.raw_score, two.coverage, two.outcome));
        evidence_stands_in(&other, &two.verdicts)?;
    }

    #[test]
    fn meaningless_words_are_never_shown_as_a_part(form in form(), mut transcript in talk(), facts in facts(), words in "[xqzw]{3,8}( [xqzw]{3,8}){0,6}", start_ms in 0u64..130_000) {
        let noise = Segment { party: Party::Representative, start_ms, end_ms: start_ms + 2_000, text: words, confidence: 0.9 };
        transcript.segments.push(noise);
        let at = transcript.segments.len() as u32 - 1;
        let assessment = judge(form, &transcript, &facts);
        evidence_stands_in(&transcript, &assessment.verdicts)?;
        let by_timing = ["talk_over", "monologue", "fast", "hold", "transfer"];
        for piece in assessment.verdicts.iter().flat_map(|verdict| &verdict.evidence).filter(|piece| piece.segment == at) {
            // "mənim adım \w+" may run on into the next segment: then the quote is a part of a phrase that began before.
            let continued = piece.part == "name" || piece.part.starts_with("ask_") || piece.part == "why" || piece.part == "question";
            prop_assert!(by_timing.contains(&piece.part.as_str()) || continued, "{piece:?}");
        }
    }

    #[test]
    fn below_the_floor_nothing_is_marked_or_suspected(form in form(), mut transcript in talk(), facts in facts(), confidence in 0.0f64..0.5) {
        transcript.confidence = confidence;
        for verdict in judge(form, &transcript, &facts).verdicts {
            prop_assert!(matches!(verdict.state, VerdictState::Abstained | VerdictState::NotApplicable), "{}", essence(&verdict));
        }
    }
}

#[test]
fn how_letters_are_composed_or_capitalised_changes_no_mark() {
    for case in cases().iter().filter(|case| case.language == "az") {
        let transcript = case.transcript();
        let expected = judge(case.form(), &transcript, &case.facts);
        for change in [
            |text: &str| text.nfd().collect::<String>(),
            |text: &str| text.nfc().collect::<String>(),
            azerbaijani_upper,
        ] {
            let mut other = transcript.clone();
            for segment in &mut other.segments {
                segment.text = change(&segment.text);
            }
            let got = judge(case.form(), &other, &case.facts);
            assert_eq!(marks(&got.verdicts), marks(&expected.verdicts), "{}", case.name);
            evidence_stands_in(&other, &got.verdicts).unwrap();
        }
    }
}

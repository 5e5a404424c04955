//! Any event that Rust can make from ids and times within the contract's limits is a valid message.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, Utc};
use meyar_schemas::{
    Envelope, Subject,
    calls::{CallEvent, CallStep, Direction, Location, LostReason, Phase, Side, TransferKind},
    contract,
    sheets::{SheetClass, SheetEvent, SheetOrigin, SheetStep, TermBasis},
    surveys::{Respondent, SurveyChannel, SurveyEvent, SurveyStep},
};
use proptest::{option, prelude::*, sample::select};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

const LATEST: i64 = 4_102_444_799; // the last second of 2099
const DAY_MS: u64 = 86_400_000;

fn id() -> impl Strategy<Value = String> {
    "[!-~əğıöüçşƏĞİÖÜÇŞ]{1,40}"
}

fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (0..=LATEST, 0..1_000_000_000u32).prop_map(|(s, n)| DateTime::from_timestamp(s, n).unwrap())
}

fn step() -> impl Strategy<Value = CallStep> {
    prop_oneof![
        Just(CallStep::Offered { direction: Direction::Inbound, returns: None }),
        option::of(id()).prop_map(|returns| CallStep::Offered { direction: Direction::Outbound, returns }),
        (id(), option::of("[0-9*#]{1,4}")).prop_map(|(node, key)| CallStep::IvrStep { node, key }),
        id().prop_map(|queue| CallStep::Queued { queue }),
        Just(CallStep::Ordered),
        (id(), select(vec![Location::Hall, Location::Remote]))
            .prop_map(|(representative, location)| CallStep::Answered { representative, location }),
        select(vec![Phase::Started, Phase::Ended]).prop_map(|phase| CallStep::Hold { phase }),
        (
            select(vec![TransferKind::Line, TransferKind::Queue, TransferKind::Representative, TransferKind::External]),
            id()
        )
            .prop_map(|(to_kind, to)| CallStep::Transferred { to_kind, to }),
        (select(vec![Side::Caller, Side::Representative, Side::System]), any::<bool>(), option::of(0..=DAY_MS))
            .prop_map(|(ended_by, recorded, wrap_up_ms)| CallStep::Ended { ended_by, recorded, wrap_up_ms }),
        (
            select(vec![
                LostReason::AbandonedInQueue,
                LostReason::AbandonedInIvr,
                LostReason::SystemError,
                LostReason::Refused,
                LostReason::NoAnswer
            ]),
            0..=DAY_MS
        )
            .prop_map(|(reason, waited_ms)| CallStep::Lost { reason, waited_ms }),
    ]
}

fn event() -> impl Strategy<Value = CallEvent> {
    (id(), time(), "195-1-[1-4]", option::of("[0-9a-f]{32}"), step())
        .prop_map(|(call_id, at, line, caller_key, step)| CallEvent { call_id, at, line, caller_key, step })
}

fn code() -> impl Strategy<Value = String> {
    "[a-z0-9][a-z0-9_.-]{0,60}"
}

fn survey_step() -> impl Strategy<Value = SurveyStep> {
    // The scale's ends, and where between them the score stands.
    let scale = (0..=99u8)
        .prop_flat_map(|min| (Just(min), min + 1..=100))
        .prop_flat_map(|(min, max)| (min..=max, Just((min, max))));
    let comment = option::of("\\PC{1,60}");
    prop_oneof![
        Just(SurveyStep::Invited),
        Just(SurveyStep::Declined),
        (code(), scale, comment).prop_map(|(question, (score, (scale_min, scale_max)), comment)| {
            SurveyStep::Answered { question, score, scale_min, scale_max, comment }
        }),
    ]
}

fn survey() -> impl Strategy<Value = SurveyEvent> {
    let channel = select(vec![SurveyChannel::Ivr, SurveyChannel::Sms, SurveyChannel::Call, SurveyChannel::Web]);
    let respondent = select(vec![Respondent::Caller, Respondent::Representative]);
    (id(), time(), option::of(id()), "195-1-[1-4]", channel, respondent, option::of(code()), survey_step()).prop_map(
        |(survey_id, at, call_id, line, channel, respondent, questionnaire, step)| SurveyEvent {
            survey_id,
            at,
            call_id,
            line,
            channel,
            respondent,
            questionnaire,
            step,
        },
    )
}

fn sheet_step() -> impl Strategy<Value = SheetStep> {
    let origin = select(vec![SheetOrigin::Live, SheetOrigin::Callback, SheetOrigin::Order]);
    let basis = select(vec![TermBasis::DraftAnswer, TermBasis::EServiceHelp]);
    let unit = || "\\PC{1,60}";
    let (term, due) = (select(vec![10, 15]), time().prop_map(|at| at.date_naive()));
    prop_oneof![
        (origin, option::of(id()), option::of(id())).prop_map(|(origin, call_id, representative)| SheetStep::Opened {
            origin,
            call_id,
            representative
        }),
        Just(SheetStep::Answered),
        unit().prop_map(|to_unit| SheetStep::Forwarded { to_unit }),
        Just(SheetStep::ResultReturned),
        (unit(), basis, term, due).prop_map(|(to_unit, basis, term_working_days, due_on)| {
            SheetStep::OpinionRequested { to_unit, basis, term_working_days, due_on }
        }),
        Just(SheetStep::OpinionReceived),
        Just(SheetStep::DeemedAgreed),
        Just(SheetStep::Reopened),
        "(19[7-9][0-9]|20[0-9]{2})-(0[1-9]|1[0-2])".prop_map(|into_month| SheetStep::Carried { into_month }),
    ]
}

fn sheet() -> impl Strategy<Value = SheetEvent> {
    let class = select(vec![
        SheetClass::ComplexQuestion,
        SheetClass::EServiceError,
        SheetClass::ThirdPartyComplaint,
        SheetClass::BodyComplaint,
        SheetClass::ReceptionBooking,
        SheetClass::Proposal,
    ]);
    (id(), time(), "195-1-[1-4]", class, sheet_step()).prop_map(|(sheet_id, at, line, class, step)| SheetEvent {
        sheet_id,
        at,
        line,
        class,
        step,
    })
}

fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(
    subject: Subject,
    event: &T,
) -> Result<(), TestCaseError> {
    let envelope = Envelope::new(subject, "test", "1", Utc::now());
    let bytes = serde_json::to_vec(event).unwrap();
    let value = contract::read(subject, &envelope, &bytes).map_err(|e| TestCaseError::fail(e.to_string()))?;
    prop_assert_eq!(&serde_json::from_value::<T>(value).unwrap(), event);
    Ok(())
}

proptest! {
    #[test]
    fn every_call_event_is_a_valid_message_and_comes_back_equal(event in event()) {
        comes_back(Subject::CallEvents, &event)?;
    }

    #[test]
    fn every_survey_is_a_valid_message_and_comes_back_equal(event in survey()) {
        comes_back(Subject::SurveyResponses, &event)?;
    }

    #[test]
    fn every_step_of_a_sheet_is_a_valid_message_and_comes_back_equal(event in sheet()) {
        comes_back(Subject::ApplicationSheets, &event)?;
    }
}

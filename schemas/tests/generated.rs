//! Any call event that Rust can make from ids and times within the contract's limits is a valid message.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, Utc};
use meyar_schemas::{
    Envelope, Subject,
    calls::{CallEvent, CallStep, Direction, Location, LostReason, Phase, Side, TransferKind},
    contract,
};
use proptest::{option, prelude::*, sample::select};

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

proptest! {
    #[test]
    fn every_call_event_is_a_valid_message_and_comes_back_equal(event in event()) {
        let envelope = Envelope::new(Subject::CallEvents, "test", "1", event.at);
        let bytes = serde_json::to_vec(&event).unwrap();
        let value = contract::read(Subject::CallEvents, &envelope, &bytes).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(serde_json::from_value::<CallEvent>(value).unwrap(), event);
    }
}

//! Any event that Rust can make from ids and times within the contract's limits is a valid message.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, Utc};
use meyar_schemas::{
    Envelope, Subject,
    access::{self, Access, ObjectKind},
    assessments::{
        Assessment, Decision, Dispute, FormVersion, Mark, MarkState, Method, Outcome, Point, Purpose, State,
    },
    calls::{CallEvent, CallStep, Direction, Location, LostReason, Phase, Side, TransferKind},
    contract,
    evaluations::VerdictState,
    records::Record,
    sheets::{SheetClass, SheetEvent, SheetOrigin, SheetStep, TermBasis},
    surveys::{Respondent, SurveyChannel, SurveyEvent, SurveyStep},
};
use proptest::{option, prelude::*, sample::select};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
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

fn share() -> impl Strategy<Value = f64> {
    (0..=64u8).prop_map(|n| f64::from(n) / 64.0)
}

fn text() -> impl Strategy<Value = String> {
    "\\PC{1,60}"
}

/// What the machine proposed, and what the person made of it; its criterion comes from its place.
fn mark() -> impl Strategy<Value = Mark> {
    let proposed = prop_oneof![
        Just((None, None)),
        share().prop_map(|mark| (Some(VerdictState::Marked), Some(mark))),
        select(vec![VerdictState::NotApplicable, VerdictState::Abstained, VerdictState::Suspected])
            .prop_map(|state| (Some(state), None)),
    ];
    (option::of(share()), proposed, any::<bool>(), text(), option::of(text())).prop_map(
        |(mark, (proposed_state, proposed_mark), critical, reason, comment)| {
            let state = if mark.is_some() { MarkState::Marked } else { MarkState::NotApplicable };
            let mut told = Mark {
                criterion: String::new(),
                state,
                mark,
                proposed_state,
                proposed_mark,
                changed: false,
                critical,
                reason: None,
                comment,
            };
            told.changed = told.differs();
            told.reason = told.changed.then_some(reason);
            told
        },
    )
}

/// A decision with its mark, why it was disputed, and why it was decided so.
type Told = (Decision, Option<f64>, String, Option<String>);

fn points() -> impl Strategy<Value = Vec<Told>> {
    let decision = prop_oneof![
        Just((Decision::Upheld, None)),
        Just((Decision::Voided, None)),
        option::of(share()).prop_map(|mark| (Decision::Changed, mark)),
    ];
    let point = (decision, text(), option::of(text()));
    prop::collection::vec(point.prop_map(|((decision, mark), reason, why)| (decision, mark, reason, why)), 1..4)
}

/// An assessment as a program makes it that keeps to [`Mark::differs`] and [`Outcome::of`].
fn assessment() -> impl Strategy<Value = Assessment> {
    let people = (id(), id(), id(), id());
    let optional =
        (option::of("195-1-[1-4]"), option::of(id()), option::of((id(), option::of(any::<u32>()))), option::of(id()));
    let purpose = prop_oneof![
        (1..=64u8).prop_map(|n| (Purpose::Random, Some(f64::from(n) / 64.0))),
        select(vec![Purpose::Risk, Purpose::Complaint, Purpose::Calibration, Purpose::Review])
            .prop_map(|purpose| (purpose, None)),
    ];
    let state =
        select(vec![State::Published, State::Seen, State::Acknowledged, State::Disputed, State::Upheld, State::Voided]);
    let score = option::of(share().prop_map(|share| 100.0 * share));
    let judged = (prop::collection::vec(mark(), 4..8), score, option::of(text()));
    let method = option::of(select(vec![Method::Recording, Method::Live, Method::SideBySide, Method::MysteryCall]));
    (people, optional, (purpose, method), state, judged, points(), time()).prop_map(
        |(people, optional, ((purpose, probability), method), state, judged, points, at)| {
            let (assessment_id, call_id, assessor, other) = people;
            let (line, representative, evaluation, plan_id) = optional;
            let (mut marks, raw_score, comment) = judged;
            marks.iter_mut().enumerate().for_each(|(n, mark)| mark.criterion = format!("K{n:02}"));
            let gates: Vec<String> =
                marks.iter().filter(|mark| mark.critical).map(|mark| mark.criterion.clone()).collect();
            let (outcome, effective_score) = Outcome::of(raw_score, &gates);
            let stands = points.iter().all(|(decision, ..)| *decision == Decision::Upheld);
            let state = if state == State::Upheld && !stands { State::Changed } else { state };
            let decided = matches!(state, State::Upheld | State::Changed);
            let point = |(n, (decision, decided_mark, reason, why)): (usize, Told)| Point {
                criterion: format!("K{n:02}"),
                reason,
                decision: decided.then_some(decision),
                decided_mark: decided_mark.filter(|_| decided),
                decision_reason: why.filter(|_| decided),
            };
            let disputed = decided || matches!(state, State::Disputed | State::Voided);
            let dispute = disputed.then(|| Dispute {
                opened_at: at,
                due_on: at.date_naive(),
                decided_at: decided.then_some(at),
                decided_by: decided.then_some(other),
                points: points.into_iter().enumerate().map(point).collect(),
            });
            let (evaluation_id, evaluation_revision) = evaluation.unzip();
            Assessment {
                assessment_id,
                at,
                call_id,
                line,
                representative,
                form: FormVersion { id: "f".into(), version: "1".into() },
                evaluation_id,
                evaluation_revision: evaluation_revision.flatten(),
                purpose,
                method,
                plan_id,
                probability,
                assessor,
                state,
                outcome,
                raw_score,
                effective_score,
                gates,
                marks,
                comment,
                assessed_at: at,
                published_at: at,
                dispute,
            }
        },
    )
}

fn entry() -> impl Strategy<Value = Access> {
    let (action, kind) = (select(access::Action::ALL), select(ObjectKind::ALL));
    let number = 1..=9_007_199_254_740_991u64;
    (id(), time(), number, id(), code(), action, kind, option::of(text()), option::of("[^\0]{1,60}"), "\\PC{0,64}")
        .prop_map(|(access_id, at, number, person, role, action, object_kind, object_id, detail, before)| {
            let chain = String::new();
            let mut entry =
                Access { access_id, at, number, person, role, action, object_kind, object_id, detail, chain };
            entry.chain = entry.chained(&before);
            entry
        })
}

/// What stands in a record's content: objects, lists and plain values, two levels deep.
fn content() -> impl Strategy<Value = Map<String, Value>> {
    let plain = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        // A whole one would come back as 3, not 3.0.
        any::<i16>().prop_map(|n| Value::from(f64::from(n) + 0.5)),
        text().prop_map(Value::from),
    ];
    let list = prop::collection::vec(plain.clone(), 0..3).prop_map(Value::from);
    let member = (code(), prop_oneof![plain, list]);
    prop::collection::vec(member, 1..5).prop_map(|members| members.into_iter().collect())
}

fn record() -> impl Strategy<Value = Record> {
    let word = || "[a-z][a-z0-9_]{0,59}";
    let about = (option::of(id()), option::of(id()), option::of(id()), option::of(id()), option::of(time()));
    let told = (option::of(text()), option::of("[A-Z][A-Z0-9]{0,15}"), option::of(code()), option::of(share()));
    ((id(), word(), word(), word(), id()), time(), time(), about, told, content()).prop_map(
        |((record_id, kind, state, action, by), at, made_at, about, told, content)| {
            let (owner, about, call_id, parent, due_at) = about;
            let (title, criterion, outcome, value) = told;
            Record {
                record_id,
                kind,
                at,
                made_at,
                state,
                action,
                by,
                owner,
                about,
                call_id,
                parent,
                due_at,
                title,
                criterion,
                outcome,
                value,
                content,
            }
        },
    )
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

    #[test]
    fn every_assessment_is_a_valid_message_and_comes_back_equal(event in assessment()) {
        comes_back(Subject::Assessments, &event)?;
    }

    #[test]
    fn every_record_is_a_valid_message_and_comes_back_equal(event in record()) {
        comes_back(Subject::Records, &event)?;
    }

    #[test]
    fn every_entry_of_the_access_log_is_a_valid_message_and_comes_back_equal(event in entry()) {
        comes_back(Subject::Access, &event)?;
    }
}

//! From a need to a closed training, on every store; and what a training is said to have changed.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::{Days, NaiveDate};
use common::{at, desk, person, stores};
use meyar_schemas::evaluations::FormRef;
use meyar_work::store::Record;
use meyar_work::trainings::effect::{Measured, Observed, effects};
use meyar_work::trainings::{Attendance, Need, NeedState, NewNeed, NewTraining, Origin, TrainingState};
use meyar_work::{Desk, Person, Role, WorkError};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn need(topic: &str) -> NewNeed {
    NewNeed {
        topic: topic.into(),
        origin: Origin::Results,
        in_force_on: None,
        opinion_of: String::new(),
        criterion: Some("K05".into()),
        representatives: vec!["R2".into(), "R1".into(), "R2".into()],
        reference: String::new(),
    }
}

fn training(needs: &[&Record<Need>]) -> NewTraining {
    NewTraining {
        topic: "Maddələrin dəqiq göstərilməsi".into(),
        begins_at: at("2026-11-24T06:00:00Z"),
        place: "204-cü otaq".into(),
        trainer: "Rauf Hüseynov".into(),
        needs: needs.iter().map(|need| need.need_id.clone()).collect(),
        participants: vec!["R1".into(), "R2".into(), "R3".into()],
        pass_mark: 70.0,
    }
}

struct Office {
    desk: Desk,
    lead: Person,
    assessor: Person,
    representative: Person,
}

async fn office(store: &meyar_work::Store) -> Office {
    Office {
        desk: desk(store),
        lead: person(store, "orxan", Role::Lead, None).await,
        assessor: person(store, "leyla", Role::Assessor, None).await,
        representative: person(store, "nigar", Role::Representative, Some("R1")).await,
    }
}

fn came(who: &str) -> (String, Attendance, String) {
    (who.into(), Attendance::Present, String::new())
}

fn field(error: WorkError) -> String {
    match error {
        WorkError::Invalid(invalid) => invalid.field,
        other => panic!("not about a field: {other}"),
    }
}

#[tokio::test]
async fn a_need_is_answered_by_a_training_and_met_when_it_closes() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, lead) = (&office.desk, &office.lead);
        let monday = at("2026-11-23T06:00:00Z");
        let one = desk.note_need(lead, need("Maddənin göstərilməsi"), monday).await.unwrap();
        assert_eq!(one.representatives, ["R1", "R2"], "each once");
        let other = desk.note_need(lead, NewNeed { criterion: None, ..need("Salamlama") }, monday).await.unwrap();
        let planned = desk.plan_training(lead, training(&[&one, &other]), monday).await.unwrap();
        let now = place.store.get::<Need>(&one.need_id).await.unwrap();
        assert_eq!((now.state, now.training_id.as_deref()), (NeedState::Planned, Some(planned.training_id.as_str())));
        // Answered once.
        let twice = desk.plan_training(lead, training(&[&one]), monday).await.unwrap_err();
        assert!(matches!(twice, WorkError::State { .. }), "{twice}");

        // Another time, and one need fewer: that one is open again.
        let id = &planned.training_id;
        let new = NewTraining { begins_at: at("2026-11-25T06:00:00Z"), ..training(&[&one]) };
        let changed = desk.change_training(lead, id, planned.version, new.clone(), monday).await.unwrap();
        assert_eq!(place.store.get::<Need>(&other.need_id).await.unwrap().state, NeedState::Open);
        let stale = desk.change_training(lead, id, planned.version, new, monday).await.unwrap_err();
        assert!(matches!(stale, WorkError::Changed { .. }), "{stale}");

        // Not before it begins; of everybody; with a reason for who did not come.
        let (before, after) = (at("2026-11-25T05:00:00Z"), at("2026-11-25T08:00:00Z"));
        let all = [came("R1"), came("R2"), ("R3".into(), Attendance::Absent, "xəstəlik".into())];
        let early = desk.hold_training(lead, id, changed.version, &all, before).await.unwrap_err();
        assert_eq!(field(early), "begins_at");
        let some = desk.hold_training(lead, id, changed.version, &all[..2], after).await.unwrap_err();
        assert_eq!(field(some), "attendance");
        let bare = [came("R1"), came("R2"), ("R3".into(), Attendance::Absent, " ".into())];
        let bare = desk.hold_training(lead, id, changed.version, &bare, after).await.unwrap_err();
        assert_eq!(field(bare), "absent_reason");
        let tested = desk.test_training(lead, id, changed.version, &[("R1".into(), 90.0)], after).await.unwrap_err();
        assert!(matches!(tested, WorkError::State { .. }), "{tested}");
        let held = desk.hold_training(lead, id, changed.version, &all, after).await.unwrap();

        let absent = desk.test_training(lead, id, held.version, &[("R3".into(), 90.0)], after).await.unwrap_err();
        assert_eq!(field(absent), "score");
        let much = desk.test_training(lead, id, held.version, &[("R1".into(), 100.5)], after).await.unwrap_err();
        assert_eq!(field(much), "score");
        let none = desk.test_training(lead, id, held.version, &[], after).await.unwrap_err();
        assert_eq!(field(none), "score");
        let scores = [("R1".into(), 70.0), ("R2".into(), 69.5)];
        let tested = desk.test_training(lead, id, held.version, &scores, after).await.unwrap();
        let passed = |who: &str| tested.passed(tested.participant(who).unwrap());
        assert_eq!((passed("R1"), passed("R2"), passed("R3")), (Some(true), Some(false), None));

        // Their own line alone is what representatives see.
        let own = desk.own_trainings(&office.representative).await.unwrap();
        assert_eq!((own.len(), own[0].participants.len()), (1, 1));
        assert_eq!(own[0].participants[0].score, Some(70.0));
        let refused = desk.own_trainings(&office.assessor).await.unwrap_err();
        assert!(matches!(refused, WorkError::Refused(_)), "{refused}");

        let closed =
            desk.close_training(lead, id, tested.version, std::slice::from_ref(&one.need_id), after).await.unwrap();
        assert_eq!(closed.state, TrainingState::Closed);
        assert_eq!(place.store.get::<Need>(&one.need_id).await.unwrap().state, NeedState::Met);
        let cancelled = desk.cancel_training(lead, id, closed.version, "səbəb", after).await.unwrap_err();
        assert!(matches!(cancelled, WorkError::State { .. }), "{cancelled}");
        // Every step was told.
        let told = place.store.waiting(100).await.unwrap();
        let of = |kind: &str| told.iter().filter(|one| one.content.contains(&format!("\"kind\":\"{kind}\""))).count();
        assert_eq!((of("training"), of("training_need")), (5, 6), "{told:?}");
        place.store.check_access_log().await.unwrap();
    }
}

#[tokio::test]
async fn a_cancelled_training_opens_its_needs_and_what_closes_unmet_opens_them_too() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, lead, now) = (&office.desk, &office.lead, at("2026-11-24T08:00:00Z"));
        let one = desk.note_need(lead, need("Mövzu"), now).await.unwrap();
        let planned = desk.plan_training(lead, training(&[&one]), now).await.unwrap();
        let busy = place.store.get::<Need>(&one.need_id).await.unwrap();
        let dropped = desk.drop_need(lead, &one.need_id, busy.version, "lazım deyil", now).await.unwrap_err();
        assert!(matches!(dropped, WorkError::State { .. }), "{dropped}");
        let bare = desk.cancel_training(lead, &planned.training_id, planned.version, "  ", now).await.unwrap_err();
        assert_eq!(field(bare), "reason");
        desk.cancel_training(lead, &planned.training_id, planned.version, "təlimçi xəstədir", now).await.unwrap();
        assert_eq!(place.store.get::<Need>(&one.need_id).await.unwrap().state, NeedState::Open);

        let planned = desk.plan_training(lead, training(&[&one]), now).await.unwrap();
        let id = &planned.training_id;
        let all = [came("R1"), came("R2"), came("R3")];
        let held = desk.hold_training(lead, id, planned.version, &all, now).await.unwrap();
        let tested = desk.test_training(lead, id, held.version, &[("R1".into(), 10.0)], now).await.unwrap();
        desk.close_training(lead, id, tested.version, &[], now).await.unwrap();
        let open = place.store.get::<Need>(&one.need_id).await.unwrap();
        assert_eq!((open.state, &open.training_id), (NeedState::Open, &None));
        let dropped = desk.drop_need(lead, &one.need_id, open.version, "artıq lazım deyil", now).await.unwrap();
        assert_eq!(dropped.state, NeedState::Dropped);
    }
}

#[tokio::test]
async fn needs_and_trainings_are_refused_by_right_and_by_field() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, lead, now) = (&office.desk, &office.lead, at("2026-11-24T08:00:00Z"));
        for person in [&office.assessor, &office.representative] {
            let refused = desk.note_need(person, need("Mövzu"), now).await.unwrap_err();
            assert!(matches!(refused, WorkError::Refused("improve")), "{refused}");
            let refused = desk.plan_training(person, training(&[]), now).await.unwrap_err();
            assert!(matches!(refused, WorkError::Refused("improve")), "{refused}");
        }
        let day = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
        let wrong = [
            ("topic", NewNeed { topic: " ".into(), ..need("") }),
            ("criterion", NewNeed { criterion: Some("K99".into()), ..need("x") }),
            ("in_force_on", NewNeed { origin: Origin::Change, ..need("x") }),
            ("in_force_on", NewNeed { origin: Origin::ExpectedChange, in_force_on: day("2026-11-24"), ..need("x") }),
            ("opinion_of", NewNeed { origin: Origin::Opinion, ..need("x") }),
            ("reference", NewNeed { reference: "ə".repeat(4001), ..need("x") }),
        ];
        for (name, new) in wrong {
            assert_eq!(field(desk.note_need(lead, new, now).await.unwrap_err()), name);
        }
        let wrong = [
            ("topic", NewTraining { topic: String::new(), ..training(&[]) }),
            ("participants", NewTraining { participants: Vec::new(), ..training(&[]) }),
            ("pass_mark", NewTraining { pass_mark: 101.0, ..training(&[]) }),
            ("pass_mark", NewTraining { pass_mark: f64::NAN, ..training(&[]) }),
            ("trainer", NewTraining { trainer: " ".into(), ..training(&[]) }),
        ];
        for (name, new) in wrong {
            assert_eq!(field(desk.plan_training(lead, new, now).await.unwrap_err()), name);
        }
        let nothing = NewTraining { needs: vec!["no-such-need".into()], ..training(&[]) };
        assert!(matches!(desk.plan_training(lead, nothing, now).await, Err(WorkError::NotFound { .. })));
    }
}

#[tokio::test]
async fn a_training_after_the_act_holds_is_late_and_still_possible() {
    for place in stores().await {
        let office = office(&place.store).await;
        let now = at("2026-11-20T08:00:00Z");
        let new = NewNeed {
            origin: Origin::ExpectedChange,
            in_force_on: "2026-11-25".parse().ok(),
            ..need("Vergi Məcəlləsinə dəyişiklik")
        };
        let expected = office.desk.note_need(&office.lead, new, now).await.unwrap();
        // Late in the evening UTC it is the next day in Baku: the day on which the act holds.
        for (begins, late) in [("2026-11-24T19:59:00Z", false), ("2026-11-24T20:00:00Z", true)] {
            let new = NewTraining { begins_at: at(begins), ..training(&[&expected]) };
            let planned = office.desk.plan_training(&office.lead, new, now).await.unwrap();
            assert_eq!(planned.is_late_for(&expected), late, "{begins}");
            let id = &planned.training_id;
            office.desk.cancel_training(&office.lead, id, planned.version, "sınaq", now).await.unwrap();
        }
        let happened = Need { origin: Origin::Change, ..expected.content.clone() };
        let new = NewTraining { begins_at: at("2026-12-24T20:00:00Z"), ..training(&[&expected]) };
        let planned = office.desk.plan_training(&office.lead, new, now).await.unwrap();
        assert!(!planned.is_late_for(&happened), "what has happened can only be learned after it");
    }
}

fn form(version: &str) -> FormRef {
    FormRef { id: "form".into(), version: version.into(), language: "az".into() }
}

const DAY: &str = "2026-11-24";

/// Calls named after their day: `2026-11-20#3`.
fn seen(who: &str, day: &str, version: &str, mark: f64, n: usize) -> Observed {
    Observed { call_id: format!("{day}#{n}"), representative: who.into(), form: form(version), mark }
}

fn called(call_id: &str) -> Option<NaiveDate> {
    call_id.split('#').next()?.parse().ok()
}

#[test]
fn an_effect_is_of_one_version_of_a_form_and_of_enough_calls() {
    let mut all = Vec::new();
    for n in 0..10 {
        all.push(seen("R1", "2026-11-20", "0.1", if n < 5 { 0.0 } else { 0.5 }, n));
        all.push(seen("R1", "2026-12-01", "0.1", 1.0, n));
        all.push(seen("R2", "2026-11-20", "0.1", 0.5, n));
        all.push(seen("R2", "2026-12-01", "0.1", if n < 5 { 1.0 } else { 0.5 }, n));
        all.push(seen("R9", "2026-11-20", "0.1", 0.5, n));
        all.push(seen("R9", "2026-12-01", "0.1", 0.5, n));
        // Another version, and calls of the day itself, change nothing.
        all.push(seen("R1", "2026-12-01", "0.2", 0.0, n));
        all.push(seen("R1", DAY, "0.1", 0.0, n));
    }
    let taught = BTreeSet::from(["R1", "R2"]);
    let found = effects(&all, called, DAY.parse().unwrap(), &taught, 20, 0.95);
    let Measured::Enough(both) = &found[0].taught else { panic!("{found:?}") };
    assert_eq!((both.before.calls, both.before.people, both.after.calls), (20, 2, 20));
    assert!((both.before.mean - 0.375).abs() < 1e-12 && (both.after.mean - 0.875).abs() < 1e-12, "{both:?}");
    let change = both.change.as_ref().unwrap();
    // R1: 0.25 → 1, R2: 0.5 → 0.75; two people: t of one degree of freedom is wide, and cut at 1.
    assert!((change.mean - 0.5).abs() < 1e-12 && change.people == 2, "{change:?}");
    let known = change.interval.unwrap();
    assert!(known.low >= -1.0 && known.high <= 1.0 && known.contains(change.mean), "{known:?}");
    assert_eq!(found[0].others, Measured::TooFew(10, 10));
    assert_eq!(found[1].form, form("0.2"));
    assert_eq!(found[1].taught, Measured::TooFew(0, 10));
    let few = effects(&all, called, DAY.parse().unwrap(), &taught, 21, 0.95);
    assert_eq!(few[0].taught, Measured::TooFew(20, 20));
    // Calls of which no day is known count on neither side.
    assert_eq!(effects(&all, |_| None, DAY.parse().unwrap(), &taught, 1, 0.95), []);
}

proptest! {
    #[test]
    fn whatever_the_marks_an_effect_stays_within_its_bounds(
        marks in proptest::collection::vec((0_u8..4, 0_u64..20, 0_u8..3), 0..80),
        fewest in 0_usize..6,
    ) {
        let day: NaiveDate = DAY.parse().unwrap();
        let all: Vec<Observed> = marks
            .iter()
            .enumerate()
            .map(|(n, (who, ago, mark))| {
                let called = day.checked_sub_days(Days::new(10)).unwrap().checked_add_days(Days::new(*ago)).unwrap();
                seen(&format!("R{who}"), &called.to_string(), "0.1", f64::from(*mark) / 2.0, n)
            })
            .collect();
        let taught = BTreeSet::from(["R0", "R1"]);
        for effect in effects(&all, called, day, &taught, fewest, 0.95) {
            for measured in [effect.taught, effect.others] {
                match measured {
                    Measured::TooFew(before, after) => prop_assert!(before.min(after) < fewest.max(1)),
                    Measured::Enough(both) => {
                        prop_assert!(both.before.calls.min(both.after.calls) >= fewest.max(1));
                        for sample in [&both.before, &both.after] {
                            prop_assert!((0.0..=1.0).contains(&sample.mean) && sample.people <= sample.calls);
                            if let Some(known) = sample.interval {
                                prop_assert!(known.low <= sample.mean && sample.mean <= known.high);
                            }
                        }
                        if let Some(change) = both.change {
                            prop_assert!((-1.0..=1.0).contains(&change.mean));
                            prop_assert!(change.people <= both.before.people.min(both.after.people));
                        }
                    }
                }
            }
        }
    }
}

//! From the set that is scored blind to the agreed master, and what it says of who scored; on every store.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::{DateTime, NaiveDate, Utc};
use common::{at, desk, person, stores};
use meyar_schemas::evaluations::VerdictState;
use meyar_schemas::{Envelope, Subject};
use meyar_work::assessment::{Assessment, Judged, Judgement, Proposed, Purpose, State};
use meyar_work::calibration::{Calibration, MasterMark, NewCalibration, SetCall, SetState, Source};
use meyar_work::plans::{Pick, PickState};
use meyar_work::store::{Filter, Record};
use meyar_work::{Desk, Person, Role, Store, WorkError};
use std::collections::BTreeMap;

struct Office {
    desk: Desk,
    lead: Person,
    head: Person,
    leyla: Person,
    samir: Person,
    nigar: Person,
    stranger: Person,
}

fn now() -> DateTime<Utc> {
    at("2026-11-23T06:00:00Z")
}

async fn office(store: &Store) -> Office {
    Office {
        desk: desk(store),
        lead: person(store, "orxan", Role::Lead, None).await,
        head: person(store, "rauf", Role::Head, None).await,
        leyla: person(store, "leyla", Role::Assessor, None).await,
        // Answers calls too: call-1 is theirs.
        samir: person(store, "samir", Role::Assessor, Some("T-01")).await,
        nigar: person(store, "nigar", Role::Representative, Some("T-00")).await,
        stranger: person(store, "sevda", Role::Assessor, None).await,
    }
}

impl Office {
    fn call(&self, n: usize) -> SetCall {
        let form = self.desk.forms.form_for("az", NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()).unwrap();
        let proposed = |code: &str| Proposed {
            state: if code == "K05" { VerdictState::Abstained } else { VerdictState::Marked },
            mark: (code != "K05").then_some(1.0),
            confidence: 0.9,
        };
        SetCall {
            call_id: format!("call-{n}"),
            line: Some("195-1-1".into()),
            representative: Some(format!("T-0{n}")),
            form: form.reference(),
            evaluation_id: Some(format!("e-{n}")),
            proposed: form.criteria().iter().map(|one| (one.code.clone(), proposed(&one.code))).collect(),
            master: BTreeMap::new(),
            judged_by: Vec::new(),
        }
    }

    fn wanted(&self, calls: Vec<SetCall>) -> NewCalibration {
        NewCalibration {
            name: "Noyabr kalibrləməsi".into(),
            source: Source::Ids,
            seed: None,
            calls,
            participants: vec![self.leyla.clone(), self.samir.clone(), self.lead.clone()],
            due_at: at("2026-11-27T20:00:00Z"),
        }
    }

    /// call-0 is scored by three, call-1 by two: it is Samir's own.
    async fn set(&self) -> Record<Calibration> {
        let new = self.wanted(vec![self.call(0), self.call(1)]);
        self.desk.make_calibration(&self.lead, new, now()).await.unwrap()
    }

    /// Everything full, but `low` 0 with a reason.
    async fn score(&self, who: &Person, set: &str, call: &str, low: &[&str]) -> Record<Assessment> {
        let mut draft = self.desk.begin_calibration(who, set, call, now()).await.unwrap();
        for mark in draft.marks.clone() {
            let low = low.contains(&mark.criterion.as_str());
            let judgement = Judgement {
                judged: Some(Judged::Marked(if low { 0.0 } else { 1.0 })),
                critical: false,
                reason: if low { "eşitmədim".into() } else { String::new() },
                comment: String::new(),
            };
            let id = &draft.assessment_id;
            draft = self.desk.judge(who, id, draft.version, &mark.criterion, &judgement, now()).await.unwrap();
        }
        draft
    }

    async fn hand_in(&self, who: &Person, set: &str, call: &str, low: &[&str]) -> Record<Assessment> {
        let draft = self.score(who, set, call, low).await;
        self.desk.publish(who, &draft.assessment_id, draft.version, now()).await.unwrap()
    }

    async fn whole(&self) -> String {
        let id = self.set().await.calibration_id.clone();
        self.hand_in(&self.leyla, &id, "call-0", &["K01"]).await;
        self.hand_in(&self.leyla, &id, "call-1", &[]).await;
        self.hand_in(&self.samir, &id, "call-0", &[]).await;
        self.hand_in(&self.lead, &id, "call-0", &[]).await;
        self.hand_in(&self.lead, &id, "call-1", &[]).await;
        id
    }

    async fn now(&self, id: &str) -> Record<Calibration> {
        self.desk.store.get(id).await.unwrap()
    }

    fn master(&self, value: f64, rule: &str) -> Vec<(String, MasterMark)> {
        let call = self.call(0);
        let mark = |code: &String| MasterMark {
            judged: Some(Judged::Marked(if code == "K01" { value } else { 1.0 })),
            critical: false,
            rule: if code == "K01" { rule.into() } else { String::new() },
            reason: if code == "K01" { "yazıda eşidilir".into() } else { String::new() },
        };
        call.proposed.keys().map(|code| (code.clone(), mark(code))).collect()
    }
}

#[tokio::test]
async fn whoever_judged_a_call_is_no_blind_judge_of_it() {
    for place in stores().await {
        let office = office(&place.store).await;
        // Leyla judged call-0 in her daily work; of call-2 the lead decided a dispute, and Samir has only begun.
        let judged = async |call: &str, by: &Person, decided_by: Option<&Person>| {
            let form = office.desk.forms.named(&office.call(0).form).unwrap();
            let id = format!("a-{call}-{}", by.login);
            let mut one = Assessment::begin(id, call, form, None, &by.person_id, Purpose::Random);
            if let Some(reviewer) = decided_by {
                one.state = State::Upheld;
                one.dispute = Some(meyar_work::assessment::Dispute {
                    opened_at: now(),
                    due_at: now(),
                    points: Vec::new(),
                    decided_at: Some(now()),
                    decided_by: Some(reviewer.person_id.clone()),
                    original: Vec::new(),
                });
            }
            let mut tx = place.store.begin().await.unwrap();
            tx.insert(&one, &by.person_id, "begin", now()).await.unwrap();
            tx.commit().await.unwrap();
        };
        judged("call-0", &office.leyla, None).await;
        judged("call-2", &office.stranger, Some(&office.lead)).await;
        judged("call-2", &office.samir, None).await;
        let new = office.wanted(vec![office.call(0), office.call(1)]);
        let set = office.desk.make_calibration(&office.lead, new, now()).await.unwrap();
        let id = set.calibration_id.clone();
        assert_eq!(set.calls[0].judged_by, std::slice::from_ref(&office.leyla.person_id));
        assert_eq!((set.expected(), set.left_to(&office.leyla.person_id)), (4, 1), "call-1 is Samir's own");
        assert!(refused(office.desk.begin_calibration(&office.leyla, &id, "call-0", now()).await));
        // Of three who were asked to score it only one is blind.
        let new = office.wanted(vec![office.call(2)]);
        let told = office.desk.make_calibration(&office.lead, new, now()).await.unwrap_err().to_string();
        assert!(told.contains("call-2") && told.contains("fewer than two"), "{told}");

        // What is hidden, from whom, and for how long.
        let blind = async |who: &Person, call: &str| office.desk.blind_in(who, call).await.unwrap().is_some();
        assert!(blind(&office.samir, "call-0").await && blind(&office.lead, "call-0").await);
        assert!(!blind(&office.leyla, "call-0").await, "she knows it already");
        assert!(!blind(&office.samir, "call-1").await && !blind(&office.stranger, "call-0").await);
        assert!(!blind(&office.samir, "call-9").await);
        office.hand_in(&office.samir, &id, "call-0", &[]).await;
        assert!(!blind(&office.samir, "call-0").await && blind(&office.lead, "call-0").await);
        let seen = office.now(&id).await.version;
        office.desk.compare_calibration(&office.lead, &id, seen, now()).await.unwrap();
        assert!(!blind(&office.lead, "call-0").await, "scoring is closed");
    }
}

#[tokio::test]
async fn a_call_that_is_to_be_scored_blind_is_not_begun_in_the_queue_before() {
    for place in stores().await {
        let office = office(&place.store).await;
        office.set().await;
        let pick = |n: usize| Pick {
            pick_id: format!("pick-{n}"),
            plan_id: "plan".into(),
            call_id: format!("call-{n}"),
            representative: Some(format!("T-0{n}")),
            line: None,
            stratum: "x".into(),
            risk: None,
            probability: Some(0.5),
            assignee: Some(office.leyla.person_id.clone()),
            lapsed_with: None,
            state: PickState::Waiting,
            assessment_id: None,
            due_at: at("2026-11-27T20:00:00Z"),
            note: String::new(),
        };
        let mut tx = place.store.begin().await.unwrap();
        for n in [0, 3] {
            tx.insert(&pick(n), "test", "draw", now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let form = office.desk.forms.named(&office.call(0).form).unwrap();
        let told = office.desk.begin(&office.leyla, "pick-0", form, None, now()).await.unwrap_err();
        assert!(matches!(told, WorkError::State { .. }) && told.to_string().contains("calibration"), "{told}");
        office.desk.begin(&office.leyla, "pick-3", form, None, now()).await.unwrap();
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T, WorkError>) -> bool {
    matches!(result, Err(WorkError::Refused(_)))
}

#[tokio::test]
async fn a_set_needs_a_right_a_name_calls_and_two_who_score_each() {
    for place in stores().await {
        let office = office(&place.store).await;
        let fine = office.wanted(vec![office.call(0)]);
        for who in [&office.leyla, &office.nigar] {
            assert!(refused(office.desk.make_calibration(who, fine.clone(), now()).await), "{}", who.login);
        }
        let no_form = SetCall {
            form: meyar_schemas::evaluations::FormRef { version: "99".into(), ..office.call(0).form },
            ..office.call(0)
        };
        for (field, wrong) in [
            ("name", NewCalibration { name: "  ".into(), ..fine.clone() }),
            ("calls", NewCalibration { calls: vec![], ..fine.clone() }),
            ("calls", NewCalibration { calls: vec![office.call(0), office.call(0)], ..fine.clone() }),
            ("form", NewCalibration { calls: vec![no_form], ..fine.clone() }),
            ("participants", NewCalibration { participants: vec![office.leyla.clone()], ..fine.clone() }),
            (
                "participants",
                NewCalibration { participants: vec![office.leyla.clone(), office.nigar.clone()], ..fine.clone() },
            ),
            (
                "participants",
                NewCalibration { participants: vec![office.leyla.clone(), office.leyla.clone()], ..fine.clone() },
            ),
            // Of call-1 one of the two is the representative.
            (
                "participants",
                NewCalibration {
                    calls: vec![office.call(1)],
                    participants: vec![office.leyla.clone(), office.samir.clone()],
                    ..fine.clone()
                },
            ),
            ("due_at", NewCalibration { due_at: now(), ..fine.clone() }),
        ] {
            match office.desk.make_calibration(&office.lead, wrong, now()).await {
                Err(WorkError::Invalid(invalid)) => assert_eq!(invalid.field, field, "{invalid}"),
                other => panic!("{field}: {other:?}"),
            }
        }
        let set = office.desk.make_calibration(&office.head, fine, now()).await.unwrap();
        assert_eq!((set.state, set.expected(), set.shows_marks()), (SetState::Open, 3, false));
    }
}

#[tokio::test]
async fn nobody_finds_a_mark_of_somebody_else_before_all_have_handed_in() {
    for place in stores().await {
        let office = office(&place.store).await;
        let id = office.set().await.calibration_id.clone();
        // Twice begun it is one; blind to the machine, too.
        let draft = office.desk.begin_calibration(&office.leyla, &id, "call-0", now()).await.unwrap();
        let again = office.desk.begin_calibration(&office.leyla, &id, "call-0", now()).await.unwrap();
        assert_eq!(draft.assessment_id, again.assessment_id);
        assert_eq!((draft.purpose, draft.evaluation_id.as_deref()), (Purpose::Calibration, None));
        assert!(draft.marks.iter().all(|mark| mark.proposed.is_none()));
        // A call of one's own, work of others, a set that one is no part of.
        assert!(refused(office.desk.begin_calibration(&office.samir, &id, "call-1", now()).await));
        assert!(refused(office.desk.begin_calibration(&office.nigar, &id, "call-0", now()).await));
        for (who, call) in [(&office.stranger, "call-0"), (&office.leyla, "call-9")] {
            let told = office.desk.begin_calibration(who, &id, call, now()).await.unwrap_err();
            assert!(matches!(told, WorkError::NotFound { .. }), "{told}");
        }
        assert!(matches!(office.desk.calibration(&office.stranger, &id).await, Err(WorkError::NotFound { .. })));
        assert_eq!(office.desk.calibrations(&office.stranger).await.unwrap().len(), 0);
        assert_eq!(office.desk.calibrations(&office.leyla).await.unwrap().len(), 1);
        assert_eq!(
            office.desk.calibrations(&office.head).await.unwrap().len(),
            1,
            "the head takes part in none, and sees all"
        );

        let handed = office.hand_in(&office.leyla, &id, "call-0", &["K01"]).await;
        assert_eq!((handed.state, handed.dispute_until), (State::Published, None));
        assert_eq!(office.now(&id).await.state, SetState::Open);
        let told = office.desk.publish(&office.leyla, &handed.assessment_id, handed.version, now()).await.unwrap_err();
        assert!(matches!(told, WorkError::State { .. }), "{told}");
        // What the lead sees is nothing yet, and neither does the lake; the representative of the call never does.
        let set = office.now(&id).await;
        for who in [&office.samir, &office.lead, &office.head] {
            let seen = office.desk.calibration_scores(who, &set).await.unwrap();
            assert!(seen.is_empty(), "{}: {seen:?}", who.login);
        }
        assert_eq!(office.desk.calibration_scores(&office.leyla, &set).await.unwrap().len(), 1);
        assert!(office.desk.calibration_scores(&office.stranger, &set).await.is_err());
        let stream = place.store.waiting(100).await.unwrap();
        assert!(stream.iter().all(|told| told.subject != "qa.assessments"), "{stream:?}");
        assert!(stream.iter().all(|told| !told.content.contains("eşitmədim")));
        assert!(matches!(
            office.desk.own_result(&office.nigar, &handed.assessment_id).await,
            Err(WorkError::NotFound { .. })
        ));

        office.hand_in(&office.leyla, &id, "call-1", &[]).await;
        office.hand_in(&office.samir, &id, "call-0", &[]).await;
        office.hand_in(&office.lead, &id, "call-0", &[]).await;
        assert_eq!(office.now(&id).await.state, SetState::Open, "one is missing");
        office.hand_in(&office.lead, &id, "call-1", &[]).await;
        let set = office.now(&id).await;
        assert_eq!((set.state, set.handed.len()), (SetState::Compared, 5));
        for who in [&office.samir, &office.lead, &office.head] {
            assert_eq!(office.desk.calibration_scores(who, &set).await.unwrap().len(), 5, "{}", who.login);
        }
        // Now the stream knows them: as the contracts have it, each once, for calibration.
        let stream = place.store.waiting(100).await.unwrap();
        let told: Vec<_> = stream.iter().filter(|told| told.subject == "qa.assessments").collect();
        assert_eq!(told.len(), 5);
        for waiting in &stream {
            let subject = Subject::ALL.into_iter().find(|subject| subject.name() == waiting.subject).unwrap();
            let envelope = Envelope::new(subject, "meyar/workbench", &waiting.id, waiting.at);
            let envelope = Envelope { revision: waiting.revision, ..envelope };
            let read = meyar_schemas::contract::read(subject, &envelope, waiting.content.as_bytes());
            assert!(read.is_ok(), "{}: {read:?}", waiting.content);
        }
        assert!(told.iter().all(|told| told.content.contains("\"calibration\"") && told.revision == 0));
        // Compared or not, it is no result of a representative.
        assert!(matches!(
            office.desk.see(&office.nigar, &handed.assessment_id, now()).await,
            Err(WorkError::NotFound { .. })
        ));
        place.store.check_access_log().await.unwrap();
    }
}

#[tokio::test]
async fn scoring_is_closed_by_the_lead_and_what_was_not_handed_in_does_not_count() {
    for place in stores().await {
        let office = office(&place.store).await;
        let set = office.set().await;
        let id = set.calibration_id.clone();
        let told = office.desk.compare_calibration(&office.lead, &id, set.version, now()).await.unwrap_err();
        assert!(matches!(told, WorkError::Invalid(_)), "nothing was handed in: {told}");
        office.hand_in(&office.leyla, &id, "call-0", &[]).await;
        let late = office.score(&office.samir, &id, "call-0", &["K01"]).await;
        let set = office.now(&id).await;
        assert!(refused(office.desk.compare_calibration(&office.leyla, &id, set.version, now()).await));
        let told = office.desk.compare_calibration(&office.lead, &id, set.version - 1, now()).await.unwrap_err();
        assert!(matches!(told, WorkError::Changed { .. }), "{told}");
        let set = office.desk.compare_calibration(&office.lead, &id, set.version, now()).await.unwrap();
        assert_eq!(set.state, SetState::Compared);
        let seen = office.desk.calibration_scores(&office.lead, &set).await.unwrap();
        assert_eq!(seen.len(), 1, "a draft stays its own assessor's");
        let told = office.desk.publish(&office.samir, &late.assessment_id, late.version, now()).await.unwrap_err();
        assert!(matches!(told, WorkError::State { .. }), "{told}");
        assert_eq!(place.store.get::<Assessment>(&late.assessment_id).await.unwrap().state, State::Draft);
        let told = office.desk.begin_calibration(&office.lead, &id, "call-0", now()).await.unwrap_err();
        assert!(matches!(told, WorkError::State { .. }), "{told}");
    }
}

#[tokio::test]
async fn the_master_is_agreed_with_its_rule_and_then_tells_who_is_severe() {
    for place in stores().await {
        let office = office(&place.store).await;
        let id = office.whole().await;
        let set = office.now(&id).await;
        let agree = async |who: &Person, call: &str, marks: Vec<(String, MasterMark)>| {
            let seen = office.now(&id).await.version;
            office.desk.agree_calibration(who, &id, seen, call, &marks, now()).await
        };
        assert!(refused(agree(&office.leyla, "call-0", office.master(1.0, "qayda")).await));
        // Leyla gave K01 nothing: somebody else's mark needs the rule that decides it; the others do not.
        let told = agree(&office.lead, "call-0", office.master(1.0, " ")).await.unwrap_err().to_string();
        assert!(told.contains("rule") && told.contains("K01"), "{told}");
        let off = vec![("K01".to_owned(), MasterMark { judged: Some(Judged::Marked(0.3)), ..MasterMark::default() })];
        assert!(agree(&office.lead, "call-0", off).await.unwrap_err().to_string().contains("0.3"));
        let early = office.desk.close_calibration(&office.lead, &id, set.version, now()).await.unwrap_err();
        assert!(matches!(early, WorkError::State { .. }), "{early}");
        let old = office.desk.agree_calibration(&office.lead, &id, set.version - 1, "call-0", &[], now()).await;
        assert!(matches!(old, Err(WorkError::Changed { .. })));

        let half = agree(&office.lead, "call-0", office.master(1.0, "Ad ilk 10 saniyədə deyilir")).await.unwrap();
        assert_eq!(half.state, SetState::Compared, "the other call is open yet");
        let call_1: Vec<_> = office.master(1.0, "");
        let whole = agree(&office.head, "call-1", call_1).await.unwrap();
        assert_eq!(whole.state, SetState::Agreed);
        assert_eq!(whole.calls[0].master["K01"].rule, "Ad ilk 10 saniyədə deyilir");
        // Taken back, it is open again; agreed anew, it is whole.
        let back = vec![("K02".to_owned(), MasterMark::default())];
        assert_eq!(agree(&office.lead, "call-0", back).await.unwrap().state, SetState::Compared);
        let again = agree(&office.lead, "call-0", office.master(1.0, "qayda")).await.unwrap();
        assert_eq!(again.state, SetState::Agreed);

        let sets: Vec<Record<Calibration>> = place.store.list(&Filter::default()).await.unwrap();
        let scores: Vec<Record<Assessment>> = place.store.list(&Filter::default()).await.unwrap();
        let found =
            meyar_work::calibration::severity::against_master(|form| office.desk.forms.named(form), &scores, &sets);
        assert_eq!(found.len(), 5);
        let of = |who: &Person| found.iter().filter(|one| one.person_id == who.person_id).collect::<Vec<_>>();
        // K01 weighs 5 of 100.
        let leyla = meyar_work::calibration::severity::standing(&of(&office.leyla), 0.95).unwrap();
        assert_eq!((leyla.calls, leyla.mean), (2, -2.5));
        assert_eq!(leyla.criteria - leyla.exact, 1);
        let lead = meyar_work::calibration::severity::standing(&of(&office.lead), 0.95).unwrap();
        assert_eq!(
            (lead.mean, lead.severity),
            (0.0, None),
            "differences that are all alike say nothing of how they vary"
        );

        let closed = office.desk.close_calibration(&office.lead, &id, again.version, now()).await.unwrap();
        assert_eq!(closed.state, SetState::Closed);
        let told = agree(&office.lead, "call-0", office.master(0.0, "qayda")).await.unwrap_err();
        assert!(matches!(told, WorkError::State { .. }), "{told}");
        // What nobody has begun is withdrawn, and shows nothing.
        let other = office.set().await;
        let withdrawn =
            office.desk.close_calibration(&office.lead, &other.calibration_id, other.version, now()).await.unwrap();
        assert_eq!(
            (withdrawn.state, withdrawn.shows_marks(), withdrawn.has_master()),
            (SetState::Closed, false, false)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_who_hand_in_at_the_same_moment_are_taken_and_the_last_one_opens_the_comparison() {
    for place in stores().await {
        let office = office(&place.store).await;
        let id = office.set().await.calibration_id.clone();
        let work = [
            (&office.leyla, "call-0"),
            (&office.leyla, "call-1"),
            (&office.samir, "call-0"),
            (&office.lead, "call-0"),
            (&office.lead, "call-1"),
        ];
        let mut all = tokio::task::JoinSet::new();
        for (who, call) in work {
            let draft = office.score(who, &id, call, &[]).await;
            // Twice each, as from two tabs.
            for _ in 0..2 {
                let (desk, who, draft) = (office.desk.clone(), who.clone(), draft.clone());
                all.spawn(async move { desk.publish(&who, &draft.assessment_id, draft.version, now()).await.is_ok() });
            }
        }
        assert_eq!(all.join_all().await.into_iter().filter(|won| *won).count(), 5);
        let set = office.now(&id).await;
        assert_eq!((set.state, set.handed.len()), (SetState::Compared, 5));
        let told = place.store.waiting(100).await.unwrap();
        assert_eq!(told.iter().filter(|told| told.subject == "qa.assessments").count(), 5, "each is told once");
    }
}

//! From the draw to the decided dispute, and what the stream is told of it; on every store.
#![allow(clippy::unwrap_used)]

#[path = "assessing/applies.rs"]
mod applies;
mod common;
#[path = "assessing/decisions.rs"]
mod decisions;

use chrono::{Duration, NaiveDate};
use common::{at, desk, person, stores};
use meyar_schemas::evaluations::{Evaluation, FormRef, Outcome, Verdict, VerdictState};
use meyar_schemas::{Envelope, Subject};
use meyar_work::access::Actor;
use meyar_work::assessment::{Assessment, Decision, Judged, Judgement, Method, State};
use meyar_work::plans::{Pick, PickState, Plan};
use meyar_work::sampling::{Candidate, Design, Worker};
use meyar_work::store::{Filter, Record};
use meyar_work::{Account, Desk, NewPlan, Person, Role, WorkError};

fn calls() -> Vec<Candidate> {
    (0..30)
        .map(|n| Candidate {
            call_id: format!("call-{n}"),
            representative: Some(format!("T-{:02}", n % 3)),
            line: Some("195-1-1".into()),
            has_recording: true,
            suspected: n == 7,
            ..Candidate::default()
        })
        .collect()
}

fn proposals(desk: &Desk, call_id: &str) -> Evaluation {
    let form = desk.forms.form_for("az", NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()).unwrap();
    let verdict = |criterion: &meyar_scoring::Criterion| Verdict {
        criterion: criterion.code.clone(),
        state: if criterion.code == "K05" { VerdictState::Abstained } else { VerdictState::Marked },
        mark: (criterion.code != "K05").then_some(1.0),
        confidence: 0.9,
        reason: "eşidildi".into(),
        evidence: Vec::new(),
    };
    Evaluation {
        evaluation_id: format!("e-{call_id}"),
        call_id: call_id.to_owned(),
        created_at: at("2026-11-20T10:00:00Z"),
        form: FormRef { id: form.reference().id, version: form.reference().version, language: "az".into() },
        transcript_id: "t".into(),
        line: None,
        representative: None,
        outcome: Outcome::Proposed,
        raw_score: Some(100.0),
        coverage: 0.8,
        verdicts: form.criteria().iter().map(verdict).collect(),
    }
}

fn say(judged: Option<Judged>, reason: &str) -> Judgement {
    Judgement { judged, critical: false, reason: reason.into(), comment: String::new() }
}

struct Office {
    desk: Desk,
    lead: Person,
    assessor: Person,
    other: Person,
    /// T-00 of the call records.
    representative: Person,
}

async fn office(store: &meyar_work::Store) -> Office {
    Office {
        desk: desk(store),
        lead: person(store, "orxan", Role::Lead, None).await,
        assessor: person(store, "leyla", Role::Assessor, None).await,
        other: person(store, "rauf", Role::Assessor, None).await,
        representative: person(store, "nigar", Role::Representative, Some("T-00")).await,
    }
}

impl Office {
    async fn drawn(&self) -> Record<Plan> {
        let design = Design { seed: "noyabr".into(), each: 2, risk_most: 1, ..Design::default() };
        let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let new = NewPlan { name: "Noyabr".into(), first_day: day, last_day: day, line: None, design, due_days: 5 };
        let worker =
            |person: &Person| Worker { person_id: person.person_id.clone(), representative: None, quota: None };
        let workers = [worker(&self.assessor), worker(&self.other)];
        self.desk.draw(&self.lead, new, &calls(), &workers, at("2026-11-23T06:00:00Z")).await.unwrap()
    }

    /// A draft about T-00, of which everything is accepted and K05 marked.
    async fn judged(&self) -> (Person, Record<Assessment>) {
        let plan = self.drawn().await;
        let picks: Vec<Record<Pick>> = self
            .desk
            .store
            .list(&Filter { parent: Some(&plan.plan_id), about: Some("T-00"), ..Filter::default() })
            .await
            .unwrap();
        let pick = &picks.iter().find(|pick| pick.risk.is_none()).unwrap();
        let who = [&self.assessor, &self.other]
            .into_iter()
            .find(|person| pick.assignee.as_ref() == Some(&person.person_id))
            .unwrap();
        let evaluation = proposals(&self.desk, &pick.call_id);
        let form = self.desk.forms.named(&evaluation.form).unwrap();
        let now = at("2026-11-24T06:00:00Z");
        let mut draft = self.desk.begin(who, &pick.pick_id, form, Some(&evaluation), now).await.unwrap();
        for mark in draft.marks.clone() {
            let judged = mark.proposal().unwrap_or(Judged::Marked(0.5));
            let judgement =
                Judgement { judged: Some(judged), critical: false, reason: String::new(), comment: String::new() };
            draft = self
                .desk
                .judge(who, &draft.assessment_id, draft.version, &mark.criterion, &judgement, now)
                .await
                .unwrap();
        }
        (who.clone(), draft)
    }
}

#[tokio::test]
async fn a_plan_is_drawn_once_and_gives_its_work_out() {
    for place in stores().await {
        let office = office(&place.store).await;
        let plan = office.drawn().await;
        assert_eq!((plan.calls, plan.audible, plan.short.len(), plan.unassigned), (30, 30, 0, 0));
        let picks: Vec<Record<Pick>> =
            place.store.list(&Filter { parent: Some(&plan.plan_id), ..Filter::default() }).await.unwrap();
        assert_eq!(picks.len(), 7, "two of each representative, and the suspected call");
        let random = picks.iter().filter(|pick| pick.risk.is_none());
        assert!(random.clone().count() == 6 && random.clone().all(|pick| pick.probability == Some(0.2)));
        let queue = office.desk.queue(&office.assessor).await.unwrap();
        assert!((3..=4).contains(&queue.len()), "work is given out evenly: {}", queue.len());
        let refused = office.desk.queue(&office.representative).await.unwrap_err();
        assert!(matches!(refused, WorkError::Refused(_)), "{refused}");
        let told = office
            .desk
            .draw(
                &office.assessor,
                NewPlan {
                    name: "x".into(),
                    first_day: plan.first_day,
                    last_day: plan.last_day,
                    line: None,
                    design: Design::default(),
                    due_days: 1,
                },
                &[],
                &[],
                at("2026-11-23T06:00:00Z"),
            )
            .await
            .unwrap_err();
        assert!(matches!(told, WorkError::Refused("plan")), "{told}");
    }
}

#[tokio::test]
async fn what_the_machine_proposed_is_not_published_before_a_person_decided_it() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (who, draft) = office.judged().await;
        let now = at("2026-11-24T07:00:00Z");
        // Taken back, a mark is open again and nothing goes out.
        let open = Judgement { judged: None, critical: false, reason: String::new(), comment: String::new() };
        let draft = office.desk.judge(&who, &draft.assessment_id, draft.version, "K01", &open, now).await.unwrap();
        let told = office.desk.publish(&who, &draft.assessment_id, draft.version, now).await.unwrap_err().to_string();
        assert!(told.contains("K01"), "{told}");
        // Decided otherwise than proposed, it needs a reason.
        let otherwise = Judgement { judged: Some(Judged::Marked(0.5)), ..open.clone() };
        let draft = office.desk.judge(&who, &draft.assessment_id, draft.version, "K01", &otherwise, now).await.unwrap();
        let told = office.desk.publish(&who, &draft.assessment_id, draft.version, now).await.unwrap_err().to_string();
        assert!(told.contains("reason"), "{told}");
        let because = Judgement { reason: "adını demədi".into(), ..otherwise };
        let draft = office.desk.judge(&who, &draft.assessment_id, draft.version, "K01", &because, now).await.unwrap();
        assert_eq!(place.store.how_many_wait().await.unwrap(), 0, "a draft is nobody's business");
        let published = office.desk.publish(&who, &draft.assessment_id, draft.version, now).await.unwrap();
        assert_eq!(published.state, State::Published);
        // 5 × 0.5 and 22 × 0.5 are missing of 100.
        assert_eq!(published.raw_score, Some(86.5));
        let waiting = place.store.waiting(10).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].subject.as_str(), waiting[0].revision), (1, "qa.assessments", 0));
        let pick: Record<Pick> = place.store.get(published.pick_id.as_deref().unwrap()).await.unwrap();
        assert_eq!(pick.state, PickState::Done);
        let told =
            office.desk.judge(&who, &draft.assessment_id, published.version, "K01", &because, now).await.unwrap_err();
        assert!(matches!(told, WorkError::State { .. }), "{told}");
    }
}

#[tokio::test]
async fn two_tabs_do_not_overwrite_each_other() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (who, draft) = office.judged().await;
        let now = at("2026-11-24T07:00:00Z");
        let judgement = Judgement {
            judged: Some(Judged::Marked(1.0)),
            critical: false,
            reason: String::new(),
            comment: "birinci".into(),
        };
        office.desk.judge(&who, &draft.assessment_id, draft.version, "K02", &judgement, now).await.unwrap();
        // Who was not answered sends the same once more: it stands, and is written once.
        let again = office.desk.judge(&who, &draft.assessment_id, draft.version, "K02", &judgement, now).await.unwrap();
        assert_eq!(again.version, draft.version + 1);
        let other = Judgement { comment: "ikinci".into(), ..judgement.clone() };
        let late = office.desk.judge(&who, &draft.assessment_id, draft.version, "K02", &other, now).await.unwrap_err();
        assert!(matches!(late, WorkError::Changed { .. }), "{late}");
        // At the very same moment, too: one of eight wins, and nothing of the others is kept.
        let seen = draft.version + 1;
        let mut all = tokio::task::JoinSet::new();
        for n in 0..8 {
            let (desk, who, id) = (office.desk.clone(), who.clone(), draft.assessment_id.clone());
            let judgement = Judgement { comment: format!("tab {n}"), ..judgement.clone() };
            all.spawn(async move { desk.judge(&who, &id, seen, "K02", &judgement, now).await.is_ok() });
        }
        assert_eq!(all.join_all().await.into_iter().filter(|won| *won).count(), 1);
        let versions = place.store.versions::<Assessment>(&draft.assessment_id).await.unwrap();
        assert_eq!(versions.last().unwrap().version, seen + 1);
        // Begun twice at once it is one.
        let again = office
            .desk
            .begin(&who, draft.pick_id.as_deref().unwrap(), office.desk.form_of(&draft).unwrap(), None, now)
            .await
            .unwrap();
        assert_eq!((again.assessment_id.as_str(), again.version), (draft.assessment_id.as_str(), seen + 1));
    }
}

#[tokio::test]
async fn a_dispute_goes_to_somebody_else_and_the_original_is_kept() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (who, draft) = office.judged().await;
        let now = at("2026-11-24T07:00:00Z");
        let (draft_id, seen, method) = (draft.assessment_id.as_str(), draft.version, Method::SideBySide);
        let published = office.desk.publish_judged_by(&who, draft_id, seen, method, now).await.unwrap();
        assert_eq!(published.method, method);
        assert_eq!(meyar_work::told::payload(&published, now)["method"], "side_by_side");
        let id = published.assessment_id.clone();
        let before = published.raw_score;
        // Somebody else's results do not exist.
        let stranger = person(&place.store, "sevda", Role::Representative, Some("T-01")).await;
        assert!(matches!(office.desk.see(&stranger, &id, now).await.unwrap_err(), WorkError::NotFound { .. }));
        let nigar = &office.representative;
        assert_eq!(office.desk.see(nigar, &id, now).await.unwrap().state, State::Seen);
        let told =
            office.desk.dispute(nigar, &id, vec![("K05".into(), " ".into())], now).await.unwrap_err().to_string();
        assert!(told.contains("reason"), "{told}");
        let too_late = now + Duration::days(9);
        let told = office
            .desk
            .dispute(nigar, &id, vec![("K05".into(), "maddə düzgün idi".into())], too_late)
            .await
            .unwrap_err()
            .to_string();
        assert!(told.contains("last day"), "{told}");
        let disputed =
            office.desk.dispute(nigar, &id, vec![("K05".into(), "maddə düzgün idi".into())], now).await.unwrap();
        assert_eq!(disputed.state, State::Disputed);
        assert!(office.desk.acknowledge(nigar, &id, now).await.is_err());
        let decision = vec![(
            "K05".to_owned(),
            Decision::Changed,
            Some(Judged::Marked(1.0)),
            "218-ci maddə doğru göstərilib".to_owned(),
        )];
        // Neither the assessor, even as a lead, nor somebody without the right.
        let told = office.desk.decide(&who, &id, disputed.version, &decision, false, now).await.unwrap_err();
        assert!(matches!(told, WorkError::Refused("decide")), "{told}");
        let as_lead = Person { role: Role::Lead, ..who.clone() };
        let told = office.desk.decide(&as_lead, &id, disputed.version, &decision, false, now).await.unwrap_err();
        assert!(matches!(told, WorkError::Refused(_)), "{told}");
        assert_eq!(office.desk.disputes(&as_lead).await.unwrap().len(), 0);
        assert_eq!(office.desk.disputes(&office.lead).await.unwrap().len(), 1);
        let decided = office.desk.decide(&office.lead, &id, disputed.version, &decision, false, now).await.unwrap();
        assert_eq!(decided.state, State::Changed);
        assert!(decided.raw_score > before);
        let original = &decided.dispute.as_ref().unwrap().original;
        assert_eq!(original.iter().find(|mark| mark.criterion == "K05").unwrap().judged, Some(Judged::Marked(0.5)));
        let told: Vec<u32> = place.store.waiting(10).await.unwrap().iter().map(|waiting| waiting.revision).collect();
        assert_eq!(told, [0, 1, 2, 3], "published, seen, disputed, changed");
        for waiting in place.store.waiting(10).await.unwrap() {
            let subject = Subject::Assessments;
            assert_eq!(waiting.subject, subject.name());
            let envelope = Envelope::new(subject, "meyar/workbench", &waiting.id, waiting.at);
            let envelope = Envelope { revision: waiting.revision, ..envelope };
            let read = meyar_schemas::contract::read(subject, &envelope, waiting.content.as_bytes());
            assert!(read.is_ok(), "{}: {read:?}", waiting.content);
        }
        place.store.check_access_log().await.unwrap();
    }
}

#[tokio::test]
async fn a_gate_fails_the_call_only_when_a_person_says_so() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (who, draft) = office.judged().await;
        let now = at("2026-11-24T07:00:00Z");
        let zero = Judgement {
            judged: Some(Judged::Marked(0.0)),
            critical: false,
            reason: "borcu soruşmadan dedi".into(),
            comment: String::new(),
        };
        let told = office
            .desk
            .judge(&who, &draft.assessment_id, draft.version, "K01", &Judgement { critical: true, ..zero.clone() }, now)
            .await
            .unwrap_err();
        assert!(told.to_string().contains("K01"), "{told}");
        let draft = office.desk.judge(&who, &draft.assessment_id, draft.version, "K12", &zero, now).await.unwrap();
        assert_eq!((draft.gates.clone(), draft.effective_score), (vec!["K12".to_owned()], Some(0.0)));
        assert!(draft.raw_score.unwrap() > 80.0, "the raw score is kept apart");
        let half = Judgement { judged: Some(Judged::Marked(0.3)), ..zero };
        let told = office
            .desk
            .judge(&who, &draft.assessment_id, draft.version, "K01", &half, now)
            .await
            .unwrap_err()
            .to_string();
        assert!(told.contains("0.3") && told.contains("K01"), "{told}");
    }
}

#[tokio::test]
async fn nobody_judges_a_call_of_their_own() {
    for place in stores().await {
        let office = office(&place.store).await;
        // An assessor who also answers calls, given one of their own by hand.
        let both = person(&place.store, "both", Role::Assessor, Some("T-02")).await;
        let plan = office.drawn().await;
        let mut picks: Vec<Record<Pick>> = place
            .store
            .list(&Filter { parent: Some(&plan.plan_id), about: Some("T-02"), ..Filter::default() })
            .await
            .unwrap();
        let now = at("2026-11-24T07:00:00Z");
        let pick = &mut picks[0];
        pick.content.assignee = Some(both.person_id.clone());
        let mut tx = place.store.begin().await.unwrap();
        tx.save(pick, "test", "give", now).await.unwrap();
        tx.commit().await.unwrap();
        let evaluation = proposals(&office.desk, &pick.call_id);
        let form = office.desk.forms.named(&evaluation.form).unwrap();
        let told = office.desk.begin(&both, &pick.pick_id, form, Some(&evaluation), now).await.unwrap_err();
        assert!(matches!(told, WorkError::Refused("judging a call of one's own")), "{told}");
        let told = office.desk.begin(&office.lead, &pick.pick_id, form, Some(&evaluation), now).await.unwrap_err();
        assert!(matches!(told, WorkError::Refused("work that was given to somebody else")), "{told}");
    }
}

#[tokio::test]
async fn a_pick_goes_to_somebody_else_but_not_to_whoever_answered_the_call() {
    for place in stores().await {
        let office = office(&place.store).await;
        let plan = office.drawn().await;
        let of = Filter { parent: Some(&plan.plan_id), about: Some("T-00"), ..Filter::default() };
        let pick = place.store.list::<Pick>(&of).await.unwrap().remove(0);
        let now = at("2026-11-24T06:00:00Z");
        let (first, second) = if pick.assignee.as_ref() == Some(&office.assessor.person_id) {
            (&office.assessor, &office.other)
        } else {
            (&office.other, &office.assessor)
        };
        let give =
            async |by: &Person, seen: i64, to: &Person| office.desk.reassign(by, &pick.pick_id, seen, to, now).await;
        assert!(
            matches!(give(first, pick.version, second).await, Err(WorkError::Refused(_))),
            "leads alone give work out"
        );
        // Of T-00: that person assesses too, but not what they answered themselves.
        let own = person(&place.store, "samir", Role::Assessor, Some("T-00b")).await;
        let own = Person { representative: Some("T-00".into()), ..own };
        let told = give(&office.lead, pick.version, &own).await.unwrap_err().to_string();
        assert!(told.contains("person_id") && told.contains("answered that call"), "{told}");
        let told = give(&office.lead, pick.version, &office.representative).await.unwrap_err().to_string();
        assert!(told.contains("does not assess calls"), "{told}");
        let given = give(&office.lead, pick.version, second).await.unwrap();
        assert_eq!(given.assignee.as_ref(), Some(&second.person_id));
        assert!(office.desk.queue(second).await.unwrap().iter().any(|waiting| waiting.pick_id == pick.pick_id));
        assert!(!office.desk.queue(first).await.unwrap().iter().any(|waiting| waiting.pick_id == pick.pick_id));
        let stale = give(&office.lead, pick.version, first).await;
        assert!(matches!(stale, Err(WorkError::Changed { .. })), "{stale:?}");
        // What was begun stays with whoever began it.
        let evaluation = proposals(&office.desk, &pick.call_id);
        let form = office.desk.forms.named(&evaluation.form).unwrap();
        office.desk.begin(second, &pick.pick_id, form, Some(&evaluation), now).await.unwrap();
        let begun = place.store.get::<Pick>(&pick.pick_id).await.unwrap();
        assert!(matches!(give(&office.lead, begun.version, first).await, Err(WorkError::State { .. })));

        // Unless they assess no longer: then it is judged anew, and not lost to the sample.
        let id = begun.assessment_id.clone().unwrap();
        let draft = place.store.get::<Assessment>(&id).await.unwrap();
        let judgement = Judgement {
            judged: Some(Judged::Marked(1.0)),
            critical: false,
            reason: "ilk fikir".into(),
            comment: "qeyd".into(),
        };
        office.desk.judge(second, &id, draft.version, &draft.marks[0].criterion, &judgement, now).await.unwrap();
        let gone = Account {
            login: second.login.clone(),
            name: second.name.clone(),
            role: second.role,
            representative: None,
            sector: None,
            active: false,
        };
        place.store.change_person(second, &gone, &Actor::system(), now).await.unwrap();
        let taken = give(&office.lead, begun.version, first).await.unwrap();
        assert_eq!((taken.state, taken.assignee.as_ref()), (PickState::Begun, Some(&first.person_id)));
        let draft = office.desk.begin(first, &pick.pick_id, form, Some(&evaluation), now).await.unwrap();
        assert_eq!((draft.assessment_id.as_str(), draft.assessor.as_str()), (id.as_str(), first.person_id.as_str()));
        assert!(draft.marks.iter().all(|mark| mark.judged.is_none() && mark.reason.is_empty()), "from the beginning");
        assert!(draft.marks.iter().any(|mark| mark.proposed.is_some()), "over the same proposals");
        let before = place.store.versions::<Assessment>(&id).await.unwrap();
        assert!(
            before.iter().any(|old| old.content.marks[0].reason == "ilk fikir"),
            "what was decided stays in the history"
        );
        place.store.check_access_log().await.unwrap();
    }
}

//! What people's work in the store says on a card: each measure, what it counts, and what becomes of too little of it.

use super::*;
use meyar_work::assessment::{Assessment, Decision, Dispute, Judged, Mark, Point, Proposed, Purpose, State as Stands};
use meyar_work::calibration::{Agreed, Calibration, Participant, SetCall, SetState, Source as Chosen};
use meyar_work::plans::{Pick, PickState};
use meyar_work::trainings::{Attendance, NewTraining};

const OCTOBER: &str = "2026-10-20T08:00:00Z";

async fn keep<T: Kept + Clone>(store: &Store, content: &T, at_moment: &str) {
    let mut tx = store.begin().await.unwrap();
    tx.insert(content, "test", "test", at(at_moment)).await.unwrap();
    tx.commit().await.unwrap();
}

impl Office {
    /// What the store says of somebody in October.
    async fn says(&self, position: &str, about: &About) -> BTreeMap<String, Measured> {
        let period: CardPeriod = "2026-10".parse().unwrap();
        let form = self.forms.on(position, period.last()).unwrap();
        self.desk.worked(form, period).await.unwrap().says(form, period, about)
    }

    fn about_assessor(&self) -> About {
        About { representative: None, person_id: Some(self.assessor.person_id.clone()) }
    }

    /// A training that T-00 and T-01 were invited to: T-00 came, with a score if there is one.
    async fn training(&self, begins_at: &str, score: Option<f64>, other: Option<f64>) -> String {
        let new = NewTraining {
            topic: "Maddələr".into(),
            begins_at: at(begins_at),
            place: "204".into(),
            trainer: "Rauf".into(),
            needs: Vec::new(),
            participants: vec!["T-00".into(), "T-01".into()],
            pass_mark: 70.0,
        };
        let (desk, lead) = (&self.desk, &self.lead);
        let planned = desk.plan_training(lead, new, at("2026-10-01T08:00:00Z")).await.unwrap();
        let id = planned.training_id.clone();
        let came = |who: &str, score: Option<f64>| match score {
            Some(_) => (who.to_owned(), Attendance::Present, String::new()),
            None => (who.to_owned(), Attendance::Absent, "xəstəlik".to_owned()),
        };
        let attendance = [came("T-00", score), came("T-01", other)];
        let held = desk.hold_training(lead, &id, planned.version, &attendance, at(NOW)).await.unwrap();
        let scores: Vec<(String, f64)> = [("T-00", score), ("T-01", other)]
            .iter()
            .filter_map(|(who, score)| Some(((*who).into(), (*score)?)))
            .collect();
        desk.test_training(lead, &id, held.version, &scores, at(NOW)).await.unwrap();
        id
    }

    /// Calls given to the assessor, all due at one moment; `state` and when they got into it.
    async fn picks(&self, name: &str, count: usize, due_at: &str, state: PickState, changed_at: &str) {
        for n in 0..count {
            let pick = Pick {
                pick_id: format!("{name}-{n}"),
                plan_id: format!("plan-{}", &due_at[..7]),
                call_id: format!("call-{name}-{n}"),
                representative: Some("T-00".into()),
                line: None,
                stratum: String::new(),
                risk: None,
                probability: None,
                assignee: Some(self.assessor.person_id.clone()),
                lapsed_with: None,
                state,
                assessment_id: None,
                due_at: at(due_at),
                note: String::new(),
            };
            keep(&self.desk.store, &pick, changed_at).await;
        }
    }

    /// An assessment of the assessor that says 1 of everything but `low`; the machine proposed 0 throughout.
    fn assessment(&self, id: &str, low: &[String]) -> Assessment {
        let form = self.desk.forms.form_for("az", at(OCTOBER).date_naive()).unwrap();
        let mut one =
            Assessment::begin(id.into(), &format!("call-{id}"), form, None, &self.assessor.person_id, Purpose::Random);
        for mark in &mut one.marks {
            mark.proposed = Some(Proposed {
                state: meyar_schemas::evaluations::VerdictState::Marked,
                mark: Some(0.0),
                confidence: 1.0,
            });
            mark.judged = Some(Judged::Marked(if low.contains(&mark.criterion) { 0.0 } else { 1.0 }));
        }
        (one.state, one.representative) = (Stands::Published, Some("T-00".into()));
        one
    }

    async fn disputed(&self, id: &str, decided_at: &str, state: Stands, decisions: &[Decision]) {
        let mut one = self.assessment(id, &[]);
        let point = |(mark, decision): (&Mark, &Decision)| Point {
            criterion: mark.criterion.clone(),
            reason: "razı deyiləm".into(),
            decision: Some(*decision),
            decided: None,
            decision_reason: "dinlənildi".into(),
        };
        one.dispute = Some(Dispute {
            opened_at: at(OCTOBER),
            due_at: at(NOW),
            points: one.marks.iter().zip(decisions).map(point).collect(),
            decided_at: Some(at(decided_at)),
            decided_by: Some(self.head.person_id.clone()),
            original: one.marks.clone(),
        });
        one.state = state;
        keep(&self.desk.store, &one, decided_at).await;
    }

    /// A closed set of some calls, of which the assessor gave `low` criteria of each another mark than was agreed. Tells how many marks.
    async fn calibrated(&self, id: &str, calls: usize, low: usize, closed_at: &str) -> u64 {
        let mut set_calls = Vec::new();
        let mut marks = 0;
        for n in 0..calls {
            let codes: Vec<String> =
                self.assessment("x", &[]).marks.iter().map(|mark| mark.criterion.clone()).collect();
            let mut one = self.assessment(&format!("{id}-{n}"), &codes[..low]);
            (one.purpose, one.calibration_id) = (Purpose::Calibration, Some(id.into()));
            marks += codes.len() as u64;
            let agreed = |code: &String| {
                let agreed = Agreed {
                    judged: Judged::Marked(1.0),
                    critical: false,
                    rule: String::new(),
                    reason: String::new(),
                    by: self.lead.person_id.clone(),
                    at: at(OCTOBER),
                };
                (code.clone(), agreed)
            };
            set_calls.push(SetCall {
                call_id: one.call_id.clone(),
                line: None,
                representative: None,
                form: one.form.clone(),
                evaluation_id: None,
                proposed: BTreeMap::new(),
                master: codes.iter().map(agreed).collect(),
                judged_by: Vec::new(),
            });
            keep(&self.desk.store, &one, OCTOBER).await;
        }
        let set = Calibration {
            calibration_id: id.into(),
            name: "Oktyabr".into(),
            source: Chosen::Ids,
            seed: None,
            calls: set_calls,
            participants: vec![Participant::of(&self.assessor), Participant::of(&self.lead)],
            state: SetState::Closed,
            made_by: self.lead.person_id.clone(),
            due_at: at(NOW),
            handed: Vec::new(),
            compared_at: Some(at(OCTOBER)),
        };
        keep(&self.desk.store, &set, closed_at).await;
        marks
    }
}

#[tokio::test]
async fn tests_and_attendance_are_of_the_trainings_of_the_periods_days() {
    for place in stores().await {
        let office = office(&place.store).await;
        let text = include_str!("../../data/result_cards.toml").replacen(
            "code = \"discipline\"\nname_az = \"Əmək intizamı\"\nname_en = \"Discipline\"\nfrom = \"hand\"\nunit = \"points\"",
            "code = \"attendance\"\nname_az = \"İştirak\"\nname_en = \"Attendance\"\nfrom = \"work\"\nmeasure = \"attendance\"\nunit = \"percent\"",
            1,
        );
        let office = Office { forms: CardForms::parse(&text).unwrap(), ..office };
        let one = office.training("2026-10-05T06:00:00Z", Some(90.0), Some(40.0)).await;
        // The last evening of October in Baku; half an hour later it is November there.
        let other = office.training("2026-10-31T19:30:00Z", Some(60.0), None).await;
        office.training("2026-10-31T20:00:00Z", Some(0.0), None).await;
        let of = |name: &str| About { representative: Some(name.into()), person_id: None };
        let first = office.says("representative", &of("T-00")).await;
        let mut records = vec![one.clone(), other.clone()];
        records.sort();
        assert_eq!(first["knowledge"], Measured { records: records.clone(), ..Measured::of_figure(75.0, 2) });
        assert_eq!(first["attendance"], Measured { records: records.clone(), ..Measured::of_figure(100.0, 2) });
        // Who was absent took no test, and that counts in attendance alone.
        let second = office.says("representative", &of("T-01")).await;
        assert_eq!(second["knowledge"], Measured { records: vec![one], ..Measured::of_figure(40.0, 1) });
        assert_eq!(second["attendance"], Measured { records, ..Measured::of_figure(50.0, 2) });
        assert!(office.says("representative", &of("T-02")).await.is_empty());
    }
}

#[tokio::test]
async fn a_plan_is_done_by_what_was_published_by_its_last_day() {
    for place in stores().await {
        let office = office(&place.store).await;
        // The first moment that is too late for the last day of October; one that is due a day later is November's.
        let (due, next) = ("2026-10-31T20:00:00Z", "2026-11-01T20:00:00Z");
        office.picks("in-time", 9, due, PickState::Done, "2026-10-31T19:59:59Z").await;
        office.picks("late", 1, due, PickState::Done, due).await;
        office.picks("waiting", 1, due, PickState::Waiting, OCTOBER).await;
        office.picks("impossible", 5, due, PickState::Impossible, OCTOBER).await;
        // What is given up when its day is over is late as well.
        office.picks("given-up-late", 1, due, PickState::Impossible, due).await;
        office.picks("november", 7, next, PickState::Done, OCTOBER).await;
        office.picks("september", 7, "2026-09-30T20:00:00Z", PickState::Waiting, "2026-09-01T08:00:00Z").await;
        let says = office.says("assessor", &office.about_assessor()).await;
        let done = Measured { records: vec!["plan-2026-10".into()], ..Measured::of_figure(100.0 * 9.0 / 12.0, 12) };
        assert_eq!((&says["plan_done"].n, &says["plan_done"].records), (&done.n, &done.records));
        assert!((says["plan_done"].value - done.value).abs() < 1e-9);
        let other = About { representative: None, person_id: Some(office.lead.person_id.clone()) };
        assert!(office.says("assessor", &other).await.is_empty(), "nobody else's");
        // A call that is given on when its day is over stays with whoever had it then; one that is given on in time is the other's.
        let second = person(&office.desk.store, "ikinci", Role::Assessor, None).await;
        let give = async |pick: &str, moment: &str| {
            office.desk.reassign(&office.lead, pick, 1, &second, at(moment)).await.unwrap();
        };
        give("waiting-0", due).await;
        office.picks("moved", 1, due, PickState::Waiting, OCTOBER).await;
        give("moved-0", OCTOBER).await;
        assert_eq!(office.says("assessor", &office.about_assessor()).await["plan_done"].n, done.n);
        let about_second = About { representative: None, person_id: Some(second.person_id.clone()) };
        let of_second = &office.says("assessor", &about_second).await["plan_done"];
        assert_eq!((of_second.value, of_second.n), (0.0, 1));
    }
}

#[tokio::test]
async fn agreement_is_with_the_agreed_marks_of_sets_that_were_closed_in_the_period() {
    for place in stores().await {
        let office = office(&place.store).await;
        let marks = office.calibrated("set-1", 2, 3, "2026-10-31T19:59:59Z").await;
        office.calibrated("set-2", 1, 5, "2026-10-31T20:00:00Z").await;
        let says = office.says("assessor", &office.about_assessor()).await;
        let agreement = &says["agreement"];
        assert_eq!((agreement.n, agreement.records.as_slice()), (marks, ["set-1".to_owned()].as_slice()));
        // The machine proposed 0 of everything, and nothing of that is in it.
        assert!((agreement.value - 100.0 * (marks - 6) as f64 / marks as f64).abs() < 1e-9, "{agreement:?}");
    }
}

#[tokio::test]
async fn what_was_upheld_is_counted_by_criteria_and_nothing_of_what_was_voided_stands() {
    use Decision::{Changed, Upheld, Voided};
    for place in stores().await {
        let office = office(&place.store).await;
        office.disputed("a-1", OCTOBER, Stands::Changed, &[Upheld, Upheld, Changed]).await;
        office.disputed("a-2", OCTOBER, Stands::Upheld, &[Upheld]).await;
        office.disputed("a-3", OCTOBER, Stands::Voided, &[Upheld, Voided]).await;
        office.disputed("a-4", "2026-10-31T20:00:00Z", Stands::Upheld, &[Upheld]).await;
        keep(&office.desk.store, &office.assessment("a-5", &[]), OCTOBER).await;
        let says = office.says("assessor", &office.about_assessor()).await;
        let records = ["a-1", "a-2", "a-3"].map(str::to_owned).to_vec();
        assert_eq!(says["upheld"], Measured { records, ..Measured::of_figure(50.0, 6) });
    }
}

fn part<'a>(card: &'a Card, code: &str) -> &'a meyar_work::cards::Part {
    card.parts.iter().find(|part| part.indicator.code == code).unwrap()
}

#[tokio::test]
async fn a_card_keeps_what_work_said_and_a_person_enters_what_it_said_too_little_of() {
    for place in stores().await {
        let office = office(&place.store).await;
        let due = "2026-10-31T20:00:00Z";
        office.picks("in-time", 12, due, PickState::Done, OCTOBER).await;
        office.disputed("a-1", OCTOBER, Stands::Upheld, &[Decision::Upheld, Decision::Upheld]).await;
        let about = office.about_assessor();
        let asked = async || {
            let says = office.says("assessor", &about).await;
            office.asked("assessor", "2026-10", vec![(about.clone(), says)])
        };
        office.desk.make_cards(&office.lead, &asked().await, at(NOW)).await.unwrap();
        let cards = office.desk.cards(&office.lead, Some("assessor")).await.unwrap();
        let card = &cards[0];
        let plan = part(card, "plan_done");
        assert_eq!(
            (plan.value, plan.n, plan.records.as_slice()),
            (Some(100.0), Some(12), ["plan-2026-10".to_owned()].as_slice())
        );
        // Two criteria are fewer than five, and there was no calibration: both are left out, as figures are.
        let lacking: Vec<(&str, Lacking)> =
            card.lacking().map(|(part, lacking)| (part.indicator.code.as_str(), lacking)).collect();
        let left_out = [("agreement", Lacking::Value), ("upheld", Lacking::Count), ("discipline", Lacking::Entry)];
        assert_eq!((lacking.as_slice(), card.weight, card.score), (left_out.as_slice(), 30.0, None));
        // What was measured is nobody's to enter; what was not, with its basis, and off the scale as far as a share goes.
        let refused = office.enter(&office.lead, card, &[("plan_done", 90.0)]).await.unwrap_err().to_string();
        assert!(refused.contains("not entered by hand"), "{refused}");
        let bare = [Entered { code: "agreement".into(), value: Some(75.0), note: " ".into() }];
        let refused = office.desk.enter_card(&office.lead, (card.id(), card.version), &bare, "", at(NOW)).await;
        assert!(refused.unwrap_err().to_string().contains("write what the value rests on"));
        let over = office.enter(&office.lead, card, &[("agreement", 101.0)]).await.unwrap_err().to_string();
        assert!(over.contains("write 0 to 100"), "{over}");
        let entered = [("agreement", 75.0), ("upheld", 40.0), ("discipline", 100.0)];
        let card = office.enter(&office.lead, card, &entered).await.unwrap();
        let upheld = part(&card, "upheld");
        assert_eq!(
            (upheld.value, upheld.n, upheld.instead),
            (Some(100.0), Some(2), Some(40.0)),
            "what was measured stays"
        );
        assert_eq!((upheld.entered_by.as_ref(), upheld.entered_at), (Some(&office.lead.person_id), Some(at(NOW))));
        assert!(
            close(card.score, (30.0 * 100.0 + 30.0 * 50.0 + 20.0 * 0.0 + 20.0 * 100.0) / 100.0),
            "{:?}",
            card.score
        );
        let card = office.desk.submit_card(&office.lead, card.id(), card.version, at(NOW)).await.unwrap();
        let card = office.desk.approve_card(&office.head, card.id(), card.version, at(NOW)).await.unwrap();

        // Then the calibration is closed as of October, and a correction measures it: what was entered gives way.
        office.calibrated("set-1", 2, 0, "2026-10-31T10:00:00Z").await;
        let of = (card.id(), card.version);
        let next = office.desk.correct_card(&office.lead, of, "kalibrləmə", &asked().await, at(NOW)).await.unwrap();
        let (agreement, upheld) = (part(&next, "agreement"), part(&next, "upheld"));
        assert_eq!((agreement.counted(), agreement.instead, agreement.note.as_str()), (Some(100.0), None, ""));
        assert_eq!((upheld.counted(), upheld.note.as_str()), (Some(40.0), "təlim vərəqi"));
    }
}

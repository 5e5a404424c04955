//! Recommendations and what came of them, discussions, proposals: every step and every refusal, on every store.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use common::{at, desk, person, stores};
use meyar_work::assessment::{Assessment, Judged, Purpose, State as Stands};
use meyar_work::discussions::{self, Discussion, Outcome};
use meyar_work::proposals::{self, Proposal, Wording};
use meyar_work::recommendations::effect::{Few, Found, Material};
use meyar_work::recommendations::{self, Recommendation, State};
use meyar_work::store::{Filter, Record};
use meyar_work::{Desk, Person, Role, Store, WorkError};
use std::collections::{BTreeSet, HashMap};

const CRITERION: &str = "K05";

struct Office {
    desk: Desk,
    lead: Person,
    head: Person,
    assessor: Person,
    nigar: Person,
    tural: Person,
}

async fn office(store: &Store) -> Office {
    Office {
        desk: desk(store),
        lead: person(store, "orxan", Role::Lead, None).await,
        head: person(store, "rauf", Role::Head, None).await,
        assessor: person(store, "leyla", Role::Assessor, None).await,
        nigar: person(store, "nigar", Role::Representative, Some("T-01")).await,
        tural: person(store, "tural", Role::Representative, Some("T-02")).await,
    }
}

fn judged(desk: &Desk, id: &str, whose: &str, published: DateTime<Utc>, mark: f64) -> Assessment {
    let form = desk.forms.form_for("az", NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()).unwrap();
    let mut one = Assessment::begin(id.into(), &format!("call-{id}"), form, None, "someone", Purpose::Random);
    (one.representative, one.state, one.published_at) = (Some(whose.into()), Stands::Published, Some(published));
    for own in &mut one.marks {
        own.judged = Some(Judged::Marked(if own.criterion == CRITERION { mark } else { 1.0 }));
    }
    one
}

impl Office {
    async fn published(&self, assessment: &Assessment) {
        let mut tx = self.desk.store.begin().await.unwrap();
        tx.insert(assessment, "someone", "publish", assessment.published_at.unwrap()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The assessment `a` of T-01, with a mark that calls for a recommendation.
    async fn ground(&self) {
        self.published(&judged(&self.desk, "a", "T-01", at("2026-11-20T08:00:00Z"), 0.0)).await;
    }

    async fn given(&self) -> Record<Recommendation> {
        self.desk.recommend(&self.lead, new("a", CRITERION, "Yavaş danışın"), at("2026-11-23T08:00:00Z")).await.unwrap()
    }

    async fn told(&self) -> usize {
        self.desk.store.waiting(1000).await.unwrap().len()
    }
}

fn new(assessment: &str, criterion: &str, text: &str) -> recommendations::New {
    recommendations::New {
        assessment_id: assessment.into(),
        criterion: criterion.into(),
        text: text.into(),
        due_on: None,
    }
}

/// The field that was wrong.
fn field<T: std::fmt::Debug>(result: Result<T, WorkError>) -> String {
    match result {
        Err(WorkError::Invalid(invalid)) => invalid.field,
        other => panic!("{other:?}"),
    }
}

fn refused<T>(result: Result<T, WorkError>) -> bool {
    matches!(result, Err(WorkError::Refused(_)))
}

fn missing<T>(result: Result<T, WorkError>) -> bool {
    matches!(result, Err(WorkError::NotFound { .. }))
}

fn stands<T>(result: Result<T, WorkError>) -> bool {
    matches!(result, Err(WorkError::State { .. }))
}

fn changed<T>(result: Result<T, WorkError>) -> bool {
    matches!(result, Err(WorkError::Changed { .. }))
}

#[tokio::test]
async fn a_recommendation_goes_from_hand_to_hand() {
    for place in stores().await {
        let office = office(&place.store).await;
        let desk = &office.desk;
        office.ground().await;
        let given = office.given().await;
        assert_eq!((given.representative.as_str(), given.call_id.as_str()), ("T-01", "call-a"));
        // Ten working days after Monday 23 November, to the end of that day in Baku.
        assert_eq!(given.due_at, at("2026-12-07T20:00:00Z"));
        assert!(!given.is_late(at("2026-12-07T19:59:59Z")) && given.is_late(at("2026-12-07T20:00:00Z")));
        let id = given.recommendation_id.clone();

        let now = at("2026-11-24T08:00:00Z");
        assert!(stands(desk.finish_recommendation(&office.lead, &id, 1, "etdi", now).await), "nobody has read it");
        assert!(missing(desk.see_recommendation(&office.tural, &id, now).await), "it is somebody else's");
        assert!(refused(desk.see_recommendation(&office.lead, &id, now).await));
        assert!(desk.own_recommendations(&office.tural).await.unwrap().is_empty());
        assert_eq!(desk.own_recommendations(&office.nigar).await.unwrap().len(), 1);
        let seen = desk.see_recommendation(&office.nigar, &id, now).await.unwrap();
        assert_eq!((seen.state, seen.seen_at, seen.version), (State::Seen, Some(now), 2));
        let again = desk.see_recommendation(&office.nigar, &id, at("2026-11-25T08:00:00Z")).await.unwrap();
        assert_eq!((again.seen_at, again.version), (Some(now), 2), "seen again, nothing changes");

        assert!(changed(desk.finish_recommendation(&office.lead, &id, 1, "etdi", now).await));
        assert_eq!(field(desk.finish_recommendation(&office.lead, &id, 2, "  ", now).await), "note");
        assert_eq!(field(desk.finish_recommendation(&office.lead, &id, 2, &"ə".repeat(4001), now).await), "note");
        assert!(refused(desk.finish_recommendation(&office.assessor, &id, 2, "etdi", now).await));
        let done = desk.finish_recommendation(&office.head, &id, 2, "məşq edildi", now).await.unwrap();
        assert_eq!(
            (done.state, done.done.as_ref().unwrap().by.as_str()),
            (State::Done, office.head.person_id.as_str())
        );
        assert!(!done.is_open() && !done.is_late(at("2027-12-07T20:00:00Z")));
        assert!(stands(desk.withdraw_recommendation(&office.lead, &id, 3, "səhv", now).await));
        // Without calls there is nothing to measure.
        assert_eq!(
            field(desk.measure_recommendation(&office.lead, &id, 3, "yaxşı", &HashMap::new(), now).await),
            "calls"
        );

        // A step is a version with its author, and it is told.
        let versions = desk.store.versions::<Recommendation>(&id).await.unwrap();
        let steps: Vec<(&str, &str)> =
            versions.iter().map(|one| (one.action.as_str(), one.person_id.as_str())).collect();
        let people = [&office.lead, &office.nigar, &office.head].map(|person| person.person_id.as_str());
        assert_eq!(steps, [("give", people[0]), ("see", people[1]), ("finish", people[2])]);
        assert_eq!(office.told().await, 3);
    }
}

#[tokio::test]
async fn what_cannot_be_recommended_is_refused_by_name() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, now) = (&office.desk, at("2026-11-23T08:00:00Z"));
        office.ground().await;
        let mut draft = judged(desk, "draft", "T-01", now, 0.0);
        draft.state = Stands::Draft;
        office.published(&draft).await;
        let mut voided = judged(desk, "voided", "T-01", now, 0.0);
        voided.state = Stands::Voided;
        office.published(&voided).await;
        let mut compared = judged(desk, "compared", "T-01", now, 0.0);
        compared.purpose = Purpose::Calibration;
        office.published(&compared).await;

        assert!(refused(desk.recommend(&office.assessor, new("a", CRITERION, "x"), now).await));
        assert!(missing(desk.recommend(&office.lead, new("compared", CRITERION, "x"), now).await));
        assert!(refused(desk.recommend(&office.nigar, new("a", CRITERION, "x"), now).await));
        assert!(missing(desk.recommend(&office.lead, new("nothing", CRITERION, "x"), now).await));
        assert!(missing(desk.recommend(&office.lead, new("draft", CRITERION, "x"), now).await));
        assert_eq!(field(desk.recommend(&office.lead, new("voided", CRITERION, "x"), now).await), "assessment");
        assert_eq!(field(desk.recommend(&office.lead, new("a", "K99", "x"), now).await), "criterion");
        assert_eq!(field(desk.recommend(&office.lead, new("a", CRITERION, " "), now).await), "text");
        for day in ["2026-11-22", "2028-01-01"] {
            let due_on = Some(day.parse().unwrap());
            let late = recommendations::New { due_on, ..new("a", CRITERION, "x") };
            assert_eq!(field(desk.recommend(&office.lead, late, now).await), "due_on", "{day}");
        }
        // A lead who answers calls too gives no recommendation to themselves.
        let own = person(&place.store, "ozu", Role::Lead, Some("T-07")).await;
        office.published(&judged(desk, "b", "T-07", now, 0.0)).await;
        assert!(refused(desk.recommend(&own, new("b", CRITERION, "x"), now).await));
        assert_eq!(desk.store.count::<Recommendation>(&Filter::default()).await.unwrap(), 0);

        let today = recommendations::New { due_on: Some("2026-11-23".parse().unwrap()), ..new("a", CRITERION, "x") };
        let given = desk.recommend(&office.lead, today, now).await.unwrap();
        assert_eq!(given.due_at, at("2026-11-23T20:00:00Z"));
        // One open recommendation from one assessment about one criterion.
        assert_eq!(field(desk.recommend(&office.lead, new("a", CRITERION, "y"), now).await), "criterion");
        let id = &given.recommendation_id;
        assert_eq!(field(desk.withdraw_recommendation(&office.lead, id, 1, "", now).await), "reason");
        let withdrawn = desk.withdraw_recommendation(&office.lead, id, 1, "səhvən", now).await.unwrap();
        assert_eq!(withdrawn.state, State::Withdrawn);
        assert!(stands(desk.withdraw_recommendation(&office.lead, id, 2, "yenə", now).await));
        let seen = desk.see_recommendation(&office.nigar, id, now).await.unwrap();
        assert_eq!(seen.state, State::Withdrawn, "what is withdrawn stays so");
        desk.recommend(&office.lead, new("a", CRITERION, "y"), now).await.unwrap();
    }
}

/// Calls of one side: of `n`, `full` with the full mark.
struct Calls(&'static str, bool, usize, usize);

/// Nigar's 4 of 10 before and 8 of 10 after; of two others together 10 of 20 and 12 of 20.
const HAND: [Calls; 6] = [
    Calls("T-01", false, 10, 4),
    Calls("T-01", true, 10, 8),
    Calls("T-02", false, 10, 6),
    Calls("T-02", true, 10, 7),
    Calls("T-03", false, 10, 4),
    Calls("T-03", true, 10, 5),
];

const GIVEN: &str = "2026-11-23T08:00:00Z";

fn material(desk: &Desk, calls: &[Calls]) -> (Material, HashMap<String, DateTime<Utc>>) {
    let mut assessments = Vec::new();
    let mut called = HashMap::new();
    for Calls(who, after, n, full) in calls {
        for place in 0..*n {
            let day = Duration::days(1 + place as i64);
            let published = if *after { at(GIVEN) + day } else { at(GIVEN) - Duration::days(15) + day };
            let id = format!("{who}-{after}-{place}");
            let one = judged(desk, &id, who, published, if place < *full { 1.0 } else { 0.5 });
            called.insert(one.call_id.clone(), published - Duration::hours(1));
            assessments.push(one);
        }
    }
    (Material { assessments, advised: BTreeSet::from(["T-01".to_owned()]), full: 1.0, needed: 10 }, called)
}

async fn recommendation(store: &Store) -> (Office, Recommendation) {
    let office = office(store).await;
    office.ground().await;
    let recommendation = office.given().await.content;
    (office, recommendation)
}

fn close(one: f64, other: f64) {
    assert!((one - other).abs() < 5e-6, "{one} is not {other}");
}

#[tokio::test]
async fn the_effect_is_what_it_is_by_hand() {
    let place = stores().await.remove(0);
    let (office, recommendation) = recommendation(&place.store).await;
    let (material, called) = material(&office.desk, &HAND);
    let effect = material.effect(&recommendation, &called).unwrap();
    let own = effect.own;
    assert_eq!((own.before.n, own.before.full, own.after.n, own.after.full), (10, 4, 10, 8));
    // (4 · 1 + 6 · 0.5) / 10 and (8 · 1 + 2 · 0.5) / 10.
    close(own.before.mean, 0.7);
    close(own.after.mean, 0.9);
    // Wilson: 8 of 10 is 0.490162 … 0.943318, 4 of 10 is 0.168180 … 0.687326; then Newcombe's method 10.
    close(own.difference.value, 0.4);
    close(own.difference.low, -0.022557);
    close(own.difference.high, 0.672544);
    let others = effect.others.unwrap();
    assert_eq!((others.before.n, others.before.full, others.after.n, others.after.full), (20, 10, 20, 12));
    close(others.difference.low, -0.192964);
    close(others.difference.high, 0.370392);
    let beside = effect.beside.unwrap();
    close(beside.value, 0.3);
    close(beside.low, -0.201664);
    close(beside.high, 0.700135);
    assert_eq!((effect.found, effect.other_representatives, effect.undated), (Found::Unsure, 2, 0));
}

#[tokio::test]
async fn only_calls_that_can_be_compared_are() {
    let place = stores().await.remove(0);
    let (office, recommendation) = recommendation(&place.store).await;
    let (whole, called) = material(&office.desk, &HAND);
    let effect = whole.effect(&recommendation, &called).unwrap();

    // Without one call before there are too few, and the sentence can say how many there were.
    let mut fewer = whole.clone();
    fewer.assessments.remove(0);
    assert_eq!(fewer.effect(&recommendation, &called), Err(Few { before: 9, after: 10, needed: 10 }));

    // A call that was spoken before the recommendation and published after it belongs before.
    let mut early = called.clone();
    early.insert("call-T-01-true-0".into(), at(GIVEN) - Duration::days(1));
    assert_eq!(whole.effect(&recommendation, &early), Err(Few { before: 11, after: 9, needed: 10 }));
    // Of one whose time nobody knows nothing is counted.
    early.remove("call-T-01-true-0");
    assert_eq!(whole.effect(&recommendation, &early), Err(Few { before: 10, after: 9, needed: 10 }));

    // What does not apply to a call says nothing of the criterion.
    let mut apart = whole.clone();
    for mark in &mut apart.assessments[0].marks {
        mark.judged = Some(Judged::NotApplicable);
    }
    assert!(apart.effect(&recommendation, &called).is_err());

    // Who was advised too is no comparison; when nobody is left, the change stands alone.
    let mut advised = whole.clone();
    advised.advised.extend(["T-02".to_owned(), "T-03".to_owned()]);
    let alone = advised.effect(&recommendation, &called).unwrap();
    assert_eq!((alone.own, alone.others, alone.beside, alone.other_representatives), (effect.own, None, None, 0));

    // Others' calls from before the own time are left out.
    let mut long = whole.clone();
    for place in 0..5 {
        long.assessments.push(judged(&office.desk, &format!("old-{place}"), "T-02", at("2026-06-01T08:00:00Z"), 0.0));
    }
    assert_eq!(long.effect(&recommendation, &called).unwrap().others, effect.others);

    // Everything better, and everything worse.
    let (rising, called) = material(&office.desk, &[Calls("T-01", false, 20, 2), Calls("T-01", true, 20, 19)]);
    assert_eq!(rising.effect(&recommendation, &called).unwrap().found, Found::Rose);
    let (falling, called) = material(&office.desk, &[Calls("T-01", false, 20, 19), Calls("T-01", true, 20, 2)]);
    assert_eq!(falling.effect(&recommendation, &called).unwrap().found, Found::Fell);
}

/// Whatever is chosen by more than chance, by another form, or is not there any more, is not even material.
#[tokio::test]
async fn what_is_no_random_call_of_the_same_form_is_no_material() {
    for place in stores().await {
        let (office, recommendation) = recommendation(&place.store).await;
        let published = at("2026-11-21T08:00:00Z");
        let plain = judged(&office.desk, "plain", "T-01", published, 1.0);
        let risk = Assessment { assessment_id: "risk".into(), purpose: Purpose::Risk, ..plain.clone() };
        let voided = Assessment { assessment_id: "voided".into(), state: Stands::Voided, ..plain.clone() };
        let draft = Assessment { assessment_id: "draft".into(), state: Stands::Draft, ..plain.clone() };
        let mut other = Assessment { assessment_id: "other".into(), ..plain.clone() };
        other.form.version.push_str(".1");
        for one in [&plain, &risk, &voided, &draft, &other] {
            office.published(one).await;
        }
        let material = office.desk.material(&recommendation, at("2026-12-01T08:00:00Z")).await.unwrap();
        let kept: Vec<&str> = material.assessments.iter().map(|one| one.assessment_id.as_str()).collect();
        assert_eq!(kept, ["plain"], "nor the one that the recommendation rests on");
        assert_eq!((material.full, material.needed), (1.0, 10));
        assert!(material.undecided(&recommendation).is_empty());
        assert_eq!(material.advised, BTreeSet::from(["T-01".to_owned()]));
    }
}

/// Laws: the difference lies in its interval and in −1 … 1; shuffled calls say the same; unchanged shares are never a finding.
#[tokio::test]
async fn effects_keep_their_laws() {
    let place = stores().await.remove(0);
    let (office, recommendation) = recommendation(&place.store).await;
    for (before, after) in [(0, 0), (0, 12), (12, 12), (12, 0), (5, 7), (7, 5), (1, 11)] {
        let calls = [Calls("T-01", false, 12, before), Calls("T-01", true, 12, after)];
        let others = [Calls("T-02", false, 12, after), Calls("T-02", true, 12, before)];
        let all: Vec<Calls> = calls.into_iter().chain(others).collect();
        let (mut material, called) = material(&office.desk, &all);
        let effect = material.effect(&recommendation, &called).unwrap();
        for difference in [effect.own.difference, effect.others.unwrap().difference] {
            assert!(difference.low <= difference.value && difference.value <= difference.high, "{difference:?}");
            assert!(
                (-1.0..=1.0).contains(&difference.low) && (-1.0..=1.0).contains(&difference.high),
                "{difference:?}"
            );
        }
        let beside = effect.beside.unwrap();
        close(beside.value, 2.0 * effect.own.difference.value);
        // Two uncertain differences are less certain than one.
        assert!(beside.high - beside.low > effect.own.difference.high - effect.own.difference.low);
        if before == after {
            assert_eq!(effect.found, Found::Unsure);
        }
        material.assessments.reverse();
        assert_eq!(material.effect(&recommendation, &called).unwrap(), effect);
    }
}

#[tokio::test]
async fn what_was_found_is_written_down_once() {
    for place in stores().await {
        let office = office(&place.store).await;
        let desk = &office.desk;
        office.ground().await;
        let given = office.given().await;
        let id = given.recommendation_id.clone();
        let (material, called) = material(desk, &HAND);
        for one in &material.assessments {
            office.published(one).await;
        }
        let now = at("2026-12-15T08:00:00Z");
        assert!(stands(desk.measure_recommendation(&office.lead, &id, 1, "yaxşı", &called, now).await));
        desk.see_recommendation(&office.nigar, &id, now).await.unwrap();
        desk.finish_recommendation(&office.lead, &id, 2, "məşq edildi", now).await.unwrap();
        let stored = desk.material(&given, now).await.unwrap();
        assert_eq!(stored.undecided(&given).len(), 30);
        assert_eq!(field(desk.measure_recommendation(&office.lead, &id, 3, " ", &called, now).await), "conclusion");
        let measured = desk.measure_recommendation(&office.lead, &id, 3, "hələ bilinmir", &called, now).await.unwrap();
        let found = measured.measured.as_ref().unwrap();
        assert_eq!((measured.state, found.effect.found), (State::Measured, Found::Unsure));
        assert_eq!(found.effect, material.effect(&given, &called).unwrap());
        assert!(stands(desk.measure_recommendation(&office.lead, &id, 4, "yenə", &called, now).await));
        // Read from the store it is what was written.
        assert_eq!(desk.store.get::<Recommendation>(&id).await.unwrap().content, measured.content);
    }
}

fn meeting(representative: &str) -> discussions::New {
    discussions::New {
        representative: representative.into(),
        held_on: "2026-11-24".parse().unwrap(),
        assessments: vec!["a".into()],
        recommendations: Vec::new(),
        attended: Vec::new(),
        said_by_sector: "K05 üzrə nümunələr dinlənildi".into(),
        said_by_representative: "Növbədə tək idim".into(),
        outcome: Outcome::Agreed,
    }
}

#[tokio::test]
async fn a_discussion_is_confirmed_by_the_representative_alone() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, now) = (&office.desk, at("2026-11-25T08:00:00Z"));
        office.ground().await;
        let given = office.given().await;
        let whole = || discussions::New {
            recommendations: vec![given.recommendation_id.clone()],
            attended: vec![office.lead.person_id.clone(), office.assessor.person_id.clone()],
            ..meeting("T-01")
        };
        assert!(refused(desk.hold_discussion(&office.assessor, whole(), now).await));
        let held = async |new| field(desk.hold_discussion(&office.lead, new, now).await);
        assert_eq!(held(discussions::New { representative: "T-99".into(), ..whole() }).await, "representative");
        assert_eq!(held(discussions::New { held_on: "2026-11-26".parse().unwrap(), ..whole() }).await, "held_on");
        assert_eq!(held(discussions::New { assessments: vec!["b".into()], ..whole() }).await, "assessments");
        assert_eq!(held(discussions::New { representative: "T-02".into(), ..whole() }).await, "assessments");
        assert_eq!(held(discussions::New { recommendations: vec!["b".into()], ..whole() }).await, "recommendations");
        let nothing = discussions::New { assessments: vec![], recommendations: vec![], ..whole() };
        assert_eq!(held(nothing).await, "assessments");
        assert_eq!(held(discussions::New { attended: vec![], ..whole() }).await, "attended");
        assert_eq!(held(discussions::New { attended: vec!["nobody".into()], ..whole() }).await, "attended");
        assert_eq!(held(discussions::New { said_by_sector: " ".into(), ..whole() }).await, "said_by_sector");
        assert_eq!(
            held(discussions::New { said_by_representative: String::new(), ..whole() }).await,
            "said_by_representative"
        );

        let record = desk.hold_discussion(&office.lead, whole(), now).await.unwrap();
        let id = record.discussion_id.clone();
        let answer = |person, seen, outcome, text| desk.answer_discussion(person, &id, seen, outcome, text, now);
        assert!(stands(desk.close_discussion(&office.lead, &id, 1, "", now).await), "it is not answered");
        assert!(missing(answer(&office.tural, 1, Outcome::Agreed, "").await));
        assert!(refused(answer(&office.lead, 1, Outcome::Agreed, "").await));
        assert!(changed(answer(&office.nigar, 7, Outcome::Agreed, "").await));
        assert_eq!(field(answer(&office.nigar, 1, Outcome::Objected, " ").await), "answer");
        assert!(desk.own_discussions(&office.tural).await.unwrap().is_empty());
        let objected = answer(&office.nigar, 1, Outcome::Objected, "belə deməmişəm").await.unwrap();
        assert_eq!(objected.state, discussions::State::Objected);
        assert!(stands(answer(&office.nigar, 2, Outcome::Agreed, "").await), "one word is said once");
        assert_eq!(field(desk.close_discussion(&office.head, &id, 2, "", now).await), "note");
        let closed = desk.close_discussion(&office.head, &id, 2, "yazı düzəldilib", now).await.unwrap();
        assert!(!closed.is_open());
        assert!(stands(desk.close_discussion(&office.head, &id, 3, "yenə", now).await));

        // Agreed, it is closed without a word.
        let record = desk.hold_discussion(&office.lead, whole(), now).await.unwrap();
        let id = record.discussion_id.clone();
        let agreed = desk.answer_discussion(&office.nigar, &id, 1, Outcome::Agreed, "", now).await.unwrap();
        assert_eq!(agreed.state, discussions::State::Confirmed);
        desk.close_discussion(&office.lead, &id, 2, "", now).await.unwrap();
        let actions: Vec<String> =
            desk.store.versions::<Discussion>(&id).await.unwrap().into_iter().map(|one| one.action).collect();
        assert_eq!(actions, ["hold", "confirm", "close"]);
        assert_eq!(desk.own_discussions(&office.nigar).await.unwrap().len(), 2);
    }
}

fn wording() -> Wording {
    Wording {
        title: "Gözləmə musiqisinə növbədəki yer əlavə edilsin".into(),
        text: "Gözləyənlər növbədə neçənci olduqlarını bilmirlər.".into(),
        based_on: vec!["service_level".into(), "  ".into(), "/assessments/a".into()],
        addressee: "İT sektoru".into(),
        due_on: "2026-12-10".parse().unwrap(),
    }
}

#[tokio::test]
async fn a_proposal_is_decided_by_somebody_else() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, now) = (&office.desk, at("2026-11-25T08:00:00Z"));
        assert!(refused(desk.propose(&office.assessor, wording(), now).await));
        let draft = async |wording| field(desk.propose(&office.lead, wording, now).await);
        assert_eq!(draft(Wording { title: " ".into(), ..wording() }).await, "title");
        assert_eq!(draft(Wording { title: "ə".repeat(201), ..wording() }).await, "title");
        assert_eq!(draft(Wording { text: String::new(), ..wording() }).await, "text");
        assert_eq!(draft(Wording { addressee: String::new(), ..wording() }).await, "addressee");
        assert_eq!(draft(Wording { based_on: vec![" ".into()], ..wording() }).await, "based_on");
        assert_eq!(draft(Wording { due_on: "2026-11-24".parse().unwrap(), ..wording() }).await, "due_on");

        let made = desk.propose(&office.lead, wording(), now).await.unwrap();
        assert_eq!(made.wording.based_on, ["service_level", "/assessments/a"]);
        let id = made.proposal_id.clone();
        let shorter = Wording { title: "Növbədəki yer deyilsin".into(), ..wording() };
        let reworded = desk.reword_proposal(&office.lead, &id, 1, shorter.clone(), now).await.unwrap();
        assert_eq!(reworded.wording.title, shorter.title);
        assert!(changed(desk.reword_proposal(&office.lead, &id, 1, shorter.clone(), now).await));
        let decide = |person, seen, text| desk.decide_proposal(person, &id, seen, true, text, now);
        assert!(stands(decide(&office.head, 2, "bəli").await), "it is not sent");
        let sent = desk.send_proposal(&office.lead, &id, 2, now).await.unwrap();
        assert!(
            sent.is_open() && sent.is_late(at("2026-12-10T20:00:00Z")) && !sent.is_late(at("2026-12-10T19:59:59Z"))
        );
        assert!(stands(desk.send_proposal(&office.lead, &id, 3, now).await));
        assert!(stands(desk.reword_proposal(&office.lead, &id, 3, shorter, now).await), "what was sent stays");
        assert!(refused(decide(&office.lead, 3, "bəli").await), "a lead decides nothing");
        assert_eq!(field(decide(&office.head, 3, " ").await), "decision_text");
        assert!(changed(decide(&office.head, 2, "bəli").await));
        assert!(stands(desk.note_effect(&office.lead, &id, 3, "azaldı", now).await));
        let accepted = decide(&office.head, 3, "razıyam").await.unwrap();
        assert_eq!(accepted.state, proposals::State::Accepted);
        assert!(stands(decide(&office.head, 4, "bəli").await));
        assert_eq!(field(desk.note_effect(&office.lead, &id, 4, "", now).await), "effect");
        let noted = desk.note_effect(&office.lead, &id, 4, "imtinalar azaldı", now).await.unwrap();
        assert_eq!(noted.state, proposals::State::EffectNoted);
        let actions: Vec<String> =
            desk.store.versions::<Proposal>(&id).await.unwrap().into_iter().map(|one| one.action).collect();
        assert_eq!(actions, ["draft", "reword", "send", "accept", "note_effect"]);
    }
}

#[tokio::test]
async fn whoever_had_a_hand_in_a_proposal_does_not_decide_it() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, now) = (&office.desk, at("2026-11-25T08:00:00Z"));
        let other = person(&place.store, "samir", Role::Head, None).await;
        // Made by the head, reworded by the head, sent by the head: each is a hand in it.
        let made = desk.propose(&office.head, wording(), now).await.unwrap();
        desk.send_proposal(&office.lead, &made.proposal_id, 1, now).await.unwrap();
        let reworded = desk.propose(&office.lead, wording(), now).await.unwrap();
        desk.reword_proposal(&office.head, &reworded.proposal_id, 1, wording(), now).await.unwrap();
        desk.send_proposal(&office.lead, &reworded.proposal_id, 2, now).await.unwrap();
        let sent = desk.propose(&office.lead, wording(), now).await.unwrap();
        desk.send_proposal(&office.head, &sent.proposal_id, 1, now).await.unwrap();
        for id in [&made.proposal_id, &reworded.proposal_id, &sent.proposal_id] {
            let seen = desk.store.get::<Proposal>(id).await.unwrap().version;
            assert!(refused(desk.decide_proposal(&office.head, id, seen, true, "bəli", now).await));
            let no = desk.decide_proposal(&other, id, seen, false, "vəsait yoxdur", now).await.unwrap();
            assert_eq!(no.state, proposals::State::Refused);
            assert!(stands(desk.note_effect(&office.lead, id, seen + 1, "azaldı", now).await));
        }
    }
}

#[tokio::test]
async fn of_two_who_step_at_once_one_is_told() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, now) = (&office.desk, at("2026-11-25T08:00:00Z"));
        office.ground().await;
        let id = office.given().await.recommendation_id.clone();
        let (one, other) = tokio::join!(
            desk.withdraw_recommendation(&office.lead, &id, 1, "bir", now),
            desk.withdraw_recommendation(&office.head, &id, 1, "iki", now)
        );
        assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1, "{one:?} {other:?}");
        assert!(changed(if one.is_ok() { other } else { one }));
        assert_eq!(desk.store.get::<Recommendation>(&id).await.unwrap().version, 2);
        // What was not saved was not told either.
        assert_eq!(office.told().await, 2);
    }
}

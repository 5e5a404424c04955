//! Result cards from the draft to the correction, on every store: who may do which step, and what is frozen.
#![allow(clippy::unwrap_used)]

mod common;
#[path = "cards/measures.rs"]
mod measures;

use common::{at, desk, person, stores};
use meyar_work::access::Asked;
use meyar_work::cards::{About, Card, CardForms, CardPeriod, CardState, Entered, Lacking, Measured, NewCards};
use meyar_work::store::{Kept, Record};
use meyar_work::{Desk, Person, Role, Store, WorkError};
use std::collections::BTreeMap;

struct Office {
    desk: Desk,
    forms: CardForms,
    lead: Person,
    head: Person,
    other_head: Person,
    assessor: Person,
    representative: Person,
}

async fn office(store: &Store) -> Office {
    Office {
        desk: desk(store),
        forms: CardForms::load(None).unwrap(),
        lead: person(store, "orxan", Role::Lead, None).await,
        head: person(store, "rauf", Role::Head, None).await,
        other_head: person(store, "samir", Role::Head, None).await,
        assessor: person(store, "leyla", Role::Assessor, None).await,
        representative: person(store, "nigar", Role::Representative, Some("T-00")).await,
    }
}

const NOW: &str = "2026-11-03T06:00:00Z";

fn measured(score: f64, n: u64) -> BTreeMap<String, Measured> {
    BTreeMap::from([
        ("listening".to_owned(), Measured::of_figure(score, n)),
        ("handle_time".to_owned(), Measured::of_figure(300.0, 400)),
        // Named by no indicator: it comes into nothing.
        ("machine_score".to_owned(), Measured::of_figure(0.0, 900)),
    ])
}

impl Office {
    fn asked(&self, position: &str, period: &str, about: Vec<(About, BTreeMap<String, Measured>)>) -> NewCards<'_> {
        let period: CardPeriod = period.parse().unwrap();
        NewCards {
            form: self.forms.on(position, period.last()).unwrap(),
            period,
            at: at(NOW),
            lake: BTreeMap::from([("assessments".to_owned(), 7)]),
            sql: BTreeMap::from([("assessments_by_representative".to_owned(), "abc".to_owned())]),
            about,
        }
    }

    fn october(&self, score: f64) -> NewCards<'_> {
        let own = About { representative: Some("T-00".into()), person_id: Some(self.representative.person_id.clone()) };
        let other = About { representative: Some("T-01".into()), person_id: None };
        self.asked("representative", "2026-10", vec![(own, measured(score, 6)), (other, measured(90.0, 3))])
    }

    async fn made(&self) -> Vec<Record<Card>> {
        self.desk.make_cards(&self.lead, &self.october(80.0), at(NOW)).await.unwrap();
        self.desk.cards(&self.lead, Some("representative")).await.unwrap()
    }

    async fn enter(
        &self,
        who: &Person,
        card: &Record<Card>,
        values: &[(&str, f64)],
    ) -> Result<Record<Card>, WorkError> {
        let entered: Vec<Entered> = values
            .iter()
            .map(|(code, value)| Entered { code: (*code).into(), value: Some(*value), note: "təlim vərəqi".into() })
            .collect();
        self.desk.enter_card(who, (card.id(), card.version), &entered, "", at(NOW)).await
    }

    /// T-00's card, approved.
    async fn approved(&self) -> Record<Card> {
        let cards = self.made().await;
        let card = self.enter(&self.lead, &cards[0], &[("knowledge", 80.0), ("discipline", 100.0)]).await.unwrap();
        let card = self.desk.submit_card(&self.lead, card.id(), card.version, at(NOW)).await.unwrap();
        self.desk.approve_card(&self.head, card.id(), card.version, at(NOW)).await.unwrap()
    }
}

fn close(one: Option<f64>, other: f64) -> bool {
    one.is_some_and(|one| (one - other).abs() < 1e-9)
}

#[tokio::test]
async fn cards_of_a_period_are_made_at_once_and_each_once() {
    for place in stores().await {
        let office = office(&place.store).await;
        let refused = office.desk.make_cards(&office.assessor, &office.october(80.0), at(NOW)).await;
        assert!(matches!(refused, Err(WorkError::Refused("cards"))));
        let early = office.desk.make_cards(&office.lead, &office.october(80.0), at("2026-10-31T06:00:00Z")).await;
        assert!(early.unwrap_err().to_string().contains("not over yet"));
        let made = office.desk.make_cards(&office.lead, &office.october(80.0), at(NOW)).await.unwrap();
        assert_eq!((made.made, made.there), (2, 0));
        // What a figure says later changes no card that is there.
        let again = office.desk.make_cards(&office.lead, &office.october(10.0), at(NOW)).await.unwrap();
        assert_eq!((again.made, again.there), (0, 2));

        let cards = office.desk.cards(&office.head, None).await.unwrap();
        let [own, other] = cards.as_slice() else { panic!("{cards:?}") };
        // 80 of 50…100 are 60 points of weight 40; 300 s of 420…180 are 50 of weight 10.
        assert_eq!((own.representative.as_deref(), own.weight), (Some("T-00"), 50.0));
        assert!(close(own.score, (40.0 * 60.0 + 10.0 * 50.0) / 50.0), "{:?}", own.score);
        assert!(own.parts.iter().all(|part| part.indicator.code != "machine_score"));
        // Three random assessments are fewer than four: the rest is no half of the weight, so there is no score.
        let lacking: Vec<(&str, Lacking)> =
            other.lacking().map(|(part, lacking)| (part.indicator.code.as_str(), lacking)).collect();
        assert!(lacking.contains(&("listening", Lacking::Count)) && lacking.contains(&("discipline", Lacking::Entry)));
        assert!(lacking.contains(&("calls_per_day", Lacking::Value)), "{lacking:?}");
        assert_eq!((other.score, other.weight), (None, 10.0));
        assert!(office.desk.submit_card(&office.lead, other.id(), other.version, at(NOW)).await.is_err());
        // What each step says is told, and one entry of the log stands for all that were made.
        let told = place.store.waiting(100).await.unwrap();
        assert_eq!(told.iter().filter(|told| told.subject == "qa.records").count(), 2);
        let log = place.store.access_log(&Asked { object_kind: Some("card"), ..Asked::default() }).await.unwrap();
        assert_eq!(log[1].entry.detail.as_deref(), Some("drafted 2, 0 were there"));
    }
}

#[tokio::test]
async fn what_people_enter_stands_with_their_names_and_inside_the_scale() {
    for place in stores().await {
        let office = office(&place.store).await;
        let cards = office.made().await;
        let card = &cards[0];
        for (code, value, why) in [
            ("listening", 99.0, "not entered by hand"),
            ("king", 1.0, "not entered by hand"),
            ("discipline", 101.0, "outside of the scale"),
            ("discipline", f64::NAN, "outside of the scale"),
        ] {
            let refused = office.enter(&office.lead, card, &[(code, value)]).await.unwrap_err().to_string();
            assert!(refused.contains(why), "{refused}");
        }
        let card = office.enter(&office.lead, card, &[("knowledge", 80.0), ("discipline", 100.0)]).await.unwrap();
        let part = card.parts.iter().find(|part| part.indicator.code == "knowledge").unwrap();
        assert_eq!((part.entered_by.as_ref(), part.counted()), (Some(&office.lead.person_id), Some(80.0)));
        assert!(close(card.score, (40.0 * 60.0 + 10.0 * 50.0 + 15.0 * 80.0 + 15.0 * 100.0) / 80.0));
        // Somebody who saves the same keeps the first one's name; over an old version nothing is saved.
        let again = office.enter(&office.head, &card, &[("knowledge", 80.0), ("discipline", 90.0)]).await.unwrap();
        let who = |code: &str| again.parts.iter().find(|part| part.indicator.code == code).unwrap().entered_by.clone();
        assert_eq!(
            (who("knowledge"), who("discipline")),
            (Some(office.lead.person_id.clone()), Some(office.head.person_id.clone()))
        );
        let old = office.enter(&office.lead, &card, &[("discipline", 10.0)]).await;
        assert!(matches!(old, Err(WorkError::Changed { .. })), "{old:?}");
    }
}

#[tokio::test]
async fn whoever_made_a_card_does_not_approve_it() {
    for place in stores().await {
        let office = office(&place.store).await;
        let cards = office.made().await;
        // A head had a hand in it.
        let card = office.enter(&office.head, &cards[0], &[("discipline", 90.0)]).await.unwrap();
        let draft = office.desk.approve_card(&office.other_head, card.id(), card.version, at(NOW)).await;
        assert!(matches!(draft, Err(WorkError::State { .. })), "{draft:?}");
        let card = office.desk.submit_card(&office.lead, card.id(), card.version, at(NOW)).await.unwrap();
        for (who, right) in
            [(&office.lead, "cards_approve"), (&office.head, "approving a card that one made, or that is one's own")]
        {
            let refused = office.desk.approve_card(who, card.id(), card.version, at(NOW)).await;
            assert!(matches!(refused, Err(WorkError::Refused(why)) if why == right), "{refused:?}");
        }
        let no_reason = office.desk.return_card(&office.other_head, card.id(), card.version, "  ", at(NOW)).await;
        assert!(no_reason.unwrap_err().to_string().contains("write why"));
        let card = office
            .desk
            .return_card(&office.other_head, card.id(), card.version, "intizam əsaslandırılsın", at(NOW))
            .await
            .unwrap();
        assert_eq!((card.state, card.return_reason.as_str()), (CardState::Returned, "intizam əsaslandırılsın"));
        let card = office.desk.submit_card(&office.lead, card.id(), card.version, at(NOW)).await.unwrap();
        let stale = office.desk.approve_card(&office.other_head, card.id(), card.version - 1, at(NOW)).await;
        assert!(matches!(stale, Err(WorkError::Changed { .. })));
        let card = office.desk.approve_card(&office.other_head, card.id(), card.version, at(NOW)).await.unwrap();
        assert_eq!(card.approved_by.as_ref(), Some(&office.other_head.person_id));
        // Frozen: neither entered nor returned nor approved again.
        let states = [
            office.enter(&office.lead, &card, &[("discipline", 1.0)]).await.err(),
            office.desk.return_card(&office.other_head, card.id(), card.version, "x", at(NOW)).await.err(),
            office.desk.approve_card(&office.other_head, card.id(), card.version, at(NOW)).await.err(),
            office.desk.submit_card(&office.lead, card.id(), card.version, at(NOW)).await.err(),
        ];
        assert!(states.iter().all(|error| matches!(error, Some(WorkError::State { .. }))), "{states:?}");
    }
}

#[tokio::test]
async fn whom_it_is_about_sees_it_when_it_is_approved_and_nobody_elses() {
    for place in stores().await {
        let office = office(&place.store).await;
        let cards = office.made().await;
        assert!(office.desk.own_cards(&office.representative).await.unwrap().is_empty(), "a draft is nobody's to see");
        let unseen = office.desk.own_card(&office.representative, cards[0].id()).await;
        assert!(matches!(unseen, Err(WorkError::NotFound { .. })));
        let card = office.approved().await;
        let own = office.desk.own_cards(&office.representative).await.unwrap();
        assert_eq!(own.iter().map(|card| card.id()).collect::<Vec<_>>(), [card.id()]);
        let other = office.desk.own_card(&office.representative, cards[1].id()).await;
        assert!(matches!(other, Err(WorkError::NotFound { .. })));
        assert!(matches!(office.desk.own_cards(&office.lead).await, Err(WorkError::Refused("own_cards"))));
        let read = office.desk.acknowledge_card(&office.representative, card.id(), at(NOW)).await.unwrap();
        assert_eq!((read.state, read.acknowledged_at), (CardState::Acknowledged, Some(at(NOW))));
        let again = office.desk.acknowledge_card(&office.representative, card.id(), at(NOW)).await;
        assert!(matches!(again, Err(WorkError::State { .. })));
    }
}

#[tokio::test]
async fn a_correction_is_the_next_edition_and_replaces_the_one_before_when_it_is_approved() {
    for place in stores().await {
        let office = office(&place.store).await;
        let card = office.approved().await;
        let asked = office.october(60.0);
        let of = (card.id(), card.version);
        let no_reason = office.desk.correct_card(&office.lead, of, "", &asked, at(NOW)).await;
        assert!(no_reason.unwrap_err().to_string().contains("write why"));
        let next = office.desk.correct_card(&office.lead, of, "bir qiymət ləğv edildi", &asked, at(NOW)).await.unwrap();
        assert_eq!((next.edition, next.corrects.as_deref(), next.state), (2, Some(card.id()), CardState::Drafted));
        let of_next = |code: &str| next.parts.iter().find(|part| part.indicator.code == code).unwrap().counted();
        // Figures are asked again; what people entered stays.
        assert_eq!((of_next("listening"), of_next("knowledge")), (Some(60.0), Some(80.0)));
        let twice = office.desk.correct_card(&office.lead, of, "yenə", &asked, at(NOW)).await;
        assert!(matches!(twice, Err(WorkError::State { .. })), "{twice:?}");
        // The one before stands until the head has approved the next.
        assert_eq!(office.desk.store.get::<Card>(card.id()).await.unwrap().state, CardState::Approved);
        let next = office.desk.submit_card(&office.lead, next.id(), next.version, at(NOW)).await.unwrap();
        office.desk.approve_card(&office.head, next.id(), next.version, at(NOW)).await.unwrap();
        let before = office.desk.store.get::<Card>(card.id()).await.unwrap();
        assert_eq!((before.state, before.score), (CardState::Replaced, card.score), "what it said stays");
        let versions = office.desk.store.versions::<Card>(card.id()).await.unwrap();
        let steps: Vec<&str> = versions.iter().map(|version| version.action.as_str()).collect();
        assert_eq!(steps, ["draft", "enter", "submit", "approve", "replace"]);
        place.store.check_access_log().await.unwrap();
    }
}

#[tokio::test]
async fn nobody_has_a_hand_in_a_card_of_their_own() {
    for place in stores().await {
        let office = office(&place.store).await;
        // Leads are rated too, by a form of the centre's own.
        let text = include_str!("../data/result_cards.toml").replace("role = \"assessor\"", "role = \"lead\"");
        let forms = CardForms::parse(&text).unwrap();
        let period: CardPeriod = "2026-Q3".parse().unwrap();
        let about = |person: &Person| {
            (About { representative: None, person_id: Some(person.person_id.clone()) }, BTreeMap::new())
        };
        let new = NewCards {
            form: forms.on("assessor", period.last()).unwrap(),
            period,
            at: at(NOW),
            lake: BTreeMap::new(),
            sql: BTreeMap::new(),
            about: vec![about(&office.lead), about(&office.head)],
        };
        let made = office.desk.make_cards(&office.lead, &new, at(NOW)).await.unwrap();
        assert_eq!(made.made, 1, "nobody makes their own");
        let made = office.desk.make_cards(&office.other_head, &new, at(NOW)).await.unwrap();
        assert_eq!((made.made, made.there), (1, 1));
        let cards = office.desk.cards(&office.lead, None).await.unwrap();
        let own = cards.iter().find(|card| card.person_id.as_ref() == Some(&office.lead.person_id)).unwrap();
        let refused = office.enter(&office.lead, own, &[("discipline", 100.0)]).await;
        assert!(matches!(refused, Err(WorkError::Refused(_))), "{refused:?}");
    }
}

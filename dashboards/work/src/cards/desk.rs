//! The steps of result cards: each is checked against the rights, and kept, logged and told in one commit.

use super::{About, Card, CardForm, CardPeriod, CardState, Entered, Measured, Source};
use crate::access::{Actor, Entry};
use crate::desk::{Desk, not_own};
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::rights::Right;
use crate::store::{Filter, Kept as _, Record};
use crate::{terms, told};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// What cards are made of: asked once, for everybody.
#[derive(Debug, Clone)]
pub struct NewCards<'a> {
    pub form: &'a CardForm,
    pub period: CardPeriod,
    /// When the figures and the store were asked, and the lake's versions then.
    pub at: DateTime<Utc>,
    pub lake: BTreeMap<String, u64>,
    /// Figure → hash of its SQL.
    pub sql: BTreeMap<String, String>,
    /// Whom they are about, with what the figures and the store say of them by indicator.
    pub about: Vec<(About, BTreeMap<String, Measured>)>,
}

/// How many were made, and how many were there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    pub made: usize,
    pub there: usize,
}

impl Desk {
    /// A card for everybody of a position who has none of that period yet. All of them, or nothing.
    pub async fn make_cards(&self, person: &Person, new: &NewCards<'_>, at: DateTime<Utc>) -> Result<Made> {
        self.must(person, Right::Cards)?;
        if new.period.last() >= terms::day(at) {
            let period = new.period.to_string();
            return Err(WorkError::invalid("period", period, "is not over yet", "choose one that is over"));
        }
        if new.about.is_empty() {
            let period = new.period.to_string();
            return Err(WorkError::invalid("period", period, "has nobody of that position", "choose another one"));
        }
        let of_position = Filter { parent: Some(&new.form.position), ..Filter::default() };
        let there: Vec<Record<Card>> = self.store.list(&of_position).await?;
        let there: BTreeSet<&str> = there.iter().map(|card| card.card_id.as_str()).collect();
        let mut made = Made { made: 0, there: 0 };
        let mut tx = self.store.begin().await?;
        for (about, measured) in &new.about {
            // Nobody makes their own.
            if about.person_id.as_ref() == Some(&person.person_id) {
                continue;
            }
            let card = Card::draft(new.form, new.period, about.clone(), measured, new, &person.person_id);
            if there.contains(card.card_id.as_str()) {
                made.there += 1;
                continue;
            }
            let record = tx.insert(&card, &person.person_id, "draft", at).await?;
            told::record(&mut tx, &record, person, "draft", at).await?;
            made.made += 1;
        }
        let of = format!("{} {}", new.form.position, new.period);
        let detail = format!("drafted {}, {} were there", made.made, made.there);
        tx.log(&Actor::from(person), &Entry::change(Card::KIND, &of, &detail), at).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Cards of a position: newest period first, then by whom they are about.
    pub async fn cards(&self, person: &Person, position: Option<&str>) -> Result<Vec<Record<Card>>> {
        if !self.may(person, Right::CardsApprove) {
            self.must(person, Right::Cards)?;
        }
        let mut all: Vec<Record<Card>> = self.store.list(&Filter { parent: position, ..Filter::default() }).await?;
        all.sort_by(|one, other| {
            let key = |card: &Record<Card>| (card.period.last(), card.period.months());
            let newest = key(other).cmp(&key(one));
            newest.then_with(|| (one.about(), one.edition).cmp(&(other.about(), other.edition)))
        });
        Ok(all)
    }

    async fn card_to_fill(&self, person: &Person, id: &str, seen: i64) -> Result<Record<Card>> {
        self.must(person, Right::Cards)?;
        let card = self.seen::<Card>(id, seen).await?;
        not_about(person, &card)?;
        Ok(card)
    }

    pub async fn enter_card(
        &self,
        person: &Person,
        (id, seen): (&str, i64),
        entered: &[Entered],
        comment: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Card>> {
        let mut card = self.card_to_fill(person, id, seen).await?;
        card.content.enter(entered, comment, &person.person_id, at)?;
        self.step(person, card, "enter", at).await
    }

    pub async fn submit_card(&self, person: &Person, id: &str, seen: i64, at: DateTime<Utc>) -> Result<Record<Card>> {
        let mut card = self.card_to_fill(person, id, seen).await?;
        card.content.submit(&person.person_id, at)?;
        self.step(person, card, "submit", at).await
    }

    /// By the head, of what somebody else made. The edition before it is replaced in the same commit.
    pub async fn approve_card(&self, person: &Person, id: &str, seen: i64, at: DateTime<Utc>) -> Result<Record<Card>> {
        self.must(person, Right::CardsApprove)?;
        let mut card = self.seen::<Card>(id, seen).await?;
        not_about(person, &card)?;
        card.content.approve(&person.person_id, at)?;
        let before = match card.corrects.clone() {
            Some(before) => {
                let mut before = self.store.get::<Card>(&before).await?;
                before.content.replace()?;
                Some(before)
            }
            None => None,
        };
        let mut tx = self.store.begin().await?;
        for (mut record, action) in before.map(|before| (before, "replace")).into_iter().chain([(card, "approve")]) {
            tx.save(&mut record, &person.person_id, action, at).await?;
            tx.log(&Actor::from(person), &Entry::change(Card::KIND, record.id(), action), at).await?;
            told::record(&mut tx, &record, person, action, at).await?;
        }
        tx.commit().await?;
        self.store.get(id).await
    }

    pub async fn return_card(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        why: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Card>> {
        self.must(person, Right::CardsApprove)?;
        let mut card = self.seen::<Card>(id, seen).await?;
        not_about(person, &card)?;
        card.content.send_back(why, &person.person_id)?;
        self.step(person, card, "return", at).await
    }

    /// The next edition of what was approved; `asked` has what the figures and the store say now of whom it is about.
    pub async fn correct_card(
        &self,
        person: &Person,
        (id, seen): (&str, i64),
        why: &str,
        asked: &NewCards<'_>,
        at: DateTime<Utc>,
    ) -> Result<Record<Card>> {
        let card = self.card_to_fill(person, id, seen).await?;
        let (nothing, about) = (BTreeMap::new(), card.about_whom());
        let same = |(other, _): &&(About, BTreeMap<String, Measured>)| other.key() == about.key();
        let measured = asked.about.iter().find(same).map_or(&nothing, |(_, measured)| measured);
        let next = card.correct(why, measured, asked, &person.person_id)?;
        if self.store.find::<Card>(&next.card_id).await?.is_some() {
            let state = "corrected already".to_owned();
            return Err(WorkError::State { what: "the card", state, remedy: "go on with the edition that was begun" });
        }
        self.make(person, &next, "correct", at).await
    }

    /// Approved cards about the person who is in, the newest first.
    pub async fn own_cards(&self, person: &Person) -> Result<Vec<Record<Card>>> {
        self.must(person, Right::OwnCards)?;
        let states = [CardState::Approved.name(), CardState::Acknowledged.name(), CardState::Replaced.name()];
        let mut own: Vec<Record<Card>> = Vec::new();
        for about in [person.representative.as_deref(), Some(person.person_id.as_str())].into_iter().flatten() {
            own.extend(self.store.list(&Filter { states: &states, about: Some(about), ..Filter::default() }).await?);
        }
        own.sort_by_key(|card| std::cmp::Reverse((card.period.last(), card.period.months(), card.edition)));
        Ok(own)
    }

    /// What is somebody else's, or not approved, looks as if it did not exist.
    pub async fn own_card(&self, person: &Person, id: &str) -> Result<Record<Card>> {
        let own = self.own_cards(person).await?.into_iter().find(|card| card.card_id == id);
        own.ok_or_else(|| WorkError::NotFound { what: Card::KIND, id: id.to_owned() })
    }

    pub async fn acknowledge_card(&self, person: &Person, id: &str, at: DateTime<Utc>) -> Result<Record<Card>> {
        let mut card = self.own_card(person, id).await?;
        card.content.acknowledge(at)?;
        self.step(person, card, "acknowledge", at).await
    }
}

/// Nobody has a hand in a card of their own.
fn not_about(person: &Person, card: &Card) -> Result<()> {
    not_own(person, card.representative.as_deref())?;
    if card.person_id.as_ref() == Some(&person.person_id) {
        return Err(WorkError::Refused("a card of one's own"));
    }
    Ok(())
}

impl Card {
    /// Whether any of it comes from a figure or from work, so that it can be asked again.
    pub fn has_measured(&self) -> bool {
        self.parts.iter().any(|part| part.indicator.from != Source::Hand)
    }
}

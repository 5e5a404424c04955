//! Result cards (nəticə kartı, ST 5.7.4): what a position is rated by over a month, a quarter or a year, from several sources with
//! weights. The values are frozen when the card is made; whoever approves it is not who made it. Pure.
//!
//! drafted → submitted → approved → acknowledged
//!     ↑          └→ returned, with a reason       └→ replaced by a later edition
//! Nothing that a machine alone has said comes into a card: forms that name such a figure are refused ([`CardForms`]), and what the store
//! says of people's work is people's by construction (`measure`).

mod desk;
mod form;
mod measure;
mod part;
mod period;
mod worked;

pub use desk::{Made, NewCards};
pub use form::{CardForm, CardForms, FigureFacts, Indicator, Source, Unit, machine_table};
pub use measure::Measure;
pub use part::{FigureRow, Lacking, Measured, OfVersion, Part, score, together};
pub use period::CardPeriod;
pub use worked::Worked;

use crate::error::{Result, WorkError};
use crate::rights::named;
use crate::store::Kept;
use crate::told::Told;
use chrono::{DateTime, Utc};
use meyar_schemas::envelope::derived_id;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

named! {
    CardState: "state" {
        Drafted = "drafted",
        Submitted = "submitted",
        Returned = "returned",
        /// Approved by the head, and shown to whom it is about.
        Approved = "approved",
        /// Whom it is about has read it.
        Acknowledged = "acknowledged",
        /// A later edition was approved.
        Replaced = "replaced",
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub card_id: String,
    pub position: String,
    pub position_az: String,
    pub position_en: String,
    /// Version of the form that it was made by.
    pub form_version: String,
    /// Of 100: with less of it known there is no score.
    pub least_weight: f64,
    /// The representative of the call records that it is about.
    #[serde(default)]
    pub representative: Option<String>,
    /// The person that it is about, where there is an account.
    #[serde(default)]
    pub person_id: Option<String>,
    pub period: CardPeriod,
    /// 1, and one more for each correction.
    pub edition: u32,
    /// The edition before, and why there is another one.
    #[serde(default)]
    pub corrects: Option<String>,
    #[serde(default)]
    pub correction_reason: String,
    pub state: CardState,
    pub parts: Vec<Part>,
    /// When the figures and the store were asked, and the version of every table of the lake then (P9).
    pub asked_at: DateTime<Utc>,
    #[serde(default)]
    pub lake: BTreeMap<String, u64>,
    #[serde(default)]
    pub comment: String,
    /// Frozen with the card: the score, and the weight that it rests on.
    #[serde(default)]
    pub score: Option<f64>,
    #[serde(default)]
    pub weight: f64,
    /// People's ids.
    pub drafted_by: String,
    #[serde(default)]
    pub submitted_by: Option<String>,
    #[serde(default)]
    pub submitted_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub approved_by: Option<String>,
    #[serde(default)]
    pub approved_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub returned_by: Option<String>,
    #[serde(default)]
    pub return_reason: String,
    #[serde(default)]
    pub acknowledged_at: Option<DateTime<Utc>>,
}

impl Kept for Card {
    const KIND: &'static str = "card";
    fn id(&self) -> &str {
        &self.card_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    /// Whose turn it is.
    fn owner(&self) -> Option<&str> {
        match self.state {
            CardState::Drafted | CardState::Returned => Some(&self.drafted_by),
            CardState::Approved => self.person_id.as_deref(),
            CardState::Submitted | CardState::Acknowledged | CardState::Replaced => None,
        }
    }
    fn about(&self) -> Option<&str> {
        self.representative.as_deref().or(self.person_id.as_deref())
    }
    /// All cards of a position and a period.
    fn parent(&self) -> Option<&str> {
        Some(&self.position)
    }
}

impl Told for Card {
    fn title(&self) -> Option<&str> {
        Some(&self.position_az)
    }
    fn value(&self) -> Option<f64> {
        self.score
    }
}

/// Whom a card is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct About {
    pub representative: Option<String>,
    pub person_id: Option<String>,
}

impl About {
    fn key(&self) -> &str {
        self.representative.as_deref().or(self.person_id.as_deref()).unwrap_or_default()
    }
}

const LONGEST_TEXT: usize = 2000;

fn text(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > LONGEST_TEXT {
        let problem = format!("has {} characters", text.chars().count());
        return Err(WorkError::invalid(field, "", problem, format!("keep it under {LONGEST_TEXT}")));
    }
    Ok(text.to_owned())
}

fn reason(text_given: &str) -> Result<String> {
    let reason = text("reason", text_given)?;
    if reason.is_empty() {
        return Err(WorkError::invalid("reason", "", "is missing", "write why"));
    }
    Ok(reason)
}

/// An id says whose card it is, of what and which edition, so that none is made twice.
pub fn card_id(position: &str, about: &About, period: CardPeriod, edition: u32) -> String {
    derived_id(&["card", position, about.key(), &period.to_string(), &edition.to_string()])
}

/// What a person enters of one indicator; nothing takes it back.
#[derive(Debug, Clone, PartialEq)]
pub struct Entered {
    pub code: String,
    pub value: Option<f64>,
    pub note: String,
}

impl Card {
    fn must_be(&self, states: &[CardState], remedy: &'static str) -> Result<()> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(WorkError::State { what: "the card", state: self.state.name().to_owned(), remedy })
    }

    pub fn about_whom(&self) -> About {
        About { representative: self.representative.clone(), person_id: self.person_id.clone() }
    }

    fn count(&mut self) {
        (self.score, self.weight) = score(&self.parts, self.least_weight);
    }

    pub fn lacking(&self) -> impl Iterator<Item = (&Part, Lacking)> {
        self.parts.iter().filter_map(|part| Some((part, part.lacking()?)))
    }

    /// A draft with what the figures and the store said at that moment.
    pub fn draft(
        form: &CardForm,
        period: CardPeriod,
        about: About,
        measured: &BTreeMap<String, Measured>,
        asked: &NewCards<'_>,
        by: &str,
    ) -> Card {
        let part = |indicator: &Indicator| Part::new(indicator, measured.get(&indicator.code), &asked.sql);
        let mut card = Card {
            card_id: card_id(&form.position, &about, period, 1),
            position: form.position.clone(),
            position_az: form.name_az.clone(),
            position_en: form.name_en.clone(),
            form_version: form.version.clone(),
            least_weight: form.least_weight,
            representative: about.representative,
            person_id: about.person_id,
            period,
            edition: 1,
            corrects: None,
            correction_reason: String::new(),
            state: CardState::Drafted,
            parts: form.indicators.iter().map(part).collect(),
            asked_at: asked.at,
            lake: asked.lake.clone(),
            comment: String::new(),
            score: None,
            weight: 0.0,
            drafted_by: by.to_owned(),
            submitted_by: None,
            submitted_at: None,
            approved_by: None,
            approved_at: None,
            returned_by: None,
            return_reason: String::new(),
            acknowledged_at: None,
        };
        card.count();
        card
    }

    /// What a person enters: what the form leaves to people, inside its scale; and what the store knows too little of, with its basis.
    pub fn enter(&mut self, entered: &[Entered], comment: &str, by: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[CardState::Drafted, CardState::Returned], "only a draft can be filled in")?;
        let mut next = self.clone();
        for one in entered {
            let part = next.parts.iter_mut().find(|part| part.indicator.code == one.code);
            let Some(part) = part.filter(|part| part.takes_entry()) else {
                return Err(WorkError::invalid("indicator", &one.code, "is not entered by hand", "leave it as it is"));
            };
            let note = text("note", &one.note)?;
            if let Some(value) = one.value.filter(|value| !part.indicator.takes(*value)) {
                let (low, high) = part.indicator.limits();
                return Err(WorkError::invalid(
                    &one.code,
                    value.to_string(),
                    "is outside of the scale",
                    format!("write {low} to {high}"),
                ));
            }
            if part.indicator.from == Source::Work && one.value.is_some() && note.is_empty() {
                let remedy = "write what the value rests on";
                return Err(WorkError::invalid("note", &one.code, "is missing", remedy));
            }
            part.enter(one.value, note, by, at);
        }
        next.comment = text("comment", comment)?;
        next.count();
        *self = next;
        Ok(())
    }

    pub fn submit(&mut self, by: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[CardState::Drafted, CardState::Returned], "it was submitted before")?;
        if self.score.is_none() {
            let (known, least) = (self.weight, self.least_weight);
            let problem = format!("rests on {known} of 100, and the form asks for {least}");
            return Err(WorkError::invalid("score", "", problem, "enter what is missing"));
        }
        self.state = CardState::Submitted;
        (self.submitted_by, self.submitted_at) = (Some(by.to_owned()), Some(at));
        (self.returned_by, self.return_reason) = (None, String::new());
        Ok(())
    }

    /// Whether a person had a hand in it, or is whom it is about.
    pub fn is_of(&self, person_id: &str) -> bool {
        let entered = self.parts.iter().filter_map(|part| part.entered_by.as_deref());
        [Some(self.drafted_by.as_str()), self.submitted_by.as_deref(), self.person_id.as_deref()]
            .into_iter()
            .flatten()
            .chain(entered)
            .any(|one| one == person_id)
    }

    pub fn approve(&mut self, by: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[CardState::Submitted], "only what was submitted can be approved")?;
        if self.is_of(by) {
            return Err(WorkError::Refused("approving a card that one made, or that is one's own"));
        }
        self.state = CardState::Approved;
        (self.approved_by, self.approved_at) = (Some(by.to_owned()), Some(at));
        Ok(())
    }

    pub fn send_back(&mut self, why: &str, by: &str) -> Result<()> {
        self.must_be(&[CardState::Submitted], "only what was submitted can be returned")?;
        self.return_reason = reason(why)?;
        (self.state, self.returned_by) = (CardState::Returned, Some(by.to_owned()));
        Ok(())
    }

    pub fn acknowledge(&mut self, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[CardState::Approved], "only what was approved, and not read before, can be acknowledged")?;
        (self.state, self.acknowledged_at) = (CardState::Acknowledged, Some(at));
        Ok(())
    }

    /// What was approved stays as it is: a correction is the next edition, by the same form, with what people entered.
    pub fn correct(
        &self,
        why: &str,
        measured: &BTreeMap<String, Measured>,
        asked: &NewCards<'_>,
        by: &str,
    ) -> Result<Card> {
        self.must_be(&[CardState::Approved, CardState::Acknowledged], "only what was approved can be corrected")?;
        let why = reason(why)?;
        let edition = self.edition + 1;
        let mut next = Card {
            card_id: card_id(&self.position, &self.about_whom(), self.period, edition),
            edition,
            corrects: Some(self.card_id.clone()),
            correction_reason: why,
            state: CardState::Drafted,
            asked_at: asked.at,
            lake: asked.lake.clone(),
            drafted_by: by.to_owned(),
            submitted_by: None,
            submitted_at: None,
            approved_by: None,
            approved_at: None,
            acknowledged_at: None,
            ..self.clone()
        };
        for part in &mut next.parts {
            part.measure(measured.get(&part.indicator.code), &asked.sql);
        }
        next.count();
        Ok(next)
    }

    fn replace(&mut self) -> Result<()> {
        self.must_be(&[CardState::Approved, CardState::Acknowledged], "it was replaced before")?;
        self.state = CardState::Replaced;
        Ok(())
    }
}

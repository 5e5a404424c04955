//! Surveys (sorğu, ST 4.0.5, 6.8.1) of callers and of representatives: what is asked, who is invited, and until when. What has been
//! put in force is never edited: it is closed, and another one is made. Pure.
//!
//! draft → in force → closed
//! Callers are invited by chance ([`invitation`]); what they answer comes over the stream. Representatives answer here, and what they
//! answer is kept without them ([`answers`]).

pub mod answers;
mod desk;
pub mod invitation;

pub use answers::{Participation, Tally};
pub use desk::{Results, days_near};
pub use invitation::{Called, Draw, Rule};

use crate::error::{Result, WorkError};
use crate::rights::named;
use crate::store::Kept;
use crate::told::Told;
use chrono::{DateTime, NaiveDate, Utc};
use meyar_schemas::envelope::derived_id;
use meyar_schemas::surveys::SurveyChannel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

named! {
    SurveyState: "state" {
        Draft = "draft",
        InForce = "in_force",
        Closed = "closed",
    }
}

named! {
    /// Who is asked.
    Audience: "audience" {
        Caller = "caller",
        Representative = "representative",
    }
}

named! {
    Scale: "scale" {
        OneToFive = "1-5",
        ZeroToTen = "0-10",
        /// 1 is yes.
        YesNo = "yes_no",
        /// Of representatives alone: what callers write would be personal data.
        Text = "text",
    }
}

impl Scale {
    /// Lowest and highest score; none where words are asked for.
    pub fn bounds(self) -> Option<(u8, u8)> {
        match self {
            Scale::OneToFive => Some((1, 5)),
            Scale::ZeroToTen => Some((0, 10)),
            Scale::YesNo => Some((0, 1)),
            Scale::Text => None,
        }
    }
}

named! {
    Channel: "channel" {
        Ivr = "ivr",
        Sms = "sms",
        Call = "call",
        Web = "web",
    }
}

impl From<Channel> for SurveyChannel {
    fn from(channel: Channel) -> SurveyChannel {
        match channel {
            Channel::Ivr => SurveyChannel::Ivr,
            Channel::Sms => SurveyChannel::Sms,
            Channel::Call => SurveyChannel::Call,
            Channel::Web => SurveyChannel::Web,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// As answers name it; `overall` is the overall satisfaction, `resolved` whether the matter was resolved.
    pub code: String,
    pub az: String,
    pub en: String,
    pub scale: Scale,
}

/// The question whose answers the figure `satisfaction` counts, and the one of first-contact resolution.
pub const OVERALL: &str = "overall";
pub const RESOLVED: &str = "resolved";

/// What a person says of a survey while it is a draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    pub name: String,
    pub audience: Audience,
    pub channel: Channel,
    /// Days of the calls that it is about, or on which representatives may answer; both included, in Baku.
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub questions: Vec<Question>,
    /// Of callers alone.
    #[serde(default)]
    pub rule: Option<Rule>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    pub survey_id: String,
    /// The questionnaire and its edition, as answers name it.
    pub code: String,
    pub definition: Definition,
    pub state: SurveyState,
    /// A person's id.
    pub made_by: String,
    #[serde(default)]
    pub opened_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub closed_at: Option<DateTime<Utc>>,
    /// What representatives answered, counted when it was closed; absent where too few did.
    #[serde(default)]
    pub results: Option<Vec<Tally>>,
    /// How many representatives answered.
    #[serde(default)]
    pub answered: Option<u64>,
}

impl Kept for Survey {
    const KIND: &'static str = "survey";
    fn id(&self) -> &str {
        &self.survey_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.made_by)
    }
    fn parent(&self) -> Option<&str> {
        Some(self.definition.audience.name())
    }
}

impl Told for Survey {
    fn title(&self) -> Option<&str> {
        Some(&self.definition.name)
    }
    fn outcome(&self) -> Option<&str> {
        Some(self.definition.audience.name())
    }
}

const LONGEST_NAME: usize = 120;
const LONGEST_QUESTION: usize = 300;
pub const MOST_QUESTIONS: usize = 12;

fn is_code(text: &str) -> bool {
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.-".contains(c);
    (2..=60).contains(&text.len())
        && text.chars().all(inside)
        && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
}

fn some_text(field: &str, text: &str, most: usize) -> Result<()> {
    if text.trim().is_empty() || text.chars().count() > most {
        return Err(WorkError::invalid(
            field,
            text,
            "is missing, or too long",
            format!("write 1 to {most} characters"),
        ));
    }
    Ok(())
}

impl Definition {
    pub fn check(&self) -> Result<()> {
        some_text("name", &self.name, LONGEST_NAME)?;
        if self.last_day < self.first_day {
            let last = self.last_day.to_string();
            return Err(WorkError::invalid("last_day", last, "is before the first day", "swap them"));
        }
        if self.questions.is_empty() || self.questions.len() > MOST_QUESTIONS {
            let found = self.questions.len().to_string();
            let remedy = format!("ask 1 to {MOST_QUESTIONS} questions");
            return Err(WorkError::invalid("questions", found, "are none, or too many", remedy));
        }
        let mut codes = BTreeSet::new();
        for question in &self.questions {
            if !is_code(&question.code) || !codes.insert(&question.code) {
                let remedy = "use small Latin letters, digits and _, each code once";
                return Err(WorkError::invalid("code", &question.code, "is no code, or stands there twice", remedy));
            }
            some_text("az", &question.az, LONGEST_QUESTION)?;
            some_text("en", &question.en, LONGEST_QUESTION)?;
            if question.scale == Scale::Text && self.audience == Audience::Caller {
                let remedy = "ask callers on a scale; only representatives write";
                return Err(WorkError::invalid("scale", &question.code, "asks callers for words", remedy));
            }
        }
        match (self.audience, &self.rule) {
            (Audience::Caller, None) => {
                return Err(WorkError::invalid("share", "", "is missing", "say which share of the calls is invited"));
            }
            (Audience::Representative, Some(_)) => {
                let remedy = "ask all of them, or make a survey of callers";
                return Err(WorkError::invalid("share", "", "is for callers alone", remedy));
            }
            (_, rule) => rule.as_ref().map_or(Ok(()), Rule::check)?,
        }
        let overall = |question: &Question| question.code == OVERALL && question.scale.bounds().is_some();
        if self.audience == Audience::Caller && !self.questions.iter().any(overall) {
            let remedy = "ask it first: satisfaction is counted by it";
            return Err(WorkError::invalid("questions", OVERALL, "is not asked", remedy));
        }
        if self.audience == Audience::Representative && self.channel != Channel::Web {
            let channel = self.channel.name();
            return Err(WorkError::invalid("channel", channel, "is not theirs", "representatives answer on the web"));
        }
        Ok(())
    }

    pub fn holds(&self, day: NaiveDate) -> bool {
        (self.first_day..=self.last_day).contains(&day)
    }
}

/// A code is one survey's for ever.
pub fn survey_id(code: &str) -> String {
    derived_id(&["survey", code])
}

impl Survey {
    pub fn draft(code: &str, definition: Definition, by: &str) -> Result<Survey> {
        if !is_code(code) {
            let remedy = "use 2 to 60 small Latin letters, digits, - and _, such as callers-2026-1";
            return Err(WorkError::invalid("code", code, "is no code", remedy));
        }
        definition.check()?;
        Ok(Survey {
            survey_id: survey_id(code),
            code: code.to_owned(),
            definition,
            state: SurveyState::Draft,
            made_by: by.to_owned(),
            opened_at: None,
            closed_at: None,
            results: None,
            answered: None,
        })
    }

    fn must_be(&self, state: SurveyState, remedy: &'static str) -> Result<()> {
        if self.state == state {
            return Ok(());
        }
        Err(WorkError::State { what: "the survey", state: self.state.name().to_owned(), remedy })
    }

    /// Answers name questions: once there may be some, nothing about them changes.
    pub fn edit(&mut self, definition: Definition) -> Result<()> {
        self.must_be(SurveyState::Draft, "only a draft can be edited; close it and make another one")?;
        definition.check()?;
        self.definition = definition;
        Ok(())
    }

    pub fn open(&mut self, at: DateTime<Utc>) -> Result<()> {
        self.must_be(SurveyState::Draft, "only a draft can be put in force")?;
        self.definition.check()?;
        (self.state, self.opened_at) = (SurveyState::InForce, Some(at));
        Ok(())
    }

    /// With what representatives answered, where enough of them did.
    pub fn close(&mut self, answered: Option<u64>, results: Option<Vec<Tally>>, at: DateTime<Utc>) -> Result<()> {
        self.must_be(SurveyState::InForce, "only what is in force can be closed")?;
        (self.state, self.closed_at) = (SurveyState::Closed, Some(at));
        (self.answered, self.results) = (answered, results);
        Ok(())
    }

    /// Whether representatives may answer on a day.
    pub fn takes_answers(&self, day: NaiveDate) -> bool {
        self.state == SurveyState::InForce
            && self.definition.audience == Audience::Representative
            && self.definition.holds(day)
    }
}

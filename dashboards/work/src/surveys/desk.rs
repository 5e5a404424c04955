//! The steps of surveys: each is checked against the rights, and kept, logged and told in one commit.

use super::answers::{self, Participation, Sheet, Tally};
use super::invitation::{self, Called, Draw};
use super::{Audience, Channel, Definition, Survey, SurveyState};
use crate::access::{Actor, Entry};
use crate::desk::Desk;
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::rights::Right;
use crate::store::{Filter, Kept as _, Record, Tx};
use crate::{terms, told};
use chrono::{DateTime, Days, NaiveDate, Utc};
use meyar_schemas::surveys::{Respondent, SurveyEvent, SurveyStep};

const RESPONSES: &str = "surveys.responses";

/// What may be said of a survey of representatives now.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// Ids of those who answered.
    pub who: Vec<String>,
    /// Absent while it is open, and where fewer answered than may be shown.
    pub tallies: Option<Vec<Tally>>,
    pub least: u64,
}

impl Desk {
    pub async fn draft_survey(
        &self,
        person: &Person,
        code: &str,
        definition: Definition,
        at: DateTime<Utc>,
    ) -> Result<Record<Survey>> {
        self.must(person, Right::Surveys)?;
        let survey = Survey::draft(code, definition, &person.person_id)?;
        match self.make(person, &survey, "draft", at).await {
            Err(WorkError::Changed { .. }) => {
                Err(WorkError::invalid("code", code, "belongs to another survey", "give this one a code of its own"))
            }
            made => made,
        }
    }

    pub async fn edit_survey(
        &self,
        person: &Person,
        (id, seen): (&str, i64),
        definition: Definition,
        at: DateTime<Utc>,
    ) -> Result<Record<Survey>> {
        self.must(person, Right::Surveys)?;
        let mut survey = self.seen::<Survey>(id, seen).await?;
        survey.content.edit(definition)?;
        self.step(person, survey, "edit", at).await
    }

    pub async fn open_survey(&self, person: &Person, id: &str, seen: i64, at: DateTime<Utc>) -> Result<Record<Survey>> {
        self.must(person, Right::Surveys)?;
        let mut survey = self.seen::<Survey>(id, seen).await?;
        survey.content.open(at)?;
        self.step(person, survey, "open", at).await
    }

    /// Nobody is invited and nobody answers any more; what representatives answered is counted.
    pub async fn close_survey(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        at: DateTime<Utc>,
    ) -> Result<Record<Survey>> {
        self.must(person, Right::Surveys)?;
        let mut survey = self.seen::<Survey>(id, seen).await?;
        let mut tx = self.store.begin().await?;
        // Whoever answers meanwhile is counted, or told that it was closed.
        hold(&mut tx, &survey).await?;
        let (answered, results) = match survey.definition.audience {
            Audience::Caller => (None, None),
            Audience::Representative => {
                let sheets = answers::sheets(&mut tx, id).await?;
                let least = self.least_shown(at)?;
                let enough = sheets.len() as u64 >= least;
                let tallies = enough.then(|| answers::tally(&survey.definition.questions, &sheets, least));
                (Some(sheets.len() as u64), tallies)
            }
        };
        survey.content.close(answered, results, at)?;
        tx.save(&mut survey, &person.person_id, "close", at).await?;
        tx.log(&Actor::from(person), &Entry::change(Survey::KIND, id, "close"), at).await?;
        told::record(&mut tx, &survey, person, "close", at).await?;
        tx.commit().await?;
        Ok(survey)
    }

    fn least_shown(&self, at: DateTime<Utc>) -> Result<u64> {
        // Never fewer than three: of two answers each knows the other's.
        Ok(self.reference.threshold("survey_min_shown", terms::day(at))?.clamp(3.0, 1e9) as u64)
    }

    /// Surveys, the newest first.
    pub async fn surveys(&self, person: &Person) -> Result<Vec<Record<Survey>>> {
        self.must(person, Right::Surveys)?;
        self.store.list(&Filter { newest_first: true, ..Filter::default() }).await
    }

    /// Draws the invitations of a day that is over, once; the stream is told of each.
    pub async fn draw_invitations(
        &self,
        person: &Person,
        id: &str,
        day: NaiveDate,
        calls: &[Called],
        at: DateTime<Utc>,
    ) -> Result<Record<Draw>> {
        self.must(person, Right::Surveys)?;
        let survey = self.store.get::<Survey>(id).await?;
        let rule = drawable(&survey, day, at)?;
        let near = self.draws_near(day, rule.again_after_days).await?;
        let drawn: Vec<&str> =
            near.iter().flat_map(|draw| &draw.invitations).map(|invited| invited.call_id.as_str()).collect();
        let draw = invitation::draw(&survey.survey_id, rule, day, calls, &drawn, &person.person_id);
        let mut tx = self.store.begin().await?;
        let record = match tx.insert(&draw, &person.person_id, "draw", at).await {
            Err(WorkError::Changed { .. }) => return Err(drawn_already(day)),
            made => made?,
        };
        // Whoever closed it meanwhile was quicker: then nothing is drawn.
        hold(&mut tx, &survey).await?;
        tx.log(&Actor::from(person), &Entry::change(Draw::KIND, record.id(), "draw"), at).await?;
        told::record(&mut tx, &record, person, "draw", at).await?;
        for invited in &draw.invitations {
            tx.tell(RESPONSES, &invited.survey_id, 0, at, &event(&survey, invited, at)).await?;
        }
        tx.commit().await?;
        Ok(record)
    }

    /// Draws of whatever survey whose days are within so many of a day.
    async fn draws_near(&self, day: NaiveDate, days: u32) -> Result<Vec<Record<Draw>>> {
        let mut all: Vec<Record<Draw>> = self.store.list(&Filter::default()).await?;
        all.retain(|draw| (draw.day - day).num_days().unsigned_abs() < u64::from(days));
        Ok(all)
    }

    /// The draws of a survey, the newest day first.
    pub async fn draws(&self, person: &Person, id: &str) -> Result<Vec<Record<Draw>>> {
        self.must(person, Right::Surveys)?;
        let mut all: Vec<Record<Draw>> = self.store.list(&Filter { parent: Some(id), ..Filter::default() }).await?;
        all.sort_by_key(|draw| std::cmp::Reverse(draw.day));
        Ok(all)
    }

    /// What a representative may answer now, and what they have answered of it.
    pub async fn own_surveys(&self, person: &Person, at: DateTime<Utc>) -> Result<Vec<(Record<Survey>, bool)>> {
        self.must(person, Right::OwnSurveys)?;
        let (states, day) = ([SurveyState::InForce.name()], terms::day(at));
        let parent = Some(Audience::Representative.name());
        let mut all: Vec<Record<Survey>> =
            self.store.list(&Filter { states: &states, parent, ..Filter::default() }).await?;
        all.retain(|survey| survey.takes_answers(day));
        let mut own = Vec::new();
        for survey in all {
            let part = Participation::of(&survey.survey_id, &person.person_id);
            let answered = self.store.find::<Participation>(&part.participation_id).await?.is_some();
            own.push((survey, answered));
        }
        Ok(own)
    }

    /// Answers once. That it was answered is kept with the person; what, without.
    pub async fn answer_survey(&self, person: &Person, id: &str, sheet: &Sheet, at: DateTime<Utc>) -> Result<()> {
        self.must(person, Right::OwnSurveys)?;
        let survey = self.store.get::<Survey>(id).await?;
        if !survey.takes_answers(terms::day(at)) {
            let state = survey.state.name().to_owned();
            return Err(WorkError::State {
                what: "the survey",
                state,
                remedy: "only what is in force can be answered",
            });
        }
        let sheet = answers::check(&survey, sheet)?;
        let part = Participation::of(&survey.survey_id, &person.person_id);
        let mut tx = self.store.begin().await?;
        let record = match tx.insert(&part, &person.person_id, "answer", at).await {
            Err(WorkError::Changed { .. }) => {
                let state = "answered already".to_owned();
                return Err(WorkError::State { what: "the survey", state, remedy: "each answers once" });
            }
            made => made?,
        };
        // Two who answer at once lay down one after the other, and none after it is closed.
        hold(&mut tx, &survey).await?;
        answers::lay_down(&mut tx, &survey, &sheet).await?;
        tx.log(&Actor::from(person), &Entry::change(Survey::KIND, id, "answered"), at).await?;
        told::record(&mut tx, &record, person, "answer", at).await?;
        tx.commit().await
    }

    pub async fn survey_results(&self, person: &Person, survey: &Survey, at: DateTime<Utc>) -> Result<Results> {
        self.must(person, Right::Surveys)?;
        let of = Filter { parent: Some(&survey.survey_id), ..Filter::default() };
        let parts: Vec<Record<Participation>> = self.store.list(&of).await?;
        let mut who: Vec<String> = parts.into_iter().map(|part| part.content.person_id).collect();
        who.sort();
        Ok(Results { who, tallies: survey.results.clone(), least: self.least_shown(survey.closed_at.unwrap_or(at))? })
    }
}

/// Holds the survey as it was read until the commit, and changes nothing about it.
async fn hold(tx: &mut Tx, survey: &Record<Survey>) -> Result<()> {
    let sql = "UPDATE records SET version = version WHERE kind = $1 AND id = $2 AND version = $3";
    let bound = sqlx::query(sql).bind(Survey::KIND).bind(survey.id()).bind(survey.version);
    if bound.execute(tx.on()).await?.rows_affected() == 0 {
        let (id, seen) = (survey.survey_id.clone(), survey.version);
        return Err(WorkError::Changed { what: Survey::KIND, id, seen, now: seen + 1 });
    }
    Ok(())
}

fn drawn_already(day: NaiveDate) -> WorkError {
    WorkError::invalid("day", day.to_string(), "was drawn before", "a day is drawn once; choose another one")
}

/// The rule by which a day's calls may be drawn now.
fn drawable(survey: &Survey, day: NaiveDate, at: DateTime<Utc>) -> Result<&invitation::Rule> {
    if survey.state != SurveyState::InForce {
        let state = survey.state.name().to_owned();
        return Err(WorkError::State { what: "the survey", state, remedy: "only one in force invites" });
    }
    let told = day.to_string();
    if !survey.definition.holds(day) {
        return Err(WorkError::invalid("day", told, "is not among the survey's days", "choose one of them"));
    }
    if day >= terms::day(at) {
        return Err(WorkError::invalid(
            "day",
            told,
            "is not over yet",
            "draw it when it is: else its later calls have no chance",
        ));
    }
    if survey.definition.channel == Channel::Ivr {
        let remedy = "the exchange itself invites inside the call and tells it";
        return Err(WorkError::invalid("channel", "ivr", "is not drawn afterwards", remedy));
    }
    survey
        .definition
        .rule
        .as_ref()
        .ok_or_else(|| WorkError::invalid("audience", "representative", "are not drawn", "all of them are asked"))
}

/// As `surveys.responses` has it.
fn event(survey: &Survey, invited: &invitation::Invitation, at: DateTime<Utc>) -> SurveyEvent {
    SurveyEvent {
        survey_id: invited.survey_id.clone(),
        at,
        call_id: Some(invited.call_id.clone()),
        line: invited.line.clone(),
        channel: survey.definition.channel.into(),
        respondent: Respondent::Caller,
        questionnaire: Some(survey.code.clone()),
        step: SurveyStep::Invited,
    }
}

/// The days around one within which nobody is invited twice.
pub fn days_near(day: NaiveDate, days: u32) -> (NaiveDate, NaiveDate) {
    let days = Days::new(u64::from(days.saturating_sub(1)));
    (day.checked_sub_days(days).unwrap_or(day), day.checked_add_days(days).unwrap_or(day))
}

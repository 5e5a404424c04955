//! What representatives answer. Who has answered is one record, what was answered another, and nothing stored leads from one to the
//! other: an answer has a random id, no person, no time of its own and no history; and whenever one comes, all answers of the survey are
//! laid down anew in an order that chance gives, so that not even the place in the table tells whose came last.

use super::{Question, Scale, Survey};
use crate::error::{Result, WorkError};
use crate::store::{Kept, Tx};
use crate::told::Told;
use meyar_schemas::envelope::derived_id;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// That a person has answered; not what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participation {
    pub participation_id: String,
    /// The survey's record.
    pub survey: String,
    pub person_id: String,
}

impl Participation {
    pub fn of(survey: &str, person_id: &str) -> Participation {
        Participation {
            participation_id: derived_id(&["survey_participation", survey, person_id]),
            survey: survey.to_owned(),
            person_id: person_id.to_owned(),
        }
    }
}

impl Kept for Participation {
    const KIND: &'static str = "survey_participation";
    fn id(&self) -> &str {
        &self.participation_id
    }
    fn state(&self) -> &str {
        "answered"
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.person_id)
    }
    fn parent(&self) -> Option<&str> {
        Some(&self.survey)
    }
}

impl Told for Participation {}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    Score(u8),
    Text(String),
}

/// Question → answer; a question that is left out is absent.
pub type Sheet = BTreeMap<String, Given>;

const LONGEST_ANSWER: usize = 1000;

/// A sheet as it may be kept.
pub fn check(survey: &Survey, sheet: &Sheet) -> Result<Sheet> {
    let mut kept = Sheet::new();
    for (code, given) in sheet {
        let question = survey.definition.questions.iter().find(|question| question.code == *code);
        let bounds = question.map(|question| question.scale.bounds());
        let fits = match (given, bounds) {
            (Given::Score(score), Some(Some((low, high)))) => (low..=high).contains(score),
            (Given::Text(text), Some(None)) => text.chars().count() <= LONGEST_ANSWER,
            _ => false,
        };
        if !fits {
            let remedy = format!("choose a step of its scale, or write at most {LONGEST_ANSWER} characters");
            return Err(WorkError::invalid("answer", code, "is not on the scale of the question", remedy));
        }
        match given {
            Given::Text(text) if text.trim().is_empty() => {}
            Given::Text(text) => _ = kept.insert(code.clone(), Given::Text(text.trim().to_owned())),
            Given::Score(_) => _ = kept.insert(code.clone(), given.clone()),
        }
    }
    if kept.is_empty() {
        return Err(WorkError::invalid("answers", "", "are all empty", "answer at least one question"));
    }
    Ok(kept)
}

/// How the answers to one question are spread, or what was written, in an order that says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub question: Question,
    pub answers: u64,
    /// Answers of each step, from the lowest.
    #[serde(default)]
    pub counts: Vec<u64>,
    #[serde(default)]
    pub texts: Vec<String>,
}

/// Counts sheets; a question that fewer than `least` answered says nothing but how many did.
pub fn tally(questions: &[Question], sheets: &[Sheet], least: u64) -> Vec<Tally> {
    let of = |question: &Question| {
        let given: Vec<&Given> = sheets.iter().filter_map(|sheet| sheet.get(&question.code)).collect();
        let answers = given.len() as u64;
        let mut tally = Tally { question: question.clone(), answers, counts: Vec::new(), texts: Vec::new() };
        if answers < least.max(1) {
            return tally;
        }
        match question.scale.bounds() {
            Some((low, high)) => {
                let step = |score: u8| given.iter().filter(|given| ***given == Given::Score(score)).count() as u64;
                tally.counts = (low..=high).map(step).collect();
            }
            None => {
                let texts = given.iter().filter_map(|given| match given {
                    Given::Text(text) => Some(text.clone()),
                    Given::Score(_) => None,
                });
                tally.texts = texts.collect();
                tally.texts.sort();
            }
        }
        tally
    };
    questions.iter().map(of).collect()
}

const KIND: &str = "survey_answer";

/// Adds a sheet to those of its survey; see the head of this file.
pub(super) async fn lay_down(tx: &mut Tx, survey: &Survey, sheet: &Sheet) -> Result<()> {
    let wrong = |e: serde_json::Error| WorkError::Shape { what: KIND.to_owned(), cause: e.to_string() };
    let sql = "SELECT content FROM records WHERE kind = $1 AND parent = $2";
    let kept: Vec<String> = sqlx::query_scalar(sql).bind(KIND).bind(&survey.survey_id).fetch_all(tx.on()).await?;
    sqlx::query("DELETE FROM records WHERE kind = $1 AND parent = $2")
        .bind(KIND)
        .bind(&survey.survey_id)
        .execute(tx.on())
        .await?;
    let new = serde_json::to_string(sheet).map_err(wrong)?;
    let mut all: Vec<(String, String)> =
        kept.into_iter().chain([new]).map(|content| (uuid::Uuid::new_v4().to_string(), content)).collect();
    // By ids that chance gave this moment.
    all.sort();
    // The one moment of all of them: when the survey was put in force.
    let at = crate::store::micros(survey.opened_at.unwrap_or_default());
    for (id, content) in all {
        let sql = "INSERT INTO records (kind, id, version, state, parent, made_at, changed_at, content)
            VALUES ($1, $2, 1, 'answered', $3, $4, $4, $5)";
        sqlx::query(sql).bind(KIND).bind(id).bind(&survey.survey_id).bind(at).bind(content).execute(tx.on()).await?;
    }
    Ok(())
}

/// All sheets of a survey.
pub(super) async fn sheets(tx: &mut Tx, survey: &str) -> Result<Vec<Sheet>> {
    let sql = "SELECT content FROM records WHERE kind = $1 AND parent = $2 ORDER BY id";
    let all: Vec<String> = sqlx::query_scalar(sql).bind(KIND).bind(survey).fetch_all(tx.on()).await?;
    let read = |text: &String| {
        serde_json::from_str(text).map_err(|e| WorkError::Shape { what: KIND.to_owned(), cause: e.to_string() })
    };
    all.iter().map(read).collect()
}

impl Scale {
    /// How many steps it has.
    pub fn steps(self) -> usize {
        self.bounds().map_or(0, |(low, high)| usize::from(high - low) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_few_answered_says_only_how_many() {
        let question = |code: &str, scale| Question { code: code.into(), az: "?".into(), en: "?".into(), scale };
        let questions = [question("base", Scale::OneToFive), question("words", Scale::Text)];
        let sheet = |score: u8, words: Option<&str>| -> Sheet {
            let mut sheet = Sheet::from([("base".to_owned(), Given::Score(score))]);
            sheet.extend(words.map(|words| ("words".to_owned(), Given::Text(words.to_owned()))));
            sheet
        };
        let sheets = [sheet(1, Some("z")), sheet(5, None), sheet(5, Some("a")), sheet(4, None), sheet(2, Some("m"))];
        let told = tally(&questions, &sheets, 5);
        assert_eq!((told[0].answers, told[0].counts.as_slice()), (5, [1, 1, 0, 1, 2].as_slice()));
        assert_eq!((told[1].answers, told[1].texts.len()), (3, 0), "three would be known by their words");
        assert_eq!(tally(&questions, &sheets, 3)[1].texts, ["a", "m", "z"]);
        assert!(tally(&questions, &sheets[..4], 5).iter().all(|tally| tally.counts.is_empty()));
    }
}

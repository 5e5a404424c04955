//! What an employee is by the personnel file: position, professional level, since when they serve, what they know (ST 5.8). Whoever divides
//! the work reads it beside the names. The statute names no scale of levels, so a level is a word. Each change is a version.

use crate::desk::Desk;
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::recommendations::{fitting, line};
use crate::rights::{Right, named};
use crate::store::{Filter, Kept, Record};
use crate::terms;
use crate::told::Told;
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use meyar_schemas::envelope::derived_id;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

named! {
    State: "state" {
        Kept = "kept",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employment {
    pub person_id: String,
    pub position: String,
    #[serde(default)]
    pub level: String,
    /// The first day of service, in Baku.
    pub serves_since: NaiveDate,
    /// Structures and topics that they answer for.
    #[serde(default)]
    pub skills: String,
    pub state: State,
    /// See [`id_of`].
    pub employment_id: String,
}

/// As it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub position: String,
    pub level: String,
    pub serves_since: String,
    pub skills: String,
}

impl Kept for Employment {
    const KIND: &'static str = "employment";
    fn id(&self) -> &str {
        &self.employment_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.person_id)
    }
}

impl Told for Employment {
    fn title(&self) -> Option<&str> {
        Some(&self.position)
    }
}

impl Employment {
    /// Whole years and months of service on a day; none before the first day. Pure.
    pub fn served_on(&self, day: NaiveDate) -> (u32, u32) {
        let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
        let begun = i64::from(day.day() < self.serves_since.day());
        let whole = u32::try_from(months(day) - months(self.serves_since) - begun).unwrap_or(0);
        (whole / 12, whole % 12)
    }
}

/// A person has one, whatever changes in it.
pub fn id_of(person_id: &str) -> String {
    derived_id(&[Employment::KIND, person_id])
}

impl Desk {
    /// By person. For those who keep accounts, and those who divide work.
    pub async fn employments(&self, person: &Person) -> Result<HashMap<String, Record<Employment>>> {
        if !self.may(person, Right::Accounts) {
            self.must(person, Right::Plan)?;
        }
        let all: Vec<Record<Employment>> = self.store.list(&Filter::default()).await?;
        Ok(all.into_iter().map(|one| (one.person_id.clone(), one)).collect())
    }

    /// Over the version that was seen; 0 where none was there.
    pub async fn keep_employment(
        &self,
        person: &Person,
        of: &str,
        seen: i64,
        typed: &Typed,
        at: DateTime<Utc>,
    ) -> Result<Record<Employment>> {
        self.must(person, Right::Accounts)?;
        let person_id = self.store.person(of).await?.person_id;
        let since = typed.serves_since.trim();
        let serves_since: NaiveDate = since
            .parse()
            .map_err(|_| WorkError::invalid("serves_since", since, "is no day", "choose the first day of service"))?;
        if serves_since > terms::day(at) {
            return Err(WorkError::invalid("serves_since", since, "lies in the future", "choose a day until today"));
        }
        let new = Employment {
            employment_id: id_of(&person_id),
            person_id,
            position: line("position", &typed.position)?,
            level: if typed.level.trim().is_empty() { String::new() } else { line("level", &typed.level)? },
            serves_since,
            skills: fitting("skills", &typed.skills)?,
            state: State::Kept,
        };
        if seen == 0 {
            return match self.store.find::<Employment>(new.id()).await? {
                None => self.make(person, &new, "keep", at).await,
                Some(there) => {
                    let (what, id) = (Employment::KIND, new.employment_id);
                    Err(WorkError::Changed { what, id, seen, now: there.version })
                }
            };
        }
        let mut record = self.seen::<Employment>(new.id(), seen).await?;
        record.content = new;
        self.step(person, record, "change", at).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(day: &str) -> Employment {
        Employment {
            employment_id: id_of("p"),
            person_id: "p".into(),
            position: "operator".into(),
            level: String::new(),
            serves_since: day.parse().unwrap_or_default(),
            skills: String::new(),
            state: State::Kept,
        }
    }

    #[test]
    fn service_is_told_in_whole_months() {
        let on = |first: &str, day: &str| since(first).served_on(day.parse().unwrap_or_default());
        assert_eq!(on("2021-03-15", "2026-11-30"), (5, 8));
        assert_eq!(on("2021-03-15", "2026-03-14"), (4, 11));
        assert_eq!(on("2021-03-15", "2026-03-15"), (5, 0));
        assert_eq!(on("2026-11-30", "2026-11-30"), (0, 0));
        assert_eq!(on("2026-12-30", "2026-11-30"), (0, 0), "not yet");
        assert_eq!(on("2024-01-31", "2024-02-29"), (0, 0));
    }
}

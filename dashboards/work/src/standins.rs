//! Who stands in for whom, from a day to a day (ST 5.4–5.6): a deputy, or a sector's head, has another role beside their own for that time.
//! It is looked at whenever somebody asks for a page, so that it begins and ends by itself. Whoever stands in may also be given the work of
//! that role for those days.

use crate::desk::Desk;
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::recommendations::{Remark, line, words};
use crate::rights::{Right, Role, named};
use crate::store::{Filter, Kept, Record, Store};
use crate::terms;
use crate::told::Told;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Longer than that it is no standing in: the account's role is changed.
const LONGEST: Days = Days::new(366);
/// Roles of the quality sector and above it. Nobody keeps accounts, or is a representative, in somebody's place.
pub const ROLES: [Role; 3] = [Role::Assessor, Role::Lead, Role::Head];

named! {
    State: "state" {
        Ordered = "ordered",
        Ended = "ended",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandIn {
    pub stand_in_id: String,
    pub person_id: String,
    pub role: Role,
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// The order that says so.
    pub ground: String,
    pub made_by: String,
    pub state: State,
    /// Why it ended before its time.
    #[serde(default)]
    pub ended: Option<Remark>,
}

/// What is ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    pub person_id: String,
    pub role: Role,
    pub from: NaiveDate,
    pub until: NaiveDate,
    pub ground: String,
}

impl Kept for StandIn {
    const KIND: &'static str = "stand_in";
    fn id(&self) -> &str {
        &self.stand_in_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.person_id)
    }
}

impl Told for StandIn {
    fn title(&self) -> Option<&str> {
        Some(&self.ground)
    }
    fn outcome(&self) -> Option<&str> {
        Some(self.role.name())
    }
}

impl StandIn {
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.state == State::Ordered && self.from <= day && day <= self.until
    }
}

impl Store {
    /// The roles that a person has on a day beside their own.
    pub(crate) async fn stands_in_as(&self, person: &Person, day: NaiveDate) -> Result<Vec<Role>> {
        // Whose own role was changed meanwhile to one that stands in for nobody does not keep what was ordered before.
        if !ROLES.contains(&person.role) {
            return Ok(Vec::new());
        }
        let filter = Filter { owner: Some(&person.person_id), states: &[State::Ordered.name()], ..Filter::default() };
        let all: Vec<Record<StandIn>> = self.list(&filter).await?;
        Ok(all.iter().filter(|one| one.holds_on(day)).map(|one| one.role).collect())
    }
}

impl Desk {
    /// Who works here and has a right today, by their own role or by one for which they stand in.
    pub async fn able(&self, right: Right, at: DateTime<Utc>) -> Result<Vec<Person>> {
        let ordered = Filter { states: &[State::Ordered.name()], ..Filter::default() };
        let all: Vec<Record<StandIn>> = self.store.list(&ordered).await?;
        let today = terms::day(at);
        let mut people = self.store.people().await?;
        for person in &mut people {
            let able = ROLES.contains(&person.role);
            let own = all.iter().filter(|one| able && one.person_id == person.person_id && one.holds_on(today));
            person.stands_in_as = own.map(|one| one.role).collect();
        }
        people.retain(|person| person.active && self.may(person, right));
        Ok(people)
    }

    /// Every order about a person, the newest first.
    pub async fn stand_ins(&self, person: &Person, of: &str) -> Result<Vec<Record<StandIn>>> {
        self.must(person, Right::Accounts)?;
        self.store.list(&Filter { owner: Some(of), newest_first: true, ..Filter::default() }).await
    }

    pub async fn order_stand_in(&self, person: &Person, new: New, at: DateTime<Utc>) -> Result<Record<StandIn>> {
        self.must(person, Right::Accounts)?;
        if new.person_id == person.person_id {
            return Err(WorkError::Refused("giving oneself a role"));
        }
        let who = self.store.person(&new.person_id).await?;
        if !who.active || !ROLES.contains(&who.role) {
            let remedy = "choose an active assessor, lead or head";
            return Err(WorkError::invalid("person", who.login, "cannot stand in for others", remedy));
        }
        if !ROLES.contains(&new.role) || new.role == who.role {
            let remedy = "choose assessor, lead or head, and not their own role";
            return Err(WorkError::invalid("role", new.role.name(), "is nothing to stand in as", remedy));
        }
        let latest = new.from.checked_add_days(LONGEST);
        if new.until < new.from || new.until < terms::day(at) || latest.is_none_or(|latest| new.until > latest) {
            let remedy = "write a day from today and from the first day on, within a year of it";
            return Err(WorkError::invalid("until", new.until.to_string(), "cannot be the last day", remedy));
        }
        let stand_in = StandIn {
            stand_in_id: uuid::Uuid::now_v7().to_string(),
            person_id: new.person_id,
            role: new.role,
            from: new.from,
            until: new.until,
            ground: line("ground", &new.ground)?,
            made_by: person.person_id.clone(),
            state: State::Ordered,
            ended: None,
        };
        self.make(person, &stand_in, "order", at).await
    }

    /// Before its last day.
    pub async fn end_stand_in(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        why: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<StandIn>> {
        self.must(person, Right::Accounts)?;
        let mut record = self.seen::<StandIn>(id, seen).await?;
        if record.state != State::Ordered {
            let state = record.state.name().to_owned();
            return Err(WorkError::State { what: "the standing in", state, remedy: "it was ended before" });
        }
        record.ended = Some(Remark { by: person.person_id.clone(), at, text: words("why", why)? });
        record.state = State::Ended;
        self.step(person, record, "end", at).await
    }
}

//! Complaints about representatives and about the centre's services (ST 4.0.4): investigated, then a measure or the Ministry, and whoever
//! complained is told. The representative it is about neither sees nor decides it, whatever else they may do.
//!
//! received → investigated → measure taken | sent to the Ministry → answered; withdrawn until a measure is taken.

use crate::desk::Desk;
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::rights::{Right, named};
use crate::store::{Filter, Kept, Record};
use crate::terms;
use crate::told::Told;
use crate::trainings::{needed, words};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Asia::Baku;
use serde::{Deserialize, Serialize};

named! {
    ComplaintState: "state" {
        Received = "received",
        Investigated = "investigated",
        Measured = "measure_taken",
        Sent = "sent",
        Answered = "answered",
        /// Taken back by whoever complained, or noted by mistake.
        Withdrawn = "withdrawn",
    }
}

named! {
    /// What it is about.
    ComplaintKind: "kind" {
        Conduct = "conduct",
        Correctness = "correctness",
        Confidentiality = "confidentiality",
        Waiting = "waiting",
        Service = "service",
    }
}

named! {
    /// The way it came.
    Channel: "channel" {
        Call = "call",
        Written = "written",
        Electronic = "electronic",
        Reception = "reception",
        Survey = "survey",
        Ministry = "ministry",
    }
}

named! {
    Finding: "finding" {
        Confirmed = "confirmed",
        Partly = "partly",
        NotConfirmed = "not_confirmed",
    }
}

/// What the investigation found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Investigation {
    pub finding: Finding,
    pub text: String,
    /// A person's id.
    pub investigator: String,
    /// Who was asked beside them.
    #[serde(default)]
    pub specialist: String,
    pub on: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Complaint {
    pub complaint_id: String,
    pub received_on: NaiveDate,
    pub channel: Channel,
    pub kind: ComplaintKind,
    pub wish: String,
    #[serde(default)]
    pub call_id: Option<String>,
    /// Whoever it is about; of a call, whoever answered it.
    #[serde(default)]
    pub representative: Option<String>,
    pub state: ComplaintState,
    pub due_at: DateTime<Utc>,
    #[serde(default)]
    pub investigation: Option<Investigation>,
    /// The measure, or what the Ministry was written.
    #[serde(default)]
    pub measure: String,
    #[serde(default)]
    pub measured_on: Option<NaiveDate>,
    /// The day on which the result was told, and what was said.
    #[serde(default)]
    pub answered_on: Option<NaiveDate>,
    #[serde(default)]
    pub answer: String,
    /// Why it was withdrawn.
    #[serde(default)]
    pub reason: String,
    /// A person's id.
    pub noted_by: String,
}

/// What a complaint is noted as.
#[derive(Debug, Clone, PartialEq)]
pub struct NewComplaint {
    pub received_on: NaiveDate,
    pub channel: Channel,
    pub kind: ComplaintKind,
    pub wish: String,
    pub call_id: Option<String>,
    pub representative: Option<String>,
}

/// What an investigator reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub finding: Finding,
    pub text: String,
    pub specialist: String,
}

impl Kept for Complaint {
    const KIND: &'static str = "complaint";
    fn id(&self) -> &str {
        &self.complaint_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(self.investigation.as_ref().map_or(&self.noted_by, |found| &found.investigator))
    }
    fn about(&self) -> Option<&str> {
        self.representative.as_deref()
    }
    fn call_id(&self) -> Option<&str> {
        self.call_id.as_deref()
    }
    fn due_at(&self) -> Option<DateTime<Utc>> {
        Some(self.due_at)
    }
}

impl Told for Complaint {
    fn title(&self) -> Option<&str> {
        Some(self.kind.name())
    }
    fn outcome(&self) -> Option<&str> {
        self.investigation.as_ref().map(|found| found.finding.name())
    }
}

const SHORT: usize = 200;
const LONG: usize = 4000;

impl Complaint {
    pub fn note(id: String, new: NewComplaint, due_at: DateTime<Utc>, by: &str, today: NaiveDate) -> Result<Complaint> {
        if new.received_on > today {
            let day = new.received_on.to_string();
            return Err(WorkError::invalid("received_on", day, "is still to come", "write the day on which it came"));
        }
        Ok(Complaint {
            complaint_id: id,
            received_on: new.received_on,
            channel: new.channel,
            kind: new.kind,
            wish: needed("wish", &new.wish, LONG)?,
            call_id: new.call_id,
            representative: new.representative,
            state: ComplaintState::Received,
            due_at,
            investigation: None,
            measure: String::new(),
            measured_on: None,
            answered_on: None,
            answer: String::new(),
            reason: String::new(),
            noted_by: by.to_owned(),
        })
    }

    fn must_be(&self, states: &[ComplaintState], remedy: &'static str) -> Result<()> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(WorkError::State { what: "the complaint", state: self.state.name().to_owned(), remedy })
    }

    pub fn is_about(&self, person: &Person) -> bool {
        self.representative.is_some() && self.representative == person.representative
    }

    pub fn is_open(&self) -> bool {
        !matches!(self.state, ComplaintState::Answered | ComplaintState::Withdrawn)
    }

    pub fn investigate(&mut self, report: &Report, investigator: &Person, today: NaiveDate) -> Result<()> {
        self.must_be(&[ComplaintState::Received], "it was investigated before")?;
        if self.is_about(investigator) {
            let remedy = "choose somebody else";
            return Err(WorkError::invalid("investigator", &investigator.name, "is whom it is about", remedy));
        }
        self.investigation = Some(Investigation {
            finding: report.finding,
            text: needed("text", &report.text, LONG)?,
            investigator: investigator.person_id.clone(),
            specialist: words("specialist", &report.specialist, SHORT)?,
            on: today,
        });
        self.state = ComplaintState::Investigated;
        Ok(())
    }

    /// A measure of the centre's own, or the Ministry's turn.
    pub fn act(&mut self, to_ministry: bool, text: &str, today: NaiveDate) -> Result<()> {
        self.must_be(&[ComplaintState::Investigated], "it is investigated first, and acted on once")?;
        self.measure = needed("measure", text, LONG)?;
        self.measured_on = Some(today);
        self.state = if to_ministry { ComplaintState::Sent } else { ComplaintState::Measured };
        Ok(())
    }

    /// Whoever complained was told. What was confirmed, even in part, is acted on first.
    pub fn answer(&mut self, on: NaiveDate, text: &str, today: NaiveDate) -> Result<()> {
        let unfounded = self.investigation.as_ref().is_some_and(|found| found.finding == Finding::NotConfirmed);
        if unfounded {
            let states = [ComplaintState::Investigated, ComplaintState::Measured, ComplaintState::Sent];
            self.must_be(&states, "it is investigated first, and answered once")?;
        } else {
            let states = [ComplaintState::Measured, ComplaintState::Sent];
            self.must_be(&states, "a measure comes first, or the Ministry, and it is answered once")?;
        }
        if on > today || on < self.received_on {
            let remedy = "write a day between the complaint's and today";
            return Err(WorkError::invalid("answered_on", on.to_string(), "cannot be", remedy));
        }
        (self.answer, self.answered_on) = (needed("answer", text, LONG)?, Some(on));
        self.state = ComplaintState::Answered;
        Ok(())
    }

    pub fn withdraw(&mut self, reason: &str) -> Result<()> {
        self.must_be(&[ComplaintState::Received, ComplaintState::Investigated], "what was acted on is answered")?;
        (self.reason, self.state) = (needed("reason", reason, LONG)?, ComplaintState::Withdrawn);
        Ok(())
    }
}

/// Noon of a day in Baku: terms are counted from a moment.
fn noon(day: NaiveDate) -> DateTime<Utc> {
    let noon = day.and_time(NaiveTime::MIN) + chrono::Duration::hours(12);
    Baku.from_local_datetime(&noon).earliest().map_or_else(|| noon.and_utc(), |at| at.with_timezone(&Utc))
}

impl Desk {
    /// Notes a complaint. The call and its representative were found by whoever calls this; nobody notes one about themselves.
    pub async fn note_complaint(
        &self,
        person: &Person,
        new: NewComplaint,
        at: DateTime<Utc>,
    ) -> Result<Record<Complaint>> {
        self.must(person, Right::Complaints)?;
        let due_at = terms::until(&self.reference, "complaint_due_days", noon(new.received_on))?;
        let id = uuid::Uuid::now_v7().to_string();
        let complaint = Complaint::note(id, new, due_at, &person.person_id, terms::day(at))?;
        if complaint.is_about(person) {
            let who = complaint.representative.unwrap_or_default();
            return Err(WorkError::invalid("representative", who, "is you", "let somebody else note it"));
        }
        self.make(person, &complaint, "note", at).await
    }

    /// Complaints that a person may see: none about themselves.
    pub async fn complaints(&self, person: &Person, filter: &Filter<'_>) -> Result<Vec<Record<Complaint>>> {
        self.must(person, Right::Complaints)?;
        let mut all = self.store.list::<Complaint>(filter).await?;
        all.retain(|complaint| !complaint.is_about(person));
        Ok(all)
    }

    /// What is about oneself looks as if it did not exist.
    pub async fn complaint(&self, person: &Person, id: &str) -> Result<Record<Complaint>> {
        self.must(person, Right::Complaints)?;
        let found = self.store.find::<Complaint>(id).await?;
        found
            .filter(|complaint| !complaint.is_about(person))
            .ok_or_else(|| WorkError::NotFound { what: Complaint::KIND, id: id.to_owned() })
    }

    async fn complaint_seen(&self, person: &Person, id: &str, seen: i64) -> Result<Record<Complaint>> {
        self.complaint(person, id).await?;
        self.seen::<Complaint>(id, seen).await
    }

    pub async fn investigate_complaint(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        investigator: &str,
        report: &Report,
        at: DateTime<Utc>,
    ) -> Result<Record<Complaint>> {
        let mut complaint = self.complaint_seen(person, id, seen).await?;
        // Whoever may hear no call can have investigated none.
        let able = self.able(Right::Calls, at).await?;
        let Some(investigator) = able.iter().find(|one| one.person_id == investigator) else {
            return Err(WorkError::invalid("investigator", investigator, "is nobody's", "choose who investigated it"));
        };
        complaint.content.investigate(report, investigator, terms::day(at))?;
        self.step(person, complaint, "investigate", at).await
    }

    pub async fn act_on_complaint(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        to_ministry: bool,
        text: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Complaint>> {
        let mut complaint = self.complaint_seen(person, id, seen).await?;
        complaint.content.act(to_ministry, text, terms::day(at))?;
        self.step(person, complaint, if to_ministry { "send" } else { "measure" }, at).await
    }

    pub async fn answer_complaint(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        on: NaiveDate,
        text: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Complaint>> {
        let mut complaint = self.complaint_seen(person, id, seen).await?;
        complaint.content.answer(on, text, terms::day(at))?;
        self.step(person, complaint, "answer", at).await
    }

    pub async fn withdraw_complaint(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Complaint>> {
        let mut complaint = self.complaint_seen(person, id, seen).await?;
        complaint.content.withdraw(reason)?;
        self.step(person, complaint, "withdraw", at).await
    }
}

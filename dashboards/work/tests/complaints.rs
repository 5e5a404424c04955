//! A complaint from the day it came to the day it was answered, on every store; and who never sees it.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::NaiveDate;
use common::{at, desk, person, stores};
use meyar_work::complaints::{Channel, Complaint, ComplaintKind, ComplaintState, Finding, NewComplaint, Report};
use meyar_work::store::{Filter, Record};
use meyar_work::{Desk, Person, Role, WorkError};

const NOW: &str = "2026-11-23T08:00:00Z";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn new() -> NewComplaint {
    NewComplaint {
        received_on: day("2026-11-20"),
        channel: Channel::Call,
        kind: ComplaintKind::Conduct,
        wish: "Təmsilçi kobud danışdı, üzr istənilsin.".into(),
        call_id: Some("call-1".into()),
        representative: Some("R105".into()),
    }
}

fn report(finding: Finding) -> Report {
    Report { finding, text: "Səs yazısı dinlənildi.".into(), specialist: "Hüquq sektoru".into() }
}

struct Office {
    desk: Desk,
    lead: Person,
    head: Person,
    /// A lead who answers calls too.
    answering: Person,
    representative: Person,
}

async fn office(store: &meyar_work::Store) -> Office {
    Office {
        desk: desk(store),
        lead: person(store, "orxan", Role::Lead, None).await,
        head: person(store, "rauf", Role::Head, None).await,
        answering: person(store, "samir", Role::Lead, Some("R105")).await,
        representative: person(store, "nigar", Role::Representative, Some("R106")).await,
    }
}

impl Office {
    async fn noted(&self) -> Record<Complaint> {
        self.desk.note_complaint(&self.lead, new(), at(NOW)).await.unwrap()
    }

    async fn investigated(&self, finding: Finding) -> Record<Complaint> {
        let noted = self.noted().await;
        let (id, by) = (&noted.complaint_id, &self.head.person_id);
        self.desk.investigate_complaint(&self.lead, id, noted.version, by, &report(finding), at(NOW)).await.unwrap()
    }
}

fn field(error: WorkError) -> String {
    match error {
        WorkError::Invalid(invalid) => invalid.field,
        other => panic!("not about a field: {other}"),
    }
}

#[tokio::test]
async fn a_complaint_is_investigated_acted_on_and_answered() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, lead, now) = (&office.desk, &office.lead, at(NOW));
        let noted = office.noted().await;
        // Fifteen working days after Friday 20 November, by the calendar of the reference data.
        assert_eq!(noted.due_at, at("2026-12-11T20:00:00Z"));
        let id = &noted.complaint_id;
        let early = desk.act_on_complaint(lead, id, noted.version, false, "töhmət", now).await.unwrap_err();
        assert!(matches!(early, WorkError::State { .. }), "{early}");
        let early = desk.answer_complaint(lead, id, noted.version, day("2026-11-23"), "x", now).await.unwrap_err();
        assert!(matches!(early, WorkError::State { .. }), "{early}");
        let found = office.investigated(Finding::Confirmed).await;
        let id = &found.complaint_id;
        let investigation = found.investigation.clone().unwrap();
        assert_eq!((investigation.investigator, investigation.on), (office.head.person_id.clone(), day("2026-11-23")));
        // What was confirmed is not answered with nothing done.
        let idle = desk.answer_complaint(lead, id, found.version, day("2026-11-23"), "x", now).await.unwrap_err();
        assert!(matches!(idle, WorkError::State { .. }), "{idle}");
        let bare = desk.act_on_complaint(lead, id, found.version, false, " ", now).await.unwrap_err();
        assert_eq!(field(bare), "measure");
        let acted = desk.act_on_complaint(lead, id, found.version, false, "söhbət aparıldı", now).await.unwrap();
        assert_eq!(acted.state, ComplaintState::Measured);
        let stale = desk.answer_complaint(lead, id, found.version, day("2026-11-23"), "x", now).await.unwrap_err();
        assert!(matches!(stale, WorkError::Changed { .. }), "{stale}");
        for wrong in ["2026-11-24", "2026-11-19"] {
            let error = desk.answer_complaint(lead, id, acted.version, day(wrong), "x", now).await.unwrap_err();
            assert_eq!(field(error), "answered_on", "{wrong}");
        }
        let gone = desk.withdraw_complaint(lead, id, acted.version, "x", now).await.unwrap_err();
        assert!(matches!(gone, WorkError::State { .. }), "{gone}");
        let answered =
            desk.answer_complaint(lead, id, acted.version, day("2026-11-23"), "üzr istənildi", now).await.unwrap();
        assert_eq!((answered.state, answered.is_open()), (ComplaintState::Answered, false));
        let told = place.store.waiting(100).await.unwrap();
        assert_eq!(told.len(), 5, "every step was told: {told:?}");
        place.store.check_access_log().await.unwrap();
    }
}

#[tokio::test]
async fn to_the_ministry_or_answered_as_unfounded_or_taken_back() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, lead, now) = (&office.desk, &office.lead, at(NOW));
        let found = office.investigated(Finding::Partly).await;
        let sent = desk.act_on_complaint(lead, &found.complaint_id, found.version, true, "№ 12/7", now).await.unwrap();
        assert_eq!(sent.state, ComplaintState::Sent);
        let found = office.investigated(Finding::NotConfirmed).await;
        let (id, today) = (&found.complaint_id, day("2026-11-23"));
        desk.answer_complaint(lead, id, found.version, today, "təsdiqini tapmadı", now).await.unwrap();
        let found = office.investigated(Finding::NotConfirmed).await;
        desk.withdraw_complaint(lead, &found.complaint_id, found.version, "geri götürüldü", now).await.unwrap();
    }
}

#[tokio::test]
async fn whoever_it_is_about_neither_sees_nor_decides_it() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, samir, now) = (&office.desk, &office.answering, at(NOW));
        let noted = office.noted().await;
        let (id, version) = (&noted.complaint_id, noted.version);
        assert_eq!(desk.complaints(&office.lead, &Filter::default()).await.unwrap().len(), 1);
        assert!(desk.complaints(samir, &Filter::default()).await.unwrap().is_empty());
        let by = &office.head.person_id;
        let today = day("2026-11-23");
        let told = [
            desk.complaint(samir, id).await,
            desk.investigate_complaint(samir, id, version, by, &report(Finding::NotConfirmed), now).await,
            desk.act_on_complaint(samir, id, version, false, "x", now).await,
            desk.answer_complaint(samir, id, version, today, "x", now).await,
            desk.withdraw_complaint(samir, id, version, "x", now).await,
        ];
        for told in told {
            assert!(matches!(told, Err(WorkError::NotFound { .. })), "{told:?}");
        }
        // Nor does anybody else make them the investigator, nor do they note one about themselves.
        let own = &samir.person_id;
        let error = desk
            .investigate_complaint(&office.lead, id, version, own, &report(Finding::Confirmed), now)
            .await
            .unwrap_err();
        assert_eq!(field(error), "investigator");
        let deaf = person(&place.store, "kamran", Role::Administrator, None).await;
        let error = desk
            .investigate_complaint(&office.lead, id, version, &deaf.person_id, &report(Finding::Confirmed), now)
            .await
            .unwrap_err();
        assert_eq!(field(error), "investigator", "who may hear no call");
        assert_eq!(field(desk.note_complaint(samir, new(), now).await.unwrap_err()), "representative");
        // Of others they see and decide as every lead does.
        let other = NewComplaint { representative: Some("R7".into()), ..new() };
        let other = desk.note_complaint(samir, other, now).await.unwrap();
        assert!(desk.complaint(samir, &other.complaint_id).await.is_ok());
        // One about the service has no representative, and is nobody's own.
        let service = NewComplaint { representative: None, call_id: None, kind: ComplaintKind::Waiting, ..new() };
        let service = desk.note_complaint(samir, service, now).await.unwrap();
        assert!(desk.complaint(&office.lead, &service.complaint_id).await.is_ok());
        for step in [
            desk.note_complaint(&office.representative, new(), now).await.map(|_| ()),
            desk.complaints(&office.representative, &Filter::default()).await.map(|_| ()),
        ] {
            assert!(matches!(step, Err(WorkError::Refused("complaints"))), "{step:?}");
        }
    }
}

#[tokio::test]
async fn complaints_are_refused_by_field() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, lead, now) = (&office.desk, &office.lead, at(NOW));
        let tomorrow = NewComplaint { received_on: day("2026-11-24"), ..new() };
        assert_eq!(field(desk.note_complaint(lead, tomorrow, now).await.unwrap_err()), "received_on");
        let silent = NewComplaint { wish: " ".into(), ..new() };
        assert_eq!(field(desk.note_complaint(lead, silent, now).await.unwrap_err()), "wish");
        let noted = office.noted().await;
        let (id, version) = (&noted.complaint_id, noted.version);
        let nobody =
            desk.investigate_complaint(lead, id, version, "x", &report(Finding::Partly), now).await.unwrap_err();
        assert_eq!(field(nobody), "investigator");
        let bare = Report { text: String::new(), ..report(Finding::Partly) };
        let bare = desk.investigate_complaint(lead, id, version, &lead.person_id, &bare, now).await.unwrap_err();
        assert_eq!(field(bare), "text");
    }
}

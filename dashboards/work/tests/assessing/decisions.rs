//! What a representative and a reviewer may answer to an assessment, point by point, and what is told of it.

use super::common::{at, stores};
use super::{Office, office, say};
use meyar_work::assessment::{Assessment, Decision, Judged, State};
use meyar_work::store::Record;
use meyar_work::{PointDecision, WorkError};

/// Published, with K05 at a half.
async fn published(office: &Office) -> Record<Assessment> {
    let (who, draft) = office.judged().await;
    office.desk.publish(&who, &draft.assessment_id, draft.version, at("2026-11-24T07:00:00Z")).await.unwrap()
}

async fn disputed(office: &Office, criteria: &[&str]) -> Record<Assessment> {
    let id = published(office).await.assessment_id.clone();
    let points = criteria.iter().map(|code| ((*code).to_owned(), "razı deyiləm".to_owned())).collect();
    office.desk.dispute(&office.representative, &id, points, at("2026-11-24T08:00:00Z")).await.unwrap()
}

fn point(code: &str, decision: Decision, judged: Option<Judged>) -> PointDecision {
    (code.to_owned(), decision, judged, "səs yenidən dinlənilib".to_owned())
}

#[tokio::test]
async fn what_is_acknowledged_is_closed_and_told_once() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (id, now) = (published(&office).await.assessment_id.clone(), at("2026-11-24T08:00:00Z"));
        let nigar = &office.representative;
        // Whoever judged it, or leads, does not answer for the representative.
        for other in [&office.assessor, &office.lead] {
            let told = office.desk.acknowledge(other, &id, now).await.unwrap_err();
            assert!(matches!(told, WorkError::Refused(_)), "{told}");
        }
        // Without having been opened first, too.
        let record = office.desk.acknowledge(nigar, &id, now).await.unwrap();
        assert_eq!((record.state, record.raw_score), (State::Acknowledged, Some(89.0)));
        let again = office.desk.acknowledge(nigar, &id, now).await.unwrap_err();
        assert!(matches!(again, WorkError::State { .. }), "{again}");
        let late = office.desk.dispute(nigar, &id, vec![("K05".into(), "yox".into())], now).await.unwrap_err();
        assert!(matches!(late, WorkError::State { .. }), "{late}");
        let told = place.store.waiting(10).await.unwrap();
        assert_eq!(told.iter().map(|one| one.revision).collect::<Vec<_>>(), [0, 1], "published, acknowledged");
        assert!(told[1].content.contains("acknowledged"), "{}", told[1].content);
    }
}

#[tokio::test]
async fn what_is_upheld_stays_as_it_was_published() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (record, now) = (disputed(&office, &["K05"]).await, at("2026-11-25T08:00:00Z"));
        // A mark that is sent along with "upheld" changes nothing.
        let points = [point("K05", Decision::Upheld, Some(Judged::Marked(0.0)))];
        let id = &record.assessment_id;
        let decided = office.desk.decide(&office.lead, id, record.version, &points, false, now).await.unwrap();
        assert_eq!((decided.state, decided.raw_score), (State::Upheld, Some(89.0)));
        assert_eq!(decided.marks, record.marks, "not even a reason is written over");
        let dispute = decided.dispute.as_ref().unwrap();
        assert_eq!(dispute.points[0].decision, Some(Decision::Upheld));
        assert_eq!((dispute.points[0].decided, dispute.decided_by.as_ref()), (None, Some(&office.lead.person_id)));
        // It was decided once.
        let again = office.desk.decide(&office.lead, id, decided.version, &points, false, now).await.unwrap_err();
        assert!(matches!(again, WorkError::State { .. }), "{again}");
    }
}

#[tokio::test]
async fn a_point_that_is_voided_leaves_the_score_and_fails_no_call() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (who, draft) = office.judged().await;
        let now = at("2026-11-24T07:00:00Z");
        // Secrecy was broken, says the assessor: the call fails.
        let zero = say(Some(Judged::Marked(0.0)), "borcu soruşmadan dedi");
        let draft = office.desk.judge(&who, &draft.assessment_id, draft.version, "K12", &zero, now).await.unwrap();
        let failed = office.desk.publish(&who, &draft.assessment_id, draft.version, now).await.unwrap();
        assert_eq!((failed.effective_score, failed.gates.len()), (Some(0.0), 1));
        let objections = ["K05", "K12", "K14"].map(|code| (code.to_owned(), "razı deyiləm".to_owned()));
        let id = failed.assessment_id.clone();
        let record = office.desk.dispute(&office.representative, &id, objections.to_vec(), now).await.unwrap();
        // Every point is decided, or none.
        let some = [point("K05", Decision::Voided, None), point("K12", Decision::Voided, None)];
        let told = office.desk.decide(&office.lead, &id, record.version, &some, false, now).await.unwrap_err();
        assert!(told.to_string().contains("K14"), "{told}");
        let all = [some[0].clone(), some[1].clone(), point("K14", Decision::Upheld, None)];
        let decided = office.desk.decide(&office.lead, &id, record.version, &all, false, now).await.unwrap();
        // One voided point is a change; voiding everything is another step.
        assert_eq!(decided.state, State::Changed);
        for code in ["K05", "K12"] {
            assert_eq!(decided.mark(code).unwrap().judged, Some(Judged::NotApplicable), "{code}");
        }
        // K05 was all that was missing, and K12 all that failed it.
        assert_eq!((decided.raw_score, decided.effective_score), (Some(100.0), Some(100.0)));
        assert!(decided.gates.is_empty());
        let original = &decided.dispute.as_ref().unwrap().original;
        let was = |code: &str| original.iter().find(|mark| mark.criterion == code).unwrap().judged;
        assert_eq!((was("K05"), was("K12")), (Some(Judged::Marked(0.5)), Some(Judged::Marked(0.0))));
        let told = place.store.waiting(10).await.unwrap();
        assert!(told.last().unwrap().content.contains("\"voided\""), "{}", told.last().unwrap().content);
    }
}

#[tokio::test]
async fn an_assessment_that_is_voided_whole_keeps_its_marks_and_counts_no_more() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (record, now) = (disputed(&office, &["K05"]).await, at("2026-11-25T08:00:00Z"));
        let id = &record.assessment_id;
        let points = [point("K05", Decision::Upheld, None)];
        let decided = office.desk.decide(&office.lead, id, record.version, &points, true, now).await.unwrap();
        assert_eq!((decided.state, &decided.marks), (State::Voided, &record.marks));
    }
}

//! What may not apply by the form, and what becomes of it.

use super::common::{at, stores};
use super::{office, say};
use chrono::NaiveDate;
use meyar_scoring::{Condition, Form, Forms};
use meyar_work::assessment::{Assessment, Decision, Judged, Purpose};
use meyar_work::store::Record;

#[test]
fn the_shipped_forms_say_what_may_not_apply() {
    // As the scorecard has it: courtesy (K08) and secrecy (K12) are due in every call.
    for form in Forms::embedded().unwrap().iter() {
        let always: Vec<&str> = form
            .criteria()
            .iter()
            .filter(|criterion| !criterion.may_not_apply())
            .map(|criterion| criterion.code.as_str())
            .collect();
        assert_eq!(always, ["K08", "K12"], "{:?}", form.reference());
        let no_half: Vec<&str> = form
            .criteria()
            .iter()
            .filter(|criterion| !criterion.scale.contains(&0.5))
            .map(|criterion| criterion.code.as_str())
            .collect();
        assert_eq!(no_half, ["K07", "K12", "K13"], "{:?}", form.reference());
    }
}

#[tokio::test]
async fn what_does_not_apply_leaves_the_denominator_and_what_always_applies_has_no_way_around_it() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (who, mut draft) = office.judged().await;
        let now = at("2026-11-24T07:00:00Z");
        // 11 of 100 is missing: half of K05.
        assert_eq!(draft.raw_score, Some(89.0));
        let na = say(Some(Judged::NotApplicable), "gözlətmə olmayıb");
        draft = office.desk.judge(&who, &draft.assessment_id, draft.version, "K09", &na, now).await.unwrap();
        let expected = 100.0 * 84.0 / 95.0;
        assert!((draft.raw_score.unwrap() - expected).abs() < 1e-9, "K09 weighs 5: {:?}", draft.raw_score);
        for code in ["K08", "K12"] {
            let told = office.desk.judge(&who, &draft.assessment_id, draft.version, code, &na, now).await.unwrap_err();
            assert!(told.to_string().contains(code) && told.to_string().contains("always applies"), "{told}");
        }
        // The gate that only urgent calls have to pass may not apply.
        draft = office.desk.judge(&who, &draft.assessment_id, draft.version, "K13", &na, now).await.unwrap();
        // A draft from before that rule: it stays readable, and is not published so.
        let mut old: Record<Assessment> = place.store.get(&draft.assessment_id).await.unwrap();
        old.content.marks.iter_mut().find(|mark| mark.criterion == "K12").unwrap().judged = Some(Judged::NotApplicable);
        let mut tx = place.store.begin().await.unwrap();
        tx.save(&mut old, &who.person_id, "judge", now).await.unwrap();
        tx.commit().await.unwrap();
        let told = office.desk.publish(&who, &old.assessment_id, old.version, now).await.unwrap_err().to_string();
        assert!(told.contains("K12") && told.contains("always applies"), "{told}");
        let kept = say(Some(Judged::Marked(1.0)), "");
        let draft = office.desk.judge(&who, &old.assessment_id, old.version, "K12", &kept, now).await.unwrap();
        let published = office.desk.publish(&who, &draft.assessment_id, draft.version, now).await.unwrap();
        // A reviewer changes a mark to what the form has; to void it is another decision.
        let nigar = &office.representative;
        let disputed = office
            .desk
            .dispute(nigar, &published.assessment_id, vec![("K08".into(), "kobud deyildim".into())], now)
            .await
            .unwrap();
        let id = disputed.assessment_id.clone();
        let changed = vec![("K08".to_owned(), Decision::Changed, Some(Judged::NotApplicable), "aid deyil".to_owned())];
        let told = office.desk.decide(&office.lead, &id, disputed.version, &changed, false, now).await.unwrap_err();
        assert!(told.to_string().contains("always applies"), "{told}");
        let voided = vec![("K08".to_owned(), Decision::Voided, None, "səs eşidilmir".to_owned())];
        let decided = office.desk.decide(&office.lead, &id, disputed.version, &voided, false, now).await.unwrap();
        assert_eq!(decided.mark("K08").unwrap().judged, Some(Judged::NotApplicable));
    }
}

#[test]
fn a_sheet_without_any_mark_is_no_assessment() {
    let forms = Forms::embedded().unwrap();
    let form = forms.form_for("az", NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()).unwrap();
    // Of a form in which everything may not apply.
    let mut spec = form.spec().clone();
    for criterion in &mut spec.criteria {
        criterion.not_applicable = vec![Condition::DroppedBeforeSpeech];
    }
    let loose = Form::of(spec).unwrap();
    let mut draft = Assessment::begin("a".into(), "c", &loose, None, "p", Purpose::Random);
    for code in draft.marks.iter().map(|mark| mark.criterion.clone()).collect::<Vec<_>>() {
        draft.judge(&loose, &code, &say(Some(Judged::NotApplicable), "")).unwrap();
    }
    let now = at("2026-11-24T07:00:00Z");
    let told = draft.publish(&loose, now, now).unwrap_err().to_string();
    assert!(told.contains("has no score"), "{told}");
    // A gate weighs nothing: alone it makes no score either.
    draft.judge(&loose, "K12", &say(Some(Judged::Marked(1.0)), "")).unwrap();
    assert!(draft.publish(&loose, now, now).is_err());
    draft.judge(&loose, "K01", &say(Some(Judged::Marked(0.5)), "")).unwrap();
    draft.publish(&loose, now, now).unwrap();
    assert_eq!(draft.raw_score, Some(50.0));
}

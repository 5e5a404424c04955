//! New versions of the evaluation form, on every store: drafted, returned, approved, in force from their day on; never edited afterwards.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::NaiveDate;
use common::{at, desk, person, stores};
use meyar_scoring::{Form, FormSpec, Forms, Status};
use meyar_work::access::Asked;
use meyar_work::drafts::{DraftState, FormDraft, next_version, problems, take, version_of};
use meyar_work::store::{Filter, Record, Store};
use meyar_work::{Desk, Person, Role, WorkError};
use proptest::prelude::*;
use std::sync::Arc;

const FORM: &str = "default-call-form";

struct Office {
    desk: Desk,
    lead: Person,
    head: Person,
    assessor: Person,
}

async fn office(store: &Store) -> Office {
    Office {
        desk: desk(store),
        lead: person(store, "orxan", Role::Lead, None).await,
        head: person(store, "rauf", Role::Head, None).await,
        assessor: person(store, "leyla", Role::Assessor, None).await,
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Two points go from the second criterion to the first.
fn moved(specs: &[FormSpec]) -> Vec<FormSpec> {
    let mut specs = specs.to_vec();
    for spec in &mut specs {
        spec.criteria[0].weight += 2.0;
        spec.criteria[1].weight -= 2.0;
    }
    specs
}

impl Office {
    async fn draft(&self, version: &str) -> Record<FormDraft> {
        self.desk.draft_form(&self.lead, FORM, "0.1", version, at("2026-11-20T08:00:00Z")).await.unwrap()
    }

    async fn submitted(&self, version: &str) -> Record<FormDraft> {
        let draft = self.draft(version).await;
        let now = at("2026-11-20T09:00:00Z");
        let specs = moved(&draft.specs);
        let draft = self
            .desk
            .write_form(&self.lead, &draft.draft_id, draft.version, specs, "Salamlama vacibdir.", now)
            .await
            .unwrap();
        self.desk.submit_form(&self.lead, &draft.draft_id, draft.version, now).await.unwrap()
    }
}

fn field(error: &WorkError) -> &str {
    match error {
        WorkError::Invalid(invalid) => &invalid.field,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_version_is_drafted_returned_mended_and_approved_and_is_in_force_from_its_day_on() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, id) = (&office.desk, FormDraft::id_of(FORM, "0.2"));
        let first = office.submitted("0.2").await;
        let now = at("2026-11-21T08:00:00Z");
        let error = desk.send_form_back(&office.head, &id, first.version, " ", now).await.unwrap_err();
        assert_eq!(field(&error), "reason");
        let back = desk.send_form_back(&office.head, &id, first.version, "K07 unudulub", now).await.unwrap();
        assert_eq!((back.state, back.rulings[0].reason.as_str()), (DraftState::Returned, "K07 unudulub"));
        let mut specs = back.specs.clone();
        specs[0].criteria[6].parts[0].patterns.push("hər şey aydındırmı".into());
        let mended = desk.write_form(&office.lead, &id, back.version, specs, &back.why, now).await.unwrap();
        let again = desk.submit_form(&office.lead, &id, mended.version, now).await.unwrap();
        let approved = desk.approve_form(&office.head, &id, again.version, day("2026-12-01"), now).await.unwrap();
        assert_eq!((approved.state, approved.valid_from), (DraftState::Approved, Some(day("2026-12-01"))));

        let form =
            |language: &str, date: &str| desk.forms.form_for(language, day(date)).unwrap().spec().form.version.clone();
        for language in ["az", "en"] {
            assert_eq!((form(language, "2026-11-30"), form(language, "2026-12-01")), ("0.1".into(), "0.2".into()));
            let old = version_of(&desk.forms, FORM, "0.1").into_iter().find(|form| form.language().code() == language);
            assert_eq!(desk.forms.days(old.unwrap()).unwrap().1, Some(day("2026-11-30")));
        }
        let new = version_of(&desk.forms, FORM, "0.2");
        assert!(new.iter().all(|form| form.spec().form.status == Status::Approved && form.criteria()[0].weight == 7.0));

        // Another machine over the same store, and the next start of this one.
        let elsewhere = Forms::embedded().unwrap();
        assert_eq!(take(&place.store, &elsewhere).await.unwrap(), ["default-call-form 0.2"]);
        assert_eq!(take(&place.store, &elsewhere).await.unwrap(), Vec::<String>::new());
        let there = elsewhere.form_for("az", day("2027-01-01")).unwrap();
        assert_eq!(there.spec(), desk.forms.form_for("az", day("2027-01-01")).unwrap().spec());

        // Each step stands in the history and in the log.
        let steps: Vec<String> =
            place.store.versions::<FormDraft>(&id).await.unwrap().into_iter().map(|step| step.action).collect();
        assert_eq!(steps, ["draft", "write", "submit", "return", "write", "submit", "approve"]);
        let log = place.store.access_log(&Asked::default()).await.unwrap();
        assert_eq!(log.iter().filter(|logged| logged.entry.object_kind == "form_draft").count(), 7);
        place.store.check_access_log().await.unwrap();
    }
}

#[tokio::test]
async fn what_was_submitted_or_approved_is_never_edited() {
    for place in stores().await {
        let office = office(&place.store).await;
        let desk = &office.desk;
        let now = at("2026-11-21T08:00:00Z");
        let draft = office.submitted("0.2").await;
        let write = async |seen: i64| {
            let specs = moved(&draft.specs);
            desk.write_form(&office.lead, &draft.draft_id, seen, specs, "yenə", now).await.unwrap_err()
        };
        assert!(matches!(write(draft.version).await, WorkError::State { .. }));
        let approved =
            desk.approve_form(&office.head, &draft.draft_id, draft.version, day("2026-12-01"), now).await.unwrap();
        assert!(matches!(write(approved.version).await, WorkError::State { .. }));
        for done in [
            desk.submit_form(&office.lead, &draft.draft_id, approved.version, now).await,
            desk.discard_form(&office.lead, &draft.draft_id, approved.version, now).await,
            desk.send_form_back(&office.head, &draft.draft_id, approved.version, "yox", now).await,
            desk.approve_form(&office.head, &draft.draft_id, approved.version, day("2027-01-01"), now).await,
        ] {
            assert!(matches!(done.unwrap_err(), WorkError::State { .. }));
        }
        // It is the basis of the next one, and its number is taken for good.
        let next = desk.draft_form(&office.lead, FORM, "0.2", "0.3", now).await.unwrap();
        assert_eq!((next.base.as_str(), next.specs[0].criteria[0].weight), ("0.2", 7.0));
        for taken in ["0.1", "0.2", "0.3"] {
            assert_eq!(field(&desk.draft_form(&office.lead, FORM, "0.1", taken, now).await.unwrap_err()), "version");
        }
    }
}

#[tokio::test]
async fn who_has_no_right_is_refused_and_nobody_approves_their_own() {
    for place in stores().await {
        let office = office(&place.store).await;
        let desk = &office.desk;
        let now = at("2026-11-21T08:00:00Z");
        let refused = |done: meyar_work::Result<Record<FormDraft>>| matches!(done, Err(WorkError::Refused(_)));
        for nobody in [&office.assessor, &office.head] {
            assert!(refused(desk.draft_form(nobody, FORM, "0.1", "0.2", now).await));
        }
        let draft = office.submitted("0.2").await;
        let (id, seen) = (&draft.draft_id, draft.version);
        for nobody in [&office.assessor, &office.lead] {
            assert!(refused(desk.approve_form(nobody, id, seen, day("2026-12-01"), now).await));
            assert!(refused(desk.send_form_back(nobody, id, seen, "yox", now).await));
            assert!(refused(desk.withdraw_form(nobody, id, seen, "yox", now).await));
        }
        for nobody in [&office.assessor, &office.head] {
            assert!(refused(desk.write_form(nobody, id, seen, draft.specs.clone(), "", now).await));
            assert!(refused(desk.submit_form(nobody, id, seen, now).await));
            assert!(refused(desk.discard_form(nobody, id, seen, now).await));
        }
        // A lead who became the head meanwhile.
        let both = Person { role: Role::Head, ..office.lead.clone() };
        assert!(refused(desk.approve_form(&both, id, seen, day("2026-12-01"), now).await));
        assert!(refused(desk.send_form_back(&both, id, seen, "yox", now).await));
        assert_eq!(place.store.get::<FormDraft>(id).await.unwrap().version, seen, "nothing was done");
        // Nor does another lead who wrote in it, and stands in for the head.
        let other = person(&place.store, "ayten", Role::Lead, None).await;
        let back = desk.send_form_back(&office.head, id, seen, "qısadır", now).await.unwrap();
        let specs = back.specs.clone();
        let written =
            desk.write_form(&other, id, back.version, specs, "Salamlama daha da vacibdir.", now).await.unwrap();
        let again = desk.submit_form(&office.lead, id, written.version, now).await.unwrap();
        let other = Person { stands_in_as: vec![Role::Head], ..other };
        assert!(refused(desk.approve_form(&other, id, again.version, day("2026-12-01"), now).await));
        desk.approve_form(&office.head, id, again.version, day("2026-12-01"), now).await.unwrap();
    }
}

#[tokio::test]
async fn a_first_day_is_not_over_and_begins_no_other_version() {
    for place in stores().await {
        let office = office(&place.store).await;
        let desk = &office.desk;
        // Half past midnight of the 22nd in Baku.
        let now = at("2026-11-21T20:30:00Z");
        let draft = office.submitted("0.2").await;
        let approve = async |draft: &Record<FormDraft>, first: &str| {
            desk.approve_form(&office.head, &draft.draft_id, draft.version, day(first), now).await
        };
        assert_eq!(field(&approve(&draft, "2026-11-21").await.unwrap_err()), "valid_from");
        approve(&draft, "2026-11-22").await.unwrap();
        let next = office.submitted("0.3").await;
        assert_eq!(field(&approve(&next, "2026-11-22").await.unwrap_err()), "valid_from");
        approve(&next, "2026-11-23").await.unwrap();
        let first = version_of(&desk.forms, FORM, "0.2")[0];
        assert_eq!(desk.forms.days(first), Some((day("2026-11-22"), Some(day("2026-11-22")))));
    }
}

#[tokio::test]
async fn before_its_first_day_an_approval_can_be_withdrawn_and_its_day_is_free_again() {
    for place in stores().await {
        let office = office(&place.store).await;
        let desk = &office.desk;
        let now = at("2026-11-21T08:00:00Z");
        let draft = office.submitted("0.2").await;
        let first = day("2026-12-01");
        let approved = desk.approve_form(&office.head, &draft.draft_id, draft.version, first, now).await.unwrap();
        let elsewhere = Forms::embedded().unwrap();
        take(&place.store, &elsewhere).await.unwrap();
        let late = desk
            .withdraw_form(&office.head, &draft.draft_id, approved.version, "səhv", at("2026-12-01T05:00:00Z"))
            .await
            .unwrap_err();
        assert!(matches!(late, WorkError::State { .. }));
        desk.withdraw_form(&office.head, &draft.draft_id, approved.version, "səhv gün", now).await.unwrap();
        take(&place.store, &elsewhere).await.unwrap();
        let anew = Forms::embedded().unwrap();
        take(&place.store, &anew).await.unwrap();
        for forms in [&*desk.forms, &elsewhere, &anew] {
            assert_eq!(forms.form_for("az", day("2027-01-01")).unwrap().spec().form.version, "0.1");
            let withdrawn = version_of(forms, FORM, "0.2");
            assert_eq!((withdrawn.len(), forms.days(withdrawn[0])), (2, None), "it can still be named");
            assert_eq!(forms.days(version_of(forms, FORM, "0.1")[0]).unwrap().1, None);
        }
        let next = office.submitted("0.3").await;
        desk.approve_form(&office.head, &next.draft_id, next.version, first, now).await.unwrap();
        assert_eq!(desk.forms.form_for("az", first).unwrap().spec().form.version, "0.3");
    }
}

#[tokio::test]
async fn of_two_who_write_at_once_one_is_told() {
    for place in stores().await {
        let office = office(&place.store).await;
        let desk = &office.desk;
        let now = at("2026-11-21T08:00:00Z");
        let draft = office.draft("0.2").await;
        let write =
            |why: &'static str| desk.write_form(&office.lead, &draft.draft_id, 1, moved(&draft.specs), why, now);
        let (one, other) = tokio::join!(write("biri"), write("o biri"));
        let lost = [&one, &other].into_iter().filter(|done| matches!(done, Err(WorkError::Changed { .. }))).count();
        assert!(lost == 1 && (one.is_ok() ^ other.is_ok()), "{one:?} {other:?}");
        let begin = || desk.draft_form(&office.lead, FORM, "0.1", "0.4", now);
        let (one, other) = tokio::join!(begin(), begin());
        assert!(one.is_ok() ^ other.is_ok());
        let all: Vec<Record<FormDraft>> = place.store.list(&Filter::default()).await.unwrap();
        assert_eq!(all.len(), 2);
    }
}

#[tokio::test]
async fn what_cannot_be_judged_by_is_not_even_kept_in_a_draft() {
    for place in stores().await {
        let office = office(&place.store).await;
        let draft = office.draft("0.2").await;
        let now = at("2026-11-21T08:00:00Z");
        let refused = async |change: &dyn Fn(&mut Vec<FormSpec>)| {
            let mut specs = draft.specs.clone();
            change(&mut specs);
            let done = office.desk.write_form(&office.lead, &draft.draft_id, 1, specs, "", now).await;
            done.unwrap_err().to_string()
        };
        let all = |specs: &mut Vec<FormSpec>, change: fn(&mut FormSpec)| specs.iter_mut().for_each(change);
        let told = refused(&|specs| all(specs, |spec| spec.criteria[0].weight = 8.0)).await;
        assert!(told.contains("103") && told.contains("100"), "{told}");
        let told = refused(&|specs| all(specs, |spec| spec.criteria[0].gate = true)).await;
        assert!(told.contains("K01"), "{told}");
        let told = refused(&|specs| specs[0].criteria[0].parts[0].patterns.push("(salam".into())).await;
        assert!(told.contains("K01") && told.contains("(salam"), "{told}");
        // One language may not weigh otherwise than the other.
        let told = refused(&|specs| {
            specs[0].criteria[0].weight = 6.0;
            specs[0].criteria[1].weight = 5.0;
        })
        .await;
        assert!(told.contains("languages"), "{told}");
        let told = refused(&|specs| all(specs, |spec| spec.form.version = "0.9".into())).await;
        assert!(told.contains("version"), "{told}");
        refused(&|specs| {
            specs.pop();
        })
        .await;
        // Nothing said, nothing changed: nothing to approve.
        let error = office.desk.submit_form(&office.lead, &draft.draft_id, 1, now).await.unwrap_err();
        assert_eq!(field(&error), "form");
        let written =
            office.desk.write_form(&office.lead, &draft.draft_id, 1, moved(&draft.specs), " ", now).await.unwrap();
        let error = office.desk.submit_form(&office.lead, &draft.draft_id, written.version, now).await.unwrap_err();
        assert_eq!(field(&error), "why");
    }
}

#[test]
fn versions_follow_each_other() {
    assert_eq!(["0.1", "0.9", "1", "2026.11"].map(next_version), ["0.2", "0.10", "2", "2026.12"]);
    let forms = Forms::embedded().unwrap();
    let base: Vec<&Form> = forms.iter().collect();
    for wrong in ["", "x", "1.", ".1", "0.1 a", "1.2.3.4.5", "12345", "../1"] {
        assert!(FormDraft::begin(&base, wrong, "p").is_err(), "{wrong}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// A draft is kept exactly where its weights make 100 and its gates weigh nothing; whatever is kept can be judged by.
    #[test]
    fn weights_make_100_or_are_not_kept(tenths in proptest::collection::vec(0_u32..=300, 12), closes in any::<bool>()) {
        let forms = Forms::embedded().unwrap();
        let base: Vec<&Form> = forms.iter().collect();
        let mut draft = FormDraft::begin(&base, "0.2", "p").unwrap();
        let mut tenths = tenths;
        let others: u32 = tenths[1..].iter().sum();
        if closes && others <= 1000 {
            tenths[0] = 1000 - others;
        }
        let mut specs = draft.specs.clone();
        for spec in &mut specs {
            let weighing = spec.criteria.iter_mut().filter(|criterion| !criterion.gate);
            for (criterion, tenth) in weighing.zip(&tenths) {
                criterion.weight = f64::from(*tenth) / 10.0;
            }
        }
        let makes_100 = tenths.iter().sum::<u32>() == 1000;
        let before = draft.clone();
        let kept = draft.write(specs.clone(), "səbəb", "p-1");
        prop_assert_eq!(kept.is_ok(), makes_100, "{:?}", kept);
        prop_assert_eq!(problems(&specs).is_empty(), makes_100);
        if makes_100 {
            prop_assert!(specs.iter().all(|spec| Form::of(spec.clone()).is_ok()));
            // As it is kept in the store, and read again.
            let text = serde_json::to_string(&draft).unwrap();
            prop_assert_eq!(serde_json::from_str::<FormDraft>(&text).unwrap(), draft);
        } else {
            prop_assert_eq!(draft, before);
        }
    }
}

#[test]
fn forms_that_come_are_seen_by_whoever_holds_the_others() {
    let forms = Arc::new(Forms::embedded().unwrap());
    let held = forms.form_for("az", day("2027-01-01")).unwrap();
    let threads: Vec<_> = (2..10)
        .map(|n| {
            let forms = forms.clone();
            std::thread::spawn(move || {
                // Each version twice, from two threads.
                let mut spec = forms.form_for("az", day("2026-01-01")).unwrap().spec().clone();
                spec.form.version = format!("0.{}", n / 2 + 1);
                spec.form.valid_from = day("2027-01-01") + chrono::Days::new(n / 2);
                forms.add(Form::of(spec).unwrap())
            })
        })
        .collect();
    let added = threads.into_iter().map(|thread| thread.join().unwrap()).filter(|added| *added).count();
    assert_eq!((added, forms.iter().count()), (4, 6));
    assert_eq!(held.spec().form.version, "0.1");
    assert_eq!(forms.form_for("az", day("2028-01-01")).unwrap().spec().form.version, "0.5");
}

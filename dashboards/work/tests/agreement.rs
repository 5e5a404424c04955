//! What was judged twice, as the statistics take it: every call once, by the right two, and no others. Pure.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, NaiveDate, Utc};
use meyar_schemas::evaluations::{FormRef, VerdictState};
use meyar_scoring::{Form, Forms};
use meyar_statistics::StatisticsError;
use meyar_statistics::agreement::{Bootstrap, Weights, gwet_ac};
use meyar_work::assessment::{Assessment, Dispute, Judged, Mark, Proposed, Purpose, State};
use meyar_work::calibration::agreement::{self, categories, category, compared};
use meyar_work::calibration::severity::{Against, against_master, drift, of_version, pooled_deviation};
use meyar_work::calibration::{Agreed, Calibration, Participant, SetCall, SetState, Source};
use meyar_work::store::Record;

const BOOTSTRAP: Bootstrap = Bootstrap { resamples: 400, seed: 7, confidence: 0.95 };

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn forms() -> Forms {
    Forms::embedded().unwrap()
}

fn form(forms: &Forms) -> &Form {
    forms.form_for("az", NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()).unwrap()
}

fn record<T>(content: T) -> Record<T> {
    Record { version: 1, made_at: at("2026-11-20T06:00:00Z"), changed_at: at("2026-11-20T06:00:00Z"), content }
}

/// K01 as given; everything else full and proposed so.
fn judged(form: &Form, id: &str, call: &str, who: &str, purpose: Purpose, k01: Judged) -> Record<Assessment> {
    let mut one = Assessment::begin(id.into(), call, form, None, who, purpose);
    for mark in &mut one.marks {
        mark.proposed = Some(Proposed { state: VerdictState::Marked, mark: Some(1.0), confidence: 0.9 });
        mark.judged = Some(if mark.criterion == "K01" { k01 } else { Judged::Marked(1.0) });
    }
    (one.state, one.published_at) = (State::Published, Some(at("2026-11-20T06:00:00Z")));
    record(one)
}

fn set(form: &Form, id: &str, calls: usize, state: SetState, master: Option<f64>) -> Record<Calibration> {
    let agreed = |value: f64| Agreed {
        judged: Judged::Marked(value),
        critical: false,
        rule: "qayda".into(),
        reason: "səbəb".into(),
        by: "p".into(),
        at: at("2026-11-21T06:00:00Z"),
    };
    let call = |n: usize| SetCall {
        call_id: format!("{id}-{n}"),
        line: None,
        representative: None,
        form: form.reference(),
        evaluation_id: None,
        proposed: form
            .criteria()
            .iter()
            .map(|one| (one.code.clone(), Proposed { state: VerdictState::Marked, mark: Some(1.0), confidence: 0.9 }))
            .collect(),
        master: match master {
            Some(value) => form.criteria().iter().map(|one| (one.code.clone(), agreed(value))).collect(),
            None => Default::default(),
        },
        judged_by: Vec::new(),
    };
    record(Calibration {
        calibration_id: id.into(),
        name: id.into(),
        source: Source::Ids,
        seed: None,
        calls: (0..calls).map(call).collect(),
        participants: ["a", "b"].map(|who| Participant { person_id: who.into(), representative: None }).to_vec(),
        state,
        made_by: "lead".into(),
        due_at: at("2026-11-25T06:00:00Z"),
        handed: Vec::new(),
        compared_at: (state != SetState::Open).then(|| at("2026-11-21T06:00:00Z")),
    })
}

fn of_set(form: &Form, set: &str, n: usize, who: &str, k01: Judged) -> Record<Assessment> {
    let id = format!("{set}-{n}-{who}");
    let mut one = judged(form, &id, &format!("{set}-{n}"), who, Purpose::Calibration, k01);
    one.content.calibration_id = Some(set.into());
    one.content.marks.iter_mut().for_each(|mark: &mut Mark| mark.proposed = None);
    one
}

fn k01(pairs: &agreement::Pairs) -> usize {
    pairs.units.get("K01").map_or(0, Vec::len)
}

#[test]
fn a_mark_is_a_category_of_its_forms_scale() {
    let forms = forms();
    for criterion in form(&forms).criteria() {
        let mut seen: Vec<usize> =
            criterion.scale.iter().map(|value| category(criterion, Judged::Marked(*value)).unwrap()).collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..criterion.scale.len()).collect::<Vec<_>>(), "{}", criterion.code);
        assert_eq!(category(criterion, Judged::NotApplicable), Some(categories(criterion) - 1));
        assert_eq!(category(criterion, Judged::Marked(0.123)), None);
    }
}

/// 118 calls that both gave the full mark, 5 and 2 that one of them did not (Gwet's paradox), through sets and assessments to the coefficients.
#[test]
fn the_published_example_comes_out_of_calibrations() {
    let (forms, full, none) = (forms(), Judged::Marked(1.0), Judged::Marked(0.0));
    let form = form(&forms);
    let (sets, mut scored) = (vec![set(form, "s", 125, SetState::Compared, None)], Vec::new());
    for n in 0..125 {
        let (one, other) = match n {
            0..118 => (full, full),
            118..123 => (full, none),
            _ => (none, full),
        };
        scored.extend([of_set(form, "s", n, "a", one), of_set(form, "s", n, "b", other)]);
    }
    let found = compared(form, &scored, &sets);
    assert_eq!((found.people.calls, found.machine_blind.calls, found.machine_at_work.calls), (125, 0, 0));
    let criterion = form.criterion("K01").unwrap();
    let told = agreement::of_criterion(&found.people, criterion, 20, &BOOTSTRAP).unwrap();
    assert!((told.raw.value - 0.944).abs() < 1e-12, "{told:?}");
    let alpha = told.alpha.unwrap();
    // Cohen's kappa of it is −0.023; alpha corrects the smaller sample: 1 − (1 − 0.944)·249/(2·243·7/250).
    assert!((alpha.value - (1.0 - 7.0 * 2.0 * 249.0 / (2.0 * 243.0 * 7.0))).abs() < 1e-12, "{alpha:?}");
    // Of two categories AC1 is 0.941; the form knows more of them, and takes less as chance: 1/(q−1)·Σπ(1−π).
    let pi = [7.0 / 250.0, 243.0 / 250.0];
    let chance = pi.iter().map(|share| share * (1.0 - share)).sum::<f64>() / (categories(criterion) as f64 - 1.0);
    assert!((told.ac1.value - (0.944 - chance) / (1.0 - chance)).abs() < 1e-12, "{told:?}");
    let two: Vec<Vec<Option<usize>>> = found.people.units["K01"]
        .iter()
        .map(|unit| unit.iter().map(|mark| mark.map(|mark| usize::from(mark > 0))).collect())
        .collect();
    assert!((gwet_ac(&two, 2, Weights::Identity).unwrap().coefficient - 0.9408).abs() < 1e-4);
    for coefficient in [told.raw, told.ac1, alpha] {
        assert!(coefficient.interval.unwrap().contains(coefficient.value));
    }
}

#[test]
fn below_the_limit_there_is_no_number() {
    let forms = forms();
    let form = form(&forms);
    let sets = vec![set(form, "s", 19, SetState::Compared, None)];
    let scored: Vec<_> =
        (0..19).flat_map(|n| ["a", "b"].map(|who| of_set(form, "s", n, who, Judged::Marked(1.0)))).collect();
    let found = compared(form, &scored, &sets);
    let criterion = form.criterion("K01").unwrap();
    let told = agreement::of_criterion(&found.people, criterion, 20, &BOOTSTRAP).unwrap_err();
    assert_eq!(told, StatisticsError::TooFew { field: "double-scored units", have: 19, needed: 20 });
    assert!(agreement::of_criterion(&found.people, criterion, 19, &BOOTSTRAP).is_ok());
}

#[test]
fn what_is_hidden_or_not_independent_is_no_pair() {
    let (forms, full, none) = (forms(), Judged::Marked(1.0), Judged::Marked(0.0));
    let form = form(&forms);
    // A set that is still scored, and one that was withdrawn.
    let scored = ["a", "b"].map(|who| of_set(form, "s", 0, who, full)).to_vec();
    let open = set(form, "s", 1, SetState::Open, None);
    assert_eq!(compared(form, &scored, &[open]).people.calls, 0);
    let mut withdrawn = set(form, "s", 1, SetState::Closed, Some(1.0));
    withdrawn.content.compared_at = None;
    assert_eq!(compared(form, &scored, &[withdrawn]), agreement::Compared::default());
    // A draft, one mark alone, another version of the form.
    let mut draft = scored.clone();
    draft[1].content.state = State::Draft;
    let open_set = set(form, "s", 1, SetState::Compared, None);
    assert_eq!(compared(form, &draft, std::slice::from_ref(&open_set)).people.calls, 0);
    let mut other = open_set.clone();
    other.content.calls[0].form.version = "99".into();
    assert_eq!(compared(form, &scored, &[other]).people.calls, 0);

    // Daily work: two assessors of one call are a pair; the same one twice, a review, a voided one are none.
    let pair = |purpose: Purpose, who: &str| {
        vec![judged(form, "1", "c", "a", Purpose::Random, full), judged(form, "2", "c", who, purpose, none)]
    };
    let people = |all: &[Record<Assessment>]| k01(&compared(form, all, &[]).people);
    assert_eq!(people(&pair(Purpose::Risk, "b")), 1);
    assert_eq!(people(&pair(Purpose::Random, "a")), 0);
    assert_eq!(people(&pair(Purpose::Review, "b")), 0);
    let mut voided = pair(Purpose::Random, "b");
    voided[1].content.state = State::Voided;
    assert_eq!(people(&voided), 0);
}

#[test]
fn the_machine_is_held_against_random_work_and_against_masters() {
    let (forms, none) = (forms(), Judged::Marked(0.0));
    let form = form(&forms);
    let mut work = vec![
        judged(form, "1", "c1", "a", Purpose::Random, none),
        judged(form, "2", "c2", "a", Purpose::Risk, none),
        judged(form, "3", "c3", "a", Purpose::Complaint, none),
    ];
    // What a dispute changed: how the assessor judged counts, not what was decided.
    let original = work[0].content.marks.clone();
    work[0].content.marks[0].judged = Some(Judged::Marked(1.0));
    work[0].content.dispute = Some(Dispute {
        opened_at: at("2026-11-21T06:00:00Z"),
        due_at: at("2026-11-25T06:00:00Z"),
        points: vec![],
        decided_at: None,
        decided_by: None,
        original,
    });
    let found = compared(form, &work, &[]);
    assert_eq!((found.machine_at_work.calls, k01(&found.machine_at_work)), (1, 1), "random ones alone");
    let unit = &found.machine_at_work.units["K01"][0];
    assert_ne!(unit[0], unit[1], "the machine said 1, the assessor 0");
    // Where it abstained there is nothing to agree with.
    work[0].content.dispute = None;
    work[0].content.marks[0].proposed = Some(Proposed { state: VerdictState::Abstained, mark: None, confidence: 0.1 });
    assert_eq!(k01(&compared(form, &work, &[]).machine_at_work), 0);

    for (state, expected) in [(SetState::Compared, 0), (SetState::Agreed, 3), (SetState::Closed, 3)] {
        let found = compared(form, &[], &[set(form, "s", 3, state, Some(1.0))]);
        assert_eq!(k01(&found.machine_blind), expected, "{state}");
    }
}

fn version(number: &str) -> FormRef {
    FormRef { id: "default-call-form".into(), version: number.into(), language: "az".into() }
}

#[test]
fn severity_is_told_of_one_version_of_a_form() {
    let forms = forms();
    let form = form(&forms);
    let newer = {
        let mut spec = form.spec().clone();
        spec.form.version = "0.2".into();
        Form::of(spec).unwrap()
    };
    let by = |name: &str, by: &Form| {
        let mut one = set(by, name, 2, SetState::Closed, Some(1.0));
        one.content.compared_at = Some(at("2026-11-22T06:00:00Z"));
        one
    };
    let sets = [by("old", form), by("new", &newer)];
    let scored: Vec<Record<Assessment>> = sets
        .iter()
        .zip([form, &newer])
        .flat_map(|(set, form)| set.calls.iter().map(move |call| (set, form, call)))
        .map(|(set, form, call)| {
            let mut one =
                Assessment::begin(format!("{}-a", call.call_id), &call.call_id, form, None, "a", Purpose::Calibration);
            for mark in &mut one.marks {
                mark.judged = Some(Judged::Marked(if set.calibration_id == "old" { 1.0 } else { 0.0 }));
            }
            (one.calibration_id, one.state) = (Some(set.calibration_id.clone()), State::Published);
            record(one)
        })
        .collect();
    let named = |reference: &FormRef| [form, &newer].into_iter().find(|form| form.reference() == *reference);
    let all = against_master(named, &scored, &sets);
    assert_eq!(all.len(), 4);
    let differences = |form: &Form| -> Vec<f64> {
        of_version(all.clone(), &form.reference()).iter().map(Against::difference).collect()
    };
    assert_eq!(differences(form), [0.0, 0.0], "exact by the old version, however severe by the new one");
    assert_eq!(differences(&newer), [-100.0, -100.0]);
}

#[test]
fn an_assessor_who_grows_severe_leaves_the_limits() {
    let against = |set: usize, call: usize, who: &str, difference: f64| Against {
        calibration_id: format!("s{set}"),
        name: format!("s{set}"),
        at: at("2026-01-01T00:00:00Z") + chrono::Duration::days(30 * set as i64),
        call_id: format!("c{set}-{call}"),
        form: version("0.1"),
        person_id: who.into(),
        assessor: 80.0 + difference,
        master: 80.0,
        exact: 10,
        criteria: 14,
    };
    let mut all = Vec::new();
    for set in 0..8 {
        for call in 0..5 {
            let noise = [-4.0, -2.0, 0.0, 2.0, 4.0][call];
            all.push(against(set, call, "steady", noise));
            all.push(against(set, call, "drifting", noise - 2.0 * set as f64));
        }
    }
    let deviation = pooled_deviation(&all).unwrap();
    assert!((deviation - 10.0_f64.sqrt()).abs() < 1e-12, "drift does not widen it: {deviation}");
    let of = |who: &str| all.iter().filter(|one| one.person_id == who).collect::<Vec<_>>();
    let steady = drift(&of("steady"), deviation, 0.2, 3.0).unwrap();
    assert!(steady.len() == 8 && steady.iter().all(|period| !period.point.signal && period.n == 5));
    let drifting = drift(&of("drifting"), deviation, 0.2, 3.0).unwrap();
    assert!(!drifting[0].point.signal && drifting[7].point.signal, "{drifting:?}");
    assert!(drifting[7].point.value < drifting[7].point.limits.low, "below is severe");
    assert_eq!(pooled_deviation(&all[..1]), None);
}

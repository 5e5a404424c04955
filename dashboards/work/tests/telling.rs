//! What the stream is told of a record, held against `qa.records`; and that the lake has a name for each kind and state.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::{DateTime, Utc};
use common::{at, desk, person, stores};
use meyar_schemas::{Envelope, Subject, access::ObjectKind, contract, records};
use meyar_work::store::{Kept, Record, Waiting};
use meyar_work::told::{RECORDS, Told, record_payload};
use meyar_work::{Role, WorkError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A thing that tells all that can be told, or nothing that need not be.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Thing {
    thing_id: String,
    state: String,
    some: Option<String>,
    criterion: Option<String>,
    due_at: Option<DateTime<Utc>>,
    value: Option<f64>,
}

impl Kept for Thing {
    const KIND: &'static str = "thing";
    fn id(&self) -> &str {
        &self.thing_id
    }
    fn state(&self) -> &str {
        &self.state
    }
    fn owner(&self) -> Option<&str> {
        self.some.as_deref()
    }
    fn about(&self) -> Option<&str> {
        self.some.as_deref()
    }
    fn call_id(&self) -> Option<&str> {
        self.some.as_deref()
    }
    fn parent(&self) -> Option<&str> {
        self.some.as_deref()
    }
    fn due_at(&self) -> Option<DateTime<Utc>> {
        self.due_at
    }
}

impl Told for Thing {
    fn title(&self) -> Option<&str> {
        self.some.as_deref()
    }
    fn criterion(&self) -> Option<&str> {
        self.criterion.as_deref()
    }
    fn outcome(&self) -> Option<&str> {
        self.some.as_deref()
    }
    fn value(&self) -> Option<f64> {
        self.value
    }
}

fn thing(id: &str) -> Thing {
    Thing { thing_id: id.into(), state: "open".into(), ..Thing::default() }
}

/// As whoever reads the topic gets it.
fn read(waiting: &Waiting) -> Result<records::Record, String> {
    let subject: Subject = waiting.subject.parse().unwrap();
    assert_eq!((subject, RECORDS), (Subject::Records, subject.name()));
    let envelope = Envelope::new(subject, "meyar/workbench", &waiting.id, waiting.at);
    let envelope = Envelope { revision: waiting.revision, ..envelope };
    let value =
        contract::read(subject, &envelope, waiting.content.as_bytes()).map_err(|refusal| refusal.to_string())?;
    Ok(serde_json::from_value(value).unwrap())
}

#[tokio::test]
async fn each_step_of_a_record_is_told_once_with_all_that_is_known_and_as_the_contract_has_it() {
    for place in stores().await {
        let desk = desk(&place.store);
        let lead = person(&place.store, "orxan", Role::Lead, None).await;
        let (first, later) = (at("2026-11-24T06:00:00.123456Z"), at("2026-11-25T06:00:00Z"));
        let made = desk.make(&lead, &thing("r-1"), "make", first).await.unwrap();
        let mut next = made.clone();
        next.content = Thing {
            state: "done".into(),
            some: Some("c-1".into()),
            criterion: Some("K01".into()),
            due_at: Some(first),
            value: Some(0.25),
            ..made.content.clone()
        };
        let done = desk.step(&lead, next.clone(), "finish", later).await.unwrap();
        // Over a version that is no longer the newest nothing is saved, and nothing told.
        let late = desk.step(&lead, next, "finish", later).await.unwrap_err();
        assert!(matches!(late, WorkError::Changed { seen: 1, now: 2, .. }), "{late}");

        let waiting = place.store.waiting(10).await.unwrap();
        let of = |w: &Waiting| (w.id.clone(), w.revision, w.at);
        assert_eq!(
            waiting.iter().map(of).collect::<Vec<_>>(),
            [("r-1".to_owned(), 0, first), ("r-1".to_owned(), 1, later)]
        );
        let told: Vec<records::Record> = waiting.iter().map(|waiting| read(waiting).unwrap()).collect();
        let plain = records::Record {
            record_id: "r-1".into(),
            kind: "thing".into(),
            at: first,
            made_at: first,
            state: "open".into(),
            action: "make".into(),
            by: lead.person_id.clone(),
            owner: None,
            about: None,
            call_id: None,
            parent: None,
            due_at: None,
            title: None,
            criterion: None,
            outcome: None,
            value: None,
            content: serde_json::to_value(&made.content).unwrap().as_object().unwrap().clone(),
        };
        assert_eq!(told[0], plain);
        let some = || Some("c-1".to_owned());
        let whole = records::Record {
            at: later,
            state: "done".into(),
            action: "finish".into(),
            owner: some(),
            about: some(),
            call_id: some(),
            parent: some(),
            due_at: Some(first),
            title: some(),
            criterion: Some("K01".into()),
            outcome: some(),
            value: Some(0.25),
            content: serde_json::to_value(&done.content).unwrap().as_object().unwrap().clone(),
            ..plain
        };
        assert_eq!(told[1], whole);
    }
}

#[tokio::test]
async fn what_the_contract_does_not_take_would_be_refused() {
    let place = &stores().await[0];
    let lead = person(&place.store, "orxan", Role::Lead, None).await;
    let moment = at("2026-11-24T06:00:00Z");
    let judged = |content: Thing| {
        let record = Record { version: 1, made_at: moment, changed_at: moment, content };
        let payload = record_payload(&record, &lead, "make", moment);
        contract::validate(Subject::Records, &Subject::Records.dataschema(), &payload)
            .map_err(|refusal| refusal.invalid.field)
    };
    assert_eq!(judged(thing("r-1")), Ok(()));
    assert_eq!(judged(Thing { some: Some(String::new()), ..thing("r-1") }), Ok(()), "what is empty is left out");
    for (field, wrong) in [
        ("record_id", thing("r 1")),
        ("record_id", thing("")),
        ("state", Thing { state: "Açıq".into(), ..thing("r-1") }),
        ("criterion", Thing { criterion: Some("salamlama".into()), ..thing("r-1") }),
        ("owner", Thing { some: Some("Orxan Həsənov".into()), ..thing("r-1") }),
    ] {
        assert_eq!(judged(wrong), Err(field.to_owned()));
    }
}

/// The words between the quotes of each line of a view's list of values.
fn listed(view: &str) -> BTreeSet<Vec<String>> {
    let line = |line: &str| line.split('\'').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    view.lines().filter(|text| text.starts_with("  ('")).map(line).collect()
}

const KINDS: &str = include_str!("../../../schemas/views/0_record_kinds.sql");
const STATES: &str = include_str!("../../../schemas/views/0_record_states.sql");

/// A state that the lake has no name for would stand there as a code, and open for ever.
#[test]
fn the_lake_has_a_name_for_each_kind_and_state_that_is_told() {
    use meyar_work::{
        answers::{Answer, AnswerState},
        calibration::{Calibration, SetState},
        cards::{Card, CardState},
        complaints::{Complaint, ComplaintState},
        corrections::Correction,
        discussions::{self, Discussion},
        drafts::{DraftState, FormDraft},
        employments::{self, Employment},
        proposals::{self, Proposal},
        recommendations::{self, Recommendation},
        standins::{self, StandIn},
        studies::{self, Study},
        surveys::{Draw, Participation, Survey, SurveyState},
        tasks::{self, Task},
        trainings::{Need, NeedState, Training, TrainingState},
    };
    fn of<T: Told>(states: impl IntoIterator<Item = &'static str>) -> Vec<(&'static str, &'static str)> {
        states.into_iter().map(|state| (T::KIND, state)).collect()
    }
    macro_rules! names {
        ($states:ty) => {
            <$states>::ALL.iter().map(|state| state.name())
        };
    }
    let told: BTreeSet<(&str, &str)> = [
        of::<Recommendation>(names!(recommendations::State)),
        of::<Discussion>(names!(discussions::State)),
        of::<Proposal>(names!(proposals::State)),
        of::<Need>(names!(NeedState)),
        of::<Training>(names!(TrainingState)),
        of::<Answer>(names!(AnswerState)),
        of::<Complaint>(names!(ComplaintState)),
        of::<Calibration>(names!(SetState)),
        of::<Card>(names!(CardState)),
        of::<Survey>(names!(SurveyState)),
        of::<Draw>(["drawn"]),
        of::<Participation>(["answered"]),
        of::<FormDraft>(names!(DraftState)),
        of::<Correction>(["corrected"]),
        of::<Task>(names!(tasks::State)),
        of::<Study>(names!(studies::State)),
        of::<StandIn>(names!(standins::State)),
        of::<Employment>(names!(employments::State)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let (kinds, states) = (listed(KINDS), listed(STATES));
    assert!(kinds.iter().chain(&states).all(|words| words.iter().all(|word| !word.trim().is_empty())));
    let named: BTreeSet<(&str, &str)> = states.iter().map(|words| (words[0].as_str(), words[1].as_str())).collect();
    assert_eq!(told.difference(&named).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new(), "add them to record_states");
    assert_eq!(named.difference(&told).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new(), "nobody tells these any more");
    let of_kinds: BTreeSet<&str> = kinds.iter().map(|words| words[0].as_str()).collect();
    assert_eq!(told.iter().map(|(kind, _)| *kind).collect::<BTreeSet<_>>(), of_kinds);
    for kind in &of_kinds {
        assert!(
            ObjectKind::ALL.iter().any(|known| known.name() == *kind),
            "{kind}: qa.access does not take an entry of the log that names it"
        );
    }
    for (kind, state) in &told {
        let payload = json!({"record_id": "r", "kind": kind, "at": "2026-11-24T06:00:00Z", "made_at": "2026-11-24T06:00:00Z",
            "state": state, "action": "make", "by": "p", "content": {"a": Value::Null}});
        contract::validate(Subject::Records, &Subject::Records.dataschema(), &payload).unwrap();
    }
}

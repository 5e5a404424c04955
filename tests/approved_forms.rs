//! A version of the evaluation form that the head approves reaches the evaluator that runs, the one that starts, and whoever judges again;
//! calls of earlier days stay with the version of their day.

use chrono::{DateTime, Duration, Utc};
use meyar_schemas::Subject;
use meyar_scoring::Forms;
use meyar_tests::{Event, World, eventually, world::text};
use meyar_work::{Account, Desk, Permissions, Person, Role, Store, access::Actor, drafts::version_of, terms};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};

const FORM: &str = "default-call-form";
const QUICKLY: [&str; 4] = ["--facts-settle-ms", "100", "--facts-wait-ms", "500"];

struct Office {
    desk: Desk,
    lead: Person,
    head: Person,
}

impl Office {
    async fn open(world: &World) -> Self {
        let store = Store::open(world.work()).await.expect("the store opens");
        let person = async |login: &str, role: Role| {
            let account = Account {
                login: login.into(),
                name: login.into(),
                role,
                representative: None,
                sector: None,
                active: true,
            };
            store.add_person(&account, None, &Actor::system(), Utc::now()).await.expect("a person is added")
        };
        Self {
            lead: person("orxan", Role::Lead).await,
            head: person("rauf", Role::Head).await,
            desk: Desk {
                permissions: Arc::new(Permissions::load(None).expect("the shipped table is right")),
                forms: Arc::new(Forms::embedded().expect("the shipped forms are right")),
                reference: Arc::new(meyar_schemas::reference::Reference::load(None).expect("the reference is right")),
                store,
            },
        }
    }

    /// In force from today on.
    async fn approve(&self, base: &str, version: &str) {
        let now = Utc::now();
        let desk = &self.desk;
        let draft = desk.draft_form(&self.lead, FORM, base, version, now).await.expect("it is drafted");
        let mut specs = draft.specs.clone();
        for spec in &mut specs {
            spec.criteria[0].weight += 1.0;
            spec.criteria[1].weight -= 1.0;
        }
        let id = draft.draft_id.clone();
        let draft = desk.write_form(&self.lead, &id, draft.version, specs, "sınaq", now).await.expect("it is written");
        let draft = desk.submit_form(&self.lead, &id, draft.version, now).await.expect("it is submitted");
        let today = terms::day(now);
        desk.approve_form(&self.head, &id, draft.version, today, now).await.expect("it is approved");
        assert_eq!(version_of(&desk.forms, FORM, version).len(), 2);
    }
}

fn call(name: &str, at: DateTime<Utc>) -> Event {
    let said = json!({"party": "representative", "start_ms": 0, "end_ms": 900, "text": "Salam.", "confidence": 0.9});
    let told = json!({"transcript_id": format!("t-{name}"), "call_id": name, "created_at": at.to_rfc3339(), "language": "az",
        "model": {"id": "by-hand"}, "duration_ms": 31000, "confidence": 0.9, "flags": [], "segments": [said]});
    Event::new(Subject::CallTranscripts, "meyar/transcriber", &format!("t-{name}"), 0, &told)
}

/// The version that stands, by call.
fn versions(world: &World) -> BTreeMap<String, String> {
    let rows = world.sql("SELECT call_id, form_version FROM evaluations");
    rows.iter().map(|row| (text(row, "call_id").to_owned(), text(row, "form_version").to_owned())).collect()
}

fn version(world: &World, call: &str) -> Option<String> {
    versions(world).remove(call)
}

#[test]
fn an_approved_version_judges_the_calls_of_its_day_wherever_the_evaluator_is() {
    let world = World::new();
    let office = world.wait(Office::open(&world));
    let (now, before) = (Utc::now(), Utc::now() - Duration::days(3));
    let stages = world.run(&["evaluator", "lander"], &QUICKLY);
    world.send([&call("c-1", now)]);
    eventually("the first call is judged by what is shipped", || version(&world, "c-1").filter(|v| v == "0.1"));

    // It is taken up by the program that runs; what was judged stays.
    world.wait(office.approve("0.1", "0.2"));
    let mut n = 1;
    eventually("a call of today is judged by the new version", || {
        n += 1;
        let name = format!("c-{n}");
        world.send([&call(&name, now)]);
        eventually("it is judged", || version(&world, &name));
        (version(&world, &name).as_deref() == Some("0.2")).then_some(())
    });
    world.send([&call("c-old", before)]);
    eventually("a call of an earlier day is judged", || version(&world, "c-old"));
    assert_eq!(version(&world, "c-old").as_deref(), Some("0.1"));
    assert_eq!(version(&world, "c-1").as_deref(), Some("0.1"));
    stages.interrupt().succeeded();

    // And by the program that starts anew.
    let stages = world.run(&["evaluator", "lander"], &QUICKLY);
    world.send([&call("c-anew", now)]);
    assert_eq!(eventually("it is judged", || version(&world, "c-anew")), "0.2");
    // Judged again, a call goes by the version of its day.
    let done = world.ask(&["rebuild", "evaluations"]).succeeded();
    assert!(done.out.contains(" 0 not possible"), "{}", done.out);
    eventually("the first call is judged again", || version(&world, "c-1").filter(|v| v == "0.2"));
    assert_eq!(version(&world, "c-old").as_deref(), Some("0.1"));
    assert!(versions(&world).iter().all(|(call, version)| (version == "0.2") == (call != "c-old")));
    stages.interrupt().succeeded();
}

//! What people do at their desks reaches the lake once and in order, whatever dies in between (P1, P2); and `meyar work` tells who may come in
//! and who looked at what.

use chrono::{DateTime, NaiveDate, Utc};
use meyar_schemas::Subject;
use meyar_scoring::Forms;
use meyar_tests::{
    Done, World,
    broker::Broker,
    eventually,
    process::ask,
    world::{Row, repository, text},
};
use meyar_work::{
    Account, Desk, NewPlan, Permissions, Person, Role, Store,
    access::{Actor, Asked},
    assessment::{Assessment, Decision, Judged, Judgement},
    plans::Pick,
    proposals::{Proposal, State as ProposalState},
    sampling::{Candidate, Design, Worker},
    store::{Filter, Record},
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
    sync::Arc,
};

const PASSWORD: &str = "uzun gizli söz";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time of the test is one")
}

/// A desk over the store that the program of this deployment has, too.
struct Office {
    desk: Desk,
    lead: Person,
    assessor: Person,
    representative: Person,
}

impl Office {
    async fn open(place: &str) -> Self {
        let store = Store::open(place).await.expect("the store opens");
        let desk = Desk {
            store: store.clone(),
            permissions: Arc::new(Permissions::load(None).expect("the shipped table is right")),
            forms: Arc::new(Forms::embedded().expect("the shipped forms are right")),
            reference: Arc::new(meyar_schemas::reference::Reference::load(None).expect("the reference is right")),
        };
        let person = async |login: &str, role: Role, representative: Option<&str>| {
            let account = Account {
                login: login.into(),
                name: login.into(),
                role,
                representative: representative.map(str::to_owned),
                sector: None,
                active: true,
            };
            let now = at("2026-11-02T08:00:00Z");
            store.add_person(&account, Some(PASSWORD), &Actor::system(), now).await.expect("a person is added")
        };
        Self {
            lead: person("orxan", Role::Lead, None).await,
            assessor: person("leyla", Role::Assessor, None).await,
            representative: person("nigar", Role::Representative, Some("T-00")).await,
            desk,
        }
    }

    /// Picks of one representative's calls, all for the one assessor.
    async fn picks(&self, each: usize) -> Vec<Record<Pick>> {
        let calls: Vec<Candidate> = (0..each * 2)
            .map(|n| Candidate {
                call_id: format!("call-{n}"),
                representative: Some("T-00".into()),
                line: Some("195-1-1".into()),
                has_recording: true,
                ..Candidate::default()
            })
            .collect();
        let day = NaiveDate::from_ymd_opt(2026, 11, 20).expect("there is such a day");
        let design = Design { seed: "noyabr".into(), each, risk_most: 0, ..Design::default() };
        let new = NewPlan { name: "Noyabr".into(), first_day: day, last_day: day, line: None, design, due_days: 5 };
        let worker = Worker { person_id: self.assessor.person_id.clone(), representative: None, quota: None };
        let plan = self.desk.draw(&self.lead, new, &calls, &[worker], at("2026-11-23T06:00:00Z")).await;
        let plan = plan.expect("a plan is drawn");
        let filter = Filter { parent: Some(&plan.plan_id), ..Filter::default() };
        self.desk.store.list(&filter).await.expect("picks are listed")
    }

    /// A whole assessment, published: all is kept, but the first criterion half, and the second does not apply.
    async fn publish(&self, pick: &Pick) -> Record<Assessment> {
        let now = at("2026-11-24T06:00:00Z");
        let day = NaiveDate::from_ymd_opt(2026, 11, 20).expect("there is such a day");
        let form = self.desk.forms.form_for("az", day).expect("there is a form");
        let mut draft = self.desk.begin(&self.assessor, &pick.pick_id, form, None, now).await.expect("it is begun");
        for (n, mark) in draft.marks.clone().into_iter().enumerate() {
            let judged = match n {
                0 => Judged::Marked(0.5),
                1 => Judged::NotApplicable,
                _ => Judged::Marked(1.0),
            };
            let judgement =
                Judgement { judged: Some(judged), critical: false, reason: String::new(), comment: String::new() };
            let (id, seen) = (draft.assessment_id.clone(), draft.version);
            let judging = self.desk.judge(&self.assessor, &id, seen, &mark.criterion, &judgement, now).await;
            draft = judging.expect("a criterion is judged");
        }
        let (id, seen) = (draft.assessment_id.clone(), draft.version);
        self.desk.publish(&self.assessor, &id, seen, now).await.expect("it is published")
    }

    /// Seen, disputed, and decided otherwise.
    async fn dispute(&self, assessment: &Assessment) {
        let (id, now) = (&assessment.assessment_id, at("2026-11-25T06:00:00Z"));
        let criterion = assessment.marks[0].criterion.clone();
        let points = vec![(criterion.clone(), "maddə düzgün idi".to_owned())];
        self.desk.see(&self.representative, id, now).await.expect("it is seen");
        let disputed = self.desk.dispute(&self.representative, id, points, now).await.expect("it is disputed");
        let decision = vec![(criterion, Decision::Changed, Some(Judged::Marked(1.0)), "düzdür".to_owned())];
        let later = at("2026-11-25T08:00:00Z");
        self.desk.decide(&self.lead, id, disputed.version, &decision, false, later).await.expect("it is decided");
    }

    /// Each revision that was ever told, with its state.
    async fn told(&self) -> BTreeMap<(String, u64), String> {
        let all: Vec<Record<Assessment>> =
            self.desk.store.list(&Filter::default()).await.expect("assessments are listed");
        let mut told = BTreeMap::new();
        for assessment in all {
            let states = ["published", "seen", "disputed", "changed"];
            for (revision, state) in states.iter().take(assessment.told as usize).enumerate() {
                told.insert((assessment.assessment_id.clone(), revision as u64), (*state).to_owned());
            }
        }
        told
    }
}

/// What `meyar work check` says, and the code it ends with.
fn checked(world: &World) -> Done {
    world.ask(&["work", "check"])
}

fn landed(world: &World) -> BTreeMap<(String, u64), String> {
    let rows = world.sql("SELECT event_id, source, revision, state FROM assessments_all");
    let key = |row: &Row| (text(row, "event_id").to_owned(), row["revision"].as_u64().unwrap_or(u64::MAX));
    let found: BTreeMap<_, _> = rows.iter().map(|row| (key(row), text(row, "state").to_owned())).collect();
    assert_eq!(found.len(), rows.len(), "a revision stands twice in the lake");
    assert!(rows.iter().all(|row| text(row, "source") == "meyar/workbench"), "{rows:?}");
    found
}

#[test]
fn what_was_done_at_the_desk_lands_once_though_broker_and_program_die() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (mut broker, world) = Broker::with_world(folder.path());
    let office = world.wait(Office::open(world.work()));
    let picks = world.wait(office.picks(8));
    assert_eq!(picks.len(), 8);
    let lander = world.run(&["lander"], &[]);
    let first = world.wait(office.publish(&picks[0]));
    world.wait_for_rows("assessments_all", 1);

    broker.kill();
    world.wait(async {
        office.dispute(&first).await;
        for pick in &picks[1..5] {
            let published = office.publish(pick).await;
            office.dispute(&published).await;
        }
    });
    let said = checked(&world).succeeded();
    // Three more states of the first, four of each of the others; one may be on its way.
    let waits = world.wait(office.desk.store.how_many_wait()).expect("the store answers");
    assert!(waits == 19 && said.out.contains(&format!("{waits} messages")), "{waits}: {}", said.out);
    broker.again();
    // Somewhere in the middle of telling it.
    world.wait_for_rows("assessments_all", 4);
    lander.kill();
    let lander = world.run(&["lander"], &[]);
    world.wait(async {
        for pick in &picks[5..] {
            office.publish(pick).await;
        }
    });

    let told = world.wait(office.told());
    assert_eq!(told.len(), 5 * 4 + 3);
    world.wait_for_rows("assessments_all", told.len() as u64);
    let entries = world.wait(office.desk.store.check_access_log()).expect("the log is whole");
    world.wait_for_rows("access_log", entries.unsigned_abs());
    world.wait_until_done("lander", &[Subject::Assessments, Subject::Access, Subject::DeadLetters]);
    assert_eq!(landed(&world), told);
    assert_eq!(world.count("dead_letters"), 0);
    let newest = world
        .sql("SELECT state, count(*) AS n, max(revision) AS revision FROM assessments GROUP BY state ORDER BY state");
    let expected = json!([
        {"state": "changed", "n": 5, "revision": 3},
        {"state": "published", "n": 3, "revision": 0},
    ]);
    assert_eq!(json!(newest), expected);

    // The log is in the lake entry by entry, with its chain.
    let chains = |rows: Vec<(i64, String)>| rows.into_iter().collect::<BTreeSet<_>>();
    let rows = world.sql("SELECT \"number\", chain FROM access_log");
    assert_eq!(rows.len() as i64, entries);
    let landed = rows.iter().map(|row| (row["number"].as_i64().unwrap_or_default(), text(row, "chain").to_owned()));
    let kept = world.wait(office.desk.store.access_log(&Asked::default())).expect("the log is read");
    assert_eq!(chains(landed.collect()), chains(kept.into_iter().map(|l| (l.number, l.chain)).collect()));
    eventually("nothing waits any more", || {
        checked(&world).succeeded().out.contains("0 messages, 0 entries").then_some(())
    });
    lander.interrupt().succeeded();
}

fn proposal(id: &str, title: &str) -> Proposal {
    let made = json!({"proposal_id": id, "title": title, "text": "gizli əsas", "addressee": "DVX", "due_on": "2026-12-01",
        "due_at": "2026-12-01T20:00:00Z", "made_by": "p-1", "state": "drafted"});
    serde_json::from_value(made).expect("a proposal is read")
}

/// Records of the quality sector: each step a revision, the newest of which is what the views and figures tell.
#[test]
fn what_was_made_at_the_desk_is_in_the_lake_step_by_step_though_the_broker_dies() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (mut broker, world) = Broker::with_world(folder.path());
    let office = world.wait(Office::open(world.work()));
    let lander = world.run(&["lander"], &[]);
    let (desk, lead) = (&office.desk, &office.lead);
    let make = async |id: &str, at: DateTime<Utc>| desk.make(lead, &proposal(id, "Növbələr"), "draft", at).await;
    let step = async |mut record: Record<Proposal>, state: ProposalState, action: &str, moment: DateTime<Utc>| {
        record.state = state;
        desk.step(lead, record, action, moment).await.expect("a step is taken")
    };
    let first = world.wait(make("t-1", at("2026-11-24T06:00:00Z"))).expect("it is made");
    world.wait_for_rows("records_all", 1);
    broker.kill();
    world.wait(async {
        let stale = first.clone();
        let sent = step(first, ProposalState::Sent, "send", at("2026-11-25T06:00:00Z")).await;
        step(sent, ProposalState::Accepted, "accept", at("2026-11-26T06:00:00Z")).await;
        // What the store refuses is told to nobody.
        desk.step(lead, stale, "send", at("2026-11-26T06:00:00Z")).await.expect_err("it is not the newest");
        make("t-1", at("2026-11-26T06:00:00Z")).await.expect_err("it is there already");
        make("t-2", at("2026-11-30T20:30:00Z")).await.expect("it is made");
    });
    let waits = world.wait(desk.store.how_many_wait()).expect("the store answers");
    assert_eq!(waits, 3);
    broker.again();
    world.wait_for_rows("records_all", 4);
    world.wait_until_done("lander", &[Subject::Records, Subject::DeadLetters]);
    assert_eq!(world.count("dead_letters"), 0);
    let steps = world.sql(
        "SELECT event_id, source, revision, state, action FROM records_all WHERE record_id = 't-1' ORDER BY revision",
    );
    let told = |revision: u64, state: &str, action: &str| json!({"event_id": "t-1", "source": "meyar/workbench", "revision": revision, "state": state, "action": action});
    assert_eq!(
        json!(steps),
        json!([told(0, "drafted", "draft"), told(1, "sent", "send"), told(2, "accepted", "accept")])
    );
    // The second was made in December, as Baku has it.
    let newest = world.sql(
        "SELECT record_id, kind, made_day, month, state, closed, steps, acted_by, due_day, is_due, title, outcome FROM qa_records ORDER BY 1",
    );
    let by = &lead.person_id;
    let expected = json!([
        {"record_id": "t-1", "kind": "proposal", "made_day": "2026-11-24", "month": "2026-11", "state": "accepted", "closed": true, "steps": 3,
         "acted_by": by, "due_day": "2026-12-01", "is_due": false, "title": "Növbələr", "outcome": "accepted"},
        {"record_id": "t-2", "kind": "proposal", "made_day": "2026-12-01", "month": "2026-12", "state": "drafted", "closed": false, "steps": 1,
         "acted_by": by, "due_day": "2026-12-01", "is_due": true, "title": "Növbələr", "outcome": null},
    ]);
    assert_eq!(json!(newest), expected);
    let content = world.sql("SELECT content FROM qa_records WHERE record_id = 't-1'");
    let content: Value = serde_json::from_str(text(&content[0], "content")).expect("the content is JSON text");
    assert_eq!((&content["text"], &content["state"]), (&json!("gizli əsas"), &json!("accepted")));
    let months = world.sql("SELECT month, count(*) AS n FROM qa_records GROUP BY month ORDER BY month");
    assert_eq!(json!(months), json!([{"month": "2026-11", "n": 1}, {"month": "2026-12", "n": 1}]));
    lander.interrupt().succeeded();
}

#[test]
fn what_does_not_keep_to_its_contract_is_kept_as_a_dead_letter_and_stops_nothing() {
    let world = World::new();
    let office = world.wait(Office::open(world.work()));
    let store = &office.desk.store;
    let now = at("2026-11-24T06:00:00Z");
    let example = repository("schemas/events/qa.assessments/v1/examples/valid/random_published.json");
    let example = std::fs::read(example).expect("there is such an example");
    let good: Value = serde_json::from_slice(&example).expect("an example is JSON");
    let bad = json!({"assessment_id": "bad", "at": "2026-11-24T06:00:00Z"});
    world.wait(async {
        let mut tx = store.begin().await.expect("the store answers");
        tx.tell("qa.assessments", "bad", 0, now, &bad).await.expect("it is kept");
        tx.tell("qa.assessments", "a-2026-01-000042", 0, now, &good).await.expect("it is kept");
        tx.commit().await.expect("it is committed");
    });
    let lander = world.run(&["lander"], &[]);
    world.wait_for_rows("assessments_all", 1);
    let letters = world.letters(1);
    assert_eq!((letters.len(), text(&letters[0], "stage")), (1, "outbox"), "{letters:?}");
    assert_eq!(text(&letters[0], "origin_topic"), "qa.assessments");
    assert!(lander.told("does not keep to its contract") == 1, "{}", lander.said());
    eventually("nothing waits", || (world.wait(store.how_many_wait()).ok() == Some(0)).then_some(()));
    // Mended by hand it goes where it was meant to.
    let mut mended = good.clone();
    mended["assessment_id"] = json!("bad");
    let mended = world.written("mended.json", mended.to_string());
    world.ask(&["deadletters", "replay", text(&letters[0], "event_id"), "--with", &mended]).succeeded();
    world.wait_for_rows("assessments_all", 2);
    lander.interrupt().succeeded();
}

#[test]
fn people_are_added_and_changed_and_whoever_alters_the_log_is_told() {
    let world = World::new();
    let work = |args: &[&str], password: Option<&str>| {
        let mut command = world.command(&[&["work"][..], args].concat());
        command.envs(password.map(|password| ("MEYAR_PASSWORD", password)));
        ask(command)
    };
    // A wrong place is told, not made.
    let nothing = work(&["check"], None).failed();
    assert!(nothing.complaint().contains("--work"), "{}", nothing.err);
    assert!(!world.data().join("work.db").exists());

    let leyla = ["people", "add", "leyla", "--name", "Leyla", "--role", "assessor"];
    let short = work(&leyla, Some("qısa")).failed();
    assert!(short.complaint().contains("password") && !short.err.contains("qısa"), "{}", short.err);
    work(&leyla, Some(PASSWORD)).succeeded();
    let twice = work(&leyla, Some(PASSWORD)).failed();
    assert!(twice.complaint().contains("`leyla` belongs to somebody"), "{}", twice.err);
    let king = work(&["people", "add", "rauf", "--name", "Rauf", "--role", "king"], Some(PASSWORD)).failed();
    assert!(king.err.contains("king") && king.err.contains("assessor"), "{}", king.err);
    work(&["people", "change", "leyla", "--role", "lead", "--inactive"], None).succeeded();
    work(&["people", "password", "leyla"], Some("başqa gizli söz")).succeeded();
    let listed = work(&["people", "list", "--format", "json"], None).succeeded();
    let listed: Value = serde_json::from_str(&listed.out).expect("it is JSON");
    assert_eq!(listed[0]["role"], "lead");
    assert_eq!(listed[0]["active"], false);
    let nobody = work(&["people", "change", "nigar", "--active"], None).failed();
    assert!(nobody.complaint().contains("nigar"), "{}", nobody.err);

    let log = work(&["log", "--person", "system", "--object", "account", "--format", "json"], None).succeeded();
    let log: Value = serde_json::from_str(&log.out).expect("it is JSON");
    let details: Vec<&str> =
        log.as_array().into_iter().flatten().filter_map(|entry| entry["detail"].as_str()).collect();
    assert_eq!(details, ["password", "leyla is lead, inactive", "added leyla as assessor"]);
    let later = work(&["log", "--since", "2099-01-01", "--format", "json"], None).succeeded();
    assert_eq!(later.out.trim(), "[]");
    let whole = work(&["check"], None).succeeded();
    // Three changes, and three looks at people and at the log itself.
    assert!(whole.out.contains("whole: 6 entries") && whole.out.contains("0 messages, 6 entries"), "{}", whole.out);

    // What the command line shows is written down before it is shown.
    world.ask(&["sql", "SELECT 42 AS answer"]).succeeded();
    let cell = ["explain", "calls_by_line", "--period", "2026-01", "--cell", "answered", "--format", "csv"];
    world.ask(&cell).succeeded();
    let out = world.file("rows.csv").display().to_string();
    world.ask(&[&cell[..], &["--out", &out]].concat()).succeeded();
    world.ask(&["report", "summary", "--period", "2026-01"]).succeeded();
    world.ask(&["deadletters", "list"]).succeeded();
    let log = work(&["log", "--limit", "6", "--format", "json"], None).succeeded();
    let log: Value = serde_json::from_str(&log.out).expect("it is JSON");
    // The newest is this very look.
    let log: Vec<&Value> = log.as_array().into_iter().flatten().rev().take(5).collect();
    let told: Vec<(&str, &str)> =
        log.iter().map(|e| (e["action"].as_str().unwrap_or(""), e["object_kind"].as_str().unwrap_or(""))).collect();
    assert_eq!(told, [("query", "sql"), ("read", "rows"), ("export", "rows"), ("read", "figure"), ("query", "sql")]);
    assert!(log.iter().all(|e| e["person"].as_str().is_some_and(|who| who.starts_with("system"))), "{log:?}");
    assert_eq!(log[0]["detail"], "SELECT 42 AS answer");
    assert_eq!(log[1]["detail"], "period=2026-01&cell=answered&page=1");

    let alter = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('DROP TRIGGER access_log_stays_u'); \
                 db.execute(\"UPDATE access_log SET detail = 'nothing' WHERE number = 2\"); db.commit()";
    let altered = Command::new("python3").args(["-c", alter]).arg(world.data().join("work.db")).status();
    assert!(altered.is_ok_and(|status| status.success()));
    let broken = work(&["check"], None);
    assert_eq!(broken.code, Some(3), "{}{}", broken.out, broken.err);
    assert!(broken.complaint().contains("entry 2"), "{}", broken.err);
}

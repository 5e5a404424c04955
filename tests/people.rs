//! What people judged, and who looked at what, comes from the broker into the lake as it was told: the states of an assessment are its revisions,
//! and an entry of the access log stays as it is (P1, P3, P4).

use meyar_schemas::{Subject, access::Access};
use meyar_tests::{
    Event, World,
    world::{repository, text},
};
use serde_json::{Value, json};

/// A valid example of the newest contract.
fn example(subject: Subject, name: &str) -> Value {
    let file = format!("schemas/events/{}/v{}/examples/valid/{name}.json", subject.name(), subject.version());
    let told = std::fs::read(repository(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_slice(&told).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn told(subject: Subject, name: &str, revision: u32) -> Event {
    let data = example(subject, name);
    let id = data[subject.key_field()].as_str().unwrap_or_default().to_owned();
    Event::new(subject, "meyar/work", &id, revision, &data)
}

#[test]
fn p4_the_states_of_an_assessment_are_one_row_whichever_came_first() {
    let world = World::new();
    let lander = world.run(&["lander"], &[]);
    let state = |name: &str, revision: u32| told(Subject::Assessments, name, revision);
    let (published, seen) = (state("random_published", 0), state("random_seen", 1));
    let (disputed, upheld) = (state("disputed", 2), state("upheld", 3));
    let (critical, changed) = (state("risk_critical", 0), state("changed_after_dispute", 1));
    for event in [&upheld, &published, &changed, &disputed, &published, &critical, &seen, &upheld] {
        world.send([event]);
    }
    world.wait_for_rows("assessments_all", 6);
    world.wait_until_done("lander", &[Subject::Assessments]);
    assert_eq!((world.count("assessments_all"), world.count("dead_letters")), (6, 0), "repeats are dropped");
    let stands = world.sql(
        "SELECT assessment_id, state, outcome, effective_score, disputed, published_day, dispute_points[1]['decision'] AS decision \
         FROM qa_assessments ORDER BY 1",
    );
    let expected = json!([
        {"assessment_id": "a-2026-01-000042", "state": "upheld", "outcome": "scored", "effective_score": 87.5, "disputed": true,
            "published_day": "2026-01-16", "decision": "upheld"},
        {"assessment_id": "a-2026-01-000051", "state": "changed", "outcome": "scored", "effective_score": 100.0, "disputed": true,
            "published_day": "2026-01-17", "decision": "changed"},
    ]);
    assert_eq!(json!(stands), expected);
    let marks = world.sql("SELECT criterion, agreed FROM qa_marks WHERE assessment_id = 'a-2026-01-000042' ORDER BY 1");
    let agreed =
        [("K01", json!(false)), ("K02", json!(true)), ("K05", json!(true)), ("K09", json!(null)), ("K19", json!(null))];
    assert_eq!(
        json!(marks),
        json!(agreed.map(|(criterion, agreed)| json!({"criterion": criterion, "agreed": agreed})))
    );
    lander.interrupt().succeeded();
}

#[test]
fn an_entry_of_the_access_log_is_told_once_and_never_otherwise() {
    let world = World::new();
    let lander = world.run(&["lander"], &[]);
    let mut before = String::new();
    let entries: Vec<Access> = (1..=3)
        .map(|number| {
            let told = example(Subject::Access, "sound_was_played");
            let mut entry: Access = serde_json::from_value(told).expect("an example is an entry");
            (entry.access_id, entry.number) = (Access::id_of("meyar/work", number), number);
            entry.chain = entry.chained(&before);
            before.clone_from(&entry.chain);
            entry
        })
        .collect();
    let event = |entry: &Access, revision: u32| {
        let data = serde_json::to_value(entry).expect("an entry is JSON");
        Event::new(Subject::Access, "meyar/work", &entry.access_id, revision, &data)
    };
    for entry in entries.iter().chain(&entries) {
        world.send([&event(entry, 0)]);
    }
    world.wait_for_rows("access_log_all", 3);

    let mut altered = entries[1].clone();
    altered.person = "p-other".into();
    let (corrected, contradicted) = (event(&altered, 1), event(&altered, 0));
    world.send([&corrected]);
    let letter = world.letters(1).remove(0);
    world.holds_whole(&letter, "invalid", &corrected);
    assert_eq!(text(&letter, "error_field"), "ce_revision");
    world.send([&contradicted]);
    let letters = world.letters(2);
    let letter =
        letters.iter().find(|letter| text(letter, "error_code") == "conflict").expect("the second is a contradiction");
    world.holds_whole(letter, "conflict", &contradicted);

    world.wait_until_done("lander", &[Subject::Access, Subject::DeadLetters]);
    let rows =
        world.sql("SELECT number, person, action, object_kind, object_id, chain FROM access_log_all ORDER BY number");
    assert_eq!(rows.len(), 3);
    for (row, entry) in rows.iter().zip(&entries) {
        assert_eq!((row["number"].as_u64(), text(row, "person")), (Some(entry.number), entry.person.as_str()));
        assert_eq!(text(row, "chain"), entry.chain, "whoever has the rows can follow the chain");
    }
    lander.interrupt().succeeded();
}

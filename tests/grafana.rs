//! Grafana's boards against the real SQL port and the real `/metrics`: every query is asked, every name is looked for.
//! Grafana itself is not run; `tests/grafana/boards.py` expands its variables and judges the answers as its panels would.

#![allow(clippy::unwrap_used)]

use meyar_schemas::Subject;
use meyar_tests::{
    Event, Running, World,
    events::{call, good, sounding_call},
    process::ask,
    world::{meyar, python, repository, text},
    year,
};
use serde_json::Value;
use std::{fs, path::Path, process::Command};

const PASSWORD: &str = "correct horse battery";

fn boards(args: &[&str]) -> Command {
    let mut command = Command::new(python("tests/grafana"));
    command.arg(repository("tests/grafana/boards.py")).args(args);
    command
}

/// The contract's own examples, each told of a call of each line.
fn evaluations(world: &World) -> Vec<Event> {
    let folder = repository("schemas/events/calls.evaluations/v1/examples/valid");
    let examples: Vec<Value> = fs::read_dir(folder)
        .unwrap()
        .map(|file| serde_json::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap())
        .collect();
    let calls = world.sql(&format!(
        "SELECT line, call_id, representative, nth FROM (
           SELECT *, row_number() OVER (PARTITION BY line ORDER BY call_id) - 1 AS nth FROM calls WHERE outcome = 'answered'
         ) WHERE nth < {}",
        examples.len()
    ));
    assert_eq!(calls.len(), 4 * examples.len(), "as many calls of each line");
    let told = calls.iter().map(|call| {
        let mut data = examples[call["nth"].as_u64().unwrap() as usize].clone();
        for name in ["line", "call_id", "representative"] {
            data[name] = call[name].clone();
        }
        let id = format!("e-{}", text(call, "call_id"));
        data["evaluation_id"] = id.clone().into();
        Event::new(Subject::CallEvaluations, "test", &id, 0, &data)
    });
    told.collect()
}

/// As docker-compose.yml starts it: certificate, account, port.
fn serve(world: &World, access: &Path) -> Running {
    let place = access.display().to_string();
    let certificate = || {
        ask(boards(&["certificate", &place])).succeeded();
        fs::read(access.join("cert.pem")).unwrap()
    };
    assert_eq!(certificate(), certificate(), "the next start keeps the certificate");
    let mut account = meyar();
    account.args(["accounts", "add", "grafana", "--role", "reader", "--data", &place]).env("MEYAR_PASSWORD", PASSWORD);
    ask(account).succeeded();
    let mut serve = meyar();
    serve.args(["serve", "--listen", "127.0.0.1:0", "--sql-listen", "127.0.0.1:0"]).arg("--data").arg(world.data());
    for (flag, file) in
        [("--sql-accounts", "accounts.toml"), ("--sql-tls-cert", "cert.pem"), ("--sql-tls-key", "key.pem")]
    {
        serve.arg(flag).arg(access.join(file));
    }
    Running::start("serve", serve)
}

#[test]
fn every_query_of_every_board_is_answered_as_its_panel_needs_it() {
    let world = World::new();
    year::landed(&world, &["simulate", "year", "2024", "--scale", "0.01"]);
    let told = evaluations(&world);
    let lander = world.run(&["lander"], &[]);
    world.send(&told);
    world.wait_for_rows("evaluations", told.len() as u64);
    lander.interrupt().succeeded();

    let access = world.file("access");
    fs::create_dir(&access).unwrap();
    let port = serve(&world, &access);
    let mut panels = boards(&["panels", &port.sql_address(), &access.display().to_string()]);
    panels.env("PGPASSWORD", PASSWORD);
    let done = ask(panels).succeeded();
    println!("{}", done.out);
}

#[test]
fn every_metric_of_boards_and_alerts_is_told_by_the_running_program() {
    let world = World::new();
    world.ask(&["model", "fetch", "base"]).succeeded();
    let stages = world.run(&["recorder", "transcriber", "evaluator", "lander"], &["--listen", "127.0.0.1:0"]);
    // Something for every counter: calls, a sound that goes through all stages, a message that nobody can accept.
    let calls: Vec<_> = call(1).iter().enumerate().map(|(n, data)| Event::call(&format!("c-{n}"), data)).collect();
    world.send(&calls);
    world.send(&sounding_call("c-00001", 3));
    world.send([&good("x").with_value("no JSON")]);
    world.wait_for_rows("evaluations", 1);
    world.letters(1);

    let mut pages = meyar();
    pages.args(["serve", "--listen", "127.0.0.1:0"]).arg("--data").arg(world.data());
    let pages = Running::start("serve", pages);
    let done = ask(boards(&["metrics", &stages.address(), &pages.address()])).succeeded();
    println!("{}", done.out);
}

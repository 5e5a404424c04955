//! A document that was approved stays what it was (P9), and a wrong request is told in one clear line.
#![allow(clippy::unwrap_used)]

use meyar_tests::{World, year};
use std::{fs, path::Path};

const SMALL: [&str; 5] = ["simulate", "year", "2024", "--scale", "0.01"];

fn drawn(world: &World, args: &[&str]) -> Vec<u8> {
    let told = world.command(args).output().unwrap();
    assert!(told.status.success(), "{args:?}: {}", String::from_utf8_lossy(&told.stderr));
    told.stdout
}

/// One clear line, and what it must name.
fn refused(world: &World, args: &[&str], named: &[&str]) {
    let told = world.ask(args).failed();
    let line = told.complaint();
    for word in named {
        assert!(line.contains(word), "{args:?}: `{line}` does not name `{word}`");
    }
}

fn reference(folder: &Path, file: &str, change: impl Fn(String) -> String) {
    fs::create_dir_all(folder).unwrap();
    let shipped = meyar_tests::world::repository(&format!("schemas/reference/{file}"));
    fs::write(folder.join(file), change(fs::read_to_string(shipped).unwrap())).unwrap();
}

#[test]
fn p9_an_approved_report_survives_new_data_and_the_next_edition_says_what_changed() {
    let world = World::new();
    year::landed(&world, &SMALL);
    let annual = ["report", "annual", "--year", "2024", "--format", "json"];
    drawn(&world, &[&annual[..], &["--save", "--by", "Nigar"]].concat());
    refused(&world, &["report", "approve", "annual-2024", "--by", "Elvin"], &["annual-2024", "draft", "check"]);
    refused(&world, &["report", "check", "annual-2024", "--by", " "], &["by", "name"]);
    world.ask(&["report", "check", "annual-2024", "--by", "Aysel"]).succeeded();
    world.ask(&["report", "approve", "annual-2024", "--by", "Elvin"]).succeeded();
    let forms = ["pdf", "xlsx", "html", "json"];
    let shown = |form: &str| drawn(&world, &["report", "show", "annual-2024", "--edition", "1", "--format", form]);
    let approved = forms.map(shown);

    // Nothing landed since: a new edition has nothing to tell.
    let again = drawn(&world, &[&annual[..], &["--save", "--by", "Nigar"]].concat());
    let again: serde_json::Value = serde_json::from_slice(&again).unwrap();
    assert!(!again["tables"].as_array().unwrap().iter().any(|table| table["id"] == "changes"), "{again}");

    // A second telling of the same year: other calls, so every count moves.
    year::landed(&world, &[&SMALL[..], &["--seed", "7"]].concat());
    assert_eq!(forms.map(shown), approved, "the same bytes, whatever came after");
    let told = world.ask(&["report", "verify", "annual-2024"]).succeeded();
    assert!(told.out.contains("answer as they did"), "{}", told.out);

    let now = drawn(&world, &[&annual[..], &["--save", "--by", "Nigar"]].concat());
    let now: serde_json::Value = serde_json::from_slice(&now).unwrap();
    let changes = now["tables"].as_array().unwrap().iter().find(|table| table["id"] == "changes").unwrap();
    assert!(changes["rows"].as_array().unwrap().len() > 50, "{changes}");
    let listed = world.ask(&["report", "list"]).succeeded().out;
    assert!(listed.contains("Elvin"), "names stay as they are written: {listed}");
    assert!(
        listed.contains("edition 1\tdraft") && listed.contains("approved") && listed.contains("edition 2"),
        "{listed}"
    );
    assert_eq!(forms.map(shown), approved);
    refused(&world, &["report", "show", "annual-2023"], &["annual-2023", "report list"]);
    refused(&world, &["report", "show", "../lake"], &["../lake", "document"]);
}

#[test]
fn every_document_is_drawn_in_every_form_and_what_cannot_be_is_told_in_one_line() {
    let world = World::new();
    year::landed(&world, &SMALL);
    let who = world.sql("SELECT min(representative) AS who FROM calls WHERE month = '2024-03'");
    let who = who[0]["who"].as_str().unwrap();
    let documents: [&[&str]; 5] = [
        &["annual", "--year", "2024"],
        &["daily", "--day", "2024-03-14"],
        &["memo", "--period", "2024-03"],
        &["memo", "--period", "2024-03", "--about", "sector"],
        &["memo", "--period", "2024-03", "--about", "representative", "--representative", who],
    ];
    for document in documents {
        for (form, begins) in [("pdf", "%PDF-"), ("xlsx", "PK"), ("html", "<!DOCTYPE html>"), ("json", "{")] {
            for lang in ["az", "en"] {
                let bytes = drawn(&world, &[&["report"], document, &["--format", form, "--lang", lang]].concat());
                let start = String::from_utf8_lossy(&bytes[..20.min(bytes.len())]).to_lowercase();
                assert!(start.starts_with(&begins.to_lowercase()), "{document:?} {form}: {start}");
            }
        }
    }
    refused(&world, &["report", "annual", "--year", "1850"], &["1850"]);
    refused(&world, &["report", "annual", "--year", "2031"], &["2031", "no incoming calls", "2024-01"]);
    // Callbacks of the year's last lost calls fall into the next, which for all that has no calls.
    refused(&world, &["report", "annual", "--year", "2025"], &["2025", "no incoming calls", "2024-12"]);
    refused(&world, &["report", "daily", "--day", "2024-03"], &["2024-03", "--day"]);
    refused(&world, &["report", "memo", "--period", "2023-05"], &["2023-05", "no incoming calls", "2024-01"]);
    refused(&world, &["report", "annual", "--year", "2024", "--line", "ABC"], &["ABC", "195-1-1"]);
    let about = ["report", "memo", "--period", "2024-03", "--about", "representative"];
    refused(&world, &[&about[..], &["--representative", "R999"]].concat(), &["R999", "--representative"]);

    let folder = world.file("reference");
    let with = |args: &[&str]| {
        [args, &["--reference", &folder.display().to_string()]]
            .concat()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    let asked = with(&["report", "annual", "--year", "2024"]);
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    reference(&folder, "calendar.toml", |text| text.replace("\"2024-", "\"2017-"));
    refused(&world, &asked, &["calendar.toml", "2024", "holidays"]);
    fs::remove_dir_all(&folder).unwrap();
    reference(&folder, "targets.toml", |text| {
        text.clone()
            + "\n"
            + &text
                .split("[[row]]")
                .nth(1)
                .map(|row| format!("[[row]]{}", row.replace("value = 80", "value = 70")))
                .unwrap()
    });
    refused(&world, &asked, &["targets.toml", "accept_30s", "overlaps"]);
    fs::remove_dir_all(&folder).unwrap();
    reference(&folder, "targets.toml", |text| text.replace("2015-02-25", "2030-01-01"));
    refused(&world, &asked, &["targets.toml", "2024-12-31"]);
    let refuses = |file: &str, change: &dyn Fn(String) -> String, named: &[&str]| {
        fs::remove_dir_all(&folder).unwrap();
        reference(&folder, file, change);
        refused(&world, &asked, named);
    };
    refuses("targets.toml", &|_| String::new(), &["targets.toml", "no rows"]);
    refuses(
        "targets.toml",
        &|text| text.replacen("\"at_least\"", "\"at_most\"", 1),
        &["accept_30s comparison", "at_most", "at_least"],
    );
    refuses("targets.toml", &|text| text.replacen("\"percent\"", "\"share\"", 1), &["targets.toml", "share"]);
    refuses("targets.toml", &|text| text.replacen("value = 80", "value = 180", 1), &["value", "180", "percent"]);
    refuses(
        "targets.toml",
        &|text| text.replacen("\"accept_30s\"", "\"accept_3Os\"", 1),
        &["targets.toml", "accept_3Os"],
    );
    refuses("thresholds.toml", &|text| text.replacen("\"s\"", "\"min\"", 1), &["accept_s unit", "min", "write s"]);
    let without = |name: &'static str| {
        move |text: String| {
            let kept = text.split("[[row]]").filter(|row| !row.contains(&format!("\"{name}\"")));
            kept.collect::<Vec<_>>().join("[[row]]")
        }
    };
    refuses("thresholds.toml", &without("lost_short_s"), &["thresholds.toml", "lost_short_s", "no row"]);
    refuses("lines.toml", &without("195-1-3"), &["lines.toml", "195-1-3", "no row"]);
    fs::remove_dir_all(&folder).unwrap();
    reference(&folder, "published.toml", |_| String::new());
    drawn(&world, &[&asked[..], &["--format", "json"]].concat());
}

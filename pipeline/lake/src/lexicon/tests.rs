#![allow(clippy::unwrap_used)]

use super::*;
use crate::lake::LakeOptions;
use std::collections::BTreeSet;

async fn lexicon() -> (tempfile::TempDir, Lake, Lexicon) {
    let dir = tempfile::tempdir().unwrap();
    let lake = Lake::open(dir.path().to_str().unwrap(), LakeOptions::default()).unwrap();
    let lexicon = lake.lexicon().await.unwrap();
    (dir, lake, lexicon)
}

/// Columns without words, and words without a column.
fn untold(entry: &Entry) -> Vec<String> {
    let without = |column: &&Column| {
        column.words.as_ref().is_none_or(|words| words.az.trim().is_empty() || words.en.trim().is_empty())
    };
    entry.columns.iter().filter(without).map(|column| format!("{}.{}", entry.name, column.name)).collect()
}

#[tokio::test]
async fn everything_that_can_be_asked_is_told_in_both_languages() {
    let (_dir, lake, lexicon) = lexicon().await;
    let missing: Vec<_> = lexicon.entries.iter().flat_map(untold).collect();
    assert_eq!(missing, Vec::<String>::new(), "add their words in schemas");
    let session = lake.session().await.unwrap();
    let names = session.catalog("datafusion").unwrap().schema("public").unwrap().table_names();
    let unknown: Vec<_> = names.iter().filter(|name| lexicon.entry(name).is_none()).collect();
    assert_eq!(unknown, Vec::<&String>::new());
    assert_eq!(lexicon.of_kind(Kind::Figure).count(), lake.figures().count());
    for entry in &lexicon.entries {
        assert!(!entry.words.az.is_empty() && !entry.words.en.is_empty(), "{}", entry.name);
        assert!(!entry.columns.is_empty(), "{}", entry.name);
    }
}

#[tokio::test]
async fn no_words_are_told_of_a_column_that_is_not_there() {
    let (_dir, _, lexicon) = lexicon().await;
    let has = |table: &str, column: &str| lexicon.entry(table).is_some_and(|entry| entry.column(column).is_some());
    for view in describe::views() {
        for column in &view.columns {
            assert!(has(&view.name, &column.name), "{}: -- column: {}", view.file, column.name);
        }
        for other in &view.columns_of {
            assert!(lexicon.entry(other).is_some(), "{}: -- columns_of: {other}", view.file);
        }
    }
    let mut common = BTreeSet::new();
    for table in describe::reference() {
        for column in &table.column {
            common.insert((column.name.clone(), has(&table.name, &column.name)));
        }
    }
    // Words that every reference table may use need a column in one of them only.
    let unused: Vec<_> =
        common.iter().filter(|(name, there)| !there && !common.contains(&(name.clone(), true))).collect();
    assert_eq!(unused, Vec::<&(String, bool)>::new());
}

#[tokio::test]
async fn words_are_written_in_composed_letters() {
    let (_dir, _, lexicon) = lexicon().await;
    for language in [&[Language::Az][..], &Language::ALL] {
        let file = text(&lexicon, Format::Markdown, language).unwrap();
        assert!(!file.chars().any(|c| ('\u{300}'..='\u{36f}').contains(&c)), "write the words in NFC");
    }
}

#[tokio::test]
async fn a_name_in_sql_leads_to_its_entry() {
    let (_dir, _, lexicon) = lexicon().await;
    let kind = |name: &str| lexicon.entry(name).map(|entry| (entry.kind, entry.name.clone()));
    assert_eq!(kind("call_events_all"), Some((Kind::Table, "call_events".into())));
    assert_eq!(kind("figure_calls_by_line"), Some((Kind::Figure, "calls_by_line".into())));
    assert_eq!(kind("calls_by_line"), None, "figures are asked for with their prefix");
    assert_eq!(kind("calls_all"), None, "views have one revision");
    assert!(lexicon.words("call_events_all").unwrap().en.ends_with("(every revision)"));
    // A view that takes its words from others takes their units too.
    let wait = lexicon.entry("incoming").unwrap().column("wait_ms").unwrap();
    assert_eq!((wait.unit.as_deref(), wait.sql_type().as_str()), (Some("ms"), "int8"));
}

#[tokio::test]
async fn the_file_says_the_same_in_each_format() {
    let (_dir, _, lexicon) = lexicon().await;
    let json: serde_json::Value = serde_json::from_str(&text(&lexicon, Format::Json, &Language::ALL).unwrap()).unwrap();
    let entries = json["entries"].as_array().unwrap();
    assert_eq!(entries.len(), lexicon.entries.len());
    let transcripts = entries.iter().find(|entry| entry["name"] == "transcripts").unwrap();
    assert_eq!((&transcripts["topic"], &transcripts["kind"]), (&"calls.transcripts".into(), &"table".into()));
    let segments = transcripts["columns"].as_array().unwrap().iter().find(|c| c["name"] == "segments").unwrap();
    assert_eq!((&segments["type"], &segments["fields"][0]["name"]), (&"record[]".into(), &"party".into()));
    let kpi = entries.iter().find(|entry| entry["name"] == "kpi").unwrap();
    assert_eq!((&kpi["table"], &kpi["group"]), (&"figure_kpi".into(), &"kpi".into()));

    let csv = text(&lexicon, Format::Csv, &Language::ALL).unwrap();
    assert!(csv.starts_with("table_name,column_name,type,unit,comment_az,comment_en,kind\n"), "{}", &csv[..99]);
    assert!(csv.contains("transcripts,segments[].party,text,,Danışan,Who speaks,table\n"));
    let one = text(&lexicon, Format::Csv, &[Language::En]).unwrap();
    assert!(one.contains("transcripts,segments[].party,text,,Who speaks,table\n"));

    let markdown = text(&lexicon, Format::Markdown, &[Language::Az]).unwrap();
    assert!(markdown.starts_with("# Məlumat lüğəti\n\n## Cədvəllər\n\n### `call_events`\n"), "{}", &markdown[..99]);
    let rows = markdown.lines().filter(|line| line.starts_with("| `")).count();
    let columns = csv.lines().filter(|line| !line.split(',').nth(1).is_none_or(str::is_empty)).count() - 1;
    assert_eq!(rows, columns, "a row a column in both");
    assert!("pdf".parse::<Format>().unwrap_err().to_string().contains("use md, json or csv"));
    assert!("ru".parse::<Language>().unwrap_err().to_string().contains("use az or en"));
}

//! `meyar reconcile`: what was read held against what is in the lake; which laws are broken, and what to do.

use crate::args::Common;
use anyhow::Result;
use meyar_documents::{Lang, decimal};
use meyar_lake::{Figure, FigureColumn, Lake, Period, Reconciliation};
use serde_json::{Map, Value, json};
use std::fmt;

type Row = Map<String, Value>;

#[derive(clap::Args)]
pub struct Args {
    /// 2026, 2026-01, 2026-W03, 2026-01-14, or from..to [default: the last days of which an alarm is raised]
    #[arg(long)]
    period: Option<Period>,
    /// csv has one line a value: part, row, column, value
    #[arg(long, default_value = "table", value_parser = ["table", "json", "csv"])]
    format: String,
    #[arg(long, default_value = "az", value_parser = super::report::lang)]
    lang: Lang,
}

/// Laws that are broken: the command has done its work, and ends with a code of its own.
#[derive(Debug)]
pub struct Broken(String);

impl Broken {
    pub const CODE: u8 = 3;
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broken: {}; `meyar reconcile` tells what to do, and where the rows are", self.0)
    }
}

impl std::error::Error for Broken {}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let lake = common.open_lake()?;
    let period = match args.period {
        Some(period) => period,
        None => lake.alarm_period()?,
    };
    let found = lake.reconciliation(&period).await?;
    match args.format.as_str() {
        "json" => println!("{}", serde_json::to_string_pretty(&told(&found))?),
        "csv" => print!("{}", csv(&lake, &found)?),
        _ => print!("{}", tables(&lake, &found, args.lang)?),
    }
    let broken: Vec<String> = found.broken().map(|law| said(law, "law")).collect();
    if broken.is_empty() { Ok(()) } else { Err(Broken(broken.join(", ")).into()) }
}

fn told(found: &Reconciliation) -> Value {
    let Reconciliation { at, period, laws, balance, gaps } = found;
    json!({ "at": at, "period": period.to_string(), "laws": laws, "balance": balance, "gaps": gaps })
}

fn said(row: &Row, column: &str) -> String {
    match row.get(column) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// The parts with their figures' names.
fn parts(found: &Reconciliation) -> [(&'static str, &[Row]); 3] {
    [
        (Reconciliation::LAWS, &found.laws),
        (Reconciliation::BALANCE, &found.balance),
        (Reconciliation::GAPS, &found.gaps),
    ]
}

fn csv(lake: &Lake, found: &Reconciliation) -> Result<String> {
    let quoted = |text: String| {
        if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
    };
    let mut lines = String::from("part,row,column,value\n");
    for (name, rows) in parts(found) {
        let figure = lake.figure_named(name)?;
        for row in rows {
            let key: Vec<String> =
                figure.drill.keys.iter().map(|key| said(row, key)).filter(|k| !k.is_empty()).collect();
            for column in figure.columns.iter().filter(|column| !figure.drill.keys.contains(&column.name)) {
                let value = quoted(said(row, &column.name));
                lines.push_str(&format!("{name},{},{},{value}\n", quoted(key.join("/")), column.name));
            }
        }
    }
    Ok(lines)
}

/// Columns that a person needs first; `meyar explain` shows them all.
const SHOWN: [(&str, &[&str]); 3] = [
    (Reconciliation::LAWS, &["law", "name", "broken", "waiting", "state"]),
    (
        Reconciliation::BALANCE,
        &[
            "topic",
            "kafka_partition",
            "since_on",
            "messages",
            "rows",
            "repeats",
            "dead_letters",
            "unread",
            "rows_missing",
            "rows_twice",
            "rows_ahead",
            "letters_missing",
            "recreated",
            "state",
        ],
    ),
    (
        Reconciliation::GAPS,
        &["name", "rows", "oldest_on", "age_ms", "due_after_min", "overdue", "overdue_age_ms", "state"],
    ),
];

fn tables(lake: &Lake, found: &Reconciliation, lang: Lang) -> Result<String> {
    let mut text = String::new();
    for ((name, rows), (_, columns)) in parts(found).into_iter().zip(SHOWN) {
        text.push_str(&table(lake.figure_named(name)?, rows, columns, lang));
        text.push('\n');
    }
    let of = lang.code();
    for law in found.broken() {
        let word = if lang == Lang::Az { "pozulub" } else { "is broken" };
        text.push_str(&format!(
            "{} {word} ({}): {}\n",
            said(law, "law"),
            said(law, "broken"),
            said(law, &format!("remedy_{of}"))
        ));
        for command in commands(&said(law, "law"), found) {
            text.push_str(&format!("    {command}\n"));
        }
    }
    Ok(text)
}

/// The commands that show the rows behind a broken law.
fn commands(law: &str, found: &Reconciliation) -> Vec<String> {
    let period = &found.period;
    let (column, broken_by): (_, &[&str]) = match law {
        "P1" => ("rows", &["rows_missing", "rows_twice"]),
        "P2" => ("rows_ahead", &["rows_ahead"]),
        "P3" => ("dead_letters", &["letters_missing", "unread_lately"]),
        "P7" => ("recreated", &["recreated"]),
        _ => return vec![format!("meyar explain {} --period {period} --cell broken,law={law}", Reconciliation::LAWS)],
    };
    let is_broken = |row: &&Row| {
        !row["kafka_partition"].is_null() && broken_by.iter().any(|by| row[*by].as_f64().unwrap_or_default() > 0.0)
    };
    let command = |row: &Row| {
        let (topic, partition) = (said(row, "topic"), said(row, "kafka_partition"));
        let figure = Reconciliation::BALANCE;
        format!("meyar explain {figure} --period {period} --cell {column},topic={topic},kafka_partition={partition}")
    };
    found.balance.iter().filter(is_broken).map(command).collect()
}

fn table(figure: &Figure, rows: &[Row], columns: &[&str], lang: Lang) -> String {
    let named =
        |name: &&str| figure.columns.iter().find(|c| c.name == **name || c.name == format!("{name}_{}", lang.code()));
    let columns: Vec<&FigureColumn> = columns.iter().filter_map(named).collect();
    let head = |column: &&FigureColumn| if lang == Lang::Az { column.az.clone() } else { column.en.clone() };
    let mut lines: Vec<Vec<String>> = vec![columns.iter().map(head).collect()];
    lines.extend(rows.iter().map(|row| columns.iter().map(|column| cell(figure, column, row, lang)).collect()));
    let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let title = if lang == Lang::Az { &figure.name_az } else { &figure.name_en };
    let mut text = format!("{title}\n");
    for line in &lines {
        let padded = line.iter().zip(&widths).zip(&columns).map(|((cell, width), column)| {
            let space = " ".repeat(width - cell.chars().count());
            if is_number(column) { format!("{space}{cell}") } else { format!("{cell}{space}") }
        });
        text.push_str(&format!("  {}\n", padded.collect::<Vec<_>>().join("  ").trim_end()));
    }
    text
}

fn is_number(column: &FigureColumn) -> bool {
    matches!(column.format.as_str(), "count" | "number" | "ms")
}

fn cell(figure: &Figure, column: &FigureColumn, row: &Row, lang: Lang) -> String {
    let value = row.get(&column.name).unwrap_or(&Value::Null);
    match (value, column.format.as_str()) {
        (Value::Null, _) if figure.total.as_deref() == Some(&column.name) => {
            if lang == Lang::Az { "cəmi" } else { "all" }.to_owned()
        }
        (Value::Null, _) => "–".to_owned(),
        (Value::Number(n), "ms") => age(n.as_f64().unwrap_or_default()),
        (Value::Number(n), _) => decimal(lang, n.as_f64().unwrap_or_default(), 0),
        (Value::String(text), "date") => text.get(..10).unwrap_or(text).to_owned(),
        _ => said(row, &column.name),
    }
}

/// `3 d 04:15`, or `04:15` within a day: hours and minutes.
fn age(ms: f64) -> String {
    let minutes = (ms / 60_000.0).max(0.0) as u64;
    let clock = format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
    if minutes < 24 * 60 { clock } else { format!("{} d {clock}", minutes / (24 * 60)) }
}

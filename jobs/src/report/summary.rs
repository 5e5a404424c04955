//! `meyar report summary`: the figures of a period in Azerbaijani, straight from `schemas/figures/*.sql`.

use crate::{
    args::Common,
    forms,
    looks::{self, asked},
};
use anyhow::Result;
use meyar_documents::{Lang, decimal};
use meyar_lake::{Figure, FigureColumn, Lake, Period, output};
use meyar_scoring::Forms;
use meyar_work::access::Action;
use serde_json::{Map, Value};

#[derive(clap::Args)]
pub struct Args {
    /// 2026, 2026-01, 2026-W03, 2026-01-14, or from..to
    #[arg(long)]
    period: Period,
    /// Only this line: 195-1-1, or its structure: DVX
    #[arg(long, visible_alias = "structure")]
    line: Option<String>,
    #[arg(long, default_value = "text", value_parser = ["text", "json"])]
    format: String,
}

/// The tables of the summary, in the order in which they are read.
pub const SUMMARY: [&str; 9] = [
    "calls_by_line",
    "call_times",
    "answered_within_30s",
    "lost_over_10s",
    "calls_by_month",
    "evaluation_by_representative",
    "evaluation_by_criterion",
    "satisfaction",
    "recording_completeness",
];

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let Args { period, line, format } = args;
    looks::written(common, Action::Read, "figure", "summary", asked(&period, line.as_deref())).await?;
    let lake = common.open_lake()?;
    super::tell_if_empty(&lake, &period).await;
    if format == "json" {
        let mut tables = Map::new();
        for name in SUMMARY {
            let rows = output::rows(&lake.figure(name, &period, line.as_deref()).await?)?;
            tables.insert(name.into(), serde_json::to_value(rows)?);
        }
        println!("{}", serde_json::to_string_pretty(&tables)?);
        return Ok(());
    }
    print!("{}", summary(&*forms::to_begin_with(common).await?, &lake, &period, line.as_deref()).await?);
    Ok(())
}

pub async fn summary(forms: &Forms, lake: &Lake, period: &Period, line: Option<&str>) -> Result<String> {
    let mut text = format!("Yekun göstəricilər · {period}{}\n", line.map(|l| format!(" · {l}")).unwrap_or_default());
    for name in SUMMARY {
        let figure = lake.figure_named(name)?.clone();
        let mut rows = output::rows(&lake.figure(name, period, line).await?)?;
        name_criteria(forms, &mut rows);
        text.push_str(&table(&figure, &rows));
    }
    Ok(text)
}

/// `K01` says nothing to who reads a report; a form that is not shipped keeps its codes.
fn name_criteria(forms: &Forms, rows: &mut [Map<String, Value>]) {
    for row in rows {
        let field = |name: &str| row.get(name).and_then(Value::as_str);
        let (Some(form), Some(code)) = (field("form_id"), field("criterion")) else { continue };
        let known = forms.iter().filter(|f| f.reference().id == form).find_map(|f| f.criterion(code));
        if let Some(criterion) = known {
            let named = format!("{code} {}", criterion.name_az);
            row.insert("criterion".into(), named.into());
        }
    }
}

/// A figure as a table for a terminal, with the heads and formats that its own file gives.
fn table(figure: &Figure, rows: &[Map<String, Value>]) -> String {
    let heads: Vec<String> = figure.columns.iter().map(|c| c.az.clone()).collect();
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| figure.columns.iter().map(|c| cell(figure, c, row)).collect()).collect();
    let width =
        |i: usize| cells.iter().map(|r| r[i].chars().count()).chain([heads[i].chars().count()]).max().unwrap_or(0);
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded: Vec<String> = cells
            .iter()
            .enumerate()
            .map(|(i, cell)| {
                let space = " ".repeat(widths[i] - cell.chars().count());
                if figure.columns[i].format == "text" { format!("{cell}{space}") } else { format!("{space}{cell}") }
            })
            .collect();
        format!("  {}\n", padded.join("  ").trim_end())
    };
    let mut text = format!("\n{}\n", figure.name_az);
    text.push_str(&line(&heads));
    text.push_str(&format!("  {}\n", "─".repeat(widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1))));
    if cells.is_empty() {
        text.push_str("  (bu dövr üçün məlumat yoxdur)\n");
    }
    cells.iter().for_each(|row| text.push_str(&line(row)));
    text
}

fn cell(figure: &Figure, column: &FigureColumn, row: &Map<String, Value>) -> String {
    let value = row.get(&column.name).unwrap_or(&Value::Null);
    if figure.total.as_deref() == Some(&column.name) && value.is_null() {
        return "Cəmi".into();
    }
    // A share of too few answers says nothing and is not printed.
    let withheld = row.get("enough") == Some(&Value::Bool(false))
        && ["percent", "low_pct", "high_pct"].contains(&column.name.as_str());
    match (value, column.format.as_str()) {
        _ if withheld => "cavab azdır".into(),
        (Value::Null, _) => "–".into(),
        (Value::Bool(yes), _) => if *yes { "bəli" } else { "xeyr" }.into(),
        (Value::Number(n), "count") => decimal(Lang::Az, n.as_f64().unwrap_or_default(), 0),
        (Value::Number(n), _) => decimal(Lang::Az, n.as_f64().unwrap_or_default(), 1),
        (Value::String(s), _) => s.clone(),
        (other, _) => other.to_string(),
    }
}

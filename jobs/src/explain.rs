//! `meyar explain`: what a figure means, the SQL that makes it, and the rows behind a cell.

use crate::{
    args::Common,
    looks::{self, asked},
};
use anyhow::{Context as _, Result};
use meyar_lake::{
    Cell, Page, Period,
    output::{self, Format},
};
use meyar_work::access::Action;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// A figure: calls_by_line, kpi, lost_parts …
    figure: String,
    /// 2026, 2026-01, 2026-W03, 2026-01-14, or from..to
    #[arg(long)]
    period: Option<Period>,
    /// Only this line: 195-1-1, or its structure: DVX
    #[arg(long, visible_alias = "structure")]
    line: Option<String>,
    /// A column and what tells its row: answered,line=195-1-1; without a key the row of all
    #[arg(long, requires = "period")]
    cell: Option<Cell>,
    /// Which page of the rows, from 1
    #[arg(long, default_value_t = 1, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    page: usize,
    /// Rows a page; 0 is all of them
    #[arg(long, default_value_t = 50)]
    rows: usize,
    #[arg(long, default_value = "table", value_parser = ["table", "csv", "json"])]
    format: String,
    /// Write the rows into this file
    #[arg(long)]
    out: Option<PathBuf>,
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let lake = common.open_lake()?;
    let figure = lake.figure_named(&args.figure)?.clone();
    // With --format csv or json only the rows go to standard output, so that programs can read them.
    let format: Format = args.format.parse()?;
    let told = |text: String| if format == Format::Table { println!("{text}") } else { eprintln!("{text}") };
    told(format!("{} · {}", figure.name_az, figure.name_en));
    told(format!(
        "formula: {}\nof: {}\nunit: {}\nsource: {}",
        figure.formula, figure.denominator, figure.unit, figure.source
    ));
    let (Some(period), Some(cell)) = (&args.period, &args.cell) else {
        told(format!("\n{}", figure.sql.trim_end()));
        if let Some(period) = &args.period {
            looks::written(common, Action::Read, "figure", &figure.name, asked(period, args.line.as_deref())).await?;
            let answer = lake.figure(&figure.name, period, args.line.as_deref()).await?;
            print!("{}", output::text(&answer, format)?);
        }
        return Ok(());
    };
    let page = Page {
        offset: args.page.saturating_sub(1).saturating_mul(args.rows),
        limit: (args.rows > 0).then_some(args.rows),
    };
    let action = if args.out.is_some() { Action::Export } else { Action::Read };
    let detail = format!("{}&cell={cell}&page={}", asked(period, args.line.as_deref()), args.page);
    looks::written(common, action, "rows", &figure.name, detail).await?;
    let behind = lake.behind(&figure.name, period, args.line.as_deref(), cell, page).await?;
    told(format!("\nrows of {}: {}\n{} rows; page {}", behind.figure, behind.sql, behind.total, args.page));
    if behind.total == 0 {
        let see = format!("`meyar explain {} --period {period}` shows the cells that there are", figure.name);
        eprintln!("note: nothing is counted in {cell} of {period}; {see}");
    }
    let text = output::text(&behind.batches, format)?;
    match args.out {
        Some(path) => std::fs::write(&path, text).with_context(|| {
            format!("--out: {} cannot be written; name a file in a folder that is there", path.display())
        })?,
        None => println!("{}", text.trim_end()),
    }
    Ok(())
}

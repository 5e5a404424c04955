//! `meyar retain`: deletes what the retention rules no longer keep, and tells that it did.

use crate::{args::Common, connect::Connection};
use anyhow::{Context as _, Result};
use chrono::{NaiveDate, Utc};
use chrono_tz::Asia::Baku;
use meyar_schemas::{
    deletions::{Deletion, Order},
    reference::Reference,
};
use meyar_stages::retainer::{Retainer, Told, look, pending};
use std::time::Duration;

#[derive(clap::Args)]
pub struct Args {
    /// Only these tables, e.g. transcripts
    tables: Vec<String>,
    /// Only show what would go
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: as the rules of this day will have it, e.g. 2027-01-31
    #[arg(long, requires = "dry_run")]
    as_of: Option<NaiveDate>,
    /// Goes on, and does it again after so many hours
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..), conflicts_with = "dry_run")]
    every_hours: Option<u64>,
    #[command(flatten)]
    readers: Readers,
}

#[derive(clap::Args, Clone, Copy)]
pub struct Readers {
    /// Readers of older versions of a table have so long before the files that only those need are deleted
    #[arg(long, default_value_t = 60)]
    pub readers_wait_s: u64,
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let Some(hours) = args.every_hours else { return once(common, &args).await };
    loop {
        // A broker or a store that is away today is there tomorrow.
        if let Err(error) = once(common, &args).await {
            tracing::warn!(
                error = format!("{error:#}"),
                "not everything could be deleted; it is tried again in {hours} h"
            );
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(hours * 3_600)) => {}
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

async fn once(common: &Common, args: &Args) -> Result<()> {
    let today = args.as_of.unwrap_or_else(today);
    let orders = orders(common, &args.tables, today)?;
    if args.dry_run {
        return show(common, &orders).await;
    }
    carry_out(common, &orders, args.readers).await
}

/// The day in Baku.
pub fn today() -> NaiveDate {
    Utc::now().with_timezone(&Baku).date_naive()
}

fn orders(common: &Common, tables: &[String], today: NaiveDate) -> Result<Vec<Order>> {
    let reference = Reference::load(common.reference.as_deref())?;
    let orders = reference.orders(today)?;
    for table in tables {
        let known = orders.iter().any(|order| order.table == *table);
        let named = || orders.iter().map(|order| order.table.as_str()).collect::<Vec<_>>().join(", ");
        known.then_some(()).with_context(|| {
            format!(
                "table: `{table}` has no retention rule on {today}; add a row to retention.toml, or name one of: {}",
                named()
            )
        })?;
    }
    Ok(orders.into_iter().filter(|order| tables.is_empty() || tables.contains(&order.table)).collect())
}

/// What would go, by table and month.
pub async fn show(common: &Common, orders: &[Order]) -> Result<()> {
    for deletion in pending(&common.lake_root()?).await? {
        println!("{} was begun, and will be gone on with", line(&deletion));
    }
    let found = look(&common.lake_root()?, orders, Utc::now()).await?;
    for deletion in &found {
        println!("{} would go", line(deletion));
    }
    for order in orders.iter().filter(|order| !found.iter().any(|deletion| deletion.order == **order)) {
        println!("{:<18} {:<8} nothing before {}", order.table, order.what.name(), order.before);
    }
    Ok(())
}

pub async fn carry_out(common: &Common, orders: &[Order], readers: Readers) -> Result<()> {
    let reference = Reference::load(common.reference.as_deref())?;
    for deletion in pending(&common.lake_root()?).await? {
        reference.still_orders(&deletion, today())?;
    }
    let connection = Connection::open(common).await?;
    let retainer = Retainer {
        publisher: connection.publisher()?,
        lake: common.lake_root()?,
        recordings: common.recordings()?,
        recordings_dir: common.recordings_dir(),
        kept: common.lake_options().kept_dir,
        readers: Duration::from_secs(readers.readers_wait_s),
    };
    let tell = |told: Told<'_>| match told {
        Told::GoneOn(deletion) => println!("{} was cut off; it is gone on with", line(deletion)),
        Told::Begun(deletion) => println!("{} to go", line(deletion)),
        Told::Erased(deletion) => println!("{} out of the table", line(deletion)),
        Told::Swept(order, swept) if swept.files + swept.kept > 0 => {
            println!(
                "{:<18} {} files of older versions deleted, {} bytes",
                order.table,
                swept.files + swept.kept,
                swept.bytes
            );
        }
        Told::Swept(..) => {}
        Told::Done(deletion) => println!("{} deleted", line(deletion)),
    };
    let done = retainer.run(orders, Utc::now(), tell).await?;
    let rows: u64 = done.iter().map(|deletion| deletion.found.rows).sum();
    println!("{} deletions done, {rows} rows; the table deletions has their record", done.len());
    Ok(())
}

fn line(deletion: &Deletion) -> String {
    let Deletion { order, found, .. } = deletion;
    let sound = match found.objects {
        0 => String::new(),
        objects => format!(", {objects} recordings of {} bytes", found.object_bytes),
    };
    format!(
        "{:<18} {:<8} {:>9} rows of {} … {}{sound}",
        order.table,
        order.what.name(),
        found.rows,
        found.first_day,
        found.last_day
    )
}

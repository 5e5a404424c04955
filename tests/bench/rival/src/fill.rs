//! Call events of a generated month, as `meyar import` would send them.

use anyhow::Result;
use meyar_broker::{
    BrokerConfig, Publisher,
    publisher::{Burst, Outgoing},
    topics,
};
use meyar_intake::generate::{self, Month};
use meyar_schemas::{Subject, caller::CallerKey};
use serde_json::json;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    brokers: String,
    #[arg(long)]
    topic_prefix: String,
    #[arg(long)]
    events: u64,
}

pub fn run(args: Args) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(fill(args))
}

async fn fill(args: Args) -> Result<()> {
    let config = BrokerConfig { prefix: args.topic_prefix, ..BrokerConfig::new(&args.brokers) };
    topics::create(&config, &Subject::ALL).await?;
    let publisher = Publisher::new(&config)?;
    let callers = CallerKey::new("a benchmark has no secret");
    let mut burst = Burst::new(&publisher);
    let mut bytes = 0;
    // A call has four to five events.
    let month = Month { calls: u32::try_from(args.events / 3)?, ..Month::default() };
    'full: for call in generate::month(month, "bench", &callers) {
        for (envelope, event) in &call {
            if burst.sent == args.events {
                break 'full;
            }
            let value = serde_json::to_vec(event)?;
            bytes += value.len();
            burst.send(&Outgoing::event(Subject::CallEvents, &event.call_id, envelope, &value)).await?;
        }
    }
    let events = burst.finish().await?;
    println!("{}", json!({ "events": events, "value_bytes": bytes }));
    Ok(())
}

//! `meyar topics create`

use crate::{args::Common, connect::Connection};
use anyhow::Result;
use meyar_broker::topics;
use meyar_schemas::Subject;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Makes the topics that are missing; those that exist are left as they are
    Create {
        /// As many copies of a stage can share the work
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(i32).range(1..=1000))]
        partitions: i32,
        /// Copies that Kafka keeps of each message
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..=9))]
        replication: i32,
        /// Kafka deletes messages after so many days: longer than a lander may be away, shorter than the shortest retention rule
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=40_000))]
        keep_days: u32,
    },
    /// Lists the topics with the first and next offset of each partition
    List,
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let mut connection = Connection::reach(common).await?;
    match args.action {
        Action::Create { partitions, replication, keep_days } => {
            connection.config.partitions = partitions;
            connection.config.replication = replication;
            connection.config.keep_days = keep_days;
            topics::create(&connection.config, &Subject::ALL).await?;
            for subject in Subject::ALL {
                println!("{}", connection.config.topic(subject));
            }
        }
        Action::List => {
            for subject in Subject::ALL {
                let (config, topic) = (connection.config.clone(), connection.config.topic(subject));
                let name = topic.clone();
                for (partition, low, high) in
                    tokio::task::spawn_blocking(move || topics::watermarks(&config, &name)).await??
                {
                    println!("{topic}\t{partition}\t{low}\t{high}");
                }
            }
        }
    }
    Ok(())
}

//! The embedded broker: the Kafka protocol over one SQLite file, run as a child process of `meyar`.
//!
//! `meyar-embedded-broker --port 9092 --data DIR` listens on 127.0.0.1 and stops when its standard input closes,
//! so that it never outlives the program that started it, however that program ended. With `--advertise PORT` clients are told to
//! come to that port, where something that stands between them and the broker listens.

use nisshi_broker::{
    NODE_ID,
    broker::Broker,
    coordinator::group::administrator::{Controller, GroupCoordinatorConfig},
};
use nisshi_storage::ArcDynStorage;
use std::{path::PathBuf, process::ExitCode, time::Duration};
use tokio::io::AsyncReadExt;
use url::Url;
use uuid::Uuid;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("meyar-embedded-broker: {e}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let (port, advertised, data) = arguments(std::env::args().skip(1))?;
    std::fs::create_dir_all(&data)?;
    let database = data.canonicalize()?.join("broker.db");
    // An absolute path makes four slashes; with three it would be taken as relative.
    let storage: Url = format!("sqlite:///{}", database.display()).parse()?;
    let address: Url = format!("tcp://127.0.0.1:{port}").parse()?;
    let advertised: Url = format!("tcp://127.0.0.1:{advertised}").parse()?;

    let mut broker = Broker::<Controller<ArcDynStorage>, ArcDynStorage>::builder()
        .node_id(NODE_ID)
        .cluster_id("meyar-embedded")
        .incarnation_id(Uuid::new_v4())
        .listener(address)
        .advertised_listener(advertised)
        .storage(storage)
        .group_coordinator(GroupCoordinatorConfig {
            // One machine, few members: waiting for more of them only delays every start.
            initial_rebalance_delay: Duration::ZERO,
            ..GroupCoordinatorConfig::default()
        })
        .silent(true)
        .build()
        .await
        .map_err(describe)?;

    tokio::select! {
        served = broker.serve(tokio::time::Instant::now()) => served.map_err(describe),
        () = parent_gone() => Ok(()),
    }
}

fn describe(e: nisshi_broker::Error) -> Failure {
    format!("{e:?}").into()
}

/// The port, the port that clients are told, and the folder of the data.
fn arguments(mut args: impl Iterator<Item = String>) -> Result<(u16, u16, PathBuf), Failure> {
    let (mut port, mut advertised, mut data) = (None, None, None);
    while let Some(flag) = args.next() {
        let value = args.next().ok_or_else(|| format!("{flag} needs a value"))?;
        let number = || value.parse().map_err(|_| format!("{flag}: `{value}` is not a port; give 1024 to 65535"));
        match flag.as_str() {
            "--port" => port = Some(number()?),
            "--advertise" => advertised = Some(number()?),
            "--data" => data = Some(PathBuf::from(value)),
            _ => return Err(format!("{flag} is not known; use --port N --data DIR [--advertise N]").into()),
        }
    }
    let port = port.ok_or("--port is missing")?;
    Ok((port, advertised.unwrap_or(port), data.ok_or("--data is missing")?))
}

/// Ends when standard input does: the parent holds the other end of that pipe.
async fn parent_gone() {
    let mut stdin = tokio::io::stdin();
    let mut buffer = [0_u8; 64];
    while !matches!(stdin.read(&mut buffer).await, Ok(0) | Err(_)) {}
}

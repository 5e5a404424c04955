//! `meyar serve`: the pages over a lake, without any stage.

use crate::{args::Common, run};
use anyhow::Result;
use std::net::SocketAddr;
use tokio_util::sync::CancellationToken;

#[derive(clap::Args)]
pub struct Args {
    /// Address of the pages
    #[arg(long, env = "MEYAR_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let shutdown = CancellationToken::new();
    run::on_signal(shutdown.clone());
    let site = run::site(common, args.listen, nothing_to_ask(), shutdown).await?;
    println!("http://{}", site.address);
    site.run().await
}

/// Pages need the lake only, and each page tells when that fails.
fn nothing_to_ask() -> meyar_dashboards::Health {
    std::sync::Arc::new(|| Box::pin(async { Vec::new() }))
}

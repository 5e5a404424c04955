//! `meyar serve`: the pages over a lake, without any stage, and the SQL port beside them.

use crate::{args::Common, forms, outbox, run, sqlport::SqlPort, watch};
use anyhow::Result;
use meyar_dashboards::{Check, Health};
use meyar_lake::Lake;
use std::{net::SocketAddr, sync::Arc};
use tokio_util::sync::CancellationToken;

#[derive(clap::Args)]
pub struct Args {
    /// Address of the pages
    #[arg(long, env = "MEYAR_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[command(flatten)]
    sign_in: run::SignIn,
    #[command(flatten)]
    watch: watch::Watch,
    #[command(flatten)]
    sql: SqlPort,
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let shutdown = CancellationToken::new();
    run::on_signal(shutdown.clone());
    let door = args.sql.open(common, !args.sign_in.open, shutdown.clone()).await?;
    let forms = forms::to_begin_with(common).await?;
    let health = lake_answers(common.open_lake()?);
    let site = run::site(common, args.listen, args.sign_in, forms.clone(), health, shutdown.clone()).await?;
    println!("http://{}", site.address);
    let watch = watch::run(args.watch, watch::lake(common)?, shutdown.clone());
    let outbox = outbox::beside_pages(common, shutdown.clone());
    let approved = forms::beside(common.clone(), forms, shutdown.clone());
    // None goes on without the others.
    let pages = async {
        let served = site.run().await;
        shutdown.cancel();
        served
    };
    let Some(door) = door else { return tokio::join!(pages, watch, outbox, approved).0 };
    println!("postgresql://{}/meyar", door.address);
    tokio::join!(pages, door.run(), watch, outbox, approved).0
}

/// Pages need the lake only.
fn lake_answers(lake: Lake) -> Health {
    Arc::new(move || {
        let lake = lake.clone();
        Box::pin(async move {
            let detail = lake.versions().await.err().map(|e| e.to_string()).unwrap_or_default();
            vec![Check { name: "lake".into(), ok: detail.is_empty(), detail }]
        })
    })
}

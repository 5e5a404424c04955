//! What people look at: server-rendered pages over the lake, small scripts for the chart and the player.
//! Every number on a page is a column of a figure's SQL file; nothing is computed here.

mod assets;
mod audio;
mod data;
mod drill;
mod error;
mod format;
mod frame;
mod health;
mod pages;
mod period;
#[doc(hidden)]
pub mod range;
pub mod reports;
mod text;
#[doc(hidden)]
pub mod wav;

pub use health::{Check, Health};

use anyhow::Context;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
pub use data::LakeSource;
use metrics_exporter_prometheus::PrometheusHandle;
use object_store::ObjectStore;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::timeout::TimeoutLayer;

const ANSWER_WITHIN: Duration = Duration::from_secs(60);

const DRAIN_WITHIN: Duration = Duration::from_secs(3);

pub struct Config {
    pub listen: SocketAddr,
    pub source: Arc<LakeSource>,
    pub recordings: Arc<dyn ObjectStore>,
    /// Without one, `/metrics` is not found.
    pub metrics_handle: Option<PrometheusHandle>,
    pub health: Health,
    pub shutdown: CancellationToken,
}

/// What every handler may use.
pub(crate) struct Shared {
    pub data: Arc<LakeSource>,
    pub recordings: Arc<dyn ObjectStore>,
    pub metrics_handle: Option<PrometheusHandle>,
    pub health: Health,
}

/// The site without a socket.
pub fn router(config: &Config) -> Router {
    frame::describe_metrics();
    let shared = Arc::new(Shared {
        data: config.source.clone(),
        recordings: config.recordings.clone(),
        metrics_handle: config.metrics_handle.clone(),
        health: config.health.clone(),
    });
    Router::new()
        .route("/", get(pages::figures::page))
        .route("/figures", get(pages::definitions::list))
        .route("/figures/{name}", get(pages::definitions::page))
        .route("/figures/{name}/rows", get(pages::rows::page))
        .route("/figures/{name}/rows.csv", get(pages::rows::csv))
        .route("/figures/{name}/rows.json", get(pages::rows::json))
        .route("/reconciliation", get(pages::reconciliation::page))
        .route("/dictionary", get(pages::dictionary::page))
        .route("/dictionary.md", get(pages::dictionary::markdown))
        .route("/dictionary.csv", get(pages::dictionary::csv))
        .route("/dictionary.json", get(pages::dictionary::json))
        .route("/calls", get(pages::calls::page))
        .route("/calls/{call_id}", get(pages::call::page))
        .route("/audio/{*path}", get(audio::get))
        .route("/peaks/{*path}", get(audio::peaks))
        .route("/assets/{name}", get(assets::get))
        .route("/metrics", get(health::metrics))
        .route("/healthz", get(health::healthz))
        .fallback(async || error::PageError::not_found(""))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_WITHIN))
        .layer(axum::middleware::from_fn(frame::layer))
        .with_state(shared)
}

/// A site that listens and is not yet served: its address is known before the first request.
pub struct Site {
    listener: TcpListener,
    router: Router,
    shutdown: CancellationToken,
    pub address: SocketAddr,
}

pub async fn bind(config: Config) -> anyhow::Result<Site> {
    let router = router(&config);
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!("--listen {}: the address cannot be taken; choose another or stop what holds it", config.listen)
    })?;
    let address = listener.local_addr().context("the listening socket has no address")?;
    Ok(Site { listener, router, shutdown: config.shutdown, address })
}

impl Site {
    /// Until the shutdown token is cancelled; answers under way are finished.
    pub async fn run(self) -> anyhow::Result<()> {
        tracing::info!(address = %self.address, "pages are served");
        let stop = self.shutdown;
        let cancelled = stop.clone();
        let served = axum::serve(self.listener, self.router).with_graceful_shutdown(cancelled.cancelled_owned());
        tokio::select! {
            done = async { served.await } => done.context("the pages stopped being served"),
            // A browser may hold a connection open for ever.
            () = async { stop.cancelled().await; tokio::time::sleep(DRAIN_WITHIN).await } => Ok(()),
        }
    }
}

/// [`bind`] and [`Site::run`] in one.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    bind(config).await?.run().await
}

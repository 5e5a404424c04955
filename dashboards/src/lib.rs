//! What people look at: server-rendered pages over the lake, small scripts for the chart and the player.
//! Every number on a page is a column of a figure's SQL file; nothing is computed here.

mod assets;
mod audio;
mod chart;
mod data;
mod drill;
mod error;
mod format;
mod frame;
mod health;
mod openapi;
mod pages;
mod period;
mod problems;
#[doc(hidden)]
pub mod range;
pub mod reports;
mod text;
mod told;
#[doc(hidden)]
pub mod wav;
mod work;

pub use health::{Check, Health};
pub use work::Work;
pub use work::oidc::{Oidc, Provider as OidcProvider, Settings as OidcSettings};

use anyhow::Context;
use axum::Router;
use axum::http::{Method, StatusCode};
use axum::routing::{get, post, put};
pub use data::LakeSource;
use metrics_exporter_prometheus::PrometheusHandle;
use meyar_work::Right;
use meyar_work::access::Action;
use object_store::ObjectStore;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::timeout::TimeoutLayer;
use work::{Log, Need, Needs, Table};

const ANSWER_WITHIN: Duration = Duration::from_secs(60);

const DRAIN_WITHIN: Duration = Duration::from_secs(3);

pub struct Config {
    pub listen: SocketAddr,
    pub source: Arc<LakeSource>,
    pub recordings: Arc<dyn ObjectStore>,
    /// Without one, `/metrics` is not found.
    pub metrics_handle: Option<PrometheusHandle>,
    pub health: Health,
    /// People and their work. Without it the site is open: pages to read, for whoever reaches the address.
    pub work: Option<Work>,
    pub shutdown: CancellationToken,
}

/// What every handler may use.
pub(crate) struct Shared {
    pub data: Arc<LakeSource>,
    pub recordings: Arc<dyn ObjectStore>,
    pub metrics_handle: Option<PrometheusHandle>,
    pub health: Health,
    pub work: Option<Work>,
    pub oidc: Option<Arc<Oidc>>,
    pub needs: Needs,
    pub heard: work::Heard,
    /// Where people sign in.
    pub pace: Option<work::Pace>,
}

impl Shared {
    /// Routes of the workbench are only there with it.
    pub fn work(&self) -> Result<&Work, error::PageError> {
        self.work.as_ref().ok_or_else(|| error::PageError::not_found(""))
    }
}

/// The site without a socket.
pub fn router(config: &Config) -> Router {
    router_with(config, None)
}

/// The same, where people may come in through a provider of identities too.
pub fn router_with(config: &Config, oidc: Option<Arc<Oidc>>) -> Router {
    frame::describe_metrics();
    if let Some(work) = &config.work {
        pages::marks::know(&work.desk.forms);
    }
    let (router, needs) = table(config.work.is_some()).split();
    let shared = Arc::new(Shared {
        data: config.source.clone(),
        recordings: config.recordings.clone(),
        metrics_handle: config.metrics_handle.clone(),
        health: config.health.clone(),
        work: config.work.clone(),
        oidc,
        needs,
        heard: work::Heard::default(),
        pace: config.work.as_ref().map(|work| work::Pace::new(work.desk.permissions.requests)),
    });
    router
        .fallback(async || error::PageError::not_found(""))
        .layer(axum::middleware::from_fn_with_state(shared.clone(), work::guard))
        // What changes something must come from a page of this site.
        .layer(tower_http::csrf::CsrfLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_WITHIN))
        .layer(axum::middleware::from_fn(frame::layer))
        .with_state(shared)
}

/// Every route of the site, with what it needs and whether opening it is logged.
fn table(with_work: bool) -> Table {
    use Need::{Any, In, Nothing};
    let no = Log::No;
    let logged = |action, kind| Log::Yes(action, kind);
    // Figures of single people are logged by their page.
    let (read, export) = (|kind| logged(Action::Read, kind), |kind| logged(Action::Export, kind));
    let table = Table::default()
        .get("/", Any(&[Right::Figures]), no, get(pages::figures::page))
        .get("/figures", Any(&[Right::Figures]), no, get(pages::definitions::list))
        .get("/figures/{name}", Any(&[Right::Figures]), no, get(pages::definitions::page))
        .get("/figures/{name}/rows", Any(&[Right::Rows]), read("rows"), get(pages::rows::page))
        .get("/figures/{name}/rows.csv", Any(&[Right::Rows]), export("rows"), get(pages::rows::csv))
        .get("/figures/{name}/rows.json", Any(&[Right::Rows]), export("rows"), get(pages::rows::json))
        .get("/reconciliation", Any(&[Right::Reconciliation]), no, get(pages::reconciliation::page))
        .get("/dictionary", Any(&[Right::Dictionary]), no, get(pages::dictionary::page))
        .get("/dictionary.md", Any(&[Right::Dictionary]), no, get(pages::dictionary::markdown))
        .get("/dictionary.csv", Any(&[Right::Dictionary]), no, get(pages::dictionary::csv))
        .get("/dictionary.json", Any(&[Right::Dictionary]), no, get(pages::dictionary::json))
        .get("/calls", Any(&[Right::Calls]), read("page"), get(pages::calls::page))
        .get("/calls/{call_id}", Any(&[Right::Calls]), read("call"), get(pages::call::page))
        .get("/audio/{*path}", Any(&[Right::Calls, Right::OwnCalls]), logged(Action::Play, "audio"), get(audio::get))
        .get("/peaks/{*path}", Any(&[Right::Calls, Right::OwnCalls]), no, get(audio::peaks))
        .get("/assets/{name}", Nothing, no, get(assets::get))
        .get("/metrics", Nothing, no, get(health::metrics))
        .get("/openapi.json", In, no, get(openapi::get))
        .get("/healthz", Nothing, no, get(health::healthz));
    if !with_work {
        return table;
    }
    let table = table
        .get("/login", Nothing, no, get(work::login::page))
        .post("/login", Nothing, post(work::login::come_in))
        .post("/logout", In, post(work::login::go_out))
        .get("/queue", Any(&[Right::Assess]), read("page"), get(work::queue::page))
        .post("/queue/{pick_id}/begin", Any(&[Right::Assess]), post(work::queue::begin))
        .post("/queue/{pick_id}/impossible", Any(&[Right::Assess]), post(work::queue::impossible))
        .get("/assess/{assessment_id}", Any(&[Right::Assess]), read("assessment"), get(work::assess::page))
        .with(
            Method::PUT,
            "/assess/{assessment_id}/marks/{criterion}",
            Any(&[Right::Assess]),
            no,
            put(work::assess::mark),
        )
        .with(Method::PUT, "/assess/{assessment_id}/comment", Any(&[Right::Assess]), no, put(work::assess::remark))
        .post("/assess/{assessment_id}/publish", Any(&[Right::Assess]), post(work::assess::publish))
        .get("/my", Any(&[Right::OwnResults]), read("page"), get(work::my::page))
        .get("/my/{assessment_id}", Any(&[Right::OwnResults]), read("assessment"), get(work::results::page))
        .post("/my/{assessment_id}/acknowledge", Any(&[Right::OwnResults]), post(work::results::acknowledge))
        .post("/my/{assessment_id}/dispute", Any(&[Right::OwnResults]), post(work::results::dispute))
        .get("/reviews", Any(&[Right::Decide]), read("page"), get(work::reviews::page))
        .get("/reviews/{assessment_id}", Any(&[Right::Decide]), read("assessment"), get(work::reviews::one))
        .post("/reviews/{assessment_id}", Any(&[Right::Decide]), post(work::reviews::decide))
        .get("/assessments", Any(&[Right::Assessments]), read("page"), get(work::assessments::page))
        .get(
            "/assessments/{assessment_id}",
            Any(&[Right::Assessments]),
            read("assessment"),
            get(work::assessments::one),
        )
        .get("/plans", Any(&[Right::Plans, Right::Plan]), read("page"), get(work::plans::page))
        .post("/plans", Any(&[Right::Plan]), post(work::plans::draw))
        .get("/plans/new", Any(&[Right::Plan]), read("page"), get(work::plans::blank))
        .get("/plans/{plan_id}", Any(&[Right::Plans, Right::Plan]), read("plan"), get(work::plans::one))
        .post("/plans/{plan_id}/picks/{pick_id}", Any(&[Right::Plan]), post(work::plans::give))
        .get("/people", Any(&[Right::Accounts]), read("page"), get(work::people::page))
        .post("/people", Any(&[Right::Accounts]), post(work::people::add))
        .get("/people/{person_id}", Any(&[Right::Accounts]), read("account"), get(work::people::one))
        .post("/people/{person_id}", Any(&[Right::Accounts]), post(work::people::change))
        .post("/people/{person_id}/password", Any(&[Right::Accounts]), post(work::people::password))
        .get("/access", Any(&[Right::AccessLog]), read("page"), get(work::access::page))
        .get("/access.csv", Any(&[Right::AccessLog]), export("page"), get(work::access::csv));
    let more = [
        work::answers::routes,
        work::calibration::routes,
        work::cards::routes,
        work::complaints::routes,
        work::corrections::routes,
        work::discussions::routes,
        work::employments::routes,
        work::estimates::routes,
        work::forms::routes,
        work::live::routes,
        work::oidc::routes,
        work::proposals::routes,
        work::recommendations::routes,
        work::standins::routes,
        work::studies::routes,
        work::surveys::routes,
        work::tasks::routes,
        work::trainings::routes,
    ];
    more.into_iter().fold(table, |table, routes| routes(table))
}

/// A site that listens and is not yet served: its address is known before the first request.
pub struct Site {
    listener: TcpListener,
    router: Router,
    shutdown: CancellationToken,
    pub address: SocketAddr,
}

pub async fn bind(config: Config) -> anyhow::Result<Site> {
    bind_with(config, None).await
}

/// The same, where people may come in through a provider of identities too.
pub async fn bind_with(config: Config, oidc: Option<Arc<Oidc>>) -> anyhow::Result<Site> {
    let router = router_with(&config, oidc);
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
        let served = axum::serve(self.listener, self.router.into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(cancelled.cancelled_owned());
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

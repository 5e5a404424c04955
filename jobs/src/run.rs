//! `meyar run`: the stages, all in one process or one of them, and the pages beside them.

use crate::{args::Common, connect::Connection, forms, oidc, outbox, watch};
use anyhow::{Context as _, Result, bail};
use chrono::Utc;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use meyar_broker::topics;
use meyar_dashboards::{Check, Config, Health, LakeSource, Site, Work};
use meyar_schemas::reference::Reference;
use meyar_scoring::Forms;
use meyar_stages::{Context, Settings, Stage};
use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

#[derive(clap::Args)]
pub struct Args {
    /// Only this stage: recorder, transcriber, evaluator or lander; may be given again
    #[arg(long)]
    stage: Vec<Stage>,
    /// Serve pages, /healthz and /metrics here
    #[arg(long, env = "MEYAR_LISTEN")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    sign_in: SignIn,
    #[command(flatten)]
    watch: watch::Watch,
    #[command(flatten)]
    tuning: Tuning,
}

#[derive(clap::Args, Debug, Clone)]
pub struct Tuning {
    /// Speech model [default: the best in the model folder]
    #[arg(long, env = "MEYAR_MODEL")]
    pub model: Option<std::path::PathBuf>,
    /// Threads for speech [default: all cores]
    #[arg(long, env = "MEYAR_SPEECH_THREADS")]
    pub speech_threads: Option<usize>,
    /// Language spoken; detected for each call when not given
    #[arg(long, env = "MEYAR_LANGUAGE")]
    pub language: Option<String>,
    /// A call whose audio stops coming for so long is closed as truncated
    #[arg(long, env = "MEYAR_AUDIO_IDLE_MS", default_value_t = 60_000)]
    pub audio_idle_ms: u64,
    /// After the last chunk, how long missing ones are waited for
    #[arg(long, env = "MEYAR_AUDIO_GAP_WAIT_MS", default_value_t = 5_000)]
    pub audio_gap_wait_ms: u64,
    /// How long a call's telephony is waited for before it is judged by its words alone
    #[arg(long, env = "MEYAR_FACTS_WAIT_MS", default_value_t = 20_000)]
    pub facts_wait_ms: u64,
    /// After a call's end has landed, how long its appeals and sheets are waited for
    #[arg(long, env = "MEYAR_FACTS_SETTLE_MS", default_value_t = 5_000)]
    pub facts_settle_ms: u64,
    /// The lander commits at least so often while there is something to commit
    #[arg(long, env = "MEYAR_COMMIT_EVERY_MS", default_value_t = 1_000)]
    pub commit_every_ms: u64,
    /// And whenever so many messages wait
    #[arg(long, env = "MEYAR_COMMIT_ROWS", default_value_t = 20_000)]
    pub commit_rows: usize,
}

impl Tuning {
    pub fn settings(&self, common: &Common) -> Result<Settings> {
        let models = crate::model::installed(&common.models());
        let short =
            Reference::load(common.reference.as_deref())?.threshold("recording_short_ms", Utc::now().date_naive())?;
        Ok(Settings {
            short_recording_ms: short as u64,
            audio_idle: Duration::from_millis(self.audio_idle_ms),
            audio_gap_wait: Duration::from_millis(self.audio_gap_wait_ms),
            facts_wait: Duration::from_millis(self.facts_wait_ms),
            facts_settle: Duration::from_millis(self.facts_settle_ms),
            commit_every: Duration::from_millis(self.commit_every_ms),
            commit_rows: self.commit_rows.max(1),
            model: self.model.clone().or(models.0),
            vad_model: models.1,
            speech_threads: self.speech_threads,
            language: self.language.clone(),
            forms: None,
        })
    }
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let stages = if args.stage.is_empty() { Stage::ALL.to_vec() } else { args.stage };
    let connection = Connection::open(common).await?;
    let shutdown = CancellationToken::new();
    on_signal(shutdown.clone());
    // One for the evaluator and the pages: what is approved here is judged by at once.
    let forms = forms::to_begin_with(common).await?;
    let settings = Settings { forms: Some(forms.clone()), ..args.tuning.settings(common)? };
    let context = context(common, &connection, settings, shutdown.clone())?;
    let health = health(&connection);
    // Metrics must be recorded from the first event on.
    metrics_handle();
    let mut running = JoinSet::new();
    // Of many copies of the other stages none need look at the lake.
    if args.listen.is_some() && stages.contains(&Stage::Lander) {
        running.spawn(watch::run(args.watch, watch::lake(common)?, shutdown.clone()));
    }
    running.spawn(outbox::beside(common.clone(), connection.publisher()?, shutdown.clone()));
    running.spawn(forms::beside(common.clone(), forms.clone(), shutdown.clone()));
    for stage in stages {
        let context = context.clone();
        running.spawn(async move { meyar_stages::run(stage, context).await.with_context(|| format!("stage {stage}")) });
    }
    if let Some(listen) = args.listen {
        let site = site(common, listen, args.sign_in, forms, health, shutdown.clone()).await?;
        println!("http://{}", site.address);
        running.spawn(site.run());
    }
    settle(running, &shutdown).await
}

/// Waits for all; the first that fails stops the others, which drain.
pub async fn settle(mut running: JoinSet<Result<()>>, shutdown: &CancellationToken) -> Result<()> {
    let mut first = Ok(());
    while let Some(ended) = running.join_next().await {
        let result = ended.unwrap_or_else(|e| Err(e.into()));
        if result.is_err() && first.is_ok() {
            first = result;
        }
        shutdown.cancel();
    }
    first
}

pub fn context(
    common: &Common,
    connection: &Connection,
    settings: Settings,
    shutdown: CancellationToken,
) -> Result<Context> {
    Ok(Context {
        broker: connection.config.clone(),
        publisher: connection.publisher()?,
        lake: common.lake_root()?,
        recordings: common.recordings()?,
        reference: common.reference.clone(),
        settings: Arc::new(settings),
        shutdown,
    })
}

/// Who may open the pages.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct SignIn {
    /// Pages to read without signing in, and no workbench; only on this machine's own addresses
    #[arg(long, env = "MEYAR_OPEN")]
    pub open: bool,
    /// Browsers keep the session over TLS alone. So it always is where other machines reach the pages; say it where a proxy on this machine ends TLS
    #[arg(long, env = "MEYAR_SECURE_COOKIES")]
    pub secure_cookies: bool,
    #[command(flatten)]
    pub oidc: oidc::Flags,
}

impl SignIn {
    async fn work(&self, common: &Common, listen: SocketAddr, forms: Arc<Forms>) -> Result<Option<Work>> {
        if !self.open {
            // Elsewhere a browser keeps the session over TLS alone: the site then stands behind whatever ends it.
            let secure_cookies = self.secure_cookies || self.oidc.over_tls() || !listen.ip().is_loopback();
            return Ok(Some(Work { desk: common.desk(forms).await?, secure_cookies }));
        }
        if !listen.ip().is_loopback() {
            bail!(
                "--open: {listen} can be reached from other machines, and pages show people's calls; leave --open out, or listen on 127.0.0.1"
            );
        }
        Ok(None)
    }
}

pub async fn site(
    common: &Common,
    listen: SocketAddr,
    sign_in: SignIn,
    forms: Arc<Forms>,
    health: Health,
    shutdown: CancellationToken,
) -> Result<Site> {
    let oidc = sign_in.oidc.open(!sign_in.open).await?;
    let config = Config {
        work: sign_in.work(common, listen, forms).await?,
        listen,
        source: Arc::new(LakeSource::new(common.open_lake()?)),
        recordings: common.recordings()?,
        metrics_handle: metrics_handle(),
        health,
        shutdown,
    };
    meyar_dashboards::bind_with(config, oidc).await
}

/// One recorder a process; `None` only if another crate has installed one, which ours do not.
pub fn metrics_handle() -> Option<PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let seconds = [0.001, 0.005, 0.02, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0];
            PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &seconds)
                .and_then(PrometheusBuilder::install_recorder)
                .inspect(|_| {
                    meyar_lake::describe_metrics();
                    watch::describe_metrics();
                    outbox::describe_metrics();
                })
                .ok()
        })
        .clone()
}

pub fn health(connection: &Connection) -> Health {
    let config = connection.config.clone();
    Arc::new(move || {
        let config = config.clone();
        Box::pin(async move {
            let asked = tokio::task::spawn_blocking(move || topics::ping(&config, Duration::from_secs(2))).await;
            let detail = match asked {
                Ok(Ok(())) => String::new(),
                Ok(Err(error)) => error.to_string(),
                Err(error) => error.to_string(),
            };
            vec![Check { name: "broker".into(), ok: detail.is_empty(), detail }]
        })
    })
}

/// Ctrl-C and SIGTERM drain; a second one ends at once.
pub fn on_signal(shutdown: CancellationToken) {
    tokio::spawn(async move {
        wait_for_signal().await;
        tracing::info!("stopping: finishing what was begun");
        shutdown.cancel();
        wait_for_signal().await;
        std::process::exit(130);
    });
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

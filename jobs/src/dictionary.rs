//! `meyar dictionary`: everything that can be asked of the lake, as a file.

use crate::args::Common;
use anyhow::{Context as _, Result};
use meyar_lake::lexicon::{self, Format, Language};
use std::{io::Write as _, path::PathBuf};

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, default_value = "md", value_parser = ["md", "json", "csv"])]
    format: String,
    /// Only this language; else both
    #[arg(long, value_parser = ["az", "en"])]
    lang: Option<String>,
    /// Write it into this file
    #[arg(long)]
    out: Option<PathBuf>,
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let format: Format = args.format.parse()?;
    let one = args.lang.as_deref().map(str::parse::<Language>).transpose()?;
    let languages = one.as_ref().map_or(&Language::ALL[..], std::slice::from_ref);
    let text = lexicon::text(&common.lake_for_its_shape()?.lexicon().await?, format, languages)?;
    match args.out {
        Some(path) => std::fs::write(&path, text).with_context(|| {
            format!("--out: {} cannot be written; name a file in a folder that is there", path.display())
        })?,
        // Whoever reads only the beginning (`| head`) has read enough.
        None => match std::io::stdout().write_all(text.as_bytes()) {
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => {}
            written => written.context("the dictionary cannot be written to standard output")?,
        },
    }
    Ok(())
}

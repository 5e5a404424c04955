//! Our recogniser on recordings, with what its rival needs: the same samples, cut at the same places.

use anyhow::{Context as _, Result};
use meyar_schemas::audio::Party;
use meyar_speech::{Recogniser, Settings, decode, resample, vad::VadSettings, vad::VoiceDetector, wer};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    time::Instant,
};

#[derive(clap::Args)]
pub struct HearArgs {
    #[arg(long)]
    model: PathBuf,
    #[arg(long)]
    vad: PathBuf,
    #[arg(long, default_value = "en")]
    language: String,
    /// Writes each channel at 16 kHz as raw f32 here, for the rival
    #[arg(long)]
    samples: Option<PathBuf>,
    files: Vec<PathBuf>,
}

/// User and system time of this process, in seconds; the kernel counts in hundredths.
pub fn cpu_s() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").context("CPU time is read from /proc, which is not there")?;
    let after = stat.rsplit_once(')').context("/proc/self/stat has another form")?.1;
    let fields: Vec<&str> = after.split_whitespace().collect();
    let ticks =
        |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).context("/proc/self/stat has another form");
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}

fn parties(channels: usize) -> &'static [Party] {
    if channels == 1 { &[Party::Mixed] } else { &[Party::Representative, Party::Caller] }
}

pub fn hear(args: &HearArgs) -> Result<()> {
    let settings = Settings { language: Some(args.language.clone()), ..Settings::default() };
    let recogniser = Recogniser::open(&args.model, &args.vad, 1)?.with_settings(settings)?;
    if let Some(folder) = &args.samples {
        for path in &args.files {
            export(path, folder)?;
        }
    }
    let (before, begun) = (cpu_s()?, Instant::now());
    let mut files = Vec::new();
    for path in &args.files {
        let audio = decode::file(path)?;
        let parties = parties(audio.channels.len());
        let heard = recogniser.transcribe(&audio, parties)?;
        let mut channels: BTreeMap<usize, (Vec<String>, Vec<[u64; 2]>)> = BTreeMap::new();
        let channel = |party| parties.iter().position(|p| *p == party).unwrap_or(0);
        for segment in &heard.segments {
            let (text, spans) = channels.entry(channel(segment.party)).or_default();
            text.push(segment.text.clone());
            spans.push([segment.start_ms, segment.end_ms]);
        }
        for dropped in &heard.dropped {
            channels.entry(channel(dropped.party)).or_default().1.push([dropped.span.start_ms, dropped.span.end_ms]);
        }
        let told: Vec<Value> = (0..parties.len())
            .map(|n| {
                let (text, mut spans) = channels.remove(&n).unwrap_or_default();
                spans.sort_unstable();
                json!({ "party": parties[n].name(), "text": text.join(" "), "spans": spans })
            })
            .collect();
        files.push(json!({ "file": name(path), "duration_ms": heard.duration_ms, "speech_ms": heard.speech_ms, "channels": told }));
    }
    let (cpu, wall) = (cpu_s()? - before, begun.elapsed().as_secs_f64());
    let vad_cpu = detect(args)?;
    println!(
        "{}",
        json!({ "model": recogniser.model().id, "cpu_s": cpu, "wall_s": wall, "vad_cpu_s": vad_cpu, "files": files })
    );
    Ok(())
}

/// What of the time goes into finding speech, which the rival is given.
fn detect(args: &HearArgs) -> Result<f64> {
    let mut detector = VoiceDetector::open(&args.vad)?;
    let before = cpu_s()?;
    for path in &args.files {
        for channel in resample::to_speech_rate(&decode::file(path)?)? {
            detector.spans(&channel, &VadSettings::default())?;
        }
    }
    Ok(cpu_s()? - before)
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn export(path: &Path, folder: &Path) -> Result<()> {
    for (n, samples) in resample::to_speech_rate(&decode::file(path)?)?.iter().enumerate() {
        let to = folder.join(format!("{}.{n}.f32", name(path)));
        let mut file = std::io::BufWriter::new(
            std::fs::File::create(&to).with_context(|| format!("{} cannot be written", to.display()))?,
        );
        for sample in samples {
            file.write_all(&sample.to_le_bytes())?;
        }
        file.flush()?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct Pair {
    reference: String,
    heard: String,
}

pub fn wer() -> Result<()> {
    for line in std::io::stdin().lines() {
        let pair: Pair = serde_json::from_str(&line?)?;
        let errors = wer::word_errors(&pair.reference, &pair.heard);
        println!("{}", json!({ "edits": errors.edits, "words": errors.reference_words }));
    }
    Ok(())
}

//! `cargo run -p meyar-speech --example listen -- MODEL_DIR [-m MODEL.bin] [-l LANGUAGE] FILE…`: what is heard in
//! recordings, with times, confidence and cost. With only a directory it fetches the base model into it.

use meyar_schemas::audio::Party;
use meyar_speech::{Recogniser, Settings, decode, model};
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1).peekable();
    let dir = PathBuf::from(args.next().ok_or("give a model directory")?);
    let mut paths = model::Fetched::in_dir(&dir);
    if args.peek().is_none() {
        let mut last = String::new();
        model::fetch("base", &dir, &mut |p| {
            let line = format!("{p:?}");
            if line.split(' ').next() != last.split(' ').next() {
                println!("{line}");
            }
            last = line;
        })?;
        for info in model::list(&dir)? {
            println!("{info:?}");
        }
        return Ok(());
    }
    let mut settings = Settings::default();
    let mut files = Vec::new();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-m" => paths.model = args.next().ok_or("-m needs a file")?.into(),
            "-l" => settings.language = args.next(),
            _ => files.push(arg),
        }
    }
    let recogniser = Recogniser::open(&paths.model, &paths.vad, 2)?.with_settings(settings)?;
    for file in files {
        let audio = decode::file(Path::new(&file))?;
        let parties: &[Party] = match audio.channels.len() {
            1 => &[Party::Mixed],
            _ => &[Party::Representative, Party::Caller],
        };
        let begun = std::time::Instant::now();
        let heard = recogniser.transcribe(&audio, parties)?;
        println!(
            "{file}: {} ({:.3}) confidence {:.3}, {} ms in {} ms, {:?}, dropped {}",
            heard.language,
            heard.language_confidence,
            heard.confidence,
            heard.duration_ms,
            begun.elapsed().as_millis(),
            heard.flags,
            heard.dropped.len(),
        );
        for d in &heard.dropped {
            println!("  dropped {d:?}");
        }
        for s in heard.segments {
            println!("  {:>6}–{:<6} {:14} {:.3} {}", s.start_ms, s.end_ms, s.party.name(), s.confidence, s.text);
        }
    }
    Ok(())
}

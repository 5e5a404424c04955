//! Writes the documents of the tests in all formats: `cargo run -p meyar-documents --example documents -- OUTDIR`.

#[allow(clippy::unwrap_used)]
#[path = "../tests/fixture/mod.rs"]
mod fixture;

use meyar_documents::{Lang, Output, render};
use std::{env, error::Error, fs, path::PathBuf, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let into = PathBuf::from(env::args().nth(1).ok_or("say where to: documents OUTDIR")?);
    fs::create_dir_all(&into)?;
    for document in [fixture::annual(), fixture::daily(), fixture::memo(), fixture::crowded()] {
        for lang in Lang::ALL {
            for output in Output::ALL {
                let began = Instant::now();
                let bytes = render(&document, lang, output)?;
                let path = into.join(format!("{}.{}.{}", document.id, lang.code(), output.extension()));
                println!("{} · {} bytes · {} ms", path.display(), bytes.len(), began.elapsed().as_millis());
                fs::write(path, bytes)?;
            }
        }
    }
    Ok(())
}

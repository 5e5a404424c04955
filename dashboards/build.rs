//! What is embedded at compile time: the bundled scripts and styles, and the texts, so a new one must mean a new compile.

use std::fmt::Write as _;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let dist = Path::new("web/dist");
    // Cargo would re-run this script for ever if the watched folder were missing. On a read-only checkout it may stay so.
    let _ = std::fs::create_dir_all(dist);
    println!("cargo::rerun-if-changed=web/dist");
    println!("cargo::rerun-if-changed=texts");
    println!("cargo::rerun-if-changed=templates");
    let list = Path::new(&std::env::var("OUT_DIR").map_err(std::io::Error::other)?).join("texts.rs");
    std::fs::write(list, texts()?)
}

/// `&[("az", "call.ftl", "…"), …]`: a new file of texts needs no line anywhere else.
/// The clone's place stays out of the list: another clone that builds into the same target folder would look for files that are gone.
fn texts() -> std::io::Result<String> {
    let mut list = String::from("&[");
    for lang in ["az", "en"] {
        let folder = Path::new("texts").join(lang);
        let mut files =
            std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
        files.retain(|file| file.extension().is_some_and(|kind| kind == "ftl"));
        files.sort();
        for file in files {
            let name = file.file_name().unwrap_or_default();
            let place = format!("/{}", file.display());
            let _ =
                writeln!(list, "({lang:?}, {name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {place:?}))),");
        }
    }
    Ok(list + "]")
}

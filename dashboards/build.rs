//! The bundled scripts and styles are embedded at compile time, so a new bundle must mean a new compile.

fn main() {
    let dist = std::path::Path::new("web/dist");
    // Cargo would re-run this script for ever if the watched folder were missing. On a read-only checkout it may stay so.
    let _ = std::fs::create_dir_all(dist);
    println!("cargo::rerun-if-changed=web/dist");
    println!("cargo::rerun-if-changed=texts");
    println!("cargo::rerun-if-changed=templates");
}

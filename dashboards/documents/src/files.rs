//! The files that documents are made with, carried in the program.

use rust_embed::RustEmbed;
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "templates"]
#[include = "*.typ"]
#[include = "*.css"]
#[include = "signs/*.svg"]
struct Files;

pub fn file(path: &str) -> Option<Cow<'static, [u8]>> {
    Files::get(path).map(|file| file.data)
}

/// Empty when there is no such file.
pub fn text(path: &str) -> String {
    file(path).map(|bytes| String::from_utf8_lossy(&bytes).trim_end().to_owned()).unwrap_or_default()
}

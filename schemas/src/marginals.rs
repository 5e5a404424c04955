//! The published numbers that a simulated year must come to (`schemas/marginals/<year>.json`). No figure reads them.

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "marginals/"]
#[include = "*.json"]
struct Embedded;

/// The text of a year's file.
pub fn text(year: i32) -> Option<String> {
    Embedded::get(&format!("{year}.json")).and_then(|file| String::from_utf8(file.data.into_owned()).ok())
}

/// The years that are built in, ascending.
pub fn years() -> Vec<i32> {
    let mut years: Vec<i32> =
        Embedded::iter().filter_map(|name| name.strip_suffix(".json").and_then(|year| year.parse().ok())).collect();
    years.sort_unstable();
    years
}

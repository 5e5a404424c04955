//! Reads back what was written, without the crate's own code.
#![allow(dead_code, reason = "each test file uses a part of it")]

mod numbers;
mod pdf;
mod workbook;

pub use numbers::Numbers;
pub use pdf::{pdf_pages, pdf_text};
pub use workbook::{sheets, unzip};

use regex::Regex;

fn unescape(text: &str) -> String {
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

/// What is read on a page: without pictures, without the words that only ears get, without raised markers.
pub fn html_text(html: &str) -> String {
    let hidden =
        Regex::new(r#"(?s)<svg.*?</svg>|<style>.*?</style>|<span class="said">.*?</span>|<sup>.*?</sup>"#).unwrap();
    let tags = Regex::new(r"<[^>]*>").unwrap();
    let lines = Regex::new(r"\s*\n\s*").unwrap();
    let text = hidden.replace_all(html, "");
    let text = tags.replace_all(&text, "");
    lines.replace_all(&unescape(&text), "\n").trim().to_owned()
}

//! A PDF through poppler's pdftotext.

use super::unescape;
use regex::Regex;
use std::io::Write;
use std::process::{Command, Stdio};

#[derive(Debug)]
pub struct Page {
    pub width: f64,
    pub height: f64,
    pub words: Vec<Word>,
}

#[derive(Debug)]
pub struct Word {
    pub text: String,
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Word {
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }
}

fn pdftotext(pdf: &[u8], option: &str) -> String {
    let mut child = Command::new("pdftotext")
        .args([option, "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("pdftotext reads the PDFs of these tests; install it with: apt-get install poppler-utils");
    let mut input = child.stdin.take().unwrap();
    let pdf = pdf.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&pdf));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "pdftotext could not read the PDF");
    String::from_utf8(output.stdout).unwrap()
}

/// The words as they stand in lines.
pub fn pdf_text(pdf: &[u8]) -> String {
    pdftotext(pdf, "-layout")
}

pub fn pdf_pages(pdf: &[u8]) -> Vec<Page> {
    let boxes = pdftotext(pdf, "-bbox");
    let pages = Regex::new(r#"(?s)<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>"#).unwrap();
    let words = Regex::new(r#"<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>"#)
        .unwrap();
    let page = |found: regex::Captures| {
        let number = |text: &str| text.parse::<f64>().unwrap();
        let words = words.captures_iter(&found[3]).map(|word| Word {
            text: unescape(&word[5]),
            left: number(&word[1]),
            top: number(&word[2]),
            right: number(&word[3]),
            bottom: number(&word[4]),
        });
        Page { width: number(&found[1]), height: number(&found[2]), words: words.collect() }
    };
    pages.captures_iter(&boxes).map(page).collect()
}

//! A workbook out of its parts.

use super::numbers::{clock, digits, grouped};
use super::unescape;
use meyar_documents::Lang;
use regex::Regex;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

#[derive(Debug)]
pub struct Sheet {
    pub name: String,
    pub cells: Vec<Cell>,
}

#[derive(Debug)]
pub struct Cell {
    pub line: u32,
    pub text: String,
    /// None for words.
    pub format: Option<String>,
}

pub fn unzip(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.insert(file.name().unwrap().into_owned(), text);
    }
    files
}

pub fn sheets(bytes: &[u8]) -> Vec<Sheet> {
    let files = unzip(bytes);
    let all = |pattern: &str, text: &str| -> Vec<String> {
        Regex::new(pattern).unwrap().captures_iter(text).map(|found| unescape(&found[1])).collect()
    };
    let strings = all(r"(?s)<si><t[^>]*>(.*?)</t></si>", &files["xl/sharedStrings.xml"]);
    let styles = &files["xl/styles.xml"];
    let custom = Regex::new(r#"<numFmt numFmtId="(\d+)" formatCode="([^"]*)""#).unwrap();
    let custom: BTreeMap<String, String> =
        custom.captures_iter(styles).map(|found| (found[1].to_owned(), unescape(&found[2]))).collect();
    let looks = &styles[styles.find("<cellXfs").unwrap()..styles.find("</cellXfs>").unwrap()];
    let looks = all(r#"<xf numFmtId="(\d+)""#, looks);
    let format = |look: &str| match looks[look.parse::<usize>().unwrap()].as_str() {
        "3" => "#,##0".to_owned(),
        "4" => "#,##0.00".to_owned(),
        id => custom.get(id).cloned().unwrap_or_default(),
    };
    let cell = Regex::new(r#"<c r="[A-Z]+(\d+)"(?: s="(\d+)")?(?: t="(\w+)")?><v>(.*?)</v></c>"#).unwrap();
    let names = all(r#"<sheet name="([^"]*)""#, &files["xl/workbook.xml"]);
    let sheet = |(place, name): (usize, String)| {
        let xml = &files[&format!("xl/worksheets/sheet{}.xml", place + 1)];
        let cells = cell.captures_iter(xml).map(|found| {
            let value = found[4].to_owned();
            let word = found.get(3).is_some();
            Cell {
                line: found[1].parse().unwrap(),
                text: if word { strings[value.parse::<usize>().unwrap()].clone() } else { value },
                format: (!word).then(|| found.get(2).map_or(String::new(), |look| format(look.as_str()))),
            }
        });
        Sheet { name, cells: cells.collect() }
    };
    names.into_iter().enumerate().map(sheet).collect()
}

impl Cell {
    /// As Excel would show it, without marks, arrows and note markers.
    pub fn shown(&self, lang: Lang) -> String {
        let signs = Regex::new(r"( [✓✗▲▼=]| \([*0-9]\))+$").unwrap();
        let Some(format) = &self.format else {
            return signs.replace(&self.text, "").into_owned();
        };
        let value: f64 = self.text.parse().unwrap();
        let (code, behind) = format.split_once('"').unwrap_or((format, ""));
        let behind = signs.replace(behind.trim_end_matches('"'), "").into_owned();
        match code {
            "[m]:ss" | "[h]:mm:ss" => clock((value * 86_400.0).round() as u64),
            "dd\\.mm\\.yyyy" => {
                let first = chrono::NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
                (first + chrono::Duration::days(value as i64)).format("%d.%m.%Y").to_string()
            }
            _ => {
                let places = code.split_once('.').map_or(0, |(_, zeros)| zeros.len());
                format!("{}{behind}", grouped(&digits(value, places), lang))
            }
        }
    }
}

//! The cells of all tables as they are shown, from each format by its own way.

use super::workbook::{Sheet, sheets, unzip};
use super::{html_text, unescape};
use meyar_documents::Lang;
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub struct Numbers {
    pub tables: BTreeMap<String, Vec<String>>,
}

impl Numbers {
    pub fn of_json(json: &str, lang: Lang) -> Self {
        let data: Value = serde_json::from_str(json).unwrap();
        let mut numbers = Numbers::default();
        for table in data["tables"].as_array().unwrap() {
            let mut cells = Vec::new();
            for row in table["rows"].as_array().unwrap() {
                if row["kind"] == "subhead" {
                    cells.push(word(&row["title"], lang));
                    continue;
                }
                for column in table["columns"].as_array().unwrap() {
                    let id = column["id"].as_str().unwrap();
                    let format = if column["format"] == "by_row" { row } else { column };
                    cells.push(match &row["withheld"][id] {
                        Value::Null => shown(&row["values"][id], format, column["format"] == "by_row", lang),
                        told => word(told, lang),
                    });
                }
            }
            if cells.is_empty() {
                cells.push(match lang {
                    Lang::Az => "Bu dövr üçün məlumat yoxdur.".into(),
                    Lang::En => "There are no data for this period.".into(),
                });
            }
            numbers.tables.insert(table["id"].as_str().unwrap().into(), cells);
        }
        numbers
    }

    pub fn of_page(html: &str) -> Self {
        let tables = Regex::new(r#"(?s)<table>\s*<caption id="table-([^"]*)".*?<tbody>(.*?)</tbody>"#).unwrap();
        let cells = Regex::new(r"(?s)<t[hd][^>]*>(.*?)</t[hd]>").unwrap();
        let of = |body: &str| cells.captures_iter(body).map(|cell| html_text(&cell[1])).collect();
        Numbers { tables: tables.captures_iter(html).map(|table| (table[1].to_owned(), of(&table[2]))).collect() }
    }

    pub fn of_workbook(bytes: &[u8], lang: Lang) -> Self {
        let files = unzip(bytes);
        let names =
            Regex::new(r#"<definedName name="t_([^"]*)">'(.*?)'!\$A\$(\d+):\$[A-Z]+\$(\d+)</definedName>"#).unwrap();
        let sheets = sheets(bytes);
        let mut numbers = Numbers::default();
        for name in names.captures_iter(&files["xl/workbook.xml"]) {
            let sheet: &Sheet = sheets.iter().find(|sheet| sheet.name == unescape(&name[2])).unwrap();
            let (head, last): (u32, u32) = (name[3].parse().unwrap(), name[4].parse().unwrap());
            let cells = sheet.cells.iter().filter(|cell| cell.line > head && cell.line <= last);
            numbers.tables.insert(name[1].into(), cells.map(|cell| cell.shown(lang)).collect());
        }
        numbers
    }
}

fn word(value: &Value, lang: Lang) -> String {
    value.as_str().or_else(|| value[lang.code()].as_str()).unwrap().to_owned()
}

/// `small`: the key figures, which are by row, are shown to their first digit.
fn shown(value: &Value, format: &Value, small: bool, lang: Lang) -> String {
    if value.is_null() {
        return "–".into();
    }
    let name = format["format"].as_str().unwrap();
    let mut places = format["places"].as_u64().unwrap_or(0) as usize;
    match (name, lang) {
        ("text", _) => return word(value, lang),
        ("yes", Lang::Az) => return if value == true { "bəli" } else { "xeyr" }.into(),
        ("yes", Lang::En) => return if value == true { "yes" } else { "no" }.into(),
        ("date", _) => return value.as_str().unwrap().split('-').rev().collect::<Vec<_>>().join("."),
        _ => {}
    }
    let number = value.as_f64().unwrap();
    if name == "duration" {
        return clock((number / 1000.0).round() as u64);
    }
    while small && name == "percent" && number != 0.0 && digits(number, places).parse::<f64>().unwrap() == 0.0 {
        places += 1;
    }
    let text = grouped(&digits(number, places), lang);
    match (name, lang) {
        ("percent", Lang::Az) => format!("{text}\u{a0}%"),
        ("percent", Lang::En) => format!("{text}%"),
        ("days", Lang::Az) => format!("{text}\u{a0}gün"),
        ("days", Lang::En) => format!("{text}\u{a0}days"),
        _ => text,
    }
}

/// Half up.
pub fn digits(number: f64, places: usize) -> String {
    let scale = 10f64.powi(places as i32);
    format!("{:.places$}", (number * scale + 1e-9).round() / scale)
}

pub fn clock(seconds: u64) -> String {
    match seconds {
        0..3600 => format!("{}:{:02}", seconds / 60, seconds % 60),
        _ => format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
    }
}

pub fn grouped(plain: &str, lang: Lang) -> String {
    let (group, point) = match lang {
        Lang::Az => ("\u{a0}", ","),
        Lang::En => (",", "."),
    };
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let parts: Vec<&str> = whole.as_bytes().rchunks(3).rev().map(|part| std::str::from_utf8(part).unwrap()).collect();
    let point = if fraction.is_empty() { "" } else { point };
    format!("{}{point}{fraction}", parts.join(group))
}

//! Bytes of an export → cells: decoding, splitting a line, and the two wildcards that mappings may use.

use serde::Deserialize;

/// How an export's bytes are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "latin-1")]
    Latin1,
    /// Windows' Turkish code page: what spreadsheets here write when they do not write UTF-8.
    #[serde(rename = "windows-1254")]
    Windows1254,
}

/// 0x80 … 0x9F of Windows-1254; the holes are control characters, as in every table of it.
const C1: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', '\u{8e}', '\u{8f}', '\u{90}', '‘',
    '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', '\u{9e}', 'Ÿ',
];

impl Encoding {
    /// `None` when the bytes cannot be of this encoding.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Encoding::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
            Encoding::Latin1 => Some(bytes.iter().map(|&b| char::from(b)).collect()),
            Encoding::Windows1254 => Some(bytes.iter().map(|&b| windows_1254(b)).collect()),
        }
    }
}

fn windows_1254(byte: u8) -> char {
    match byte {
        0x80..=0x9f => C1[usize::from(byte - 0x80)],
        0xd0 => 'Ğ',
        0xdd => 'İ',
        0xde => 'Ş',
        0xf0 => 'ğ',
        0xfd => 'ı',
        0xfe => 'ş',
        other => char::from(other),
    }
}

/// Splits one line into trimmed cells. A line is a row: a quoted line break is refused, so that one stray quote cannot
/// swallow the rest of the file.
pub fn split(line: &str, delimiter: char, quotes: bool) -> Result<Vec<String>, &'static str> {
    if !quotes || !line.contains('"') {
        return Ok(line.split(delimiter).map(|cell| cell.trim().to_owned()).collect());
    }
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let start = rest.trim_start_matches([' ']);
        let (cell, after) = match start.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let end = rest.find(delimiter).unwrap_or(rest.len());
                (rest[..end].trim().to_owned(), &rest[end..])
            }
        };
        cells.push(cell);
        let after = after.trim_start_matches([' ']);
        if after.is_empty() {
            return Ok(cells);
        }
        rest = after.strip_prefix(delimiter).ok_or("has text after a closing quote")?;
    }
}

/// The text up to the closing quote (`""` stands for a quote), and what follows it.
fn unquote(text: &str) -> Result<(String, &str), &'static str> {
    let mut cell = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('"').ok_or("has a quote that is never closed")?;
        cell.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                cell.push('"');
                rest = more;
            }
            None => return Ok((cell.trim().to_owned(), rest)),
        }
    }
}

/// `*` stands for any text, `?` for one character; everything else for itself.
///
/// Only the last star is ever tried anew: what stands before it fits wherever it fits first, so many stars cost no more than one.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    let mut star: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
    loop {
        let left = text.clone();
        match (pattern.next(), text.next()) {
            (Some('*'), _) => {
                text = left;
                star = Some((pattern.clone(), text.clone()));
            }
            (Some(p), Some(t)) if p == '?' || p == t => {}
            (None, None) => return true,
            _ => {
                // The star takes one character more.
                let Some((after, from)) = &mut star else { return false };
                if from.next().is_none() {
                    return false;
                }
                (pattern, text) = (after.clone(), from.clone());
            }
        }
    }
}

pub fn matches_any(patterns: &[String], text: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, text))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_hold_the_delimiter_and_doubled_quotes_and_a_stray_one_is_told() {
        assert_eq!(split("a,\"b,\"\"c\"\"\" , d", ',', true).unwrap(), ["a", "b,\"c\"", "d"]);
        assert_eq!(split("a|\"b|c", '|', false).unwrap(), ["a", "\"b", "c"]);
        assert_eq!(split("\"a", ',', true), Err("has a quote that is never closed"));
        assert_eq!(split("\"a\"b,c", ',', true), Err("has text after a closing quote"));
        assert_eq!(split("\"a\",", ',', true).unwrap(), ["a", ""]);
    }

    #[test]
    fn wildcards_match_whole_values_only() {
        assert!(matches("*E+*", "6.02E+11") && !matches("*E+*", "60211"));
        assert!(matches("PJSIP/*", "PJSIP/201-0001") && !matches("PJSIP/*", "Local/PJSIP/1"));
        assert!(matches("19?1", "1951") && !matches("19?1", "19511") && matches("*", "") && !matches("", "x"));
    }

    #[test]
    fn azerbaijani_survives_a_turkish_spreadsheet_except_for_its_schwa() {
        assert_eq!(Encoding::Windows1254.decode(b"\xddsmay\xfdl \xde\x80").unwrap(), "İsmayıl Ş€");
        assert_eq!(Encoding::Utf8.decode(b"\xff"), None);
    }

    proptest! {
        #[test]
        fn what_was_written_with_quotes_is_read_back(cells in prop::collection::vec("[a-z\",;ə]{0,6}", 1..6)) {
            let line = cells.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect::<Vec<_>>().join(",");
            prop_assert_eq!(split(&line, ',', true).unwrap(), cells);
        }
    }
}

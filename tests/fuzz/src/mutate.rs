//! An example → an input that is nearly one: bits, lengths, lines, words and JSON members are changed, a few at a time.

use crate::{json, random::Random};

/// How a target's inputs are written, and so how they are best changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Bytes,
    Text,
    Json,
    /// Pages whose checksums must be right, or nothing behind them is read.
    Ogg,
}

/// Larger inputs only make the run slow; what is too large for a parser shows below that already.
const LONGEST: usize = 128 * 1024;

/// Numbers at the ends of what counters, lengths, years and times hold.
pub const EXTREMES: &[&str] = &[
    "0",
    "-0",
    "-1",
    "1",
    "127",
    "128",
    "255",
    "256",
    "32767",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "-2147483648",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e3",
    "1e308",
    "-1e308",
    "1e999",
    "1e-999",
    "0.1",
    "NaN",
    "inf",
    "-inf",
    "00",
    "0x10",
    "1_000",
];

/// Times, texts and signs that parsers trip over.
const ODD: &[&str] = &[
    "",
    " ",
    "\"",
    "\"\"",
    "'",
    "''",
    "\\",
    "\0",
    "\t",
    "\r\n",
    "\n",
    "\u{feff}",
    "\u{202e}",
    "\u{0130}",
    "ı",
    "ə",
    "ß",
    "😀",
    "e\u{301}",
    "\u{1f}",
    "\u{85}",
    "%",
    "%s",
    "%+",
    "$",
    "$1",
    "$0",
    "{}",
    "[]",
    "[[",
    "]]",
    "{",
    "}",
    "null",
    "true",
    "false",
    ",",
    ",,",
    ";",
    ":",
    "::",
    "=",
    "--",
    "/*",
    "*/",
    "..",
    "../",
    "/",
    "~",
    "*",
    "**",
    "?",
    "(",
    ")",
    "-",
    "+",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "0000-01-01T00:00:00Z",
    "+262142-12-31T23:59:59Z",
    "-262143-01-01T00:00:00Z",
    "2026-01-14T09:30:00+23:59",
    "2026-12-31T23:59:60Z",
    "2026-02-30",
    "9999-12-31",
    "+262142-12-31",
    "2026-W53",
    "24:00:00",
    "47:59:59",
    "99:99",
    "00:00",
];

pub struct Material<'a> {
    /// Examples, and inputs of this run that were answered in a new way.
    pub pool: &'a [Vec<u8>],
    pub words: &'a [&'a str],
    pub form: Form,
}

pub fn input(random: &mut Random, material: &Material<'_>) -> Vec<u8> {
    let mut bytes = other(random, material).to_vec();
    let changes = 1 + random.below(4) * random.below(3);
    for _ in 0..changes {
        match material.form {
            Form::Json if !random.one_in(3) => {
                let lender = other(random, material);
                json::change(random, &mut bytes, lender, material.words)
            }
            Form::Json | Form::Text if !random.one_in(6) => of_text(random, &mut bytes, material),
            _ => of_bytes(random, &mut bytes, material),
        }
        bytes.truncate(LONGEST);
    }
    if material.form == Form::Ogg && !random.one_in(8) {
        crate::ogg::checksums(&mut bytes);
    }
    bytes
}

fn other<'a>(random: &mut Random, material: &Material<'a>) -> &'a [u8] {
    material.pool.get(random.below(material.pool.len())).map_or(&[], Vec::as_slice)
}

/// A word of the target, an extreme, or a sign.
pub fn word<'a>(random: &mut Random, words: &[&'a str]) -> &'a str {
    let from = match random.below(3) {
        0 if !words.is_empty() => words,
        1 => EXTREMES,
        _ => ODD,
    };
    random.pick(from).unwrap_or_default()
}

fn put(bytes: &mut Vec<u8>, at: std::ops::Range<usize>, new: &[u8]) {
    bytes.splice(at, new.iter().copied());
}

fn of_bytes(random: &mut Random, bytes: &mut Vec<u8>, material: &Material<'_>) {
    let length = bytes.len();
    let at = random.below(length);
    match random.below(10) {
        0 | 1 if length > 0 => bytes[at] ^= 1 << random.below(8),
        2 if length > 0 => bytes[at] = [0, 1, 0x7f, 0x80, 0xfe, 0xff, b' ', b'0'][random.below(8)],
        3 => bytes.truncate(random.below(length + 1)),
        4 => drop(bytes.drain(random.stretch(length))),
        5 => {
            let copied = bytes[random.stretch(length)].to_vec();
            put(bytes, at..at, &copied);
        }
        6 => {
            let from = other(random, material);
            let (cut, start) = (random.below(length + 1), random.below(from.len() + 1));
            bytes.truncate(cut);
            bytes.extend_from_slice(&from[start..]);
        }
        7 => repeat(random, bytes),
        8 => put(bytes, at..at, word(random, material.words).as_bytes()),
        _ => number(random, bytes),
    }
}

/// A length field of 2, 4 or 8 bytes becomes an extreme, or nearly what it was.
fn number(random: &mut Random, bytes: &mut [u8]) {
    let width = [2, 4, 4, 8][random.below(4)];
    let Some(last) = bytes.len().checked_sub(width) else { return };
    let at = random.below(last + 1);
    let extremes = [
        0,
        1,
        u64::MAX,
        u64::MAX - 1,
        i64::MAX as u64,
        i32::MAX as u64,
        u64::from(u32::MAX),
        1 << 31,
        1 << 63,
        1 << 16,
    ];
    let mut whole = [0; 8];
    whole[..width].copy_from_slice(&bytes[at..at + width]);
    let old = u64::from_le_bytes(whole);
    let new = match random.below(3) {
        0 => old.wrapping_add(random.below(9) as u64).wrapping_sub(4),
        1 => bytes.len() as u64 + random.below(5) as u64,
        _ => extremes[random.below(extremes.len())],
    };
    let field = &mut bytes[at..at + width];
    if random.one_in(3) {
        field.copy_from_slice(&new.to_be_bytes()[8 - width..]);
    } else {
        field.copy_from_slice(&new.to_le_bytes()[..width]);
    }
}

/// Deep and long inputs: what is read by recursion or grows with a square shows here. Seldom, because they are slow.
fn repeat(random: &mut Random, bytes: &mut Vec<u8>) {
    let stretch = random.stretch(bytes.len());
    let most = if random.one_in(40) { LONGEST } else { 2_000 };
    if stretch.is_empty() || bytes.len() > LONGEST {
        return;
    }
    let times = random.below(most / stretch.len() + 2);
    let again = bytes[stretch.clone()].repeat(times);
    put(bytes, stretch.end..stretch.end, &again);
}

fn of_text(random: &mut Random, bytes: &mut Vec<u8>, material: &Material<'_>) {
    let at = random.below(bytes.len());
    match random.below(10) {
        0..=3 => {
            let place = token(bytes, at);
            put(bytes, place, word(random, material.words).as_bytes());
        }
        4 => {
            let (from, place) = (other(random, material), token(bytes, at));
            let theirs = token(from, random.below(from.len()));
            put(bytes, place, &from[theirs]);
        }
        5 => put(bytes, at..at, word(random, material.words).as_bytes()),
        6 => drop(bytes.drain(line(bytes, at))),
        7 => {
            let (from, own) = (other(random, material), line(bytes, at));
            let theirs = line(from, random.below(from.len()));
            put(bytes, own.start..own.start, &from[theirs]);
        }
        8 => {
            let again = bytes[line(bytes, at)].to_vec();
            let place = line(bytes, random.below(bytes.len()));
            put(bytes, place, &again);
        }
        _ => repeat(random, bytes),
    }
}

/// The word, number or time around a place.
fn token(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let belongs = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.+-:".contains(byte) || *byte >= 0x80;
    let at = at.min(bytes.len());
    let start = bytes[..at].iter().rposition(|byte| !belongs(byte)).map_or(0, |before| before + 1);
    let end = bytes[at..].iter().position(|byte| !belongs(byte)).map_or(bytes.len(), |behind| at + behind);
    start..end
}

/// The line around a place, its end included.
fn line(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let at = at.min(bytes.len());
    let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |before| before + 1);
    let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |behind| at + behind + 1);
    start..end
}

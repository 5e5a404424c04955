//! Exports of exchanges and what reads them: mappings, lines, cells, times.

use super::{Target, answer, head_and_rest, shown, way};
use crate::{examples, mutate::Form};
use chrono::NaiveDate;
use meyar_intake::{Importer, Mapping, Options, clock, text, year::Marginals};
use meyar_schemas::caller::CallerKey;
use std::io::Write as _;

const SAMPLES: [(&str, &str); 3] =
    [("anonymous-bank-1999", "bank.tsv"), ("asterisk-cdr", "cdr.csv"), ("asterisk-queue-log", "queue_log")];

pub fn targets() -> Vec<Target> {
    let mut all: Vec<Target> = SAMPLES.iter().map(|(mapping, sample)| export(mapping, sample)).collect();
    let mappings = examples::folder("schemas/mappings", ".toml");
    all.push(Target::new("intake.mapping", Form::Text, mappings, read_mapping).words(MAPPING.iter().copied()));
    let texts = ["*E+*\n6.02E+11,\"a \"\"b\"\", c\",d", "PJSIP/*\nPJSIP/201-0001;x", "19?1\n\u{130}smay\u{131}l"];
    all.push(Target::new("intake.text", Form::Text, texts.map(|text| text.as_bytes().to_vec()).into(), read_text));
    let times = [
        "2026-01\n%Y-%m-%d\n2026-01-14\n0:05:09",
        "+9863d\n%y%m%d\n990114\n24:05:00",
        "2026-02\n%d.%m.%Y %H:%M:%S\n14.01.2026 09:30:00\n7:00",
    ];
    all.push(
        Target::new("intake.clock", Form::Text, times.map(|text| text.as_bytes().to_vec()).into(), read_clock)
            .words(FORMATS.iter().copied()),
    );
    let marginals = examples::folder("schemas/marginals", ".json");
    all.push(Target::new("marginals", Form::Json, marginals, |bytes| {
        answer(&Marginals::parse(&String::from_utf8_lossy(bytes), 2024))
    }));
    all
}

const FORMATS: &[&str] = &[
    "%Y",
    "%y",
    "%m",
    "%d",
    "%H",
    "%M",
    "%S",
    "%s",
    "%f",
    "%z",
    "%Z",
    "%j",
    "%G-W%V-%u",
    "%C",
    "%p",
    "%+",
    "%c",
    "%-d",
    "%e",
    "%.f",
    "%3f",
];

const MAPPING: &[&str] = &[
    "time_of_day",
    "datetime",
    "epoch",
    "calls",
    "legs",
    "events",
    "utf-8",
    "latin-1",
    "windows-1254",
    "Asia/Baku",
    "Europe/Berlin",
    "%Y-%m-%d %H:%M:%S",
    "%s",
    "%+",
    "min",
    "ms",
    "s",
    "answered",
    "ignore",
    "rollover_hours = 23",
    "zero_means_none = true",
    "ragged = true",
    "quotes = false",
];

fn import(mapping: Mapping, bytes: &[u8], options: Options) -> u64 {
    let importer = Importer::new(mapping, "fuzz", CallerKey::new("key"), options);
    let mut import = match importer.read("file", bytes) {
        Ok(import) => import,
        Err(error) => return way(&error.to_string()),
    };
    let told = import.by_ref().fold(0, |all, call| {
        all ^ match call {
            Ok(call) => shown(&call).min(4_000) / 200,
            Err(bad) => way(&bad.problem),
        }
    });
    shown(import.summary());
    told
}

fn export(mapping: &'static str, sample: &str) -> Target {
    let text = examples::file(&format!("pipeline/intake/tests/samples/{sample}"));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let packed = packed.write_all(&text).and_then(|()| packed.finish()).unwrap_or_default();
    let read = Mapping::load(mapping);
    Target::new(&format!("intake.{mapping}"), Form::Text, vec![text, packed], move |bytes| {
        let Ok(mapping) = &read else { return 0 };
        // Every other input as a file whose calls are moved to other days.
        let redate = ["2026-01", "+9863d", "-200000d"].get(bytes.len() % 6).and_then(|text| text.parse().ok());
        import(mapping.clone(), bytes, Options { redate, revision: 0 })
    })
    .words([
        "1999-01-31",
        "990101",
        "23:59:59",
        "ANSWERED",
        "NO ANSWER",
        "CONNECT",
        "ABANDON",
        "ENTERQUEUE",
        "COMPLETECALLER",
        "TRANSFER",
        "PHANTOM",
        "AGENT",
    ])
    .quick(1_000)
}

/// A mapping that is taken for one reads every sample.
fn read_mapping(bytes: &[u8]) -> u64 {
    let mapping = match Mapping::parse("x.toml", &String::from_utf8_lossy(bytes)) {
        Ok(mapping) => mapping,
        Err(error) => return way(&error.to_string()),
    };
    SAMPLES
        .iter()
        .map(|(_, sample)| examples::file(&format!("pipeline/intake/tests/samples/{sample}")))
        .fold(1, |told, sample| told ^ import(mapping.clone(), &sample, Options::default()))
}

/// A pattern, and a line that it and the splitter are held against.
fn read_text(bytes: &[u8]) -> u64 {
    let (pattern, rest) = head_and_rest(bytes);
    // A mapping's pattern is the centre's own; the line is whatever the file has.
    let pattern: String = pattern.chars().take(200).collect();
    let all = [text::Encoding::Utf8, text::Encoding::Latin1, text::Encoding::Windows1254];
    all.iter().filter_map(|encoding| encoding.decode(rest)).fold(0, |told, line| {
        let split = [',', ';', '\t', '|', ' ', '"', 'ə']
            .map(|delimiter| answer(&text::split(&line, delimiter, true).map_err(str::to_owned)));
        told ^ split.iter().fold(0, |a, b| a ^ b) ^ u64::from(text::matches(&pattern, &line))
    })
}

/// A redating, a format, a date and a time of day.
fn read_clock(bytes: &[u8]) -> u64 {
    let whole = String::from_utf8_lossy(bytes);
    let mut lines = whole.split('\n').map(str::to_owned).chain(std::iter::repeat(String::new()));
    let mut next = || lines.next().unwrap_or_default();
    let (redate, format, date, time) = (next(), next(), next(), next());
    let mut told = u64::from(clock::is_format(&format));
    let formats = if told == 1 { vec![format] } else { vec!["%Y-%m-%d".to_owned()] };
    let redate = redate.parse::<clock::Redate>();
    told ^= answer(&redate);
    let mut calendar = clock::Calendar::new(clock::HOME, redate.ok());
    let (day, moment) = (clock::date("date", &date, &formats), clock::datetime("at", &date, &formats));
    told ^= answer(&day) ^ answer(&moment).rotate_left(1) ^ answer(&clock::zone(&date)).rotate_left(2);
    let seconds = clock::time_of_day("time", &time);
    let day = day.or(moment.as_ref().map(|moment| moment.date()).map_err(Clone::clone)).unwrap_or(NaiveDate::MIN);
    for previous in [day.and_time(chrono::NaiveTime::MIN), moment.unwrap_or_default()] {
        if let Ok(seconds) = &seconds {
            told ^= shown(&clock::following(previous, day, *seconds, 12)).rotate_left(3);
        }
        if let Ok(shift) = calendar.shift("date", day) {
            told ^= answer(&shift.utc("at", previous)).rotate_left(4);
        }
    }
    told
}

//! Files that people write: reference tables, forms, accounts; and the words of a command or a link.

use super::{Target, answer, head_and_rest, shown};
use crate::{examples, mutate::Form};
use meyar_lake::{Cell, LakeRoot, Period, params};
use meyar_schemas::reference::{CalendarDay, Line, LiveHours, Published, Row, Table, Target as Goal, Threshold, Topic};
use meyar_wire::{Accounts, outside};

pub fn targets() -> Vec<Target> {
    let periods = ["2026", "2026-01", "2026-W03", "2026-01-14", "2026-01-14..2026-02-03", "2999-12-31..2999"];
    let cells = ["answered,line=195-1-1", "a,b=c\\,d,e=", "calls"];
    let places = ["data/lake", "s3://bucket/lake", "file:///tmp/x", "memory:///"];
    let bytes = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>();
    vec![
        table::<Line>(),
        table::<Goal>(),
        table::<Threshold>(),
        table::<LiveHours>(),
        table::<CalendarDay>().quick(500),
        table::<Published>(),
        table::<Topic>(),
        Target::new("form", Form::Text, vec![form().into_bytes()], |bytes| {
            answer(&meyar_scoring::Form::parse("x.toml", &String::from_utf8_lossy(bytes)))
        })
        .words(FORM.iter().copied())
        .quick(300),
        Target::new("accounts", Form::Text, bytes(&[ACCOUNTS]), |bytes| {
            answer(&Accounts::parse(&String::from_utf8_lossy(bytes)))
        }),
        Target::new("lake.period", Form::Text, bytes(&periods), period),
        Target::new("lake.cell", Form::Text, bytes(&cells), cell),
        Target::new("lake.place", Form::Text, bytes(&places), |bytes| {
            answer(&LakeRoot::parse(&String::from_utf8_lossy(bytes)).map(|_| ()))
        }),
        Target::new("sql.verifier", Form::Text, bytes(&[VERIFIER]), |bytes| {
            outside::verifier(&String::from_utf8_lossy(bytes)).map_or(0, |written| shown(&written))
        }),
    ]
}

const VERIFIER: &str = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

const ACCOUNTS: &str = r#"# accounts
[account.anna]
role = "analyst"
verifier = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
"#;

const FORM: &[&str] = &[
    "\\w*",
    "\\d{1,3}",
    "(?i)",
    "(a|b)",
    "{number}",
    " … ",
    "~",
    "[^a]",
    "\\p{L}",
    "a{1000}",
    "(a{50}){50}",
    "\\w{500}",
    "(?P<n>a)",
    "\\b",
    "$",
    "(?:",
    "parts_present",
    "gate",
    "order",
    "talk_over",
    "representative",
    "caller",
    "auto",
    "human",
    "critical",
    "non_critical",
    "az",
    "en",
    "100.0",
    "0.5",
];

fn table<T: Row + 'static>() -> Target {
    let seed = examples::file(&format!("schemas/reference/{}.toml", T::NAME));
    // The first rows are like the rest, and short files are read far more often.
    let first: Vec<&[u8]> = seed.split_inclusive(|byte| *byte == b'\n').take(60).collect();
    Target::new(&format!("reference.{}", T::NAME), Form::Text, vec![first.concat(), seed.clone()], |bytes| {
        answer(&Table::<T>::parse(&String::from_utf8_lossy(bytes)))
    })
    .words([
        "[[row]]",
        "valid_from",
        "valid_to",
        "weekdays = [1, 2]",
        "195-1-1",
        "percent",
        "share",
        "09:00",
        "unconfirmed = true",
    ])
}

/// The shipped form with its first criterion alone, which then has all the weight.
fn form() -> String {
    let text = examples::text("schemas/forms/default-call-form/0.1.en.toml");
    let end = text.match_indices("[[criterion]]\n").nth(1).map_or(text.len(), |(at, _)| at);
    let line = |line: &str| match line.split_once(" = ") {
        Some(("weight", _)) => "weight = 100.0\n".to_owned(),
        Some(("shown_by" | "except", _)) if line.ends_with(']') => {
            format!("{} = []\n", line.split(' ').next().unwrap_or_default())
        }
        _ => format!("{line}\n"),
    };
    text[..end].lines().map(line).collect()
}

fn period(bytes: &[u8]) -> u64 {
    let (text, line) = head_and_rest(bytes);
    let period = text.parse::<Period>();
    if let Ok(period) = &period {
        shown(&(period.from(), period.to(), period.months(), params(period, std::str::from_utf8(line).ok())));
    }
    answer(&period)
}

fn cell(bytes: &[u8]) -> u64 {
    let cell = String::from_utf8_lossy(bytes).parse::<Cell>();
    if let Ok(cell) = &cell {
        let again = cell.to_string().parse::<Cell>().ok();
        shown(&again.map(|again| again.same_row(cell)));
    }
    answer(&cell)
}

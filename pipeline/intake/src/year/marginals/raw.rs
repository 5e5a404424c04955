//! The file's own shape; what is not read here is left alone.

use super::{ByLine, Directions, FORWARDED, Kpi, Kpis, LostParts, Marginals, Printed, QUERIES, Query, STRUCTURES};
use meyar_schemas::Invalid;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    source: Source,
    calls: Calls,
    #[serde(default)]
    call_notes: Notes,
    lost_breakdown: Vec<Counted>,
    topics: Vec<Counted>,
    application_sheets: Sheets,
    directions: Vec<Counted>,
    kpis: Vec<RawKpi>,
}

#[derive(Deserialize, Default)]
struct Source {
    period: Option<Value>,
}

#[derive(Deserialize)]
struct Calls {
    total: Option<AnsweredLost>,
    by_structure: BTreeMap<String, AnsweredLost>,
}

#[derive(Deserialize, Clone, Copy)]
struct AnsweredLost {
    incoming: Option<u64>,
    answered: u64,
    lost: u64,
}

#[derive(Deserialize, Default)]
struct Notes {
    avg_wait_answered_s: Option<u64>,
    avg_handling_s: Option<u64>,
    avg_calls_per_employee_per_workday: Option<u64>,
}

#[derive(Deserialize)]
struct Counted {
    id: String,
    count: u64,
}

#[derive(Deserialize)]
struct Sheets {
    compiled_total: Option<Column>,
    forwarded: BTreeMap<String, Column>,
    complex_question: RawQuery,
    eservice_error: RawQuery,
}

#[derive(Deserialize)]
struct RawQuery {
    compiled: Column,
    carried_in: Column,
    answered_by_cc: Column,
    forwarded: Column,
    carried_out: Column,
}

#[derive(Deserialize)]
struct Column {
    total: Option<u64>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Deserialize)]
struct RawKpi {
    id: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

fn invalid(field: &str, value: impl ToString, problem: impl Into<String>, remedy: impl Into<String>) -> Invalid {
    Invalid::new(field, value.to_string(), problem, remedy)
}

/// A sum that the file gives itself must be the sum of its parts.
fn agrees(field: &str, told: Option<u64>, sum: u64) -> Result<(), Invalid> {
    match told {
        Some(told) if told != sum => Err(invalid(
            field,
            told,
            format!("is not the sum of its parts ({sum})"),
            format!("write {sum}, or mend the parts"),
        )),
        _ => Ok(()),
    }
}

impl Column {
    fn by_line(&self, field: &str) -> Result<ByLine, Invalid> {
        let mut lines = [0; 4];
        for (line, structure) in STRUCTURES.iter().enumerate() {
            lines[line] = match self.rest.get(*structure) {
                None => 0,
                Some(value) => value.as_u64().ok_or_else(|| {
                    invalid(
                        &format!("{field}.{structure}"),
                        value,
                        "is not a whole number from 0",
                        "write the number of sheets",
                    )
                })?,
            };
        }
        agrees(&format!("{field}.total"), self.total, lines.iter().sum())?;
        Ok(lines)
    }
}

impl RawQuery {
    fn read(&self, class: &str) -> Result<Query, Invalid> {
        let field = |name: &str| format!("application_sheets.{class}.{name}");
        Ok(Query {
            compiled: self.compiled.by_line(&field("compiled"))?,
            carried_in: self.carried_in.by_line(&field("carried_in"))?,
            answered: self.answered_by_cc.by_line(&field("answered_by_cc"))?,
            forwarded: self.forwarded.by_line(&field("forwarded"))?,
            carried_out: self.carried_out.by_line(&field("carried_out"))?,
        })
    }
}

pub(super) fn read(text: &str, year: i32) -> Result<Marginals, Invalid> {
    let raw: Raw = serde_json::from_str(text).map_err(|e| {
        invalid("marginals", "", format!("cannot be read ({e})"), "compare the file with schemas/marginals/2024.json")
    })?;
    let period = raw.source.period.map(|period| period.as_str().map_or_else(|| period.to_string(), str::to_owned));
    if let Some(period) = period.filter(|period| *period != year.to_string()) {
        let remedy = "ask for the year that the file is about, or mend source.period";
        return Err(invalid("source.period", period, format!("is not the year {year}"), remedy));
    }
    let (answered, lost) = calls(&raw.calls)?;
    let forwarded = FORWARDED.map(|class| raw.application_sheets.forwarded.get(class).map(|column| (class, column)));
    let mut by_class = [[0; 4]; 4];
    for (lines, found) in by_class.iter_mut().zip(forwarded) {
        if let Some((class, column)) = found {
            *lines = column.by_line(&format!("application_sheets.forwarded.{class}"))?;
        }
    }
    let marginals = Marginals {
        answered,
        lost,
        avg_wait_answered_s: raw.call_notes.avg_wait_answered_s,
        avg_handling_s: raw.call_notes.avg_handling_s,
        calls_per_person_day: raw.call_notes.avg_calls_per_employee_per_workday.filter(|calls| *calls > 0),
        lost_parts: LostParts {
            redialled_answered: count("lost_breakdown", &raw.lost_breakdown, "redialled_answered")?,
            called_back: count("lost_breakdown", &raw.lost_breakdown, "called_back")?,
            system_error: count("lost_breakdown", &raw.lost_breakdown, "system_error")?,
            waited_under_10s: count("lost_breakdown", &raw.lost_breakdown, "waited_under_10s")?,
            not_called_back: count("lost_breakdown", &raw.lost_breakdown, "not_called_back")?,
        },
        topics: raw.topics.into_iter().map(|topic| (topic.id, topic.count)).collect(),
        forwarded: by_class,
        queries: [
            raw.application_sheets.complex_question.read(QUERIES[0])?,
            raw.application_sheets.eservice_error.read(QUERIES[1])?,
        ],
        directions: Directions {
            immediate: count("directions", &raw.directions, "immediate")?,
            mv_answered: count("directions", &raw.directions, "mv_answered_by_cc")?,
            mv_forwarded: count("directions", &raw.directions, "mv_forwarded")?,
            lost_no_contact: count("directions", &raw.directions, "lost_no_contact")?,
        },
        kpis: kpis(&raw.kpis, year)?,
    };
    sheet_totals(&raw.application_sheets.compiled_total, raw.application_sheets.forwarded.get("total"), &marginals)?;
    Ok(marginals)
}

fn calls(calls: &Calls) -> Result<(ByLine, ByLine), Invalid> {
    if let Some(other) = calls.by_structure.keys().find(|name| !STRUCTURES.contains(&name.as_str())) {
        let remedy = format!("use {}", STRUCTURES.join(", "));
        return Err(invalid("calls.by_structure", other, "is not a structure of the Ministry", remedy));
    }
    let of = |part: fn(&AnsweredLost) -> u64| STRUCTURES.map(|name| calls.by_structure.get(name).map_or(0, part));
    let (answered, lost) = (of(|c| c.answered), of(|c| c.lost));
    let (all_answered, all_lost) = (answered.iter().sum::<u64>(), lost.iter().sum::<u64>());
    agrees("calls.total.answered", calls.total.map(|t| t.answered), all_answered)?;
    agrees("calls.total.lost", calls.total.map(|t| t.lost), all_lost)?;
    agrees("calls.total.incoming", calls.total.and_then(|t| t.incoming), all_answered + all_lost)?;
    Ok((answered, lost))
}

fn sheet_totals(compiled: &Option<Column>, forwarded: Option<&Column>, marginals: &Marginals) -> Result<(), Invalid> {
    let own = [0, 1, 2, 3].map(|line| marginals.forwarded.iter().map(|class| class[line]).sum::<u64>());
    let all = [0, 1, 2, 3].map(|line| marginals.compiled(line));
    for (field, told, sums) in [("forwarded.total", forwarded, own), ("compiled_total", compiled.as_ref(), all)] {
        let Some(column) = told else { continue };
        let field = format!("application_sheets.{field}");
        let told = column.by_line(&field)?;
        for (line, structure) in STRUCTURES.iter().enumerate() {
            agrees(&format!("{field}.{structure}"), Some(told[line]), sums[line])?;
        }
    }
    Ok(())
}

fn count(list: &str, rows: &[Counted], id: &str) -> Result<u64, Invalid> {
    rows.iter()
        .find(|row| row.id == id)
        .map(|row| row.count)
        .ok_or_else(|| invalid(list, id, "is missing", format!("add {{\"id\": \"{id}\", \"count\": …}} to the list")))
}

fn kpis(rows: &[RawKpi], year: i32) -> Result<Kpis, Invalid> {
    let of = |id: &str, least_decimals: u32| match rows.iter().find(|row| row.id == id) {
        Some(row) => kpi(row, year, least_decimals),
        None => Ok(Kpi::default()),
    };
    Ok(Kpis {
        accept_30s: of("accept_30s", 1)?,
        lost_over_10s: of("lost_over_10s", 1)?,
        mv_query_share: of("mv_query_share", 1)?,
        mv_avg_days: of("mv_avg_days", 0)?,
        availability: of("availability", 1)?,
        satisfaction: of("satisfaction", 1)?,
    })
}

/// `values_<year>`, else `values`, else the only `values_…` that there is.
fn kpi(row: &RawKpi, year: i32, least_decimals: u32) -> Result<Kpi, Invalid> {
    let of_year = format!("values_{year}");
    let mut of_any: Vec<&String> = row.rest.keys().filter(|key| key.starts_with("values_")).collect();
    let only = if of_any.len() == 1 { of_any.pop() } else { None };
    let key = [Some(&of_year), Some(&"values".to_owned()), only]
        .into_iter()
        .flatten()
        .find(|key| row.rest.contains_key(key.as_str()))
        .cloned();
    let Some(key) = key else { return Ok(Kpi::default()) };
    let field = |structure: &str| format!("kpis.{}.{key}.{structure}", row.id);
    let Some(values) = row.rest[&key].as_object() else {
        return Err(invalid(
            &format!("kpis.{}.{key}", row.id),
            &row.rest[&key],
            "is not an object",
            "write {\"DVX\": …, \"TOTAL\": …}",
        ));
    };
    let read = |structure: &str| match values.get(structure) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) if Printed::read(number, least_decimals).is_some() => {
            Ok(Printed::read(number, least_decimals))
        }
        Some(other) => {
            Err(invalid(&field(structure), other, "is not a number from 0", "write the value as it was printed"))
        }
    };
    let mut lines = [None; 4];
    for (line, structure) in STRUCTURES.iter().enumerate() {
        lines[line] = read(structure)?;
    }
    Ok(Kpi { lines, total: read("TOTAL")? })
}

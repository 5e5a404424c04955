//! The printed key figures, as the file gives them.

use super::{
    Kpi, Kpis, Printed, STRUCTURES,
    walk::{At, Row},
};
use meyar_schemas::Invalid;
use serde_json::Value;

/// Key figures by the ids that a report's file may list.
const IDS: [&str; 9] = [
    "accept_30s",
    "accept_total",
    "lost_over_10s",
    "mv_query_share",
    "mv_avg_days",
    "availability",
    "fcr",
    "satisfaction",
    "callback_level",
];

const NONE: Kpi = Kpi { lines: [None; 4], total: None };
/// A year without any.
pub(super) const KPIS: Kpis = Kpis {
    accept_30s: NONE,
    accept_total: NONE,
    lost_over_10s: NONE,
    mv_query_share: NONE,
    mv_avg_days: NONE,
    availability: NONE,
    satisfaction: NONE,
};

pub(super) fn read(list: &At, year: i32) -> Result<Kpis, Invalid> {
    let mut kpis = KPIS;
    for Row { id, at, row } in list.rows()? {
        let printed = kpi(&row, year, if id == "mv_avg_days" { 0 } else { 1 })?;
        match id {
            "accept_30s" => kpis.accept_30s = printed,
            "accept_total" => kpis.accept_total = printed,
            "lost_over_10s" => kpis.lost_over_10s = printed,
            "mv_query_share" => kpis.mv_query_share = printed,
            "mv_avg_days" => kpis.mv_avg_days = printed,
            "availability" => kpis.availability = printed,
            "satisfaction" => kpis.satisfaction = printed,
            // No formula of the report gives these two: they are not aimed at.
            "fcr" | "callback_level" => {}
            _ => {
                let remedy = format!("use {}", IDS.join(", "));
                return Err(at.refused("is not a key figure of the report", remedy));
            }
        }
    }
    Ok(kpis)
}

/// `values_<year>`, else `values`, else the only `values_…` that there is.
fn kpi(row: &At, year: i32, least_decimals: u32) -> Result<Kpi, Invalid> {
    let of_year = format!("values_{year}");
    let names = || row.value.as_object().into_iter().flat_map(|members| members.keys().map(String::as_str));
    let of_any: Vec<&str> = names().filter(|name| name.strip_prefix("values_").is_some_and(is_year)).collect();
    row.only(&[&["id", "values", &of_year][..], &of_any].concat())?;
    let (plain, own) = (row.get("values")?, row.get(&of_year)?);
    if let (Some(plain), Some(_)) = (&plain, &own) {
        return Err(plain.refused(format!("stands beside {of_year}"), "give one of the two"));
    }
    let values = match (own.or(plain), &of_any[..]) {
        (Some(values), _) => values,
        (None, [only]) => match row.get(only)? {
            Some(values) => values,
            None => return Ok(NONE),
        },
        _ => return Ok(NONE),
    };
    values.only(&[&STRUCTURES[..], &["TOTAL"]].concat())?;
    let read = |structure: &str| {
        let Some(told) = values.get(structure)? else { return Ok(None) };
        let printed = match told.value {
            Value::Number(number) => Printed::read(number, least_decimals),
            _ => None,
        };
        let wrong = || told.refused("is not a number from 0", "write the value as it was printed");
        printed.ok_or_else(wrong).map(Some)
    };
    let mut lines = [None; 4];
    for (line, structure) in lines.iter_mut().zip(STRUCTURES) {
        *line = read(structure)?;
    }
    Ok(Kpi { lines, total: read("TOTAL")? })
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())
}

//! The file's own shape: what is read of it, and that nothing is lost which somebody meant to be read.

use super::{
    ByLine, Directions, FORWARDED, LostParts, Marginals, QUERIES, Query, STRUCTURES,
    printed_kpis::{self, KPIS},
    walk::{At, Row},
};
use meyar_schemas::Invalid;
use serde_json::Value;

const TOP: [&str; 8] =
    ["source", "structures", "calls", "call_notes", "lost_breakdown", "topics", "application_sheets", "directions"];
const LOST: [&str; 5] = ["redialled_answered", "called_back", "system_error", "waited_under_10s", "not_called_back"];
const DIRECTIONS: [&str; 4] = ["immediate", "mv_answered_by_cc", "mv_forwarded", "lost_no_contact"];
const MEANS: [&str; 3] = ["avg_wait_answered_s", "avg_handling_s", "avg_calls_per_employee_per_workday"];

pub(super) fn read(text: &str, year: i32) -> Result<Marginals, Invalid> {
    let remedy = "give a JSON file in the shape of schemas/marginals/2024.json";
    let whole: Value =
        serde_json::from_str(text).map_err(|e| Invalid::new("marginals", "", format!("is not JSON ({e})"), remedy))?;
    if !whole.is_object() {
        return Err(At::root(&whole).refused("is not an object", remedy));
    }
    let file = At::root(&whole);
    file.nearly(&[&TOP[..], &["kpis"]].concat())?;
    period(&file, year)?;
    let (answered, lost) = calls(&file.need("calls")?)?;
    let [avg_wait_answered_s, avg_handling_s, calls_per_person_day] = means(&file)?;
    let parts = file.need("lost_breakdown")?.counts(LOST, "calls")?;
    let directions = file.need("directions")?.counts(DIRECTIONS, "calls")?;
    let sheets = file.need("application_sheets")?;
    sheets.only(&["compiled_total", "forwarded", QUERIES[0], QUERIES[1]])?;
    let marginals = Marginals {
        answered,
        lost,
        avg_wait_answered_s,
        avg_handling_s,
        calls_per_person_day: calls_per_person_day.filter(|calls| *calls > 0),
        lost_parts: LostParts {
            redialled_answered: parts[0],
            called_back: parts[1],
            system_error: parts[2],
            waited_under_10s: parts[3],
            not_called_back: parts[4],
        },
        topics: topics(&file.need("topics")?)?,
        forwarded: forwarded(&sheets)?,
        queries: [query(&sheets.need(QUERIES[0])?)?, query(&sheets.need(QUERIES[1])?)?],
        directions: Directions {
            immediate: directions[0],
            mv_answered: directions[1],
            mv_forwarded: directions[2],
            lost_no_contact: directions[3],
        },
        kpis: match file.get("kpis")? {
            Some(rows) => printed_kpis::read(&rows, year)?,
            None => KPIS,
        },
    };
    sheet_totals(&sheets, &marginals)?;
    Ok(marginals)
}

/// A file that does not tell its year is about the one that is asked for.
fn period(file: &At, year: i32) -> Result<(), Invalid> {
    let Some(source) = file.get("source")? else { return Ok(()) };
    source.nearly(&["period"])?;
    let Some(period) = source.get("period")? else { return Ok(()) };
    let told = period.value.as_str().map_or_else(|| period.value.to_string(), str::to_owned);
    if told == year.to_string() {
        return Ok(());
    }
    let remedy = "ask for the year that the file is about, or mend source.period";
    Err(period.refused(format!("is not the year {year}"), remedy))
}

/// A sum that the file gives itself must be the sum of its parts.
fn agrees(told: Option<&At>, of: &str, sum: u64) -> Result<(), Invalid> {
    match told {
        Some(told) if told.count(of)? != sum => {
            let problem = format!("is not the sum of its parts ({sum})");
            Err(told.refused(problem, format!("write {sum}, or mend the parts")))
        }
        _ => Ok(()),
    }
}

fn calls(calls: &At) -> Result<(ByLine, ByLine), Invalid> {
    calls.only(&["total", "by_structure"])?;
    let structures = calls.need("by_structure")?;
    structures.only(&STRUCTURES)?;
    let (mut answered, mut lost) = ([0; 4], [0; 4]);
    for (line, structure) in STRUCTURES.iter().enumerate() {
        let Some(own) = structures.get(structure)? else { continue };
        own.only(&["incoming", "answered", "lost"])?;
        answered[line] = own.need("answered")?.count("calls")?;
        lost[line] = own.need("lost")?.count("calls")?;
        agrees(own.get("incoming")?.as_ref(), "calls", answered[line] + lost[line])?;
    }
    if let Some(total) = calls.get("total")? {
        total.only(&["incoming", "answered", "lost"])?;
        let (all_answered, all_lost) = (answered.iter().sum::<u64>(), lost.iter().sum::<u64>());
        agrees(total.get("answered")?.as_ref(), "calls", all_answered)?;
        agrees(total.get("lost")?.as_ref(), "calls", all_lost)?;
        agrees(total.get("incoming")?.as_ref(), "calls", all_answered + all_lost)?;
    }
    Ok((answered, lost))
}

fn means(file: &At) -> Result<[Option<u64>; 3], Invalid> {
    let Some(notes) = file.get("call_notes")? else { return Ok([None; 3]) };
    notes.only(&MEANS)?;
    let mut means = [None; 3];
    for ((mean, name), of) in means.iter_mut().zip(MEANS).zip(["seconds", "seconds", "calls"]) {
        *mean = notes.get(name)?.map(|told| told.count(of)).transpose()?;
    }
    Ok(means)
}

/// Topics may be others than those of 2024; their ids go into events, whose contract has this pattern.
fn topics(list: &At) -> Result<Vec<(String, u64)>, Invalid> {
    let first = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fits = |id: &str| id.starts_with(first) && id.chars().all(|c| first(c) || "_.-".contains(c));
    let mut topics = Vec::new();
    for Row { id, at, row } in list.rows()? {
        row.only(&["id", "count"])?;
        if !fits(id) {
            let remedy = "use small Latin letters, digits, `_`, `.` and `-`, such as `law_explanation`";
            return Err(at.refused("cannot be the id of a topic (^[a-z0-9][a-z0-9_.-]*$)", remedy));
        }
        topics.push((id.to_owned(), row.need("count")?.count("appeals")?));
    }
    Ok(topics)
}

/// A row of sheets by structure; a structure that is left out has none.
fn by_line(row: &At) -> Result<ByLine, Invalid> {
    row.only(&[&["total"][..], &STRUCTURES].concat())?;
    let mut lines = [0; 4];
    for (line, structure) in lines.iter_mut().zip(STRUCTURES) {
        if let Some(own) = row.get(structure)? {
            *line = own.count("sheets")?;
        }
    }
    agrees(row.get("total")?.as_ref(), "sheets", lines.iter().sum())?;
    Ok(lines)
}

fn forwarded(sheets: &At) -> Result<[ByLine; 4], Invalid> {
    let classes = sheets.need("forwarded")?;
    classes.only(&[&["total"][..], &FORWARDED].concat())?;
    let mut by_class = [[0; 4]; 4];
    for (lines, class) in by_class.iter_mut().zip(FORWARDED) {
        if let Some(row) = classes.get(class)? {
            *lines = by_line(&row)?;
        }
    }
    Ok(by_class)
}

fn query(class: &At) -> Result<Query, Invalid> {
    class.only(&["compiled", "carried_in", "answered_by_cc", "forwarded", "carried_out"])?;
    let row = |name: &str| by_line(&class.need(name)?);
    Ok(Query {
        compiled: row("compiled")?,
        carried_in: row("carried_in")?,
        answered: row("answered_by_cc")?,
        forwarded: row("forwarded")?,
        carried_out: row("carried_out")?,
    })
}

fn sheet_totals(sheets: &At, marginals: &Marginals) -> Result<(), Invalid> {
    let own = [0, 1, 2, 3].map(|line| marginals.forwarded.iter().map(|class| class[line]).sum::<u64>());
    let all = [0, 1, 2, 3].map(|line| marginals.compiled(line));
    let rows = [(sheets.need("forwarded")?.get("total")?, own), (sheets.get("compiled_total")?, all)];
    for (row, sums) in rows {
        let Some(row) = row else { continue };
        let told = by_line(&row)?;
        if let Some(line) = (0..STRUCTURES.len()).find(|line| told[*line] != sums[*line]) {
            let (field, sum) = (format!("{}.{}", row.field, STRUCTURES[line]), sums[line]);
            let problem = format!("is not the sum of its parts ({sum})");
            let remedy = format!("write {sum}, or mend the parts");
            return Err(Invalid::new(&field, told[line].to_string(), problem, remedy));
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(change: impl FnOnce(&mut Value)) -> Result<Marginals, Invalid> {
        let mut file = serde_json::from_str(&meyar_schemas::marginals::text(2024).unwrap()).unwrap();
        change(&mut file);
        Marginals::parse(&file.to_string(), 2024)
    }

    #[test]
    fn what_is_contradictory_or_unknown_is_refused_with_its_field_and_a_remedy() {
        type Change = fn(&mut Value);
        let push =
            |list: &'static str, row: Value| move |file: &mut Value| file[list].as_array_mut().unwrap().push(row);
        let set = |path: &'static str, value: Value| {
            move |file: &mut Value| {
                let (inside, name) = path.rsplit_once('/').unwrap();
                file.pointer_mut(inside).unwrap()[name] = value;
            }
        };
        let refused = |change: &dyn Fn() -> Result<Marginals, Invalid>, field: &str, says: &str| {
            let refused = change().unwrap_err();
            assert_eq!(refused.field, field, "{refused}");
            assert!(refused.to_string().contains(says) && !refused.remedy.is_empty(), "{refused}");
        };
        let lists: [(&str, Value, &str, &str); 6] = [
            ("lost_breakdown", json!({"id": "system_error", "count": 4}), "lost_breakdown.5.id", "listed twice"),
            ("lost_breakdown", json!({"id": "eaten", "count": 4}), "lost_breakdown.5.id", "use redialled_answered"),
            ("topics", json!({"id": "Bad Topic 1!", "count": 4}), "topics.6.id", "^[a-z0-9]"),
            ("topics", json!({"id": "other", "count": 4}), "topics.6.id", "listed twice"),
            ("kpis", json!({"id": "foo", "values": {"TOTAL": 1}}), "kpis.9.id", "use accept_30s"),
            ("kpis", json!({"id": "fcr", "values": {"TOTAL": 1}}), "kpis.9.id", "listed twice"),
        ];
        for (list, row, field, says) in lists {
            refused(&|| told(push(list, row.clone())), field, says);
        }
        let sheets = "application_sheets.complex_question.compiled.XYZ";
        let members: [(&str, Value, &str, &str); 15] = [
            (
                "/calls/by_structure/DVX/answered",
                json!(-5),
                "calls.by_structure.DVX.answered",
                "`-5` is not a count; give a",
            ),
            ("/calls/by_structure/DVX/answered", json!("7"), "calls.by_structure.DVX.answered", "without quotes"),
            ("/calls/by_structure/DVX/lost", json!(1.5), "calls.by_structure.DVX.lost", "`1.5` is not a count"),
            ("/calls/by_structure/XYZ", json!({"answered": 1}), "calls.by_structure.XYZ", "use DVX"),
            ("/calls/totl", json!({}), "calls.totl", "write `total`"),
            ("/application_sheets/complex_question/compiled/XYZ", json!(5), sheets, "use total, DVX"),
            ("/application_sheets/forwarded/foo", json!({"DVX": 3}), "application_sheets.forwarded.foo", "third_party"),
            ("/kpis/0/values_2024/XYZ", json!(5.0), "kpis.accept_30s.values_2024.XYZ", "TOTAL"),
            ("/kpis/0/values_2024/DVX", json!("45"), "kpis.accept_30s.values_2024.DVX", "as it was printed"),
            ("/kpis/0/valeus", json!({"DVX": 1.0}), "kpis.accept_30s.valeus", "write `values`"),
            ("/kpis/0/values", json!({"DVX": 45.0}), "kpis.accept_30s.values", "beside values_2024"),
            ("/kpis/1/values_2024/DVX", json!(10.0), "kpis.accept_total.DVX", "should be 90.83"),
            ("/source/period", json!(2023), "source.period", "is not the year 2024"),
            ("/lost_breakdown/0/count", json!(-1), "lost_breakdown.redialled_answered.count", "0 or more"),
            ("/call_notes/avg_wait_s", json!(66), "call_notes.avg_wait_s", "avg_wait_answered_s"),
        ];
        for (path, value, field, says) in members {
            refused(&|| told(set(path, value.clone())), field, says);
        }
        let missing: [(Change, &str); 3] = [
            (|file| drop(file.as_object_mut().unwrap().remove("calls")), "calls"),
            (|file| drop(file["lost_breakdown"].as_array_mut().unwrap().pop()), "lost_breakdown"),
            (|file| *file = json!([]), "marginals"),
        ];
        for (change, field) in missing {
            refused(&|| told(change), field, "");
        }
    }

    #[test]
    fn a_file_with_notes_or_without_key_figures_means_or_a_year_is_read() {
        let whole = told(|_| {}).unwrap();
        let noted = told(|file| {
            file["_made_by"] = json!(1);
            file["checks"] = json!([{"computed": 1}]);
            file["kpis"][0]["candidates"] = json!({"A": {"DVX": 1.0}});
            file["kpis"][0]["remark"] = json!("as printed");
            file["calls"]["by_structure"]["DVX"]["lines"] = json!([87, 93]);
        });
        assert_eq!(noted.unwrap(), whole);
        let bare = told(|file| {
            for name in ["source", "kpis", "call_notes", "structures"] {
                file.as_object_mut().unwrap().remove(name);
            }
        });
        let bare = bare.unwrap();
        assert_eq!((bare.answered, bare.kpis, bare.avg_wait_answered_s), (whole.answered, KPIS, None));
    }
}

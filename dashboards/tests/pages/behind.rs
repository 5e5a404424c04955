//! From every cell to its rows.

use super::{between, get, lake, page};
use axum::http::header;
use meyar_lake::{Cell, Figure, Lake, Page, Period, output};
use serde_json::{Map, Value};

type Row = Map<String, Value>;

fn january() -> Period {
    "2026-01".parse().unwrap()
}

fn key(row: &Row, name: &str) -> Option<String> {
    match &row[name] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Every cell with rows behind it, and what stands in it.
fn cells<'a>(figure: &'a Figure, rows: &'a [Row]) -> impl Iterator<Item = (Cell, &'a str, &'a Value)> {
    rows.iter().flat_map(|row| {
        figure.columns.iter().filter_map(|column| {
            let cell = figure.cell(&column.name, |name| key(row, name));
            let value = &row[&column.name];
            (figure.has_rows(&cell) && !value.is_null()).then_some((cell, column.format.as_str(), value))
        })
    })
}

/// Whether the cell counts rows, also where another figure counted them.
fn counts(lake: &Lake, figure: &Figure, cell: &Cell, format: &str) -> bool {
    let Some((through, prefix)) = &figure.drill.through else { return format == "count" };
    let maker = lake.figure_named(&format!("{prefix}{}", cell.key(through).unwrap())).unwrap();
    format == "number" && maker.columns.iter().any(|column| column.name == cell.column && column.format == "count")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_that_counts_leads_to_as_many_rows() {
    let lake = lake().await;
    let first = Page { offset: 0, limit: Some(1) };
    let mut wrong = vec![];
    for figure in lake.figures() {
        let rows = output::rows(&lake.figure(&figure.name, &january(), None).await.unwrap()).unwrap();
        let mut counted = 0;
        for (cell, format, value) in cells(figure, &rows) {
            let shown = format!("{}: {cell} = {value}", figure.name);
            match lake.behind(&figure.name, &january(), None, &cell, first).await {
                Err(error) => wrong.push(format!("{shown}: {error}")),
                Ok(behind) if counts(&lake, figure, &cell, format) => {
                    counted += usize::from(behind.total > 0);
                    if value.as_f64() != Some(behind.total as f64) {
                        wrong.push(format!("{shown}, but {} rows", behind.total));
                    }
                }
                Ok(_) => {}
            }
        }
        let hours = ["kpi_availability"].contains(&figure.name.as_str());
        if counted == 0 && !hours {
            wrong.push(format!("{}: nothing of it was held against its rows", figure.name));
        }
    }
    assert!(wrong.is_empty(), "{} cells:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_narrows_the_rows_as_it_narrows_the_figure() {
    let lake = lake().await;
    let cell: Cell = "lost".parse().unwrap();
    let all = lake.behind("calls_by_line", &january(), None, &cell, Page::default()).await.unwrap();
    let mut sum = 0;
    for line in ["195-1-1", "195-1-2", "195-1-3", "195-1-4"] {
        let of_line = lake.behind("calls_by_line", &january(), Some(line), &cell, Page::default()).await.unwrap();
        assert_eq!(of_line.batches.iter().map(|batch| batch.num_rows()).sum::<usize>(), of_line.total as usize);
        sum += of_line.total;
    }
    assert_eq!(sum, all.total);
}

fn number(text: &str) -> usize {
    text.replace('\u{a0}', "").parse().unwrap()
}

#[tokio::test]
async fn a_number_is_a_link_to_its_rows_a_hundred_at_a_time() {
    let html = page("/figures/calls_by_line?period=2026-01").await;
    let table = between(&html, "id=\"table-calls_by_line\"", "<tbody>", "</tbody>");
    let place = between(table, "tr class=\"total\"", "<a class=\"cell\" ", "</a>");
    let (link, shown) = place.split_once('>').unwrap();
    assert!(link.contains("aria-label=\"Daxil olan, Cəmi: "), "{link}");
    let mut url = Some(between(link, "", "href=\"", "\"").replace("&#38;", "&"));
    let mut ids = vec![];
    while let Some(at) = url {
        let html = page(&at).await;
        assert_eq!(between(&html, "id=\"rows-total\"", ">", "<"), shown);
        assert_eq!(between(&html, "behind-value", ">", "<"), shown);
        let rows = between(&html, "data records", "<tbody>", "</tbody>");
        assert!(rows.matches("<tr>").count() <= 100);
        let calls = rows.split("<a href=\"/calls/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        ids.extend(calls);
        let next = |html: &str| between(html, "rel=\"next\"", "href=\"", "\"").replace("&#38;", "&");
        url = html.contains("rel=\"next\"").then(|| next(&html).trim_end_matches("#rows").to_owned());
    }
    assert_eq!(ids.len(), number(shown), "every row once");
    let first = page(&format!("/calls/{}", ids[0])).await;
    assert!(first.contains("<h1"));
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), number(shown), "no row twice");
}

#[tokio::test]
async fn the_page_says_which_cell_it_is_and_how_its_rows_were_found() {
    let html =
        page("/figures/kpi/rows?period=2026-01&line=195-1-1&cell=numerator,kpi=lost_gt10,line=195-1-1&lang=en").await;
    assert!(html.contains("<h1>Numerator: "), "the column and its value");
    assert!(html.contains("195-1-1 · January 2026 · Line 195-1-1"), "row, period and line");
    assert!(
        html.contains("href=\"/figures/kpi_lost_gt10?period=2026-01&#38;line=195-1-1#sql\""),
        "the figure that made the row"
    );
    assert!(html.contains("lost with wait"), "its formula");
    let sql = between(&html, "id=\"rows-sql\"", "<code>", "</code>");
    assert!(sql.contains("FROM incoming") && sql.contains("$key0"), "{sql}");
    assert!(html.contains("<li><code>$key0</code> = <code>195-1-1</code></li>"));
    assert!(html.contains("<li><code>$from</code> = <code>2025-12-31T20:00:00Z</code></li>"));
}

#[tokio::test]
async fn all_rows_can_be_taken_away_as_csv_and_json() {
    let query = "?period=2026-01&cell=answered,line=195-1-1";
    let total =
        number(between(&page(&format!("/figures/calls_by_line/rows{query}")).await, "id=\"rows-total\"", ">", "<"));
    let csv = get(&format!("/figures/calls_by_line/rows.csv{query}")).await;
    assert_eq!(csv.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    assert_eq!(csv.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"calls_by_line-answered-2026-01.csv\"");
    let text = csv.text();
    assert!(text.starts_with("call_id,line,structure,"), "{}", text.lines().next().unwrap());
    assert_eq!(text.lines().count(), total + 1);
    let json: Vec<Row> =
        serde_json::from_slice(&get(&format!("/figures/calls_by_line/rows.json{query}")).await.body).unwrap();
    assert_eq!(json.len(), total);
    assert!(json.iter().all(|row| row["line"] == "195-1-1" && row["outcome"] == "answered"));
    // Lists are written too, and a comma in a name is no comma of the address.
    let week = "?period=2026-01&cell=live_h,week=2026-01-12,representative=N%C9%99biyev%5C%2C%200.";
    let csv = get(&format!("/figures/live_hours_by_week/rows.csv{week}")).await.text();
    assert!(csv.lines().count() == 4 && csv.contains("\"[\"\"195-1-1\"\"]\""), "{csv}");
    let none = get("/figures/calls_by_line/rows.csv?period=1999-01&cell=answered").await;
    assert_eq!(none.text().lines().count(), 1, "nothing is a file too");
}

#[tokio::test]
async fn what_has_no_rows_is_no_link() {
    let html = page("/figures/calls_by_line?period=2026-01&line=195-1-2").await;
    let table = between(&html, "id=\"table-calls_by_line\"", "<tbody>", "</tbody>");
    assert!(!table.contains("cell=target_pct") && !table.contains(">0</a>"), "{table}");
    let home = page("/?period=2026-01").await;
    assert!(
        home.contains("/figures/calls_by_day/rows?period=2026-01&#38;cell=lost,day=2026-01-0"),
        "the chart's table leads on"
    );
}

//! `/figures/{name}/rows`: from one cell of a figure's table to the rows behind it, a page at a time or as a file.

use super::choose::{self, said, scope, scope_query};
use super::definitions::{not_blind, seen};
use super::links::{key, row_said, rows_url};
use super::records;
use super::tables::{self, column_name, title, withhold};
use super::{chosen, encoded, show};
use crate::Shared;
use crate::data::{DataError, Row, Scope};
use crate::drill::EXPORTED_MOST;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::text::{Lang, Texts};
use crate::work::Who;
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use meyar_lake::output::{Format, rows};
use meyar_lake::{Behind, Cell, Figure, LakeError, Page as Part};
use meyar_schemas::Invalid;
use serde::Deserialize;
use std::sync::Arc;

const PAGE: usize = 100;

#[derive(Deserialize)]
pub struct Asked {
    period: Option<String>,
    line: Option<String>,
    cell: Option<String>,
    page: Option<String>,
}

/// One cell of one figure, of a period and a line.
struct Place<'a> {
    figure: &'a Figure,
    scope: Scope,
    cell: Cell,
}

impl Place<'_> {
    fn url(&self, kind: &str) -> String {
        rows_url(&self.figure.name, kind, &self.scope, &self.cell)
    }
}

#[derive(Template)]
#[template(path = "rows.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    title: &'a str,
    figure_url: String,
    column: &'a str,
    row: String,
    scope_text: String,
    value: String,
    /// A count is its rows; what is not is computed over them.
    computed: bool,
    /// The figure that made the row, where the table is put together from others.
    maker: Option<(&'a str, String)>,
    definition: &'a Figure,
    behind: &'a Behind,
    total: String,
    range_text: String,
    capped: Option<String>,
    heads: Vec<records::Head>,
    rows: Vec<Vec<records::Field>>,
    csv_url: String,
    json_url: String,
    previous_url: Option<String>,
    next_url: Option<String>,
}

async fn place<'a>(
    frame: &Frame,
    shared: &'a Shared,
    who: Option<&Who>,
    name: &str,
    asked: Asked,
) -> Result<Place<'a>, PageError> {
    let figure = seen(frame, shared, who, name)?;
    not_blind(shared, who, figure).await?;
    let choices = shared.data.choices().await?;
    let cell = asked.cell.unwrap_or_default();
    let cell: Cell = cell.parse().map_err(|invalid| refused(frame.t, StatusCode::BAD_REQUEST, &invalid))?;
    let asked = choose::Asked { period: asked.period, line: asked.line, first: None, last: None };
    Ok(Place { figure, scope: scope(frame, asked, &choices)?, cell })
}

/// A cell that is not there, as an old address has it. Why is told in the lake's own words, where they are read.
fn refused(t: Texts, status: StatusCode, invalid: &Invalid) -> PageError {
    let mut line = t.fill("rows.bad_cell", &[&invalid.value]);
    if t.0 == Lang::En {
        line = format!("{line} {invalid}");
    }
    PageError::new(status, line)
}

fn asked_for(t: Texts, error: DataError) -> PageError {
    match error {
        DataError::Lake(LakeError::Invalid(invalid)) if invalid.field == "cell" => {
            refused(t, StatusCode::BAD_REQUEST, &invalid)
        }
        other => other.into(),
    }
}

/// The row of the table that a cell stands in. In a table without a row of all, a cell that leaves keys out covers several.
fn row_of<'a>(t: Texts, figure: &Figure, table: &'a [Row], cell: &Cell) -> Result<Option<&'a Row>, PageError> {
    let found = table.iter().find(|row| figure.cell(&cell.column, |name| key(row, name)).same_row(cell));
    let one = !cell.keys.is_empty() && (figure.total.is_some() || cell.keys.len() == figure.drill.keys.len());
    if found.is_none() && one {
        let problem = format!("is in no row of {} in this period", figure.name);
        let invalid = Invalid::new("cell", cell.to_string(), problem, "open the figure and follow one of its numbers");
        return Err(refused(t, StatusCode::NOT_FOUND, &invalid));
    }
    Ok(found)
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    who: Option<Extension<Who>>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let t = frame.t;
    let page = match chosen(asked.page.clone()) {
        None => 1,
        Some(text) => match text.parse::<usize>() {
            Ok(page @ 1..=1_000_000) => page,
            _ => return Err(PageError::bad_request(t.fill("error.bad_page", &[&text]))),
        },
    };
    let place = place(&frame, &shared, who.as_deref(), &name, asked).await?;
    let Place { figure, scope, cell } = &place;
    let part = Part { offset: (page - 1) * PAGE, limit: Some(PAGE) };
    let (behind, table) =
        futures::try_join!(shared.data.behind(&name, scope, cell, part), shared.data.figure(&name, scope))
            .map_err(|error| asked_for(t, error))?;
    let table = withhold(figure, &table, shared.data.fewest_calls(&scope.period).await?);
    let row = row_of(t, figure, &table, cell)?;
    let records = rows(&behind.batches).map_err(PageError::internal)?;

    let column = figure.columns.iter().find(|column| column.name == cell.column);
    let value = row.zip(column).map(|(row, column)| tables::value(t, figure, column, row));
    let maker = shared.data.figure_named(&behind.figure).filter(|maker| maker.name != figure.name);
    let number = |value: usize| format::count(t.0, i64::try_from(value).unwrap_or(i64::MAX));
    let (last, total) = (part.offset + records.len(), usize::try_from(behind.total).unwrap_or_default());
    let url = |page: usize| format!("{}&page={page}", place.url(""));
    let scoped = scope_query(scope);
    show(&Page {
        frame: &frame,
        t,
        title: title(figure, frame.lang()),
        figure_url: format!("/figures/{name}{scoped}"),
        column: column.map_or(cell.column.as_str(), |column| column_name(column, t.0)),
        row: row.map_or_else(|| keys_said(t, cell), |row| row_said(t, figure, row)),
        scope_text: said(t, scope),
        computed: column.is_some_and(|column| column.format != "count") && value.as_ref() != Some(&number(total)),
        value: value.unwrap_or_else(|| format::NONE.to_owned()),
        maker: maker.map(|maker| (title(maker, frame.lang()), format!("/figures/{}{scoped}", maker.name))),
        definition: maker.unwrap_or(figure),
        total: number(total),
        range_text: t.fill("calls.range", &[&number(part.offset + 1), &number(last), &number(total)]),
        capped: (total > EXPORTED_MOST).then(|| t.fill("rows.capped", &[&number(EXPORTED_MOST)])),
        heads: records::heads(&behind.schema),
        rows: records::fields(t, &behind.schema, &records),
        behind: &behind,
        csv_url: place.url(".csv"),
        json_url: place.url(".json"),
        previous_url: (page > 1).then(|| url(page - 1)),
        next_url: (last < total).then(|| url(page + 1)),
    })
}

fn keys_said(t: Texts, cell: &Cell) -> String {
    let keys: Vec<&str> = cell.keys.iter().map(|(_, value)| value.as_str()).collect();
    if keys.is_empty() { t.get("figures.total").to_owned() } else { keys.join(" · ") }
}

pub async fn csv(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    who: Option<Extension<Who>>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let place = place(&frame, &shared, who.as_deref(), &name, asked).await?;
    file(frame.t, &shared, &name, &place, Format::Csv).await
}

pub async fn json(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    who: Option<Extension<Who>>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let place = place(&frame, &shared, who.as_deref(), &name, asked).await?;
    file(frame.t, &shared, &name, &place, Format::Json).await
}

async fn file(t: Texts, shared: &Shared, name: &str, place: &Place<'_>, format: Format) -> Result<Response, PageError> {
    let rows = shared.data.export(name, &place.scope, &place.cell, format).await;
    let rows = rows.map_err(|error| asked_for(t, error))?;
    let (kind, ending) = match format {
        Format::Json => ("application/json; charset=utf-8", "json"),
        _ => ("text/csv; charset=utf-8", "csv"),
    };
    let title = format!("{name}-{}-{}.{ending}", place.cell.column, place.scope.period);
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", encoded(&title))),
    ];
    Ok((headers, Body::from_stream(rows)).into_response())
}

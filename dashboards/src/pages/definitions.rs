//! `/figures`: what each figure means, its SQL, and its rows.

use super::choose::{Asked, scope};
use super::tables::{Table, table, title, withhold};
use super::{line_name, show};
use crate::Shared;
use crate::error::PageError;
use crate::frame::Frame;
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use meyar_lake::Figure;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "definitions.html")]
struct List<'a> {
    frame: &'a Frame,
    t: Texts,
    figures: Vec<(&'a str, &'a str)>,
}

pub async fn list(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
) -> Result<Html<String>, PageError> {
    let figures = shared.data.figures().map(|figure| (figure.name.as_str(), title(figure, frame.lang()))).collect();
    show(&List { frame: &frame, t: frame.t, figures })
}

struct SqlLine<'a> {
    text: &'a str,
    comment: bool,
}

#[derive(Template)]
#[template(path = "definition.html")]
struct Definition<'a> {
    frame: &'a Frame,
    t: Texts,
    figure: &'a Figure,
    title: &'a str,
    lines: Vec<SqlLine<'a>>,
    scope_text: String,
    table: Table,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let t = frame.t;
    let figure =
        shared.data.figure_named(&name).ok_or_else(|| PageError::not_found(t.fill("error.no_figure", &[&name])))?;
    let choices = shared.data.choices().await?;
    let scope = scope(&frame, asked, &choices)?;
    let rows = withhold(figure, &shared.data.figure(&name, &scope).await?);
    let line = scope.line.as_deref().map_or_else(|| t.get("figures.all_lines").to_owned(), |line| line_name(t, line));
    show(&Definition {
        frame: &frame,
        t,
        figure,
        title: title(figure, frame.lang()),
        lines: figure.sql.lines().map(|text| SqlLine { text, comment: text.starts_with("--") }).collect(),
        scope_text: format!("{} · {line}", scope.period.label(&t)),
        table: table(t, figure, &rows),
    })
}

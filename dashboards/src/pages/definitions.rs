//! `/figures`: what each figure means, its SQL, and its rows.

use super::choose::{Asked, Chooser, chooser, said, scope, scope_query};
use super::show;
use super::tables::{Table, few_said, table, title, withhold};
use crate::Shared;
use crate::data::LakeSource;
use crate::error::PageError;
use crate::frame::Frame;
use crate::text::{Lang, Texts};
use crate::work::Who;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Html;
use chrono::Utc;
use meyar_lake::{Figure, GROUPS};
use meyar_work::Right;
use meyar_work::access::{Action, Actor, Entry};
use std::sync::Arc;

struct Group<'a> {
    code: &'static str,
    name: &'a str,
    /// The figure, its title and its formula.
    figures: Vec<(&'a Figure, &'a str, &'a str)>,
}

#[derive(Template)]
#[template(path = "definitions.html")]
struct List<'a> {
    frame: &'a Frame,
    t: Texts,
    groups: Vec<Group<'a>>,
}

pub async fn list(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    who: Option<Extension<Who>>,
) -> Result<Html<String>, PageError> {
    let group = |code: &'static str| Group {
        code,
        name: frame.t.name("group", code),
        figures: shared
            .data
            .figures()
            .filter(|figure| figure.group == code && open_to(&shared, who.as_deref(), figure))
            .map(|figure| (figure, title(figure, frame.lang()), formula(figure, frame.lang())))
            .collect(),
    };
    let groups = GROUPS.into_iter().map(group).filter(|group| !group.figures.is_empty()).collect();
    show(&List { frame: &frame, t: frame.t, groups })
}

struct SqlLine<'a> {
    comment: bool,
    pieces: Vec<Piece<'a>>,
}

/// Text, and where it names another figure the way there.
struct Piece<'a> {
    text: &'a str,
    url: Option<String>,
}

/// `figure_<name>` in a figure's SQL stands for that figure.
fn pieces<'a>(line: &'a str, known: &dyn Fn(&str) -> bool, scope: &str) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let words = line.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let mut from = 0;
    let mut at = 0;
    for word in words {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        if let Some(name) = bare.strip_prefix("figure_").filter(|name| known(name)) {
            pieces.push(Piece { text: &line[from..at], url: None });
            pieces.push(Piece { text: bare, url: Some(format!("/figures/{name}{scope}")) });
            from = at + bare.len();
        }
        at += word.len();
    }
    pieces.push(Piece { text: &line[from..], url: None });
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

#[derive(Template)]
#[template(path = "definition.html")]
struct Definition<'a> {
    frame: &'a Frame,
    t: Texts,
    figure: &'a Figure,
    title: &'a str,
    formula: &'a str,
    lines: Vec<SqlLine<'a>>,
    scope_text: String,
    chooser: Chooser,
    table: Table,
}

/// The figure of this name, or the page that says there is none.
pub fn named<'a>(frame: &Frame, data: &'a LakeSource, name: &str) -> Result<&'a Figure, PageError> {
    data.figure_named(name).ok_or_else(|| PageError::not_found(frame.t.fill("error.no_figure", &[name])))
}

/// Not every formula is written in Azerbaijani too.
fn formula(figure: &Figure, lang: Lang) -> &str {
    figure.formula_az.as_deref().filter(|_| lang == Lang::Az).unwrap_or(&figure.formula)
}

/// Figures of single people or calls are not everybody's who sees sums. A site without people is open.
fn open_to(shared: &Shared, who: Option<&Who>, figure: &Figure) -> bool {
    match (&shared.work, who) {
        (Some(work), Some(who)) if figure.tells_of_people() => work.desk.may(who.person(), Right::PeopleFigures),
        (Some(_), None) => false,
        _ => true,
    }
}

/// The figure of this name, if whoever asks may see it.
pub fn seen<'a>(frame: &Frame, shared: &'a Shared, who: Option<&Who>, name: &str) -> Result<&'a Figure, PageError> {
    let figure = named(frame, &shared.data, name)?;
    if open_to(shared, who, figure) { Ok(figure) } else { Err(PageError::new(StatusCode::FORBIDDEN, "")) }
}

/// Marks of single calls are nothing for whoever has still to score one blind.
pub async fn not_blind(shared: &Shared, who: Option<&Who>, figure: &Figure) -> Result<(), PageError> {
    match (&shared.work, who) {
        (Some(work), Some(who)) if figure.shows_marks() => Ok(work.desk.not_blind_at_all(who.person()).await?),
        _ => Ok(()),
    }
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    who: Option<Extension<Who>>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let t = frame.t;
    let figure = seen(&frame, &shared, who.as_deref(), &name)?;
    if figure.drill.keys.iter().any(|key| key == "call_id") {
        not_blind(&shared, who.as_deref(), figure).await?;
    }
    let choices = shared.data.choices().await?;
    let scope = scope(&frame, asked, &choices)?;
    if let (Some(work), Some(who), true) = (&shared.work, &who, figure.tells_of_people()) {
        let entry = Entry { detail: Some(scope_query(&scope)), ..Entry::new(Action::Read, "figure", &name) };
        work.desk.store.log(&Actor::from(who.person()), &entry, Utc::now()).await?;
    }
    let few = shared.data.fewest_calls(&scope.period).await?;
    let rows = withhold(figure, &shared.data.figure(&name, &scope).await?, few);
    let known = |name: &str| shared.data.figure_named(name).is_some();
    let scoped = scope_query(&scope);
    let lines = figure
        .text
        .lines()
        .map(|text| SqlLine { comment: text.starts_with("--"), pieces: pieces(text, &known, &scoped) });
    show(&Definition {
        frame: &frame,
        t,
        figure,
        title: title(figure, frame.lang()),
        formula: formula(figure, frame.lang()),
        lines: lines.collect(),
        scope_text: said(t, &scope),
        chooser: chooser(t, &format!("/figures/{name}"), &scope, &choices),
        table: Table { lead: few_said(t, figure, few), ..table(t, figure, &rows, &scope) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_inside_another_is_a_link_and_no_letter_is_lost() {
        let cut = |line| pieces(line, &|name| name == "kpi_parts", "?period=2026");
        let line = "FROM figure_kpi_parts, figure_kpi_partsx JOIN figure_kpi_parts";
        let texts: Vec<_> = cut(line).iter().map(|piece| (piece.text, piece.url.is_some())).collect();
        let link = ("figure_kpi_parts", true);
        assert_eq!(texts, [("FROM ", false), link, (", figure_kpi_partsx JOIN ", false), link]);
        assert_eq!(cut(line)[1].url.as_deref(), Some("/figures/kpi_parts?period=2026"));
        for plain in ["", "SELECT 'ə' AS x", "my_figure_kpi_parts"] {
            assert_eq!(cut(plain).iter().map(|piece| piece.text).collect::<String>(), plain);
            assert!(cut(plain).iter().all(|piece| piece.url.is_none()), "{plain}");
        }
    }
}

//! The document as one page that needs nothing else: no script, no font, no picture from anywhere.

use crate::document::Document;
use crate::drawing::Shape;
use crate::error::Error;
use crate::files;
use crate::text::Lang;
use crate::view::{BlockView, ChartView, LegendItem, TableView, View};
use askama::Template;

#[derive(Template)]
#[template(path = "document.html")]
struct Page<'a> {
    view: &'a View,
    style: String,
}

#[derive(Template)]
#[template(path = "table.html")]
struct TablePart<'a> {
    table: &'a TableView,
    view: &'a View,
}

#[derive(Template)]
#[template(path = "chart.html")]
struct ChartPart<'a> {
    chart: &'a ChartView,
    view: &'a View,
}

pub fn html(document: &Document, lang: Lang) -> Result<Vec<u8>, Error> {
    let view = View::new(document, lang);
    let page = Page { view: &view, style: files::text("document.css") };
    let text = page.render().map_err(|cause| Error::Html { id: document.id.clone(), cause })?;
    Ok(text.into_bytes())
}

impl Page<'_> {
    fn table(&self, table: &TableView) -> askama::Result<String> {
        TablePart { table, view: self.view }.render()
    }

    fn chart(&self, chart: &ChartView) -> askama::Result<String> {
        ChartPart { chart, view: self.view }.render()
    }

    fn swatch(&self, item: &LegendItem) -> String {
        swatch(item)
    }
}

impl TablePart<'_> {
    fn sign(&self, name: &str) -> String {
        sign(name)
    }
}

impl ChartPart<'_> {
    fn swatch(&self, item: &LegendItem) -> String {
        swatch(item)
    }
}

/// The colour is an attribute of a picture, so that the page's own policy against inline styles leaves it alone.
fn swatch(item: &LegendItem) -> String {
    let color = item.color;
    format!(
        r#"<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><path d="M0 0H10V10H0Z" fill="{color}"/></svg>"#
    )
}

/// The picture alone; its word stands beside it for who cannot see it.
fn sign(name: &str) -> String {
    files::text(&format!("signs/{name}.svg")).replacen("<svg ", r#"<svg class="sign" aria-hidden="true" "#, 1)
}

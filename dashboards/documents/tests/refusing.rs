//! An unsound document is refused with one line that tells what and where.
#![allow(clippy::unwrap_used)]

mod fixture;

use meyar_documents::{Block, Cell, Data, Document, Lang, Output, Table, Text, render};

fn refusal(change: impl FnOnce(&mut Document)) -> String {
    let mut document = fixture::annual();
    change(&mut document);
    render(&document, Lang::Az, Output::Json).unwrap_err().to_string()
}

fn table<'a>(document: &'a mut Document, id: &str) -> &'a mut Table {
    let blocks = document.sections.iter_mut().flat_map(|section| &mut section.blocks);
    let mut tables = blocks.filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    tables.find(|table| table.id == id).unwrap()
}

#[test]
fn a_value_of_another_kind_is_refused_with_its_place() {
    let told = refusal(|document| table(document, "lost_parts").rows[1].cells[1] = Cell::from("many"));
    assert_eq!(
        told,
        "sections.lost.tables.lost_parts.rows.called_back.calls: `\"many\"` is not of the cell's format; give a value of `count`"
    );
}

#[test]
fn a_row_with_a_cell_too_few_is_refused() {
    let told = refusal(|document| drop(table(document, "kpis").rows[0].cells.pop()));
    assert!(told.contains("kpis.rows.accept_30s: `7`") && told.contains("give it 8"), "{told}");
}

#[test]
fn a_chart_of_a_column_that_is_not_there_is_refused() {
    let told = refusal(|document| {
        for block in document.sections.iter_mut().flat_map(|section| &mut section.blocks) {
            if let Block::Charts(charts) = block
                && let Data::Rows { values, .. } = &mut charts[0].data
            {
                *values = vec!["cals".into()];
            }
        }
    });
    assert!(
        told.contains("charts.lost_parts: `cals` is no column of the table; it has part, calls, percent"),
        "{told}"
    );
}

#[test]
fn a_marker_without_a_note_is_refused() {
    let told = refusal(|document| table(document, "kpis").notes.clear());
    assert!(told.contains("`*` marks no note of the table"), "{told}");
}

#[test]
fn two_tables_of_one_id_are_refused() {
    let told = refusal(|document| table(document, "sources").id = "calls_by_structure".into());
    assert!(told.contains("`calls_by_structure` stands here twice"), "{told}");
}

#[test]
fn a_title_in_one_language_only_is_refused() {
    let told = refusal(|document| document.sections[0].title = Text::new("Zənglər", ""));
    assert!(told.starts_with("sections.calls.title.en: `` is empty"), "{told}");
}

#[test]
fn a_document_of_a_later_model_is_refused() {
    let told = refusal(|document| document.model = 2);
    assert_eq!(told, "model: `2` is another version of the document model; this program reads version 1");
}

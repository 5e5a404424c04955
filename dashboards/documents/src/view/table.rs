//! A table in one language: heads, cells written out, a key to the signs it uses.

use crate::document::{Document, TableRef};
use crate::format::NOTHING;
use crate::measure::{self, Need};
use crate::table::{Cell, Datum, Mark, Row, RowKind, Table, Trend};
use crate::text::Lang;
use crate::words::words;
use serde::Serialize;

/// Letters of a table, in points; smaller only when its columns have no room.
const SIZE: f64 = 9.0;
/// Left and right of each cell together.
const PADDING: f64 = 8.0;
/// A sign and the room beside it, in ems.
const SIGN: f64 = 1.1;
/// A text of no more ems than this is not broken if there is any room: max 7 gün.
const SHORT: f64 = 6.0;
/// And one of more than this may be.
const LONG: f64 = 40.0;

#[derive(Debug, Serialize)]
pub struct TableView {
    pub id: String,
    pub number: usize,
    pub title: String,
    pub heads: Vec<Vec<HeadCell>>,
    pub rows: Vec<RowView>,
    pub notes: Vec<NoteView>,
    pub key: Vec<KeyView>,
    /// In points.
    pub widths: Vec<f64>,
    pub size: f64,
}

#[derive(Debug, Serialize)]
pub struct HeadCell {
    pub text: String,
    pub notes: Vec<String>,
    pub columns: usize,
    pub rows: usize,
    pub right: bool,
    /// A head over other heads.
    pub group: bool,
}

#[derive(Debug, Serialize)]
pub struct RowView {
    pub kind: RowKind,
    pub indent: u8,
    pub cells: Vec<CellView>,
}

#[derive(Debug, Serialize)]
pub struct CellView {
    pub text: String,
    pub right: bool,
    /// It names its row.
    pub head: bool,
    pub withheld: bool,
    pub signs: Vec<KeyView>,
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct NoteView {
    pub marker: String,
    pub text: String,
}

/// A sign and what it says: `up` is the name of its picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyView {
    pub sign: &'static str,
    pub word: &'static str,
}

impl TableView {
    pub fn new(table: &Table, lang: Lang, number: usize, room: f64) -> Self {
        let rows: Vec<RowView> = table.rows.iter().map(|row| self::row(table, row, lang)).collect();
        let (widths, size) = measure::columns(&needs(table, &rows, lang), room, SIZE, PADDING);
        TableView {
            id: table.id.clone(),
            number,
            title: table.title.get(lang).to_owned(),
            heads: heads(table, lang),
            key: key(&rows, lang),
            rows,
            notes: table
                .notes
                .iter()
                .map(|note| NoteView { marker: note.marker.clone(), text: note.text.get(lang).to_owned() })
                .collect(),
            widths,
            size,
        }
    }
}

/// What one cell shows. The document was checked, so that a value which fits no format cannot come here.
pub fn shown(table: &Table, row: &Row, column: usize, lang: Lang) -> String {
    match (row.cells.get(column), table.columns.get(column)) {
        (Some(Cell { withheld: Some(word), .. }), _) => word.get(lang).to_owned(),
        (Some(cell), Some(head)) => table.format_of(row, head).show(lang, &cell.value).unwrap_or_default(),
        _ => String::new(),
    }
}

pub fn value_at(document: &Document, cell: &TableRef, lang: Lang) -> String {
    let found = || {
        let table = document.table(&cell.table)?;
        Some(shown(table, table.rows.get(table.row(&cell.row)?)?, table.column(&cell.column)?, lang))
    };
    found().unwrap_or_else(|| NOTHING.to_owned())
}

fn row(table: &Table, row: &Row, lang: Lang) -> RowView {
    let words = words(lang);
    let cells = row.cells.iter().enumerate().map(|(place, cell)| {
        let format = table.columns.get(place).map(|column| table.format_of(row, column));
        let number = row.kind != RowKind::Subhead && format.is_some_and(|format| format.is_number());
        let mark = cell.mark.map(|mark| KeyView { sign: mark_sign(mark), word: words.mark(mark) });
        let trend = cell.trend.map(|trend| KeyView { sign: trend_sign(trend), word: words.trend(trend) });
        CellView {
            text: match (row.kind, &cell.value) {
                (RowKind::Subhead, Datum::Words(title)) => title.get(lang).to_owned(),
                (RowKind::Subhead, Datum::Word(title)) => title.clone(),
                _ => shown(table, row, place, lang),
            },
            right: number,
            head: place == 0 && !number,
            withheld: cell.withheld.is_some(),
            signs: mark.into_iter().chain(trend).collect(),
            notes: cell.notes.clone(),
        }
    });
    RowView { kind: row.kind, indent: row.indent, cells: cells.collect() }
}

fn mark_sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Met => "met",
        Mark::Missed => "missed",
    }
}

fn trend_sign(trend: Trend) -> &'static str {
    match trend {
        Trend::Up => "up",
        Trend::Down => "down",
        Trend::Same => "same",
    }
}

/// One line of heads, or two when some stand under a common one.
fn heads(table: &Table, lang: Lang) -> Vec<Vec<HeadCell>> {
    let deep = table.columns.iter().any(|column| column.group.is_some());
    let (mut upper, mut lower): (Vec<HeadCell>, Vec<HeadCell>) = (Vec::new(), Vec::new());
    for (place, column) in table.columns.iter().enumerate() {
        let head = HeadCell {
            text: column.name.get(lang).to_owned(),
            notes: column.notes.clone(),
            columns: 1,
            rows: if deep && column.group.is_none() { 2 } else { 1 },
            right: column.format.is_number() || column.format == crate::format::Format::ByRow,
            group: false,
        };
        let Some(group) = &column.group else {
            upper.push(head);
            continue;
        };
        let continues = place > 0 && table.columns[place - 1].group.as_ref() == Some(group);
        match upper.last_mut() {
            Some(over) if continues => over.columns += 1,
            _ => upper.push(HeadCell {
                text: group.get(lang).to_owned(),
                notes: Vec::new(),
                columns: 1,
                rows: 1,
                right: false,
                group: true,
            }),
        }
        lower.push(head);
    }
    if deep { vec![upper, lower] } else { vec![upper] }
}

fn key(rows: &[RowView], lang: Lang) -> Vec<KeyView> {
    let cells = || rows.iter().flat_map(|row| &row.cells);
    let mut key: Vec<KeyView> = Vec::new();
    for sign in ["met", "missed", "up", "down", "same"] {
        key.extend(cells().flat_map(|cell| &cell.signs).find(|one| one.sign == sign).cloned());
    }
    if cells().any(|cell| cell.text == NOTHING) {
        key.push(KeyView { sign: "nothing", word: words(lang).nothing });
    }
    key
}

fn needs(table: &Table, rows: &[RowView], lang: Lang) -> Vec<Need> {
    let of = |place: usize| {
        let column = &table.columns[place];
        let head = column.name.get(lang);
        let mut need = Need::default();
        let whole = measure::width(head, true) + notes_width(&column.notes);
        take(&mut need, measure::longest_word(head, true) + notes_width(&column.notes), whole, whole / 2.0);
        for row in rows.iter().filter(|row| row.kind != RowKind::Subhead) {
            let Some(cell) = row.cells.get(place) else { continue };
            let bold = row.kind == RowKind::Total;
            let beside = cell.signs.len() as f64 * SIGN + notes_width(&cell.notes) + f64::from(row.indent);
            let whole = measure::width(&cell.text, bold) + beside;
            let least = match cell.right && !cell.withheld {
                true => whole,
                false => measure::longest_word(&cell.text, bold) + beside,
            };
            take(&mut need, least, whole, whole.min(LONG));
        }
        need
    };
    (0..table.columns.len()).map(of).collect()
}

/// One more text for a column. The fifth of an em is for what the letters' widths do not tell: kerning, rounding.
fn take(need: &mut Need, least: f64, whole: f64, best: f64) {
    need.least = need.least.max(least + 0.2);
    need.good = need.good.max(if whole <= SHORT { whole + 0.2 } else { need.least }).max(need.least);
    need.best = need.best.max(best).max(need.good);
}

fn notes_width(notes: &[String]) -> f64 {
    notes.iter().map(|marker| measure::width(marker, false) * 0.7 + 0.1).sum()
}

//! Editions of documents: draft → checked → approved. An approved edition is frozen with its figures, their SQL and the lake's
//! versions (P9); what changes later makes the next edition, which lists what changed.

use super::{Asked, Draft, ReportError};
use chrono::{DateTime, Utc};
use meyar_documents::{Block, Column, Document, Format, Lang, Output, Row, Section, State, Step, Table, Text, render};
use meyar_lake::{Lake, LakeError, LakeOptions, LakeRoot, Period, Versions, output, params};
use meyar_schemas::Invalid;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    pub document: Document,
    pub asked: Vec<Asked>,
    /// The version of every table of the lake that the figures were asked at.
    pub lake: Versions,
    /// SHA-256 of what an approved edition looks like, by language and format: `az.pdf`.
    #[serde(default)]
    pub prints: BTreeMap<String, String>,
    /// The program that made the prints.
    #[serde(default)]
    pub program: String,
}

/// What came of asking an edition's figures again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Figures that answer otherwise than they did.
    pub differing: Vec<String>,
    /// Figures that cannot be asked again: rows of theirs have been deleted since, as the retention rules have it.
    pub deleted: Vec<String>,
}

/// Documents in a folder: `<id>/<edition>.json`.
pub struct Store(PathBuf);

impl Store {
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    fn file(&self, id: &str, edition: u32) -> PathBuf {
        self.0.join(id).join(format!("{edition}.json"))
    }

    pub fn ids(&self) -> Result<Vec<String>, ReportError> {
        let mut ids: Vec<String> = match fs::read_dir(&self.0) {
            Ok(entries) => entries.filter_map(|e| e.ok()?.file_name().into_string().ok()).collect(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => vec![],
            Err(e) => return Err(unwritable(&self.0, &e)),
        };
        ids.sort();
        Ok(ids)
    }

    pub fn editions(&self, id: &str) -> Result<Vec<u32>, ReportError> {
        let folder = self.0.join(plain(id)?);
        let mut editions: Vec<u32> = match fs::read_dir(&folder) {
            Ok(entries) => {
                entries.filter_map(|e| e.ok()?.file_name().to_str()?.strip_suffix(".json")?.parse().ok()).collect()
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => vec![],
            Err(e) => return Err(unwritable(&folder, &e)),
        };
        editions.sort_unstable();
        Ok(editions)
    }

    /// The versions of a table that the documents kept here were made of (P9).
    pub fn versions_of(&self, table: &str) -> Result<Vec<u64>, ReportError> {
        let mut versions = Vec::new();
        for id in self.ids()? {
            for edition in self.editions(&id)? {
                versions.extend(self.get(&id, Some(edition))?.lake.get(table).copied());
            }
        }
        versions.sort_unstable();
        versions.dedup();
        Ok(versions)
    }

    /// An edition, or the newest one.
    pub fn get(&self, id: &str, edition: Option<u32>) -> Result<Edition, ReportError> {
        let known = self.editions(id)?;
        let wanted = edition.or(known.last().copied()).filter(|n| known.contains(n)).ok_or_else(|| {
            let (value, remedy) = match (edition, known.is_empty()) {
                (Some(n), false) => (format!("{id}, edition {n}"), format!("its editions are {known:?}")),
                _ => {
                    (id.to_owned(), "save one with `meyar report … --save`; `meyar report list` shows them".to_owned())
                }
            };
            Invalid::new("document", value, "is not kept here", remedy)
        })?;
        let file = self.file(id, wanted);
        let text = fs::read_to_string(&file).map_err(|e| unwritable(&file, &e))?;
        serde_json::from_str(&text).map_err(|e| ReportError::Store {
            place: file.display().to_string(),
            why: format!("cannot be read ({e}); bring the file back from a backup"),
        })
    }

    fn put(&self, edition: &Edition) -> Result<(), ReportError> {
        let file = self.file(&edition.document.id, edition.document.edition);
        let write = || -> io::Result<()> {
            let folder = file.parent().unwrap_or(&self.0);
            fs::create_dir_all(folder)?;
            // Whole or not at all: a half-written edition would be an unreadable document.
            let beside = file.with_extension("tmp");
            fs::write(&beside, serde_json::to_vec_pretty(edition)?)?;
            fs::rename(&beside, &file)
        };
        write().map_err(|e| unwritable(&file, &e))
    }

    /// Keeps a draft. Over a draft or a checked edition it begins that edition anew; after an approved one it begins the next, and says
    /// what differs from it.
    pub fn save(&self, draft: Draft, lake: Versions, by: &str) -> Result<Edition, ReportError> {
        let Draft { mut document, asked } = draft;
        let id = plain(&document.id)?.to_owned();
        let editions = self.editions(&id)?;
        let last = editions.last().map(|n| self.get(&id, Some(*n))).transpose()?;
        let approved = match &last {
            Some(last) if last.document.state == State::Approved => Some(last.clone()),
            Some(last) if last.document.edition > 1 => Some(self.get(&id, Some(last.document.edition - 1))?),
            _ => None,
        };
        document.edition = approved.as_ref().map_or(1, |edition| edition.document.edition + 1);
        document.state = State::Draft;
        document.steps = vec![step(State::Draft, by, document.created_at)];
        if let Some(before) = &approved {
            document.sections.push(changes(&before.document, &document));
        }
        let edition = Edition { document, asked, lake, prints: BTreeMap::new(), program: String::new() };
        self.put(&edition)?;
        Ok(edition)
    }

    /// The newest edition's next state.
    pub fn advance(&self, id: &str, to: State, by: &str, at: DateTime<Utc>) -> Result<Edition, ReportError> {
        if by.trim().is_empty() {
            return Err(Invalid::new("by", by, "names nobody", "give the name of the person who answers for it").into());
        }
        let mut edition = self.get(id, None)?;
        let from = edition.document.state;
        if !matches!((from, to), (State::Draft, State::Checked) | (State::Checked, State::Approved)) {
            let remedy = match from {
                State::Draft => "check it first: meyar report check",
                State::Checked => "approve it, or save a new draft over it",
                State::Approved => "an approved edition is frozen; save a new draft for the next edition",
            };
            let shown = format!("{id}, edition {}", edition.document.edition);
            return Err(
                Invalid::new("document", shown, format!("is in the state {from:?}").to_lowercase(), remedy).into()
            );
        }
        edition.document.state = to;
        edition.document.steps.push(step(to, by, at));
        if to == State::Approved {
            edition.prints = prints(&edition.document)?;
            edition.program = env!("CARGO_PKG_VERSION").into();
        }
        self.put(&edition)?;
        Ok(edition)
    }
}

fn step(state: State, by: &str, at: DateTime<Utc>) -> Step {
    Step { state, by: by.to_owned(), role: Text::default(), at }
}

/// An id is a folder's name: it may not lead out of the store.
fn plain(id: &str) -> Result<&str, Invalid> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !id.is_empty() && !id.starts_with('.') && id.chars().all(fits) {
        return Ok(id);
    }
    Err(Invalid::new("document", id, "is not a document's id", "use one that `meyar report list` shows"))
}

fn unwritable(place: &Path, error: &io::Error) -> ReportError {
    ReportError::Store {
        place: place.display().to_string(),
        why: format!("{error}; give a folder that can be read and written (--documents)"),
    }
}

fn prints(document: &Document) -> Result<BTreeMap<String, String>, ReportError> {
    let mut prints = BTreeMap::new();
    for lang in Lang::ALL {
        for form in Output::ALL {
            let bytes = render(document, lang, form)?;
            prints.insert(format!("{}.{}", lang.code(), form.extension()), hash(&bytes));
        }
    }
    Ok(prints)
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Edition {
    /// The document as it was approved; bytes that differ from those that were approved are refused.
    pub fn render(&self, lang: Lang, form: Output) -> Result<Vec<u8>, ReportError> {
        let bytes = render(&self.document, lang, form)?;
        let name = format!("{}.{}", lang.code(), form.extension());
        match self.prints.get(&name) {
            Some(print) if *print != hash(&bytes) => Err(ReportError::Store {
                place: format!("{}, edition {}, {name}", self.document.id, self.document.edition),
                why: if self.program == env!("CARGO_PKG_VERSION") {
                    "it is not what was approved: its file was changed afterwards; put back a copy of it".to_owned()
                } else {
                    format!(
                        "this program draws it otherwise than version {}, which it was approved with; use that version",
                        self.program
                    )
                },
            }),
            _ => Ok(bytes),
        }
    }

    /// Asks every figure again, by the SQL and at the versions that were kept.
    pub async fn verify(&self, root: LakeRoot, options: LakeOptions) -> Result<Verified, ReportError> {
        let lake = Lake::at(root, LakeOptions { versions: Some(self.lake.clone()), ..options })?;
        let mut verified = Verified::default();
        for asked in &self.asked {
            let period: Period = asked.period.parse()?;
            let asking = lake.ask_again(&asked.figure, &asked.sql, &period, params(&period, asked.line.as_deref()));
            let batches = match asking.await {
                // No version of the lake keeps a row whose retention period is over; what the document tells of it stands.
                Err(LakeError::Gone { .. }) => {
                    verified.deleted.push(asked.figure.clone());
                    continue;
                }
                batches => batches?,
            };
            let as_kept = |rows: &Vec<_>| serde_json::to_value(rows).ok();
            if as_kept(&output::rows(&batches)?) != as_kept(&asked.rows) {
                verified.differing.push(asked.figure.clone());
            }
        }
        Ok(verified)
    }
}

/// Cell by cell, what a new edition says otherwise.
fn changes(before: &Document, now: &Document) -> Section {
    let mut rows = vec![];
    for (_, table) in now.tables() {
        let old = before.table(&table.id);
        for row in &table.rows {
            let lead = row.cells.first().map(|c| c.value.clone()).unwrap_or_default();
            let old_row = old.and_then(|old| old.row(&row.id).and_then(|i| old.rows.get(i)));
            for (i, column) in table.columns.iter().enumerate().skip(1) {
                let then = old.zip(old_row).and_then(|(t, r)| t.column(&column.id).and_then(|i| r.cells.get(i)));
                let is = row.cells.get(i);
                // Numbers are kept with fewer digits than they are computed with.
                let kept =
                    |cell: Option<&meyar_documents::Cell>| cell.and_then(|c| serde_json::to_value(&c.value).ok());
                if kept(is) == kept(then) {
                    continue;
                }
                let value = |cell: Option<&meyar_documents::Cell>| cell.map(|c| c.value.clone()).unwrap_or_default();
                let cells = vec![
                    table.title.clone().into(),
                    lead.clone().into(),
                    column.name.clone().into(),
                    value(then).into(),
                    value(is).into(),
                ];
                let id = format!("{}/{}/{}", table.id, row.id, column.id);
                rows.push(Row::new(&id, cells).format(table.format_of(row, column)));
            }
        }
    }
    let title = Text::new(
        format!("{}-ci nəşrdən fərqlər", before.edition),
        format!("What changed since edition {}", before.edition),
    );
    let none = Text::new("Heç bir göstərici dəyişməyib.", "No number has changed.");
    let columns = vec![
        Column::new("table", Text::new("Cədvəl", "Table"), Format::Text),
        Column::new("row", Text::new("Sətir", "Row"), Format::Text),
        Column::new("column", Text::new("Sütun", "Column"), Format::Text),
        Column::new("before", Text::new("Əvvəl", "Before"), Format::ByRow),
        Column::new("now", Text::new("İndi", "Now"), Format::ByRow),
    ];
    let block = match rows.is_empty() {
        true => Block::Paragraph(none),
        false => Block::Table(Table::new("changes", title.clone(), columns, rows)),
    };
    Section { id: "changes".into(), title, landscape: false, blocks: vec![block] }
}

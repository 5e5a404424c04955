//! A document in one language, every number already written out: what the PDF and the page print.

mod chart;
mod table;

pub use chart::{ChartView, LegendItem, chosen, plot};
pub use table::{TableView, shown};

use crate::document::{Block, Document, Kind, Section};
use crate::format;
use crate::text::{Lang, Text};
use crate::words::{Words, words};
use serde::Serialize;

/// The room between the margins, in points.
const UPRIGHT_ROOM: f64 = 470.0;
const LANDSCAPE_ROOM: f64 = 717.0;

#[derive(Debug, Serialize)]
pub struct View {
    pub lang: &'static str,
    pub words: &'static Words,
    pub id: String,
    pub annual: bool,
    pub draft: bool,
    pub name: String,
    /// In capitals.
    pub title: String,
    pub subtitle: String,
    /// In which order title and subtitle make a phrase.
    pub subtitle_first: bool,
    pub ministry: String,
    pub centre: String,
    pub period: String,
    pub edition: u32,
    pub state: &'static str,
    /// In capitals.
    pub state_capitals: String,
    pub steps: Vec<StepView>,
    pub made: String,
    pub sections: Vec<SectionView>,
}

#[derive(Debug, Serialize)]
pub struct StepView {
    pub what: &'static str,
    pub by: String,
    pub role: String,
    pub at: String,
}

#[derive(Debug, Serialize)]
pub struct SectionView {
    pub id: String,
    pub title: String,
    pub landscape: bool,
    pub blocks: Vec<BlockView>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum BlockView {
    Heading(String),
    Paragraph(String),
    Note(String),
    Definitions(Vec<DefinitionView>),
    Headlines(Vec<HeadlineView>),
    Table(TableView),
    Charts(ChartsView),
    Signatures(Vec<SignatureView>),
}

#[derive(Debug, Serialize)]
pub struct DefinitionView {
    pub term: String,
    pub meaning: String,
}

#[derive(Debug, Serialize)]
pub struct HeadlineView {
    pub name: String,
    pub value: String,
}

#[derive(Debug, Serialize)]
pub struct ChartsView {
    pub charts: Vec<ChartView>,
    /// One legend for all, when they all would have the same.
    pub legend: Vec<LegendItem>,
}

#[derive(Debug, Serialize)]
pub struct SignatureView {
    pub role: String,
    pub name: String,
    pub on: String,
}

impl View {
    pub fn new(document: &Document, lang: Lang) -> Self {
        let words = words(lang);
        let say = |text: &Text| text.get(lang).to_owned();
        let steps = document.steps.iter().map(|step| StepView {
            what: words.step(step.state),
            by: step.by.clone(),
            role: say(&step.role),
            at: format::date_time(step.at),
        });
        let mut numbers = Numbers::default();
        View {
            lang: lang.code(),
            words,
            id: document.id.clone(),
            annual: document.kind == Kind::Annual,
            draft: document.state == crate::document::State::Draft,
            name: document.name(lang),
            title: lang.uppercase(document.title.get(lang)),
            subtitle: say(&document.subtitle),
            subtitle_first: lang == Lang::Az,
            ministry: say(&document.issuer.ministry),
            centre: say(&document.issuer.centre),
            period: say(&document.period),
            edition: document.edition,
            state: words.state(document.state),
            state_capitals: lang.uppercase(words.state(document.state)),
            steps: steps.collect(),
            made: format::date_time(document.created_at),
            sections: document.sections.iter().map(|s| section(document, s, lang, &mut numbers)).collect(),
        }
    }
}

/// Tables and figures are numbered through the document.
#[derive(Default)]
struct Numbers {
    tables: usize,
    figures: usize,
}

fn section(document: &Document, section: &Section, lang: Lang, numbers: &mut Numbers) -> SectionView {
    let room = if section.landscape { LANDSCAPE_ROOM } else { UPRIGHT_ROOM };
    let say = |text: &Text| text.get(lang).to_owned();
    let blocks = section.blocks.iter().map(|block| match block {
        Block::Heading(text) => BlockView::Heading(say(text)),
        Block::Paragraph(text) => BlockView::Paragraph(say(text)),
        Block::Note(text) => BlockView::Note(say(text)),
        Block::Definitions(all) => BlockView::Definitions(
            all.iter().map(|d| DefinitionView { term: say(&d.term), meaning: say(&d.meaning) }).collect(),
        ),
        Block::Headlines(all) => BlockView::Headlines(
            all.iter()
                .map(|h| HeadlineView { name: say(&h.name), value: table::value_at(document, &h.cell, lang) })
                .collect(),
        ),
        Block::Table(one) => {
            numbers.tables += 1;
            BlockView::Table(TableView::new(one, lang, numbers.tables, room))
        }
        Block::Charts(all) => {
            let width = if all.len() > 1 { (room - 20.0) / 2.0 } else { room };
            let mut charts = Vec::new();
            for one in all {
                numbers.figures += 1;
                charts.extend(ChartView::new(document, one, lang, numbers.figures, width));
            }
            BlockView::Charts(ChartsView::new(charts))
        }
        Block::Signatures(all) => BlockView::Signatures(
            all.iter()
                .map(|s| SignatureView {
                    role: say(&s.role),
                    name: s.name.clone(),
                    on: s.on.map(format::date).unwrap_or_default(),
                })
                .collect(),
        ),
    });
    SectionView {
        id: section.id.clone(),
        title: say(&section.title),
        landscape: section.landscape,
        blocks: blocks.collect(),
    }
}

impl ChartsView {
    fn new(mut charts: Vec<ChartView>) -> Self {
        let names = |chart: &ChartView| chart.legend.iter().map(|item| item.name.clone()).collect::<Vec<_>>();
        let same = charts.len() > 1 && charts.windows(2).all(|pair| names(&pair[0]) == names(&pair[1]));
        let mut legend = Vec::new();
        if same {
            for chart in &mut charts {
                legend = std::mem::take(&mut chart.legend);
            }
            legend.iter_mut().for_each(|item| item.value.clear());
        }
        Self { charts, legend }
    }
}

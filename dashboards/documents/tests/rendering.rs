//! The four formats say the same, and say it again.
#![allow(clippy::unwrap_used)]

mod fixture;
mod reading;

use meyar_documents::{Block, Document, Kind, Lang, Output, State, render};
use reading::{Numbers, html_text, pdf_pages, pdf_text, sheets};
use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

fn text(document: &Document, lang: Lang, output: Output) -> String {
    String::from_utf8(render(document, lang, output).unwrap()).unwrap()
}

/// Returns when the time as a zip file tells it, in steps of two seconds, has moved on.
fn a_clock_would_show() {
    let step = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 2;
    let before = step();
    while step() == before {
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_same_document_gives_the_same_bytes_in_every_format() {
    let document = fixture::annual();
    for lang in Lang::ALL {
        for output in Output::ALL {
            let first = render(&document, lang, output).unwrap();
            if output == Output::Excel {
                a_clock_would_show();
            }
            assert!(first == render(&document, lang, output).unwrap(), "{lang:?} {output:?}");
        }
    }
}

#[test]
fn a_frozen_document_is_read_again_and_gives_the_same_bytes() {
    let document = fixture::annual();
    let frozen = serde_json::to_string(&document).unwrap();
    let thawed: Document = serde_json::from_str(&frozen).unwrap();
    assert_eq!(serde_json::to_string(&thawed).unwrap(), frozen);
    for output in Output::ALL {
        let [before, after] = [&document, &thawed].map(|d| render(d, Lang::Az, output).unwrap());
        assert!(before == after, "{output:?}");
    }
}

#[test]
fn all_formats_show_the_same_numbers() {
    let document = fixture::annual();
    for lang in Lang::ALL {
        let expected = Numbers::of_json(&text(&document, lang, Output::Json), lang);
        let page = Numbers::of_page(&text(&document, lang, Output::Html));
        let workbook = Numbers::of_workbook(&render(&document, lang, Output::Excel).unwrap(), lang);
        assert_eq!(expected.tables.len(), 13);
        for (id, cells) in &expected.tables {
            assert_eq!(page.tables.get(id), Some(cells), "HTML, {lang:?}, {id}");
            assert_eq!(workbook.tables.get(id), Some(cells), "Excel, {lang:?}, {id}");
        }
        let printed = pdf_text(&render(&document, lang, Output::Pdf).unwrap()).replace('\u{a0}', " ");
        let mut needed = BTreeMap::new();
        for cell in expected.tables.values().flatten().filter(|cell| cell.starts_with(|c: char| c.is_ascii_digit())) {
            *needed.entry(cell.replace('\u{a0}', " ")).or_insert(0) += 1;
        }
        for (cell, times) in needed {
            assert!(alone(&printed, &cell) >= times, "PDF, {lang:?}: {cell}, {times} times");
        }
    }
}

/// How often a number stands in a text and not inside of another one.
fn alone(text: &str, number: &str) -> usize {
    let apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let stands = |at: usize| apart(text[..at].chars().next_back()) && apart(text[at + number.len()..].chars().next());
    text.match_indices(number).filter(|(at, _)| stands(*at)).count()
}

#[test]
fn charts_are_drawn_from_the_tables_in_every_format() {
    let document = fixture::annual();
    let page = text(&document, Lang::Az, Output::Html);
    let charts = document.charts().count();
    assert_eq!(page.matches(r#"role="img""#).count(), charts);
    assert!(page.contains("Halqa diaqramı: İtirilmiş zənglərin bölgüsü. Vətəndaş tərəfindən təkrar əlaqə"));
    let workbook = reading::unzip(&render(&document, Lang::Az, Output::Excel).unwrap());
    let native: Vec<_> = workbook.iter().filter(|(name, _)| name.starts_with("xl/charts/chart")).collect();
    assert_eq!(native.len(), charts);
    assert!(native.iter().all(|(_, xml)| xml.contains("<c:f>'")), "each refers to cells");
    assert!(workbook.iter().all(|(name, xml)| !name.contains("worksheets") || !xml.contains("<f>")), "no formulas");
}

#[test]
fn azerbaijani_capitals_are_azerbaijani() {
    let mut document = fixture::annual();
    document.title = meyar_documents::Text::new("İllik hesabat: icmal", "Annual report");
    let page = text(&document, Lang::Az, Output::Html);
    assert!(page.contains("İLLİK HESABAT: İCMAL") && page.contains("LAYİHƏ"));
    let printed = pdf_text(&render(&document, Lang::Az, Output::Pdf).unwrap());
    assert!(printed.contains("İLLİK HESABAT: İCMAL") && printed.contains("LAYİHƏ"));
}

#[test]
fn empty_tables_unknown_and_withheld_cells_are_told_in_words() {
    let document = fixture::annual();
    for (lang, words) in [
        (Lang::Az, ["Bu dövr üçün məlumat yoxdur.", "cavab azdır", "– məlumat yoxdur"]),
        (Lang::En, ["There are no data for this period.", "too few answers", "– no data"]),
    ] {
        let page = html_text(&text(&document, lang, Output::Html));
        let printed = pdf_text(&render(&document, lang, Output::Pdf).unwrap());
        let cells = sheets(&render(&document, lang, Output::Excel).unwrap()).into_iter().flat_map(|s| s.cells);
        let cells: Vec<String> = cells.map(|cell| cell.text).collect();
        for word in words {
            assert!(page.contains(word), "HTML: {word}");
            assert!(printed.contains(word), "PDF: {word}");
            assert!(cells.iter().any(|cell| cell.contains(word)), "Excel: {word}");
        }
    }
}

#[test]
fn the_pdf_declares_its_standards_title_and_language() {
    for lang in Lang::ALL {
        let bytes = render(&fixture::annual(), lang, Output::Pdf).unwrap();
        let raw = String::from_utf8_lossy(&bytes);
        for declared in [
            "<pdfaid:part>2</pdfaid:part>",
            "<pdfaid:conformance>A</pdfaid:conformance>",
            "<pdfuaid:part>1</pdfuaid:part>",
            &format!("<rdf:li>{}</rdf:li>", lang.code()),
            &fixture::annual().name(lang),
            "2026-01-15T08:30:00",
        ] {
            assert!(raw.contains(declared), "{declared}");
        }
    }
}

#[test]
fn nothing_on_any_page_stands_outside_the_margins() {
    for document in [fixture::annual(), fixture::daily(), fixture::memo(), fixture::crowded()] {
        for lang in Lang::ALL {
            for (number, page) in pdf_pages(&render(&document, lang, Output::Pdf).unwrap()).iter().enumerate() {
                for word in &page.words {
                    // The word across a draft is meant to go across.
                    let across = word.text == "LAYİHƏ" || word.text == "DRAFT" || word.height() > 40.0;
                    let inside = word.left >= 60.0
                        && word.right <= page.width - 60.0
                        && word.top >= 30.0
                        && word.bottom <= page.height - 30.0;
                    assert!(across || inside, "{} page {}: {word:?}", document.id, number + 1);
                }
            }
        }
    }
}

#[test]
fn a_table_of_many_pages_repeats_its_heads() {
    let pages = pdf_pages(&render(&fixture::crowded(), Lang::Az, Output::Pdf).unwrap());
    let heads = pages.iter().filter(|page| page.words.iter().any(|word| word.text == "Göstəricinin")).count();
    // The title page and the contents have none.
    assert!(pages.len() > 5 && heads == pages.len() - 2, "{heads} heads on {} pages", pages.len());
}

#[test]
fn a_draft_says_so_and_an_approved_document_says_who_approved_it() {
    let draft = text(&fixture::annual(), Lang::En, Output::Html);
    assert!(draft.contains("DRAFT"));
    let document = fixture::daily();
    assert_eq!((document.kind, document.state), (Kind::Daily, State::Approved));
    let page = html_text(&text(&document, Lang::Az, Output::Html));
    assert!(page.contains("Şıxəli İbrahimov, Çağrı Mərkəzinin rəisi, 15.01.2026 10:30"));
    assert!(!page.contains("LAYİHƏ"));
    let printed = pdf_text(&render(&document, Lang::Az, Output::Pdf).unwrap());
    assert!(printed.contains("Təsdiq edib") && !printed.contains("LAYİHƏ") && !printed.contains("Mündəricat"));
}

#[test]
fn what_is_withheld_is_not_in_the_data_either() {
    let mut document = fixture::annual();
    for block in document.sections.iter_mut().flat_map(|section| &mut section.blocks) {
        let Block::Table(table) = block else { continue };
        for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells).filter(|cell| cell.withheld.is_some()) {
            cell.value = 77.125.into();
        }
    }
    for output in [Output::Json, Output::Html] {
        let text = text(&document, Lang::En, output);
        assert!(!text.contains("77.125") && !text.contains("77.1%"), "{output:?}");
    }
    let workbook = reading::unzip(&render(&document, Lang::En, Output::Excel).unwrap());
    assert!(workbook.iter().all(|(_, xml)| !xml.contains("77.125")));
}

#[test]
fn names_are_text_and_never_markup() {
    let mut document = fixture::daily();
    let name = "#panic() <b>&amp;</b> $x$ *y* \"z\" [a]";
    document.title = meyar_documents::Text::same(name);
    document.steps[0].by = name.into();
    document.sections[0].title = meyar_documents::Text::same(name);
    let page = text(&document, Lang::En, Output::Html);
    assert!(page.contains("#panic() &#60;b&#62;&#38;amp;&#60;/b&#62;"));
    assert!(pdf_text(&render(&document, Lang::En, Output::Pdf).unwrap()).contains(name));
    render(&document, Lang::En, Output::Excel).unwrap();
}

//! `/dictionary` and its files.

use super::{between, get, lake, page};
use axum::http::header;
use meyar_lake::lexicon::Kind;

/// The part of the page about one name.
fn entry(html: &str, id: &str) -> String {
    between(html, &format!("id=\"{id}\""), ">", "</details>").to_owned()
}

fn escaped(text: &str) -> String {
    let marks = [('&', "&#38;"), ('<', "&#60;"), ('>', "&#62;"), ('"', "&#34;"), ('\'', "&#39;")];
    marks.iter().fold(text.to_owned(), |text, (mark, written)| text.replace(*mark, written))
}

#[tokio::test]
async fn everything_that_can_be_asked_stands_in_its_part_with_its_words() {
    let lexicon = lake().await.lexicon().await.unwrap();
    for (path, en) in [("/dictionary", false), ("/dictionary?lang=en", true)] {
        let html = page(path).await;
        for kind in Kind::ALL {
            let section =
                between(&html, &format!("<section class=\"group\" id=\"{}\"", kind.code()), ">", "</section>");
            for told in lexicon.of_kind(kind) {
                let entry = entry(section, &format!("{}-{}", kind.code(), told.name));
                assert!(entry.contains(&format!("<code>{}</code>", told.table())), "{}", told.name);
                for (name, column) in told.columns.iter().flat_map(|column| column.unfolded()) {
                    assert!(entry.contains(&format!("<code>{name}</code>")), "{}.{name}", told.name);
                    let words = column.words.as_ref().unwrap();
                    let words = if en { &words.en } else { &words.az };
                    assert!(entry.contains(&escaped(words)), "{}.{name}: {words}", told.name);
                }
            }
        }
        assert!(!html.contains("<details class=\"entry\" id=\"view-calls\" open"), "nothing was asked for");
    }
    assert!(page("/figures").await.contains("href=\"/dictionary\""), "the definitions lead to it");
}

#[tokio::test]
async fn a_word_is_looked_up_without_a_script() {
    let html = page("/dictionary?q=caller_key").await;
    assert!(html.contains("value=\"caller_key\"") && html.contains("id=\"found\""));
    let calls = entry(&html, "view-calls");
    assert!(calls.starts_with("<summary>") && html.contains("id=\"view-calls\" open"), "{calls}");
    assert!(calls.contains("1 / 31 sütun") && !calls.contains("<code>wait_ms</code>"), "{calls}");
    assert!(calls.contains("href=\"/dictionary?q=calls#view-calls\""));
    assert!(!html.contains("id=\"reference-ref_lines\""));
    // A name brings all its columns; the letters of the keyboard do not matter.
    let whole = entry(&page("/dictionary?q=CALLS").await, "view-calls");
    assert!(whole.contains("<code>wait_ms</code>") && whole.contains("31"), "{whole}");
    assert!(page("/dictionary?q=zeng+sifaris").await.contains("id=\"view-orders\""));
    assert!(page("/dictionary?q=call_events_all").await.contains("id=\"table-call_events\""));
    let figure = entry(&page("/dictionary?q=figure_calls_by_line").await, "figure-calls_by_line");
    assert!(figure.contains("href=\"/figures/calls_by_line\"") && figure.contains("<dt>Düstur</dt>"), "{figure}");
    let none = page("/dictionary?q=%3Cb%3E").await;
    assert!(none.contains("«&#60;b&#62;» üzrə heç nə tapılmadı"), "{none}");
}

#[tokio::test]
async fn the_dictionary_can_be_taken_away() {
    for (path, kind, begins) in [
        ("/dictionary.md", "text/markdown", "# Məlumat lüğəti\n"),
        ("/dictionary.md?lang=en", "text/markdown", "# Data dictionary\n"),
        ("/dictionary.csv", "text/csv", "table_name,column_name,"),
        ("/dictionary.json", "application/json", "{\n  \"version\": 1,"),
    ] {
        let answer = get(path).await;
        assert!(answer.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with(kind), "{path}");
        let disposition = answer.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(disposition.starts_with("attachment; filename=\"meyar-dictionary."), "{path}: {disposition}");
        assert!(answer.text().starts_with(begins), "{path}");
    }
}

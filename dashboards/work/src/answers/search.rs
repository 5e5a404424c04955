//! Finding an answer while the caller waits. Words are compared folded, as the machine compares what was said (I with ı, İ with i);
//! whoever types without Azerbaijani letters finds too. A word finds every word that begins with it: endings do not hide an answer.
//!
//! Entries are folded once and stay in memory; each search asks the store which versions are in force, so none is ever stale.

use super::{Answer, AnswerState};
use crate::desk::Desk;
use crate::error::Result;
use crate::people::Person;
use crate::rights::Right;
use crate::store::{Filter, Kept as _, Record, Store};
use chrono::NaiveDate;
use meyar_scoring::Language;
use meyar_scoring::text::{Folded, ascii, fold};
use parking_lot::RwLock;
use sqlx::Row as _;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

/// Folded, and the same without Azerbaijani letters.
#[derive(Debug)]
struct Text {
    folded: String,
    plain: String,
}

impl Text {
    fn new(text: &str) -> Text {
        let folded = fold(text, Language::Az);
        Text { plain: ascii(&folded), folded }
    }
}

/// An entry as it is searched.
#[derive(Debug)]
pub struct Indexed {
    pub record: Record<Answer>,
    question: Text,
    answer: Text,
    act: Text,
}

impl Indexed {
    pub fn new(record: Record<Answer>) -> Indexed {
        Indexed {
            question: Text::new(&record.question),
            answer: Text::new(&record.answer),
            act: Text::new(&format!("{} {}", record.law, record.clause)),
            record,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    text: String,
    /// Typed without Azerbaijani letters: it may stand for a word that has them.
    plain: bool,
    /// A number finds itself alone: 21 is not the beginning of 218.
    number: bool,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    words: Vec<Word>,
    whole: String,
}

/// More words than a question has say nothing more.
const MOST_WORDS: usize = 12;

impl Query {
    pub fn new(text: &str) -> Query {
        let whole = fold(text, Language::Az);
        let mut words: Vec<Word> = Vec::new();
        for word in whole.split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS) {
            if words.iter().all(|known| known.text != word) {
                let number = word.chars().all(|letter| letter.is_ascii_digit());
                words.push(Word { text: word.to_owned(), plain: ascii(word) == word, number });
            }
        }
        Query { words, whole }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// The text in pieces, each with whether it was looked for.
    pub fn marked<'t>(&self, text: &'t str) -> Vec<(&'t str, bool)> {
        let folded = Folded::new(&[text], Language::Az);
        let plain = folded.to_ascii();
        let mut spans: Vec<Range<usize>> = Vec::new();
        for word in &self.words {
            let mut ranges = places(folded.text(), word).map(|range| folded.original(range)).collect::<Vec<_>>();
            if word.plain {
                ranges.extend(places(plain.text(), word).map(|range| plain.original(range)));
            }
            spans.extend(ranges.into_iter().flatten().map(|(_, span)| span));
        }
        spans.sort_by_key(|span| (span.start, span.end));
        let (mut pieces, mut at) = (Vec::new(), 0);
        for span in spans {
            let start = span.start.max(at);
            if start >= span.end {
                continue;
            }
            // What was folded away inside a word cannot split a letter: spans begin and end at characters.
            let (Some(before), Some(hit)) = (text.get(at..start), text.get(start..span.end)) else { continue };
            if !before.is_empty() {
                pieces.push((before, false));
            }
            pieces.push((hit, true));
            at = span.end;
        }
        if let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            pieces.push((rest, false));
        }
        pieces
    }
}

/// Where a word stands in a folded text, at the beginning of words.
fn places<'a>(text: &'a str, word: &'a Word) -> impl Iterator<Item = Range<usize>> + 'a {
    text.match_indices(word.text.as_str()).map(|(at, found)| at..at + found.len()).filter(move |range| {
        let begins = range.start == 0 || text.as_bytes().get(range.start - 1) == Some(&b' ');
        let ends = text.as_bytes().get(range.end).is_none_or(|next| *next == b' ');
        begins && (ends || !word.number)
    })
}

/// 2 where it stands as it was typed, 1 where it stands but for its letters, 0 where it does not.
fn found(text: &Text, word: &Word) -> usize {
    if places(&text.folded, word).next().is_some() {
        2
    } else {
        usize::from(word.plain && places(&text.plain, word).next().is_some())
    }
}

/// What a hit is worth, the greater the better: words found at all, in the question, the whole phrase there, in the act, letters as typed.
type Rank = (usize, usize, bool, usize, usize);

fn rank(entry: &Indexed, query: &Query) -> Rank {
    let (mut words, mut in_question, mut in_act, mut exact) = (0, 0, 0, 0);
    for word in &query.words {
        let (question, act) = (found(&entry.question, word), found(&entry.act, word));
        // The answer is long: it is read only where the rest did not settle it.
        let best = question.max(act);
        let best = if best == 2 { best } else { best.max(found(&entry.answer, word)) };
        words += usize::from(best > 0);
        in_question += usize::from(question > 0);
        in_act += usize::from(act > 0);
        exact += best;
    }
    let phrase = entry.question.folded.contains(&query.whole);
    (words, in_question, phrase, in_act, exact)
}

/// A hit, and how many of the words it has.
#[derive(Debug, Clone)]
pub struct Hit {
    pub entry: Arc<Indexed>,
    pub words: usize,
}

/// Hits, the best first. Where no entry has all of the words, those that have the most of them are all there is.
pub fn search(entries: impl IntoIterator<Item = Arc<Indexed>>, query: &Query) -> Vec<Hit> {
    let mut hits: Vec<(Rank, Arc<Indexed>)> = entries
        .into_iter()
        .map(|entry| (rank(&entry, query), entry))
        .filter(|((words, ..), _)| *words > 0 || query.is_empty())
        .collect();
    let most = hits.iter().map(|((words, ..), _)| *words).max().unwrap_or(0);
    hits.retain(|((words, ..), _)| *words == most);
    hits.sort_by(|(one, a), (other, b)| {
        let key = |entry: &Indexed| (entry.question.folded.clone(), entry.record.answer_id.clone());
        Reverse(one).cmp(&Reverse(other)).then_with(|| key(a).cmp(&key(b)))
    });
    hits.into_iter().map(|((words, ..), entry)| Hit { entry, words }).collect()
}

/// By the id of the entry, which no other store has. What is not in force any more is let go when the next one is read.
static INDEX: LazyLock<RwLock<HashMap<String, Arc<Indexed>>>> = LazyLock::new(RwLock::default);

/// So many unknown entries are read one by one; more, all at once.
const FEW: usize = 20;

async fn in_force(store: &Store) -> Result<Vec<Arc<Indexed>>> {
    let sql = "SELECT id, version FROM records WHERE kind = $1 AND state = $2";
    let rows = sqlx::query(sql).bind(Answer::KIND).bind(AnswerState::InForce.name()).fetch_all(store.pool()).await?;
    let mut now = Vec::with_capacity(rows.len());
    for row in &rows {
        now.push((row.try_get::<String, _>("id")?, row.try_get::<i64, _>("version")?));
    }
    let mut known = Vec::with_capacity(now.len());
    let mut unknown = Vec::new();
    {
        let index = INDEX.read();
        for (id, version) in &now {
            match index.get(id).filter(|entry| entry.record.version == *version) {
                Some(entry) => known.push(entry.clone()),
                None => unknown.push(id.as_str()),
            }
        }
    }
    if unknown.is_empty() {
        return Ok(known);
    }
    let records = if unknown.len() > FEW {
        let filter = Filter { states: &[AnswerState::InForce.name()], ..Filter::default() };
        known.clear();
        store.list::<Answer>(&filter).await?
    } else {
        let mut records = Vec::new();
        for id in unknown {
            // Withdrawn between the two questions: then it is not found.
            records.extend(store.find::<Answer>(id).await?.filter(|record| record.state == AnswerState::InForce));
        }
        records
    };
    let read: Vec<Arc<Indexed>> = records.into_iter().map(|record| Arc::new(Indexed::new(record))).collect();
    let mut index = INDEX.write();
    index.extend(read.iter().map(|entry| (entry.record.answer_id.clone(), entry.clone())));
    known.extend(read);
    Ok(known)
}

impl Desk {
    /// What is in force on a day and has the words; without words, everything, by its question.
    pub async fn find_answers(
        &self,
        person: &Person,
        query: &Query,
        topic: Option<&str>,
        day: NaiveDate,
    ) -> Result<Vec<Hit>> {
        self.must(person, Right::Answers)?;
        let mut entries = in_force(&self.store).await?;
        entries.retain(|entry| {
            entry.record.is_in_force_on(day)
                && topic.is_none_or(|topic| entry.record.topics.iter().any(|code| code == topic))
        });
        Ok(search(entries, query))
    }
}

//! What the lake has answered already: said again as long as nothing new has landed. Whoever asks while an answer is being worked out waits for
//! it and takes it too, so that fifty people who open one page cost what one costs.

use crate::data::{Choices, DataError, Row};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// A lake that is written to all day is another one every few seconds: the filters' choices may be so old then.
const CHOICES_KEPT: Duration = Duration::from_secs(5);

/// Some pages with all their periods and lines. Beyond that everything is forgotten, which costs no more than asking again.
const ANSWERS: usize = 512;

type Cell = Arc<OnceCell<Arc<[Row]>>>;

#[derive(Default)]
pub struct Told {
    answers: Mutex<Answers>,
    choices: tokio::sync::Mutex<Option<(u64, Instant, Choices)>>,
}

#[derive(Default)]
struct Answers {
    edition: u64,
    cells: HashMap<String, Cell>,
}

impl Answers {
    fn cell(&mut self, edition: u64, question: String) -> Cell {
        if self.edition != edition || (self.cells.len() >= ANSWERS && !self.cells.contains_key(&question)) {
            *self = Answers { edition, cells: HashMap::new() };
        }
        self.cells.entry(question).or_default().clone()
    }
}

impl Told {
    /// What the lake of this edition answers; `question` names all that the answer depends on beside it. What failed is asked again by the next one.
    pub async fn rows(
        &self,
        edition: u64,
        question: String,
        ask: impl AsyncFnOnce() -> Result<Vec<Row>, DataError>,
    ) -> Result<Arc<[Row]>, DataError> {
        let cell = self.answers.lock().cell(edition, question);
        cell.get_or_try_init(|| async { Ok(ask().await?.into()) }).await.cloned()
    }

    pub async fn choices(
        &self,
        edition: u64,
        ask: impl AsyncFnOnce() -> Result<Choices, DataError>,
    ) -> Result<Choices, DataError> {
        let mut kept = self.choices.lock().await;
        if let Some((of, since, choices)) = &*kept
            && (*of == edition || since.elapsed() < CHOICES_KEPT)
        {
            return Ok(choices.clone());
        }
        let choices = ask().await?;
        *kept = Some((edition, Instant::now(), choices.clone()));
        Ok(choices)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::sync::atomic::{AtomicU64, Ordering};

    fn row(n: u64) -> Vec<Row> {
        vec![Row::from_iter([("n".to_owned(), json!(n))])]
    }

    #[tokio::test]
    async fn a_question_is_answered_once_for_everybody_until_something_lands() {
        let (told, asked) = (Told::default(), AtomicU64::new(0));
        let ask = async |edition, question: &str| {
            let answer = async || {
                tokio::task::yield_now().await;
                Ok(row(asked.fetch_add(1, Ordering::SeqCst)))
            };
            told.rows(edition, question.to_owned(), answer).await.unwrap().to_vec()
        };
        let all = futures::future::join_all((0..20).map(|_| ask(1, "calls"))).await;
        assert!(all.iter().all(|rows| *rows == row(0)), "{all:?}");
        assert_eq!(ask(1, "times").await, row(1));
        assert_eq!(ask(1, "calls").await, row(0));
        assert_eq!(ask(2, "calls").await, row(2), "something has landed");
        // Who still has the older lake in hand gets no newer answer, and spoils none for others but by its asking.
        assert_eq!(ask(1, "calls").await, row(3));
        for n in 0..=ANSWERS {
            ask(3, &n.to_string()).await;
        }
        assert!(told.answers.lock().cells.len() <= ANSWERS);
    }

    #[tokio::test]
    async fn what_failed_is_asked_again() {
        let told = Told::default();
        let lost = || DataError::Shape { what: "rows", cause: serde_json::from_str::<u8>("x").unwrap_err() };
        assert!(told.rows(1, "calls".to_owned(), async || Err(lost())).await.is_err());
        assert_eq!(told.rows(1, "calls".to_owned(), async || Ok(row(7))).await.unwrap().to_vec(), row(7));
    }

    #[tokio::test]
    async fn choices_stay_while_nothing_lands_and_for_some_seconds_when_something_does() {
        let told = Told::default();
        let lines = |name: &str| Choices { lines: vec![name.to_owned()], ..Choices::default() };
        assert_eq!(told.choices(1, async || Ok(lines("a"))).await.unwrap().lines, ["a"]);
        assert_eq!(told.choices(1, async || Ok(lines("b"))).await.unwrap().lines, ["a"]);
        assert_eq!(told.choices(2, async || Ok(lines("b"))).await.unwrap().lines, ["a"], "it is not old yet");
        told.choices.lock().await.as_mut().unwrap().1 -= CHOICES_KEPT;
        assert_eq!(told.choices(2, async || Ok(lines("b"))).await.unwrap().lines, ["b"]);
    }
}

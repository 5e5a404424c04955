//! Recordings from object storage, as browsers can play and draw them.

use crate::Shared;
use crate::error::PageError;
use crate::range::{Asked, asked};
use crate::wav::{HEADER_BYTES, Peaks, Wav};
use crate::work::Who;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use meyar_work::Right;
use meyar_work::assessment::{Assessment, Purpose, State as Stands};
use meyar_work::store::{Filter, Record};
use object_store::path::Path as StorePath;
use object_store::{ObjectStore, ObjectStoreExt};
use std::ops::Range;
use std::sync::Arc;

/// A name within a folder, in bytes.
const LONGEST_NAME: usize = 255;
const LONGEST_PATH: usize = 1024;
/// Headers with notes of any sensible length lie before the samples.
const BEGINNING_BYTES: u64 = 64 * 1024;
/// Read from the store at a time; even, so that a piece never cuts a 16-bit sample.
const PIECE_BYTES: u64 = 256 * 1024;
const PEAKS: u64 = 1200;

/// One stored recording and how it is told to a browser.
#[derive(Clone)]
struct Stored {
    store: Arc<dyn ObjectStore>,
    path: StorePath,
    bytes: u64,
    tag: Option<String>,
    wav: Option<Wav>,
}

impl Stored {
    async fn open(store: Arc<dyn ObjectStore>, path: &str) -> Result<Stored, PageError> {
        // No store has such a name; a folder of files would tell of a fault.
        if path.len() > LONGEST_PATH || path.split('/').any(|part| part.len() > LONGEST_NAME) {
            return Err(PageError::not_found(""));
        }
        let path = StorePath::parse(path).map_err(|_| PageError::not_found(""))?;
        let meta = store.head(&path).await.map_err(unreadable)?;
        let mut wav = None;
        if meta.size > 0 {
            let beginning = store.get_range(&path, 0..meta.size.min(BEGINNING_BYTES)).await.map_err(unreadable)?;
            wav = Wav::parse(&beginning, meta.size);
        }
        Ok(Stored { store, path, bytes: meta.size, tag: meta.e_tag, wav })
    }

    fn played_bytes(&self) -> u64 {
        self.wav.map_or(self.bytes, |wav| wav.played_bytes())
    }

    fn content_type(&self) -> &'static str {
        match (self.wav, self.path.extension()) {
            (Some(_), _) | (None, Some("wav")) => "audio/wav",
            (None, Some("ogg" | "opus")) => "audio/ogg",
            _ => "application/octet-stream",
        }
    }

    /// One piece of the file that the browser sees.
    async fn piece(&self, part: Range<u64>) -> object_store::Result<Bytes> {
        let Some(wav) = self.wav else {
            return self.store.get_range(&self.path, part).await;
        };
        let mut bytes = Vec::new();
        if part.start < HEADER_BYTES {
            bytes.extend_from_slice(&wav.header()[part.start as usize..part.end.min(HEADER_BYTES) as usize]);
        }
        let data = part.start.max(HEADER_BYTES)..part.end;
        if data.start < data.end {
            let stored = self.store.get_range(&self.path, wav.stored_range(&data)).await?;
            bytes.extend(wav.played(&data, &stored));
        }
        Ok(Bytes::from(bytes))
    }

    fn stream(self, part: Range<u64>) -> impl Stream<Item = object_store::Result<Bytes>> + Send {
        stream::iter(pieces(part)).then(move |piece| {
            let stored = self.clone();
            async move { stored.piece(piece).await }
        })
    }
}

fn pieces(part: Range<u64>) -> impl Iterator<Item = Range<u64>> + Send {
    let mut at = part.start;
    std::iter::from_fn(move || {
        let piece = at..(at + PIECE_BYTES).min(part.end);
        at = piece.end;
        (piece.start < piece.end).then_some(piece)
    })
}

fn unreadable(error: object_store::Error) -> PageError {
    match error {
        object_store::Error::NotFound { .. } => PageError::not_found(""),
        error => {
            tracing::error!(%error, "a recording could not be read");
            PageError::internal(error)
        }
    }
}

/// Whoever may hear any call hears this one; anybody else only calls of which an assessment about them was published. What may not be
/// heard looks as if it did not exist.
async fn may_hear(shared: &Shared, who: Option<&Who>, path: &str) -> Result<(), PageError> {
    // Without accounts the site is open.
    let Some(work) = &shared.work else { return Ok(()) };
    let person = who.map(Who::person).ok_or_else(|| PageError::not_found(""))?;
    if work.desk.may(person, Right::Calls) {
        return Ok(());
    }
    let own = person.representative.as_deref().filter(|_| work.desk.may(person, Right::OwnCalls));
    let own = own.ok_or_else(|| PageError::not_found(""))?;
    let call_id = shared.data.call_of_recording(path).await?.ok_or_else(|| PageError::not_found(""))?;
    let filter = Filter { call_id: Some(&call_id), about: Some(own), ..Filter::default() };
    let about: Vec<Record<Assessment>> = work.desk.store.list(&filter).await?;
    let published =
        |record: &Record<Assessment>| record.state != Stands::Draft && record.purpose != Purpose::Calibration;
    if about.iter().any(published) { Ok(()) } else { Err(PageError::not_found("")) }
}

pub async fn get(
    State(shared): State<Arc<Shared>>,
    who: Option<Extension<Who>>,
    Path(path): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    may_hear(&shared, who.as_deref(), &path).await?;
    let stored = Stored::open(shared.recordings.clone(), &path).await?;
    let length = stored.played_bytes();
    let mut answer = axum::http::Response::builder()
        .header(header::CONTENT_TYPE, stored.content_type())
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::CACHE_CONTROL, "private, max-age=600");
    if let Some(tag) = &stored.tag {
        answer = answer.header(header::ETAG, tag);
    }
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let part = match asked(range, length) {
        Asked::Whole => 0..length,
        Asked::Part(part) => {
            let place = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            answer = answer.status(StatusCode::PARTIAL_CONTENT).header(header::CONTENT_RANGE, place);
            part
        }
        Asked::Unsatisfiable => {
            let refusal = PageError::new(StatusCode::RANGE_NOT_SATISFIABLE, "");
            return Ok(([(header::CONTENT_RANGE, format!("bytes */{length}"))], refusal).into_response());
        }
    };
    answer = answer.header(header::CONTENT_LENGTH, part.end - part.start);
    let body = if method == Method::HEAD { Body::empty() } else { Body::from_stream(stored.stream(part)) };
    answer.body(body).map_err(PageError::internal)
}

/// What the waveform is drawn from; 404 for what only a browser can decode, which then draws it itself.
pub async fn peaks(
    State(shared): State<Arc<Shared>>,
    who: Option<Extension<Who>>,
    Path(path): Path<String>,
) -> Result<Response, PageError> {
    may_hear(&shared, who.as_deref(), &path).await?;
    let stored = Stored::open(shared.recordings.clone(), &path).await?;
    let wav = stored.wav.ok_or_else(|| PageError::not_found(""))?;
    let samples = wav.data_at..wav.data_at + wav.data_bytes;
    let peaks = stream::iter(pieces(samples))
        .then(|piece| stored.store.get_range(&stored.path, piece))
        .try_fold(Peaks::new(&wav, PEAKS), |mut peaks, bytes| async move {
            peaks.add(wav.decode(&bytes));
            Ok(peaks)
        })
        .await
        .map_err(unreadable)?;
    let told = serde_json::json!({ "duration_ms": wav.duration_ms(), "peaks": peaks.finish() });
    Ok(([(header::CACHE_CONTROL, "private, max-age=600")], axum::Json(told)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_a_range_exactly() {
        let all: Vec<Range<u64>> = pieces(10..PIECE_BYTES * 2 + 11).collect();
        assert_eq!(
            all,
            [10..PIECE_BYTES + 10, PIECE_BYTES + 10..PIECE_BYTES * 2 + 10, PIECE_BYTES * 2 + 10..PIECE_BYTES * 2 + 11]
        );
        assert_eq!(pieces(5..5).count(), 0);
    }
}

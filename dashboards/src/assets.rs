//! Scripts, styles and fonts: built by `npm run build` in `web/`, carried inside the program.

use crate::error::PageError;
use axum::extract::{Path, RawQuery};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

pub fn missing() -> bool {
    Dist::get("style.css").is_none()
}

fn version(file: &rust_embed::EmbeddedFile) -> String {
    file.metadata.sha256_hash()[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// With its version, so that it may be cached for ever.
pub fn url(name: &str) -> String {
    match Dist::get(name) {
        Some(file) => format!("/assets/{name}?v={}", version(&file)),
        None => format!("/assets/{name}"),
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

pub async fn get(Path(name): Path<String>, RawQuery(query): RawQuery) -> Result<Response, PageError> {
    let file = Dist::get(&name).ok_or_else(|| PageError::not_found(""))?;
    // Fonts are asked for by the style sheet without a version; their names hold one.
    let lasting = name.ends_with(".woff2") || query.is_some_and(|query| query == format!("v={}", version(&file)));
    let caching = if lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, content_type(&name)), (header::CACHE_CONTROL, caching)];
    Ok((headers, file.data.into_owned()).into_response())
}

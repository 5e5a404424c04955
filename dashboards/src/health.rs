//! `/healthz` and `/metrics`, for machines.

use crate::Shared;
use crate::error::PageError;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::future::BoxFuture;
use serde::Serialize;
use std::sync::Arc;

/// One thing that the service needs.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// `broker`, `lake` …
    pub name: String,
    pub ok: bool,
    /// Why not, in one line; or what it is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// Asked at every request of `/healthz`: it must be quick.
pub type Health = Arc<dyn Fn() -> BoxFuture<'static, Vec<Check>> + Send + Sync>;

pub async fn healthz(State(shared): State<Arc<Shared>>) -> Response {
    let checks = (shared.health)().await;
    let ok = checks.iter().all(|check| check.ok);
    let status = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = serde_json::json!({ "status": if ok { "ok" } else { "failing" }, "checks": checks });
    (status, axum::Json(body)).into_response()
}

pub async fn metrics(State(shared): State<Arc<Shared>>) -> Result<Response, PageError> {
    let handle = shared.metrics_handle.as_ref().ok_or_else(|| PageError::not_found(""))?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response())
}

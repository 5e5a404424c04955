//! `/openapi.json`: what the JSON routes take and answer, and reading what is sent to them.

use crate::error::PageError;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;

const DOCUMENT: &str = include_str!("../openapi.json");

pub async fn get() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT)
}

/// A body of JSON; what cannot be read is told as every other error.
pub struct Sent<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(sent)) => Ok(Sent(sent)),
            Err(rejection) => Err(refused(&rejection)),
        }
    }
}

fn refused(rejection: &JsonRejection) -> PageError {
    PageError::new(rejection.status(), rejection.body_text())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::DOCUMENT;
    use axum::http::Method;
    use std::collections::BTreeSet;

    /// Routes of the table that answer JSON: by their ending, and those that take it.
    fn told(path: &str, method: &Method) -> bool {
        path.ends_with(".json") || path == "/healthz" || path.starts_with("/peaks/") || *method == Method::PUT
    }

    #[test]
    fn the_document_tells_of_every_json_route_and_of_no_other() {
        let document: serde_json::Value = serde_json::from_str(DOCUMENT).unwrap();
        let mut written = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                written.insert((path.clone(), method.to_uppercase()));
            }
        }
        let table = crate::table(true);
        let routes = table.routes().iter().filter(|route| told(route.path, &route.method));
        let there: BTreeSet<(String, String)> =
            routes.map(|route| (route.path.replace("{*", "{"), route.method.to_string())).collect();
        assert_eq!(written, there);
    }
}

//! Every page stands in the list by which a browser opens them all (`tests/browser/pages.json`); of every other route it says what it is.
#![allow(clippy::unwrap_used)]

use axum::http::Method;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn a_browser_opens_every_page() {
    let file = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/browser/pages.json")).unwrap();
    let list: Value = serde_json::from_str(&file).unwrap();
    let pages = list["pages"].as_array().unwrap().iter().map(|page| page["route"].as_str().unwrap());
    let others = list["no_pages"].as_object().unwrap().keys().map(String::as_str);
    let all: Vec<&str> = pages.chain(others).collect();
    let listed: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(listed.len(), all.len(), "each stands there once");
    let table = crate::table(true);
    let routes: BTreeSet<&str> =
        table.routes().iter().filter(|route| route.method == Method::GET).map(|route| route.path).collect();
    assert_eq!(listed, routes);
}

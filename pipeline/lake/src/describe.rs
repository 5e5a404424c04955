//! What views and figures tell about themselves, for doors that list them before anybody asks for their rows.

use crate::{
    error::LakeError,
    figures::params,
    lake::{Lake, read_only},
};
use arrow::datatypes::SchemaRef;
use rust_embed::RustEmbed;
use std::sync::Arc;

#[derive(RustEmbed)]
#[folder = "../../schemas/views/"]
#[include = "*.sql"]
struct Files;

/// The words at the head of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewWords {
    pub name: String,
    pub az: String,
    pub en: String,
}

/// Every view of `schemas/views` that has words.
pub fn views() -> Vec<ViewWords> {
    let words = |file: &str| {
        let text = String::from_utf8(Files::get(file)?.data.into_owned()).ok()?;
        let head = |key: &str| {
            let prefix = format!("-- {key}: ");
            text.lines().find_map(|line| line.strip_prefix(&prefix)).map(|words| words.trim().to_owned())
        };
        Some(ViewWords { name: head("view")?, az: head("az")?, en: head("en")? })
    };
    let mut views: Vec<_> = Files::iter().filter_map(|file| words(&file)).collect();
    views.sort_by(|a, b| a.name.cmp(&b.name));
    views
}

impl Lake {
    /// The columns of a figure, told without running it.
    pub async fn figure_schema(&self, name: &str) -> Result<SchemaRef, LakeError> {
        let figure = self.figure_named(name)?;
        let frame = read_only(&self.session().await?, &figure.sql).await?;
        let frame = frame.with_param_values(params(&"2024".parse()?, None))?;
        Ok(Arc::new(frame.schema().as_arrow().clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_tells_what_it_is_in_both_languages() {
        let views = views();
        assert_eq!(views.len(), Files::iter().count());
        assert!(views.iter().any(|view| view.name == "calls" && view.az.contains("Zənglər")));
    }
}

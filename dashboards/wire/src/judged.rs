//! Which columns analysts see as they are: `data/sight.toml`, judged one by one. What nobody has judged is masked (`mask`).

use meyar_lake::lexicon::FIGURE;
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// As it stands in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Judgement {
    everywhere: BTreeSet<String>,
    figures: BTreeSet<String>,
    relation: BTreeMap<String, Judged>,
}

/// Of one table, with all its revisions, or of one view.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Judged {
    shown: BTreeSet<String>,
    masked: BTreeSet<String>,
}

/// A file that could not be read would judge nothing, and everything would be masked; a test reads it.
static JUDGEMENT: LazyLock<Judgement> = LazyLock::new(|| toml::from_str(FILE).unwrap_or_default());

const FILE: &str = include_str!("../data/sight.toml");
const EVERY_REVISION: &str = "_all";

/// Whether analysts see a column as it is; `None` where nobody has judged it. `path` is written as in the file.
pub fn shown(relation: &str, path: &str) -> Option<bool> {
    JUDGEMENT.shown(relation, path)
}

impl Judgement {
    fn shown(&self, relation: &str, path: &str) -> Option<bool> {
        let name = relation.strip_suffix(EVERY_REVISION).unwrap_or(relation);
        let judged = self.relation.get(name);
        if judged.is_some_and(|judged| judged.masked.contains(path)) {
            return Some(false);
        }
        let of_figures = relation.starts_with(FIGURE) && self.figures.contains(path);
        let here = judged.is_some_and(|judged| judged.shown.contains(path));
        (here || of_figures || self.everywhere.contains(path)).then_some(true)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::mask::{holds_words, leaves};
    use arrow::datatypes::{DataType, SchemaRef};
    use meyar_lake::{
        Lake, LakeOptions,
        dictionary::{self, Column},
        lexicon::Kind,
    };
    use proptest::prelude::*;

    /// Every table, view and figure of the catalogue with its columns.
    async fn catalogue() -> Vec<(String, SchemaRef)> {
        let dir = tempfile::tempdir().unwrap();
        let lake = Lake::open(dir.path().to_str().unwrap(), LakeOptions::default()).unwrap();
        let lexicon = lake.lexicon().await.unwrap();
        let mut all: Vec<_> = lexicon.of_kind(Kind::Figure).map(|f| (f.table(), f.schema())).collect();
        // What stands in the session, not what is told of it: nothing may be there that no list knows.
        let session = lake.session().await.unwrap();
        let names = session.catalog("datafusion").unwrap().schema("public").unwrap().table_names();
        for name in names.into_iter().filter(|name| !name.starts_with("ref_")) {
            let schema = session.table_provider(name.as_str()).await.unwrap().schema();
            all.push((name, schema));
        }
        all
    }

    fn all_leaves(schema: &SchemaRef) -> Vec<(String, DataType)> {
        schema.fields().iter().flat_map(|field| leaves(field.name(), field.data_type())).collect()
    }

    #[tokio::test]
    async fn every_column_that_can_hold_words_was_judged_by_somebody() {
        let catalogue = catalogue().await;
        assert!(catalogue.len() > 60, "{}", catalogue.len());
        let mut unjudged = Vec::new();
        for (relation, schema) in &catalogue {
            let open = all_leaves(schema).into_iter().filter(|(_, kind)| holds_words(kind));
            unjudged.extend(
                open.filter(|(path, _)| shown(relation, path).is_none()).map(|(p, _)| format!("{relation}.{p}")),
            );
        }
        assert!(unjudged.is_empty(), "judge these in dashboards/wire/data/sight.toml: {unjudged:#?}");
    }

    #[tokio::test]
    async fn nothing_is_judged_that_is_not_there() {
        let catalogue: BTreeMap<_, _> = catalogue().await.into_iter().collect();
        let judgement: Judgement = toml::from_str(FILE).unwrap();
        for (relation, judged) in &judgement.relation {
            let schema = catalogue.get(relation).unwrap_or_else(|| panic!("{relation} is no table and no view"));
            let there: BTreeSet<_> = all_leaves(schema).into_iter().map(|(path, _)| path).collect();
            for path in judged.shown.union(&judged.masked) {
                assert!(there.contains(path), "{relation} has no {path}");
            }
            let both: Vec<_> = judged.shown.intersection(&judged.masked).collect();
            assert!(both.is_empty(), "{relation}: {both:?} is shown and masked");
        }
    }

    /// Made without a key of what a row holds.
    const HASHES: [&str; 2] = ["content_hash", "event_id"];
    /// It may be the name of a file, and nothing is hashed together with that.
    const SOURCE: &str = "source";

    #[tokio::test]
    async fn where_words_are_masked_no_hash_confirms_a_guess() {
        for (relation, schema) in catalogue().await {
            let leaves = all_leaves(&schema);
            let of_words = |path: &str| path != SOURCE && !HASHES.contains(&path);
            let masks = leaves.iter().any(|(path, _)| of_words(path) && shown(&relation, path) == Some(false));
            for hash in HASHES.into_iter().filter(|hash| schema.field_with_name(hash).is_ok()) {
                assert_eq!(masks, shown(&relation, hash) == Some(false), "{relation}.{hash}");
            }
            if schema.field_with_name(SOURCE).is_ok() {
                assert_eq!(shown(&relation, SOURCE), Some(false), "{relation}");
            }
        }
        // Whether or not anything else of them is masked: the caller's number stands in what these are made of.
        for (relation, id) in [
            ("call_events", "event_id"),
            ("dead_letters", "event_id"),
            ("dead_letters", "dead_letter_id"),
            ("access_log", "event_id"),
            ("access_log", "access_id"),
            ("deletions", "deletion_id"),
            ("deletions", "ids_sha256"),
        ] {
            assert_eq!(shown(relation, id), Some(false), "{relation}.{id}");
            assert_eq!(shown(&format!("{relation}{EVERY_REVISION}"), id), Some(false), "{relation}_all.{id}");
        }
    }

    /// Retention has its own list of what was said or written; only keys stay in analysts' sight.
    #[test]
    fn what_retention_calls_content_is_masked() {
        fn contents(columns: &[Column], before: &str) -> Vec<String> {
            let under = |c: &Column| {
                let path = format!("{before}{}", c.name);
                let members = c.item.iter().flat_map(|item| contents(&item.field, &format!("{path}[].")));
                members.chain(c.content.then(|| path.clone())).collect::<Vec<_>>()
            };
            columns.iter().flat_map(under).collect()
        }
        for (_, table) in dictionary::tables() {
            for path in contents(&table.column, "").into_iter().filter(|path| path != "caller_key") {
                assert_eq!(shown(&table.name, &path), Some(false), "{}.{path}", table.name);
            }
        }
    }

    proptest! {
        #[test]
        fn what_nobody_named_is_not_shown(relation in "[a-z_]{1,20}", path in "[a-z_\\[\\].]{1,20}") {
            let named = FILE.contains(&format!("\"{path}\""));
            prop_assert!(named || shown(&relation, &path).is_none());
        }
    }
}

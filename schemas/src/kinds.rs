//! A quicker yes for messages of a known kind.
//!
//! A subject of many kinds is one schema with a branch a kind. Judged as it stands, every message walks all branches and collects what
//! they evaluated. Here each kind gets a schema of its own, with the branch merged in; what that accepts, the whole schema accepts too.
//! Its no decides nothing: the whole schema is asked, and has the words.

use serde_json::{Map, Value, json};
use std::collections::HashMap;

#[derive(Default)]
pub(crate) struct Kinds(HashMap<String, jsonschema::Validator>);

impl Kinds {
    pub fn of(schema: &Value, compile: impl Fn(&Value) -> jsonschema::Validator) -> Self {
        let kinds = schema.pointer("/properties/kind/enum").and_then(Value::as_array);
        let merged = kinds.into_iter().flatten().filter_map(|kind| {
            let kind = kind.as_str()?;
            Some((kind.to_owned(), compile(&merged(schema, kind)?)))
        });
        Self(merged.collect())
    }

    /// True when the message surely fits; false says nothing.
    pub fn accept(&self, message: &Value) -> bool {
        let kind = message.get("kind").and_then(Value::as_str);
        kind.and_then(|kind| self.0.get(kind)).is_some_and(|validator| validator.is_valid(message))
    }
}

/// The schema with the one branch of `kind` in place of all; `None` when it is not built of such branches.
fn merged(schema: &Value, kind: &str) -> Option<Value> {
    let mut whole = schema.as_object()?.clone();
    if whole.remove("unevaluatedProperties")? != json!(false) || whole.contains_key("if") {
        return None;
    }
    let Some(Value::Array(branches)) = whole.remove("allOf") else { return None };
    let (mut required, mut properties) = (list(&whole, "required"), members(&whole, "properties"));
    let mut others = Vec::new();
    for branch in branches {
        // Whatever else a branch said would be lost.
        if branch.as_object()?.keys().any(|word| !["if", "then", "description"].contains(&word.as_str())) {
            return None;
        }
        let (when, then) = (branch.get("if")?, branch.get("then")?.as_object()?);
        let Some(of) = kind_of(when) else {
            // It judges more than the kind: it stays as it is.
            others.push(branch);
            continue;
        };
        if of != kind {
            continue;
        }
        if then.keys().any(|word| word != "required" && word != "properties") {
            return None;
        }
        required.extend(list(then, "required"));
        for (name, rule) in members(then, "properties") {
            let rule = match properties.remove(&name) {
                Some(first) => json!({"allOf": [first, rule]}),
                None => rule,
            };
            properties.insert(name, rule);
        }
    }
    whole.insert("required".into(), required.into());
    whole.insert("properties".into(), properties.into());
    whole.insert("additionalProperties".into(), false.into());
    if !others.is_empty() {
        whole.insert("allOf".into(), others.into());
    }
    // Two schemas of one name would be one too many.
    whole.remove("$id");
    Some(whole.into())
}

/// The kind that a condition asks for, when it asks for nothing else.
fn kind_of(when: &Value) -> Option<&str> {
    let kind = when.pointer("/properties/kind/const")?.as_str()?;
    (*when == json!({"required": ["kind"], "properties": {"kind": {"const": kind}}})).then_some(kind)
}

fn list(schema: &Map<String, Value>, word: &str) -> Vec<Value> {
    schema.get(word).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn members(schema: &Map<String, Value>, word: &str) -> Map<String, Value> {
    schema.get(word).and_then(Value::as_object).cloned().unwrap_or_default()
}

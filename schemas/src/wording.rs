//! A validator's errors in words that a person can act on: the field, what is wrong, and what to write instead.

use crate::Invalid;
use jsonschema::{
    JsonType, ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::Value;

/// The one error to tell. Unknown fields come last: where a branch of the schema failed for another reason,
/// its fields look unknown too.
pub(crate) fn most_helpful<'a>(schema: &Value, errors: impl Iterator<Item = ValidationError<'a>>) -> Invalid {
    let rank = |error: &ValidationError| match error.kind() {
        _ if error.instance_path().as_str() == "/kind" => 0,
        Kind::Required { property } if property == "kind" => 0,
        Kind::AdditionalProperties { .. } | Kind::UnevaluatedProperties { .. } => 4,
        Kind::FalseSchema => 3,
        Kind::Pattern { .. } => 2, // a wrong format says more
        _ => 1,
    };
    errors.min_by_key(rank).map_or_else(
        || Invalid::new("data", "", "does not fit the contract", "compare it with the contract's valid examples"),
        |error| in_words(schema, &error),
    )
}

fn in_words(schema: &Value, error: &ValidationError) -> Invalid {
    let here = dotted(error.instance_path().as_str());
    let hint = Hint::at(schema, error);
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let misspelt = error.instance().as_object().and_then(|o| o.keys().find(|k| alike(k, name)));
            let remedy = match misspelt {
                Some(key) => format!("rename `{key}` to `{name}`"),
                None => format!("add it: {}", hint.whole()),
            };
            Invalid::new(&join(&here, name), "", "is missing", remedy)
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let name = unexpected.first().map_or("", String::as_str);
            let object = error.instance();
            let found = object.get(name).map(shown).unwrap_or_default();
            Invalid::new(
                &join(&here, name),
                found,
                "is not a field of this contract",
                unknown_field(schema, object, name),
            )
        }
        kind => {
            let found = if hint.secret { "(not shown)".to_owned() } else { shown(error.instance()) };
            let problem = problem(kind, error.instance(), &hint).unwrap_or_else(|| error.to_string());
            Invalid::new(
                if here.is_empty() { "data" } else { &here },
                found,
                problem,
                remedy(kind, error.instance(), &hint),
            )
        }
    }
}

fn problem(kind: &Kind, found: &Value, hint: &Hint) -> Option<String> {
    Some(match kind {
        Kind::Enum { options } => format!("is not one of: {}", list(options)),
        Kind::Constant { expected_value } => format!("is not `{}`", shown(expected_value)),
        Kind::Format { format } => match format.as_str() {
            "date-time" => "is not a time with an offset".to_owned(),
            "date" => "is not a date".to_owned(),
            "uri" => "is not a URI".to_owned(),
            other => format!("is not a {other}"),
        },
        Kind::Pattern { .. } if hint.format.as_deref() == Some("date-time") => {
            "is not a time between 1970 and 2099".to_owned()
        }
        Kind::Pattern { pattern } if pattern.len() <= 40 && !pattern.chars().any(char::is_control) => {
            format!("does not match {pattern}")
        }
        Kind::Pattern { .. } => "is not written in the expected form".to_owned(),
        Kind::Minimum { limit } => format!("is less than {limit}"),
        Kind::Maximum { limit } => format!("is more than {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("is not more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("is not less than {limit}"),
        Kind::MinLength { limit: 1 } => "is empty".to_owned(),
        Kind::MinLength { limit } => format!("is shorter than {limit} characters"),
        Kind::MaxLength { limit } => format!("is longer than {limit} characters"),
        Kind::MinItems { limit } => format!("has fewer than {limit} items"),
        Kind::MaxItems { limit } => format!("has more than {limit} items"),
        Kind::AdditionalItems { limit } => format!("has more than {limit} items"),
        Kind::UniqueItems => "repeats an item".to_owned(),
        Kind::FalseSchema => "must be absent here".to_owned(),
        Kind::Type { kind: TypeKind::Single(wanted) } if found.is_string() => {
            format!("is text, not {}", type_name(*wanted))
        }
        Kind::Type { kind: TypeKind::Single(wanted) } => format!("is not {}", type_name(*wanted)),
        _ => return None,
    })
}

fn remedy(kind: &Kind, found: &Value, hint: &Hint) -> String {
    match kind {
        Kind::FalseSchema => "remove it".to_owned(),
        Kind::Constant { expected_value } => format!("write it as {} ({})", shown(expected_value), hint.description()),
        Kind::Enum { options } => {
            let near = |text: &str| options.as_array()?.iter().filter_map(Value::as_str).find(|o| alike(o, text));
            match found.as_str().and_then(near) {
                Some(option) => format!("write it as {option}"),
                None => format!("use one of those ({})", hint.description()),
            }
        }
        _ => match (&hint.example, kind) {
            (Some(example), Kind::Format { .. }) => format!("write it as {example} ({})", hint.description()),
            (Some(example), _) => format!("write it like {example} ({})", hint.description()),
            (None, _) => format!("expected: {}", hint.description()),
        },
    }
}

fn unknown_field(schema: &Value, object: &Value, name: &str) -> String {
    let mut known = Vec::new();
    names(schema, &mut known);
    let version = schema.get("$id").and_then(Value::as_str).unwrap_or("the schema");
    if known.contains(&name) {
        return match object.get("kind").and_then(Value::as_str) {
            Some(kind) => format!("remove it: it belongs to another kind than `{kind}`"),
            None => "remove it: it belongs elsewhere in the message".to_owned(),
        };
    }
    match known.into_iter().find(|k| alike(k, name)) {
        Some(near) => format!("rename it to `{near}`"),
        None => format!("remove it, or send it where {version} has a place for it"),
    }
}

/// Every property name of the schema, at any depth.
fn names<'a>(node: &'a Value, known: &mut Vec<&'a str>) {
    match node {
        Value::Object(fields) => {
            for (key, child) in fields {
                if key == "properties" {
                    known.extend(child.as_object().into_iter().flat_map(|o| o.keys()).map(String::as_str));
                }
                names(child, known);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, known)),
        _ => {}
    }
}

/// What the schema itself says about the field at fault.
#[derive(Default, Clone)]
struct Hint {
    description: Option<String>,
    example: Option<String>,
    format: Option<String>,
    secret: bool,
}

impl Hint {
    /// Follows the path that the validator took, references included.
    fn at(schema: &Value, error: &ValidationError) -> Self {
        let mut node = schema;
        let mut hint = Hint::of(schema);
        let mut parent = "";
        let path = error.evaluation_path().as_str().trim_start_matches('/');
        let segments: Vec<String> = path.split('/').map(unescape).collect();
        for segment in &segments[..segments.len().saturating_sub(1)] {
            let next = match (segment.as_str(), node) {
                ("$ref", _) => target(schema, node),
                (index, Value::Array(items)) => index.parse().ok().and_then(|i: usize| items.get(i)),
                (key, _) => node.get(key),
            };
            let Some(next) = next else { return hint };
            node = next;
            match (parent, segment.as_str()) {
                // A branch may pin or forbid a field that is described elsewhere.
                ("properties", name) => hint = Hint::of(node).or_described(schema, node, name),
                (_, "items") => hint = Hint::of(node),
                (_, "$ref") => hint = hint.or(Hint::of(node)),
                _ => {}
            }
            parent = segment;
        }
        let Kind::Required { property } = error.kind() else { return hint };
        let name = property.as_str().unwrap_or_default();
        let own = node.get("properties").and_then(|p| p.get(name));
        own.or_else(|| described(schema, name))
            .map(|field| Hint::of(field).or_target(schema, field))
            .unwrap_or_default()
    }

    fn of(node: &Value) -> Self {
        let text = |key: &str| node.get(key).and_then(Value::as_str).map(str::to_owned);
        Self {
            description: text("description"),
            example: node.get("examples").and_then(|e| e.get(0)).map(shown),
            format: text("format"),
            secret: node.get("x-secret").and_then(Value::as_bool).unwrap_or(false),
        }
    }

    fn or_target(self, schema: &Value, node: &Value) -> Hint {
        self.or(target(schema, node).map(Hint::of).unwrap_or_default())
    }

    fn or_described(self, schema: &Value, node: &Value, name: &str) -> Hint {
        if node.get("$ref").is_some() || self.description.is_some() {
            return self;
        }
        described(schema, name).map_or(Hint::default(), Hint::of)
    }

    fn or(self, other: Hint) -> Hint {
        Hint {
            description: self.description.or(other.description),
            example: self.example.or(other.example),
            format: self.format.or(other.format),
            secret: self.secret || other.secret,
        }
    }

    fn description(&self) -> &str {
        self.description.as_deref().unwrap_or("see the contract")
    }

    fn whole(&self) -> String {
        match &self.example {
            Some(example) => format!("{}; for example {example}", self.description()),
            None => self.description().to_owned(),
        }
    }
}

/// The first property of that name, at any depth, that has a description.
fn described<'a>(node: &'a Value, name: &str) -> Option<&'a Value> {
    match node {
        Value::Object(fields) => {
            let here = fields.get("properties").and_then(|p| p.get(name)).filter(|p| p.get("description").is_some());
            here.or_else(|| fields.values().find_map(|child| described(child, name)))
        }
        Value::Array(items) => items.iter().find_map(|item| described(item, name)),
        _ => None,
    }
}

fn target<'a>(schema: &'a Value, node: &Value) -> Option<&'a Value> {
    schema.pointer(node.get("$ref")?.as_str()?.strip_prefix('#')?)
}

fn type_name(wanted: JsonType) -> &'static str {
    match wanted {
        JsonType::Array => "a list",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "a JSON object",
        JsonType::String => "text in quotes",
    }
}

fn list(options: &Value) -> String {
    options.as_array().map(|o| o.iter().map(shown).collect::<Vec<_>>().join(", ")).unwrap_or_default()
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}

/// The same word but for case and separators: `callId` and `call_id`.
fn alike(a: &str, b: &str) -> bool {
    let folded = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    folded(a) == folded(b)
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn dotted(pointer: &str) -> String {
    pointer.split('/').skip(1).map(unescape).collect::<Vec<_>>().join(".")
}

fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

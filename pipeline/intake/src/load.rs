//! Reading a mapping, by path or by the name of a shipped one, and judging it before the first row is read.

use crate::{
    clock,
    mapping::{EventStep, Mapping, Outcome, Rows, Stay, Times},
};
use meyar_schemas::Invalid;
use std::path::Path;

/// The mappings that are built in, by name.
const SHIPPED: [(&str, &str); 3] = [
    ("anonymous-bank-1999", include_str!("../../../schemas/mappings/anonymous-bank-1999.toml")),
    ("asterisk-cdr", include_str!("../../../schemas/mappings/asterisk-cdr.toml")),
    ("asterisk-queue-log", include_str!("../../../schemas/mappings/asterisk-queue-log.toml")),
];

#[derive(Debug, thiserror::Error)]
#[error("mapping {file}: {invalid}")]
pub struct MappingError {
    pub file: String,
    pub invalid: Box<Invalid>,
}

impl Mapping {
    pub fn shipped() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// `what` is the name of a shipped mapping, or the path of a file.
    pub fn load(what: &str) -> Result<Self, MappingError> {
        if let Some((name, text)) = SHIPPED.iter().find(|(name, _)| *name == what) {
            return Self::parse(name, text);
        }
        let shipped = Self::shipped().collect::<Vec<_>>().join(", ");
        let remedy = format!("give the path of a mapping file, or one of the shipped: {shipped}");
        let refuse = |problem: &str| MappingError {
            file: what.to_owned(),
            invalid: Box::new(Invalid::new("mapping", what, problem, remedy.clone())),
        };
        if !Path::new(what).exists() {
            return Err(refuse("is no file and no shipped mapping"));
        }
        let text = std::fs::read_to_string(what).map_err(|e| refuse(&format!("cannot be read ({e})")))?;
        Self::parse(what, &text)
    }

    pub fn parse(file: &str, text: &str) -> Result<Self, MappingError> {
        let fail = |invalid| MappingError { file: file.to_owned(), invalid: Box::new(invalid) };
        let mapping: Mapping = toml::from_str(text).map_err(|e| fail(from_toml(text, &e)))?;
        mapping.check().map_err(fail)?;
        Ok(mapping)
    }

    /// The columns that the mapping speaks of, each with the field that does.
    pub fn columns(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        let mut add = |field: &str, column: Option<&String>| {
            all.extend(column.map(|column| (field.to_owned(), column.clone())));
        };
        add("clock.date", self.clock.date.as_ref());
        add("caller.column", self.caller.column.as_ref());
        add("recording.column", self.recording.column.as_ref());
        add("representative.column", Some(&self.representative.column));
        add("outcome.column", self.outcome.as_ref().map(|o| &o.column));
        add("call.direction.column", self.call.direction.as_ref().map(|d| &d.column));
        self.call.key.iter().for_each(|c| add("call.key", Some(c)));
        self.line.columns.iter().for_each(|c| add("line.columns", Some(c)));
        for (name, stay) in self.stays() {
            add(&format!("{name}.enter"), Some(&stay.enter));
            add(&format!("{name}.leave"), stay.leave.as_ref());
            add(&format!("{name}.duration"), stay.duration.as_ref());
            add(&format!("{name}.name_column"), stay.name_column.as_ref());
        }
        if let Some(legs) = &self.legs {
            for (field, column) in [("start", &legs.start), ("duration", &legs.duration), ("talk", &legs.talk)] {
                add(&format!("legs.{field}"), Some(column));
            }
            add("legs.queue.column", legs.queue.as_ref().map(|q| &q.column));
            add("legs.queue.name_column", legs.queue.as_ref().map(|q| &q.name_column));
            add("legs.ignore.column", legs.ignore.as_ref().map(|i| &i.column));
        }
        if let Some(events) = &self.events {
            for (field, column) in [("column", &events.column), ("time", &events.time), ("queue", &events.queue)] {
                add(&format!("events.{field}"), Some(column));
            }
            for (name, rule) in &events.steps {
                for (field, column) in [
                    ("caller", &rule.caller),
                    ("waited", &rule.waited),
                    ("to", &rule.to),
                    ("node", &rule.node),
                    ("key", &rule.key),
                ] {
                    add(&format!("events.steps.{name}.{field}"), column.as_ref());
                }
            }
        }
        all
    }

    fn stays(&self) -> impl Iterator<Item = (&'static str, &Stay)> {
        [("menu", &self.menu), ("queue", &self.queue), ("service", &self.service)]
            .into_iter()
            .filter_map(|(name, stay)| stay.as_ref().map(|stay| (name, stay)))
    }

    fn check(&self) -> Result<(), Invalid> {
        check_id("call.prefix", &self.call.prefix)?;
        check_id("representative.unknown", &self.representative.unknown)?;
        if self.call.key.is_empty() {
            return Err(Invalid::new(
                "call.key",
                "[]",
                "names no column",
                "name the columns that tell one call from another",
            ));
        }
        self.check_clock()?;
        for (value, line) in self
            .line
            .values
            .iter()
            .map(|(v, l)| (v.as_str(), l))
            .chain(self.line.default.as_ref().map(|l| ("default", l)))
        {
            if !crate::line::is_line(line) {
                return Err(Invalid::new(
                    &format!("line.values.{value}"),
                    line,
                    "is not a line of the centre",
                    "use 195-1-1, 195-1-2, 195-1-3 or 195-1-4",
                ));
            }
        }
        for value in self.representative.values.values() {
            check_id("representative.values", value)?;
        }
        self.check_rows()?;
        if self.file.header != self.file.columns.is_empty() {
            return Err(Invalid::new(
                "file.columns",
                format!("{} names", self.file.columns.len()),
                format!("does not go with header = {}", self.file.header),
                "give columns when the file has no header line, and only then",
            ));
        }
        if !self.file.header {
            self.check_columns(&self.file.columns)?;
        }
        Ok(())
    }

    /// Every column that the mapping needs must be in the file.
    pub fn check_columns(&self, present: &[String]) -> Result<(), Invalid> {
        match self.columns().into_iter().find(|(_, c)| !present.contains(c) && !self.file.optional.contains(c)) {
            None => Ok(()),
            Some((field, column)) => Err(Invalid::new(
                &field,
                column,
                format!("is not a column of the file, which has {}", present.join(", ")),
                "correct the mapping, export that column too, or list it in file.optional",
            )),
        }
    }

    fn check_clock(&self) -> Result<(), Invalid> {
        let clock = &self.clock;
        clock::zone(&clock.zone)?;
        if !(1..=23).contains(&clock.rollover_hours) {
            let value = clock.rollover_hours.to_string();
            return Err(Invalid::new(
                "clock.rollover_hours",
                value,
                "is not 1 to 23",
                "use 12 unless calls last longer",
            ));
        }
        let (field, formats, needed) = match clock.times {
            Times::TimeOfDay => ("clock.date_formats", &clock.date_formats, true),
            Times::Datetime => ("clock.formats", &clock.formats, true),
            Times::Epoch => ("clock.formats", &clock.formats, false),
        };
        if needed && formats.is_empty() {
            return Err(Invalid::new(
                field,
                "[]",
                "names no format",
                "add one, e.g. \"%Y-%m-%d %H:%M:%S\" or \"%y%m%d\"",
            ));
        }
        if let Some(bad) = formats.iter().find(|f| !clock::is_format(f)) {
            return Err(Invalid::new(field, bad, "is not a date format", "use %Y %y %m %d %H %M %S as strftime does"));
        }
        if (clock.times == Times::TimeOfDay) != clock.date.is_some() {
            let value = clock.date.clone().unwrap_or_default();
            let remedy = "name the date's column when times = \"time_of_day\", and only then";
            return Err(Invalid::new("clock.date", value, "does not go with clock.times", remedy));
        }
        Ok(())
    }

    fn check_rows(&self) -> Result<(), Invalid> {
        let need = |field: &str, present: bool, wanted: bool| {
            if present == wanted {
                return Ok(());
            }
            let (problem, remedy) = if wanted { ("is missing", "add") } else { ("is not used", "remove") };
            let rows = format!("{:?}", self.rows).to_lowercase();
            Err(Invalid::new(field, "", format!("{problem} with rows = \"{rows}\""), format!("{remedy} [{field}]")))
        };
        let (calls, legs, events) = (self.rows == Rows::Calls, self.rows == Rows::Legs, self.rows == Rows::Events);
        need("menu", self.menu.is_some(), calls)?;
        need("service", self.service.is_some(), calls)?;
        need("queue", self.queue.is_some(), calls && self.queue.is_some())?;
        need("legs", self.legs.is_some(), legs)?;
        need("events", self.events.is_some(), events)?;
        need("outcome", self.outcome.is_some(), calls || legs)?;
        if calls == (self.clock.times == Times::Epoch) && calls {
            return Err(Invalid::new(
                "clock.times",
                "epoch",
                "does not go with rows = \"calls\"",
                "use datetime or time_of_day",
            ));
        }
        if !calls && self.clock.times == Times::TimeOfDay {
            return Err(Invalid::new(
                "clock.times",
                "time_of_day",
                "goes with rows = \"calls\" only",
                "use datetime or epoch",
            ));
        }
        if legs && self.clock.times == Times::Epoch {
            return Err(Invalid::new("clock.times", "epoch", "goes with rows = \"events\" only", "use datetime"));
        }
        if let Some(outcome) = &self.outcome
            && !outcome.values.values().any(|o| *o == Outcome::Answered)
        {
            return Err(Invalid::new("outcome.values", "", "has no answered value", "map one value to \"answered\""));
        }
        for (name, rule) in self.events.iter().flat_map(|e| &e.steps) {
            let missing = match rule.step {
                EventStep::Lost | EventStep::LeftQueue if rule.reason.is_none() => "reason",
                EventStep::Transferred if rule.to.is_none() => "to",
                EventStep::Menu if rule.node.is_none() => "node",
                _ => continue,
            };
            let field = format!("events.steps.{name}.{missing}");
            return Err(Invalid::new(&field, "", "is missing", format!("a step of this kind needs {missing}")));
        }
        Ok(())
    }
}

/// Identifiers of the contracts have no spaces.
fn check_id(field: &str, value: &str) -> Result<(), Invalid> {
    if value.is_empty() || value.len() > 60 || value.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Invalid::new(field, value, "is not an identifier", "use 1 to 60 characters without spaces"));
    }
    Ok(())
}

/// TOML's own errors, in one line with the line's number and text.
fn from_toml(text: &str, error: &toml::de::Error) -> Invalid {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let number = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
    let line = text.lines().nth(number - 1).unwrap_or_default().trim();
    let field = match error.message().split_once("field `").and_then(|(_, rest)| rest.split_once('`')) {
        Some((field, _)) => field.to_owned(),
        None => line.split('=').next().unwrap_or_default().trim().to_owned(),
    };
    let remedy = "see schemas/mappings/README.md for the fields and their values";
    Invalid::new(&field, line, format!("on line {number}: {}", error.message().replace('\n', " ")), remedy)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn bank_with(from: &str, to: &str) -> String {
        let text = SHIPPED[0].1;
        assert!(text.contains(from), "the shipped mapping has no {from}");
        Mapping::parse("x.toml", &text.replacen(from, to, 1)).unwrap_err().to_string()
    }

    #[test]
    fn every_shipped_mapping_is_valid_and_bears_its_own_name() {
        for name in Mapping::shipped() {
            assert_eq!(Mapping::load(name).unwrap().name, name);
        }
    }

    #[test]
    fn a_wrong_mapping_is_refused_with_file_field_value_and_remedy() {
        let e = bank_with("\"195-1-1\"", "\"195-1-9\"");
        assert!(
            e.starts_with("mapping x.toml: line.values.") && e.contains("`195-1-9`") && e.contains("195-1-4"),
            "{e}"
        );
        let e = bank_with("Asia/Jerusalem", "Asia/Bakı");
        assert!(e.contains("clock.zone: `Asia/Bakı`") && e.contains("Asia/Baku"), "{e}");
        let e = bank_with("rollover_hours", "rolover_hours");
        assert!(e.contains("rolover_hours: ") && e.contains("on line") && e.contains("README"), "{e}");
        let e = bank_with("\"%y%m%d\"", "\"%!\"");
        assert!(e.contains("clock.date_formats: `%!`"), "{e}");
        let e = Mapping::load("no-such").unwrap_err().to_string();
        assert!(e.contains("`no-such`") && e.contains("asterisk-cdr"), "{e}");
        assert!(!e.contains('\n'));
    }
}

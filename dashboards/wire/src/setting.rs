//! What a session may set: the period and line of its figures, its own time limit, and what drivers set by habit.

use crate::fault::{self, Refusal};
use meyar_lake::Period;
use std::{collections::BTreeMap, sync::RwLock};

pub const PERIOD: &str = "meyar.period";
pub const LINE: &str = "meyar.line";
const TIMEOUT: &str = "statement_timeout";

enum Rule {
    /// Kept and shown again, without any effect here.
    Free,
    /// One of these, written in any case.
    One(&'static [&'static str]),
    Period,
    Timeout,
    /// Told by the server, never set.
    Told,
}

/// Name, rule, what stands there at first, and what it is for.
const RULES: &[(&str, Rule, &str, &str)] = &[
    (
        PERIOD,
        Rule::Period,
        "",
        "period of the views figure_…: 2024, 2024-01, 2024-W03, 2024-01-14, from..to; empty: the latest year with calls",
    ),
    (LINE, Rule::Free, "", "line of the views figure_…, such as 195-1-1; empty: all lines"),
    (TIMEOUT, Rule::Timeout, "0", "time limit of a statement, below that of the port; 0: the port's"),
    ("application_name", Rule::Free, "", "told by the client"),
    ("bytea_output", Rule::One(&["hex"]), "hex", "how bytes are written"),
    ("client_encoding", Rule::One(&["utf8", "utf-8", "unicode"]), "UTF8", "text is UTF-8"),
    ("client_min_messages", Rule::Free, "notice", "no effect"),
    (
        "datestyle",
        Rule::One(&["iso", "iso, mdy", "iso, dmy", "iso, ymd", "iso,mdy", "iso,dmy", "iso,ymd"]),
        "ISO, YMD",
        "days are written YYYY-MM-DD",
    ),
    ("default_transaction_isolation", Rule::Free, "read committed", "no effect"),
    ("default_transaction_read_only", Rule::One(&["on", "true", "yes", "1"]), "on", "nothing can be written"),
    ("extra_float_digits", Rule::Free, "1", "no effect"),
    ("idle_in_transaction_session_timeout", Rule::Free, "0", "no effect"),
    ("idle_session_timeout", Rule::Free, "0", "no effect"),
    ("intervalstyle", Rule::One(&["postgres", "iso_8601"]), "postgres", "no effect"),
    ("jit", Rule::Free, "off", "no effect"),
    ("lock_timeout", Rule::Free, "0", "no effect"),
    ("row_security", Rule::Free, "on", "no effect"),
    ("search_path", Rule::Free, "public", "all tables are in public"),
    ("standard_conforming_strings", Rule::One(&["on", "true"]), "on", "backslashes in strings are plain"),
    (
        "timezone",
        Rule::One(&["utc", "etc/utc", "gmt", "default"]),
        "UTC",
        "times are UTC; write `AT TIME ZONE 'Asia/Baku'` in the query",
    ),
    ("transaction_isolation", Rule::Free, "read committed", "no effect"),
    ("transaction_read_only", Rule::One(&["on", "true", "yes", "1"]), "on", "nothing can be written"),
    ("max_identifier_length", Rule::Told, "63", "told by the server"),
    ("server_encoding", Rule::Told, "UTF8", "told by the server"),
    ("server_version", Rule::Told, SERVER_VERSION, "the dialect that is spoken"),
    ("server_version_num", Rule::Told, "150000", "the dialect that is spoken"),
];

/// Clients choose their catalogue queries by it.
pub const SERVER_VERSION: &str = "15.0";

/// The settings of one session.
#[derive(Debug, Default)]
pub struct Settings(RwLock<BTreeMap<&'static str, String>>);

impl Settings {
    /// Sets it, or tells why not; an empty value or `DEFAULT` takes it back.
    pub fn set(&self, name: &str, value: &str) -> Result<&'static str, Refusal> {
        let (name, rule, first, words) = rule(name)?;
        let value = value.trim().trim_matches('\'');
        if value.is_empty() || value.eq_ignore_ascii_case("default") {
            self.write(|values| values.remove(name));
            return Ok(name);
        }
        let bad = |remedy: &str| {
            let code = if name.ends_with("read_only") { fault::READ_ONLY } else { fault::BAD_VALUE };
            Refusal::new(code, format!("{name}: `{value}` cannot be set: {remedy}"))
        };
        match rule {
            Rule::Free => {}
            Rule::One(known) if known.contains(&value.to_lowercase().as_str()) => {
                // What is told must stay what it is, however it was spelt.
                self.write(|values| values.insert(name, (*first).to_owned()));
                return Ok(name);
            }
            Rule::One(_) => return Err(bad(words)),
            Rule::Told => return Err(Refusal::new(fault::NOT_ALLOWED, format!("{name} cannot be set: it is {words}"))),
            Rule::Period => drop(value.parse::<Period>()?),
            Rule::Timeout => drop(milliseconds(value).ok_or_else(|| bad("write 5000, 500ms, 5s or 1min"))?),
        }
        self.write(|values| values.insert(name, value.to_owned()));
        Ok(name)
    }

    pub fn reset(&self, name: &str) -> Result<(), Refusal> {
        self.set(name, "").map(drop)
    }

    pub fn reset_all(&self) {
        self.write(BTreeMap::clear);
    }

    pub fn show(&self, name: &str) -> Result<(&'static str, String), Refusal> {
        let (name, _, first, _) = rule(name)?;
        Ok((name, self.value(name).unwrap_or_else(|| (*first).to_owned())))
    }

    /// Name, value and words of each.
    pub fn all(&self) -> Vec<(&'static str, String, &'static str)> {
        let told = |(name, _, first, words): &(&'static str, Rule, &'static str, &'static str)| {
            (*name, self.value(name).unwrap_or_else(|| (*first).to_owned()), *words)
        };
        RULES.iter().map(told).collect()
    }

    pub fn period(&self) -> Option<Period> {
        self.value(PERIOD)?.parse().ok()
    }

    pub fn line(&self) -> Option<String> {
        self.value(LINE)
    }

    /// The session's own limit, never above the port's.
    pub fn statement_ms(&self, limit: u64) -> u64 {
        self.value(TIMEOUT).and_then(|v| milliseconds(&v)).filter(|ms| *ms > 0).map_or(limit, |ms| ms.min(limit))
    }

    fn value(&self, name: &str) -> Option<String> {
        self.0.read().ok()?.get(name).cloned()
    }

    fn write<T>(&self, change: impl FnOnce(&mut BTreeMap<&'static str, String>) -> T) {
        if let Ok(mut values) = self.0.write() {
            change(&mut values);
        }
    }
}

fn rule(name: &str) -> Result<&'static (&'static str, Rule, &'static str, &'static str), Refusal> {
    let name = name.trim_matches('"').to_lowercase();
    RULES.iter().find(|(known, ..)| *known == name).ok_or_else(|| {
        let message = format!("{name} is not a setting of this port; SHOW ALL lists those that are");
        Refusal::new(fault::NOT_ALLOWED, message)
    })
}

/// `5000`, `500ms`, `5s`, `1min`.
fn milliseconds(text: &str) -> Option<u64> {
    let text = text.trim();
    let cut = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let unit = match text[cut..].trim() {
        "" | "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        _ => return None,
    };
    text[..cut].parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_period_is_judged_when_it_is_set_and_not_when_a_figure_is_read() {
        let settings = Settings::default();
        let error = settings.set(PERIOD, "last month").unwrap_err();
        assert!(error.code == fault::BAD_VALUE && error.message.contains("2026-W03"), "{error:?}");
        settings.set("MEYAR.PERIOD", "2024-01").unwrap();
        assert_eq!(settings.period().unwrap().to_string(), "2024-01");
        settings.reset(PERIOD).unwrap();
        assert_eq!(settings.period(), None);
    }

    #[test]
    fn the_sessions_limit_is_never_above_the_ports() {
        let settings = Settings::default();
        for (value, limit) in
            [("0", 60_000), ("5s", 5_000), ("500ms", 500), ("250", 250), ("1min", 60_000), ("10min", 60_000)]
        {
            settings.set("statement_timeout", value).unwrap();
            assert_eq!(settings.statement_ms(60_000), limit, "{value}");
        }
        assert!(settings.set("statement_timeout", "soon").is_err());
    }

    #[test]
    fn what_would_change_the_engine_or_the_rules_cannot_be_set() {
        let settings = Settings::default();
        for (name, value, code) in [
            ("datafusion.execution.batch_size", "1", fault::NOT_ALLOWED),
            ("role", "analyst", fault::NOT_ALLOWED),
            ("session_authorization", "x", fault::NOT_ALLOWED),
            ("default_transaction_read_only", "off", fault::READ_ONLY),
            ("transaction_read_only", "false", fault::READ_ONLY),
            ("timezone", "Asia/Baku", fault::BAD_VALUE),
            ("client_encoding", "latin1", fault::BAD_VALUE),
            ("server_version", "1", fault::NOT_ALLOWED),
        ] {
            assert_eq!(settings.set(name, value).unwrap_err().code, code, "{name}");
        }
        assert_eq!(settings.show("TimeZone").unwrap().1, "UTC");
    }

    proptest! {
        #[test]
        fn no_name_and_no_value_panics_and_no_limit_is_raised(name in ".*", value in ".*") {
            let settings = Settings::default();
            let _ = settings.set(&name, &value);
            let _ = settings.set("statement_timeout", &value);
            prop_assert!(settings.statement_ms(1_000) <= 1_000);
        }
    }
}

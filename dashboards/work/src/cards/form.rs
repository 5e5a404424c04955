//! By what a position is rated: indicators, where each comes from, weights and scales. Data with a first and a last day, never code.

use super::Measure;
use crate::error::{Result, WorkError};
use crate::rights::{Role, named};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fs, path::Path};

named! {
    Source: "from" {
        /// A column of a figure that has a row a representative.
        Figure = "figure",
        /// What people's own work in the store says of whom the card is about: a measure.
        Work = "work",
        /// A person enters it.
        Hand = "hand",
    }
}

named! {
    /// How a value looks.
    Unit: "unit" {
        Score = "score",
        Calls = "calls",
        Seconds = "seconds",
        Percent = "percent",
        Points = "points",
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    pub code: String,
    pub name_az: String,
    pub name_en: String,
    pub from: Source,
    /// Of a figure: its name, the column of the value, and the column that says of how many.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub figure: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub count: String,
    /// Of work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    pub unit: Unit,
    pub weight: f64,
    /// The value that gives 0 points, and the one that gives 100.
    pub worst: f64,
    pub best: f64,
    /// Of fewer there is no value.
    #[serde(default)]
    pub least: u64,
}

impl Indicator {
    /// 0 … 100, straight between worst and best; what lies beyond them is cut.
    pub fn points(&self, value: f64) -> f64 {
        (100.0 * (value - self.worst) / (self.best - self.worst)).clamp(0.0, 100.0)
    }

    /// Between which values a person may enter one: on the scale; in place of a measure also what lies beyond it, as the measure could.
    pub fn limits(&self) -> (f64, f64) {
        match self.from {
            Source::Work => (0.0, 100.0),
            Source::Figure | Source::Hand => (self.worst.min(self.best), self.worst.max(self.best)),
        }
    }

    /// What a person may enter.
    pub fn takes(&self, value: f64) -> bool {
        let (low, high) = self.limits();
        (low..=high).contains(&value)
    }

    fn check(&self, position: &str) -> Result<()> {
        let place = format!("{position}/{}", self.code);
        let bad = |field: &str, problem: &str, remedy: &str| Err(invalid(&format!("{place} {field}"), problem, remedy));
        let code = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.code.is_empty() || !self.code.chars().all(code) {
            return bad("code", "is no code", "use small Latin letters, digits and _");
        }
        if self.name_az.trim().is_empty() || self.name_en.trim().is_empty() {
            return bad("name", "is missing", "name it in both languages");
        }
        if !(self.weight.is_finite() && self.weight > 0.0) {
            return bad("weight", "is not above 0", "give it a weight, or take it out");
        }
        if !(self.worst.is_finite() && self.best.is_finite()) || (self.worst - self.best).abs() < 1e-9 {
            return bad("worst, best", "are not two different values", "say what gives 0 points and what 100");
        }
        let named = [&self.figure, &self.value, &self.count].map(|name| !name.is_empty());
        match self.from {
            Source::Figure if named.contains(&false) => {
                return bad("figure, value, count", "are not all there", "name the figure and both of its columns");
            }
            Source::Hand if named.contains(&true) => {
                return bad("figure", "stands beside what a person enters", "take it out, or write from = \"figure\"");
            }
            Source::Work if named.contains(&true) => {
                return bad("figure", "stands beside what work says", "take it out, or write from = \"figure\"");
            }
            _ => {}
        }
        match (self.from, self.measure) {
            (Source::Work, None) => {
                let names: Vec<&str> = Measure::ALL.iter().map(|measure| measure.name()).collect();
                return bad("measure", "is missing", &format!("write one of: {}", names.join(", ")));
            }
            (Source::Work, Some(measure)) if self.unit != measure.unit() => {
                return bad("unit", "is not that of the measure", &format!("write unit = \"{}\"", measure.unit()));
            }
            (Source::Figure | Source::Hand, Some(_)) => {
                return bad("measure", "stands beside another source", "take it out, or write from = \"work\"");
            }
            _ => {}
        }
        // Said before the figure itself is looked at, which another program may not have.
        if self.figure.starts_with("evaluation") {
            return Err(machine(&place, &self.figure, "machine verdicts"));
        }
        Ok(())
    }
}

/// A position from one day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardForm {
    pub position: String,
    pub name_az: String,
    pub name_en: String,
    pub role: Role,
    pub version: String,
    pub valid_from: NaiveDate,
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// Of 100: with less of it known there is no score.
    pub least_weight: f64,
    #[serde(rename = "indicator")]
    pub indicators: Vec<Indicator>,
}

/// What a figure is, as far as a card has to know.
#[derive(Debug, Clone, Copy)]
pub struct FigureFacts<'a> {
    /// With the SQL of all figures that it is made of.
    pub sql: &'a str,
    pub columns: &'a [&'a str],
}

/// Tables and views of what the machine alone has said of a call.
const OF_THE_MACHINE: [&str; 5] = ["evaluations", "call_evaluations", "verdicts", "transcripts", "segments"];

/// The table of machine verdicts that an SQL reads, if it reads one.
pub fn machine_table(sql: &str) -> Option<&'static str> {
    let spoken = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
    let words: BTreeSet<String> = spoken
        .flat_map(|line| line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')))
        .map(str::to_ascii_lowercase)
        .collect();
    OF_THE_MACHINE.into_iter().find(|table| words.contains(*table))
}

fn invalid(field: &str, problem: &str, remedy: &str) -> WorkError {
    WorkError::invalid(NAME, field, problem, remedy)
}

fn machine(place: &str, figure: &str, what: &str) -> WorkError {
    invalid(
        &format!("{place} figure {figure}"),
        &format!("rests on {what}: nobody is rated by what a machine alone has said"),
        "name a figure of what people judged, such as assessments_by_representative",
    )
}

/// All cards of the centre.
#[derive(Debug, Clone, PartialEq)]
pub struct CardForms {
    pub source: String,
    pub source_az: String,
    pub unconfirmed: bool,
    forms: Vec<CardForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: String,
    source_az: String,
    unconfirmed: bool,
    card: Vec<CardForm>,
}

const NAME: &str = "result_cards.toml";

impl CardForms {
    /// What Meyar ships, or the file of that name in the folder of the reference data.
    pub fn load(reference: Option<&Path>) -> Result<CardForms> {
        let path = reference.map(|folder| folder.join(NAME)).filter(|path| path.is_file());
        let Some(path) = path else { return CardForms::parse(include_str!("../../data/result_cards.toml")) };
        let text = fs::read_to_string(&path).map_err(|e| {
            let problem = format!("cannot be read ({e})");
            WorkError::invalid(NAME, path.display().to_string(), problem, "make it readable, or take it away")
        })?;
        CardForms::parse(&text)
    }

    pub fn parse(text: &str) -> Result<CardForms> {
        let file: File = toml::from_str(text).map_err(|e| {
            WorkError::invalid(NAME, "", e.message().replace('\n', " "), "compare it with the file Meyar ships")
        })?;
        let mut seen: Vec<&CardForm> = Vec::new();
        for form in &file.card {
            form.check()?;
            let from_to = |form: &CardForm| (form.valid_from, form.valid_to.unwrap_or(NaiveDate::MAX));
            let (from, to) = from_to(form);
            let meets = |other: &&&CardForm| {
                let (first, last) = from_to(other);
                other.position == form.position && (other.version == form.version || (from <= last && first <= to))
            };
            if let Some(other) = seen.iter().find(meets) {
                return Err(invalid(
                    &format!("{} {}", form.position, form.version),
                    &format!("has the version or the days of {}", other.version),
                    "close the older one with valid_to and give each a version of its own",
                ));
            }
            seen.push(form);
        }
        Ok(CardForms {
            source: file.source,
            source_az: file.source_az,
            unconfirmed: file.unconfirmed,
            forms: file.card,
        })
    }

    pub fn all(&self) -> &[CardForm] {
        &self.forms
    }

    /// What a position is rated by on a day.
    pub fn on(&self, position: &str, day: NaiveDate) -> Result<&CardForm> {
        let holds = |form: &&CardForm| {
            form.position == position && form.valid_from <= day && form.valid_to.is_none_or(|last| day <= last)
        };
        self.forms.iter().find(holds).ok_or_else(|| {
            let problem = format!("has no card on {day}");
            WorkError::invalid("position", position, problem, "choose a position and a period that have one")
        })
    }

    /// Whether every figure that is named is there, tells of representatives, and rests on what people did.
    pub fn check_figures<'a>(&self, figure: impl Fn(&str) -> Option<FigureFacts<'a>>) -> Result<()> {
        for form in &self.forms {
            for indicator in form.indicators.iter().filter(|indicator| indicator.from == Source::Figure) {
                let place = format!("{}/{}", form.position, indicator.code);
                let Some(facts) = figure(&indicator.figure) else {
                    let field = format!("{place} figure {}", indicator.figure);
                    return Err(invalid(
                        &field,
                        "is no figure",
                        "name one of the figures that `meyar report figures` tells",
                    ));
                };
                for column in ["representative", &indicator.value, &indicator.count] {
                    if !facts.columns.contains(&column) {
                        return Err(invalid(
                            &format!("{place} figure {}", indicator.figure),
                            &format!("has no column {column}"),
                            &format!("use its columns: {}", facts.columns.join(", ")),
                        ));
                    }
                }
                if let Some(table) = machine_table(facts.sql) {
                    return Err(machine(&place, &indicator.figure, &format!("machine verdicts ({table})")));
                }
            }
        }
        Ok(())
    }
}

impl CardForm {
    fn check(&self) -> Result<()> {
        let place = format!("{} {}", self.position, self.version);
        if self.position.trim().is_empty() || self.version.trim().is_empty() {
            return Err(invalid(&place, "has no position or no version", "write both"));
        }
        let mut codes = BTreeSet::new();
        for indicator in &self.indicators {
            indicator.check(&self.position)?;
            if !codes.insert(&indicator.code) {
                return Err(invalid(
                    &format!("{place} {}", indicator.code),
                    "stands there twice",
                    "give it another code",
                ));
            }
            if indicator.from == Source::Figure && self.role != Role::Representative {
                return Err(invalid(
                    &format!("{place} {}", indicator.code),
                    "comes from a figure, which tells of representatives alone",
                    "write from = \"hand\"",
                ));
            }
            if let Some(measure) = indicator.measure.filter(|measure| !measure.fits(self.role)) {
                return Err(invalid(
                    &format!("{place} {}", indicator.code),
                    &format!("is measured by {measure}, and a person of the role {} does no such work", self.role),
                    "choose another measure, or write from = \"hand\"",
                ));
            }
        }
        let whole: f64 = self.indicators.iter().map(|indicator| indicator.weight).sum();
        if (whole - 100.0).abs() > 1e-6 {
            return Err(invalid(&place, &format!("has weights that add up to {whole}"), "make them add up to 100"));
        }
        if !(self.least_weight > 0.0 && self.least_weight <= 100.0) {
            return Err(invalid(&format!("{place} least_weight"), "is not between 0 and 100", "write 50, for one"));
        }
        Ok(())
    }

    /// Figures that it needs, each once.
    pub fn figures(&self) -> BTreeSet<&str> {
        let named = self.indicators.iter().filter(|indicator| indicator.from == Source::Figure);
        named.map(|indicator| indicator.figure.as_str()).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../data/result_cards.toml");

    fn told(text: &str) -> String {
        CardForms::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn what_ships_is_whole() {
        let forms = CardForms::load(None).unwrap();
        assert!(forms.unconfirmed && forms.source.contains("5.7.4"));
        let day = NaiveDate::from_ymd_opt(2026, 1, 31).unwrap();
        let form = forms.on("representative", day).unwrap();
        assert_eq!(
            form.figures().into_iter().collect::<Vec<_>>(),
            ["assessments_by_representative", "representatives"]
        );
        assert!(forms.on("king", day).unwrap_err().to_string().contains("`king`"));
        assert!(forms.on("representative", NaiveDate::from_ymd_opt(2025, 12, 31).unwrap()).is_err());
    }

    #[test]
    fn a_figure_of_machine_verdicts_is_refused_by_its_name_and_by_what_it_reads() {
        let named = SHIPPED.replace("\"assessments_by_representative\"", "\"evaluation_by_representative\"");
        assert!(told(&named).contains("nobody is rated by what a machine alone has said"), "{}", told(&named));
        // Under another name it is known by the tables that it reads.
        let columns = [
            "representative",
            "mean_score",
            "at_random",
            "calls_per_person_day",
            "person_days",
            "mean_handle_s",
            "answered",
            "mean_hold_s",
        ];
        let forms = CardForms::load(None).unwrap();
        let people = "SELECT * FROM qa_assessments -- beside call_evaluations, which it leaves alone";
        forms.check_figures(|_| Some(FigureFacts { sql: people, columns: &columns })).unwrap();
        for machine in ["WITH x AS (SELECT * FROM call_evaluations) SELECT 1", "SELECT\n 1 FROM Verdicts v"] {
            let facts = FigureFacts { sql: machine, columns: &columns };
            let refused = forms.check_figures(|_| Some(facts)).unwrap_err().to_string();
            assert!(refused.contains("rests on machine verdicts"), "{refused}");
        }
        assert!(forms.check_figures(|_| None).unwrap_err().to_string().contains("is no figure"));
        let none = FigureFacts { sql: people, columns: &["line", "mean_score"] };
        assert!(forms.check_figures(|_| Some(none)).unwrap_err().to_string().contains("no column representative"));
    }

    #[test]
    fn what_does_not_add_up_is_refused() {
        assert!(told(&SHIPPED.replacen("weight = 40", "weight = 41", 1)).contains("add up to 101"));
        assert!(told(&SHIPPED.replacen("worst = 420", "worst = 180", 1)).contains("two different values"));
        assert!(told(&SHIPPED.replacen("\"hold_time\"", "\"handle_time\"", 1)).contains("stands there twice"));
        assert!(told(&SHIPPED.replacen("count = \"at_random\"\n", "", 1)).contains("are not all there"));
        assert!(
            told(&SHIPPED.replacen("position = \"assessor\"", "position = \"representative\"", 1)).contains("2026-1")
        );
        let measure = "measure = \"tests\"\n";
        assert!(told(&SHIPPED.replacen(measure, "", 1)).contains("write one of: tests, attendance, plan_done"));
        assert!(told(&SHIPPED.replacen(measure, "measure = \"king\"\n", 1)).contains("king"));
        assert!(told(&SHIPPED.replacen(measure, "measure = \"upheld\"\n", 1)).contains("not that of the measure"));
        let shares = SHIPPED.replacen("measure = \"plan_done\"", "measure = \"attendance\"", 1);
        assert!(told(&shares).contains("a person of the role assessor does no such work"));
        let by_hand = SHIPPED.replacen("from = \"work\"\nmeasure", "from = \"hand\"\nmeasure", 1);
        assert!(told(&by_hand).contains("stands beside another source"));
        let figure = SHIPPED.replacen(measure, &format!("{measure}figure = \"representatives\"\n"), 1);
        assert!(told(&figure).contains("stands beside what work says"));
        assert!(told(&SHIPPED.replacen("least_weight = 50", "least_weight = 0", 1)).contains("least_weight"));
        assert!(told(&SHIPPED.replace("from = \"hand\"", "from = \"machine\"")).contains("machine"));
    }

    #[test]
    fn points_go_straight_from_worst_to_best_and_no_further() {
        let forms = CardForms::load(None).unwrap();
        let form = &forms.all()[0];
        let of = |code: &str| form.indicators.iter().find(|indicator| indicator.code == code).unwrap();
        assert_eq!([40.0, 50.0, 75.0, 100.0].map(|value| of("listening").points(value)), [0.0, 0.0, 50.0, 100.0]);
        // Quicker is better.
        assert_eq!(
            [500.0, 420.0, 300.0, 180.0, 60.0].map(|value| of("handle_time").points(value)),
            [0.0, 0.0, 50.0, 100.0, 100.0]
        );
        assert!(of("handle_time").takes(180.0) && !of("handle_time").takes(179.0));
    }
}

//! The numbers that an annual report printed, against those that the figures give.

use serde_json::Value;
use std::fmt;

const STRUCTURES: [(&str, &str); 4] =
    [("APARAT", "195-1-2"), ("DVX", "195-1-1"), ("EMDX", "195-1-3"), ("AIBNDX", "195-1-4")];

#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    Equal,
    Differs,
    /// The report rounds 99.153 and 0.847 to 99.1 and 0.9: right to ±0.1.
    Misprinted,
    NotDetermined(&'static str),
}

#[derive(Debug, Clone)]
pub struct Line {
    pub number: String,
    pub published: String,
    pub computed: String,
    pub verdict: Verdict,
}

#[derive(Debug, Default)]
pub struct Comparison {
    pub lines: Vec<Line>,
}

/// As many decimals as the number is printed with, rounded half up.
fn printed(value: f64, decimals: usize) -> String {
    let scale = 10f64.powi(decimals as i32);
    format!("{:.decimals$}", (value * scale + 0.5 + 1e-9).floor() / scale)
}

fn decimals(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

impl Comparison {
    pub fn of(marginals: &Value, figures: &Value) -> Self {
        let mut all = Self::default();
        all.calls(marginals, figures);
        all.lists(marginals, figures);
        all.sheets(marginals, figures);
        all.kpis(marginals, figures);
        all
    }

    fn add(&mut self, number: String, published: &Value, computed: Option<f64>) -> &mut Line {
        let published = published.to_string();
        let computed = computed.map_or("–".to_owned(), |value| printed(value, decimals(&published)));
        let verdict = if computed == published { Verdict::Equal } else { Verdict::Differs };
        self.lines.push(Line { number, published, computed, verdict });
        self.lines.last_mut().expect("a line was just added")
    }

    fn calls(&mut self, marginals: &Value, figures: &Value) {
        let rows = |line: Option<&str>, column: &str| number(figures, "calls_by_line", &[("line", line)], column);
        let calls = &marginals["calls"];
        for (name, place, line) in STRUCTURES
            .map(|(name, line)| (name, &calls["by_structure"][name], Some(line)))
            .into_iter()
            .chain([("total", &calls["total"], None)])
        {
            for column in ["answered", "lost", "answered_pct", "lost_pct"] {
                let added = self.add(format!("calls {name} {column}"), &place[column], rows(line, column));
                if name == "APARAT" && column.ends_with("_pct") {
                    misprint(added);
                }
            }
        }
        self.add("calls total incoming".into(), &calls["total"]["incoming"], rows(None, "offered"));
        let notes = &marginals["call_notes"];
        let total = |figure: &str, key: &str, column: &str| number(figures, figure, &[(key, None)], column);
        self.add("mean wait, s".into(), &notes["avg_wait_answered_s"], total("call_times", "line", "mean_wait_s"));
        self.add("mean handling, s".into(), &notes["avg_handling_s"], total("call_times", "line", "mean_handle_s"));
        let a_day = total("calls_per_person_day", "month", "calls_per_person_day");
        self.add("calls per employee and workday".into(), &notes["avg_calls_per_employee_per_workday"], a_day);
    }

    fn lists(&mut self, marginals: &Value, figures: &Value) {
        let lists =
            [("lost_breakdown", "lost_parts", "part", "calls"), ("topics", "appeals_by_topic", "topic", "appeals")];
        let directions = ("directions", "directions", "direction", "calls");
        for (list, figure, key, count) in lists.into_iter().chain([directions]) {
            for item in marginals[list].as_array().into_iter().flatten() {
                let id = item["id"].as_str().unwrap_or_default();
                let of = |column: &str| number(figures, figure, &[(key, Some(id))], column);
                self.add(format!("{list} {id}"), &item["count"], of(count));
                self.add(format!("{list} {id} %"), &item["pct"], of("percent"));
            }
        }
        let short = number(figures, "lost_parts", &[("part", Some("waited_under_10s"))], "mean_wait_s");
        // The report's own sentence: "orta gözləmə 4 saniyə".
        self.add("mean wait of short lost calls, s".into(), &Value::from(4), short);
        for (sum, figure, key) in
            [("topics_sum_derived", "appeals_by_topic", "topic"), ("directions_sum_derived", "directions", "direction")]
        {
            let column = if figure == "directions" { "calls" } else { "appeals" };
            self.add(sum.into(), &marginals[sum], number(figures, figure, &[(key, None)], column));
        }
        let unexplained = number(figures, "directions_reconciliation", &[("item", Some("unexplained"))], "calls");
        self.add("directions left unexplained".into(), &Value::from(0), unexplained);
    }

    fn sheets(&mut self, marginals: &Value, figures: &Value) {
        let sheets = &marginals["application_sheets"];
        let columns = STRUCTURES.map(|(name, line)| (name, Some(line))).into_iter().chain([("total", None)]);
        for (name, line) in columns {
            let mut cell = |what: &str, published: &Value, class: Option<&str>, flow: &str| {
                let computed = number(figures, "sheets_balance", &[("class", class), ("line", line)], flow);
                self.add(format!("sheets {what} {name}"), published, computed);
            };
            cell("compiled", &sheets["compiled_total"][name], None, "compiled");
            cell("forwarded", &sheets["forwarded"]["total"][name], None, "forwarded");
            for (class, ours) in [
                ("third_party_complaints", "third_party_complaint"),
                ("institution_staff_complaints", "body_complaint"),
                ("reception_booking", "reception_booking"),
                ("proposals", "proposal"),
            ] {
                cell(class, &sheets["forwarded"][class][name], Some(ours), "forwarded");
            }
            for (class, ours) in [("complex_question", "complex_question"), ("eservice_error", "e_service_error")] {
                for (flow, column) in [
                    ("compiled", "compiled"),
                    ("carried_in", "carried_in"),
                    ("answered_by_cc", "answered"),
                    ("forwarded", "forwarded"),
                    ("carried_out", "carried_out"),
                ] {
                    cell(&format!("{class} {flow}"), &sheets[class][flow][name], Some(ours), column);
                }
            }
        }
    }

    fn kpis(&mut self, marginals: &Value, figures: &Value) {
        let names =
            [("lost_over_10s", "lost_gt10"), ("mv_avg_days", "mv_days"), ("callback_level", "callback_due_done")];
        for kpi in marginals["kpis"].as_array().into_iter().flatten() {
            let id = kpi["id"].as_str().unwrap_or_default();
            let ours = names.iter().find(|(theirs, _)| *theirs == id).map_or(id, |(_, ours)| ours);
            let values = kpi
                .as_object()
                .into_iter()
                .flatten()
                .find_map(|(key, values)| key.starts_with("values").then_some(values))
                .unwrap_or(&Value::Null);
            for (name, line) in STRUCTURES.map(|(n, l)| (n, Some(l))).into_iter().chain([("TOTAL", None)]) {
                let computed = number(figures, "kpi", &[("kpi", Some(ours)), ("line", line)], "value");
                let added = self.add(format!("kpi {id} {name}"), &values[name], computed);
                match id {
                    "fcr" => added.verdict = Verdict::NotDetermined("the report does not say what counts as resolved"),
                    "callback_level" => {
                        added.verdict =
                            Verdict::NotDetermined("starred, without a formula; no ratio of the lost parts gives it")
                    }
                    "accept_total" if name == "APARAT" => misprint(added),
                    _ => {}
                }
            }
            let target = number(figures, "kpi", &[("kpi", Some(ours)), ("line", None)], "target");
            self.add(format!("kpi {id} target"), &kpi["target"]["value"], target);
        }
    }
}

fn misprint(line: &mut Line) {
    let near = line.published.parse::<f64>().ok().zip(line.computed.parse::<f64>().ok());
    if line.verdict == Verdict::Differs && near.is_some_and(|(a, b)| (a - b).abs() < 0.1 + 1e-9) {
        line.verdict = Verdict::Misprinted;
    }
}

/// A cell of a figure; `None` as a key is the row of all.
pub fn number(figures: &Value, figure: &str, keys: &[(&str, Option<&str>)], column: &str) -> Option<f64> {
    let is = |row: &&Value| {
        keys.iter().all(|(key, value)| match value {
            Some(value) => row[*key].as_str() == Some(value),
            None => row[*key].is_null(),
        })
    };
    figures[figure].as_array()?.iter().find(is)?[column].as_f64()
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.lines.iter().map(|line| line.number.chars().count()).max().unwrap_or_default();
        writeln!(f, "{:width$}  {:>10}  {:>10}", "number", "published", "computed")?;
        for line in &self.lines {
            let verdict = match &line.verdict {
                Verdict::Equal => "equal".to_owned(),
                Verdict::Differs => "DIFFERS".to_owned(),
                Verdict::Misprinted => "the report rounds it wrong (±0.1)".to_owned(),
                Verdict::NotDetermined(why) => format!("not determined by the source: {why}"),
            };
            writeln!(f, "{:width$}  {:>10}  {:>10}  {verdict}", line.number, line.published, line.computed)?;
        }
        Ok(())
    }
}

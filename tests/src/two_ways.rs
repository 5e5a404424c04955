//! The cells of the second computation against those of the figures.

use crate::published::number;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq)]
pub struct Disagreement {
    pub cell: String,
    pub second: f64,
    pub figure: Option<f64>,
}

type Rows<'a> = &'a [(&'a str, &'a str)];

/// Second computation's name → figure's column.
const BY_LINE: [(&str, &str, Rows); 6] = [
    ("calls_by_line", "calls_by_line", &[("offered", "offered"), ("answered", "answered"), ("lost", "lost")]),
    ("calls_by_line", "call_times", &[("mean_wait_s", "mean_wait_s"), ("mean_handle_s", "mean_handle_s")]),
    (
        "lost_parts",
        "lost_parts_by_line",
        &[
            ("waited_under_10s", "waited_under_10s"),
            ("redialled_answered", "redialled_answered"),
            ("called_back", "called_back"),
            ("called_back_reached", "reached"),
            ("system_error", "system_error"),
            ("not_called_back", "not_called_back"),
        ],
    ),
    ("callbacks", "callbacks", &[("due", "due"), ("done", "done"), ("reached", "reached")]),
    ("callbacks", "callback_orders", &[("orders", "orders"), ("orders_done", "done")]),
    ("ivr_zero", "ivr_zero", &[("pressed", "pressed"), ("answered", "answered")]),
];

const FLOWS: [&str; 6] = ["carried_in", "compiled", "reopened", "answered", "forwarded", "carried_out"];

/// How many cells were compared, and those that differ. A figure without a row says zero.
pub fn compare(second: &BTreeMap<String, f64>, figures: &Value) -> (usize, Vec<Disagreement>) {
    let mut both = Both { second, compared: 0, differing: vec![] };
    for (cell, value) in second {
        let parts: Vec<&str> = cell.split('/').collect();
        both.cell(cell, *value, &parts, figures);
    }
    both.whole(figures);
    (both.compared, both.differing)
}

struct Both<'a> {
    second: &'a BTreeMap<String, f64>,
    compared: usize,
    differing: Vec<Disagreement>,
}

fn line_of(name: &str) -> Option<&str> {
    (name != "total").then_some(name)
}

impl Both<'_> {
    fn same(&mut self, cell: &str, second: f64, figure: Option<f64>) {
        self.compared += 1;
        let said = figure.unwrap_or(0.0);
        if (said - second).abs() > 2e-6 * second.abs().max(1.0) {
            self.differing.push(Disagreement { cell: cell.to_owned(), second, figure });
        }
    }

    fn cell(&mut self, cell: &str, value: f64, parts: &[&str], figures: &Value) {
        match *parts {
            [group, line, name]
                if BY_LINE.iter().any(|(g, _, names)| g == &group && names.iter().any(|(n, _)| n == &name)) =>
            {
                for (g, figure, names) in BY_LINE {
                    if let Some((_, column)) = names.iter().find(|(n, _)| g == group && *n == name) {
                        self.same(cell, value, number(figures, figure, &[("line", line_of(line))], column));
                    }
                }
            }
            ["appeals_by_topic", "total", topic] => {
                self.same(cell, value, number(figures, "appeals_by_topic", &[("topic", Some(topic))], "appeals"));
            }
            ["sheets", line, class, flow] if FLOWS.contains(&flow) => {
                let class = (class != "all").then_some(class);
                let keys = [("class", class), ("line", line_of(line))];
                self.same(cell, value, number(figures, "sheets_balance", &keys, flow));
            }
            ["sheets_by_month", month, "total", class, flow] if FLOWS.contains(&flow) => {
                let class = (class != "all").then_some(class);
                let keys = [("class", class), ("month", Some(month))];
                self.same(cell, value, number(figures, "sheets_by_month", &keys, flow));
            }
            ["kpi", line, kpi, part] if part != "value" => {
                let nine = figures["kpi"].as_array().is_some_and(|rows| rows.iter().any(|row| row["kpi"] == kpi));
                let (figure, key) = if nine { ("kpi", "kpi") } else { ("kpi_variants", "variant") };
                self.same(cell, value, number(figures, figure, &[(key, Some(kpi)), ("line", line_of(line))], part));
            }
            ["kpi_by_month", month, line, kpi, part] if part != "value" => {
                let keys = [("kpi", Some(kpi)), ("month", Some(month)), ("line", line_of(line))];
                // Variants are told for the year only.
                if figures["kpi"].as_array().is_some_and(|rows| rows.iter().any(|row| row["kpi"] == kpi)) {
                    self.same(cell, value, number(figures, "kpi_by_month", &keys, part));
                }
            }
            ["satisfaction", line, name] => {
                let column = match name {
                    "invited" | "answered" => name,
                    "wilson_low" => "low_pct",
                    "wilson_high" => "high_pct",
                    "worst_case_low" => "worst_low_pct",
                    "worst_case_high" => "worst_high_pct",
                    "share" => "percent",
                    "response_rate" => "response_pct",
                    _ => return,
                };
                let enough = self.second.get(&format!("satisfaction/{line}/answered")).is_some_and(|n| *n >= 30.0);
                let share = !matches!(name, "invited" | "answered");
                if share && name != "response_rate" && !enough {
                    return;
                }
                let scale = if share { 100.0 } else { 1.0 };
                self.same(cell, value * scale, number(figures, "satisfaction", &[("line", line_of(line))], column));
            }
            ["urgent", line, name @ ("urgent" | "escalated")] => {
                self.same(cell, value, number(figures, "urgent_escalations", &[("line", line_of(line))], name));
            }
            ["opinions", "total", state] => {
                let column = match state {
                    "received_in_time" => "in_time",
                    "received_late" => "late",
                    "deemed_agreed" => "deemed",
                    "silent" | "waiting" => state,
                    _ => return,
                };
                self.same(cell, value, number(figures, "opinions", &[("term_working_days", None)], column));
            }
            ["staff", "total", "person_days"] => {
                self.same(cell, value, number(figures, "calls_per_person_day", &[("month", None)], "person_days"));
            }
            ["directions", "total", name] => {
                let direction = match name {
                    "immediate" => "immediate",
                    "sheets_answered" => "mv_answered_by_cc",
                    "sheets_forwarded" => "mv_forwarded",
                    "lost_no_contact" => "lost_no_contact",
                    _ => return,
                };
                self.same(cell, value, number(figures, "directions", &[("direction", Some(direction))], "calls"));
            }
            _ => {}
        }
    }

    /// What is not a cell for a cell.
    fn whole(&mut self, figures: &Value) {
        let unexplained = number(figures, "directions_reconciliation", &[("item", Some("unexplained"))], "calls");
        self.same("directions left unexplained", 0.0, unexplained);
        let unfinished = self.second.get("calls_by_line/total/unfinished").copied().unwrap_or_default();
        self.same("calls unfinished", unfinished, number(figures, "calls_by_line", &[("line", None)], "unfinished"));
    }
}

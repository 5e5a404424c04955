//! A figure's head: the comment lines at the top of its SQL file.

use meyar_schemas::Invalid;

/// In the order in which people look for them.
pub const GROUPS: [&str; 10] =
    ["live", "calls", "lost", "appeals", "kpi", "satisfaction", "staff", "quality", "data", "stream"];

/// One figure: its words and its SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    pub name: String,
    pub name_az: String,
    pub name_en: String,
    pub formula: String,
    /// The formula in Azerbaijani, where a document prints it.
    pub formula_az: Option<String>,
    pub denominator: String,
    pub unit: String,
    pub source: String,
    /// Where it stands among the others: one of [`GROUPS`].
    pub group: String,
    pub params: Vec<String>,
    /// The column whose empty value marks the row of all.
    pub total: Option<String>,
    /// Its row in `ref_targets`.
    pub target: Option<String>,
    /// It needs only the call events of the period's days, and of so many days on either side.
    pub window_days: Option<u64>,
    /// The rows of a period are the rows of its months, one month after the other: `by: month`.
    pub by_month: bool,
    /// Reference data without which it would look like a fact and be none: `calendar`, `targets`.
    pub needs: Vec<String>,
    /// The column along the axis, and those that are drawn.
    pub chart: Option<(String, Vec<String>)>,
    pub drill: Drill,
    pub columns: Vec<FigureColumn>,
    /// The file as it stands.
    pub text: String,
    /// The text with every `figure_<name>` in it replaced by that figure's SQL.
    pub sql: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureColumn {
    pub name: String,
    pub az: String,
    pub en: String,
    /// `text`, `text_az` and `text_en` (shown in that language only), `code`, `count`, `number`, `percent`, `seconds`, `days`, `ms`,
    /// `score`, `date`, `yes`.
    pub format: String,
}

/// How the rows behind a cell are found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drill {
    /// `view WHERE condition`: the rows behind the whole table.
    pub base: Option<String>,
    /// Columns that tell the rows of the table apart. They stand in the base too, unless a rule is written for one row alone.
    pub keys: Vec<String>,
    pub rules: Vec<Rule>,
    /// A column whose value names the figure that made the row, and what stands before it in that name.
    pub through: Option<(String, String)>,
}

/// Which rows of the base a column's cells count, or are computed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub column: String,
    /// The rule is for these rows of the table alone, and their keys do not stand in its base.
    pub only: Vec<(String, String)>,
    /// A condition on the base. Where the row is another figure's ([`Drill::through`]): that figure's column.
    pub condition: String,
    /// A base of its own.
    pub base: Option<String>,
}

impl Rule {
    /// `answered, answered_pct | condition | view WHERE …`, or `calls, item=orders | …` for one row of the table: a rule a column.
    fn read(parts: Vec<String>) -> Option<Vec<Rule>> {
        let mut parts = parts.into_iter();
        let (Some(cells), Some(condition), base, None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let (only, columns): (Vec<_>, Vec<_>) = cells.split(',').map(str::trim).partition(|part| part.contains('='));
        let only: Vec<_> =
            only.iter().filter_map(|k| k.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let rule = |column: &str| Rule {
            column: column.to_owned(),
            only: only.clone(),
            condition: condition.clone(),
            base: base.clone(),
        };
        Some(columns.into_iter().map(rule).collect())
    }
}

impl Figure {
    /// Whether its rows are single people or calls, and no sums over many.
    pub fn tells_of_people(&self) -> bool {
        self.drill.keys.iter().any(|key| matches!(key.as_str(), "representative" | "call_id" | "first_call"))
    }

    /// Whether the rows behind it are marks of single calls: those whom a call is still to be scored by blind must not see them.
    pub fn shows_marks(&self) -> bool {
        const MARKS: [&str; 8] = [
            "assessments",
            "call_evaluations",
            "call_factors",
            "evaluations",
            "qa_assessments",
            "qa_marks",
            "urgent_heard",
            "verdicts",
        ];
        let bases = self.drill.base.iter().chain(self.drill.rules.iter().filter_map(|rule| rule.base.as_ref()));
        bases.filter_map(|base| base.split_whitespace().next()).any(|relation| MARKS.contains(&relation))
    }

    pub(crate) fn read(file: &str, text: String) -> Result<Self, Invalid> {
        let head = |key: &str| {
            let prefix = format!("-- {key}: ");
            text.lines().filter_map(|l| l.strip_prefix(&prefix)).map(|v| v.trim().to_owned()).collect::<Vec<_>>()
        };
        let one = |key: &str| head(key).into_iter().next();
        let need = |key: &str| {
            one(key).ok_or_else(|| {
                Invalid::new(
                    file,
                    "",
                    format!("has no line `-- {key}: …` at its head"),
                    "add it; schemas/figures has examples",
                )
            })
        };
        let parts = |line: &str| line.split('|').map(|part| part.trim().to_owned()).collect::<Vec<_>>();
        let bad = |line: &str, what: &str, remedy: &str| Invalid::new(file, line, format!("is not {what}"), remedy);
        let column = |line: &String| match <[String; 4]>::try_from(parts(line)) {
            Ok([name, az, en, format]) => Ok(FigureColumn { name, az, en, format }),
            Err(_) => Err(bad(line, "a column", "write name | Azerbaijani | English | format")),
        };
        let rules = |line: &String| {
            let remedy = "write column, column | condition, or column | condition | view WHERE …";
            Rule::read(parts(line)).ok_or_else(|| bad(line, "a rule for rows", remedy))
        };
        let list = |text: &str| text.split(',').map(|p| p.trim().to_owned()).collect::<Vec<_>>();
        let listed = |key: &str| one(key).map(|text| list(&text)).unwrap_or_default();
        let pair = |key: &str| {
            one(key).and_then(|c| c.split_once('|').map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned())))
        };
        let figure = Self {
            name: need("figure")?,
            name_az: need("name_az")?,
            name_en: need("name_en")?,
            formula: need("formula")?,
            formula_az: one("formula_az"),
            denominator: need("denominator")?,
            unit: need("unit")?,
            source: need("source")?,
            group: one("group").unwrap_or_else(|| "data".to_owned()),
            params: list(&need("params")?),
            total: one("total"),
            target: one("target"),
            window_days: one("window_days").and_then(|d| d.parse().ok()),
            by_month: one("by").is_some_and(|by| by == "month"),
            needs: listed("needs"),
            chart: pair("chart").map(|(axis, drawn)| (axis, list(&drawn))),
            drill: Drill {
                base: one("base"),
                keys: listed("keys"),
                rules: head("rows").iter().map(rules).collect::<Result<Vec<_>, _>>()?.concat(),
                through: pair("through"),
            },
            columns: head("column").iter().map(column).collect::<Result<_, _>>()?,
            sql: text.clone(),
            text,
        };
        if file.trim_end_matches(".sql") != figure.name {
            return Err(Invalid::new(file, figure.name, "is not the file's name", "name the file <figure>.sql"));
        }
        if !GROUPS.contains(&figure.group.as_str()) {
            let remedy = format!("write one of: {}", GROUPS.join(", "));
            return Err(Invalid::new(file, figure.group, "is not a group of figures", remedy));
        }
        figure.drill_is_whole(file)?;
        Ok(figure)
    }

    /// Whether it depends on the moment at which it is asked.
    pub fn tells_ages(&self) -> bool {
        self.params.iter().any(|param| param == "now")
    }

    /// What the head says of rows must be about the table's own columns, and have a base to look in.
    fn drill_is_whole(&self, file: &str) -> Result<(), Invalid> {
        let drill = &self.drill;
        let named = drill.rules.iter().flat_map(|rule| {
            std::iter::once(&rule.column).chain(rule.only.iter().map(|(key, _)| key)).chain(&drill.keys)
        });
        let known = |name: &String| self.columns.iter().any(|column| column.name == *name);
        if let Some(name) = named.into_iter().find(|name| !known(name)) {
            return Err(Invalid::new(
                file,
                name.as_str(),
                "is not a column",
                "name columns that `-- column:` tells of",
            ));
        }
        let based = |rule: &Rule| rule.base.is_some() || drill.base.is_some() || drill.through.is_some();
        match drill.rules.iter().find(|rule| !based(rule)) {
            Some(rule) => Err(Invalid::new(file, rule.column.as_str(), "has no base", "add `-- base: view WHERE …`")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Cell;

    const HEAD: &str = "-- figure: f\n-- name_az: a\n-- name_en: e\n-- formula: x\n-- denominator: x\n-- unit: x\n-- source: x\n\
        -- params: period\n-- keys: line\n-- column: line | a | e | text\n-- column: n | a | e | count\n-- column: pct | a | e | percent\n";

    fn read(lines: &str) -> Result<Figure, Invalid> {
        Figure::read("f.sql", format!("{HEAD}{lines}\nSELECT 1"))
    }

    #[test]
    fn a_rule_may_be_for_several_columns_or_for_one_row() {
        let figure =
            read("-- group: lost\n-- base: calls\n-- rows: pct | true\n-- rows: n, pct, line= | short | lost_calls")
                .unwrap();
        let has = |cell: &str| figure.has_rows(&cell.parse::<Cell>().unwrap());
        assert_eq!((figure.group.as_str(), figure.drill.rules.len()), ("lost", 3));
        assert!(has("pct,line=195-1-1") && has("pct") && has("n"));
        assert!(!has("n,line=195-1-1"), "it is for the row of all alone");
        assert_eq!(figure.drill.rules[2].only, [("line".to_owned(), String::new())]);
        assert_eq!(figure.drill.rules[2].base.as_deref(), Some("lost_calls"));
    }

    #[test]
    fn a_head_that_cannot_lead_to_rows_is_refused() {
        for (lines, problem) in [
            ("-- rows: n | true", "has no base"),
            ("-- base: calls\n-- rows: m | true", "is not a column"),
            ("-- base: calls\n-- rows: n, day=1 | true", "is not a column"),
            ("-- base: calls\n-- rows: n", "is not a rule for rows"),
            ("-- group: others", "is not a group of figures"),
        ] {
            let error = read(lines).unwrap_err();
            assert!(error.problem.contains(problem), "{lines}: {error}");
        }
    }
}

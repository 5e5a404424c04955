//! Tables of a document that set a figure's rows out by structure.

use super::{
    error::ReportError,
    facts::{Facts, Row},
    tables::{datum, is_total, total_name},
};
use chrono::Datelike as _;
use meyar_documents::{
    Block, Cell, Chart, ChartKind, Column, Data, Datum, Definition, Format, Row as TableRow, Table, Text,
};
use meyar_lake::{Period, ScalarValue, output};
use meyar_schemas::Invalid;
use serde_json::Value;
use std::collections::BTreeSet;

const NO_PARAMS: Vec<(&str, ScalarValue)> = vec![];

/// Shares too small for one place are shown to their first digit: 0,002 %.
const PERCENT: Format = Format::Percent { places: 1, small: true };

/// A line with the short name of its structure.
pub struct Structure {
    pub line: String,
    pub short: String,
}

fn word(row: &Row, key: &str) -> String {
    row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

async fn ask(facts: &Facts<'_>, sql: &str) -> Result<Vec<Row>, ReportError> {
    Ok(output::rows(&facts.lake.sql(sql, NO_PARAMS).await?)?)
}

pub async fn structures(facts: &Facts<'_>) -> Result<Vec<Structure>, ReportError> {
    let last = facts.period.last;
    let sql = format!(
        "SELECT line, short FROM ref_lines WHERE valid_from <= DATE '{last}' \
         AND (valid_to IS NULL OR valid_to >= DATE '{last}') ORDER BY sort"
    );
    let rows = ask(facts, &sql).await?;
    let wanted = |row: &&Row| facts.line.as_ref().is_none_or(|line| word(row, "line") == *line);
    let structure = |row: &Row| Structure { line: word(row, "line"), short: word(row, "short") };
    let found: Vec<Structure> = rows.iter().filter(wanted).map(structure).collect();
    if found.is_empty() {
        let remedy = "add rows whose valid_from … valid_to includes the day";
        return Err(Invalid::new("lines.toml", last.to_string(), "has no structure valid on the day", remedy).into());
    }
    Ok(found)
}

fn of<'r>(rows: &'r [Row], key: &str, name: &str, line: Option<&str>) -> Option<&'r Row> {
    let said = |row: &Row, key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
    rows.iter()
        .find(|row| said(row, key).as_deref().unwrap_or_default() == name && said(row, "line").as_deref() == line)
}

fn structure_columns(structures: &[Structure], format: Format) -> Vec<Column> {
    structures.iter().map(|s| Column::new(&s.line, Text::same(&*s.short), format)).collect()
}

fn value(row: Option<&Row>, column: &str, format: Format) -> Datum {
    datum(row.and_then(|r| r.get(column)).unwrap_or(&Value::Null), format, &Default::default())
}

fn kpi_format(unit: &str) -> Format {
    if unit == "days" { Format::Days { places: 0 } } else { PERCENT }
}

fn judged(row: Option<&Row>, format: Format) -> Cell {
    let cell = Cell::from(value(row, "value", format));
    match row.and_then(|r| r.get("met")).and_then(Value::as_bool) {
        Some(met) => cell.met(met),
        None => cell,
    }
}

fn bound(row: &Row) -> Text {
    let least = word(row, "comparison") == "at_least";
    let target = row.get("target").and_then(Value::as_f64).unwrap_or_default();
    let (az, en) = if word(row, "unit") == "days" { (" gün", " days") } else { ("\u{a0}%", "%") };
    let sign = if least { "min" } else { "max" };
    Text::new(format!("{sign} {target}{}", az).replace('.', ","), format!("{sign} {target}{en}"))
}

/// The same figures of the year before: computed where the lake has its calls, else as the centre itself published them.
async fn year_before(facts: &mut Facts<'_>) -> Result<Option<(i32, Vec<(String, f64)>, bool)>, ReportError> {
    let (first, last) = (facts.period.first, facts.period.last);
    if (first.ordinal(), last.month(), last.day(), last.year()) != (1, 12, 31, first.year()) {
        return Ok(None);
    }
    let year = first.year() - 1;
    let known = format!("SELECT 1 AS x FROM call_events WHERE month BETWEEN '{year}-01' AND '{year}-12' LIMIT 1");
    if !ask(facts, &known).await?.is_empty() {
        let period: Period = year.to_string().parse()?;
        let rows = facts.rows_of("kpi", &period).await?;
        let totals = rows.iter().filter(|row| row.get("line").is_none_or(Value::is_null));
        let values = totals.filter_map(|row| Some((word(row, "kpi"), row.get("value")?.as_f64()?))).collect();
        return Ok(Some((year, values, false)));
    }
    if facts.line.is_some() {
        return Ok(None);
    }
    let rows =
        ask(facts, &format!("SELECT kpi, value FROM ref_published WHERE year = {year} AND line IS NULL")).await?;
    let values: Vec<_> = rows.iter().filter_map(|row| Some((word(row, "kpi"), row.get("value")?.as_f64()?))).collect();
    Ok((!values.is_empty()).then_some((year, values, true)))
}

pub async fn kpis(facts: &mut Facts<'_>) -> Result<Block, ReportError> {
    let rows = facts.rows("kpi").await?;
    let structures = structures(facts).await?;
    let before = year_before(facts).await?;
    let open: BTreeSet<String> = ask(facts, "SELECT DISTINCT target FROM ref_targets WHERE unconfirmed")
        .await?
        .iter()
        .map(|row| word(row, "target"))
        .collect();
    let whole = Text::new("Ümumilikdə ÇM üzrə", "All of the centre");
    let mut columns = vec![
        Column::new("kpi", Text::new("Əsas fəaliyyət göstəriciləri", "Key figure"), Format::Text),
        Column::new("target", Text::new("Hədəf", "Target"), Format::Text),
    ];
    columns.extend(structure_columns(&structures, Format::ByRow));
    let now = super::words::period_text(facts.period.first, facts.period.last);
    columns.push(Column::new("total", now, Format::ByRow).under(whole.clone()));
    if let Some((year, _, published)) = &before {
        let name = Text::new(format!("{} il", super::words::ordinal_az(*year)), year.to_string());
        let mut column = Column::new("before", name, Format::ByRow).under(whole);
        if *published {
            column.notes.push("1".into());
        }
        columns.push(column);
    }
    let totals = rows.iter().filter(|row| row.get("line").is_none_or(Value::is_null));
    let made = totals.map(|row| {
        let (kpi, format) = (word(row, "kpi"), kpi_format(&word(row, "unit")));
        let mut name = Cell::from(Text::new(word(row, "name_az"), word(row, "name_en")));
        if open.contains(&kpi) {
            name = name.note("*");
        }
        let mut cells = vec![name, bound(row).into()];
        cells.extend(structures.iter().map(|s| judged(of(&rows, "kpi", &kpi, Some(&s.line)), format)));
        let then = before.as_ref().and_then(|(_, values, _)| values.iter().find(|(name, _)| *name == kpi)).map(|v| v.1);
        cells.push(judged(Some(row), format).against(then));
        if before.is_some() {
            let target = row.get("target").and_then(Value::as_f64);
            let least = word(row, "comparison") == "at_least";
            let cell = Cell::from(Datum::from(then));
            cells.push(match then.zip(target) {
                Some((then, target)) => cell.met(if least { then >= target } else { then <= target }),
                None => cell,
            });
        }
        TableRow::new(&kpi, cells).format(format)
    });
    let title = Text::new("Əsas fəaliyyət göstəriciləri (hədəflər)", "Key figures and targets");
    let mut table = Table::new("kpis", title, columns, made.collect());
    table = table.note(
        "*",
        Text::new(
            "Hesablanma qaydası Mərkəz tərəfindən təsdiq edilməlidir; digər variantlar Əlavə 2-dədir.",
            "How it is counted is to be confirmed by the centre; Annex 2 has the other variants.",
        ),
    );
    if matches!(before, Some((.., true))) {
        let text = Text::new(
            "Mərkəzin öz hesabatında dərc etdiyi göstəricilər; bu sistemdə hesablanmayıb.",
            "As the centre's own report published them; not computed by this system.",
        );
        table = table.note("1", text);
    }
    Ok(Block::Table(table))
}

pub async fn kpi_months(facts: &mut Facts<'_>) -> Result<Vec<Block>, ReportError> {
    let rows = facts.rows("kpi_by_month").await?;
    let whole: Vec<&Row> = rows.iter().filter(|row| row.get("line").is_none_or(Value::is_null)).collect();
    let months: BTreeSet<String> = whole.iter().map(|row| word(row, "month")).collect();
    let mut columns = vec![Column::new("kpi", Text::new("Göstərici", "Key figure"), Format::Text)];
    columns.extend(months.iter().map(|m| Column::new(m, Text::same(m.get(5..).unwrap_or(m)), Format::ByRow)));
    let mut kpis: Vec<&Row> = vec![];
    for row in &whole {
        if !kpis.iter().any(|known| word(known, "kpi") == word(row, "kpi")) {
            kpis.push(row);
        }
    }
    kpis.sort_by_key(|row| row.get("sort").and_then(Value::as_i64));
    let made = kpis.iter().map(|kpi| {
        let (name, unit) = (word(kpi, "kpi"), word(kpi, "unit"));
        let format = if unit == "days" { Format::Days { places: 1 } } else { PERCENT };
        let mut cells = vec![Cell::from(Text::new(word(kpi, "name_az"), word(kpi, "name_en")))];
        cells.extend(months.iter().map(|month| {
            judged(whole.iter().find(|r| word(r, "kpi") == name && word(r, "month") == *month).copied(), format)
        }));
        TableRow::new(&name, cells).format(format)
    });
    let title = Text::new("Əsas göstəricilər aylar üzrə (mərkəz)", "Key figures by month (the centre)");
    let table = Table::new("kpi_by_month", title, columns, made.collect());
    let chart = Chart {
        id: "kpi_accept_30s_by_month".into(),
        kind: ChartKind::Bar,
        title: Text::new(
            "30 saniyə ərzində cavablandırılan zənglər, aylar üzrə",
            "Calls answered within 30 seconds, by month",
        ),
        table: "kpi_by_month".into(),
        data: Data::Columns { row: "accept_30s".into(), values: months.into_iter().collect(), shares: vec![] },
        unit: Text::same("%"),
    };
    let drawn = table.row("accept_30s").is_some();
    let mut blocks = vec![Block::Table(table)];
    blocks.extend(drawn.then(|| Block::Charts(vec![chart])));
    Ok(blocks)
}

/// Rows of one class: its balance, or, for a class that is only passed on, what was forwarded.
const FLOWS: [(&str, &str, &str); 6] = [
    ("compiled", "MV tərtib edilib", "Compiled"),
    ("carried_in", "Əvvəlki dövrdən qalmış MV sayı", "Carried in"),
    ("reopened", "Yenidən açılıb", "Reopened"),
    ("answered", "Araşdırıldıqdan sonra ÇM tərəfindən cavablandırılıb", "Answered by the centre after study"),
    ("forwarded", "Cavablandırılması üçün aidiyyəti üzrə göndərilib", "Forwarded for an answer"),
    ("carried_out", "Növbəti dövrə keçən MV sayı", "Carried out"),
];

pub async fn sheets(facts: &mut Facts<'_>) -> Result<Block, ReportError> {
    let rows = facts.rows("sheets_balance").await?;
    let structures = structures(facts).await?;
    let mut columns = vec![
        Column::new("row", Text::new("Müraciət vərəqələri (MV)", "Application sheets"), Format::Text),
        Column::new("total", total_name(), Format::Count),
    ];
    columns.extend(structure_columns(&structures, Format::Count));
    let cells = |name: Text, class: &str, flow: &str| {
        let cell = |line: Option<&str>| Cell::from(value(of(&rows, "class", class, line), flow, Format::Count));
        let mut cells = vec![Cell::from(name), cell(None)];
        cells.extend(structures.iter().map(|s| cell(Some(&s.line))));
        cells
    };
    let mut made = vec![TableRow::total(
        "compiled_total",
        cells(Text::new("MV tərtib edilib (cəmi)", "Compiled (total)"), "", "compiled"),
    )];
    let classes: Vec<&Row> =
        rows.iter().filter(|r| !word(r, "class").is_empty() && r.get("line").is_none_or(Value::is_null)).collect();
    let number = |row: &Row, key: &str| row.get(key).and_then(Value::as_i64).unwrap_or_default();
    for row in classes {
        let class = word(row, "class");
        let name = Text::new(word(row, "name_az"), word(row, "name_en"));
        let moves = ["carried_in", "reopened", "answered", "carried_out"].iter().any(|key| number(row, key) != 0);
        if !moves
            && number(row, "compiled") == number(row, "forwarded")
            && !class.starts_with("complex")
            && !class.starts_with("e_service")
        {
            made.push(TableRow::new(&format!("{class}/forwarded"), cells(name, &class, "forwarded")));
            continue;
        }
        made.push(TableRow::subhead(name));
        for (flow, az, en) in FLOWS {
            if flow != "reopened" || number(row, flow) != 0 {
                made.push(TableRow::new(&format!("{class}/{flow}"), cells(Text::new(az, en), &class, flow)).indent(1));
            }
        }
    }
    let forwarded = Text::new("YEKUN: aidiyyəti üzrə göndərilib", "Total forwarded");
    made.push(TableRow::total("forwarded_total", cells(forwarded, "", "forwarded")));
    let title =
        Text::new("Müraciət vərəqələrinin təsnifatı və hərəkəti", "Application sheets by class, and their balance");
    let table = Table::new("sheets", title, columns, made).note(
        "",
        Text::new(
            "Qayda: qalmış + tərtib edilmiş + yenidən açılmış − cavablandırılmış − göndərilmiş = növbəti dövrə keçən.",
            "Rule: carried in + compiled + reopened − answered − forwarded = carried out.",
        ),
    );
    Ok(Block::Table(table))
}

pub async fn variants(facts: &mut Facts<'_>) -> Result<Block, ReportError> {
    let mut rows = facts.rows("kpi_variants").await?;
    // The figures that carry the targets stand beside their variants.
    let mut primary = facts.rows("kpi").await?;
    for row in &mut primary {
        row.insert("variant".into(), row.get("kpi").cloned().unwrap_or_default());
    }
    let named = ["accept_30s", "lost_gt10", "mv_days", "fcr", "callback_due_done"];
    primary.retain(|row| named.contains(&word(row, "kpi").as_str()));
    rows.splice(0..0, primary);
    let structures = structures(facts).await?;
    let mut columns = vec![Column::new("variant", Text::new("Hesablanma qaydası", "Way of counting"), Format::Text)];
    columns.extend(structure_columns(&structures, Format::ByRow));
    columns.push(Column::new("total", total_name(), Format::ByRow));
    let mut order: Vec<&Row> = rows.iter().filter(|row| row.get("line").is_none_or(Value::is_null)).collect();
    order.sort_by_key(|row| named.iter().position(|n| *n == word(row, "kpi")));
    let made = order.iter().map(|row| {
        let variant = word(row, "variant");
        let format = if word(row, "unit") == "days" { Format::Days { places: 1 } } else { PERCENT };
        let mut cells = vec![Cell::from(Text::new(word(row, "name_az"), word(row, "name_en")))];
        let at = |line: Option<&str>| Cell::from(value(of(&rows, "variant", &variant, line), "value", format));
        cells.extend(structures.iter().map(|s| at(Some(&s.line))));
        cells.push(at(None));
        TableRow::new(&variant, cells).format(format).indent(u8::from(variant != word(row, "kpi")))
    });
    let title = Text::new("Göstəricilər və onların digər hesablanma qaydaları", "Key figures and their named variants");
    Ok(Block::Table(Table::new("variants", title, columns, made.collect())))
}

/// What is meant by each figure that the document uses.
pub fn definitions(facts: &Facts<'_>, used: &[String]) -> Result<Block, ReportError> {
    let nine =
        facts.lake.figures().filter(|f| f.target.is_some() && f.name.starts_with("kpi_")).map(|f| f.name.clone());
    let mut names: Vec<String> = nine.collect();
    names.extend(used.iter().filter(|name| !name.starts_with("kpi") && *name != "completeness").cloned());
    let mut definitions = vec![];
    for name in names {
        let figure = facts.figure(&name)?;
        let az = figure.formula_az.clone().unwrap_or_else(|| figure.formula.clone());
        let term = Text::new(figure.name_az.clone(), figure.name_en.clone());
        let meaning = Text::new(
            format!("{az}. Mənbə: {}.", source_az(&figure.source)),
            format!("{}. Of: {}. Source: {}.", figure.formula, figure.denominator, figure.source),
        );
        if !definitions.iter().any(|d: &Definition| d.term == term) {
            definitions.push(Definition { term, meaning });
        }
    }
    Ok(Block::Definitions(definitions))
}

/// A source as an Azerbaijani reader is given it: its clauses, without the remarks.
fn source_az(source: &str) -> String {
    let mut plain = String::new();
    let mut depth = 0;
    for c in source.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let words = [
        ("definitions", "təriflər"),
        ("register", "reyestr"),
        ("Rules", "Qaydalar"),
        ("section", "bölmə"),
        ("laws", "qanunlar"),
    ];
    let plain = words.iter().fold(plain, |text, (en, az)| text.replace(en, az));
    let clause = |part: &str| part.split(", starred").next().unwrap_or_default().trim().to_owned();
    plain.split(';').map(clause).collect::<Vec<_>>().join("; ")
}

/// A donut for each structure, from the table of lines.
pub async fn structure_donuts(facts: &mut Facts<'_>) -> Result<Block, ReportError> {
    let rows = facts.rows("calls_by_line").await?;
    let figure = facts.figure("calls_by_line")?;
    let structures = structures(facts).await?;
    let chart = |s: &Structure| Chart {
        id: format!("calls_{}", s.line),
        kind: ChartKind::Donut,
        title: Text::new(format!("{} üzrə ({})", s.short, s.line), format!("{} ({})", s.short, s.line)),
        table: "calls_by_line".into(),
        data: Data::Columns {
            row: s.line.clone(),
            values: vec!["answered".into(), "lost".into()],
            shares: vec!["answered_pct".into(), "lost_pct".into()],
        },
        unit: Text::new("zəng", "calls"),
    };
    let has_calls = |s: &&Structure| {
        rows.iter().any(|row| {
            !is_total(&figure, row)
                && word(row, "line") == s.line
                && row.get("offered").and_then(Value::as_i64) > Some(0)
        })
    };
    Ok(Block::Charts(structures.iter().filter(has_calls).map(chart).collect()))
}

//! Documents of a period: a template is filled with figures. No number is made here; it comes from `schemas/figures`.

pub mod editions;
mod error;
mod facts;
mod special;
mod tables;
mod template;
mod words;

pub use error::ReportError;
pub use facts::Asked;

use chrono::{DateTime, Utc};
use facts::Facts;
use meyar_documents::{Block, Document, Issuer, MODEL, Section, State, Text};
use meyar_lake::{Lake, Period, ScalarValue};
use meyar_schemas::Invalid;
use std::collections::BTreeMap;
use template::{Special, Template};
use words::Names;

/// Which document of which period.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// A file of `schemas/documents`.
    pub template: String,
    pub period: Period,
    pub line: Option<String>,
    pub representative: Option<String>,
    pub made_at: DateTime<Utc>,
}

impl Wanted {
    /// Stable through all editions.
    pub fn id(&self) -> String {
        let more = [self.line.as_deref(), self.representative.as_deref()];
        let more: String = more.into_iter().flatten().map(|part| format!("-{part}")).collect();
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        format!("{}-{}{more}", self.template, self.period).chars().map(plain).collect()
    }
}

/// A document with everything that it was made of.
pub struct Draft {
    pub document: Document,
    pub asked: Vec<Asked>,
}

/// Makes a first edition in the state of a draft.
pub async fn draft(lake: &Lake, wanted: &Wanted) -> Result<Draft, ReportError> {
    let line = wanted.line.as_deref().map(|line| lake.line_named(line)).transpose()?;
    let template = Template::named(&wanted.template)?;
    has_calls(lake, &wanted.period).await?;
    if let Some(representative) = &wanted.representative {
        is_known(lake, representative, &wanted.period).await?;
    } else if wanted.template == "memo-representative" {
        let remedy = "name one: --representative R101";
        return Err(Invalid::new("--representative", "", "is missing for a memo on a representative", remedy).into());
    }
    // Whatever the template asks for first, the key figures look furthest.
    lake.prepare(&wanted.period, ["kpi"].into_iter()).await?;
    let mut facts = Facts::new(lake, wanted.period.clone(), line);
    let names = names(wanted, &facts);
    let codes = codes(&facts).await?;
    let used: Vec<String> = template
        .section
        .iter()
        .flat_map(|s| &s.block)
        .filter_map(|block| match block {
            template::Block::Table(table) => Some(table.figure.clone()),
            template::Block::Special(Special::Sheets) => Some("sheets_balance".into()),
            _ => None,
        })
        .collect();
    let mut sections = vec![];
    for section in &template.section {
        let mut blocks = vec![];
        for block in &section.block {
            blocks.extend(filled(block, &names, &codes, &used, &mut facts).await?);
        }
        let title = words::fill(&section.title, &names, &mut facts).await?;
        sections.push(Section { id: section.id.clone(), title, landscape: section.landscape, blocks });
    }
    let document = Document {
        model: MODEL,
        kind: template.kind,
        id: wanted.id(),
        title: words::fill(&template.title, &names, &mut facts).await?,
        subtitle: words::fill(&template.subtitle, &names, &mut facts).await?,
        issuer: Issuer {
            ministry: Text::new(
                "Azərbaycan Respublikasının İqtisadiyyat Nazirliyi",
                "Ministry of Economy of the Republic of Azerbaijan",
            ),
            centre: Text::new("Çağrı Mərkəzi", "Call Center"),
        },
        period: words::period_text(wanted.period.first, wanted.period.last),
        edition: 1,
        state: State::Draft,
        steps: vec![],
        created_at: wanted.made_at,
        sections,
    };
    Ok(Draft { document, asked: facts.into_asked() })
}

async fn filled(
    block: &template::Block,
    names: &Names,
    codes: &tables::Codes,
    used: &[String],
    facts: &mut Facts<'_>,
) -> Result<Vec<Block>, ReportError> {
    Ok(vec![match block {
        template::Block::Heading(text) => Block::Heading(words::fill(text, names, facts).await?),
        template::Block::Paragraph(text) => Block::Paragraph(words::fill(text, names, facts).await?),
        template::Block::Note(text) => Block::Note(words::fill(text, names, facts).await?),
        template::Block::Table(wanted) => {
            let mut wanted = wanted.clone();
            for value in wanted.only.values_mut() {
                *value = words::fill(&Text::same(&*value), names, facts).await?.az;
            }
            let rows = facts.rows(&wanted.figure).await?;
            Block::Table(tables::table(&facts.figure(&wanted.figure)?, &rows, &wanted, codes)?)
        }
        template::Block::Charts(charts) => Block::Charts(charts.clone()),
        template::Block::Headlines(headlines) => Block::Headlines(headlines.clone()),
        template::Block::Signatures(signatures) => Block::Signatures(signatures.clone()),
        template::Block::Special(Special::Kpis) => special::kpis(facts).await?,
        template::Block::Special(Special::KpiMonths) => return special::kpi_months(facts).await,
        template::Block::Special(Special::Sheets) => special::sheets(facts).await?,
        template::Block::Special(Special::Variants) => special::variants(facts).await?,
        template::Block::Special(Special::Definitions) => special::definitions(facts, used)?,
        template::Block::Special(Special::StructureDonuts) => special::structure_donuts(facts).await?,
    }])
}

fn names(wanted: &Wanted, facts: &Facts<'_>) -> Names {
    use chrono::Datelike as _;
    let (first, last) = (wanted.period.first, wanted.period.last);
    let plain = |text: Option<&String>| Text::same(text.cloned().unwrap_or_default());
    Names(vec![
        ("period", words::period_text(first, last)),
        ("year", Text::same(first.year().to_string())),
        ("year_th", Text::new(words::ordinal_az(first.year()), first.year().to_string())),
        ("first", words::period_text(first, first)),
        ("last", words::period_text(last, last)),
        ("line", plain(facts.line.as_ref())),
        ("representative", plain(wanted.representative.as_ref())),
    ])
}

/// Words for the codes that tables show.
async fn codes(facts: &Facts<'_>) -> Result<tables::Codes, ReportError> {
    let mut codes = tables::Codes::new();
    for s in special::structures(facts).await? {
        let short = format!("{} ({})", s.short, s.line);
        codes.insert(s.line, Text::same(short));
    }
    for (code, az, en) in [
        ("hall", "Zal", "Hall"),
        ("remote", "Məsafədən", "Remote"),
        ("complex_question", "Mürəkkəb sual", "Complex question"),
        ("e_service_error", "Elektron xidmət xətası", "E-service error"),
        ("third_party_complaint", "3-cü şəxslərdən şikayət", "Complaint about third parties"),
        ("body_complaint", "Qurum və əməkdaşlardan şikayət", "Complaint about bodies and staff"),
        ("reception_booking", "Qəbula yazılma", "Booking of a reception"),
        ("proposal", "Təklif", "Proposal"),
    ] {
        codes.insert(code.into(), Text::new(az, en));
    }
    Ok(codes)
}

/// A period without a call gives tables of zeros, and would look like a fact. A call that the centre made is none: callbacks of the
/// last lost calls of a year fall into the next.
pub async fn has_calls(lake: &Lake, period: &Period) -> Result<(), ReportError> {
    const INCOMING: &str = "call_events WHERE kind = 'offered' AND coalesce(direction, 'inbound') <> 'outbound'";
    let months = |day: chrono::NaiveDate| day.format("%Y-%m").to_string();
    let sql = format!(
        "SELECT count(*) AS n FROM (SELECT 1 FROM {INCOMING} AND month BETWEEN '{}' AND '{}' AND day BETWEEN DATE '{}' AND DATE '{}' LIMIT 1)",
        months(period.first),
        months(period.last),
        period.first,
        period.last
    );
    if one(lake, &sql, "n").await? != "0" {
        return Ok(());
    }
    let first = one(lake, &format!("SELECT min(month) AS m FROM {INCOMING}"), "m").await?;
    let last = one(lake, &format!("SELECT max(month) AS m FROM {INCOMING}"), "m").await?;
    let remedy = if first.is_empty() {
        "the lake has no incoming calls at all; is --data (MEYAR_DATA) right?".to_owned()
    } else {
        format!("the lake has incoming calls from {first} to {last}; choose a period in it")
    };
    Err(Invalid::new("period", period.to_string(), "has no incoming calls", remedy).into())
}

async fn is_known(lake: &Lake, representative: &str, period: &Period) -> Result<(), ReportError> {
    let params = vec![
        ("who", ScalarValue::Utf8(Some(representative.to_owned()))),
        ("first", ScalarValue::Utf8(Some(period.first.to_string()))),
        ("last", ScalarValue::Utf8(Some(period.last.to_string()))),
    ];
    let sql = "SELECT CAST(count(*) AS VARCHAR) AS n FROM (SELECT 1 FROM call_events WHERE representative = $who \
               AND day BETWEEN CAST($first AS DATE) AND CAST($last AS DATE) LIMIT 1)";
    let rows = meyar_lake::output::rows(&lake.sql(sql, params).await?)?;
    if rows.first().and_then(|row| row.get("n")).and_then(|n| n.as_str()) != Some("0") {
        return Ok(());
    }
    let problem = format!("answered no call in {period}");
    Err(Invalid::new("--representative", representative, problem, "use a code as the calls have it, e.g. R101").into())
}

async fn one(lake: &Lake, sql: &str, column: &str) -> Result<String, ReportError> {
    let rows = meyar_lake::output::rows(&lake.sql(sql, Vec::<(&str, ScalarValue)>::new()).await?)?;
    let value: BTreeMap<_, _> = rows.into_iter().next().unwrap_or_default().into_iter().collect();
    Ok(match value.get(column) {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(serde_json::Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    })
}

//! What cards are made of, asked of the lake and of the store: one question a figure, for everybody at once.

use crate::Shared;
use crate::data::Scope;
use crate::error::PageError;
use crate::period::Period;
use meyar_work::cards::{
    About, CardForm, CardForms, CardPeriod, FigureFacts, FigureRow, Measured, NewCards, Source, together,
};
use meyar_work::{Desk, Person, Role, WorkError};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The forms in force, held against the figures that this deployment knows.
pub fn forms(shared: &Shared) -> Result<CardForms, PageError> {
    let forms = CardForms::load(shared.data.lake.reference_dir())?;
    let columns: BTreeMap<&str, Vec<&str>> = shared
        .data
        .figures()
        .map(|figure| (figure.name.as_str(), figure.columns.iter().map(|column| column.name.as_str()).collect()))
        .collect();
    forms.check_figures(|name| {
        let figure = shared.data.figure_named(name)?;
        Some(FigureFacts { sql: &figure.sql, columns: columns.get(name)? })
    })?;
    Ok(forms)
}

/// Indicator → what its figure says, by representative.
type Answers = BTreeMap<String, BTreeMap<String, Measured>>;

/// Everything that new cards of a form and a period are made of.
pub async fn asked<'a>(shared: &Shared, form: &'a CardForm, period: CardPeriod) -> Result<NewCards<'a>, PageError> {
    let desk = &shared.work()?.desk;
    let at = chrono::Utc::now();
    let (answers, sql) = measured(shared, form, period).await?;
    let lake = shared.data.lake.versions().await.map_err(crate::data::DataError::from)?;
    let worked = desk.worked(form, period).await?;
    let about = everybody(desk, form, &answers).await?;
    let of = |about: About| {
        let figures = about.representative.as_ref().and_then(|name| answers.get(name)).cloned();
        let mut measured = figures.unwrap_or_default();
        measured.extend(worked.says(form, period, &about));
        (about, measured)
    };
    Ok(NewCards { form, period, at, lake, sql, about: about.into_iter().map(of).collect() })
}

async fn measured(
    shared: &Shared,
    form: &CardForm,
    period: CardPeriod,
) -> Result<(Answers, BTreeMap<String, String>), PageError> {
    let scope = Scope { period: Period::days(period.first, period.last()), line: None };
    let (mut answers, mut sql) = (Answers::new(), BTreeMap::new());
    for name in form.figures() {
        let rows = shared.data.figure(name, &scope).await?;
        let text = shared.data.figure_named(name).map(|figure| figure.sql.as_str()).unwrap_or_default();
        let hash: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        sql.insert(name.to_owned(), hash);
        let mut by_name: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        // The row of all, and calls that nobody is named for, are nobody's.
        for row in &rows {
            if let Some(name) = row.get("representative").and_then(Value::as_str) {
                by_name.entry(name).or_default().push(row);
            }
        }
        for indicator in form.indicators.iter().filter(|one| one.from == Source::Figure && one.figure == name) {
            for (representative, rows) in &by_name {
                let number = |row: &crate::data::Row, column: &str| row.get(column).and_then(Value::as_f64);
                let of_row = |row: &&crate::data::Row| FigureRow {
                    form: form_of(row),
                    value: number(row, &indicator.value),
                    n: number(row, &indicator.count).map_or(0, |count| count as u64),
                };
                let own = answers.entry((*representative).to_owned()).or_default();
                own.extend(together(rows.iter().map(of_row)).map(|measured| (indicator.code.clone(), measured)));
            }
        }
    }
    Ok((answers, sql))
}

/// The version of a form that a row is of, in figures that have one row for each.
fn form_of(row: &crate::data::Row) -> Option<String> {
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    Some(format!("{} {}", text("form_id")?, text("form_version")?))
}

/// Whom a form is for: of representatives those that calls or accounts name, of others those who have the role.
async fn everybody(desk: &Desk, form: &CardForm, answers: &Answers) -> Result<Vec<About>, WorkError> {
    let people = desk.store.people().await?;
    let active = || people.iter().filter(|person| person.active && person.role == form.role);
    if form.role != Role::Representative {
        let about = |person: &Person| About { representative: None, person_id: Some(person.person_id.clone()) };
        return Ok(active().map(about).collect());
    }
    let mut all: BTreeMap<String, Option<String>> = answers.keys().map(|name| (name.clone(), None)).collect();
    for person in active() {
        if let Some(name) = &person.representative {
            all.insert(name.clone(), Some(person.person_id.clone()));
        }
    }
    // Whoever has left is still whom their card is about.
    for person in people.iter().filter(|person| !person.active) {
        if let Some(own) = person.representative.as_ref().and_then(|name| all.get_mut(name)) {
            own.get_or_insert_with(|| person.person_id.clone());
        }
    }
    Ok(all.into_iter().map(|(name, person_id)| About { representative: Some(name), person_id }).collect())
}

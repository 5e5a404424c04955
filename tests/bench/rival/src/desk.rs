//! A quality sector that has worked for months: a store of people's work over calls of a lake, for the pages' benchmark.

use anyhow::{Context, Result};
use chrono::{Duration, NaiveDate, Utc};
use datafusion::common::ScalarValue;
use meyar_lake::{Lake, LakeOptions, LakeRoot, output};
use meyar_schemas::reference::Reference;
use meyar_scoring::Forms;
use meyar_work::access::Actor;
use meyar_work::assessment::{Assessment, Judged, Judgement, Purpose};
use meyar_work::sampling::{Candidate, Design, Worker};
use meyar_work::{Account, Desk, NewPlan, Permissions, Person, Role, Store};
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::sync::Arc;

#[derive(clap::Args)]
pub struct Args {
    /// The store to be made
    #[arg(long)]
    work: PathBuf,
    #[arg(long)]
    lake: String,
    /// Days of the calls: YYYY-MM-DD..YYYY-MM-DD
    #[arg(long)]
    period: String,
    #[arg(long, default_value_t = 3000)]
    assessments: usize,
    /// Calls and begun assessments to open, one a person
    #[arg(long, default_value_t = 50)]
    people: usize,
}

pub fn run(args: &Args) -> Result<()> {
    // Never shown: whoever is to come in gets it by the environment, as with `meyar work people`.
    let password = std::env::var("MEYAR_PASSWORD").context("MEYAR_PASSWORD is not set")?;
    tokio::runtime::Runtime::new()?.block_on(fill(args, &password))
}

async fn fill(args: &Args, password: &str) -> Result<()> {
    let store = Store::open(&args.work.display().to_string()).await?;
    let now = Utc::now();
    let person = async |login: &str, role: Role| -> Result<Person> {
        let account =
            Account { login: login.into(), name: login.into(), role, representative: None, sector: None, active: true };
        Ok(store.add_person(&account, Some(password), &Actor::system(), now).await?)
    };
    let (lead, assessor) = (person("lead", Role::Lead).await?, person("assessor", Role::Assessor).await?);
    let desk = Desk {
        store: store.clone(),
        permissions: Arc::new(Permissions::load(None)?),
        forms: Arc::new(Forms::embedded()?),
        reference: Arc::new(Reference::load(None)?),
    };

    let lake = Lake::at(LakeRoot::parse(&args.lake)?, LakeOptions::default())?;
    let (first, last) = args.period.split_once("..").context("--period: write two days with .. between them")?;
    let (first, last): (NaiveDate, NaiveDate) = (first.parse()?, last.parse()?);
    let query = "SELECT call_id, representative, line FROM calls WHERE outcome = 'answered' AND representative IS NOT NULL AND day BETWEEN arrow_cast($first, 'Date32') AND arrow_cast($last, 'Date32') ORDER BY call_id LIMIT 40000";
    let day = |day: NaiveDate| ScalarValue::Utf8(Some(day.to_string()));
    let batches = lake.sql(query, vec![("first", day(first)), ("last", day(last))]).await?;
    let text = |row: &Map<String, Value>, name: &str| row.get(name).and_then(|value| value.as_str()).map(str::to_owned);
    let calls: Vec<Candidate> = output::rows(&batches)?
        .iter()
        .map(|row| Candidate {
            call_id: text(row, "call_id").unwrap_or_default(),
            representative: text(row, "representative"),
            line: text(row, "line"),
            has_recording: true,
            ..Candidate::default()
        })
        .collect();

    // The simulated year is older than the form.
    let form = desk.forms.form_for("az", now.date_naive()).context("no form is in force today")?;
    let mut tx = store.begin().await?;
    let every = (calls.len() / args.assessments.max(1)).max(1);
    let mut made = 0;
    for (n, call) in calls.iter().step_by(every).take(args.assessments).enumerate() {
        let id = format!("bench-{n}");
        let mut draft = Assessment::begin(id, &call.call_id, form, None, &assessor.person_id, Purpose::Random);
        (draft.representative, draft.line) = (call.representative.clone(), call.line.clone());
        draft.probability = Some(0.02);
        for (k, criterion) in form.criteria().iter().enumerate() {
            let kept = (n + k) % 7 != 0;
            let judgement = Judgement {
                judged: Some(Judged::Marked(if kept { 1.0 } else { 0.0 })),
                critical: false,
                reason: String::new(),
                comment: String::new(),
            };
            draft.judge(form, &criterion.code, &judgement)?;
        }
        draft.publish(form, now, now + Duration::days(7))?;
        tx.insert(&draft, &assessor.person_id, "publish", now).await?;
        made += 1;
    }
    tx.commit().await?;
    let design = Design { seed: "bench".into(), each: 6, ..Design::default() };
    let new = NewPlan { name: "Bench".into(), first_day: first, last_day: last, line: None, design, due_days: 10 };
    let worker = Worker { person_id: assessor.person_id.clone(), representative: None, quota: None };
    desk.draw(&lead, new, &calls, &[worker], now).await?;
    let mut begun = Vec::new();
    for pick in desk.queue(&assessor).await?.iter().take(args.people) {
        begun.push(desk.begin(&assessor, &pick.pick_id, form, None, now).await?.assessment_id.clone());
    }
    let every = (calls.len() / args.people.max(1)).max(1);
    let opened: Vec<&str> = calls.iter().step_by(every).take(args.people).map(|call| call.call_id.as_str()).collect();
    println!("{}", json!({ "assessments": made, "calls": calls.len(), "opened": opened, "begun": begun }));
    Ok(())
}

//! `/surveys/new`, `/surveys/{id}/edit`: a survey's definition as it is typed.

use super::super::Who;
use super::super::results::Fields;
use crate::Shared;
use crate::error::PageError;
use crate::frame::Frame;
use crate::pages::{Choice, encoded, line_name, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{Days, Utc};
use meyar_work::surveys::{Audience, Channel, Definition, MOST_QUESTIONS, Question, Rule, Scale, Survey, SurveyState};
use meyar_work::{WorkError, terms};
use std::sync::Arc;

/// Rows of questions that the form has: two more than are filled in.
const ROWS: usize = 5;

struct Row {
    at: usize,
    code: String,
    az: String,
    en: String,
    scales: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "work/survey_form.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    title: &'static str,
    action: String,
    seen: i64,
    /// A code is given once.
    new: bool,
    code: String,
    name: String,
    audiences: Vec<Choice>,
    channels: Vec<Choice>,
    first_day: String,
    last_day: String,
    share: String,
    again: String,
    seed: String,
    lines: Vec<Choice>,
    rows: Vec<Row>,
    wrong: Wrong,
    problem: String,
}

/// The field that is wrong, and what is to be done about it.
#[derive(Default)]
struct Wrong {
    field: String,
    line: String,
}

impl Wrong {
    fn of(&self, field: &str) -> &str {
        if self.field == field { &self.line } else { "" }
    }

    fn told(t: Texts, invalid: &meyar_schemas::Invalid) -> Wrong {
        let (field, key) = match invalid.field.as_str() {
            "code" if invalid.problem.contains("another survey") => ("code", "surveys.wrong_taken"),
            "code" if invalid.problem.contains("twice") => ("questions", "surveys.wrong_question_code"),
            "code" => ("code", "surveys.wrong_code"),
            "name" => ("name", "surveys.wrong_name"),
            "first_day" | "last_day" => ("last_day", "surveys.wrong_days"),
            "questions" if invalid.problem.contains("not asked") => ("questions", "surveys.wrong_overall"),
            "questions" => ("questions", "surveys.wrong_questions"),
            "az" | "en" => ("questions", "surveys.wrong_text"),
            "scale" => ("questions", "surveys.wrong_scale"),
            "share" => ("share", "surveys.wrong_share"),
            "again_after_days" => ("again", "surveys.wrong_again"),
            "seed" => ("seed", "surveys.wrong_seed"),
            "channel" => ("channel", "surveys.wrong_channel"),
            _ => return Wrong { field: String::new(), line: crate::problems::invalid(t, invalid) },
        };
        Wrong { field: field.to_owned(), line: t.get(key).to_owned() }
    }
}

/// A definition's fields, as names and values of a form.
fn typed(code: &str, definition: &Definition) -> Fields {
    let mut fields = vec![
        ("code".to_owned(), code.to_owned()),
        ("name".to_owned(), definition.name.clone()),
        ("audience".to_owned(), definition.audience.name().to_owned()),
        ("channel".to_owned(), definition.channel.name().to_owned()),
        ("first_day".to_owned(), definition.first_day.to_string()),
        ("last_day".to_owned(), definition.last_day.to_string()),
    ];
    if let Some(rule) = &definition.rule {
        // A share of 0.07 is 7 percent, and not 7.000000000000001.
        let percent = (rule.share * 1e6).round() / 1e4;
        fields.push(("share".to_owned(), percent.to_string()));
        fields.push(("again".to_owned(), rule.again_after_days.to_string()));
        fields.push(("seed".to_owned(), rule.seed.clone()));
        fields.extend(rule.lines.iter().map(|line| (format!("line-{line}"), "on".to_owned())));
    }
    for (at, question) in definition.questions.iter().enumerate() {
        fields.push((format!("q-code-{at}"), question.code.clone()));
        fields.push((format!("q-az-{at}"), question.az.clone()));
        fields.push((format!("q-en-{at}"), question.en.clone()));
        fields.push((format!("q-scale-{at}"), question.scale.name().to_owned()));
    }
    Fields::of(fields)
}

/// What a survey of callers mostly asks: the overall satisfaction, and whether the matter was resolved.
fn usual(shared: &Shared) -> Definition {
    let today = terms::day(shared.data.now());
    let question =
        |code: &str, az: &str, en: &str, scale| Question { code: code.into(), az: az.into(), en: en.into(), scale };
    let texts = |key: &str| [crate::text::Lang::Az, crate::text::Lang::En].map(|lang| Texts(lang).get(key).to_owned());
    let ([overall_az, overall_en], [resolved_az, resolved_en]) =
        (texts("surveys.q_overall"), texts("surveys.q_resolved"));
    Definition {
        name: String::new(),
        audience: Audience::Caller,
        channel: Channel::Sms,
        first_day: today,
        last_day: today.checked_add_days(Days::new(90)).unwrap_or(today),
        questions: vec![
            question(meyar_work::surveys::OVERALL, &overall_az, &overall_en, Scale::OneToFive),
            question(meyar_work::surveys::RESOLVED, &resolved_az, &resolved_en, Scale::YesNo),
        ],
        rule: Some(Rule {
            share: 0.05,
            lines: Vec::new(),
            again_after_days: 30,
            seed: uuid::Uuid::new_v4().simple().to_string()[..10].to_owned(),
        }),
    }
}

/// Which form it is.
enum Of<'a> {
    New,
    Old { id: &'a str, code: &'a str, seen: i64 },
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    of: Of<'_>,
    sent: &Fields,
    wrong: Wrong,
) -> Result<Html<String>, PageError> {
    let t = frame.t;
    let lines = shared.data.choices().await?.lines;
    let field = |name: &str| sent.text(name).to_owned();
    let option = |section: &'static str, name: &'static str, is: &str| {
        Choice::new(name, t.name(section, name).to_owned(), Some(is))
    };
    let filled = (0..MOST_QUESTIONS).rfind(|at| !sent.text(&format!("q-code-{at}")).is_empty()).map_or(0, |at| at + 1);
    let row = |at: usize| {
        let text = |name: &str| field(&format!("q-{name}-{at}"));
        let scale = text("scale");
        let scales = Scale::ALL.iter().map(|one| option("survey_scale", one.name(), &scale)).collect();
        Row { at, code: text("code"), az: text("az"), en: text("en"), scales }
    };
    let (new, action, seen, code) = match of {
        Of::New => (true, "/surveys".to_owned(), 0, field("code")),
        Of::Old { id, code, seen } => (false, format!("/surveys/{}", encoded(id)), seen, code.to_owned()),
    };
    let problem = if wrong.line.is_empty() {
        String::new()
    } else if wrong.field.is_empty() {
        wrong.line.clone()
    } else {
        t.get("surveys.mend").to_owned()
    };
    let (audience, channel) = (field("audience"), field("channel"));
    show(&Page {
        frame,
        t,
        title: if new { "surveys.new" } else { "surveys.edit" },
        action,
        seen,
        new,
        code,
        name: field("name"),
        audiences: Audience::ALL.iter().map(|one| option("survey_audience", one.name(), &audience)).collect(),
        channels: Channel::ALL.iter().map(|one| option("survey_channel", one.name(), &channel)).collect(),
        first_day: field("first_day"),
        last_day: field("last_day"),
        share: field("share"),
        again: field("again"),
        seed: field("seed"),
        lines: lines
            .iter()
            .map(|line| Choice {
                value: line.clone(),
                text: line_name(t, line),
                chosen: sent.ticked(&format!("line-{line}")),
            })
            .collect(),
        rows: (0..(filled + 2).clamp(ROWS, MOST_QUESTIONS)).map(row).collect(),
        wrong,
        problem,
    })
}

pub async fn blank(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
) -> Result<Html<String>, PageError> {
    let fields = typed("", &usual(&shared));
    screen(&shared, &frame, Of::New, &fields, Wrong::default()).await
}

/// The definition as it was sent; numbers and days that are none are told by their fields.
fn read(sent: &Fields, lines: &[String]) -> Result<Definition, WorkError> {
    let number = |name: &str| sent.text(name).replace(',', ".").parse::<f64>();
    let bad = |field: &str| WorkError::invalid(field, sent.text(field), "is not what it should be", "write it anew");
    let audience: Audience = sent.text("audience").parse()?;
    let mut questions = Vec::new();
    for at in 0..MOST_QUESTIONS {
        let text = |name: &str| sent.text(&format!("q-{name}-{at}")).to_owned();
        let (code, az, en) = (text("code"), text("az"), text("en"));
        if code.is_empty() && az.is_empty() && en.is_empty() {
            continue;
        }
        questions.push(Question { code, az, en, scale: text("scale").parse()? });
    }
    let rule = match audience {
        Audience::Representative => None,
        Audience::Caller => Some(Rule {
            share: number("share").map_err(|_| bad("share"))? / 100.0,
            lines: lines.iter().filter(|line| sent.ticked(&format!("line-{line}"))).cloned().collect(),
            again_after_days: sent.text("again").parse().map_err(|_| bad("again_after_days"))?,
            seed: sent.text("seed").to_owned(),
        }),
    };
    Ok(Definition {
        name: sent.text("name").to_owned(),
        audience,
        // Representatives answer on the web, whatever stands in the field.
        channel: if rule.is_none() { Channel::Web } else { sent.text("channel").parse()? },
        first_day: sent.text("first_day").parse().map_err(|_| bad("first_day"))?,
        last_day: sent.text("last_day").parse().map_err(|_| bad("last_day"))?,
        questions,
        rule,
    })
}

pub async fn make(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let sent = Fields::of(sent);
    let lines = shared.data.choices().await?.lines;
    let desk = &shared.work()?.desk;
    let made = match read(&sent, &lines) {
        Ok(definition) => desk.draft_survey(who.person(), sent.text("code"), definition, Utc::now()).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(survey) => Ok(Redirect::to(&format!("/surveys/{}", encoded(&survey.survey_id))).into_response()),
        Err(WorkError::Invalid(invalid)) => {
            let page = screen(&shared, &frame, Of::New, &sent, Wrong::told(frame.t, &invalid)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn edit(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let survey = shared.work()?.desk.store.get::<Survey>(&id).await?;
    if survey.state != SurveyState::Draft {
        return Ok(Redirect::to(&format!("/surveys/{}", encoded(&id))).into_response());
    }
    let fields = typed(&survey.code, &survey.definition);
    let of = Of::Old { id: &id, code: &survey.code, seen: survey.version };
    Ok(screen(&shared, &frame, of, &fields, Wrong::default()).await?.into_response())
}

pub async fn change(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, sent, desk) = (frame.t, Fields::of(sent), &shared.work()?.desk);
    let lines = shared.data.choices().await?.lines;
    // A version that is no number was seen by nobody.
    let seen = sent.text("seen").parse().unwrap_or(0);
    let done = match read(&sent, &lines) {
        Ok(definition) => desk.edit_survey(who.person(), (&id, seen), definition, Utc::now()).await,
        Err(error) => Err(error),
    };
    let (status, wrong) = match done {
        Ok(_) => return Ok(Redirect::to(&format!("/surveys/{}", encoded(&id))).into_response()),
        Err(WorkError::Invalid(invalid)) => (StatusCode::UNPROCESSABLE_ENTITY, Wrong::told(t, &invalid)),
        Err(WorkError::Changed { .. } | WorkError::State { .. }) => {
            let line = t.get("surveys.changed").to_owned();
            (StatusCode::CONFLICT, Wrong { field: String::new(), line })
        }
        Err(error) => return Err(error.into()),
    };
    let survey = desk.store.get::<Survey>(&id).await?;
    let of = Of::Old { id: &id, code: &survey.code, seen };
    Ok((status, screen(&shared, &frame, of, &sent, wrong).await?).into_response())
}

//! `/surveys/{id}`: one survey: what it asks, who was invited, and what was answered, as far as it may be said.

use super::super::Who;
use super::super::results::Fields;
use super::super::reviews::{name_of, people};
use super::told::{self, Callers, Top};
use super::{days, state_class};
use crate::Shared;
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::pages::{encoded, line_name, show};
use crate::text::{Lang, Texts};
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Days, Utc};
use meyar_work::store::Record;
use meyar_work::surveys::{Audience, Channel, Draw, Question, Scale, Survey, SurveyState};
use meyar_work::{Right, WorkError, terms};
use std::sync::Arc;

/// One question with its answers.
struct Asked {
    id: String,
    code: String,
    text: String,
    scale: String,
    answers: String,
    /// Why nothing is shown.
    few: String,
    strange: String,
    steps: Vec<Step>,
    words: Vec<String>,
    top: Vec<(&'static str, String)>,
}

struct Step {
    name: String,
    width: f64,
    count: String,
    share: String,
}

struct Drawn {
    url: String,
    csv: String,
    day: String,
    calls: String,
    invited: String,
    by: String,
}

#[derive(Template)]
#[template(path = "work/survey.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    name: String,
    state: String,
    state_class: &'static str,
    facts: Vec<(&'static str, String)>,
    rule: Vec<(&'static str, String)>,
    seed: String,
    is_draft: bool,
    in_force: bool,
    callers: bool,
    can_draw: bool,
    by_exchange: bool,
    draw_day: String,
    first_day: String,
    last_day: String,
    drawn: Vec<Drawn>,
    drawn_total: String,
    numbers: Vec<(&'static str, String)>,
    questions: Vec<Asked>,
    not_yet: String,
    who: Vec<String>,
    problem: String,
    figures: bool,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    screen(&shared, &frame, &who, &id, String::new()).await
}

fn text(t: Texts, question: &Question) -> &str {
    match t.0 {
        Lang::Az => &question.az,
        Lang::En => &question.en,
    }
}

/// `1`, … or yes and no.
fn step_name(t: Texts, scale: Scale, score: u8) -> String {
    match (scale, score) {
        (Scale::YesNo, 0) => t.get("surveys.no").to_owned(),
        (Scale::YesNo, _) => t.get("surveys.yes").to_owned(),
        _ => score.to_string(),
    }
}

fn steps(t: Texts, scale: Scale, counts: &[u64]) -> Vec<Step> {
    let Some((low, high)) = scale.bounds() else { return Vec::new() };
    let all = counts.iter().sum::<u64>().max(1) as f64;
    let step = |(score, count): (u8, &u64)| Step {
        name: step_name(t, scale, score),
        width: 100.0 * *count as f64 / all,
        count: format::count(t.0, *count as i64),
        share: format::percent(t.0, 100.0 * *count as f64 / all),
    };
    (low..=high).zip(counts).map(step).rev().collect()
}

fn shown_top(t: Texts, scale: Scale, top: &Top) -> Vec<(&'static str, String)> {
    let percent = |share: f64| format::percent(t.0, 100.0 * share);
    let range = |low: f64, high: f64| format!("{} – {}", percent(low), percent(high));
    let best = if scale == Scale::YesNo { "surveys.share_yes" } else { "surveys.share_best" };
    let best_said = match scale {
        Scale::YesNo => percent(top.share),
        _ => t.fill("surveys.share_from", &[&percent(top.share), &top.from.to_string()]),
    };
    vec![
        (t.find(best).unwrap_or_default(), best_said),
        (t.find("surveys.interval").unwrap_or_default(), range(top.low, top.high)),
        (
            t.find("surveys.worst").unwrap_or_default(),
            top.worst.map_or_else(|| NONE.to_owned(), |(low, high)| range(low, high)),
        ),
    ]
}

fn of_callers(t: Texts, told: &Callers) -> Vec<Asked> {
    let asked = |(at, one): (usize, &told::Told)| Asked {
        id: format!("q-{at}"),
        code: one.question.code.clone(),
        text: text(t, &one.question).to_owned(),
        scale: t.name("survey_scale", one.question.scale.name()).to_owned(),
        answers: format::count(t.0, one.answers as i64),
        few: if one.counts.is_empty() { t.fill("surveys.few", &[&told.least.to_string()]) } else { String::new() },
        strange: if one.strange > 0 {
            t.fill("surveys.strange", &[&format::count(t.0, one.strange as i64)])
        } else {
            String::new()
        },
        steps: steps(t, one.question.scale, &one.counts),
        words: Vec::new(),
        top: one.top.as_ref().map(|top| shown_top(t, one.question.scale, top)).unwrap_or_default(),
    };
    told.questions.iter().enumerate().map(asked).collect()
}

async fn screen(shared: &Shared, frame: &Frame, who: &Who, id: &str, problem: String) -> Result<Response, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let survey = desk.store.get::<Survey>(id).await?;
    let (people, now) = (people(desk).await?, Utc::now());
    let definition = &survey.definition;
    let callers = definition.audience == Audience::Caller;
    let mut page = Page {
        frame,
        t,
        id: encoded(id),
        version: survey.version,
        name: definition.name.clone(),
        state: t.name("survey_state", survey.state.name()).to_owned(),
        state_class: state_class(survey.state),
        facts: facts(t, &survey, name_of(&people, &survey.made_by)),
        rule: rule(t, &survey),
        seed: definition.rule.as_ref().map(|rule| rule.seed.clone()).unwrap_or_default(),
        is_draft: survey.state == SurveyState::Draft,
        in_force: survey.state == SurveyState::InForce,
        callers,
        can_draw: false,
        by_exchange: callers && definition.channel == Channel::Ivr,
        draw_day: String::new(),
        first_day: definition.first_day.to_string(),
        last_day: definition.last_day.to_string(),
        drawn: Vec::new(),
        drawn_total: String::new(),
        numbers: Vec::new(),
        questions: Vec::new(),
        not_yet: String::new(),
        who: Vec::new(),
        problem,
        figures: desk.may(who.person(), Right::Figures),
    };
    if page.is_draft {
        page.questions = asked_only(t, &survey);
    } else if callers {
        let draws = desk.draws(who.person(), id).await?;
        page.can_draw = page.in_force && !page.by_exchange;
        page.draw_day = next_day(&survey, &draws, now).map(|day| day.to_string()).unwrap_or_default();
        let total: usize = draws.iter().map(|draw| draw.invitations.len()).sum();
        page.drawn_total = format::count(t.0, total as i64);
        page.drawn = draws.iter().map(|draw| drawn(t, id, draw, &name_of(&people, &draw.drawn_by))).collect();
        let told = told::callers(shared, &survey).await?;
        let count = |n: u64| format::count(t.0, n as i64);
        page.numbers = vec![
            (t.get("surveys.invited"), count(told.invited)),
            (t.get("surveys.answered"), count(told.answered)),
            (t.get("surveys.declined"), count(told.declined)),
            (
                t.get("surveys.response"),
                told.response.map_or_else(|| NONE.to_owned(), |rate| format::percent(t.0, 100.0 * rate)),
            ),
        ];
        page.questions = of_callers(t, &told);
    } else {
        let results = desk.survey_results(who.person(), &survey, now).await?;
        let how_many = people_asked(desk).await?;
        let count = |n: usize| format::count(t.0, n as i64);
        page.numbers =
            vec![(t.get("surveys.asked"), count(how_many)), (t.get("surveys.answered"), count(results.who.len()))];
        let mut names: Vec<String> = results.who.iter().map(|id| name_of(&people, id)).collect();
        names.sort();
        page.who = names;
        let least = results.least.to_string();
        page.not_yet = match (survey.state, &results.tallies) {
            (SurveyState::InForce, _) => t.fill("surveys.after_closing", &[&least]),
            (_, None) => t.fill("surveys.few_representatives", &[&least]),
            _ => String::new(),
        };
        page.questions = match &results.tallies {
            None => asked_only(t, &survey),
            Some(tallies) => tallies
                .iter()
                .enumerate()
                .map(|(at, tally)| {
                    let few =
                        (tally.counts.is_empty() && tally.texts.is_empty()).then(|| t.fill("surveys.few", &[&least]));
                    Asked {
                        answers: format::count(t.0, tally.answers as i64),
                        few: few.unwrap_or_default(),
                        steps: steps(t, tally.question.scale, &tally.counts),
                        words: tally.texts.clone(),
                        ..asked(t, at, &tally.question)
                    }
                })
                .collect(),
        };
    }
    Ok(show(&page)?.into_response())
}

async fn people_asked(desk: &meyar_work::Desk) -> Result<usize, WorkError> {
    let people = desk.store.people().await?;
    Ok(people.iter().filter(|person| person.active && desk.may(person, Right::OwnSurveys)).count())
}

fn asked(t: Texts, at: usize, question: &Question) -> Asked {
    Asked {
        id: format!("q-{at}"),
        code: question.code.clone(),
        text: text(t, question).to_owned(),
        scale: t.name("survey_scale", question.scale.name()).to_owned(),
        answers: String::new(),
        few: String::new(),
        strange: String::new(),
        steps: Vec::new(),
        words: Vec::new(),
        top: Vec::new(),
    }
}

fn asked_only(t: Texts, survey: &Survey) -> Vec<Asked> {
    survey.definition.questions.iter().enumerate().map(|(at, question)| asked(t, at, question)).collect()
}

/// The oldest day that may be drawn and was not.
fn next_day(survey: &Survey, draws: &[Record<Draw>], now: chrono::DateTime<Utc>) -> Option<chrono::NaiveDate> {
    let mut day = survey.definition.first_day;
    while day <= survey.definition.last_day && day < terms::day(now) {
        if draws.iter().all(|draw| draw.day != day) {
            return Some(day);
        }
        day = day.checked_add_days(Days::new(1))?;
    }
    None
}

fn drawn(t: Texts, id: &str, draw: &Draw, by: &str) -> Drawn {
    let (id, draw_id) = (encoded(id), encoded(&draw.draw_id));
    Drawn {
        url: format!("/surveys/{id}/draws/{draw_id}"),
        csv: format!("/surveys/{id}/invitations/{draw_id}"),
        day: format::date(draw.day),
        calls: format::count(t.0, draw.counts.values().sum::<usize>() as i64),
        invited: format::count(t.0, draw.invitations.len() as i64),
        by: by.to_owned(),
    }
}

fn facts(t: Texts, survey: &Record<Survey>, made_by: String) -> Vec<(&'static str, String)> {
    let definition = &survey.definition;
    let all = [
        ("surveys.code", Some(survey.code.clone())),
        ("surveys.audience", Some(t.name("survey_audience", definition.audience.name()).to_owned())),
        ("surveys.channel", Some(t.name("survey_channel", definition.channel.name()).to_owned())),
        ("surveys.days", Some(days(definition))),
        ("surveys.made_by", Some(made_by)),
        ("surveys.opened_at", survey.opened_at.map(format::date_time)),
        ("surveys.closed_at", survey.closed_at.map(format::date_time)),
    ];
    all.into_iter().filter_map(|(key, value)| Some((t.find(key)?, value?))).collect()
}

pub(super) fn rule(t: Texts, survey: &Survey) -> Vec<(&'static str, String)> {
    let Some(rule) = &survey.definition.rule else { return Vec::new() };
    let lines: Vec<String> = rule.lines.iter().map(|line| line_name(t, line)).collect();
    vec![
        (t.find("surveys.share").unwrap_or_default(), format::percent(t.0, 100.0 * rule.share)),
        (
            t.find("surveys.lines").unwrap_or_default(),
            if lines.is_empty() { t.get("plans.all_lines").to_owned() } else { lines.join(", ") },
        ),
        (t.find("surveys.again").unwrap_or_default(), format::count(t.0, i64::from(rule.again_after_days))),
    ]
}

async fn answer(
    (shared, frame, who): (&Shared, &Frame, &Who),
    id: &str,
    done: Result<Record<Survey>, WorkError>,
) -> Result<Response, PageError> {
    let (status, problem) = match done {
        Ok(_) => return Ok(Redirect::to(&format!("/surveys/{}", encoded(id))).into_response()),
        Err(WorkError::Changed { .. } | WorkError::State { .. }) => {
            (StatusCode::CONFLICT, frame.t.get("surveys.changed").to_owned())
        }
        Err(WorkError::Invalid(invalid)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, crate::problems::invalid(frame.t, &invalid))
        }
        Err(error) => return Err(error.into()),
    };
    Ok((status, screen(shared, frame, who, id, problem).await?).into_response())
}

/// The page again, with what was wrong.
pub(super) async fn again(
    (shared, frame, who): (&Shared, &Frame, &Who),
    id: &str,
    status: StatusCode,
    problem: String,
) -> Result<Response, PageError> {
    Ok((status, screen(shared, frame, who, id, problem).await?).into_response())
}

pub async fn open(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let seen = Fields::of(sent).text("seen").parse().unwrap_or(0);
    let done = shared.work()?.desk.open_survey(who.person(), &id, seen, Utc::now()).await;
    answer((&shared, &frame, &who), &id, done).await
}

pub async fn close(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let seen = Fields::of(sent).text("seen").parse().unwrap_or(0);
    let done = shared.work()?.desk.close_survey(who.person(), &id, seen, Utc::now()).await;
    answer((&shared, &frame, &who), &id, done).await
}

//! `/cards/forms`: by what each position is rated, as the data has it.

use super::sheet::{indicator_name, scale};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::show;
use crate::text::{Lang, Texts};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Html;
use meyar_work::cards::{CardForm, Indicator, Source};
use std::sync::Arc;

struct Line {
    name: String,
    source: String,
    figure: String,
    measure: &'static str,
    scale: String,
    least: String,
    weight: String,
    width: f64,
}

struct Shown {
    id: String,
    name: String,
    version: String,
    days: String,
    least_weight: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "work/card_forms.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    source: String,
    unconfirmed: bool,
    forms: Vec<Shown>,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
) -> Result<Html<String>, PageError> {
    let t = frame.t;
    let forms = super::asked::forms(&shared)?;
    let line = |indicator: &Indicator| Line {
        name: indicator_name(t, indicator).to_owned(),
        source: t.name("card_source", indicator.from.name()).to_owned(),
        figure: if indicator.from == Source::Figure {
            format!("{} · {}", indicator.figure, indicator.value)
        } else {
            String::new()
        },
        measure: indicator.measure.map(|measure| t.name("card_measure", measure.name())).unwrap_or_default(),
        scale: scale(t, indicator),
        least: if indicator.least == 0 { format::NONE.to_owned() } else { format::count(t.0, indicator.least as i64) },
        weight: format::number(t.0, indicator.weight),
        width: indicator.weight,
    };
    let shown = |(at, form): (usize, &CardForm)| Shown {
        id: format!("form-{at}"),
        name: if t.0 == Lang::Az { form.name_az.clone() } else { form.name_en.clone() },
        version: form.version.clone(),
        days: match form.valid_to {
            Some(last) => format!("{} – {}", format::date(form.valid_from), format::date(last)),
            None => t.fill("cards.from_on", &[&format::date(form.valid_from)]),
        },
        least_weight: format::number(t.0, form.least_weight),
        lines: form.indicators.iter().map(line).collect(),
    };
    show(&Page {
        frame: &frame,
        t,
        source: if t.0 == Lang::Az { forms.source_az.clone() } else { forms.source.clone() },
        unconfirmed: forms.unconfirmed,
        forms: forms.all().iter().enumerate().map(shown).collect(),
    })
}

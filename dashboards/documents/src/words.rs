//! What the printed form itself says; everything else comes with the document.

use crate::chart::ChartKind;
use crate::document::State;
use crate::table::{Mark, Trend};
use crate::text::Lang;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Words {
    pub contents: &'static str,
    pub table: &'static str,
    pub figure: &'static str,
    pub note: &'static str,
    pub period: &'static str,
    pub edition: &'static str,
    pub made: &'static str,
    pub draft: &'static str,
    pub checked: &'static str,
    pub approved: &'static str,
    was_drafted: &'static str,
    was_checked: &'static str,
    was_approved: &'static str,
    pub empty: &'static str,
    pub nothing: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    pub day: &'static str,
    pub days: &'static str,
    pub seconds: &'static str,
    pub signature: &'static str,
    pub date: &'static str,
    pub page: &'static str,
    pub back: &'static str,
    met: &'static str,
    missed: &'static str,
    up: &'static str,
    down: &'static str,
    same: &'static str,
    donut: &'static str,
    bars: &'static str,
    line: &'static str,
}

static AZ: Words = Words {
    contents: "Mündəricat",
    table: "Cədvəl",
    figure: "Şəkil",
    note: "Qeyd",
    period: "Dövr",
    edition: "Buraxılış",
    made: "Tərtib edilib",
    draft: "layihə",
    checked: "yoxlanılıb",
    approved: "təsdiq edilib",
    was_drafted: "Hazırlayıb",
    was_checked: "Yoxlayıb",
    was_approved: "Təsdiq edib",
    empty: "Bu dövr üçün məlumat yoxdur.",
    nothing: "məlumat yoxdur",
    yes: "bəli",
    no: "xeyr",
    day: "gün",
    days: "gün",
    seconds: "san",
    signature: "imza",
    date: "tarix",
    page: "Səhifə",
    back: "Mündəricata qayıt",
    met: "hədəfə çatılıb",
    missed: "hədəfə çatılmayıb",
    up: "əvvəlki dövrdən yüksək",
    down: "əvvəlki dövrdən aşağı",
    same: "əvvəlki dövrlə eyni",
    donut: "Halqa diaqramı",
    bars: "Sütunlu diaqram",
    line: "Xətli qrafik",
};

static EN: Words = Words {
    contents: "Contents",
    table: "Table",
    figure: "Figure",
    note: "Note",
    period: "Period",
    edition: "Edition",
    made: "Made",
    draft: "draft",
    checked: "checked",
    approved: "approved",
    was_drafted: "Prepared by",
    was_checked: "Checked by",
    was_approved: "Approved by",
    empty: "There are no data for this period.",
    nothing: "no data",
    yes: "yes",
    no: "no",
    day: "day",
    days: "days",
    seconds: "s",
    signature: "signature",
    date: "date",
    page: "Page",
    back: "Back to the contents",
    met: "target met",
    missed: "target missed",
    up: "higher than in the period before",
    down: "lower than in the period before",
    same: "as in the period before",
    donut: "Ring chart",
    bars: "Bar chart",
    line: "Line chart",
};

pub fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Az => &AZ,
        Lang::En => &EN,
    }
}

impl Words {
    pub fn state(&self, state: State) -> &'static str {
        match state {
            State::Draft => self.draft,
            State::Checked => self.checked,
            State::Approved => self.approved,
        }
    }

    /// Before the name of who brought the document to this state.
    pub fn step(&self, state: State) -> &'static str {
        match state {
            State::Draft => self.was_drafted,
            State::Checked => self.was_checked,
            State::Approved => self.was_approved,
        }
    }

    pub fn mark(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::Met => self.met,
            Mark::Missed => self.missed,
        }
    }

    pub fn trend(&self, trend: Trend) -> &'static str {
        match trend {
            Trend::Up => self.up,
            Trend::Down => self.down,
            Trend::Same => self.same,
        }
    }

    pub fn chart(&self, kind: ChartKind) -> &'static str {
        match kind {
            ChartKind::Donut => self.donut,
            ChartKind::Bar | ChartKind::GroupedBar | ChartKind::HorizontalBar => self.bars,
            ChartKind::Line => self.line,
        }
    }
}

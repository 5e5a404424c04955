//! Reads a folder of JSON Lines, one file a subject.

use super::events::{AppealEvent, CallEvent, Events, IncidentEvent, SessionEvent, SheetEvent, SurveyEvent};
use super::{names::Names, revisions::Latest, wire};
use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    path::Path,
};

const SUBJECTS: [&str; 6] =
    ["calls.events", "appeals.events", "appeals.sheets", "surveys.responses", "systems.incidents", "staff.sessions"];

impl Events {
    /// Reads `<subject>.jsonl` of every subject that figures need. A file that is not there is refused: it may be misnamed.
    pub fn read(dir: &Path) -> Result<Self> {
        let mut reader = Reader::default();
        for subject in SUBJECTS {
            let path = dir.join(format!("{subject}.jsonl"));
            let shown = path.display();
            let file = File::open(&path)
                .with_context(|| format!("{shown} cannot be opened; write an empty file if nothing was told"))?;
            let (mut lines, mut line, mut number) = (BufReader::with_capacity(1 << 20, file), String::new(), 0);
            while lines.read_line(&mut line).with_context(|| format!("{shown} cannot be read"))? > 0 {
                number += 1;
                if !line.trim().is_empty() {
                    reader.line(subject, &line).with_context(|| format!("{shown} line {number}"))?;
                }
                line.clear();
            }
        }
        Ok(reader.finish())
    }
}

/// Takes events line by line, in any order.
#[derive(Default)]
pub struct Reader {
    names: Names,
    calls: Latest<CallEvent>,
    appeals: Latest<AppealEvent>,
    sheets: Latest<SheetEvent>,
    surveys: Latest<SurveyEvent>,
    incidents: Latest<IncidentEvent>,
    sessions: Latest<SessionEvent>,
}

impl Reader {
    pub fn line(&mut self, subject: &str, line: &str) -> Result<()> {
        let names = &mut self.names;
        match subject {
            "calls.events" => take(line, names, &mut self.calls, wire::Call::event),
            "appeals.events" => take(line, names, &mut self.appeals, wire::Appeal::event),
            "appeals.sheets" => take(line, names, &mut self.sheets, wire::Sheet::event),
            "surveys.responses" => take(line, names, &mut self.surveys, wire::Survey::event),
            "systems.incidents" => take(line, names, &mut self.incidents, wire::Incident::event),
            "staff.sessions" => take(line, names, &mut self.sessions, wire::Session::event),
            _ => bail!("`{subject}` is not a subject that figures need; use one of {}", SUBJECTS.join(", ")),
        }
    }

    pub fn finish(self) -> Events {
        let conflicts = self.calls.conflicts
            + self.appeals.conflicts
            + self.sheets.conflicts
            + self.surveys.conflicts
            + self.incidents.conflicts
            + self.sessions.conflicts;
        Events {
            calls: self.calls.into_events(),
            appeals: self.appeals.into_events(),
            sheets: self.sheets.into_events(),
            surveys: self.surveys.into_events(),
            incidents: self.incidents.into_events(),
            sessions: self.sessions.into_events(),
            conflicts,
        }
    }
}

fn take<'a, W: Deserialize<'a>, E: PartialEq>(
    line: &'a str,
    names: &mut Names,
    latest: &mut Latest<E>,
    event: impl FnOnce(W, &mut Names) -> Result<E>,
) -> Result<()> {
    let told: wire::Told<'a, W> = serde_json::from_str(line).context("is not an event that figures can read")?;
    let (source, event) = (names.name(&told.source), event(told.data, names)?);
    latest.tell(source, &told.id, told.revision, event);
    Ok(())
}

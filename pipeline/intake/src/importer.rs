//! A file of an exchange → its calls' events, row by row or as soon as a call's last row was read.

use crate::{
    clock::{self, Calendar, Redate},
    events::rule,
    interpret::interpret,
    lines::{Line, Lines},
    load::MappingError,
    mapping::{EventStep, Mapping, Outcome, Rows},
    sheet::{Row, Sheet, identifier},
    story::Call,
    summary::{BadRow, Summary},
    survey::{Digest, Survey, digest},
};
use meyar_schemas::{Invalid, caller::CallerKey, envelope::derived_id};
use std::{
    collections::{HashMap, VecDeque},
    fs::File,
    io::{self, Read, Seek},
    path::Path,
};

#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    #[error(transparent)]
    Mapping(#[from] MappingError),
    #[error("{file}: cannot be read: {error}; check the path, the permissions, and that the copy is complete")]
    Unreadable { file: String, error: io::Error },
    #[error("{file}: {invalid}")]
    Unfit { file: String, invalid: Box<Invalid> },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    pub redate: Option<Redate>,
    /// Above 0 for a corrected export of calls that were imported before.
    pub revision: u32,
}

/// Everything that is the same for every file of one exchange.
#[derive(Clone)]
pub struct Importer {
    mapping: Mapping,
    source: String,
    callers: CallerKey,
    options: Options,
}

impl Importer {
    /// `source` names the exchange, not the file: two exports that overlap then tell the same events.
    pub fn new(mapping: Mapping, source: &str, callers: CallerKey, options: Options) -> Self {
        Self { mapping, source: source.to_owned(), callers, options }
    }

    pub fn open(&self, path: &Path) -> Result<Import<'static>, IntakeError> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| IntakeError::Unreadable { file: name.clone(), error })?;
        let again = File::open(path).map_err(|error| IntakeError::Unreadable { file: name.clone(), error })?;
        self.import(&name, file, again)
    }

    /// Reads what is in memory: standard input, tests.
    pub fn read<'a>(&self, name: &str, bytes: &'a [u8]) -> Result<Import<'a>, IntakeError> {
        self.import(name, io::Cursor::new(bytes), io::Cursor::new(bytes))
    }

    fn import<'a, R: Read + Seek + 'a>(&self, name: &str, first: R, second: R) -> Result<Import<'a>, IntakeError> {
        let unreadable = |error| IntakeError::Unreadable { file: name.to_owned(), error };
        let unfit = |invalid| IntakeError::Unfit { file: name.to_owned(), invalid: Box::new(invalid) };
        let mut survey_lines = Lines::from_start(first).map_err(unreadable)?;
        let sheet = self.sheet(&mut survey_lines).map_err(unreadable)?.map_err(unfit)?;
        let survey = Survey::of(&sheet, &mut survey_lines).map_err(unreadable)?;
        drop(survey_lines);
        let mut lines = Lines::from_start(second).map_err(unreadable)?;
        if self.mapping.file.header {
            lines.next().transpose().map_err(unreadable)?;
        }
        let zone = clock::zone(&self.mapping.clock.zone).map_err(unfit)?;
        Ok(Import {
            lines,
            sheet,
            survey,
            calendar: Calendar::new(zone, self.options.redate),
            source: self.source.clone(),
            options: self.options,
            open: HashMap::new(),
            ready: VecDeque::new(),
            summary: Summary::default(),
            failed: false,
        })
    }

    fn sheet(&self, lines: &mut Lines<'_>) -> io::Result<Result<Sheet, Invalid>> {
        let file = &self.mapping.file;
        let columns = if file.header {
            let Some(header) = lines.next().transpose()? else {
                let remedy = "check the path; the first line must name the columns";
                return Ok(Err(Invalid::new("header", "", "is missing: the file is empty", remedy)));
            };
            let text = file.encoding.decode(&header.bytes).unwrap_or_default();
            match crate::text::split(&text, file.delimiter, file.quotes) {
                Ok(columns) => columns,
                Err(problem) => {
                    return Ok(Err(Invalid::new("header", text, problem, "check file.quotes of the mapping")));
                }
            }
        } else {
            file.columns.clone()
        };
        Ok(Sheet::new(self.mapping.clone(), self.callers.clone(), &columns))
    }
}

/// The calls of one file. Iterate to the end, then ask for the [`Summary`].
pub struct Import<'a> {
    lines: Lines<'a>,
    sheet: Sheet,
    survey: Survey,
    calendar: Calendar,
    source: String,
    options: Options,
    /// Calls whose rows are not all read yet.
    open: HashMap<Digest, (String, Vec<Row>)>,
    ready: VecDeque<Result<Call, BadRow>>,
    summary: Summary,
    failed: bool,
}

impl Import<'_> {
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    fn take_line(&mut self, line: Line) {
        if line.bytes.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        self.summary.rows += 1;
        match self.sheet.row(line) {
            Ok(row) => self.take_row(row),
            Err(bad) => self.refuse(*bad),
        }
    }

    fn refuse(&mut self, bad: BadRow) {
        self.summary.bad += 1;
        self.ready.push_back(Err(bad));
    }

    fn take_row(&mut self, row: Row) {
        let Some(key) = self.sheet.key(&row) else { return self.take_row_without_call(row) };
        let id = self.call_id(&key);
        let key = digest(&key);
        if self.sheet.mapping.rows != Rows::Calls {
            let (_, rows) = self.open.entry(key).or_insert_with(|| (id, Vec::new()));
            rows.push(row);
            if rows.len() as u64 == u64::from(self.survey.rows(key))
                && let Some((id, rows)) = self.open.remove(&key)
            {
                self.tell(id, rows);
            }
            return;
        }
        let ignored = matches!(crate::calls::outcome(&self.sheet, &row), Ok(Outcome::Ignore));
        if !ignored && self.survey.is_repeat(key, &row) {
            self.summary.repeats += 1;
            return;
        }
        // Different calls under one key: each is told apart by what its row says, whichever comes first.
        let repeated = !ignored && self.survey.differ(key);
        let id =
            if repeated { format!("{id}~{}", &derived_id(&[&String::from_utf8_lossy(&row.raw)])[..8]) } else { id };
        let calls = self.summary.calls;
        self.tell(id, vec![row]);
        self.summary.repeated_ids += u64::from(repeated && self.summary.calls > calls);
    }

    fn take_row_without_call(&mut self, row: Row) {
        if let Some(rules) = &self.sheet.mapping.events {
            match rule(&self.sheet, rules, &row) {
                Ok(rule) if rule.step == EventStep::Ignore => {
                    self.summary.ignored += 1;
                    return;
                }
                Ok(_) => {}
                Err(invalid) => return self.refuse(row.bad(invalid)),
            }
        }
        let column = self.sheet.mapping.call.key.first().cloned().unwrap_or_default();
        let value = self.sheet.cell(&row, &column).to_owned();
        let remedy = "correct the row, or change [call] key of the mapping";
        self.refuse(row.bad(Invalid::new(&column, value, "names no call", remedy)));
    }

    fn tell(&mut self, id: String, rows: Vec<Row>) {
        let interpreted = interpret(&self.sheet, &mut self.calendar, id, rows);
        self.summary.take(&interpreted);
        self.ready.extend(interpreted.bad.into_iter().map(Err));
        if let Some((story, _)) = interpreted.story {
            self.ready.push_back(Ok(story.into_events(&self.source, self.options.revision)));
        }
    }

    /// Only a file that was cut between the two looks leaves calls open.
    fn tell_the_rest(&mut self) {
        let mut rest: Vec<_> = std::mem::take(&mut self.open).into_values().collect();
        rest.sort_by_key(|(_, rows)| rows.first().map(|row| row.line));
        for (id, rows) in rest {
            self.tell(id, rows);
        }
    }

    /// Readable, and different for each redating: calls moved to two months are two calls.
    fn call_id(&self, key: &[&str]) -> String {
        let redated = self.options.redate.map(|redate| format!("@{redate}")).unwrap_or_default();
        identifier(&format!("{}-{}{redated}", self.sheet.mapping.call.prefix, key.join("-")))
    }
}

impl Iterator for Import<'_> {
    type Item = Result<Call, BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            if self.failed {
                return None;
            }
            match self.lines.next() {
                None if self.open.is_empty() => return None,
                None => self.tell_the_rest(),
                Some(Ok(line)) => self.take_line(line),
                Some(Err(error)) => {
                    self.failed = true;
                    let invalid =
                        Invalid::new("file", error.to_string(), "stopped the import here", "import the file again");
                    self.summary.rows += 1;
                    self.refuse(BadRow::new(0, Vec::new(), invalid));
                }
            }
        }
    }
}

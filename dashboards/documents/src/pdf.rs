//! The document as a PDF, set by Typst: tagged (PDF/UA-1), to be kept (PDF/A-2a), the same bytes every time.

use crate::document::Document;
use crate::error::Error;
use crate::files;
use crate::measure::FONTS;
use crate::text::Lang;
use crate::view::View;
use chrono::{Datelike, Timelike};
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Features, Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

const MAIN: &str = "document.typ";
/// The view of the document as JSON: data never becomes markup.
const DATA: &str = "document.json";

/// `A11yExtras` lets the cells that name rows be tagged as heads of their rows.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let features: Features = [Feature::A11yExtras].into_iter().collect();
    LazyHash::new(Library::builder().with_features(features).build())
});

struct Papers {
    main: FileId,
    data: Bytes,
    made: Option<Datetime>,
}

fn path(name: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?).intern())
}

impl World for Papers {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        FONTS.book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let bytes = self.file(id)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| FileError::InvalidUtf8)?;
        Ok(Source::new(id, text.to_owned()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = id.vpath().get_without_slash();
        if name == DATA {
            return Ok(self.data.clone());
        }
        files::file(name).map(|bytes| Bytes::new(bytes.into_owned())).ok_or_else(|| FileError::NotFound(name.into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        self.made
    }
}

pub fn pdf(document: &Document, lang: Lang) -> Result<Vec<u8>, Error> {
    let made = set(document, lang);
    // Typst remembers every layout it ever made; a server that prints for months would fill up with them.
    comemo::evict(0);
    made.map_err(|cause| Error::Pdf { id: document.id.clone(), cause })
}

fn set(document: &Document, lang: Lang) -> Result<Vec<u8>, String> {
    let data = serde_json::to_vec(&View::new(document, lang)).map_err(|error| error.to_string())?;
    let made = moment(document);
    let main = path(MAIN).ok_or("its main file has no path")?;
    let papers = Papers { main, data: Bytes::new(data), made };
    let pages = typst::compile::<PagedDocument>(&papers).output.map_err(|errors| told(&papers, &errors))?;
    let standards =
        PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a]).map_err(|error| error.message().to_string())?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("{}/{}/{}", document.id, document.edition, lang.code())),
        creator: Smart::Custom(Some("Meyar".to_owned())),
        timestamp: made.map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&pages, &options).map_err(|errors| told(&papers, &errors))
}

fn moment(document: &Document) -> Option<Datetime> {
    let at = document.created_at;
    let part = |number: u32| u8::try_from(number).ok();
    Datetime::from_ymd_hms(
        at.year(),
        part(at.month())?,
        part(at.day())?,
        part(at.hour())?,
        part(at.minute())?,
        part(at.second())?,
    )
}

/// One line: what Typst found, and where in our files.
fn told(papers: &Papers, errors: &[SourceDiagnostic]) -> String {
    let place = |error: &SourceDiagnostic| {
        let id = error.span.id()?;
        let source = papers.source(id).ok()?;
        let range = typst::WorldExt::range(papers, error.span)?;
        let line = source.lines().byte_to_line(range.start)? + 1;
        Some(format!(" ({}:{line})", id.vpath().get_without_slash()))
    };
    let one = |error: &SourceDiagnostic| format!("{}{}", error.message, place(error).unwrap_or_default());
    errors.iter().map(one).collect::<Vec<_>>().join("; ")
}

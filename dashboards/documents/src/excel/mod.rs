//! The document as a workbook: a sheet of contents, then a sheet a table, with its charts. Real numbers, no formulas.

mod chart;
mod sheet;
mod style;

use crate::document::Document;
use crate::error::Error;
use crate::format;
use crate::text::Lang;
use crate::words::words;
use chrono_tz::Asia::Baku;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Url, Workbook, Worksheet, XlsxError};
use sheet::Sheet;
use std::collections::HashMap;
use style::Styles;

/// Excel's number for A4.
const A4: u8 = 9;

pub fn excel(document: &Document, lang: Lang) -> Result<Vec<u8>, Error> {
    written(document, lang).map_err(|cause| Error::Excel { id: document.id.clone(), cause })
}

fn written(document: &Document, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(document, lang)?);
    let names = sheet_names(document, lang);
    let sheets: HashMap<&str, Sheet> = document
        .tables()
        .zip(&names)
        .map(|((section, table), name)| (table.id.as_str(), Sheet::new(table, name, section.landscape, lang)))
        .collect();

    contents(workbook.add_worksheet(), document, &sheets, lang)?;
    for (_, table) in document.tables() {
        let Some(sheet) = sheets.get(table.id.as_str()) else { continue };
        let worksheet = workbook.add_worksheet();
        sheet.write(worksheet)?;
        let charts: Vec<_> = document.charts().filter(|chart| chart.table == table.id).collect();
        let last = chart::insert(worksheet, &charts, sheet)?;
        sheet.lay_out_for_print(worksheet, last)?;
    }
    for (_, table) in document.tables() {
        if let Some(sheet) = sheets.get(table.id.as_str()) {
            workbook.define_name(sheet.defined_name(), &sheet.reference())?;
        }
    }
    workbook.save_to_buffer()
}

fn properties(document: &Document, lang: Lang) -> Result<DocProperties, XlsxError> {
    let at = document.created_at;
    let created = ExcelDateTime::parse_from_str(&at.format("%Y-%m-%dT%H:%M:%S").to_string())?;
    Ok(DocProperties::new()
        .set_title(document.name(lang))
        .set_subject(document.period.get(lang))
        .set_author(document.issuer.centre.get(lang))
        .set_company(document.issuer.ministry.get(lang))
        .set_status(words(lang).state(document.state))
        .set_comment(format!("{} · {}", document.id, document.edition))
        .set_creation_datetime(&created))
}

/// Names of at most 31 characters without Excel's forbidden ones, each once: number and title.
fn sheet_names(document: &Document, lang: Lang) -> Vec<String> {
    let title = |table: &crate::table::Table| -> String {
        table.title.get(lang).chars().filter(|c| !"[]:*?/\\'".contains(*c)).collect()
    };
    document
        .tables()
        .enumerate()
        .map(|(place, (_, table))| {
            let name: String = format!("{} {}", place + 1, title(table)).chars().take(31).collect();
            name.trim_end().to_owned()
        })
        .collect()
}

fn contents(
    worksheet: &mut Worksheet,
    document: &Document,
    sheets: &HashMap<&str, Sheet>,
    lang: Lang,
) -> Result<(), XlsxError> {
    let words = words(lang);
    let styles = Styles::default();
    worksheet.set_name(words.contents)?;
    worksheet.set_column_width(0, 16)?.set_column_width(1, 70)?.set_column_width(2, 100)?;
    worksheet.write_with_format(0, 0, document.issuer.ministry.get(lang), &styles.strong)?;
    worksheet.write_with_format(1, 0, document.issuer.centre.get(lang), &styles.strong)?;
    worksheet.write_with_format(2, 0, document.name(lang), &styles.title)?;
    let made = document.created_at.with_timezone(&Baku).format("%d.%m.%Y %H:%M").to_string();
    let edition = format!("{}, {}", document.edition, words.state(document.state));
    let mut facts = vec![
        (words.period.to_owned(), document.period.get(lang).to_owned()),
        (words.edition.to_owned(), edition),
        (words.made.to_owned(), made),
    ];
    for step in &document.steps {
        let role = step.role.get(lang);
        let who = if role.is_empty() { step.by.clone() } else { format!("{}, {role}", step.by) };
        facts.push((words.step(step.state).to_owned(), format!("{who}, {}", format::date_time(step.at))));
    }
    let mut line = 4;
    for (name, value) in facts {
        worksheet.write(line, 0, name)?;
        worksheet.write(line, 1, value)?;
        line += 1;
    }
    line += 1;
    for (number, (section, table)) in document.tables().enumerate() {
        let Some(sheet) = sheets.get(table.id.as_str()) else { continue };
        worksheet.write(line, 0, format!("{} {}", words.table, number + 1))?;
        worksheet.write(line, 2, section.title.get(lang))?;
        let link = Url::new(format!("internal:'{}'!A1", sheet.name)).set_text(table.title.get(lang));
        worksheet.write_url(line, 1, link)?;
        line += 1;
    }
    worksheet.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_landscape();
    worksheet.set_print_area(0, 0, line.saturating_sub(1), 2)?;
    Ok(())
}

/// `$A$1`
fn absolute(row: u32, column: u16) -> String {
    let mut letters = String::new();
    let mut rest = u32::from(column) + 1;
    while rest > 0 {
        letters.insert(0, char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    format!("${letters}${}", row + 1)
}

#[cfg(test)]
mod tests {
    use super::absolute;

    #[test]
    fn cells_have_excels_names() {
        assert_eq!(absolute(0, 0), "$A$1");
        assert_eq!(absolute(9, 25), "$Z$10");
        assert_eq!(absolute(9, 26), "$AA$10");
        assert_eq!(absolute(0, 701), "$ZZ$1");
    }
}

//! What makes a form unusable, found before any call is judged by it.

use crate::{
    form::{Criterion, FormSpec, Part, Rule},
    forms::Problem,
    pattern,
};
use std::collections::HashSet;

pub fn problems(file: &str, spec: &FormSpec) -> Vec<Problem> {
    let mut check = Check { file, spec, problems: Vec::new() };
    check.head();
    check.bands();
    check.references("", "answer.shown_by", spec.answer.shown_by.iter());
    check.references("", "answer.except", spec.answer.except.iter());
    let mut codes = HashSet::new();
    for criterion in &spec.criteria {
        if !codes.insert(&criterion.code) {
            check.report(&criterion.code, "code", &criterion.code, "two criteria have it; give each its own");
        }
        check.criterion(criterion);
    }
    check.problems
}

struct Check<'a> {
    file: &'a str,
    spec: &'a FormSpec,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn report(&mut self, criterion: &str, field: &str, value: impl ToString, remedy: impl Into<String>) {
        self.problems.push(Problem {
            file: self.file.to_owned(),
            criterion: criterion.to_owned(),
            field: field.to_owned(),
            value: value.to_string(),
            remedy: remedy.into(),
        });
    }

    fn head(&mut self) {
        let head = &self.spec.form;
        let expected = format!("{}/{}.{}.toml", head.id, head.version, head.language.code());
        if !self.file.replace('\\', "/").ends_with(&expected) {
            self.report(
                "",
                "form",
                format!("{} {} {}", head.id, head.version, head.language.code()),
                format!("the file must stand at {expected}; rename one of the two"),
            );
        }
        let sum: f64 = self.spec.criteria.iter().map(|criterion| criterion.weight).sum();
        if (sum - 100.0).abs() > 1e-9 {
            self.report(
                "",
                "weight",
                format!("{sum} in all"),
                "the weights of a form make 100; change them until they do",
            );
        }
    }

    fn bands(&mut self) {
        let spec = self.spec;
        for band in &spec.bands {
            if !(0.0..=100.0).contains(&band.min) {
                self.report("", "bands.min", band.min, "a band begins between 0 and 100");
            }
        }
        if !spec.bands.is_empty() && !spec.bands.iter().any(|band| band.min == 0.0) {
            self.report("", "bands", "no band begins at 0", "add one with min = 0, so that every score has a band");
        }
    }

    fn criterion(&mut self, criterion: &Criterion) {
        let code = criterion.code.as_str();
        let letters = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit();
        if code.len() > 16
            || !code.starts_with(|letter: char| letter.is_ascii_uppercase())
            || !code.chars().all(letters)
        {
            self.report(code, "code", code, "a code is a capital letter and up to 15 capitals or digits, such as K01");
        }
        if !(0.0..=100.0).contains(&criterion.weight) {
            self.report(code, "weight", criterion.weight, "a weight is between 0 and 100");
        }
        if criterion.gate && criterion.weight != 0.0 {
            self.report(code, "weight", criterion.weight, "a gate weighs nothing; write 0, or gate = false");
        }
        for mark in &criterion.scale {
            if !(0.0..=1.0).contains(mark) {
                self.report(code, "scale", mark, "a mark is between 0 and 1");
            }
        }
        if !criterion.scale.contains(&0.0) || !criterion.scale.contains(&1.0) {
            self.report(code, "scale", format!("{:?}", criterion.scale), "a scale has at least 0 and 1; add them");
        }
        for mark in criterion.rule.marks() {
            if !criterion.scale.contains(&mark) {
                self.report(
                    code,
                    "rule.marks",
                    mark,
                    format!("it is not on the scale {:?}; use one of those, or add it to the scale", criterion.scale),
                );
            }
        }
        self.shares(criterion);
        self.references(code, "rule", criterion.rule.parts().into_iter());
        let mut seen = HashSet::new();
        for part in &criterion.parts {
            if !seen.insert(&part.code) {
                self.report(code, "part.code", &part.code, "two parts have it; give each its own");
            }
            self.part(code, part);
        }
    }

    fn shares(&mut self, criterion: &Criterion) {
        if let Rule::PartsPresent { marks, .. } | Rule::Holds { marks, .. } = &criterion.rule {
            for row in marks {
                if !(row.share > 0.0 && row.share <= 1.0) {
                    self.report(&criterion.code, "rule.marks.share", row.share, "a share is over 0 and at most 1");
                }
            }
            if !marks.iter().any(|row| row.share == 1.0) {
                self.report(
                    &criterion.code,
                    "rule.marks",
                    "no share = 1",
                    "say which mark everything heard makes: { share = 1.0, mark = 1.0 }",
                );
            }
        }
        if let Rule::PartsPresent { groups, .. } = &criterion.rule
            && groups.is_empty()
        {
            self.report(&criterion.code, "rule.groups", "none", "name at least one group of parts");
        }
        if let Rule::Records { expected_class, .. } = &criterion.rule {
            for (nature, classes) in expected_class {
                if as_name::<meyar_schemas::appeals::Nature>(nature).is_none() {
                    self.report(&criterion.code, "rule.expected_class", nature, "it is no nature of an appeal (question, enquiry, complaint, application, proposal, information)");
                }
                for class in
                    classes.iter().filter(|class| as_name::<meyar_schemas::sheets::SheetClass>(class).is_none())
                {
                    self.report(&criterion.code, "rule.expected_class", class, "it is no class of a sheet (complex_question, e_service_error, third_party_complaint, body_complaint, reception_booking, proposal)");
                }
            }
        }
    }

    fn part(&mut self, criterion: &str, part: &Part) {
        let field = format!("part {}", part.code);
        if part.patterns.is_empty() {
            self.report(criterion, &format!("{field}: patterns"), "none", "write at least one pattern");
        }
        for (list, patterns) in [("patterns", &part.patterns), ("except", &part.except)] {
            for written in patterns {
                if let Some(fault) = pattern::fault(written, &self.spec.snippets) {
                    self.report(criterion, &format!("{field}: {list}"), format!("\"{written}\""), fault.to_string());
                }
            }
        }
    }

    fn references<'r>(&mut self, criterion: &str, field: &str, references: impl Iterator<Item = &'r String>) {
        for reference in references {
            let (owner, part) = reference.split_once('/').unwrap_or((criterion, reference));
            let known = self
                .spec
                .criteria
                .iter()
                .any(|other| other.code == owner && other.parts.iter().any(|known| known.code == part));
            if !known {
                self.report(
                    criterion,
                    field,
                    reference,
                    "there is no such part; define it with [[criterion.part]], or write it as CRITERION/part",
                );
            }
        }
    }
}

/// A name as the contracts spell it.
fn as_name<T: serde::de::DeserializeOwned>(name: &str) -> Option<T> {
    let deserializer: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
        serde::de::IntoDeserializer::into_deserializer(name);
    T::deserialize(deserializer).ok()
}

//! A version of the form as people read it: every criterion in sentences and numbers of their language, and what differs from another version.

use super::rule;
use crate::format;
use crate::text::{Lang, Texts};
use meyar_scoring::{Condition, Criterion, FormSpec, JudgedBy, Part, Rule, Speaker};
use std::collections::BTreeSet;

/// Words of one part in one language.
pub struct Phrases {
    pub language: &'static str,
    pub lang: String,
    pub patterns: Vec<String>,
    pub except: Vec<String>,
}

pub struct PartShown {
    pub code: String,
    pub name: String,
    pub party: String,
    pub tags: Vec<String>,
    pub phrases: Vec<Phrases>,
}

pub struct CriterionShown {
    pub code: String,
    pub name: String,
    pub weight: String,
    pub severity: String,
    pub critical: bool,
    pub judged_by: String,
    pub gate: bool,
    pub not_applicable: Vec<String>,
    pub how: String,
    pub clause: String,
    pub scale: String,
    /// How the machine comes to its mark: label and value.
    pub rule: Vec<(String, String)>,
    pub rule_name: String,
    pub parts: Vec<PartShown>,
}

pub const CONDITIONS: [(Condition, &str); 4] = [
    (Condition::DroppedBeforeSpeech, "dropped_before_speech"),
    (Condition::CallerSpokeLittle, "caller_spoke_little"),
    (Condition::NoAnswerDue, "no_answer_due"),
    (Condition::CallerCutOff, "caller_cut_off"),
];

pub fn judged_by(by: JudgedBy) -> &'static str {
    match by {
        JudgedBy::Auto => "auto",
        JudgedBy::AutoAndPerson => "auto_and_person",
        JudgedBy::Person => "person",
    }
}

pub fn party(party: Speaker) -> &'static str {
    match party {
        Speaker::Representative => "representative",
        Speaker::Caller => "caller",
    }
}

pub fn pick<'a>(t: Texts, az: &'a str, en: &'a str) -> &'a str {
    match t.0 {
        Lang::Az => az,
        Lang::En => en,
    }
}

pub fn scale(t: Texts, criterion: &Criterion) -> String {
    criterion.scale.iter().map(|mark| format::number(t.0, *mark)).collect::<Vec<_>>().join(" · ")
}

fn yes(t: Texts, is: bool) -> String {
    t.get(if is { "forms.yes" } else { "forms.no" }).to_owned()
}

fn conditions(t: Texts, criterion: &Criterion) -> Vec<String> {
    let listed = CONDITIONS.iter().filter(|(condition, _)| criterion.not_applicable.contains(condition));
    listed.map(|(_, code)| t.name("form_na", code).to_owned()).collect()
}

/// Label and value of everything that its rule says.
fn rule_facts(t: Texts, rule: &Rule) -> Vec<(String, String)> {
    let label = |name: &str| t.name("form_rule", name).to_owned();
    let mut facts: Vec<(String, String)> =
        rule::values(rule).iter().map(|value| (label(value.name), rule::shown(t, value))).collect();
    for (rows, all) in rule::tables(rule) {
        let name = match rows {
            rule::Rows::Groups => "groups",
            _ => "marks",
        };
        facts.push((label(name), rule::shown_rows(t, rows, &all)));
    }
    if let Rule::Records { expected_class, .. } = rule {
        let pair = |(nature, classes): (&String, &Vec<String>)| {
            let classes: Vec<&str> = classes.iter().map(|class| t.name("sheet_class", class)).collect();
            format!("{} – {}", t.name("form_nature", nature), classes.join(", "))
        };
        facts.push((label("expected_class"), expected_class.iter().map(pair).collect::<Vec<_>>().join("; ")));
    }
    facts
}

fn part(t: Texts, specs: &[FormSpec], criterion: &str, part: &Part) -> PartShown {
    let mut tags = Vec::new();
    if part.negative {
        tags.push(t.get("forms.negative").to_owned());
    }
    if part.exact {
        tags.push(t.get("forms.exact").to_owned());
    }
    let of = |spec: &FormSpec| {
        let part = part_of(spec, criterion, &part.code)?;
        let language = spec.form.language.code();
        Some(Phrases {
            language,
            lang: t.name("form_language", language).to_owned(),
            patterns: part.patterns.clone(),
            except: part.except.clone(),
        })
    };
    PartShown {
        code: part.code.clone(),
        name: pick(t, &part.name_az, &part.name_en).to_owned(),
        party: t.name("party", party(part.party)).to_owned(),
        tags,
        phrases: specs.iter().filter_map(of).collect(),
    }
}

pub fn part_of<'s>(spec: &'s FormSpec, criterion: &str, part: &str) -> Option<&'s Part> {
    let criterion = spec.criteria.iter().find(|one| one.code == criterion)?;
    criterion.parts.iter().find(|one| one.code == part)
}

/// Every criterion of a version; what its languages share is read from the first.
pub fn criteria(t: Texts, specs: &[FormSpec]) -> Vec<CriterionShown> {
    let Some(first) = specs.first() else { return Vec::new() };
    let one = |criterion: &Criterion| CriterionShown {
        code: criterion.code.clone(),
        name: pick(t, &criterion.name_az, &criterion.name_en).to_owned(),
        weight: format::number(t.0, criterion.weight),
        severity: t.name("severity", criterion.severity.name()).to_owned(),
        critical: criterion.severity.is_critical(),
        judged_by: t.name("form_judge", judged_by(criterion.judged_by)).to_owned(),
        gate: criterion.gate,
        not_applicable: conditions(t, criterion),
        how: pick(t, &criterion.how_az, &criterion.how_en).to_owned(),
        clause: criterion.clause.clone(),
        scale: scale(t, criterion),
        rule: rule_facts(t, &criterion.rule).into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        rule_name: t.name("form_kind", rule::kind(&criterion.rule)).to_owned(),
        parts: criterion.parts.iter().map(|of| part(t, specs, &criterion.code, of)).collect(),
    };
    first.criteria.iter().map(one).collect()
}

/// One thing that two versions say otherwise.
#[derive(Debug, PartialEq)]
pub struct Change {
    /// `K05`, or nothing where the form as a whole is meant.
    pub criterion: String,
    pub what: String,
    pub before: String,
    pub after: String,
}

/// Everything that is said of a criterion, but for its parts.
fn facts(t: Texts, criterion: &Criterion) -> Vec<(String, String)> {
    let label = |name: &str| t.name("form_field", name).to_owned();
    let mut facts = vec![
        (label("name_az"), criterion.name_az.clone()),
        (label("name_en"), criterion.name_en.clone()),
        (label("weight"), format::number(t.0, criterion.weight)),
        (label("severity"), t.name("severity", criterion.severity.name()).to_owned()),
        (label("judged_by"), t.name("form_judge", judged_by(criterion.judged_by)).to_owned()),
        (label("gate"), yes(t, criterion.gate)),
        (label("not_applicable"), conditions(t, criterion).join("; ")),
        (label("scale"), scale(t, criterion)),
        (label("clause"), criterion.clause.clone()),
        (label("how_az"), criterion.how_az.clone()),
        (label("how_en"), criterion.how_en.clone()),
        (label("one_channel"), yes(t, criterion.one_channel)),
    ];
    facts.extend(rule_facts(t, &criterion.rule));
    facts
}

struct Changes {
    found: Vec<Change>,
}

impl Changes {
    fn put(&mut self, criterion: &str, what: impl Into<String>, before: impl Into<String>, after: impl Into<String>) {
        let (before, after) = (before.into(), after.into());
        if before != after {
            self.found.push(Change { criterion: criterion.to_owned(), what: what.into(), before, after });
        }
    }

    /// What one list has and the other has not.
    fn lines(&mut self, criterion: &str, what: String, before: &[String], after: &[String]) {
        let less = |one: &[String], other: &[String]| -> String {
            let other: BTreeSet<&String> = other.iter().collect();
            one.iter().filter(|line| !other.contains(line)).cloned().collect::<Vec<_>>().join("\n")
        };
        self.put(criterion, what, less(before, after), less(after, before));
    }
}

/// What the newer version says otherwise than the older.
pub fn changes(t: Texts, older: &[FormSpec], newer: &[FormSpec]) -> Vec<Change> {
    let (Some(before), Some(after)) = (older.first(), newer.first()) else { return Vec::new() };
    let label = |name: &str| t.name("form_field", name).to_owned();
    let mut changes = Changes { found: Vec::new() };
    changes.put("", label("name_az"), &before.form.name_az, &after.form.name_az);
    changes.put("", label("name_en"), &before.form.name_en, &after.form.name_en);
    changes.put("", label("clause"), &before.form.clause, &after.form.clause);
    for (one, other) in older.iter().zip(newer) {
        let what = format!("{} ({})", label("note"), t.name("form_language", other.form.language.code()));
        changes.put("", what, &one.form.note, &other.form.note);
    }
    let codes = |spec: &FormSpec, of: &FormSpec| -> String {
        let both = spec.criteria.iter().filter(|one| of.criteria.iter().any(|other| other.code == one.code));
        both.map(|one| one.code.as_str()).collect::<Vec<_>>().join(", ")
    };
    changes.put("", label("order"), codes(before, after), codes(after, before));
    for criterion in &before.criteria {
        if !after.criteria.iter().any(|other| other.code == criterion.code) {
            let name = pick(t, &criterion.name_az, &criterion.name_en);
            changes.put(&criterion.code, t.get("forms.criterion_gone"), name, "");
        }
    }
    for criterion in &after.criteria {
        let Some(old) = before.criteria.iter().find(|other| other.code == criterion.code) else {
            let name = pick(t, &criterion.name_az, &criterion.name_en);
            changes.put(&criterion.code, t.get("forms.criterion_new"), "", name);
            continue;
        };
        let (was, is) = (facts(t, old), facts(t, criterion));
        for (what, value) in &is {
            let earlier = was.iter().find(|(label, _)| label == what).map_or("", |(_, value)| value);
            changes.put(&criterion.code, what, earlier, value);
        }
        for part in &old.parts {
            if !criterion.parts.iter().any(|other| other.code == part.code) {
                changes.put(
                    &criterion.code,
                    t.fill("forms.part_gone", &[&part.code]),
                    pick(t, &part.name_az, &part.name_en),
                    "",
                );
            }
        }
        for part in &criterion.parts {
            let code = &part.code;
            if let Some(old) = old.parts.iter().find(|other| other.code == *code) {
                let whose = |part: &Part| t.name("party", party(part.party)).to_owned();
                let of = |name: &str| format!("{code}: {}", label(name));
                changes.put(&criterion.code, of("name_az"), &old.name_az, &part.name_az);
                changes.put(&criterion.code, of("name_en"), &old.name_en, &part.name_en);
                changes.put(&criterion.code, of("party"), whose(old), whose(part));
                changes.put(&criterion.code, of("negative"), yes(t, old.negative), yes(t, part.negative));
                changes.put(&criterion.code, of("exact"), yes(t, old.exact), yes(t, part.exact));
            } else {
                changes.put(
                    &criterion.code,
                    t.fill("forms.part_new", &[code]),
                    "",
                    pick(t, &part.name_az, &part.name_en),
                );
            }
            for (one, other) in older.iter().zip(newer) {
                let words = |spec: &FormSpec| {
                    part_of(spec, &criterion.code, code)
                        .map(|part| (part.patterns.clone(), part.except.clone()))
                        .unwrap_or_default()
                };
                let ((old, old_except), (new, new_except)) = (words(one), words(other));
                let language = t.name("form_language", other.form.language.code());
                let of = |name: &str| format!("{code}: {} ({language})", label(name));
                changes.lines(&criterion.code, of("patterns"), &old, &new);
                changes.lines(&criterion.code, of("except"), &old_except, &new_except);
            }
        }
    }
    changes.found
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use meyar_scoring::Forms;

    fn specs() -> Vec<FormSpec> {
        Forms::embedded().unwrap().iter().map(|form| form.spec().clone()).collect()
    }

    #[test]
    fn what_is_not_changed_is_not_told_and_each_change_is_told_once() {
        let t = Texts(Lang::Az);
        let base = specs();
        assert_eq!(changes(t, &base, &base), Vec::new());
        let mut newer = base.clone();
        for spec in &mut newer {
            spec.criteria[0].weight = 7.0;
            spec.criteria[1].weight = 4.0;
        }
        newer[0].criteria[0].parts[0].patterns.push("xoş gəldiniz".into());
        let found = changes(t, &base, &newer);
        let told: Vec<_> = found.iter().map(|c| (c.criterion.as_str(), c.before.as_str(), c.after.as_str())).collect();
        assert_eq!(told.len(), 3, "{found:?}");
        assert!(told.contains(&("K01", "5", "7")) && told.contains(&("K02", "6", "4")));
        assert!(told.contains(&("K01", "", "xoş gəldiniz")));
    }

    #[test]
    fn everything_of_a_version_has_words_in_both_languages() {
        for lang in Lang::ALL {
            for criterion in criteria(Texts(lang), &specs()) {
                let texts = [&criterion.severity, &criterion.judged_by, &criterion.rule_name];
                let rule = criterion.rule.iter().map(|(label, _)| label);
                for text in texts.into_iter().chain(rule).chain(&criterion.not_applicable) {
                    assert!(!text.contains('_') && !text.is_empty(), "{}: {text} has no words", criterion.code);
                }
            }
        }
    }
}

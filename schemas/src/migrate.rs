//! What an older version told, told in the newest one (P5): one pure step a version, taken where a message is read, so that all readers know the
//! newest shape alone.
//!
//! A step that was released is never changed. Rows stand in lakes as it made them, and what tells a repeat from a contradiction is the content in
//! the oldest version that can say it ([`oldest`]): what landed before an update is recognised after it, in whichever version it comes again.

use crate::Subject;
use serde_json::{Map, Value};
use std::borrow::Cow;

type Members = Map<String, Value>;

/// From one version to the next, and back.
struct Step {
    subject: Subject,
    from: u32,
    /// Of what the older version accepts.
    up: fn(&mut Members),
    /// Undoes `up`. False for what the older version could not say.
    down: fn(&mut Members) -> bool,
}

/// Of each subject in the order of its versions.
const STEPS: [Step; 2] = [
    Step { subject: Subject::SurveyResponses, from: 1, up: survey_2, down: survey_1 },
    Step { subject: Subject::ApplicationSheets, from: 1, up: sheet_2, down: sheet_1 },
];

fn steps(subject: Subject) -> impl DoubleEndedIterator<Item = &'static Step> {
    STEPS.iter().filter(move |step| step.subject == subject)
}

/// Tells in the newest version what `from` accepted.
pub fn newest(subject: Subject, from: u32, value: &mut Value) {
    if let Value::Object(told) = value {
        steps(subject).filter(|step| step.from >= from).for_each(|step| (step.up)(told));
    }
}

/// The same, told in the oldest version that can say it.
pub fn oldest(subject: Subject, value: &Value) -> Cow<'_, Value> {
    let mut oldest = Cow::Borrowed(value);
    for step in steps(subject).rev() {
        let Some(mut told) = oldest.as_object().cloned() else { break };
        if !(step.down)(&mut told) {
            break;
        }
        oldest = Cow::Owned(told.into());
    }
    oldest
}

fn has(told: &Members, name: &str, word: &str) -> bool {
    told.get(name).and_then(Value::as_str) == Some(word)
}

/// Takes a member away; true when it said just this.
fn took(told: &mut Members, name: &str, value: impl Into<Value>) -> bool {
    told.remove(name) == Some(value.into())
}

/// v1 asked callers alone, and its scores began at 0.
fn survey_2(told: &mut Members) {
    told.insert("respondent".into(), "caller".into());
    if has(told, "kind", "answered") {
        told.insert("scale_min".into(), 0.into());
    }
}

fn survey_1(told: &mut Members) -> bool {
    !told.contains_key("questionnaire")
        && took(told, "respondent", "caller")
        && (!has(told, "kind", "answered") || took(told, "scale_min", 0))
}

/// v1 asked units for nothing but opinions on draft answers.
fn sheet_2(told: &mut Members) {
    if has(told, "kind", "opinion_requested") {
        told.insert("basis".into(), "draft_answer".into());
    }
}

fn sheet_1(told: &mut Members) -> bool {
    !has(told, "kind", "opinion_requested") || took(told, "basis", "draft_answer")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_version_but_the_newest_has_one_step_to_the_next() {
        for subject in Subject::ALL {
            let from: Vec<u32> = steps(subject).map(|step| step.from).collect();
            assert_eq!(from, (1..subject.version()).collect::<Vec<_>>(), "{subject}");
        }
    }

    #[test]
    fn what_an_older_version_could_not_say_stays_as_it_was_told() {
        let survey = |more: Value| {
            let mut told =
                json!({"kind": "answered", "respondent": "caller", "score": 4, "scale_min": 0, "scale_max": 5});
            told.as_object_mut()
                .into_iter()
                .for_each(|told| told.extend(more.as_object().cloned().unwrap_or_default()));
            told
        };
        let same = survey(json!({}));
        let older = json!({"kind": "answered", "score": 4, "scale_max": 5});
        assert_eq!(*oldest(Subject::SurveyResponses, &same), older);
        for newer in
            [json!({"respondent": "representative"}), json!({"scale_min": 1}), json!({"questionnaire": "callers-2026"})]
        {
            let told = survey(newer);
            assert_eq!(*oldest(Subject::SurveyResponses, &told), told);
        }
        let asked = json!({"kind": "opinion_requested", "basis": "e_service_help"});
        assert_eq!(*oldest(Subject::ApplicationSheets, &asked), asked);
    }
}

//! Words of a transcript that a person heard otherwise. The sound stays what it is, and so does the machine's text: a correction is told as
//! a revision of the transcript, by the workbench and not by the machine, so that no machine writes over it (docs/decisions/0008).

use crate::access::{Actor, Entry};
use crate::desk::{Desk, not_own};
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::rights::Right;
use crate::store::{Kept, Record};
use crate::told::{self, Told};
use chrono::{DateTime, Utc};
use meyar_schemas::{
    envelope::derived_id,
    revision::{self, NoRevision},
    transcripts::Transcript,
};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// The subject that a corrected text is told as.
const TRANSCRIPTS: &str = "calls.transcripts";
/// As the contract has it.
const LONGEST_SEGMENT: usize = 5000;
/// Added to the name of what wrote the text.
const BY_HAND: &str = "+corrected";

/// One segment's words, heard otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Place of the segment in the transcript, from 0.
    pub segment: usize,
    pub start_ms: u64,
    pub before: String,
    pub after: String,
    /// A person's id.
    pub by: String,
    pub at: DateTime<Utc>,
    /// The transcript's revision that has it.
    pub revision: u32,
}

/// All that was corrected in one transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    pub correction_id: String,
    pub call_id: String,
    pub transcript_id: String,
    pub changes: Vec<Change>,
}

impl Kept for Correction {
    const KIND: &'static str = "correction";
    fn id(&self) -> &str {
        &self.correction_id
    }
    fn state(&self) -> &str {
        "corrected"
    }
    fn call_id(&self) -> Option<&str> {
        Some(&self.call_id)
    }
    fn parent(&self) -> Option<&str> {
        Some(&self.transcript_id)
    }
}

impl Told for Correction {}

/// A transcript as the lake has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    pub transcript: Transcript,
    pub revision: u32,
    /// Who answered the call.
    pub representative: Option<String>,
}

/// What a person sends: the words they saw, and those that were said.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub segment: usize,
    pub before: String,
    pub after: String,
}

impl Correction {
    pub fn id_of(transcript_id: &str) -> String {
        derived_id(&["correction", transcript_id])
    }

    fn of(transcript: &Transcript) -> Correction {
        Correction {
            correction_id: Correction::id_of(&transcript.transcript_id),
            call_id: transcript.call_id.clone(),
            transcript_id: transcript.transcript_id.clone(),
            changes: Vec::new(),
        }
    }

    /// Writes into a text of some revision what was corrected since: the lake may not have it yet, or it is an older text that is shown. What does
    /// not fit, because the text was made anew, is left out.
    pub fn overlay(&self, transcript: &mut Transcript, shown: u32) {
        for change in self.changes.iter().filter(|change| change.revision > shown) {
            if let Some(segment) = transcript.segments.get_mut(change.segment)
                && segment.text == change.before
            {
                segment.text.clone_from(&change.after);
                segment.confidence = 1.0;
            }
        }
    }

    /// What a machine wrote where a person's words stand now.
    pub fn first_words(&self, transcript: &Transcript, segment: usize) -> Option<&str> {
        let of = || self.changes.iter().filter(|change| change.segment == segment);
        let last = of().next_back()?;
        let stands = transcript.segments.get(segment).is_some_and(|stands| stands.text == last.after);
        of().next().filter(|first| stands && first.before != last.after).map(|first| first.before.as_str())
    }

    /// The text with one segment corrected, and its revision.
    pub fn change(&mut self, heard: &Heard, said: &Said, by: &str, at: DateTime<Utc>) -> Result<(Transcript, u32)> {
        let mut transcript = heard.transcript.clone();
        self.overlay(&mut transcript, heard.revision);
        let Some(segment) = transcript.segments.get_mut(said.segment) else {
            let place = said.segment.to_string();
            return Err(WorkError::invalid("segment", place, "is not in the transcript", "load the page again"));
        };
        let after: String = said.after.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
        if segment.text != said.before {
            return Err(WorkError::State {
                what: "the transcript",
                state: "changed".to_owned(),
                remedy: "load the page again and look whether it is still wrong",
            });
        }
        if after.is_empty() {
            return Err(WorkError::invalid("text", "", "is empty", "write what was said"));
        }
        if after.chars().count() > LONGEST_SEGMENT {
            let long = after.chars().count();
            return Err(WorkError::invalid(
                "text",
                "",
                format!("has {long} characters"),
                format!("keep it under {LONGEST_SEGMENT}"),
            ));
        }
        if after == segment.text {
            return Err(WorkError::invalid("text", after, "is what stands there", "change a word, or leave it"));
        }
        let newest = self.changes.last().map_or(heard.revision, |last| last.revision.max(heard.revision));
        let revision = revision::above(revision::source_of(heard.revision), Some(newest)).map_err(no_revision)?;
        self.changes.push(Change {
            segment: said.segment,
            start_ms: segment.start_ms,
            before: segment.text.clone(),
            after: after.clone(),
            by: by.to_owned(),
            at,
            revision,
        });
        // A person heard it.
        (segment.text, segment.confidence) = (after, 1.0);
        transcript.confidence = mean_confidence(&transcript);
        transcript.created_at = at;
        if !transcript.model.id.ends_with(BY_HAND) {
            transcript.model.id.push_str(BY_HAND);
        }
        Ok((transcript, revision))
    }
}

/// Weighted by the segments' lengths, as the contract has it.
fn mean_confidence(transcript: &Transcript) -> f64 {
    let length = |start: u64, end: u64| end.saturating_sub(start).max(1) as f64;
    let (mut sum, mut whole) = (0.0, 0.0);
    for segment in &transcript.segments {
        let weight = length(segment.start_ms, segment.end_ms);
        sum += weight * segment.confidence;
        whole += weight;
    }
    if whole > 0.0 { (sum / whole).clamp(0.0, 1.0) } else { 0.0 }
}

fn no_revision(why: NoRevision) -> WorkError {
    let remedy = match why {
        NoRevision::SourceTooHigh => "its recording's revision leaves no room for another text",
        NoRevision::Newer => "a newer recording is being heard: wait for its text",
        NoRevision::Spent => "it was corrected as often as can be told: have the call transcribed anew",
    };
    WorkError::State { what: "the transcript", state: "full".to_owned(), remedy }
}

impl Desk {
    pub async fn corrections(&self, transcript_id: &str) -> Result<Option<Record<Correction>>> {
        self.store.find(&Correction::id_of(transcript_id)).await
    }

    /// Corrects one segment: the record, the log, and the text's new revision in one commit.
    pub async fn correct(
        &self,
        person: &Person,
        heard: &Heard,
        said: &Said,
        at: DateTime<Utc>,
    ) -> Result<Record<Correction>> {
        self.must(person, Right::Assess)?;
        not_own(person, heard.representative.as_deref())?;
        let known = self.corrections(&heard.transcript.transcript_id).await?;
        let mut content =
            known.as_ref().map_or_else(|| Correction::of(&heard.transcript), |record| record.content.clone());
        let (transcript, revision) = content.change(heard, said, &person.person_id, at)?;
        let mut tx = self.store.begin().await?;
        let record = match known {
            Some(mut record) => {
                record.content = content;
                tx.save(&mut record, &person.person_id, "correct", at).await?;
                record
            }
            None => tx.insert(&content, &person.person_id, "correct", at).await?,
        };
        let what = format!("segment {} of revision {revision}", said.segment);
        tx.log(&Actor::from(person), &Entry::change("transcript", &transcript.call_id, &what), at).await?;
        told::record(&mut tx, &record, person, "correct", at).await?;
        tx.tell(TRANSCRIPTS, &transcript.transcript_id, revision, at, &transcript).await?;
        tx.commit().await?;
        Ok(record)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use meyar_schemas::audio::Party;
    use meyar_schemas::transcripts::{Model, Segment};

    fn heard(texts: &[&str], revision: u32) -> Heard {
        let segment = |(n, text): (usize, &&str)| Segment {
            party: Party::Caller,
            start_ms: n as u64 * 1000,
            end_ms: n as u64 * 1000 + 1000,
            text: (*text).to_owned(),
            confidence: 0.5,
        };
        let transcript = Transcript {
            transcript_id: "t-1".into(),
            call_id: "c-1".into(),
            created_at: DateTime::UNIX_EPOCH,
            recording_id: Some("r-1".into()),
            language: "az".into(),
            model: Model { id: "whisper-base".into(), sha256: None },
            duration_ms: 9000,
            confidence: 0.5,
            segments: texts.iter().enumerate().map(segment).collect(),
            flags: Vec::new(),
        };
        Heard { transcript, revision, representative: None }
    }

    fn said(segment: usize, before: &str, after: &str) -> Said {
        Said { segment, before: before.into(), after: after.into() }
    }

    #[test]
    fn each_correction_is_the_next_revision_whether_or_not_the_lake_has_the_last() {
        let heard = heard(&["salam", "vergi borçu"], 200);
        let mut correction = Correction::of(&heard.transcript);
        let now = Utc::now();
        let (first, revision) = correction.change(&heard, &said(1, "vergi borçu", " vergi  borcu "), "p", now).unwrap();
        assert_eq!((first.segments[1].text.as_str(), revision), ("vergi borcu", 201));
        assert_eq!((first.model.id.as_str(), first.confidence), ("whisper-base+corrected", 0.75));
        // The lake still has 200: what was seen is the corrected text.
        let (second, revision) = correction.change(&heard, &said(0, "salam", "salam əleyküm"), "p", now).unwrap();
        assert_eq!(revision, 202);
        assert_eq!(second.segments[1].text, "vergi borcu", "the first correction is not lost");
        let landed = Heard { transcript: second, revision: 202, representative: None };
        let (third, revision) = correction.change(&landed, &said(1, "vergi borcu", "vergi borcum"), "p", now).unwrap();
        assert_eq!((revision, third.model.id.as_str()), (203, "whisper-base+corrected"));
        assert_eq!(correction.first_words(&third, 1), Some("vergi borçu"));
        assert_eq!(correction.first_words(&heard.transcript, 1), None, "the machine's text stands there");
    }

    #[test]
    fn what_does_not_fit_is_refused_or_left_out() {
        let heard = heard(&["salam"], 0);
        let mut correction = Correction::of(&heard.transcript);
        let mut refused = |said: Said| correction.change(&heard, &said, "p", Utc::now()).unwrap_err().to_string();
        assert!(refused(said(3, "salam", "sağ ol")).contains("segment"));
        assert!(refused(said(0, "sağ ol", "salam")).contains("changed"));
        assert!(refused(said(0, "salam", "  ")).contains("empty"));
        assert!(refused(said(0, "salam", "salam")).contains("stands there"));
        correction.change(&heard, &said(0, "salam", "salamlar"), "p", Utc::now()).unwrap();
        // The machine has heard the call anew, otherwise.
        let mut anew = heard.transcript.clone();
        anew.segments[0].text = "sabahınız xeyir".into();
        correction.overlay(&mut anew, 0);
        assert_eq!(anew.segments[0].text, "sabahınız xeyir");
        assert_eq!(correction.first_words(&anew, 0), None);
    }

    #[test]
    fn a_hundred_revisions_and_no_more() {
        let heard = heard(&["0"], 0);
        let mut correction = Correction::of(&heard.transcript);
        for n in 0..99 {
            let (before, after) = (n.to_string(), (n + 1).to_string());
            correction.change(&heard, &said(0, &before, &after), "p", Utc::now()).unwrap();
        }
        let full = correction.change(&heard, &said(0, "99", "100"), "p", Utc::now()).unwrap_err();
        assert!(full.to_string().contains("transcribed anew"), "{full}");
    }
}

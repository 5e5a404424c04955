//! The people of a simulated year: who answers sits where the roster says, and takes one call after the other.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, TimeDelta, Utc};
use meyar_intake::year::{Days, Fact, Marginals, Plan, Year};
use meyar_schemas::{
    calls::{CallStep, Location},
    reference::Reference,
    staff::StaffStep,
};
use std::collections::HashMap;

#[derive(Default)]
struct Session {
    location: Option<Location>,
    steps: Vec<(StaffStep, DateTime<Utc>)>,
    /// From the answer to the end of after-call work.
    calls: Vec<(DateTime<Utc>, DateTime<Utc>, Location)>,
}

impl Session {
    fn at(&self, step: StaffStep) -> DateTime<Utc> {
        self.steps.iter().find(|(kind, _)| *kind == step).unwrap().1
    }
}

#[test]
fn representatives_answer_in_their_sessions_where_they_sit_one_call_after_the_other() {
    let days = Days::of(2024, &Reference::load(None).unwrap()).unwrap();
    let plan = Plan::new(&Marginals::of(2024).unwrap(), &days, 1.0).unwrap();
    let mut sessions: HashMap<(String, String), Session> = HashMap::new();
    let mut answer: Option<(String, DateTime<Utc>, Location)> = None;
    let mut nobody = 0;
    for told in Year::new(plan, days, 195).unwrap() {
        match told.fact {
            Fact::Staff(event) => {
                let session = sessions.entry((event.representative, event.at.date_naive().to_string())).or_default();
                session.location = Some(event.location);
                session.steps.push((event.kind, event.at));
            }
            Fact::Call(event) => match event.step {
                CallStep::Answered { representative, location } => answer = Some((representative, event.at, location)),
                CallStep::Ended { wrap_up_ms: Some(wrap_up_ms), .. } => {
                    let (representative, from, location) = answer.take().unwrap();
                    let to = event.at + TimeDelta::milliseconds(i64::try_from(wrap_up_ms).unwrap());
                    match sessions.get_mut(&(representative, from.date_naive().to_string())) {
                        Some(session) => session.calls.push((from, to, location)),
                        None => nobody += 1,
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    let (mut calls, mut overlapping, mut outside, mut longest) = (0, 0, 0, 0);
    for session in sessions.values_mut() {
        assert_eq!(session.steps.len(), 4);
        session.calls.sort_unstable_by_key(|call| (call.0, call.1));
        assert!(
            session.calls.iter().all(|call| Some(call.2) == session.location),
            "the call is answered where the session is"
        );
        overlapping += session.calls.windows(2).filter(|pair| pair[1].0 < pair[0].1).count();
        let (from, to) = (session.at(StaffStep::Started), session.at(StaffStep::Ended));
        let pause = session.at(StaffStep::Paused)..session.at(StaffStep::Resumed);
        outside += session.calls.iter().filter(|call| call.0 < from || call.0 > to || pause.contains(&call.0)).count();
        calls += session.calls.len();
        longest = longest.max(session.calls.len());
        assert!(!session.calls.is_empty(), "nobody sits there for nothing");
    }
    println!(
        "{calls} calls, {overlapping} overlap, {outside} outside a session, {longest} at most a person and day, {nobody} after the year"
    );
    assert_eq!(sessions.len(), 8_150);
    assert!(overlapping * 40 < calls, "{overlapping} of {calls} calls overlap");
    assert!(outside * 100 < calls, "{outside} of {calls} calls are answered outside the session");
    // Orders of the last evening are returned in January, of which no roster is told.
    assert!(nobody < 1_500, "{nobody}");
}

//! Who works when, and when the service cannot be used.

use super::{Fact, LINES, Year, mix};
use crate::year::{days::at, roster};
use meyar_schemas::{
    calls::Phase,
    staff::{StaffEvent, StaffStep},
    systems::{IncidentEvent, Severity},
};

impl Year {
    pub(super) fn staff(&mut self) {
        let lines: Vec<String> =
            (0..LINES.len()).filter(|l| self.plan.lines[*l].answered() > 0).map(|l| LINES[l].to_owned()).collect();
        for shift in self.today.shifts.clone() {
            let representative = roster::code(shift.representative);
            let session_id = format!("st{}-{representative}", self.today.date.format("%Y%m%d"));
            let mut tell = |ms: i64, kind: StaffStep, reason: Option<&str>, step: &str| {
                let fact = Fact::Staff(StaffEvent {
                    session_id: session_id.clone(),
                    at: at(ms),
                    representative: representative.clone(),
                    location: shift.location,
                    kind,
                    lines: lines.clone(),
                    reason: reason.map(str::to_owned),
                });
                self.later(fact, step);
            };
            tell(shift.work.from, StaffStep::Started, None, "-1");
            tell(shift.pause.from, StaffStep::Paused, Some("break"), "-2");
            tell(shift.pause.to, StaffStep::Resumed, None, "-3");
            tell(shift.work.to, StaffStep::Ended, None, "-4");
        }
    }

    pub(super) fn incidents(&mut self) {
        let day = self.today.day;
        let own: Vec<(usize, _)> =
            self.outages.iter().copied().enumerate().filter(|(_, outage)| outage.day == day).collect();
        for (number, outage) in own {
            let lines = |of: [bool; 4]| (0..4).filter(|l| of[*l]).map(|l| LINES[l].to_owned()).collect::<Vec<_>>();
            let draw = mix(self.seed, number as u64, 0x17c);
            let component = ["telephony", "network", "ivr", "crm"][(draw % 4) as usize];
            let id = format!("in{}-{:04}", self.days.year, number + 1);
            self.incident(id, outage.window.from, outage.window.to, component, lines(outage.lines), Severity::Outage);
            if number % 3 == 0 {
                // Noticed once more, inside the first: it counts once.
                let length = outage.window.to - outage.window.from;
                let (from, to) = (outage.window.from + length / 4, outage.window.to - length / 4);
                let id = format!("in{}-{:04}-b", self.days.year, number + 1);
                self.incident(id, from, to, "crm", lines(outage.lines), Severity::Outage);
            }
        }
        let draw = mix(self.seed, day as u64, 0xde9);
        let live = self.days.days.get(day).and_then(crate::year::days::Day::span);
        if let Some(live) = live.filter(|_| draw.is_multiple_of(20)) {
            let from = live.from + i64::try_from((draw >> 8) % 18_000).unwrap_or(0) * 1_000;
            let to = from + 600_000 + i64::try_from((draw >> 32) % 7_200).unwrap_or(0) * 1_000;
            let line = LINES[(draw >> 52) as usize % 4].to_owned();
            let id = format!("in{}-d{:03}", self.days.year, day + 1);
            self.incident(id, from, to, ["crm", "network"][(draw >> 60) as usize % 2], vec![line], Severity::Degraded);
        }
    }

    fn incident(&mut self, id: String, from: i64, to: i64, component: &str, lines: Vec<String>, severity: Severity) {
        for (ms, phase, step) in [(from, Phase::Started, "-1"), (to, Phase::Ended, "-2")] {
            let fact = Fact::Incident(IncidentEvent {
                incident_id: id.clone(),
                at: at(ms),
                phase,
                component: component.to_owned(),
                lines: lines.clone(),
                severity,
                description: None,
            });
            self.later(fact, step);
        }
    }
}

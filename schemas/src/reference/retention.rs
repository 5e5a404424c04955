//! How long what was landed is kept: what the rules of a day order, and what no rule may order.

use super::{Check, Reference, Retention, RetentionMinimum, Row as _};
use crate::{
    Invalid, Subject,
    deletions::{Deletion, Order, What},
};
use chrono::{Days, Months, NaiveDate};

/// A period of calendar months or of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Period {
    Days(u32),
    Months(u32),
}

impl Period {
    fn of(days: Option<u32>, months: Option<u32>) -> Result<Self, Invalid> {
        match (days, months) {
            (Some(days @ 1..=40_000), None) => Ok(Self::Days(days)),
            (None, Some(months @ 1..=1_200)) => Ok(Self::Months(months)),
            _ => {
                let found = [("keep_days", days), ("keep_months", months)];
                let found: Vec<String> =
                    found.iter().filter_map(|(name, n)| n.map(|n| format!("{name} = {n}"))).collect();
                let remedy = "write either keep_days (1 to 40000) or keep_months (1 to 1200)";
                Err(Invalid::new("keep_days", found.join(", "), "is not one period", remedy))
            }
        }
    }

    /// The day that this period before a day begins on. A month that is shorter ends earlier, so that nothing goes a day too soon.
    fn before(self, day: NaiveDate) -> NaiveDate {
        let earlier = match self {
            Self::Days(days) => day.checked_sub_days(Days::new(days.into())),
            Self::Months(months) => day.checked_sub_months(Months::new(months)),
        };
        earlier.unwrap_or(NaiveDate::MIN)
    }

    /// Whether it is at least as long as another one, whatever months they fall into.
    fn covers(self, other: Self) -> bool {
        match (self, other) {
            (Self::Days(own), Self::Days(least)) | (Self::Months(own), Self::Months(least)) => own >= least,
            (Self::Days(own), Self::Months(least)) => own >= least * 31,
            (Self::Months(own), Self::Days(least)) => own * 28 >= least,
        }
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Days(days) => write!(f, "{days} days"),
            Self::Months(months) => write!(f, "{months} months"),
        }
    }
}

/// The record of what was deleted is what is left of it.
fn a_deletable_table(table: &str) -> Result<(), Invalid> {
    match Subject::of_table(table)? {
        Subject::Deletions => Err(Invalid::new(
            "table_name",
            table,
            "is the record of what was deleted, and is kept",
            "take the row out of the file",
        )),
        _ => Ok(()),
    }
}

impl Check for Retention {
    /// A centre may keep everything.
    const OPTIONAL: bool = true;

    fn check(&self) -> Result<(), Invalid> {
        a_deletable_table(&self.table_name)?;
        if self.what == What::Row && self.table_name == Subject::DeadLetters.table() {
            let problem = "would take away what in = rows + dead letters is counted by (P3)";
            return Err(Invalid::new("what", "row", problem, "write what = \"content\" for dead_letters"));
        }
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.purpose.is_empty() || !self.purpose.chars().all(fits) {
            let remedy = "write a code of small Latin letters, digits and _";
            return Err(Invalid::new("purpose", &self.purpose, "is not a code", remedy));
        }
        Period::of(self.keep_days, self.keep_months).map(drop)
    }
}

impl Check for RetentionMinimum {
    const OPTIONAL: bool = true;

    fn check(&self) -> Result<(), Invalid> {
        a_deletable_table(&self.table_name)?;
        Period::of(self.keep_days, self.keep_months).map(drop)
    }
}

impl Reference {
    /// No rule is shorter than what must be kept on any of its days.
    pub(super) fn keeps_long_enough(&self) -> Result<(), Invalid> {
        for rule in self.retention.rows() {
            self.may_go_after(rule, Period::of(rule.keep_days, rule.keep_months)?)?;
        }
        Ok(())
    }

    fn may_go_after(&self, rule: &Retention, keep: Period) -> Result<(), Invalid> {
        let meets = |least: &&RetentionMinimum| {
            least.table_name == rule.table_name
                && least.valid_to.is_none_or(|last| rule.valid_from <= last)
                && rule.valid_to.is_none_or(|last| least.valid_from <= last)
        };
        for least in self.retention_minimums.rows().iter().filter(meets) {
            let shortest = Period::of(least.keep_days, least.keep_months)?;
            if !keep.covers(shortest) {
                return Err(Invalid::new(
                    &format!("retention.toml {}", rule.key()),
                    keep.to_string(),
                    format!("is shorter than must be kept ({shortest}: {})", least.name_en),
                    format!("keep it {shortest} or longer; what must be kept stands in retention_minimums.toml"),
                ));
            }
        }
        Ok(())
    }

    /// What the rules that hold on a day order to delete on that day.
    pub fn orders(&self, today: NaiveDate) -> Result<Vec<Order>, Invalid> {
        let order = |rule: &Retention| {
            Ok(Order {
                table: rule.table_name.clone(),
                purpose: rule.purpose.clone(),
                what: rule.what,
                before: Period::of(rule.keep_days, rule.keep_months)?.before(today),
                keep_days: rule.keep_days,
                keep_months: rule.keep_months,
                error_code: None,
                source: rule.source.clone(),
                by: None,
            })
        };
        self.retention.all_on(today).map(order).collect()
    }

    /// Whether a deletion that was begun some time ago may go on: rules may have been mended since.
    pub fn still_orders(&self, begun: &Deletion, today: NaiveDate) -> Result<(), Invalid> {
        let Order { table, what, before, by, .. } = &begun.order;
        let least = self.retention_minimums.all_on(today).filter(|least| least.table_name == *table);
        let kept = least.map(|least| Ok(Period::of(least.keep_days, least.keep_months)?.before(today)));
        let mut until: Vec<NaiveDate> = kept.collect::<Result<_, Invalid>>()?;
        if by.is_none() {
            let rule = self.orders(today)?.into_iter().find(|order| order.table == *table && order.what == *what);
            until.push(rule.map_or(NaiveDate::MIN, |rule| rule.before));
        }
        match until.into_iter().min().filter(|until| until < before) {
            None => Ok(()),
            Some(_) => Err(Invalid::new(
                &format!("{table}/_deleting/{}.json", begun.deletion_id),
                format!("days before {before}"),
                "was begun by a rule that kept them shorter than today's rules do",
                "set the rule back to let it come to its end, or delete its three files to give it up; nothing was deleted now",
            )),
        }
    }

    /// A person's own choice for one table: as the rule says what is to go of it, but after so many days.
    pub fn order_by(&self, table: &str, days: u32, today: NaiveDate, by: &str) -> Result<Order, Invalid> {
        if by.trim().is_empty() {
            return Err(Invalid::new("by", by, "names nobody", "give the name of the person who answers for it"));
        }
        let keep = Period::of(Some(days), None)?;
        let rule = self.retention.all_on(today).find(|rule| rule.table_name == table).ok_or_else(|| {
            let remedy = "add a row for it, which says what is to go of it";
            Invalid::new("retention.toml", table, format!("has no rule on {today}"), remedy)
        })?;
        self.may_go_after(rule, keep)?;
        Ok(Order {
            table: table.into(),
            purpose: rule.purpose.clone(),
            what: rule.what,
            before: keep.before(today),
            keep_days: Some(days),
            keep_months: None,
            error_code: None,
            source: "a person's choice".into(),
            by: Some(by.trim().into()),
        })
    }
}

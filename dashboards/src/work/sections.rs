//! The sections of the site: their order, their groups, and the right that opens each.

use meyar_work::Right;

pub struct Section {
    pub url: &'static str,
    /// Its name among the texts.
    pub name: &'static str,
    pub right: Right,
    /// The group that it stands in, among the texts; the groups' order is that of their first sections.
    pub group: &'static str,
    /// First parts of addresses that belong to it too.
    pub also: &'static [&'static str],
}

const fn section(
    url: &'static str,
    name: &'static str,
    right: Right,
    group: &'static str,
    also: &'static [&'static str],
) -> Section {
    Section { url, name, right, group, also }
}

const WORK: &str = "group.work";
const GROW: &str = "group.grow";
const RULES: &str = "group.rules";
const KNOW: &str = "group.know";
const KEEP: &str = "group.keep";

/// Only what has a page stands here.
pub const SECTIONS: &[Section] = &[
    section("/queue", "work.queue", Right::Assess, WORK, &["assess"]),
    section("/my", "work.my", Right::OwnResults, WORK, &[]),
    section("/reviews", "work.reviews", Right::Decide, WORK, &[]),
    section("/plans", "work.plans", Right::Plans, WORK, &[]),
    section("/assessments", "work.assessments", Right::Assessments, WORK, &[]),
    section("/calls", "site.calls", Right::Calls, WORK, &[]),
    section("/calibration", "calibration.title", Right::Calibrations, WORK, &[]),
    section("/recommendations", "improve.recommendations", Right::Improve, GROW, &[]),
    section("/discussions", "improve.discussions", Right::Improve, GROW, &[]),
    section("/proposals", "improve.proposals", Right::Improve, GROW, &[]),
    section("/trainings", "trainings.title", Right::Improve, GROW, &[]),
    section("/answers", "answers.title", Right::Answers, GROW, &[]),
    section("/complaints", "complaints.title", Right::Complaints, GROW, &[]),
    section("/tasks", "tasks.title", Right::Tasks, GROW, &[]),
    section("/studies", "studies.title", Right::Studies, GROW, &[]),
    section("/my/recommendations", "recommendations.mine", Right::OwnResults, WORK, &[]),
    section("/my/discussions", "discussions.mine", Right::OwnResults, WORK, &[]),
    section("/my/trainings", "trainings.my_title", Right::OwnResults, WORK, &[]),
    section("/my/cards", "cards.my", Right::OwnCards, WORK, &[]),
    section("/my/surveys", "surveys.my", Right::OwnSurveys, WORK, &[]),
    section("/cards", "cards.title", Right::Cards, RULES, &[]),
    section("/surveys", "surveys.title", Right::Surveys, RULES, &[]),
    section("/live", "live.title", Right::Live, KNOW, &[]),
    section("/forms", "forms.title", Right::Forms, RULES, &[]),
    section("/", "site.figures", Right::Figures, KNOW, &["figures"]),
    section("/estimates", "estimates.title", Right::Estimates, KNOW, &[]),
    section("/reconciliation", "site.reconciliation", Right::Reconciliation, KNOW, &[]),
    section("/people", "work.people", Right::Accounts, KEEP, &[]),
    section("/access", "work.access", Right::AccessLog, KEEP, &[]),
];

/// The section that an address belongs to, or nothing: the one whose own address covers most of it.
pub fn of(path: &str) -> &'static str {
    let first = path.split('/').nth(1).unwrap_or_default();
    if first == "dictionary" {
        return "/dictionary";
    }
    if path == "/" {
        return "/";
    }
    let covers = |section: &&Section| {
        let rest = path.strip_prefix(section.url).filter(|_| section.url != "/");
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) || section.also.contains(&first)
    };
    SECTIONS.iter().filter(covers).max_by_key(|section| section.url.len()).map_or("", |section| section.url)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn an_address_belongs_to_the_section_that_covers_most_of_it() {
        let known = [
            "/",
            "/figures/kpi",
            "/my",
            "/my/0199-a",
            "/my/trainings",
            "/my/trainings/7",
            "/assess/5",
            "/dictionary",
            "/none",
        ];
        assert_eq!(
            known.map(of),
            ["/", "/", "/my", "/my", "/my/trainings", "/my/trainings", "/queue", "/dictionary", ""]
        );
    }
}

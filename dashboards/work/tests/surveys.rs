//! Surveys on every store: what is in force is not edited, invitations are drawn once and told, and what representatives answer leads
//! to nobody.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::NaiveDate;
use common::{at, desk, person, stores};
use meyar_schemas::surveys::{SurveyEvent, SurveyStep};
use meyar_schemas::{Envelope, Subject, contract};
use meyar_work::access::Asked;
use meyar_work::store::{Kept, Record};
use meyar_work::surveys::answers::{Given, Sheet};
use meyar_work::surveys::invitation::{Called, Rule, Why, decide};
use meyar_work::surveys::{Audience, Channel, Definition, Question, Scale, Survey, SurveyState};
use meyar_work::{Desk, Person, Role, Store, WorkError};
use sqlx::Row as _;

const NOW: &str = "2026-11-20T08:00:00Z";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn question(code: &str, scale: Scale) -> Question {
    Question { code: code.into(), az: format!("{code}?"), en: format!("{code}?"), scale }
}

fn of_callers() -> Definition {
    Definition {
        name: "Zəng edənlərin sorğusu".into(),
        audience: Audience::Caller,
        channel: Channel::Sms,
        first_day: day("2026-11-01"),
        last_day: day("2026-12-31"),
        questions: vec![question("overall", Scale::OneToFive), question("resolved", Scale::YesNo)],
        rule: Some(Rule { share: 0.5, lines: Vec::new(), again_after_days: 30, seed: "toxum".into() }),
    }
}

fn of_representatives() -> Definition {
    Definition {
        name: "Təmsilçilərin sorğusu".into(),
        audience: Audience::Representative,
        channel: Channel::Web,
        questions: vec![question("base", Scale::OneToFive), question("words", Scale::Text)],
        rule: None,
        ..of_callers()
    }
}

fn calls() -> Vec<Called> {
    (0..60)
        .map(|n| Called {
            call_id: format!("call-{n}"),
            line: "195-1-1".into(),
            caller_key: (n % 10 != 9).then(|| format!("key-{}", n % 20)),
            of_the_day: true,
            invited: false,
        })
        .collect()
}

struct Office {
    desk: Desk,
    lead: Person,
}

async fn office(store: &Store) -> Office {
    Office { desk: desk(store), lead: person(store, "orxan", Role::Lead, None).await }
}

impl Office {
    async fn in_force(&self, code: &str, definition: Definition) -> Record<Survey> {
        let draft = self.desk.draft_survey(&self.lead, code, definition, at(NOW)).await.unwrap();
        self.desk.open_survey(&self.lead, draft.id(), draft.version, at(NOW)).await.unwrap()
    }
}

#[tokio::test]
async fn a_survey_is_edited_as_a_draft_and_never_after() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, lead) = (&office.desk, &office.lead);
        let assessor = person(&place.store, "leyla", Role::Assessor, None).await;
        let refused = desk.draft_survey(&assessor, "callers-2026", of_callers(), at(NOW)).await;
        assert!(matches!(refused, Err(WorkError::Refused("surveys"))));
        let draft = desk.draft_survey(lead, "callers-2026", of_callers(), at(NOW)).await.unwrap();
        let taken = desk.draft_survey(lead, "callers-2026", of_callers(), at(NOW)).await;
        assert!(taken.unwrap_err().to_string().contains("belongs to another survey"));
        let renamed = Definition { name: "Noyabr".into(), ..of_callers() };
        let draft = desk.edit_survey(lead, (draft.id(), draft.version), renamed.clone(), at(NOW)).await.unwrap();
        let stale = desk.open_survey(lead, draft.id(), draft.version - 1, at(NOW)).await;
        assert!(matches!(stale, Err(WorkError::Changed { .. })));
        let open = desk.open_survey(lead, draft.id(), draft.version, at(NOW)).await.unwrap();
        for (state, refused) in [
            ("edited", desk.edit_survey(lead, (open.id(), open.version), renamed.clone(), at(NOW)).await),
            ("opened", desk.open_survey(lead, open.id(), open.version, at(NOW)).await),
        ] {
            assert!(matches!(refused, Err(WorkError::State { .. })), "{state}: {refused:?}");
        }
        let closed = desk.close_survey(lead, open.id(), open.version, at(NOW)).await.unwrap();
        assert_eq!(closed.state, SurveyState::Closed);
        let edited = desk.edit_survey(lead, (closed.id(), closed.version), renamed, at(NOW)).await;
        assert!(matches!(edited, Err(WorkError::State { .. })));
    }
}

#[test]
fn a_definition_that_cannot_be_asked_is_refused() {
    let told = |change: &dyn Fn(&mut Definition), from: Definition| {
        let mut definition = from;
        change(&mut definition);
        Survey::draft("code-1", definition, "p").unwrap_err().to_string()
    };
    let callers = |change: &dyn Fn(&mut Definition)| told(change, of_callers());
    assert!(callers(&|d| d.name.clear()).contains("name"));
    assert!(callers(&|d| d.questions.clear()).contains("questions"));
    assert!(callers(&|d| _ = d.questions.remove(0)).contains("overall"));
    assert!(callers(&|d| d.questions[1].code = "overall".into()).contains("stands there twice"));
    assert!(callers(&|d| d.questions[1].code = "Həll".into()).contains("no code"));
    assert!(callers(&|d| d.questions[1].scale = Scale::Text).contains("asks callers for words"));
    assert!(callers(&|d| d.rule = None).contains("share"));
    assert!(callers(&|d| d.rule.as_mut().unwrap().share = 1.5).contains("1.5"));
    assert!(callers(&|d| d.rule.as_mut().unwrap().seed = " ".into()).contains("seed"));
    assert!(callers(&|d| d.last_day = day("2026-10-01")).contains("before the first day"));
    assert!(told(&|d| d.channel = Channel::Sms, of_representatives()).contains("channel"));
    assert!(told(&|d| d.rule = of_callers().rule, of_representatives()).contains("callers alone"));
    for code in ["", "A", "iki söz", "-x", "x"] {
        assert!(Survey::draft(code, of_callers(), "p").is_err(), "{code}");
    }
}

#[tokio::test]
async fn a_day_is_drawn_once_by_chance_and_each_invitation_is_told() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, lead) = (&office.desk, &office.lead);
        let draft = desk.draft_survey(lead, "callers-1", of_callers(), at(NOW)).await.unwrap();
        let early = desk.draw_invitations(lead, draft.id(), day("2026-11-18"), &calls(), at(NOW)).await;
        assert!(matches!(early, Err(WorkError::State { .. })), "a draft invites nobody");
        let survey = desk.open_survey(lead, draft.id(), draft.version, at(NOW)).await.unwrap();
        for (wrong, why) in [("2026-10-31", "not among"), ("2026-11-20", "not over yet")] {
            let refused = desk.draw_invitations(lead, survey.id(), day(wrong), &calls(), at(NOW)).await;
            assert!(refused.unwrap_err().to_string().contains(why), "{wrong}");
        }
        let before = place.store.waiting(1000).await.unwrap().len();
        let draw = desk.draw_invitations(lead, survey.id(), day("2026-11-18"), &calls(), at(NOW)).await.unwrap();
        assert!(!draw.invitations.is_empty() && draw.invitations.len() < 18, "{:?}", draw.counts);
        assert_eq!(draw.counts[&Why::NoNumber], 6);
        let again = desk.draw_invitations(lead, survey.id(), day("2026-11-18"), &calls(), at(NOW)).await;
        assert!(again.unwrap_err().to_string().contains("drawn once"));

        // Anybody can decide again, by what stands in the draw.
        let calls = calls();
        for call in &calls {
            let others: Vec<&str> = calls
                .iter()
                .filter(|other| other.call_id != call.call_id && other.caller_key == call.caller_key)
                .map(|other| other.call_id.as_str())
                .collect();
            let decision = decide(&draw.rule, call, if call.caller_key.is_some() { &others } else { &[] }, false);
            let invited = draw.invitations.iter().find(|invited| invited.call_id == call.call_id);
            assert_eq!(
                invited.map(|invited| (invited.place, invited.probability)),
                (decision.why == Why::Invited).then_some((decision.place, decision.probability))
            );
        }
        // The stream is told of each as its contract has it.
        let told: Vec<_> = place.store.waiting(1000).await.unwrap().split_off(before);
        let responses: Vec<_> = told.iter().filter(|told| told.subject == "surveys.responses").collect();
        assert_eq!(responses.len(), draw.invitations.len());
        for told in responses {
            let envelope = Envelope::new(Subject::SurveyResponses, "meyar/workbench", &told.id, told.at);
            contract::read(Subject::SurveyResponses, &envelope, told.content.as_bytes()).unwrap();
            let event: SurveyEvent = serde_json::from_str(&told.content).unwrap();
            assert_eq!((event.step, event.questionnaire.as_deref()), (SurveyStep::Invited, Some("callers-1")));
        }

        // Those callers are not invited again within the days, by whatever survey.
        let other = office.in_force("callers-2", of_callers()).await;
        let near: Vec<Called> = calls
            .iter()
            .flat_map(|call| {
                let earlier = Called { of_the_day: false, ..call.clone() };
                [earlier, Called { call_id: format!("later-{}", call.call_id), ..call.clone() }]
            })
            .collect();
        let next = desk.draw_invitations(lead, other.id(), day("2026-11-19"), &near, at(NOW)).await.unwrap();
        let keys = |ids: Vec<&str>| -> Vec<String> {
            near.iter()
                .filter(|call| ids.contains(&call.call_id.as_str()))
                .filter_map(|call| call.caller_key.clone())
                .collect()
        };
        let first = keys(draw.invitations.iter().map(|invited| invited.call_id.as_str()).collect());
        let second = keys(next.invitations.iter().map(|invited| invited.call_id.as_str()).collect());
        assert!(next.counts[&Why::Recent] > 0 && first.iter().all(|key| !second.contains(key)), "{first:?} {second:?}");

        let closed = desk.close_survey(lead, survey.id(), survey.version, at(NOW)).await.unwrap();
        let late = desk.draw_invitations(lead, closed.id(), day("2026-11-17"), &calls, at(NOW)).await;
        assert!(matches!(late, Err(WorkError::State { .. })));
    }
}

fn sheet(score: u8, words: &str) -> Sheet {
    Sheet::from([("base".to_owned(), Given::Score(score)), ("words".to_owned(), Given::Text(words.into()))])
}

#[tokio::test]
async fn representatives_answer_once_and_few_answers_are_not_shown() {
    for place in stores().await {
        let office = office(&place.store).await;
        let (desk, lead) = (&office.desk, &office.lead);
        let survey = office.in_force("reps-1", of_representatives()).await;
        let nigar = person(&place.store, "nigar", Role::Representative, Some("T-00")).await;
        assert!(matches!(
            desk.answer_survey(lead, survey.id(), &sheet(3, ""), at(NOW)).await,
            Err(WorkError::Refused("own_surveys"))
        ));
        for wrong in [
            sheet(6, ""),
            sheet(0, ""),
            Sheet::new(),
            Sheet::from([("words".into(), Given::Text("  ".into()))]),
            Sheet::from([("words".into(), Given::Score(1))]),
            Sheet::from([("king".into(), Given::Score(1))]),
        ] {
            assert!(desk.answer_survey(&nigar, survey.id(), &wrong, at(NOW)).await.is_err(), "{wrong:?}");
        }
        let early = desk.answer_survey(&nigar, survey.id(), &sheet(3, ""), at("2026-10-01T08:00:00Z")).await;
        assert!(matches!(early, Err(WorkError::State { .. })));
        assert_eq!(
            desk.own_surveys(&nigar, at(NOW)).await.unwrap().iter().map(|(_, answered)| *answered).collect::<Vec<_>>(),
            [false]
        );
        desk.answer_survey(&nigar, survey.id(), &sheet(3, ""), at(NOW)).await.unwrap();
        assert_eq!(
            desk.own_surveys(&nigar, at(NOW)).await.unwrap().iter().map(|(_, answered)| *answered).collect::<Vec<_>>(),
            [true]
        );
        let twice = desk.answer_survey(&nigar, survey.id(), &sheet(1, ""), at(NOW)).await;
        assert!(matches!(twice, Err(WorkError::State { .. })), "{twice:?}");
        // A survey of callers takes no answers here.
        let callers = office.in_force("callers-9", of_callers()).await;
        assert!(matches!(
            desk.answer_survey(&nigar, callers.id(), &sheet(1, ""), at(NOW)).await,
            Err(WorkError::State { .. })
        ));
        let results = desk.survey_results(lead, &survey, at(NOW)).await.unwrap();
        assert_eq!((results.who.len(), results.tallies, results.least), (1, None, 5));
        let closed = desk.close_survey(lead, survey.id(), survey.version, at(NOW)).await.unwrap();
        assert_eq!((closed.answered, closed.results.as_ref()), (Some(1), None), "one answer is one person's");
        assert!(matches!(
            desk.answer_survey(&nigar, survey.id(), &sheet(1, ""), at(NOW)).await,
            Err(WorkError::State { .. })
        ));
    }
}

/// Every row of every table of the store that a person or an answer could stand in, as text, in the order of the table.
async fn rows(store: &Store) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (table, columns) in [
        (
            "records",
            "kind || ' ' || id || ' ' || coalesce(owner, '') || ' ' || coalesce(about, '') || ' ' || coalesce(parent, '') || ' ' || made_at || ' ' || changed_at || ' ' || content",
        ),
        ("history", "kind || ' ' || id || ' ' || person_id || ' ' || action || ' ' || at || ' ' || content"),
        ("access_log", "person_id || ' ' || at || ' ' || coalesce(object_id, '') || ' ' || coalesce(detail, '')"),
        ("outbox", "subject || ' ' || id || ' ' || at || ' ' || content"),
    ] {
        let sql = format!("SELECT {columns} AS row FROM {table}");
        for row in sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(store.pool()).await.unwrap() {
            all.push((table.to_owned(), row.get::<String, _>("row")));
        }
    }
    all
}

#[tokio::test]
async fn nothing_stored_leads_from_a_person_to_an_answer() {
    for place in stores().await {
        let office = office(&place.store).await;
        let survey = office.in_force("reps-2", of_representatives()).await;
        let mut people = Vec::new();
        for n in 0..12_u32 {
            let who = person(&place.store, &format!("rep-{n}"), Role::Representative, Some(&format!("T-{n:02}"))).await;
            let moment = at(NOW) + chrono::Duration::minutes(i64::from(n) + 1);
            office
                .desk
                .answer_survey(&who, survey.id(), &sheet((n % 5 + 1) as u8, &format!("SÖZ-{n:02}")), moment)
                .await
                .unwrap();
            people.push((who, moment.timestamp_micros()));
        }
        let all = rows(&place.store).await;
        let mut answers = 0;
        for (table, row) in &all {
            if !row.contains("SÖZ-") {
                continue;
            }
            answers += 1;
            assert_eq!(table, "records", "an answer stands in no history, log or message: {row}");
            for (who, moment) in &people {
                assert!(!row.contains(&who.person_id) && !row.contains(&who.login), "{row}");
                assert!(!row.contains(who.representative.as_deref().unwrap()), "{row}");
                assert!(!row.contains(&moment.to_string()), "the moment would tell whose it is: {row}");
            }
        }
        assert_eq!(answers, 12);
        // That they have answered is known: in the record, its history, the log and the message.
        let (who, _) = &people[3];
        let known = all.iter().filter(|(_, row)| row.contains(&who.person_id) && !row.contains("SÖZ")).count();
        assert!(known >= 4, "{known}");
        let order: Vec<String> = all
            .iter()
            .filter(|(_, row)| row.starts_with("survey_answer "))
            .map(|(_, row)| row[row.find("SÖZ").unwrap()..].chars().take(6).collect())
            .collect();
        let sorted: Vec<String> = (0..12).map(|n| format!("SÖZ-{n:02}")).collect();
        // Laid down anew each time: the order of the table is that of chance.
        assert_ne!(order, sorted, "once in 479 million runs this may be chance");

        let closed = office
            .desk
            .close_survey(&office.lead, survey.id(), survey.version, at("2026-11-21T08:00:00Z"))
            .await
            .unwrap();
        let results = closed.results.as_ref().unwrap();
        assert_eq!((closed.answered, results[0].counts.iter().sum::<u64>()), (Some(12), 12));
        assert_eq!(results[1].texts, sorted, "in the order of the alphabet");
        let log = place.store.access_log(&Asked { object_id: Some(survey.id()), ..Asked::default() }).await.unwrap();
        assert!(log.len() >= 14, "{}", log.len());
    }
}

//! A new version of the evaluation form through the whole site: begun by the lead, tried on past calls, approved by the head; and results of
//! two versions that are shown apart.

use crate::office::{Office, form};
use axum::http::StatusCode;
use chrono::{Duration, Utc};
use meyar_judging::{Judge, calls, transcripts, trial};
use meyar_scoring::{Form, Forms};
use meyar_work::access::{Action, Asked};
use meyar_work::drafts::{DraftState, FormDraft};
use std::sync::Arc;

/// What a browser would send of the form with this id, as it stands on a page.
fn fields(page: &str, id: &str) -> Vec<(String, String)> {
    let form = page.split(&format!("id=\"{id}\"")).nth(1).unwrap().split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        tag.split(&format!(" {name}=\"")).nth(1).map(|rest| plain(rest.split('"').next().unwrap()))
    };
    let mut fields = Vec::new();
    for tag in form.split('<').skip(1) {
        let (open, after) = tag.split_once('>').unwrap_or((tag, ""));
        let Some(name) = attribute(open, "name") else {
            if open.starts_with("option ") && open.ends_with(" selected") {
                let last: &mut (String, String) = fields.last_mut().unwrap();
                last.1 = attribute(open, "value").unwrap();
            }
            continue;
        };
        match open.split(' ').next().unwrap() {
            "input" if open.contains("type=\"checkbox\"") && !open.ends_with(" checked") => {}
            "input" => fields.push((name, attribute(open, "value").unwrap_or_default())),
            "textarea" => fields.push((name, plain(after))),
            "select" => fields.push((name, String::new())),
            _ => {}
        }
    }
    fields
}

fn plain(text: &str) -> String {
    [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (code, letter)| text.replace(code, letter))
}

fn put(fields: &mut [(String, String)], name: &str, value: &str) {
    fields.iter_mut().find(|field| field.0 == name).unwrap_or_else(|| panic!("no field {name}")).1 = value.to_owned();
}

fn sent(fields: &[(String, String)]) -> String {
    form(&fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_goes_its_way_from_the_draft_to_its_first_day() {
    let office = Office::of_stories().await;
    let (lead, head, assessor) = (office.lead().await, office.head().await, office.assessor().await);
    let list = office.ask(&assessor, "/forms").await;
    assert!(list.status == StatusCode::OK && list.text.contains("/forms/default-call-form/0.1"), "{}", list.text);
    let version = office.ask(&assessor, "/forms/default-call-form/0.1").await.text;
    assert!(version.contains("bağlı") && version.contains("Salamlama"), "it has data, so it is closed");
    assert!(!version.contains("/draft\""), "an assessor begins none");

    let begin = "/forms/default-call-form/0.1/draft";
    for wrong in ["0.1", "yeni"] {
        let again = office.send(&lead, begin, &form(&[("version", wrong)])).await;
        assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.text.contains("wrong-version"), "{wrong}");
    }
    let begun = office.send(&lead, begin, &form(&[("version", "0.2")])).await;
    let url = begun.place.clone();
    assert!(begun.status == StatusCode::SEE_OTHER && url.starts_with("/forms/drafts/"));
    let draft =
        async || office.desk.store.get::<FormDraft>(&FormDraft::id_of("default-call-form", "0.2")).await.unwrap();

    // A page that nobody has changed is kept as it was.
    let page = office.ask(&lead, &url).await.text;
    let mut edited = fields(&page, "edit");
    assert_eq!(office.send(&lead, &url, &sent(&edited)).await.status, StatusCode::SEE_OTHER);
    let forms = Forms::embedded().unwrap();
    let base: Vec<&Form> = forms.iter().collect();
    assert!(!draft().await.differs_from(&base));
    for criterion in base[0].criteria() {
        let url = format!("{url}/criteria/{}", criterion.code);
        let page = office.ask(&lead, &url).await.text;
        let done = office.send(&lead, &url, &sent(&fields(&page, "criterion"))).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}: {}", criterion.code, done.text);
    }
    assert!(!draft().await.differs_from(&base), "{:?}", draft().await.specs[0]);

    // Weights make 100.
    put(&mut edited, "seen", &draft().await.version.to_string());
    put(&mut edited, "weight-K01", "15");
    put(&mut edited, "why", "Salamlama daha vacibdir.");
    let again = office.send(&lead, &url, &sent(&edited)).await;
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.text.contains("110"), "{}", again.text);
    assert!(again.text.contains("value=\"15\""), "what was typed stays");
    put(&mut edited, "weight-K14", "0");
    assert_eq!(office.send(&lead, &url, &sent(&edited)).await.status, StatusCode::SEE_OTHER);
    // Somebody who saw an older one is told so.
    assert_eq!(office.send(&lead, &url, &sent(&edited)).await.status, StatusCode::CONFLICT);
    // A phrase that cannot be one is told with the phrase.
    let criterion = format!("{url}/criteria/K01");
    let page = office.ask(&lead, &criterion).await.text;
    let mut phrases = fields(&page, "criterion");
    put(&mut phrases, "patterns-az-part-greeting", "Salam");
    let again = office.send(&lead, &criterion, &sent(&phrases)).await;
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.text.contains("«Salam»"), "{}", again.text);
    put(&mut phrases, "patterns-az-part-greeting", "salam\nhər vaxtınız xeyir\nxoş gördük sizi");
    put(&mut phrases, "first_s", "20");
    assert_eq!(office.send(&lead, &criterion, &sent(&phrases)).await.status, StatusCode::SEE_OTHER);
    let page = office.ask(&head, &url).await.text;
    assert!(page.contains("20 san.") && page.contains("xoş gördük sizi"), "{page}");

    // The trial says what the evaluator would say.
    let trial = office.ask(&lead, &format!("{url}/trial?from=2026-01-01&to=2026-01-31")).await;
    assert!(trial.status == StatusCode::OK && trial.text.contains("Aysel N."), "{}", trial.text);
    assert!(trial.text.contains("/calls/z"), "calls that change lead on");
    assert!(
        office.ask(&lead, &format!("{url}/trial?from=2026-02-01&to=2026-01-31")).await.text.contains("role=\"alert\"")
    );
    same_as_the_evaluator(&office, &draft().await.specs).await;

    // Approved by the head, and by nobody else.
    let seen = draft().await.version.to_string();
    assert_eq!(
        office.send(&lead, &format!("{url}/submit"), &form(&[("seen", &seen)])).await.status,
        StatusCode::SEE_OTHER
    );
    let seen = draft().await.version.to_string();
    let today = meyar_work::terms::day(Utc::now());
    let (yesterday, tomorrow) = ((today - Duration::days(1)).to_string(), (today + Duration::days(1)).to_string());
    let approve = format!("{url}/approve");
    assert_eq!(
        office.send(&lead, &approve, &form(&[("seen", &seen), ("valid_from", &tomorrow)])).await.status,
        StatusCode::FORBIDDEN
    );
    for wrong in [yesterday.as_str(), "sabah", ""] {
        let again = office.send(&head, &approve, &form(&[("seen", &seen), ("valid_from", wrong)])).await;
        assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.text.contains("role=\"alert\""), "{wrong}");
    }
    let done = office.send(&head, &approve, &form(&[("seen", &seen), ("valid_from", &tomorrow)])).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(draft().await.state, DraftState::Approved);
    let in_force = office.desk.forms.form_for("az", today + Duration::days(1)).unwrap();
    assert_eq!(in_force.spec().form.version, "0.2");
    assert_eq!(office.desk.forms.form_for("az", today).unwrap().spec().form.version, "0.1");
    let list = office.ask(&assessor, "/forms").await.text;
    assert!(list.contains("/forms/default-call-form/0.2") && list.contains("qüvvəyə minəcək"), "{list}");
    let closed = office.ask(&lead, &criterion).await;
    assert_eq!((closed.status, closed.place.as_str()), (StatusCode::SEE_OTHER, url.as_str()), "it is edited no more");
    assert_eq!(office.send(&lead, &criterion, &sent(&phrases)).await.status, StatusCode::CONFLICT);

    // In English too, and the trial is in the log.
    for path in ["/forms", "/forms/default-call-form/0.2", &url, &format!("{url}/trial?from=2026-01-01&to=2026-01-31")]
    {
        let lang = format!("{path}{}lang=en", if path.contains('?') { "&" } else { "?" });
        assert_eq!(office.ask(&head, &lang).await.status, StatusCode::OK, "{path}");
    }
    let log = office.desk.store.access_log(&Asked::default()).await.unwrap();
    assert!(log.iter().any(|logged| logged.entry.action == Action::Read
        && logged.entry.object_kind == "form_draft"
        && logged.entry.object_id.as_deref() == url.rsplit('/').next()
        && logged.entry.detail.as_deref().is_some_and(|asked| asked.contains("from=2026-01-01"))));
}

/// Each call of the trial beside what a judge makes of it once the draft is in force on its day.
async fn same_as_the_evaluator(office: &Office, specs: &[meyar_scoring::FormSpec]) {
    let (from, to) = ("2026-01-01T00:00:00Z".parse().unwrap(), "2026-02-01T00:00:00Z".parse().unwrap());
    let (lake, reference) = (office.lake(), office.desk.reference.clone());
    let material = trial::material(&lake, from, to, 100, Utc::now()).await.unwrap();
    let by_draft = trial::judge_by(specs, reference.clone()).unwrap();
    let tried = trial::run(&material, &by_draft, &by_draft).unwrap();
    assert_eq!((tried.calls.len(), tried.of), (3, 3));
    let forms = Arc::new(Forms::embedded().unwrap());
    for spec in specs {
        let mut spec = spec.clone();
        spec.form.valid_from = "2026-01-01".parse().unwrap();
        forms.add(Form::of(spec).unwrap());
    }
    let evaluator = Judge::new(forms, reference);
    let drawn = transcripts::draw(&lake, from, to, 100).await.unwrap();
    let ids: Vec<String> = drawn.transcripts.iter().map(|one| one.call_id.clone()).collect();
    let known = calls::look_up(&lake, &ids, None).await.unwrap();
    for transcript in &drawn.transcripts {
        let judged = evaluator.judge(transcript, known.get(&transcript.call_id)).unwrap().unwrap();
        let call = tried.calls.iter().find(|call| call.call_id == transcript.call_id).unwrap();
        assert_eq!(call.after, judged.assessment, "{}", transcript.call_id);
        assert_eq!(call.after.form.version, "0.2");
    }
    // Fewer than there are: the same ones each time, and how many there are is told.
    let one = async || transcripts::draw(&lake, from, to, 1).await.unwrap();
    let (first, second) = (one().await, one().await);
    assert_eq!((first.of, first.transcripts.len(), &first.transcripts), (3, 1, &second.transcripts));
}

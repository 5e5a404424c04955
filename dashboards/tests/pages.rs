//! The pages over a real, small lake.
#![allow(clippy::unwrap_used)]

#[path = "pages/behind.rs"]
mod behind;
#[path = "pages/dictionary.rs"]
mod dictionary;
#[path = "../examples/fixture/registers.rs"]
mod registers;
#[path = "../examples/fixture/rows.rs"]
mod rows;
#[path = "../examples/fixture/sound.rs"]
mod sound;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use meyar_dashboards::{Check, Config, LakeSource, router};
use meyar_lake::{Lake, LakeOptions, LakeRoot};
use meyar_schemas::Subject;
use object_store::memory::InMemory;
use serde_json::json;
use std::sync::Arc;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

struct Site {
    _dir: tempfile::TempDir,
    router: Router,
}

fn over(lake: Lake, recordings: Arc<InMemory>, healthy: bool) -> Router {
    router(&Config {
        work: None,
        listen: "127.0.0.1:0".parse().unwrap(),
        source: Arc::new(LakeSource::new(lake)),
        recordings,
        metrics_handle: None,
        health: Arc::new(move || {
            let check = Check {
                name: "broker".into(),
                ok: healthy,
                detail: if healthy { "" } else { "does not answer" }.into(),
            };
            Box::pin(async { vec![check] })
        }),
        shutdown: CancellationToken::new(),
    })
}

async fn site() -> &'static Site {
    static SITE: OnceCell<Site> = OnceCell::const_new();
    SITE.get_or_init(async || {
        let dir = tempfile::tempdir().unwrap();
        let root = LakeRoot::parse(dir.path().to_str().unwrap()).unwrap();
        let recordings = Arc::new(InMemory::new());
        let mut rows = rows::month(5, 30);
        registers::add(&mut rows);
        rows::stories(&mut rows, recordings.as_ref()).await;
        rows.land(&root).await;
        let lake = Lake::at(root, LakeOptions::default()).unwrap();
        Site { _dir: dir, router: over(lake, recordings, true) }
    })
    .await
}

/// The lake below the pages.
async fn lake() -> Lake {
    let root = LakeRoot::parse(site().await._dir.path().to_str().unwrap()).unwrap();
    Lake::at(root, LakeOptions::default()).unwrap()
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

async fn ask(router: &Router, request: Request<Body>) -> Answer {
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    Answer { status: parts.status, headers: parts.headers, body: to_bytes(body, usize::MAX).await.unwrap().to_vec() }
}

async fn get(path: &str) -> Answer {
    ask(&site().await.router, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn page(path: &str) -> String {
    let answer = get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    answer.text()
}

/// The text between the first `from` behind `after` and the next `to`.
fn between<'a>(html: &'a str, after: &str, from: &str, to: &str) -> &'a str {
    let rest = html.split_once(after).unwrap_or_else(|| panic!("no {after}")).1;
    rest.split_once(from).unwrap().1.split_once(to).unwrap().0.trim()
}

#[tokio::test]
async fn the_figures_on_the_page_are_those_of_the_lake() {
    let lake = lake().await;
    let rows = lake.figure("calls_by_line", &"2026-01".parse().unwrap(), None).await.unwrap();
    let rows = meyar_lake::output::rows(&rows).unwrap();
    let total = rows.iter().find(|row| row["line"].is_null()).unwrap();
    let html = page("/?period=2026-01").await;
    for (card, column) in [("offered", "offered"), ("answered", "answered"), ("lost", "lost")] {
        let shown = between(&html, &format!("id=\"card-{card}\""), "<p class=\"value\">", "</p>");
        assert_eq!(shown.replace('\u{a0}', ""), total[column].to_string(), "{column}");
    }
    assert!(between(&html, "id=\"card-answered\"", "<span>", "</span>").contains("hədəf ≥ 90\u{a0}%"));
}

#[tokio::test]
async fn satisfaction_of_fewer_than_thirty_answers_is_not_printed() {
    let html = page("/?period=2026-01").await;
    let card = between(&html, "id=\"card-satisfaction\"", ">", "</article>");
    assert!(card.contains("30 cavabdan az") && card.contains("n = "), "{card}");
    assert!(!card.contains('%'), "{card}");
    let table = between(&html, "id=\"table-satisfaction\"", "<tbody>", "</tbody>");
    let shares = table.matches("%<").count();
    assert_eq!(shares, table.matches("<tr").count() * 2, "only response rate and target stand in the table: {table}");
}

#[tokio::test]
async fn a_line_narrows_every_figure() {
    let all = page("/?period=2026-01").await;
    let one = page("/?period=2026-01&line=195-1-4").await;
    let offered = |html: &str| {
        between(html, "id=\"card-offered\"", "<p class=\"value\">", "</p>")
            .replace('\u{a0}', "")
            .parse::<u32>()
            .unwrap()
    };
    assert!(offered(&one) < offered(&all));
    assert!(!between(&one, "id=\"table-calls_by_line\"", "<tbody>", "</tbody>").contains("195-1-1"));
}

#[tokio::test]
async fn every_span_has_its_page() {
    for period in ["2026", "2026-01", "2026-W02", "2026-01-06", "2026-01-05..2026-01-07", "2025-06..2026-01"] {
        let html = page(&format!("/?period={period}")).await;
        assert!(html.contains("id=\"chart-data\""), "{period}");
    }
    assert!(page("/?period=1999-01").await.contains("Bu dövrdə zəng yoxdur"));
    // The two fields of the form say the same as one period.
    for path in ["/?first=2026-01-05&last=2026-01-07&line=", "/figures/calls_by_day?first=2026-01-05&last=2026-01-07"] {
        let html = page(path).await;
        assert!(html.contains("05.01.2026 – 07.01.2026") && html.contains("value=\"2026-01-07\""), "{path}");
    }
    assert!(page("/figures/calls_by_line?period=2026").await.contains("2026-cı il"));
}

#[tokio::test]
async fn the_list_of_calls_is_filtered_and_paged() {
    let first = page("/calls").await;
    assert!(first.contains("page=2") && first.contains("rel=\"next\""));
    assert!(!first.contains("rel=\"prev\""));
    let lost = page("/calls?outcome=lost").await;
    assert!(lost.contains("İtirilib</span>") && !lost.contains("<span class=\"tag ok\">"));
    let suspected = page("/calls?assessed=suspected").await;
    assert!(
        suspected.contains("zəng-kobud-02") && !suspected.contains("zəng-yaxşı-01"),
        "only the rude one is suspected"
    );
    assert_eq!(page("/calls?representative=nobody").await.matches("call-link").count(), 0);
    // An empty field of the form chooses nothing.
    assert_eq!(page("/calls?outcome=&line=&page=").await.matches("call-link").count(), 50);
}

#[tokio::test]
async fn a_call_shows_its_words_its_verdicts_and_its_suspicion() {
    let html = page("/calls/z%C9%99ng-kobud-02").await;
    assert!(html.contains("İnsan təsdiqi lazımdır."));
    assert!(html.contains("data-peaks=\"/peaks/2026/01/30/call-2.wav\""));
    assert!(html.contains("<mark title=\"K08\" class=\"suspected\">"), "the rude words are marked in the transcript");
    assert!(html.contains("Nəzakət"), "criteria have their names");
    assert!(html.contains("Növbəyə qoyuldu"));
    let good = page("/calls/z%C9%99ng-yax%C5%9F%C4%B1-01").await;
    assert!(!good.contains("İnsan təsdiqi lazımdır."));
    assert!(good.contains("<mark title=\"K01\">"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_shows_the_words_that_were_judged_until_the_newer_ones_are() {
    let (dir, at) = (tempfile::tempdir().unwrap(), "2026-01-14T09:00:00+04:00");
    let root = LakeRoot::parse(dir.path().to_str().unwrap()).unwrap();
    let router = over(Lake::at(root.clone(), LakeOptions::default()).unwrap(), Arc::default(), true);
    let transcript = |words: &str| {
        let segment =
            json!({"party": "representative", "start_ms": 0, "end_ms": 900, "text": words, "confidence": 0.9});
        json!({"transcript_id": "t", "call_id": "c", "created_at": at, "language": "az", "model": {"id": "m"}, "duration_ms": 900,
            "confidence": 0.9, "segments": [segment], "flags": []})
    };
    let evaluation = |quote: &str| {
        let evidence = json!([{"party": "representative", "start_ms": 0, "end_ms": 900, "quote": quote, "segment": 0, "part": "greeting"}]);
        json!({"evaluation_id": "e", "call_id": "c", "created_at": at, "form": {"id": "default-call-form", "version": "0.1", "language": "az"},
            "transcript_id": "t", "outcome": "proposed", "raw_score": 100.0, "coverage": 0.1,
            "verdicts": [{"criterion": "K01", "state": "marked", "mark": 1.0, "confidence": 0.9, "reason": "…", "evidence": evidence}]})
    };
    let shown = async |subject, revision, data| {
        let mut rows = rows::Rows::default();
        let source = if subject == Subject::CallTranscripts { "meyar/transcriber" } else { "meyar/evaluator" };
        rows.told(subject, source, "e", revision, data);
        rows.land(&root).await;
        ask(&router, Request::get("/calls/c").body(Body::empty()).unwrap()).await.text()
    };
    shown(Subject::CallTranscripts, 0, transcript("Salam olsun")).await;
    let (older, newer) = ("<mark title=\"K01\">Salam</mark>", "<mark title=\"K01\">Sabahınız</mark>");
    assert!(shown(Subject::CallEvaluations, 0, evaluation("Salam")).await.contains(older));
    let html = shown(Subject::CallTranscripts, 1, transcript("Sabahınız xeyir")).await;
    assert!(html.contains(older) && !html.contains("Sabahınız"), "its verdicts quote the older words");
    let html = shown(Subject::CallEvaluations, 100, evaluation("Sabahınız")).await;
    assert!(html.contains(newer) && !html.contains(older), "{html}");
}

#[tokio::test]
async fn what_was_not_heard_well_is_not_marked_and_the_reason_is_shown() {
    let html = page("/calls/z%C9%99ng-e%C5%9Fidilmir-03").await;
    assert!(html.contains("verdict abstained"));
    assert!(!html.contains("verdict full") && !html.contains("verdict none"), "nothing is marked");
    let verdict = between(&html, "verdict abstained", ">", "</li>");
    assert!(verdict.contains("Qiymətləndirilmədi") && verdict.contains("class=\"reason\""), "{verdict}");
    assert!(html.contains("yazı kəsilib"));
}

#[tokio::test]
async fn audio_is_pcm_and_any_range_of_it_is_right() {
    let whole = get("/audio/2026/01/30/call-1.wav").await;
    assert_eq!(whole.status, StatusCode::OK);
    assert_eq!(whole.headers[header::CONTENT_TYPE], "audio/wav");
    assert_eq!(whole.headers[header::CONTENT_LENGTH], whole.body.len().to_string());
    assert_eq!(&whole.body[20..24], [1, 0, 2, 0], "PCM, two channels");
    for (from, to) in [(0, 1), (0, 99), (43, 46), (45, 45), (1_001, 70_002), (300_000, 300_007)] {
        let request = Request::get("/audio/2026/01/30/call-1.wav").header(header::RANGE, format!("bytes={from}-{to}"));
        let part = ask(&site().await.router, request.body(Body::empty()).unwrap()).await;
        assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
        assert_eq!(part.headers[header::CONTENT_RANGE], format!("bytes {from}-{to}/{}", whole.body.len()));
        assert_eq!(part.body, whole.body[from..=to], "{from}-{to}");
    }
    let request = Request::get("/audio/2026/01/30/call-1.wav").header(header::RANGE, "bytes=99999999-");
    let behind = ask(&site().await.router, request.body(Body::empty()).unwrap()).await;
    assert_eq!(behind.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(behind.headers[header::CONTENT_RANGE], format!("bytes */{}", whole.body.len()));
    let head =
        ask(&site().await.router, Request::head("/audio/2026/01/30/call-1.wav").body(Body::empty()).unwrap()).await;
    assert_eq!((head.body.len(), &head.headers[header::CONTENT_LENGTH]), (0, &whole.headers[header::CONTENT_LENGTH]));
}

#[tokio::test]
async fn peaks_are_told_by_channel() {
    let peaks: serde_json::Value = serde_json::from_slice(&get("/peaks/2026/01/30/call-1.wav").await.body).unwrap();
    assert_eq!(peaks["peaks"].as_array().unwrap().len(), 2);
    let loudest = |channel: usize| {
        peaks["peaks"][channel].as_array().unwrap().iter().filter_map(|p| p.as_f64()).fold(0.0, f64::max)
    };
    assert!(loudest(0) > 0.1 && loudest(1) > 0.1);
}

#[tokio::test]
async fn no_path_leads_out_of_the_recordings() {
    for path in
        ["/audio/../secret", "/audio/%2e%2e/%2e%2e/etc/passwd", "/audio/a//b", "/audio/none.wav", "/peaks/none.wav"]
    {
        let answer = get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_figure_shows_its_sql_and_its_rows() {
    let html = page("/figures/lost_over_10s?period=2026-01").await;
    assert!(html.contains("lost_short_s") && html.contains("SELECT"));
    assert!(html.contains("Cəmi"));
    let inner = "<a href=\"/figures/kpi_lost_gt10?period=2026-01\">figure_kpi_lost_gt10</a>";
    assert!(html.contains(inner), "a figure that is made of others leads to them");
    assert_eq!(get("/figures/nonsense").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_figure_is_found_in_its_group() {
    let list = page("/figures").await;
    for figure in lake().await.figures() {
        let group = between(&list, &format!("id=\"{}\"", figure.group), ">", "</section>");
        assert!(group.contains(&format!("href=\"/figures/{}\"", figure.name)), "{}", figure.name);
        assert!(group.contains("<b>") && group.contains("<span>"), "title and formula");
    }
    assert!(list.contains(">Əsas göstəricilər</h2>"));
}

#[tokio::test]
async fn names_are_in_the_readers_language_alone() {
    let (az, en) =
        (page("/figures/lost_parts?period=2026-01").await, page("/figures/lost_parts?period=2026-01&lang=en").await);
    let table = |html: &str| between(html, "id=\"table-lost_parts\"", "<tbody>", "</tbody>").to_owned();
    let (az, en) = (table(&az), table(&en));
    assert!(az.contains("Əks əlaqə yaradılmamış") && !az.contains("Not called back"), "{az}");
    assert!(en.contains("Not called back") && !en.contains("Əks əlaqə yaradılmamış"), "{en}");
    assert!(az.contains("<code>not_called_back</code>") && az.contains("Cəmi") && en.contains("Total"));
}

#[tokio::test]
async fn errors_are_pages_with_one_clear_line() {
    for (path, status, line) in [
        ("/nowhere", 404, "Səhifə tapılmadı"),
        ("/calls/no-such-call", 404, "«no-such-call» nömrəli zəng tapılmadı"),
        ("/?period=soon", 400, "dövr «soon» oxunmur"),
        ("/?line=195-1-9", 400, "«195-1-9» seçimi tanınmır"),
        ("/calls?line=195-1-9", 400, "«195-1-9» seçimi tanınmır"),
        ("/calls?page=0", 400, "səhifə «0» oxunmur"),
        ("/reconciliation?period=soon", 400, "dövr «soon» oxunmur"),
        ("/figures/calls_by_day?period=2026-13", 400, "dövr «2026-13» oxunmur"),
        ("/dictionary?q=a&q=b", 400, "Sorğu düzgün deyil"),
        ("/figures/none/rows?cell=calls", 404, "«none» adlı göstərici"),
        ("/figures/calls_by_line/rows?period=soon&cell=lost", 400, "dövr «soon» oxunmur"),
        ("/figures/calls_by_line/rows", 400, "açıla bilmir: «»"),
        ("/figures/calls_by_line/rows?lang=en", 400, "cell: names no column; write a column"),
        (
            "/figures/calls_by_line/rows?cell=calls&lang=en",
            400,
            "`calls` is not a column of calls_by_line; use one of: line,",
        ),
        (
            "/figures/calls_by_line/rows?cell=lost,day=2026-01-05&lang=en",
            400,
            "`day` does not tell a row of calls_by_line; use: line",
        ),
        ("/figures/calls_by_line/rows?cell=target_pct", 400, "açıla bilmir: «target_pct»"),
        ("/figures/calls_by_line/rows?cell=lost,line=195-1-9", 404, "açıla bilmir: «lost,line=195-1-9»"),
        ("/figures/calls_by_line/rows?cell=lost&page=0", 400, "səhifə «0» oxunmur"),
        ("/figures/calls_by_line/rows.csv?cell=lost,day=1&lang=en", 400, "`day` does not tell a row"),
        ("/calls?outcome=%3Cscript%3E", 400, "«&#60;script&#62;» seçimi tanınmır"),
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        let html = answer.text();
        assert!(html.contains(line) && html.contains("<nav"), "{path}: {html}");
    }
    let posted = ask(&site().await.router, Request::post("/calls").body(Body::empty()).unwrap()).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(posted.text().contains("Bu ünvan belə sorğunu qəbul etmir"));
}

#[tokio::test]
async fn every_answer_is_under_a_strict_policy_with_a_fresh_nonce() {
    let mut nonces = std::collections::BTreeSet::new();
    for path in ["/", "/calls", "/nowhere", "/audio/2026/01/30/call-1.wav", "/healthz"] {
        let answer = get(path).await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let nonce = between(&policy, "script-src", "'nonce-", "'").to_owned();
        if path == "/calls" {
            assert!(answer.text().contains(&format!("nonce=\"{nonce}\"")));
            assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
        }
        assert!(nonces.insert(nonce), "a nonce was used twice");
    }
}

#[tokio::test]
async fn the_language_is_azerbaijani_until_another_is_chosen() {
    assert!(page("/calls").await.contains("<html lang=\"az\">"));
    let english = get("/calls?lang=en").await;
    assert!(english.text().contains("<html lang=\"en\">") && english.text().contains("Answered"));
    let cookie = english.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let request = Request::get("/calls").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    assert!(ask(&site().await.router, request).await.text().contains("<html lang=\"en\">"));
}

#[tokio::test]
async fn health_tells_what_fails() {
    let dir = tempfile::tempdir().unwrap();
    let lake = || Lake::open(dir.path().to_str().unwrap(), LakeOptions::default()).unwrap();
    let request = || Request::get("/healthz").body(Body::empty()).unwrap();
    let well = ask(&over(lake(), Arc::default(), true), request()).await;
    assert_eq!(well.status, StatusCode::OK);
    let ill = ask(&over(lake(), Arc::default(), false), request()).await;
    assert_eq!(ill.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(ill.text().contains("does not answer"));
}

#[tokio::test]
async fn the_reconciliation_tells_laws_topics_and_gaps() {
    let html = page("/reconciliation?period=2026-01").await;
    assert_eq!(html.matches("<li class=\"law ").count(), 5);
    // The calls of that January were never all recorded, and nobody waits for them any more.
    assert!(
        html.contains("<li class=\"law broken\" id=\"law-P8\">")
            && html.contains("<li class=\"law ok\" id=\"law-P1\">")
    );
    assert!(between(&html, "class=\"remedy\"", "<b>", "</b>") == "P8");
    let balance = between(&html, "id=\"balance\"", "<tbody>", "</tbody>");
    assert!(
        balance.contains("calls.events<small>call_events</small>") && balance.contains("class=\"rows\""),
        "{balance}"
    );
    let lake = lake().await;
    let rows =
        meyar_lake::output::rows(&lake.figure("reconciliation", &"2026-01".parse().unwrap(), None).await.unwrap());
    let gaps = between(&html, "id=\"gaps\"", "<tbody>", "</tbody>");
    for row in rows.unwrap() {
        let name = row["name_az"].as_str().unwrap();
        let shown = between(gaps, name, "<td class=\"n\">", "</td>");
        let shown = shown.rsplit_once("\">").map_or(shown, |(_, rest)| rest).trim_end_matches("</a>");
        assert_eq!(shown.replace('\u{a0}', ""), row["rows"].to_string(), "{name}");
    }
    let link = between(gaps, "Səs yazısı olmayan zənglər", "href=\"", "\"").replace("&#38;", "&");
    assert!(page(&link).await.contains("calls_without_recording"));
    // Without a period it is the last days, in which this lake has nothing.
    let now = page("/reconciliation").await;
    assert!(now.contains("<li class=\"law ok\" id=\"law-P8\">") && !now.contains("class=\"remedy\""));
    assert!(page("/reconciliation?period=2026-01&lang=en").await.contains("Completeness is measured"));
}

#[tokio::test]
async fn an_empty_lake_is_told_and_is_no_error() {
    let dir = tempfile::tempdir().unwrap();
    let lake = Lake::open(dir.path().to_str().unwrap(), LakeOptions::default()).unwrap();
    let router = over(lake, Arc::default(), true);
    for (path, line) in [
        ("/", "Bu dövrdə zəng yoxdur"),
        ("/calls", "Hələ zəng yoxdur"),
        ("/reconciliation", "Hələ heç bir mesaj oxunmayıb"),
    ] {
        let answer = ask(&router, Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        assert!(answer.text().contains(line), "{path}");
    }
}

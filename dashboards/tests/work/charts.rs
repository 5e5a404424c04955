//! The charts of people's work with enough behind them to be drawn, and that a chart and the table behind it tell the same numbers: each dot
//! stands where its number stands on the axis beside it.

use crate::calibration::estimated;
use crate::office::{Office, says};
use crate::rows::Rows;
use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use meyar_scoring::Form;
use meyar_work::assessment::{Assessment, Judged, Purpose, State};
use meyar_work::calibration::{Agreed, Calibration, Participant, SetCall, SetState, Source};
use meyar_work::{Person, Role};

fn between<'a>(html: &'a str, from: &str, to: &str) -> &'a str {
    let rest = html.split_once(from).unwrap_or_else(|| panic!("no {from:?} in {html}")).1;
    rest.split_once(to).unwrap_or_else(|| panic!("no {to:?} after {from:?}")).0
}

/// All pieces that stand between these two.
fn all<'a>(html: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    html.split(from).skip(1).map(|piece| piece.split_once(to).unwrap().0).collect()
}

fn number(text: &str) -> f64 {
    text.trim_end_matches('%').replace('−', "-").replace(['+', '\u{a0}'], "").replace(',', ".").parse().unwrap()
}

fn attribute(tag: &str, name: &str) -> f64 {
    number(between(tag, &format!(" {name}=\""), "\""))
}

/// The text of each cell of each row.
fn table(html: &str) -> Vec<Vec<String>> {
    let plain = |cell: &str| {
        let inside = cell.split_once('>').unwrap().1;
        inside.split('<').map(|piece| piece.rsplit('>').next().unwrap()).collect::<String>()
    };
    let rows = all(between(html, "<tbody>", "</tbody>"), "<tr", "</tr>");
    rows.into_iter()
        .map(|row| {
            let heads = all(row, "<th ", "</th>");
            heads.into_iter().chain(all(row, "<td", "</td>")).map(plain).collect()
        })
        .collect()
}

/// From a place on an axis to the number there, by the marks that the axis itself has: `(place, number)` of each.
fn axis(marks: Vec<(f64, f64)>) -> impl Fn(f64) -> f64 {
    let ((first, low), (last, high)) = (marks[0], marks[marks.len() - 1]);
    assert!(marks.len() >= 2 && first != last, "{marks:?}");
    move |place| low + (high - low) * (place - first) / (last - first)
}

fn upwards(svg: &str) -> impl Fn(f64) -> f64 {
    let marks = all(svg, "<line class=\"level\"", "</text>");
    axis(marks.iter().map(|mark| (attribute(mark, "y1"), number(mark.rsplit('>').next().unwrap()))).collect())
}

fn across(svg: &str) -> impl Fn(f64) -> f64 {
    let marks: Vec<&str> =
        all(svg, "<text ", "</text>").into_iter().filter(|text| text.contains("y=\"100%\" dy=\"18\"")).collect();
    let place = |mark: &&str| attribute(&format!(" {mark}"), "x");
    axis(marks.iter().map(|mark| (place(mark), number(mark.rsplit('>').next().unwrap()))).collect())
}

fn dots(svg: &str) -> Vec<&str> {
    all(svg, "<circle class=\"dot", "</circle>")
}

fn day(n: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 6, 0, 0).unwrap() + Duration::days(n)
}

impl Office {
    fn form(&self) -> &Form {
        self.desk.forms.form_for("az", NaiveDate::from_ymd_opt(2026, 3, 2).unwrap()).unwrap()
    }

    /// Published assessments of random calls, with these scores.
    async fn scored(&self, by: &Person, whose: &str, scores: &[f64]) {
        let mut tx = self.desk.store.begin().await.unwrap();
        for (n, score) in scores.iter().enumerate() {
            let id = format!("{whose}-{n}");
            let mut one = Assessment::begin(id.clone(), &id, self.form(), None, &by.person_id, Purpose::Random);
            (one.representative, one.state, one.published_at) = (Some(whose.into()), State::Published, Some(day(0)));
            (one.raw_score, one.effective_score) = (Some(*score), Some(*score));
            tx.insert(&one, &by.person_id, "publish", day(0)).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// A set of these calls, agreed full marks on all, and what each of them gave for the first criterion.
    async fn calibrated(&self, by: &Person, n: i64, given: &[(&Person, [f64; 3])]) {
        let (form, id) = (self.form(), format!("set-{n}"));
        let full = Agreed {
            judged: Judged::Marked(1.0),
            critical: false,
            rule: "qayda".into(),
            reason: "səbəb".into(),
            by: by.person_id.clone(),
            at: day(7 * n),
        };
        let call = |place: usize| SetCall {
            call_id: format!("{id}-{place}"),
            line: None,
            representative: None,
            form: form.reference(),
            evaluation_id: None,
            proposed: Default::default(),
            master: form.criteria().iter().map(|one| (one.code.clone(), full.clone())).collect(),
            judged_by: Vec::new(),
        };
        let set = Calibration {
            calibration_id: id.clone(),
            name: format!("Həftə {n}"),
            source: Source::Ids,
            seed: None,
            calls: (0..3).map(call).collect(),
            participants: given.iter().map(|(who, _)| Participant::of(who)).collect(),
            state: SetState::Agreed,
            made_by: by.person_id.clone(),
            due_at: day(7 * n + 3),
            handed: Vec::new(),
            compared_at: Some(day(7 * n)),
        };
        let mut tx = self.desk.store.begin().await.unwrap();
        tx.insert(&set, &by.person_id, "agree", day(7 * n)).await.unwrap();
        for (who, marks) in given {
            for (place, mark) in marks.iter().enumerate() {
                let (own, call) = (format!("{id}-{place}-{}", who.login), format!("{id}-{place}"));
                let mut one = Assessment::begin(own, &call, form, None, &who.person_id, Purpose::Calibration);
                (one.state, one.calibration_id, one.published_at) =
                    (State::Published, Some(id.clone()), Some(day(7 * n)));
                for criterion in &mut one.marks {
                    criterion.judged = Some(Judged::Marked(if criterion.criterion == "K01" { *mark } else { 1.0 }));
                }
                tx.insert(&one, &who.person_id, "hand_in", day(7 * n)).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn the_funnel_and_its_table_tell_the_same_means() {
    let office = Office::over(Rows::default()).await;
    let (lead, leyla) = (office.lead().await, office.assessor().await);
    // Two as chance has it, and one whom it does not explain.
    office.scored(&leyla, "Aysel N.", &[75.0, 83.0, 91.0].repeat(4)).await;
    office.scored(&leyla, "Tural H.", &[74.0, 82.0, 90.0].repeat(4)).await;
    office.scored(&leyla, "Nərmin Q.", &[58.0, 66.0, 74.0, 66.0]).await;
    for (lang, inside, outside) in [("az", "hədlərin içində", "kənarda"), ("en", "inside", "outside")] {
        let html = office.page(&lead, &format!("/assessments?lang={lang}")).await;
        let svg = between(&html, "<svg class=\"chart points\"", "<details>");
        let (score, calls) = (upwards(svg), across(svg));
        let rows = table(html.split_once("<svg class=\"chart points\"").unwrap().1);
        let dots = dots(svg);
        assert_eq!((rows.len(), dots.len()), (3, 3), "{rows:?}");
        for (row, dot) in rows.iter().zip(dots) {
            let [name, n, mean] = [&row[0], &row[1], &row[2]];
            says(dot, &[&format!("<title>{name}: {mean} (n = {n})</title>")]);
            assert!((score(attribute(dot, "cy")) - number(mean)).abs() < 0.1, "{row:?} {dot}");
            assert!((calls(attribute(dot, "cx")) - number(n)).abs() < 0.1, "{row:?} {dot}");
            assert_eq!(dot.contains("rare"), name.starts_with("Nərmin"), "{dot}");
            assert!(
                row[4].to_lowercase().contains(if name.starts_with("Nərmin") { outside } else { inside }),
                "{row:?}"
            );
        }
        assert_eq!(number(&rows[0][2]), 83.0);
        // Her name stands beside her dot; who is inside has none.
        assert_eq!(all(svg, "<text class=\"name\"", "</text>").len(), 1);
        assert_eq!(svg.matches("<polyline").count(), 4, "two limits, on both sides");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}

#[tokio::test]
async fn the_drift_and_its_table_tell_the_same_differences() {
    let office = Office::over(Rows::default()).await;
    let (lead, leyla) = (office.lead().await, office.assessor().await);
    let samir = office.person("samir", Role::Assessor, None).await;
    // Leyla grows severe; Samir stays as he is.
    for n in 0..6 {
        let severe = |place: i64| if place < n { 0.0 } else { 1.0 };
        let given =
            [(&leyla, [severe(1), severe(2), severe(3)]), (&samir, [1.0, 1.0, if n % 2 == 0 { 0.0 } else { 1.0 }])];
        office.calibrated(&lead, n, &given).await;
    }
    let html = office.page(&lead, "/calibration/agreement").await;
    let drift = html.split_once("id=\"drift\"").unwrap().1;
    let charts: Vec<&str> = drift.split("<svg class=\"chart points\"").skip(1).collect();
    assert_eq!(charts.len(), 2, "{drift}");
    for (chart, who) in charts.into_iter().zip(["Şəxs leyla", "Şəxs samir"]) {
        let svg = chart.split_once("</div>").unwrap().0;
        says(svg, &[&format!("aria-label=\"Sürüşmə qrafiki: {who}\"")]);
        let difference = upwards(svg);
        assert!(difference(50.0).abs() < 0.01, "zero is the middle");
        let rows = table(chart);
        let (dots, means) = (dots(svg), all(svg, "<circle class=\"hollow\"", "/>"));
        assert_eq!((rows.len(), dots.len(), means.len()), (6, 6, 6), "{rows:?}");
        for ((row, dot), mean) in rows.iter().zip(dots).zip(means) {
            says(dot, &[&format!("<title>{}: {} (n = {})</title>", row[0], row[4], row[2])]);
            assert!((difference(attribute(dot, "cy")) - number(&row[4])).abs() < 0.1, "{row:?} {dot}");
            assert!((difference(attribute(mean, "cy")) - number(&row[3])).abs() < 0.1, "{row:?} {mean}");
            assert_eq!(dot.contains("rare"), row[6] != "hədlərin içində", "{row:?}");
        }
        let first = [&rows[0][0], &rows[0][1]];
        assert_eq!(first, ["Həftə 0", "02.03.2026"]);
        says(svg, &[">02.03.2026</text>"]);
        let last = number(&rows[5][3]);
        assert_eq!(last < 0.0, who.ends_with("leyla"), "{rows:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_corrected_mean_stands_beside_the_machines_in_the_chart_and_in_the_table() {
    let (office, manager) = estimated(40, false, 0).await;
    let html = office.page(&manager, "/estimates?period=2026-03").await;
    let svg = between(&html, "<svg class=\"chart points short\"", "</div>");
    let rows = table(html.split_once("id=\"centre\"").unwrap().1);
    let drawn = all(svg, "<g>", "</g>");
    assert_eq!((rows.len(), drawn.len()), (3, 3), "{rows:?}");
    assert_eq!([&rows[0][1], &rows[2][1]], ["80,0", "75,0"], "the machine alone, and corrected");
    let score = across(svg);
    for (row, drawn) in rows.iter().zip(drawn) {
        let [name, value, interval] = [&row[0], &row[1], &row[2]];
        says(drawn, &[&format!("<title>{name}: {value} ({interval})</title>"), &format!(">{name}: <tspan")]);
        let (low, high) = interval.split_once(" – ").unwrap();
        for (place, shown) in [("cx", value.as_str()), ("x1", low), ("x2", high)] {
            let told = score(attribute(drawn, place));
            assert!((told - number(shown)).abs() < 0.1, "{place} of {row:?}: {told}");
        }
    }
}

//! Phrases of the shipped forms that must, and phrases that must not, show a part. Invented sentences: no measure of accuracy.
#![allow(clippy::unwrap_used)]

mod support;

use support::FORMS;

fn shows(language: &str, part: &str, text: &str) -> bool {
    !FORMS.form_for(language, "2026-01-14".parse().unwrap()).unwrap().quotes(part, text).is_empty()
}

/// `+` must show the part, `-` must not.
const AZ: &[(&str, &str)] = &[
    ("K01/greeting", "+ Sabahınız xeyir!"),
    ("K01/greeting", "- Salamatlıq olsun, söz yox"),
    ("K01/organisation", "+ İQTİSADİYYAT NAZİRLİYİNİN ÇAĞRI MƏRKƏZİ"),
    ("K01/name", "+ Sizinlə təmsilçi Aysel danışır"),
    ("K02/ask_id", "+ Xahiş edirəm, VÖEN-i deyin"),
    ("K02/ask_id", "+ FİN kodunuzu bildirin"),
    ("K02/ask_id", "- VÖEN almaq üçün vergi orqanına müraciət edilir"),
    ("K02/ask_name", "+ Adınızı öyrənə bilərəm?"),
    ("K02/ask_name", "- Adınıza qeydiyyatda olan obyekt"),
    ("K02/gives_id", "+ VÖEN-im budur: 12 34 56 78 90"),
    ("K04/paraphrase", "+ Belə başa düşdüm ki, siz satışdan danışırsınız"),
    ("K04/question", "+ Hansı rüb üçün bəyannamə vermisiniz?"),
    ("K04/question", "- Sizə necə kömək edə bilərəm?"),
    ("K05/legal_reference", "+ Mülki Məcəllənin on beşinci maddəsi"),
    ("K05/legal_reference", "+ 218-ci maddədə yazılıb"),
    ("K05/unsure", "+ Məncə, belə olmalıdır"),
    ("K07/understood", "+ Aydındırmı?"),
    ("K07/understood", "- Aydındır, davam edin"),
    ("K08/rude", "+ Sakit olun, xanım"),
    ("K08/rude", "- Sakitlik olsun deyə otağı dəyişdim"),
    ("K08/informal", "+ Sənə deyirəm"),
    ("K08/informal", "- Sənəd hazırdır, sənaye zonası, sentyabr, sen"),
    ("K09/permission", "+ Bir az xətdə qalın"),
    ("K09/thanks", "+ Gözlətdiyim üçün üzr istəyirəm"),
    ("K10/target", "+ 195-1-4-ə zəng edin"),
    ("K10/target", "+ Yaşayış yeri üzrə xidmət mərkəzinə yaxınlaşın"),
    ("K10/why", "+ Bu məsələ ilə başqa qurum məşğul olur"),
    ("K11/told", "+ Müraciətiniz qeydə alındı"),
    ("K11/term", "+ 10 iş günü ərzində"),
    ("K11/term", "+ on beş gün müddətində"),
    ("K12/disclosure", "+ Sizin vergi borcunuz 340 manatdır"),
    ("K12/disclosure", "+ Hesabınızda 1 200 manat qalıq var"),
    ("K12/disclosure", "- Vergi borcunuz varmı?"),
    ("K12/disclosure", "- Borcunuz olduqda faiz hesablanır"),
    ("K12/disclosure", "- Vergi borcu yarandıqda bildiriş göndərilir"),
    ("K12/third_person", "- Qonşunuzun borcu var, yoxsa yox, bu barədə məlumat verə bilmərəm"),
    ("K13/urgent", "+ Bizim binada qaz sızır"),
    ("K13/urgent", "+ Bu gün müraciət üçün son gündür"),
    ("K13/urgent", "- Bəyannamə üçün son gün nə vaxtdır?"),
    ("K13/escalate", "+ Bunu dərhal rəhbərliyə çatdırıram"),
    ("K14/other_question", "+ Əlavə sualınız qaldımı?"),
    ("K14/survey", "+ Danışığın sonunda xidməti qiymətləndirin"),
    ("K14/farewell", "+ Axşamınız xoş keçsin"),
];

const EN: &[(&str, &str)] = &[
    ("K01/greeting", "+ Good morning."),
    ("K01/greeting", "- It was a good mourning"),
    ("K01/name", "+ Maria speaking"),
    ("K01/name", "- This is about your taxes"),
    ("K02/ask_id", "+ Could you tell me your taxpayer number?"),
    ("K02/ask_id", "- You need an identity card"),
    ("K02/ask_name", "+ What is your name, please?"),
    ("K04/paraphrase", "+ So you want to close the company?"),
    ("K07/understood", "+ Does that answer your question?"),
    ("K08/rude", "+ I don't care."),
    ("K08/rude", "- I will take care of it"),
    ("K09/permission", "+ Can you hold for a moment?"),
    ("K09/thanks", "+ Thank you for waiting."),
    ("K10/target", "+ I will transfer you to the customs committee"),
    ("K11/term", "+ within fifteen working days"),
    ("K12/disclosure", "+ You owe 300 manats"),
    ("K12/disclosure", "- If you owe tax, interest is charged"),
    ("K12/disclosure", "- Do you have any debt?"),
    ("K13/urgent", "+ My child was poisoned"),
    ("K13/urgent", "- When is the last day to file?"),
    ("K13/escalate", "+ I am passing this to my supervisor right now"),
    ("K14/other_question", "+ Anything else I can do?"),
    ("K14/farewell", "+ Have a nice day!"),
];

#[test]
fn phrases_show_what_they_should_and_nothing_more() {
    let tables = [("az", AZ), ("en", EN)];
    let wrong: Vec<String> = tables
        .iter()
        .flat_map(|(language, table)| table.iter().map(move |(part, line)| (language, part, line)))
        .filter(|(language, part, line)| shows(language, part, &line[2..]) != line.starts_with('+'))
        .map(|(language, part, line)| format!("{language} {part}: {line}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

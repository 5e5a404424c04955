//! Why a verdict is what it is: one sentence in the form's language.

use crate::form::Language;

#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    // Why there is no mark.
    NoSpeech,
    LanguageDiffers {
        spoken: String,
    },
    LowConfidence {
        value: f64,
        floor: f64,
    },
    RepresentativeNotHeard,
    CallerNotHeard,
    OneChannel,
    Incomplete,
    UnsureAbsence {
        value: f64,
        floor: f64,
    },
    PersonJudges,
    PersonJudgesPace {
        syllables_per_s: f64,
        longest_s: u64,
    },
    PersonJudgesAbsence,
    NoAnswerHeard,
    TelephonyUnknown,
    HangUpUnknown,
    RecordsUnknown,
    // Why it does not apply.
    Dropped,
    CallerSpokeLittle {
        seconds: u64,
    },
    AllRedirected,
    CutOff,
    GeneralQuestion,
    NoHold,
    NoRedirect,
    NoSheetDue,
    NotUrgent,
    // What was found.
    AllHeard {
        heard: Vec<String>,
    },
    SomeHeard {
        heard: Vec<String>,
        missing: Vec<String>,
    },
    NothingHeard {
        missing: Vec<String>,
    },
    IdentifiedFirst,
    Identified,
    NameOnlyFirst,
    NotIdentifiedFirst,
    TalkOver {
        times: usize,
    },
    Courteous,
    NoCourtesy,
    Suspect {
        parts: Vec<String>,
    },
    NoSuspicion,
    Cleared,
    NotEscalated,
    UrgentByRecords,
    Holds {
        holds: usize,
        kept: usize,
        due: usize,
    },
    RedirectTold,
    RedirectHalfTold,
    RedirectNotTold,
    RedirectElsewhere {
        said: String,
        went: String,
    },
    SheetComplete,
    SheetPartly {
        missing: Vec<Missing>,
    },
    SheetNotOpened,
    /// A reason, and what was heard nevertheless.
    But(Box<Reason>, Vec<String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Class,
    Told,
    Term,
}

impl Reason {
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::Az => self.az(),
            Language::En => self.en(),
        }
    }

    fn az(&self) -> String {
        let number = |value: &f64| format!("{value:.2}").replace('.', ",");
        match self {
            Reason::NoSpeech => "Yazıda nitq yoxdur, qiymətləndirmək mümkün deyil.".into(),
            Reason::LanguageDiffers { spoken } => {
                format!("Transkriptin dili «{spoken}», formanın dili «az»-dır; avtomatik qiymət verilmir.")
            }
            Reason::LowConfidence { value, floor } => {
                format!(
                    "Transkriptin etibarlılığı {} həddən ({}) aşağıdır; avtomatik qiymət verilmir.",
                    number(value),
                    number(floor)
                )
            }
            Reason::RepresentativeNotHeard => "Təmsilçinin kanalında nitq yoxdur; qiymətləndirmək mümkün deyil.".into(),
            Reason::CallerNotHeard => "Müraciət edənin kanalında nitq yoxdur; qiymətləndirmək mümkün deyil.".into(),
            Reason::OneChannel => {
                "Hər iki tərəf bir kanalda yazılıb, kimin danışdığı bilinmir; avtomatik qiymət verilmir.".into()
            }
            Reason::Incomplete => "Səs yazısı natamamdır, deyilməmiş sayıla bilməz; avtomatik qiymət verilmir.".into(),
            Reason::UnsureAbsence { value, floor } => {
                format!(
                    "İfadə tapılmadı, lakin nitqin etibarlılığı {} həddən ({}) aşağıdır; deyilməmiş sayıla bilməz.",
                    number(value),
                    number(floor)
                )
            }
            Reason::PersonJudges => "Bu meyarı insan qiymətləndirir.".into(),
            Reason::PersonJudgesPace { syllables_per_s, longest_s } => {
                format!(
                    "Bu meyarı insan qiymətləndirir; nitq sürəti saniyədə {} heca, ən uzun fasiləsiz danışıq {longest_s} s.",
                    number(syllables_per_s)
                )
            }
            Reason::PersonJudgesAbsence => {
                "Belə ifadə eşidilmədi; ona ehtiyac olub-olmadığını insan müəyyən edir.".into()
            }
            Reason::NoAnswerHeard => "Mahiyyət üzrə cavab tanınmadı; qiyməti insan verir.".into(),
            Reason::TelephonyUnknown => "Telefon stansiyasının məlumatı yoxdur; avtomatik qiymət verilmir.".into(),
            Reason::HangUpUnknown => "Zəngi kimin bitirdiyi məlum deyil; avtomatik qiymət verilmir.".into(),
            Reason::RecordsUnknown => "Müraciət və vərəqə qeydləri məlum deyil; avtomatik qiymət verilmir.".into(),
            Reason::Dropped => "Zəng təmsilçi danışmağa başlamamış kəsilib.".into(),
            Reason::CallerSpokeLittle { seconds } => format!("Müraciət edən cəmi {seconds} s danışıb."),
            Reason::AllRedirected => "Müraciət yönləndirilib, mahiyyət üzrə cavab tələb olunmurdu.".into(),
            Reason::CutOff => "Müraciət edən zəngi yekunlaşdırmadan əvvəl bitirib.".into(),
            Reason::GeneralQuestion => "Şəxsə aid məlumat deyilməyib, ümumi sualdır.".into(),
            Reason::NoHold => "Gözlətmə və uzun sükut olmayıb.".into(),
            Reason::NoRedirect => "Yönləndirmə olmayıb.".into(),
            Reason::NoSheetDue => "Vərəqə tələb olunmurdu: müraciət dərhal cavablandırılıb.".into(),
            Reason::NotUrgent => "Təcililik əlaməti yoxdur.".into(),
            Reason::AllHeard { heard } => format!("Deyilib: {}.", heard.join(", ")),
            Reason::SomeHeard { heard, missing } => {
                format!("Deyilib: {}; deyilməyib: {}.", heard.join(", "), missing.join(", "))
            }
            Reason::NothingHeard { missing } => format!("Deyilməyib: {}.", missing.join(", ")),
            Reason::IdentifiedFirst => "Şəxsə aid məlumat müəyyənləşdirmədən sonra deyilib.".into(),
            Reason::Identified => "Müraciət edən müəyyənləşdirilib.".into(),
            Reason::NameOnlyFirst => "Şəxsə aid məlumatdan əvvəl yalnız ad soruşulub.".into(),
            Reason::NotIdentifiedFirst => {
                "Şəxsə aid məlumat müəyyənləşdirmədən əvvəl deyilib: şübhə, insan təsdiqləməlidir.".into()
            }
            Reason::TalkOver { times: 0 } => "Müraciət edənin sözü kəsilməyib.".into(),
            Reason::TalkOver { times } => format!("Müraciət edən danışarkən təmsilçi {times} dəfə sözə girib."),
            Reason::Courteous => "Nəzakət ifadələri var, kobudluq əlaməti yoxdur.".into(),
            Reason::NoCourtesy => "Kobudluq əlaməti yoxdur, nəzakət ifadələri də eşidilmədi.".into(),
            Reason::Suspect { parts } => format!("Şübhə: {}; insan təsdiqləməlidir.", parts.join(", ")),
            Reason::NoSuspicion => "Şübhə doğuran hal tapılmadı.".into(),
            Reason::Cleared => "Tələb olunan hərəkət edilib.".into(),
            Reason::NotEscalated => {
                "Təcili müraciət barədə dərhal məruzə eşidilmədi: şübhə, insan təsdiqləməlidir.".into()
            }
            Reason::UrgentByRecords => {
                "Qeydlərdə təcili göstərilib, danışıqda dərhal məruzə eşidilmədi: şübhə, insan təsdiqləməlidir.".into()
            }
            Reason::Holds { holds, kept, due } => {
                format!("{holds} gözlətmədə {due} tələbdən {kept}-i yerinə yetirilib.")
            }
            Reason::RedirectTold => "Hara və niyə yönləndirildiyi deyilib.".into(),
            Reason::RedirectHalfTold => "Yönləndirmənin yalnız yeri və ya yalnız səbəbi deyilib.".into(),
            Reason::RedirectNotTold => "Zəng izahsız yönləndirilib: şübhə, insan təsdiqləməlidir.".into(),
            Reason::RedirectElsewhere { said, went } => {
                format!("{said} deyilib, zəng isə {went} nömrəsinə yönləndirilib: şübhə, insan təsdiqləməlidir.")
            }
            Reason::SheetComplete => "Vərəqə açılıb, nömrəsi və müddəti bildirilib.".into(),
            Reason::SheetPartly { missing } => {
                let name = |missing: &Missing| match missing {
                    Missing::Class => "sinfi uyğun deyil",
                    Missing::Told => "qeydiyyat bildirilməyib",
                    Missing::Term => "müddət bildirilməyib",
                };
                format!("Vərəqə açılıb, lakin {}.", missing.iter().map(name).collect::<Vec<_>>().join(", "))
            }
            Reason::SheetNotOpened => "Vərəqə tələb olunurdu, lakin açılmayıb: şübhə, insan təsdiqləməlidir.".into(),
            Reason::But(reason, heard) => format!("{} Eşidilib: {}.", reason.az(), heard.join(", ")),
        }
    }

    fn en(&self) -> String {
        let number = |value: &f64| format!("{value:.2}");
        match self {
            Reason::NoSpeech => "There is no speech in the recording; it cannot be judged.".into(),
            Reason::LanguageDiffers { spoken } => {
                format!("The transcript's language is \"{spoken}\" and the form's is \"en\"; no automatic mark.")
            }
            Reason::LowConfidence { value, floor } => format!(
                "The transcript's confidence {} is below the floor of {}; no automatic mark.",
                number(value),
                number(floor)
            ),
            Reason::RepresentativeNotHeard => {
                "There is no speech on the representative's channel; it cannot be judged.".into()
            }
            Reason::CallerNotHeard => "There is no speech on the caller's channel; it cannot be judged.".into(),
            Reason::OneChannel => {
                "Both parties are on one channel and it is not known who speaks; no automatic mark.".into()
            }
            Reason::Incomplete => "The recording is incomplete, so nothing counts as unsaid; no automatic mark.".into(),
            Reason::UnsureAbsence { value, floor } => {
                format!(
                    "The phrase was not found, but the speech's confidence {} is below {}; it does not count as unsaid.",
                    number(value),
                    number(floor)
                )
            }
            Reason::PersonJudges => "A person judges this criterion.".into(),
            Reason::PersonJudgesPace { syllables_per_s, longest_s } => {
                format!(
                    "A person judges this criterion; pace {} syllables a second, longest unbroken speech {longest_s} s.",
                    number(syllables_per_s)
                )
            }
            Reason::PersonJudgesAbsence => "No such phrase was heard; a person decides whether one was needed.".into(),
            Reason::NoAnswerHeard => "No substantive answer was recognised; a person marks it.".into(),
            Reason::TelephonyUnknown => "The exchange's record of the call is not known; no automatic mark.".into(),
            Reason::HangUpUnknown => "It is not known who ended the call; no automatic mark.".into(),
            Reason::RecordsUnknown => "The records of appeals and sheets are not known; no automatic mark.".into(),
            Reason::Dropped => "The call fell before the representative could speak.".into(),
            Reason::CallerSpokeLittle { seconds } => format!("The caller spoke for {seconds} s in all."),
            Reason::AllRedirected => "The appeal was redirected; no substantive answer was due.".into(),
            Reason::CutOff => "The caller hung up before the close.".into(),
            Reason::GeneralQuestion => "Nothing person-specific was said: a general question.".into(),
            Reason::NoHold => "There was no hold and no long silence.".into(),
            Reason::NoRedirect => "There was no redirect.".into(),
            Reason::NoSheetDue => "No sheet was due: the appeal was answered at once.".into(),
            Reason::NotUrgent => "There is no sign of urgency.".into(),
            Reason::AllHeard { heard } => format!("Said: {}.", heard.join(", ")),
            Reason::SomeHeard { heard, missing } => {
                format!("Said: {}; not said: {}.", heard.join(", "), missing.join(", "))
            }
            Reason::NothingHeard { missing } => format!("Not said: {}.", missing.join(", ")),
            Reason::IdentifiedFirst => "Person-specific data was told after identification.".into(),
            Reason::Identified => "The caller was identified.".into(),
            Reason::NameOnlyFirst => "Only the name was asked before person-specific data was told.".into(),
            Reason::NotIdentifiedFirst => {
                "Person-specific data was told before identification: a suspicion that a person must confirm.".into()
            }
            Reason::TalkOver { times: 0 } => "The caller was not talked over.".into(),
            Reason::TalkOver { times } => format!("The representative spoke over the caller, times: {times}."),
            Reason::Courteous => "There are words of courtesy and no sign of rudeness.".into(),
            Reason::NoCourtesy => "There is no sign of rudeness, and no word of courtesy either.".into(),
            Reason::Suspect { parts } => format!("Suspected: {}; a person must confirm it.", parts.join(", ")),
            Reason::NoSuspicion => "Nothing suspicious was found.".into(),
            Reason::Cleared => "What was required was done.".into(),
            Reason::NotEscalated => {
                "No immediate escalation of an urgent matter was heard: a suspicion that a person must confirm.".into()
            }
            Reason::UrgentByRecords => {
                "The records call it urgent and no escalation was heard: a suspicion that a person must confirm.".into()
            }
            Reason::Holds { holds, kept, due } => format!("Holds: {holds}; {kept} of {due} requirements were kept."),
            Reason::RedirectTold => "Where to and why was said.".into(),
            Reason::RedirectHalfTold => "Only where to, or only why, was said.".into(),
            Reason::RedirectNotTold => {
                "The call was redirected without a word: a suspicion that a person must confirm.".into()
            }
            Reason::RedirectElsewhere { said, went } => {
                format!("{said} was said, but the call went to {went}: a suspicion that a person must confirm.")
            }
            Reason::SheetComplete => "The sheet was opened, and its registration and term were told.".into(),
            Reason::SheetPartly { missing } => {
                let name = |missing: &Missing| match missing {
                    Missing::Class => "its class does not fit",
                    Missing::Told => "its registration was not told",
                    Missing::Term => "its term was not told",
                };
                format!("The sheet was opened, but {}.", missing.iter().map(name).collect::<Vec<_>>().join(", "))
            }
            Reason::SheetNotOpened => {
                "A sheet was due and none was opened: a suspicion that a person must confirm.".into()
            }
            Reason::But(reason, heard) => format!("{} Heard: {}.", reason.en(), heard.join(", ")),
        }
    }
}

//! What is said, in both languages.

use icu_casemap::CaseMapper;
use icu_locale_core::{LanguageIdentifier, langid};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    Az,
    En,
}

impl Lang {
    pub const ALL: [Lang; 2] = [Lang::Az, Lang::En];

    pub fn code(self) -> &'static str {
        match self {
            Lang::Az => "az",
            Lang::En => "en",
        }
    }

    fn locale(self) -> LanguageIdentifier {
        match self {
            Lang::Az => langid!("az"),
            Lang::En => langid!("en"),
        }
    }

    /// `hesabatın icrası` → `HESABATIN İCRASI`: the dot stays on an Azerbaijani i.
    pub fn uppercase(self, text: &str) -> String {
        CaseMapper::new().uppercase_to_string(text, &self.locale()).into_owned()
    }

    pub fn lowercase(self, text: &str) -> String {
        CaseMapper::new().lowercase_to_string(text, &self.locale()).into_owned()
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub az: String,
    pub en: String,
}

impl Text {
    pub fn new(az: impl Into<String>, en: impl Into<String>) -> Self {
        Self { az: az.into(), en: en.into() }
    }

    /// A name that is the same in both languages.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { az: text.clone(), en: text }
    }

    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Az => &self.az,
            Lang::En => &self.en,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.az.is_empty() && self.en.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn azerbaijani_capitals_keep_the_dot_of_i() {
        assert_eq!(Lang::Az.uppercase("layihə"), "LAYİHƏ");
        assert_eq!(Lang::Az.uppercase("ılıq çağrı"), "ILIQ ÇAĞRI");
        assert_eq!(Lang::Az.lowercase("İSTİQAMƏT ILIQ"), "istiqamət ılıq");
        assert_eq!(Lang::En.uppercase("edition"), "EDITION");
    }
}

//! Words for codes: what a finding, a verdict line or an error code means, by language.
//!
//! The core speaks in codes and facts. The words stand beside this file as `<area>.<language>.json`, which the
//! npm package and the app ship too: by code a `text` for the person at hand and a `rule` for the specialist,
//! with the clause of the standard behind it. `{name}` stands for a fact. A file may give the text alone; the
//! rule is then the English one, since the standards it cites are in English.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// A language there are words in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    SimplifiedChinese,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Arabic.
    Arabic,
}

impl Language {
    /// From a BCP 47 tag, by its language alone; Traditional Chinese and languages without words are English.
    pub fn from_tag(tag: &str) -> Self {
        let subtags: Vec<String> = tag.split(['-', '_']).map(str::to_ascii_lowercase).collect();
        let traditional = subtags.iter().any(|subtag| matches!(subtag.as_str(), "hant" | "tw" | "hk" | "mo"));
        match subtags.first().map(String::as_str) {
            Some("zh") if !traditional => Self::SimplifiedChinese,
            Some("de") => Self::German,
            Some("fr") => Self::French,
            Some("es") => Self::Spanish,
            Some("ar") => Self::Arabic,
            _ => Self::English,
        }
    }
}

/// What a code means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// For the person at hand.
    pub text: String,
    /// For the specialist: the rule behind it, with its clause.
    pub rule: String,
}

/// An entry of a file: text and rule, or the text alone.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Entry {
    Text(String),
    Full { text: String, rule: String },
}

impl Entry {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Full { text, .. } => text,
        }
    }

    fn rule(&self) -> Option<&str> {
        match self {
            Self::Text(_) => None,
            Self::Full { rule, .. } => Some(rule),
        }
    }
}

type Catalogue = BTreeMap<String, Entry>;

/// A language's files, read once, when first asked for.
struct Files {
    language: Language,
    files: [&'static str; 3],
    read: OnceLock<Catalogue>,
}

/// The files of a language by its tag, as part of the program.
macro_rules! files {
    ($language:ident, $tag:literal) => {
        Files {
            language: Language::$language,
            files: [
                include_str!(concat!("guidance.", $tag, ".json")),
                include_str!(concat!("udi.", $tag, ".json")),
                include_str!(concat!("verdict.", $tag, ".json")),
            ],
            read: OnceLock::new(),
        }
    };
}

static LANGUAGES: [Files; 6] = [
    files!(English, "en"),
    files!(SimplifiedChinese, "zh-Hans"),
    files!(German, "de"),
    files!(French, "fr"),
    files!(Spanish, "es"),
    files!(Arabic, "ar"),
];

/// All words of a language.
fn catalogue(language: Language) -> Option<&'static Catalogue> {
    let files = LANGUAGES.iter().find(|files| files.language == language)?;
    Some(files.read.get_or_init(|| read(&files.files)))
}

/// The files are part of the build and held to their form by a test; one that is not would have no words.
fn read(files: &[&str]) -> Catalogue {
    files.iter().flat_map(|file| serde_json::from_str::<Catalogue>(file).unwrap_or_default()).collect()
}

/// The words for a code, its facts filled in; `None` for a code without words.
pub fn words(code: &str, facts: &[(&str, String)], language: Language) -> Option<Words> {
    let entry = catalogue(language)?.get(code)?;
    let english = || catalogue(Language::English)?.get(code)?.rule();
    let rule = entry.rule().or_else(english).unwrap_or_default();
    Some(Words { text: filled(entry.text(), facts), rule: filled(rule, facts) })
}

/// Every code that has words in a language.
pub fn codes(language: Language) -> impl Iterator<Item = &'static str> {
    catalogue(language).into_iter().flat_map(BTreeMap::keys).map(String::as_str)
}

fn filled(text: &str, facts: &[(&str, String)]) -> String {
    facts
        .iter()
        .fold(Cow::Borrowed(text), |text, (name, value)| {
            Cow::Owned(text.replace(&format!("{{{name}}}"), value))
        })
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_the_languages_have_the_same_codes_and_facts() {
        let facts = |text: &str| {
            let mut facts: Vec<String> =
                text.split('{').skip(1).map(|rest| rest[..rest.find('}').unwrap()].to_owned()).collect();
            facts.sort();
            facts
        };
        let english = catalogue(Language::English).unwrap();
        assert!(english.values().all(|entry| entry.rule().is_some()));
        for Files { language, files, .. } in &LANGUAGES {
            for file in files {
                serde_json::from_str::<Catalogue>(file).unwrap();
            }
            let own = catalogue(*language).unwrap();
            let missing: Vec<_> = english.keys().filter(|code| !own.contains_key(*code)).collect();
            let unused: Vec<_> = own.keys().filter(|code| !english.contains_key(*code)).collect();
            assert!(
                missing.is_empty() && unused.is_empty(),
                "{language:?} lacks {missing:?}, has {unused:?}"
            );
            for (code, entry) in english {
                assert_eq!(facts(entry.text()), facts(own[code].text()), "{language:?} {code}");
            }
        }
    }

    #[test]
    fn facts_are_filled_in() {
        let facts = [("ai", "01".to_owned()), ("expected", "1".to_owned()), ("found", "2".to_owned())];
        let words = words("check_digit", &facts, Language::English).unwrap();
        assert!(words.text.contains("should be 1, not 2"), "{}", words.text);
        assert_eq!(super::words("no_such_code", &[], Language::English), None);
    }

    #[test]
    fn a_rule_that_a_language_leaves_out_is_the_english_one() {
        let [english, german] =
            [Language::English, Language::German].map(|language| words("check_pair", &[], language).unwrap());
        assert_ne!(german.text, english.text);
        assert_eq!(german.rule, english.rule);
    }

    #[test]
    fn language_tags() {
        assert_eq!(Language::from_tag("zh-CN"), Language::SimplifiedChinese);
        assert_eq!(Language::from_tag("zh-Hant-TW"), Language::English);
        assert_eq!(Language::from_tag("de-AT"), Language::German);
        assert_eq!(Language::from_tag("ar_EG"), Language::Arabic);
        assert_eq!(Language::from_tag("it"), Language::English);
    }
}

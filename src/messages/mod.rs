//! Words for codes: what a finding, a verdict line or an error code means, by language.
//!
//! The core speaks in codes and facts. The words stand beside this file as `<area>.<language>.json`, which the
//! npm package and the app ship too: by code a `text` for the person at hand and a `rule` for the specialist,
//! with the clause of the standard behind it. `{name}` stands for a fact.

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
}

impl Language {
    /// From a BCP 47 tag: `zh`, `zh-CN`, `zh-Hans` and the like are Simplified Chinese, all else English.
    pub fn from_tag(tag: &str) -> Self {
        let subtags: Vec<String> = tag.split(['-', '_']).map(str::to_ascii_lowercase).collect();
        let traditional = subtags.iter().any(|subtag| matches!(subtag.as_str(), "hant" | "tw" | "hk" | "mo"));
        if subtags.first().is_some_and(|first| first == "zh") && !traditional {
            Self::SimplifiedChinese
        } else {
            Self::English
        }
    }
}

/// What a code means.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Words {
    /// For the person at hand.
    pub text: String,
    /// For the specialist: the rule behind it, with its clause.
    pub rule: String,
}

type Catalogue = BTreeMap<String, Words>;

const ENGLISH: [&str; 2] = [include_str!("udi.en.json"), include_str!("verdict.en.json")];
const SIMPLIFIED_CHINESE: [&str; 2] =
    [include_str!("udi.zh-Hans.json"), include_str!("verdict.zh-Hans.json")];

/// All words of a language, read once.
fn catalogue(language: Language) -> &'static Catalogue {
    static READ: [OnceLock<Catalogue>; 2] = [OnceLock::new(), OnceLock::new()];
    let [english, chinese] = &READ;
    match language {
        Language::English => english.get_or_init(|| read(&ENGLISH)),
        Language::SimplifiedChinese => chinese.get_or_init(|| read(&SIMPLIFIED_CHINESE)),
    }
}

/// The files are part of the build and held to their form by a test; one that is not would have no words.
fn read(files: &[&str]) -> Catalogue {
    files.iter().flat_map(|file| serde_json::from_str::<Catalogue>(file).unwrap_or_default()).collect()
}

/// The words for a code, its facts filled in; `None` for a code without words.
pub fn words(code: &str, facts: &[(&str, String)], language: Language) -> Option<Words> {
    let words = catalogue(language).get(code)?;
    Some(Words { text: filled(&words.text, facts), rule: filled(&words.rule, facts) })
}

/// Every code that has words in a language.
pub fn codes(language: Language) -> impl Iterator<Item = &'static str> {
    catalogue(language).keys().map(String::as_str)
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
        for file in ENGLISH.iter().chain(&SIMPLIFIED_CHINESE) {
            serde_json::from_str::<Catalogue>(file).unwrap();
        }
        let facts = |text: &str| {
            let mut facts: Vec<String> =
                text.split('{').skip(1).map(|rest| rest[..rest.find('}').unwrap()].to_owned()).collect();
            facts.sort();
            facts
        };
        let (english, chinese) = (catalogue(Language::English), catalogue(Language::SimplifiedChinese));
        assert!(english.keys().eq(chinese.keys()));
        for (code, words) in english {
            assert_eq!(facts(&words.text), facts(&chinese[code].text), "{code}");
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
    fn language_tags() {
        assert_eq!(Language::from_tag("zh-CN"), Language::SimplifiedChinese);
        assert_eq!(Language::from_tag("zh-Hant-TW"), Language::English);
        assert_eq!(Language::from_tag("de"), Language::English);
    }
}

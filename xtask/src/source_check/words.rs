//! The words people read never promise more than was checked.
//!
//! A signature shows who signed a label, not what hangs on it: a copied label looks the same.

use super::Breach;

/// In every language's file, whole words only: English is what a hasty translation leaves standing.
const BANNED: [&str; 8] =
    ["authentic", "authenticity", "genuine", "safe", "safely", "counterfeit-proof", "valid", "guaranteed"];

/// The same promises by language: whole words, and parts of words for the scripts and languages that join them.
const BANNED_BY_LANGUAGE: [(&str, &[&str], &[&str]); 5] = [
    ("zh-Hans", &[], &["正品", "真品", "保真", "安全", "有效的产品", "已验证产品"]),
    (
        "de",
        &[
            "echt",
            "echtes",
            "echte",
            "echter",
            "sicher",
            "sichere",
            "sicheres",
            "sicherer",
            "unbedenklich",
            "gültig",
            "gültige",
            "gültiges",
            "gültiger",
            "original",
        ],
        &[
            "authenti",
            "echtheit",
            "garantier",
            "geprüftes produkt",
            "verifiziertes produkt",
            "fälschungssicher",
        ],
    ),
    (
        "fr",
        &[
            "véritable",
            "véritables",
            "sûr",
            "sûre",
            "sûrs",
            "sûres",
            "valide",
            "valides",
            "valable",
            "garanti",
            "garantie",
            "original",
        ],
        &["authenti", "sans danger", "sans risque", "produit vérifié", "infalsifiable"],
    ),
    (
        "es",
        &[
            "genuino",
            "genuina",
            "legítimo",
            "legítima",
            "seguro",
            "segura",
            "seguros",
            "seguras",
            "válido",
            "válida",
            "válidos",
            "válidas",
            "original",
        ],
        &["autentic", "auténtic", "garantiza", "sin riesgo", "producto verificado", "infalsificable"],
    ),
    (
        "ar",
        &[],
        &["أصلي", "أصيل", "حقيقي", "آمن", "مأمون", "صالح", "سليم تمام", "مضمون", "منتج موثق", "منتج موثّق"],
    ),
];
/// Two words that promise together.
const BANNED_PHRASE: &str = "verified product";

/// Looks through one file of messages. Only the values that a person reads count, not the codes before them
/// and not the clause for the specialist (`"rule"`), which quotes standards.
pub(super) fn check(file: &str, json: &str) -> Vec<Breach> {
    let language = language_of(file);
    let mut breaches = Vec::new();
    for (number, line) in json.lines().enumerate() {
        for text in readable_values(line) {
            for word in promises(&text, language) {
                let what = format!("`{word}` promises more than was checked: {text}");
                breaches.push(Breach { file: file.to_owned(), line: number + 1, what });
            }
        }
    }
    breaches
}

/// The strings of a line that are values and not under the key `rule`.
fn readable_values(line: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut key = String::new();
    let mut rest = line;
    while let Some((string, after)) = next_string(rest) {
        if after.trim_start().starts_with(':') {
            key = string;
        } else if key != "rule" {
            values.push(string);
        }
        rest = after;
    }
    values
}

fn next_string(text: &str) -> Option<(String, &str)> {
    let (_, body) = text.split_once('"')?;
    let mut escaped = false;
    for (at, character) in body.char_indices() {
        if character == '"' && !escaped {
            let (string, rest) = body.split_at(at);
            return Some((string.to_owned(), rest.get(1..)?));
        }
        escaped = character == '\\' && !escaped;
    }
    None
}

/// The tag in `verdict.de.json` and in `de.json`.
fn language_of(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.strip_suffix(".json").unwrap_or(name);
    stem.rsplit('.').next().unwrap_or(stem)
}

/// The text without its `{name}` gaps, which nobody reads.
fn without_gaps(text: &str) -> String {
    let after_gap =
        |part: &str| part.split_once('}').map_or_else(|| part.to_owned(), |(_, rest)| rest.to_owned());
    let mut parts = text.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    std::iter::once(first).chain(parts.map(after_gap)).collect::<Vec<_>>().join(" ")
}

fn promises(text: &str, language: &str) -> Vec<&'static str> {
    let lower = without_gaps(text).to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
    let (own_words, own_parts) = BANNED_BY_LANGUAGE
        .iter()
        .find(|(tag, ..)| *tag == language)
        .map_or((&[][..], &[][..]), |(_, words, parts)| (*words, *parts));
    let mut found: Vec<&'static str> =
        BANNED.iter().chain(own_words).copied().filter(|banned| words.contains(banned)).collect();
    found.extend(own_parts.iter().copied().filter(|banned| lower.contains(banned)));
    if lower.contains(BANNED_PHRASE) {
        found.push(BANNED_PHRASE);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_are_found_in_what_people_read() {
        assert_eq!(check("m.json", r#"{"ok": {"text": "This device is genuine and safe."}}"#).len(), 2);
        assert_eq!(check("m.json", r#"{"ok": {"text": "A verified product"}}"#).len(), 1);
        assert_eq!(check("m.zh-Hans.json", r#"{"ok": {"text": "这是正品"}}"#).len(), 1);
        assert_eq!(check("m.de.json", r#"{"ok": "Das Produkt ist echt und sicher"}"#).len(), 2);
        assert_eq!(check("fr.json", r#"{"ok": "Produit authentique"}"#).len(), 1);
        assert_eq!(check("src/messages/verdict.es.json", r#"{"ok": "Es auténtico y válido"}"#).len(), 2);
        assert_eq!(check("ar.json", r#"{"ok": "هذا الجهاز أصلي"}"#).len(), 1);
    }

    #[test]
    fn codes_clauses_and_other_words_are_not() {
        assert!(
            check("m.json", r#"{"valid": {"text": "Signed by {maker}", "rule": "valid per GS1 3.2"}}"#)
                .is_empty()
        );
        assert!(
            check("m.json", r#"{"x": {"text": "The check digit is invalid; unsafe to say more"}}"#)
                .is_empty()
        );
        assert!(
            check("m.de.json", r#"{"x": "Die Prüfziffer ist ungültig und unsicher: {original}"}"#).is_empty()
        );
    }
}

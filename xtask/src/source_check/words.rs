//! The words people read never promise more than was checked.
//!
//! A signature shows who signed a label, not what hangs on it: a copied label looks the same.

use super::Breach;

/// In any message, whole words only.
const BANNED: [&str; 7] =
    ["authentic", "authenticity", "genuine", "safe", "safely", "counterfeit-proof", "valid"];
/// The same promises in Chinese.
const BANNED_CHINESE: [&str; 3] = ["正品", "真品", "保真"];
/// Two words that promise together.
const BANNED_PHRASE: &str = "verified product";

/// Looks through one file of messages. Only the values that a person reads count, not the codes before them
/// and not the clause for the specialist (`"rule"`), which quotes standards.
pub(super) fn check(file: &str, json: &str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (number, line) in json.lines().enumerate() {
        for text in readable_values(line) {
            for word in promises(&text) {
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

fn promises(text: &str) -> Vec<&'static str> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
    let mut found: Vec<&'static str> = BANNED.into_iter().filter(|banned| words.contains(banned)).collect();
    found.extend(BANNED_CHINESE.into_iter().filter(|banned| text.contains(banned)));
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
        assert_eq!(check("m.json", r#"{"ok": {"text": "这是正品"}}"#).len(), 1);
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
    }
}

//! No finding without words, no words without a finding.

use std::collections::BTreeSet;
use std::path::Path;

use udi_verify::messages::{Language, codes};

/// String literals of the non-test code under a folder that have the form of a code.
fn literals(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("the sources are readable").path();
        if path.is_dir() {
            literals(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).expect("the sources are text");
            let code = source.split("#[cfg(test)]").next().unwrap_or_default();
            found.extend(
                code.split('"').skip(1).step_by(2).filter(|literal| is_code(literal)).map(str::to_owned),
            );
        }
    }
}

fn is_code(literal: &str) -> bool {
    let snake =
        literal.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    snake
        && !literal.starts_with('_')
        && (literal.contains('_') || ["unrecognised", "iban", "joined"].contains(&literal))
}

#[test]
fn codes_and_words_are_the_same_set() {
    let mut raised = BTreeSet::new();
    literals(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/udi"), &mut raised);
    assert!(raised.len() > 80, "the codes are found in the sources: {raised:?}");
    let worded = |path: &str| -> BTreeSet<String> {
        let text =
            std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/messages").join(path));
        let words: serde_json::Value =
            serde_json::from_str(&text.expect("the words are there")).expect("JSON");
        words.as_object().expect("an object by code").keys().cloned().collect()
    };
    for (file, language) in
        [("udi.en.json", Language::English), ("udi.zh-Hans.json", Language::SimplifiedChinese)]
    {
        let words = worded(file);
        assert_eq!(words.difference(&raised).collect::<Vec<_>>(), Vec::<&String>::new(), "words no code has");
        assert_eq!(
            raised.difference(&words).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "codes without words"
        );
        assert!(words.iter().all(|code| codes(language).any(|known| known == code)));
    }
}

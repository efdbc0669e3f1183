//! The core reads no clock, network, storage or environment and knows no JavaScript, outside `wasm.rs` and its folder.

use super::tokens::is_at;
use super::{Breach, Source};

/// Modules of the standard library that reach outside.
const OUTSIDE: [&str; 6] = ["fs", "net", "env", "process", "thread", "time"];
/// Crates and types that do.
const FORBIDDEN: [(&str, &str); 10] = [
    ("wasm_bindgen", "JavaScript"),
    ("js_sys", "JavaScript"),
    ("web_sys", "JavaScript"),
    ("serde_wasm_bindgen", "JavaScript"),
    ("getrandom", "a random source"),
    ("rand", "a random source"),
    ("SystemTime", "the clock"),
    ("Instant", "the clock"),
    ("println", "the terminal"),
    ("eprintln", "the terminal"),
];

/// Finds uses of what lies outside the core.
pub(super) fn check(source: &Source) -> Vec<Breach> {
    if source.file == "src/wasm.rs" || source.file.starts_with("src/wasm/") {
        return Vec::new();
    }
    let tokens = &source.tokens;
    let mut breaches = Vec::new();
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| !token.in_test) {
        let reached = if is_at(tokens, at, &["std", ":", ":"]) {
            outside_std(source, at + 3)
        } else if is_at(tokens, at, &[":", ":", "now", "(", ")"]) {
            Some("the clock".to_owned())
        } else {
            let found = FORBIDDEN.iter().find(|(name, _)| token.text == *name);
            found.map(|(name, reached)| format!("{reached} (`{name}`)"))
        };
        if let Some(reached) = reached {
            let what = format!("the core must not reach {reached}: take what it would give as an argument");
            breaches.push(source.breach(token.line, what));
        }
    }
    breaches
}

/// What `std::NAME` or `std::{…}` at `at` reaches. A duration is a number, not the clock.
fn outside_std(source: &Source, at: usize) -> Option<String> {
    let tokens = &source.tokens;
    let end = if is_at(tokens, at, &["{"]) { super::tokens::closing(tokens, at, "{", "}") } else { at + 1 };
    let named = tokens.get(at..end)?.iter().find(|token| OUTSIDE.contains(&token.text.as_str()))?;
    let duration = is_at(tokens, at, &["time", ":", ":", "Duration"]);
    (!duration).then(|| format!("`std::{}`", named.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches(text: &str) -> usize {
        check(&Source::new("src/udi/date.rs".into(), text.into())).len()
    }

    #[test]
    fn the_outside_is_named() {
        assert_eq!(
            breaches(
                "use std::fs; use std::{collections::BTreeMap, env}; let x = std::time::Instant::now();"
            ),
            5
        );
        assert_eq!(breaches("let today = Zoned::now(); println!(\"\");"), 2);
    }

    #[test]
    fn arguments_durations_comments_and_tests_are_fine() {
        assert_eq!(
            breaches("// std::fs\nfn f(now: Date) { g(now) } use std::time::Duration; use std::fmt;"),
            0
        );
        assert_eq!(breaches("#[cfg(test)] mod tests { use std::fs; }"), 0);
    }

    #[test]
    fn the_door_to_javascript_is_excepted() {
        for file in ["src/wasm.rs", "src/wasm/reading.rs"] {
            assert!(check(&Source::new(file.into(), "use wasm_bindgen::prelude::*;".into())).is_empty());
        }
    }
}

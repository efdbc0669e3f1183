//! Nothing unsafe, skipped or left undone; stages say what they are; parsers deny what panics.

use super::tokens::is_at;
use super::{Breach, Source};

/// Files that may hold `unsafe`: one SIMD file at most, with tests against a scalar twin.
const UNSAFE_ALLOWED: [&str; 0] = [];
/// The stages that read bytes from outside, and what their code must deny.
const PARSERS: [&str; 4] = ["src/udi/mod.rs", "src/seal/mod.rs", "src/trust/mod.rs", "src/recall/mod.rs"];
const DENIED: [&str; 3] = ["as_conversions", "unwrap_used", "indexing_slicing"];
/// The thin boundary stays thin.
const WASM_LINES: usize = 250;

/// What holds for every Rust file of the project.
pub(super) fn check(source: &Source) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (at, token) in source.tokens.iter().enumerate() {
        if token.text == "unsafe" && !UNSAFE_ALLOWED.contains(&source.file.as_str()) {
            breaches.push(source.breach(token.line, "`unsafe` is forbidden here".to_owned()));
        }
        if is_at(&source.tokens, at, &["#", "[", "ignore"]) {
            breaches.push(source.breach(token.line, "a test is never ignored".to_owned()));
        }
    }
    for (number, line) in source.text.lines().enumerate() {
        // Spelt in two halves, or this file would find itself.
        for mark in [concat!("TO", "DO"), concat!("FIX", "ME")] {
            if line.contains(mark) {
                breaches.push(source.breach(number + 1, format!("`{mark}`: finish it or file an issue")));
            }
        }
    }
    breaches
}

/// What holds for the core crate.
pub(super) fn check_core(source: &Source) -> Vec<Breach> {
    let mut breaches = Vec::new();
    if !source.text.starts_with("//!") {
        let what = "a file of the core opens with `//!`: what it takes, gives and leaves out".to_owned();
        breaches.push(source.breach(1, what));
    }
    if PARSERS.contains(&source.file.as_str()) {
        let denied = |lint: &&str| source.text.contains(&format!("clippy::{lint}"));
        for lint in DENIED.iter().filter(|lint| !denied(lint)) {
            breaches.push(source.breach(1, format!("a parser of outside bytes denies `clippy::{lint}`")));
        }
    }
    let lines = source.text.lines().count();
    let boundary = source.file == "src/wasm.rs" || source.file.starts_with("src/wasm/");
    if boundary && lines > WASM_LINES {
        let what = format!("the boundary to JavaScript has {lines} lines; {WASM_LINES} is its limit");
        breaches.push(source.breach(1, what));
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(file: &str, text: &str) -> Source {
        Source::new(file.into(), text.into())
    }

    #[test]
    fn unsafe_and_ignored_tests_are_found() {
        assert_eq!(check(&source("src/a.rs", "fn f() { unsafe { g() } }")).len(), 1);
        assert_eq!(check(&source("src/a.rs", "#[test]\n#[ignore]\nfn f() {}")).len(), 1);
        assert_eq!(check(&source("src/a.rs", concat!("// TO", "DO: later"))).len(), 1);
        assert_eq!(check(&source("src/a.rs", "// unsafe is a word here\n#![deny(unsafe_code)]")).len(), 0);
    }

    #[test]
    fn a_parser_must_deny_each_lint() {
        let open = "//! x\n#![deny(clippy::as_conversions, clippy::unwrap_used)]";
        assert_eq!(check_core(&source("src/udi/mod.rs", open)).len(), 1);
        assert_eq!(check_core(&source("src/frame/mod.rs", "//! x")).len(), 0);
    }

    #[test]
    fn the_boundary_has_a_limit() {
        let long = format!("//! x\n{}", "\n".repeat(WASM_LINES));
        assert_eq!(check_core(&source("src/wasm.rs", &long)).len(), 1);
    }
}

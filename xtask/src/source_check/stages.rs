//! Stages depend leftwards only.

use super::tokens::{closing, is_at};
use super::{Breach, Source};

/// The core's modules from left to right. A module may use itself and those before it.
const ORDER: [&str; 9] = ["messages", "frame", "symbol", "udi", "seal", "trust", "recall", "verdict", "wasm"];

/// Finds uses of a stage further right, and modules that have no place in the order.
pub(super) fn check(source: &Source) -> Vec<Breach> {
    let Some(own) = module_of(&source.file) else { return Vec::new() };
    let Some(own_place) = place(own) else {
        let what = format!("`{own}` has no place in the order of stages ({})", ORDER.join(" <- "));
        return vec![source.breach(1, what)];
    };
    let mut breaches = Vec::new();
    for (line, used) in crate_paths(source) {
        if place(&used).is_some_and(|used_place| used_place > own_place) {
            let what =
                format!("stages depend leftwards only: `{own}` uses `{used}`, which lies to its right");
            breaches.push(source.breach(line, what));
        }
    }
    breaches
}

/// The top-level module a file belongs to; none for the roots of the crate and of the reader's, which name them all.
fn module_of(file: &str) -> Option<&str> {
    let inside = file.strip_prefix("src/")?;
    let module = inside.split('/').next()?.trim_end_matches(".rs");
    (!["lib", "reader"].contains(&module)).then_some(module)
}

fn place(module: &str) -> Option<usize> {
    ORDER.iter().position(|name| *name == module)
}

/// The first names of all paths that start at the crate: `crate::a`, `crate::{a, b::c}`.
fn crate_paths(source: &Source) -> Vec<(usize, String)> {
    let tokens = &source.tokens;
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        if !is_at(tokens, at, &["crate", ":", ":"]) {
            continue;
        }
        if !is_at(tokens, at + 3, &["{"]) {
            found.extend(tokens.get(at + 3).map(|token| (token.line, token.text.clone())));
            continue;
        }
        let end = closing(tokens, at + 3, "{", "}");
        let mut depth = 0_usize;
        let mut starts = true;
        for token in tokens.iter().take(end).skip(at + 4) {
            match token.text.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                "," if depth == 0 => starts = true,
                name if starts => {
                    found.push((token.line, name.to_owned()));
                    starts = false;
                }
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches(file: &str, text: &str) -> usize {
        check(&Source::new(file.into(), text.into())).len()
    }

    #[test]
    fn a_stage_may_use_those_to_its_left() {
        assert_eq!(
            breaches("src/seal/mod.rs", "use crate::udi::Udi; use crate::seal::x; use crate::{frame, udi};"),
            0
        );
        assert_eq!(breaches("src/lib.rs", "pub use crate::wasm;"), 0);
        assert_eq!(breaches("src/reader.rs", "pub use crate::symbol::read;"), 0);
    }

    #[test]
    fn a_stage_may_not_use_those_to_its_right() {
        assert_eq!(breaches("src/udi/date.rs", "use crate::seal::SealStatus;"), 1);
        assert_eq!(breaches("src/udi/date.rs", "use crate::{udi::{Udi, seal}, recall::{Rule}, verdict};"), 2);
        assert_eq!(breaches("src/frame.rs", "fn f(x: crate::symbol::Symbol) {}"), 1);
    }

    #[test]
    fn a_module_outside_the_order_is_named() {
        assert_eq!(breaches("src/common/mod.rs", ""), 1);
    }
}

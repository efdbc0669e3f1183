//! What the project depends on: permissive licences, from the public registry.
//!
//! Every package of the lockfile is looked at, those of tests and of the build too: what does not ship today
//! may ship tomorrow.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Breach;

/// Licences that ask for no more than a notice.
const PERMISSIVE: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    // The root certificates that browsers trust, as data.
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Zlib",
];
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Finds packages with another licence or from another place. `cargo` stands at the project's root.
pub(super) fn check(mut cargo: Command, npm_manifest: &str) -> Result<Vec<Breach>> {
    let output = cargo
        .args(["metadata", "--format-version", "1", "--locked"])
        .output()
        .context("run cargo metadata")?;
    anyhow::ensure!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).context("read cargo metadata")?;
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let mut breaches: Vec<Breach> = packages.iter().flat_map(check_package).collect();
    let npm: Value = serde_json::from_str(npm_manifest).context("read js/package.json")?;
    if npm.get("dependencies").is_some() {
        let what = "the npm package has no dependencies of its own: what it needs is built in".to_owned();
        breaches.push(Breach { file: "js/package.json".to_owned(), line: 1, what });
    }
    Ok(breaches)
}

fn check_package(package: &Value) -> Vec<Breach> {
    let name = package["name"].as_str().unwrap_or("?");
    let breach = |what: String| Breach { file: "Cargo.lock".to_owned(), line: 1, what };
    let mut breaches = Vec::new();
    let licence = package["license"].as_str().unwrap_or("none named");
    if !is_permissive(licence) {
        breaches.push(breach(format!(
            "`{name}` has the licence {licence}, which is not on the list of permissive ones"
        )));
    }
    if package["source"].as_str().is_some_and(|source| source != REGISTRY) {
        breaches.push(breach(format!("`{name}` comes from {}, not from crates.io", package["source"])));
    }
    breaches
}

/// Evaluates a licence expression: of `A OR B` one must be permissive, of `A AND B` both.
fn is_permissive(expression: &str) -> bool {
    // Older manifests write a slash for OR.
    let expression = expression.replace('/', " OR ");
    let expression = expression.trim();
    for (operator, all) in [("OR", false), ("AND", true)] {
        let parts = split(expression, operator);
        if parts.len() > 1 {
            let mut verdicts = parts.into_iter().map(is_permissive);
            return if all { verdicts.all(|part| part) } else { verdicts.any(|part| part) };
        }
    }
    match expression.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => is_permissive(inner),
        None => PERMISSIVE.contains(&expression),
    }
}

/// Splits at an operator that stands outside parentheses.
fn split<'a>(expression: &'a str, operator: &str) -> Vec<&'a str> {
    let operator = format!(" {operator} ");
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_i32);
    for (at, character) in expression.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ' ' if depth == 0 && at >= start && expression[at..].starts_with(&operator) => {
                parts.push(&expression[start..at]);
                start = at + operator.len();
            }
            _ => {}
        }
    }
    parts.push(&expression[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn licence_expressions_are_evaluated() {
        for permissive in ["MIT", "MIT OR GPL-3.0", "MIT/Apache-2.0", "(MIT OR Apache-2.0) AND Unicode-3.0"] {
            assert!(is_permissive(permissive), "{permissive}");
        }
        for other in ["LGPL-2.1", "MIT AND GPL-2.0-only", "(MIT OR Apache-2.0) AND NCSA", "none named", ""] {
            assert!(!is_permissive(other), "{other}");
        }
    }

    #[test]
    fn a_package_from_elsewhere_is_named() {
        let package = json!({"name": "x", "license": "MIT", "source": "git+https://example.org/x"});
        assert_eq!(check_package(&package).len(), 1);
        let own = json!({"name": "udi-verify", "license": "Apache-2.0", "source": null});
        assert!(check_package(&own).is_empty());
    }
}

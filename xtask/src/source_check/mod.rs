//! The architecture's rules that a machine can hold: stages depend leftwards only, the core is pure, nothing
//! is unsafe or left undone, parsers deny what panics, the words on screen promise no more than was checked, and
//! every dependency has a permissive licence.
//!
//! It reads tokens, not text: a comment that names the clock is no use of the clock. Code under
//! `#[cfg(test)]` may read files and the environment, and is held to the other rules.

mod licences;
mod purity;
mod shape;
mod stages;
mod tokens;
mod words;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::session::{Outcome, Session};
use tokens::Token;

/// One breach of a rule.
#[derive(Debug, PartialEq, Eq)]
struct Breach {
    /// The file, from the project's root.
    file: String,
    /// Counted from one.
    line: usize,
    /// The rule, in words, with what broke it.
    what: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// A Rust source file, read once for all rules.
struct Source {
    /// From the project's root, with `/` between the folders.
    file: String,
    text: String,
    tokens: Vec<Token>,
}

impl Source {
    fn new(file: String, text: String) -> Source {
        let mut tokens = tokens::tokenize(&text);
        tokens::mark_tests(&mut tokens);
        Source { file, text, tokens }
    }

    fn breach(&self, line: usize, what: String) -> Breach {
        Breach { file: self.file.clone(), line, what }
    }
}

/// Checks every rule and prints every breach.
pub(crate) fn run(session: &Session) -> Result<Outcome> {
    let root = session.path("");
    let core = sources(&root, "src")?;
    let mut others = Vec::new();
    for folder in ["cli", "xtask", "benches", "tests", "fuzz", "wasm"] {
        others.extend(sources(&root, folder)?);
    }
    let test_files = tokens::test_files(&core);
    let mut breaches = Vec::new();
    for source in &core {
        breaches.extend(stages::check(source));
        if !test_files.contains(&source.file) {
            breaches.extend(purity::check(source));
            breaches.extend(shape::check_core(source));
        }
    }
    for source in core.iter().chain(&others) {
        breaches.extend(shape::check(source));
    }
    for folder in ["src/messages", "www/messages"] {
        for file in files(&root.join(folder), "json")? {
            breaches.extend(words::check(&relative(&root, &file), &read(&file)?));
        }
    }
    breaches.extend(licences::check(session.cargo(), &read(&root.join("js/package.json"))?)?);
    if breaches.is_empty() {
        return Ok(Outcome::Done);
    }
    for breach in &breaches {
        eprintln!("    {breach}");
    }
    bail!("{} breaches of the source's rules, listed above", breaches.len())
}

fn sources(root: &Path, folder: &str) -> Result<Vec<Source>> {
    let mut found = Vec::new();
    for file in files(&root.join(folder), "rs")? {
        found.push(Source::new(relative(root, &file), read(&file)?));
    }
    Ok(found)
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("read {}", file.display()))
}

fn relative(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).to_string_lossy().replace('\\', "/")
}

/// The files under a folder with an extension, sorted; none where the folder is absent.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let Ok(listing) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for entry in listing {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("target") {
            found.extend(files(&path, extension)?);
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

//! The rules file: a JSON array of rules, checked whenever it is read.

use std::fs;
use std::path::Path;

use udi_verify::recall::Rule;

use crate::failure::{Exit, Failure, OrFail};
use crate::publish::write_atomically;

/// The rules in the file at `path`, every one fit to be published.
pub(crate) fn read_rules(path: &Path) -> Result<Vec<Rule>, Failure> {
    let refused = || format!("cannot read the rules in {}", path.display());
    let bytes = fs::read(path).or_fail(Exit::System, refused)?;
    let rules: Vec<Rule> = serde_json::from_slice(&bytes).or_fail(Exit::Input, refused)?;
    rules.iter().try_for_each(Rule::check).or_fail(Exit::Input, refused)?;
    Ok(rules)
}

/// The same, none where there is no file yet.
pub(crate) fn read_or_empty(path: &Path) -> Result<Vec<Rule>, Failure> {
    if path.exists() { read_rules(path) } else { Ok(Vec::new()) }
}

/// Replaces the file.
pub(crate) fn write_rules(path: &Path, rules: &[Rule]) -> Result<(), Failure> {
    let mut bytes = serde_json::to_vec_pretty(rules).or_fail(Exit::System, || "cannot encode the rules")?;
    bytes.push(b'\n');
    write_atomically(path, &bytes)
}

//! The registry kept in step with a key's life: a successor listed beside it, its end noted.

use std::path::Path;

use udi_verify::seal::registry::{KeyEntry, KeyFile};

use super::record::PublicRecord;
use crate::failure::{Exit, Failure, OrFail};
use crate::publish::{read_registry, write_atomically};

/// Refuses a registry that does not list the key.
pub(super) fn refuse_unlisted(registry: &Path, key: &PublicRecord) -> Result<(), Failure> {
    let listed = |entry: &KeyEntry| entry.public == key.public;
    if read_registry(registry)?.issuers.iter().any(|issuer| issuer.keys.iter().any(listed)) {
        return Ok(());
    }
    let words = format!("{} does not list the key {}: nothing was changed", registry.display(), key.name);
    Err(Failure::new(Exit::Input, words))
}

/// Lists `successor` for each issuer that has the key `old`.
pub(super) fn add_beside(registry: &Path, old: &PublicRecord, successor: &KeyEntry) -> Result<(), Failure> {
    change(registry, old, |keys, _| {
        if !keys.iter().any(|key| key.public == successor.public) {
            keys.push(successor.clone());
        }
    })
}

/// Notes the state that the key has now.
pub(super) fn note(registry: &Path, key: &PublicRecord) -> Result<(), Failure> {
    change(registry, key, |keys, place| {
        // What else the entry says of it stays.
        if let Some(entry) = keys.get_mut(place) {
            entry.status = key.status;
            entry.compromised_from = key.compromised_from;
        }
    })
}

/// Changes the keys of each issuer that lists `key`, given its place among them.
fn change(
    path: &Path,
    key: &PublicRecord,
    change: impl Fn(&mut Vec<KeyEntry>, usize),
) -> Result<(), Failure> {
    let mut registry = read_registry(path)?;
    for issuer in &mut registry.issuers {
        if let Some(place) = issuer.keys.iter().position(|entry| entry.public == key.public) {
            change(&mut issuer.keys, place);
        }
    }
    write(path, &registry)
}

/// Replaces the registry.
pub(super) fn write(path: &Path, registry: &KeyFile) -> Result<(), Failure> {
    let mut bytes = serde_json::to_vec_pretty(registry)
        .or_fail(Exit::System, || format!("cannot write {}", path.display()))?;
    bytes.push(b'\n');
    write_atomically(path, &bytes)
}

//! Deltas beside the targets: what a client that synced lately needs to fetch.

use sha2::{Digest, Sha256};
use udi_verify::recall::{Rule, delta, rules};
use udi_verify::trust;

use super::publication::{TargetFile, TargetFiles};
use super::repository::Repository;
use crate::failure::{Exit, Failure, OrFail};

/// How many earlier versions get a delta to the present one. A client that missed more fetches whole files.
const VERSIONS: usize = 30;

/// A delta must be this many times smaller than its file to be worth publishing.
const WORTH: usize = 2;

/// Writes `rules.bin` such that what the published one holds keeps its bytes.
pub(super) fn keep_published_bytes(
    repository: &Repository,
    files: &mut TargetFiles,
    all: &[Rule],
) -> Result<(), Failure> {
    let versions = repository.versions_of_target(trust::RULES)?;
    if let (Some(published), Some(file)) = (versions.first(), files.get_mut(trust::RULES)) {
        file.bytes =
            rules::update(published, all).or_fail(Exit::Input, || "the rules cannot be published")?;
    }
    Ok(())
}

/// Adds a delta from each of the last versions of the rules and of each unit status list.
pub(super) fn add(repository: &Repository, files: &mut TargetFiles) -> Result<(), Failure> {
    let mut deltas = TargetFiles::new();
    for (path, file) in files.iter() {
        let is_status = path.starts_with("status/");
        if path != trust::RULES && !is_status {
            continue;
        }
        for earlier in repository.versions_of_target(path)?.iter().take(VERSIONS) {
            if earlier == &file.bytes {
                continue;
            }
            let bytes = if is_status {
                delta::between_status_lists(earlier, &file.bytes)
                    .or_fail(Exit::Repository, || format!("cannot read a published {path}"))?
            } else {
                delta::between_files(earlier, &file.bytes)
            };
            if bytes.len() * WORTH <= file.bytes.len() {
                let hash = |bytes: &[u8]| Sha256::digest(bytes).into();
                let path = trust::delta_path(path, &hash(earlier), &hash(&file.bytes));
                deltas.insert(path, TargetFile { bytes, source_date: None });
            }
        }
    }
    files.extend(deltas);
    Ok(())
}

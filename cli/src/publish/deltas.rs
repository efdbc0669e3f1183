//! Deltas beside the targets: what a client that synced lately needs to fetch.

use sha2::{Digest, Sha256};
use udi_verify::recall::{Rule, delta, rules};
use udi_verify::trust;

use super::metadata::{FileMeta, sha256_hex};
use super::publication::{TargetFile, TargetFiles};
use super::repository::{Current, Repository};
use crate::failure::{Exit, Failure, OrFail};

/// How many earlier versions of a file get a delta to the present one. A client that missed more fetches the
/// whole file; each one costs every client some 150 bytes of metadata at every publication.
const VERSIONS: usize = 8;

/// A delta must be this many times smaller than its file to be worth publishing.
const WORTH: usize = 2;

/// Writes `rules.bin` such that what the published one holds keeps its bytes.
pub(super) fn keep_published_bytes(
    repository: &Repository,
    current: Option<&Current>,
    files: &mut TargetFiles,
    all: &[Rule],
) -> Result<(), Failure> {
    let published = current.and_then(|current| current.targets.body.targets.get(trust::RULES));
    let Some(hash) = published.and_then(FileMeta::sha256) else { return Ok(()) };
    if let (Some(published), Some(file)) =
        (repository.read_target(trust::RULES, hash)?, files.get_mut(trust::RULES))
    {
        file.bytes =
            rules::update(&published, all).or_fail(Exit::Input, || "the rules cannot be published")?;
    }
    Ok(())
}

/// Adds a delta from each of the last versions of the rules and of each unit status list.
pub(super) fn add(
    repository: &Repository,
    current: Option<&Current>,
    files: &mut TargetFiles,
) -> Result<(), Failure> {
    let mut deltas = TargetFiles::new();
    for (path, file) in files.iter() {
        let is_status = path.starts_with("status/");
        if path != trust::RULES && !is_status {
            continue;
        }
        let present = sha256_hex(&file.bytes);
        // What is published now is what most clients have, however long ago it was written first.
        let published = current.and_then(|current| current.targets.body.targets.get(path));
        let published = published.and_then(FileMeta::sha256).map(str::to_owned);
        let mut earlier = repository.versions_of_target(path)?;
        earlier.retain(|hash| Some(hash) != published.as_ref());
        earlier.splice(..0, published);
        earlier.retain(|hash| *hash != present);
        for hash in earlier.iter().take(VERSIONS) {
            let Some(base) = repository.read_target(path, hash)? else { continue };
            let bytes = if is_status {
                delta::between_status_lists(&base, &file.bytes)
                    .or_fail(Exit::Repository, || format!("cannot read a published {path}"))?
            } else {
                delta::between_files(&base, &file.bytes)
            };
            if bytes.len() * WORTH <= file.bytes.len() {
                let hash = |bytes: &[u8]| Sha256::digest(bytes).into();
                let path = trust::delta_path(path, &hash(&base), &hash(&file.bytes));
                deltas.insert(path, TargetFile { bytes, source_date: None });
            }
        }
    }
    files.extend(deltas);
    Ok(())
}

//! Earlier publications of a repository, as far as they are still there: how large what phones fetch has grown.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::metadata::{Role, Targets};
use super::repository::Repository;
use crate::failure::Failure;

/// One publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Publication {
    /// The version of its targets role.
    pub(crate) version: u64,
    /// When it was signed.
    pub(crate) issued: Option<Timestamp>,
    /// The length of every target, by path.
    lengths: BTreeMap<String, u64>,
}

/// How the names of deltas end.
const DELTA: &str = ".delta";

impl Publication {
    fn of(role: &Role<Targets>) -> Self {
        let lengths = role.body.targets.iter().map(|(path, file)| (path.clone(), file.length)).collect();
        Self { version: role.version, issued: role.issued, lengths }
    }

    /// Bytes of all whole files: what a client fetches that has nothing.
    pub(crate) fn full_bytes(&self) -> u64 {
        self.files().iter().map(|(_, length, _)| length).sum()
    }

    /// Every whole file with its length and that of its smallest delta; lot files are taken together.
    pub(crate) fn files(&self) -> Vec<(String, u64, Option<u64>)> {
        let mut files: BTreeMap<String, (u64, Option<u64>)> = BTreeMap::new();
        let (mut lots, mut lot_bytes) = (0_u64, 0_u64);
        for (path, length) in self.lengths.iter().filter(|(path, _)| !path.ends_with(DELTA)) {
            if path.starts_with("records/") {
                lots += 1;
                lot_bytes += length;
            } else {
                files.insert(path.clone(), (*length, None));
            }
        }
        for (path, length) in self.lengths.iter().filter(|(path, _)| path.ends_with(DELTA)) {
            // `rules.bin.0a1b2c3d-4e5f6071.delta` → `rules.bin`
            let whole =
                path.strip_suffix(DELTA).and_then(|head| head.rsplit_once('.')).map(|(whole, _)| whole);
            if let Some((_, smallest)) = whole.and_then(|whole| files.get_mut(whole)) {
                *smallest = Some(smallest.map_or(*length, |known| known.min(*length)));
            }
        }
        if lots > 0 {
            files.insert(format!("records/ ({lots} lot files)"), (lot_bytes, None));
        }
        files.into_iter().map(|(path, (length, delta))| (path, length, delta)).collect()
    }
}

impl Repository {
    /// The last publications, the oldest first; at most so many, and none before one that is missing.
    pub(crate) fn history(&self, most: usize) -> Result<Vec<Publication>, Failure> {
        let Some(current) = self.current()? else { return Ok(Vec::new()) };
        let mut publications = vec![Publication::of(&current.targets)];
        let mut version = current.targets.version;
        // A version may be missing that a publisher began and did not finish.
        let mut missing = 0;
        while version > 1 && publications.len() < most && missing < MOST_MISSING {
            version -= 1;
            match self.targets_of_version(version)? {
                Some(role) => {
                    publications.push(Publication::of(&role));
                    missing = 0;
                }
                None => missing += 1,
            }
        }
        publications.reverse();
        Ok(publications)
    }
}

/// Versions missing in a row after which nothing earlier is looked for.
const MOST_MISSING: usize = 64;

//! The ledger of status indices: which were handed out, so that none ever is twice.
//!
//! A run reserves a range for each chunk of rows before it signs the first of them. The ledger is replaced
//! whole, under a lock, and is on disk before the range is used; a run that was killed finds the range it
//! reserved last under its own name and uses that again.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use fs4::FileExt;
use serde::{Deserialize, Serialize};
use udi_verify::seal::StatusIndex;

use crate::failure::{Exit, Failure, OrFail};
use crate::publish::write_atomically;

/// The ledger in a file.
pub(super) struct Ledger {
    path: PathBuf,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    /// The lowest index never handed out.
    next: u64,
    /// The range each unfinished run reserved last.
    open: BTreeMap<String, Reservation>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Reservation {
    chunk: u64,
    first: u64,
    count: u64,
}

impl Ledger {
    /// The ledger at `path`, which need not exist yet.
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Reserves `count` indices for a chunk of a run and gives the first of them.
    pub(super) fn reserve(&self, run: &str, chunk: u64, count: u64) -> Result<u64, Failure> {
        self.change(|content| {
            if let Some(held) = content.open.get(run).filter(|held| held.chunk == chunk) {
                // The same rows in the same chunk: anything else is not the run it says it is.
                return if held.count == count { Ok(held.first) } else { Err(not_resumable()) };
            }
            let first = content.next;
            let end = first.checked_add(count).filter(|end| *end <= StatusIndex::MAX + 1);
            content.next =
                end.ok_or_else(|| Failure::new(Exit::Key, "all 2^36 status indices are handed out"))?;
            content.open.insert(run.to_owned(), Reservation { chunk, first, count });
            Ok(first)
        })
    }

    /// A run has ended: its last range needs no name any more.
    pub(super) fn finish(&self, run: &str) -> Result<(), Failure> {
        self.change(|content| {
            content.open.remove(run);
            Ok(())
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut Content) -> Result<T, Failure>) -> Result<T, Failure> {
        let _lock = lock(&self.path.with_extension("lock"))?;
        let refused = || format!("cannot use the index ledger {}", self.path.display());
        let mut content = if self.path.exists() {
            let bytes = fs::read(&self.path).or_fail(Exit::System, refused)?;
            serde_json::from_slice(&bytes).or_fail(Exit::Input, refused)?
        } else {
            Content::default()
        };
        let answer = change(&mut content)?;
        let bytes = serde_json::to_vec_pretty(&content).or_fail(Exit::System, refused)?;
        write_atomically(&self.path, &bytes)?;
        Ok(answer)
    }
}

/// What to say of a run that is not the one that was interrupted.
pub(super) fn not_resumable() -> Failure {
    let words = "the interrupted run had other records or options; restore them, or remove the .journal, \
                 .partial and reject files to begin anew";
    Failure::new(Exit::Input, words)
}

/// Waits for the lock; it ends with the value, or with the process.
fn lock(path: &Path) -> Result<File, Failure> {
    let doing = || format!("cannot lock {}", path.display());
    let file = File::create(path).or_fail(Exit::System, doing)?;
    FileExt::lock(&file).or_fail(Exit::System, doing)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_index_is_handed_out_twice_and_a_killed_chunk_keeps_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(&folder.path().join("indices.json"));
        assert_eq!(ledger.reserve("a", 0, 10).unwrap(), 0);
        assert_eq!(ledger.reserve("b", 0, 5).unwrap(), 10);
        assert_eq!(ledger.reserve("a", 0, 10).unwrap(), 0, "killed before its journal was written");
        assert_eq!(ledger.reserve("a", 1, 10).unwrap(), 15);
        assert_eq!(ledger.reserve("a", 1, 9).err().unwrap().exit, Exit::Input);
        ledger.finish("a").unwrap();
        assert_eq!(ledger.reserve("a", 0, 1).unwrap(), 25, "a new run of the same name is a new run");
    }

    #[test]
    fn the_last_index_is_the_last() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(&folder.path().join("indices.json"));
        ledger.reserve("a", 0, StatusIndex::MAX).unwrap();
        assert_eq!(ledger.reserve("b", 0, 1).unwrap(), StatusIndex::MAX);
        assert_eq!(ledger.reserve("c", 0, 1).err().unwrap().exit, Exit::Key);
    }
}

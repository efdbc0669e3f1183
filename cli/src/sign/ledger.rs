//! The ledger of status indices: which were handed out, so that none ever is twice.
//!
//! A run reserves a range for each chunk of rows before it signs the first of them. The ledger is replaced
//! whole, under a lock, and is on disk before the range is used; a run that was killed finds the ranges of the
//! chunks it had not finished under its own name and uses those again.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use fs4::FileExt;
use serde::{Deserialize, Serialize};
use udi_verify::seal::StatusIndex;

use super::issued_units;
use super::output_files::replace;
use crate::failure::{Exit, Failure, OrFail};

/// The ledger in a file.
pub(super) struct Ledger {
    path: PathBuf,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    /// The lowest index never handed out.
    next: u64,
    /// The ranges each unfinished run reserved for chunks that it had not finished.
    open: BTreeMap<String, Vec<Reservation>>,
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

    /// Reserves `count` indices for a chunk of a run and gives the first of them. `done` chunks of the run are
    /// finished: nobody will ask for their ranges again.
    pub(super) fn reserve(&self, run: &str, chunk: u64, count: u64, done: u64) -> Result<u64, Failure> {
        self.change(|content| {
            let held = content.open.entry(run.to_owned()).or_default();
            held.retain(|reservation| reservation.chunk >= done);
            if let Some(same) = held.iter().find(|reservation| reservation.chunk == chunk) {
                // The same rows in the same chunk: anything else is not the run it says it is.
                return if same.count == count { Ok(same.first) } else { Err(not_resumable()) };
            }
            let first = content.next;
            let end = first.checked_add(count).filter(|end| *end <= StatusIndex::MAX + 1);
            content.next =
                end.ok_or_else(|| Failure::new(Exit::Key, "all 2^36 status indices are handed out"))?;
            held.push(Reservation { chunk, first, count });
            Ok(first)
        })
    }

    /// A run has ended: its ranges need no name any more, and its units, whose hashes `units` holds, are issued.
    pub(super) fn finish(&self, run: &str, units: &mut File) -> Result<(), Failure> {
        self.change(|content| {
            issued_units::add(&self.path, units)?;
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
        replace(&self.path, &bytes)?;
        Ok(answer)
    }
}

/// How many indices were handed out by the ledger at `path`: all are below this number.
pub(crate) fn indices_handed_out(path: &Path) -> Result<u64, Failure> {
    let refused = || format!("cannot use the index ledger {}", path.display());
    let bytes = fs::read(path).or_fail(Exit::System, refused)?;
    let content: Content = serde_json::from_slice(&bytes).or_fail(Exit::Input, refused)?;
    Ok(content.next)
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
        assert_eq!(ledger.reserve("a", 0, 10, 0).unwrap(), 0);
        assert_eq!(ledger.reserve("b", 0, 5, 0).unwrap(), 10);
        assert_eq!(ledger.reserve("a", 1, 10, 0).unwrap(), 15);
        assert_eq!(ledger.reserve("a", 0, 10, 0).unwrap(), 0, "killed before its journal was written");
        assert_eq!(ledger.reserve("a", 1, 10, 1).unwrap(), 15, "the range it had reserved ahead");
        assert_eq!(ledger.reserve("a", 1, 9, 1).err().unwrap().exit, Exit::Input);
        ledger.finish("a", &mut tempfile::tempfile().unwrap()).unwrap();
        assert_eq!(ledger.reserve("a", 0, 1, 0).unwrap(), 25, "a new run of the same name is a new run");
    }

    #[test]
    fn side_by_side_nobody_gets_what_another_has() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("indices.json");
        let take = |run: usize| {
            let ledger = Ledger::new(&path);
            (0..20)
                .map(|chunk| ledger.reserve(&run.to_string(), chunk, 7, chunk).unwrap())
                .collect::<Vec<_>>()
        };
        let mut firsts: Vec<u64> = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..4).map(|run| scope.spawn(move || take(run))).collect();
            runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
        });
        firsts.sort_unstable();
        assert_eq!(firsts, (0..80).map(|chunk| chunk * 7).collect::<Vec<_>>());
    }

    #[test]
    fn the_last_index_is_the_last() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(&folder.path().join("indices.json"));
        ledger.reserve("a", 0, StatusIndex::MAX, 0).unwrap();
        assert_eq!(ledger.reserve("b", 0, 1, 0).unwrap(), StatusIndex::MAX);
        assert_eq!(ledger.reserve("c", 0, 1, 0).err().unwrap().exit, Exit::Key);
    }
}

//! Which units a run has seen, in memory that does not grow: recent ones in a set, earlier ones in sorted
//! files that vanish with the process, those of other runs in the ledger's file of issued units.
//!
//! A unit is a 64-bit hash of item and serial. Two different units share a hash once in a million files of
//! six million rows; the second is then rejected for a person to look at.

use std::collections::HashSet;
use std::hash::Hasher;
use std::io;
use std::path::{Path, PathBuf};

use siphasher::sip::SipHasher13;

use super::hash_file::SortedHashes;
use super::source::Row;
use super::unit::Unit;
use crate::failure::{Exit, Failure, OrFail};

/// Hashes held in memory: what fits a hash table of 2^23 places, 75 MB.
const RECENT: usize = 7_340_032;
/// The units seen so far.
pub(super) struct Seen {
    recent: HashSet<u64>,
    limit: usize,
    earlier: Vec<SortedHashes>,
    folder: Option<PathBuf>,
    /// The units of finished runs, where a ledger knows them.
    issued: Option<SortedHashes>,
}

/// The hash of a unit's item and serial. It is kept in files, so it must never change.
pub(super) fn hash_of(unit: &Unit) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(unit.di.trim_start_matches('0').as_bytes());
    hasher.write_u8(0);
    hasher.write(unit.serial.as_bytes());
    hasher.finish()
}

impl Seen {
    /// None seen yet. What does not fit into memory goes to files in `folder`, or where temporary files go.
    pub(super) fn new(folder: Option<&Path>) -> Self {
        Self::with_limit(folder, RECENT)
    }

    fn with_limit(folder: Option<&Path>, limit: usize) -> Self {
        let folder = folder.map(Path::to_owned);
        Self { recent: HashSet::new(), limit, earlier: Vec::new(), folder, issued: None }
    }

    /// The same, with the units that earlier runs issued.
    pub(super) fn after(self, issued: Option<SortedHashes>) -> Self {
        Self { issued, ..self }
    }

    /// Makes a row whose unit came before a bad row.
    pub(super) fn check(&mut self, row: &mut Row) -> Result<(), Failure> {
        let Ok(unit) = &row.unit else { return Ok(()) };
        let hash = hash_of(unit);
        let doing = || "cannot look for repeated serials";
        let earlier = if self
            .issued
            .as_mut()
            .map_or(Ok(false), |issued| issued.contains(hash))
            .or_fail(Exit::System, doing)?
        {
            "was signed in an earlier run"
        } else if !self.insert(hash).or_fail(Exit::System, doing)? {
            "came in an earlier row"
        } else {
            return Ok(());
        };
        row.unit = Err(format!("the serial {} of the item {} {earlier}", unit.serial, unit.di));
        Ok(())
    }

    /// Whether the hash is new.
    fn insert(&mut self, hash: u64) -> io::Result<bool> {
        for file in &mut self.earlier {
            if file.contains(hash)? {
                return Ok(false);
            }
        }
        let new = self.recent.insert(hash);
        if self.recent.len() >= self.limit {
            let mut hashes: Vec<u64> = self.recent.drain().collect();
            hashes.sort_unstable();
            self.earlier.push(SortedHashes::write(&hashes, self.folder.as_deref())?);
        }
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_to_disk_is_still_seen() {
        let folder = tempfile::tempdir().unwrap();
        let mut seen = Seen::with_limit(Some(folder.path()), 1000);
        // A walk over all of u64, so that neighbours in time are none in the files.
        let hash = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for number in 0..5500 {
            assert!(seen.insert(hash(number)).unwrap(), "{number}");
        }
        assert_eq!(seen.earlier.len(), 5);
        assert!(seen.recent.len() < 1000);
        for number in 0..5500 {
            assert!(!seen.insert(hash(number)).unwrap(), "{number}");
        }
        assert!(seen.insert(hash(5500)).unwrap());
        assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "a file has a name");
    }
}

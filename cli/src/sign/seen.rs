//! Which units a run has seen, in memory that does not grow: recent ones in a set, earlier ones in sorted
//! files that vanish with the process.
//!
//! A unit is a 64-bit hash of item and serial. Two different units share a hash once in a million files of
//! six million rows; the second is then rejected for a person to look at.

use std::collections::HashSet;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::source::Row;
use crate::failure::{Exit, Failure, OrFail};

/// Hashes held in memory: what fits a hash table of 2^23 places, 75 MB.
const RECENT: usize = 7_340_032;
/// Hashes in one block of a file; one block is read to answer one question.
const BLOCK: usize = 512;

/// The units seen so far.
pub(super) struct Seen {
    recent: HashSet<u64>,
    limit: usize,
    earlier: Vec<SortedFile>,
    folder: Option<PathBuf>,
}

impl Seen {
    /// None seen yet. What does not fit into memory goes to files in `folder`, or where temporary files go.
    pub(super) fn new(folder: Option<&Path>) -> Self {
        Self::with_limit(folder, RECENT)
    }

    fn with_limit(folder: Option<&Path>, limit: usize) -> Self {
        let folder = folder.map(Path::to_owned);
        Self { recent: HashSet::new(), limit, earlier: Vec::new(), folder }
    }

    /// Makes a row whose unit came before a bad row.
    pub(super) fn check(&mut self, row: &mut Row) -> Result<(), Failure> {
        let Ok(unit) = &row.unit else { return Ok(()) };
        let mut hasher = DefaultHasher::new();
        (unit.di.trim_start_matches('0'), &unit.serial).hash(&mut hasher);
        if !self.insert(hasher.finish()).or_fail(Exit::System, || "cannot look for repeated serials")? {
            row.unit =
                Err(format!("the serial {} of the item {} came in an earlier row", unit.serial, unit.di));
        }
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
            self.earlier.push(SortedFile::write(&hashes, self.folder.as_deref())?);
        }
        Ok(new)
    }
}

/// Hashes in rising order in a file without a name.
struct SortedFile {
    file: File,
    length: usize,
    /// The first hash of each block.
    firsts: Vec<u64>,
    /// The block read last.
    block: Vec<u8>,
    number: Option<usize>,
}

impl SortedFile {
    fn write(hashes: &[u64], folder: Option<&Path>) -> io::Result<Self> {
        let file = match folder {
            Some(folder) => tempfile::tempfile_in(folder)?,
            None => tempfile::tempfile()?,
        };
        let mut out = BufWriter::with_capacity(1 << 20, &file);
        for hash in hashes {
            out.write_all(&hash.to_le_bytes())?;
        }
        out.flush()?;
        drop(out);
        let firsts = hashes.iter().step_by(BLOCK).copied().collect();
        Ok(Self { file, length: hashes.len(), firsts, block: Vec::new(), number: None })
    }

    fn contains(&mut self, hash: u64) -> io::Result<bool> {
        let after = self.firsts.partition_point(|first| *first <= hash);
        let Some(number) = after.checked_sub(1) else { return Ok(false) };
        if self.number != Some(number) {
            let start = number * BLOCK;
            let count = BLOCK.min(self.length - start);
            self.block.resize(count * 8, 0);
            self.number = None;
            self.file.seek(SeekFrom::Start((start * 8) as u64))?;
            self.file.read_exact(&mut self.block)?;
            self.number = Some(number);
        }
        let (hashes, _) = self.block.as_chunks::<8>();
        Ok(hashes.binary_search_by_key(&hash, |bytes| u64::from_le_bytes(*bytes)).is_ok())
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

//! The units that the runs of one ledger have issued, so that a serial signed last month is noticed today.
//!
//! ```text
//! LEDGER.units = "UDIunits" · version (1 byte, 1) · 7 bytes 0 · hashes, rising (8 bytes each, little end first)
//! ```
//! A run adds its units when it ends: one that was given up has issued nothing. The file is replaced whole,
//! under the ledger's lock; memory does not grow with it.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::hash_file::{SortedHashes, hashes};
use super::output_files::{beside, replace_with};
use crate::failure::{Exit, Failure, OrFail};

const HEADER: [u8; 16] = *b"UDIunits\x01\0\0\0\0\0\0\0";
/// Hashes of a run that are sorted in memory at a time.
const SORTED: usize = 4 << 20;

/// The file beside the ledger.
fn path_of(ledger: &Path) -> PathBuf {
    beside(ledger, "units")
}

/// The units issued so far; `None` where no run has ended yet.
pub(super) fn issued(ledger: &Path) -> Result<Option<SortedHashes>, Failure> {
    let path = path_of(ledger);
    let refused = || format!("cannot use {}, the units that were signed before", path.display());
    match open(&path).or_fail(Exit::Input, refused)? {
        None => Ok(None),
        Some(file) => SortedHashes::open(file, HEADER.len() as u64).or_fail(Exit::Input, refused).map(Some),
    }
}

/// Adds the units of a run, whose hashes `run` holds in any order. The ledger's lock must be held.
pub(super) fn add(ledger: &Path, run: &mut File) -> Result<(), Failure> {
    let path = path_of(ledger);
    let doing = || format!("cannot write {}", path.display());
    run.seek(SeekFrom::Start(0)).or_fail(Exit::System, doing)?;
    let mut left = hashes(BufReader::with_capacity(1 << 20, run));
    loop {
        let mut some =
            left.by_ref().take(SORTED).collect::<io::Result<Vec<u64>>>().or_fail(Exit::System, doing)?;
        if some.is_empty() {
            return Ok(());
        }
        some.sort_unstable();
        some.dedup();
        let before = open(&path).or_fail(Exit::Input, doing)?;
        replace_with(&path, |file| merge(before, &some, file))?;
    }
}

/// The file behind its header; `None` where there is none.
fn open(path: &Path) -> io::Result<Option<File>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut header = [0; HEADER.len()];
    file.read_exact(&mut header)?;
    if header != HEADER {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the file is of another kind or version"));
    }
    Ok(Some(file))
}

/// Writes both, each hash once, in rising order.
fn merge(before: Option<File>, some: &[u64], out: &mut File) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, out);
    out.write_all(&HEADER)?;
    let mut some = some.iter().copied().peekable();
    if let Some(before) = before {
        for old in hashes(BufReader::with_capacity(1 << 20, before)) {
            let old = old?;
            while let Some(new) = some.next_if(|new| *new <= old) {
                if new < old {
                    out.write_all(&new.to_le_bytes())?;
                }
            }
            out.write_all(&old.to_le_bytes())?;
        }
    }
    some.try_for_each(|new| out.write_all(&new.to_le_bytes()))?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(numbers: impl Iterator<Item = u64>) -> File {
        let mut file = tempfile::tempfile().unwrap();
        numbers.for_each(|number| file.write_all(&number.to_le_bytes()).unwrap());
        file
    }

    #[test]
    fn units_of_all_runs_are_known_and_each_once() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("indices.json");
        assert!(issued(&ledger).unwrap().is_none());
        add(&ledger, &mut run((0..3000).rev().map(|number| number * 2))).unwrap();
        add(&ledger, &mut run((0..100).map(|number| number * 3))).unwrap();
        let length = std::fs::metadata(path_of(&ledger)).unwrap().len();
        assert_eq!(length, 16 + 8 * (3000 + 50), "every second multiple of three was there");
        let mut issued = issued(&ledger).unwrap().unwrap();
        for number in 0..6100 {
            let known = number < 6000 && number % 2 == 0 || number < 300 && number % 3 == 0;
            assert_eq!(issued.contains(number).unwrap(), known, "{number}");
        }
    }

    #[test]
    fn a_damaged_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("indices.json");
        let whole = [&HEADER[..], &1_u64.to_le_bytes(), &2_u64.to_le_bytes()].concat();
        let falling = [&HEADER[..], &2_u64.to_le_bytes(), &1_u64.to_le_bytes()].concat();
        for bytes in [&whole[..12], &whole[..20], b"something that is else", &falling] {
            std::fs::write(path_of(&ledger), bytes).unwrap();
            assert_eq!(issued(&ledger).err().unwrap().exit, Exit::Input, "{} bytes", bytes.len());
        }
        std::fs::write(path_of(&ledger), whole).unwrap();
        assert!(issued(&ledger).unwrap().is_some());
    }
}

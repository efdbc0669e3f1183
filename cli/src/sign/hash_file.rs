//! Hashes in rising order in a file: one block is read to answer one question.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Hashes in one block.
const BLOCK: usize = 512;
/// Bytes of a hash.
const HASH: usize = 8;

/// The hashes of a file, from `start` to its end, eight bytes each, little end first.
pub(super) struct SortedHashes {
    file: File,
    start: u64,
    length: usize,
    /// The first hash of each block.
    firsts: Vec<u64>,
    /// The block read last.
    block: Vec<u8>,
    number: Option<usize>,
}

impl SortedHashes {
    /// Writes hashes that rise to a file without a name in `folder`, or where temporary files go.
    pub(super) fn write(hashes: &[u64], folder: Option<&Path>) -> io::Result<Self> {
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
        Ok(Self { file, start: 0, length: hashes.len(), firsts, block: Vec::new(), number: None })
    }

    /// The hashes behind the first `start` bytes of `file`. One that does not rise is an error: the file is
    /// damaged.
    pub(super) fn open(mut file: File, start: u64) -> io::Result<Self> {
        let bytes = file.metadata()?.len().saturating_sub(start);
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the file is damaged");
        let length =
            usize::try_from(bytes).ok().filter(|bytes| bytes.is_multiple_of(HASH)).ok_or_else(damaged)?
                / HASH;
        file.seek(SeekFrom::Start(start))?;
        let (mut firsts, mut last) = (Vec::with_capacity(length / BLOCK + 1), None);
        for (number, hash) in hashes(BufReader::with_capacity(1 << 20, &mut file)).enumerate() {
            let hash = hash?;
            if last.is_some_and(|last| last >= hash) {
                return Err(damaged());
            }
            last = Some(hash);
            if number % BLOCK == 0 {
                firsts.push(hash);
            }
        }
        Ok(Self { file, start, length, firsts, block: Vec::new(), number: None })
    }

    /// Whether the hash is among them.
    pub(super) fn contains(&mut self, hash: u64) -> io::Result<bool> {
        let after = self.firsts.partition_point(|first| *first <= hash);
        let Some(number) = after.checked_sub(1) else { return Ok(false) };
        if self.number != Some(number) {
            let first = number * BLOCK;
            self.block.resize(BLOCK.min(self.length - first) * HASH, 0);
            self.number = None;
            self.file.seek(SeekFrom::Start(self.start + (first * HASH) as u64))?;
            self.file.read_exact(&mut self.block)?;
            self.number = Some(number);
        }
        let (hashes, _) = self.block.as_chunks::<HASH>();
        Ok(hashes.binary_search_by_key(&hash, |bytes| u64::from_le_bytes(*bytes)).is_ok())
    }
}

/// The hashes in `input`, up to its end.
pub(super) fn hashes(mut input: impl Read) -> impl Iterator<Item = io::Result<u64>> {
    let mut ended = false;
    std::iter::from_fn(move || {
        let mut bytes = [0; HASH];
        match input.read_exact(&mut bytes) {
            _ if ended => None,
            Ok(()) => Some(Ok(u64::from_le_bytes(bytes))),
            Err(error) => {
                ended = true;
                (error.kind() != io::ErrorKind::UnexpectedEof).then_some(Err(error))
            }
        }
    })
}

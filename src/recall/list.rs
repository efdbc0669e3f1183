//! A list of byte records that can be entered every sixteenth record.
//!
//! ```text
//! count      varint
//! directory  u32 × (ceil(count / 16) − 1), offset of every block but the first, from the start of records
//! records    count × (length varint, bytes)
//! ```
//! In a *sorted* list the records carry front-coded keys: `shared u8, suffix…`, where `shared` counts the
//! bytes taken over from the previous key and is 0 in the first record of each block.

use super::cursor::{Cursor, usize_of};
use super::error::FileError;

/// Records a block. More makes files smaller and searches slower.
const BLOCK: usize = 16;

/// A list whose bytes stay where they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct List<'a> {
    count: usize,
    directory: &'a [u8],
    records: &'a [u8],
}

impl<'a> List<'a> {
    /// Reads a list that fills `bytes`. Looks at the head only, so the cost does not grow with the list.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, FileError> {
        let mut cursor = Cursor::new(bytes);
        let count = cursor.size("list count")?;
        if count > bytes.len() {
            return Err(FileError::TooLarge {
                what: "list count",
                found: u64::try_from(count).unwrap_or(u64::MAX),
                limit: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            });
        }
        let directory = cursor.take(blocks(count).saturating_sub(1).saturating_mul(4), "list directory")?;
        let records = cursor.remainder();
        if count == 0 && !records.is_empty() {
            return Err(FileError::Trailing { what: "list", count: records.len() });
        }
        Ok(Self { count, directory, records })
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The records from the start of block `block`.
    fn block(&self, block: usize) -> Result<Records<'a>, FileError> {
        let malformed = FileError::Malformed { what: "list directory", at: block };
        let offset = match block.checked_sub(1) {
            None => 0,
            Some(slot) => {
                let entry = self.directory.get(slot * 4..).and_then(|rest| rest.first_chunk::<4>());
                usize_of(u32::from_le_bytes(*entry.ok_or(malformed.clone())?), "list directory")?
            }
        };
        let rest = self.records.get(offset..).ok_or(malformed)?;
        Ok(Records { cursor: Cursor::new(rest), left: self.count.saturating_sub(block * BLOCK) })
    }

    pub(super) fn iter(&self) -> Records<'a> {
        Records { cursor: Cursor::new(self.records), left: self.count }
    }

    /// The record with this number.
    pub(super) fn get(&self, index: usize) -> Result<&'a [u8], FileError> {
        self.block(index / BLOCK)?
            .nth(index % BLOCK)
            .unwrap_or(Err(FileError::Malformed { what: "record number", at: index }))
    }

    /// In a sorted list: the entries from the first block that may hold a key for which `before` is false.
    /// `before` must be true for a head of the list and false for the rest.
    pub(super) fn seek(&self, before: impl Fn(&[u8]) -> bool) -> Result<Entries<'a>, FileError> {
        let (mut low, mut high) = (0, blocks(self.count));
        while low < high {
            let middle = low + (high - low) / 2;
            let first = self.block(middle)?.next().unwrap_or(Ok(&[]))?;
            match first.split_first() {
                Some((0, key)) if before(key) => low = middle + 1,
                Some((0, _)) => high = middle,
                _ => return Err(FileError::Malformed { what: "first key of a block", at: middle }),
            }
        }
        let block = low.saturating_sub(1);
        Ok(Entries { records: self.block(block)?, next: block * BLOCK, key: Vec::new() })
    }
}

fn blocks(count: usize) -> usize {
    count.div_ceil(BLOCK)
}

/// Records from some place to the list's end.
#[derive(Debug, Clone)]
pub(super) struct Records<'a> {
    cursor: Cursor<'a>,
    left: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<&'a [u8], FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let length = match self.cursor.size("record length") {
            Ok(length) => length,
            Err(error) => return Some(Err(error)),
        };
        Some(self.cursor.take(length, "record"))
    }
}

/// Entries of a sorted list: its keys, rebuilt.
#[derive(Debug)]
pub(super) struct Entries<'a> {
    records: Records<'a>,
    next: usize,
    key: Vec<u8>,
}

impl Entries<'_> {
    /// The next key, with its number in the list.
    pub(super) fn next(&mut self) -> Result<Option<(usize, &[u8])>, FileError> {
        let Some(record) = self.records.next().transpose()? else { return Ok(None) };
        let malformed = FileError::Malformed { what: "shared key length", at: self.next };
        let (shared, suffix) = record.split_first().ok_or(malformed.clone())?;
        if usize::from(*shared) > self.key.len() {
            return Err(malformed);
        }
        self.key.truncate(usize::from(*shared));
        self.key.extend_from_slice(suffix);
        let index = self.next;
        self.next += 1;
        Ok(Some((index, &self.key)))
    }
}

/// Writes a list of records.
#[cfg(feature = "author")]
pub(super) fn encode<R: AsRef<[u8]>>(records: &[R]) -> Vec<u8> {
    use super::cursor::put_varint;
    let size = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let (mut directory, mut body) = (Vec::new(), Vec::new());
    for (index, record) in records.iter().enumerate() {
        if index > 0 && index % BLOCK == 0 {
            directory.extend_from_slice(&size(body.len()).to_le_bytes());
        }
        put_varint(&mut body, size(record.as_ref().len()));
        body.extend_from_slice(record.as_ref());
    }
    let mut out = Vec::new();
    put_varint(&mut out, size(records.len()));
    out.extend_from_slice(&directory);
    out.extend_from_slice(&body);
    out
}

/// Front-codes keys that are already in the list's order.
#[cfg(feature = "author")]
pub(super) fn encode_sorted<K: AsRef<[u8]>>(keys: &[K]) -> Vec<u8> {
    let mut previous: &[u8] = &[];
    let records: Vec<Vec<u8>> = keys
        .iter()
        .enumerate()
        .map(|(index, key)| {
            let key = key.as_ref();
            let alike = previous.iter().zip(key).take_while(|(a, b)| a == b).count();
            let shared = if index % BLOCK == 0 { 0 } else { alike.min(255) };
            previous = key;
            let mut record = vec![u8::try_from(shared).unwrap_or(u8::MAX)];
            record.extend_from_slice(key.get(shared..).unwrap_or_default());
            record
        })
        .collect();
    encode(&records)
}

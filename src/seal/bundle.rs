//! Carrier D: seals of stock that is already printed, in a file synchronised beforehand.
//!
//! ```text
//! file  = "UDIB", version u16 = 1, count u32, entry × count       sorted by key; equal keys may repeat
//! entry = key:8 hint:3 index:5 signature:64
//! key   = first 8 bytes of SHA-256(agency u8, DI, 0x1D, serial)   agency as in a record
//! index = status index, 40 bits; all ones for none
//! ```
//! Integers are little-endian. The file holds no field of the label: the record is rebuilt from the scan, as
//! for every carrier, so an entry verifies only beside the label it was made for.

use sha2::{Digest, Sha256};

use super::record::{StatusIndex, UnitRecord, agency_number};
use super::registry::Registry;
use super::signature::KeyHint;
use super::{Carrier, SealStatus, SealText, verify_record};
use crate::udi::Udi;

const MAGIC: &[u8] = b"UDIB\x01\x00";
const ENTRY: usize = 80;
const NO_INDEX: u64 = (1 << 40) - 1;
/// Largest file accepted, in bytes: 800,000 units.
pub const MAX_FILE: usize = 64 << 20;

/// Detached seals in the bytes of a file, which stay where they are.
#[derive(Debug, Clone, Copy)]
pub struct Bundle<'a> {
    entries: &'a [[u8; ENTRY]],
}

/// Why a file is no bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// Over [`MAX_FILE`].
    #[error("the bundle is too long")]
    TooLong,
    /// It does not begin as a bundle of this version does.
    #[error("the file is no bundle of version 1")]
    Head,
    /// Its length is not that of the number of entries it states.
    #[error("the bundle does not have the length it states")]
    Length,
}

impl<'a> Bundle<'a> {
    /// Opens a file. Reads its head only: the cost does not grow with the file.
    pub fn open(bytes: &'a [u8]) -> Result<Self, BundleError> {
        if bytes.len() > MAX_FILE {
            return Err(BundleError::TooLong);
        }
        let rest = bytes.strip_prefix(MAGIC).ok_or(BundleError::Head)?;
        let (count, rest) = rest.split_first_chunk().ok_or(BundleError::Length)?;
        let count = usize::try_from(u32::from_le_bytes(*count)).map_err(|_| BundleError::Length)?;
        let (entries, left) = rest.as_chunks::<ENTRY>();
        if !left.is_empty() || entries.len() != count {
            return Err(BundleError::Length);
        }
        Ok(Self { entries })
    }

    /// How many seals there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Verifies the label against the seals filed under its DI and serial number.
    ///
    /// Two units whose keys collide share a place, so one seal that fits is enough; where none fits, the
    /// first answer stands.
    pub fn verify(&self, udi: &Udi, registry: &Registry) -> SealStatus {
        let Ok(record) = UnitRecord::from_udi(udi, None) else { return SealStatus::Absent };
        let key = key(&record);
        let first = self.entries.partition_point(|entry| entry_key(entry) < key.as_slice());
        let after = self.entries.partition_point(|entry| entry_key(entry) <= key.as_slice());
        let found = self.entries.get(first..after).unwrap_or_default();
        let statuses = found.iter().filter_map(|entry| {
            let seal = read_entry(entry)?;
            let record = UnitRecord::from_udi(udi, seal.status_index).ok()?;
            Some(verify_record(record, seal.hint, &seal.signature, Carrier::Detached, registry))
        });
        let mut first_answer = SealStatus::Absent;
        for status in statuses {
            if matches!(status, SealStatus::Verified(_) | SealStatus::KeyWithdrawn(_)) {
                return status;
            }
            if first_answer == SealStatus::Absent {
                first_answer = status;
            }
        }
        first_answer
    }

    /// Writes a bundle.
    #[cfg(feature = "author")]
    pub fn encode<'s>(seals: impl IntoIterator<Item = (&'s UnitRecord, KeyHint, [u8; 64])>) -> Vec<u8> {
        let entry = |(record, hint, signature): (&UnitRecord, KeyHint, [u8; 64])| {
            let index = record.status_index().map_or(NO_INDEX, StatusIndex::get);
            let [five @ .., _, _, _] = index.to_le_bytes();
            [&key(record)[..], hint.as_bytes(), &five, &signature].concat()
        };
        let mut entries: Vec<_> = seals.into_iter().map(entry).collect();
        entries.sort();
        let count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        [MAGIC, &count.to_le_bytes(), &entries.concat()].concat()
    }
}

fn key(record: &UnitRecord) -> [u8; 8] {
    let mut hash = Sha256::new();
    hash.update([u8::try_from(agency_number(record.agency()).unwrap_or_default()).unwrap_or_default()]);
    hash.update(record.di());
    hash.update([0x1d]);
    hash.update(record.serial());
    let mut key = [0; 8];
    key.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    key
}

fn entry_key(entry: &[u8; ENTRY]) -> &[u8] {
    entry.split_at_checked(8).map_or(&[], |(key, _)| key)
}

fn read_entry(entry: &[u8; ENTRY]) -> Option<SealText> {
    let (_, rest) = entry.split_first_chunk::<8>()?;
    let (hint, rest) = rest.split_first_chunk::<3>()?;
    let (index, rest) = rest.split_first_chunk::<5>()?;
    let signature = rest.try_into().ok()?;
    let status_index = match index.iter().rev().fold(0, |index, &byte| index << 8 | u64::from(byte)) {
        NO_INDEX => None,
        index => Some(StatusIndex::new(index)?),
    };
    Some(SealText { hint: KeyHint::from_bytes(*hint), status_index, signature })
}

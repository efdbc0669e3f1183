//! `records/<lot>.manifest`: exactly which serials a lot has, and the status index of each.
//!
//! ```text
//! file     = "UDIM", version u16 = 1, agency u8 (see `agency.rs`), DI, lot, prefix, alphabet (each: length u8, bytes), shortest u8, first index u64,
//!            count u32, k u8, width u8, anchors, codes
//! serial   = prefix, then at least `shortest` characters of the alphabet, whose bytes rise
//! number   = of a serial: serials without their prefix in order of length, then of the alphabet, from 0
//! anchors  = ceil(count / 256) × (number of every 256th serial, `width` bytes; bit offset of its codes u32)
//! codes    = for the serials between two anchors: the gap from the one before, less one, as Rice codes
//! ```
//! The status index of the serial of rank r is `first index` + r; all ones where the lot has none. Integers
//! are little-endian. A manifest is a positive list: one signature, that of the target, issues a whole lot.

#[cfg(feature = "author")]
mod encode;
#[cfg(feature = "author")]
mod serials;

use std::cmp::Ordering;

use super::agency;
use super::bits::BitReader;
use super::cursor::{Cursor, FileKind, usize_of};
use super::error::FileError;
use crate::trust::Target;
use crate::udi::{Agency, Udi};

#[cfg(feature = "author")]
pub use encode::{EncodeError, Lot, encode};

const KIND: FileKind = FileKind { name: "manifest", magic: *b"UDIM", version: 1, max_bytes: MAX_FILE };
/// Serials from one anchor to the next: half of them are read at a question, on average.
const GROUP: u32 = 256;
/// Largest file accepted, in bytes.
pub const MAX_FILE: usize = 64 << 20;
/// Largest Rice parameter: numbers have up to 128 bits.
const MAX_K: u8 = 127;
const NO_INDEX: u64 = u64::MAX;

/// What a lot's manifest says about a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an unread membership is a confirmation nobody gave"]
pub enum Membership {
    /// The lot has this serial.
    Listed {
        /// Its place among the lot's serials, from 0.
        rank: u32,
        /// Its index in the issuer's status list, if the lot has any.
        index: Option<u64>,
    },
    /// The lot has no such serial.
    NotListed,
    /// The manifest is of another device or lot, or the label gives no DI, lot or serial.
    NotCovered,
    /// The manifest cannot be read.
    NotAvailable,
}

/// The serials of one lot, in the bytes of a file, which stay where they are.
#[derive(Debug, Clone, Copy)]
pub struct Manifest<'a> {
    agency: Agency,
    di: &'a str,
    lot: &'a str,
    prefix: &'a [u8],
    alphabet: &'a [u8],
    shortest: u8,
    first_index: Option<u64>,
    count: u32,
    k: u32,
    width: usize,
    anchors: &'a [u8],
    codes: &'a [u8],
}

impl<'a> Manifest<'a> {
    /// Opens a verified target. Reads its head only: the cost does not grow with the lot.
    pub fn open(target: &'a Target) -> Result<Self, FileError> {
        Self::read(target.bytes())
    }

    /// Opens bytes that nobody vouches for: for the issuer's tools and for tests, never for a verdict.
    #[cfg(feature = "author")]
    pub fn open_unverified(bytes: &'a [u8]) -> Result<Self, FileError> {
        Self::read(bytes)
    }

    fn read(bytes: &'a [u8]) -> Result<Self, FileError> {
        let mut cursor = KIND.open(bytes)?;
        let at = cursor.at();
        let malformed = FileError::Malformed { what: "agency", at };
        let agency = agency::from_code(cursor.u8("agency")?).ok_or(malformed)?;
        let (di, lot) = (text(&mut cursor, "DI")?, text(&mut cursor, "lot")?);
        let prefix = short(&mut cursor, "prefix")?;
        let at = cursor.at();
        let alphabet = short(&mut cursor, "alphabet")?;
        if !alphabet.is_sorted_by(|a, b| a < b) {
            return Err(FileError::Malformed { what: "alphabet", at });
        }
        let shortest = cursor.u8("shortest serial")?;
        let first_index = u64::from_le_bytes(cursor.array("first index")?);
        let count = cursor.u32("serial count")?;
        let at = cursor.at();
        let (k, width) = (cursor.u8("Rice parameter")?, cursor.u8("anchor width")?);
        if k > MAX_K || width > 16 {
            return Err(FileError::Malformed { what: "Rice parameter or anchor width", at });
        }
        let width = usize::from(width);
        let groups = usize_of(count.div_ceil(GROUP), "serial count")?;
        let anchors = cursor.take(groups.saturating_mul(width + 4), "anchors")?;
        let first_index = (first_index != NO_INDEX).then_some(first_index);
        let codes = cursor.remainder();
        let k = k.into();
        Ok(Self { agency, di, lot, prefix, alphabet, shortest, first_index, count, k, width, anchors, codes })
    }

    /// The agency of the DI.
    pub fn agency(&self) -> Agency {
        self.agency
    }

    /// The device identifier.
    pub fn di(&self) -> &'a str {
        self.di
    }

    /// The lot.
    pub fn lot(&self) -> &'a str {
        self.lot
    }

    /// How many serials the lot has.
    pub fn len(&self) -> u32 {
        self.count
    }

    /// Whether the lot has none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// What the manifest says about a label. Serials are compared to the letter.
    pub fn ask(&self, udi: &Udi) -> Membership {
        let same = udi.agency == Some(self.agency)
            && udi.di.as_deref() == Some(self.di)
            && udi.lot.as_deref() == Some(self.lot);
        let Some(serial) = udi.serial.as_deref().filter(|_| same) else { return Membership::NotCovered };
        match self.rank(serial) {
            Ok(Some(rank)) => {
                let index = self.first_index.and_then(|first| first.checked_add(rank.into()));
                Membership::Listed { rank, index }
            }
            Ok(None) => Membership::NotListed,
            Err(_) => Membership::NotAvailable,
        }
    }

    /// The place of a serial among the lot's, from 0; `None` where the lot does not have it.
    pub fn rank(&self, serial: &str) -> Result<Option<u32>, FileError> {
        let Some(number) = self.number(serial) else { return Ok(None) };
        let (mut low, mut high) = (0, self.count.div_ceil(GROUP));
        while low < high {
            let middle = low + (high - low) / 2;
            if self.anchor(middle)?.0 <= number { low = middle + 1 } else { high = middle }
        }
        let Some(group) = low.checked_sub(1) else { return Ok(None) };
        let (anchor, bit) = self.anchor(group)?;
        let mut rank = group * GROUP;
        let last = self.count.min(rank.saturating_add(GROUP)) - 1;
        let mut value = anchor;
        let mut codes = BitReader::starting_at(self.codes, usize_of(bit, "bit offset")?);
        loop {
            match value.cmp(&number) {
                Ordering::Equal => return Ok(Some(rank)),
                Ordering::Greater => return Ok(None),
                Ordering::Less if rank == last => return Ok(None),
                Ordering::Less => {}
            }
            let gap = codes.rice_wide(self.k)?.saturating_add(1);
            value = value.saturating_add(gap);
            rank += 1;
        }
    }

    /// The number of a serial that the lot could have.
    fn number(&self, serial: &str) -> Option<u128> {
        let rest = serial.as_bytes().strip_prefix(self.prefix)?;
        number(rest, self.alphabet, self.shortest)
    }

    /// The number of the first serial of a group, and the bit at which the codes of the others begin.
    fn anchor(&self, group: u32) -> Result<(u128, u32), FileError> {
        let at = usize_of(group, "anchor")?.saturating_mul(self.width + 4);
        let mut cursor = Cursor::new(self.anchors.get(at..).unwrap_or_default());
        let bytes = cursor.take(self.width, "anchor")?;
        let number = bytes.iter().rev().fold(0, |number, byte| number << 8 | u128::from(*byte));
        Ok((number, cursor.u32("bit offset")?))
    }
}

/// The place of a string among all of an alphabet with at least `shortest` characters, in order of length,
/// then of the alphabet. `None` where it is none of them or its number exceeds 128 bits.
fn number(string: &[u8], alphabet: &[u8], shortest: u8) -> Option<u128> {
    let base = u128::try_from(alphabet.len()).ok()?;
    let longer = string.len().checked_sub(shortest.into())?;
    let mut shorter_strings = 0_u128;
    let mut of_this_length = base.checked_pow(shortest.into())?;
    for _ in 0..longer {
        shorter_strings = shorter_strings.checked_add(of_this_length)?;
        of_this_length = of_this_length.checked_mul(base)?;
    }
    let mut place = 0_u128;
    for byte in string {
        let digit = u128::try_from(alphabet.binary_search(byte).ok()?).ok()?;
        place = place.checked_mul(base)?.checked_add(digit)?;
    }
    shorter_strings.checked_add(place)
}

fn short<'a>(cursor: &mut Cursor<'a>, what: &'static str) -> Result<&'a [u8], FileError> {
    let length = cursor.u8(what)?;
    cursor.take(length.into(), what)
}

fn text<'a>(cursor: &mut Cursor<'a>, what: &'static str) -> Result<&'a str, FileError> {
    let at = cursor.at();
    std::str::from_utf8(short(cursor, what)?).map_err(|_| FileError::Malformed { what, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_with_length_then_alphabet() {
        let strings = ["a", "b", "aa", "ab", "ba", "bb", "aaa"];
        let numbers: Vec<_> = strings.iter().map(|s| number(s.as_bytes(), b"ab", 1)).collect();
        assert_eq!(numbers, (0..7).map(Some).collect::<Vec<_>>());
        assert_eq!(number(b"bb", b"ab", 2), Some(3));
        assert_eq!(number(b"a", b"ab", 2), None, "too short");
        assert_eq!(number(b"ac", b"ab", 1), None, "not of the alphabet");
    }

    #[test]
    fn the_longest_gs1_serial_has_a_number() {
        let all: Vec<u8> = (b'!'..=b'~').filter(|byte| !b"#$@[\\]^`{|}~".contains(byte)).collect();
        assert_eq!(all.len(), 82);
        assert!(number(&[b'z'; 20], &all, 1).is_some());
        assert_eq!(number(&[b'z'; 21], &all, 1), None);
    }
}

//! One block: which of 65,536 indices are members.
//!
//! ```text
//! block = kind u8, then
//!   kind 0x00–0x0f  Rice: k = kind; count − 1 u16; for each member the gap from the one before, less one
//!                   (the first: the member itself), as Rice codes; zero bits to the byte's end
//!   kind 0x10       runs: for each maximal run, varint members skipped since the last run's end (the first:
//!                   since 0; later ones less one, as runs never touch), varint length − 1
//!   kind 0x11       bitmap: 8192 bytes, lowest bit first
//! ```
//! A block without members is not written. The writer takes the shortest kind, of equals the first above;
//! of Rice parameters the shortest, of equals the smallest: a set has one encoding.

use super::super::bits::{BitReader, BitWriter, best_rice};
use super::super::cursor::{Cursor, put_varint};
use super::super::error::FileError;

const RUNS: u8 = 0x10;
const BITMAP: u8 = 0x11;
const BITMAP_BYTES: usize = 8192;
/// Largest Rice parameter: gaps have 16 bits.
const MAX_K: u8 = 15;

/// A block's members in rising order. Ends after the first error.
pub(super) struct Members<'a>(Kind<'a>);

enum Kind<'a> {
    Rice { bits: BitReader<'a>, k: u32, left: u32, next: u64 },
    Runs { runs: Runs<'a>, next: u32, end: u32 },
    Bitmap { bytes: &'a [u8], next: u32 },
    Ended,
}

impl<'a> Members<'a> {
    pub(super) fn open(block: &'a [u8]) -> Result<Self, FileError> {
        let mut cursor = Cursor::new(block);
        let kind = match cursor.u8("block kind")? {
            k @ 0..=MAX_K => {
                let left = u32::from(cursor.u16("block count")?) + 1;
                Kind::Rice { bits: BitReader::new(cursor.remainder()), k: k.into(), left, next: 0 }
            }
            RUNS => Kind::Runs { runs: Runs { cursor, end: None }, next: 0, end: 0 },
            BITMAP => {
                let bytes = cursor.take(BITMAP_BYTES, "bitmap")?;
                cursor.finish("bitmap")?;
                Kind::Bitmap { bytes, next: 0 }
            }
            _ => return Err(FileError::Malformed { what: "block kind", at: 0 }),
        };
        Ok(Self(kind))
    }

    fn step(&mut self) -> Result<Option<u16>, FileError> {
        match &mut self.0 {
            Kind::Rice { bits, left: 0, .. } => {
                let ended = bits.clone().finish();
                self.0 = Kind::Ended;
                ended.map(|()| None)
            }
            Kind::Rice { bits, k, left, next } => {
                *left -= 1;
                let member = in_block(next.saturating_add(bits.rice(*k)?))?;
                *next = u64::from(member) + 1;
                Ok(Some(member))
            }
            Kind::Runs { runs, next, end } => {
                if next == end {
                    let Some((first, last)) = runs.next()? else {
                        self.0 = Kind::Ended;
                        return Ok(None);
                    };
                    (*next, *end) = (first.into(), u32::from(last) + 1);
                }
                let member = in_block((*next).into())?;
                *next += 1;
                Ok(Some(member))
            }
            Kind::Bitmap { bytes, next } => {
                while let Ok(place) = u16::try_from(*next) {
                    *next += 1;
                    if bit(bytes, place) {
                        return Ok(Some(place));
                    }
                }
                self.0 = Kind::Ended;
                Ok(None)
            }
            Kind::Ended => Ok(None),
        }
    }
}

impl Iterator for Members<'_> {
    type Item = Result<u16, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step();
        if step.is_err() {
            self.0 = Kind::Ended;
        }
        step.transpose()
    }
}

/// Maximal runs of members, rising.
struct Runs<'a> {
    cursor: Cursor<'a>,
    /// The index after the last run; `None` before the first.
    end: Option<u32>,
}

impl Runs<'_> {
    /// The first and the last member of the next run.
    fn next(&mut self) -> Result<Option<(u16, u16)>, FileError> {
        let base = match self.end {
            Some(_) if self.cursor.is_empty() => return Ok(None),
            Some(end) => u64::from(end) + 1,
            None => 0,
        };
        let first = in_block(base + u64::from(self.cursor.varint("run start")?))?;
        let last = in_block(u64::from(first) + u64::from(self.cursor.varint("run length")?))?;
        self.end = Some(u32::from(last) + 1);
        Ok(Some((first, last)))
    }
}

fn in_block(value: u64) -> Result<u16, FileError> {
    u16::try_from(value).map_err(|_| FileError::Malformed { what: "block member", at: 0 })
}

fn bit(bytes: &[u8], place: u16) -> bool {
    bytes.get(usize::from(place / 8)).is_some_and(|byte| byte >> (place % 8) & 1 == 1)
}

/// Whether `place` is a member. Stops as soon as that is known.
pub(super) fn contains(block: &[u8], place: u16) -> Result<bool, FileError> {
    match Members::open(block)?.0 {
        Kind::Bitmap { bytes, .. } => Ok(bit(bytes, place)),
        Kind::Rice { mut bits, k, left, .. } => bits.rice_gaps_reach(k, left, place.into()),
        Kind::Runs { mut runs, .. } => {
            while let Some((first, last)) = runs.next()? {
                if place <= last {
                    return Ok(first <= place);
                }
            }
            Ok(false)
        }
        Kind::Ended => Ok(false),
    }
}

/// The one encoding of a block with these members, which rise and are not empty.
pub(super) fn encode(members: &[u16]) -> Vec<u8> {
    let (Some(first), Some(last_count)) = (members.first(), members.len().checked_sub(1)) else {
        return Vec::new();
    };
    let gaps: Vec<u128> = std::iter::once(u128::from(*first))
        .chain(members.windows(2).map(|pair| match pair {
            [before, after] => u128::from(after.saturating_sub(*before).saturating_sub(1)),
            _ => 0,
        }))
        .collect();
    let (k, bits) = best_rice(&gaps, MAX_K.into());
    let runs = encode_runs(members);
    let rice_bytes = usize::try_from(bits.div_ceil(8)).unwrap_or(usize::MAX).saturating_add(3);
    if rice_bytes <= runs.len() && rice_bytes <= BITMAP_BYTES + 1 {
        let mut writer = BitWriter::default();
        gaps.iter().for_each(|gap| writer.rice(*gap, k));
        let [count_low, count_high] = u16::try_from(last_count).unwrap_or(u16::MAX).to_le_bytes();
        let kind = u8::try_from(k).unwrap_or(MAX_K);
        return [&[kind, count_low, count_high], writer.into_bytes().as_slice()].concat();
    }
    if runs.len() <= BITMAP_BYTES + 1 { runs } else { encode_bitmap(members) }
}

fn encode_runs(members: &[u16]) -> Vec<u8> {
    let mut out = vec![RUNS];
    let mut end: Option<u32> = None;
    for run in members.chunk_by(|before, after| before.checked_add(1) == Some(*after)) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let skipped = match end {
            None => u32::from(*first),
            Some(end) => u32::from(*first).saturating_sub(end).saturating_sub(1),
        };
        put_varint(&mut out, skipped);
        put_varint(&mut out, u32::from(last - first));
        end = Some(u32::from(*last) + 1);
    }
    out
}

fn encode_bitmap(members: &[u16]) -> Vec<u8> {
    let mut out = vec![0; BITMAP_BYTES + 1];
    if let Some((kind, bytes)) = out.split_first_mut() {
        *kind = BITMAP;
        for member in members {
            if let Some(byte) = bytes.get_mut(usize::from(member / 8)) {
                *byte |= 1 << (member % 8);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn check(members: &BTreeSet<u16>) -> Vec<u8> {
        let sorted: Vec<u16> = members.iter().copied().collect();
        let block = encode(&sorted);
        let read: Result<Vec<u16>, _> = Members::open(&block).expect("opens").collect();
        assert_eq!(read.as_ref(), Ok(&sorted));
        for place in
            sorted.iter().flat_map(|place| [place.saturating_sub(1), *place, place.saturating_add(1)])
        {
            assert_eq!(contains(&block, place), Ok(members.contains(&place)), "{place}");
        }
        block
    }

    #[test]
    fn each_kind_is_chosen_where_it_is_shortest() {
        assert!(check(&[7, 90, 40_000, 65_535].into()).first().is_some_and(|kind| *kind <= MAX_K));
        assert_eq!(check(&(1000..3500).collect()).first(), Some(&RUNS));
        assert_eq!(check(&(0..=u16::MAX).collect()).first(), Some(&RUNS));
        let coin =
            (0..=u16::MAX).filter(|n| n.wrapping_mul(40_503) & 0x6000 == 0x2000 || n.count_ones() % 2 == 0);
        assert_eq!(check(&coin.collect()).first(), Some(&BITMAP));
    }

    proptest! {
        #[test]
        fn a_block_holds_its_set(members in prop::collection::btree_set(any::<u16>(), 1..2000)) {
            check(&members);
        }

        #[test]
        fn runs_hold_their_set(starts in prop::collection::vec((any::<u16>(), 0_u16..300), 1..20)) {
            check(&starts.iter().flat_map(|(start, length)| *start..=start.saturating_add(*length)).collect());
        }

        #[test]
        fn any_bytes_give_rising_members_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(members) = Members::open(&bytes) {
                let read: Vec<u16> = members.map_while(Result::ok).collect();
                prop_assert!(read.is_sorted_by(|a, b| a < b));
            }
        }
    }
}

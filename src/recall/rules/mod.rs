//! `rules.bin`: recall rules by product, readable in place.
//!
//! ```text
//! file     = "UDIR", version u16 = 1, segments u16, length u32 × segments, segment × segments
//! segment  = prefix lengths u64, length u32 × 6, then six lists (see `list.rs`):
//!            keys         sorted; one a rule, bytewise order; equal keys may repeat
//!            bodies       one a rule, in the order of the keys
//!            notices      what rules of one notice share
//!            texts        each a coded text (see `text.rs`)
//!            dictionary   pieces of texts
//!            withdrawn    sorted; `authority 00 id` of notices of earlier segments that no longer hold
//! key      = agency u8 (see `agency.rs`), family, 00, rest
//!                                      product by DI (`udi::matching::family`): rest = first and last
//!                                      character (GS1), or DI less its family, or the whole DI where it
//!                                      does not begin with its family
//!          | agency + 10h u8, prefix   products of a maker
//!          | 20h, number               catalogue number, folded
//! body     = conditions u8, notice varint, then for each condition bit set, from the lowest:
//!            bits 0–5: length varint and a list: lots, lot prefixes, lot ranges, serials, serial prefixes,
//!                      serial ranges; lists of values are sorted by (folded value, value)
//!            bit 6:    date × 4: manufactured from, to, expiry from, to
//!            bit 7:    nothing; the rule is text-only
//! range    = order u8 (0 numeric, 1 fixed width), length of `from` u8, from, to
//! notice   = authority, class, reason, source (each a text number varint), action u8, date, coded id
//! date     = year i16, month u8, day u8; all zero where a bound is open
//! ```
//! A later segment adds rules and withdraws notices, so that a day's changes append to a file instead of
//! rewriting it. Integers are little-endian. Prefix lengths: bit n is set when a prefix of n bytes occurs.

mod conditions;
#[cfg(feature = "author")]
mod encode;
mod lookup;
#[cfg(feature = "author")]
mod update;

use super::agency;
use super::cursor::{Cursor, FileKind, usize_of};
use super::error::FileError;
use super::list::List;
use crate::trust::Target;
use crate::udi::Agency;

#[cfg(feature = "author")]
pub(super) use conditions::in_order;
#[cfg(feature = "author")]
pub use encode::encode;
#[cfg(feature = "author")]
pub use update::{NoticeChanges, UpdateError, changes, update};

const KIND: FileKind = FileKind { name: "rules", magic: *b"UDIR", version: 1, max_bytes: MAX_FILE };
/// Most segments a file may have. Each one costs a search at every question.
const MAX_SEGMENTS: u16 = 16;
/// Largest file accepted, in bytes; eight times the FDA's whole device recall history.
pub const MAX_FILE: usize = 32 << 20;

/// Recall rules in the bytes of a `rules.bin`, which stay where they are.
#[derive(Debug, Clone)]
pub struct Rules<'a> {
    segments: Vec<Segment<'a>>,
}

#[derive(Debug, Clone, Copy)]
struct Segment<'a> {
    #[cfg(feature = "author")]
    bytes: &'a [u8],
    prefix_lengths: u64,
    keys: List<'a>,
    bodies: List<'a>,
    notices: List<'a>,
    texts: List<'a>,
    dictionary: List<'a>,
    withdrawn: List<'a>,
}

impl<'a> Rules<'a> {
    /// Opens a verified target. Reads its head only: the cost does not grow with the number of rules.
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
        let count = cursor.u16("segment count")?;
        if count > MAX_SEGMENTS {
            return Err(FileError::TooLarge {
                what: "segment count",
                found: count.into(),
                limit: MAX_SEGMENTS.into(),
            });
        }
        let lengths = (0..count).map(|_| cursor.u32("segment length")).collect::<Result<Vec<_>, _>>()?;
        let segments = lengths
            .into_iter()
            .map(|length| Segment::open(cursor.take(usize_of(length, "segment length")?, "segment")?))
            .collect::<Result<Vec<_>, _>>()?;
        cursor.finish("rules file")?;
        Ok(Self { segments })
    }

    /// How many rules the file holds, those of withdrawn notices included.
    pub fn len(&self) -> usize {
        self.segments.iter().map(|segment| segment.keys.len()).sum()
    }

    /// Whether the file holds no rule. That is an answer of its publisher, not a fault.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a> Segment<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, FileError> {
        let mut cursor = Cursor::new(bytes);
        let prefix_lengths = u64::from_le_bytes(cursor.array("prefix lengths")?);
        let mut lengths = [0_u32; 6];
        for length in &mut lengths {
            *length = cursor.u32("section length")?;
        }
        let mut lists = lengths.into_iter().map(|length| {
            let length = usize_of(length, "section length")?;
            List::open(cursor.take(length, "section")?)
        });
        let mut next = || lists.next().unwrap_or(Err(FileError::Truncated { what: "sections", at: 0 }));
        let segment = Self {
            #[cfg(feature = "author")]
            bytes,
            prefix_lengths,
            keys: next()?,
            bodies: next()?,
            notices: next()?,
            texts: next()?,
            dictionary: next()?,
            withdrawn: next()?,
        };
        cursor.finish("segment")?;
        if segment.keys.len() == segment.bodies.len() {
            Ok(segment)
        } else {
            Err(FileError::Malformed { what: "rule count", at: 0 })
        }
    }
}

/// Added to the agency in the key of a maker's prefix.
const PREFIX_KIND: u8 = 0x10;
/// First byte of a catalogue number's key.
const CATALOGUE_KIND: u8 = 0x20;

/// The head of the keys of all package levels of an item, and what follows it for this one.
fn product_key(agency: Agency, di: &str) -> (Vec<u8>, Vec<u8>) {
    let family = crate::udi::matching::family(agency, di);
    let rest = match (agency, di.as_bytes()) {
        (Agency::GS1, [indicator, _, .., check]) => vec![*indicator, *check],
        (_, bytes) => bytes.strip_prefix(family.as_slice()).unwrap_or(bytes).to_vec(),
    };
    let head = [&[agency::code(agency)], family.as_slice(), &[0]].concat();
    (head, rest)
}

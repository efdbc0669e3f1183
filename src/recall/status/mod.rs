//! `status/<issuer>.bin`: the exact status of every unit an issuer has signed, by its signed index.
//!
//! ```text
//! file      = "UDIU", version u16 = 1, blocks, directories, footer
//! blocks    = flag by flag in the order of `Flag`, index by index (see `block.rs`)
//! directory = (block number u32, offset from the file's start u32) × blocks written; flag by flag
//! footer    = (members u64, blocks written u32) × 5, size u64, offset of the directories u32
//! ```
//! Block n holds the indices n·65536 to n·65536 + 65535. `size` counts the indices given out so far: an index
//! at or beyond it is not covered. The footer stands last so that a writer needs to keep no block in memory.

mod block;
mod encode;

use serde::Serialize;

use super::cursor::{Cursor, FileKind, usize_of};
use super::error::FileError;
use crate::trust::Target;

pub use encode::{EncodeError, Encoder};

const KIND: FileKind = FileKind { name: "status", magic: *b"UDIU", version: 1, max_bytes: MAX_FILE };
const FLAGS: usize = 5;
const FOOTER: usize = FLAGS * 12 + 12;
/// Largest file accepted, in bytes.
pub const MAX_FILE: usize = 64 << 20;
/// Indices have 36 bits: six base64url characters of AI 91.
pub const MAX_SIZE: u64 = 1 << 36;

/// What an issuer has flagged a unit as, gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Recalled.
    Recalled,
    /// Reported stolen.
    Stolen,
    /// Already used: implanted, dispensed or otherwise consumed.
    Used,
    /// Destroyed.
    Destroyed,
    /// Set aside until a question is settled.
    Quarantined,
}

impl Flag {
    /// All flags, in the order of the file.
    pub const ALL: [Self; FLAGS] =
        [Self::Recalled, Self::Stolen, Self::Used, Self::Destroyed, Self::Quarantined];

    /// Stable code, as the verdict prints it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Recalled => "recalled",
            Self::Stolen => "stolen",
            Self::Used => "used",
            Self::Destroyed => "destroyed",
            Self::Quarantined => "quarantined",
        }
    }
}

/// The status of one unit. May be asked only for an index that a verified signature covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use = "an unread status is an all-clear nobody gave"]
pub enum UnitStatus {
    /// Flagged; the gravest flag if there are several.
    Flagged(Flag),
    /// Covered by the list and not flagged.
    NotFlagged,
    /// No list, one that does not cover the index, or one that cannot be read.
    NotAvailable,
}

/// Unit status in the bytes of a file, which stay where they are.
#[derive(Debug, Clone, Copy)]
pub struct UnitStatusList<'a> {
    /// Everything before the directories.
    blocks: &'a [u8],
    sections: [Section<'a>; FLAGS],
    size: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Section<'a> {
    members: u64,
    directory: &'a [[u8; 8]],
    /// Where the last block ends.
    end: u32,
}

impl<'a> UnitStatusList<'a> {
    /// Opens a verified target. Reads its head and footer only: the cost does not grow with the file.
    pub fn open(target: &'a Target) -> Result<Self, FileError> {
        Self::read(target.bytes())
    }

    /// Opens bytes that nobody vouches for: for the issuer's tools and for tests, never for a verdict.
    #[cfg(feature = "author")]
    pub fn open_unverified(bytes: &'a [u8]) -> Result<Self, FileError> {
        Self::read(bytes)
    }

    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, FileError> {
        KIND.open(bytes)?;
        let truncated = FileError::Truncated { what: "status footer", at: bytes.len() };
        let (body, footer) = bytes.split_last_chunk::<FOOTER>().ok_or(truncated)?;
        let mut footer = Cursor::new(footer);
        let mut counts = [(0_u64, 0_usize); FLAGS];
        for count in &mut counts {
            let members = u64::from_le_bytes(footer.array("member count")?);
            *count = (members, usize_of(footer.u32("block count")?, "block count")?);
        }
        let size = u64::from_le_bytes(footer.array("size")?);
        if size > MAX_SIZE {
            return Err(FileError::TooLarge { what: "size", found: size, limit: MAX_SIZE });
        }
        let start = footer.u32("directory offset")?;
        let malformed = FileError::Malformed { what: "directory offset", at: body.len() };
        let (blocks, directories) =
            body.split_at_checked(usize_of(start, "directory offset")?).ok_or(malformed.clone())?;
        let (mut entries, rest) = directories.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(malformed);
        }
        let mut sections = [Section::default(); FLAGS];
        let mut end = start;
        for (section, (members, count)) in sections.iter_mut().zip(counts).rev() {
            let (before, directory) = entries
                .len()
                .checked_sub(count)
                .and_then(|at| entries.split_at_checked(at))
                .ok_or(malformed.clone())?;
            *section = Section { members, directory, end };
            end = directory.first().map_or(end, offset);
            entries = before;
        }
        if entries.is_empty() { Ok(Self { blocks, sections, size }) } else { Err(malformed) }
    }

    /// How many indices have been given out; those below it are covered.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// How many units carry a flag.
    pub fn members(&self, flag: Flag) -> u64 {
        self.section(flag).members
    }

    /// The status of the unit with this index.
    pub fn ask(&self, index: u64) -> UnitStatus {
        if index >= self.size {
            return UnitStatus::NotAvailable;
        }
        let mut readable = true;
        for flag in Flag::ALL {
            match self.contains(flag, index) {
                Ok(true) => return UnitStatus::Flagged(flag),
                Ok(false) => {}
                Err(_) => readable = false,
            }
        }
        if readable { UnitStatus::NotFlagged } else { UnitStatus::NotAvailable }
    }

    /// Whether the unit with this index carries the flag.
    pub fn contains(&self, flag: Flag, index: u64) -> Result<bool, FileError> {
        let [low, high, rest @ ..] = index.to_le_bytes();
        let [a, b, c, d, ..] = rest;
        let number = u32::from_le_bytes([a, b, c, d]);
        let section = self.section(flag);
        match section.directory.binary_search_by_key(&number, block_number) {
            Ok(place) => block::contains(self.block(section, place)?, u16::from_le_bytes([low, high])),
            Err(_) => Ok(false),
        }
    }

    /// The indices that carry the flag, rising; for the issuer's tools.
    #[cfg(feature = "author")]
    pub fn flagged(&self, flag: Flag) -> impl Iterator<Item = Result<u64, FileError>> + use<'a> {
        self.iter(flag)
    }

    /// The indices that carry the flag, rising.
    pub(super) fn iter(&self, flag: Flag) -> impl Iterator<Item = Result<u64, FileError>> + use<'a> {
        let (list, section) = (*self, *self.section(flag));
        (0..section.directory.len()).flat_map(move |place| {
            let number = section.directory.get(place).map_or(0, block_number);
            let opened = list.block(&section, place).and_then(block::Members::open);
            let (members, error) = match opened {
                Ok(members) => (Some(members), None),
                Err(error) => (None, Some(Err(error))),
            };
            let base = u64::from(number) << 16;
            error.into_iter().chain(members.into_iter().flatten().map(move |low| Ok(base | u64::from(low?))))
        })
    }

    fn section(&self, flag: Flag) -> &Section<'a> {
        let [recalled, stolen, used, destroyed, quarantined] = &self.sections;
        match flag {
            Flag::Recalled => recalled,
            Flag::Stolen => stolen,
            Flag::Used => used,
            Flag::Destroyed => destroyed,
            Flag::Quarantined => quarantined,
        }
    }

    fn block(&self, section: &Section<'a>, place: usize) -> Result<&'a [u8], FileError> {
        let malformed = FileError::Malformed { what: "block offset", at: place };
        let from = section.directory.get(place).map(offset).ok_or(malformed.clone())?;
        let to = section.directory.get(place + 1).map_or(section.end, offset);
        self.blocks.get(usize_of(from, "block offset")?..usize_of(to, "block offset")?).ok_or(malformed)
    }
}

fn block_number(entry: &[u8; 8]) -> u32 {
    let [a, b, c, d, ..] = *entry;
    u32::from_le_bytes([a, b, c, d])
}

fn offset(entry: &[u8; 8]) -> u32 {
    let [.., a, b, c, d] = *entry;
    u32::from_le_bytes([a, b, c, d])
}

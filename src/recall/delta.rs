//! Deltas: a target file of today from yesterday's and a small difference.
//!
//! ```text
//! delta = "UDID", version u16 = 1, kind u8, SHA-256 of the base, SHA-256 of the result,
//!         length of the result u32, body
//! kind 1, between unit status files: body = size u64, then for each flag in the order of `Flag`:
//!         count u32, k u8, length u32, gaps as Rice codes (see `bits.rs`)
//!         The indices whose membership changes, rising: each as the gap from the one before, less one.
//! kind 2, between any files: body = steps until the result is complete
//!         step = 0, offset u32, length u32      copies bytes of the base
//!              | 1, length u32, bytes           inserts bytes
//! ```
//! Integers are little-endian. A delta is published as a target of its own, beside the full file; a client
//! that cannot apply one fetches the full file.

use sha2::{Digest, Sha256};

use super::bits::BitReader;
use super::cursor::{Cursor, FileKind, usize_of};
use super::error::FileError;
use super::status::{self, EncodeError, Encoder, Flag, UnitStatusList};
use crate::trust::room_for;

#[cfg(feature = "author")]
mod author;
#[cfg(feature = "author")]
pub use author::{between_files, between_status_lists};

const KIND: FileKind = FileKind { name: "delta", magic: *b"UDID", version: 1, max_bytes: MAX_RESULT };
const STATUS_KIND: u8 = 1;
const COPY_KIND: u8 = 2;
/// Largest result a delta may state, in bytes.
pub const MAX_RESULT: usize = status::MAX_FILE;
/// Gaps between indices have at most 36 bits.
const MAX_K: u8 = 36;

/// Why a delta gives no result. In every case the full file is the way on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeltaError {
    /// The delta or its base cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The delta is for another base.
    #[error("the delta is for another base file")]
    Base,
    /// The result is not what the delta announced.
    #[error("the delta does not give the result it announces")]
    Result,
    /// The changed list cannot be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl DeltaError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Base => "delta_base",
            Self::Result => "delta_result",
            Self::Encode(_) => "delta_encode",
        }
    }
}

/// [`apply`], as an update of the trust stage wants it: the reason is lost, since the way on is the same.
pub fn apply_or_fetch(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    apply(base, delta).ok()
}

/// Applies a delta. Gives exactly the bytes whose hash the delta announces, or an error.
pub fn apply(base: &[u8], delta: &[u8]) -> Result<Vec<u8>, DeltaError> {
    let mut cursor = KIND.open(delta)?;
    let at = cursor.at();
    let kind = cursor.u8("delta kind")?;
    let base_hash: [u8; 32] = cursor.array("base hash")?;
    let result_hash: [u8; 32] = cursor.array("result hash")?;
    let length = cursor.u32("result length")?;
    if usize_of(length, "result length")? > MAX_RESULT {
        let limit = u64::try_from(MAX_RESULT).unwrap_or(u64::MAX);
        return Err(FileError::TooLarge { what: "result length", found: length.into(), limit }.into());
    }
    if base_hash != hash(base) {
        return Err(DeltaError::Base);
    }
    let length = usize_of(length, "result length")?;
    let result = match kind {
        STATUS_KIND => apply_toggles(base, cursor, length)?,
        COPY_KIND => apply_steps(base, cursor, length)?,
        _ => return Err(FileError::Malformed { what: "delta kind", at }.into()),
    };
    if result.len() == length && hash(&result) == result_hash { Ok(result) } else { Err(DeltaError::Result) }
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn apply_steps(base: &[u8], mut cursor: Cursor<'_>, length: usize) -> Result<Vec<u8>, FileError> {
    // A result may repeat parts of the base; one far longer than both together is no reason to trust a length.
    let likely = base.len().saturating_add(cursor.remainder().len()).saturating_mul(2);
    let mut result = Vec::with_capacity(room_for(length.min(likely)));
    while !cursor.is_empty() {
        let at = cursor.at();
        let piece = match cursor.u8("step")? {
            0 => {
                let from = usize_of(cursor.u32("copy offset")?, "copy offset")?;
                let count = usize_of(cursor.u32("copy length")?, "copy length")?;
                let rest = base.get(from..).and_then(|rest| rest.get(..count));
                rest.ok_or(FileError::Malformed { what: "copy", at })?
            }
            1 => {
                let count = usize_of(cursor.u32("insert length")?, "insert length")?;
                cursor.take(count, "insert")?
            }
            _ => return Err(FileError::Malformed { what: "step", at }),
        };
        if piece.is_empty() || piece.len() > length.saturating_sub(result.len()) {
            return Err(FileError::Malformed { what: "step length", at });
        }
        result.extend_from_slice(piece);
    }
    Ok(result)
}

fn apply_toggles(base: &[u8], mut cursor: Cursor<'_>, length: usize) -> Result<Vec<u8>, DeltaError> {
    let likely = base.len().saturating_add(cursor.remainder().len()).saturating_mul(2);
    let result = Vec::with_capacity(room_for(length.min(likely)));
    let base = UnitStatusList::read(base)?;
    let size = u64::from_le_bytes(cursor.array("size")?);
    let mut encoder = Encoder::new(result, size)?;
    for flag in Flag::ALL {
        let toggles = Toggles::read(&mut cursor)?;
        for index in symmetric_difference(base.iter(flag), toggles) {
            encoder.push(flag, index?)?;
        }
    }
    cursor.finish("delta")?;
    Ok(encoder.finish()?)
}

/// Indices whose membership changes, rising.
struct Toggles<'a> {
    bits: BitReader<'a>,
    k: u32,
    left: u32,
    next: u64,
}

impl<'a> Toggles<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, FileError> {
        let left = cursor.u32("change count")?;
        let at = cursor.at();
        let k = cursor.u8("Rice parameter")?;
        if k > MAX_K {
            return Err(FileError::Malformed { what: "Rice parameter", at });
        }
        let length = usize_of(cursor.u32("change length")?, "change length")?;
        let bits = BitReader::new(cursor.take(length, "changes")?);
        if left == 0 {
            bits.clone().finish()?;
        }
        Ok(Self { bits, k: k.into(), left, next: 0 })
    }
}

impl Toggles<'_> {
    fn read_index(&mut self) -> Result<u64, FileError> {
        let index = self.next.saturating_add(self.bits.rice(self.k)?);
        self.next = index.saturating_add(1);
        if self.left == 0 {
            self.bits.clone().finish()?;
        }
        Ok(index)
    }
}

impl Iterator for Toggles<'_> {
    type Item = Result<u64, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let index = self.read_index();
        if index.is_err() {
            self.left = 0;
        }
        Some(index)
    }
}

/// What is in exactly one of two rising sequences, rising.
fn symmetric_difference<A, B>(one: A, other: B) -> impl Iterator<Item = Result<u64, FileError>>
where
    A: Iterator<Item = Result<u64, FileError>>,
    B: Iterator<Item = Result<u64, FileError>>,
{
    let (mut one, mut other) = (one.peekable(), other.peekable());
    std::iter::from_fn(move || {
        loop {
            match (one.peek(), other.peek()) {
                (Some(Ok(a)), Some(Ok(b))) if a == b => {
                    one.next();
                    other.next();
                }
                (Some(Ok(a)), Some(Ok(b))) if b < a => return other.next(),
                (_, Some(Err(_))) | (None, Some(Ok(_))) => return other.next(),
                _ => return one.next(),
            }
        }
    })
}

//! A lot's serials out of its manifest, for the issuer's tools: a verifier asks for one and never needs all.

use super::super::bits::BitReader;
use super::super::cursor::usize_of;
use super::super::error::FileError;
use super::{GROUP, Manifest};

/// Longest serial a manifest can hold, in bytes.
const LONGEST: u32 = 255;

impl<'a> Manifest<'a> {
    /// All serials, in the order of their ranks. A defect ends the serials of its group with an error.
    pub fn serials(&self) -> impl Iterator<Item = Result<String, FileError>> + use<'a> {
        let manifest = *self;
        (0..manifest.count.div_ceil(GROUP)).flat_map(move |group| manifest.serials_of(group))
    }

    fn serials_of(&self, group: u32) -> Vec<Result<String, FileError>> {
        match self.numbers_of(group) {
            Ok(numbers) => numbers.into_iter().map(|number| self.serial(number)).collect(),
            Err(error) => vec![Err(error)],
        }
    }

    fn numbers_of(&self, group: u32) -> Result<Vec<u128>, FileError> {
        let (mut value, bit) = self.anchor(group)?;
        let count = self.count.saturating_sub(group.saturating_mul(GROUP)).min(GROUP);
        let mut codes = BitReader::starting_at(self.codes, usize_of(bit, "bit offset")?);
        let mut numbers = vec![value];
        for _ in 1..count {
            value = value.saturating_add(codes.rice_wide(self.k)?.saturating_add(1));
            numbers.push(value);
        }
        Ok(numbers)
    }

    /// The serial with this number: the inverse of the reader's `number`.
    fn serial(&self, number: u128) -> Result<String, FileError> {
        let malformed = FileError::Malformed { what: "serial number", at: 0 };
        let base = u128::try_from(self.alphabet.len()).map_err(|_| malformed.clone())?;
        let mut length = u32::from(self.shortest);
        let mut place = number;
        while let Some(shorter) = base.checked_pow(length).filter(|strings| *strings <= place) {
            place -= shorter;
            length += 1;
            if length > LONGEST {
                return Err(malformed);
            }
        }
        let mut digits = Vec::new();
        for _ in 0..length {
            let digit = place.checked_rem(base).and_then(|digit| usize::try_from(digit).ok());
            let byte = digit.and_then(|digit| self.alphabet.get(digit)).ok_or_else(|| malformed.clone())?;
            digits.push(*byte);
            place /= base;
        }
        digits.reverse();
        String::from_utf8([self.prefix, &digits].concat()).map_err(|_| malformed)
    }
}

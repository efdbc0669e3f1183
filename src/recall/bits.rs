//! Bit streams and Golomb–Rice codes.
//!
//! Bits fill bytes from the lowest. A Rice code of parameter k writes `value >> k` zeros, a one, and the k
//! low bits of the value.

use super::error::FileError;

/// Most bits one read may ask for: what a 64-bit load still holds after up to seven bits are shifted out.
const WINDOW: u32 = 57;

/// Reads bits from the front of a slice.
#[derive(Debug, Clone)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Begins at a bit.
    pub(super) fn starting_at(bytes: &'a [u8], bit: usize) -> Self {
        Self { bytes, at: bit }
    }

    /// The next bits, the first one lowest; zeros beyond the end.
    #[inline]
    fn window(&self) -> u64 {
        let rest = self.bytes.get(self.at / 8..).unwrap_or_default();
        let word = match rest.first_chunk::<8>() {
            Some(chunk) => u64::from_le_bytes(*chunk),
            None => {
                let mut last = [0_u8; 8];
                last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                u64::from_le_bytes(last)
            }
        };
        word >> (self.at % 8)
    }

    fn end(&self) -> FileError {
        FileError::Truncated { what: "bit stream", at: self.at / 8 }
    }

    #[inline]
    fn advance(&mut self, bits: u32) -> Result<(), FileError> {
        let to = self.at + usize::try_from(bits).unwrap_or(usize::MAX / 2);
        if to > self.bytes.len() * 8 {
            return Err(self.end());
        }
        self.at = to;
        Ok(())
    }

    /// The next `count` bits (at most 57) as a number.
    #[inline]
    pub(super) fn bits(&mut self, count: u32) -> Result<u64, FileError> {
        debug_assert!(count <= WINDOW);
        let value = self.window() & ((1_u64 << count) - 1);
        self.advance(count)?;
        Ok(value)
    }

    /// How many zeros stand before the next one.
    #[inline]
    fn unary(&mut self) -> Result<u64, FileError> {
        let mut zeros = 0_u64;
        loop {
            let run = self.window().trailing_zeros();
            if run < WINDOW {
                self.advance(run + 1)?;
                return Ok(zeros + u64::from(run));
            }
            self.advance(WINDOW)?;
            zeros += u64::from(WINDOW);
        }
    }

    /// A Rice code of a number of up to 64 bits; `k` at most 57.
    #[inline]
    pub(super) fn rice(&mut self, k: u32) -> Result<u64, FileError> {
        let high = self.unary()?;
        let low = self.bits(k)?;
        match high.checked_mul(1 << k) {
            Some(high) => Ok(high | low),
            None => Err(FileError::Malformed { what: "Rice code", at: self.at / 8 }),
        }
    }

    /// Whether `goal` is among the first `count` members that Rice codes of parameter `k` (at most 16) give:
    /// each code is the gap from the member before, less one. Reads no further than that takes.
    ///
    /// One load of 64 bits serves as many codes as it holds: a question costs several hundred of them.
    pub(super) fn rice_gaps_reach(&mut self, k: u32, count: u32, goal: u64) -> Result<bool, FileError> {
        let mask = (1_u64 << k) - 1;
        let (mut word, mut held, mut next) = (0_u64, 0_u32, 0_u64);
        for _ in 0..count {
            let mut used = word.trailing_zeros() + 1 + k;
            if used > held {
                (word, held) = self.load();
                used = word.trailing_zeros() + 1 + k;
            }
            let gap = if used > held || used >= u64::BITS {
                // A code longer than one load, or the end of the stream.
                (word, held) = (0, 0);
                self.rice(k)?
            } else {
                let zeros = used - 1 - k;
                let gap = u64::from(zeros) << k | (word >> (zeros + 1)) & mask;
                word >>= used;
                held -= used;
                self.at += usize::try_from(used).unwrap_or(0);
                gap
            };
            let member = next.saturating_add(gap);
            if member >= goal {
                return Ok(member == goal);
            }
            next = member + 1;
        }
        Ok(false)
    }

    /// The next bits, and how many of them are of the stream.
    #[inline]
    fn load(&self) -> (u64, u32) {
        let left = (self.bytes.len() * 8).saturating_sub(self.at);
        let whole = u64::BITS.saturating_sub(u32::try_from(self.at % 8).unwrap_or(0));
        (self.window(), whole.min(u32::try_from(left).unwrap_or(u32::MAX)))
    }

    /// A Rice code of a number of up to 128 bits.
    pub(super) fn rice_wide(&mut self, k: u32) -> Result<u128, FileError> {
        let mut value = u128::from(self.unary()?);
        if value.leading_zeros() < k {
            return Err(FileError::Malformed { what: "Rice code", at: self.at / 8 });
        }
        // The high part is shifted up in steps, as the low bits come in from the lowest.
        let (mut low, mut have) = (0_u128, 0);
        while have < k {
            let step = (k - have).min(WINDOW);
            low |= u128::from(self.bits(step)?) << have;
            have += step;
        }
        value = value.checked_shl(k).unwrap_or(0);
        Ok(value | low)
    }

    /// Ends the stream: only zero bits that fill the last byte may be left.
    pub(super) fn finish(self) -> Result<(), FileError> {
        let whole = self.at.div_ceil(8);
        let padding = if self.at.is_multiple_of(8) { 0 } else { self.window() };
        match (self.bytes.len().checked_sub(whole), padding) {
            (Some(0), 0) => Ok(()),
            (Some(0), _) => Err(FileError::Malformed { what: "bit padding", at: whole }),
            (count, _) => Err(FileError::Trailing { what: "bit stream", count: count.unwrap_or(0) }),
        }
    }
}

/// Writes bits.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits that do not fill a byte yet, fewer than eight.
    partial: u64,
    held: u32,
}

impl BitWriter {
    /// Appends the `count` low bits of a value, at most 56, which has no others.
    fn bits(&mut self, value: u64, count: u32) {
        self.partial |= value << self.held;
        self.held += count;
        while self.held >= 8 {
            let [low, ..] = self.partial.to_le_bytes();
            self.bytes.push(low);
            self.partial >>= 8;
            self.held -= 8;
        }
    }

    /// Appends a Rice code.
    pub(super) fn rice(&mut self, value: u128, k: u32) {
        const STEP: u32 = 56;
        let mut zeros = value.checked_shr(k).unwrap_or(0);
        while zeros >= u128::from(STEP) {
            self.bits(0, STEP);
            zeros -= u128::from(STEP);
        }
        self.bits(0, u32::try_from(zeros).unwrap_or(0));
        self.bits(1, 1);
        let mut written = 0;
        while written < k {
            let step = (k - written).min(STEP);
            let piece = value >> written & ((1 << step) - 1);
            self.bits(u64::try_from(piece).unwrap_or(0), step);
            written += step;
        }
    }

    /// Bits written so far.
    #[cfg(feature = "author")]
    pub(super) fn len(&self) -> usize {
        self.bytes.len() * 8 + usize::try_from(self.held).unwrap_or(0)
    }

    /// The bytes, the last one filled with zeros.
    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        if self.held > 0 {
            self.bits(0, 8 - self.held);
        }
        self.bytes
    }
}

/// The parameter that makes these values shortest, the smaller one of equals, and the bits they then take.
pub(super) fn best_rice(values: &[u128], limit: u32) -> (u32, u128) {
    let cost = |k: u32| {
        values.iter().fold(0_u128, |bits, value| bits.saturating_add((value >> k) + 1 + u128::from(k)))
    };
    (0..=limit).map(|k| (k, cost(k))).min_by_key(|(k, bits)| (*bits, *k)).unwrap_or((0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rice_codes_read_back(values in prop::collection::vec(0_u64..1 << 20, 0..200), k in 10_u32..57) {
            let mut writer = BitWriter::default();
            values.iter().for_each(|value| writer.rice((*value).into(), k));
            let bytes = writer.into_bytes();
            let mut reader = BitReader::new(&bytes);
            for value in &values {
                prop_assert_eq!(reader.rice(k), Ok(*value));
            }
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn wide_rice_codes_read_back(values in prop::collection::vec(any::<u128>(), 0..50), k in 120_u32..128) {
            let mut writer = BitWriter::default();
            values.iter().for_each(|value| writer.rice(*value, k));
            let bytes = writer.into_bytes();
            let mut reader = BitReader::new(&bytes);
            for value in &values {
                prop_assert_eq!(reader.rice_wide(k), Ok(*value));
            }
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn gaps_reach_what_single_codes_reach(
            bytes in prop::collection::vec(any::<u8>(), 0..64),
            k in 0_u32..16,
            count in 0_u32..80,
            goal in 0_u64..70_000,
        ) {
            let mut reader = BitReader::new(&bytes);
            let mut next = 0;
            let mut expected = Ok(false);
            for _ in 0..count {
                match reader.rice(k) {
                    Err(error) => expected = Err(error),
                    Ok(gap) if gap + next >= goal => expected = Ok(gap + next == goal),
                    Ok(gap) => {
                        next += gap + 1;
                        continue;
                    }
                }
                break;
            }
            let found = BitReader::new(&bytes).rice_gaps_reach(k, count, goal);
            prop_assert_eq!(found.ok(), expected.ok());
        }

        #[test]
        fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..64), k in 0_u32..57) {
            let mut reader = BitReader::new(&bytes);
            let codes = std::iter::from_fn(|| reader.rice(k).ok()).count();
            prop_assert!(codes <= bytes.len() * 8);
        }
    }

    #[test]
    fn set_padding_is_refused() {
        let mut reader = BitReader::new(&[0b1000_0001]);
        assert_eq!(reader.rice(0), Ok(0));
        assert!(matches!(reader.finish(), Err(FileError::Malformed { .. })));
        let mut reader = BitReader::new(&[0b0000_0001, 0]);
        assert_eq!(reader.rice(0), Ok(0));
        assert!(matches!(reader.finish(), Err(FileError::Trailing { count: 1, .. })));
    }

    #[test]
    fn a_long_unary_part_reads_back() {
        let mut writer = BitWriter::default();
        writer.rice(65_535, 0);
        writer.rice(7, 0);
        let bytes = writer.into_bytes();
        let mut reader = BitReader::new(&bytes);
        assert_eq!(reader.rice(0), Ok(65_535));
        assert_eq!(reader.rice(0), Ok(7));
    }
}

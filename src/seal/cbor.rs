//! CBOR in core deterministic encoding (RFC 8949, 4.2.1), the few types a seal needs.
//!
//! The reader refuses whatever a second encoder could have written differently: longer integers than needed,
//! indefinite lengths. A signed payload therefore has one encoding, and comparing bytes compares records.

/// Why bytes are not the CBOR expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CborError {
    /// The input ends inside an item.
    #[error("CBOR ends early, at byte {at}")]
    Truncated {
        /// Byte offset.
        at: usize,
    },
    /// An item of another type stands where `expected` should.
    #[error("CBOR has no {expected} at byte {at}")]
    Unexpected {
        /// What the format asks for.
        expected: &'static str,
        /// Byte offset.
        at: usize,
    },
    /// An integer or a length is written longer than needed, or a length is indefinite.
    #[error("CBOR is not deterministic at byte {at}")]
    NotDeterministic {
        /// Byte offset.
        at: usize,
    },
    /// Map keys are out of order, repeated or unknown.
    #[error("CBOR map has an unexpected key at byte {at}")]
    Key {
        /// Byte offset.
        at: usize,
    },
    /// Bytes follow the item.
    #[error("{count} bytes follow the CBOR item")]
    Trailing {
        /// How many.
        count: usize,
    },
}

const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;

/// Appends items to a buffer.
#[derive(Debug, Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    fn head(mut self, major: u8, value: u64) -> Self {
        let major = major << 5;
        let [.., b4, b5, b6, b7] = value.to_be_bytes();
        match value {
            0..=23 => self.0.push(major | b7),
            24..=0xff => self.0.extend([major | 24, b7]),
            0x100..=0xffff => self.0.extend([major | 25, b6, b7]),
            0x1_0000..=0xffff_ffff => self.0.extend([major | 26, b4, b5, b6, b7]),
            _ => {
                self.0.push(major | 27);
                self.0.extend(value.to_be_bytes());
            }
        }
        self
    }

    pub(crate) fn unsigned(self, value: u64) -> Self {
        self.head(UNSIGNED, value)
    }

    /// The negative integer −1 − `value`.
    pub(crate) fn negative(self, value: u64) -> Self {
        self.head(NEGATIVE, value)
    }

    pub(crate) fn bytes(mut self, value: &[u8]) -> Self {
        self = self.head(BYTES, length(value.len()));
        self.0.extend(value);
        self
    }

    pub(crate) fn text(mut self, value: &str) -> Self {
        self = self.head(TEXT, length(value.len()));
        self.0.extend(value.as_bytes());
        self
    }

    pub(crate) fn array(self, items: u64) -> Self {
        self.head(ARRAY, items)
    }

    pub(crate) fn map(self, pairs: u64) -> Self {
        self.head(MAP, pairs)
    }

    pub(crate) fn tag(self, number: u64) -> Self {
        self.head(TAG, number)
    }
}

fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// Reads items off the front of a slice.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(input: &'a [u8]) -> Self {
        Self { rest: input, at: 0 }
    }

    /// Ends the reading: nothing may be left.
    pub(crate) fn finish(self) -> Result<(), CborError> {
        match self.rest.len() {
            0 => Ok(()),
            count => Err(CborError::Trailing { count }),
        }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], CborError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(CborError::Truncated { at: self.at + self.rest.len() })?;
        self.rest = rest;
        self.at += count;
        Ok(taken)
    }

    fn head(&mut self, major: u8, expected: &'static str) -> Result<u64, CborError> {
        let at = self.at;
        let first = *self.rest.first().ok_or(CborError::Truncated { at })?;
        if first >> 5 != major {
            return Err(CborError::Unexpected { expected, at });
        }
        self.take(1)?;
        let info = first & 0x1f;
        let (value, least) = match info {
            0..=23 => (u64::from(info), 0),
            24 => (self.big_endian(1)?, 24),
            25 => (self.big_endian(2)?, 0x100),
            26 => (self.big_endian(4)?, 0x1_0000),
            27 => (self.big_endian(8)?, 0x1_0000_0000),
            _ => return Err(CborError::NotDeterministic { at }),
        };
        if value < least {
            return Err(CborError::NotDeterministic { at });
        }
        Ok(value)
    }

    fn big_endian(&mut self, width: usize) -> Result<u64, CborError> {
        Ok(self.take(width)?.iter().fold(0, |value, &byte| value << 8 | u64::from(byte)))
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64, CborError> {
        self.head(UNSIGNED, "unsigned integer")
    }

    /// The `n` of the negative integer −1 − `n`.
    pub(crate) fn negative(&mut self) -> Result<u64, CborError> {
        self.head(NEGATIVE, "negative integer")
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], CborError> {
        let count = self.head(BYTES, "byte string")?;
        self.take(usize::try_from(count).unwrap_or(usize::MAX))
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, CborError> {
        let at = self.at;
        let count = self.head(TEXT, "text string")?;
        let bytes = self.take(usize::try_from(count).unwrap_or(usize::MAX))?;
        std::str::from_utf8(bytes).map_err(|_| CborError::Unexpected { expected: "UTF-8 text", at })
    }

    pub(crate) fn array(&mut self) -> Result<u64, CborError> {
        self.head(ARRAY, "array")
    }

    pub(crate) fn map(&mut self) -> Result<u64, CborError> {
        self.head(MAP, "map")
    }

    pub(crate) fn tag(&mut self) -> Result<u64, CborError> {
        self.head(TAG, "tag")
    }

    /// Whether the next item is a tag.
    pub(crate) fn next_is_tag(&self) -> bool {
        self.rest.first().is_some_and(|first| first >> 5 == TAG)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn integers_have_the_encodings_of_rfc_8949_appendix_a() {
        for (value, hex) in [
            (0, vec![0]),
            (23, vec![0x17]),
            (24, vec![0x18, 0x18]),
            (1000, vec![0x19, 0x03, 0xe8]),
            (1_000_000, vec![0x1a, 0x00, 0x0f, 0x42, 0x40]),
            (1_000_000_000_000, vec![0x1b, 0x00, 0x00, 0x00, 0xe8, 0xd4, 0xa5, 0x10, 0x00]),
        ] {
            assert_eq!(Writer::default().unsigned(value).finish(), hex);
            assert_eq!(Reader::new(&hex).unsigned(), Ok(value));
        }
    }

    #[test]
    fn longer_than_needed_is_refused() {
        for bytes in
            [&[0x18, 23][..], &[0x19, 0, 255], &[0x1a, 0, 0, 255, 255], &[0x1b, 0, 0, 0, 0, 9, 9, 9, 9]]
        {
            assert_eq!(Reader::new(bytes).unsigned(), Err(CborError::NotDeterministic { at: 0 }));
        }
        assert_eq!(Reader::new(&[0x5f]).bytes(), Err(CborError::NotDeterministic { at: 0 }));
    }

    #[test]
    fn a_length_beyond_the_input_allocates_nothing() {
        let bytes = [0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        assert_eq!(Reader::new(&bytes).bytes(), Err(CborError::Truncated { at: 9 }));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value: u64, bytes: Vec<u8>, text: String) {
            let written = Writer::default().unsigned(value).negative(value).bytes(&bytes).text(&text).finish();
            let mut reader = Reader::new(&written);
            prop_assert_eq!(reader.unsigned(), Ok(value));
            prop_assert_eq!(reader.negative(), Ok(value));
            prop_assert_eq!(reader.bytes(), Ok(&bytes[..]));
            prop_assert_eq!(reader.text(), Ok(&text[..]));
            prop_assert_eq!(reader.finish(), Ok(()));
        }
    }
}

//! [`Text`]: a message under interpretation that remembers where each of its bytes stood in the scan.
//!
//! Repairs, percent-decoding and Code 39 full ASCII change bytes before a grammar sees them; findings must
//! still point into the scan as it was delivered.

use std::borrow::Cow;
use std::ops::Range;

use super::finding::Span;

/// Bytes, and for each the range of the scan it came from.
#[derive(Debug, Clone)]
pub(crate) struct Text<'a> {
    bytes: Cow<'a, [u8]>,
    origin: Origin,
}

#[derive(Debug, Clone)]
enum Origin {
    /// Byte `i` stood at `i + base`.
    Shifted { base: usize },
    /// Byte `i` stood at the `i`-th range.
    Mapped(Vec<Span>),
}

impl<'a> Text<'a> {
    /// A part of the scan that begins at offset `base`, unchanged.
    pub(crate) fn plain(bytes: &'a [u8], base: usize) -> Self {
        Self { bytes: Cow::Borrowed(bytes), origin: Origin::Shifted { base } }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Bytes of a range; empty when it lies outside.
    pub(crate) fn get(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// The text of a range.
    pub(crate) fn string(&self, range: Range<usize>) -> String {
        decode(self.get(range))
    }

    /// The whole character of which the byte at `at` is the first: several bytes in UTF-8.
    pub(crate) fn character(&self, at: usize) -> Range<usize> {
        let longest = self.get(at..(at + 4).min(self.len()));
        let length = (1..=longest.len())
            .find(|&length| longest.get(..length).and_then(|head| std::str::from_utf8(head).ok()).is_some());
        at..at + length.unwrap_or(1)
    }

    /// Where a range of this text stands in the scan.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        match &self.origin {
            Origin::Shifted { base } => (range.start + base, range.end.max(range.start) + base),
            Origin::Mapped(map) => {
                let end_of_scan = map.last().map_or(0, |last| last.1);
                let start = map.get(range.start).map_or(end_of_scan, |byte| byte.0);
                let last = range.end.checked_sub(1).filter(|&last| last >= range.start);
                let end = last.map_or(start, |last| map.get(last).map_or(end_of_scan, |byte| byte.1));
                (start, end)
            }
        }
    }

    /// The same, owning its bytes.
    pub(crate) fn into_owned(self) -> Text<'static> {
        Text { bytes: Cow::Owned(self.bytes.into_owned()), origin: self.origin }
    }

    /// The part of this text in a range.
    pub(crate) fn slice(&self, range: Range<usize>) -> Text<'_> {
        let bytes = Cow::Borrowed(self.get(range.clone()));
        let origin = match &self.origin {
            Origin::Shifted { base } => Origin::Shifted { base: base + range.start },
            Origin::Mapped(map) => Origin::Mapped(map.get(range).unwrap_or_default().to_vec()),
        };
        Text { bytes, origin }
    }
}

/// Builds a changed text, byte by byte, from ranges of another.
#[derive(Debug, Default)]
pub(crate) struct Rewrite {
    bytes: Vec<u8>,
    map: Vec<Span>,
}

impl Rewrite {
    /// One byte that stands for a place of the scan.
    pub(crate) fn push(&mut self, byte: u8, span: Span) {
        self.bytes.push(byte);
        self.map.push(span);
    }

    /// The last byte so far.
    pub(crate) fn last(&self) -> Option<u8> {
        self.bytes.last().copied()
    }

    /// Bytes so far.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn finish(self) -> Text<'static> {
        Text { bytes: Cow::Owned(self.bytes), origin: Origin::Mapped(self.map) }
    }
}

/// UTF-8 where it is that, else ISO/IEC 8859-1.
pub(crate) fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// The decimal value of ASCII digits; `None` when empty, when a byte is no digit, or when it overflows.
pub(crate) fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u32, |value, byte| value.checked_mul(10)?.checked_add(digit(*byte)?))
}

/// The value of one ASCII digit.
pub(crate) fn digit(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(10)
}

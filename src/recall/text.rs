//! Texts of recall notices, as sequences of words from a dictionary.
//!
//! Notices repeat one another's words, so a text is a sequence of varints: `n > 0` stands for piece `n − 1`
//! of the segment's dictionary, and 0 for a literal (`length varint, bytes`). Any text can be read alone,
//! which a general compressor over the whole file would not allow.

use super::cursor::Cursor;
use super::error::FileError;
use super::list::List;

/// Longest text, in bytes, that a reader builds.
pub(super) const MAX_TEXT: usize = 8192;

/// Reads a text that fills `coded`.
pub(super) fn decode(coded: &[u8], dictionary: List<'_>) -> Result<String, FileError> {
    let mut cursor = Cursor::new(coded);
    let mut text = Vec::new();
    while !cursor.is_empty() {
        let piece = match cursor.size("text piece")?.checked_sub(1) {
            Some(index) => dictionary.get(index)?,
            None => {
                let length = cursor.size("literal length")?;
                cursor.take(length, "literal")?
            }
        };
        text.extend_from_slice(piece);
        if text.len() > MAX_TEXT {
            return Err(FileError::TooLarge {
                what: "text length",
                found: u64::try_from(text.len()).unwrap_or(u64::MAX),
                limit: u64::try_from(MAX_TEXT).unwrap_or(u64::MAX),
            });
        }
    }
    String::from_utf8(text)
        .map_err(|error| FileError::Malformed { what: "text encoding", at: error.utf8_error().valid_up_to() })
}

#[cfg(feature = "author")]
pub(super) use author::Dictionary;

#[cfg(feature = "author")]
mod author {
    use std::collections::HashMap;

    use super::super::cursor::put_varint;
    use super::super::list;

    /// The pieces of a segment's texts that occur more than once, the commonest first.
    pub(crate) struct Dictionary<'t> {
        pieces: Vec<&'t str>,
        numbers: HashMap<&'t str, u32>,
    }

    impl<'t> Dictionary<'t> {
        pub(crate) fn new(texts: impl Iterator<Item = &'t str>) -> Self {
            let mut counts: HashMap<&str, u32> = HashMap::new();
            for piece in texts.flat_map(pieces) {
                *counts.entry(piece).or_default() += 1;
            }
            let mut common: Vec<(&str, u32)> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
            common.sort_unstable_by(|(a, many), (b, more)| more.cmp(many).then(a.cmp(b)));
            let pieces: Vec<&str> = common.into_iter().map(|(piece, _)| piece).collect();
            let numbers = pieces.iter().copied().zip(1..).collect();
            Self { pieces, numbers }
        }

        /// The dictionary as a list for the file.
        pub(crate) fn to_list(&self) -> Vec<u8> {
            list::encode(&self.pieces)
        }

        pub(crate) fn encode(&self, text: &str) -> Vec<u8> {
            let mut out = Vec::new();
            let mut literal = String::new();
            for piece in pieces(text) {
                match self.numbers.get(piece) {
                    Some(number) => {
                        put_literal(&mut out, &mut literal);
                        put_varint(&mut out, *number);
                    }
                    None => literal.push_str(piece),
                }
            }
            put_literal(&mut out, &mut literal);
            out
        }
    }

    fn put_literal(out: &mut Vec<u8>, literal: &mut String) {
        if !literal.is_empty() {
            out.push(0);
            put_varint(out, u32::try_from(literal.len()).unwrap_or(u32::MAX));
            out.extend_from_slice(literal.as_bytes());
            literal.clear();
        }
    }

    /// A word with the blank or punctuation mark that ends it.
    fn pieces(text: &str) -> impl Iterator<Item = &str> {
        text.split_inclusive(|c: char| c.is_whitespace() || matches!(c, '/' | '=' | '?' | '&' | '-'))
    }
}

//! Stands in for the crate of the same name in this workspace (see `[patch.crates-io]` in its `Cargo.toml`).
//!
//! rxing hands out messages as text only, decoded by the character set the symbol names, and does not compile without
//! such sets. The readers' bench wants the bytes: here every character set is ISO/IEC 8859-1, in which each byte is the
//! character of its number, so that the bytes come back from the text as they were. It also keeps tables of East Asian
//! characters, which nothing reads, out of what is compiled. Only what rxing calls is here.

use std::borrow::Cow;

/// A character set, of which there is one.
#[derive(Debug, PartialEq, Eq)]
pub struct Encoding(());

static BYTES: Encoding = Encoding(());

impl Encoding {
    /// The one there is, by any name.
    pub fn for_label(_label: &[u8]) -> Option<&'static Self> {
        Some(&BYTES)
    }

    /// Bytes as characters of the same numbers; nothing can go wrong, so the last is false.
    pub fn decode<'a>(&'static self, bytes: &'a [u8]) -> (Cow<'a, str>, &'static Self, bool) {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) if text.is_ascii() => Cow::Borrowed(text),
            _ => Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect()),
        };
        (text, self, false)
    }

    /// Characters as bytes of the same numbers; the last is true where one has no such byte.
    pub fn encode<'a>(&'static self, text: &'a str) -> (Cow<'a, [u8]>, &'static Self, bool) {
        let bytes: Option<Vec<u8>> = text.chars().map(|char| u8::try_from(char).ok()).collect();
        let lost = bytes.is_none();
        (Cow::Owned(bytes.unwrap_or_default()), self, lost)
    }
}

macro_rules! character_sets {
    ($($name:ident)*) => { $(
        /// A name that rxing asks for.
        pub static $name: &Encoding = &BYTES;
    )* };
}

character_sets! {
    BIG5 EUC_KR GB18030 GBK ISO_8859_10 ISO_8859_13 ISO_8859_14 ISO_8859_15 ISO_8859_16 ISO_8859_2 ISO_8859_3
    ISO_8859_4 ISO_8859_5 ISO_8859_6 ISO_8859_7 ISO_8859_8 SHIFT_JIS UTF_16BE UTF_16LE UTF_8 WINDOWS_1250
    WINDOWS_1251 WINDOWS_1252 WINDOWS_1254 WINDOWS_1256 WINDOWS_874
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_as_they_were() {
        let all: Vec<u8> = (0..=255).collect();
        let (text, ..) = SHIFT_JIS.decode(&all);
        assert_eq!(text.chars().count(), 256);
        let (bytes, _, lost) = UTF_8.encode(&text);
        assert_eq!((&bytes[..], lost), (&all[..], false));
        assert!(UTF_8.encode("→").2);
    }
}

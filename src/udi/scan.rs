//! [`Scan`]: what arrives at this stage.

use crate::symbol::{Symbol, SymbologyIdentifier};

/// U+FEFF in UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What a reader, a scanner or a person delivered: the message and, where known, its AIM identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// Message bytes as transmitted, separators as 0x1D, no identifier in front.
    pub bytes: Vec<u8>,
    /// The AIM symbology identifier (ISO/IEC 15424), `None` where the source did not say.
    pub symbology_identifier: Option<SymbologyIdentifier>,
}

impl Scan {
    /// A scan as text; a leading `]cm` is taken off as its symbology identifier.
    pub fn from_text(text: &str) -> Self {
        Self::from_bytes(text.as_bytes())
    }

    /// A scan as bytes; a leading `]cm` is taken off as its symbology identifier, with the byte order mark a
    /// file may have put before it.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let behind_mark = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let identifier = behind_mark.split_first_chunk::<3>().and_then(|(head, rest)| {
            Some((SymbologyIdentifier::parse(std::str::from_utf8(head).ok()?)?, rest))
        });
        match identifier {
            Some((identifier, rest)) => Self { bytes: rest.to_vec(), symbology_identifier: Some(identifier) },
            None => Self { bytes: bytes.to_vec(), symbology_identifier: None },
        }
    }

    /// The message as text: UTF-8 where it is that, else ISO/IEC 8859-1; for display.
    pub fn text(&self) -> String {
        super::text::decode(&self.bytes)
    }
}

impl From<&Symbol> for Scan {
    fn from(symbol: &Symbol) -> Self {
        Self { bytes: symbol.bytes.clone(), symbology_identifier: Some(symbol.symbology_identifier) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_taken_off_once() {
        let scan = Scan::from_text("]d20109501234567891");
        assert_eq!(scan.symbology_identifier.unwrap().as_str(), "]d2");
        assert_eq!(scan.bytes, b"0109501234567891");
        assert_eq!(Scan::from_text("]d").symbology_identifier, None);
        assert_eq!(Scan::from_text("]d2").bytes, b"");
        assert_eq!(Scan::from_text("\u{feff}]d2010").symbology_identifier.unwrap().as_str(), "]d2");
        assert_eq!(Scan::from_text("\u{feff}01").bytes, "\u{feff}01".as_bytes());
    }
}

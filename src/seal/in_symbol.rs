//! Carriers A and B: the seal inside the UDI symbol, as GS1 element string or Digital Link query.
//!
//! ```text
//! AI 91   key hint (4 base64url characters), then optionally the status index (6, 36 bits, big endian)
//! AI 92   Ed25519 signature (86 base64url characters, no padding)
//! ```
//! AIs 91 to 99 are company internal (GS1 General Specifications 3.9): only an issuer in the registry has
//! agreed to this meaning. Elsewhere other content under these AIs is that company's business and no seal.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::record::StatusIndex;
use super::signature::KeyHint;
use crate::udi::{Agency, Udi};

const AI_KEY: &str = "91";
const AI_SIGNATURE: &str = "92";

/// What a symbol carries under the seal's AIs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InSymbol {
    /// Neither AI.
    Absent,
    /// Something, but no seal.
    Malformed,
    /// A seal, not verified yet.
    Seal(SealText),
}

/// The seal as printed, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealText {
    /// Which key the label names.
    pub hint: KeyHint,
    /// The unit's position in the status lists, where it has one.
    pub status_index: Option<StatusIndex>,
    /// The signature.
    pub signature: [u8; 64],
}

impl SealText {
    /// Value of AI 91.
    pub fn ai_91(&self) -> String {
        let mut text = self.hint.to_string();
        if let Some(index) = self.status_index {
            text.push_str(&index_text(index));
        }
        text
    }

    /// Value of AI 92.
    pub fn ai_92(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.signature)
    }
}

/// Finds the seal among the elements of a label.
pub fn read(udi: &Udi) -> InSymbol {
    if udi.agency != Some(Agency::GS1) {
        return InSymbol::Absent;
    }
    match (udi.element(AI_KEY), udi.element(AI_SIGNATURE)) {
        (None, None) => InSymbol::Absent,
        (Some(key), Some(signature)) => decode(key, signature).map_or(InSymbol::Malformed, InSymbol::Seal),
        _ => InSymbol::Malformed,
    }
}

fn decode(key: &str, signature: &str) -> Option<SealText> {
    let (hint, index) = key.split_at_checked(4)?;
    let status_index = match index.len() {
        0 => None,
        _ => Some(parse_index(index)?),
    };
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?.try_into().ok()?;
    Some(SealText { hint: KeyHint::parse(hint)?, status_index, signature })
}

/// Six characters are 36 bits: decoded in front of two `A` (zero) characters they fill six bytes.
fn parse_index(text: &str) -> Option<StatusIndex> {
    if text.len() != 6 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(format!("AA{text}")).ok()?;
    StatusIndex::new(bytes.iter().fold(0, |value, &byte| value << 8 | u64::from(byte)))
}

fn index_text(index: StatusIndex) -> String {
    let [_, _, six @ ..] = index.get().to_be_bytes();
    URL_SAFE_NO_PAD.encode(six).split_off(2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::seal::tests::gs1 as udi;

    #[test]
    fn half_a_seal_is_malformed() {
        let signature = "A".repeat(86);
        assert_eq!(read(&udi(&[])), InSymbol::Absent);
        for elements in [
            &[("91", "AbC1")][..],
            &[("92", &signature)],
            &[("91", "AbC"), ("92", &signature)],
            &[("91", "AbC1A"), ("92", &signature)],
            &[("91", "AbC1"), ("92", &signature[1..])],
        ] {
            assert_eq!(read(&udi(elements)), InSymbol::Malformed, "{elements:?}");
        }
        let unused_bits = "A".repeat(85) + "B";
        assert_eq!(read(&udi(&[("91", "AbC1"), ("92", &unused_bits)])), InSymbol::Malformed);
        assert!(matches!(read(&udi(&[("91", "AbC1"), ("92", &signature)])), InSymbol::Seal(_)));
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read(hint: [u8; 3], index in proptest::option::of(0..=StatusIndex::MAX), byte: u8) {
            let seal = SealText {
                hint: KeyHint::from_bytes(hint),
                status_index: index.and_then(StatusIndex::new),
                signature: [byte; 64],
            };
            prop_assert_eq!(seal.ai_91().len(), if index.is_some() { 10 } else { 4 });
            prop_assert_eq!(decode(&seal.ai_91(), &seal.ai_92()), Some(seal));
        }
    }
}

//! Ed25519 (RFC 8032): the one file that verifies a signature or admits a public key.
//!
//! Every check is dalek's strict one: cofactorless equation, canonical `s`, no small-order `A` or `R`.
//! Keys of small order verify many messages, and non-canonical encodings give one key two names, so neither
//! becomes a [`PublicKey`]. No verdict comes from another implementation; WebCrypto's differ at these edges.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha256};

/// An Ed25519 public key that passed the checks of this file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Why 32 bytes are no acceptable public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not 43 base64url characters, or not 32 bytes.
    #[error("a public key is 32 bytes, as 43 base64url characters")]
    Length,
    /// The bytes are no point of the curve.
    #[error("the public key is not a point of the curve")]
    NotAPoint,
    /// The bytes encode a point in a way only tolerant decoders read.
    #[error("the public key is not canonically encoded")]
    NotCanonical,
    /// The point has small order: signatures under it prove nothing.
    #[error("the public key has small order")]
    SmallOrder,
}

impl KeyError {
    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Length => "key_length",
            Self::NotAPoint => "key_not_a_point",
            Self::NotCanonical => "key_not_canonical",
            Self::SmallOrder => "key_small_order",
        }
    }
}

impl PublicKey {
    /// Admits a key of 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| KeyError::Length)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        if key.is_weak() {
            return Err(KeyError::SmallOrder);
        }
        if key.to_edwards().compress().as_bytes() != bytes {
            return Err(KeyError::NotCanonical);
        }
        Ok(Self(key))
    }

    /// Admits a key of 43 base64url characters, as `keys.json` writes it.
    pub fn from_base64url(text: &str) -> Result<Self, KeyError> {
        Self::from_bytes(&URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::Length)?)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The key as 43 base64url characters.
    pub fn to_base64url(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.as_bytes())
    }

    /// The hint a label carries to find this key.
    pub fn hint(&self) -> KeyHint {
        let digest = Sha256::digest(self.as_bytes());
        let mut hint = [0; 3];
        hint.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        KeyHint(hint)
    }

    /// Whether `signature` is this key's over `message`, by the strict rules.
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }
}

/// The first 24 bits of the SHA-256 of a public key; on labels 4 base64url characters.
///
/// A hint, not a name: several keys may share it, and all of them are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyHint([u8; 3]);

impl KeyHint {
    /// A hint of 3 bytes, as COSE headers carry it.
    pub const fn from_bytes(bytes: [u8; 3]) -> Self {
        Self(bytes)
    }

    /// Reads 4 base64url characters.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The 3 bytes.
    pub fn as_bytes(&self) -> &[u8; 3] {
        &self.0
    }
}

impl fmt::Display for KeyHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;

    #[test]
    fn a_signature_verifies_under_its_key_and_message_alone() {
        let signing = SigningKey::from_bytes(&[7; 32]);
        let key = PublicKey::from_bytes(signing.verifying_key().as_bytes()).unwrap();
        let signature = signing.sign(b"unit").to_bytes();
        assert!(key.verifies(b"unit", &signature));
        assert!(!key.verifies(b"Unit", &signature));
        let other =
            PublicKey::from_bytes(SigningKey::from_bytes(&[8; 32]).verifying_key().as_bytes()).unwrap();
        assert!(!other.verifies(b"unit", &signature));
    }

    #[test]
    fn a_hint_is_four_characters_of_the_hash() {
        let key = PublicKey::from_bytes(SigningKey::from_bytes(&[7; 32]).verifying_key().as_bytes()).unwrap();
        let text = key.hint().to_string();
        assert_eq!(text.len(), 4);
        assert_eq!(KeyHint::parse(&text), Some(key.hint()));
        assert_eq!(KeyHint::parse("abc"), None);
        assert_eq!(KeyHint::parse("abcde"), None);
        assert_eq!(PublicKey::from_base64url(&key.to_base64url()), Ok(key));
    }
}

//! Keys of TUF roles and the rule of the threshold (TUF specification 1.0.34, 4.2 and 5.3.4).
//!
//! Our own repositories sign with Ed25519, and the wasm knows nothing else. A key of an unknown scheme is no
//! error: it cannot count towards a threshold.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::metadata::{Document, RoleKeys, from_hex};
use crate::seal::PublicKey;
use crate::trust::UpdateError;

/// A public key as metadata writes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Key {
    keytype: String,
    scheme: String,
    keyval: KeyValue,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct KeyValue {
    public: String,
}

/// A key of a scheme that this crate does not implement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForeignKey<'a> {
    /// The `keytype` field.
    pub keytype: &'a str,
    /// The `scheme` field.
    pub scheme: &'a str,
    /// The `public` field of `keyval`: PEM for RSA and ECDSA.
    pub public: &'a str,
}

/// Verifies a signature of another scheme over a message; lent by tools that read other repositories.
pub type ForeignScheme = fn(&ForeignKey<'_>, message: &[u8], signature: &[u8]) -> bool;

impl Key {
    fn verifies(&self, message: &[u8], signature: &[u8], foreign: Option<ForeignScheme>) -> bool {
        match (self.keytype.as_str(), self.scheme.as_str(), foreign) {
            ("ed25519", "ed25519", _) => self.verifies_ed25519(message, signature).unwrap_or(false),
            (keytype, scheme, Some(foreign)) => {
                foreign(&ForeignKey { keytype, scheme, public: &self.keyval.public }, message, signature)
            }
            _ => false,
        }
    }

    fn verifies_ed25519(&self, message: &[u8], signature: &[u8]) -> Option<bool> {
        let key = PublicKey::from_bytes(&from_hex(&self.keyval.public)?).ok()?;
        Some(key.verifies(message, signature.try_into().ok()?))
    }
}

/// The document is signed by enough of the role's keys.
///
/// Distinct means distinct key ids and distinct keys: one key under two names counts once.
pub(crate) fn check_threshold<T>(
    document: &Document<T>,
    role: &str,
    signers: &RoleKeys,
    keys: &BTreeMap<String, Key>,
    foreign: Option<ForeignScheme>,
) -> Result<(), UpdateError> {
    let mut good = BTreeSet::new();
    for keyid in &signers.keyids {
        let (Some(key), Some(signature)) = (keys.get(keyid), document.signatures.get(keyid)) else {
            continue;
        };
        if key.verifies(&document.canonical, signature, foreign) {
            good.insert(&key.keyval);
        }
    }
    let threshold = usize::try_from(signers.threshold).unwrap_or(usize::MAX);
    if good.len() < threshold {
        let (role, good, threshold) = (role.to_owned(), good.len(), signers.threshold);
        return Err(UpdateError::Threshold { role, good, threshold });
    }
    Ok(())
}

//! The public half of a key, as `NAME.json` holds it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use udi_verify::seal::registry::{KeyEntry, KeyStatus};
use udi_verify::seal::{KeyHint, PublicKey};

use crate::failure::{Exit, Failure, OrFail};

/// Everything about a key that is no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PublicRecord {
    /// The name it was made under.
    pub(crate) name: String,
    /// The 32 bytes in base64url without padding.
    pub(crate) public: String,
    /// When it was made, or brought in.
    pub(crate) created: Timestamp,
    /// The GS1 company prefixes it may sign for; empty: any, as for the repository's own keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) prefixes: Vec<String>,
    /// Where it is in its life.
    #[serde(default = "active")]
    pub(crate) status: KeyStatus,
    /// From when on its signatures count for nothing; with status `compromised` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) compromised_from: Option<Timestamp>,
    /// The last day it signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<Date>,
    /// The key that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) successor: Option<String>,
    /// The token that holds the private half; absent: a file beside this one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<TokenKey>,
}

/// Where in which PKCS#11 token a private key is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenKey {
    /// The vendor's library.
    pub(crate) module: String,
    /// The token's label.
    pub(crate) token: String,
    /// The key's label in it (`CKA_LABEL`).
    pub(crate) label: String,
}

fn active() -> KeyStatus {
    KeyStatus::Active
}

impl PublicRecord {
    /// A new key's record.
    pub(super) fn new(name: &str, public: &[u8; 32], prefixes: &[String], expires: Option<Date>) -> Self {
        Self {
            name: name.to_owned(),
            public: URL_SAFE_NO_PAD.encode(public),
            created: Timestamp::now(),
            prefixes: prefixes.to_vec(),
            status: KeyStatus::Active,
            compromised_from: None,
            expires,
            successor: None,
            token: None,
        }
    }

    /// The public key, admitted by the rules of every verifier.
    pub(crate) fn key(&self) -> Result<PublicKey, Failure> {
        PublicKey::from_base64url(&self.public)
            .or_fail(Exit::Key, || format!("the key {} cannot be used", self.name))
    }

    /// The hint labels carry: the first 24 bits of the SHA-256 of the key, in base64url.
    pub(crate) fn hint(&self) -> Result<KeyHint, Failure> {
        Ok(self.key()?.hint())
    }

    /// The key as `keys.json` lists it.
    pub(crate) fn registry_entry(&self) -> Result<KeyEntry, Failure> {
        Ok(KeyEntry {
            hint: self.hint()?.to_string(),
            public: self.public.clone(),
            status: self.status,
            compromised_from: self.compromised_from,
            index_ranges: None,
        })
    }

    /// The key may sign new things on this day; else the failure says why not.
    pub(crate) fn may_sign(&self, today: Date) -> Result<(), Failure> {
        let refused = |why: String| Err(Failure::new(Exit::Key, format!("the key {} {why}", self.name)));
        match (self.status, self.expires) {
            (KeyStatus::Retired, _) => refused("is retired; it signs no more".to_owned()),
            (KeyStatus::Compromised, _) => refused("is compromised; it signs no more".to_owned()),
            (KeyStatus::Active, Some(last)) if last < today => {
                refused(format!("expired: its last day was {last}; `udi key rotate` makes its successor"))
            }
            (KeyStatus::Active, _) => Ok(()),
        }
    }
}

//! The four metadata roles of The Update Framework (specification 1.0.34, section 4), as they are written.
//!
//! What is signed is the OLPC canonical JSON of `signed`. Keys are named by the SHA-256 of theirs.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use olpc_cjson::CanonicalFormatter;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use udi_verify::seal::PublicKey;

use super::publication::TargetFile;
use crate::failure::{Exit, Failure, OrFail};
use crate::key::KeyPair;

/// The version of the specification these files keep to.
const SPEC_VERSION: &str = "1.0.34";

/// A role's content: type, version, expiry and the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Role<T> {
    #[serde(rename = "_type")]
    kind: String,
    spec_version: String,
    /// Always higher than the one before.
    pub(crate) version: u64,
    /// When it was signed. Ours: TUF dates nothing, and a verdict states how old its recall data is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) issued: Option<Timestamp>,
    /// From then on clients refuse it.
    pub(crate) expires: Timestamp,
    /// What only this role has.
    #[serde(flatten)]
    pub(crate) body: T,
}

/// Which keys sign what, and how many of them must.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Root {
    /// File names carry version or hash, so that a reader never sees half of two publications.
    pub(crate) consistent_snapshot: bool,
    /// By key id.
    pub(crate) keys: BTreeMap<String, Key>,
    /// By role name.
    pub(crate) roles: BTreeMap<String, RoleKeys>,
    /// What the keys are called by the people who hold them, by key id. Ours: clients do not read it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) holders: BTreeMap<String, String>,
}

/// A public key of the metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    keytype: String,
    scheme: String,
    keyval: KeyValue,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct KeyValue {
    public: String,
}

/// The keys of one role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RoleKeys {
    /// Their ids.
    pub(crate) keyids: Vec<String>,
    /// How many must sign.
    pub(crate) threshold: u32,
}

/// The files clients may use, by path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Targets {
    /// Length and hash of each.
    pub(crate) targets: BTreeMap<String, FileMeta>,
}

/// The version of the targets file (and of delegated ones).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    /// By file name.
    pub(crate) meta: BTreeMap<String, FileMeta>,
}

/// The version of the snapshot file: what a client fetches first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TimestampRole {
    /// By file name.
    pub(crate) meta: BTreeMap<String, FileMeta>,
}

/// What is promised of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileMeta {
    /// For metadata only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<u64>,
    /// In bytes.
    pub(crate) length: u64,
    /// `sha256` alone, in hexadecimal.
    pub(crate) hashes: BTreeMap<String, String>,
    /// For targets only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) custom: Option<Custom>,
}

/// What we add to a target: how far the data behind it reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Custom {
    /// The source's own date.
    pub(crate) source_date: Date,
}

/// A metadata file: a role and the signatures over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Envelope<T> {
    /// A role's keys that signed, and what they made.
    pub(crate) signatures: Vec<SignatureEntry>,
    /// What is signed.
    pub(crate) signed: T,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SignatureEntry {
    /// Whose.
    pub(crate) keyid: String,
    /// In hexadecimal.
    pub(crate) sig: String,
}

/// From when until when a signature holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Term {
    from: Timestamp,
    until: Timestamp,
}

impl Term {
    /// The days from `now` on, in whole seconds: the specification knows no fractions.
    pub(crate) fn of_days(now: Timestamp, days: i64) -> Result<Self, Failure> {
        let reckoning = || "cannot reckon an expiry";
        let from = Timestamp::from_second(now.as_second()).or_fail(Exit::System, reckoning)?;
        let until =
            from.checked_add(SignedDuration::from_hours(24 * days)).or_fail(Exit::System, reckoning)?;
        Ok(Self { from, until })
    }
}

impl<T> Role<T> {
    /// The next version of a role.
    pub(crate) fn new(kind: &str, version: u64, term: Term, body: T) -> Self {
        let spec_version = SPEC_VERSION.to_owned();
        Self {
            kind: kind.to_owned(),
            spec_version,
            version,
            issued: Some(term.from),
            expires: term.until,
            body,
        }
    }
}

impl<T: Serialize> Role<T> {
    /// The file: the role signed by `signers`.
    pub(crate) fn sign(&self, signers: &[KeyPair]) -> Result<Vec<u8>, Failure> {
        let message = canonical(self)?;
        let signature = |signer: &KeyPair| {
            let sig = hex(&signer.signer().sign(&message)?);
            Ok(SignatureEntry { keyid: Key::of(&signer.signer().public()).id()?, sig })
        };
        let signatures = signers.iter().map(signature).collect::<Result<_, Failure>>()?;
        canonical(&Envelope { signatures, signed: self })
    }
}

impl<T: for<'de> Deserialize<'de>> Role<T> {
    /// Reads a file that this tool wrote earlier. No signature is checked: a publisher trusts its own disk,
    /// and clients check what it publishes.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice::<Envelope<Self>>(bytes).map(|envelope| envelope.signed)
    }
}

impl Root {
    /// What people call a key: its holder, or the beginning of its id.
    pub(crate) fn holder(&self, keyid: &str) -> String {
        let short = || keyid.chars().take(8).collect();
        self.holders.get(keyid).cloned().unwrap_or_else(short)
    }
}

impl Key {
    /// The Ed25519 key of these bytes.
    pub(crate) fn of(public: &[u8; 32]) -> Self {
        Self {
            keytype: "ed25519".to_owned(),
            scheme: "ed25519".to_owned(),
            keyval: KeyValue { public: hex(public) },
        }
    }

    /// Whether this key made the signature (in hexadecimal) over `message`, by the rules of every client.
    pub(crate) fn verifies(&self, message: &[u8], signature: &str) -> bool {
        let key = from_hex(&self.keyval.public).and_then(|bytes| PublicKey::from_bytes(&bytes).ok());
        let signature = from_hex(signature).and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
        matches!((key, signature), (Some(key), Some(signature)) if key.verifies(message, &signature))
    }

    /// Its id.
    pub(crate) fn id(&self) -> Result<String, Failure> {
        Ok(sha256_hex(&canonical(self)?))
    }
}

impl FileMeta {
    /// What is promised of `bytes`; of metadata also its version.
    pub(crate) fn of(bytes: &[u8], version: Option<u64>) -> Self {
        Self {
            version,
            length: bytes.len() as u64,
            hashes: BTreeMap::from([("sha256".to_owned(), sha256_hex(bytes))]),
            custom: None,
        }
    }

    /// Its hash in hexadecimal.
    pub(crate) fn sha256(&self) -> Option<&str> {
        self.hashes.get("sha256").map(String::as_str)
    }

    /// The same as bytes.
    pub(crate) fn sha256_bytes(&self) -> Option<[u8; 32]> {
        let hex = self.sha256()?;
        let mut bytes = [0; 32];
        if hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()?;
        }
        Some(bytes)
    }

    /// What is promised of a target, and how far the data behind it reaches.
    pub(crate) fn of_target(target: &TargetFile) -> Self {
        let custom = target.source_date.map(|source_date| Custom { source_date });
        Self { custom, ..Self::of(&target.bytes, None) }
    }
}

/// OLPC canonical JSON: keys sorted, no space, one way to write a string.
pub(crate) fn canonical(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, CanonicalFormatter::new());
    value.serialize(&mut serializer).or_fail(Exit::System, || "cannot encode metadata")?;
    Ok(bytes)
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// In hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<_>>>()?;
    let (pairs, left) = digits.as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| u8::try_from(high << 4 | low).ok());
    if left.is_empty() { bytes.collect() } else { None }
}

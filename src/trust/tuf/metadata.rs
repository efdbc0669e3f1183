//! The four kinds of TUF metadata, read from JSON (TUF specification 1.0.34, section 4).
//!
//! Unknown fields are kept for the signature and otherwise ignored, as the specification asks.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};

use super::canonical_json::canonical;
use super::key::Key;
use crate::seal::instant;
use crate::trust::UpdateError;
use crate::udi::date;

/// A kind of metadata.
pub(crate) trait Role: DeserializeOwned {
    /// The `_type` field.
    const TYPE: &'static str;
    /// What the fields alone do not say.
    fn check(&self) -> Result<(), &'static str> {
        Ok(())
    }
}

/// One metadata file: parsed, its signatures not verified.
#[derive(Debug, Clone)]
pub(crate) struct Document<T> {
    /// The file as received.
    pub(crate) bytes: Vec<u8>,
    /// What the signatures are over.
    pub(super) canonical: Vec<u8>,
    /// Signatures by key id.
    pub(super) signatures: BTreeMap<String, Vec<u8>>,
    pub(crate) header: Header,
    pub(crate) signed: T,
}

/// Fields that every kind has.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Header {
    #[serde(rename = "_type")]
    kind: String,
    spec_version: String,
    pub(crate) version: u64,
    #[serde(deserialize_with = "instant::required")]
    pub(crate) expires: Timestamp,
    /// When it was signed. Ours: TUF itself dates nothing. See docs/trust.md.
    #[serde(default, deserialize_with = "instant::optional")]
    pub(crate) issued: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Envelope {
    signatures: Vec<SignatureEntry>,
    signed: Value,
}

#[derive(Deserialize)]
struct SignatureEntry {
    keyid: String,
    sig: String,
}

impl<T: Role> Document<T> {
    /// Reads a file; `role` is its name in errors.
    pub(crate) fn parse(bytes: Vec<u8>, role: &str) -> Result<Self, UpdateError> {
        let malformed = |reason: &dyn ToString| UpdateError::Malformed {
            role: role.to_owned(),
            reason: reason.to_string(),
        };
        let envelope: Envelope = serde_json::from_slice(&bytes).map_err(|error| malformed(&error))?;
        let canonical =
            canonical(&envelope.signed).ok_or_else(|| malformed(&"a number is not an integer"))?;
        let header = Header::deserialize(&envelope.signed).map_err(|error| malformed(&error))?;
        if header.kind != T::TYPE {
            return Err(malformed(&format_args!("its type is {:?}", header.kind)));
        }
        if header.spec_version.split('.').next() != Some("1") {
            return Err(malformed(&format_args!("its specification version is {:?}", header.spec_version)));
        }
        if header.version == 0 {
            return Err(malformed(&"its version is 0"));
        }
        let signed = T::deserialize(&envelope.signed).map_err(|error| malformed(&error))?;
        signed.check().map_err(|reason| malformed(&reason))?;
        let mut signatures = BTreeMap::new();
        for entry in envelope.signatures {
            // A signature that is not even hexadecimal does not count; the others still may.
            let signature = from_hex(&entry.sig).unwrap_or_default();
            if signatures.insert(entry.keyid, signature).is_some() {
                return Err(malformed(&"two signatures have one key id"));
            }
        }
        Ok(Self { bytes, canonical, signatures, header, signed })
    }

    /// The signatures hold and the metadata has not expired.
    pub(crate) fn check_expiry(&self, role: &str, now: Timestamp) -> Result<(), UpdateError> {
        match self.header.expires {
            expires if expires <= now => Err(UpdateError::Expired { role: role.to_owned(), expires }),
            _ => Ok(()),
        }
    }
}

/// `root.json`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Root {
    #[serde(default)]
    pub(crate) consistent_snapshot: bool,
    pub(super) keys: BTreeMap<String, Key>,
    roles: RootRoles,
}

#[derive(Debug, Clone, Deserialize)]
struct RootRoles {
    root: RoleKeys,
    timestamp: RoleKeys,
    snapshot: RoleKeys,
    targets: RoleKeys,
}

/// Who signs a role, and how many of them it takes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct RoleKeys {
    pub(super) keyids: Vec<String>,
    pub(super) threshold: u64,
}

impl RoleKeys {
    fn check(&self) -> Result<(), &'static str> {
        let distinct: BTreeSet<_> = self.keyids.iter().collect();
        match () {
            () if self.threshold == 0 => Err("a threshold is 0"),
            () if distinct.len() != self.keyids.len() => Err("a role names a key twice"),
            () => Ok(()),
        }
    }
}

/// The top-level roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TopLevel {
    Root,
    Timestamp,
    Snapshot,
    Targets,
}

impl Root {
    /// The signers of a top-level role.
    pub(super) fn role(&self, role: TopLevel) -> &RoleKeys {
        match role {
            TopLevel::Root => &self.roles.root,
            TopLevel::Timestamp => &self.roles.timestamp,
            TopLevel::Snapshot => &self.roles.snapshot,
            TopLevel::Targets => &self.roles.targets,
        }
    }

    /// The role's threshold and keys themselves, to tell whether they were rotated.
    pub(super) fn signers(&self, role: TopLevel) -> (u64, BTreeSet<Option<&Key>>) {
        let signers = self.role(role);
        (signers.threshold, signers.keyids.iter().map(|keyid| self.keys.get(keyid)).collect())
    }
}

impl Role for Root {
    const TYPE: &'static str = "root";

    fn check(&self) -> Result<(), &'static str> {
        [TopLevel::Root, TopLevel::Timestamp, TopLevel::Snapshot, TopLevel::Targets]
            .into_iter()
            .try_for_each(|role| self.role(role).check())
    }
}

/// What one metadata file says of another.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct MetaFile {
    pub(crate) version: u64,
    #[serde(default)]
    pub(crate) length: Option<u64>,
    #[serde(default)]
    hashes: Option<Hashes>,
}

impl MetaFile {
    /// The bytes have the stated length and hashes, where those are stated.
    pub(crate) fn check(&self, path: &str, bytes: &[u8]) -> Result<(), UpdateError> {
        if let Some(length) = self.length {
            check_length(path, bytes, length)?;
        }
        self.hashes.as_ref().map_or(Ok(()), |hashes| hashes.check(path, bytes))
    }
}

pub(super) fn check_length(path: &str, bytes: &[u8], stated: u64) -> Result<(), UpdateError> {
    match u64::try_from(bytes.len()).unwrap_or(u64::MAX) {
        length if length == stated => Ok(()),
        length => Err(UpdateError::Length { path: path.to_owned(), length, allowed: stated }),
    }
}

/// Hashes by algorithm, hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Hashes(BTreeMap<String, String>);

impl Hashes {
    /// Every known hash fits, and there is at least one.
    pub(crate) fn check(&self, path: &str, bytes: &[u8]) -> Result<(), UpdateError> {
        let fits = |algorithm: &str, digest: &[u8]| match self.0.get(algorithm) {
            None => Ok(0),
            Some(stated) if from_hex(stated).as_deref() == Some(digest) => Ok(1),
            Some(_) => Err(UpdateError::Hash { path: path.to_owned() }),
        };
        let sha512 = if self.0.contains_key("sha512") { Sha512::digest(bytes).to_vec() } else { Vec::new() };
        match fits("sha256", &Sha256::digest(bytes))? + fits("sha512", &sha512)? {
            0 => Err(UpdateError::Hash { path: path.to_owned() }),
            _ => Ok(()),
        }
    }

    /// The SHA-256 of the file, where it is stated.
    pub(crate) fn sha256(&self) -> Option<[u8; 32]> {
        from_hex(self.0.get("sha256")?)?.try_into().ok()
    }

    /// The hash that names the file in a repository with consistent snapshots: any listed one does.
    pub(crate) fn file_prefix(&self) -> Option<&str> {
        self.0.get("sha256").or_else(|| self.0.values().next()).map(String::as_str)
    }
}

/// `timestamp.json`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TimestampRole {
    meta: BTreeMap<String, MetaFile>,
}

impl TimestampRole {
    /// The snapshot it vouches for.
    pub(crate) fn snapshot(&self) -> Option<&MetaFile> {
        self.meta.get("snapshot.json")
    }
}

impl Role for TimestampRole {
    const TYPE: &'static str = "timestamp";

    fn check(&self) -> Result<(), &'static str> {
        self.snapshot().map(|_| ()).ok_or("it names no snapshot.json")
    }
}

/// `snapshot.json`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) meta: BTreeMap<String, MetaFile>,
}

impl Snapshot {
    /// What it says of a targets role.
    pub(crate) fn role(&self, name: &str) -> Result<&MetaFile, UpdateError> {
        self.meta
            .get(&format!("{name}.json"))
            .ok_or_else(|| UpdateError::NotInSnapshot { role: name.to_owned() })
    }
}

impl Role for Snapshot {
    const TYPE: &'static str = "snapshot";
}

/// `targets.json` and every delegated role.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Targets {
    pub(crate) targets: BTreeMap<String, TargetFile>,
    #[serde(default)]
    pub(crate) delegations: Option<Delegations>,
}

impl Role for Targets {
    const TYPE: &'static str = "targets";

    fn check(&self) -> Result<(), &'static str> {
        let Some(delegations) = &self.delegations else { return Ok(()) };
        for role in &delegations.roles {
            role.keys.check()?;
            if ["root", "timestamp", "snapshot", "targets"].contains(&role.name.as_str()) {
                return Err("a delegated role has the name of a top-level role");
            }
            if role.paths.is_some() == role.path_hash_prefixes.is_some() {
                return Err("a delegated role needs either paths or path_hash_prefixes");
            }
        }
        Ok(())
    }
}

/// One target.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TargetFile {
    pub(crate) length: u64,
    pub(crate) hashes: Hashes,
    #[serde(default)]
    custom: Value,
}

impl TargetFile {
    /// How far the data behind the target reaches, in the field `sourceDate` of its `custom` object. Ours.
    pub(crate) fn source_date(&self) -> Option<Date> {
        date::from_iso(self.custom.get("sourceDate")?.as_str()?)
    }

    /// The bytes are the target's.
    pub(crate) fn check(&self, path: &str, bytes: &[u8]) -> Result<(), UpdateError> {
        check_length(path, bytes, self.length)?;
        self.hashes.check(path, bytes)
    }
}

/// To whom a targets role hands paths on.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Delegations {
    pub(super) keys: BTreeMap<String, Key>,
    #[serde(default)]
    pub(crate) roles: Vec<DelegatedRole>,
}

/// One delegation.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DelegatedRole {
    pub(crate) name: String,
    #[serde(flatten)]
    pub(super) keys: RoleKeys,
    #[serde(default)]
    pub(crate) terminating: bool,
    #[serde(default)]
    paths: Option<Vec<String>>,
    #[serde(default)]
    path_hash_prefixes: Option<Vec<String>>,
}

impl DelegatedRole {
    /// Whether the delegation covers a target path.
    pub(crate) fn covers(&self, path: &str) -> bool {
        let by_path = self.paths.iter().flatten().any(|pattern| matches_path(pattern, path));
        by_path
            || self.path_hash_prefixes.as_ref().is_some_and(|prefixes| {
                let hash = to_hex(&Sha256::digest(path.as_bytes()));
                prefixes.iter().any(|prefix| !prefix.is_empty() && hash.starts_with(prefix.as_str()))
            })
    }
}

/// Shell-style wildcards, segment by segment: `*` and `?` do not cross a `/`.
fn matches_path(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut segments) = (pattern.split('/'), path.split('/'));
    loop {
        match (patterns.next(), segments.next()) {
            (None, None) => return true,
            (Some(pattern), Some(segment)) if matches_segment(pattern, segment) => {}
            _ => return false,
        }
    }
}

/// Greedy matching with one point of return: linear in the product of the lengths at worst.
fn matches_segment(pattern: &str, segment: &str) -> bool {
    let (mut pattern, mut segment) = (pattern.chars(), segment.chars());
    let mut star: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
    loop {
        let (mut next_pattern, mut next_segment) = (pattern.clone(), segment.clone());
        match (next_pattern.next(), next_segment.next()) {
            (Some('*'), _) => {
                star = Some((next_pattern.clone(), segment.clone()));
                pattern = next_pattern;
                continue;
            }
            (Some(wanted), Some(found)) if wanted == '?' || wanted == found => {
                (pattern, segment) = (next_pattern, next_segment);
                continue;
            }
            (None, None) => return true,
            _ => {}
        }
        let Some((after_star, rest)) = star.as_mut() else { return false };
        if rest.next().is_none() {
            return false;
        }
        (pattern, segment) = (after_star.clone(), rest.clone());
    }
}

/// Reads hexadecimal digits of either case.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |character: u8| char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| match *pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        })
        .collect()
}

/// Writes lower-case hexadecimal digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stay_inside_a_segment() {
        for (pattern, path) in [
            ("*", "a"),
            ("*.md", "x.md"),
            ("foo-?.tgz", "foo-1.tgz"),
            ("r/*/*", "r/x/y"),
            ("a*b*c", "a-b-b-c"),
        ] {
            assert!(matches_path(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("*", "a/b"),
            ("*.md", "r/x.md"),
            ("foo-?.tgz", "foo-12.tgz"),
            ("r/*", "r"),
            ("a*b", "a-b-c"),
            ("", "a"),
        ] {
            assert!(!matches_path(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn hexadecimal_of_either_case() {
        assert_eq!(from_hex("00fFa5"), Some(vec![0, 255, 0xa5]));
        assert_eq!(from_hex("0"), None);
        assert_eq!(from_hex("+1"), None);
        assert_eq!(to_hex(&[0, 255]), "00ff");
    }
}

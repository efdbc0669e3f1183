//! The key registry: who may seal which devices. It is the TUF target `keys.json`.
//!
//! ```json
//! {"version":1,"issuers":[{"id":"acme","name":"Acme Medical",
//!   "prefixes":[{"agency":"GS1","prefix":"9501234"}],
//!   "keys":[{"hint":"AbC1","public":"<43 base64url>","status":"active","indexRanges":[[0,99999]]}]}]}
//! ```
//! Beside these an issuer may state `"sealsAll": {"exceptExpiringBefore": "2029-01-01"}` (see [`super::SealsAll`]).
//! A key speaks only for its issuer's prefixes. Fields this version does not know are refused rather than
//! ignored: they might be restrictions. One unacceptable key costs that key, never the rest of the registry.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::instant;
use super::record::{StatusIndex, UnitRecord};
use super::seals_all::SealsAll;
use super::signature::{KeyError, KeyHint, PublicKey};
use crate::udi::{Agency, Udi};

/// Largest `keys.json` read, in bytes.
pub const MAX_BYTES: usize = 8 << 20;

/// `keys.json` as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct KeyFile {
    /// Version of the format: 1.
    pub version: u32,
    /// Everyone whose seals are known.
    pub issuers: Vec<IssuerEntry>,
    /// Logs whose checkpoints are accepted, by origin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logs: Vec<NamedKeyEntry>,
    /// Witnesses whose cosignatures count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub witnesses: Vec<NamedKeyEntry>,
    /// How many witnesses must have cosigned; absent: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witnesses_needed: Option<usize>,
}

/// A log or a witness in [`KeyFile`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedKeyEntry {
    /// Its name in signature lines.
    pub name: String,
    /// Its Ed25519 public key: 43 base64url characters.
    pub public: String,
}

/// One issuer in [`KeyFile`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct IssuerEntry {
    /// Short stable name.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// The device identifiers it may seal.
    pub prefixes: Vec<Prefix>,
    /// Its keys, past ones included.
    pub keys: Vec<KeyEntry>,
    /// Stated by an issuer who seals every label under its prefixes; absent: labels may do without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seals_all: Option<SealsAll>,
}

/// The beginning of device identifiers that one company issues.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Prefix {
    /// Whose identifiers.
    pub agency: Agency,
    /// GS1: company prefix, 4 to 12 digits, found after the indicator digit. HIBCC: labeler code, 4
    /// characters. ICCBBA: facility or processor number, 5 characters. IFA: registration agency and, where
    /// it gives one, supplier. MA: registrant, such as `MA.156.M0.100472`.
    pub prefix: String,
}

/// One key in [`IssuerEntry`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct KeyEntry {
    /// What labels carry to find it: 4 base64url characters.
    pub hint: String,
    /// The Ed25519 public key: 43 base64url characters.
    pub public: String,
    /// Whether it may be relied on.
    pub status: KeyStatus,
    /// From when on nothing it signed counts; only with status `compromised`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "instant::optional")]
    pub compromised_from: Option<Timestamp>,
    /// Status indices it may sign, first and last of each range; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_ranges: Option<Vec<(u64, u64)>>,
}

/// Life of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyStatus {
    /// Signs new labels.
    Active,
    /// Signs no more; the labels it signed hold, since labels live for years.
    Retired,
    /// Known to others; see [`KeyEntry::compromised_from`].
    Compromised,
}

/// Why `keys.json` was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// Over [`MAX_BYTES`].
    #[error("the key registry is {length} bytes long, more than {MAX_BYTES}")]
    TooLong {
        /// Bytes given.
        length: usize,
    },
    /// Not the JSON above.
    #[error("the key registry cannot be read: {reason}")]
    Json {
        /// What the JSON reader says, with line and column.
        reason: String,
    },
    /// A version this reader does not know.
    #[error("the key registry has version {version}, this reader knows 1")]
    Version {
        /// The version given.
        version: u32,
    },
}

impl RegistryError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "registry_too_long",
            Self::Json { .. } => "registry_json",
            Self::Version { .. } => "registry_version",
        }
    }
}

/// A key that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedKey {
    /// The issuer's id, or the name of a log or witness.
    pub issuer: String,
    /// The hint as written; empty for a log or witness.
    pub hint: String,
    /// Stable code of the reason.
    pub code: &'static str,
}

/// Keys ready for use: every one admitted, every one bound to its prefixes.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    issuers: Vec<Issuer>,
    logs: Vec<NamedKey>,
    witnesses: Vec<NamedKey>,
    witnesses_needed: usize,
    refused: Vec<RefusedKey>,
}

/// The key of a log or a witness.
#[derive(Debug, Clone)]
pub(super) struct NamedKey {
    pub(super) name: String,
    pub(super) public: PublicKey,
}

#[derive(Debug, Clone)]
struct Issuer {
    id: String,
    name: String,
    prefixes: Vec<Prefix>,
    keys: Vec<Key>,
    seals_all: Option<SealsAll>,
}

#[derive(Debug, Clone)]
struct Key {
    hint: KeyHint,
    public: PublicKey,
    standing: Standing,
    index_ranges: Option<Vec<(u64, u64)>>,
}

/// What a key's signature is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Active or retired.
    Trusted,
    /// Compromised; from when on, where known.
    Withdrawn(Option<Timestamp>),
}

/// A key that may speak for a record, with its issuer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate<'a> {
    pub(crate) issuer_id: &'a str,
    pub(crate) issuer_name: &'a str,
    pub(crate) public: &'a PublicKey,
    pub(crate) standing: Standing,
}

impl Registry {
    /// Reads `keys.json`. Inside the crate only bytes out of verified targets get here.
    pub(crate) fn from_json(bytes: &[u8]) -> Result<Self, RegistryError> {
        if bytes.len() > MAX_BYTES {
            return Err(RegistryError::TooLong { length: bytes.len() });
        }
        let file: KeyFile = serde_json::from_slice(bytes)
            .map_err(|error| RegistryError::Json { reason: error.to_string() })?;
        Self::from_file(file)
    }

    /// A registry straight from its file, for issuers who check what they are about to publish.
    #[cfg(feature = "author")]
    pub fn author(file: KeyFile) -> Result<Self, RegistryError> {
        Self::from_file(file)
    }

    fn from_file(file: KeyFile) -> Result<Self, RegistryError> {
        if file.version != 1 {
            return Err(RegistryError::Version { version: file.version });
        }
        let mut registry = Self::default();
        // A witness that is refused still counts among those that must have cosigned.
        registry.witnesses_needed = file.witnesses_needed.unwrap_or(file.witnesses.len()).max(1);
        registry.logs = registry.admit_named(file.logs);
        registry.witnesses = registry.admit_named(file.witnesses);
        for entry in file.issuers {
            let mut issuer = Issuer {
                id: entry.id,
                name: entry.name,
                prefixes: entry.prefixes,
                keys: Vec::new(),
                seals_all: entry.seals_all,
            };
            for key in entry.keys {
                match Key::admit(&key) {
                    Ok(key) => issuer.keys.push(key),
                    Err(code) => {
                        registry.refused.push(RefusedKey { issuer: issuer.id.clone(), hint: key.hint, code })
                    }
                }
            }
            registry.issuers.push(issuer);
        }
        Ok(registry)
    }

    fn admit_named(&mut self, entries: Vec<NamedKeyEntry>) -> Vec<NamedKey> {
        let mut admitted: Vec<NamedKey> = Vec::new();
        for NamedKeyEntry { name, public } in entries {
            let public = PublicKey::from_base64url(&public).map_err(KeyError::code);
            // One key under two names would count as two witnesses.
            let twice = |public: &PublicKey| admitted.iter().any(|known| known.public == *public);
            match public {
                Ok(public) if twice(&public) => {
                    self.refused.push(RefusedKey { issuer: name, hint: String::new(), code: "key_repeated" });
                }
                Ok(public) => admitted.push(NamedKey { name, public }),
                Err(code) => self.refused.push(RefusedKey { issuer: name, hint: String::new(), code }),
            }
        }
        admitted
    }

    pub(super) fn logs(&self) -> &[NamedKey] {
        &self.logs
    }

    /// The witnesses, and how many of them must have cosigned.
    pub(super) fn witnesses(&self) -> (&[NamedKey], usize) {
        (&self.witnesses, self.witnesses_needed)
    }

    /// Keys that were left out.
    pub fn refused(&self) -> &[RefusedKey] {
        &self.refused
    }

    /// Identifier and name of every issuer.
    pub fn issuers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.issuers.iter().map(|issuer| (issuer.id.as_str(), issuer.name.as_str()))
    }

    /// The name of the issuer whose prefix a device identifier has.
    pub fn issuer_of(&self, agency: Agency, di: &str) -> Option<&str> {
        self.issuers_of(agency, di).next().map(|issuer| issuer.name.as_str())
    }

    /// The id of the issuer whose prefix a device identifier has.
    pub fn issuer_id_of(&self, agency: Agency, di: &str) -> Option<&str> {
        self.issuers_of(agency, di).next().map(|issuer| issuer.id.as_str())
    }

    /// The name of the issuer that seals every label of this kind; `None` where a label may do without.
    pub fn sealed_by_all_means(&self, udi: &Udi) -> Option<&str> {
        let (agency, di) = udi.agency.zip(udi.di.as_deref())?;
        let mut issuers = self.issuers_of(agency, di);
        issuers
            .find_map(|issuer| issuer.seals_all.filter(|all| all.covers(udi)).map(|_| issuer.name.as_str()))
    }

    fn issuers_of<'a, 'b>(
        &'a self,
        agency: Agency,
        di: &'b str,
    ) -> impl Iterator<Item = &'a Issuer> + use<'a, 'b> {
        self.issuers
            .iter()
            .filter(move |issuer| issuer.prefixes.iter().any(|prefix| prefix.covers(agency, di)))
    }

    /// Every key with this hint that may speak for the record.
    pub(crate) fn candidates<'a>(
        &'a self,
        hint: KeyHint,
        record: &'a UnitRecord,
    ) -> impl Iterator<Item = Candidate<'a>> {
        self.issuers_of(record.agency(), record.di()).flat_map(move |issuer| {
            let speaks = move |key: &&Key| key.hint == hint && key.allows(record.status_index());
            issuer.keys.iter().filter(speaks).map(|key| Candidate {
                issuer_id: &issuer.id,
                issuer_name: &issuer.name,
                public: &key.public,
                standing: key.standing,
            })
        })
    }
}

impl Prefix {
    /// Whether a device identifier (normalised) begins with this prefix.
    pub fn covers(&self, agency: Agency, di: &str) -> bool {
        if agency != self.agency || self.prefix.is_empty() {
            return false;
        }
        match agency {
            Agency::GS1 => {
                let digits = self.prefix.bytes().all(|byte| byte.is_ascii_digit());
                let item = if di.len() == 14 { di.get(1..) } else { None };
                digits
                    && (4..=12).contains(&self.prefix.len())
                    && item.is_some_and(|item| item.starts_with(&self.prefix))
            }
            Agency::HIBCC => self.prefix.len() == 4 && di.starts_with(&self.prefix),
            Agency::ICCBBA => self.prefix.len() == 5 && di.starts_with(&self.prefix),
            Agency::IFA => self.prefix.len() >= 2 && di.starts_with(&self.prefix),
            // The registrant ends at a dot: MA.156.M0.1004 is not a prefix of MA.156.M0.100472.
            Agency::MA => di.strip_prefix(&self.prefix).is_some_and(|rest| rest.starts_with('.')),
            Agency::AHM => false,
        }
    }
}

impl Key {
    fn admit(entry: &KeyEntry) -> Result<Self, &'static str> {
        let public = PublicKey::from_base64url(&entry.public).map_err(KeyError::code)?;
        let hint = public.hint();
        if KeyHint::parse(&entry.hint) != Some(hint) {
            return Err("key_hint_mismatch");
        }
        let standing = match (entry.status, entry.compromised_from) {
            (KeyStatus::Compromised, from) => Standing::Withdrawn(from),
            (KeyStatus::Active | KeyStatus::Retired, None) => Standing::Trusted,
            // A date of compromise on a key that is not withdrawn: read the half that protects.
            (KeyStatus::Active | KeyStatus::Retired, from) => Standing::Withdrawn(from),
        };
        Ok(Self { hint, public, standing, index_ranges: entry.index_ranges.clone() })
    }

    fn allows(&self, index: Option<StatusIndex>) -> bool {
        match (&self.index_ranges, index) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(ranges), Some(index)) => {
                ranges.iter().any(|&(first, last)| (first..=last).contains(&index.get()))
            }
        }
    }
}

/// The agency as `keys.json` writes it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PrefixText {
    agency: String,
    prefix: String,
}

const AGENCIES: [(&str, Agency); 5] = [
    ("GS1", Agency::GS1),
    ("HIBCC", Agency::HIBCC),
    ("ICCBBA", Agency::ICCBBA),
    ("IFA", Agency::IFA),
    ("MA", Agency::MA),
];

impl Serialize for Prefix {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let agency = AGENCIES.iter().find(|(_, agency)| *agency == self.agency);
        let agency = agency.ok_or_else(|| serde::ser::Error::custom("this agency has no prefixes"))?;
        PrefixText { agency: agency.0.to_owned(), prefix: self.prefix.clone() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Prefix {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = PrefixText::deserialize(deserializer)?;
        let agency = AGENCIES.iter().find(|(name, _)| *name == text.agency);
        let agency = agency.ok_or_else(|| serde::de::Error::custom("unknown agency"))?;
        Ok(Self { agency: agency.1, prefix: text.prefix })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(agency: Agency, prefix: &str, di: &str) -> bool {
        Prefix { agency, prefix: prefix.to_owned() }.covers(agency, di)
    }

    #[test]
    fn a_gs1_prefix_stands_after_the_indicator_digit() {
        assert!(covers(Agency::GS1, "9501234", "09501234567895"));
        assert!(covers(Agency::GS1, "9501234", "19501234567892"));
        assert!(!covers(Agency::GS1, "9501234", "95012345678906"));
        assert!(!covers(Agency::GS1, "9501235", "09501234567895"));
        assert!(!covers(Agency::GS1, "950", "09501234567895"), "no company has three digits");
        assert!(!covers(Agency::GS1, "", "09501234567895"));
    }

    #[test]
    fn other_agencies_have_prefixes_of_their_own_lengths() {
        assert!(covers(Agency::HIBCC, "A999", "A999MODEL0"));
        assert!(!covers(Agency::HIBCC, "A99", "A999MODEL0"));
        assert!(covers(Agency::ICCBBA, "A9990", "A9990ABC123T0480"));
        assert!(!covers(Agency::ICCBBA, "A999", "A9990ABC123T0480"));
        assert!(covers(Agency::IFA, "11", "110375286414"));
        assert!(covers(Agency::MA, "MA.156.M0.100472", "MA.156.M0.100472.11103316"));
        assert!(!covers(Agency::MA, "MA.156.M0.1004", "MA.156.M0.100472.11103316"));
        let gs1 = Prefix { agency: Agency::GS1, prefix: "9501234".into() };
        assert!(!gs1.covers(Agency::HIBCC, "09501234567895"), "a prefix is its agency's");
    }

    #[test]
    fn a_small_order_key_costs_itself_and_nothing_else() {
        let good = ed25519_dalek::SigningKey::from_bytes(&[3; 32]).verifying_key();
        let good = PublicKey::from_bytes(good.as_bytes()).unwrap();
        let json = format!(
            r#"{{"version":1,"issuers":[{{"id":"a","name":"A","prefixes":[],"keys":[
            {{"hint":"AAAA","public":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","status":"active"}},
            {{"hint":"{}","public":"{}","status":"retired"}}]}}]}}"#,
            good.hint(),
            good.to_base64url()
        );
        let registry = Registry::from_json(json.as_bytes()).unwrap();
        assert_eq!(registry.refused().len(), 1);
        assert_eq!(registry.refused()[0].code, "key_small_order");
        assert_eq!(registry.issuers[0].keys.len(), 1);
    }

    #[test]
    fn unknown_fields_and_versions_are_refused() {
        let error = |json: &str| Registry::from_json(json.as_bytes()).unwrap_err().code();
        assert_eq!(error(r#"{"version":2,"issuers":[]}"#), "registry_version");
        assert_eq!(error(r#"{"version":1,"issuers":[],"onlyOnSundays":true}"#), "registry_json");
        assert_eq!(error("[]"), "registry_json");
    }
}

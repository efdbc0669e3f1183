//! The one value a host stores: verified metadata and targets.
//!
//! Storage proves nothing: reading (`stored.rs`) verifies everything again, from the pinned root on. Only expiry
//! is left out, since an expired state still answers; how old it is shows in the verdict.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::UpdateError;
use super::tuf::{ForeignScheme, Trusted};
use crate::seal::Registry;

/// No clock of a verifier can rightly show less: 2026-01-01, the year this format was made.
const COMPILED_FLOOR: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// The name of the target with the key registry.
pub const KEYS: &str = "keys.json";
/// The name of the target with the recall rules.
pub const RULES: &str = "rules.bin";

/// The bytes of a target, verified from the pinned root down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub(super) path: String,
    // Not `Arc<[u8]>`: a vector would be copied into that, and a phone has no memory to hold a target twice.
    pub(super) bytes: Arc<Vec<u8>>,
    pub(super) source_date: Option<Date>,
}

impl Target {
    /// Its name in the repository.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How far the data behind it reaches, as the publisher states it.
    pub fn source_date(&self) -> Option<Date> {
        self.source_date
    }

    /// Its content.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// What a verifier trusts: keys of the repository, its metadata, its targets.
#[derive(Debug, Clone)]
pub struct State {
    pub(super) trusted: Trusted,
    pub(super) targets: BTreeMap<String, Target>,
    pub(super) last_sync: Option<Timestamp>,
    pub(super) time_floor: Timestamp,
    pub(super) unavailable: BTreeMap<String, UpdateError>,
}

impl State {
    /// A state that trusts a root and knows nothing yet.
    pub fn pinned(root_json: &[u8]) -> Result<Self, UpdateError> {
        Self::trusting(root_json, None)
    }

    fn trusting(root_json: &[u8], foreign: Option<ForeignScheme>) -> Result<Self, UpdateError> {
        Ok(Self {
            trusted: Trusted::pinned(root_json, foreign)?,
            targets: BTreeMap::new(),
            last_sync: None,
            time_floor: COMPILED_FLOOR,
            unavailable: BTreeMap::new(),
        })
    }

    /// A state from metadata files by role name, as tools keep them that show the workflow, perhaps left by
    /// one that did not end. A file that no longer verifies is passed over.
    ///
    /// `foreign` lends signature schemes beside Ed25519, for the repositories of others. The compiled-in time
    /// floor does not hold here, since such tools replay workflows of the past.
    pub fn resume(
        root_json: &[u8],
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
        foreign: Option<ForeignScheme>,
    ) -> Result<Self, UpdateError> {
        let mut state = Self { time_floor: Timestamp::UNIX_EPOCH, ..Self::trusting(root_json, foreign)? };
        let mut files: BTreeMap<_, _> = files.into_iter().collect();
        let trusted = &mut state.trusted;
        if let Some(timestamp) = files.remove("timestamp") {
            let _ = trusted.add_timestamp(timestamp, None);
        }
        if let Some(snapshot) = files.remove("snapshot") {
            let _ = trusted.resume_snapshot(snapshot);
        }
        // A role can be read once its delegator has been: each round reads at least one, or is the last.
        while let Some((name, delegator)) = files.keys().find_map(|name| trusted.delegation_to(name)) {
            let Some(bytes) = files.remove(&name) else { break };
            let _ = trusted.add_role(delegator.as_deref(), &name, bytes, None);
        }
        Ok(state)
    }

    /// The newest metadata files, by role name.
    pub fn metadata(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let root = ("root", self.trusted.root().bytes.as_slice());
        let timestamp = self.trusted.timestamp().map(|timestamp| ("timestamp", timestamp.bytes.as_slice()));
        let snapshot = self.trusted.snapshot().map(|snapshot| ("snapshot", snapshot.bytes.as_slice()));
        [Some(root), timestamp, snapshot].into_iter().flatten().chain(self.trusted.role_files_parents_first())
    }

    /// A target by name.
    pub fn target(&self, path: &str) -> Option<&Target> {
        self.targets.get(path)
    }

    /// Every target, by name.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.targets.values()
    }

    /// Who may seal which devices; empty before the first update.
    pub fn registry(&self) -> Result<Registry, UpdateError> {
        let Some(target) = self.target(KEYS) else { return Ok(Registry::default()) };
        Registry::from_json(target.bytes())
            .map_err(|error| UpdateError::Target { path: KEYS.to_owned(), reason: error.to_string() })
    }

    /// Version of a top-level role: `root`, `timestamp`, `snapshot` or `targets`.
    pub fn version(&self, role: &str) -> Option<u64> {
        match role {
            "root" => Some(self.trusted.root().header.version),
            "timestamp" => self.trusted.timestamp().map(|timestamp| timestamp.header.version),
            "snapshot" => self.trusted.snapshot().map(|snapshot| snapshot.header.version),
            role => self.trusted.role(role).map(|targets| targets.header.version),
        }
    }

    /// When the repository last vouched for this being its newest content; `None` before the first update,
    /// or where the repository does not date its metadata.
    pub fn issued(&self) -> Option<Timestamp> {
        self.trusted.timestamp().and_then(|timestamp| timestamp.header.issued)
    }

    /// When the repository's vouching ends; `None` before the first update.
    pub fn expires(&self) -> Option<Timestamp> {
        self.trusted.timestamp().map(|timestamp| timestamp.header.expires)
    }

    /// How far the sources of the recall rules reach, where the publisher says so.
    pub fn source_date(&self) -> Option<Date> {
        self.target(RULES).and_then(Target::source_date)
    }

    /// When this device last brought an update to its end.
    pub fn last_sync(&self) -> Option<Timestamp> {
        self.last_sync
    }

    /// It cannot be earlier than this: the newest signed date ever verified, or the making of this version.
    pub fn time_floor(&self) -> Timestamp {
        self.time_floor
    }

    /// Targets, and roles, that the last update could not get while the rest stood.
    pub fn unavailable(&self) -> impl Iterator<Item = (&str, &UpdateError)> {
        self.unavailable.iter().map(|(name, error)| (name.as_str(), error))
    }

    pub(super) fn raise_floor(&mut self, now: Option<Timestamp>) {
        let newest = self.trusted.newest_issued().into_iter().chain(now).max();
        self.time_floor = self.time_floor.max(newest.unwrap_or(COMPILED_FLOOR));
    }
}

//! The one value a host stores: verified metadata and targets.
//!
//! ```text
//! state = "UDIT" version:u8=1
//!         last_sync:i64 time_floor:i64           seconds since 1970, big endian; i64::MIN for never
//!         count:u32 entry*count                  entry = kind:u8 name_length:u16 name length:u32 bytes
//!         sha256:32                              of everything before; finds damage, proves nothing
//! kinds   1 root (oldest first) · 2 timestamp · 3 snapshot · 4 targets role · 5 target
//! ```
//! Storage proves nothing: reading verifies everything again, from the pinned root on. Only expiry is left
//! out, since an expired state still answers; how old it is shows in the verdict.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::UpdateError;
use super::tuf::{Answer, ForeignScheme, Trusted};
use crate::seal::Registry;

/// Largest stored state read, in bytes.
const MAX_BYTES: usize = 512 << 20;
/// Most entries of a stored state.
const MAX_ENTRIES: u32 = 65_536;
/// No clock of a verifier can rightly show less: 2026-01-01, the year this format was made.
const COMPILED_FLOOR: Timestamp = Timestamp::constant(1_767_225_600, 0);

const MAGIC: &[u8] = b"UDIT\x01";
const DIGEST_LENGTH: usize = 32;
const NEVER: i64 = i64::MIN;

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

    /// The state as bytes to store.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.stored_length());
        self.write_to(|piece| out.extend_from_slice(piece));
        out
    }

    /// How many bytes [`Self::to_bytes`] gives.
    pub fn stored_length(&self) -> usize {
        let mut length = 0;
        self.write_pieces(|piece| length += piece.len());
        length + DIGEST_LENGTH
    }

    /// Hands out the bytes of [`Self::to_bytes`] piece by piece, for hosts that would otherwise hold all of
    /// them twice.
    pub fn write_to(&self, mut write: impl FnMut(&[u8])) {
        let mut digest = Sha256::new();
        self.write_pieces(|piece| {
            digest.update(piece);
            write(piece);
        });
        write(&digest.finalize());
    }

    /// Everything before the hash.
    fn write_pieces(&self, mut write: impl FnMut(&[u8])) {
        let mut entries = Vec::new();
        for root in self.trusted.root_files() {
            entries.push((Kind::Root, "", root));
        }
        if let Some(timestamp) = self.trusted.timestamp() {
            entries.push((Kind::Timestamp, "", &timestamp.bytes));
        }
        if let Some(snapshot) = self.trusted.snapshot() {
            entries.push((Kind::Snapshot, "", &snapshot.bytes));
        }
        for (name, bytes) in self.trusted.role_files_parents_first() {
            entries.push((Kind::Role, name, bytes));
        }
        for target in self.targets.values() {
            entries.push((Kind::Target, target.path(), target.bytes()));
        }
        write(MAGIC);
        write(&self.last_sync.map_or(NEVER, Timestamp::as_second).to_be_bytes());
        write(&self.time_floor.as_second().to_be_bytes());
        write(&u32::try_from(entries.len()).unwrap_or(u32::MAX).to_be_bytes());
        for (kind, name, bytes) in entries {
            write(&[kind.number()]);
            write(&u16::try_from(name.len()).unwrap_or(u16::MAX).to_be_bytes());
            write(name.as_bytes());
            write(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
            write(bytes);
        }
    }

    /// Reads a stored state and verifies all of it again, starting from the pinned root.
    ///
    /// A state stored under an older pinned root is read too, as long as its chain of roots passes through
    /// the one pinned now or continues it.
    pub fn from_bytes(stored: &[u8], root_json: &[u8]) -> Result<Self, UpdateError> {
        let damaged = |reason| UpdateError::Stored { reason };
        if stored.len() > MAX_BYTES {
            return Err(damaged("it is too long"));
        }
        let body = stored.len().checked_sub(DIGEST_LENGTH).ok_or_else(|| damaged("it is too short"))?;
        let (body, digest) = stored.split_at_checked(body).ok_or_else(|| damaged("it is too short"))?;
        if Sha256::digest(body).as_slice() != digest {
            return Err(damaged("its hash does not fit"));
        }
        let mut reader = Reader(body.strip_prefix(MAGIC).ok_or_else(|| damaged("it is of another version"))?);
        let mut state = Self::pinned(root_json)?;
        state.last_sync = reader.time()?;
        let floor = reader.time()?;
        let count = u32::from_be_bytes(reader.array()?);
        if count > MAX_ENTRIES {
            return Err(damaged("it has too many entries"));
        }
        for _ in 0..count {
            let (kind, name, bytes) = reader.entry()?;
            state.restore(kind, name, bytes)?;
        }
        if !reader.0.is_empty() {
            return Err(damaged("bytes follow its end"));
        }
        state.raise_floor(floor);
        Ok(state)
    }

    fn restore(&mut self, kind: Kind, name: &str, bytes: &[u8]) -> Result<(), UpdateError> {
        match kind {
            Kind::Root => self.trusted.restore_root(bytes.to_vec()),
            Kind::Timestamp => self.trusted.add_timestamp(bytes.to_vec(), None).map(|_| ()),
            Kind::Snapshot => self.trusted.add_snapshot(bytes.to_vec(), None),
            Kind::Role => {
                let delegator = self.trusted.delegator_of(name);
                self.trusted.add_role(delegator.as_deref(), name, bytes.to_vec(), None)
            }
            Kind::Target => {
                let Answer::Found(file) = self.trusted.find_target(name, None)? else {
                    return Err(UpdateError::Stored { reason: "a role is missing" });
                };
                file.check(name, bytes)?;
                let target = Target {
                    path: name.to_owned(),
                    bytes: Arc::new(bytes.to_vec()),
                    source_date: file.source_date(),
                };
                self.targets.insert(name.to_owned(), target);
                Ok(())
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Root,
    Timestamp,
    Snapshot,
    Role,
    Target,
}

impl Kind {
    fn number(self) -> u8 {
        match self {
            Self::Root => 1,
            Self::Timestamp => 2,
            Self::Snapshot => 3,
            Self::Role => 4,
            Self::Target => 5,
        }
    }

    fn of(number: u8) -> Option<Self> {
        [Self::Root, Self::Timestamp, Self::Snapshot, Self::Role, Self::Target]
            .into_iter()
            .find(|kind| kind.number() == number)
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], UpdateError> {
        let (taken, rest) =
            self.0.split_at_checked(count).ok_or(UpdateError::Stored { reason: "it ends early" })?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], UpdateError> {
        self.take(N)?.try_into().map_err(|_| UpdateError::Stored { reason: "it ends early" })
    }

    fn time(&mut self) -> Result<Option<Timestamp>, UpdateError> {
        match i64::from_be_bytes(self.array()?) {
            NEVER => Ok(None),
            second => Timestamp::from_second(second)
                .map(Some)
                .map_err(|_| UpdateError::Stored { reason: "a date is out of range" }),
        }
    }

    fn entry(&mut self) -> Result<(Kind, &'a str, &'a [u8]), UpdateError> {
        let damaged = |reason| UpdateError::Stored { reason };
        let [kind] = self.array()?;
        let kind = Kind::of(kind).ok_or_else(|| damaged("an entry is of no known kind"))?;
        let name = u16::from_be_bytes(self.array()?);
        let name = std::str::from_utf8(self.take(name.into())?).map_err(|_| damaged("a name is no text"))?;
        let length = u32::from_be_bytes(self.array()?);
        let bytes = self.take(usize::try_from(length).unwrap_or(usize::MAX))?;
        Ok((kind, name, bytes))
    }
}

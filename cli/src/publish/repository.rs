//! A repository: what a client syncs from, and how a publication gets into it.
//!
//! Order makes it atomic: target files first, then targets and snapshot under names of their own version, and
//! `timestamp.json` last. A client sees the old publication or the new one, and a publisher that is killed, or
//! loses its bucket half-way, leaves the old one with a few files nobody names.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::bucket::{Bucket, BucketArgs};
use super::folder::Folder;
use super::metadata::{FileMeta, Role, Snapshot, Targets, TimestampRole, sha256_hex};
use super::store::{Lock, Store, Version, Written};
use crate::failure::{Exit, Failure, OrFail};

/// The name of the file that makes a publication visible.
const TIMESTAMP: &str = "timestamp.json";
/// Names of one version that may be taken by publishers that did not finish.
const MOST_ABANDONED: u64 = 64;

/// A repository in its place.
pub(crate) struct Repository {
    store: Box<dyn Store>,
}

/// What is published now.
pub(crate) struct Current {
    /// The timestamp role.
    pub(crate) timestamp: Role<TimestampRole>,
    /// The snapshot role it names.
    pub(crate) snapshot: Role<Snapshot>,
    /// The targets role that names.
    pub(crate) targets: Role<Targets>,
    /// Of the file `timestamp.json`.
    version: Version,
}

impl Repository {
    /// The repository at a place as people write it: a folder, or `s3://BUCKET/PREFIX`.
    pub(crate) fn open(place: &str, args: &BucketArgs) -> Result<Self, Failure> {
        Ok(match Bucket::of(place, args)? {
            Some(bucket) => Self::at(Box::new(bucket)),
            None => Self::in_folder(Path::new(place)),
        })
    }

    /// The repository in a folder, which need not exist yet.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self::at(Box::new(Folder::new(folder)))
    }

    /// The repository in any place.
    pub(crate) fn at(store: Box<dyn Store>) -> Self {
        Self { store }
    }

    /// Its place, for a person.
    pub(crate) fn place(&self) -> String {
        self.store.place()
    }

    /// What is published; `None` in a new place. A repository that cannot be read is refused, since its
    /// version, which must never go down, is not known.
    pub(crate) fn current(&self) -> Result<Option<Current>, Failure> {
        let Some(stored) = self.store.read(&metadata(TIMESTAMP))? else { return Ok(None) };
        let timestamp: Role<TimestampRole> = self.parse(TIMESTAMP, &stored.bytes)?;
        let snapshot: Role<Snapshot> = self.named(&timestamp.body.meta, "snapshot.json")?;
        let targets: Role<Targets> = self.named(&snapshot.body.meta, "targets.json")?;
        Ok(Some(Current { timestamp, snapshot, targets, version: stored.version }))
    }

    /// The targets role of an earlier version; `None` where it is not there, or a publisher did not finish it.
    pub(super) fn targets_of_version(&self, version: u64) -> Result<Option<Role<Targets>>, Failure> {
        let bytes = self.read_metadata(&format!("{version}.targets.json"))?;
        Ok(bytes.and_then(|bytes| Role::read(&bytes).ok()))
    }

    fn named<T: for<'de> Deserialize<'de>>(
        &self,
        meta: &BTreeMap<String, FileMeta>,
        name: &str,
    ) -> Result<Role<T>, Failure> {
        let refused = |what: &str| Failure::new(Exit::Repository, format!("{}: {what} {name}", self.place()));
        let file = meta.get(name).ok_or_else(|| refused("the metadata names no"))?;
        let version = file.version.ok_or_else(|| refused("the metadata names no version of"))?;
        let name = format!("{version}.{name}");
        let bytes = self.read_metadata(&name)?.ok_or_else(|| refused("there is no published"))?;
        self.parse(&name, &bytes)
    }

    fn parse<T: for<'de> Deserialize<'de>>(&self, name: &str, bytes: &[u8]) -> Result<Role<T>, Failure> {
        Role::read(bytes)
            .or_fail(Exit::Repository, || format!("cannot read the published {} in {}", name, self.place()))
    }

    /// Writes a target file under its hash (consistent snapshots); one that is there already is left alone.
    pub(crate) fn write_target(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        // Whoever wrote a file of this name wrote these bytes.
        let (Written::Done | Written::Refused) =
            self.store.create(&target(path, &sha256_hex(bytes)), bytes)?;
        Ok(())
    }

    /// The bytes of a published target with this hash; `None` where somebody has removed it or changed it.
    pub(crate) fn read_target(&self, path: &str, sha256: &str) -> Result<Option<Vec<u8>>, Failure> {
        let stored = self.store.read(&target(path, sha256))?;
        Ok(stored.map(|stored| stored.bytes).filter(|bytes| sha256_hex(bytes) == sha256))
    }

    /// The hashes of a target that were ever published and are still there, the newest first.
    pub(crate) fn versions_of_target(&self, path: &str) -> Result<Vec<String>, Failure> {
        let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
        let folder = if folder.is_empty() { "targets".to_owned() } else { format!("targets/{folder}") };
        let mut versions: Vec<_> = self
            .store
            .list(&folder)?
            .into_iter()
            .filter_map(|(file, written)| {
                let (hash, rest) = file.split_once('.')?;
                (rest == name && hash.len() == 64).then(|| (written, hash.to_owned()))
            })
            .collect();
        versions.sort_unstable_by(|one, other| other.cmp(one));
        Ok(versions.into_iter().map(|(_, hash)| hash).collect())
    }

    /// Writes the next version of a role under a name nobody has used, and gives version and bytes. Names
    /// that publishers left behind who did not finish are passed over, since clients may have seen them.
    pub(crate) fn write_next(
        &self,
        name: &str,
        first: u64,
        sign: impl Fn(u64) -> Result<Vec<u8>, Failure>,
    ) -> Result<(u64, Vec<u8>), Failure> {
        for version in first..first.saturating_add(MOST_ABANDONED) {
            let bytes = sign(version)?;
            if self.write_metadata(&format!("{version}.{name}"), &bytes)? == Written::Done {
                return Ok((version, bytes));
            }
        }
        let words =
            format!("{}: {MOST_ABANDONED} versions of {name} were begun and not finished", self.place());
        Err(Failure::new(Exit::Repository, words))
    }

    /// Writes a metadata file that does not exist yet.
    pub(crate) fn write_metadata(&self, name: &str, bytes: &[u8]) -> Result<Written, Failure> {
        self.store.create(&metadata(name), bytes)
    }

    /// Makes a publication visible, unless another was since `former` was read.
    pub(crate) fn write_timestamp(&self, bytes: &[u8], former: Option<&Current>) -> Result<(), Failure> {
        match self.store.replace(&metadata(TIMESTAMP), bytes, former.map(|current| &current.version))? {
            Written::Done => Ok(()),
            Written::Refused => Err(Failure::new(
                Exit::Busy,
                format!(
                    "{}: another publisher was faster; nothing of this publication is visible, run it again",
                    self.place()
                ),
            )),
        }
    }

    /// The bytes of a metadata file, `None` where there is none.
    pub(crate) fn read_metadata(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        Ok(self.store.read(&metadata(name))?.map(|stored| stored.bytes))
    }

    /// Holds the repository for this publisher where its place can; refuses at once if another does.
    pub(crate) fn lock(&self) -> Result<Lock, Failure> {
        self.store.lock()
    }
}

fn metadata(name: &str) -> String {
    format!("metadata/{name}")
}

fn target(path: &str, sha256: &str) -> String {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    if folder.is_empty() {
        format!("targets/{sha256}.{name}")
    } else {
        format!("targets/{folder}/{sha256}.{name}")
    }
}

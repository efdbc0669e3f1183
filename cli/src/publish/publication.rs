//! One publication: target files in, the four roles signed, versions higher, written in the order that makes
//! it atomic.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::metadata::{FileMeta, Role, Snapshot, Targets, Term, TimestampRole};
use super::repository::{Current, Repository};
use super::role_signers::RoleSigners;
use crate::failure::Failure;

/// How many days each role's signature holds. A client shows the age of what it has from 36 hours on and asks
/// it about recalls for 30 days; expiry comes later, since a client that refuses an old repository altogether
/// could not even verify signatures with it.
const TARGETS_DAYS: i64 = 365;
const SNAPSHOT_DAYS: i64 = 90;
const TIMESTAMP_DAYS: i64 = 90;

/// The target files to publish, by path.
pub(crate) type TargetFiles = BTreeMap<String, TargetFile>;

/// One of them.
pub(crate) struct TargetFile {
    /// Its content.
    pub(crate) bytes: Vec<u8>,
    /// How far the data behind it reaches, where that is another thing than when it is published.
    pub(crate) source_date: Option<Date>,
}

/// What a publication did.
pub(crate) struct Published {
    /// The first root, which clients pin.
    pub(crate) root: Vec<u8>,
    /// The version of the timestamp now.
    pub(crate) version: u64,
    /// Bytes of the metadata files a client fetches anew.
    pub(crate) metadata_bytes: usize,
}

/// Publishes exactly `files` over what `current` says is published: a path that was published before and is
/// not among them is gone afterwards.
pub(crate) fn publish(
    repository: &Repository,
    current: Option<&Current>,
    signers: &RoleSigners,
    files: &TargetFiles,
    now: Timestamp,
) -> Result<Published, Failure> {
    let targets = targets_of(files);
    let published = current.map(|current| &current.targets.body.targets);
    for (path, file) in files {
        let before = published.and_then(|targets| targets.get(path)).and_then(FileMeta::sha256);
        if before != targets.targets.get(path).and_then(FileMeta::sha256) {
            repository.write_target(path, &file.bytes)?;
        }
    }
    let next = |version: fn(&Current) -> u64| current.map_or(0, version) + 1;
    let term = Term::of_days(now, TARGETS_DAYS)?;
    let (version, targets_file) =
        repository.write_next("targets.json", next(|current| current.targets.version), |version| {
            Role::new("targets", version, term, targets.clone()).sign(&signers.targets)
        })?;
    let snapshot = Snapshot { meta: meta_of("targets.json", &targets_file, version) };
    let term = Term::of_days(now, SNAPSHOT_DAYS)?;
    let (version, snapshot_file) =
        repository.write_next("snapshot.json", next(|current| current.snapshot.version), |version| {
            Role::new("snapshot", version, term, snapshot.clone()).sign(&signers.snapshot)
        })?;
    let timestamp = Role::new(
        "timestamp",
        next(|current| current.timestamp.version),
        Term::of_days(now, TIMESTAMP_DAYS)?,
        TimestampRole { meta: meta_of("snapshot.json", &snapshot_file, version) },
    );
    let timestamp_file = timestamp.sign(&signers.timestamp)?;
    signers.root.write(repository)?;
    let root = signers.first_root(repository)?;
    // The last request: what fails before it leaves the old publication, and nothing can fail behind it.
    repository.write_timestamp(&timestamp_file, current)?;
    let metadata_bytes = targets_file.len() + snapshot_file.len() + timestamp_file.len();
    Ok(Published { root, version: timestamp.version, metadata_bytes })
}

/// The targets role that lists `files`.
pub(super) fn targets_of(files: &TargetFiles) -> Targets {
    Targets { targets: files.iter().map(|(path, file)| (path.clone(), FileMeta::of_target(file))).collect() }
}

fn meta_of(name: &str, bytes: &[u8], version: u64) -> BTreeMap<String, FileMeta> {
    BTreeMap::from([(name.to_owned(), FileMeta::of(bytes, Some(version)))])
}

//! One publication: target files in, the four roles signed, versions one higher, written in the safe order.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::metadata::{FileMeta, Key, Role, RoleKeys, Root, Snapshot, Targets, Term, TimestampRole};
use super::repository::{Current, Repository};
use crate::failure::{Exit, Failure, OrFail};
use crate::key::{KeyPair, KeyStore};

/// How many days each role's signature holds. A client shows the age of what it has from 36 hours on and asks
/// it about recalls for 30 days; expiry comes later, since a client that refuses an old repository altogether
/// could not even verify signatures with it.
const ROOT_DAYS: i64 = 3 * 365;
const TARGETS_DAYS: i64 = 365;
const SNAPSHOT_DAYS: i64 = 90;
const TIMESTAMP_DAYS: i64 = 90;

/// The keys that sign the four roles.
pub(crate) struct RoleSigners {
    root: KeyPair,
    targets: KeyPair,
    snapshot: KeyPair,
    timestamp: KeyPair,
}

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
    /// The paths whose content is new.
    pub(crate) changed: Vec<String>,
    /// What will soon need a person.
    pub(crate) warnings: Vec<String>,
}

/// How many days before its root expires a repository begins to say so.
const ROOT_WARNING_DAYS: i64 = 90;

impl RoleSigners {
    /// Opens `root`, `targets`, `snapshot` and `timestamp`, and makes those that do not exist.
    pub(crate) fn open_or_create(keys: &KeyStore) -> Result<Self, Failure> {
        Ok(Self {
            root: keys.open_or_create("root")?,
            targets: keys.open_or_create("targets")?,
            snapshot: keys.open_or_create("snapshot")?,
            timestamp: keys.open_or_create("timestamp")?,
        })
    }

    fn by_role(&self) -> [(&'static str, &KeyPair); 4] {
        [
            ("root", &self.root),
            ("targets", &self.targets),
            ("snapshot", &self.snapshot),
            ("timestamp", &self.timestamp),
        ]
    }

    fn root(&self, now: Timestamp) -> Result<Role<Root>, Failure> {
        let mut root = Root { consistent_snapshot: true, keys: BTreeMap::new(), roles: BTreeMap::new() };
        for (role, pair) in self.by_role() {
            let key = Key::of(pair);
            let id = key.id()?;
            root.roles.insert(role.to_owned(), RoleKeys { keyids: vec![id.clone()], threshold: 1 });
            root.keys.insert(id, key);
        }
        Ok(Role::new("root", 1, Term::of_days(now, ROOT_DAYS)?, root))
    }
}

/// Publishes exactly `files`: a path that was published before and is not among them is gone afterwards.
pub(crate) fn publish(
    repository: &Repository,
    signers: &RoleSigners,
    files: &TargetFiles,
    now: Timestamp,
) -> Result<Published, Failure> {
    // Two publishers at once would sign two repositories of one version.
    let _lock = repository.lock()?;
    let root = match repository.read_metadata("1.root.json")? {
        Some(root) => root,
        None => signers.root(now)?.sign(&[&signers.root])?,
    };
    let current = repository.current()?;
    let previous = current.as_ref().map(|current| &current.targets.body);
    let targets = targets_of(files);
    let changed = changed_paths(previous, &targets);

    for (path, file) in files {
        repository.write_target(path, &file.bytes)?;
    }
    let next = |version: fn(&Current) -> u64| current.as_ref().map_or(0, version) + 1;
    let targets = Role::new(
        "targets",
        next(|current| current.targets.version),
        Term::of_days(now, TARGETS_DAYS)?,
        targets,
    );
    let targets_file = targets.sign(&[&signers.targets])?;
    repository.write_metadata(&format!("{}.targets.json", targets.version), &targets_file)?;

    let snapshot = Snapshot { meta: meta_of("targets.json", &targets_file, targets.version) };
    let snapshot = Role::new(
        "snapshot",
        next(|current| current.snapshot.version),
        Term::of_days(now, SNAPSHOT_DAYS)?,
        snapshot,
    );
    let snapshot_file = snapshot.sign(&[&signers.snapshot])?;
    repository.write_metadata(&format!("{}.snapshot.json", snapshot.version), &snapshot_file)?;

    let timestamp = TimestampRole { meta: meta_of("snapshot.json", &snapshot_file, snapshot.version) };
    let timestamp = Role::new(
        "timestamp",
        next(|current| current.timestamp.version),
        Term::of_days(now, TIMESTAMP_DAYS)?,
        timestamp,
    );
    repository.write_metadata("1.root.json", &root)?;
    repository.write_metadata("timestamp.json", &timestamp.sign(&[&signers.timestamp])?)?;
    let warnings = root_warning(&root, now)?.into_iter().collect();
    Ok(Published { root, version: timestamp.version, changed, warnings })
}

/// The paths a publication of `files` would change.
pub(super) fn would_change(repository: &Repository, files: &TargetFiles) -> Result<Vec<String>, Failure> {
    let current = repository.current()?;
    Ok(changed_paths(current.as_ref().map(|current| &current.targets.body), &targets_of(files)))
}

fn targets_of(files: &TargetFiles) -> Targets {
    Targets { targets: files.iter().map(|(path, file)| (path.clone(), FileMeta::of_target(file))).collect() }
}

/// The other roles are signed anew by every publication; the root is not.
fn root_warning(root: &[u8], now: Timestamp) -> Result<Option<String>, Failure> {
    let root: Role<Root> =
        Role::read(root).or_fail(Exit::Repository, || "the published root cannot be read")?;
    let left = root.expires.duration_since(now).as_hours() / 24;
    Ok((left < ROOT_WARNING_DAYS).then(|| format!("the root expires in {left} days; see docs/operations.md")))
}

fn changed_paths(previous: Option<&Targets>, next: &Targets) -> Vec<String> {
    let before = |path: &String| previous.and_then(|previous| previous.targets.get(path));
    let mut changed: Vec<String> = next
        .targets
        .iter()
        .filter(|(path, meta)| before(path) != Some(meta))
        .map(|(path, _)| path.clone())
        .collect();
    let gone = previous.iter().flat_map(|previous| previous.targets.keys());
    changed.extend(gone.filter(|path| !next.targets.contains_key(*path)).cloned());
    // Deltas say nothing of their own.
    changed.retain(|path| !path.ends_with(".delta"));
    changed
}

fn meta_of(name: &str, bytes: &[u8], version: u64) -> BTreeMap<String, FileMeta> {
    BTreeMap::from([(name.to_owned(), FileMeta::of(bytes, Some(version)))])
}

//! The root in force, and the keys at hand that it lets sign the other roles.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::metadata::{Key, Role, RoleKeys, Root, Term};
use super::repository::Repository;
use super::store::Written;
use crate::failure::{Exit, Failure, OrFail};
use crate::key::{KeyPair, KeyStore};

/// How many days a root holds that this tool makes unasked.
const ROOT_DAYS: i64 = 3 * 365;

/// The metadata file of a root that was accepted and takes effect with the next publication.
pub(crate) fn staged_root(version: u64) -> String {
    format!("staged.{version}.root.json")
}

/// The keys that sign a publication: of each role as many as the root asks for.
pub(crate) struct RoleSigners {
    /// The root they are listed in.
    pub(super) root: RootFile,
    /// Of the targets role.
    pub(super) targets: Vec<KeyPair>,
    /// Of the snapshot role.
    pub(super) snapshot: Vec<KeyPair>,
    /// Of the timestamp role.
    pub(super) timestamp: Vec<KeyPair>,
}

/// A root and the file it is in.
pub(crate) struct RootFile {
    /// What it says.
    pub(crate) root: Role<Root>,
    /// The file.
    pub(crate) bytes: Vec<u8>,
    published: bool,
}

impl RootFile {
    fn read(bytes: Vec<u8>, published: bool) -> Result<Self, Failure> {
        let root = Role::read(&bytes).or_fail(Exit::Repository, || "the published root cannot be read")?;
        Ok(Self { root, bytes, published })
    }

    /// The newest published root; `None` in a new repository.
    pub(crate) fn newest(repository: &Repository) -> Result<Option<Self>, Failure> {
        let mut newest = None;
        for version in 1_u64.. {
            match repository.read_metadata(&format!("{version}.root.json"))? {
                Some(bytes) => newest = Some(Self::read(bytes, true)?),
                None => break,
            }
        }
        Ok(newest)
    }

    /// The root the next publication has: the newest, or the one staged to follow it.
    fn next(repository: &Repository) -> Result<Option<Self>, Failure> {
        let newest = Self::newest(repository)?;
        let version = newest.as_ref().map_or(0, |newest| newest.root.version);
        let staged = repository
            .read_metadata(&staged_root(version + 1))?
            .map(|bytes| Self::read(bytes, false))
            .transpose()?;
        Ok(staged.filter(|staged| staged.root.version == version + 1).or(newest))
    }

    /// Publishes the root if it is not yet.
    pub(super) fn write(&self, repository: &Repository) -> Result<(), Failure> {
        if self.published {
            return Ok(());
        }
        let name = format!("{}.root.json", self.root.version);
        if repository.write_metadata(&name, &self.bytes)? == Written::Refused
            && repository.read_metadata(&name)?.as_ref() != Some(&self.bytes)
        {
            let words = format!(
                "{}: another publisher made the root; nothing is published, run it again",
                repository.place()
            );
            return Err(Failure::new(Exit::Busy, words));
        }
        Ok(())
    }
}

impl RoleSigners {
    /// Opens the keys that the repository's root asks for. A repository without a root gets one that trusts
    /// one key a role; `root`, `targets`, `snapshot` and `timestamp` are made for it if they do not exist.
    pub(crate) fn open_or_create(
        keys: &KeyStore,
        repository: &Repository,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let root = match RootFile::next(repository)? {
            Some(root) => root,
            None => first_root(keys, now)?,
        };
        let of_role = |role| pairs(keys, &root.root, role);
        let (targets, snapshot, timestamp) =
            (of_role("targets")?, of_role("snapshot")?, of_role("timestamp")?);
        Ok(Self { root, targets, snapshot, timestamp })
    }

    /// The repository's first root, which clients pin: the published one, or the one about to be.
    pub(super) fn first_root(&self, repository: &Repository) -> Result<Vec<u8>, Failure> {
        Ok(repository.read_metadata("1.root.json")?.unwrap_or_else(|| self.root.bytes.clone()))
    }
}

fn first_root(keys: &KeyStore, now: Timestamp) -> Result<RootFile, Failure> {
    let mut body = Root {
        consistent_snapshot: true,
        keys: BTreeMap::new(),
        roles: BTreeMap::new(),
        holders: BTreeMap::new(),
    };
    let signer = keys.open_or_create("root")?;
    for role in ["root", "targets", "snapshot", "timestamp"] {
        let public = if role == "root" {
            signer.public().clone()
        } else {
            keys.open_or_create(role)?.public().clone()
        };
        let key = Key::of(public.key()?.as_bytes());
        let id = key.id()?;
        body.roles.insert(role.to_owned(), RoleKeys { keyids: vec![id.clone()], threshold: 1 });
        body.holders.insert(id.clone(), role.to_owned());
        body.keys.insert(id, key);
    }
    let root = Role::new("root", 1, Term::of_days(now, ROOT_DAYS)?, body);
    let bytes = root.sign(&[signer])?;
    RootFile::read(bytes, false)
}

/// As many key pairs of a role as its threshold asks for, out of those in the folder that still sign.
fn pairs(keys: &KeyStore, root: &Role<Root>, role: &str) -> Result<Vec<KeyPair>, Failure> {
    let missing = || Failure::new(Exit::Repository, format!("the root names no keys of the role {role}"));
    let RoleKeys { keyids, threshold } = root.body.roles.get(role).ok_or_else(missing)?;
    let needed = usize::try_from(*threshold).unwrap_or(usize::MAX);
    let mut pairs = Vec::new();
    for (public, _) in keys.list()? {
        let of_role = pairs.len() < needed && keyids.contains(&Key::of(public.key()?.as_bytes()).id()?);
        if of_role {
            pairs.push(keys.open(&public.name)?);
        }
    }
    if pairs.len() < needed {
        let names: Vec<_> = keyids.iter().map(|id| root.body.holder(id)).collect();
        let words = format!(
            "the role {role} needs {needed} of the keys {}; {} of them are in the folder",
            names.join(", "),
            pairs.len()
        );
        return Err(Failure::new(Exit::Key, words));
    }
    Ok(pairs)
}

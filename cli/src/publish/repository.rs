//! A repository folder: what a client syncs from, and how a publication gets into it.
//!
//! Order makes it atomic: target files first, then targets and snapshot under names of their own version, and
//! `timestamp.json` last by rename. A client sees the old publication or the new one, and a publisher killed
//! at any moment leaves the old one with a few files nobody names.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use fs4::FileExt;
use serde::Deserialize;

use super::metadata::{FileMeta, Role, Snapshot, Targets, TimestampRole, sha256_hex};
use crate::failure::{Exit, Failure, OrFail};

/// The folder.
pub(crate) struct Repository {
    folder: PathBuf,
}

/// What is published now.
pub(crate) struct Current {
    /// The timestamp role.
    pub(crate) timestamp: Role<TimestampRole>,
    /// The snapshot role it names.
    pub(crate) snapshot: Role<Snapshot>,
    /// The targets role that names.
    pub(crate) targets: Role<Targets>,
}

impl Repository {
    /// The repository in `folder`.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// What is published; `None` in a new folder. A repository that cannot be read is refused, since its
    /// version, which must never go down, is not known.
    pub(crate) fn current(&self) -> Result<Option<Current>, Failure> {
        let timestamp_path = self.metadata("timestamp.json");
        if !timestamp_path.exists() {
            return Ok(None);
        }
        let timestamp: Role<TimestampRole> = read(&timestamp_path)?;
        let snapshot: Role<Snapshot> = self.named(&timestamp.body.meta, "snapshot.json")?;
        let targets: Role<Targets> = self.named(&snapshot.body.meta, "targets.json")?;
        Ok(Some(Current { timestamp, snapshot, targets }))
    }

    fn named<T: for<'de> Deserialize<'de>>(
        &self,
        meta: &BTreeMap<String, FileMeta>,
        name: &str,
    ) -> Result<Role<T>, Failure> {
        let version = meta.get(name).and_then(|file| file.version).ok_or_else(|| {
            Failure::new(Exit::Repository, format!("the repository's metadata names no version of {name}"))
        })?;
        read(&self.metadata(&format!("{version}.{name}")))
    }

    /// Writes a target file under its hash (consistent snapshots); one that is there already is left alone.
    pub(crate) fn write_target(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
        let file = self.folder.join("targets").join(folder).join(format!("{}.{name}", sha256_hex(bytes)));
        if file.exists() { Ok(()) } else { write_atomically(&file, bytes) }
    }

    /// The versions of a target that were ever published and are still in the folder, the newest first.
    pub(crate) fn versions_of_target(&self, path: &str) -> Result<Vec<Vec<u8>>, Failure> {
        let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
        let folder = self.folder.join("targets").join(folder);
        let doing = || format!("cannot read {}", folder.display());
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.or_fail(Exit::System, doing)?,
        };
        let mut versions = Vec::new();
        for entry in entries {
            let entry = entry.or_fail(Exit::System, doing)?;
            let file = entry.file_name().into_string().unwrap_or_default();
            if file.split_once('.').is_some_and(|(hash, rest)| rest == name && hash.len() == 64) {
                let written =
                    entry.metadata().and_then(|data| data.modified()).or_fail(Exit::System, doing)?;
                versions.push((written, entry.path()));
            }
        }
        versions.sort_unstable_by(|one, other| other.cmp(one));
        versions.iter().map(|(_, path)| fs::read(path).or_fail(Exit::System, doing)).collect()
    }

    /// Writes a metadata file.
    pub(crate) fn write_metadata(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        write_atomically(&self.metadata(name), bytes)
    }

    /// The bytes of a metadata file, `None` where there is none.
    pub(crate) fn read_metadata(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let path = self.metadata(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(Failure::new(Exit::Repository, format!("cannot read {}: {error}", path.display())))
            }
        }
    }

    /// Holds the repository until the value is dropped, or the process ends; refuses at once if another does.
    pub(super) fn lock(&self) -> Result<File, Failure> {
        fs::create_dir_all(&self.folder)
            .or_fail(Exit::System, || format!("cannot make {}", self.folder.display()))?;
        let path = self.folder.with_extension("lock");
        let doing = || format!("another publisher holds {}", path.display());
        let file = File::create(&path).or_fail(Exit::System, || format!("cannot make {}", path.display()))?;
        FileExt::try_lock(&file).or_fail(Exit::System, doing)?;
        Ok(file)
    }

    fn metadata(&self, name: &str) -> PathBuf {
        self.folder.join("metadata").join(name)
    }
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Role<T>, Failure> {
    let refused = || format!("cannot read the published {}", path.display());
    let bytes = fs::read(path).or_fail(Exit::Repository, refused)?;
    Role::read(&bytes).or_fail(Exit::Repository, refused)
}

/// Writes beside, makes it last, then renames: nobody sees half a file, a full disk leaves the old one.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let doing = || format!("cannot write {}", path.display());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).or_fail(Exit::System, doing)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).or_fail(Exit::System, doing)?;
    file.write_all(bytes).or_fail(Exit::System, doing)?;
    // Temporary files are private; a repository is for everyone.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::Permissions::from_mode(0o644);
        file.as_file().set_permissions(mode).or_fail(Exit::System, doing)?;
    }
    file.as_file().sync_all().or_fail(Exit::System, doing)?;
    file.persist(path).or_fail(Exit::System, doing)?;
    // Renames last only once the folder is on disk, too. Where folders cannot be opened there is nothing to do.
    match File::open(folder) {
        Ok(folder) => folder.sync_all().or_fail(Exit::System, doing),
        Err(_) => Ok(()),
    }
}

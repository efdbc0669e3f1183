//! A repository in a folder of this machine.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use fs4::FileExt;
use tempfile::NamedTempFile;

use super::leftovers;
use super::metadata::sha256_hex;
use super::store::{Lock, Store, Stored, Version, Written};
use crate::failure::{Exit, Failure, OrFail};

/// The folder.
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder at `path`, which need not exist yet.
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }
}

impl Store for Folder {
    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn read(&self, name: &str) -> Result<Option<Stored>, Failure> {
        let path = self.path.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(Stored { version: Version(sha256_hex(&bytes)), bytes })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::new(Exit::System, format!("cannot read {}: {error}", path.display()))),
        }
    }

    fn list(&self, folder: &str) -> Result<Vec<(String, SystemTime)>, Failure> {
        let path = self.path.join(folder);
        let doing = || format!("cannot read {}", path.display());
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.or_fail(Exit::System, doing)?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry.or_fail(Exit::System, doing)?;
            let about = entry.metadata().or_fail(Exit::System, doing)?;
            if let (true, Ok(name)) = (about.is_file(), entry.file_name().into_string()) {
                files.push((name, about.modified().or_fail(Exit::System, doing)?));
            }
        }
        Ok(files)
    }

    fn create(&self, name: &str, bytes: &[u8]) -> Result<Written, Failure> {
        let path = self.path.join(name);
        let doing = || format!("cannot write {}", path.display());
        if path.exists() {
            return Ok(Written::Refused);
        }
        match beside(&path, bytes)?.persist_noclobber(&path) {
            Ok(_) => {}
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => return Ok(Written::Refused),
            Err(error) => return Err(error).or_fail(Exit::System, doing),
        }
        make_last(&path)?;
        Ok(Written::Done)
    }

    fn replace(&self, name: &str, bytes: &[u8], former: Option<&Version>) -> Result<Written, Failure> {
        // Nobody comes between the two lines: publishers hold the lock.
        if self.read(name)?.map(|stored| stored.version).as_ref() != former {
            return Ok(Written::Refused);
        }
        write_atomically(&self.path.join(name), bytes)?;
        Ok(Written::Done)
    }

    /// Refuses at once if another publisher holds it; ends with the value, or with the process.
    fn lock(&self) -> Result<Lock, Failure> {
        fs::create_dir_all(&self.path)
            .or_fail(Exit::System, || format!("cannot make {}", self.path.display()))?;
        let path = self.path.with_extension("lock");
        let file = File::create(&path).or_fail(Exit::System, || format!("cannot make {}", path.display()))?;
        FileExt::try_lock(&file).or_fail(Exit::Busy, || {
            format!("another publisher holds {}; nothing was written", path.display())
        })?;
        Ok(Lock::held_by(file))
    }
}

/// Writes beside, makes it last, then renames: nobody sees half a file, a full disk leaves the old one.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    beside(path, bytes)?
        .persist(path)
        .or_fail(Exit::System, || format!("cannot write {}", path.display()))?;
    make_last(path)
}

/// The bytes in a file without a lasting name, on disk.
fn beside(path: &Path, bytes: &[u8]) -> Result<NamedTempFile, Failure> {
    let doing = || format!("cannot write {}", path.display());
    let folder = folder_of(path);
    fs::create_dir_all(folder).or_fail(Exit::System, doing)?;
    let mut file = leftovers::temporary_file(folder).or_fail(Exit::System, doing)?;
    file.write_all(bytes).or_fail(Exit::System, doing)?;
    // Temporary files are private; a repository is for everyone.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::Permissions::from_mode(0o644);
        file.as_file().set_permissions(mode).or_fail(Exit::System, doing)?;
    }
    file.as_file().sync_all().or_fail(Exit::System, doing)?;
    Ok(file)
}

/// Renames last only once the folder is on disk, too. Where folders cannot be opened there is nothing to do.
fn make_last(path: &Path) -> Result<(), Failure> {
    match File::open(folder_of(path)) {
        Ok(folder) => folder.sync_all().or_fail(Exit::System, || format!("cannot write {}", path.display())),
        Err(_) => Ok(()),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

//! Files that are being written beside the one they will replace, and what a killed process left of them.
//!
//! Whoever writes such a file holds its lock, which ends with the process. A file of that name whose lock is
//! free belongs to nobody any more, so the next writer in its folder takes it away.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use fs4::FileExt;
use tempfile::NamedTempFile;

const PREFIX: &str = ".udi-";
const SUFFIX: &str = ".part";

/// Folders that this process has looked through.
static LOOKED_THROUGH: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A new file in `folder` under a name of its own, locked. Leftovers there are taken away first, once a process.
pub(super) fn temporary_file(folder: &Path) -> io::Result<NamedTempFile> {
    let is_first = LOOKED_THROUGH.lock().is_ok_and(|mut folders| folders.insert(folder.to_owned()));
    if is_first {
        remove(folder)?;
    }
    loop {
        let file = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder)?;
        // Some file systems have no locks: nobody takes anything away there, either.
        let is_locked = FileExt::lock(file.as_file()).is_ok();
        // Another process may have found it before it was locked.
        if !is_locked || file.path().exists() {
            return Ok(file);
        }
    }
}

/// Takes away what nobody writes any more. What cannot be taken away is left: it harms nobody.
fn remove(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !name.starts_with(PREFIX) || !name.ends_with(SUFFIX) {
            continue;
        }
        let Ok(file) = File::open(&path) else { continue };
        // Its lock is held while it goes, so that a writer who is about to lock it sees that it went.
        if FileExt::try_lock(&file).is_ok() {
            let _ = fs::remove_file(&path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn what_a_killed_writer_left_goes_and_what_is_being_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let written = temporary_file(folder.path()).unwrap();
        fs::write(folder.path().join(".udi-killed.part"), "half").unwrap();
        fs::write(folder.path().join(".udi-notes"), "somebody's own").unwrap();
        remove(folder.path()).unwrap();
        let being_written = written.path().file_name().unwrap().to_str().unwrap().to_owned();
        let mut left = vec![being_written, ".udi-notes".to_owned()];
        left.sort_unstable();
        assert_eq!(names(folder.path()), left);
        drop(written);
        assert_eq!(names(folder.path()), [".udi-notes"]);
    }

    #[test]
    fn writers_side_by_side_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let folder = folder.path();
                scope.spawn(move || {
                    for number in 0..50 {
                        remove(folder).unwrap();
                        let file = temporary_file(folder).unwrap();
                        file.persist(folder.join(format!("{writer}-{number}"))).unwrap();
                    }
                });
            }
        });
        assert_eq!(names(folder.path()).len(), 200);
    }
}

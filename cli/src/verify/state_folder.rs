//! What a verifier keeps between runs: the root it pinned and the state it trusts.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use fs4::FileExt;
use udi_verify::trust::State;

use crate::failure::{Exit, Failure, OrFail};
use crate::publish::write_atomically;

/// The folder, held by this process alone.
pub(super) struct StateFolder {
    folder: PathBuf,
    _lock: File,
}

impl StateFolder {
    /// Opens or makes the folder; waits while another process updates it, so that a state never goes back.
    pub(super) fn open(folder: &Path) -> Result<Self, Failure> {
        let doing = || format!("cannot use the state folder {}", folder.display());
        fs::create_dir_all(folder).or_fail(Exit::System, doing)?;
        let lock = File::create(folder.join("lock")).or_fail(Exit::System, doing)?;
        FileExt::lock(&lock).or_fail(Exit::System, doing)?;
        Ok(Self { folder: folder.to_owned(), _lock: lock })
    }

    /// The root pinned by the first run.
    pub(super) fn root(&self) -> Result<Option<Vec<u8>>, Failure> {
        self.read("root.json")
    }

    /// The state that was kept, verified again from the pinned root down.
    pub(super) fn state(&self, root: &[u8]) -> Result<Option<State>, Failure> {
        let refused = || format!("cannot use the stored state in {}", self.folder.display());
        let stored = self.read("state.bin")?;
        stored.map(|stored| State::from_bytes(&stored, root).or_fail(Exit::Repository, refused)).transpose()
    }

    /// Keeps a state and the root it was pinned with.
    pub(super) fn keep(&self, state: &State, root: &[u8]) -> Result<(), Failure> {
        write_atomically(&self.folder.join("root.json"), root)?;
        write_atomically(&self.folder.join("state.bin"), &state.to_bytes())
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let path = self.folder.join(name);
        if !path.exists() {
            return Ok(None);
        }
        fs::read(&path).map(Some).or_fail(Exit::System, || format!("cannot read {}", path.display()))
    }
}

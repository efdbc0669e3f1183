//! A folder of its own in which the tool runs, as a person would type its commands.

use std::path::PathBuf;
use std::process::{Command, Output};

/// The folder; it goes with the value.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
}

impl World {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A file of the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs `udi` with the words of `line`.
    pub(crate) fn udi(&self, line: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_udi"));
        command.args(line.split_whitespace()).current_dir(self.folder.path()).output().unwrap()
    }

    /// The same, and it must succeed.
    pub(crate) fn run(&self, line: &str) -> Output {
        let output = self.udi(line);
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }
}

//! Where the files of a repository lie: a folder or a bucket. A publication needs only these operations of it.

use std::fs::File;
use std::time::SystemTime;

use crate::failure::Failure;

/// A place for files, named by relative paths with `/`.
///
/// Every write is whole or does not happen; nobody ever reads half a file.
pub(crate) trait Store {
    /// The place, for a person.
    fn place(&self) -> String;

    /// The file, `None` where there is none.
    fn read(&self, name: &str) -> Result<Option<Stored>, Failure>;

    /// The names below a folder and when each was written, in no order.
    fn list(&self, folder: &str) -> Result<Vec<(String, SystemTime)>, Failure>;

    /// Writes a file that does not exist yet; one that does is left alone.
    fn create(&self, name: &str, bytes: &[u8]) -> Result<Written, Failure>;

    /// Replaces the file of which `former` was read; `None` where none was there. Does nothing if somebody
    /// else has written it since.
    fn replace(&self, name: &str, bytes: &[u8], former: Option<&Version>) -> Result<Written, Failure>;

    /// Keeps other publishers out for as long as the value lives, where the place can do that.
    fn lock(&self) -> Result<Lock, Failure>;
}

/// A lock that ends when it is dropped: an open file that carries it, or nothing where there are no locks.
#[must_use]
pub(crate) struct Lock(Option<File>);

impl Lock {
    /// The lock that an open file holds; closing the file ends it.
    pub(super) fn held_by(file: File) -> Self {
        Self(Some(file))
    }

    /// No lock.
    pub(super) fn none() -> Self {
        Self(None)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        drop(self.0.take());
    }
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Its content.
    pub(crate) bytes: Vec<u8>,
    /// What tells it from what it will be once somebody has replaced it.
    pub(crate) version: Version,
}

/// The version of a stored file, as its place names it: a hash, or a bucket's entity tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version(pub(crate) String);

/// What became of a write with a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Written {
    /// The file is written, and will last.
    Done,
    /// The condition did not hold: somebody else wrote it. Nothing changed.
    Refused,
}

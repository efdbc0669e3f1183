//! Bringing a trusted state up to date from a repository in a folder.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use jiff::Timestamp;
use udi_verify::recall::delta::apply_or_fetch;
use udi_verify::trust::{Refresh, State, Step, UpdateError};

use crate::failure::{Exit, Failure};

/// Why an update did not come about.
pub(crate) enum SyncError {
    /// The repository was refused.
    Refused(UpdateError),
    /// A file could not be read.
    Unreadable(Failure),
}

/// The state after an update from `repository`. The old state stands whatever happens.
pub(crate) fn sync(state: &State, repository: &Path, now: Timestamp) -> Result<State, SyncError> {
    let mut refresh = Refresh::start(state, now).with_deltas(apply_or_fetch);
    while let Step::Fetch { path, max_length } = refresh.step() {
        refresh.supply(read(&repository.join(path), max_length).map_err(SyncError::Unreadable)?);
    }
    refresh.finish().map_err(SyncError::Refused)
}

/// The file's bytes, one more than allowed at most, so that the client sees a file that is too long; `None`
/// where there is no file.
fn read(path: &Path, max_length: u64) -> Result<Option<Vec<u8>>, Failure> {
    let unreadable = |error| Failure::new(Exit::System, format!("cannot read {}: {error}", path.display()));
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let mut bytes = Vec::new();
    file.take(max_length.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(Some(bytes))
}

//! One writer of a rules file at a time. Each reads it, changes it and puts it back: of two at once the second would
//! undo the first one's recall.

use std::fs::{self, File};
use std::path::Path;

use fs4::FileExt;

use crate::failure::{Exit, Failure, OrFail};

/// Waits until nobody else changes the rules at `path`; ends with the value, or with the process.
pub(super) fn lock(path: &Path) -> Result<File, Failure> {
    // A file of its own, since the rules are replaced and not written over.
    let beside = path.with_extension("json.lock");
    let doing = || format!("cannot lock {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).or_fail(Exit::System, doing)?;
    }
    let file = File::create(&beside).or_fail(Exit::System, doing)?;
    FileExt::lock(&file).or_fail(Exit::System, doing)?;
    Ok(file)
}

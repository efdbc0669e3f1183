//! Files that only their owner may read.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use zeroize::Zeroizing;

use crate::failure::{Exit, Failure, OrFail};

/// No PKCS#8 Ed25519 key comes near this many bytes; a larger file is not one.
const MAX_KEY_FILE: usize = 4096;

fn make_private_folder(folder: &Path) -> Result<(), Failure> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).or_fail(Exit::System, || format!("cannot make the folder {}", folder.display()))
}

/// Writes a secret to a file that must not exist yet, for its owner alone, and makes it last through a power
/// cut.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    make_private_folder(path.parent().unwrap_or(Path::new(".")))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::new(Exit::Key, format!("{} exists; a key is never overwritten", path.display()))
        }
        _ => Failure::new(Exit::System, format!("cannot make {}: {error}", path.display())),
    })?;
    file.write_all(bytes).and_then(|()| file.sync_all()).or_fail(Exit::System, || {
        // Half a secret is of no use, and would be in the way of the next try.
        let _ = fs::remove_file(path);
        format!("cannot write {}", path.display())
    })
}

/// Reads a secret that is wiped from memory; refuses one that others may read.
pub(super) fn read_private_bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let refused = || format!("cannot use the secret in {}", path.display());
    let file = File::open(path).or_fail(Exit::Key, refused)?;
    refuse_exposed(&file, path)?;
    // Room for all of it at once, so that no copy is left behind by a growing buffer.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_KEY_FILE));
    file.take(MAX_KEY_FILE as u64).read_to_end(&mut bytes).or_fail(Exit::Key, refused)?;
    Ok(bytes)
}

/// The same as text.
pub(super) fn read_private(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let bytes = read_private_bytes(path)?;
    let text = std::str::from_utf8(&bytes).or_fail(Exit::Key, || format!("{} is no text", path.display()))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Refuses a private key whose mode lets group or others at it: it may already have been copied.
#[cfg(unix)]
fn refuse_exposed(file: &File, path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.metadata().or_fail(Exit::Key, || format!("cannot examine {}", path.display()))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Key,
        format!(
            "{} has mode {mode:03o}: others can read it. If nobody did, `chmod 600` it; else make a new key",
            path.display()
        ),
    ))
}

#[cfg(not(unix))]
fn refuse_exposed(_file: &File, _path: &Path) -> Result<(), Failure> {
    Ok(())
}

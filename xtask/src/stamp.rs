//! Stamps: the content hash of a step's inputs, kept under `target/xtask/` after the step's last good run.
//!
//! Content, not file times: a checkout or a copied folder changes every time and nothing else.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::session::Session;

/// Folders that hold results or installed packages, never sources.
const NOT_SOURCES: [&str; 4] = ["node_modules", "target", "dist", ".git"];

/// The inputs of one step, hashed.
pub(crate) struct Stamp {
    file: PathBuf,
    hash: String,
}

impl Stamp {
    /// Hashes the inputs of `step`: files and folders (an absent one counts as absent), and facts that no file
    /// holds, such as a version or a profile's name.
    pub(crate) fn of(session: &Session, step: &str, inputs: &[PathBuf], facts: &[&str]) -> Result<Stamp> {
        let mut hasher = Sha256::new();
        for fact in facts {
            add(&mut hasher, b"fact", fact.as_bytes());
        }
        for input in inputs {
            hash_tree(&mut hasher, input)?;
        }
        let hash = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Stamp { file: session.target("xtask").join(format!("{step}.stamp")), hash })
    }

    /// Whether the step's last good run had these inputs and its results are still there.
    pub(crate) fn is_current(&self, results: &[PathBuf]) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|kept| kept == self.hash)
            && results.iter().all(|result| result.exists())
    }

    /// Keeps the stamp: the step has succeeded.
    pub(crate) fn keep(&self) -> Result<()> {
        write(&self.file, &self.hash)
    }
}

/// Writes a file, making its folder first.
fn write(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    }
    fs::write(file, text).with_context(|| format!("write {}", file.display()))
}

/// Length before content, so that no two lists of inputs run together into the same bytes.
fn add(hasher: &mut Sha256, kind: &[u8], bytes: &[u8]) {
    hasher.update(kind);
    hasher.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
    hasher.update(bytes);
}

fn hash_tree(hasher: &mut Sha256, path: &Path) -> Result<()> {
    add(hasher, b"path", path.to_string_lossy().as_bytes());
    let is_folder = match fs::metadata(path) {
        Ok(metadata) => metadata.is_dir(),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            add(hasher, b"none", b"");
            return Ok(());
        }
        Err(error) => return Err(error).with_context(|| format!("look at {}", path.display())),
    };
    if !is_folder {
        let bytes = fs::read(path).with_context(|| format!("read {}", path.display()))?;
        add(hasher, b"file", &bytes);
        return Ok(());
    }
    let listing = fs::read_dir(path).with_context(|| format!("list {}", path.display()))?;
    let mut entries = listing.collect::<std::io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        if !NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            hash_tree(hasher, &entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_of(path: &Path) -> Vec<u8> {
        let mut hasher = Sha256::new();
        hash_tree(&mut hasher, path).unwrap();
        hasher.finalize().to_vec()
    }

    #[test]
    fn a_hash_follows_content_and_names_but_not_installed_packages() {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        write(&folder.join("a.rs"), "one").unwrap();
        let first = hash_of(&folder);
        write(&folder.join("a.rs"), "one").unwrap();
        write(&folder.join("node_modules/x.js"), "installed").unwrap();
        assert_eq!(first, hash_of(&folder), "same sources, same hash");
        write(&folder.join("a.rs"), "two").unwrap();
        let second = hash_of(&folder);
        assert_ne!(first, second, "changed content");
        fs::rename(folder.join("a.rs"), folder.join("b.rs")).unwrap();
        assert_ne!(second, hash_of(&folder), "changed name");
        fs::remove_dir_all(&folder).unwrap();
    }
}

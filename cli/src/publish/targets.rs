//! The target files of a publication, each checked by the code that will read it on a phone.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use jiff::civil::Date;
use udi_verify::recall::{Manifest, Rule, UnitStatusList, rules};
use udi_verify::seal::registry::KeyFile;
use udi_verify::seal::{Bundle, Registry};
use udi_verify::trust;

use super::publication::{TargetFile, TargetFiles};
use crate::failure::{Exit, Failure, OrFail};

/// An issuer's unit status, `ISSUER=FILE` on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatusFile {
    issuer: String,
    path: PathBuf,
}

impl FromStr for StatusFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (issuer, path) = text.split_once('=').ok_or("write ISSUER=FILE")?;
        Ok(Self { issuer: issuer.to_owned(), path: path.into() })
    }
}

impl StatusFile {
    /// Adds the file as the target that clients ask for this issuer's units.
    pub(super) fn read_into(&self, files: &mut TargetFiles, registry: &KeyFile) -> Result<(), Failure> {
        if !registry.issuers.iter().any(|issuer| issuer.id == self.issuer) {
            let words =
                format!("the registry has no issuer {}, whose unit status is to be published", self.issuer);
            return Err(Failure::new(Exit::Input, words));
        }
        let refused = || format!("cannot publish the unit status {}", self.path.display());
        let bytes = fs::read(&self.path).or_fail(Exit::System, refused)?;
        UnitStatusList::open_unverified(&bytes).or_fail(Exit::Input, refused)?;
        files.insert(format!("status/{}.bin", self.issuer), TargetFile { bytes, source_date: None });
        Ok(())
    }
}

/// The targets `keys.json` and `rules.bin`.
pub(crate) fn target_files(
    registry: &KeyFile,
    all: &[Rule],
    source_date: Date,
) -> Result<TargetFiles, Failure> {
    let checked = Registry::author(registry.clone()).or_fail(Exit::Input, || "the registry is broken")?;
    if let Some(key) = checked.refused().first() {
        let words = format!("the key {} of {} cannot be published: {}", key.hint, key.issuer, key.code);
        return Err(Failure::new(Exit::Key, words));
    }
    let keys = serde_json::to_vec(registry).or_fail(Exit::System, || "cannot encode the registry")?;
    let rules = rules::encode(all).or_fail(Exit::Input, || "the rules cannot be published")?;
    Ok(TargetFiles::from([
        (trust::KEYS.to_owned(), TargetFile { bytes: keys, source_date: None }),
        (trust::RULES.to_owned(), TargetFile { bytes: rules, source_date: Some(source_date) }),
    ]))
}

/// Adds every lot manifest, its proofs, and every bundle of detached seals in a folder, as `records/NAME`.
pub(super) fn read_records(folder: &Path, files: &mut TargetFiles) -> Result<(), Failure> {
    let doing = || format!("cannot read the lot files in {}", folder.display());
    for entry in fs::read_dir(folder).or_fail(Exit::System, doing)? {
        let path = entry.or_fail(Exit::System, doing)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let refused = || format!("cannot publish {}", path.display());
        let read = || fs::read(&path).or_fail(Exit::System, refused);
        let bytes = match path.extension().and_then(|extension| extension.to_str()) {
            Some("manifest") => {
                let bytes = read()?;
                Manifest::open_unverified(&bytes).or_fail(Exit::Input, refused)?;
                bytes
            }
            Some("bin") => {
                let bytes = read()?;
                Bundle::open(&bytes).or_fail(Exit::Input, refused)?;
                bytes
            }
            Some("tlog-proof") => read()?,
            _ => continue,
        };
        files.insert(format!("records/{name}"), TargetFile { bytes, source_date: None });
    }
    Ok(())
}

//! Options that a publication seems to have forgotten.
//!
//! A publication is whole: what it is not given is published no more. A job without `--rules` would so clear every
//! recalled unit, one without `--status` every stolen one, and nobody would be asked. Such a publication is refused
//! unless it says that this is meant.

use std::collections::BTreeMap;

use udi_verify::recall::rules;
use udi_verify::trust;

use super::Args;
use super::metadata::{FileMeta, sha256_hex};
use super::publication::TargetFiles;
use super::repository::Current;
use crate::failure::{Exit, Failure, OrFail};

/// Refuses a publication that takes back data of a kind of which it names none.
pub(super) fn refuse(args: &Args, current: Option<&Current>, files: &TargetFiles) -> Result<(), Failure> {
    let none = BTreeMap::new();
    let published = current.map_or(&none, |current| &current.targets.body.targets);
    let gone = |folder: &str| {
        published
            .keys()
            .any(|path| path.starts_with(folder) && !path.ends_with(".delta") && !files.contains_key(path))
    };
    let mut forgotten = Vec::new();
    if args.rules.is_empty() && holds_rules(published)? {
        forgotten.push("--rules");
    }
    if gone("status/") {
        forgotten.push("--status");
    }
    if args.records.is_none() && gone("records/") {
        forgotten.push("--records");
    }
    if forgotten.is_empty() || args.take_back {
        return Ok(());
    }
    let words = format!(
        "the repository has what this publication takes back for want of {}: name it, or say --take-back if that is \
         meant; nothing was written",
        forgotten.join(", ")
    );
    Err(Failure::new(Exit::Usage, words))
}

/// Whether the published rules are any.
fn holds_rules(published: &BTreeMap<String, FileMeta>) -> Result<bool, Failure> {
    let empty = rules::encode(&[]).or_fail(Exit::System, || "cannot encode rules")?;
    let hash = published.get(trust::RULES).and_then(FileMeta::sha256);
    Ok(hash.is_some_and(|hash| hash != sha256_hex(&empty)))
}

//! What the page shows, out of the issuer's files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use udi_verify::seal::registry::{KeyFile, KeyStatus};

use super::Args;
use super::recalls::Recalls;
use super::signed::Signed;
use crate::clock;
use crate::failure::{Exit, Failure, OrFail};
use crate::key::KeyStore;
use crate::publish::{Freshness, Publication, Repository};
use crate::recall::IssuedFiles;

/// Everything the page shows; what was not asked for is absent.
pub(super) struct Findings {
    /// When it was collected.
    pub(super) now: Timestamp,
    /// Units by lot and file.
    pub(super) signed: Option<Signed>,
    /// Units by the day their file was finished.
    pub(super) days: BTreeMap<Date, u64>,
    /// Rules.
    pub(super) recalls: Option<Recalls>,
    /// Keys, the oldest first.
    pub(super) keys: Vec<Key>,
    /// Publications, the oldest first.
    pub(super) publications: Vec<Publication>,
    /// Age and ends of the last one.
    pub(super) freshness: Option<Freshness>,
}

/// A key.
pub(super) struct Key {
    /// Its name.
    pub(super) name: String,
    /// What labels carry to find it.
    pub(super) hint: String,
    /// When it was made.
    pub(super) created: Timestamp,
    /// What it may sign for.
    pub(super) prefixes: Vec<String>,
    /// As the registry says; `None` for a key that is not in it, as those of the repository.
    pub(super) status: Option<KeyStatus>,
}

/// Most publications read for the chart of growth.
const MOST_PUBLICATIONS: usize = 400;

/// Reads whatever was named.
pub(super) fn collect(args: &Args, now: Timestamp) -> Result<Findings, Failure> {
    let today = clock::day(now);
    let issued = (!args.issued.is_empty()).then(|| IssuedFiles { files: args.issued.clone(), records: None });
    let signed = issued.as_ref().map(|issued| issued.tally(today, Signed::default)).transpose()?;
    let days = match &signed {
        Some(signed) => by_day(signed, &args.issued)?,
        None => BTreeMap::new(),
    };
    let recalls =
        args.rules.as_deref().map(|path| Recalls::read(path, issued.as_ref(), today)).transpose()?;
    let registry = args.registry.as_deref().map(registry).transpose()?;
    let keys = args.keys.as_deref().map(|folder| keys(folder, registry.as_ref())).transpose()?;
    let repository = args.repository.as_deref().map(Repository::in_folder);
    let publications = repository.as_ref().map(|there| there.history(MOST_PUBLICATIONS)).transpose()?;
    let freshness = repository.as_ref().map(|there| Freshness::of(there, now)).transpose()?;
    Ok(Findings {
        now,
        signed,
        days,
        recalls,
        keys: keys.unwrap_or_default(),
        publications: publications.unwrap_or_default(),
        freshness: freshness.flatten(),
    })
}

/// A file of label content gets its name when the last unit is signed.
fn by_day(signed: &Signed, files: &[PathBuf]) -> Result<BTreeMap<Date, u64>, Failure> {
    let mut days = BTreeMap::new();
    for (number, path) in files.iter().enumerate() {
        let doing = || format!("cannot read {}", path.display());
        let finished = fs::metadata(path).and_then(|about| about.modified()).or_fail(Exit::System, doing)?;
        let finished = Timestamp::try_from(finished).or_fail(Exit::System, doing)?;
        *days.entry(clock::day(finished)).or_default() += signed.files.get(&number).copied().unwrap_or(0);
    }
    Ok(days)
}

fn registry(path: &Path) -> Result<KeyFile, Failure> {
    let refused = || format!("cannot read the registry {}", path.display());
    let bytes = fs::read(path).or_fail(Exit::System, refused)?;
    serde_json::from_slice(&bytes).or_fail(Exit::Input, refused)
}

fn keys(folder: &Path, registry: Option<&KeyFile>) -> Result<Vec<Key>, Failure> {
    let registered: BTreeMap<&str, KeyStatus> = registry
        .iter()
        .flat_map(|registry| &registry.issuers)
        .flat_map(|issuer| &issuer.keys)
        .map(|key| (key.public.as_str(), key.status))
        .collect();
    let mut keys = Vec::new();
    for (record, _) in KeyStore::new(folder).list()? {
        let hint = record.hint()?.to_string();
        let status = registered.get(record.public.as_str()).copied();
        keys.push(Key {
            name: record.name,
            hint,
            created: record.created,
            prefixes: record.prefixes,
            status,
        });
    }
    keys.sort_by_key(|key| key.created);
    Ok(keys)
}

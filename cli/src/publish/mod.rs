//! `udi publish`: registry, rules, unit status and lot files → a TUF 1.0 repository in a folder or a bucket,
//! which any static server serves.

mod bucket;
mod credentials;
mod deltas;
mod difference;
mod folder;
mod forgotten;
mod freshness;
mod history;
mod leftovers;
mod metadata;
mod publication;
mod repository;
mod role_signers;
mod store;
mod targets;

use std::fs;
use std::io::stdout;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use sha2::{Digest, Sha256};
use udi_verify::seal::registry::KeyFile;
use udi_verify::trust;

pub(crate) use bucket::BucketArgs;
use difference::Difference;
pub(crate) use folder::write_atomically;
pub(crate) use freshness::Freshness;
pub(crate) use history::Publication;
use metadata::FileMeta;
pub(crate) use metadata::{Envelope, Key, Role, RoleKeys, Root, SignatureEntry, Term, canonical, hex};
pub(crate) use publication::{TargetFile, TargetFiles, publish};
pub(crate) use repository::{Current, Repository};
pub(crate) use role_signers::{RoleSigners, RootFile, staged_root};
pub(crate) use store::Written;
pub(crate) use targets::{StatusFile, target_files};

use crate::clock;
use crate::failure::{Exit, Failure, OrFail};
use crate::key::{KeyStore, Locking, Unlocking};
use crate::output;
use crate::recall::rules_in_force;

/// Arguments of `udi publish`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to publish: a folder, or s3://BUCKET/PREFIX. Clients sync from what serves it.
    repository: String,
    #[command(flatten)]
    bucket: BucketArgs,
    /// The registry of issuers and their keys (keys.json).
    #[arg(long, value_name = "FILE", required_unless_present = "check")]
    registry: Option<PathBuf>,
    /// Recall rules; repeatable. Rules that have ended are left out.
    #[arg(long, value_name = "FILE")]
    rules: Vec<PathBuf>,
    /// Status of an issuer's units, a status file; repeatable.
    #[arg(long, value_name = "ISSUER=FILE")]
    status: Vec<StatusFile>,
    /// Lot manifests and detached seals: every file of the folder.
    #[arg(long, value_name = "DIR")]
    records: Option<PathBuf>,
    /// How far the recall data reaches: the date its source states. Today if it is left out, which is right
    /// only where the rules are written by hand.
    #[arg(long, value_name = "YYYY-MM-DD")]
    source_date: Option<Date>,
    /// The folder with the keys that the repository's root names. A new repository's four keys (root,
    /// targets, snapshot, timestamp) are made in it.
    #[arg(long, default_value = "keys", value_name = "DIR")]
    keys: PathBuf,
    #[command(flatten)]
    locking: Locking,
    #[command(flatten)]
    unlocking: Unlocking,
    /// Publish no more what this command does not name: rules, unit status or records that were published before.
    /// Without it that is refused.
    #[arg(long)]
    take_back: bool,
    /// Say in words what would change, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Publish nothing; say how old the publication is and when its metadata ends. Exit code 8 if that needs
    /// a person.
    #[arg(long, conflicts_with = "dry_run")]
    check: bool,
    /// Where to put the first root, which clients pin; beside a folder if left out, root.json here for a
    /// bucket.
    #[arg(long, value_name = "FILE")]
    root: Option<PathBuf>,
}

/// What was published, one JSON line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    version: u64,
    changed: Vec<String>,
    /// Bytes that a client with the publication before this one fetches.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_bytes: Option<usize>,
}

/// Publishes and prints what changed.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let now = Timestamp::now();
    let repository = Repository::open(&args.repository, &args.bucket)?;
    if args.check {
        return check(&repository, now);
    }
    let _lock = if args.dry_run { None } else { Some(repository.lock()?) };
    let current = repository.current()?;
    let files = files_to_publish(args, &repository, current.as_ref(), now)?;
    let difference = Difference::of(&repository, current.as_ref(), &files)?;
    for line in &difference.words {
        eprintln!("{line}");
    }
    forgotten::refuse(args, current.as_ref(), &files)?;
    if args.dry_run {
        let version = current.map_or(0, |current| current.timestamp.version) + 1;
        let report = Report { version, changed: difference.changed, client_bytes: None };
        return output::line(&mut stdout().lock(), &report);
    }
    if let Some(freshness) = Freshness::of(&repository, now)? {
        freshness
            .warnings
            .iter()
            .for_each(|warning| eprintln!("warning, before this publication: {warning}"));
    }
    let keys = KeyStore::new(&args.keys).locked_by(&args.locking).unlocked_by(&args.unlocking);
    let signers = RoleSigners::open_or_create(&keys, &repository, now)?;
    let pin = args.root.clone().unwrap_or_else(|| pin_of(&args.repository));
    let first_root = signers.first_root(&repository)?;
    if fs::read(&pin).is_ok_and(|bytes| bytes != first_root) {
        let words = format!(
            "{} pins the root of another repository: name another file with --root; nothing was published",
            pin.display()
        );
        return Err(Failure::new(Exit::Input, words));
    }
    let published = publish(&repository, current.as_ref(), &signers, &files, now)?;
    write_atomically(&pin, &published.root)?;
    let client_bytes = Some(published.metadata_bytes + target_bytes(current.as_ref(), &files));
    let report = Report { version: published.version, changed: difference.changed, client_bytes };
    output::line(&mut stdout().lock(), &report)
}

/// Where the pinned root of a repository lies unless one says otherwise: beside a folder, here for a bucket.
pub(crate) fn pin_of(place: &str) -> PathBuf {
    if place.contains("://") { PathBuf::from("root.json") } else { beside(Path::new(place)) }
}

/// Where the pinned root of a repository in a folder lies unless one says otherwise.
pub(crate) fn beside(repository: &Path) -> PathBuf {
    repository.join("..").join("root.json")
}

fn check(repository: &Repository, now: Timestamp) -> Result<(), Failure> {
    let Some(freshness) = Freshness::of(repository, now)? else {
        return Err(Failure::new(Exit::Stale, format!("nothing is published in {}", repository.place())));
    };
    output::line(&mut stdout().lock(), &freshness)?;
    match freshness.warnings.as_slice() {
        [] => Ok(()),
        warnings => {
            Err(Failure::new(Exit::Stale, format!("{}: {}", repository.place(), warnings.join("; "))))
        }
    }
}

fn files_to_publish(
    args: &Args,
    repository: &Repository,
    current: Option<&Current>,
    now: Timestamp,
) -> Result<TargetFiles, Failure> {
    let mut all = Vec::new();
    for path in &args.rules {
        all.extend(rules_in_force(path)?);
    }
    let registry = args.registry.as_deref().map(read_registry).transpose()?.unwrap_or_default();
    let source_date = args.source_date.unwrap_or_else(|| clock::day(now));
    let mut files = target_files(&registry, &all, source_date)?;
    for status in &args.status {
        status.read_into(&mut files, &registry)?;
    }
    if let Some(folder) = &args.records {
        targets::read_records(folder, &mut files)?;
    }
    deltas::keep_published_bytes(repository, current, &mut files, &all)?;
    deltas::add(repository, current, &mut files)?;
    Ok(files)
}

/// What a client that has `current` fetches of the targets: deltas where there are any.
fn target_bytes(current: Option<&Current>, files: &TargetFiles) -> usize {
    let published = current.map(|current| &current.targets.body.targets);
    let hash = |bytes: &[u8]| -> [u8; 32] { Sha256::digest(bytes).into() };
    let of_file = |path: &String, file: &TargetFile| {
        let before = published.and_then(|targets| targets.get(path)).and_then(FileMeta::sha256_bytes);
        match before {
            Some(before) if before == hash(&file.bytes) => 0,
            Some(before) => {
                let delta = trust::delta_path(path, &before, &hash(&file.bytes));
                files.get(&delta).unwrap_or(file).bytes.len()
            }
            None => file.bytes.len(),
        }
    };
    files.iter().filter(|(path, _)| !path.ends_with(".delta")).map(|(path, file)| of_file(path, file)).sum()
}

/// Reads `keys.json`.
pub(crate) fn read_registry(path: &Path) -> Result<KeyFile, Failure> {
    let refused = || format!("cannot read the registry {}", path.display());
    let bytes = fs::read(path).or_fail(Exit::System, refused)?;
    serde_json::from_slice(&bytes).or_fail(Exit::Input, refused)
}

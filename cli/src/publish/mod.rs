//! `udi publish`: registry and rules → a TUF 1.0 repository in a folder, which any static server serves.

mod deltas;
mod metadata;
mod publication;
mod repository;

use std::fs;
use std::io::stdout;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use udi_verify::recall::{Rule, rules};
use udi_verify::seal::Registry;
use udi_verify::seal::registry::KeyFile;
use udi_verify::trust;

use publication::would_change;
pub(crate) use publication::{RoleSigners, TargetFile, TargetFiles, publish};
pub(crate) use repository::{Repository, write_atomically};

use crate::clock;
use crate::failure::{Exit, Failure, OrFail};
use crate::key::KeyStore;
use crate::output;
use crate::recall::read_rules;

/// Arguments of `udi publish`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder to publish to; clients sync from what serves it.
    repository: PathBuf,
    /// The registry of issuers and their keys (keys.json).
    #[arg(long, value_name = "FILE")]
    registry: PathBuf,
    /// Recall rules; repeatable.
    #[arg(long, value_name = "FILE")]
    rules: Vec<PathBuf>,
    /// How far the recall data reaches: the date its source states. Today if it is left out, which is right
    /// only where the rules are written by hand.
    #[arg(long, value_name = "YYYY-MM-DD")]
    source_date: Option<Date>,
    /// The folder with the keys root, targets, snapshot and timestamp, made if they do not exist.
    #[arg(long, default_value = "keys", value_name = "DIR")]
    keys: PathBuf,
    /// Say what would change and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Where to put the first root, which clients pin; beside the repository if left out.
    #[arg(long, value_name = "FILE")]
    root: Option<PathBuf>,
}

/// What was published, one JSON line.
#[derive(Serialize)]
struct Report {
    version: u64,
    changed: Vec<String>,
}

/// Publishes and prints what changed.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let mut all = Vec::new();
    for path in &args.rules {
        all.extend(read_rules(path)?);
    }
    let now = Timestamp::now();
    let source_date = args.source_date.unwrap_or_else(|| clock::day(now));
    let repository = Repository::new(&args.repository);
    let mut files = target_files(&read_registry(&args.registry)?, &all, source_date)?;
    deltas::keep_published_bytes(&repository, &mut files, &all)?;
    deltas::add(&repository, &mut files)?;
    if args.dry_run {
        let version = repository.current()?.map_or(0, |current| current.timestamp.version) + 1;
        let changed = would_change(&repository, &files)?;
        return output::line(&mut stdout().lock(), &Report { version, changed });
    }
    let signers = RoleSigners::open_or_create(&KeyStore::new(&args.keys))?;
    let published = publish(&repository, &signers, &files, now)?;
    for warning in &published.warnings {
        eprintln!("warning: {warning}");
    }
    let root = args.root.clone().unwrap_or_else(|| beside(&args.repository));
    write_atomically(&root, &published.root)?;
    output::line(&mut stdout().lock(), &Report { version: published.version, changed: published.changed })
}

/// Where the pinned root of a repository lies unless one says otherwise.
pub(crate) fn beside(repository: &Path) -> PathBuf {
    repository.join("..").join("root.json")
}

/// The targets `keys.json` and `rules.bin`, checked by the code that will read them.
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

fn read_registry(path: &Path) -> Result<KeyFile, Failure> {
    let refused = || format!("cannot read the registry {}", path.display());
    let bytes = fs::read(path).or_fail(Exit::System, refused)?;
    serde_json::from_slice(&bytes).or_fail(Exit::Input, refused)
}

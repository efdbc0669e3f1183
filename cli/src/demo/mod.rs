//! `udi demo`: a repository, a pinned root, and a set of labels each with the headline it must give.

mod cases;
mod page;
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use cases::Case;
use world::World;

use crate::clock;
use crate::failure::{Exit, Failure, OrFail};
use crate::key::{KeyStore, Locking};
use crate::label::draw_single;
use crate::publish::{Repository, RoleSigners, TargetFile, publish, target_files, write_atomically};

/// Arguments of `udi demo`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder to write to: repository/, root.json, labels.json, labels/ and keys/.
    folder: PathBuf,
    /// The day of the demo; today if it is left out. Expiries and recalls are dated around it.
    #[arg(long, value_name = "YYYY-MM-DD")]
    now: Option<Date>,
}

/// One label in `labels.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    name: String,
    /// The symbol's message; separators are 0x1D.
    scan: String,
    /// The picture, relative to the demo's folder.
    image: String,
    /// The headline the label must give.
    headline: String,
}

/// Writes the demo.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let now = clock::instant(args.now);
    let keys = KeyStore::new(&args.folder.join("keys")).locked_by(&Locking::unencrypted());
    let world = World::open(&keys, now)?;
    let labels = cases::all(&world);
    let entries =
        labels.iter().map(|case| draw(case, &world, &args.folder)).collect::<Result<Vec<_>, _>>()?;
    write_lists(&args.folder, &labels, &entries)?;
    publish_world(&args.folder, &keys, &world, now)?;
    eprintln!("{} labels in {}", entries.len(), args.folder.join("labels").display());
    eprintln!(
        "the keys in {} are not encrypted: they are for this demo alone",
        args.folder.join("keys").display()
    );
    Ok(())
}

fn draw(case: &Case, world: &World, folder: &Path) -> Result<Entry, Failure> {
    let message =
        case.message(world).or_fail(Exit::Input, || format!("cannot make the label {}", case.name))?;
    let heading = [case.name.replace('_', " "), String::new()];
    let labels = folder.join("labels");
    fs::create_dir_all(&labels).or_fail(Exit::System, || format!("cannot make {}", labels.display()))?;
    draw_single(&labels, case.name, case.carrier, &message, &heading, world.today)?;
    Ok(Entry {
        name: case.name.to_owned(),
        scan: message,
        image: format!("labels/{}.png", case.name),
        headline: case.headline.to_owned(),
    })
}

fn write_lists(folder: &Path, labels: &[Case], entries: &[Entry]) -> Result<(), Failure> {
    let json = serde_json::to_vec_pretty(entries).or_fail(Exit::System, || "cannot encode labels.json")?;
    write_atomically(&folder.join("labels.json"), &json)?;
    let page = page::html(&labels.iter().zip(entries).collect::<Vec<_>>());
    write_atomically(&folder.join("labels/index.html"), page.as_bytes())?;
    write_atomically(&folder.join("labels/labels.css"), page::STYLE.as_bytes())
}

fn publish_world(folder: &Path, keys: &KeyStore, world: &World, now: Timestamp) -> Result<(), Failure> {
    let mut files = target_files(&world.registry()?, &world.rules(), world.today)?;
    let status = TargetFile { bytes: world.unit_status()?, source_date: None };
    files.insert("status/acme.bin".to_owned(), status);
    let repository = Repository::in_folder(&folder.join("repository"));
    let _lock = repository.lock()?;
    let current = repository.current()?;
    let signers = RoleSigners::open_or_create(keys, &repository, now)?;
    let published = publish(&repository, current.as_ref(), &signers, &files, now)?;
    write_atomically(&folder.join("root.json"), &published.root)
}

//! The units that were issued, out of what `udi sign` wrote, read by all cores at once.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use jiff::civil::Date;
use serde::Deserialize;
use udi_verify::recall::Manifest;
use udi_verify::udi::{Scan, Udi, parse};

use crate::failure::{Exit, Failure, OrFail};

/// Lines that a core takes at a time.
const CHUNK: usize = 4096;

/// Where the units that were issued are listed.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct IssuedFiles {
    /// What `udi sign` wrote for the units that were issued; several files are one stock.
    #[arg(long = "issued", value_name = "FILE", required_unless_present = "records", num_args = 1..)]
    pub(crate) files: Vec<PathBuf>,
    /// Lot manifests instead: every `.manifest` of the folder. They hold no dates, so a rule that asks for one
    /// cannot tell.
    #[arg(long, value_name = "DIR", conflicts_with = "files")]
    pub(crate) records: Option<PathBuf>,
}

/// What every carrier's line has: the message of the symbol that names the unit.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    element_string: String,
}

/// Work on units whose partial results can be put together in any order.
pub(crate) trait Tally: Send {
    /// Takes in one unit; `file` counts the files.
    fn add(&mut self, unit: &Udi, file: usize);
    /// Takes in what another core found.
    fn join(&mut self, other: Self);
}

impl IssuedFiles {
    /// Tallies every unit. A line that cannot be read stops it: a count with units missing would mislead.
    pub(crate) fn tally<T: Tally>(&self, today: Date, empty: impl Fn() -> T + Sync) -> Result<T, Failure> {
        let mut sum = empty();
        for (number, path) in self.files.iter().enumerate() {
            let file =
                File::open(path).or_fail(Exit::System, || format!("cannot read {}", path.display()))?;
            let lines = Mutex::new((BufReader::with_capacity(1 << 20, file).lines(), 0_u64));
            let cores = thread::available_parallelism().map_or(1, usize::from);
            let work = || tally_lines(&lines, empty(), number, today);
            let parts: Vec<Result<T, Failure>> = thread::scope(|scope| {
                let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
                // A worker that panicked takes the process with it.
                workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err(died()))).collect()
            });
            for part in parts {
                sum.join(part.map_err(|failure| {
                    Failure::new(failure.exit, format!("{}: {failure}", path.display()))
                })?);
            }
        }
        if let Some(folder) = &self.records {
            tally_manifests(folder, &mut sum)?;
        }
        Ok(sum)
    }
}

fn tally_manifests(folder: &Path, tally: &mut impl Tally) -> Result<(), Failure> {
    let doing = || format!("cannot read the lot manifests in {}", folder.display());
    let entries = fs::read_dir(folder).or_fail(Exit::System, doing)?;
    let mut paths = entries
        .map(|entry| Ok(entry.or_fail(Exit::System, doing)?.path()))
        .collect::<Result<Vec<PathBuf>, Failure>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "manifest"));
    paths.sort();
    for (number, path) in paths.iter().enumerate() {
        let refused = || format!("cannot read the lot manifest {}", path.display());
        let bytes = fs::read(path).or_fail(Exit::System, refused)?;
        let manifest = Manifest::open_unverified(&bytes).or_fail(Exit::Input, refused)?;
        for serial in manifest.serials() {
            let unit = Udi {
                agency: Some(manifest.agency()),
                di: Some(manifest.di().to_owned()),
                lot: Some(manifest.lot().to_owned()),
                serial: Some(serial.or_fail(Exit::Input, refused)?),
                ..Udi::default()
            };
            tally.add(&unit, number);
        }
    }
    Ok(())
}

fn died() -> Failure {
    Failure::new(Exit::System, "a thread died")
}

fn tally_lines<T: Tally>(
    lines: &Mutex<(Lines<BufReader<File>>, u64)>,
    mut tally: T,
    file: usize,
    today: Date,
) -> Result<T, Failure> {
    loop {
        let (chunk, first) = {
            let Ok(mut shared) = lines.lock() else { return Err(died()) };
            let first = shared.1 + 1;
            let chunk = shared.0.by_ref().take(CHUNK).collect::<Result<Vec<_>, _>>();
            let chunk = chunk.or_fail(Exit::System, || "it cannot be read")?;
            shared.1 += chunk.len() as u64;
            (chunk, first)
        };
        if chunk.is_empty() {
            return Ok(tally);
        }
        for (text, number) in chunk.iter().zip(first..) {
            let line: Line = serde_json::from_str(text)
                .or_fail(Exit::Input, || format!("line {number} is no issued unit"))?;
            let bytes = line.element_string.into_bytes();
            tally.add(&parse(&Scan { bytes, symbology_identifier: None }, today), file);
        }
    }
}

//! The units that were issued, out of what `udi sign` wrote, read by all cores at once.

use std::fs::File;
use std::io::{BufRead, BufReader, Lines};
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;

use jiff::civil::Date;
use serde::Deserialize;
use udi_verify::udi::{Scan, Udi, parse};

use crate::failure::{Exit, Failure, OrFail};

/// Lines that a core takes at a time.
const CHUNK: usize = 4096;

/// Files of label content, one JSON line a unit.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct IssuedFiles {
    /// What `udi sign` wrote for the units that were issued; several files are one stock.
    #[arg(long = "issued", value_name = "FILE", required = true, num_args = 1..)]
    pub(crate) files: Vec<PathBuf>,
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
        Ok(sum)
    }
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

//! `udi sign`: serial records (CSV, JSON lines) → sealed label content, one JSON line a unit.
//!
//! With `--out` a run writes files and can be resumed; without, it is a filter from standard input or a file
//! to standard output that keeps nothing, so that another engine can run many of them side by side.

mod batch;
mod ledger;
mod output_files;
mod seal;
mod source;
mod unit;

use std::io::{Write, stderr, stdout};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

pub(crate) use seal::{SealedLabel, seal};
pub(crate) use unit::{Fields, Unit, digital_link, element_string};

use batch::{CHUNK, Sealer, Seen};
use ledger::Ledger;
use output_files::OutputFiles;
use source::{ColumnMap, Format, Row, Rows, rows};

use crate::clock;
use crate::failure::{Exit, Failure, OrFail};
use crate::key::KeyStore;

/// Arguments of `udi sign`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Records with di and serial, and if wanted lot, expiry, manufactured, additional_id and index. Standard
    /// input if none is given.
    records: Option<PathBuf>,
    /// How the records are written.
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
    /// TOML with the columns of an export: `[columns]`, then field = "column".
    #[arg(long, value_name = "FILE")]
    columns: Option<PathBuf>,
    /// The name of the key that signs.
    #[arg(long)]
    key: String,
    /// The folder of the keys.
    #[arg(long, default_value = "keys", value_name = "DIR")]
    keys: PathBuf,
    /// Where Digital Links point.
    #[arg(long, default_value = "https://id.gs1.org", value_name = "URL")]
    link_base: String,
    /// Write labels to FILE and rejected rows to FILE.rejects, resumably.
    #[arg(long, value_name = "FILE", requires = "records")]
    out: Option<PathBuf>,
    /// Hand out status indices from this ledger; rows may not name their own then.
    #[arg(long, value_name = "FILE", requires = "out")]
    indices: Option<PathBuf>,
    /// Number the rows from this status index on; keeping ranges apart is up to you.
    #[arg(long, value_name = "N", conflicts_with = "indices")]
    first_index: Option<u64>,
    /// Stop at the first chunk with a row that cannot be sealed, and write nothing of that chunk.
    #[arg(long)]
    strict: bool,
}

/// Where the status indices of rows come from.
enum Indices {
    /// From the rows, or nowhere.
    Rows,
    /// Counted up.
    From(u64),
    /// From a ledger, for this run.
    Ledger(Ledger, String),
}

/// Seals every row; says on standard error which were rejected, or writes them to a file.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let today = clock::day(Timestamp::now());
    let rejected = match &args.out {
        None => run_filter(args, today)?,
        Some(out) => run_files(args, OutputFiles::open(out, &run_id(args)?, today)?)?,
    };
    match rejected {
        0 => Ok(()),
        count => Err(Failure::new(Exit::Input, format!("{count} rows were rejected"))),
    }
}

fn run_filter(args: &Args, today: Date) -> Result<u64, Failure> {
    let sealer = sealer(args, today)?;
    let mut indices = args.first_index.map_or(Indices::Rows, Indices::From);
    let (mut rows, mut seen, mut rejected) = (open(args)?, Seen::default(), 0);
    while let Some(chunk_rows) = next_chunk(&mut rows, &mut seen)? {
        let count = chunk_rows.len() as u64;
        let chunk = sealer.seal_all(chunk_rows, indices.take(0, count)?)?;
        stderr().write_all(&chunk.rejects).or_fail(Exit::System, || "cannot write to standard error")?;
        if args.strict && chunk.rejected > 0 {
            return Ok(chunk.rejected);
        }
        stdout().write_all(&chunk.labels).or_fail(Exit::System, || "cannot write to standard output")?;
        rejected += chunk.rejected;
    }
    Ok(rejected)
}

fn run_files(args: &Args, mut files: OutputFiles) -> Result<u64, Failure> {
    let sealer = sealer(args, files.journal.today)?;
    let mut indices = match (&args.indices, args.first_index) {
        (Some(path), _) => Indices::Ledger(Ledger::new(path), files.journal.run.clone()),
        (None, Some(first)) => Indices::From(first + files.journal.rows),
        (None, None) => Indices::Rows,
    };
    let (mut rows, mut seen) = (open(args)?, Seen::default());
    // Rows done by the run before are read again, so that a repeated serial is still noticed.
    for row in rows.by_ref().take(usize::try_from(files.journal.rows).unwrap_or(usize::MAX)) {
        seen.check(&mut row?);
    }
    let mut progress = Progress::new();
    while let Some(mut chunk_rows) = next_chunk(&mut rows, &mut seen)? {
        if args.indices.is_some() {
            chunk_rows.iter_mut().for_each(refuse_own_index);
        }
        let count = chunk_rows.len() as u64;
        let first_index = indices.take(files.journal.chunks, count)?;
        let chunk = sealer.seal_all(chunk_rows, first_index)?;
        if args.strict && chunk.rejected > 0 {
            stderr().write_all(&chunk.rejects).or_fail(Exit::System, || "cannot write to standard error")?;
            return Ok(chunk.rejected);
        }
        files.write(&chunk, count)?;
        progress.tell(count, files.journal.rows);
    }
    let journal = files.finish()?;
    if let Indices::Ledger(ledger, run) = &indices {
        ledger.finish(run)?;
    }
    eprintln!("{} rows: {} sealed, {} rejected", journal.rows, journal.sealed, journal.rejected);
    Ok(journal.rejected)
}

impl Indices {
    /// The first index of a chunk of `count` rows, where indices are handed out.
    fn take(&mut self, chunk: u64, count: u64) -> Result<Option<u64>, Failure> {
        match self {
            Self::Rows => Ok(None),
            Self::From(next) => {
                let first = *next;
                *next += count;
                Ok(Some(first))
            }
            Self::Ledger(ledger, run) => ledger.reserve(run, chunk, count).map(Some),
        }
    }
}

fn refuse_own_index(row: &mut Row) {
    if row.unit.as_ref().is_ok_and(|unit| unit.index.is_some()) {
        row.unit = Err("the row names a status index, which the ledger hands out".to_owned());
    }
}

fn sealer(args: &Args, today: Date) -> Result<Sealer, Failure> {
    Sealer::new(KeyStore::new(&args.keys).open(&args.key)?, &args.link_base, today)
}

fn open(args: &Args) -> Result<Rows, Failure> {
    let columns = args.columns.as_deref().map(ColumnMap::read).transpose()?.unwrap_or_default();
    rows(args.records.as_deref(), args.format, columns)
}

fn next_chunk(rows: &mut Rows, seen: &mut Seen) -> Result<Option<Vec<Row>>, Failure> {
    let mut chunk = rows.by_ref().take(CHUNK).collect::<Result<Vec<_>, _>>()?;
    chunk.iter_mut().for_each(|row| seen.check(row));
    Ok((!chunk.is_empty()).then_some(chunk))
}

/// Names a run by what decides its bytes.
fn run_id(args: &Args) -> Result<String, Failure> {
    let length = |path: &PathBuf| {
        std::fs::metadata(path)
            .map(|data| data.len())
            .or_fail(Exit::System, || format!("cannot read {}", path.display()))
    };
    let lengths = args.records.iter().chain(&args.columns).map(length).collect::<Result<Vec<_>, _>>()?;
    let key = KeyStore::new(&args.keys).public(&args.key)?;
    let options = format!(
        "{:?}",
        (&args.records, &args.columns, lengths, key.public, &args.link_base, &args.indices, args.first_index)
    );
    Ok(Sha256::digest(options).iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// Tells on standard error how fast it goes, every two seconds.
struct Progress {
    started: Instant,
    told: Instant,
    rows: u64,
}

impl Progress {
    fn new() -> Self {
        Self { started: Instant::now(), told: Instant::now(), rows: 0 }
    }

    fn tell(&mut self, rows: u64, total: u64) {
        self.rows += rows;
        if self.told.elapsed() >= Duration::from_secs(2) {
            self.told = Instant::now();
            let rate = self.rows as f64 / self.started.elapsed().as_secs_f64();
            eprintln!("{total} rows, {rate:.0} a second");
        }
    }
}

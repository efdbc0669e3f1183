//! `udi sign`: serial records (CSV, JSON lines, Parquet) → sealed label content, one JSON line a unit.
//!
//! With `--out` a run writes files and can be resumed; without, it is a filter from standard input or a file
//! to standard output that keeps nothing, so that another engine can run many of them side by side.

mod batch;
mod hash_file;
mod indices;
mod issued_units;
mod ledger;
mod output_files;
mod pipeline;
mod progress;
mod records;
mod seal;
mod seen;
mod source;
mod unit;

use std::fs::File;
use std::io::{Write, copy, stderr, stdout};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use udi_verify::seal::StatusIndex;

pub(crate) use ledger::indices_handed_out;
pub(crate) use seal::seal;
pub(crate) use unit::{Fields, Unit, digital_link, element_string};

use batch::Sealer;
use indices::Indices;
use ledger::Ledger;
use output_files::OutputFiles;
use pipeline::Input;
use progress::Progress;
use records::RecordFolders;
use seen::Seen;
use source::{ColumnMap, Format, Rows, format_of, rows};

use crate::clock;
use crate::failure::{Exit, Failure, OrFail};
use crate::key::{KeyStore, Unlocking};

/// Arguments of `udi sign`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Records with di and serial, and if wanted lot, expiry, manufactured, additional_id and index. Standard
    /// input if none is given.
    records: Option<PathBuf>,
    /// How the records are written; told by the file's name if left out, else CSV.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// TOML with the columns of an export: `[columns]`, then field = "column".
    #[arg(long, value_name = "FILE")]
    columns: Option<PathBuf>,
    /// The name of the key that signs.
    #[arg(long)]
    key: String,
    /// The folder of the keys.
    #[arg(long, default_value = "keys", value_name = "DIR")]
    keys: PathBuf,
    #[command(flatten)]
    unlocking: Unlocking,
    /// Where Digital Links point.
    #[arg(long, default_value = "https://id.gs1.org", value_name = "URL")]
    link_base: String,
    /// Write the text of a companion symbol, too, for labels whose UDI symbol stays as it is.
    #[arg(long)]
    companion: bool,
    /// Write labels to FILE and rejected rows to FILE.rejects, resumably.
    #[arg(long, value_name = "FILE", requires = "records")]
    out: Option<PathBuf>,
    #[command(flatten)]
    folders: RecordFolders,
    /// Hand out status indices from this ledger; rows may not name their own then.
    #[arg(long, value_name = "FILE", requires = "out")]
    indices: Option<PathBuf>,
    /// Sign units again that an earlier run of this ledger has signed: labels that are printed anew.
    #[arg(long, requires = "indices")]
    reissue: bool,
    /// Number the rows from this status index on; keeping ranges apart is up to you.
    #[arg(long, value_name = "N", conflicts_with = "indices")]
    first_index: Option<u64>,
    /// Stop before a row would get an index beyond this one.
    #[arg(long, value_name = "N", requires = "first_index")]
    last_index: Option<u64>,
    /// Stop at the first chunk with a row that cannot be sealed, and write nothing of that chunk.
    #[arg(long)]
    strict: bool,
}

/// Seals every row; says on standard error which were rejected, or writes them to a file.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let today = clock::day(Timestamp::now());
    let rejected = match &args.out {
        None => run_filter(args, today)?,
        Some(out) => {
            // Before anything is written: the key must open and the records must be readable.
            let key = KeyStore::new(&args.keys).unlocked_by(&args.unlocking).open(&args.key)?;
            let rows = open(args)?;
            let files = OutputFiles::open(out, &run_id(args)?, today)?;
            let sealer = Sealer::new(key, &args.link_base, args.companion, files.journal.today)?;
            run_files(args, rows, files, &sealer)?
        }
    };
    match rejected {
        0 => Ok(()),
        count => Err(Failure::new(Exit::Input, format!("{count} rows were rejected"))),
    }
}

fn run_filter(args: &Args, today: Date) -> Result<u64, Failure> {
    let key = KeyStore::new(&args.keys).unlocked_by(&args.unlocking).open(&args.key)?;
    let sealer = Sealer::new(key, &args.link_base, args.companion, today)?;
    let indices = args.first_index.map_or(Indices::Rows, |first| range(args, first));
    let input = Input { rows: open(args)?, seen: Seen::new(None), indices, done: 0 };
    let (mut rejected, strict) = (0, args.strict);
    pipeline::run(input, &sealer, |chunk, _| {
        rejected += chunk.rejected;
        stderr().write_all(&chunk.rejects).or_fail(Exit::System, || "cannot write to standard error")?;
        if strict && chunk.rejected > 0 {
            return Ok(false);
        }
        for part in &chunk.labels {
            stdout().write_all(part).or_fail(Exit::System, || "cannot write to standard output")?;
        }
        Ok(true)
    })?;
    Ok(rejected)
}

fn run_files(args: &Args, mut rows: Rows, mut files: OutputFiles, sealer: &Sealer) -> Result<u64, Failure> {
    let done = files.journal.chunks;
    let indices = match (&args.indices, args.first_index) {
        (Some(path), _) => Indices::Ledger { ledger: Ledger::new(path), run: files.run() },
        (None, Some(first)) => range(args, first.saturating_add(files.journal.rows)),
        (None, None) => Indices::Rows,
    };
    let issued = match &args.indices {
        Some(ledger) if !args.reissue => issued_units::issued(ledger)?,
        _ => None,
    };
    let mut seen = Seen::new(files.labels_path().parent()).after(issued);
    // Rows done by the run before are read again, so that a repeated serial is still noticed.
    for row in rows.by_ref().take(usize::try_from(files.journal.rows).unwrap_or(usize::MAX)) {
        seen.check(&mut row?)?;
    }
    let mut progress = Progress::new(rows.position());
    let (mut stopped, strict) = (0, args.strict);
    pipeline::run(Input { rows, seen, indices, done }, sealer, |chunk, rows| {
        if strict && chunk.rejected > 0 {
            stderr().write_all(&chunk.rejects).or_fail(Exit::System, || "cannot write to standard error")?;
            stopped = chunk.rejected;
            return Ok(false);
        }
        files.write(chunk, rows)?;
        progress.tell(rows, files.journal.rows);
        Ok(true)
    })?;
    if stopped > 0 {
        return Ok(stopped);
    }
    args.folders.write(&files.labels_path(), args.out.as_deref())?;
    // First the ledger: a run that is killed between the two asks for no more indices when it goes on.
    if let Some(path) = &args.indices {
        Ledger::new(path).finish(&files.run(), files.units())?;
    }
    let journal = files.finish()?;
    eprintln!("{} rows: {} sealed, {} rejected", journal.rows, journal.sealed, journal.rejected);
    Ok(journal.rejected)
}

fn range(args: &Args, next: u64) -> Indices {
    Indices::Range { next, last: args.last_index.unwrap_or(StatusIndex::MAX) }
}

fn open(args: &Args) -> Result<Rows, Failure> {
    let columns = args.columns.as_deref().map(ColumnMap::read).transpose()?.unwrap_or_default();
    let path = args.records.as_deref();
    rows(path, format_of(path, args.format), &columns)
}

/// Names a run by what decides its bytes: the content of its inputs, its key, its options.
fn run_id(args: &Args) -> Result<String, Failure> {
    let inputs = args.records.iter().chain(&args.columns);
    let hashes = inputs.map(|path| hash_of(path)).collect::<Result<Vec<_>, _>>()?;
    let key = KeyStore::new(&args.keys).public(&args.key)?;
    let options = format!(
        "{:?}",
        (
            hashes,
            (key.public, key.prefixes, &args.format),
            (&args.link_base, args.companion),
            (&args.indices, args.reissue, args.first_index, args.last_index)
        )
    );
    Ok(Sha256::digest(options).iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

fn hash_of(path: &Path) -> Result<Vec<u8>, Failure> {
    let doing = || format!("cannot read {}", path.display());
    let mut hash = Sha256::new();
    let mut file = File::open(path).or_fail(Exit::System, doing)?;
    copy(&mut file, &mut HashWriter(&mut hash)).or_fail(Exit::System, doing)?;
    Ok(hash.finalize().to_vec())
}

/// Hashes what is written to it.
struct HashWriter<'a>(&'a mut Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

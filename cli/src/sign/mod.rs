//! `udi sign`: serial records (CSV) → sealed label content, one JSON line a unit.

mod seal;
mod unit;

use std::fs::File;
use std::io::{BufWriter, Read, Write, stdin, stdout};
use std::path::PathBuf;

use jiff::Zoned;

pub(crate) use seal::{SealedLabel, seal};
pub(crate) use unit::{Fields, Unit, digital_link, element_string};

use crate::failure::{Exit, Failure, OrFail};
use crate::key::KeyStore;
use crate::output;

/// Arguments of `udi sign`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// CSV with the columns di and serial, and if wanted lot, expiry, manufactured, additional_id and index.
    /// Standard input if none is given.
    records: Option<PathBuf>,
    /// The name of the key that signs.
    #[arg(long)]
    key: String,
    /// The folder of the keys.
    #[arg(long, default_value = "keys", value_name = "DIR")]
    keys: PathBuf,
    /// Where Digital Links point.
    #[arg(long, default_value = "https://id.gs1.org", value_name = "URL")]
    link_base: String,
    /// Stop at the first row that cannot be sealed; without it the row is told on standard error and skipped.
    #[arg(long)]
    strict: bool,
}

/// Prints a line a unit; rows that cannot be sealed are told on standard error with their line.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let key = KeyStore::new(&args.keys).open(&args.key)?;
    let hint = key.public().hint()?;
    let today = Zoned::now().date();
    let mut out = BufWriter::new(stdout().lock());
    let mut rejected = 0_u64;
    let mut rows = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(open(args)?);
    let header = rows.headers().or_fail(Exit::Input, || "the first line names no columns")?.clone();
    let mut row = csv::StringRecord::new();
    loop {
        let line = rows.position().line();
        let sealed = match rows.read_record(&mut row) {
            Ok(false) => break,
            Ok(true) => row.deserialize::<Unit>(Some(&header)).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
        .and_then(|unit| seal(&unit, &key.signing, hint, today));
        match sealed {
            Ok(sealed) => output::line(&mut out, &sealed.into_label(hint, &args.link_base))?,
            Err(reason) => {
                rejected += 1;
                eprintln!("line {line} is rejected: {reason}");
                if args.strict {
                    break;
                }
            }
        }
    }
    out.flush().or_fail(Exit::System, || "cannot write to standard output")?;
    match rejected {
        0 => Ok(()),
        count => Err(Failure::new(Exit::Input, format!("{count} rows were rejected"))),
    }
}

fn open(args: &Args) -> Result<Box<dyn Read>, Failure> {
    match &args.records {
        None => Ok(Box::new(stdin().lock())),
        Some(path) => {
            let file =
                File::open(path).or_fail(Exit::System, || format!("cannot read {}", path.display()))?;
            Ok(Box::new(file))
        }
    }
}

//! `udi report`: one self-contained HTML page for the people who answer for all this: what was signed, what is
//! recalled and what that hits, how old keys are, how large and how old the publication is.

mod chart;
mod collect;
mod page;
mod recalls;
mod signed;

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::clock;
use crate::failure::Failure;
use crate::publish::write_atomically;

/// Arguments of `udi report`. What is not named is left out of the page.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// What `udi sign` wrote; several files are one stock. The day of a unit is the day its file was finished.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    issued: Vec<PathBuf>,
    /// The rules file.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// The folder of the keys; no private key is read.
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    /// The registry, for the state of the keys.
    #[arg(long, value_name = "FILE")]
    registry: Option<PathBuf>,
    /// The repository folder.
    #[arg(long, value_name = "DIR")]
    repository: Option<PathBuf>,
    /// The page to write.
    #[arg(long, default_value = "report.html", value_name = "FILE")]
    out: PathBuf,
    /// The day to reckon with; today if it is left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    now: Option<Date>,
}

/// Writes the page.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let now: Timestamp = clock::instant(args.now);
    let findings = collect::collect(args, now)?;
    write_atomically(&args.out, page::html(&findings).as_bytes())?;
    eprintln!("{} is written; it needs nothing else to be read", args.out.display());
    Ok(())
}

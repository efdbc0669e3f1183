//! `udi parse`: scans → what they say.

use std::io::stdout;

use jiff::Zoned;
use udi_verify::udi::{Scan, parse};

use crate::failure::Failure;
use crate::output;

/// Arguments of `udi parse`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Scans; `\x1d` stands for the group separator. Standard input, one a line, if none is given.
    scans: Vec<String>,
}

/// Prints a line a scan.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let today = Zoned::now().date();
    for scan in &args.scans {
        let scan = Scan { bytes: scan.replace("\\x1d", "\u{1d}").into_bytes(), symbology_identifier: None };
        output::line(&mut stdout().lock(), &parse(&scan, today))?;
    }
    Ok(())
}

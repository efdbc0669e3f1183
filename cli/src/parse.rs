//! `udi parse`: scans → what they say.

use std::io::stdout;

use jiff::Zoned;
use udi_verify::udi::parse;

use crate::failure::Failure;
use crate::output;
use crate::scan_text::scan_of;

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
        output::line(&mut stdout().lock(), &parse(&scan_of(scan), today))?;
    }
    Ok(())
}

//! `udi parse`: scans → what they say.

use std::io::{self, BufRead, BufWriter, Write};

use jiff::civil::Date;
use udi_verify::messages::Language;
use udi_verify::udi::access_gudid::ParsedUdi;
use udi_verify::udi::{Scan, Udi, explain, fhir, join, parse};

use crate::failure::{Exit, Failure, OrFail};
use crate::scan_text::scan_of;
use crate::{clock, output};

/// Arguments of `udi parse`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Scans, with C escapes such as `\x1d` for the group separator. Standard input, one a line, if none is given.
    scans: Vec<String>,
    /// The day it is taken to be, YYYY-MM-DD; it decides the century of two-digit years. Today if not given.
    #[arg(long)]
    now: Option<Date>,
    /// Explain each scan in words, on standard error.
    #[arg(long)]
    explain: bool,
    /// The language of the words: `en` or `zh-Hans`.
    #[arg(long, default_value = "en")]
    lang: String,
    /// The shape of the answer.
    #[arg(long, value_enum, default_value_t = Format::Udi)]
    format: Format,
    /// The scans are all the symbols of one item: join those that belong together.
    #[arg(long)]
    join: bool,
    /// Parse the scans this many times and print how many a minute one core manages.
    #[arg(long, value_name = "TIMES")]
    bench: Option<u32>,
}

/// The shape of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Every field, element and finding.
    Udi,
    /// An HL7 FHIR R5 Device.
    Fhir,
    /// The field names of AccessGUDID's `parse_udi`.
    Accessgudid,
}

/// Prints a line a scan, or a line an item with `--join`.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let today = clock::day(clock::instant(args.now));
    if let Some(times) = args.bench {
        return bench(&scans(args)?, today, times);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    if args.join {
        for udi in join(&scans(args)?, today) {
            print(args, &mut out, &udi)?;
        }
    } else if args.scans.is_empty() {
        for line in io::stdin().lock().split(b'\n') {
            let line = line.or_fail(Exit::System, || "cannot read standard input")?;
            print(args, &mut out, &parse(&scan_of(&line), today))?;
        }
    } else {
        for scan in &args.scans {
            print(args, &mut out, &parse(&scan_of(scan), today))?;
        }
    }
    out.flush().or_fail(Exit::System, || "cannot write to standard output")
}

fn scans(args: &Args) -> Result<Vec<Scan>, Failure> {
    if !args.scans.is_empty() {
        return Ok(args.scans.iter().map(scan_of).collect());
    }
    let lines: Result<Vec<Vec<u8>>, _> = io::stdin().lock().split(b'\n').collect();
    let lines = lines.or_fail(Exit::System, || "cannot read standard input")?;
    Ok(lines.iter().map(scan_of).collect())
}

fn print(args: &Args, out: &mut impl Write, udi: &Udi) -> Result<(), Failure> {
    match args.format {
        Format::Udi => output::line(out, udi)?,
        Format::Fhir => output::line(out, &fhir::device(udi))?,
        Format::Accessgudid => output::line(out, &ParsedUdi::from(udi))?,
    }
    if args.explain {
        out.flush().or_fail(Exit::System, || "cannot write to standard output")?;
        eprintln!("{}\n", explain(udi, Language::from_tag(&args.lang)));
    }
    Ok(())
}

/// Parses and serialises every scan `times` over, on this one thread, and prints the rate as a line of JSON.
fn bench(scans: &[Scan], today: Date, times: u32) -> Result<(), Failure> {
    let started = std::time::Instant::now();
    let mut bytes = 0;
    for _ in 0..times {
        for scan in scans {
            let json =
                serde_json::to_vec(&parse(scan, today)).or_fail(Exit::System, || "cannot serialise")?;
            bytes += json.len();
        }
    }
    let count = f64::from(times) * scans.len() as f64;
    let rate = (count / started.elapsed().as_secs_f64() * 60.0).round();
    output::line(
        &mut io::stdout().lock(),
        &serde_json::json!({ "scans": count, "outputBytes": bytes, "scansPerMinute": rate }),
    )
}

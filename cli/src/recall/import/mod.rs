//! `udi recall import`: openFDA's records, lists in CSV, and EPCIS events → rules.
//!
//! openFDA gives lots, serials and device identifiers as free text. A record becomes exact rules only where
//! every word of that text is understood and nothing else in the record speaks against it; otherwise it
//! becomes a text-only notice, which can only ever say "possible recall, read the notice". Either way a line
//! of the report says which and why.

mod csv;
mod date;
mod decision;
mod doubt;
mod epcis;
mod group;
mod identifier;
mod label;
mod number;
mod product;
mod record;
mod rule;
mod statement;
mod token;

use std::io::stdout;
use std::path::{Path, PathBuf};

use jiff::Zoned;
use jiff::civil::Date;
use udi_verify::recall::Rule;

use self::epcis::Ledger;
use self::record::{Record, records};
use self::rule::{notices, report, rules};
use crate::failure::{Exit, Failure, OrFail};
use crate::output;

/// Arguments of `udi recall import`.
#[derive(clap::Args)]
pub(crate) struct Import {
    /// The files to read.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What they are.
    #[arg(long, value_enum, default_value_t = Format::Openfda)]
    format: Format,
    /// Leave out recalls that the authority has terminated.
    #[arg(long)]
    open_only: bool,
    /// Date of the data for records that carry none; today if it is left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    source_date: Option<Date>,
    /// Only report; leave the rules file and the unit status alone.
    #[arg(long)]
    dry_run: bool,
    /// Who published rules made of EPCIS events.
    #[arg(long, default_value = "EPCIS", value_name = "NAME")]
    authority: String,
    #[command(flatten)]
    ledger: Ledger,
}

/// What the files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// openFDA's device/enforcement or device/recall records: its reply, a JSON array, or a record a line.
    Openfda,
    /// A table with a heading; its columns stand in docs/operations.md.
    Csv,
    /// EPCIS 2.0 events in JSON-LD: a document, an array, or one event.
    Epcis,
}

/// What an import came to.
pub(crate) struct Outcome {
    /// Exact rules and text-only notices, fit to be published.
    pub(crate) rules: Vec<Rule>,
    /// Leave the rules file alone.
    pub(crate) dry_run: bool,
}

/// Reads the files, prints a JSON line a record, rule or event on standard output and the sums on standard error.
pub(crate) fn import(args: &Import) -> Result<Outcome, Failure> {
    let otherwise = args.source_date.unwrap_or_else(|| Zoned::now().date());
    match args.format {
        Format::Openfda => openfda(args, otherwise),
        Format::Csv => list(args, otherwise),
        Format::Epcis => events(args, otherwise),
    }
}

fn list(args: &Import, otherwise: Date) -> Result<Outcome, Failure> {
    let out = &mut stdout().lock();
    let mut outcome = Outcome { rules: Vec::new(), dry_run: args.dry_run };
    for path in &args.files {
        let refused = || format!("cannot read {}", path.display());
        let file = std::fs::File::open(path).or_fail(Exit::System, refused)?;
        let rules = csv::rules(file, otherwise)
            .map_err(|failure| Failure::new(failure.exit, format!("{}: {failure}", path.display())))?;
        rules.iter().try_for_each(|rule| output::line(out, rule))?;
        outcome.rules.extend(rules);
    }
    eprintln!("{} rules", outcome.rules.len());
    Ok(outcome)
}

fn events(args: &Import, otherwise: Date) -> Result<Outcome, Failure> {
    let out = &mut stdout().lock();
    let mut documents = Vec::new();
    for path in &args.files {
        let refused = || format!("cannot read {}", path.display());
        let text = std::fs::read(path).or_fail(Exit::System, refused)?;
        documents.push(serde_json::from_slice(&text).or_fail(Exit::Input, refused)?);
    }
    let imported = epcis::import(&documents, &args.ledger, &args.authority, otherwise)?;
    imported.report.iter().try_for_each(|line| output::line(out, line))?;
    for rule in &imported.rules {
        rule.check().or_fail(Exit::Input, || "the events make a rule that cannot be published")?;
    }
    if !args.dry_run {
        imported.write_status()?;
    }
    eprintln!("{} events read, {} rules", imported.report.len(), imported.rules.len());
    Ok(Outcome { rules: imported.rules, dry_run: args.dry_run })
}

fn openfda(args: &Import, otherwise: Date) -> Result<Outcome, Failure> {
    let out = &mut stdout().lock();
    let mut outcome = Outcome { rules: Vec::new(), dry_run: args.dry_run };
    let (mut exact, mut text_only, mut unmatched, mut closed) = (0_u64, 0_u64, 0_u64, 0_u64);
    for path in &args.files {
        for record in read(path)? {
            if args.open_only && record.is_closed() {
                closed += 1;
                continue;
            }
            let decision = decision::decide(&record);
            output::line(out, &report(&record, &decision))?;
            let made = match &decision {
                Ok(groups) => rules(&record, groups, otherwise),
                Err(_) => notices(&record, otherwise),
            };
            match (&decision, made.is_empty()) {
                (Ok(_), _) => exact += 1,
                (Err(_), false) => text_only += 1,
                (Err(_), true) => unmatched += 1,
            }
            outcome.rules.extend(made);
        }
    }
    eprintln!(
        "{exact} records became exact rules, {text_only} text-only notices; {unmatched} name no product that a \
         label could match and are in the report only; {closed} terminated ones were left out"
    );
    Ok(outcome)
}

fn read(path: &Path) -> Result<Vec<Record>, Failure> {
    let refused = || format!("cannot read {}", path.display());
    let text = std::fs::read_to_string(path).or_fail(Exit::System, refused)?;
    records(&text).or_fail(Exit::Input, || {
        format!("cannot read {} as openFDA's records (--format says what else a file is)", path.display())
    })
}

#[cfg(test)]
mod tests;

//! `udi verify`: scans and images → verdicts, natively, against a repository in a folder.
//!
//! Like a phone it keeps what it trusts (`--state`), and an update that is refused leaves that standing: the
//! verdicts then come from the old data, and the exit code says so.

mod folder;

use std::fs;
use std::io::{BufRead, BufWriter, Write, stdin, stdout};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use udi_verify::trust::State;
use udi_verify::udi::Scan;
use udi_verify::verdict::{Verdict, Verifier};

use folder::{SyncError, sync};

use crate::clock;
use crate::decode::read_image;
use crate::failure::{Exit, Failure, OrFail};
use crate::output;
use crate::publish::{beside, write_atomically};
use crate::scan_text::scan_of;

/// Arguments of `udi verify`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Scans, with `\x1d` for the group separator, or names of image files. Standard input, one scan a line,
    /// if none is given.
    #[arg(value_name = "SCAN|IMAGE")]
    inputs: Vec<String>,
    /// The repository to update from.
    #[arg(long, value_name = "DIR")]
    repository: PathBuf,
    /// The pinned root; root.json beside the repository if left out.
    #[arg(long, value_name = "FILE")]
    root: Option<PathBuf>,
    /// Where to keep what is trusted between runs: it makes a repository that goes back noticed.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// The day to reckon with; today if it is left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    now: Option<Date>,
}

/// One line: what was verified, and the verdict.
#[derive(Serialize)]
struct Line<'a> {
    input: &'a str,
    #[serde(flatten)]
    verdict: Verdict,
}

/// Prints a line a verdict.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let now = clock::instant(args.now);
    let (state, refused) = updated_state(args, now)?;
    let verifier = Verifier::new(state).or_fail(Exit::Repository, || "the published registry is broken")?;
    let mut out = BufWriter::new(stdout().lock());
    let mut outcome = Ok(());
    let mut answer = |input: &str| match verify(&verifier, input, now, &mut out) {
        Err(failure) if failure.exit == Exit::Input => {
            eprintln!("udi: {failure}");
            outcome = Err(failure);
            Ok(())
        }
        answered => answered,
    };
    if args.inputs.is_empty() {
        for line in stdin().lock().lines() {
            answer(&line.or_fail(Exit::System, || "cannot read standard input")?)?;
        }
    } else {
        args.inputs.iter().try_for_each(|input| answer(input))?;
    }
    out.flush().or_fail(Exit::System, || "cannot write to standard output")?;
    refused.map_or(outcome, Err)
}

/// The stored or pinned state, updated; and the failure to report at the end if it could not be.
fn updated_state(args: &Args, now: Timestamp) -> Result<(State, Option<Failure>), Failure> {
    let root_path = args.root.clone().unwrap_or_else(|| beside(&args.repository));
    let root = fs::read(&root_path)
        .or_fail(Exit::System, || format!("cannot read the pinned root {}", root_path.display()))?;
    let state = stored_state(args.state.as_deref(), &root)?;
    match sync(&state, &args.repository, now) {
        Ok(updated) => {
            if let Some(path) = &args.state {
                write_atomically(path, &updated.to_bytes())?;
            }
            Ok((updated, None))
        }
        Err(SyncError::Unreadable(failure)) => Err(failure),
        Err(SyncError::Refused(error)) => {
            let words = format!("the repository was refused ({}): {error}", error.code());
            eprintln!("udi: {words}; answering from what was trusted before");
            Ok((state, Some(Failure::new(Exit::Repository, words))))
        }
    }
}

fn stored_state(path: Option<&Path>, root: &[u8]) -> Result<State, Failure> {
    match path {
        Some(path) if path.exists() => {
            let refused = || format!("cannot use the stored state {}", path.display());
            let stored = fs::read(path).or_fail(Exit::System, refused)?;
            State::from_bytes(&stored, root).or_fail(Exit::Repository, refused)
        }
        _ => State::pinned(root).or_fail(Exit::Repository, || "the pinned root cannot be used"),
    }
}

/// Answers for one input: an existing file is an image, of which symbols of one item are read together;
/// anything else is a scan.
fn verify(verifier: &Verifier, input: &str, now: Timestamp, out: &mut impl Write) -> Result<(), Failure> {
    let path = Path::new(input);
    let verdicts = if path.is_file() {
        let scans: Vec<Scan> = read_image(path)?.iter().map(Scan::from).collect();
        verifier.verify_frame(&scans, now)
    } else {
        vec![verifier.verify(&scan_of(input), now)]
    };
    if verdicts.is_empty() {
        eprintln!("{input}: no symbol of a device read");
    }
    verdicts.into_iter().try_for_each(|verdict| output::line(out, &Line { input, verdict }))
}

//! `udi verify`: scans and images → verdicts, natively, against a repository in a folder or behind a URL.
//!
//! Like a phone it keeps what it trusts (`--state`), and an update that is refused or does not come about
//! leaves that standing: the verdicts then come from the old data, and the exit code says so.

mod repository;
mod state_folder;
mod throughput;

use std::fs;
use std::io::{BufReader, BufWriter, stdin, stdout};
use std::path::{Path, PathBuf};
use std::thread;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use udi_verify::trust::State;
use udi_verify::udi::Scan;
use udi_verify::verdict::{Verdict, Verifier};

use repository::{Repository, SyncError};
use state_folder::StateFolder;
use throughput::{Answer, answer_all, lines};

use crate::clock;
use crate::decode::read_image;
use crate::failure::{Exit, Failure, OrFail};
use crate::output;
use crate::publish::beside;
use crate::scan_text::scan_of;

/// Arguments of `udi verify`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Scans, with `\x1d` for the group separator, or names of image files. Standard input, one a line, if none
    /// is given.
    #[arg(value_name = "SCAN|IMAGE")]
    inputs: Vec<String>,
    /// The repository to update from: a folder, or an address that begins with http:// or https://. Without it
    /// the answers come from the state folder as it is.
    #[arg(long, value_name = "DIR|URL", required_unless_present = "state")]
    repository: Option<String>,
    /// The pinned root. Left out: the one in the state folder, else root.json beside a repository in a folder.
    #[arg(long, value_name = "FILE")]
    root: Option<PathBuf>,
    /// Where to keep what is trusted between runs: it makes a repository that goes back noticed, and answers
    /// when the repository cannot be reached.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Certificates (PEM) to trust for https instead of the system's.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// The day to reckon with; today if it is left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    now: Option<Date>,
    /// How many inputs are answered at the same time; as many as there are cores if it is left out.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
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
    let (state, not_updated) = updated_state(args, now)?;
    let verifier = Verifier::new(state).or_fail(Exit::Repository, || "the published registry is broken")?;
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = args.threads.map_or_else(cores, usize::from);
    let answer = |input: &[u8]| verify(&verifier, input, now);
    let mut out = BufWriter::with_capacity(1 << 20, stdout().lock());
    let failure = if args.inputs.is_empty() {
        answer_all(lines(BufReader::with_capacity(1 << 20, stdin())), threads, answer, &mut out)
    } else {
        let inputs = args.inputs.clone().into_iter().map(|input| Ok(input.into_bytes()));
        answer_all(inputs, threads, answer, &mut out)
    }?;
    not_updated.or(failure).map_or(Ok(()), Err)
}

/// The stored or pinned state, updated; and the failure to report at the end if it could not be.
fn updated_state(args: &Args, now: Timestamp) -> Result<(State, Option<Failure>), Failure> {
    let folder = args.state.as_deref().map(StateFolder::open).transpose()?;
    let root = pinned_root(args, folder.as_ref())?;
    let stored = folder.as_ref().map(|folder| folder.state(&root)).transpose()?.flatten();
    let has_data = stored.as_ref().is_some_and(|state| state.last_sync().is_some());
    let state = match stored {
        Some(state) => state,
        None => State::pinned(&root).or_fail(Exit::Repository, || "the pinned root cannot be used")?,
    };
    let Some(place) = &args.repository else { return Ok((state, None)) };
    match Repository::new(place, args.ca_file.as_deref())?.sync(&state, now) {
        Ok(updated) => {
            if let Some(folder) = &folder {
                folder.keep(&updated, &root)?;
            }
            Ok((updated, None))
        }
        Err(SyncError::Unreachable(failure)) if !has_data => Err(failure),
        Err(SyncError::Unreachable(failure)) => Ok((state, Some(not_updated(failure)))),
        Err(SyncError::Refused(error)) => {
            let words = format!("the repository was refused ({}): {error}", error.code());
            Ok((state, Some(not_updated(Failure::new(Exit::Repository, words)))))
        }
    }
}

fn not_updated(failure: Failure) -> Failure {
    eprintln!("udi: {failure}; answering from what was trusted before");
    failure
}

fn pinned_root(args: &Args, folder: Option<&StateFolder>) -> Result<Vec<u8>, Failure> {
    if args.root.is_none()
        && let Some(root) = folder.map(StateFolder::root).transpose()?.flatten()
    {
        return Ok(root);
    }
    let beside_folder = || match &args.repository {
        Some(place) if !place.contains("://") => Some(beside(Path::new(place))),
        _ => None,
    };
    let none = || Failure::new(Exit::Input, "there is no pinned root yet: give it with --root");
    let path = args.root.clone().or_else(beside_folder).ok_or_else(none)?;
    fs::read(&path).or_fail(Exit::System, || format!("cannot read the pinned root {}", path.display()))
}

/// Answers for one input: an existing file is an image, of which symbols of one item are read together;
/// anything else is a scan.
fn verify(verifier: &Verifier, input: &[u8], now: Timestamp) -> Result<Answer, Failure> {
    let text = String::from_utf8_lossy(input);
    let mut answer = Answer { lines: Vec::new(), remarks: Vec::new(), failure: None };
    let path = Path::new(&*text);
    let verdicts = if path.is_file() {
        match read_image(path) {
            Ok(symbols) => {
                let scans: Vec<Scan> = symbols.iter().map(Scan::from).collect();
                verifier.verify_frame(&scans, now)
            }
            Err(failure) if failure.exit == Exit::Input => {
                answer.failure = Some(failure);
                return Ok(answer);
            }
            Err(failure) => return Err(failure),
        }
    } else if names_an_image(path) {
        answer.failure = Some(Failure::new(Exit::System, format!("{text}: there is no such file")));
        return Ok(answer);
    } else {
        vec![verifier.verify(&scan_of(input), now)]
    };
    if verdicts.is_empty() {
        answer.remarks.push(format!("{text}: no symbol of a device read"));
    }
    for verdict in verdicts {
        output::line(&mut answer.lines, &Line { input: &text, verdict })?;
    }
    Ok(answer)
}

/// No label says this; somebody mistyped the name of a file.
fn names_an_image(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["png", "jpg", "jpeg", "webp"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

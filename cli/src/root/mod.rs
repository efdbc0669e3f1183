//! `udi root`: ceremonies. The root says which keys sign what, and how many of them must; it changes by a new
//! version that enough holders of the old root's keys sign, each on a machine of their own.
//!
//! ```text
//! propose ─▶ FILE ─▶ sign, sign, … (each holder, offline) ─▶ status ─▶ accept ─▶ N.root.json
//! ```

mod acceptance;
mod change;
mod proposal;

use std::fs;
use std::io::stdout;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use jiff::Timestamp;

use change::Change;
use proposal::Proposal;

use crate::failure::{Exit, Failure, OrFail};
use crate::key::{KeyStore, Unlocking};
use crate::output;
use crate::publish::{BucketArgs, Repository, RootFile, pin_of, write_atomically};

/// Arguments of `udi root`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Write the next root, not signed yet: the current one with changes, or the first of a repository.
    Propose {
        /// The file to make.
        file: PathBuf,
        /// The repository whose root is to change, a folder or s3://BUCKET/PREFIX; without one a first root is
        /// proposed.
        #[arg(long, value_name = "PLACE")]
        repository: Option<String>,
        #[command(flatten)]
        bucket: BucketArgs,
        #[command(flatten)]
        change: Change,
    },
    /// Sign a proposal with a key of this machine, after showing what it says.
    Sign {
        /// The proposal; the signature is added to it.
        file: PathBuf,
        /// The name of the holder's key.
        #[arg(long)]
        key: String,
        /// The folder of the keys.
        #[arg(long, default_value = "keys", value_name = "DIR")]
        keys: PathBuf,
        #[command(flatten)]
        unlocking: Unlocking,
    },
    /// Say how many signatures are missing and whose could fill in: one JSON line a requirement.
    Status {
        /// Copies of one proposal, signed by different holders.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The repository whose root is to change, a folder or s3://BUCKET/PREFIX.
        #[arg(long, value_name = "PLACE")]
        repository: Option<String>,
        #[command(flatten)]
        bucket: BucketArgs,
    },
    /// Put a signed root into the repository. What a client would refuse is refused.
    Accept {
        /// Copies of one proposal, signed by different holders.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The repository, a folder or s3://BUCKET/PREFIX; a new one begins with its first root.
        #[arg(long, value_name = "PLACE")]
        repository: String,
        #[command(flatten)]
        bucket: BucketArgs,
        /// Where to put a first root, which clients pin; beside a folder if left out, root.json here for a bucket.
        #[arg(long, value_name = "FILE")]
        root: Option<PathBuf>,
    },
}

/// Runs one step of a ceremony.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    match &args.action {
        Action::Propose { file, repository, bucket, change } => {
            let repository =
                repository.as_deref().map(|place| Repository::open(place, bucket)).transpose()?;
            propose(file, repository.as_ref(), change)
        }
        Action::Sign { file, key, keys, unlocking } => {
            let pair = KeyStore::new(keys).unlocked_by(unlocking).open(key)?;
            let mut proposal = Proposal::read(file)?;
            eprintln!("{}", proposal.words());
            proposal.sign(&pair)?;
            write_atomically(file, &proposal.to_bytes()?)
        }
        Action::Status { files, repository, bucket } => {
            let repository =
                repository.as_deref().map(|place| Repository::open(place, bucket)).transpose()?;
            let current = repository.as_ref().map(RootFile::newest).transpose()?.flatten();
            let requirements = Proposal::merged(files)?.requirements(current.as_ref().map(|root| &root.root));
            for requirement in requirements? {
                eprintln!("{}", requirement.words());
                output::line(&mut stdout().lock(), &requirement)?;
            }
            Ok(())
        }
        Action::Accept { files, repository: place, bucket, root } => {
            let repository = Repository::open(place, bucket)?;
            let pin = root.clone().unwrap_or_else(|| pin_of(place));
            acceptance::accept(&Proposal::merged(files)?, &repository, &pin, Timestamp::now())
        }
    }
}

fn propose(file: &Path, repository: Option<&Repository>, change: &Change) -> Result<(), Failure> {
    if file.exists() {
        return Err(Failure::new(Exit::Input, format!("{} exists; it is not overwritten", file.display())));
    }
    let current = match repository {
        Some(repository) => {
            let none = || Failure::new(Exit::Repository, format!("{} has no root yet", repository.place()));
            Some(RootFile::newest(repository)?.ok_or_else(none)?)
        }
        None => None,
    };
    let proposal = change.propose(current.as_ref().map(|root| &root.root), Timestamp::now())?;
    eprintln!("{}", proposal.words());
    write_atomically(file, &proposal.to_bytes()?)
}

/// The text of a file that a person handed in.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).or_fail(Exit::System, || format!("cannot read {}", path.display()))
}

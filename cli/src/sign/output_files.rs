//! The files of a run that can be killed at any moment and started again.
//!
//! Labels go to `OUT.partial`, rejected rows to `OUT.rejects`. After each chunk `OUT.journal` says how many
//! rows are done and how long both files then were. A run that finds a journal cuts both files to those
//! lengths and goes on behind those rows; Ed25519 gives one signature for one message, so the bytes are the
//! same. At the end `OUT.partial` becomes `OUT`, and the journal goes.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::batch::Chunk;
use super::ledger::not_resumable;
use crate::failure::{Exit, Failure, OrFail};
use crate::publish::write_atomically;

/// How far a run has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Journal {
    /// Records and options of the run, hashed.
    pub(super) run: String,
    /// The day it reckons with, so that a run resumed tomorrow rejects the same rows.
    pub(super) today: Date,
    /// Chunks done.
    pub(super) chunks: u64,
    /// Rows done.
    pub(super) rows: u64,
    /// Rows sealed.
    pub(super) sealed: u64,
    /// Rows rejected.
    pub(super) rejected: u64,
    labels_length: u64,
    rejects_length: u64,
}

/// The files.
pub(super) struct OutputFiles {
    out: PathBuf,
    labels: File,
    rejects: File,
    /// How far the run has come.
    pub(super) journal: Journal,
}

impl OutputFiles {
    /// Opens the files of a new run, or of an interrupted one.
    pub(super) fn open(out: &Path, run: &str, today: Date) -> Result<Self, Failure> {
        if out.exists() {
            return Err(Failure::new(
                Exit::Input,
                format!("{} exists; it is not overwritten", out.display()),
            ));
        }
        let journal_path = beside(out, "journal");
        let journal = if journal_path.exists() {
            let refused = || format!("cannot read {}", journal_path.display());
            let bytes = fs::read(&journal_path).or_fail(Exit::System, refused)?;
            serde_json::from_slice(&bytes).or_fail(Exit::Input, refused)?
        } else {
            let run = run.to_owned();
            Journal {
                run,
                today,
                chunks: 0,
                rows: 0,
                sealed: 0,
                rejected: 0,
                labels_length: 0,
                rejects_length: 0,
            }
        };
        if journal.run != run {
            return Err(not_resumable());
        }
        Ok(Self {
            labels: open_at(&beside(out, "partial"), journal.labels_length)?,
            rejects: open_at(&beside(out, "rejects"), journal.rejects_length)?,
            out: out.to_owned(),
            journal,
        })
    }

    /// Writes a chunk of `rows` rows and notes that it is done.
    pub(super) fn write(&mut self, chunk: &Chunk, rows: u64) -> Result<(), Failure> {
        let doing = || format!("cannot write {}", beside(&self.out, "partial").display());
        for (file, bytes) in [(&mut self.labels, &chunk.labels), (&mut self.rejects, &chunk.rejects)] {
            file.write_all(bytes).or_fail(Exit::System, doing)?;
            file.sync_data().or_fail(Exit::System, doing)?;
        }
        self.journal.chunks += 1;
        self.journal.rows += rows;
        self.journal.sealed += chunk.sealed;
        self.journal.rejected += chunk.rejected;
        self.journal.labels_length += chunk.labels.len() as u64;
        self.journal.rejects_length += chunk.rejects.len() as u64;
        let journal = serde_json::to_vec(&self.journal).or_fail(Exit::System, doing)?;
        write_atomically(&beside(&self.out, "journal"), &journal)
    }

    /// Gives the labels their name and ends the run.
    pub(super) fn finish(self) -> Result<Journal, Failure> {
        let doing = || format!("cannot finish {}", self.out.display());
        fs::rename(beside(&self.out, "partial"), &self.out).or_fail(Exit::System, doing)?;
        for (unneeded, extension) in [(true, "journal"), (self.journal.rejected == 0, "rejects")] {
            let path = beside(&self.out, extension);
            if unneeded && path.exists() {
                fs::remove_file(path).or_fail(Exit::System, doing)?;
            }
        }
        Ok(self.journal)
    }
}

fn open_at(path: &Path, length: u64) -> Result<File, Failure> {
    let doing = || format!("cannot open {}", path.display());
    let mut options = OpenOptions::new();
    let mut file =
        options.write(true).create(true).truncate(false).open(path).or_fail(Exit::System, doing)?;
    if file.metadata().or_fail(Exit::System, doing)?.len() < length {
        return Err(not_resumable());
    }
    file.set_len(length).or_fail(Exit::System, doing)?;
    file.seek(SeekFrom::Start(length)).or_fail(Exit::System, doing)?;
    Ok(file)
}

fn beside(out: &Path, extension: &str) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

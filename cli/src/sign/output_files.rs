//! The files of a run that can be killed at any moment and started again.
//!
//! Labels go to `OUT.partial`, rejected rows to `OUT.rejects`, hashes of the units to `OUT.units`. After each
//! chunk `OUT.journal` says how many rows are done and how long the files then were. A run that finds a journal
//! cuts the files to those lengths and goes on behind those rows; Ed25519 gives one signature for one message, so the bytes are the
//! same. At the end `OUT.partial` becomes `OUT`, and the journal goes.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fs4::FileExt;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::batch::Chunk;
use super::ledger::not_resumable;
use crate::failure::{Exit, Failure, OrFail};

/// How far a run has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Journal {
    /// Records and options of the run, hashed.
    pub(super) run: String,
    /// Told apart from another run of the same records: an index handed out to that one is not used here.
    pub(super) nonce: String,
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
    /// Missing in journals of earlier versions.
    #[serde(default)]
    units_length: u64,
}

/// The files.
pub(super) struct OutputFiles {
    out: PathBuf,
    labels: File,
    rejects: File,
    units: File,
    /// How far the run has come.
    pub(super) journal: Journal,
}

impl OutputFiles {
    /// Opens the files of a new run, or of an interrupted one. Whoever has them keeps others out until the
    /// process ends.
    pub(super) fn open(out: &Path, run: &str, today: Date) -> Result<Self, Failure> {
        refuse_existing(out)?;
        let labels = open_file(&beside(out, "partial"))?;
        FileExt::try_lock(&labels)
            .or_fail(Exit::Busy, || format!("another process is writing {}", out.display()))?;
        // It may have ended while this one was opening what was still called partial.
        if let Err(failure) = refuse_existing(out) {
            let _ = fs::remove_file(beside(out, "partial"));
            return Err(failure);
        }
        let journal_path = beside(out, "journal");
        let journal = if journal_path.exists() {
            let refused = || format!("cannot read {}", journal_path.display());
            let bytes = fs::read(&journal_path).or_fail(Exit::System, refused)?;
            serde_json::from_slice(&bytes).or_fail(Exit::Input, refused)?
        } else {
            Journal::new(run, today)?
        };
        if journal.run != run {
            return Err(not_resumable());
        }
        let rejects = open_file(&beside(out, "rejects"))?;
        let units = open_file(&beside(out, "units"))?;
        let mut files = Self { labels, rejects, units, out: out.to_owned(), journal };
        let doing = || format!("cannot open the files of {}", out.display());
        cut(&mut files.labels, files.journal.labels_length, doing)?;
        cut(&mut files.rejects, files.journal.rejects_length, doing)?;
        cut(&mut files.units, files.journal.units_length, doing)?;
        // The nonce is on disk before an index is handed out to it.
        files.write_journal()?;
        Ok(files)
    }

    /// The run, for the ledger.
    pub(super) fn run(&self) -> String {
        format!("{}-{}", self.journal.run, self.journal.nonce)
    }

    /// Writes a chunk of `rows` rows and notes that it is done.
    pub(super) fn write(&mut self, chunk: &Chunk, rows: u64) -> Result<(), Failure> {
        let doing = || format!("cannot write {}", beside(&self.out, "partial").display());
        let units: Vec<u8> = chunk.units.iter().flat_map(|hash| hash.to_le_bytes()).collect();
        let (rejects, units) = (std::slice::from_ref(&chunk.rejects), std::slice::from_ref(&units));
        let written =
            [(&mut self.labels, &*chunk.labels), (&mut self.rejects, rejects), (&mut self.units, units)];
        for (file, parts) in written {
            for part in parts {
                file.write_all(part).or_fail(Exit::System, doing)?;
            }
            if parts.iter().any(|part| !part.is_empty()) {
                file.sync_data().or_fail(Exit::System, doing)?;
            }
        }
        self.journal.chunks += 1;
        self.journal.rows += rows;
        self.journal.sealed += chunk.sealed;
        self.journal.rejected += chunk.rejected;
        self.journal.labels_length += chunk.labels_length();
        self.journal.rejects_length += chunk.rejects.len() as u64;
        self.journal.units_length += 8 * chunk.units.len() as u64;
        self.write_journal()
    }

    fn write_journal(&self) -> Result<(), Failure> {
        let doing = || format!("cannot write the journal of {}", self.out.display());
        let journal = serde_json::to_vec(&self.journal).or_fail(Exit::System, doing)?;
        replace(&beside(&self.out, "journal"), &journal)
    }

    /// The labels written so far.
    pub(super) fn labels_path(&self) -> PathBuf {
        beside(&self.out, "partial")
    }

    /// Hashes of the units signed so far.
    pub(super) fn units(&mut self) -> &mut File {
        &mut self.units
    }

    /// Gives the labels their name and ends the run.
    pub(super) fn finish(self) -> Result<Journal, Failure> {
        let doing = || format!("cannot finish {}", self.out.display());
        fs::rename(beside(&self.out, "partial"), &self.out).or_fail(Exit::System, doing)?;
        let no_rejects = self.journal.rejected == 0;
        for (unneeded, extension) in [(true, "units"), (no_rejects, "rejects"), (true, "journal")] {
            let path = beside(&self.out, extension);
            if unneeded && path.exists() {
                fs::remove_file(path).or_fail(Exit::System, doing)?;
            }
        }
        Ok(self.journal)
    }
}

impl Journal {
    fn new(run: &str, today: Date) -> Result<Self, Failure> {
        let mut nonce = [0; 8];
        getrandom::fill(&mut nonce).or_fail(Exit::System, || "the system gives no randomness")?;
        Ok(Self {
            run: run.to_owned(),
            nonce: nonce.iter().map(|byte| format!("{byte:02x}")).collect(),
            today,
            chunks: 0,
            rows: 0,
            sealed: 0,
            rejected: 0,
            labels_length: 0,
            rejects_length: 0,
            units_length: 0,
        })
    }
}

/// Writes a file beside, under one name whoever writes, makes it last, then renames it. Unlike a temporary file
/// it leaves nothing behind when the process is killed; only who holds a lock may do this.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace_with(path, |file| file.write_all(bytes))
}

/// The same with what `write` writes.
pub(super) fn replace_with(
    path: &Path,
    write: impl FnOnce(&mut File) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let doing = || format!("cannot write {}", path.display());
    let new = beside(path, "new");
    let mut file = File::create(&new).or_fail(Exit::System, doing)?;
    write(&mut file).or_fail(Exit::System, doing)?;
    file.sync_data().or_fail(Exit::System, doing)?;
    fs::rename(&new, path).or_fail(Exit::System, doing)?;
    // Renames last only once the folder is on disk, too. Where folders cannot be opened there is nothing to do.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).map_or(Ok(()), |folder| folder.sync_all().or_fail(Exit::System, doing))
}

fn refuse_existing(out: &Path) -> Result<(), Failure> {
    if out.exists() {
        return Err(Failure::new(Exit::Input, format!("{} exists; it is not overwritten", out.display())));
    }
    Ok(())
}

fn open_file(path: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false).open(path);
    file.or_fail(Exit::System, || format!("cannot open {}", path.display()))
}

fn cut(file: &mut File, length: u64, doing: impl Fn() -> String) -> Result<(), Failure> {
    if file.metadata().or_fail(Exit::System, &doing)?.len() < length {
        return Err(not_resumable());
    }
    file.set_len(length).or_fail(Exit::System, &doing)?;
    file.seek(SeekFrom::Start(length)).or_fail(Exit::System, &doing)?;
    Ok(())
}

pub(super) fn beside(out: &Path, extension: &str) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

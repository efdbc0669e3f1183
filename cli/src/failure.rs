//! Why a command stopped, and the exit code that says so to a script.

use std::fmt::{self, Display};
use std::process::ExitCode;

/// The exit codes, for `udi --help` and docs/operations.md.
pub(crate) const HELP: &str = "Exit codes:
  0  done; for decode, parse and verify: every answer was printed, whatever it says
  1  a file could not be read or written, or the system refused something
  2  the command line is wrong
  3  an input file is broken, or some of its rows were rejected
  4  a key is missing, locked, already there, readable by others, retired, or may not sign this
  5  the repository was refused: corrupt, expired or rolled back
  6  a symbol that was drawn did not read back as what it should say; it was not written
  7  another process is writing the same files, or was faster; nothing became visible, run it again
  8  the publication is old, or its metadata will end soon: a person is needed
  9  a recall rule hits far more or far fewer units than it should";

/// The exit code of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// The system refused to read, write, listen….
    System = 1,
    /// The command line is wrong, in what clap cannot tell.
    Usage = 2,
    /// An input file is broken.
    Input = 3,
    /// A key is missing, in the way, exposed or out of its scope.
    Key = 4,
    /// A repository was refused.
    Repository = 5,
    /// A drawn symbol did not read back.
    Symbol = 6,
    /// Another process holds the files, or was faster.
    Busy = 7,
    /// The publication is old or will expire soon.
    Stale = 8,
    /// A recall rule hits other units than it should.
    Hits = 9,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A command's failure: its exit code and what to tell the person.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What the process exits with.
    pub(crate) exit: Exit,
    words: String,
}

impl Failure {
    /// A failure told in `words`, one sentence without a full stop.
    pub(crate) fn new(exit: Exit, words: impl Into<String>) -> Self {
        Self { exit, words: words.into() }
    }
}

impl Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words)
    }
}

/// Turns a library's error into a [`Failure`] that also says what was being done.
pub(crate) trait OrFail<T> {
    /// `doing` is a clause that reads well before a colon: "cannot write labels.json".
    fn or_fail<W: Display>(self, exit: Exit, doing: impl FnOnce() -> W) -> Result<T, Failure>;
}

impl<T, E: Display> OrFail<T> for Result<T, E> {
    fn or_fail<W: Display>(self, exit: Exit, doing: impl FnOnce() -> W) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(exit, format!("{}: {error}", doing())))
    }
}

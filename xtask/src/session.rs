//! One run of xtask: where the project is, and the steps it prints with their times.

use std::cell::Cell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It ran and succeeded.
    Done,
    /// Its result was there and its inputs had not changed.
    UpToDate,
}

/// The project's root and the clock of this run.
pub(crate) struct Session {
    root: PathBuf,
    started: Instant,
    steps: Cell<u32>,
}

impl Session {
    /// Opens the project that cargo runs this binary for, or else the one it was built from.
    pub(crate) fn open() -> Result<Session> {
        let manifest =
            std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let manifest = Path::new(&manifest);
        let root = manifest.parent().context("xtask lies in no project folder")?.to_path_buf();
        Ok(Session { root, started: Instant::now(), steps: Cell::new(0) })
    }

    /// A path inside the project.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// A path inside `target/`, where everything that is made is kept.
    pub(crate) fn target(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join("target").join(relative)
    }

    /// The cargo that runs this binary, at the project's root.
    pub(crate) fn cargo(&self) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        self.command(cargo)
    }

    /// A command at the project's root.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// Runs one step: prints its name, then what came of it and how long it took.
    pub(crate) fn step(&self, name: &str, work: impl FnOnce() -> Result<Outcome>) -> Result<()> {
        let number = self.steps.get() + 1;
        self.steps.set(number);
        println!("[{number}] {name}");
        let started = Instant::now();
        let outcome = work().with_context(|| format!("step {number} ({name})"))?;
        let time = seconds(started.elapsed());
        match outcome {
            Outcome::Done => println!("    done in {time}"),
            Outcome::UpToDate => println!("    up to date ({time})"),
        }
        Ok(())
    }

    /// Prints a line of the running step.
    pub(crate) fn say(&self, line: &str) {
        println!("    {line}");
    }

    /// How long this run has taken so far, in words.
    pub(crate) fn elapsed(&self) -> String {
        seconds(self.started.elapsed())
    }
}

/// `12.3 s`, or `4 min 05 s` from two minutes on.
fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 120 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_for_people() {
        assert_eq!(seconds(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(119)), "119.0 s");
        assert_eq!(seconds(Duration::from_secs(245)), "4 min 05 s");
    }
}

//! The project's own commands: `cargo xtask demo | test | build | bench`.
//!
//! Each command is a list of steps (`steps/`). A step compares the content hash of its inputs with the stamp
//! of its last good run and does nothing when they agree; otherwise it installs or builds what is missing,
//! shows its progress and its time, and ends with one line that says what to do when it cannot be done.

mod arguments;
mod commands;
mod process;
mod session;
mod source_check;
mod stamp;
mod steps;

use std::process::ExitCode;

fn main() -> ExitCode {
    let result =
        arguments::Command::parse(std::env::args().skip(1)).and_then(|command| commands::run(&command));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

//! The commands: which steps, in which order.

mod bench;
mod build;
mod demo;
mod screens;
mod test;

use anyhow::Result;

use crate::arguments::{Command, USAGE};
use crate::session::Session;
use crate::source_check;
use crate::steps::demo_set::Serving;
use crate::steps::fuzz;

/// Runs one command to its end.
pub(crate) fn run(command: &Command) -> Result<()> {
    let session = Session::open()?;
    match command {
        Command::Help => println!("{USAGE}"),
        Command::Check => session.step("rules about the source", || source_check::run(&session))?,
        Command::Build { wasm } => build::run(&session, *wasm)?,
        Command::Wasm { wasm } => build::wasm(&session, *wasm)?,
        Command::Demo { lan, port, no_serve, wasm } => {
            let serving = Serving { lan: *lan, port: *port };
            demo::run(&session, *wasm, (!no_serve).then_some(serving))?
        }
        Command::Test { part, long } => test::run(&session, *part, *long)?,
        Command::Fuzz { seconds, names } => {
            session.step("fuzzing", || fuzz::run(&session, names, *seconds))?
        }
        Command::Screens { wasm } => screens::run(&session, *wasm)?,
        Command::Bench { web: true, names, .. } => bench::run_web(&session, names)?,
        Command::Bench { names, read, .. } => bench::run(&session, names, *read)?,
    }
    Ok(())
}

//! The `udi` tool: the issuer's side of UDI Verify (keys, signing, labels, recalls, publishing), a native
//! verifier, and the demo.
//!
//! JSON lines go to standard output, human words and progress to standard error. One file or folder a command;
//! what each exit code means is in [`failure`].

mod decode;
mod failure;
mod output;
mod parse;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// Signs, labels, recalls, publishes and verifies Unique Device Identifiers.
#[derive(Parser)]
#[command(name = "udi", version, after_help = failure::HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read the symbols in images: one JSON line a symbol.
    Decode(decode::Args),
    /// Parse scans by the rules of their issuing agency: one JSON line a scan.
    Parse(parse::Args),
}

fn main() -> ExitCode {
    let outcome = run(Cli::parse().command);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("udi: {failure}");
            failure.exit.into()
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Decode(args) => decode::run(&args),
        Command::Parse(args) => parse::run(&args),
    }
}

//! The `udi` tool: the issuer's side of UDI Verify (keys, signing, labels, recalls, publishing), a native
//! verifier, and the demo.
//!
//! JSON lines go to standard output, human words and progress to standard error. One file or folder a command;
//! what each exit code means is in [`failure`].

mod clock;
mod decode;
mod demo;
mod failure;
mod key;
mod label;
mod output;
mod parse;
mod publish;
mod recall;
mod report;
mod root;
mod scan_text;
mod serve;
mod sign;
mod status;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    /// Make, list, rotate, retire and export signing keys.
    Key(key::Args),
    /// Seal serial records (CSV, JSON lines, Parquet): one JSON line of label content a unit.
    Sign(sign::Args),
    /// Build the file that says which of an issuer's units are flagged.
    Status(status::Args),
    /// Draw labels and sheets of them as SVG, PNG, PDF and ZPL.
    Label(label::Args),
    /// Author recall rules, preview what they hit, rehearse a recall.
    Recall(recall::Args),
    /// Publish registry, rules and unit status to a repository in a folder or a bucket.
    Publish(publish::Args),
    /// Write a page about units, recalls, keys and publications.
    Report(report::Args),
    /// Change which keys sign the repository: propose, sign, accept.
    Root(root::Args),
    /// Verify scans and images against a repository: one JSON line a verdict.
    Verify(verify::Args),
    /// Write a demo: labels, keys, recalls and a repository.
    Demo(demo::Args),
    /// Serve the PWA and a repository on this machine or to the local network.
    Serve(serve::Args),
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
        Command::Key(args) => key::run(&args),
        Command::Sign(args) => sign::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Label(args) => label::run(&args),
        Command::Recall(args) => recall::run(args),
        Command::Publish(args) => publish::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Root(args) => root::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Serve(args) => serve::run(&args),
    }
}

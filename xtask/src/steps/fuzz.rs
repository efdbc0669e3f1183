//! Fuzzing: every target of `fuzz/`, built with the stable compiler and run for a bounded time.
//!
//! libFuzzer needs coverage counters, which stable compiler flags give. Its address sanitiser would need a
//! nightly one and finds what `unsafe` code does wrong; there is none here.

use std::fs;

use anyhow::{Context, Result, bail};

use super::fuzz_seeds;
use crate::process::{self, Show};
use crate::session::{Outcome, Session};

/// Coverage as libFuzzer reads it, and the checks that turn silent errors into crashes.
const FLAGS: [&str; 9] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "-Cdebug-assertions",
    "-Coverflow-checks",
];

/// Runs the named targets (all, where none is named) for `seconds` each, from their seeds and what earlier
/// runs found.
pub(crate) fn run(session: &Session, names: &[String], seconds: u64) -> Result<Outcome> {
    let mut targets = targets(session)?;
    if let Some(unknown) = names.iter().find(|name| !targets.contains(name)) {
        bail!("there is no fuzz target `{unknown}`; there are: {}", targets.join(", "));
    }
    targets.retain(|name| names.is_empty() || names.contains(name));
    let host = host(session)?;
    let mut build = session.cargo();
    build
        .args(["build", "--release", "--bins", "--manifest-path", "fuzz/Cargo.toml", "--target", &host])
        .env("CARGO_TARGET_DIR", session.target("fuzz"))
        .env("RUSTFLAGS", FLAGS.join(" "));
    process::run(session, "fuzz-build", &mut build, Show::Progress)?;
    for name in &targets {
        run_target(session, name, &host, seconds)?;
    }
    Ok(Outcome::Done)
}

fn run_target(session: &Session, name: &str, host: &str, seconds: u64) -> Result<()> {
    let found = session.target("fuzz/corpus").join(name);
    let artifacts = session.path("fuzz/artifacts").join(name);
    for folder in [&found, &artifacts] {
        fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    }
    fuzz_seeds::write(session, name, &found)?;
    let mut command = session.command(session.target("fuzz").join(host).join("release").join(name));
    command
        .arg(format!("-max_total_time={seconds}"))
        // One input may take no longer and no more memory than a phone could bear.
        .args(["-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1"])
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        // libFuzzer adds what it finds to the first folder and only reads the others.
        .arg(&found);
    let seeds = session.path("fuzz/seeds").join(name);
    if seeds.is_dir() {
        command.arg(seeds);
    }
    let lines = process::run(session, &format!("fuzz-{name}"), &mut command, Show::Progress)
        .with_context(|| format!("fuzz target {name}: its input is in fuzz/artifacts/{name}/"))?;
    let stat = |key: &str| {
        let line = lines.iter().rev().find_map(|line| line.strip_prefix(key));
        line.map_or("?", |value| value.trim_start_matches(':').trim()).to_owned()
    };
    let runs = stat("stat::number_of_executed_units");
    session.say(&format!("{name}: {runs} inputs in {seconds} s, nothing found"));
    Ok(())
}

/// The targets by their files, each of which must be named in the manifest: one left out would never run.
fn targets(session: &Session) -> Result<Vec<String>> {
    let manifest = fs::read_to_string(session.path("fuzz/Cargo.toml")).context("read fuzz/Cargo.toml")?;
    let mut names = Vec::new();
    for entry in fs::read_dir(session.path("fuzz/fuzz_targets")).context("list fuzz/fuzz_targets")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if !manifest.contains(&format!("fuzz_targets/{name}.rs")) {
                bail!("fuzz/fuzz_targets/{name}.rs has no [[bin]] in fuzz/Cargo.toml");
            }
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn host(session: &Session) -> Result<String> {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = process::ask(session.command(rustc).arg("-vV")).context("ask rustc for its host")?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

//! `cargo xtask test`: every check and test, as CI runs it.

use anyhow::Result;

use super::build;
use crate::arguments::{FUZZ_SECONDS, TestPart, WasmProfile};
use crate::process::{self, Show};
use crate::session::{Outcome, Session};
use crate::source_check;
use crate::steps::{browsers, demo_set, fuzz, moto, nginx, node, python, referees, spark, token, tool};

/// Runs the checks, then the tests; the runners' own summaries come last.
pub(crate) fn run(session: &Session, part: TestPart, long: bool) -> Result<()> {
    let mut counts = Counts::default();
    if part != TestPart::Rust {
        node::require()?;
    }
    if part != TestPart::Web {
        rust(session, &mut counts, long)?;
    }
    if part != TestPart::Rust {
        web(session, &mut counts, long)?;
    }
    println!("\nall steps passed in {}", session.elapsed());
    println!("tests: {} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped);
    Ok(())
}

fn rust(session: &Session, counts: &mut Counts, long: bool) -> Result<()> {
    session.step("rules about the source", || source_check::run(session))?;
    session.step("formatting", || cargo(session, "fmt", &["fmt", "--all", "--check"], &[]))?;
    let clippy = ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
    session.step("lints", || cargo(session, "clippy", &clippy, &[]))?;
    let mut packages = Vec::new();
    session.step("an S3 server for the tests", || {
        packages.extend(moto::packages(session)?.map(|folder| ("UDI_MOTO", folder)));
        Ok(Outcome::Done)
    })?;
    session.step("software token for the tests", || token::install(session))?;
    session.step("web server for the tests", || nginx::install(session))?;
    if long {
        session.step("PySpark for its example", || {
            packages.extend(spark::packages(session)?.map(|folder| ("UDI_SPARK", folder)));
            Ok(Outcome::Done)
        })?;
    }
    session.step("tests of the core, the tool and xtask", || {
        let mut command = session.cargo();
        command.args(["test", "--locked", "--workspace"]).envs(long_environment(long)).envs(packages.clone());
        counts.add(&process::run(session, "cargo-test", &mut command, Show::Everything)?);
        Ok(Outcome::Done)
    })?;
    let doc = ["doc", "--locked", "--workspace", "--no-deps"];
    session.step("documentation", || cargo(session, "doc", &doc, &[("RUSTDOCFLAGS", "-D warnings")]))?;
    if long {
        session.step("fuzzing", || fuzz::run(session, &[], FUZZ_SECONDS))?;
    }
    Ok(())
}

/// More cases for the property tests that do not fix their number themselves.
fn long_environment(long: bool) -> Vec<(&'static str, &'static str)> {
    if long { vec![("PROPTEST_CASES", "20000")] } else { Vec::new() }
}

fn web(session: &Session, counts: &mut Counts, long: bool) -> Result<()> {
    build::web(session, WasmProfile::Ship)?;
    session.step("tests of the bindings' generator", || {
        let mut command = session.cargo();
        // As the build before it compiled it.
        command.args(["test", "--locked", "--profile", "generator", "--package", "xtask"]);
        command.args(["--features", "bindgen", "--bin", "bindgen"]);
        counts.add(&process::run(session, "bindgen-test", &mut command, Show::Everything)?);
        Ok(Outcome::Done)
    })?;
    session.step("the command-line tool", || tool::build(session))?;
    session.step("independent parsers on generated scans", || referees::run(session))?;
    session.step("demo labels, keys and repository", || demo_set::make(session))?;
    session.step("seals and repositories beside pycose and python-tuf", || interop(session, counts))?;
    session.step("browsers for the tests", || browsers::install(session))?;
    session.step("npm packages of pkg-tests/", || node::install_packages(session, "pkg-tests"))?;
    session.step("tests of the packed package and the app", || {
        let mut command = session.command(node::PROGRAM);
        command
            .args(["--test", "--test-reporter=spec"])
            .arg(format!("--test-concurrency={}", files_at_once()));
        command.current_dir(session.path("pkg-tests"));
        command.envs(long_environment(long));
        counts.add(&process::run(session, "pkg-tests", &mut command, Show::Everything)?);
        Ok(Outcome::Done)
    })
}

/// Files of tests that Node.js runs beside one another. Browsers wait much (for a camera's pictures, for one another): with its
/// own choice, a processor less than there are, two processors would run one file after the other.
fn files_at_once() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).max(2)
}

/// Independent implementations read what ours wrote, and ours what they wrote.
fn interop(session: &Session, counts: &mut Counts) -> Result<Outcome> {
    let folder = "pkg-tests/interop";
    let Some(packages) = python::packages(session, folder)? else { return Ok(Outcome::Done) };
    let mut command = session.command(python::PROGRAM);
    command
        .args(["-B", "-m", "unittest", "-v"])
        .current_dir(session.path(folder))
        .env("PYTHONPATH", packages);
    counts.add(&process::run(session, "interop", &mut command, Show::Everything)?);
    Ok(Outcome::Done)
}

fn cargo(session: &Session, log: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Result<Outcome> {
    let mut command = session.cargo();
    command.args(arguments).envs(environment.iter().copied());
    process::run(session, log, &mut command, Show::Progress)?;
    Ok(Outcome::Done)
}

/// Tests counted from the runners' own closing lines.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Counts {
    /// Reads cargo's `test result: ok. 3 passed; 0 failed; 1 ignored; …`, node's `ℹ pass 3`, and Python's
    /// `test_a (test_b.C.test_a) ... ok`.
    fn add(&mut self, lines: &[String]) {
        for line in lines {
            if let Some(result) = line.strip_prefix("test result: ") {
                self.passed += number_before(result, "passed");
                self.failed += number_before(result, "failed");
                self.skipped += number_before(result, "ignored");
            }
            match line.rsplit_once(" ... ") {
                Some((name, result)) if name.starts_with("test_") => match result {
                    "ok" => self.passed += 1,
                    skipped if skipped.starts_with("skipped") => self.skipped += 1,
                    _ => self.failed += 1,
                },
                _ => {}
            }
            if let Some(result) = line.strip_prefix("ℹ ") {
                match result.split_once(' ') {
                    Some(("pass", count)) => self.passed += count.parse().unwrap_or(0),
                    Some(("fail", count)) => self.failed += count.parse().unwrap_or(0),
                    Some(("skipped", count)) => self.skipped += count.parse().unwrap_or(0),
                    _ => {}
                }
            }
        }
    }
}

fn number_before(text: &str, word: &str) -> u64 {
    let words: Vec<&str> = text.split([' ', ';', '.']).filter(|part| !part.is_empty()).collect();
    let pair = words.windows(2).find(|pair| pair.last() == Some(&word));
    pair.and_then(|pair| pair.first()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_from_the_runners_own_lines() {
        let mut counts = Counts::default();
        counts.add(&[
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s"
                .into(),
            "ℹ tests 9".into(),
            "ℹ pass 7".into(),
            "ℹ fail 0".into(),
            "ℹ skipped 2".into(),
            "ℹ duration_ms 90.1".into(),
            "test_messages (test_cose.Cose.test_messages) ... ok".into(),
            "test a_cargo_test ... ok".into(),
        ]);
        assert_eq!(counts, Counts { passed: 20, failed: 0, skipped: 3 });
    }
}

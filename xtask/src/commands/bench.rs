//! `cargo xtask bench`: prints the figures of the documentation again.

use anyhow::Result;

use super::build;
use crate::arguments::WasmProfile;
use crate::process::{self, Show};
use crate::session::{Outcome, Session};
use crate::steps::{browsers, demo_set, node, tool};

/// The benches of `udi` together: signing, status file, verifying, publishing.
const ISSUER: &str = "issuer";
/// Records that `issuer` signs: the number for which memory has a bound.
const ISSUER_RECORDS: &str = "10000000";

/// Runs the named benches, or all of them.
pub(crate) fn run(session: &Session, names: &[String], read: bool) -> Result<()> {
    if read {
        return run_read(session, names);
    }
    if names == [ISSUER] {
        return run_issuer(session);
    }
    let mut command = session.cargo();
    command.args(["bench", "--locked", "--workspace"]);
    for name in names {
        command.args(["--bench", name]);
    }
    process::run(session, "bench", &mut command, Show::Everything)?;
    if names.is_empty() || names.iter().any(|name| name == "recall") { in_wasm(session) } else { Ok(()) }
}

/// The issuer's figures in one go. It takes some minutes and 6 GB below the folder for temporary files.
fn run_issuer(session: &Session) -> Result<()> {
    for (bench, options) in [("sign", &["--records", ISSUER_RECORDS][..]), ("publish", &[])] {
        let mut command = session.cargo();
        command.args(["bench", "--locked", "-p", "udi-cli", "--bench", bench, "--"]).args(options);
        process::run(session, "bench-issuer", &mut command, Show::Everything)?;
    }
    Ok(())
}

/// What the wasm that ships takes: a seal beside other verifiers, and the memory of the rules that the bench
/// `recall` has just written. Wasm's memory never shrinks, so each part of that has a process of its own.
fn in_wasm(session: &Session) -> Result<()> {
    node::require()?;
    session.step("npm packages of benches/wasm/", || node::install_packages(session, "benches/wasm"))?;
    build::web(session, WasmProfile::Ship)?;
    session.step("the command-line tool", || tool::build(session))?;
    session.step("demo labels, keys and repository", || demo_set::make(session))?;
    for script in [&["seal.mjs"][..], &["memory.mjs", "first"], &["memory.mjs", "next"]] {
        let mut command = session.command(node::PROGRAM);
        command.args(script).current_dir(session.path("benches/wasm"));
        process::run(session, "bench-wasm", &mut command, Show::Everything)?;
    }
    Ok(())
}

/// The reader beside other readers, native and in Node's wasm, in one run; `options` are `read-bench`'s own.
fn run_read(session: &Session, options: &[String]) -> Result<()> {
    node::require()?;
    session.step("npm packages of benches/read/", || node::install_packages(session, "benches/read"))?;
    build::web(session, WasmProfile::Ship)?;
    let mut command = session.cargo();
    command.args(["run", "--release", "--locked", "-p", "read-bench"]);
    // The zxing-cpp crate compiles C++: it is measured where its build tool is at hand.
    match process::ask(session.command("cmake").arg("--version")) {
        Some(_) => drop(command.args(["--features", "zxing-cpp"])),
        None => session.say("cmake was not found: zxing-cpp is measured in wasm only, not native"),
    }
    command.args(["--", "all"]).args(options);
    session.step("readers on generated frames, photographs and samples", || {
        process::run(session, "read-bench", &mut command, Show::Everything)?;
        Ok(Outcome::Done)
    })
}

/// The app in Chromium: cold start, label to verdict, receiving, Lighthouse; or the parts that are named.
pub(crate) fn run_web(session: &Session, parts: &[String]) -> Result<()> {
    build::build(session, WasmProfile::Ship)?;
    session.step("demo labels, keys and repository", || demo_set::make(session))?;
    session.step("browsers", || browsers::install(session))?;
    session.step("npm packages of pkg-tests/", || node::install_packages(session, "pkg-tests"))?;
    session.step("npm packages of pkg-tests/figures/", || {
        node::install_packages(session, "pkg-tests/figures")
    })?;
    session.step("the app's figures", || {
        let mut command = session.command(node::PROGRAM);
        command.arg("web.mjs").args(parts).current_dir(session.path("pkg-tests/figures"));
        process::run(session, "bench-web", &mut command, Show::Everything)?;
        Ok(Outcome::Done)
    })
}

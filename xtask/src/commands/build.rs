//! `cargo xtask build`: the npm package, the app and the tool.

use anyhow::Result;

use crate::arguments::WasmProfile;
use crate::session::Session;
use crate::steps::{bindings, node, package, tool, wasm};

/// Builds all that ships.
pub(crate) fn run(session: &Session, profile: WasmProfile) -> Result<()> {
    build(session, profile)?;
    println!(
        "\nbuilt in {}: pkg/ (npm package), target/site/ (app), target/release/udi (tool)",
        session.elapsed()
    );
    Ok(())
}

/// The steps, for the commands that need the build first.
pub(super) fn build(session: &Session, profile: WasmProfile) -> Result<()> {
    // First, because a missing Node.js should not be learnt after minutes of compiling.
    node::require()?;
    web(session, profile)?;
    session.step("the command-line tool", || tool::build(session))
}

/// The package and the app alone.
pub(super) fn web(session: &Session, profile: WasmProfile) -> Result<()> {
    session.step("npm packages of js/", || node::install_packages(session, "js"))?;
    wasm(session, profile)?;
    session.step("npm package and app", || package::build(session))
}

/// The wasm and its bindings alone. What ships is optimised by a program that `js/` brings.
pub(crate) fn wasm(session: &Session, profile: WasmProfile) -> Result<()> {
    session.step("core crate to wasm", || wasm::build(session, profile))?;
    session.step("bindings, optimised wasm", || bindings::build(session, profile))
}

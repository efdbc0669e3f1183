//! The wasm with its JavaScript bindings, optimised: `target/bindgen/udi_verify.js` and `udi_verify_bg.wasm`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::arguments::WasmProfile;
use crate::process::{self, Show};
use crate::session::{Outcome, Session};
use crate::stamp::Stamp;
use crate::steps::{node, wasm};

/// What the build of the package reads.
const RESULTS: [&str; 2] = ["udi_verify.js", "udi_verify_bg.wasm"];

/// The wasm that ships.
fn shipped_wasm(session: &Session) -> PathBuf {
    session.target("bindgen/udi_verify_bg.wasm")
}

/// Writes the bindings if the wasm changed.
pub(crate) fn build(session: &Session, profile: WasmProfile) -> Result<Outcome> {
    let input = wasm::output(session, profile);
    let inputs = [input.clone(), session.path("xtask/Cargo.toml"), session.path("xtask/src/bin")];
    let stamp = Stamp::of(session, "bindings", &inputs, &[profile.name()])?;
    let results = RESULTS.map(|name| session.target("bindgen").join(name));
    if stamp.is_current(&results) {
        return Ok(Outcome::UpToDate);
    }
    let plain = session.target("xtask/bindgen");
    generate(session, &input, &plain)?;
    let folder = session.target("bindgen");
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    for name in ["udi_verify.js", "udi_verify.d.ts", "udi_verify_bg.wasm.d.ts"] {
        fs::copy(plain.join(name), folder.join(name))
            .with_context(|| format!("copy the bindings' {name}"))?;
    }
    optimise(session, profile, &plain.join("udi_verify_bg.wasm"))?;
    stamp.keep()?;
    Ok(Outcome::Done)
}

fn generate(session: &Session, input: &Path, output: &Path) -> Result<()> {
    let mut command = session.cargo();
    command
        .args(["run", "--locked", "--profile", "generator", "--package", "xtask", "--features", "bindgen"])
        .args(["--bin", "bindgen", "--"])
        .args([input, output]);
    process::run(session, "bindgen", &mut command, Show::Progress)?;
    Ok(())
}

/// Binaryen's optimiser, from npm; a build for iterating goes without it.
fn optimise(session: &Session, profile: WasmProfile, input: &Path) -> Result<()> {
    let output = shipped_wasm(session);
    if profile == WasmProfile::Dev {
        fs::copy(input, &output).context("copy the wasm")?;
        return Ok(());
    }
    let mut command = session.command(node::PROGRAM);
    command
        .arg(session.path("js/node_modules/binaryen/bin/wasm-opt"))
        .arg(input)
        .arg("-o")
        .arg(&output)
        .args(["-O3", "--strip-debug", "--strip-producers", "--strip-target-features"])
        // The first kilobyte is the far end of the stack, so a sum that is an address does not wrap round.
        .arg("--low-memory-unused")
        // What rustc emits for this target, and nothing newer.
        .args(["--enable-simd", "--enable-bulk-memory", "--enable-nontrapping-float-to-int"])
        .args([
            "--enable-sign-ext",
            "--enable-mutable-globals",
            "--enable-reference-types",
            "--enable-multivalue",
        ]);
    process::run(session, "wasm-opt", &mut command, Show::Progress)?;
    Ok(())
}

//! The core crate as wasm: `target/wasm/…/udi_verify_wasm.wasm`.

use std::path::PathBuf;

use anyhow::Result;

use crate::arguments::WasmProfile;
use crate::process::{self, Show};
use crate::session::{Outcome, Session};
use crate::stamp::Stamp;
use crate::steps::wasm_compiler::{TARGET, WasmCompiler};

/// Where the compiler leaves the wasm of a profile.
pub(crate) fn output(session: &Session, profile: WasmProfile) -> PathBuf {
    session.target("wasm").join(TARGET).join(profile.name()).join("udi_verify_wasm.wasm")
}

/// Builds the core crate for wasm if its sources changed.
pub(crate) fn build(session: &Session, profile: WasmProfile) -> Result<Outcome> {
    let inputs = ["src", "reader", "wasm", "Cargo.toml", "Cargo.lock"].map(|input| session.path(input));
    let stamp = Stamp::of(session, profile.name(), &inputs, &[])?;
    if stamp.is_current(&[output(session, profile)]) {
        return Ok(Outcome::UpToDate);
    }
    let mut command = WasmCompiler::find_or_install(session)?.cargo_build(session);
    command
        .args(["--locked", "--package", "udi-verify-wasm", "--lib", "--profile", profile.name()])
        // Two compilers with other flags must not share a folder with the host's builds.
        .env("CARGO_TARGET_DIR", session.target("wasm"))
        .env("RUSTFLAGS", flags(session));
    process::run(session, "wasm", &mut command, Show::Progress)?;
    stamp.keep()?;
    Ok(Outcome::Done)
}

/// SIMD (every engine has had it since 2023), and no path of the building machine in panic messages.
fn flags(session: &Session) -> String {
    let mut flags = "-C target-feature=+simd128".to_owned();
    let home = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| home + "/.cargo"));
    for (from, to) in [(Some(session.path("").display().to_string()), "udi-verify"), (home.ok(), "cargo")] {
        // RUSTFLAGS is split at spaces: a path that has one is left as it is.
        if let Some(from) = from.filter(|path| !path.contains(' ')) {
            flags.push_str(&format!(" --remap-path-prefix={}={to}", from.trim_end_matches('/')));
        }
    }
    flags
}

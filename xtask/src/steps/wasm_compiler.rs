//! Finds a compiler for `wasm32-unknown-unknown`, installing one where there is none.
//!
//! In this order: the active toolchain with the target; Debian's compiler if it is installed already;
//! `rustup target add`; Debian's compiler from its archive. The last one carries the standard library as
//! source, so cargo builds that too (`-Zbuild-std`), which takes some minutes the first time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::process::{self, Show};
use crate::session::Session;
use crate::steps::debian::{self, find_program};

/// The target's name.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's packages for it: compiler, cargo, library source of the same version, linker.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];
/// rustup retries a network that is not there for a long while; the component is about 20 MB.
const RUSTUP_LIMIT: Duration = Duration::from_secs(240);

/// A way to compile for the target.
#[derive(Debug)]
pub(crate) enum WasmCompiler {
    /// The active toolchain has the target.
    Active,
    /// Debian's toolchain under /usr, which builds the standard library from source.
    Debian {
        /// Its wasm linker.
        linker: PathBuf,
    },
}

impl WasmCompiler {
    /// Finds one or installs one.
    pub(crate) fn find_or_install(session: &Session) -> Result<WasmCompiler> {
        if active_has_target(session) {
            session.say("compiler: the active toolchain");
            return Ok(WasmCompiler::Active);
        }
        if let Some(found) = debian_compiler() {
            session.say("compiler: Debian's, with the standard library built from source");
            return Ok(found);
        }
        if add_with_rustup(session)? {
            return Ok(WasmCompiler::Active);
        }
        session.say("trying Debian's Rust, which has the target's library as source");
        let what = format!("a compiler for {TARGET}");
        let instead = format!("run `rustup target add {TARGET}` where it can download, or ");
        debian::install(session, &DEBIAN_PACKAGES, &what, &instead)?;
        match debian_compiler() {
            Some(found) => Ok(found),
            None => bail!(
                "Debian's rustc and rust-web-src are of different versions: run `apt-get install --only-upgrade {}`",
                DEBIAN_PACKAGES.join(" ")
            ),
        }
    }

    /// The cargo to call, `build` and the target already said.
    pub(crate) fn cargo_build(&self, session: &Session) -> Command {
        let mut command = match self {
            WasmCompiler::Active => session.cargo(),
            WasmCompiler::Debian { .. } => session.command("/usr/bin/cargo"),
        };
        command.args(["build", "--target", TARGET]);
        if let WasmCompiler::Debian { linker } = self {
            let paths = std::env::var("PATH").unwrap_or_default();
            command
                .arg("-Zbuild-std=std,panic_abort")
                .env("PATH", format!("/usr/bin:{paths}"))
                .env("RUSTC", "/usr/bin/rustc")
                // Debian's compiler is a stable one, and -Zbuild-std is not a stable option.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                .env_remove("RUSTUP_TOOLCHAIN");
        }
        command
    }
}

fn active_has_target(session: &Session) -> bool {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let library = process::ask(session.command(rustc).args(["--print", "target-libdir", "--target", TARGET]));
    library.is_some_and(|folder| Path::new(&folder).is_dir())
}

fn add_with_rustup(session: &Session) -> Result<bool> {
    if find_program("rustup").is_none() {
        session.say("no rustup here");
        return Ok(false);
    }
    session.say(&format!("rustup target add {TARGET}"));
    let mut command = session.command("rustup");
    command.args(["target", "add", TARGET]);
    let ended =
        process::run_limited(session, "rustup-target", &mut command, Show::Progress, Some(RUSTUP_LIMIT))?;
    if !ended.success {
        let reason = ended.lines.iter().find(|line| line.starts_with("error")).cloned().unwrap_or_default();
        session.say(&format!("rustup could not add it: {reason}"));
    }
    Ok(ended.success && active_has_target(session))
}

/// Debian's compiler, if all its parts are there and the library source is of the compiler's own version.
fn debian_compiler() -> Option<WasmCompiler> {
    let version = process::ask(Command::new("/usr/bin/rustc").arg("--version"))?;
    let source = fs::read_to_string("/usr/lib/rustlib/src/rust/src/version").ok()?;
    let same = version.split_whitespace().nth(1) == Some(source.trim());
    let linker = newest_linker()?;
    (same && Path::new("/usr/bin/cargo").is_file()).then_some(WasmCompiler::Debian { linker })
}

fn newest_linker() -> Option<PathBuf> {
    let named = |version: u32| PathBuf::from(format!("/usr/bin/wasm-ld-{version}"));
    (19..40).rev().map(named).find(|linker| linker.is_file())
}

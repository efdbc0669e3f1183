//! Node.js: whether it is there and new enough, and the npm packages a folder's lockfile names.

use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{self, Show};
use crate::session::{Outcome, Session};
use crate::stamp::Stamp;

/// The program's name.
pub(crate) const PROGRAM: &str = "node";
/// The oldest major version that the package, its build and its tests run on.
const OLDEST: u32 = 20;

/// Refuses to go on without a Node.js that is new enough.
pub(crate) fn require() -> Result<()> {
    let get = "install it from your package manager or nodejs.org, then run the same command again";
    let Some(version) = process::ask(Command::new(PROGRAM).arg("--version")) else {
        bail!("Node.js {OLDEST} or later is needed and `node` was not found: {get}");
    };
    if major(&version).is_none_or(|major| major < OLDEST) {
        bail!("Node.js {OLDEST} or later is needed and `node` is {version}: {get}");
    }
    if process::ask(Command::new("npm").arg("--version")).is_none() {
        bail!("npm is needed and was not found beside Node.js {version}: {get}");
    }
    Ok(())
}

/// The 20 of `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Installs exactly what `FOLDER/package-lock.json` names, if that changed since the last time.
pub(crate) fn install_packages(session: &Session, folder: &str) -> Result<Outcome> {
    let inputs = [session.path(folder).join("package.json"), session.path(folder).join("package-lock.json")];
    let version = process::ask(Command::new(PROGRAM).arg("--version")).unwrap_or_default();
    // It names a stamp and a log, both of which are files.
    let name = format!("npm-{}", folder.replace('/', "-"));
    let stamp = Stamp::of(session, &name, &inputs, &[&version])?;
    if stamp.is_current(&[session.path(folder).join("node_modules")]) {
        return Ok(Outcome::UpToDate);
    }
    let mut command = session.command("npm");
    command.args(["ci", "--no-audit", "--no-fund"]).current_dir(session.path(folder));
    process::run(session, &name, &mut command, Show::Progress)?;
    stamp.keep()?;
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v8.1.0"), Some(8));
        assert_eq!(major("node"), None);
    }
}

//! The parser against independent ones (`pkg-tests/referees/`): bwip-js from npm, biip and python-stdnum from
//! PyPI, zint from Debian.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::process::{self, Show};
use crate::session::{Outcome, Session};
use crate::steps::{debian, node, python, tool};

const FOLDER: &str = "pkg-tests/referees";
/// Scans generated a run; fewer would not meet every listed kind of disagreement.
const SCANS: &str = "20000";

/// Installs the referees, compares the table of identifiers, then the readings of generated scans.
pub(crate) fn run(session: &Session) -> Result<Outcome> {
    let packages = install(session)?;
    for (script, arguments) in
        [("table.mjs", &[][..]), ("run.mjs", &["--every", "--count", SCANS, "--python", python::PROGRAM])]
    {
        let mut command = session.command(node::PROGRAM);
        command.arg(script).arg("--udi").arg(tool::path(session)).args(arguments);
        command.current_dir(session.path(FOLDER)).env("PYTHONPATH", &packages);
        process::run(session, &format!("referees-{script}"), &mut command, Show::Everything)?;
    }
    Ok(Outcome::Done)
}

/// The referees; gives where those from PyPI lie.
fn install(session: &Session) -> Result<PathBuf> {
    node::install_packages(session, FOLDER)?;
    if debian::find_program("zint").is_none() {
        debian::install(session, &["zint"], "a referee of the parser", "")?;
    }
    match python::packages(session, FOLDER)? {
        Some(packages) => Ok(packages),
        None => bail!("the referees need Python 3.11 or later with pip"),
    }
}

//! The parser against independent ones (`pkg-tests/referees/`): bwip-js from npm, biip and python-stdnum from
//! PyPI, zint from Debian.

use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{self, Show};
use crate::session::{Outcome, Session};
use crate::stamp::Stamp;
use crate::steps::{debian, node, tool};

const FOLDER: &str = "pkg-tests/referees";
/// Scans generated a run; fewer would not meet every listed kind of disagreement.
const SCANS: &str = "20000";
const PYTHON: &str = "python3";

/// Installs the referees, compares the table of identifiers, then the readings of generated scans.
pub(crate) fn run(session: &Session) -> Result<Outcome> {
    install(session)?;
    for (script, arguments) in
        [("table.mjs", &[][..]), ("run.mjs", &["--every", "--count", SCANS, "--python", PYTHON])]
    {
        let mut command = session.command(node::PROGRAM);
        command.arg(script).arg("--udi").arg(tool::path(session)).args(arguments);
        command.current_dir(session.path(FOLDER)).env("PYTHONPATH", python_packages(session));
        process::run(session, &format!("referees-{script}"), &mut command, Show::Everything)?;
    }
    Ok(Outcome::Done)
}

fn install(session: &Session) -> Result<()> {
    node::install_packages(session, FOLDER)?;
    if debian::find_program("zint").is_none() {
        debian::install(session, &["zint"], "a referee of the parser", "")?;
    }
    let requirements = session.path(FOLDER).join("requirements.txt");
    let Some(version) = process::ask(Command::new(PYTHON).arg("--version")) else {
        bail!("Python 3.11 or later is needed for the referees and `{PYTHON}` was not found");
    };
    let packages = python_packages(session);
    let stamp = Stamp::of(session, "referees", std::slice::from_ref(&requirements), &[&version])?;
    if stamp.is_current(std::slice::from_ref(&packages)) {
        return Ok(());
    }
    let mut command = session.command(PYTHON);
    command.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--upgrade",
        "--no-deps",
        "--disable-pip-version-check",
    ]);
    command.arg("--target").arg(&packages).arg("--requirement").arg(&requirements);
    process::run(session, "referees-pip", &mut command, Show::Progress)?;
    stamp.keep()
}

/// A folder of their own: nothing is put among the system's packages.
fn python_packages(session: &Session) -> std::path::PathBuf {
    session.target("referees")
}

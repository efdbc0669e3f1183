//! moto, an S3 server from PyPI, in `target/moto/`: tests publish to it.

use anyhow::Result;

use crate::process::{self, Show};
use crate::session::{Outcome, Session};
use crate::steps::debian::find_program;

/// What the server needs, and no more of moto than that.
const PACKAGES: [&str; 3] = ["moto[s3]==5.2.5", "flask", "flask-cors"];

/// Installs it where Python can; elsewhere says that the tests do without.
pub(crate) fn install(session: &Session) -> Result<Outcome> {
    let server = session.target("moto/bin/moto_server");
    if server.exists() {
        return Ok(Outcome::UpToDate);
    }
    let without = "publishing is tested against the tests' own bucket only";
    let Some(python) = find_program("python3") else {
        session.say(&format!("python3 was not found: {without}"));
        return Ok(Outcome::Done);
    };
    let mut venv = session.command(python);
    venv.args(["-m", "venv"]).arg(session.target("moto"));
    let mut pip = session.command(session.target("moto/bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES);
    for (log, mut command) in [("moto-venv", venv), ("moto-pip", pip)] {
        if !process::run_limited(session, log, &mut command, Show::Progress, None)?.success {
            session.say(&format!("moto could not be installed (target/xtask/logs/{log}.log): {without}"));
            break;
        }
    }
    Ok(Outcome::Done)
}

//! PySpark for the example that signs under Spark, in a Python environment of its own.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::process::{self, Show};
use crate::session::{Outcome, Session};
use crate::stamp::Stamp;

/// The interpreter that has it.
pub(crate) fn python(session: &Session) -> PathBuf {
    session.target("spark/bin/python")
}

/// Installs it from PyPI if what the example asks for has changed, or says why it cannot.
pub(crate) fn install(session: &Session) -> Result<Outcome> {
    let requirements = session.path("examples/spark/requirements.txt");
    let stamp = Stamp::of(session, "spark", std::slice::from_ref(&requirements), &[])?;
    if stamp.is_current(&[python(session)]) {
        return Ok(Outcome::UpToDate);
    }
    for (program, what) in [("java", "Java 17"), ("python3", "Python 3")] {
        if process::ask(Command::new(program).arg("--version")).is_none() {
            session.say(&format!("{what} was not found: the Spark example is passed over"));
            return Ok(Outcome::UpToDate);
        }
    }
    let mut environment = session.command("python3");
    environment.args(["-m", "venv"]).arg(session.target("spark"));
    process::run(session, "spark-venv", &mut environment, Show::Progress)?;
    let mut pip = session.command(python(session));
    pip.args(["-m", "pip", "install", "--quiet", "-r"]).arg(&requirements);
    process::run(session, "spark-pip", &mut pip, Show::Progress)?;
    stamp.keep()?;
    Ok(Outcome::Done)
}

//! Python for tests beside independent implementations: an environment of its own under `target/`, with
//! exactly the packages that a folder pins. Where there is no Python, such tests are left out in words.

use std::path::PathBuf;

use anyhow::Result;

use crate::process::{self, Show};
use crate::session::Session;
use crate::stamp::Stamp;

const PROGRAM: &str = "python3";

/// The interpreter with the packages of `FOLDER/requirements.txt`; `None`, after saying why, where it cannot
/// be had.
pub(crate) fn interpreter(session: &Session, folder: &str) -> Result<Option<PathBuf>> {
    let Some(version) = process::ask(session.command(PROGRAM).arg("--version")) else {
        session.say("skipped: Python 3 was not found");
        return Ok(None);
    };
    let environment = session.target("python").join(folder.replace('/', "-"));
    let python = environment.join("bin/python");
    let requirements = session.path(folder).join("requirements.txt");
    let name = format!("python-{}", folder.replace('/', "-"));
    let stamp = Stamp::of(session, &name, std::slice::from_ref(&requirements), &[&version])?;
    if stamp.is_current(std::slice::from_ref(&python)) {
        return Ok(Some(python));
    }
    let mut make = session.command(PROGRAM);
    make.args(["-m", "venv", "--clear"]).arg(&environment);
    let mut install = session.command(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&requirements);
    for (log, command) in [("python-venv", &mut make), ("python-pip", &mut install)] {
        let ended = process::run_limited(session, log, command, Show::Progress, None);
        if !ended.is_ok_and(|ended| ended.success) {
            session.say(&format!(
                "skipped: {version} has no venv or pip that can install {folder}/requirements.txt; see \
                 target/xtask/logs/{log}.log"
            ));
            return Ok(None);
        }
    }
    stamp.keep()?;
    Ok(Some(python))
}

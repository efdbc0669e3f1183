//! Python's packages for tests: exactly those that a folder pins in `requirements.txt`, in a folder of their own
//! under `target/`, so that nothing is put among the system's. Where there is no Python with pip, the tests that
//! want them are left out in words.

use std::path::PathBuf;

use anyhow::Result;

use crate::process::{self, Show};
use crate::session::Session;
use crate::stamp::Stamp;

/// The interpreter.
pub(crate) const PROGRAM: &str = "python3";

/// Where the packages of `FOLDER/requirements.txt` lie, for `PYTHONPATH`; `None`, after saying why, where they
/// cannot be had.
pub(crate) fn packages(session: &Session, folder: &str) -> Result<Option<PathBuf>> {
    let Some(version) = process::ask(session.command(PROGRAM).arg("--version")) else {
        session.say("skipped: Python 3 was not found");
        return Ok(None);
    };
    let name = format!("python-{}", folder.replace('/', "-"));
    let packages = session.target(&name);
    let requirements = session.path(folder).join("requirements.txt");
    let stamp = Stamp::of(session, &name, std::slice::from_ref(&requirements), &[&version])?;
    if stamp.is_current(std::slice::from_ref(&packages)) {
        return Ok(Some(packages));
    }
    let mut install = session.command(PROGRAM);
    install.args(["-m", "pip", "install", "--quiet", "--upgrade", "--disable-pip-version-check", "--target"]);
    install.arg(&packages).arg("--requirement").arg(&requirements);
    if !process::run_limited(session, &name, &mut install, Show::Progress, None)?.success {
        session.say(&format!(
            "skipped: {version} has no pip that can install {folder}/requirements.txt; see \
             target/xtask/logs/{name}.log"
        ));
        return Ok(None);
    }
    stamp.keep()?;
    Ok(Some(packages))
}

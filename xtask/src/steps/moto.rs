//! moto, an S3 server from PyPI: tests publish to it.

use std::path::PathBuf;

use anyhow::Result;

use super::python;
use crate::session::Session;

/// Where its packages lie, for the tests; `None`, after saying so, where Python cannot install it.
pub(crate) fn packages(session: &Session) -> Result<Option<PathBuf>> {
    let packages = python::packages(session, "cli/tests/moto")?;
    if packages.is_none() {
        session.say("publishing is tested against the tests' own bucket only");
    }
    Ok(packages)
}

//! PySpark for the example that signs under Spark.

use std::path::PathBuf;

use anyhow::Result;

use super::python;
use crate::process;
use crate::session::Session;

/// Where its packages lie, for the test; `None`, after saying so, where it cannot run.
pub(crate) fn packages(session: &Session) -> Result<Option<PathBuf>> {
    if process::ask(session.command("java").arg("--version")).is_none() {
        session.say("Java 17 was not found: the Spark example is passed over");
        return Ok(None);
    }
    python::packages(session, "examples/spark")
}

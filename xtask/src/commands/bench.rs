//! `cargo xtask bench`: prints the figures of the documentation again.

use anyhow::Result;

use crate::process::{self, Show};
use crate::session::Session;

/// Runs the named benches, or all of them.
pub(crate) fn run(session: &Session, names: &[String], read: bool) -> Result<()> {
    let mut command = session.cargo();
    command.args(["bench", "--locked", "--workspace"]);
    if read {
        command.args(["--bench", "read"]);
    }
    for name in names {
        command.args(["--bench", name]);
    }
    process::run(session, "bench", &mut command, Show::Everything)?;
    Ok(())
}

//! The command-line tool: `target/release/udi`.

use std::path::PathBuf;

use anyhow::Result;

use crate::process::{self, Show};
use crate::session::{Outcome, Session};
use crate::stamp::Stamp;

/// Where the tool is.
pub(crate) fn path(session: &Session) -> PathBuf {
    session.target("release/udi")
}

/// Builds the tool if its sources changed.
pub(crate) fn build(session: &Session) -> Result<Outcome> {
    let inputs = ["src", "reader", "cli", "Cargo.toml", "Cargo.lock"].map(|input| session.path(input));
    let stamp = Stamp::of(session, "tool", &inputs, &[])?;
    if stamp.is_current(&[path(session)]) {
        return Ok(Outcome::UpToDate);
    }
    let mut command = session.cargo();
    command.args(["build", "--locked", "--release", "--package", "udi-cli"]);
    // The results below are looked for here, whatever folder the user has set for other projects.
    command.env("CARGO_TARGET_DIR", session.target(""));
    process::run(session, "tool", &mut command, Show::Progress)?;
    stamp.keep()?;
    Ok(Outcome::Done)
}

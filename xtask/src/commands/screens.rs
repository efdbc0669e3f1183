//! `cargo xtask screens`: every view of the app as a picture, light and dark, on a phone and on a desk.

use anyhow::Result;

use super::build;
use crate::arguments::WasmProfile;
use crate::process::{self, Show};
use crate::session::{Outcome, Session};
use crate::steps::{browsers, demo_set, node};

/// Builds the app, then writes `target/screens/VIEW-SIZE-SCHEME.png`.
pub(crate) fn run(session: &Session, profile: WasmProfile) -> Result<()> {
    build::build(session, profile)?;
    session.step("demo labels, keys and repository", || demo_set::make(session))?;
    session.step("browsers for the pictures", || browsers::install(session))?;
    session.step("letters for the pictures", || browsers::install_letters(session))?;
    session.step("npm packages of pkg-tests/", || node::install_packages(session, "pkg-tests"))?;
    session.step("pictures of every view", || {
        let mut command = session.command(node::PROGRAM);
        command.arg("screens.mjs").current_dir(session.path("pkg-tests"));
        process::run(session, "screens", &mut command, Show::Everything)?;
        Ok(Outcome::Done)
    })
}

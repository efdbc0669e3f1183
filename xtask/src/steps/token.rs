//! SoftHSM, which plays the hardware token in the tool's tests.

use std::path::Path;

use anyhow::Result;

use super::debian;
use crate::session::{Outcome, Session};

/// Where Debian puts the module.
const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];

/// Installs it where it is missing and can be; the tests that need it say when they pass it over.
pub(crate) fn install(session: &Session) -> Result<Outcome> {
    if MODULES.iter().any(|module| Path::new(module).exists()) {
        return Ok(Outcome::UpToDate);
    }
    if let Err(reason) = debian::install(session, &["softhsm2"], "SoftHSM", "") {
        session.say(&format!("{reason:#}; the tests of keys in tokens are passed over"));
    }
    Ok(Outcome::Done)
}

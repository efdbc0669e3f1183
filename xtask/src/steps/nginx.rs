//! nginx, for the test of the configuration that the operations manual prints.

use std::path::Path;

use anyhow::Result;

use super::debian;
use crate::session::{Outcome, Session};

/// Where packages put it; it need not be in the search path.
const PROGRAMS: [&str; 2] = ["/usr/sbin/nginx", "/usr/bin/nginx"];

/// Installs it where it is missing and can be; the test that needs it says when it passes it over. Not on a machine
/// that runs services: there the package would begin to serve port 80.
pub(crate) fn install(session: &Session) -> Result<Outcome> {
    if PROGRAMS.iter().any(|program| Path::new(program).exists()) {
        return Ok(Outcome::UpToDate);
    }
    if Path::new("/run/systemd/system").exists() {
        session.say("nginx is not installed, and installing it would start it; the test of its configuration is passed over");
        return Ok(Outcome::Done);
    }
    if let Err(reason) = debian::install(session, &["nginx-light"], "nginx", "") {
        session.say(&format!("{reason:#}; the test of its configuration is passed over"));
    }
    Ok(Outcome::Done)
}

//! The demo set in `target/demo/` (labels, keys, repository, pinned root), and the server of app and set.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

use crate::process::{self, Show};
use crate::session::{Outcome, Session};
use crate::stamp::Stamp;
use crate::steps::tool;

/// Makes the set if the tool changed or the day did: a snapshot older than the hard limit answers nothing.
pub(crate) fn make(session: &Session) -> Result<Outcome> {
    let day = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 86_400;
    let stamp = Stamp::of(session, "demo", &[tool::path(session)], &[&day.to_string()])?;
    let folder = session.target("demo");
    if stamp.is_current(&[folder.join("labels.json")]) {
        return Ok(Outcome::UpToDate);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("remove the old {}", folder.display()))?;
    }
    let mut command = session.command(tool::path(session));
    command.arg("demo").arg(&folder);
    process::run(session, "demo", &mut command, Show::Progress)?;
    stamp.keep()?;
    Ok(Outcome::Done)
}

/// Where app and set are served.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Serving {
    /// To the local network, over HTTPS.
    pub(crate) lan: bool,
    /// The port, where it is not the tool's own choice.
    pub(crate) port: Option<u16>,
}

/// Serves app and set until the user stops it.
pub(crate) fn serve(session: &Session, serving: Serving) -> Result<()> {
    let mut command = session.command(tool::path(session));
    command.arg("serve").arg(session.target("demo")).arg("--site").arg(session.target("site"));
    if serving.lan {
        command.arg("--lan");
    }
    if let Some(port) = serving.port {
        command.arg("--port").arg(port.to_string());
    }
    let status = command.status().context("start the server")?;
    if !status.success() {
        bail!("the server ended with {status}; its own message is above");
    }
    Ok(())
}

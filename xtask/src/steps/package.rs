//! The npm package in `pkg/` and the app in `target/site/`, made by the scripts of `js/`.

use anyhow::Result;

use crate::process::{self, Show};
use crate::session::{Outcome, Session};
use crate::stamp::Stamp;

/// Builds both if the wasm, the TypeScript or the app's shell changed.
pub(crate) fn build(session: &Session) -> Result<Outcome> {
    let inputs = ["target/bindgen", "js", "www", "src/messages", "LICENSE", "README.md"]
        .map(|input| session.path(input));
    let stamp = Stamp::of(session, "package", &inputs, &[])?;
    let results = [session.path("pkg/package.json"), session.target("site/index.html")];
    if stamp.is_current(&results) {
        return Ok(Outcome::UpToDate);
    }
    let mut command = session.command("npm");
    command.args(["run", "build"]).current_dir(session.path("js"));
    process::run(session, "package", &mut command, Show::Progress)?;
    stamp.keep()?;
    Ok(Outcome::Done)
}

//! `cargo xtask demo`: everything built, the demo set made, both served.

use anyhow::Result;

use super::build;
use crate::arguments::WasmProfile;
use crate::session::Session;
use crate::steps::demo_set;

/// Builds, makes the set, serves until stopped.
pub(crate) fn run(session: &Session, profile: WasmProfile, lan: bool, no_serve: bool) -> Result<()> {
    build::build(session, profile)?;
    session.step("demo labels, keys and repository", || demo_set::make(session))?;
    println!("\nready in {}", session.elapsed());
    if no_serve {
        return Ok(());
    }
    demo_set::serve(session, lan)
}

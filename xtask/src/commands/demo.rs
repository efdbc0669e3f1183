//! `cargo xtask demo`: everything built, the demo set made, both served.

use anyhow::Result;

use super::build;
use crate::arguments::WasmProfile;
use crate::session::Session;
use crate::steps::demo_set::{self, Serving};

/// Builds, makes the set, and serves until stopped where that is asked for.
pub(crate) fn run(session: &Session, profile: WasmProfile, serving: Option<Serving>) -> Result<()> {
    build::build(session, profile)?;
    session.step("demo labels, keys and repository", || demo_set::make(session))?;
    println!("\nready in {}", session.elapsed());
    serving.map_or(Ok(()), |serving| demo_set::serve(session, serving))
}

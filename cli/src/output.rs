//! JSON lines on standard output.

use std::io::Write;

use serde::Serialize;

use crate::failure::{Exit, Failure, OrFail};

/// Writes `value` as one line of JSON.
pub(crate) fn line(out: &mut impl Write, value: &impl Serialize) -> Result<(), Failure> {
    let doing = || "cannot write to standard output";
    serde_json::to_writer(&mut *out, value).or_fail(Exit::System, doing)?;
    out.write_all(b"\n").or_fail(Exit::System, doing)
}

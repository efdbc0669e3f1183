//! `udi status build` for an issuer of 100 million units, one in a hundred flagged.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::line;
use super::process::{megabytes, udi};

const UNITS: u64 = 100_000_000;

/// Builds the file from a list in no order.
pub(crate) fn run(folder: &Path) {
    let mut out = BufWriter::new(File::create(folder.join("flags.csv")).expect("the flags are written"));
    writeln!(out, "index,status").expect("the flags are written");
    // SplitMix64: random, and the same in every run.
    let mut state = 1_u64;
    for _ in 0..UNITS / 100 {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut random = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        random = (random ^ (random >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        writeln!(out, "{},recalled", (random ^ (random >> 31)) % UNITS).expect("the flags are written");
    }
    out.flush().expect("the flags are written");
    drop(out);
    let size = UNITS.to_string();
    let arguments = ["status", "build", "flags.csv", "--size", &size, "--out", "status.bin"];
    let cost = udi(folder, &arguments, None);
    let length = folder.join("status.bin").metadata().map(|file| file.len()).unwrap_or(0);
    line(
        "100,000,000 units, 1 % flagged: time",
        &format!("{:.2} s", cost.wall.as_secs_f64()),
        "at most 60 s",
    );
    line("  memory", &megabytes(cost.memory), "at most 1000 MB");
    line("  size", &format!("{length} bytes"), "");
}

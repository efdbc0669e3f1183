//! Any lines as the symbols of one item.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::udi::{Scan, join};

fuzz_target!(|text: &str| {
    let scans: Vec<Scan> = text.lines().take(8).map(Scan::from_text).collect();
    let _ = join(&scans, jiff::civil::date(2026, 11, 22));
});

//! Any text behind a bracketed GTIN.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::udi::{Scan, parse};

fuzz_target!(|text: &str| {
    let _ = parse(&Scan::from_text(&format!("(01)09501234567891({text}")), jiff::civil::date(2026, 11, 22));
});

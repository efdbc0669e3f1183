//! Any text as the rest of an MA or AHM code.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::udi::{Scan, parse};

fuzz_target!(|text: &str| {
    let now = jiff::civil::date(2026, 11, 22);
    let _ = parse(&Scan::from_text(&format!("MA.{text}")), now);
    let _ = parse(&Scan::from_text(&format!("MF1{text}")), now);
});

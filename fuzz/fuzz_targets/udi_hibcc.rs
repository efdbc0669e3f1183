//! Any text as the rest of a HIBC label, plain and as Code 39 read in full ASCII.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::udi::{Scan, parse};

fuzz_target!(|text: &str| {
    let now = jiff::civil::date(2026, 11, 22);
    let _ = parse(&Scan::from_text(&format!("+{text}")), now);
    let _ = parse(&Scan::from_text(&format!("]A5{text}")), now);
});

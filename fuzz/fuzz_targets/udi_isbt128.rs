//! Any text as the rest of an ISBT 128 message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::udi::{Scan, parse};

fuzz_target!(|text: &str| {
    let _ = parse(&Scan::from_text(&format!("={text}")), jiff::civil::date(2026, 11, 22));
});

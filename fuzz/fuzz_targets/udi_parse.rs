//! Any text as a scan: the parser answers, whatever it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::udi::{Scan, parse};

fuzz_target!(|text: &str| {
    let _ = parse(&Scan::from_text(text), jiff::civil::date(2026, 11, 22));
});

//! Any text as the rest of a Digital Link.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::udi::{Scan, parse};

fuzz_target!(|text: &str| {
    let _ = parse(&Scan::from_text(&format!("https://a.b/{text}")), jiff::civil::date(2026, 11, 22));
});

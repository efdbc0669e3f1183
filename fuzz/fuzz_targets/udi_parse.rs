//! Any text as a scan: the parser answers, whatever it is, and keeps few other readings.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::udi::{MAX_ALTERNATIVES, Scan, parse};

fuzz_target!(|text: &str| {
    let udi = parse(&Scan::from_text(text), jiff::civil::date(2026, 11, 22));
    assert!(udi.alternatives.len() <= MAX_ALTERNATIVES);
    assert!(udi.alternatives.iter().all(|other| other.alternatives.is_empty()));
});

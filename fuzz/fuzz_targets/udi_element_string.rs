//! Any bytes as the message of a GS1 symbol.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::udi::{Scan, parse};

fuzz_target!(|bytes: &[u8]| {
    let _ = parse(&Scan::from_bytes(&[b"]d2", bytes].concat()), jiff::civil::date(2026, 11, 22));
});

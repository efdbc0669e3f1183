//! Any bytes in an ISO/IEC 15434 envelope.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::udi::{Scan, parse};

fuzz_target!(|bytes: &[u8]| {
    let _ = parse(&Scan::from_bytes(&[b"[)>", bytes].concat()), jiff::civil::date(2026, 11, 22));
});

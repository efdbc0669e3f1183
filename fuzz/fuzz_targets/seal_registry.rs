//! Any bytes as `keys.json`: reading ends, and no key that is taken is one that must be refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::seal::Registry;
use udi_verify::udi::{Scan, parse};

fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = serde_json::from_slice(bytes) else { return };
    let Ok(registry) = Registry::author(file) else { return };
    let udi = parse(&Scan::from_text("(01)09501234567891(21)S1"), jiff::civil::date(2026, 11, 22));
    let _ = registry.sealed_by_all_means(&udi);
    let _ = registry.issuers().count() + registry.refused().len();
});

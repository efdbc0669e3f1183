//! Any bytes as a bundle of detached seals: opening and asking end, whatever they are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::seal::{Bundle, Registry};
use udi_verify::udi::{Scan, parse};

fuzz_target!(|bytes: &[u8]| {
    let Ok(bundle) = Bundle::open(bytes) else { return };
    for label in ["(01)09501234567891(10)L1(21)S1", "(01)09501234567891(21)S2"] {
        let udi = parse(&Scan::from_text(label), jiff::civil::date(2026, 11, 22));
        let _ = bundle.verify(&udi, &Registry::default());
    }
});

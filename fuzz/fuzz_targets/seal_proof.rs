//! Any bytes as the proof that a manifest was witnessed: none is accepted by a registry without logs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::seal::{Registry, WitnessedManifest};

fuzz_target!(|bytes: &[u8]| {
    assert!(WitnessedManifest::verify(b"manifest", bytes, &Registry::default()).is_err());
});

//! Any bytes as a lot manifest: opening and asking end, whatever they are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::recall::Manifest;

fuzz_target!(|bytes: &[u8]| {
    let Ok(manifest) = Manifest::open_unverified(bytes) else { return };
    for serial in ["", "SN-7", "SN-999", "zzzzzzzzzzzzzzzzzzzz"] {
        let _ = manifest.rank(serial);
    }
});

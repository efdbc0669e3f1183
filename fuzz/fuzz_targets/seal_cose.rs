//! Any bytes as a COSE_Sign1, and as the text of a companion: what is read is written again as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::seal::{Companion, SignedRecord};
use udi_verify::udi::Scan;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(signed) = SignedRecord::from_cose(bytes) {
        // The tag may be left out.
        assert!(signed.to_cose().ends_with(bytes));
    }
    let text = [b"UDI1:", bytes].concat();
    let companion = Companion::read(&Scan { bytes: text.clone(), symbology_identifier: None });
    if let Some(Ok(signed)) = companion.as_ref().map(Companion::record) {
        assert!(Companion::text(signed).len() >= text.len());
    }
});

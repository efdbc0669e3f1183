//! Any bytes as the payload of a seal: what is read as a record has those bytes as its one encoding.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::seal::UnitRecord;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(record) = UnitRecord::from_payload(bytes) {
        assert_eq!(record.to_payload(), bytes);
    }
});

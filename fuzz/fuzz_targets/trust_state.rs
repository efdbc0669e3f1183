//! Any bytes as a stored state, the hash at their end made right: reading ends, whatever they are, and what is
//! read is stored again as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use udi_verify::trust::State;

const ROOT: &[u8] = include_bytes!("../../tests/vectors/trust/root.json");

fuzz_target!(|bytes: &[u8]| {
    let stored = [bytes, &Sha256::digest(bytes)].concat();
    if let Ok(state) = State::from_bytes(&stored, ROOT) {
        let again = State::from_bytes(&state.to_bytes(), ROOT).expect("reads what it wrote");
        assert_eq!(again.to_bytes(), state.to_bytes());
    }
});

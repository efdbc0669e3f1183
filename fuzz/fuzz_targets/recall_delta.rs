//! Any bytes as the kind and body of a delta between known files: applying ends, whatever they are.
//!
//! The first byte is the kind, the next four the result's length, the rest the body; the head around them is
//! made right, since no fuzzer guesses a SHA-256. The result's hash stays wrong, so nothing may be accepted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udi_verify::recall::delta;

const BASE: &[u8] = include_bytes!("../../tests/vectors/recall/status.bin");
const DELTA: &[u8] = include_bytes!("../../tests/vectors/recall/status.delta");

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let mut whole = DELTA[..6].to_vec();
    whole.push(*kind);
    whole.extend_from_slice(&DELTA[7..39]);
    whole.extend_from_slice(&[0; 32]);
    whole.extend_from_slice(rest);
    assert!(delta::apply(BASE, &whole).is_err());
});

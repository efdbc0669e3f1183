//! Correction of one Reed-Solomon block whose codewords are doubted more or less.
//!
//! The least reliable codewords are erased a few at a time (generalised minimum distance decoding). What is found
//! must be proven: the correction must leave enough redundancy that noise would not have passed.

use super::reed_solomon::Code;
use crate::frame::ranking::lowest_first;

/// Bits of proof that errors alone must leave.
const LEAST_PROOF: f32 = 22.0;

/// Bits of proof where codewords were erased, which is tried many times.
const LEAST_PROOF_ERASED: f32 = 28.0;

/// Corrects `word`, whose last `check` codewords are the error correction ones; `doubt` is lower the less sure a
/// codeword is; `more` bits of proof are wanted beyond the usual. `None` where nothing is proven.
pub(crate) fn correct(code: &Code, word: &[u16], doubt: &[f32], check: usize, more: f32) -> Option<Vec<u16>> {
    let mut doubtful: Vec<usize> = (0..word.len()).collect();
    lowest_first(&mut doubtful, |&at| doubt[at]);
    let syndromes = code.syndromes(word, check);
    let step = (check / 8).max(2);
    for erased in (0..check).step_by(step) {
        let least = more + if erased == 0 { LEAST_PROOF } else { LEAST_PROOF_ERASED };
        if code.bits() as f32 * (check - erased) as f32 <= least {
            return None;
        }
        let mut corrected = word.to_vec();
        let Some(correction) = code.correct_known(&mut corrected, &syndromes, &doubtful[..erased]) else {
            continue;
        };
        if correction.proof_bits >= least {
            return Some(corrected);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::reed_solomon::DATA_MATRIX;

    /// ISO/IEC 16022 annex O: "123456".
    const WORD: [u16; 8] = [142, 164, 186, 114, 25, 5, 88, 102];

    #[test]
    fn erasures_stop_where_the_proof_would_be_too_little() {
        let sure = [1.0; 8];
        let mut word = WORD;
        word[0] ^= 0xFF;
        assert_eq!(correct(&DATA_MATRIX, &word, &sure, 5, 0.0), Some(WORD.to_vec()));
        // Two errors in five check codewords: 40 − 16 − log₂ 28 bits are less than 22.
        word[4] ^= 0x55;
        assert_eq!(correct(&DATA_MATRIX, &word, &sure, 5, 0.0), None);
        // Two erasures and nothing else wrong leave 24 bits, less than 28.
        let mut doubt = sure;
        (doubt[0], doubt[4]) = (0.1, 0.1);
        assert_eq!(correct(&DATA_MATRIX, &word, &doubt, 5, 0.0), None);
    }
}

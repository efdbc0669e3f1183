//! Reed-Solomon correction over the numbers modulo 929, ISO/IEC 15438 clause 5.10 and annex E.
//!
//! The generator's roots are 3¹, 3², … Doubtful codewords are erased a few at a time, as in `soft_correction.rs`, and
//! what is found must be proven as there.

use crate::frame::ranking::lowest_first;

const ORDER: u32 = 928;
const PRIME: u32 = 929;

/// Bits of a codeword.
const BITS: f32 = 9.859_5;

/// Bits of proof that errors alone must leave.
const LEAST_PROOF: f32 = 22.0;

/// Bits of proof where codewords were erased, which is tried many times.
const LEAST_PROOF_ERASED: f32 = 28.0;

/// Most sets of erasures tried.
const TRIES: usize = 10;

/// The data of `word`, whose last `check` codewords are the error correction ones; `doubt` is lower the less sure a
/// codeword is. `None` where nothing is proven.
pub(super) fn correct(word: &[u32], doubt: &[f32], check: usize) -> Option<Vec<u32>> {
    if check >= word.len() || word.len() > ORDER as usize || word.len() != doubt.len() {
        return None;
    }
    let mut doubtful: Vec<usize> = (0..word.len()).collect();
    lowest_first(&mut doubtful, |&at| doubt[at]);
    let syndromes = syndromes(word, check);
    // What was not seen at all, or as two things alike, is erased at once.
    let unseen = doubt.iter().filter(|&&doubt| doubt <= 0.0).count();
    let step = (check / TRIES).max(1);
    let from = std::iter::once(0).chain((unseen..check).step_by(step));
    for erased in from {
        let erased = erased.min(check);
        let mut corrected = word.to_vec();
        let Some(errors) = attempt(&mut corrected, &syndromes, &doubtful[..erased]) else { continue };
        let data = corrected.get(..word.len() - check)?;
        let least = if erased == 0 { LEAST_PROOF } else { LEAST_PROOF_ERASED };
        if proof_bits(word.len(), check, erased, errors, data) >= least {
            return Some(data.to_vec());
        }
    }
    None
}

/// −log₂ of the chance that a random word would have passed: see `Correction::proof_bits` of `reed_solomon.rs`. The
/// first codeword says how many are data (clause 5.4.1), which a random word says as rarely as any other number.
fn proof_bits(length: usize, check: usize, erased: usize, errors: usize, data: &[u32]) -> f32 {
    let choices: f32 = (0..errors).map(|i| ((length - erased - i) as f32 / (i + 1) as f32).log2()).sum();
    let told = if data.first() == Some(&(data.len() as u32)) { 1.0 } else { 0.0 };
    BITS * ((check - erased) as f32 - errors as f32 + told) - choices
}

/// Corrects errors besides what is erased; how many there were.
fn attempt(word: &mut [u32], syndromes: &[u32], erased: &[usize]) -> Option<usize> {
    if syndromes.iter().all(|&syndrome| syndrome == 0) {
        return Some(0);
    }
    let (length, check) = (word.len(), syndromes.len());
    let mut erasures = vec![1];
    for &at in erased {
        // Times 1 − α^e · x.
        let root = PRIME - power(length - 1 - at);
        erasures.push(0);
        for index in (1..erasures.len()).rev() {
            erasures[index] = (erasures[index] + root * erasures[index - 1]) % PRIME;
        }
    }
    let locator = locator(syndromes, erasures, erased.len())?;
    let degree = locator.len() - 1;
    let places: Vec<usize> =
        (0..length).filter(|&at| evaluate(&locator, inverse_power(length - 1 - at)) == 0).collect();
    if places.len() != degree {
        return None;
    }
    // Forney's formula; the roots begin with α¹, so that no power of the place is left over.
    let evaluator: Vec<u32> = (0..check)
        .map(|sum| {
            (0..=sum.min(degree)).fold(0, |total, i| (total + locator[i] * syndromes[sum - i]) % PRIME)
        })
        .collect();
    let derivative: Vec<u32> = (1..=degree).map(|i| locator[i] * (i as u32 % PRIME) % PRIME).collect();
    let mut errors = 0;
    for &at in &places {
        let x = inverse_power(length - 1 - at);
        let slope = evaluate(&derivative, x);
        if slope == 0 {
            return None;
        }
        let magnitude = evaluate(&evaluator, x) * inverse(slope) % PRIME;
        // The value is −Ω/Λ′, and it is to be taken off.
        word[at] = (word[at] + magnitude) % PRIME;
        errors += usize::from(magnitude != 0 && !erased.contains(&at));
    }
    let is_right = 2 * errors + erased.len() <= check && self::syndromes(word, check).iter().all(|&s| s == 0);
    is_right.then_some(errors)
}

/// Berlekamp-Massey, begun with the erasures' locator.
fn locator(syndromes: &[u32], erasures: Vec<u32>, erased: usize) -> Option<Vec<u32>> {
    let mut locator = erasures;
    let mut previous = locator.clone();
    let (mut length, mut shift, mut scale) = (erased, 1, 1);
    for step in erased..syndromes.len() {
        let terms = locator.iter().take(step + 1).enumerate();
        let discrepancy = terms.fold(0, |sum, (i, &term)| (sum + term * syndromes[step - i]) % PRIME);
        if discrepancy == 0 {
            shift += 1;
            continue;
        }
        let factor = PRIME - discrepancy * inverse(scale) % PRIME;
        let mut next = locator.clone();
        next.resize(next.len().max(previous.len() + shift), 0);
        for (i, &term) in previous.iter().enumerate() {
            next[i + shift] = (next[i + shift] + factor * term) % PRIME;
        }
        if 2 * length <= step + erased {
            previous = locator;
            length = step + 1 + erased - length;
            scale = discrepancy;
            shift = 1;
        } else {
            shift += 1;
        }
        locator = next;
    }
    while locator.last() == Some(&0) {
        locator.pop();
    }
    (locator.len() == length + 1 && 2 * length <= syndromes.len() + erased).then_some(locator)
}

fn syndromes(word: &[u32], check: usize) -> Vec<u32> {
    (1..=check)
        .map(|exponent| {
            let root = power(exponent);
            word.iter().fold(0, |sum, &codeword| (sum * root + codeword) % PRIME)
        })
        .collect()
}

/// Value of a polynomial, the lowest power first.
fn evaluate(polynomial: &[u32], x: u32) -> u32 {
    polynomial.iter().rev().fold(0, |sum, &term| (sum * x + term) % PRIME)
}

/// α to the power.
fn power(exponent: usize) -> u32 {
    raised(3, exponent as u32 % ORDER)
}

fn inverse_power(exponent: usize) -> u32 {
    power(ORDER as usize - exponent % ORDER as usize)
}

/// By Fermat's little theorem.
fn inverse(value: u32) -> u32 {
    raised(value, PRIME - 2)
}

fn raised(mut square: u32, mut exponent: u32) -> u32 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * square % PRIME;
        }
        square = square * square % PRIME;
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// ISO/IEC 15438 annex Q: "PDF417" at level 1.
    const WORD: [u32; 9] = [5, 453, 178, 121, 239, 452, 327, 657, 619];

    /// By division, the decoder's opposite.
    fn encode(data: &[u32], check: usize) -> Vec<u32> {
        let mut generator = vec![1];
        for exponent in 1..=check {
            let root = PRIME - power(exponent);
            generator.push(0);
            for index in (1..generator.len()).rev() {
                generator[index] = (generator[index] + root * generator[index - 1]) % PRIME;
            }
        }
        let mut left = [data, &vec![0; check]].concat();
        for at in 0..data.len() {
            let factor = PRIME - left[at];
            for (index, term) in generator.iter().enumerate() {
                left[at + index] = (left[at + index] + factor * term) % PRIME;
            }
        }
        let check = left[data.len()..].iter().map(|&rest| (PRIME - rest) % PRIME);
        data.iter().copied().chain(check).collect()
    }

    #[test]
    fn the_example_of_the_standard_is_corrected() {
        assert_eq!(encode(&WORD[..5], 4), WORD);
        let sure = [1.0; 9];
        assert_eq!(correct(&WORD, &sure, 4), Some(WORD[..5].to_vec()));
        for at in 0..9 {
            let mut word = WORD;
            word[at] = (word[at] + 400) % PRIME;
            assert_eq!(correct(&word, &sure, 4), Some(WORD[..5].to_vec()), "{at}");
        }
    }

    #[test]
    fn what_is_not_proven_is_refused() {
        // Three unseen codewords leave one to prove with, and the length: 20 bits.
        let mut word = WORD;
        (word[1], word[2], word[7]) = (0, 0, 0);
        let doubt = [1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0];
        assert_eq!(correct(&word, &doubt, 4), None);
        // Two leave 30.
        word[7] = WORD[7];
        let doubt = [1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.5, 1.0];
        assert_eq!(correct(&word, &doubt, 4), Some(WORD[..5].to_vec()));
        // Two check codewords are 20 bits, and the length is told rightly in one of the two.
        let sure = [1.0; 5];
        assert_eq!(correct(&encode(&[3, 1, 2], 2), &sure, 2), Some(vec![3, 1, 2]));
        assert_eq!(correct(&encode(&[2, 1, 2], 2), &sure, 2), None);
    }

    proptest! {
        #[test]
        fn what_is_in_reach_is_corrected(
            data in proptest::collection::vec(0u32..929, 1..200), level in 1usize..6,
            noise in proptest::collection::vec((any::<prop::sample::Index>(), 1u32..929), 0..40), erase in 0usize..20,
        ) {
            let check = 2 << level;
            let mut data = data;
            data[0] = data.len() as u32;
            let mut word = encode(&data, check);
            let mut doubt = vec![1.0; word.len()];
            let (mut errors, mut erased, mut hit) = (0, 0, Vec::new());
            for (index, value) in noise {
                let at = index.index(word.len());
                let (more_errors, more_erased) =
                    if erased < erase { (errors, erased + 1) } else { (errors + 1, erased) };
                // What is left proves it, whatever the length.
                if hit.contains(&at) || 2 * more_errors + more_erased + 3 + more_errors / 2 > check { continue; }
                if more_erased > erased { doubt[at] = 0.0; }
                (errors, erased) = (more_errors, more_erased);
                hit.push(at);
                word[at] = (word[at] + value) % PRIME;
            }
            prop_assert_eq!(correct(&word, &doubt, check), Some(data));
        }

        #[test]
        fn noise_never_panics(word in proptest::collection::vec(0u32..929, 0..300), check in 0usize..70, seed in 0u32..99) {
            let doubt: Vec<f32> = (0..word.len() as u32).map(|at| ((at * seed) % 7) as f32).collect();
            let _ = correct(&word, &doubt, check);
        }
    }
}

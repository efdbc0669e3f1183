//! Reed-Solomon correction of errors and erasures over GF(16) to GF(4096).
//!
//! The codes of Data Matrix, ISO/IEC 16022 annex E (the generator's roots are α¹, α², …), of QR Code, ISO/IEC 18004
//! annex A (α⁰, α¹, …), and of Aztec, ISO/IEC 24778 clauses 7.2.3 and 7.3.2. A reader may erase codewords it doubts;
//! [`Correction::proof_bits`] then tells how unlikely it is that noise was taken for a message, and the caller
//! refuses what is not proven well enough.

use std::sync::LazyLock;

/// A field's powers and logarithms.
pub(crate) struct Code {
    /// Bits of a codeword.
    bits: u32,
    exp: Vec<u16>,
    log: Vec<u16>,
    /// Exponent of the generator's first root.
    first: usize,
}

/// What a successful correction did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Correction {
    /// Codewords changed that were not erased.
    pub(crate) errors: usize,
    /// −log₂ of the chance that a random word would have passed with so many errors and erasures.
    pub(crate) proof_bits: f32,
}

/// Data Matrix, and Aztec of 3 to 8 layers: x⁸+x⁵+x³+x²+1.
pub(crate) static DATA_MATRIX: LazyLock<Code> = LazyLock::new(|| Code::new(8, 0x12D, 1));

/// QR Code: x⁸+x⁴+x³+x²+1.
pub(crate) static QR_CODE: LazyLock<Code> = LazyLock::new(|| Code::new(8, 0x11D, 0));

/// Aztec's mode message: x⁴+x+1.
pub(crate) static AZTEC_4: LazyLock<Code> = LazyLock::new(|| Code::new(4, 0x13, 1));

/// Aztec of 1 and 2 layers: x⁶+x+1.
pub(crate) static AZTEC_6: LazyLock<Code> = LazyLock::new(|| Code::new(6, 0x43, 1));

/// Aztec of 9 to 22 layers: x¹⁰+x³+1.
pub(crate) static AZTEC_10: LazyLock<Code> = LazyLock::new(|| Code::new(10, 0x409, 1));

/// Aztec of 23 layers and more: x¹²+x⁶+x⁵+x³+1.
pub(crate) static AZTEC_12: LazyLock<Code> = LazyLock::new(|| Code::new(12, 0x1069, 1));

impl Code {
    /// The field of 2 to the power of `bits` that a primitive polynomial makes.
    fn new(bits: u32, polynomial: u16, first: usize) -> Self {
        let size = 1usize << bits;
        let (mut exp, mut log) = (Vec::with_capacity(2 * size), vec![0; size]);
        let mut value = 1u16;
        for power in 0..size as u16 - 1 {
            exp.push(value);
            log[usize::from(value)] = power;
            value <<= 1;
            if usize::from(value) >= size {
                value ^= polynomial;
            }
        }
        exp.extend_from_within(..);
        Self { bits, exp, log, first }
    }

    /// Bits of a codeword.
    pub(crate) fn bits(&self) -> u32 {
        self.bits
    }

    /// Elements of the field that are not 0.
    fn order(&self) -> usize {
        self.log.len() - 1
    }

    fn multiply(&self, a: u16, b: u16) -> u16 {
        if a == 0 || b == 0 {
            return 0;
        }
        self.exp[usize::from(self.log[usize::from(a)]) + usize::from(self.log[usize::from(b)])]
    }

    fn inverse(&self, a: u16) -> u16 {
        self.exp[self.order() - usize::from(self.log[usize::from(a)])]
    }

    /// α to the power.
    fn power(&self, exponent: usize) -> u16 {
        self.exp[exponent % self.order()]
    }

    /// Value of the polynomial (lowest power first) at `x`.
    fn evaluate(&self, polynomial: &[u16], x: u16) -> u16 {
        polynomial.iter().rev().fold(0, |sum, &term| self.multiply(sum, x) ^ term)
    }

    fn product(&self, a: &[u16], b: &[u16]) -> Vec<u16> {
        let mut out = vec![0; (a.len() + b.len()).saturating_sub(1)];
        for (i, &x) in a.iter().enumerate() {
            for (j, &y) in b.iter().enumerate() {
                out[i + j] ^= self.multiply(x, y);
            }
        }
        out
    }

    /// Corrects `word` in place; its last `check` codewords are the error correction ones and `erased` are
    /// indices of doubtful codewords. `None` leaves `word` as it was: too much is wrong.
    pub(crate) fn correct(&self, word: &mut [u16], check: usize, erased: &[usize]) -> Option<Correction> {
        self.correct_known(word, &self.syndromes(word, check), erased)
    }

    /// [`correct`](Self::correct) where the word's [`syndromes`](Self::syndromes), one for each check codeword, are known:
    /// they are the same whatever is erased.
    pub(crate) fn correct_known(
        &self,
        word: &mut [u16],
        syndromes: &[u16],
        erased: &[usize],
    ) -> Option<Correction> {
        let (length, check) = (word.len(), syndromes.len());
        if length > self.order()
            || check >= length
            || erased.len() > check
            || erased.iter().any(|&at| at >= length)
        {
            return None;
        }
        if syndromes.iter().all(|&syndrome| syndrome == 0) {
            return Some(Correction {
                errors: 0,
                proof_bits: self.proof_bits(length, check, erased.len(), 0),
            });
        }
        let erasure_locator = erased
            .iter()
            .fold(vec![1], |locator, &at| self.product(&locator, &[1, self.power(length - 1 - at)]));
        let locator = self.locator(syndromes, &erasure_locator, erased.len())?;
        let places = self.places(&locator, length)?;
        let corrections = self.magnitudes(syndromes, &locator, &places, length);
        let mut fixed = word.to_vec();
        let mut errors = 0;
        for (&place, correction) in places.iter().zip(corrections) {
            let correction = correction?;
            fixed[place] ^= correction;
            errors += usize::from(correction != 0 && !erased.contains(&place));
        }
        if 2 * errors + erased.len() > check
            || self.syndromes(&fixed, check).iter().any(|&syndrome| syndrome != 0)
        {
            return None;
        }
        word.copy_from_slice(&fixed);
        Some(Correction { errors, proof_bits: self.proof_bits(length, check, erased.len(), errors) })
    }

    /// Values of the word, as a polynomial, at the generator's roots: all 0 where nothing is wrong.
    pub(crate) fn syndromes(&self, word: &[u16], check: usize) -> Vec<u16> {
        (0..check)
            .map(|index| {
                let root = (index + self.first) % self.order();
                let times_root = |sum: u16| {
                    if sum == 0 { 0 } else { self.exp[usize::from(self.log[usize::from(sum)]) + root] }
                };
                word.iter().fold(0, |sum, &codeword| times_root(sum) ^ codeword)
            })
            .collect()
    }

    /// Berlekamp-Massey, begun with the erasures' locator.
    fn locator(&self, syndromes: &[u16], erasure_locator: &[u16], erased: usize) -> Option<Vec<u16>> {
        let mut locator = erasure_locator.to_vec();
        let mut previous = locator.clone();
        let mut length = erased;
        let mut shift = 1;
        let mut scale = 1u16;
        for step in erased..syndromes.len() {
            let discrepancy = locator
                .iter()
                .take(step + 1)
                .enumerate()
                .fold(0, |sum, (i, &term)| sum ^ self.multiply(term, syndromes[step - i]));
            if discrepancy == 0 {
                shift += 1;
                continue;
            }
            let factor = self.multiply(discrepancy, self.inverse(scale));
            let mut next = locator.clone();
            next.resize(next.len().max(previous.len() + shift), 0);
            for (i, &term) in previous.iter().enumerate() {
                next[i + shift] ^= self.multiply(factor, term);
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

    /// Chien search: which codewords the locator's roots name; all of them must lie in the word.
    fn places(&self, locator: &[u16], length: usize) -> Option<Vec<usize>> {
        let places: Vec<usize> = (0..length)
            .filter(|&at| {
                self.evaluate(locator, self.power(self.order() - (length - 1 - at) % self.order())) == 0
            })
            .collect();
        (places.len() + 1 == locator.len()).then_some(places)
    }

    /// Forney's formula.
    fn magnitudes(
        &self,
        syndromes: &[u16],
        locator: &[u16],
        places: &[usize],
        length: usize,
    ) -> Vec<Option<u16>> {
        let mut evaluator = self.product(syndromes, locator);
        evaluator.truncate(syndromes.len());
        let derivative: Vec<u16> =
            locator.iter().enumerate().skip(1).map(|(i, &term)| if i % 2 == 1 { term } else { 0 }).collect();
        places
            .iter()
            .map(|&at| {
                let exponent = length - 1 - at;
                let x_inverse = self.power(self.order() - exponent % self.order());
                let denominator = self.evaluate(&derivative, x_inverse);
                if denominator == 0 {
                    return None;
                }
                let numerator = self.evaluate(&evaluator, x_inverse);
                let shift = self.power(exponent * (self.order() + 1 - self.first));
                Some(self.multiply(shift, self.multiply(numerator, self.inverse(denominator))))
            })
            .collect()
    }

    /// A random word lies within reach of a codeword with probability about C(n−f, e)·q^e / q^(check−f) for a field
    /// of q.
    fn proof_bits(&self, length: usize, check: usize, erased: usize, errors: usize) -> f32 {
        let choices: f32 = (0..errors).map(|i| ((length - erased - i) as f32 / (i + 1) as f32).log2()).sum();
        self.bits as f32 * ((check - erased) as f32 - errors as f32) - choices
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Systematic encoding by division: the decoder's opposite, for tests.
    pub(crate) fn encode(code: &Code, data: &[u16], check: usize) -> Vec<u16> {
        let generator = (0..check).fold(vec![1], |g, i| code.product(&g, &[code.power(i + code.first), 1]));
        let mut remainder = vec![0u16; check];
        for &byte in data {
            let factor = byte ^ remainder[0];
            remainder.rotate_left(1);
            remainder[check - 1] = 0;
            for (place, &term) in remainder.iter_mut().zip(generator.iter().rev().skip(1)) {
                *place ^= code.multiply(factor, term);
            }
        }
        [data, &remainder].concat()
    }

    #[test]
    fn the_standards_example() {
        // ISO/IEC 16022 annex O: "123456" is 142 164 186, check 114 25 5 88 102.
        assert_eq!(encode(&DATA_MATRIX, &[142, 164, 186], 5), [142, 164, 186, 114, 25, 5, 88, 102]);
        // ISO/IEC 18004:2015 annex I: "01234567" in 1-M.
        let data =
            [0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11];
        let check = [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55];
        assert_eq!(encode(&QR_CODE, &data, 10)[16..], check);
    }

    proptest! {
        #[test]
        fn what_is_in_reach_is_corrected(
            data in proptest::collection::vec(any::<u16>(), 3..120), check in 5usize..40,
            noise in proptest::collection::vec((any::<prop::sample::Index>(), 1u16..), 0..40), erase in 0usize..20,
            which in 0usize..6,
        ) {
            let code: &Code = [&QR_CODE, &DATA_MATRIX, &AZTEC_4, &AZTEC_6, &AZTEC_10, &AZTEC_12][which];
            let most = code.order() as u16;
            let room = code.order() - check.min(code.order() - 3);
            let check = check.min(code.order() - 3);
            let data: Vec<u16> = data.into_iter().take(room).map(|value| value & most).collect();
            let clean = encode(code, &data, check);
            let mut word = clean.clone();
            let mut hit: Vec<usize> = Vec::new();
            let mut erased = Vec::new();
            for (index, value) in noise {
                let at = index.index(word.len());
                if hit.contains(&at) { continue; }
                let erase_it = erased.len() < erase;
                let (errors, gone) = (hit.len() - erased.len(), erased.len());
                if 2 * (errors + usize::from(!erase_it)) + gone + usize::from(erase_it) > check { continue; }
                word[at] ^= (value % most).max(1);
                hit.push(at);
                if erase_it { erased.push(at); }
            }
            let correction = code.correct(&mut word, check, &erased).unwrap();
            prop_assert_eq!(word, clean);
            prop_assert_eq!(correction.errors, hit.len() - erased.len());
        }

        #[test]
        fn noise_never_panics(mut word in proptest::collection::vec(0u16..256, 0..300), check in 0usize..70, erased in proptest::collection::vec(0usize..260, 0..70)) {
            let _ = DATA_MATRIX.correct(&mut word, check, &erased);
        }
    }
}

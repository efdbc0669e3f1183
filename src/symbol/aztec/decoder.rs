//! Soft modules of an Aztec symbol → message: codewords, error correction, bit stuffing, decodation.

use std::sync::LazyLock;

use crate::symbol::{
    Message,
    reed_solomon::{AZTEC_6, AZTEC_10, AZTEC_12, Code, DATA_MATRIX},
    soft_correction,
    soft_grid::SoftGrid,
};

use super::{decodation, mode::Turn, size::Size};

/// Bits of proof that the mode message's own check codewords (20 bits or more) take off those wanted of the data.
const PROVEN_BY_MODE: f32 = 6.0;

/// The message of a sampled grid (with its border of one module).
pub(crate) fn decode(size: Size, turn: Turn, grid: &SoftGrid) -> Option<Message> {
    let side = size.side();
    let places: Vec<usize> = size
        .places()
        .into_iter()
        .map(|(row, column)| {
            let (row, column) = turn.place(side, row, column);
            (row + 1) * grid.columns + column + 1
        })
        .collect();
    // Bull's-eye and reference grid lie the same way in every turn.
    let known = |row: usize, column: usize| Size::fixed(size.is_compact(), side, row - 1, column - 1);
    let mut grid = grid.clone();
    for round in 0..3 {
        if let Some(message) = attempt(size, &places, &grid) {
            return Some(message);
        }
        if round < 2 {
            grid = grid.equalised(known)?;
        }
    }
    None
}

fn code(size: Size) -> &'static LazyLock<Code> {
    match size.codeword_bits() {
        6 => &AZTEC_6,
        8 => &DATA_MATRIX,
        10 => &AZTEC_10,
        _ => &AZTEC_12,
    }
}

fn attempt(size: Size, places: &[usize], grid: &SoftGrid) -> Option<Message> {
    let bits = size.codeword_bits();
    let mut words = Vec::with_capacity(size.codewords());
    let mut doubt = Vec::with_capacity(size.codewords());
    // What is left over comes first.
    for places in places.get(places.len() % bits..)?.chunks_exact(bits) {
        let values = places.iter().map(|&place| grid.values[place]);
        words.push(values.clone().fold(0u16, |word, value| word << 1 | u16::from(value > 0.0)));
        doubt.push(values.fold(f32::MAX, |least, value| least.min(value.abs())));
    }
    let check = words.len() - size.data();
    let corrected = soft_correction::correct(code(size), &words, &doubt, check, -PROVEN_BY_MODE)?;
    decodation::decode(&unstuffed(corrected.get(..size.data())?, bits)?)
}

/// The bits of data codewords, without those stuffed into codewords whose others are all alike (clause 7.3.1.2);
/// `None` where a codeword is all 0 or all 1.
fn unstuffed(words: &[u16], bits: usize) -> Option<Vec<bool>> {
    let ones = (1u16 << bits) - 1;
    let mut out = Vec::with_capacity(words.len() * bits);
    for &word in words {
        if word == 0 || word == ones {
            return None;
        }
        let stuffed = usize::from(word == 1 || word == ones - 1);
        out.extend((stuffed..bits).rev().map(|bit| word >> bit & 1 == 1));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffed_bits_are_left_out() {
        let bits = |text: &str| text.bytes().map(|bit| bit == b'1').collect::<Vec<_>>();
        assert_eq!(
            unstuffed(&[0b000001, 0b111110, 0b010101], 6),
            Some(bits("00000 11111 010101".replace(' ', "").as_str()))
        );
        assert_eq!(unstuffed(&[0], 6), None);
        assert_eq!(unstuffed(&[0xFF], 8), None);
    }
}

//! Format and version information: ISO/IEC 18004:2015 clauses 7.9 and 7.10, annexes C and D.
//!
//! Both are short codes, so all of their words are compared with the soft modules and the nearest are taken.

use crate::frame::ranking::highest_first;
use crate::symbol::soft_grid::SoftGrid;

use super::version::{Level, Version};

/// Level and mask of a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Format {
    pub(crate) level: Level,
    pub(crate) mask: u8,
}

/// Fixed pattern over the format information, so that it is never blank.
const FORMAT_MASK: u32 = 0x5412;

/// The formats that fit the soft modules best, the best first, each with its likeness (−1 to 1).
pub(crate) fn formats(grid: &SoftGrid) -> Vec<(f32, Format)> {
    let places = format_places(grid.rows - 2);
    let mut found: Vec<(f32, Format)> = (0..32u8)
        .map(|data| {
            let word = bch(u32::from(data), 10, 0x537) ^ FORMAT_MASK;
            let level = match data >> 3 {
                1 => Level::L,
                0 => Level::M,
                3 => Level::Q,
                _ => Level::H,
            };
            (likeness(grid, word, &places), Format { level, mask: data & 7 })
        })
        .collect();
    highest_first(&mut found, |item| item.0);
    found
}

/// Fixed pattern over the format information of Micro QR Code.
const MICRO_MASK: u32 = 0x4445;

/// Number of a Micro QR symbol (0 for M1, … 7 for M4-Q; table 13) and its mask, as in QR Code, of the formats that
/// fit the soft modules best, the best first, each with its likeness.
pub(crate) fn micro_formats(grid: &SoftGrid) -> Vec<(f32, usize, u8)> {
    let along = (0..8u32).map(|index| (8, 1 + index as usize, 14 - index));
    let down = (0..7u32).map(|index| (7 - index as usize, 8, 6 - index));
    let places: Vec<(usize, usize, u32)> = along.chain(down).collect();
    let mut found: Vec<(f32, usize, u8)> = (0..32)
        .map(|data| {
            let word = bch(data, 10, 0x537) ^ MICRO_MASK;
            let mask = [1, 4, 6, 7][data as usize & 3];
            (likeness(grid, word, &places), data as usize >> 2, mask)
        })
        .collect();
    highest_first(&mut found, |item| item.0);
    found
}

/// How well the version information agrees with `version` (7 or more), −1 to 1.
pub(crate) fn version_likeness(grid: &SoftGrid, version: Version) -> f32 {
    let side = grid.rows - 2;
    let word = bch(version.number() as u32, 12, 0x1F25);
    let places: Vec<(usize, usize, u32)> = (0..18)
        .flat_map(|bit: usize| {
            let (long, short) = (bit / 3, side - 11 + bit % 3);
            [(long, short, bit as u32), (short, long, bit as u32)]
        })
        .collect();
    likeness(grid, word, &places)
}

/// (row, column, bit) of both copies of the format information, bit 0 the lowest.
fn format_places(side: usize) -> Vec<(usize, usize, u32)> {
    let around = (0..15).map(|bit: usize| match bit {
        0..=5 => (bit, 8),
        6 | 7 => (bit + 1, 8),
        8 => (8, 7),
        _ => (8, 14 - bit),
    });
    let apart = (0..15).map(|bit: usize| if bit < 8 { (8, side - 1 - bit) } else { (side - 15 + bit, 8) });
    around.zip(0..).chain(apart.zip(0..)).map(|((row, column), bit)| (row, column, bit)).collect()
}

fn likeness(grid: &SoftGrid, word: u32, places: &[(usize, usize, u32)]) -> f32 {
    let agreement = |&(row, column, bit): &(usize, usize, u32)| {
        let value = grid.values[(row + 1) * grid.columns + column + 1].clamp(-1.0, 1.0);
        if word >> bit & 1 == 1 { value } else { -value }
    };
    places.iter().map(agreement).sum::<f32>() / places.len() as f32
}

/// `data` with the remainder of its division by `generator`, which has `check` bits.
fn bch(data: u32, check: u32, generator: u32) -> u32 {
    let mut remainder = data << check;
    while remainder >> check != 0 {
        remainder ^= generator << (remainder.ilog2() - check);
    }
    data << check | remainder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_standard() {
        // Table C.1: L with mask 0, H with mask 7; table D.1: versions 7 and 40.
        assert_eq!(bch(0b01_000, 10, 0x537) ^ FORMAT_MASK, 0x77C4);
        assert_eq!(bch(0b10_111, 10, 0x537) ^ FORMAT_MASK, 0x083B);
        assert_eq!(bch(7, 12, 0x1F25), 0x07C94);
        assert_eq!(bch(40, 12, 0x1F25), 0x28C69);
    }
}

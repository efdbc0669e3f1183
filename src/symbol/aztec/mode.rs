//! How an Aztec symbol lies, and its mode message: ISO/IEC 24778 clauses 5.2 and 7.2.
//!
//! Around the bull's-eye runs a ring of modules: six orientation marks dark and six light at its corners, and
//! between them the number of layers and of data codewords.

use crate::frame::ranking::{highest_first, lowest_first};
use crate::symbol::{Point, reed_solomon::AZTEC_4, soft_grid::SoftGrid, warp::Warp};

use super::size::Size;

/// What a symbol says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A symbol of this size.
    Symbol(Size),
    /// A symbol without layers, that stands for a number.
    Rune(u8),
}

/// One of the eight ways in which a square may lie: by quarter turns, and mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    quarters: usize,
    mirrored: bool,
}

/// Share of the orientation marks that must agree.
const LEAST_MARKS: f32 = 0.5;

/// Codewords of a mode message that are erased where it cannot be corrected otherwise.
const ERASED: usize = 2;

impl Turn {
    /// All eight.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..8).map(|index| Self { quarters: index % 4, mirrored: index >= 4 })
    }

    /// Where the module in this row and column of the symbol lies in a square of `side` modules.
    pub(crate) fn place(self, side: usize, row: usize, column: usize) -> (usize, usize) {
        let last = side - 1;
        let (row, column) = if self.mirrored { (column, row) } else { (row, column) };
        match self.quarters {
            0 => (row, column),
            1 => (column, last - row),
            2 => (last - row, last - column),
            _ => (last - column, row),
        }
    }

    /// The corners of the symbol: top left, top right, bottom right, bottom left as it is read.
    pub(crate) fn corners(self, warp: &Warp) -> [Point; 4] {
        [(0, 0), (0, 1), (1, 1), (1, 0)].map(|(row, column)| {
            let (row, column) = self.place(2, row, column);
            warp.corners[[0, 1, 3, 2][2 * row + column]]
        })
    }
}

/// How the symbol around a bull's-eye may lie, likeliest first, and its mode message; `grid` is the square up to
/// the ring of the mode message, with a border of one module.
pub(crate) fn read(compact: bool, grid: &SoftGrid) -> Option<(Turn, Mode)> {
    let side = grid.rows - 2;
    let mut turns: Vec<(f32, Turn)> =
        Turn::all().map(|turn| (marks(grid, turn), turn)).filter(|(agree, _)| *agree > LEAST_MARKS).collect();
    highest_first(&mut turns, |item| item.0);
    turns.into_iter().find_map(|(_, turn)| {
        let bits: Vec<f32> = places(side)
            .into_iter()
            .map(|(row, column)| value(grid, turn.place(side, row, column)))
            .collect();
        Some((turn, message(compact, &bits)?))
    })
}

/// How well the orientation marks agree with a turn, −1 to 1: three dark modules at the first corner, two at the
/// next, one at the third, none at the last.
fn marks(grid: &SoftGrid, turn: Turn) -> f32 {
    let side = grid.rows - 2;
    let last = side - 1;
    let marks = [
        (0, 0, true),
        (0, 1, true),
        (1, 0, true),
        (0, last, true),
        (1, last, true),
        (0, last - 1, false),
        (last - 1, last, true),
        (last, last, false),
        (last, last - 1, false),
        (last, 0, false),
        (last, 1, false),
        (last - 1, 0, false),
    ];
    let agreement = |&(row, column, dark): &(usize, usize, bool)| {
        let value = value(grid, turn.place(side, row, column)).clamp(-1.0, 1.0);
        if dark { value } else { -value }
    };
    marks.iter().map(agreement).sum::<f32>() / marks.len() as f32
}

fn value(grid: &SoftGrid, (row, column): (usize, usize)) -> f32 {
    grid.values[(row + 1) * grid.columns + column + 1]
}

/// Modules of the mode message: clockwise from the first corner, without the marks and, in a full symbol, without
/// the middles of the sides, where the reference grid passes.
fn places(side: usize) -> Vec<(usize, usize)> {
    let (last, middle) = (side - 1, side / 2);
    (0..4)
        .flat_map(|edge| {
            (2..=last - 2).filter(move |&along| last == 10 || along != middle).map(move |along| match edge {
                0 => (0, along),
                1 => (along, last),
                2 => (last, last - along),
                _ => (last - along, 0),
            })
        })
        .collect()
}

/// The mode message of soft bits.
fn message(compact: bool, bits: &[f32]) -> Option<Mode> {
    let (words, doubt): (Vec<u16>, Vec<f32>) = bits
        .chunks_exact(4)
        .map(|bits| {
            let word = bits.iter().fold(0, |word, &bit| word << 1 | u16::from(bit > 0.0));
            (word, bits.iter().fold(f32::MAX, |least, bit| least.min(bit.abs())))
        })
        .unzip();
    let check = if compact { 5 } else { 6 };
    if compact {
        // A rune's bits are turned over by turns, and there are no layers whose correction would prove it.
        let mut turned: Vec<u16> = words.iter().map(|word| word ^ 0b1010).collect();
        if AZTEC_4.correct(&mut turned, check, &[]).is_some_and(|correction| correction.errors == 0) {
            return u8::try_from(turned[0] << 4 | turned[1]).ok().map(Mode::Rune);
        }
    }
    let mut doubtful: Vec<usize> = (0..words.len()).collect();
    lowest_first(&mut doubtful, |&at| doubt[at]);
    [0, ERASED].into_iter().find_map(|erased| {
        let mut corrected = words.clone();
        AZTEC_4.correct(&mut corrected, check, &doubtful[..erased])?;
        let value =
            corrected.iter().take(words.len() - check).fold(0, |value, &word| value << 4 | usize::from(word));
        size(compact, value).map(Mode::Symbol)
    })
}

/// The size that a mode message stands for. The highest bit of the number of codewords is set in a symbol that is
/// meant for the reader itself; it is left out of the number where it does not fit.
fn size(compact: bool, message: usize) -> Option<Size> {
    let bits = if compact { 6 } else { 11 };
    let (layers, data) = ((message >> bits) + 1, message & ((1 << bits) - 1));
    let reader = 1 << (bits - 1);
    Size::new(compact, layers, data + 1).or_else(|| Size::new(compact, layers, (data & !reader) + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::reed_solomon::tests::encode;

    fn grid(modules: &[&str]) -> SoftGrid {
        let side = modules.len();
        let mut values = vec![-1.0; (side + 2) * (side + 2)];
        for (row, line) in modules.iter().enumerate() {
            for (column, module) in line.bytes().enumerate() {
                values[(row + 1) * (side + 2) + column + 1] = if module == b'#' { 1.0 } else { -1.0 };
            }
        }
        SoftGrid { rows: side + 2, columns: side + 2, values }
    }

    /// The square up to the mode message of zint's compact symbol of one layer for "A".
    const A: [&str; 11] = [
        "##........#",
        "###########",
        ".#.......#.",
        ".#.#####.#.",
        ".#.#...#.#.",
        ".#.#.#.#.#.",
        ".#.#...#.#.",
        ".#.#####.#.",
        ".#.......#.",
        ".#########.",
        "...........",
    ];

    #[test]
    fn the_marks_tell_how_a_symbol_lies() {
        for turn in Turn::all() {
            let mut turned = grid(&[&".".repeat(11)[..]; 11]);
            for (row, line) in A.iter().enumerate() {
                for (column, module) in line.bytes().enumerate() {
                    let (to_row, to_column) = turn.place(11, row, column);
                    turned.values[(to_row + 1) * 13 + to_column + 1] =
                        if module == b'#' { 1.0 } else { -1.0 };
                }
            }
            let best = Turn::all().max_by(|&a, &b| marks(&turned, a).total_cmp(&marks(&turned, b)));
            assert_eq!(best, Some(turn));
        }
    }

    fn soft(words: &[u16]) -> Vec<f32> {
        let bits = words.iter().flat_map(|word| (0..4).rev().map(move |bit| word >> bit & 1));
        bits.map(|bit| if bit == 1 { 1.0 } else { -1.0 }).collect()
    }

    #[test]
    fn two_wrong_words_are_corrected_and_runes_are_none_of_them() {
        // Two layers, 25 data codewords.
        let clean = encode(&AZTEC_4, &[0b0101, 0b1000], 5);
        let mut bits = soft(&clean);
        assert_eq!(message(true, &bits), Some(Mode::Symbol(Size::new(true, 2, 25).unwrap())));
        (bits[1], bits[14]) = (-bits[1], -bits[14]);
        assert_eq!(message(true, &bits), Some(Mode::Symbol(Size::new(true, 2, 25).unwrap())));
        let rune: Vec<u16> =
            encode(&AZTEC_4, &[0b0100, 0b0001], 5).iter().map(|word| word ^ 0b1010).collect();
        assert_eq!(message(true, &soft(&rune)), Some(Mode::Rune(65)));
    }

    #[test]
    fn a_symbol_for_the_reader_says_so_in_a_bit_of_the_number() {
        assert_eq!(size(true, 0b00_100010), Size::new(true, 1, 3));
        assert_eq!(size(true, 0b11_100010), Size::new(true, 4, 35));
        assert_eq!(size(false, 0b11111_11111111111), Size::new(false, 32, 1024));
    }
}

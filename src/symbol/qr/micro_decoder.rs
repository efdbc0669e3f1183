//! Soft modules of a Micro QR Code → message: ISO/IEC 18004:2015 clauses 7.5 to 7.9.

use crate::symbol::{Message, reed_solomon::QR_CODE, soft_correction, soft_grid::SoftGrid};

use super::{
    decodation::{self, Kind},
    decoder::{pattern_errors, transposed},
    information,
    layout::{Layout, masked},
};

/// Share of the fixed modules that may be wrong.
const MOST_PATTERN_ERRORS: f32 = 0.12;

/// Share of them in M1, whose two check codewords only detect errors.
const MOST_PATTERN_ERRORS_M1: f32 = 0.04;

/// Formats tried, the likeliest first.
const FORMATS: usize = 2;

/// Least likeness of the format information, in M1 and in the others.
const LEAST_LIKENESS_M1: f32 = 0.8;
const LEAST_LIKENESS: f32 = 0.4;

/// One of the eight symbols of table 13.
struct Symbol {
    /// M1 to M4.
    number: usize,
    data: usize,
    check: usize,
}

/// M1, M2-L, M2-M, M3-L, M3-M, M4-L, M4-M, M4-Q (table 9).
const SYMBOLS: [Symbol; 8] = [
    Symbol { number: 1, data: 3, check: 2 },
    Symbol { number: 2, data: 5, check: 5 },
    Symbol { number: 2, data: 4, check: 6 },
    Symbol { number: 3, data: 11, check: 6 },
    Symbol { number: 3, data: 9, check: 8 },
    Symbol { number: 4, data: 16, check: 8 },
    Symbol { number: 4, data: 14, check: 10 },
    Symbol { number: 4, data: 10, check: 14 },
];

/// The message of a sampled grid (with its border of one module), read as it lies and mirrored.
pub(crate) fn decode(number: usize, layout: &Layout, grid: &SoftGrid) -> Option<(Message, bool)> {
    let most = if number == 1 { MOST_PATTERN_ERRORS_M1 } else { MOST_PATTERN_ERRORS };
    let (wrong, all) = pattern_errors(layout, grid);
    if wrong as f32 > most * all as f32 {
        return None;
    }
    let known = |row: usize, column: usize| layout.fixed(row - 1, column - 1);
    let places = layout.data();
    let mut grid = grid.clone();
    for round in 0..2 {
        for mirrored in [false, true] {
            let turned = mirrored.then(|| transposed(&grid));
            if let Some(message) = attempt(number, &places, turned.as_ref().unwrap_or(&grid)) {
                return Some((message, mirrored));
            }
        }
        if round == 0 {
            grid = grid.equalised(known)?;
        }
    }
    None
}

fn attempt(number: usize, places: &[(usize, usize)], grid: &SoftGrid) -> Option<Message> {
    let least = if number == 1 { LEAST_LIKENESS_M1 } else { LEAST_LIKENESS };
    information::micro_formats(grid)
        .into_iter()
        .take(FORMATS)
        .take_while(|(likeness, ..)| *likeness > least)
        .filter_map(|(_, index, mask)| Some((SYMBOLS.get(index)?, mask)))
        .filter(|(symbol, _)| symbol.number == number)
        .find_map(|(symbol, mask)| with_format(symbol, mask, places, grid))
}

fn with_format(symbol: &Symbol, mask: u8, places: &[(usize, usize)], grid: &SoftGrid) -> Option<Message> {
    let total = symbol.data + symbol.check;
    // The last data codeword of M1 and M3 has four bits, and counts as if four zeros followed.
    let short = symbol.number % 2 == 1;
    let (mut word, mut doubt) = (vec![0u16; total], vec![f32::MAX; total]);
    for (bit, &(row, column)) in places.iter().enumerate() {
        let bit = if short && bit >= 8 * symbol.data - 4 { bit + 4 } else { bit };
        let value = grid.values[(row + 1) * grid.columns + column + 1];
        let is_one = (value > 0.0) != masked(mask, row, column);
        *word.get_mut(bit / 8)? |= u16::from(is_one) << (7 - bit % 8);
        doubt[bit / 8] = doubt[bit / 8].min(value.abs());
    }
    let corrected = if symbol.number == 1 {
        QR_CODE.correct(&mut word, symbol.check, &[]).filter(|correction| correction.errors == 0)?;
        word
    } else {
        soft_correction::correct(&QR_CODE, &word, &doubt, symbol.check, 0.0)?
    };
    let data: Vec<u8> = corrected.iter().take(symbol.data).map(|&codeword| codeword as u8).collect();
    decodation::decode(Kind::Micro(symbol.number), &data, 8 * symbol.data - if short { 4 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::qr::decoder::tests::grid_of;

    #[test]
    fn what_another_encoder_writes_is_read_in_every_symbol_also_mirrored() {
        use qrcode::EcLevel::{L, M, Q};
        let symbols = [
            (1, L, "01234"),
            (2, L, "0123456789"),
            (2, L, "AC-42"),
            (2, M, "01234567"),
            (4, L, "bytes, 15 bytes"),
            (4, M, "LOT 42 AND 43"),
            (4, Q, "123456789012345678901"),
        ];
        for (number, level, text) in symbols {
            let version = qrcode::Version::Micro(i16::try_from(number).unwrap());
            let grid = grid_of(&qrcode::QrCode::with_version(text, version, level).unwrap());
            let layout = Layout::micro(grid.rows - 2);
            let read = |grid: &SoftGrid| {
                let (message, mirrored) = decode(number, &layout, grid).unwrap_or_else(|| panic!("{text}"));
                (message.bytes, message.symbology_identifier.as_str().to_owned(), mirrored)
            };
            assert_eq!(read(&grid), (text.as_bytes().to_vec(), "]Q1".to_owned(), false));
            assert_eq!(read(&transposed(&grid)), (text.as_bytes().to_vec(), "]Q1".to_owned(), true));
        }
    }

    #[test]
    fn the_short_codeword_of_m3_is_read_as_zint_writes_it() {
        // M3-L and M3-M, each full up to its last bit or nearly so.
        let digits = [
            "#######.#.#.#.#",
            "#.....#..##.##.",
            "#.###.#...#####",
            "#.###.#..#..##.",
            "#.###.#.##.#.#.",
            "#.....#.#.#.###",
            "#######.######.",
            "........#....#.",
            "####.##.....#..",
            ".####.##.#..###",
            "##.#####...####",
            "..####.##...#.#",
            "##....#.#.##...",
            ".#..##...#.##.#",
            "#..###.#...####",
        ];
        let bytes = [
            "#######.#.#.#.#",
            "#.....#..#..###",
            "#.###.#...#.###",
            "#.###.#....#..#",
            "#.###.#.....#..",
            "#.....#.##.##..",
            "#######.#..###.",
            ".........###..#",
            "#...##..###.#..",
            ".####..##.#...#",
            "###.#...##.##.#",
            ".#..#...#.##.#.",
            "#.#########....",
            ".#........##..#",
            "###.####...####",
        ];
        for (modules, text) in [(digits, "12345678901234567890123"), (bytes, "Ab 42/x")] {
            let mut values = vec![-1.0; 17 * 17];
            for (row, line) in modules.iter().enumerate() {
                for (column, module) in line.bytes().enumerate() {
                    values[(row + 1) * 17 + column + 1] = if module == b'#' { 1.0 } else { -1.0 };
                }
            }
            let grid = SoftGrid { rows: 17, columns: 17, values };
            let (message, _) = decode(3, &Layout::micro(15), &grid).unwrap();
            assert_eq!(message.bytes, text.as_bytes());
        }
    }

    #[test]
    fn noise_behind_perfect_patterns_is_no_symbol() {
        let mut state = 1u32;
        for _ in 0..2000 {
            for number in 1..=4 {
                let side = 9 + 2 * number;
                let layout = Layout::micro(side);
                let values = (0..(side + 2) * (side + 2))
                    .map(|index: usize| {
                        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
                        let noise = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
                        let (row, column) = (index / (side + 2), index % (side + 2));
                        let inside = (1..=side).contains(&row) && (1..=side).contains(&column);
                        match inside.then(|| layout.fixed(row - 1, column - 1)).flatten() {
                            Some(true) => 1.0,
                            Some(false) => -1.0,
                            None => noise,
                        }
                    })
                    .collect();
                let grid = SoftGrid { rows: side + 2, columns: side + 2, values };
                assert!(decode(number, &layout, &grid).is_none());
            }
        }
    }
}

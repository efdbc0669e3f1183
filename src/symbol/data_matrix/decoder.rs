//! Soft modules → message: placement, error correction with erasures, decodation.
//!
//! Whatever is found must be proven: the finder pattern must be there, and the correction must have left enough
//! redundancy that noise would not have passed.

use crate::symbol::{
    Message, pattern_fit::evidence, reed_solomon::DATA_MATRIX, soft_correction, soft_grid::SoftGrid,
};

use super::{decodation, placement, symbol_size::SymbolSize};

/// Share of the finder and alignment patterns that may be wrong.
const MOST_PATTERN_ERRORS: f32 = 0.2;

/// The message of a sampled grid (with its border of one module), proven by `more` bits than usual; a square is
/// also read mirrored.
pub(crate) fn decode(size: &SymbolSize, grid: &SoftGrid, more: f32) -> Option<Message> {
    let (wrong, all) = pattern_errors(size, grid);
    if wrong as f32 > MOST_PATTERN_ERRORS * all as f32 {
        return None;
    }
    let (rows, columns) = size.mapping();
    let placement = placement::bits(rows, columns);
    let known = |row: usize, column: usize| size.fixed(row - 1, column - 1);
    let mut grid = grid.clone();
    for round in 0..4 {
        if let Some(message) = attempt(size, &placement, &grid, more) {
            return Some(message);
        }
        if size.rows == size.columns
            && let Some(message) = attempt(size, &placement, &mirrored(&grid), more)
        {
            return Some(message);
        }
        if round < 3 {
            grid = grid.equalised(known)?;
        }
    }
    None
}

/// The grid seen from behind: the sides of the L change places, and so do the timing patterns.
pub(crate) fn mirrored(grid: &SoftGrid) -> SoftGrid {
    let SoftGrid { rows, columns, .. } = *grid;
    let values = (0..rows * columns)
        .map(|index| grid.values[(rows - 1 - index % rows) * columns + columns - 1 - index / rows])
        .collect();
    SoftGrid { rows: columns, columns: rows, values }
}

/// What the modules of known colour tell, in bits.
pub(crate) fn pattern_evidence(size: &SymbolSize, grid: &SoftGrid) -> f32 {
    let (wrong, all) = pattern_errors(size, grid);
    evidence(all, wrong)
}

/// How many of the modules of known colour are wrong, and how many there are.
fn pattern_errors(size: &SymbolSize, grid: &SoftGrid) -> (u32, u32) {
    let (mut wrong, mut all) = (0, 0);
    for row in 0..size.rows {
        for column in 0..size.columns {
            if let Some(dark) = size.fixed(row, column) {
                let value = grid.values[(row + 1) * grid.columns + column + 1];
                all += 1;
                wrong += u32::from((value > 0.0) != dark);
            }
        }
    }
    (wrong, all)
}

fn attempt(size: &SymbolSize, placement: &[Option<u16>], grid: &SoftGrid, more: f32) -> Option<Message> {
    let total = size.data + size.check;
    let mut codewords = vec![0u8; total];
    let mut doubt = vec![f32::MAX; total];
    let (_, columns) = size.mapping();
    for (index, bit) in placement.iter().enumerate() {
        let Some(bit) = bit.map(usize::from) else { continue };
        let (row, column) = size.place(index / columns, index % columns);
        let value = grid.values[(row + 1) * grid.columns + column + 1];
        codewords[bit / 8] |= u8::from(value > 0.0) << (7 - bit % 8);
        doubt[bit / 8] = doubt[bit / 8].min(value.abs());
    }
    for block in 0..size.blocks {
        correct_block(size, block, &mut codewords, &doubt, more)?;
    }
    codewords.truncate(size.data);
    decodation::decode(&codewords)
}

fn correct_block(
    size: &SymbolSize,
    block: usize,
    codewords: &mut [u8],
    doubt: &[f32],
    more: f32,
) -> Option<()> {
    let indices = block_indices(size, block);
    let check = size.check / size.blocks;
    let word: Vec<u16> = indices.iter().map(|&index| u16::from(codewords[index])).collect();
    let doubt: Vec<f32> = indices.iter().map(|&index| doubt[index]).collect();
    let corrected = soft_correction::correct(&DATA_MATRIX, &word, &doubt, check, more)?;
    for (&index, codeword) in indices.iter().zip(corrected) {
        codewords[index] = codeword as u8;
    }
    Some(())
}

/// Indices of a block's codewords, data before check (ISO/IEC 16022 clause 5.6.3 and annex A). The largest
/// size has two shorter blocks, and its check codewords begin with them.
fn block_indices(size: &SymbolSize, block: usize) -> Vec<usize> {
    let shift = if size.rows == 144 { 8 } else { 0 };
    let data = (block..size.data).step_by(size.blocks);
    let check = ((block + size.blocks - shift) % size.blocks..size.check).step_by(size.blocks);
    data.chain(check.map(|index| size.data + index)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::symbol_size::SIZES;
    use super::*;

    #[test]
    fn blocks_share_out_every_codeword() {
        for size in SIZES {
            let mut all: Vec<usize> =
                (0..size.blocks).flat_map(|block| block_indices(&size, block)).collect();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..size.data + size.check));
        }
    }

    #[test]
    fn noise_is_no_symbol() {
        let size = SymbolSize::of(22, 22).unwrap();
        let mut state = 1u32;
        for _ in 0..200 {
            let values = (0..24 * 24)
                .map(|index| {
                    state = state.wrapping_mul(1664525).wrapping_add(1013904223);
                    let noise = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
                    // A perfect finder pattern around noise.
                    let (row, column) = (index / 24, index % 24);
                    let inside = (1..23).contains(&row) && (1..23).contains(&column);
                    match inside.then(|| size.fixed(row - 1, column - 1)).flatten() {
                        Some(dark) => {
                            if dark {
                                1.0
                            } else {
                                -1.0
                            }
                        }
                        None => noise,
                    }
                })
                .collect();
            assert_eq!(decode(&size, &SoftGrid { rows: 24, columns: 24, values }, 0.0), None);
        }
    }
}

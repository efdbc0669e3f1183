//! Soft modules of a QR Code → message: format, unmasking, blocks, error correction, decodation.

use crate::symbol::{
    Message, pattern_fit::evidence, reed_solomon::QR_CODE, soft_correction, soft_grid::SoftGrid,
};

use super::{
    decodation::{self, Kind},
    information::{self, Format},
    layout::{Layout, masked},
    version::{Blocks, Version},
};

/// Share of the fixed modules that may be wrong.
const MOST_PATTERN_ERRORS: f32 = 0.2;

/// Formats tried, the likeliest first.
const FORMATS: usize = 2;

/// Least likeness of the format information, and of the version information.
const LEAST_LIKENESS: f32 = 0.25;

/// The message of a sampled grid (with its border of one module), read as it lies and mirrored.
pub(crate) fn decode(version: Version, layout: &Layout, grid: &SoftGrid) -> Option<(Message, bool)> {
    let (wrong, all) = pattern_errors(layout, grid);
    if wrong as f32 > MOST_PATTERN_ERRORS * all as f32 {
        return None;
    }
    let known = |row: usize, column: usize| layout.fixed(row - 1, column - 1);
    let places = layout.data();
    let mut grid = grid.clone();
    for round in 0..3 {
        for mirrored in [false, true] {
            let turned = mirrored.then(|| transposed(&grid));
            if let Some(message) = attempt(version, &places, turned.as_ref().unwrap_or(&grid)) {
                return Some((message, mirrored));
            }
        }
        if round < 2 {
            grid = grid.equalised(known)?;
        }
    }
    None
}

/// What the modules of known colour tell, in bits.
pub(crate) fn pattern_evidence(layout: &Layout, grid: &SoftGrid) -> f32 {
    let (wrong, all) = pattern_errors(layout, grid);
    evidence(all, wrong)
}

/// How many of the modules of known colour are wrong, and how many there are.
pub(crate) fn pattern_errors(layout: &Layout, grid: &SoftGrid) -> (u32, u32) {
    let (mut wrong, mut all) = (0, 0);
    for row in 0..layout.side {
        for column in 0..layout.side {
            if let Some(dark) = layout.fixed(row, column) {
                all += 1;
                wrong += u32::from((grid.values[(row + 1) * grid.columns + column + 1] > 0.0) != dark);
            }
        }
    }
    (wrong, all)
}

pub(crate) fn transposed(grid: &SoftGrid) -> SoftGrid {
    let values = (0..grid.values.len())
        .map(|index| grid.values[index % grid.rows * grid.columns + index / grid.rows])
        .collect();
    SoftGrid { rows: grid.columns, columns: grid.rows, values }
}

fn attempt(version: Version, places: &[(usize, usize)], grid: &SoftGrid) -> Option<Message> {
    if version.number() >= 7 && information::version_likeness(grid, version) < LEAST_LIKENESS {
        return None;
    }
    let formats = information::formats(grid).into_iter().take(FORMATS);
    formats
        .take_while(|(likeness, _)| *likeness > LEAST_LIKENESS)
        .find_map(|(_, format)| with_format(version, places, grid, format))
}

fn with_format(
    version: Version,
    places: &[(usize, usize)],
    grid: &SoftGrid,
    format: Format,
) -> Option<Message> {
    let total = version.codewords();
    let (mut codewords, mut doubt) = (vec![0u8; total], vec![f32::MAX; total]);
    for (bit, &(row, column)) in places.iter().take(8 * total).enumerate() {
        let value = grid.values[(row + 1) * grid.columns + column + 1];
        let is_one = (value > 0.0) != masked(format.mask, row, column);
        codewords[bit / 8] |= u8::from(is_one) << (7 - bit % 8);
        doubt[bit / 8] = doubt[bit / 8].min(value.abs());
    }
    let blocks = version.blocks(format.level);
    let mut data = Vec::with_capacity(total);
    for block in 0..blocks.count {
        let indices = block_indices(&blocks, block);
        let word: Vec<u16> = indices.iter().map(|&index| u16::from(codewords[index])).collect();
        let doubt: Vec<f32> = indices.iter().map(|&index| doubt[index]).collect();
        let corrected = soft_correction::correct(&QR_CODE, &word, &doubt, blocks.check, 0.0)?;
        data.extend(corrected.into_iter().take(word.len() - blocks.check).map(|codeword| codeword as u8));
    }
    decodation::decode(Kind::Model2(version.number()), &data, 8 * data.len())
}

/// Places of a block's codewords in the symbol, data before check (clause 7.6): the blocks' codewords follow one
/// another by turns, and the last data codeword of the long blocks follows when the short ones are through.
fn block_indices(blocks: &Blocks, block: usize) -> Vec<usize> {
    let Blocks { count, check, short, short_data } = *blocks;
    let data = (0..short_data).map(|index| index * count + block);
    let last = (block >= short).then(|| short_data * count + block - short);
    let before = short_data * count + count - short;
    data.chain(last).chain((0..check).map(|index| before + index * count + block)).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::version::Level;
    use super::*;

    #[test]
    fn blocks_share_out_every_codeword() {
        for version in (1..=40).filter_map(Version::new) {
            for level in [Level::L, Level::M, Level::Q, Level::H] {
                let blocks = version.blocks(level);
                let mut all: Vec<usize> =
                    (0..blocks.count).flat_map(|block| block_indices(&blocks, block)).collect();
                all.sort_unstable();
                assert!(all.into_iter().eq(0..version.codewords()));
            }
        }
    }

    /// An encoder's modules as a grid with its border.
    pub(crate) fn grid_of(code: &qrcode::QrCode) -> SoftGrid {
        let side = code.width();
        let colours = code.to_colors();
        let value = |row: usize, column: usize| {
            let inside = (1..=side).contains(&row) && (1..=side).contains(&column);
            let dark = inside && colours[(row - 1) * side + column - 1] == qrcode::Color::Dark;
            if dark { 1.0 } else { -1.0 }
        };
        let places = (0..side + 2).flat_map(|row| (0..side + 2).map(move |column| (row, column)));
        let values = places.map(|(row, column)| value(row, column)).collect();
        SoftGrid { rows: side + 2, columns: side + 2, values }
    }

    #[test]
    fn what_another_encoder_writes_is_read_in_every_version_and_level_also_mirrored() {
        use qrcode::EcLevel;
        for number in 1..=40i16 {
            for level in [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H] {
                let text = &"0104012345678901TEXT and bytes, 17271231"[..7 + usize::from(number > 4) * 30];
                let code =
                    qrcode::QrCode::with_version(text, qrcode::Version::Normal(number), level).unwrap();
                let version = Version::new(usize::try_from(number).unwrap()).unwrap();
                let (layout, grid) = (Layout::of(version), grid_of(&code));
                let (message, mirrored) = decode(version, &layout, &grid).unwrap();
                assert_eq!((message.bytes.as_slice(), mirrored), (text.as_bytes(), false));
                let (message, mirrored) = decode(version, &layout, &transposed(&grid)).unwrap();
                assert_eq!((message.bytes.as_slice(), mirrored), (text.as_bytes(), true));
            }
        }
    }

    #[test]
    fn noise_is_no_symbol() {
        let version = Version::new(2).unwrap();
        let layout = Layout::of(version);
        let mut state = 1u32;
        for _ in 0..200 {
            let values = (0..27 * 27)
                .map(|index: usize| {
                    state = state.wrapping_mul(1664525).wrapping_add(1013904223);
                    let noise = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
                    let (row, column) = (index / 27, index % 27);
                    let inside = (1..26).contains(&row) && (1..26).contains(&column);
                    match inside.then(|| layout.fixed(row - 1, column - 1)).flatten() {
                        Some(true) => 1.0,
                        Some(false) => -1.0,
                        None => noise,
                    }
                })
                .collect();
            assert!(decode(version, &layout, &SoftGrid { rows: 27, columns: 27, values }).is_none());
        }
    }
}

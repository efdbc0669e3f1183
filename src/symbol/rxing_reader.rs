//! A second reader: rxing, in the windows where something was seen and nothing read.
//!
//! It finds and samples the modules of matrix symbols, and our own decoders make the message of them: its text loses
//! FNC1 and macros, and its corrections prove nothing. For linear symbols only its picture of black and white is used:
//! rows of that are read by ours ([`linear::rows`]), as its own readers are large and take one row for a proof.

use rxing::{
    BinaryBitmap, Luma8Source,
    common::{BitMatrix, DetectorRXingResult, HybridBinarizer},
    datamatrix::detector::zxing_cpp_detector,
    qrcode::cpp_port::detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR},
};

use super::{Format, Message, Point, Symbol, data_matrix, linear, qr, soft_grid::SoftGrid};
use crate::frame::pyramid::Grey;

/// Triples of QR finder patterns sampled in one window.
const MOST_TRIPLES: usize = 8;

type Bitmap<'a> = BinaryBitmap<HybridBinarizer<Luma8Source<'a>>>;

/// Shortest side of a window worth a look, in pixels.
const SHORTEST: usize = 16;

/// What is looked for in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Wanted {
    /// Linear symbols.
    pub(super) bars: bool,
    /// Data Matrix.
    pub(super) data_matrix: bool,
    /// QR Code.
    pub(super) qr: bool,
}

/// Reads a window of bars or of modules, dark on light. Corners are in the pixels of `window`.
pub(super) fn read(window: &Grey<'_>, what: Wanted) -> Vec<Symbol> {
    if window.width.min(window.height) < SHORTEST {
        return Vec::new();
    }
    let Some(dark) = bitmap(window) else { return Vec::new() };
    let mut symbols = Vec::new();
    if what.bars {
        let matrix = dark.get_black_matrix();
        let found = linear::rows::read((window.width, window.height), |x, y| matrix.get(x as u32, y as u32));
        symbols.extend(found.into_iter().map(|(format, message, corners)| symbol(format, message, corners)));
    }
    if what.data_matrix {
        symbols.extend(data_matrices(dark.get_black_matrix()));
    }
    if what.qr {
        symbols.extend(qr_codes(dark.get_black_matrix()));
    }
    symbols
}

fn bitmap(image: &Grey<'_>) -> Option<Bitmap<'static>> {
    let luma = image.luma.to_vec();
    let (width, height) = (u32::try_from(image.width).ok()?, u32::try_from(image.height).ok()?);
    let source = Luma8Source::new(luma, width, height).ok()?;
    Some(BinaryBitmap::new(HybridBinarizer::new(source)))
}

fn data_matrices(matrix: &BitMatrix) -> Vec<Symbol> {
    let Ok(found) = zxing_cpp_detector::detect(matrix, true, true) else { return Vec::new() };
    let decode = |candidate: &rxing::datamatrix::detector::DatamatrixDetectorResult| {
        let message = data_matrix::decode(&grid(candidate.getBits()))?;
        Some(symbol(Format::DataMatrix, message, corners(candidate.getPoints())?))
    };
    found.iter().filter_map(decode).collect()
}

fn qr_codes(matrix: &BitMatrix) -> Vec<Symbol> {
    let triples = GenerateFinderPatternSets(&mut FindFinderPatterns(matrix, true, 1));
    let found = triples.iter().take(MOST_TRIPLES).filter_map(|triple| SampleQR(matrix, triple).ok());
    found
        .filter_map(|candidate| {
            let (message, mirrored) = qr::decode(&grid(candidate.getBits()))?;
            let [a, b, c, d] = corners(candidate.getPoints())?;
            Some(symbol(Format::QRCode, message, if mirrored { [a, d, c, b] } else { [a, b, c, d] }))
        })
        .collect()
}

/// Sampled modules as those of our decoders, which tell how well a message is proven.
fn grid(bits: &BitMatrix) -> SoftGrid {
    let (rows, columns) = (bits.getHeight(), bits.getWidth());
    let places = (0..rows + 2).flat_map(|row| (0..columns + 2).map(move |column| (row, column)));
    let values = places
        .map(|(row, column)| {
            let inside = (1..=rows).contains(&row) && (1..=columns).contains(&column);
            if inside && bits.get(column - 1, row - 1) { 1.0 } else { -1.0 }
        })
        .collect();
    SoftGrid { rows: rows as usize + 2, columns: columns as usize + 2, values }
}

fn corners(points: &[rxing::Point]) -> Option<[Point; 4]> {
    let &[a, b, c, d, ..] = points else { return None };
    Some([a, b, c, d].map(|point| Point { x: point.x, y: point.y }))
}

fn symbol(format: Format, message: Message, corners: [Point; 4]) -> Symbol {
    Symbol { format, symbology_identifier: message.symbology_identifier, bytes: message.bytes, corners }
}

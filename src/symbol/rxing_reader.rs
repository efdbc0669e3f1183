//! A second reader: rxing, in the windows where something was seen and nothing read.
//!
//! Its linear detectors look at every row: a window around what has a symbol's texture costs a fraction of the frame.
//!
//! Of matrix symbols it finds and samples the modules, and our own decoders make the message of them: its text loses
//! FNC1 and macros, and its corrections prove nothing. Its linear readers look at one row at a time, so a reading counts only when
//! [`LEAST_ROWS`] rows agree.

use rxing::{
    BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, RXingResult,
    common::{BitArray, BitMatrix, DetectorRXingResult, HybridBinarizer},
    datamatrix::detector::zxing_cpp_detector,
    oned::{Code39Reader, Code128Reader, EAN8Reader, EAN13Reader, ITFReader, OneDReader},
    qrcode::cpp_port::detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR},
};

use super::{
    Format, Message, Point, Symbol, SymbologyIdentifier, data_matrix, linear, qr, soft_grid::SoftGrid,
};
use crate::frame::pyramid::Grey;

/// Rows that must give the same linear message.
const LEAST_ROWS: usize = 3;

/// Triples of QR finder patterns sampled in one window.
const MOST_TRIPLES: usize = 8;

/// Rows looked at for linear symbols.
const ROWS: usize = 60;

/// Start or stop pattern and quiet zone of ITF, in narrow elements.
const QUIET_ITF: f32 = 14.0;

type Bitmap<'a> = BinaryBitmap<HybridBinarizer<Luma8Source<'a>>>;

/// Shortest side of a window worth a look, in pixels.
const SHORTEST: usize = 16;

/// What is looked for in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Wanted {
    /// Linear symbols.
    pub(super) bars: bool,
    /// Data Matrix and QR Code.
    pub(super) modules: bool,
}

/// Reads a window of bars or of modules, dark on light. Corners are in the pixels of `window`.
pub(super) fn read(window: &Grey<'_>, what: Wanted) -> Vec<Symbol> {
    if window.width.min(window.height) < SHORTEST {
        return Vec::new();
    }
    let Some(dark) = bitmap(window) else { return Vec::new() };
    let mut symbols = Vec::new();
    if what.bars {
        symbols.extend(linear_symbols(dark.get_black_matrix()));
    }
    if what.modules {
        symbols.extend(data_matrices(dark.get_black_matrix()));
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

/// One linear message and the rows that gave it.
struct Rows {
    format: Format,
    message: Message,
    first: [Point; 2],
    last: [Point; 2],
    count: usize,
}

fn linear_symbols(matrix: &BitMatrix) -> Vec<Symbol> {
    let mut symbols = linear_rows(matrix, |x, y| Point { x, y });
    let mut turned = matrix.clone();
    turned.rotate90();
    let right = matrix.getWidth() as f32;
    symbols.extend(linear_rows(&turned, |x, y| Point { x: right - y, y: x }));
    symbols
}

fn linear_rows(matrix: &BitMatrix, place: impl Fn(f32, f32) -> Point) -> Vec<Symbol> {
    let hints = DecodeHints::default();
    // One by one: all of rxing's linear readers together are as large as ours for everything.
    let (mut code_39, mut itf) = (Code39Reader::new(), ITFReader::default());
    let mut read = |y: u32, row: &BitArray| {
        EAN13Reader
            .decode_row(y, row, &hints)
            .or_else(|_| EAN8Reader.decode_row(y, row, &hints))
            .or_else(|_| code_39.decode_row(y, row, &hints))
            .or_else(|_| Code128Reader.decode_row(y, row, &hints))
            .or_else(|_| itf.decode_row(y, row, &hints))
    };
    let mut found: Vec<Rows> = Vec::new();
    let step = (matrix.getHeight() as usize / ROWS).max(1);
    for y in (0..matrix.getHeight()).step_by(step) {
        let mut row = matrix.getRow(y);
        for reversed in [false, true] {
            if reversed {
                row.reverse();
            }
            let Ok(result) = read(y, &row) else { continue };
            let Some((format, message)) = linear_message(&result) else { continue };
            let &[start, end] = result.getPoints() else { continue };
            if format == Format::ITF && !is_whole(&message, start.x, end.x, matrix.getWidth() as f32) {
                continue;
            }
            let flip = |x: f32| if reversed { matrix.getWidth() as f32 - x } else { x };
            let ends = [place(flip(start.x), y as f32), place(flip(end.x), y as f32)];
            match found.iter_mut().find(|rows| rows.format == format && rows.message == message) {
                Some(rows) => {
                    rows.last = ends;
                    rows.count += 1;
                }
                None => found.push(Rows { format, message, first: ends, last: ends, count: 1 }),
            }
        }
    }
    found
        .into_iter()
        .filter(|rows| rows.count >= LEAST_ROWS)
        .map(|rows| {
            let [top_left, top_right] = rows.first;
            let [bottom_left, bottom_right] = rows.last;
            symbol(rows.format, rows.message, [top_left, top_right, bottom_right, bottom_left])
        })
        .collect()
}

/// Whether an ITF symbol that begins and ends so far along a row of `length` has room for quiet zones in it. rxing asks
/// for none at the ends of a row, where a part of a symbol that is cut off looks like a whole one.
fn is_whole(message: &Message, start: f32, end: f32, length: f32) -> bool {
    // Between its start and its stop pattern a digit takes up 8 narrow elements or so (ISO/IEC 16390, 4.3).
    let narrow = (end - start).abs() / (8 * message.bytes.len()) as f32;
    let quiet = QUIET_ITF * narrow;
    start.min(end) >= quiet && start.max(end) <= length - quiet
}

fn linear_message(result: &RXingResult) -> Option<(Format, Message)> {
    let text = result.getText().as_bytes().to_vec();
    let with = |format, code, modifier, bytes| {
        Some((format, Message { bytes, symbology_identifier: SymbologyIdentifier::new(code, modifier) }))
    };
    match result.getBarcodeFormat() {
        BarcodeFormat::CODE_128 => {
            let (_stop, characters) = result.getRawBytes().split_last()?;
            Some((Format::Code128, linear::code128::decode(characters)?))
        }
        BarcodeFormat::CODE_39 if text.len() > 2 => with(Format::Code39, b'A', b'0', text),
        BarcodeFormat::EAN_13 if text.starts_with(b"0") => with(Format::UPCA, b'E', b'0', text),
        BarcodeFormat::EAN_13 => with(Format::EAN13, b'E', b'0', text),
        BarcodeFormat::EAN_8 => with(Format::EAN8, b'E', b'4', text),
        BarcodeFormat::ITF if text.len() >= 6 => with(Format::ITF, b'I', b'0', text),
        _ => None,
    }
}

fn corners(points: &[rxing::Point]) -> Option<[Point; 4]> {
    let &[a, b, c, d, ..] = points else { return None };
    Some([a, b, c, d].map(|point| Point { x: point.x, y: point.y }))
}

fn symbol(format: Format, message: Message, corners: [Point; 4]) -> Symbol {
    Symbol { format, symbology_identifier: message.symbology_identifier, bytes: message.bytes, corners }
}

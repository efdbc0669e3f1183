//! How far the pixels themselves go: modules sampled at their true places, plain thresholds, a plain decoder.
//!
//! A frame that the oracle reads and a reader does not was lost in finding, rectifying or sampling; one that the
//! oracle loses too needs better thresholds, soft decisions or erasures, or cannot be read.

use rxing::datamatrix::decoder::Decoder;
use rxing::qrcode::decoder::qrcode_decoder;
use udi_verify::symbol::Format;

use crate::catalogue::Matrix;
use crate::frame::LabelFrame;

/// Thresholds tried, evenly between the darkest and the lightest module.
const THRESHOLDS: usize = 9;

/// Samples along a bar of a 1D symbol, averaged.
const ROWS: usize = 24;

/// Where the main symbol's modules truly are, and which they are.
#[derive(Debug, Clone)]
pub struct Grid {
    /// The symbol.
    pub matrix: Matrix,
    /// Places along each bar of a 1D symbol, or rows of a 2D one.
    pub rows: usize,
    /// Pixel position of each module's centre, row-major.
    pub centres: Vec<(f32, f32)>,
    /// Light on dark.
    pub inverted: bool,
}

impl Grid {
    /// Rows a grid of `matrix` is sampled in.
    pub fn rows_of(matrix: &Matrix) -> usize {
        if matrix.is_linear() { ROWS } else { matrix.height }
    }
}

/// Whether the main symbol can be read from its true module positions.
pub fn reads(frame: &LabelFrame) -> bool {
    let Some(grid) = &frame.grid else { return false };
    let mut values: Vec<f32> = grid.centres.iter().map(|&(x, y)| sample(frame, x, y)).collect();
    if grid.matrix.is_linear() {
        values = mean_of_rows(&values, grid.matrix.width);
    }
    let low = values.iter().copied().fold(f32::MAX, f32::min);
    let high = values.iter().copied().fold(f32::MIN, f32::max);
    (1..=THRESHOLDS).any(|step| {
        let level = low + (high - low) * step as f32 / (THRESHOLDS + 1) as f32;
        let dark: Vec<bool> = values.iter().map(|&value| (value < level) != grid.inverted).collect();
        is_message(&grid.matrix, &dark)
    })
}

fn mean_of_rows(values: &[f32], width: usize) -> Vec<f32> {
    let rows = values.len() / width;
    (0..width).map(|x| (0..rows).map(|row| values[row * width + x]).sum::<f32>() / rows as f32).collect()
}

/// Luma between pixels; pixel centres lie at halves.
fn sample(frame: &LabelFrame, x: f32, y: f32) -> f32 {
    let (x, y) = (x - 0.5, y - 0.5);
    let (x0, y0) = (x.floor(), y.floor());
    let at = |x: f32, y: f32| {
        let x = (x.max(0.0) as usize).min(frame.size.0 - 1);
        let y = (y.max(0.0) as usize).min(frame.size.1 - 1);
        f32::from(frame.luma[y * frame.size.0 + x])
    };
    let (tx, ty) = (x - x0, y - y0);
    let row = |y: f32| at(x0, y) * (1.0 - tx) + at(x0 + 1.0, y) * tx;
    row(y0) * (1.0 - ty) + row(y0 + 1.0) * ty
}

/// Whether these modules decode to the symbol's message; 1D symbols have no correction and must be exact.
fn is_message(matrix: &Matrix, dark: &[bool]) -> bool {
    let rows = || dark.chunks(matrix.width).map(<[bool]>::to_vec).collect::<Vec<_>>();
    let decoded = match matrix.format {
        Format::DataMatrix => Decoder::new().decode_bools(&rows()),
        Format::QRCode => qrcode_decoder::decode_bool_array(&rows()),
        _ => return (0..matrix.width).all(|x| matrix.dark(x, 0) == dark[x]),
    };
    let Ok(result) = decoded else { return false };
    // The decoder marks FNC1 in its own ways; the rest of the message is enough to know it by.
    let plain = |bytes: &mut dyn Iterator<Item = u8>| bytes.filter(u8::is_ascii_graphic).collect::<Vec<u8>>();
    let text = result.getText();
    let text = text.strip_prefix("]d2").unwrap_or(text);
    plain(&mut text.bytes()) == plain(&mut matrix.bytes.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    /// rxing's QR decoder runs past the end of these messages: a separator in an alphanumeric segment. The
    /// oracle loses them; our reader does not.
    const LOST_BY_RXING: [&str; 2] =
        ["0105902401125878108GSM97\u{1d}2179341479", "0106153420368718109XAPT2\u{1d}2181115086"];

    #[test]
    fn every_matrix_of_the_fixture_decodes_to_its_message() {
        let catalogue = Catalogue::load();
        let lost: Vec<String> = catalogue
            .all()
            .iter()
            .filter(|matrix| !matrix.is_linear())
            .filter(|matrix| {
                let places = (0..matrix.height).flat_map(|y| (0..matrix.width).map(move |x| (x, y)));
                !is_message(matrix, &places.map(|(x, y)| matrix.dark(x, y)).collect::<Vec<_>>())
            })
            .map(|matrix| String::from_utf8_lossy(&matrix.bytes).into_owned())
            .collect();
        assert_eq!(lost, LOST_BY_RXING);
    }

    #[test]
    fn every_qr_code_of_the_fixture_is_read_by_ours_with_its_identifier() {
        use udi_verify::frame::Frame;
        use udi_verify::symbol::{ReadOptions, read};
        const MODULE: usize = 4;
        const QUIET: usize = 4;
        let options = ReadOptions { try_harder: false, ..ReadOptions::default() };
        let catalogue = Catalogue::load();
        for matrix in catalogue.all().iter().filter(|matrix| matrix.format == Format::QRCode) {
            let (width, height) = ((matrix.width + 2 * QUIET) * MODULE, (matrix.height + 2 * QUIET) * MODULE);
            let module = |at: usize, end: usize| (at / MODULE).checked_sub(QUIET).filter(|&at| at < end);
            let luma: Vec<u8> = (0..width * height)
                .map(|index| {
                    match (module(index % width, matrix.width), module(index / width, matrix.height)) {
                        (Some(x), Some(y)) if matrix.dark(x, y) => 30,
                        _ => 220,
                    }
                })
                .collect();
            let frame = Frame::new(&luma, width as u32, height as u32).unwrap();
            let symbols = read(&frame, &options);
            let [symbol] = symbols.as_slice() else {
                panic!("{} symbols of {:?}", symbols.len(), String::from_utf8_lossy(&matrix.bytes));
            };
            assert_eq!(symbol.bytes, matrix.bytes);
            assert_eq!(symbol.symbology_identifier, matrix.identifier);
        }
    }
}

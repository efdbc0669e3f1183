//! The readers measured, each behind the same call.

use std::time::Instant;

use anyhow::{Result, bail};
use rxing::helpers::detect_multiple_in_luma_with_hints;
use rxing::{BarcodeFormat, DecodeHints};
use udi_verify::frame::Frame;
use udi_verify::symbol::{self, Format, ReadOptions};

use crate::node::NodeReader;

/// What a reader said of one symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Symbology, where it is one of ours.
    pub format: Option<Format>,
    /// AIM identifier, where the reader gives one.
    pub identifier: Option<String>,
    /// Message, leading FNC1 removed.
    pub bytes: Vec<u8>,
    /// Message as text, in the character sets the symbol names.
    pub text: String,
}

/// What a reader said of one frame.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The symbols.
    pub readings: Vec<Reading>,
    /// Milliseconds taken.
    pub milliseconds: f64,
}

/// Something that reads frames.
pub trait Reader {
    /// Reads one frame of luma.
    ///
    /// # Errors
    /// Where the reader itself broke down; a frame it cannot read is an empty answer.
    fn read(&mut self, luma: &[u8], width: usize, height: usize) -> Result<Answer>;
}

/// The names of the readers, in the order of the tables.
pub const NAMES: [&str; 5] = ["ours", "rxing", "zxing-cpp", "ours-wasm", "zxing-wasm"];

/// Starts the reader of this name.
///
/// # Errors
/// Where there is none, or Node cannot be started.
pub fn start(name: &str) -> Result<Box<dyn Reader>> {
    Ok(match name {
        "ours" => Box::new(Native(ours)),
        "rxing" => Box::new(Native(plain_rxing)),
        #[cfg(feature = "zxing-cpp")]
        "zxing-cpp" => Box::new(Native(zxing_cpp)),
        #[cfg(not(feature = "zxing-cpp"))]
        "zxing-cpp" => bail!("this build is without the feature zxing-cpp, which needs cmake"),
        "ours-wasm" => Box::new(NodeReader::start("ours")?),
        "zxing-wasm" => Box::new(NodeReader::start("zxing-wasm")?),
        other => bail!("no reader {other}: {}", NAMES.join(", ")),
    })
}

/// A reader that is a function of this process.
struct Native(fn(&[u8], usize, usize) -> Vec<Reading>);

impl Reader for Native {
    fn read(&mut self, luma: &[u8], width: usize, height: usize) -> Result<Answer> {
        let start = Instant::now();
        let readings = (self.0)(luma, width, height);
        Ok(Answer { readings, milliseconds: start.elapsed().as_secs_f64() * 1000.0 })
    }
}

fn ours(luma: &[u8], width: usize, height: usize) -> Vec<Reading> {
    let Ok(frame) = Frame::new(luma, width as u32, height as u32) else { return Vec::new() };
    let symbols = symbol::read(&frame, &ReadOptions::default());
    let reading = |symbol: symbol::Symbol| Reading {
        format: Some(symbol.format),
        identifier: Some(symbol.symbology_identifier.as_str().to_owned()),
        text: symbol.text(),
        bytes: symbol.bytes,
    };
    symbols.into_iter().map(reading).collect()
}

fn plain_rxing(luma: &[u8], width: usize, height: usize) -> Vec<Reading> {
    let mut hints = DecodeHints { TryHarder: Some(true), AlsoInverted: Some(true), ..DecodeHints::default() };
    let results = detect_multiple_in_luma_with_hints(luma.to_vec(), width as u32, height as u32, &mut hints);
    let results = results.unwrap_or_default();
    let reading = |result: rxing::RXingResult| {
        let text: Vec<u8> =
            result.getText().chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
        let bytes = text.strip_prefix(b"]C1").or(text.strip_prefix(b"]d2")).unwrap_or(&text);
        let bytes = bytes.strip_prefix(b"\x1d").unwrap_or(bytes).to_vec();
        Reading {
            format: format_of(*result.getBarcodeFormat()),
            identifier: None,
            bytes,
            text: result.getText().to_owned(),
        }
    };
    results.into_iter().map(reading).collect()
}

#[cfg(feature = "zxing-cpp")]
fn zxing_cpp(luma: &[u8], width: usize, height: usize) -> Vec<Reading> {
    use zxingcpp::{BarcodeReader, ImageFormat, ImageView, TextMode};
    let reader = BarcodeReader::new()
        .try_harder(true)
        .try_rotate(true)
        .try_invert(true)
        .try_downscale(true)
        .text_mode(TextMode::Plain);
    let Ok(view) = ImageView::from_slice(luma, width, height, ImageFormat::Lum) else { return Vec::new() };
    let reading = |barcode: zxingcpp::Barcode| Reading {
        format: crate::catalogue::format_named(&format!("{:?}", barcode.format())),
        identifier: Some(barcode.symbology_identifier()),
        bytes: barcode.bytes(),
        text: barcode.text(),
    };
    reader.from(view).unwrap_or_default().into_iter().map(reading).collect()
}

fn format_of(format: BarcodeFormat) -> Option<Format> {
    Some(match format {
        BarcodeFormat::AZTEC => Format::Aztec,
        BarcodeFormat::CODE_39 => Format::Code39,
        BarcodeFormat::CODE_93 => Format::Code93,
        BarcodeFormat::CODE_128 => Format::Code128,
        BarcodeFormat::DATA_MATRIX => Format::DataMatrix,
        BarcodeFormat::EAN_8 => Format::EAN8,
        BarcodeFormat::EAN_13 => Format::EAN13,
        BarcodeFormat::ITF => Format::ITF,
        BarcodeFormat::MICRO_QR_CODE => Format::MicroQRCode,
        BarcodeFormat::PDF_417 => Format::PDF417,
        BarcodeFormat::QR_CODE => Format::QRCode,
        BarcodeFormat::UPC_A => Format::UPCA,
        BarcodeFormat::UPC_E => Format::UPCE,
        _ => return None,
    })
}

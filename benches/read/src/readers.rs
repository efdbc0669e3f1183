//! The readers measured, each behind the same call.

use std::time::Instant;

use rxing::helpers::detect_multiple_in_luma_with_hints;
use rxing::{BarcodeFormat, DecodeHints};
use udi_verify::frame::Frame;
use udi_verify::symbol::{self, Format, ReadOptions};

/// What a reader said of one symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Symbology, where it is one of ours.
    pub format: Option<Format>,
    /// AIM identifier, where the reader gives one.
    pub identifier: Option<String>,
    /// Message, leading FNC1 removed.
    pub bytes: Vec<u8>,
}

/// What a reader said of one frame.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The symbols.
    pub readings: Vec<Reading>,
    /// Milliseconds taken.
    pub milliseconds: f64,
}

/// A reader that runs in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// `udi_verify::symbol::read`.
    Ours,
    /// Plain rxing, `TryHarder`, several symbols.
    Rxing,
}

impl Reader {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Rxing => "rxing",
        }
    }

    /// Reads one frame.
    pub fn read(self, luma: &[u8], width: usize, height: usize) -> Answer {
        let start = Instant::now();
        let readings = match self {
            Self::Ours => ours(luma, width, height),
            Self::Rxing => plain_rxing(luma, width, height),
        };
        Answer { readings, milliseconds: start.elapsed().as_secs_f64() * 1000.0 }
    }
}

fn ours(luma: &[u8], width: usize, height: usize) -> Vec<Reading> {
    let Ok(frame) = Frame::new(luma, width as u32, height as u32) else { return Vec::new() };
    let symbols = symbol::read(&frame, &ReadOptions::default());
    let reading = |symbol: symbol::Symbol| Reading {
        format: Some(symbol.format),
        identifier: Some(symbol.symbology_identifier.as_str().to_owned()),
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
        Reading { format: format_of(*result.getBarcodeFormat()), identifier: None, bytes }
    };
    results.into_iter().map(reading).collect()
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

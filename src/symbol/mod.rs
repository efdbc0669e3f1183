//! Stage 2: [`Frame`](crate::frame::Frame) → [`Symbol`]s, the barcodes in view.
//!
//! A symbol keeps its raw message bytes: text is not evidence, since decoders print `(01)` for a GS1 symbol
//! and for one that wrongly encodes brackets alike. Inner FNC1 is 0x1D; a leading FNC1 shows only in the
//! AIM identifier (ISO/IEC 15424). This stage does not know what a UDI is.

mod aztec;
mod data_matrix;
mod edges;
mod geometry;
pub mod guidance;
mod linear;
mod lines;
mod pattern_fit;
mod pattern_rows;
mod pdf417;
mod qr;
mod reader;
mod reed_solomon;
mod rxing_reader;
mod soft_correction;
mod soft_grid;
mod square_rings;
mod steps;
mod tracker;
mod warp;

use serde::{Serialize, Serializer};

pub use reader::{ReadOptions, Reading, read, read_guided, read_observed, read_while};
pub use steps::Step;
pub use tracker::{Tracked, Tracker};

/// A barcode symbology, named as the W3C Barcode Detection drafts and zxing name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum Format {
    /// Aztec Code, ISO/IEC 24778.
    Aztec,
    /// Codabar.
    Codabar,
    /// Code 39, ISO/IEC 16388.
    Code39,
    /// Code 93.
    Code93,
    /// Code 128 and GS1-128, ISO/IEC 15417.
    Code128,
    /// GS1 DataBar, ISO/IEC 24724.
    DataBar,
    /// GS1 DataBar Expanded, ISO/IEC 24724.
    DataBarExpanded,
    /// Data Matrix ECC 200 and GS1 DataMatrix, ISO/IEC 16022.
    DataMatrix,
    /// EAN-8, ISO/IEC 15420.
    EAN8,
    /// EAN-13, ISO/IEC 15420.
    EAN13,
    /// Interleaved 2 of 5 and ITF-14, ISO/IEC 16390.
    ITF,
    /// Micro QR Code, ISO/IEC 18004.
    MicroQRCode,
    /// PDF417, ISO/IEC 15438.
    PDF417,
    /// QR Code and GS1 QR Code, ISO/IEC 18004.
    QRCode,
    /// UPC-A, ISO/IEC 15420.
    UPCA,
    /// UPC-E, ISO/IEC 15420.
    UPCE,
}

/// An AIM symbology identifier, ISO/IEC 15424: `]`, code character, modifier; as in `]d2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SymbologyIdentifier([u8; 3]);

impl SymbologyIdentifier {
    /// From its code character and modifier: `new(b'd', b'2')` is `]d2`.
    pub const fn new(code: u8, modifier: u8) -> Self {
        Self([b']', code, modifier])
    }

    /// Reads `]cm` where `c` is a letter and `m` a letter or digit.
    pub fn parse(text: &str) -> Option<Self> {
        match text.as_bytes() {
            &[b']', code, modifier] if code.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() => {
                Some(Self::new(code, modifier))
            }
            _ => None,
        }
    }

    /// The code character: `d` of `]d2`.
    pub fn code(self) -> u8 {
        self.0[1]
    }

    /// The modifier character: `2` of `]d2`.
    pub fn modifier(self) -> u8 {
        self.0[2]
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("]X0")
    }
}

impl Serialize for SymbologyIdentifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A place in a frame, in pixels from its top left corner; pixel centres lie at halves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    /// Pixels to the right.
    pub x: f32,
    /// Pixels down.
    pub y: f32,
}

/// One barcode, as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Symbol {
    /// Which symbology.
    pub format: Format,
    /// The AIM identifier a scanner would have sent.
    pub symbology_identifier: SymbologyIdentifier,
    /// The message: controls kept, inner FNC1 as 0x1D, no identifier in front.
    pub bytes: Vec<u8>,
    /// Corners in the frame: top left, top right, bottom right, bottom left as the symbol is read.
    pub corners: [Point; 4],
}

/// What a symbol says, before it is known where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    bytes: Vec<u8>,
    symbology_identifier: SymbologyIdentifier,
}

impl Symbol {
    /// Mean of the corners.
    pub fn centre(&self) -> Point {
        let sum = |pick: fn(&Point) -> f32| self.corners.iter().map(pick).sum::<f32>() / 4.0;
        Point { x: sum(|corner| corner.x), y: sum(|corner| corner.y) }
    }

    /// The box around the corners: left, top, right, bottom.
    pub fn bounds(&self) -> [f32; 4] {
        let [x, y] = [self.corners.map(|corner| corner.x), self.corners.map(|corner| corner.y)];
        let least = |values: [f32; 4]| values.into_iter().fold(f32::INFINITY, f32::min);
        let most = |values: [f32; 4]| values.into_iter().fold(f32::NEG_INFINITY, f32::max);
        [least(x), least(y), most(x), most(y)]
    }

    /// The longer side of the box around the corners, in pixels.
    pub fn extent(&self) -> f32 {
        let [left, top, right, bottom] = self.bounds();
        (right - left).max(bottom - top)
    }

    /// Whether a place lies in the box around the corners.
    pub(crate) fn holds(&self, place: Point) -> bool {
        geometry::quadrilateral_holds(&self.corners, place)
    }

    /// The message as text: UTF-8 where it is that, else ISO/IEC 8859-1; for display, not for evidence.
    pub fn text(&self) -> String {
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => self.bytes.iter().map(|&byte| char::from(byte)).collect(),
        }
    }
}

//! The modules of a symbol, from the encoders `datamatrix`, `qrcode` and `barcoders`.

use barcoders::sym::code39::Code39;
use barcoders::sym::code128::Code128;
use datamatrix::{DataMatrixBuilder, SymbolList};
use qrcode::bits::Bits;
use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode, Version};
use udi_verify::symbol::SymbologyIdentifier;

/// A square or rectangle of modules without its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Matrix {
    width: usize,
    dark: Vec<bool>,
    /// Light modules the standard asks for left and right.
    pub(crate) quiet_x: usize,
    /// Light modules the standard asks for above and below.
    pub(crate) quiet_y: usize,
    /// Bars, not a square: text stands below it, not beside it.
    pub(crate) linear: bool,
    /// What a scanner must announce for this symbol.
    pub(crate) identifier: SymbologyIdentifier,
}

/// A dark rectangle of a symbol, in modules from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bar {
    /// Modules from the left.
    pub(crate) x: usize,
    /// Modules from the top.
    pub(crate) y: usize,
    /// Modules across.
    pub(crate) width: usize,
    /// Modules down.
    pub(crate) height: usize,
}

/// GS1 General Specifications 5.6.3.2 asks for one; printers and curved packs are kinder to two.
const DATA_MATRIX_QUIET_ZONE: usize = 2;
/// ISO/IEC 18004, 6.3.8.
const QR_QUIET_ZONE: usize = 4;
/// ISO/IEC 15417, 4.6 and ISO/IEC 16388, 4.5.
const LINEAR_QUIET_ZONE: usize = 10;

impl Matrix {
    /// GS1 DataMatrix: FNC1 in first position. A separator inside is the control character GS, which the GS1
    /// General Specifications (7.8.3) allow beside FNC1 and every scanner transmits alike.
    pub(crate) fn gs1_data_matrix(element_string: &str) -> Result<Self, String> {
        Self::from_data_matrix(element_string, true)
    }

    /// A Data Matrix without FNC1, for every agency but GS1.
    pub(crate) fn data_matrix(text: &str) -> Result<Self, String> {
        Self::from_data_matrix(text, false)
    }

    fn from_data_matrix(text: &str, gs1: bool) -> Result<Self, String> {
        let symbol = DataMatrixBuilder::new()
            .with_symbol_list(SymbolList::default().enforce_square())
            .with_fnc1_start(gs1)
            .with_macros(false)
            .encode(text.as_bytes())
            .map_err(|error| format!("it does not fit a Data Matrix: {error:?}"))?;
        let bitmap = symbol.bitmap();
        Ok(Self {
            width: bitmap.width(),
            dark: bitmap.bits().to_vec(),
            quiet_x: DATA_MATRIX_QUIET_ZONE,
            quiet_y: DATA_MATRIX_QUIET_ZONE,
            linear: false,
            identifier: SymbologyIdentifier::new(b'd', if gs1 { b'2' } else { b'1' }),
        })
    }

    /// GS1 QR Code: FNC1 in first position (ISO/IEC 18004, 7.4.8.2), level M.
    pub(crate) fn gs1_qr(element_string: &str) -> Result<Self, String> {
        let code = smallest(|bits| {
            bits.push_fnc1_first_position()?;
            // With FNC1 an alphanumeric `%` means a separator; bytes mean themselves.
            if element_string.contains('%') {
                bits.push_byte_data(element_string.as_bytes())
            } else {
                bits.push_optimal_data(element_string.as_bytes())
            }
        })?;
        Ok(Self::from_qr(&code, SymbologyIdentifier::new(b'Q', b'3')))
    }

    /// A plain QR Code, level M.
    pub(crate) fn qr(text: &str) -> Result<Self, String> {
        let code = smallest(|bits| bits.push_optimal_data(text.as_bytes()))?;
        Ok(Self::from_qr(&code, SymbologyIdentifier::new(b'Q', b'1')))
    }

    fn from_qr(code: &QrCode, identifier: SymbologyIdentifier) -> Self {
        Self {
            width: code.width(),
            dark: code.to_colors().into_iter().map(|colour| colour == Color::Dark).collect(),
            quiet_x: QR_QUIET_ZONE,
            quiet_y: QR_QUIET_ZONE,
            linear: false,
            identifier,
        }
    }

    /// Code 128, character set B, `height` modules high.
    pub(crate) fn code_128(text: &str, height: usize) -> Result<Self, String> {
        // U+0181 asks the encoder for character set B.
        let bars = Code128::new(format!("\u{181}{text}")).map_err(|error| format!("no Code 128: {error}"))?;
        Ok(Self::from_bars(&bars.encode(), height, SymbologyIdentifier::new(b'C', b'0')))
    }

    /// Code 39 without a check character of its own (HIBC has one in its data), `height` modules high.
    pub(crate) fn code_39(text: &str, height: usize) -> Result<Self, String> {
        let bars = Code39::new(text).map_err(|error| format!("no Code 39: {error}"))?;
        Ok(Self::from_bars(&bars.encode(), height, SymbologyIdentifier::new(b'A', b'0')))
    }

    fn from_bars(bars: &[u8], height: usize, identifier: SymbologyIdentifier) -> Self {
        let row: Vec<bool> = bars.iter().map(|module| *module == 1).collect();
        Self {
            width: row.len(),
            dark: row.repeat(height),
            quiet_x: LINEAR_QUIET_ZONE,
            quiet_y: 0,
            linear: true,
            identifier,
        }
    }

    /// Modules in a row.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Modules in a column.
    pub(crate) fn height(&self) -> usize {
        self.dark.len() / self.width
    }

    /// The rows from the top, a dark module as `true`.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks_exact(self.width)
    }

    /// All dark modules as few rectangles; rows that are alike share theirs.
    pub(crate) fn bars(&self) -> Vec<Bar> {
        let rows: Vec<&[bool]> = self.rows().collect();
        let mut bars = Vec::new();
        let mut y = 0;
        for alike in rows.chunk_by(|one, other| one == other) {
            let Some(row) = alike.first() else { continue };
            let mut x = 0;
            for run in row.chunk_by(|left, right| left == right) {
                if run.first() == Some(&true) {
                    bars.push(Bar { x, y, width: run.len(), height: alike.len() });
                }
                x += run.len();
            }
            y += alike.len();
        }
        bars
    }
}

/// The smallest version that takes the data at level M.
fn smallest(push: impl Fn(&mut Bits) -> Result<(), QrError>) -> Result<QrCode, String> {
    let encode = |version| {
        let mut bits = Bits::new(Version::Normal(version));
        push(&mut bits)?;
        bits.push_terminator(EcLevel::M)?;
        QrCode::with_bits(bits, EcLevel::M)
    };
    (1..=40).find_map(|version| encode(version).ok()).ok_or_else(|| "it does not fit a QR Code".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_cover_the_dark_modules_and_no_other() {
        for matrix in [Matrix::qr("UDI1:ABC").unwrap(), Matrix::code_39("+A123", 12).unwrap()] {
            let mut painted = vec![false; matrix.width() * matrix.height()];
            for bar in matrix.bars() {
                for y in bar.y..bar.y + bar.height {
                    let at = y * matrix.width() + bar.x;
                    assert!(!painted[at..at + bar.width].contains(&true), "painted twice");
                    painted[at..at + bar.width].fill(true);
                }
            }
            assert_eq!(painted, matrix.dark);
        }
    }
}

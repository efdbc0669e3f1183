//! The modules of a symbol, from the encoders `datamatrix` and `qrcode`.

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
    /// Light modules the standard asks for on every side.
    pub(crate) quiet_zone: usize,
    /// What a scanner must announce for this symbol.
    pub(crate) identifier: SymbologyIdentifier,
}

/// GS1 General Specifications 5.6.3.2 asks for one; printers and curved packs are kinder to two.
const DATA_MATRIX_QUIET_ZONE: usize = 2;
/// ISO/IEC 18004, 6.3.8.
const QR_QUIET_ZONE: usize = 4;

impl Matrix {
    /// GS1 DataMatrix: FNC1 in first position. A separator inside is the control character GS, which the GS1
    /// General Specifications (7.8.3) allow beside FNC1 and every scanner transmits alike.
    pub(crate) fn gs1_data_matrix(element_string: &str) -> Result<Self, String> {
        let symbol = DataMatrixBuilder::new()
            .with_symbol_list(SymbolList::default().enforce_square())
            .with_fnc1_start(true)
            .with_macros(false)
            .encode(element_string.as_bytes())
            .map_err(|error| format!("does not fit a Data Matrix: {error:?}"))?;
        let bitmap = symbol.bitmap();
        Ok(Self {
            width: bitmap.width(),
            dark: bitmap.bits().to_vec(),
            quiet_zone: DATA_MATRIX_QUIET_ZONE,
            identifier: SymbologyIdentifier::new(b'd', b'2'),
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
        let dark = code.to_colors().into_iter().map(|colour| colour == Color::Dark).collect();
        Self { width: code.width(), dark, quiet_zone: QR_QUIET_ZONE, identifier }
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
}

/// The smallest version that takes the data at level M.
fn smallest(push: impl Fn(&mut Bits) -> Result<(), QrError>) -> Result<QrCode, String> {
    let encode = |version| {
        let mut bits = Bits::new(Version::Normal(version));
        push(&mut bits)?;
        bits.push_terminator(EcLevel::M)?;
        QrCode::with_bits(bits, EcLevel::M)
    };
    (1..=40).find_map(|version| encode(version).ok()).ok_or_else(|| "does not fit a QR Code".to_owned())
}

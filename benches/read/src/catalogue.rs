//! The symbols that frames show: `fixtures/symbols.txt`, written by `make-symbols.mjs`.

use udi_verify::symbol::{Format, SymbologyIdentifier};

/// What a symbol is on the label for; the bench tells results apart by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kind(pub &'static str);

/// One encoded symbol.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// Such as `gs1-datamatrix-signed`.
    pub kind: Kind,
    /// Its symbology.
    pub format: Format,
    /// The AIM identifier a reader must give.
    pub identifier: SymbologyIdentifier,
    /// The message, inner FNC1 as 0x1D.
    pub bytes: Vec<u8>,
    /// Modules across.
    pub width: usize,
    /// Modules down; 1 for a 1D symbol.
    pub height: usize,
    dark: Vec<bool>,
}

impl Matrix {
    /// Whether the module in column `x` of row `y` is dark.
    pub fn dark(&self, x: usize, y: usize) -> bool {
        self.dark[y * self.width + x]
    }

    /// Whether it is a 1D symbol.
    pub fn is_linear(&self) -> bool {
        self.height == 1
    }

    /// Light modules the standard wants around it, the least that labels keep.
    pub fn quiet_zone(&self) -> (f32, f32) {
        match self.format {
            Format::DataMatrix => (1.0, 1.0),
            Format::QRCode => (4.0, 4.0),
            Format::EAN8 => (7.0, 1.0),
            Format::EAN13 => (11.0, 1.0),
            _ => (10.0, 1.0),
        }
    }
}

/// Every symbol of the fixture.
#[derive(Debug)]
pub struct Catalogue(Vec<Matrix>);

impl Catalogue {
    /// Reads the fixture, which is part of the program: a fault in it is a fault of ours.
    ///
    /// # Panics
    /// Where a line of the fixture is malformed, with its number.
    pub fn load() -> Self {
        let lines = include_str!("../fixtures/symbols.txt").lines().enumerate();
        let parse =
            |(at, line)| parse_line(line).unwrap_or_else(|| panic!("symbols.txt:{}: malformed", at + 1));
        Self(lines.map(parse).collect())
    }

    /// The symbols of one kind.
    pub fn of(&self, kind: &str) -> Vec<&Matrix> {
        self.0.iter().filter(|matrix| matrix.kind.0 == kind).collect()
    }

    /// All symbols.
    pub fn all(&self) -> &[Matrix] {
        &self.0
    }
}

fn parse_line(line: &'static str) -> Option<Matrix> {
    let mut fields = line.split(' ');
    let kind = Kind(fields.next()?);
    let format = format_named(fields.next()?)?;
    let identifier = SymbologyIdentifier::parse(fields.next()?)?;
    let bytes = unhex(fields.next()?)?;
    let width = fields.next()?.parse().ok()?;
    let height = fields.next()?.parse().ok()?;
    let packed = unhex(fields.next()?)?;
    let dark: Vec<bool> = packed
        .iter()
        .flat_map(|byte| (0..8).map(move |bit| byte >> (7 - bit) & 1 == 1))
        .take(width * height)
        .collect();
    (dark.len() == width * height).then_some(Matrix { kind, format, identifier, bytes, width, height, dark })
}

/// The symbology of this name, as `Symbol` prints it.
pub fn format_named(name: &str) -> Option<Format> {
    use Format::{
        Aztec, Codabar, Code39, Code93, Code128, DataBar, DataBarExpanded, DataMatrix, EAN8, EAN13, ITF,
        MicroQRCode, PDF417, QRCode, UPCA, UPCE,
    };
    let all = [
        Aztec,
        Codabar,
        Code39,
        Code93,
        Code128,
        DataBar,
        DataBarExpanded,
        DataMatrix,
        EAN8,
        EAN13,
        ITF,
        MicroQRCode,
        PDF417,
        QRCode,
        UPCA,
        UPCE,
    ];
    all.into_iter().find(|format| format!("{format:?}") == name)
}

/// Bytes of hexadecimal text.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::try_from(digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?).ok()).collect()
}

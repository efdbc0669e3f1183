//! What an AIM symbology identifier says of the message behind it (ISO/IEC 15424).

use super::scan::Scan;

/// What a symbology identifier says of the message (ISO/IEC 15424).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carrier {
    /// FNC1 in first position: GS1 element strings and nothing else.
    Gs1,
    /// EAN, UPC, ITF-14: a GTIN of so many digits and nothing else.
    Gtin(usize),
    /// Code 39 decoded as full ASCII.
    FullAscii,
    /// The same, check character verified and taken off by the reader.
    FullAsciiTakenOff,
    /// Code 39, check character verified and taken off by the reader.
    CheckTakenOff,
    /// Any other symbol: any data but GS1 element strings.
    General,
    /// An identifier with its case exchanged, by caps lock.
    SwappedGs1,
    /// Not said.
    Unknown,
}

/// What the scan's identifier says.
pub(super) fn carrier(scan: &Scan) -> Carrier {
    let Some(identifier) = scan.symbology_identifier else { return Carrier::Unknown };
    match identifier.as_str() {
        "]C1" | "]d2" | "]d5" | "]Q3" | "]Q4" | "]e0" | "]e1" | "]e2" | "]J1" | "]J4" | "]z1" | "]z4" => {
            Carrier::Gs1
        }
        "]E0" => Carrier::Gtin(13),
        "]E4" => Carrier::Gtin(8),
        "]I0" | "]I1" => Carrier::Gtin(14),
        "]A4" | "]A5" => Carrier::FullAscii,
        "]A7" => Carrier::FullAsciiTakenOff,
        "]A3" => Carrier::CheckTakenOff,
        "]c1" | "]D2" | "]D5" | "]q3" | "]q4" | "]j1" => Carrier::SwappedGs1,
        _ => Carrier::General,
    }
}

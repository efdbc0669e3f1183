//! The identifiers of events: units as SGTIN URNs and Digital Links, lots as LGTIN URNs and Digital Links.

use jiff::civil::Date;
use percent_encoding::percent_decode_str;
use udi_verify::udi::{Agency, Scan, parse};

/// A GTIN of 14 digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Product(pub(super) String);

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Epc {
    /// One unit.
    Unit {
        /// Its product.
        product: Product,
        /// Its serial number.
        serial: String,
    },
    /// Some units of a product, or of a lot of it.
    Class {
        /// The product.
        product: Product,
        /// The lot, where it is one.
        lot: Option<String>,
    },
}

impl Epc {
    /// Reads an identifier; `None` where it names neither units nor a product.
    pub(super) fn read(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("urn:epc:id:sgtin:") {
            let (product, serial) = gtin(rest)?;
            return (!serial.is_empty()).then_some(Self::Unit { product, serial });
        }
        if let Some(rest) = text.strip_prefix("urn:epc:class:lgtin:") {
            let (product, lot) = gtin(rest)?;
            return Some(Self::Class { product, lot: Some(lot) });
        }
        if let Some(rest) = text.strip_prefix("urn:epc:idpat:sgtin:") {
            let (product, _) = gtin(rest)?;
            return Some(Self::Class { product, lot: None });
        }
        digital_link(text)
    }
}

/// `prefix.indicator-and-item.last`, EPC Tag Data Standard 6.3.1: the GTIN, and what stands behind.
fn gtin(text: &str) -> Option<(Product, String)> {
    let mut parts = text.splitn(3, '.');
    let (prefix, item, last) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if prefix.len() + item.len() != 13 || !digits(prefix) || !digits(item) || item.is_empty() {
        return None;
    }
    let (indicator, reference) = item.split_at(1);
    let body = format!("{indicator}{prefix}{reference}");
    let sum: u32 = body
        .bytes()
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let last = percent_decode_str(last).decode_utf8().ok()?.into_owned();
    Some((Product(format!("{body}{}", (10 - sum % 10) % 10)), last))
}

/// A Digital Link of a trade item, read by the parser that reads labels.
fn digital_link(text: &str) -> Option<Epc> {
    if !text.starts_with("http") {
        return None;
    }
    // No date of a link matters here, so neither does the century.
    let udi = parse(&Scan::from_text(text), Date::constant(2026, 1, 1));
    if udi.agency != Some(Agency::GS1) || !udi.is_valid() {
        return None;
    }
    let product = Product(udi.di?);
    Some(match udi.serial {
        Some(serial) => Epc::Unit { product, serial },
        None => Epc::Class { product, lot: udi.lot },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(product: &str, serial: &str) -> Option<Epc> {
        Some(Epc::Unit { product: Product(product.to_owned()), serial: serial.to_owned() })
    }

    #[test]
    fn urns_and_links_name_units_and_lots() {
        assert_eq!(Epc::read("urn:epc:id:sgtin:9501234.056789.A%2FB"), unit("09501234567891", "A/B"));
        assert_eq!(Epc::read("https://id.gs1.org/01/09501234567891/21/A%2FB"), unit("09501234567891", "A/B"));
        let lot = Epc::Class { product: Product("09501234567891".to_owned()), lot: Some("L1".to_owned()) };
        assert_eq!(Epc::read("urn:epc:class:lgtin:9501234.056789.L1"), Some(lot.clone()));
        assert_eq!(Epc::read("https://id.gs1.org/01/09501234567891/10/L1"), Some(lot));
    }

    #[test]
    fn other_identifiers_name_none() {
        for text in [
            "urn:epc:id:sgln:9501234.05678.0",
            "urn:epc:id:sgtin:9501234.05678.1",
            "urn:epc:id:sgtin:9501234.056789.",
            "https://id.gs1.org/01/09501234567892/21/1",
            "",
        ] {
            assert_eq!(Epc::read(text), None, "{text}");
        }
    }
}

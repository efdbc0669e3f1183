//! A serial record and what its label says.
//!
//! The label is built first, unsigned; the core parses it, and signs what it read. So a seal covers what a
//! scanner will read, never what a spreadsheet meant, and a row that makes a bad label is rejected.

use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use udi_verify::seal::{StatusIndex, UnitRecord};
use udi_verify::udi::{Scan, Severity, Udi, parse};

/// RFC 3986 unreserved characters stay as they are; everything else is escaped in a path segment and a query.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One unit, as an ERP export lists it: GS1 fields, dates as `YYYY-MM-DD` or `YYMMDD`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Unit {
    /// GTIN, 8 to 14 digits.
    pub(crate) di: String,
    /// Lot or batch.
    pub(crate) lot: Option<String>,
    /// Serial number.
    pub(crate) serial: String,
    /// Use-by date.
    pub(crate) expiry: Option<String>,
    /// Manufacturing date.
    pub(crate) manufactured: Option<String>,
    /// Additional product identification, AI 240; the seal does not cover it.
    pub(crate) additional_id: Option<String>,
    /// Position in the issuer's status lists, below 2^36.
    pub(crate) index: Option<u64>,
}

/// An application identifier with its value, in label order.
pub(crate) type Fields = Vec<(&'static str, String)>;

/// Application identifiers whose length the standard fixes, so that no separator follows (GS1 General
/// Specifications, figure 7.8.5-2).
const PREDEFINED_LENGTH: [&str; 3] = ["01", "11", "17"];

impl Unit {
    /// The item is named by the digits of a GTIN, whatever its check digit.
    pub(super) fn has_gtin(&self) -> bool {
        (8..=14).contains(&self.di.len()) && self.di.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// The elements of the label, those of predefined length first; or what is wrong with the row.
    pub(crate) fn fields(&self) -> Result<Fields, String> {
        let di = &self.di;
        if !self.has_gtin() {
            return Err(format!("di {di:?} is not a GTIN of 8 to 14 digits"));
        }
        let mut fields = vec![("01", format!("{di:0>14}"))];
        for (ai, date) in [("17", &self.expiry), ("11", &self.manufactured)] {
            if let Some(date) = present(date) {
                fields.push((ai, yymmdd(date)?));
            }
        }
        let serial = Some(self.serial.clone());
        for (ai, value) in [("10", &self.lot), ("21", &serial), ("240", &self.additional_id)] {
            if let Some(value) = present(value) {
                fields.push((ai, value.to_owned()));
            }
        }
        Ok(fields)
    }

    /// What the label of these fields says and what its seal will cover; or what is wrong with the row.
    pub(crate) fn record(&self, fields: &Fields, today: Date) -> Result<(Udi, UnitRecord), String> {
        let bytes = element_string(fields).into_bytes();
        let udi = parse(&Scan { bytes, symbology_identifier: None }, today);
        if let Some(finding) = udi.findings.iter().find(|finding| finding.severity == Severity::Error) {
            return Err(format!("the label would be wrong: {}", finding.code));
        }
        for (stated, read) in [(&self.expiry, &udi.expiry), (&self.manufactured, &udi.manufactured)] {
            // Two digits for a year: beyond 50 years either way they mean another century.
            if let (Some(stated), Some(read)) =
                (present(stated).and_then(|text| text.parse::<Date>().ok()), read)
                && stated != read.date
            {
                return Err(format!("the date {stated} would be read as {}", read.date));
            }
        }
        let index = match self.index {
            Some(index) => Some(StatusIndex::new(index).ok_or("index is not below 2^36")?),
            None => None,
        };
        let record = UnitRecord::from_udi(&udi, index).map_err(|error| error.to_string())?;
        Ok((udi, record))
    }
}

/// The GS1 element string: FNC1 in front is the symbol's business, 0x1D ends what has no fixed length.
pub(crate) fn element_string(fields: &[(&'static str, String)]) -> String {
    let length = fields.iter().map(|(ai, value)| ai.len() + value.len() + 1).sum();
    let mut text = String::with_capacity(length);
    for (position, (ai, value)) in fields.iter().enumerate() {
        text.push_str(ai);
        text.push_str(value);
        if position + 1 < fields.len() && !PREDEFINED_LENGTH.contains(ai) {
            text.push('\u{1d}');
        }
    }
    text
}

/// The GS1 Digital Link URI: key and its qualifiers in the path, the rest in the query (GS1 DL URI syntax 1.6).
pub(crate) fn digital_link(base: &str, fields: &[(&'static str, String)]) -> String {
    let length = fields.iter().map(|(ai, value)| ai.len() + 3 * value.len() + 2).sum::<usize>();
    let mut uri = String::with_capacity(base.len() + length);
    uri.push_str(base.trim_end_matches('/'));
    for ai in ["01", "22", "10", "21"] {
        if let Some((_, value)) = fields.iter().find(|(id, _)| *id == ai) {
            push(&mut uri, ['/', '/'], ai, value);
        }
    }
    let attributes = fields.iter().filter(|(ai, _)| !["01", "22", "10", "21"].contains(ai));
    for (position, (ai, value)) in attributes.enumerate() {
        push(&mut uri, [if position == 0 { '?' } else { '&' }, '='], ai, value);
    }
    uri
}

/// Appends an identifier and its value, a mark in front of each.
fn push(uri: &mut String, [first, second]: [char; 2], ai: &str, value: &str) {
    uri.push(first);
    uri.push_str(ai);
    uri.push(second);
    utf8_percent_encode(value, RESERVED).for_each(|part| uri.push_str(part));
}

/// An empty cell of a table says nothing, like a missing one.
fn present(cell: &Option<String>) -> Option<&str> {
    cell.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

fn yymmdd(text: &str) -> Result<String, String> {
    if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    let date: Date = text.parse().map_err(|_| format!("{text:?} is no date: write YYYY-MM-DD or YYMMDD"))?;
    Ok(format!("{:02}{:02}{:02}", date.year().rem_euclid(100), date.month(), date.day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit() -> Unit {
        Unit {
            di: "09501234567894".into(),
            lot: Some("A/1".into()),
            serial: "S+7".into(),
            expiry: Some("2027-01-31".into()),
            manufactured: Some("260200".into()),
            additional_id: Some("REF".into()),
            index: Some(5),
        }
    }

    #[test]
    fn separators_stand_after_variable_fields_only() {
        let text = element_string(&unit().fields().unwrap());
        assert_eq!(text, "0109501234567894172701311126020010A/1\u{1d}21S+7\u{1d}240REF");
    }

    #[test]
    fn a_link_keeps_qualifiers_in_the_path_and_escapes_them() {
        let link = digital_link("https://id.example.org/", &unit().fields().unwrap());
        assert_eq!(
            link,
            "https://id.example.org/01/09501234567894/10/A%2F1/21/S%2B7?17=270131&11=260200&240=REF"
        );
    }

    #[test]
    fn a_row_is_refused_with_its_reason() {
        let row =
            |di: &str, expiry: &str| Unit { di: di.into(), expiry: Some(expiry.into()), ..unit() }.fields();
        assert!(row("95012E4567894", "2027-01-31").unwrap_err().contains("GTIN"));
        assert!(row("09501234567894", "31.01.2027").unwrap_err().contains("no date"));
        assert!(row("9501234567894", "").unwrap().iter().all(|(ai, _)| *ai != "17"));
    }
}

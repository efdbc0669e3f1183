//! A reading in the field names of the AccessGUDID `parse_udi` reply (US National Library of Medicine, API v3).

use serde::Serialize;

use super::date::LabelDate;
use super::{Agency, Udi};

/// The reply's fields, in its order; what a label does not state is `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ParsedUdi {
    /// The scan.
    pub udi: Option<String>,
    /// `GS1`, `HIBCC`, `ICCBBA`; other agencies are unknown to AccessGUDID and named the same way.
    pub issuing_agency: Option<Agency>,
    /// Device identifier.
    pub di: Option<String>,
    /// Serial number.
    pub serial_number: Option<String>,
    /// Donation identification number.
    pub donation_id: Option<String>,
    /// Lot.
    pub lot_number: Option<String>,
    /// Characters of the expiry on the label.
    pub expiration_date_original: Option<String>,
    /// Their format.
    pub expiration_date_original_format: Option<&'static str>,
    /// ISO date.
    pub expiration_date: Option<String>,
    /// Characters of the manufacturing date on the label.
    pub manufacturing_date_original: Option<String>,
    /// Their format.
    pub manufacturing_date_original_format: Option<&'static str>,
    /// ISO date.
    pub manufacturing_date: Option<String>,
}

impl From<&Udi> for ParsedUdi {
    fn from(udi: &Udi) -> Self {
        let original = |label: &Option<LabelDate>| label.as_ref().map(|label| label.original.clone());
        let format = |label: &Option<LabelDate>| label.as_ref().map(|label| label.format);
        let iso = |label: &Option<LabelDate>| label.as_ref().map(|label| label.date.to_string());
        Self {
            udi: udi.sources.first().map(|source| source.text.clone()),
            issuing_agency: udi.agency,
            di: udi.di.clone(),
            serial_number: udi.serial.clone(),
            donation_id: udi.donation_id.clone(),
            lot_number: udi.lot.clone(),
            expiration_date_original: original(&udi.expiry),
            expiration_date_original_format: format(&udi.expiry),
            expiration_date: iso(&udi.expiry),
            manufacturing_date_original: original(&udi.manufactured),
            manufacturing_date_original_format: format(&udi.manufactured),
            manufacturing_date: iso(&udi.manufactured),
        }
    }
}

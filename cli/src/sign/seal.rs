//! Sealing one unit: its fields, and the same fields with key hint, status index and signature added.

use ed25519_dalek::{Signature, Signer};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use udi_verify::seal::{KeyHint, SealText, StatusIndex, UnitRecord, sig_structure};
use udi_verify::udi::Udi;

use super::unit::{Fields, Unit, digital_link, element_string};

/// What the label printer needs for one unit, one JSON line of `udi sign`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SealedLabel {
    /// GTIN of 14 digits.
    pub(crate) di: String,
    /// Lot or batch.
    pub(crate) lot: Option<String>,
    /// Serial number.
    pub(crate) serial: String,
    /// Expiry, ISO.
    pub(crate) expiry: Option<String>,
    /// Position in the issuer's status lists.
    pub(crate) index: Option<u64>,
    /// The hint of the key that signed.
    pub(crate) key_hint: String,
    /// Carrier A: the message of a GS1 symbol, separators as 0x1D.
    pub(crate) element_string: String,
    /// Carrier B: the GS1 Digital Link.
    pub(crate) digital_link: String,
}

/// A unit's label content with its seal.
pub(crate) struct Sealed {
    /// The elements of the label, those of the seal last.
    pub(crate) fields: Fields,
    udi: Udi,
    record: UnitRecord,
}

/// Seals `unit`; or says what is wrong with the row.
pub(crate) fn seal(
    unit: &Unit,
    signer: &impl Signer<Signature>,
    hint: KeyHint,
    today: Date,
) -> Result<Sealed, String> {
    let (udi, record) = unit.record(today)?;
    let signature = signer.try_sign(&sig_structure(hint, &record)).map_err(|error| error.to_string())?;
    let seal = SealText { hint, status_index: record.status_index(), signature: signature.to_bytes() };
    let mut fields = unit.fields()?;
    fields.extend([("91", seal.ai_91()), ("92", seal.ai_92())]);
    Ok(Sealed { fields, udi, record })
}

impl Sealed {
    /// The item, as signed.
    pub(super) fn di(&self) -> &str {
        self.record.di()
    }

    /// What the label printer needs. `link_base` is where Digital Links point.
    pub(super) fn into_label(self, hint: KeyHint, link_base: &str) -> SealedLabel {
        SealedLabel {
            di: self.record.di().to_owned(),
            serial: self.record.serial().to_owned(),
            lot: self.udi.lot,
            expiry: self.udi.expiry.map(|expiry| expiry.date.to_string()),
            index: self.record.status_index().map(StatusIndex::get),
            key_hint: hint.to_string(),
            element_string: element_string(&self.fields),
            digital_link: digital_link(link_base, &self.fields),
        }
    }
}

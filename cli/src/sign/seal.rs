//! Sealing one unit: its fields, and the same fields with key hint, status index and signature added.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use udi_verify::seal::{Companion, KeyHint, SealText, SignedRecord, StatusIndex, UnitRecord, sig_structure};
use udi_verify::udi::Udi;

use super::unit::{Fields, Unit, digital_link, element_string};
use crate::key::Signer;

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
    /// Carrier C: the text of a companion symbol, where one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) companion: Option<String>,
}

/// A unit's label content as it is before it is signed.
pub(super) struct Unsealed {
    fields: Fields,
    udi: Udi,
    hint: KeyHint,
    record: UnitRecord,
}

impl Unsealed {
    /// What a key of this hint would sign of `unit`; or what is wrong with the unit.
    pub(super) fn new(unit: &Unit, hint: KeyHint, today: Date) -> Result<Self, String> {
        let fields = unit.fields()?;
        let (udi, record) = unit.record(&fields, today)?;
        Ok(Self { fields, udi, hint, record })
    }

    /// The bytes to sign.
    pub(super) fn message(&self) -> Vec<u8> {
        sig_structure(self.hint, &self.record)
    }

    /// The label content with `signature` over [`Self::message`].
    pub(super) fn sealed_with(self, signature: [u8; 64]) -> Sealed {
        let Self { mut fields, udi, hint, record } = self;
        let seal = SealText { hint, status_index: record.status_index(), signature };
        fields.extend([("91", seal.ai_91()), ("92", seal.ai_92())]);
        Sealed { fields, udi, signed: SignedRecord { hint, record, signature } }
    }
}

/// A unit's label content with its seal.
pub(crate) struct Sealed {
    /// The elements of the label, those of the seal last.
    pub(crate) fields: Fields,
    udi: Udi,
    signed: SignedRecord,
}

/// Seals `unit`; or says why not.
pub(crate) fn seal(unit: &Unit, signer: &dyn Signer, hint: KeyHint, today: Date) -> Result<Sealed, String> {
    let unsealed = Unsealed::new(unit, hint, today)?;
    let signature = signer.sign(&unsealed.message()).map_err(|failure| failure.to_string())?;
    Ok(unsealed.sealed_with(signature))
}

impl Sealed {
    /// What the label printer needs. `link_base` is where Digital Links point.
    pub(super) fn into_label(self, link_base: &str, with_companion: bool) -> SealedLabel {
        let record = &self.signed.record;
        SealedLabel {
            di: record.di().to_owned(),
            serial: record.serial().to_owned(),
            lot: self.udi.lot,
            expiry: self.udi.expiry.map(|expiry| expiry.date.to_string()),
            index: record.status_index().map(StatusIndex::get),
            key_hint: self.signed.hint.to_string(),
            element_string: element_string(&self.fields),
            digital_link: digital_link(link_base, &self.fields),
            companion: with_companion.then(|| Companion::text(&self.signed)),
        }
    }
}

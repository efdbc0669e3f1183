//! Carrier C: a QR code beside an untouched UDI symbol, with the whole signed record in it.
//!
//! ```text
//! text = "UDI1:" base45(COSE_Sign1)
//! ```
//! A companion speaks of one unit, so it must name the very unit of the UDI symbol beside it.

use super::base45;
use super::cbor::CborError;
use super::cose::SignedRecord;
use super::registry::Registry;
use super::{Carrier, Invalid, InvalidReason, SealStatus, UnitRecord, verify_record};
use crate::udi::{Scan, Udi};

/// What a companion's text begins with.
pub const PREFIX: &str = "UDI1:";
/// Longest text read, in characters: the longest record with every field takes half of this.
const MAX_TEXT: usize = 2048;

/// A companion symbol, read but not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Companion(Result<SignedRecord, CompanionError>);

/// Why a companion cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompanionError {
    /// Over 2048 characters.
    #[error("the companion is too long")]
    TooLong,
    /// What follows the prefix is not base45.
    #[error("the companion is not base45")]
    Base45,
    /// The message is no COSE_Sign1 of a unit record.
    #[error("the companion is no signed record: {0}")]
    Cose(#[from] CborError),
}

impl Companion {
    /// Reads a symbol; `None` where it does not claim to be a companion.
    pub fn read(scan: &Scan) -> Option<Self> {
        let text = scan.bytes.strip_prefix(PREFIX.as_bytes())?;
        Some(Self(decode(text)))
    }

    /// The text of the companion of a signed record.
    pub fn text(record: &SignedRecord) -> String {
        format!("{PREFIX}{}", base45::encode(&record.to_cose()))
    }

    /// The record it carries, or why there is none.
    pub fn record(&self) -> Result<&SignedRecord, &CompanionError> {
        self.0.as_ref()
    }

    /// Whether the companion names the unit of this label.
    pub fn names(&self, udi: &Udi) -> bool {
        self.record().is_ok_and(|signed| {
            UnitRecord::from_udi(udi, signed.record.status_index())
                .is_ok_and(|record| record == signed.record)
        })
    }

    /// Verifies the companion against the UDI symbol beside it.
    ///
    /// Beside a symbol without a serial number, a companion says nothing: that symbol names no unit.
    pub fn verify(&self, udi: &Udi, registry: &Registry) -> SealStatus {
        let invalid =
            |reason, hint| SealStatus::Invalid(Invalid { reason, hint, carrier: Carrier::Companion });
        let Ok(signed) = &self.0 else { return invalid(InvalidReason::Malformed, None) };
        if udi.serial.is_none() {
            return SealStatus::Absent;
        }
        if !self.names(udi) {
            return invalid(InvalidReason::OtherUnit, Some(signed.hint));
        }
        let record = signed.record.clone();
        verify_record(record, signed.hint, &signed.signature, Carrier::Companion, registry)
    }
}

fn decode(text: &[u8]) -> Result<SignedRecord, CompanionError> {
    if text.len() > MAX_TEXT {
        return Err(CompanionError::TooLong);
    }
    let message = base45::decode(text).ok_or(CompanionError::Base45)?;
    Ok(SignedRecord::from_cose(&message)?)
}

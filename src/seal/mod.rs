//! Stage 4: [`Udi`] + keys → [`SealStatus`], whether the label's fields are signed by who may sign them.
//!
//! A seal is an Ed25519 signature over the COSE `Sig_structure` (RFC 9052, 4.4) of a [`UnitRecord`]. The
//! record is rebuilt from the scanned fields, so an altered field fails the signature. One seal travels in
//! four carriers (inside a GS1 symbol or Digital Link, in a companion symbol, in a detached bundle).
//!
//! A verified seal says that the issuer made a record with these fields. It does not say that the item in
//! hand is the one the label was made for: a copied label verifies too.
#![deny(clippy::as_conversions, clippy::unwrap_used, clippy::indexing_slicing)]

mod base45;
pub mod bundle;
mod cbor;
pub mod companion;
mod cose;
pub mod in_symbol;
pub(crate) mod instant;
mod note;
mod record;
pub mod registry;
mod seals_all;
mod signature;
mod witness;

use jiff::Timestamp;
use serde::Serialize;

use crate::udi::Udi;
pub use bundle::Bundle;
pub use cbor::CborError;
pub use companion::Companion;
pub use cose::{CONTEXT, SignedRecord, sig_structure};
pub use in_symbol::{InSymbol, SealText};
pub use record::{RecordError, StatusIndex, UnitRecord};
pub use registry::Registry;
use registry::Standing;
pub use seals_all::SealsAll;
pub use signature::{KeyError, KeyHint, PublicKey};
pub use witness::{WitnessError, WitnessedManifest};

/// How a seal reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// AIs 91 and 92 of an element string.
    Ai,
    /// AIs 91 and 92 in the query of a GS1 Digital Link.
    DigitalLink,
    /// A second symbol beside the UDI symbol.
    Companion,
    /// A bundle synchronised beforehand.
    Detached,
}

impl Carrier {
    /// The carrier a seal inside a symbol with this message has.
    pub fn of(message: &[u8]) -> Self {
        let starts = |scheme: &str| {
            message.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
        };
        if starts("http://") || starts("https://") { Self::DigitalLink } else { Self::Ai }
    }
}

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum SealStatus {
    /// Signed by a key that may sign this device.
    Verified(VerifiedSeal),
    /// The label carries no seal.
    Absent,
    /// There is a seal and it does not fit the label.
    Invalid(Invalid),
    /// No key with the named hint may sign this device, so nothing is known.
    UnknownKey(UnknownKey),
    /// The signature holds, the key was withdrawn: whoever stole it could have made this label.
    KeyWithdrawn(WithdrawnSeal),
}

/// Proof that a seal was verified; only verification makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedSeal(Sealed);

/// A seal whose key was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawnSeal {
    sealed: Sealed,
    /// From when on the key's signatures count for nothing; `None`: never counted.
    compromised_from: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Sealed {
    record: UnitRecord,
    hint: KeyHint,
    issuer_id: String,
    issuer_name: String,
    carrier: Carrier,
}

/// A seal that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong.
    pub reason: InvalidReason,
    /// The key the label names, where that could be read.
    pub hint: Option<KeyHint>,
    /// How it came.
    pub carrier: Carrier,
}

/// Why a seal does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InvalidReason {
    /// The issuer seals its labels and what stands in the seal's place is not one.
    Malformed,
    /// The label lacks a field every sealed label has.
    Incomplete,
    /// The signature does not fit the fields read.
    Signature,
    /// The companion symbol speaks of another unit.
    OtherUnit,
}

/// A seal by a key that is not known for this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    /// The key the label names.
    pub hint: KeyHint,
    /// How it came.
    pub carrier: Carrier,
}

impl VerifiedSeal {
    /// The fields signed.
    pub fn record(&self) -> &UnitRecord {
        &self.0.record
    }

    /// The signed position in the issuer's status lists.
    pub fn status_index(&self) -> Option<StatusIndex> {
        self.0.record.status_index()
    }

    /// The issuer's id in the registry.
    pub fn issuer_id(&self) -> &str {
        &self.0.issuer_id
    }

    /// The issuer's name.
    pub fn issuer_name(&self) -> &str {
        &self.0.issuer_name
    }

    /// The key's hint.
    pub fn hint(&self) -> KeyHint {
        self.0.hint
    }

    /// How the seal came.
    pub fn carrier(&self) -> Carrier {
        self.0.carrier
    }
}

impl WithdrawnSeal {
    /// The fields signed.
    pub fn record(&self) -> &UnitRecord {
        &self.sealed.record
    }

    /// The issuer's name.
    pub fn issuer_name(&self) -> &str {
        &self.sealed.issuer_name
    }

    /// The key's hint.
    pub fn hint(&self) -> KeyHint {
        self.sealed.hint
    }

    /// How the seal came.
    pub fn carrier(&self) -> Carrier {
        self.sealed.carrier
    }

    /// From when on the key's signatures count for nothing; `None`: never counted.
    pub fn compromised_from(&self) -> Option<Timestamp> {
        self.compromised_from
    }

    /// Restores the seal where the unit stood in a manifest that was witnessed before the key was lost.
    ///
    /// `lists` says whether a manifest lists the unit. A key without a date was never to be relied on.
    pub fn restore(
        self,
        manifest: &WitnessedManifest<'_>,
        lists: impl FnOnce(&[u8], &UnitRecord) -> bool,
    ) -> SealStatus {
        let before = self.compromised_from.is_some_and(|from| manifest.seen() < from);
        if before && lists(manifest.manifest(), &self.sealed.record) {
            SealStatus::Verified(VerifiedSeal(self.sealed))
        } else {
            SealStatus::KeyWithdrawn(self)
        }
    }
}

/// Verifies the seal inside a symbol (carriers A and B) against the fields read from the same symbol.
///
/// `carrier` is what [`Carrier::of`] says of the message.
pub fn verify(udi: &Udi, carrier: Carrier, registry: &Registry) -> SealStatus {
    let invalid = |reason, hint| SealStatus::Invalid(Invalid { reason, hint, carrier });
    match in_symbol::read(udi) {
        InSymbol::Absent => SealStatus::Absent,
        InSymbol::Malformed if issuer_seals(udi, registry) => invalid(InvalidReason::Malformed, None),
        InSymbol::Malformed => SealStatus::Absent,
        InSymbol::Seal(seal) => match UnitRecord::from_udi(udi, seal.status_index) {
            Ok(record) => verify_record(record, seal.hint, &seal.signature, carrier, registry),
            Err(_) => invalid(InvalidReason::Incomplete, Some(seal.hint)),
        },
    }
}

fn issuer_seals(udi: &Udi, registry: &Registry) -> bool {
    match (udi.agency, &udi.di) {
        (Some(agency), Some(di)) => registry.issuer_of(agency, di).is_some(),
        _ => false,
    }
}

/// Verifies a signature over a record with every key that fits hint and prefix.
fn verify_record(
    record: UnitRecord,
    hint: KeyHint,
    signature: &[u8; 64],
    carrier: Carrier,
    registry: &Registry,
) -> SealStatus {
    let message = sig_structure(hint, &record);
    let mut candidates = registry.candidates(hint, &record).peekable();
    if candidates.peek().is_none() {
        return SealStatus::UnknownKey(UnknownKey { hint, carrier });
    }
    let signer = candidates
        .filter(|candidate| candidate.public.verifies(&message, signature))
        // One public key may stand under two issuers: the one that is withdrawn decides.
        .max_by_key(|candidate| candidate.standing != Standing::Trusted);
    let Some(signer) = signer else {
        return SealStatus::Invalid(Invalid { reason: InvalidReason::Signature, hint: Some(hint), carrier });
    };
    let standing = signer.standing;
    let issuer_id = signer.issuer_id.to_owned();
    let issuer_name = signer.issuer_name.to_owned();
    let sealed = Sealed { record, hint, issuer_id, issuer_name, carrier };
    match standing {
        Standing::Trusted => SealStatus::Verified(VerifiedSeal(sealed)),
        Standing::Withdrawn(compromised_from) => {
            SealStatus::KeyWithdrawn(WithdrawnSeal { sealed, compromised_from })
        }
    }
}

#[cfg(test)]
mod tests;

//! The parts of a statement, and the lines of what was established and what was not.

use std::collections::BTreeMap;

use serde::Serialize;

use super::as_of::{AsOf, Clock};
use super::expiry::{Expiry, ExpiryState};
use crate::recall::{Flag, Hit, Membership, RecallStatus};
use crate::seal::{Carrier, InvalidReason, SealStatus, UnitRecord};
use crate::udi::Udi;

/// What is known of the seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Signature {
    /// What verification found.
    pub state: SignatureState,
    /// The issuer's name; only where its key made the signature.
    pub issuer: Option<String>,
    /// The key the label names.
    pub key_hint: Option<String>,
    /// How the seal came.
    pub carrier: Option<Carrier>,
    /// Fields under a verified signature.
    pub covered: Vec<&'static str>,
    /// Elements of the label that no verified signature covers, by identifier.
    pub uncovered: Vec<String>,
}

/// [`SealStatus`] without its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureState {
    /// Signed by a key that may sign this device.
    Verified,
    /// There is no seal.
    Absent,
    /// The seal does not fit the label.
    Invalid,
    /// No known key may sign this device under the named hint.
    UnknownKey,
    /// The signature holds, its key was withdrawn.
    KeyWithdrawn,
}

/// What the recall rules say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recall {
    /// The answer.
    pub state: RecallState,
    /// The rules behind it, most certain first.
    pub hits: Vec<Hit>,
}

/// [`RecallStatus`] without its rules, after the age of the data was considered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RecallState {
    /// A rule names this unit.
    Hit,
    /// A rule comes near: compare.
    Possible,
    /// No rule names it.
    None,
    /// A rule asks for what the label does not say.
    CannotTell,
    /// No rules, or too old ones.
    Unknown,
}

/// What the issuer's list says of the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UnitStatusPart {
    /// The answer.
    pub state: UnitState,
    /// The gravest flag.
    pub status: Option<Flag>,
}

/// Whether the issuer's list flags the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitState {
    /// It does.
    Flagged,
    /// The list covers the unit and does not.
    NotFlagged,
    /// No verified index, no list, or none that is young enough.
    NotAvailable,
}

/// Whether this device saw the label before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The answer.
    pub state: SeenState,
}

/// What the device's own memory says. This version keeps none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeenState {
    /// Nothing.
    None,
}

/// A line for the reader: a code, for which the messages have words, and the facts in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Stable code, snake case.
    pub code: &'static str,
    /// Facts by name.
    pub params: BTreeMap<&'static str, String>,
}

impl Line {
    pub(super) fn new(code: &'static str) -> Self {
        Self { code, params: BTreeMap::new() }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.insert(name, value.to_string());
        self
    }
}

impl Signature {
    pub(super) fn of(status: &SealStatus, udi: &Udi) -> Self {
        let signature = |state, issuer: Option<&str>, hint: Option<String>, carrier| Self {
            state,
            issuer: issuer.map(str::to_owned),
            key_hint: hint,
            carrier,
            covered: Vec::new(),
            uncovered: udi.elements.iter().map(|element| element.id.clone()).collect(),
        };
        match status {
            SealStatus::Verified(seal) => Self {
                covered: covered_fields(seal.record()),
                uncovered: uncovered_elements(seal.record(), udi),
                ..signature(
                    SignatureState::Verified,
                    Some(seal.issuer_name()),
                    Some(seal.hint().to_string()),
                    Some(seal.carrier()),
                )
            },
            SealStatus::Absent => signature(SignatureState::Absent, None, None, None),
            SealStatus::Invalid(invalid) => signature(
                SignatureState::Invalid,
                None,
                invalid.hint.map(|hint| hint.to_string()),
                Some(invalid.carrier),
            ),
            SealStatus::UnknownKey(unknown) => signature(
                SignatureState::UnknownKey,
                None,
                Some(unknown.hint.to_string()),
                Some(unknown.carrier),
            ),
            SealStatus::KeyWithdrawn(seal) => signature(
                SignatureState::KeyWithdrawn,
                Some(seal.issuer_name()),
                Some(seal.hint().to_string()),
                Some(seal.carrier()),
            ),
        }
    }
}

fn covered_fields(record: &UnitRecord) -> Vec<&'static str> {
    let fields = [
        (true, "di"),
        (record.lot().is_some(), "lot"),
        (true, "serial"),
        (record.expiry().is_some(), "expiry"),
        (record.manufactured().is_some(), "manufactured"),
        (record.status_index().is_some(), "statusIndex"),
    ];
    fields.into_iter().filter(|(present, _)| *present).map(|(_, name)| name).collect()
}

/// Elements whose value no signed field repeats. The seal itself (91, 92) is not counted among them.
fn uncovered_elements(record: &UnitRecord, udi: &Udi) -> Vec<String> {
    let signed = |id: &str, value: &str| match id {
        "91" | "92" => true,
        "10" => record.lot() == Some(value),
        "21" => record.serial() == value,
        "17" => record.expiry() == Some(value),
        "11" => record.manufactured() == Some(value),
        "01" => record.di() == value || udi.di_as_printed.as_deref() == Some(value),
        // Other agencies' elements carry several fields each; what the reading took from them is signed.
        _ => record.agency() != crate::udi::Agency::GS1,
    };
    let uncovered = udi.elements.iter().filter(|element| !signed(&element.id, &element.value));
    uncovered.map(|element| element.id.clone()).collect()
}

impl Recall {
    /// The answer of the rules, where `answers` says whether they are young enough to clear a label. A rule
    /// that names the unit counts at any age.
    pub(super) fn of(status: RecallStatus, answers: bool) -> Self {
        let (state, hits) = match status {
            RecallStatus::Hit(hits) => (RecallState::Hit, hits),
            RecallStatus::Possible(hits) => (RecallState::Possible, hits),
            RecallStatus::CannotTell(hits) => (RecallState::CannotTell, hits),
            RecallStatus::None if answers => (RecallState::None, Vec::new()),
            RecallStatus::None | RecallStatus::Unknown => (RecallState::Unknown, Vec::new()),
        };
        Self { state, hits }
    }
}

/// What the two lists of lines are made from.
pub(super) struct Facts<'a> {
    pub(super) udi: &'a Udi,
    pub(super) status: &'a SealStatus,
    /// The issuer that puts a seal on every such label, where there is none on this one.
    pub(super) seal_due: Option<&'a str>,
    pub(super) manifest: Membership,
    pub(super) signature: &'a Signature,
    pub(super) recall: &'a Recall,
    pub(super) unit: UnitStatusPart,
    pub(super) expiry: Expiry,
    pub(super) as_of: AsOf,
    pub(super) clock: Clock,
}

impl Facts<'_> {
    pub(super) fn as_of(&self) -> String {
        self.as_of.oldest.map_or_else(|| "–".to_owned(), |date| date.to_string())
    }

    pub(super) fn established(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        if let (Some(agency), Some(di)) = (self.udi.agency, &self.udi.di) {
            lines.push(Line::new("label_read").with("agency", format!("{agency:?}")).with("di", di));
        }
        if let SealStatus::Verified(seal) = self.status {
            let fields = self.signature.covered.join(", ");
            lines.push(Line::new("signed_by").with("issuer", seal.issuer_name()).with("fields", fields));
        }
        if let SealStatus::Invalid(invalid) = self.status {
            lines.push(Line::new(match invalid.reason {
                InvalidReason::OtherUnit => "companion_names_other_unit",
                InvalidReason::Incomplete => "seal_without_its_fields",
                InvalidReason::Malformed => "seal_unreadable",
                InvalidReason::Signature => "signature_does_not_fit",
            }));
        }
        match self.manifest {
            Membership::Listed { .. } => lines.push(Line::new("serial_listed")),
            Membership::NotListed => lines.push(Line::new("serial_not_listed")),
            Membership::NotCovered | Membership::NotAvailable => {}
        }
        match self.recall.state {
            RecallState::Hit => {
                for hit in &self.recall.hits {
                    lines.push(Line::new("recall_rule").with("id", &hit.id).with("reason", &hit.reason));
                }
            }
            // A rule of the device would have asked for what the other code says.
            RecallState::None if self.udi.names_device_alone() => {
                lines.push(Line::new("no_recall_of_device").with("asOf", self.as_of()));
            }
            RecallState::None => lines.push(Line::new("no_recall_rule").with("asOf", self.as_of())),
            RecallState::Possible | RecallState::CannotTell | RecallState::Unknown => {}
        }
        match (self.unit.state, self.unit.status) {
            (UnitState::Flagged, Some(flag)) => {
                lines.push(Line::new("unit_flagged").with("status", flag.code()));
            }
            (UnitState::NotFlagged, _) => {
                lines.push(Line::new("unit_not_flagged").with("asOf", self.as_of()))
            }
            _ => {}
        }
        match (self.expiry.state, self.expiry.date) {
            (ExpiryState::Expired, Some(date)) => lines.push(Line::new("expired_on").with("date", date)),
            (ExpiryState::NotExpired, Some(date)) => lines.push(Line::new("not_expired").with("date", date)),
            _ => {}
        }
        lines
    }

    pub(super) fn not_established(&self) -> Vec<Line> {
        // These two no label and no data can settle, so they always stand first.
        let mut lines = vec![
            Line::new("physical_item_is_original"),
            Line::new("no_recall_after").with("asOf", self.as_of()),
        ];
        if self.udi.has_errors() {
            lines.push(Line::new("label_follows_rules"));
        }
        let half = self.half_read();
        if half {
            lines.push(Line::new("other_code"));
        }
        if let (Some(issuer), false) = (self.seal_due, half) {
            lines.push(Line::new("seal_expected").with("issuer", issuer));
        }
        match self.status {
            SealStatus::Verified(_) if self.signature.uncovered.is_empty() => {}
            SealStatus::Verified(_) => {
                let elements = self.signature.uncovered.join(", ");
                lines.push(Line::new("elements_not_signed").with("elements", elements));
            }
            SealStatus::Absent if matches!(self.manifest, Membership::Listed { .. }) => {}
            SealStatus::Absent if half => {}
            SealStatus::Absent => lines.push(Line::new("maker_issued_serial")),
            SealStatus::Invalid(_) => lines.push(Line::new("label_as_issued")),
            SealStatus::UnknownKey(unknown) => {
                lines.push(Line::new("signer_known").with("keyHint", unknown.hint));
            }
            SealStatus::KeyWithdrawn(seal) => {
                lines.push(Line::new("signed_before_withdrawal").with("issuer", seal.issuer_name()));
            }
        }
        match self.recall.state {
            RecallState::Possible => lines.push(self.rules("recall_possible")),
            RecallState::CannotTell => lines.push(self.rules("recall_cannot_tell")),
            RecallState::Unknown => lines.push(Line::new("recall_answer")),
            RecallState::Hit | RecallState::None => {}
        }
        if self.unit.state == UnitState::NotAvailable {
            lines.push(Line::new("unit_status"));
        }
        match self.expiry.state {
            ExpiryState::Unreadable => lines.push(Line::new("expiry_unreadable")),
            ExpiryState::NotStated if !half => lines.push(Line::new("expiry_not_stated")),
            ExpiryState::NotStated | ExpiryState::Expired | ExpiryState::NotExpired => {}
        }
        if self.clock.behind {
            lines.push(Line::new("clock_behind").with("floor", self.clock.today()));
        }
        lines
    }

    /// The label's other code may still say lot, dates and seal. A seal beside a device alone stays what it is.
    pub(super) fn half_read(&self) -> bool {
        matches!(self.status, SealStatus::Absent) && self.udi.names_device_alone()
    }

    pub(super) fn rules(&self, code: &'static str) -> Line {
        let ids: Vec<_> = self.recall.hits.iter().map(|hit| hit.id.as_str()).collect();
        Line::new(code).with("ids", ids.join(", "))
    }
}

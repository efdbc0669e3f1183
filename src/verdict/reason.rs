//! The deciding reason: of everything that is known, the one thing that called for the headline.
//!
//! The headline says what to do at arm's length; the reason says why, in one line beneath it. Where several things
//! lead to the same headline, the one that a person must act on first is named: what a maker or an authority says
//! of the unit, then who signed the label, then how well it could be read. All others stay among the lines.

use super::as_of::Freshness;
use super::expiry::{ExpiryState, states_expiry};
use super::headline::Headline;
use super::statement::{Facts, Line, RecallState, UnitState};
use crate::recall::{Flag, Hit, Membership, NamedBy};
use crate::seal::{InvalidReason, SealStatus};
use crate::udi::{Element, Finding, Severity, Udi};

impl Facts<'_> {
    /// Why the headline is what it is; `None` where nothing was found and the whole label was read.
    pub(super) fn reason(&self, headline: Headline) -> Option<Line> {
        match headline {
            Headline::Recalled => {
                let by_rule = self.hits_of(RecallState::Hit).first().map(|hit| self.recalled(hit));
                by_rule.or_else(|| self.flagged())
            }
            Headline::Altered => self.altered(),
            Headline::UsedOrStolen => self.flagged(),
            Headline::Expired => self.expiry.date.map(|date| Line::new("reason_expired").with("date", date)),
            Headline::Hold => self.held(),
            Headline::CannotCheckRecalls => Some(self.unanswered()),
            Headline::SignedNoRecall | Headline::UnsignedNoRecall => self.half(),
        }
    }

    /// The rules behind the answer, where it is this one.
    fn hits_of(&self, state: RecallState) -> &[Hit] {
        if self.recall.state == state { &self.recall.hits } else { &[] }
    }

    /// The narrowest field that the rule names the unit by, with the value on the label.
    fn recalled(&self, hit: &Hit) -> Line {
        let by = |field| hit.named_by.contains(&field);
        let line = match (&self.udi.serial, &self.udi.lot) {
            (Some(serial), _) if by(NamedBy::Serial) => {
                Line::new("reason_recalled_serial").with("serial", serial)
            }
            (_, Some(lot)) if by(NamedBy::Lot) => Line::new("reason_recalled_lot").with("lot", lot),
            _ if by(NamedBy::Manufactured) || by(NamedBy::Expiry) => Line::new("reason_recalled_dates"),
            _ => Line::new("reason_recalled_device"),
        };
        line.with("id", &hit.id)
    }

    fn flagged(&self) -> Option<Line> {
        let code = match self.unit.status? {
            Flag::Recalled => "reason_recalled_by_maker",
            Flag::Quarantined => "reason_quarantined",
            Flag::Used => "reason_used",
            Flag::Stolen => "reason_stolen",
            Flag::Destroyed => "reason_destroyed",
        };
        Some(Line::new(code))
    }

    fn altered(&self) -> Option<Line> {
        let SealStatus::Invalid(invalid) = self.status else { return None };
        Some(Line::new(match invalid.reason {
            InvalidReason::OtherUnit => "reason_companion_of_other_unit",
            InvalidReason::Incomplete => "reason_signed_field_missing",
            InvalidReason::Malformed => "reason_signature_unreadable",
            InvalidReason::Signature => "reason_signature_does_not_fit",
        }))
    }

    fn held(&self) -> Option<Line> {
        let flagged = (self.unit.state == UnitState::Flagged).then(|| self.flagged()).flatten();
        flagged
            .or_else(|| self.rules_if(RecallState::Possible, "reason_recall_possible"))
            .or_else(|| self.doubted())
            .or_else(|| self.unread())
            .or_else(|| self.rules_if(RecallState::CannotTell, "reason_recall_cannot_tell"))
            .or_else(|| (self.recall.state == RecallState::CannotTell).then(|| Line::new("reason_no_device")))
            .or_else(|| {
                let unreadable = self.expiry.state == ExpiryState::Unreadable;
                unreadable.then(|| Line::new("reason_expiry_unreadable"))
            })
    }

    fn rules_if(&self, state: RecallState, code: &'static str) -> Option<Line> {
        (!self.hits_of(state).is_empty()).then(|| self.rules(code))
    }

    /// Something speaks against the label's maker having issued it.
    fn doubted(&self) -> Option<Line> {
        let by_seal = match self.status {
            SealStatus::KeyWithdrawn(seal) => {
                Some(Line::new("reason_key_withdrawn").with("issuer", seal.issuer_name()))
            }
            SealStatus::UnknownKey(_) => Some(Line::new("reason_unknown_key")),
            SealStatus::Verified(_) | SealStatus::Absent | SealStatus::Invalid(_) => None,
        };
        let unlisted = self.manifest == Membership::NotListed;
        let unlisted = unlisted.then(|| Line::new("reason_serial_not_listed"));
        let unsealed = || Some(Line::new("reason_seal_expected").with("issuer", self.seal_due?));
        unlisted.or(by_seal).or_else(|| self.seal_due.and_then(|_| self.half())).or_else(unsealed)
    }

    /// What was found holds for the device; of the unit nothing was read.
    fn half(&self) -> Option<Line> {
        self.half_read().then(|| Line::new("reason_device_alone"))
    }

    /// The label cannot be read with certainty; `finding` is the code of the first problem.
    fn unread(&self) -> Option<Line> {
        if self.udi.agency.is_none() {
            return Some(Line::new("reason_not_udi"));
        }
        let error = self.udi.findings.iter().find(|finding| finding.severity == Severity::Error)?;
        // A person can read a date off the label; what else may be misread, nobody can tell.
        let in_expiry = self.expiry.state == ExpiryState::Unreadable && is_fault_of_expiry(error, self.udi);
        let code = if in_expiry { "reason_expiry_unreadable" } else { "reason_label_faulty" };
        Some(Line::new(code).with("finding", error.code))
    }

    /// Why recalls cannot be checked.
    fn unanswered(&self) -> Line {
        match self.as_of.freshness {
            Freshness::HardStale => Line::new("reason_data_too_old").with("asOf", self.as_of()),
            Freshness::None if self.as_of.sync.is_none() => Line::new("reason_no_data"),
            Freshness::None => Line::new("reason_data_of_unknown_age"),
            Freshness::Fresh | Freshness::SoftStale => Line::new("reason_no_rules"),
        }
    }
}

/// The place of the error is an element that states an expiry.
fn is_fault_of_expiry(error: &Finding, udi: &Udi) -> bool {
    let Some((agency, place)) = udi.agency.zip(error.span) else { return false };
    let ids = states_expiry(agency);
    let mut elements = udi.elements.iter().filter(|element| element.source == error.source);
    error.code.starts_with("date_")
        && elements.any(|Element { id, span, .. }| {
            ids.contains(&id.as_str()) && span.0 < place.1 && place.0 < span.1
        })
}

//! The headline: the first that applies, gravest first.

use serde::Serialize;

use super::expiry::ExpiryState;
use super::statement::{RecallState, SignatureState, UnitState, UnitStatusPart};
use crate::recall::Flag;

/// The one thing a person must know about a label. The order is that of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Headline {
    /// A rule or the issuer's list recalls this unit: even unsigned, even by old data.
    Recalled,
    /// The label does not fit its seal.
    Altered,
    /// The issuer's list says that this unit was used, stolen or destroyed.
    UsedOrStolen,
    /// Past its expiry date.
    Expired,
    /// Something must be compared by a person.
    Hold,
    /// There is no recall data, or it is too old to answer.
    CannotCheckRecalls,
    /// Signed by its maker; no recall found.
    SignedNoRecall,
    /// Not signed; no recall found.
    UnsignedNoRecall,
}

impl Headline {
    /// Every headline, in the order of precedence.
    pub const ALL: [Self; 8] = [
        Self::Recalled,
        Self::Altered,
        Self::UsedOrStolen,
        Self::Expired,
        Self::Hold,
        Self::CannotCheckRecalls,
        Self::SignedNoRecall,
        Self::UnsignedNoRecall,
    ];

    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Recalled => "recalled",
            Self::Altered => "altered",
            Self::UsedOrStolen => "used_or_stolen",
            Self::Expired => "expired",
            Self::Hold => "hold",
            Self::CannotCheckRecalls => "cannot_check_recalls",
            Self::SignedNoRecall => "signed_no_recall",
            Self::UnsignedNoRecall => "unsigned_no_recall",
        }
    }
}

/// What the headline is chosen from.
pub(super) struct Findings {
    /// The label could be read and breaks no rule that makes its fields doubtful.
    pub(super) readable: bool,
    /// No manifest of its lot says that the serial number was never issued.
    pub(super) issued: bool,
    /// The label has a seal, or its issuer makes labels without one.
    pub(super) sealed_if_due: bool,
    pub(super) signature: SignatureState,
    pub(super) recall: RecallState,
    pub(super) unit: UnitStatusPart,
    pub(super) expiry: ExpiryState,
}

/// The first headline that applies.
pub(super) fn choose(findings: &Findings) -> Headline {
    Headline::ALL
        .into_iter()
        .find(|headline| findings.call_for(*headline))
        // Each signature state leads somewhere; should one ever not, a person decides.
        .unwrap_or(Headline::Hold)
}

impl Findings {
    fn call_for(&self, headline: Headline) -> bool {
        let flagged = |flags: &[Flag]| self.unit.status.is_some_and(|flag| flags.contains(&flag));
        match headline {
            Headline::Recalled => self.recall == RecallState::Hit || flagged(&[Flag::Recalled]),
            Headline::Altered => self.signature == SignatureState::Invalid,
            Headline::UsedOrStolen => flagged(&[Flag::Used, Flag::Stolen, Flag::Destroyed]),
            Headline::Expired => self.expiry == ExpiryState::Expired,
            Headline::Hold => {
                !self.readable
                    || !self.issued
                    || !self.sealed_if_due
                    || matches!(self.signature, SignatureState::UnknownKey | SignatureState::KeyWithdrawn)
                    || matches!(self.recall, RecallState::Possible | RecallState::CannotTell)
                    || self.unit.state == UnitState::Flagged
                    || self.expiry == ExpiryState::Unreadable
            }
            Headline::CannotCheckRecalls => self.recall == RecallState::Unknown,
            Headline::SignedNoRecall => {
                self.signature == SignatureState::Verified && self.recall == RecallState::None
            }
            Headline::UnsignedNoRecall => {
                self.signature == SignatureState::Absent && self.recall == RecallState::None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNATURES: [SignatureState; 5] = [
        SignatureState::Verified,
        SignatureState::Absent,
        SignatureState::Invalid,
        SignatureState::UnknownKey,
        SignatureState::KeyWithdrawn,
    ];
    const RECALLS: [RecallState; 5] = [
        RecallState::Hit,
        RecallState::Possible,
        RecallState::None,
        RecallState::CannotTell,
        RecallState::Unknown,
    ];
    const EXPIRIES: [ExpiryState; 4] =
        [ExpiryState::Expired, ExpiryState::NotExpired, ExpiryState::NotStated, ExpiryState::Unreadable];

    fn units() -> Vec<UnitStatusPart> {
        let flagged = Flag::ALL.map(|flag| UnitStatusPart { state: UnitState::Flagged, status: Some(flag) });
        let others = [UnitState::NotFlagged, UnitState::NotAvailable];
        flagged.into_iter().chain(others.map(|state| UnitStatusPart { state, status: None })).collect()
    }

    /// Every combination there is: an all-clear needs every single answer to be a good one.
    #[test]
    fn an_all_clear_needs_every_answer() {
        let mut seen = std::collections::BTreeSet::new();
        for (readable, issued, sealed_if_due) in
            [(true, true, true), (true, false, true), (false, true, true), (true, true, false)]
        {
            for signature in SIGNATURES {
                for recall in RECALLS {
                    for expiry in EXPIRIES {
                        for unit in units() {
                            let headline = choose(&Findings {
                                readable,
                                issued,
                                sealed_if_due,
                                signature,
                                recall,
                                unit,
                                expiry,
                            });
                            seen.insert(headline);
                            let clear =
                                [Headline::SignedNoRecall, Headline::UnsignedNoRecall].contains(&headline);
                            let all_good = readable
                                && issued
                                && sealed_if_due
                                && recall == RecallState::None
                                && unit.state != UnitState::Flagged
                                && [ExpiryState::NotExpired, ExpiryState::NotStated].contains(&expiry)
                                && [SignatureState::Verified, SignatureState::Absent].contains(&signature);
                            assert_eq!(clear, all_good);
                            if headline == Headline::SignedNoRecall {
                                assert_eq!(signature, SignatureState::Verified);
                            }
                            if recall == RecallState::Hit {
                                assert_eq!(headline, Headline::Recalled);
                            }
                        }
                    }
                }
            }
        }
        assert_eq!(seen.len(), Headline::ALL.len(), "every headline is reached");
    }
}

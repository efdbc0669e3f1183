//! The whole path from a scan to a verdict.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Verdict;
use super::as_of::{AsOf, Clock};
use super::expiry::Expiry;
use super::headline::{Findings, choose};
use super::statement::{Facts, Recall, Seen, SeenState, Signature, UnitState, UnitStatusPart};
use crate::recall::{RecallStatus, Rules, UnitStatus, UnitStatusList};
use crate::seal::{self, Carrier, Registry, SealStatus};
use crate::trust::{self, State, UpdateError};
use crate::udi::{self, Scan, Udi};

/// Answers for labels out of one trusted state.
#[derive(Debug, Clone)]
pub struct Verifier {
    state: State,
    registry: Registry,
}

impl Verifier {
    /// A verifier on a state.
    pub fn new(state: State) -> Result<Self, UpdateError> {
        let registry = state.registry()?;
        Ok(Self { state, registry })
    }

    /// The state it answers from.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// How old the data is at `now`, the device's clock.
    pub fn as_of(&self, now: Timestamp) -> AsOf {
        AsOf::new(&self.state, Clock::new(now, &self.state))
    }

    /// The verdict on one scan. `now` is the device's clock.
    pub fn verify(&self, scan: &Scan, now: Timestamp) -> Verdict {
        let clock = Clock::new(now, &self.state);
        let (udi, status) = self.read(scan, clock.today());
        self.judge(udi, status, clock)
    }

    /// Of all readings of a scan the one whose seal verifies, else the first: a lost separator must not make
    /// an intact label look altered.
    fn read(&self, scan: &Scan, today: Date) -> (Udi, SealStatus) {
        let udi = udi::parse(scan, today);
        let carrier = Carrier::of(scan);
        let sealed =
            udi.readings().find_map(|reading| match seal::verify(reading, carrier, &self.registry) {
                status @ SealStatus::Verified(_) => Some((reading.clone(), status)),
                _ => None,
            });
        sealed.unwrap_or_else(|| {
            let status = seal::verify(&udi, carrier, &self.registry);
            (udi, status)
        })
    }

    fn judge(&self, udi: Udi, status: SealStatus, clock: Clock) -> Verdict {
        let as_of = AsOf::new(&self.state, clock);
        let signature = Signature::of(&status, &udi);
        let recall = Recall::of(self.recall(&udi), as_of.freshness.answers());
        let unit = self.unit_status(&status, as_of.freshness.answers());
        let expiry = Expiry::of(&udi, clock.today());
        let headline = choose(&Findings {
            readable: !udi.has_errors(),
            signature: signature.state,
            recall: recall.state,
            unit,
            expiry: expiry.state,
        });
        let facts = Facts {
            udi: &udi,
            status: &status,
            signature: &signature,
            recall: &recall,
            unit,
            expiry,
            as_of,
            clock,
        };
        let (established, not_established) = (facts.established(), facts.not_established());
        let seen = Seen { state: SeenState::None };
        Verdict {
            headline,
            udi,
            signature,
            recall,
            unit_status: unit,
            seen,
            expiry,
            as_of,
            established,
            not_established,
        }
    }

    /// The rules are opened anew for every question: that reads their head alone.
    fn recall(&self, udi: &Udi) -> RecallStatus {
        match self.state.target(trust::RULES).map(|target| Rules::open(target)) {
            Some(Ok(rules)) => rules.lookup(udi),
            Some(Err(_)) | None => RecallStatus::Unknown,
        }
    }

    /// The status list of the issuer, asked only for an index under a verified signature.
    fn unit_status(&self, status: &SealStatus, answers: bool) -> UnitStatusPart {
        let answer = match status {
            SealStatus::Verified(seal) => seal.status_index().map_or(UnitStatus::NotAvailable, |index| {
                let path = format!("status/{}.bin", seal.issuer_id());
                let list = self.state.target(&path).map(|target| UnitStatusList::open(target));
                match list {
                    Some(Ok(list)) => list.ask(index.get()),
                    Some(Err(_)) | None => UnitStatus::NotAvailable,
                }
            }),
            _ => UnitStatus::NotAvailable,
        };
        match answer {
            UnitStatus::Flagged(flag) => UnitStatusPart { state: UnitState::Flagged, status: Some(flag) },
            UnitStatus::NotFlagged if answers => {
                UnitStatusPart { state: UnitState::NotFlagged, status: None }
            }
            UnitStatus::NotFlagged | UnitStatus::NotAvailable => {
                UnitStatusPart { state: UnitState::NotAvailable, status: None }
            }
        }
    }
}

//! The whole path from scans to verdicts.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::Verdict;
use super::as_of::{AsOf, Clock};
use super::expiry::Expiry;
use super::headline::{Findings, choose};
use super::provenance::{Companions, Evidence, Provenance};
use super::statement::{Facts, Recall, Seen, SeenState, Signature, UnitState, UnitStatusPart};
use crate::recall::{Membership, RecallStatus, Rules, UnitStatus};
use crate::seal::{Carrier, Companion, Registry, SealStatus};
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
        self.verify_item(std::slice::from_ref(scan), now)
    }

    /// The verdict on the symbols of one item, a companion among them or not. Should they be of several
    /// items all the same, the gravest of their verdicts.
    pub fn verify_item(&self, scans: &[Scan], now: Timestamp) -> Verdict {
        let clock = Clock::new(now, &self.state);
        let (companions, scans) = split(scans);
        let mut labels = udi::join(&scans, clock.today());
        leave_out_web_addresses(&mut labels);
        let verdicts = self.judge_all(labels, &companions, clock);
        let gravest = verdicts.into_iter().min_by_key(|verdict| verdict.headline);
        gravest.unwrap_or_else(|| {
            let nothing = Provenance { status: SealStatus::Absent, manifest: Membership::NotCovered };
            self.judge(Udi::default(), &nothing, clock)
        })
    }

    /// A verdict on every item in a frame. Symbols that name no device are left out.
    pub fn verify_frame(&self, scans: &[Scan], now: Timestamp) -> Vec<Verdict> {
        let clock = Clock::new(now, &self.state);
        let (companions, scans) = split(scans);
        let mut labels = items(&scans, clock.today());
        labels.retain(|label| label.agency.is_some());
        leave_out_web_addresses(&mut labels);
        self.judge_all(labels, &companions, clock)
    }

    fn judge_all(&self, labels: Vec<Udi>, companions: &[Companion], clock: Clock) -> Vec<Verdict> {
        let companions = Companions { all: companions, labels: &labels };
        let judged = labels.iter().map(|label| {
            let (reading, provenance) = self.read(label, companions);
            self.judge(reading.clone(), &provenance, clock)
        });
        judged.collect()
    }

    /// Of all readings of a label the one whose seal verifies, else the first: a lost separator must not make
    /// an intact label look altered.
    fn read<'u>(&self, label: &'u Udi, companions: Companions<'_>) -> (&'u Udi, Provenance) {
        let evidence = self.evidence();
        let sealed = label.readings().find_map(|reading| {
            let provenance = evidence.of(reading, companions);
            matches!(provenance.status, SealStatus::Verified(_)).then_some((reading, provenance))
        });
        sealed.unwrap_or_else(|| (label, evidence.of(label, companions)))
    }

    fn evidence(&self) -> Evidence<'_> {
        Evidence { state: &self.state, registry: &self.registry }
    }

    fn judge(&self, udi: Udi, provenance: &Provenance, clock: Clock) -> Verdict {
        let as_of = AsOf::new(&self.state, clock);
        let status = &provenance.status;
        let signature = Signature::of(status, &udi);
        let seal_due = match status {
            SealStatus::Absent => self.registry.sealed_by_all_means(&udi),
            _ => None,
        };
        let recall = Recall::of(self.recall(&udi), as_of.freshness.answers());
        let unit = unit_part(self.evidence().unit_status(&udi, provenance), as_of.freshness.answers());
        let expiry = Expiry::of(&udi, clock.today());
        let headline = choose(&Findings {
            readable: !udi.has_errors(),
            issued: provenance.manifest != Membership::NotListed,
            sealed_if_due: seal_due.is_none(),
            signature: signature.state,
            recall: recall.state,
            unit,
            expiry: expiry.state,
        });
        let facts = Facts {
            udi: &udi,
            status,
            seal_due,
            manifest: provenance.manifest,
            signature: &signature,
            recall: &recall,
            unit,
            expiry,
            as_of,
            clock,
        };
        let (established, not_established) = (facts.established(), facts.not_established());
        let reason = facts.reason(headline);
        let seen = Seen { state: SeenState::None };
        Verdict {
            headline,
            reason,
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
        match self.state.target(trust::RULES).map(Rules::open) {
            Some(Ok(rules)) => rules.lookup(udi),
            Some(Err(_)) | None => RecallStatus::Unknown,
        }
    }
}

/// Companion symbols, and all other scans.
fn split(scans: &[Scan]) -> (Vec<Companion>, Vec<Scan>) {
    let companions = scans.iter().filter_map(Companion::read).collect();
    let others = scans.iter().filter(|scan| Companion::read(scan).is_none()).cloned().collect();
    (companions, others)
}

/// Packs carry the addresses of web sites beside their labels. One that is no Digital Link says nothing about
/// a device, so it speaks for itself only where nothing else is there.
fn leave_out_web_addresses(labels: &mut Vec<Udi>) {
    let address = |label: &Udi| {
        let mut sources = label.sources.iter();
        label.elements.is_empty()
            && sources.all(|source| Carrier::of(source.text.as_bytes()) == Carrier::DigitalLink)
    };
    if labels.iter().any(|label| !address(label)) {
        labels.retain(|label| !address(label));
    }
}

/// The labels of a frame. Two packs of one product are two labels, not one that contradicts itself: where
/// more than one symbol names a whole unit, each stands for itself.
fn items(scans: &[Scan], today: Date) -> Vec<Udi> {
    let unit = |scan: &&Scan| {
        let udi = udi::parse(scan, today);
        udi.di.is_some() && (udi.serial.is_some() || udi.lot.is_some())
    };
    let mut seen = BTreeSet::new();
    let units: Vec<&Scan> = scans.iter().filter(unit).filter(|scan| seen.insert(&scan.bytes)).collect();
    if units.len() < 2 {
        return udi::join(scans, today);
    }
    let mut labels: Vec<Udi> = Vec::new();
    for unit in units {
        let label = udi::parse(unit, today);
        let same = |known: &Udi| {
            known.di == label.di
                && known.lot == label.lot
                && known.serial == label.serial
                && known.expiry == label.expiry
                && known.elements == label.elements
        };
        if !labels.iter().any(same) {
            labels.push(label);
        }
    }
    labels
}

fn unit_part(status: UnitStatus, answers: bool) -> UnitStatusPart {
    match status {
        UnitStatus::Flagged(flag) => UnitStatusPart { state: UnitState::Flagged, status: Some(flag) },
        UnitStatus::NotFlagged if answers => UnitStatusPart { state: UnitState::NotFlagged, status: None },
        UnitStatus::NotFlagged | UnitStatus::NotAvailable => {
            UnitStatusPart { state: UnitState::NotAvailable, status: None }
        }
    }
}

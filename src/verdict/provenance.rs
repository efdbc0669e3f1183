//! All evidence of who issued a label: the seals of its four carriers, and the manifest of its lot.

use crate::recall::{Manifest, Membership, UnitStatus, UnitStatusList};
use crate::seal::{self, Bundle, Carrier, Companion, Registry, SealStatus, WithdrawnSeal, WitnessedManifest};
use crate::trust::{State, Target};
use crate::udi::Udi;

/// Where bundles and manifests stand in the repository.
const RECORDS: &str = "records/";

/// Who issued a label, as far as is known.
#[derive(Debug, Clone)]
pub(super) struct Provenance {
    pub(super) status: SealStatus,
    /// The lot's manifest, where there is one that speaks of this label.
    pub(super) manifest: Membership,
}

/// The companions of a frame, and the labels in it: a companion belongs to the label it names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Companions<'a> {
    pub(super) all: &'a [Companion],
    pub(super) labels: &'a [Udi],
}

/// What trust makes of a label.
pub(super) struct Evidence<'a> {
    pub(super) state: &'a State,
    pub(super) registry: &'a Registry,
}

impl Evidence<'_> {
    /// The gravest answer of the carriers that carry one; the bundle is asked where none does.
    pub(super) fn of(&self, udi: &Udi, companions: Companions<'_>) -> Provenance {
        let printed = self.in_symbol(udi);
        let beside = self.companion(udi, companions);
        let status = match gravest(printed, beside) {
            SealStatus::Absent => self.detached(udi),
            status => status,
        };
        let manifest =
            self.records(".manifest").map(|target| ask(target, udi)).fold(Membership::NotCovered, clearest);
        let status = match status {
            SealStatus::KeyWithdrawn(seal) => self.restore(seal, udi),
            status => status,
        };
        Provenance { status, manifest }
    }

    fn in_symbol(&self, udi: &Udi) -> SealStatus {
        let link =
            udi.sources.iter().any(|source| Carrier::of(source.text.as_bytes()) == Carrier::DigitalLink);
        let carrier = if link { Carrier::DigitalLink } else { Carrier::Ai };
        seal::verify(udi, carrier, self.registry)
    }

    /// A companion that names no label of the frame speaks against every label that no companion names.
    fn companion(&self, udi: &Udi, companions: Companions<'_>) -> SealStatus {
        let own = companions.all.iter().find(|companion| companion.names(udi));
        let stray = || {
            let mut all = companions.all.iter();
            all.find(|companion| !companions.labels.iter().any(|label| companion.names(label)))
        };
        own.or_else(stray).map_or(SealStatus::Absent, |companion| companion.verify(udi, self.registry))
    }

    fn detached(&self, udi: &Udi) -> SealStatus {
        let bundles = self.records(".bin").filter_map(|target| Bundle::open(target.bytes()).ok());
        bundles.map(|bundle| bundle.verify(udi, self.registry)).fold(SealStatus::Absent, |found, next| {
            // The same unit in two bundles: the one that verifies is the newer edition.
            match (&found, &next) {
                (SealStatus::Verified(_), _) | (_, SealStatus::Absent) => found,
                _ => next,
            }
        })
    }

    /// A withdrawn key still counts where the lot was witnessed before it was lost.
    fn restore(&self, seal: WithdrawnSeal, udi: &Udi) -> SealStatus {
        for target in self.records(".manifest") {
            let lists = matches!(ask(target, udi), Membership::Listed { .. });
            let proof = self.state.target(&format!("{}.tlog-proof", target.path()));
            let (true, Some(proof)) = (lists, proof) else { continue };
            let witnessed = WitnessedManifest::verify(target.bytes(), proof.bytes(), self.registry);
            if let Ok(witnessed) = witnessed
                && let status @ SealStatus::Verified(_) = seal.clone().restore(&witnessed, |_, _| lists)
            {
                return status;
            }
        }
        SealStatus::KeyWithdrawn(seal)
    }

    fn records(&self, ending: &'static str) -> impl Iterator<Item = &Target> {
        let wanted =
            move |target: &&Target| target.path().starts_with(RECORDS) && target.path().ends_with(ending);
        self.state.targets().filter(wanted)
    }

    /// The status list of the issuer, asked only for an index that a verified signature covers: that of the
    /// seal, or that of the manifest, which is a signed target.
    pub(super) fn unit_status(&self, udi: &Udi, provenance: &Provenance) -> UnitStatus {
        let by_manifest = || match (provenance.manifest, udi.agency, &udi.di) {
            (Membership::Listed { index: Some(index), .. }, Some(agency), Some(di)) => {
                Some((self.registry.issuer_id_of(agency, di)?, index))
            }
            _ => None,
        };
        let known = match &provenance.status {
            SealStatus::Verified(seal) => seal.status_index().map(|index| (seal.issuer_id(), index.get())),
            _ => None,
        };
        let Some((issuer, index)) = known.or_else(by_manifest) else { return UnitStatus::NotAvailable };
        let list = self.state.target(&format!("status/{issuer}.bin")).map(UnitStatusList::open);
        match list {
            Some(Ok(list)) => list.ask(index),
            Some(Err(_)) | None => UnitStatus::NotAvailable,
        }
    }
}

/// Of the answers of two carriers the graver: one good seal does not excuse a bad one beside it.
fn gravest(one: SealStatus, other: SealStatus) -> SealStatus {
    fn gravity(status: &SealStatus) -> u8 {
        match status {
            SealStatus::Invalid(_) => 4,
            SealStatus::KeyWithdrawn(_) => 3,
            SealStatus::UnknownKey(_) => 2,
            SealStatus::Verified(_) => 1,
            SealStatus::Absent => 0,
        }
    }
    if gravity(&other) > gravity(&one) { other } else { one }
}

fn ask(target: &Target, udi: &Udi) -> Membership {
    Manifest::open(target).map_or(Membership::NotAvailable, |manifest| manifest.ask(udi))
}

/// Of the answers of two manifests the one that says more.
fn clearest(one: Membership, other: Membership) -> Membership {
    match (one, other) {
        (Membership::Listed { .. }, _) | (_, Membership::NotCovered) => one,
        (_, Membership::Listed { .. }) | (Membership::NotCovered, _) => other,
        (one, _) => one,
    }
}

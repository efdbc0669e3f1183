//! The demo's makers, their keys, and the recalls in force.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use udi_verify::recall::status::{Encoder, Flag};
use udi_verify::recall::{Action, DateRange, Match, Order, Range, Rule};
use udi_verify::seal::registry::{IssuerEntry, KeyEntry, KeyFile, KeyStatus, Prefix};
use udi_verify::udi::Agency;

use super::cases::{CATHETER, IMPLANT, PUMP};
use crate::clock;
use crate::failure::{Exit, Failure, OrFail};
use crate::key::{KeyPair, KeyStore};

/// How many units Acme Medical has signed.
const INDICES_GIVEN_OUT: u64 = 200_000;

/// The flagged units, in the order of the file format.
const FLAGGED: [(Flag, u64); 4] =
    [(Flag::Recalled, 7_001), (Flag::Stolen, 7_002), (Flag::Used, 7_003), (Flag::Quarantined, 7_004)];

/// The keys of everyone in the demo.
pub(super) struct World {
    /// The day of the demo.
    pub(super) today: Date,
    now: Timestamp,
    acme: KeyPair,
    acme_retired: KeyPair,
    acme_stolen: KeyPair,
    borealis: KeyPair,
    stranger: KeyPair,
}

/// A key of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyName {
    /// Acme Medical's.
    Acme,
    /// Acme Medical's before it.
    AcmeRetired,
    /// One that was stolen from Acme Medical.
    AcmeStolen,
    /// Of somebody the registry does not know.
    Stranger,
}

impl World {
    /// Opens the demo's keys, or makes them.
    pub(super) fn open(keys: &KeyStore, now: Timestamp) -> Result<Self, Failure> {
        Ok(Self {
            today: clock::day(now),
            now,
            acme: keys.open_or_create("acme")?,
            acme_retired: keys.open_or_create("acme-retired")?,
            acme_stolen: keys.open_or_create("acme-stolen")?,
            borealis: keys.open_or_create("borealis")?,
            stranger: keys.open_or_create("stranger")?,
        })
    }

    /// The key pair behind a name.
    pub(super) fn key(&self, name: KeyName) -> &KeyPair {
        match name {
            KeyName::Acme => &self.acme,
            KeyName::AcmeRetired => &self.acme_retired,
            KeyName::AcmeStolen => &self.acme_stolen,
            KeyName::Stranger => &self.stranger,
        }
    }

    /// What the registry says: two makers, each with a company prefix of its own.
    pub(super) fn registry(&self) -> Result<KeyFile, Failure> {
        let with_status = |pair: &KeyPair, status| Ok(KeyEntry { status, ..pair.public().registry_entry()? });
        let stolen = KeyEntry {
            compromised_from: Some(self.now - SignedDuration::from_hours(24 * 100)),
            ..with_status(&self.acme_stolen, KeyStatus::Compromised)?
        };
        let acme = vec![
            with_status(&self.acme, KeyStatus::Active)?,
            with_status(&self.acme_retired, KeyStatus::Retired)?,
            stolen,
        ];
        let borealis = vec![with_status(&self.borealis, KeyStatus::Active)?];
        Ok(KeyFile {
            version: 1,
            issuers: vec![
                issuer("acme", "Acme Medical", "9501234", acme),
                issuer("borealis", "Borealis Implants", "9504321", borealis),
            ],
            ..KeyFile::default()
        })
    }

    /// The recalls in force.
    pub(super) fn rules(&self) -> Vec<Rule> {
        let of = |di: &str| Match { di: Some(di.to_owned()), ..Match::default() };
        let serials = Range { from: "5000".to_owned(), to: "5999".to_owned(), order: Order::Numeric };
        let summer = DateRange { from: Some(self.days_ago(400)), to: Some(self.days_ago(370)) };
        vec![
            Rule {
                class: "I".to_owned(),
                ..self.rule(
                    "DEMO-0001",
                    "Tip may detach during use.",
                    Match { lots: vec!["RC2201".to_owned(), "RC2202".to_owned()], ..of(CATHETER) },
                )
            },
            self.rule(
                "DEMO-0002",
                "Seal of the sterile barrier may be open.",
                Match { serials: vec!["SN-RECALLED".to_owned()], serial_ranges: vec![serials], ..of(PUMP) },
            ),
            self.rule(
                "DEMO-0003",
                "Wrong material certificate.",
                Match { manufactured: Some(summer), ..of(PUMP) },
            ),
            Rule {
                action: Action::ReadNotice,
                ..self.rule(
                    "DEMO-0004",
                    "Certain units were shipped without the alarm update; see the notice for which.",
                    Match { text_only: true, ..of(IMPLANT) },
                )
            },
        ]
    }

    /// Acme Medical's units that are flagged one by one, as `status/acme.bin`.
    pub(super) fn unit_status(&self) -> Result<Vec<u8>, Failure> {
        let doing = || "cannot encode the unit status";
        let mut encoder = Encoder::new(Vec::new(), INDICES_GIVEN_OUT).or_fail(Exit::System, doing)?;
        for (flag, index) in FLAGGED {
            encoder.push(flag, index).or_fail(Exit::System, doing)?;
        }
        encoder.finish().or_fail(Exit::System, doing)
    }

    fn rule(&self, id: &str, reason: &str, units: Match) -> Rule {
        Rule {
            id: id.to_owned(),
            authority: "Demo authority".to_owned(),
            class: "II".to_owned(),
            action: Action::DoNotUse,
            reason: reason.to_owned(),
            source: format!("https://recalls.example.org/{id}"),
            source_date: self.days_ago(1),
            units,
        }
    }

    /// The day so many days before the demo's.
    pub(super) fn days_ago(&self, days: i64) -> Date {
        clock::day(self.now - SignedDuration::from_hours(24 * days))
    }
}

fn issuer(id: &str, name: &str, prefix: &str, keys: Vec<KeyEntry>) -> IssuerEntry {
    let prefixes = vec![Prefix { agency: Agency::GS1, prefix: prefix.to_owned() }];
    IssuerEntry { id: id.to_owned(), name: name.to_owned(), prefixes, keys, seals_all: None }
}

//! What the makers of the world know, as the files of a repository, with deltas between publications.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use udi_verify::recall::manifest::{self, Lot};
use udi_verify::recall::status::Encoder;
use udi_verify::recall::{Action, DateRange, Flag, Match, Order, Range, Rule, delta, rules};
use udi_verify::seal::{Bundle, PublicKey};
use udi_verify::trust::{Refresh, State, UpdateError, delta_path};
use udi_verify::udi::Agency;

use crate::model::{Issuer, Known, Notice, Standing, Units};
use crate::print;
use crate::repository::{Repository, key};

/// How long metadata holds.
pub(crate) const LIFE: SignedDuration = SignedDuration::from_hours(60 * 24);

/// How far the source's data reaches when it is published at a time: some days back, and not always as many.
pub(crate) fn source_date(published: Timestamp) -> Date {
    let day = jiff::tz::TimeZone::UTC.to_datetime(published).date();
    day.saturating_sub(SignedDuration::from_hours(24 * (1 + i64::from(day.day()) % 3)))
}

pub(crate) struct Server(Repository);

impl Server {
    pub(crate) fn new(known: &Known) -> Self {
        let mut repository = Repository::new(&[]);
        repository.expires.insert("root".into(), "2045-01-01T00:00:00Z".into());
        repository.spoil = |role, signed| {
            if role == "targets" && signed["targets"].get("rules.bin").is_some() {
                let issued: Timestamp = signed["issued"].as_str().unwrap().parse().unwrap();
                let date = source_date(issued).to_string();
                signed["targets"]["rules.bin"]["custom"] = json!({"sourceDate": date});
            }
        };
        repository.republish("root");
        let mut server = Self(repository);
        server.publish(known);
        server
    }

    pub(crate) fn root(&self) -> &[u8] {
        self.0.root()
    }

    pub(crate) fn update(&self, state: &State, clock: Timestamp) -> Result<State, UpdateError> {
        self.0.drive(Refresh::start(state, clock).with_deltas(delta::apply_or_fetch)).finish()
    }

    pub(crate) fn publish(&mut self, known: &Known) {
        let repository = &mut self.0;
        let before = repository.targets.remove("targets").unwrap_or_default();
        for (path, bytes) in files(known) {
            if let Some(old) = before.get(&path).filter(|old| **old != bytes) {
                let change = match path.starts_with("status/") {
                    true => delta::between_status_lists(old, &bytes).unwrap(),
                    false => delta::between_files(old, &bytes),
                };
                let (from, to) = (Sha256::digest(old).into(), Sha256::digest(&bytes).into());
                repository.set_target("targets", &delta_path(&path, &from, &to), &change);
            }
            repository.set_target("targets", &path, &bytes);
        }
        repository.issued = known.published.to_string();
        for role in ["targets", "snapshot", "timestamp"] {
            repository.expires.insert(role.into(), (known.published + LIFE).to_string());
        }
        repository.publish(&["targets", "snapshot", "timestamp"]);
    }
}

fn files(known: &Known) -> Vec<(String, Vec<u8>)> {
    let mut files =
        vec![("keys.json".to_owned(), registry(known)), ("rules.bin".to_owned(), recall_rules(known))];
    for issuer in &known.issuers {
        files.push((format!("status/{}.bin", issuer.id), status(issuer)));
    }
    let signed: Vec<_> = known.detached.iter().map(print::signed).collect();
    let seals = signed.iter().map(|signed| (&signed.record, signed.hint, signed.signature));
    files.push(("records/stock.bin".to_owned(), Bundle::encode(seals)));
    for lot in &known.lots {
        let name = format!("records/{}-{}.manifest", lot.di, lot.lot);
        let identity = Lot { agency: Agency::GS1, di: &lot.di, lot: &lot.lot, first_index: lot.first_index };
        let bytes = manifest::encode(identity, &lot.serials).unwrap();
        if let Some(times) = lot.witnessed {
            files.push((format!("{name}.tlog-proof"), proof(&bytes, times).into_bytes()));
        }
        files.push((name, bytes));
    }
    files
}

fn public(seed: u8) -> PublicKey {
    PublicKey::from_bytes(key(seed).verifying_key().as_bytes()).unwrap()
}

fn registry(known: &Known) -> Vec<u8> {
    let key_entry = |key: &crate::model::Key| {
        let mut entry =
            json!({"hint": public(key.seed).hint().to_string(), "public": public(key.seed).to_base64url()});
        entry["status"] = match key.standing {
            Standing::Active => json!("active"),
            Standing::Retired => json!("retired"),
            Standing::CompromisedFrom(_) => json!("compromised"),
        };
        if let Standing::CompromisedFrom(from) = key.standing {
            entry["compromisedFrom"] = json!(from.to_string());
        }
        if let Some(range) = key.range {
            entry["indexRanges"] = json!([range]);
        }
        entry
    };
    let issuer = |issuer: &Issuer| {
        let mut entry = json!({"id": issuer.id, "name": issuer.id,
            "prefixes": [{"agency": "GS1", "prefix": issuer.prefix}],
            "keys": issuer.keys.iter().map(key_entry).collect::<Vec<_>>()});
        if let Some(day) = issuer.seals_all_expiring_from {
            entry["sealsAll"] = json!({"exceptExpiringBefore": day.to_string()});
        }
        entry
    };
    let named = |name: &str, seed| json!({"name": name, "public": public(seed).to_base64url()});
    let file: Value = json!({"version": 1, "issuers": known.issuers.iter().map(issuer).collect::<Vec<_>>(),
        "logs": [named("log.example", 50)], "witnesses": [named("w1.example", 51), named("w2.example", 52)]});
    serde_json::to_vec(&file).unwrap()
}

fn recall_rules(known: &Known) -> Vec<u8> {
    let rule = |notice: &Notice| {
        let mut units = Match { di: Some(notice.di.clone()), ..Match::default() };
        match &notice.units {
            Units::All => units.all = true,
            Units::TextOnly => units.text_only = true,
            Units::Lots(lots) => units.lots = lots.clone(),
            Units::Serials(first, last) => {
                let (from, to) = (first.to_string(), last.to_string());
                units.serial_ranges = vec![Range { from, to, order: Order::Numeric }];
            }
            Units::Expiring(first, last) => {
                units.expiry = Some(DateRange { from: Some(*first), to: Some(*last) });
            }
        }
        Rule {
            id: notice.id.clone(),
            authority: "FDA".into(),
            class: "II".into(),
            action: Action::DoNotUse,
            reason: "It may fail.".into(),
            source: "https://example.org/".into(),
            source_date: jiff::civil::date(2026, 11, 1),
            units,
        }
    };
    rules::encode(&known.notices.iter().map(rule).collect::<Vec<_>>()).unwrap()
}

fn status(issuer: &Issuer) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new(), issuer.given_out).unwrap();
    for flag in Flag::ALL {
        for (index, _) in issuer.flags.iter().filter(|(_, flags)| flags.contains(flag.code())) {
            encoder.push(flag, *index).unwrap();
        }
    }
    encoder.finish().unwrap()
}

/// A log of this one manifest, its checkpoint cosigned by two witnesses.
fn proof(manifest: &[u8], times: (Timestamp, Timestamp)) -> String {
    let leaf = Sha256::new().chain_update([0]).chain_update(manifest).finalize();
    let text = format!("log.example\n1\n{}\n", STANDARD.encode(leaf));
    let line = |name: &str, seed: u8, algorithm: u8, blob: &[u8]| {
        let id = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', algorithm])
            .chain_update(key(seed).verifying_key().as_bytes())
            .finalize();
        format!("— {name} {}\n", STANDARD.encode([&id[..4], blob].concat()))
    };
    let mut note =
        format!("{text}\n{}", line("log.example", 50, 1, &key(50).sign(text.as_bytes()).to_bytes()));
    for (name, seed, seen) in [("w1.example", 51, times.0), ("w2.example", 52, times.1)] {
        let second = u64::try_from(seen.as_second()).unwrap();
        let signature =
            key(seed).sign(format!("cosignature/v1\ntime {second}\n{text}").as_bytes()).to_bytes();
        note += &line(name, seed, 4, &[&second.to_be_bytes()[..], &signature].concat());
    }
    format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{note}")
}

//! A random world against a slow, obvious model: makers, keys, units, recalls, thefts, compromises, days that
//! pass, publications, updates that succeed or fail, clocks that lie, and labels that are genuine, edited,
//! forged or borrowed. Every verdict must be the one that `world/model.rs` gives.
#![cfg(feature = "author")]

#[path = "world/model.rs"]
mod model;
#[path = "world/print.rs"]
mod print;
#[path = "world/publication.rs"]
mod publication;
#[expect(dead_code, reason = "other tests use the rest")]
mod repository;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use model::{Fields, Issuer, Key, Known, Label, LotList, Notice, Seal, Standing, Units, Way};
use publication::Server;
use udi_verify::trust::State;
use udi_verify::verdict::Verifier;

/// SplitMix64: a run is repeated by its seed.
struct Choices(u64);

impl Choices {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() { None } else { items.get(self.below(items.len() as u64) as usize) }
    }
}

const START: &str = "2026-11-20T12:00:00Z";
const FLAGS: [&str; 5] = ["recalled", "stolen", "used", "destroyed", "quarantined"];
/// A key that no registry knows.
const STRANGER: u8 = 250;

struct World {
    choices: Choices,
    time: Timestamp,
    now: Known,
    labels: Vec<Label>,
    serials: u64,
    seeds: u8,
    notices: u64,
}

/// A GTIN-14 of this company and item.
fn gtin(indicator: u64, prefix: &str, item: u64) -> String {
    let body = format!("{indicator}{prefix}{item:05}");
    let sum: u32 = body
        .bytes()
        .zip([3, 1].into_iter().cycle())
        .map(|(byte, weight)| u32::from(byte - b'0') * weight)
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// A serial whose digits start no application identifier, in the order of the numbers.
fn serial(number: u64) -> String {
    (0..6_u32).rev().map(|place| char::from(b'4' + (number / 5_u64.pow(place) % 5) as u8)).collect()
}

impl World {
    fn new(seed: u64) -> Self {
        let issuer = |id: &str, prefix: &str, seed| Issuer {
            id: id.into(),
            prefix: prefix.into(),
            keys: vec![Key { seed, standing: Standing::Active, range: None }],
            seals_all_expiring_from: None,
            given_out: 0,
            flags: BTreeMap::new(),
        };
        let time: Timestamp = START.parse().unwrap();
        let now = Known {
            issuers: vec![
                issuer("acme", "9501234", 101),
                issuer("other", "9504321", 102),
                issuer("third", "9507777", 103),
            ],
            notices: Vec::new(),
            lots: Vec::new(),
            detached: Vec::new(),
            published: time,
            source: publication::source_date(time),
        };
        Self { choices: Choices(seed), time, now, labels: Vec::new(), serials: 0, seeds: 110, notices: 0 }
    }

    fn day(&mut self, from: i64, to: i64) -> Date {
        let span = u64::try_from(to - from).unwrap();
        let offset = from + i64::try_from(self.choices.below(span)).unwrap();
        date(2026, 11, 20).saturating_add(SignedDuration::from_hours(24 * offset))
    }

    fn lot(&mut self) -> String {
        format!("LT{}", char::from(b'A' + self.choices.below(4) as u8))
    }

    fn event(&mut self) {
        match self.choices.below(12) {
            0..=4 => self.make_unit(),
            5 | 6 => self.publish_notice(),
            7 => {
                let at = self.choices.below(8) as usize;
                if at < self.now.notices.len() {
                    self.now.notices.remove(at);
                }
            }
            8 => self.flag_units(),
            9 => self.change_keys(),
            10 => self.list_lot(),
            _ => self.change_practice(),
        }
    }

    fn make_unit(&mut self) {
        let issuer = self.choices.below(3) as usize;
        self.serials += 1;
        let fields = Fields {
            di: gtin(self.choices.below(2), &self.now.issuers[issuer].prefix, self.choices.below(3)),
            lot: (!self.choices.one_in(6)).then(|| self.lot()),
            serial: Some(serial(self.serials)),
            expiry: if self.choices.one_in(5) { None } else { Some(self.day(-20, 700)) },
            made: self.choices.one_in(3).then(|| self.day(-400, -60)),
        };
        let index = (!self.choices.one_in(4)).then(|| {
            self.now.issuers[issuer].given_out += 1;
            self.now.issuers[issuer].given_out - 1
        });
        let able = |key: &&Key| {
            key.standing == Standing::Active
                && match (key.range, index) {
                    (None, _) => true,
                    (Some((first, last)), Some(index)) => (first..=last).contains(&index),
                    (Some(_), None) => false,
                }
        };
        let signer = self.now.issuers[issuer].keys.iter().find(able).map(|key| key.seed);
        let seal = signer.map(|by| Seal { by, names: by, over: fields.clone(), index });
        let way = match self.choices.below(6) {
            0 | 1 => Some(Way::Symbol),
            2 => Some(Way::Link),
            3 => Some(Way::Companion),
            _ => None,
        };
        match (way, seal) {
            (Some(way), Some(seal)) => self.labels.push(Label { fields, seal: Some((way, seal)) }),
            (None, Some(seal)) if self.choices.one_in(2) => {
                self.now.detached.push(seal);
                self.labels.push(Label { fields, seal: None });
            }
            _ => self.labels.push(Label { fields, seal: None }),
        }
    }

    fn publish_notice(&mut self) {
        let Some(label) = self.choices.of(&self.labels).cloned() else { return };
        let units = match self.choices.below(5) {
            0 => Units::All,
            1 => Units::TextOnly,
            2 => Units::Lots((0..=self.choices.below(3)).map(|_| self.lot()).collect()),
            3 => {
                let first = 1 + self.choices.below(self.serials);
                let number = |number| serial(number).parse().unwrap();
                Units::Serials(number(first), number(first + self.choices.below(6)))
            }
            _ => {
                let first = self.day(-20, 700);
                Units::Expiring(first, first.saturating_add(SignedDuration::from_hours(24 * 60)))
            }
        };
        self.notices += 1;
        self.now.notices.push(Notice { id: format!("N-{}", self.notices), di: label.fields.di, units });
    }

    fn flag_units(&mut self) {
        let issuer = self.choices.below(3) as usize;
        let issuer = &mut self.now.issuers[issuer];
        for _ in 0..3 {
            if issuer.given_out > 0 {
                let index = self.choices.below(issuer.given_out);
                let flag = FLAGS[self.choices.below(5) as usize];
                let flags: &mut BTreeSet<_> = issuer.flags.entry(index).or_default();
                if !flags.remove(flag) {
                    flags.insert(flag);
                }
            }
        }
    }

    fn change_keys(&mut self) {
        let (issuer, compromised) = (self.choices.below(3) as usize, self.choices.one_in(2));
        let hours = i64::try_from(self.choices.below(24 * 40)).unwrap();
        let from = self.time - SignedDuration::from_hours(hours);
        let ranged = self.choices.one_in(2);
        self.seeds += 1;
        let issuer = &mut self.now.issuers[issuer];
        for key in issuer.keys.iter_mut().filter(|key| key.standing == Standing::Active) {
            key.standing = if compromised { Standing::CompromisedFrom(from) } else { Standing::Retired };
        }
        let range = ranged.then_some((issuer.given_out, issuer.given_out + 30));
        issuer.keys.push(Key { seed: self.seeds, standing: Standing::Active, range });
    }

    fn list_lot(&mut self) {
        let Some(label) = self.choices.of(&self.labels).cloned() else { return };
        let (di, Some(lot)) = (label.fields.di, label.fields.lot) else { return };
        if self.now.lots.iter().any(|known| known.di == di && known.lot == lot) {
            return;
        }
        let units = self.labels.iter().map(|label| &label.fields);
        let units = units.filter(|fields| fields.di == di && fields.lot.as_ref() == Some(&lot));
        let serials: Vec<String> = units.filter_map(|fields| fields.serial.clone()).collect();
        let issuer = self.now.issuers.iter_mut().find(|issuer| di[1..].starts_with(&issuer.prefix)).unwrap();
        let first_index = self.choices.one_in(2).then(|| {
            issuer.given_out += serials.len() as u64;
            issuer.given_out - serials.len() as u64
        });
        let seen = |choices: &mut Choices| {
            self.time - SignedDuration::from_hours(i64::try_from(choices.below(24 * 30)).unwrap())
        };
        let witnessed = self.choices.one_in(2).then(|| (seen(&mut self.choices), seen(&mut self.choices)));
        self.now.lots.push(LotList { di, lot, serials, first_index, witnessed });
    }

    fn change_practice(&mut self) {
        let issuer = self.choices.below(3) as usize;
        let from = self.choices.one_in(2).then(|| self.day(0, 500));
        self.now.issuers[issuer].seals_all_expiring_from = from;
    }

    /// A label somebody holds: one that was made, or what a forger made of one.
    fn label(&mut self) -> Option<Label> {
        let mut label = self.choices.of(&self.labels)?.clone();
        let other = self.choices.of(&self.labels)?.clone();
        match self.choices.below(16) {
            0 => label.fields.lot = Some(self.lot()),
            1 => label.fields.expiry = Some(self.day(-20, 700)),
            2 => label.fields.serial = Some(serial(1 + self.choices.below(self.serials + 5))),
            3 => label.fields.lot = None,
            4 => label.fields.serial = None,
            5 => label.seal = None,
            6 => label.seal = other.seal,
            7 => label.fields = other.fields,
            8 => {
                let names = other.seal.map_or(STRANGER, |(_, seal)| seal.names);
                let seal = Seal { by: STRANGER, names, over: label.fields.clone(), index: Some(0) };
                label.seal = Some((Way::Symbol, seal));
            }
            // A maker's own key, under the prefix of another.
            9 => {
                let issuer = self.choices.below(3) as usize;
                let seed = self.now.issuers[issuer].keys.last().unwrap().seed;
                let seal = Seal { by: seed, names: seed, over: label.fields.clone(), index: Some(3) };
                label.seal = Some((Way::Symbol, seal));
            }
            10 => label.fields.expiry = None,
            _ => {}
        }
        Some(label)
    }
}

/// What happened in a run, so that a run that tests nothing shows.
#[derive(Default)]
struct Tally {
    headlines: BTreeMap<&'static str, u64>,
    updates: u64,
    refused: u64,
}

fn run(seed: u64, tally: &mut Tally) {
    let mut world = World::new(seed);
    let mut server = Server::new(&world.now);
    let mut published = world.now.clone();
    let mut state = server.update(&State::pinned(server.root()).unwrap(), world.time).unwrap();
    let (mut held, mut synced) = (published.clone(), world.time);
    for _ in 0..24 {
        let leap = if world.choices.one_in(12) { 24 * 30 } else { 30 };
        world.time += SignedDuration::from_hours(1 + i64::try_from(world.choices.below(leap)).unwrap());
        for _ in 0..world.choices.below(4) {
            world.event();
        }
        if world.choices.below(10) < 6 {
            world.now.published = world.time;
            world.now.source = publication::source_date(world.time);
            server.publish(&world.now);
            published = world.now.clone();
        }
        let skew = match world.choices.below(12) {
            0 => -3650,
            1 => 3650,
            _ => 0,
        };
        let clock = world.time + SignedDuration::from_hours(24 * skew);
        if world.choices.below(10) < 6 {
            let reckoned = clock.max(held.published);
            let expired = published.published + publication::LIFE <= reckoned;
            match server.update(&state, clock) {
                Ok(next) => {
                    assert!(!expired, "seed {seed}: an expired repository updated the state");
                    (state, held, synced) = (next, published.clone(), reckoned);
                    tally.updates += 1;
                }
                Err(error) => {
                    assert!(expired, "seed {seed}: {error}");
                    assert_eq!(error.code(), "metadata_expired", "seed {seed}");
                    tally.refused += 1;
                }
            }
            // What is stored is what is held.
            state = State::from_bytes(&state.to_bytes(), server.root()).unwrap();
        }
        let verifier = Verifier::new(state.clone()).unwrap();
        for _ in 0..6 {
            let Some(label) = world.label() else { continue };
            let expected = model::verdict(&held, synced, clock, &label);
            let found = print::verdict(&verifier, &label, clock);
            assert_eq!(found, expected, "seed {seed}: {label:#?} at {clock}, data of {}", held.published);
            *tally.headlines.entry(expected.headline).or_default() += 1;
        }
    }
}

#[test]
fn every_verdict_of_a_random_world_is_the_models() {
    // `cargo xtask test --long` asks for twenty thousand cases; each world here is some hundred of them.
    let cases: u64 =
        std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1000);
    let mut tally = Tally::default();
    for seed in 0..cases / 25 {
        run(seed, &mut tally);
    }
    println!("{:?}, {} updates, {} refused", tally.headlines, tally.updates, tally.refused);
    assert_eq!(tally.headlines.len(), 8, "every headline was met: {:?}", tally.headlines);
    assert!(tally.updates > 0 && tally.refused > 0);
}

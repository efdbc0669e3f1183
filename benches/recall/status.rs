//! Unit status lists, their deltas, and lot manifests.

use std::io::Write;
use std::time::Instant;

use udi_verify::recall::manifest::{self, Lot};
use udi_verify::recall::status::Encoder;
use udi_verify::recall::{Flag, Manifest, UnitStatus, UnitStatusList, delta};
use udi_verify::udi::Agency;

use crate::random::Random;
use crate::report::{line, mean_nanoseconds};

const UNITS: u64 = 100_000_000;

fn encode(members: &[u64]) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new(), UNITS).expect("begins");
    members.iter().for_each(|index| encoder.push(Flag::Recalled, *index).expect("in order"));
    encoder.finish().expect("ends")
}

/// Bytes that no code for such random sets can go below on average.
fn entropy_bytes(p: f64) -> f64 {
    UNITS as f64 * (-p * p.log2() - (1.0 - p) * (1.0 - p).log2()) / 8.0
}

fn roaring_bytes(members: &[u64]) -> usize {
    let mut bitmap: roaring::RoaringBitmap = members.iter().map(|index| *index as u32).collect();
    bitmap.optimize();
    bitmap.serialized_size()
}

fn deflated_bitmap_bytes(members: &[u64]) -> usize {
    let mut bitmap = vec![0_u8; (UNITS / 8) as usize];
    members.iter().for_each(|index| bitmap[(index / 8) as usize] |= 1 << (index % 8));
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&bitmap).expect("deflates");
    encoder.finish().expect("deflates").len()
}

pub(crate) fn sizes() {
    for p in [0.0001, 0.001, 0.01, 0.05, 0.1] {
        let members = Random(7).members(UNITS, p);
        let start = Instant::now();
        let file = encode(&members);
        let time = start.elapsed();
        let entropy = entropy_bytes(p);
        let bound = if p == 0.01 { "at most 1,050,000, +5 %; " } else { "" };
        line(
            &format!("size, 100 M units, {} % flagged", p * 100.0),
            &format!("{} B, +{:.2} %", file.len(), (file.len() as f64 / entropy - 1.0) * 100.0),
            &format!(
                "{bound}entropy {entropy:.0}, roaring {}, zlib bitmap {}; written in {time:.0?}",
                roaring_bytes(&members),
                deflated_bitmap_bytes(&members)
            ),
        );
    }
}

pub(crate) fn questions() {
    let mut random = Random(8);
    for p in [0.001, 0.01, 0.05] {
        let members = random.members(UNITS, p);
        let file = encode(&members);
        let list = UnitStatusList::open_unverified(&file).expect("opens");
        let asked: Vec<u64> = (0..5_000)
            .flat_map(|_| [random.below(UNITS), members[random.below(members.len() as u64) as usize]])
            .collect();
        let mean = mean_nanoseconds(&asked, |index| u64::from(list.ask(*index) == UnitStatus::NotFlagged));
        let bound = if p == 0.01 { "at most 5 µs" } else { "" };
        line(
            &format!("question, 100 M units, {} % flagged", p * 100.0),
            &format!("{:.2} µs", mean / 1e3),
            bound,
        );
        let open =
            mean_nanoseconds(&[&file], |file| UnitStatusList::open_unverified(file).expect("opens").size());
        line(&format!("opening, {} bytes", file.len()), &format!("{open:.0} ns"), "independent of the size");
    }
}

pub(crate) fn recalls_by_lot() {
    let members: Vec<u64> =
        (0..40).flat_map(|lot| (0..2500).map(move |unit| lot * 2_417_011 + unit)).collect();
    let what = "size, 40 recalled lots of 2,500 units";
    line(what, &format!("{} B", encode(&members).len()), &format!("roaring {}", roaring_bytes(&members)));
}

pub(crate) fn deltas() {
    let mut random = Random(9);
    let old = random.members(UNITS, 0.01);
    let mut new: std::collections::BTreeSet<u64> = old.iter().copied().collect();
    for change in 0..5_000 {
        if change % 5 == 0 {
            new.remove(&old[random.below(old.len() as u64) as usize]);
        } else {
            new.insert(random.below(UNITS));
        }
    }
    let (base, result) = (encode(&old), encode(&new.into_iter().collect::<Vec<_>>()));
    let change = delta::between_status_lists(&base, &result).expect("a delta");
    line("delta, 5,000 changes at 100 M units", &format!("{} B", change.len()), "at most 12,000");
    let start = Instant::now();
    assert_eq!(delta::apply(&base, &change).expect("applies"), result);
    line("applying it, both hashes included", &format!("{:.1?}", start.elapsed()), "");
}

pub(crate) fn manifests() {
    let mut random = Random(10);
    let numbers = random.members(10_000_000_000, 0.0001);
    let serials: Vec<String> = numbers.iter().map(|number| format!("{number:010}")).collect();
    let lot = Lot { agency: Agency::GS1, di: "09501234543215", lot: "L1", first_index: Some(0) };
    let file = manifest::encode(lot, &serials).expect("encodes");
    line(
        "manifest, 1 M serials, 1 in 10,000",
        &format!("{:.2} bits a serial", file.len() as f64 * 8.0 / serials.len() as f64),
        "entropy 14.73; 64 bytes a serial for signatures of their own",
    );
    let manifest = Manifest::open_unverified(&file).expect("opens");
    let asked: Vec<String> = (0..1000)
        .flat_map(|_| {
            let listed = serials[random.below(serials.len() as u64) as usize].clone();
            [listed, format!("{:010}", random.below(10_000_000_000))]
        })
        .collect();
    let mean =
        mean_nanoseconds(&asked, |serial| manifest.rank(serial).expect("readable").map_or(0, u64::from));
    line("question to that manifest", &format!("{:.2} µs", mean / 1e3), "");
}

//! Lot manifests against a plain set, both ways.
#![cfg(feature = "author")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use udi_verify::recall::manifest::{EncodeError, Lot, encode};
use udi_verify::recall::{Manifest, Membership};
use udi_verify::udi::{Agency, Udi};

const LOT: Lot<'_> = Lot { agency: Agency::GS1, di: "09501234543215", lot: "LOT7", first_index: Some(5_000) };

fn label(serial: &str) -> Udi {
    Udi {
        agency: Some(Agency::GS1),
        di: Some(LOT.di.into()),
        lot: Some(LOT.lot.into()),
        serial: Some(serial.into()),
        ..Udi::default()
    }
}

/// The order of the format: by length, then by bytes.
fn by_length(serials: &BTreeSet<String>) -> Vec<&String> {
    let mut sorted: Vec<&String> = serials.iter().collect();
    sorted.sort_by_key(|serial| (serial.len(), serial.as_bytes()));
    sorted
}

fn check(serials: &BTreeSet<String>, others: impl IntoIterator<Item = String>) {
    let list: Vec<&String> = serials.iter().rev().collect();
    let file = encode(LOT, &list).expect("encodes");
    let manifest = Manifest::open_unverified(&file).expect("opens");
    assert_eq!(manifest.len() as usize, serials.len());
    let listed: Vec<String> = manifest.serials().collect::<Result<_, _>>().expect("readable");
    assert!(listed.iter().eq(by_length(serials)), "the serials come out as they went in");
    for (rank, serial) in (0_u32..).zip(by_length(serials)) {
        let listed = Membership::Listed { rank, index: Some(5_000 + u64::from(rank)) };
        assert_eq!(manifest.ask(&label(serial)), listed, "{serial}");
    }
    for other in others.into_iter().filter(|other| !serials.contains(other)) {
        assert_eq!(manifest.ask(&label(&other)), Membership::NotListed, "{other}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_serials_are_listed_and_no_other(
        serials in prop::collection::btree_set("[!-z]{1,18}", 0..700),
        others in prop::collection::vec("[!-z]{1,18}", 100),
    ) {
        check(&serials, others);
    }

    #[test]
    fn numbered_serials_are_listed_and_no_other(
        numbers in prop::collection::btree_set(0_u32..20_000, 1..2000),
        others in prop::collection::vec(0_u32..20_000, 300),
    ) {
        let serial = |number: &u32| format!("SN26-{number:06}");
        check(&numbers.iter().map(serial).collect(), others.iter().map(serial));
    }

    #[test]
    fn a_damaged_manifest_never_panics(at in any::<prop::sample::Index>(), byte: u8) {
        let mut file = encode(LOT, &(0..600).map(|n| format!("{}", n * 37)).collect::<Vec<_>>()).expect("encodes");
        let at = at.index(file.len());
        file[at] = byte;
        if let Ok(manifest) = Manifest::open_unverified(&file) {
            for n in 0..100 {
                let _ = manifest.ask(&label(&n.to_string()));
            }
        }
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let file = [b"UDIM\x01\0\x01\x00\x00\x00\x0a0123456789".as_slice(), &bytes].concat();
        if let Ok(manifest) = Manifest::open_unverified(&file) {
            let _ = manifest.rank("42");
        }
    }
}

#[test]
fn another_lot_or_no_serial_is_not_covered() {
    let file = encode(LOT, &["1", "2"]).expect("encodes");
    let manifest = Manifest::open_unverified(&file).expect("opens");
    let other = Udi { lot: Some("LOT8".into()), ..label("1") };
    assert_eq!(manifest.ask(&other), Membership::NotCovered);
    let bare = Udi { serial: None, ..label("1") };
    assert_eq!(manifest.ask(&bare), Membership::NotCovered);
    assert_eq!(manifest.ask(&label("01")), Membership::NotListed, "serials are not numbers");
}

#[test]
fn a_manifest_cut_in_its_head_is_refused() {
    let file = encode(LOT, &["1", "2"]).expect("encodes");
    let head = file.len() - 1;
    for end in 0..head {
        assert!(Manifest::open_unverified(&file[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn a_serial_listed_twice_is_refused() {
    assert_eq!(encode(LOT, &["7", "8", "7"]), Err(EncodeError::Twice("7".into())));
}

#[test]
fn one_serial_in_ten_thousand_costs_under_fifteen_bits() {
    let serials: Vec<String> =
        (0..20_000_u64).map(|n| format!("{:012}", n * 10_000 + n * n * 7919 % 10_000)).collect();
    let file = encode(LOT, &serials).expect("encodes");
    let bits = file.len() as f64 * 8.0 / serials.len() as f64;
    assert!(bits < 15.5, "{bits} bits a serial");
}

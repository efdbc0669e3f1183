//! Unit status lists against a plain set, both ways.
#![cfg(feature = "author")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use udi_verify::recall::status::{EncodeError, Encoder};
use udi_verify::recall::{FileError, Flag, UnitStatus, UnitStatusList};

type Flagged = BTreeSet<(Flag, u64)>;

fn encode(flagged: &Flagged, size: u64) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new(), size).expect("begins");
    for (flag, index) in flagged {
        encoder.push(*flag, *index).expect("in order");
    }
    encoder.finish().expect("ends")
}

/// What a plain set says.
fn plain(flagged: &Flagged, size: u64, index: u64) -> UnitStatus {
    if index >= size {
        return UnitStatus::NotAvailable;
    }
    let first = Flag::ALL.into_iter().find(|flag| flagged.contains(&(*flag, index)));
    first.map_or(UnitStatus::NotFlagged, UnitStatus::Flagged)
}

fn flags() -> impl Strategy<Value = Flagged> {
    let flag = prop::sample::select(Flag::ALL.to_vec());
    let near = prop::collection::vec((flag.clone(), 0_u64..300_000), 0..400);
    let runs = prop::collection::vec((flag.clone(), 0_u64..250_000, 0_u64..5000), 0..4);
    let far = prop::collection::vec((flag, 0_u64..1 << 36), 0..10);
    (near, runs, far).prop_map(|(near, runs, far)| {
        let runs =
            runs.into_iter().flat_map(|(flag, from, count)| (from..from + count).map(move |n| (flag, n)));
        near.into_iter().chain(runs).chain(far).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_list_says_what_a_plain_set_says(
        flagged in flags(),
        probes in prop::collection::vec(0_u64..300_000, 200),
    ) {
        let size = 1 << 36;
        let file = encode(&flagged, size);
        let list = UnitStatusList::open_unverified(&file).expect("opens");
        let around = flagged.iter().step_by(flagged.len() / 200 + 1);
        let around = around.flat_map(|(_, n)| [n.saturating_sub(1), *n, n + 1]);
        for index in around.chain(probes).chain([size - 1, size, u64::MAX]) {
            prop_assert_eq!(list.ask(index), plain(&flagged, size, index), "index {}", index);
        }
        for flag in Flag::ALL {
            let count = flagged.iter().filter(|(other, _)| *other == flag).count();
            prop_assert_eq!(list.members(flag), count as u64);
        }
    }

    #[test]
    fn a_damaged_list_never_panics(
        flagged in flags(),
        at in any::<prop::sample::Index>(),
        byte: u8,
        probes in prop::collection::vec(0_u64..300_000, 50),
    ) {
        let mut file = encode(&flagged, 1 << 36);
        let at = at.index(file.len());
        file[at] = byte;
        if let Ok(list) = UnitStatusList::open_unverified(&file) {
            for index in probes {
                let _ = list.ask(index);
            }
        }
    }

    #[test]
    fn any_bytes_are_an_answer_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let file = [b"UDIU\x01\0".as_slice(), &bytes].concat();
        if let Ok(list) = UnitStatusList::open_unverified(&file) {
            let _ = list.ask(7);
        }
    }
}

#[test]
fn the_gravest_flag_is_told() {
    let file = encode(&[(Flag::Quarantined, 5), (Flag::Recalled, 5), (Flag::Used, 6)].into(), 10);
    let list = UnitStatusList::open_unverified(&file).expect("opens");
    assert_eq!(list.ask(5), UnitStatus::Flagged(Flag::Recalled));
    assert_eq!(list.ask(6), UnitStatus::Flagged(Flag::Used));
    assert_eq!(list.ask(7), UnitStatus::NotFlagged);
    assert_eq!(list.ask(10), UnitStatus::NotAvailable, "not yet given out when the list was made");
}

#[test]
fn a_list_cut_anywhere_is_refused() {
    let file = encode(&[(Flag::Recalled, 5), (Flag::Used, 70_000)].into(), 100_000);
    for end in 0..file.len() {
        assert!(UnitStatusList::open_unverified(&file[..end]).is_err(), "cut at {end}");
    }
    let mut later = file.clone();
    later[4] = 2;
    assert_eq!(
        UnitStatusList::open_unverified(&later).err(),
        Some(FileError::Version { found: 2, known: 1 })
    );
}

#[test]
fn a_writer_takes_no_disorder() {
    let mut encoder = Encoder::new(Vec::new(), 100).expect("begins");
    encoder.push(Flag::Stolen, 7).expect("first");
    for (flag, index) in [(Flag::Stolen, 7), (Flag::Stolen, 6), (Flag::Recalled, 9)] {
        assert!(matches!(encoder.push(flag, index), Err(EncodeError::OutOfOrder { .. })), "{index}");
    }
    assert!(matches!(encoder.push(Flag::Used, 100), Err(EncodeError::BeyondSize { .. })));
}

#[test]
fn forty_lots_of_2500_units_take_few_bytes() {
    let lots =
        (0..40_u64).flat_map(|lot| (0..2500).map(move |unit| (Flag::Recalled, lot * 2_400_000 + unit)));
    let file = encode(&lots.collect(), 100_000_000);
    assert!(file.len() < 700, "{} bytes", file.len());
}

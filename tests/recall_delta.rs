//! Deltas: what they give, what they refuse, and a year of them.
#![cfg(feature = "author")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use udi_verify::recall::delta::{self, DeltaError};
use udi_verify::recall::status::Encoder;
use udi_verify::recall::{Flag, Rule, Rules, UnitStatus, UnitStatusList, rules};
use udi_verify::udi::{Agency, Udi};

type Flagged = BTreeSet<(Flag, u64)>;

fn encode(flagged: &Flagged, size: u64) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new(), size).expect("begins");
    for (flag, index) in flagged {
        encoder.push(*flag, *index).expect("in order");
    }
    encoder.finish().expect("ends")
}

/// A small generator of test choices (SplitMix64), so that a run can be repeated by its seed.
struct Choices(u64);

impl Choices {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

#[test]
fn a_year_of_random_deltas_keeps_to_a_plain_set_both_ways() {
    let mut choices = Choices(2026);
    let mut size = 1_000_000_u64;
    let mut plain: Flagged =
        (0..5000).map(|_| (Flag::ALL[choices.below(5) as usize], choices.below(size))).collect();
    let mut file = encode(&plain, size);
    for day in 0..365 {
        size += choices.below(3000);
        for _ in 0..choices.below(60) {
            let entry = (Flag::ALL[choices.below(5) as usize], choices.below(size));
            if !plain.remove(&entry) {
                plain.insert(entry);
            }
        }
        if choices.below(10) == 0 {
            let (lot, flag) = (choices.below(size - 2500), Flag::ALL[choices.below(5) as usize]);
            plain.extend((lot..lot + 2500).map(|index| (flag, index)));
        }
        if choices.below(20) == 0 {
            let middle = choices.below(size);
            plain.retain(|(_, index)| !(middle..middle + 10_000).contains(index));
        }
        let today = encode(&plain, size);
        let change = delta::between_status_lists(&file, &today).expect("a delta");
        let applied = delta::apply(&file, &change).expect("applies");
        assert_eq!(applied, today, "day {day}");
        let undo = delta::between_status_lists(&today, &file).expect("a delta back");
        assert_eq!(delta::apply(&today, &undo).expect("applies back"), file, "day {day}");
        file = applied;
        let list = UnitStatusList::open_unverified(&file).expect("opens");
        let flagged = plain.iter().step_by(97).map(|(_, index)| *index).collect::<Vec<_>>();
        for index in flagged.into_iter().chain((0..200).map(|_| choices.below(size))) {
            let first = Flag::ALL.into_iter().find(|flag| plain.contains(&(*flag, index)));
            let expected = first.map_or(UnitStatus::NotFlagged, UnitStatus::Flagged);
            assert_eq!(list.ask(index), expected, "day {day}, index {index}");
        }
    }
}

#[test]
fn a_delta_for_another_base_is_refused() {
    let old = encode(&[(Flag::Used, 1)].into(), 10);
    let new = encode(&[(Flag::Used, 2)].into(), 10);
    let change = delta::between_status_lists(&old, &new).expect("a delta");
    assert!(matches!(delta::apply(&new, &change), Err(DeltaError::Base)));
    let copied = delta::between_files(&old, &new);
    assert!(matches!(delta::apply(&new, &copied), Err(DeltaError::Base)));
}

#[test]
fn a_damaged_delta_gives_its_announced_result_or_none() {
    let old = encode(&(0..300).map(|n| (Flag::Used, n * 7)).collect(), 100_000);
    let new = encode(&(0..300).map(|n| (Flag::Used, n * 7 + n / 200)).collect(), 100_000);
    for change in
        [delta::between_status_lists(&old, &new).expect("a delta"), delta::between_files(&old, &new)]
    {
        for end in 0..change.len() {
            assert!(delta::apply(&old, &change[..end]).is_err(), "cut at {end}");
        }
        for bit in 0..change.len() * 8 {
            let mut damaged = change.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            if let Ok(result) = delta::apply(&old, &damaged) {
                assert_eq!(result, new, "bit {bit}");
            }
        }
        assert!(delta::apply(&old, &[change.as_slice(), &[0]].concat()).is_err(), "trailing byte");
    }
}

proptest! {
    #[test]
    fn a_copy_delta_gives_any_file(
        base in prop::collection::vec(0_u8..3, 0..400),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..5),
    ) {
        let mut result = base.clone();
        for (at, byte) in edits {
            result.insert(at.index(result.len() + 1), byte);
        }
        let change = delta::between_files(&base, &result);
        prop_assert_eq!(delta::apply(&base, &change).ok(), Some(result));
    }

    #[test]
    fn any_bytes_after_the_head_are_an_answer_or_an_error(
        kind in 0_u8..4,
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let old = encode(&[(Flag::Used, 1), (Flag::Stolen, 70_000)].into(), 100_000);
        let new = encode(&[(Flag::Used, 2)].into(), 100_000);
        let head = &delta::between_files(&old, &new)[..75];
        let mut change = [head, bytes.as_slice()].concat();
        change[6] = kind;
        let _ = delta::apply(&old, &change);
    }
}

fn rule(number: usize, lot: &str) -> Rule {
    serde_json::from_value(serde_json::json!({
        "id": format!("R-{number}"), "authority": "FDA", "class": "II", "action": "return",
        "reason": format!("The seal of item {number} may leak."), "source": "https://recalls.example/",
        "sourceDate": "2026-11-20",
        "match": {"agency": "HIBCC", "di": format!("A123X{number:05}0"), "lots": [lot]},
    }))
    .expect("a rule")
}

fn state(file: &[u8], number: usize, lot: &str) -> &'static str {
    let udi = Udi {
        agency: Some(Agency::HIBCC),
        di: Some(format!("A123X{number:05}0")),
        lot: Some(lot.into()),
        ..Udi::default()
    };
    Rules::open_unverified(file).expect("opens").lookup(&udi).code()
}

#[test]
fn new_changed_and_withdrawn_notices_travel_in_a_small_delta() {
    let mut today: Vec<Rule> = (0..2000).map(|number| rule(number, "L1")).collect();
    let mut file = rules::encode(&today).expect("encodes");
    for day in 0..20 {
        today[day] = rule(day, "L2");
        today.push(rule(2000 + day, "L1"));
        today.retain(|rule| rule.id != format!("R-{}", 1000 + day));
        let next = rules::update(&file, &today).expect("updates");
        let change = delta::between_files(&file, &next);
        assert!(change.len() < 4000, "day {day}: {} bytes", change.len());
        file = delta::apply(&file, &change).expect("applies");
        assert_eq!(file, next);
        for earlier in 0..=day {
            assert_eq!(state(&file, earlier, "L2"), "hit");
            assert_eq!(state(&file, earlier, "L1"), "none", "the changed notice names another lot");
            assert_eq!(state(&file, 1000 + earlier, "L1"), "none", "withdrawn");
            assert_eq!(state(&file, 2000 + earlier, "L1"), "hit", "new");
        }
        assert_eq!(state(&file, 500, "L1"), "hit", "untouched");
    }
    assert_eq!(rules::update(&file, &today).expect("updates"), file, "nothing changed");
}

#[test]
fn a_notice_that_comes_back_holds_again() {
    let all = [rule(1, "L1"), rule(2, "L1"), rule(3, "L1")];
    let many: Vec<Rule> = (10..400).map(|number| rule(number, "L1")).collect();
    let with = |rules: &[Rule]| rules.iter().chain(&many).cloned().collect::<Vec<_>>();
    let first = rules::encode(&with(&all)).expect("encodes");
    let without = rules::update(&first, &with(&all[1..])).expect("updates");
    assert_eq!(state(&without, 1, "L1"), "none");
    let again = rules::update(&without, &with(&all)).expect("updates");
    assert_eq!(state(&again, 1, "L1"), "hit");
    assert!(again.len() > without.len(), "a segment was added");
}

//! Recall rules of the size of the FDA's device recall history.
//!
//! The history itself is not in the project. The rules are made up to its measure: 58,000 of them, one
//! product each, three products a notice, 1 to 9 lots a product, reasons of 139 characters on average drawn
//! from a vocabulary of 8,000 words with the frequencies of natural language.

use std::io::Write;
use std::time::Instant;

use jiff::civil::date;
use udi_verify::recall::{Action, Match, Rule, Rules, delta, rules};
use udi_verify::udi::{Agency, Udi};

use crate::random::Random;
use crate::report::{line, mean_nanoseconds};

const RULES: u64 = 58_000;

pub(crate) fn history() {
    let all = make(RULES);
    let start = Instant::now();
    let file = rules::encode(&all).expect("encodes");
    let time = start.elapsed();
    line(
        "size, 58,000 rules",
        &format!("{} B", file.len()),
        &format!("as JSON {}; written in {time:.1?}", json_bytes(&all)),
    );
    line(
        "the same with the server's gzip",
        &format!("{} B", deflated(&file)),
        "at most 4,000,000 downloaded",
    );
    let opened = Rules::open_unverified(&file).expect("opens");
    let open = mean_nanoseconds(&[&file], |file| Rules::open_unverified(file).expect("opens").len() as u64);
    line("opening", &format!("{open:.0} ns"), "independent of the size");
    let mut random = Random(12);
    let hits: Vec<Udi> = (0..500).map(|_| label(&all[random.below(RULES) as usize], None)).collect();
    let misses: Vec<Udi> =
        (0..500).map(|_| label(&all[random.below(RULES) as usize], Some("NOSUCHLOT"))).collect();
    let strangers: Vec<Udi> =
        (0..500).map(|n| Udi { di: Some(gtin(900_000_000_000 + n)), ..label(&all[0], None) }).collect();
    for (what, labels, state) in [
        ("question, a recalled lot, notice included", hits, "hit"),
        ("question, a listed product's other lot", misses, "none"),
        ("question, an unlisted product", strangers, "none"),
    ] {
        assert!(labels.iter().all(|udi| opened.lookup(udi).code() == state), "{what}");
        let mean = mean_nanoseconds(&labels, |udi| opened.lookup(udi).hits().len() as u64);
        line(what, &format!("{:.2} µs", mean / 1e3), "at most 20 µs");
    }
    let mut next = all;
    next.extend(make(RULES + 60).split_off(RULES as usize));
    let today = rules::update(&file, &next).expect("updates");
    let change = delta::between_files(&file, &today);
    line("delta, a day of 60 new rules", &format!("{} B", change.len()), "");
    assert_eq!(delta::apply(&file, &change).expect("applies"), today);
    crate::written::write(&file, &today);
}

/// A recalled label of the history, as it would be scanned.
pub(crate) fn recalled_scan() -> String {
    let rule = &make(1)[0];
    format!("01{}10{}", rule.units.di.as_deref().unwrap_or_default(), rule.units.lots[0])
}

fn deflated(bytes: &[u8]) -> usize {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("deflates");
    encoder.finish().expect("deflates").len()
}

fn json_bytes(rules: &[Rule]) -> usize {
    serde_json::to_vec(rules).expect("serialises").len()
}

fn make(count: u64) -> Vec<Rule> {
    let mut random = Random(11);
    let vocabulary: Vec<String> = (0..8_000).map(|_| word(&mut random)).collect();
    let mut reason = String::new();
    (0..count)
        .map(|number| {
            let event = number / 3;
            if number % 3 == 0 {
                reason = sentence(&mut random, &vocabulary);
            }
            let year = 2003 + (number * 23 / RULES) as i16;
            Rule {
                id: format!("Z-{:04}-{year}", number % 10_000),
                authority: "FDA".into(),
                class: ["I", "II", "II", "II", "III"][random.below(5) as usize].into(),
                action: Action::DoNotUse,
                reason: reason.clone(),
                source: format!(
                    "https://www.accessdata.fda.gov/scripts/cdrh/cfdocs/cfRES/res.cfm?ID={event}"
                ),
                source_date: date(year.min(2026), 1 + random.below(12) as i8, 1 + random.below(28) as i8),
                units: Match {
                    agency: Some(Agency::GS1),
                    di: Some(gtin(random.below(3_000) * 10_000_000 + number)),
                    lots: (0..1 + random.below(9)).map(|_| lot(&mut random)).collect(),
                    ..Match::default()
                },
            }
        })
        .collect()
}

fn label(rule: &Rule, lot: Option<&str>) -> Udi {
    Udi {
        agency: Some(Agency::GS1),
        di: rule.units.di.clone(),
        lot: Some(lot.unwrap_or(&rule.units.lots[0]).into()),
        ..Udi::default()
    }
}

/// A GTIN-14 around a number.
fn gtin(number: u64) -> String {
    let body = format!("{number:013}");
    let sum: u32 = body.bytes().zip([3, 1].into_iter().cycle()).map(|(b, w)| u32::from(b - b'0') * w).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn lot(random: &mut Random) -> String {
    let letter = char::from(b'A' + random.below(26) as u8);
    format!("{letter}{:07}", random.below(10_000_000))
}

fn word(random: &mut Random) -> String {
    (0..2 + random.below(9)).map(|_| char::from(b'a' + random.below(26) as u8)).collect()
}

/// Words whose frequency falls as one over their rank.
fn sentence(random: &mut Random, vocabulary: &[String]) -> String {
    let mut text = String::new();
    while text.len() < 70 + random.below(140) as usize {
        let rank = (vocabulary.len() as f64).powf(random.unit()) - 1.0;
        text.push_str(&vocabulary[rank as usize]);
        text.push(' ');
    }
    text.pop();
    text.push('.');
    text
}

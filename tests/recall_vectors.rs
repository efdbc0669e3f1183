//! The golden files of `tests/vectors/recall`: what they answer, and that writing them again gives them.
#![cfg(feature = "author")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;
use udi_verify::recall::manifest::{self, Lot};
use udi_verify::recall::status::Encoder;
use udi_verify::recall::{Flag, Manifest, Rule, Rules, UnitStatus, UnitStatusList, delta, rules};
use udi_verify::udi::{Agency, LabelDate, Precision, Udi};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/recall")
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn json(name: &str) -> Value {
    serde_json::from_slice(&read(name)).expect("JSON")
}

fn authored(name: &str) -> Vec<Rule> {
    serde_json::from_slice(&read(name)).expect("rules")
}

fn status(flagged: &[(Flag, u64)], size: u64) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new(), size).expect("begins");
    flagged.iter().for_each(|(flag, index)| encoder.push(*flag, *index).expect("in order"));
    encoder.finish().expect("ends")
}

/// Every binary file of the folder, made anew.
fn written() -> BTreeMap<&'static str, Vec<u8>> {
    let rules_file = rules::encode(&authored("rules.json")).expect("encodes");
    let rules_next = rules::encode(&authored("rules-next.json")).expect("encodes");
    let mut flagged: Vec<(Flag, u64)> =
        (0..200_000).filter(|n| *n == 0 || (3000..5500).contains(n)).map(|n| (Flag::Recalled, n)).collect();
    flagged.push((Flag::Stolen, 131_072));
    flagged.extend((70_000..200_000).step_by(37).map(|n| (Flag::Used, n)));
    flagged.extend(
        (0..65_536_u64).filter(|n| n.count_ones() % 2 == 1).map(|n| (Flag::Destroyed, n + 65_536 * 2)),
    );
    flagged.retain(|(flag, n)| *flag != Flag::Destroyed || (131_073..199_000).contains(n));
    flagged.push((Flag::Quarantined, 199_999));
    let status_file = status(&flagged, 200_000);
    flagged.retain(|(flag, n)| *flag != Flag::Used || n % 1000 != 0);
    flagged.push((Flag::Quarantined, 200_010));
    let status_next = status(&flagged, 200_100);
    let serials: Vec<String> =
        (0..1000).step_by(3).map(|n| format!("SN-{n:03}")).chain(["SN-7".to_owned()]).collect();
    let lot = Lot { agency: Agency::GS1, di: "09501234543215", lot: "LOT7", first_index: Some(5000) };
    let manifest_file = manifest::encode(lot, &serials).expect("encodes");
    let rules_delta = delta::between_files(&rules_file, &rules_next);
    let status_delta = delta::between_status_lists(&status_file, &status_next).expect("a delta");
    let edited = |file: &[u8], at: usize, bytes: &[u8]| {
        let mut file = file.to_vec();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        file
    };
    let footer = status_file.len();
    BTreeMap::from([
        ("bad-rules-magic.bin", edited(&rules_file, 0, b"UDIX")),
        ("bad-rules-version.bin", edited(&rules_file, 4, &[2])),
        ("bad-rules-segments.bin", edited(&rules_file, 6, &[17])),
        ("bad-rules-truncated.bin", rules_file[..rules_file.len() - 1].to_vec()),
        ("bad-rules-trailing.bin", [rules_file.as_slice(), &[0]].concat()),
        ("bad-status-directory.bin", edited(&status_file, footer - 4, &[0xff; 4])),
        ("bad-status-size.bin", edited(&status_file, footer - 12, &[0xff; 8])),
        ("bad-manifest-agency.bin", edited(&manifest_file, 6, &[7])),
        ("bad-delta-kind.bin", edited(&rules_delta, 6, &[3])),
        ("bad-delta-base.bin", edited(&rules_delta, 7, &[0])),
        ("bad-delta-result.bin", edited(&rules_delta, 39, &[0; 32])),
        ("rules.bin", rules_file),
        ("rules-next.bin", rules_next),
        ("rules.delta", rules_delta),
        ("status.bin", status_file),
        ("status-next.bin", status_next),
        ("status.delta", status_delta),
        ("lot.manifest", manifest_file),
    ])
}

#[test]
fn writing_the_files_again_gives_them() {
    for (name, bytes) in written() {
        if std::env::var("RECALL_VECTORS").is_ok_and(|what| what == "write") {
            std::fs::write(folder().join(name), &bytes).expect("writes");
        }
        assert!(read(name) == bytes, "{name} differs from what the encoder writes");
    }
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(Into::into)
}

fn date(value: &Value, key: &str) -> Option<LabelDate> {
    let original = text(value, key)?;
    let date = original.parse().expect("a date");
    Some(LabelDate { original, format: "YYMMDD", date, precision: Precision::Day })
}

#[test]
fn rules_answer_as_the_index_says() {
    for case in json("index.json")["rules"].as_array().expect("cases") {
        let label = &case["label"];
        let udi = Udi {
            agency: label.get("agency").map(|agency| serde_json::from_value(agency.clone()).expect("agency")),
            di: text(label, "di"),
            lot: text(label, "lot"),
            serial: text(label, "serial"),
            manufactured: date(label, "manufactured"),
            expiry: date(label, "expiry"),
            ..Udi::default()
        };
        let file = read(case["file"].as_str().expect("a file"));
        let status = Rules::open_unverified(&file).expect("opens").lookup(&udi);
        let ids: Vec<&str> = status.hits().iter().map(|hit| hit.id.as_str()).collect();
        let because: Vec<_> = status.hits().iter().flat_map(|hit| hit.because.clone()).collect();
        assert_eq!(status.code(), case["state"], "{case}");
        assert_eq!(serde_json::json!(ids), case["ids"], "{case}");
        assert_eq!(serde_json::json!(because), case["because"], "{case}");
    }
}

#[test]
fn status_and_manifest_answer_as_the_index_says() {
    let index = json("index.json");
    let file = read("status.bin");
    let list = UnitStatusList::open_unverified(&file).expect("opens");
    for case in index["status"].as_array().expect("cases") {
        let code = match list.ask(case["index"].as_u64().expect("an index")) {
            UnitStatus::Flagged(flag) => flag.code(),
            UnitStatus::NotFlagged => "not_flagged",
            UnitStatus::NotAvailable => "not_available",
        };
        assert_eq!(code, case["status"], "{case}");
    }
    let file = read("lot.manifest");
    let manifest = Manifest::open_unverified(&file).expect("opens");
    for case in index["manifest"].as_array().expect("cases") {
        let rank = manifest.rank(case["serial"].as_str().expect("a serial")).expect("readable");
        assert_eq!(serde_json::json!(rank), case["rank"], "{case}");
        assert_eq!(serde_json::json!(rank.map(|rank| 5000 + u64::from(rank))), case["index"], "{case}");
    }
}

#[test]
fn deltas_give_the_next_file() {
    for case in json("index.json")["deltas"].as_array().expect("cases") {
        let name = |key: &str| case[key].as_str().expect("a file").to_owned();
        let result = delta::apply(&read(&name("base")), &read(&name("delta"))).expect("applies");
        assert!(result == read(&name("result")), "{case}");
    }
}

#[test]
fn every_bad_file_is_refused_with_its_code() {
    let index = json("index.json");
    let bad = index["bad"].as_array().expect("cases");
    for case in bad {
        let name = case["file"].as_str().expect("a file");
        let file = read(name);
        let code = if name.starts_with("bad-rules") {
            Rules::open_unverified(&file).expect_err(name).code()
        } else if name.starts_with("bad-status") {
            UnitStatusList::open_unverified(&file).expect_err(name).code()
        } else if name.starts_with("bad-manifest") {
            Manifest::open_unverified(&file).expect_err(name).code()
        } else {
            delta::apply(&read("rules.bin"), &file).expect_err(name).code()
        };
        assert_eq!(code, case["code"], "{name}");
    }
    let on_disk = std::fs::read_dir(folder()).expect("the folder");
    let names = on_disk.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
    assert_eq!(
        names.filter(|name| name.starts_with("bad-")).count(),
        bad.len(),
        "a bad file is not in the index"
    );
}

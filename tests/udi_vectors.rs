//! The UDI vectors collected from agencies' documents and the tests of other parsers, where they are at hand.
//!
//! They are not part of this repository: the file is looked for in `../shared/data` beside it, or where
//! `UDI_SHARED_DATA` says. A vector states whether the scan is valid. Of a valid one, every field is compared
//! with what it states, absent fields included; of an invalid one, the fields it states, since nothing is laid
//! down about what else of a broken label may be shown.

use std::path::PathBuf;

use jiff::civil::date;
use serde_json::Value;
use udi_verify::udi::{Scan, parse};

fn shared_data() -> PathBuf {
    std::env::var_os("UDI_SHARED_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from)
}

/// What differs between a vector and our reading of it.
fn differences(vector: &Value) -> Vec<String> {
    let scan = Scan::from_text(vector["input"].as_str().expect("a vector has an input"));
    let ours = serde_json::to_value(parse(&scan, date(2026, 11, 22))).expect("a reading serialises");
    let valid = vector["valid"].as_bool().expect("a vector says whether it is valid");
    let mut differences = Vec::new();
    if ours["valid"] != valid {
        differences.push(format!("valid: {}", ours["valid"]));
    }
    if valid && ours["agency"] != vector["agency"] {
        differences.push(format!("agency: {}", ours["agency"]));
    }
    for (field, expected) in vector["expect"].as_object().expect("a vector has fields") {
        let stated = valid || !expected.is_null();
        if field != "other" && stated && ours[field] != *expected {
            differences.push(format!("{field}: {} instead of {expected}", ours[field]));
        }
    }
    if !differences.is_empty() {
        differences.push(format!("findings: {}", ours["findings"]));
    }
    differences
}

#[test]
fn every_shared_vector_reads_as_it_says() {
    let file = shared_data().join("udi_vectors.jsonl");
    let Ok(lines) = std::fs::read_to_string(&file) else {
        println!("skipped: there is no {}", file.display());
        return;
    };
    let mut failures = Vec::new();
    for line in lines.lines() {
        let vector: Value = serde_json::from_str(line).expect("a vector is JSON");
        let differences = differences(&vector);
        if !differences.is_empty() {
            failures.push(format!(
                "{} {}\n    {}\n    {}",
                vector["agency"],
                vector["input"],
                vector["why"],
                differences.join("\n    ")
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} vectors differ:\n{}",
        failures.len(),
        lines.lines().count(),
        failures.join("\n")
    );
}

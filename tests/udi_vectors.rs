//! Golden vectors of `tests/vectors/udi/`, and the UDI vectors collected from agencies' documents and the tests of other parsers, where they are at hand.
//!
//! They are not part of this repository: the file is looked for in `../shared/data` beside it, or where
//! `UDI_SHARED_DATA` says. A vector states whether the scan is valid. Of a valid one, every field is compared
//! with what it states, absent fields included; of an invalid one, the fields it states, since nothing is laid
//! down about what else of a broken label may be shown.

use std::collections::BTreeMap;
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

/// The `key: value` lines of a vector of `tests/vectors/udi/`.
fn golden(text: &str) -> BTreeMap<&str, &str> {
    text.lines().filter_map(|line| line.split_once(':')).map(|(key, value)| (key, value.trim())).collect()
}

/// `\xNN` as the byte it stands for.
fn unescaped(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (hex, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(hex, 16).expect("two hexadecimal digits"));
        bytes.extend(rest.as_bytes());
    }
    bytes
}

/// Every finding but remarks, as a vector writes it; without its place where the vector gives none.
fn findings(ours: &Value, expected: &str) -> Vec<String> {
    let written = |finding: &Value| {
        let code = finding["code"].as_str().unwrap_or_default().to_owned();
        let placed = format!("{code}@{}-{}", finding["span"][0], finding["span"][1]);
        if expected.split(' ').any(|one| one == code) { code } else { placed }
    };
    let all = ours["findings"].as_array().expect("findings are an array");
    let mut codes: Vec<String> = all.iter().filter(|one| one["severity"] != "info").map(written).collect();
    codes.sort();
    codes
}

fn golden_differences(text: &str) -> Vec<String> {
    let vector = golden(text);
    let scan = Scan::from_bytes(&unescaped(vector["scan"]));
    let ours = serde_json::to_value(parse(&scan, date(2026, 11, 22))).expect("a reading serialises");
    let mut differences = Vec::new();
    for (key, expected) in &vector {
        let found = match (*key, &ours[*key]) {
            ("comment" | "scan" | "findings", _) => continue,
            (_, Value::String(text)) => text.clone(),
            (_, Value::Array(list)) => list.len().to_string(),
            (_, other) => other.to_string(),
        };
        if found != *expected {
            differences.push(format!("{key}: {found} instead of {expected}"));
        }
    }
    let other_readings = ours["alternatives"].as_array().expect("alternatives are an array");
    if other_readings.iter().any(|other| other["alternatives"] != serde_json::json!([])) {
        differences.push("an alternative has alternatives of its own".to_owned());
    }
    let mut expected: Vec<&str> = vector["findings"].split(' ').filter(|code| !code.is_empty()).collect();
    expected.sort_unstable();
    let found = findings(&ours, vector["findings"]);
    if found != expected {
        differences.push(format!("findings: {found:?} instead of {expected:?}"));
    }
    differences
}

#[test]
fn every_golden_vector_reads_as_it_says() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/udi");
    let mut failures = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the vectors are there") {
        let path = entry.expect("the vectors are readable").path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            count += 1;
            let differences = golden_differences(&std::fs::read_to_string(&path).expect("a vector is text"));
            if !differences.is_empty() {
                failures.push(format!("{}\n    {}", path.display(), differences.join("\n    ")));
            }
        }
    }
    assert!(count > 80, "only {count} vectors were found");
    assert!(failures.is_empty(), "{} of {count} vectors differ:\n{}", failures.len(), failures.join("\n"));
}

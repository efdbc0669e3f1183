//! Whole records: golden ones of our own, and the annotated ones where they are at hand.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use super::decision::decide;
use super::record::record;
use super::rule::report;

fn read(code_info: &str, description: &str) -> Value {
    let fields = serde_json::json!({ "code_info": code_info, "product_description": description });
    let record = record(fields).unwrap();
    report(&record, &decide(&record))
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/recall_import")
}

/// One record a file: `record` as openFDA prints it, and `text_only` or the `rules` it must give.
#[test]
fn golden_records() {
    let mut seen = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let vector: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let record = record(vector["record"].clone()).unwrap();
        let found = report(&record, &decide(&record));
        assert_eq!(found["text_only"], vector["text_only"], "{}: {}", path.display(), found["why"]);
        assert_eq!(rules(&found), rules(&vector), "{}", path.display());
        seen += 1;
    }
    assert!(seen > 20, "only {seen} golden records");
}

/// Rules as sets of what they select, whatever the order and whichever absent fields are spelled out.
fn rules(value: &Value) -> BTreeSet<String> {
    let empty = Vec::new();
    let rules = value["rules"].as_array().unwrap_or(&empty);
    rules
        .iter()
        .map(|rule| {
            let list = |name: &str| -> BTreeSet<String> {
                rule[name].as_array().into_iter().flatten().map(Value::to_string).collect()
            };
            format!(
                "{} {} {:?} {:?} {:?} {:?} {}",
                rule["di"],
                rule["catalogue"],
                list("lots"),
                list("lot_ranges"),
                list("serials"),
                list("serial_ranges"),
                rule["all"].as_bool().unwrap_or(false)
            )
        })
        .collect()
}

/// Real records with the rules a careful person derived. No record may get a rule that the person did not
/// write; how many of the certain ones are found is printed.
#[test]
fn annotated_records() {
    let shared = std::env::var_os("UDI_SHARED_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("recalls_annotated.jsonl")) else {
        println!("skipped: the annotated recall records are not beside this checkout");
        return;
    };
    let (mut certain, mut found) = (0, 0);
    for line in text.lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        let record = record(value.clone()).unwrap();
        let ours = report(&record, &decide(&record));
        let theirs = &value["expect"];
        if theirs["text_only"] == false {
            certain += 1;
        }
        if ours["text_only"] == false {
            assert_eq!(rules(&ours), rules(theirs), "{}", value["id"]);
            found += 1;
        } else if theirs["text_only"] == false {
            println!("{} stays text only: {}", value["id"], ours["why"]);
        }
    }
    println!("{found} of {certain} certain records became exact rules, none wrong");
    assert!(found * 10 >= certain * 9, "{found} of {certain}");
}

#[test]
fn no_input_panics_and_cut_text_is_never_exact() {
    let text = "Catalog # 12, UDI-DI: 00718175003305 Lot Numbers: A1, A2 thru A9 (exp. 2017-09); (01)00718175003305(10)X1";
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        let cut = read(&text[..end], "");
        assert!(cut["id"].is_string());
    }
    for tail in [",", " and", "...", " A1-"] {
        let found = read(&format!("Catalog # 12 Lot Numbers: A1{tail}"), "");
        assert_eq!(found["text_only"], true, "{tail}");
    }
}

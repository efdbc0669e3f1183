//! Documents as partners send them, against labels and a ledger of ours.

use std::fs;
use std::path::Path;

use clap::Parser;
use udi_verify::recall::{UnitStatus, UnitStatusList};

use super::*;

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    ledger: Ledger,
}

fn ledger(folder: &Path) -> Ledger {
    let labels = r#"{"di":"09501234567891","serial":"A1","index":3}
{"di":"09501234567891","serial":"A2","index":70000}
{"di":"09501234567891","serial":"A3","index":5}
{"di":"09501234567891","serial":"A3","index":6}
"#;
    fs::write(folder.join("labels.jsonl"), labels).unwrap();
    fs::write(folder.join("indices.json"), r#"{"next":80000,"open":{}}"#).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (labels, status, indices) = (path("labels.jsonl"), path("status.bin"), path("indices.json"));
    Arguments::parse_from(["x", "--labels", &labels, "--status", &status, "--indices", &indices]).ledger
}

fn without_ledger() -> Ledger {
    Arguments::parse_from(["x"]).ledger
}

fn event(more: &Value) -> Value {
    let mut event = json!({ "type": "ObjectEvent", "action": "OBSERVE", "eventTime": "2026-11-20T10:00:00Z",
        "eventTimeZoneOffset": "+00:00" });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

fn document(events: &[Value]) -> Value {
    json!({ "type": "EPCISDocument", "schemaVersion": "2.0", "epcisBody": { "eventList": events } })
}

fn unit(serial: &str) -> String {
    format!("urn:epc:id:sgtin:9501234.056789.{serial}")
}

const DAY: Date = Date::constant(2026, 11, 22);

#[test]
fn own_units_change_in_the_status_file_and_others_become_rules() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(folder.path());
    let events = [
        event(
            &json!({ "eventID": "e1", "disposition": "recalled", "epcList": [unit("A1"), unit("A2"), unit("B9")] }),
        ),
        event(&json!({ "eventID": "e2", "eventTime": "2026-11-21T10:00:00Z", "bizStep": "decommissioning",
            "epcList": ["https://id.gs1.org/01/09501234567891/21/A3"] })),
        event(&json!({ "eventID": "e3", "eventTime": "2026-11-21T11:00:00Z",
            "persistentDisposition": { "set": ["https://ref.gs1.org/cbv/Disp-stolen"], "unset": ["recalled"] },
            "epcList": [unit("A2")] })),
    ];
    let imported = import(&[document(&events)], &ledger, "Maker", DAY).unwrap();
    imported.write_status().unwrap();
    let bytes = fs::read(folder.path().join("status.bin")).unwrap();
    let list = UnitStatusList::open_unverified(&bytes).unwrap();
    assert_eq!(list.size(), 80_000);
    for (index, expected) in [
        (3, UnitStatus::Flagged(Flag::Recalled)),
        (70_000, UnitStatus::Flagged(Flag::Stolen)),
        (5, UnitStatus::Flagged(Flag::Destroyed)),
        // Its other label: it was signed again.
        (6, UnitStatus::Flagged(Flag::Destroyed)),
        (4, UnitStatus::NotFlagged),
        (80_000, UnitStatus::NotAvailable),
    ] {
        assert_eq!(list.ask(index), expected, "{index}");
    }
    let [rule] = imported.rules.as_slice() else { panic!("one rule") };
    assert_eq!((rule.id.as_str(), rule.authority.as_str()), ("e1", "Maker"));
    assert_eq!(
        (rule.units.di.as_deref(), rule.units.serials.as_slice()),
        (Some("09501234567891"), &["B9".to_owned()][..])
    );
    assert!(rule.check().is_ok());

    // A later import changes what is there and keeps the rest.
    let later = event(&json!({ "disposition": "destroyed", "epcList": [unit("A1")] }));
    import(&[later], &ledger, "Maker", DAY).unwrap().write_status().unwrap();
    let bytes = fs::read(folder.path().join("status.bin")).unwrap();
    let list = UnitStatusList::open_unverified(&bytes).unwrap();
    assert!(list.contains(Flag::Destroyed, 3).unwrap() && list.contains(Flag::Recalled, 3).unwrap());
    assert!(list.contains(Flag::Stolen, 70_000).unwrap());
}

#[test]
fn events_are_taken_in_the_order_of_their_times() {
    let unset = event(
        &json!({ "eventTime": "2026-11-22T10:00:00Z", "persistentDisposition": { "unset": ["stolen"] },
        "epcList": [unit("A")] }),
    );
    let set = event(&json!({ "disposition": "stolen", "epcList": [unit("A")] }));
    let imported = import(&[json!([unset, set])], &without_ledger(), "M", DAY).unwrap();
    assert!(imported.rules.is_empty());
}

#[test]
fn an_error_declaration_takes_an_event_back() {
    let wrong = event(&json!({ "eventID": "e1", "disposition": "recalled", "epcList": [unit("A")] }));
    let mut declared = wrong.clone();
    declared["errorDeclaration"] = json!({ "declarationTime": "2026-11-21T10:00:00Z" });
    let imported = import(&[document(&[wrong, declared])], &without_ledger(), "M", DAY).unwrap();
    assert!(imported.rules.is_empty());
    assert_eq!(imported.report.len(), 2);
}

#[test]
fn a_class_of_units_is_a_notice_only() {
    let lot = event(&json!({ "disposition": "recalled",
        "quantityList": [{ "epcClass": "urn:epc:class:lgtin:9501234.056789.L1", "quantity": 200 }] }));
    let imported = import(&[lot], &without_ledger(), "M", DAY).unwrap();
    let [rule] = imported.rules.as_slice() else { panic!("one notice") };
    assert!(rule.units.text_only && rule.units.lots.is_empty() && rule.reason.contains("L1"));
}

#[test]
fn what_says_nothing_is_named_in_the_report() {
    let events = [
        json!({ "type": "AggregationEvent" }),
        event(&json!({ "disposition": "in_transit", "epcList": [unit("A")] })),
        event(&json!({ "disposition": "recalled", "epcList": ["urn:epc:id:sgln:9501234.05678.0"] })),
        event(&json!({ "eventTime": "yesterday", "disposition": "recalled", "epcList": [unit("A")] })),
    ];
    let imported = import(&[document(&events)], &without_ledger(), "M", DAY).unwrap();
    assert!(imported.rules.is_empty());
    assert_eq!(imported.report.len(), 4);
    assert!(imported.report.iter().all(|line| line["why"].is_string()));
}

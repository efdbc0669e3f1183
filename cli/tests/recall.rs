//! Recalls from the outside: their history, and the preview that keeps 14,000 units from being recalled for 200.

use std::fmt::Write;
use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use udi_verify::recall::manifest::{self, Lot};
use udi_verify::udi::Agency;

const DI: &str = "09501234567891";

struct Issuer {
    folder: tempfile::TempDir,
}

impl Issuer {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn udi(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_udi"))
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    fn new_rule(&self, id: &str, more: &[&str]) -> Output {
        let new = ["recall", "new", "--id", id, "--authority", "Acme", "--reason", "r", "--di", DI];
        self.udi(&[&new[..], more].concat())
    }

    fn list(&self, more: &[&str]) -> Vec<Value> {
        lines(&self.udi(&[&["recall", "list"][..], more].concat()))
    }

    /// Lots L0, L1… of a thousand units each, as `udi sign` lists them.
    fn issue(&self, lots: usize) {
        let mut text = String::new();
        for unit in 0..lots * 1000 {
            let lot = unit / 1000;
            writeln!(text, r#"{{"elementString":"01{DI}10L{lot}\u001d21S{unit}","serial":"S{unit}"}}"#)
                .unwrap();
        }
        fs::write(self.folder.path().join("labels.jsonl"), text).unwrap();
    }

    fn preview(&self) -> Output {
        self.udi(&["recall", "preview", "--issued", "labels.jsonl"])
    }
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn an_edit_and_an_end_keep_what_was_before() {
    let issuer = Issuer::new();
    assert!(issuer.new_rule("FSN-1", &["--lot", "L1", "--quantity", "1000"]).status.success());
    let edit =
        ["recall", "edit", "FSN-1", "--add-lot", "L2", "--because", "the second lot has the same part"];
    assert!(issuer.udi(&edit).status.success());
    let again = issuer.udi(&["recall", "edit", "FSN-1", "--remove-lot", "L9", "--because", "x"]);
    assert_eq!(again.status.code(), Some(3));
    assert!(words(&again).contains("does not name \"L9\""), "{}", words(&again));
    let rules = issuer.list(&[]);
    assert_eq!(rules.len(), 1);
    assert_eq!(rules[0]["match"]["lots"], serde_json::json!(["L1", "L2"]));
    assert_eq!((&rules[0]["number"], &rules[0]["quantity"]), (&1.into(), &1000.into()));
    assert!(!issuer.udi(&["recall", "close", "FSN-1"]).status.success(), "an end needs a reason");
    assert!(issuer.udi(&["recall", "close", "FSN-1", "--because", "all back"]).status.success());
    assert!(issuer.list(&[]).is_empty());
    let all = issuer.list(&["--all"]);
    let reasons: Vec<_> = all.iter().map(|rule| rule["ended"]["because"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["edited: the second lot has the same part", "all back"]);
}

#[test]
fn recalls_made_at_the_same_time_are_all_kept() {
    let issuer = Issuer::new();
    let ids: Vec<String> = (0..16).map(|number| format!("FSN-{number}")).collect();
    std::thread::scope(|scope| {
        for id in &ids {
            scope.spawn(|| assert!(issuer.new_rule(id, &["--lot", id]).status.success()));
        }
    });
    let mut kept: Vec<_> =
        issuer.list(&[]).iter().map(|rule| rule["id"].as_str().unwrap().to_owned()).collect();
    kept.sort_by_key(|id| id[4..].parse::<u32>().unwrap());
    assert_eq!(kept, ids);
}

#[test]
fn the_preview_counts_what_phones_would_say_and_stops_a_slip() {
    let issuer = Issuer::new();
    issuer.issue(14);
    assert!(issuer.new_rule("ONE", &["--lot", "L1", "--quantity", "1000"]).status.success());
    assert!(issuer.new_rule("SERIALS", &["--serial", "S5", "--serial", "S6"]).status.success());
    let fine = issuer.preview();
    assert!(fine.status.success(), "{}", words(&fine));
    let counted: Vec<_> = lines(&fine).iter().map(|line| line["units"].as_u64().unwrap()).collect();
    assert_eq!(counted, [1000, 2]);
    assert!(issuer.new_rule("SLIP", &["--all", "--quantity", "200"]).status.success());
    let slip = issuer.preview();
    assert_eq!(slip.status.code(), Some(9));
    assert!(
        words(&slip).contains("STOP: the notice states 200 units and the rule recalls 14000, 70 times"),
        "{}",
        words(&slip)
    );
    assert!(issuer.udi(&["recall", "close", "SLIP", "--because", "a slip"]).status.success());
    assert!(issuer.new_rule("TYPO", &["--lot", "LL1"]).status.success());
    let typo = issuer.preview();
    assert_eq!(typo.status.code(), Some(9));
    assert!(words(&typo).contains("hits none of them"), "{}", words(&typo));
}

#[test]
fn a_table_taken_for_openfdas_records_is_refused_with_the_option_to_name_it() {
    let issuer = Issuer::new();
    fs::write(issuer.folder.path().join("list.csv"), "id,di\n").unwrap();
    let output = issuer.udi(&["recall", "import", "list.csv"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(words(&output).contains("list.csv") && words(&output).contains("--format"), "{}", words(&output));
    assert!(lines(&output).is_empty());
}

#[test]
fn a_line_that_is_no_unit_stops_the_preview() {
    let issuer = Issuer::new();
    issuer.issue(1);
    assert!(issuer.new_rule("ONE", &["--lot", "L0"]).status.success());
    let path = issuer.folder.path().join("labels.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}{{\"serial\":\"S\"}}\n")).unwrap();
    let output = issuer.preview();
    assert_eq!(output.status.code(), Some(3));
    assert!(words(&output).contains("labels.jsonl: line 1001"), "{}", words(&output));
    assert!(lines(&output).is_empty());
}

#[test]
fn the_preview_counts_from_lot_manifests_as_from_labels() {
    let issuer = Issuer::new();
    let folder = issuer.folder.path().join("records");
    fs::create_dir(&folder).unwrap();
    for lot in ["L1", "L2"] {
        let serials: Vec<String> = (0..1000).map(|unit| format!("S{unit}")).collect();
        let about = Lot { agency: Agency::GS1, di: DI, lot, first_index: None };
        fs::write(folder.join(format!("{lot}.manifest")), manifest::encode(about, &serials).unwrap())
            .unwrap();
    }
    assert!(issuer.new_rule("LOT", &["--lot", "L1"]).status.success());
    assert!(issuer.new_rule("SERIALS", &["--serial-range", "0..9", "--serial", "S777"]).status.success());
    let output = issuer.udi(&["recall", "preview", "--records", "records"]);
    assert!(output.status.success(), "{}", words(&output));
    let counted: Vec<_> = lines(&output).iter().map(|line| line["units"].as_u64().unwrap()).collect();
    assert_eq!(counted, [1000, 2], "one lot; one serial in each of two lots");
    assert!(words(&output).contains("2000 issued units"), "{}", words(&output));
}

//! The factory example does what its README says.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[cfg(unix)]
#[test]
fn the_factory_example_goes_from_a_hundred_thousand_rows_to_two_verdicts() {
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/factory/run.sh");
    let output =
        Command::new(script).arg(folder.path()).env("UDI", env!("CARGO_BIN_EXE_udi")).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let headlines: Vec<_> = lines.iter().filter_map(|line| line.get("headline")).collect();
    assert_eq!(headlines, ["recalled", "signed_no_recall"]);
    assert!(words.contains("FSN-1 rule 1: 1000 units recalled in lot L0000"), "{words}");
    assert!(words.contains("100000 issued units of 1 items were looked at"), "{words}");
    assert!(words.contains("newly recalled: FSN-1 of Acme Medical"), "{words}");
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    let drill: Value = serde_json::from_slice(&read("drill.json")).unwrap();
    assert_eq!((&drill["before"], &drill["after"]), (&"signed_no_recall".into(), &"recalled".into()));
    assert!(read("sheets/labels-0001.pdf").starts_with(b"%PDF-"));
    assert!(read("printer/labels.zpl").starts_with(b"^XA"));
    let report = String::from_utf8(read("report.html")).unwrap();
    for shown in ["100,000", "L0000", "FSN-1", "line-1", "rules.bin"] {
        assert!(report.contains(shown), "{shown}");
    }
}

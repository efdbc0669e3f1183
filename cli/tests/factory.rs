//! The factory example does what its README says.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[cfg(unix)]
#[test]
fn the_factory_example_ends_in_two_verdicts() {
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/factory/run.sh");
    let output = Command::new(script)
        .arg(folder.path())
        .arg("2000")
        .env("UDI", env!("CARGO_BIN_EXE_udi"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let headlines: Vec<_> = lines.iter().filter_map(|line| line.get("headline")).collect();
    assert_eq!(headlines, ["recalled", "signed_no_recall"]);
}

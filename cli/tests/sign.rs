//! Signing at a factory: rejects, ledger of indices, a process killed in the middle.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

/// More than two chunks, so that there is a middle to be killed in.
const ROWS: usize = 20_000;

struct Factory {
    folder: tempfile::TempDir,
}

impl Factory {
    fn new() -> Self {
        let factory = Self { folder: tempfile::tempdir().unwrap() };
        let made = factory.command(&["key", "new", "line", "--prefix", "9501234"]).output().unwrap();
        assert!(made.status.success());
        factory
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_udi"));
        command.args(arguments).current_dir(self.folder.path());
        command
    }

    fn sign(&self, arguments: &[&str]) -> Output {
        self.command(&[&["sign", "--key", "line"], arguments].concat()).output().unwrap()
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).unwrap()
    }

    fn lines(&self, name: &str) -> Vec<Value> {
        let text = String::from_utf8(self.read(name)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn export(rows: usize) -> String {
    let mut csv = String::from("批号,产品标识,序列号\n");
    for row in 0..rows {
        writeln!(csv, "L{},09501234567891,S{row:07}", row / 1000).unwrap();
    }
    csv
}

const COLUMNS: &str = "[columns]\ndi = \"产品标识\"\nserial = \"序列号\"\nlot = \"批号\"\n";

#[test]
fn a_killed_run_goes_on_to_the_same_bytes_and_the_same_indices() {
    let factory = Factory::new();
    fs::write(factory.path().join("export.csv"), export(ROWS)).unwrap();
    fs::write(factory.path().join("columns.toml"), COLUMNS).unwrap();
    let arguments = |out, ledger| {
        [
            "sign",
            "export.csv",
            "--columns",
            "columns.toml",
            "--key",
            "line",
            "--indices",
            ledger,
            "--out",
            out,
        ]
    };
    let whole = factory.command(&arguments("whole.jsonl", "a.json")).output().unwrap();
    assert!(whole.status.success(), "{}", String::from_utf8_lossy(&whole.stderr));

    let mut killed =
        factory.command(&arguments("killed.jsonl", "b.json")).stderr(Stdio::null()).spawn().unwrap();
    let journal = factory.path().join("killed.jsonl.journal");
    while !journal.exists() && killed.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(!factory.path().join("killed.jsonl").exists(), "killed after its end, not in the middle");
    // Half a line, as a full disk or a power cut leaves it.
    let partial = factory.path().join("killed.jsonl.partial");
    fs::write(&partial, [fs::read(&partial).unwrap(), b"{\"di\":\"0950".to_vec()].concat()).unwrap();
    let resumed = factory.command(&arguments("killed.jsonl", "b.json")).output().unwrap();
    assert!(resumed.status.success(), "{}", String::from_utf8_lossy(&resumed.stderr));
    assert!(factory.read("killed.jsonl") == factory.read("whole.jsonl"), "other bytes than in one go");
    assert_eq!(factory.read("a.json"), factory.read("b.json"));
    assert!(!journal.exists());

    let indices: Vec<_> =
        factory.lines("whole.jsonl").iter().map(|label| label["index"].as_u64().unwrap()).collect();
    assert_eq!(indices, (0..ROWS as u64).collect::<Vec<_>>());
}

#[test]
fn bad_rows_are_rejected_with_line_and_reason_and_the_rest_goes_on() {
    let factory = Factory::new();
    let csv = "di,serial,expiry\n\
        09501234567891,S1,2030-01-31\n\
        09501234567892,S2,\n\
        09501234567891,S1,\n\
        09504321000011,S4,\n\
        09501234567891,S5,31.12.2030\n\
        09501234567891,,\n\
        09501234567891,S7\n\
        09501234567891,S8,300100\n";
    fs::write(factory.path().join("in.csv"), csv).unwrap();
    let output = factory.sign(&["in.csv", "--out", "out.jsonl"]);
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    let serials: Vec<_> = factory.lines("out.jsonl").iter().map(|label| label["serial"].clone()).collect();
    assert_eq!(serials, ["S1", "S8"]);
    let rejects = factory.lines("out.jsonl.rejects");
    let reasons: Vec<_> =
        rejects.iter().map(|reject| (reject["line"].as_u64().unwrap(), &reject["reason"])).collect();
    for ((line, reason), (expected_line, words)) in reasons.iter().zip([
        (3, "check_digit"),
        (4, "earlier row"),
        (5, "may not sign"),
        (6, "no date"),
        (7, "serial"),
        (8, "fields"),
    ]) {
        assert_eq!(*line, expected_line, "{reasons:?}");
        assert!(reason.as_str().unwrap().contains(words), "{reasons:?}");
    }
    assert_eq!(rejects.len(), 6);
}

#[test]
fn a_strict_run_stops_and_writes_nothing_of_the_bad_chunk() {
    let factory = Factory::new();
    fs::write(factory.path().join("in.csv"), "di,serial\n09501234567891,S1\n1,S2\n").unwrap();
    let output = factory.sign(&["in.csv", "--strict"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("\"line\":3"));
}

#[test]
fn another_input_does_not_continue_an_interrupted_run_and_nothing_is_overwritten() {
    let factory = Factory::new();
    fs::write(factory.path().join("in.csv"), "di,serial\n09501234567891,S1\n").unwrap();
    assert!(factory.sign(&["in.csv", "--out", "out.jsonl"]).status.success());
    let again = factory.sign(&["in.csv", "--out", "out.jsonl"]);
    assert_eq!(again.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&again.stderr).contains("exists"));
    let journal = "{\"run\":\"other\",\"today\":\"2026-01-01\",\"chunks\":1,\"rows\":1,\"sealed\":1,\"rejected\":0,\
        \"labels_length\":0,\"rejects_length\":0}";
    fs::write(factory.path().join("new.jsonl.journal"), journal).unwrap();
    let other = factory.sign(&["in.csv", "--out", "new.jsonl"]);
    assert_eq!(other.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&other.stderr).contains("interrupted"));
}

#[test]
fn two_filters_side_by_side_give_the_bytes_of_one() {
    let factory = Factory::new();
    let rows: Vec<_> = export(100).lines().map(str::to_owned).collect();
    let (header, rows) = rows.split_first().unwrap();
    fs::write(factory.path().join("columns.toml"), COLUMNS).unwrap();
    let filter = |name: &str, rows: &[String], first: &str| {
        fs::write(factory.path().join(name), format!("{header}\n{}\n", rows.join("\n"))).unwrap();
        let output = factory.sign(&[name, "--columns", "columns.toml", "--first-index", first]);
        assert!(output.status.success());
        output.stdout
    };
    let whole = filter("whole.csv", rows, "500");
    let halves = [filter("left.csv", &rows[..50], "500"), filter("right.csv", &rows[50..], "550")].concat();
    assert!(whole == halves);
}

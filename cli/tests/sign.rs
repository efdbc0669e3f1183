//! Signing at a factory: rejects, ledger of indices, processes killed at any moment, full disks, several
//! signers at once.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use fs4::FileExt;
use serde_json::Value;
use udi_verify::recall::Manifest;
use udi_verify::seal::registry::Registry;
use udi_verify::seal::{Bundle, Companion, SealStatus};
use udi_verify::udi::{Scan, parse};

/// Several chunks, so that there is a middle to be killed in.
const ROWS: usize = 60_000;

struct Factory {
    folder: tempfile::TempDir,
}

impl Factory {
    fn new() -> Self {
        let factory = Self { folder: tempfile::tempdir().unwrap() };
        let made = factory
            .command(&["key", "new", "line", "--prefix", "9501234", "--unencrypted"])
            .output()
            .unwrap();
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

/// Signs `export.csv` with the columns above.
fn arguments<'a>(out: &'a str, ledger: &'a str) -> [&'a str; 10] {
    ["sign", "export.csv", "--columns", "columns.toml", "--key", "line", "--indices", ledger, "--out", out]
}

fn factory_with_export(rows: usize) -> Factory {
    let factory = Factory::new();
    fs::write(factory.path().join("export.csv"), export(rows)).unwrap();
    fs::write(factory.path().join("columns.toml"), COLUMNS).unwrap();
    factory
}

fn succeeds(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Lets a process run until `partial` has grown to `length` bytes and for a moment longer, then kills it (SIGKILL);
/// whether it was still running. Progress decides, not time: a machine that is busy in one run and idle in the next
/// says nothing. The moment, which no run depends on, is for what comes between two writes.
fn kill_when_written(mut child: Child, partial: &Path, length: u64, moment: Duration) -> bool {
    while fs::metadata(partial).map_or(0, |file| file.len()) < length {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::yield_now();
    }
    std::thread::sleep(moment);
    child.kill().unwrap();
    !child.wait().unwrap().success()
}

#[test]
fn killed_at_random_moments_a_run_goes_on_to_the_same_bytes_and_the_same_indices() {
    let factory = factory_with_export(ROWS);
    succeeds(factory.command(&arguments("whole.jsonl", "a.json")));
    let whole = factory.read("whole.jsonl").len() as u64;
    let partial = factory.path().join("killed.jsonl.partial");

    let seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() as u64;
    let mut random = seed | 1;
    let (mut killed, mut finished) = (0, false);
    for _ in 0..25 {
        // xorshift: any spread of moments will do. The first comes within the first eighth of the bytes.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let written = fs::metadata(&partial).map_or(0, |file| file.len());
        let length = written + random % (whole / 8);
        let moment = Duration::from_micros(random >> 32 & 0xfff);
        let mut command = factory.command(&arguments("killed.jsonl", "b.json"));
        if kill_when_written(command.stderr(Stdio::null()).spawn().unwrap(), &partial, length, moment) {
            killed += 1;
        } else {
            finished = true;
            break;
        }
    }
    assert!(killed > 0, "never killed in the middle, seed {seed}");
    if !finished {
        // Half a line more, as a power cut leaves it.
        if partial.exists() {
            fs::write(&partial, [fs::read(&partial).unwrap(), b"{\"di\":\"0950".to_vec()].concat()).unwrap();
        }
        succeeds(factory.command(&arguments("killed.jsonl", "b.json")));
    }
    assert!(factory.read("killed.jsonl") == factory.read("whole.jsonl"), "other bytes, seed {seed}");
    assert_eq!(factory.read("a.json"), factory.read("b.json"), "seed {seed}");
    let left: Vec<_> = fs::read_dir(factory.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    let junk = |name: &&std::ffi::OsString| {
        let name = name.to_str().unwrap();
        name.starts_with("killed.jsonl.") || name.starts_with(".tmp") || name.ends_with(".new")
    };
    assert_eq!(left.iter().filter(junk).count(), 0, "{left:?}, seed {seed}");

    let indices: Vec<_> =
        factory.lines("whole.jsonl").iter().map(|label| label["index"].as_u64().unwrap()).collect();
    assert_eq!(indices, (0..ROWS as u64).collect::<Vec<_>>());
}

#[test]
fn beginning_anew_hands_out_no_index_of_the_abandoned_run() {
    let factory = factory_with_export(40_000);
    let journal = factory.path().join("out.jsonl.journal");
    let mut first = factory.command(&arguments("out.jsonl", "a.json")).stderr(Stdio::null()).spawn().unwrap();
    while !factory.path().join("a.json").exists() && first.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    first.kill().unwrap();
    first.wait().unwrap();
    let ledger: Value = serde_json::from_slice(&factory.read("a.json")).unwrap();
    let given = ledger["next"].as_u64().unwrap();
    for file in [&journal, &factory.path().join("out.jsonl.partial"), &factory.path().join("out.jsonl")] {
        let _ = fs::remove_file(file);
    }
    succeeds(factory.command(&arguments("out.jsonl", "a.json")));
    let lowest = factory.lines("out.jsonl").iter().map(|label| label["index"].as_u64().unwrap()).min();
    assert!(lowest.unwrap() >= given, "{lowest:?} was handed out before, up to {given}");
}

#[test]
fn a_full_disk_stops_the_run_and_more_room_lets_it_go_on() {
    let factory = factory_with_export(40_000);
    succeeds(factory.command(&arguments("whole.jsonl", "a.json")));
    // No file may grow beyond so many blocks of 512 bytes; without the trap the limit would kill the process.
    let limited = format!(
        "trap '' XFSZ; ulimit -f 20000; exec {} {}",
        env!("CARGO_BIN_EXE_udi"),
        arguments("full.jsonl", "b.json").join(" ")
    );
    let output = Command::new("sh").args(["-c", &limited]).current_dir(factory.path()).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains("cannot write full.jsonl.partial"), "{words}");
    assert!(!factory.path().join("full.jsonl").exists());
    succeeds(factory.command(&arguments("full.jsonl", "b.json")));
    assert!(factory.read("full.jsonl") == factory.read("whole.jsonl"));
    assert_eq!(factory.read("a.json"), factory.read("b.json"));
}

#[test]
fn a_serial_that_an_earlier_run_signed_is_rejected_unless_it_is_issued_again() {
    let factory = factory_with_export(3_000);
    succeeds(factory.command(&arguments("monday.jsonl", "a.json")));
    // Tuesday's export begins with Monday's last rows; one row is bad today and mended tomorrow.
    let rows = export(4_000);
    let (header, rows) = rows.split_once('\n').unwrap();
    let overlapping = rows.lines().skip(2_990).collect::<Vec<_>>().join("\n");
    let tuesday = format!("{header}\n{overlapping}\nL9,09501234567892,S9000000\n");
    fs::write(factory.path().join("export.csv"), &tuesday).unwrap();
    let output = factory.command(&arguments("tuesday.jsonl", "a.json")).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let rejects = factory.lines("tuesday.jsonl.rejects");
    assert_eq!(rejects.len(), 11);
    for reject in &rejects[..10] {
        assert!(reject["reason"].as_str().unwrap().contains("signed in an earlier run"), "{reject}");
    }
    assert_eq!(factory.lines("tuesday.jsonl").len(), 1_000);

    fs::write(factory.path().join("export.csv"), format!("{header}\nL9,09501234567891,S9000000\n")).unwrap();
    succeeds(factory.command(&arguments("wednesday.jsonl", "a.json")));

    // Another ledger is another issuer's; a label that is printed anew is asked for.
    fs::write(factory.path().join("export.csv"), tuesday.replace("09501234567892", "09501234567891"))
        .unwrap();
    succeeds(factory.command(&arguments("other.jsonl", "b.json")));
    succeeds(factory.command(&[&arguments("again.jsonl", "a.json")[..], &["--reissue"]].concat()));

    fs::write(factory.path().join("a.json.units"), "not ours").unwrap();
    let output = factory.command(&arguments("damaged.jsonl", "a.json")).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("a.json.units"));
}

#[test]
fn a_disk_that_fills_up_at_the_very_end_issues_nothing_twice() {
    let factory = factory_with_export(1_000);
    // Somebody else's units fill the ledger's file up to the limit of a file; the labels stay below it.
    let header = b"UDIunits\x01\0\0\0\0\0\0\0".to_vec();
    let units: Vec<u8> = (0..250_000_u64).flat_map(|hash| hash.to_le_bytes()).collect();
    fs::write(factory.path().join("a.json.units"), [header, units].concat()).unwrap();
    let limited = format!(
        "trap '' XFSZ; ulimit -f 3900; exec {} {}",
        env!("CARGO_BIN_EXE_udi"),
        arguments("out.jsonl", "a.json").join(" ")
    );
    let output = Command::new("sh").args(["-c", &limited]).current_dir(factory.path()).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains("cannot write a.json.units"), "{words}");
    assert!(!factory.path().join("out.jsonl").exists());
    succeeds(factory.command(&arguments("out.jsonl", "a.json")));
    let indices: Vec<_> =
        factory.lines("out.jsonl").iter().map(|label| label["index"].as_u64().unwrap()).collect();
    assert_eq!(indices, (0..1_000).collect::<Vec<_>>());
    let length = fs::metadata(factory.path().join("a.json.units")).unwrap().len();
    assert_eq!(length, 16 + 8 * 251_000);
    let again = factory.command(&arguments("again.jsonl", "a.json")).output().unwrap();
    assert_eq!(again.status.code(), Some(3), "its units are known now");
    assert!(factory.lines("again.jsonl").is_empty());
}

#[test]
fn a_second_signer_of_the_same_file_is_refused() {
    let factory = factory_with_export(10);
    let partial = fs::File::create(factory.path().join("out.jsonl.partial")).unwrap();
    FileExt::lock(&partial).unwrap();
    let output = factory.command(&arguments("out.jsonl", "a.json")).output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!factory.path().join("a.json").exists(), "it took indices");
    drop(partial);
    succeeds(factory.command(&arguments("out.jsonl", "a.json")));
}

#[test]
fn signers_side_by_side_share_a_ledger_and_no_index() {
    let factory = factory_with_export(40_000);
    // All sign the same units at the same time, which without this would be a matter of who ends first.
    let start = |out| {
        let again = [&arguments(out, "a.json")[..], &["--reissue"]].concat();
        factory.command(&again).stderr(Stdio::null()).spawn().unwrap()
    };
    let signers = [start("one.jsonl"), start("two.jsonl"), start("three.jsonl")];
    for mut signer in signers {
        assert!(signer.wait().unwrap().success());
    }
    let mut indices = BTreeSet::new();
    for out in ["one.jsonl", "two.jsonl", "three.jsonl"] {
        for label in factory.lines(out) {
            assert!(indices.insert(label["index"].as_u64().unwrap()), "{label}");
        }
    }
    assert_eq!(indices.len(), 120_000);
}

#[test]
fn a_key_that_signs_no_more_is_refused_before_anything_is_written() {
    let factory = factory_with_export(10);
    succeeds(factory.command(&["key", "new", "old", "--expires", "2020-01-31", "--unencrypted"]));
    succeeds(factory.command(&["key", "new", "gone", "--unencrypted"]));
    succeeds(factory.command(&["key", "retire", "gone"]));
    for (key, word) in [("old", "expired"), ("gone", "retired"), ("absent", "absent")] {
        let output = factory
            .command(&["sign", "export.csv", "--columns", "columns.toml", "--key", key, "--out", "out.jsonl"])
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{words}");
        assert!(words.contains(word), "{words}");
        assert!(!factory.path().join("out.jsonl.partial").exists());
    }
}

#[test]
fn bundles_manifests_and_companions_carry_the_seals_of_the_labels() {
    let factory = factory_with_export(2_500);
    let more = ["--companion", "--bundles", "records", "--manifests", "records"];
    succeeds(factory.command(&[&arguments("out.jsonl", "a.json")[..], &more].concat()));
    let entry = succeeds(factory.command(&["key", "export-public", "line"]));
    let entry: Value = serde_json::from_slice(&entry.stdout).unwrap();
    let registry = serde_json::json!({"version": 1, "issuers": [{"id": "m", "name": "Maker",
        "prefixes": [{"agency": "GS1", "prefix": "9501234"}], "keys": [entry]}]});
    let registry = Registry::author(serde_json::from_value(registry).unwrap()).unwrap();
    let today = jiff::civil::date(2026, 1, 1);
    let read = |text: &str| Scan { bytes: text.as_bytes().to_vec(), symbology_identifier: None };
    for label in factory.lines("out.jsonl").iter().step_by(97) {
        let (lot, serial) = (label["lot"].as_str().unwrap(), label["serial"].as_str().unwrap());
        // The label as it was printed before it was ever signed.
        let udi = parse(&read(&format!("010950123456789110{lot}\u{1d}21{serial}")), today);
        let bundle = factory.read(&format!("records/09501234567891-{lot}.bin"));
        assert!(matches!(Bundle::open(&bundle).unwrap().verify(&udi, &registry), SealStatus::Verified(_)));
        let companion = Companion::read(&read(label["companion"].as_str().unwrap())).unwrap();
        assert!(matches!(companion.verify(&udi, &registry), SealStatus::Verified(_)));
        let manifest = factory.read(&format!("records/09501234567891-{lot}.manifest"));
        let manifest = Manifest::open_unverified(&manifest).unwrap();
        let rank = manifest.rank(serial).unwrap().unwrap();
        assert_eq!(u64::from(rank), label["index"].as_u64().unwrap() % 1000, "{serial}");
        assert!(manifest.rank("S9999999").unwrap().is_none());
    }
    let files = fs::read_dir(factory.path().join("records")).unwrap().count();
    assert_eq!(files, 6, "three lots, a bundle and a manifest each");
}

#[test]
fn json_lines_give_the_bytes_that_csv_gives() {
    let factory = factory_with_export(300);
    let json: String = (0..300)
        .map(|row| format!("{{\"批号\":\"L0\",\"产品标识\":\"09501234567891\",\"序列号\":\"S{row:07}\"}}\n"))
        .collect();
    fs::write(factory.path().join("export.jsonl"), json).unwrap();
    let sign = |name| factory.sign(&[name, "--columns", "columns.toml", "--first-index", "7"]).stdout;
    let (csv, json) = (sign("export.csv"), sign("export.jsonl"));
    assert!(!csv.is_empty() && csv == json);
}

#[test]
fn a_filter_stops_before_its_range_ends() {
    let factory = factory_with_export(100);
    let filter = |last| {
        factory.sign(&[
            "export.csv",
            "--columns",
            "columns.toml",
            "--first-index",
            "1000",
            "--last-index",
            last,
        ])
    };
    assert!(filter("1099").status.success());
    let refused = filter("1098");
    assert_eq!(refused.status.code(), Some(3));
    assert!(refused.stdout.is_empty());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("more rows than indices"));
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
        (7, "no serial"),
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
    let journal = "{\"run\":\"other\",\"nonce\":\"00\",\"today\":\"2026-01-01\",\"chunks\":1,\"rows\":1,\"sealed\":1,\
        \"rejected\":0,\"labels_length\":0,\"rejects_length\":0}";
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

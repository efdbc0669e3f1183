//! Every command that docs/operations.md prints for a shell, as it stands there and in its order: in one folder, with an
//! empty home, the tool alone beside the system's programs, and passphrases typed on a terminal.
//!
//! Left out are the bucket's commands, which tests/bucket.rs runs; nginx and cron have tests of their own. An address that
//! does not exist is replaced by the folder.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The module that the manual names.
const SOFTHSM: &str = "/usr/lib/softhsm/libsofthsm2.so";

/// The blocks of one language in the manual, in their order, without the indentation that a list gives them.
fn blocks(language: &str) -> Vec<String> {
    let manual =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations.md")).unwrap();
    let mut blocks: Vec<String> = Vec::new();
    let mut inside = false;
    for line in manual.lines() {
        match line.trim_start().strip_prefix("```") {
            Some(opened) => {
                inside = !inside && opened == language;
                if inside {
                    blocks.push(String::new());
                }
            }
            None if inside => {
                writeln!(blocks.last_mut().unwrap(), "{}", line.trim_start_matches("  ")).unwrap()
            }
            None => {}
        }
    }
    blocks
}

/// What a reader brings: exports of an ERP, of the authority and of a warehouse.
fn bring(folder: &Path) {
    let mut export = String::from("批号;产品标识;序列号\n");
    for row in 0..2_100 {
        writeln!(export, "L{:04};09501234567891;SN{row:06}", row / 1000).unwrap();
    }
    fs::write(folder.join("export.csv"), export).unwrap();
    fs::write(folder.join("columns.toml"), &blocks("toml")[0]).unwrap();
    fs::write(folder.join("list.csv"), &blocks("csv")[0]).unwrap();
    let record = r#"{"product_res_number":"Z-2038-2014","recalling_firm":"Pall","event_date_initiated":"2014-06-04",
        "code_info":"Lots 326902, 402802","product_description":"Filter, REF BB50T","reason_for_recall":"Leak"}"#;
    fs::write(folder.join("enforcement.json"), record.replace('\n', " ")).unwrap();
    let event = r#"{"type": "ObjectEvent", "eventTime": "2026-11-24T09:00:00Z", "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE", "disposition": "stolen", "epcList": ["https://id.gs1.org/01/09501234567891/21/SN000001"]}"#;
    fs::write(folder.join("events.jsonld"), event).unwrap();
}

/// The manual as one script, every block announced.
fn script(with_token: bool) -> String {
    let mut script = String::from("set -e\n");
    for (number, block) in blocks("sh").iter().enumerate() {
        if block.contains("s3://") || (block.contains(SOFTHSM) && !with_token) {
            continue;
        }
        let block = block.replace("https://udi.example.com/repository", "repository");
        write!(script, "echo '--- block {number}'\n{block}").unwrap();
    }
    script
}

#[cfg(target_os = "linux")]
#[test]
fn the_manual_can_be_followed_word_for_word() {
    use std::os::unix::fs::symlink;

    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("skipped: Python 3 was not found, which plays the terminal");
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    bring(folder);
    fs::create_dir_all(folder.join("home/bin")).unwrap();
    symlink(env!("CARGO_BIN_EXE_udi"), folder.join("home/bin/udi")).unwrap();
    let with_token = Path::new(SOFTHSM).exists();
    let home = folder.join("home");
    let on_clean_machine = |program: &str| {
        let mut command = Command::new(program);
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", home.join("bin").display());
        command.env_clear().env("HOME", &home).env("PATH", path).env("LANG", "C.UTF-8");
        command.env("SOFTHSM2_CONF", home.join("softhsm2.conf")).current_dir(folder);
        command
    };
    if with_token {
        fs::create_dir(home.join("tokens")).unwrap();
        let settings = format!("directories.tokendir = {}\n", home.join("tokens").display());
        fs::write(home.join("softhsm2.conf"), settings).unwrap();
        let mut make = on_clean_machine("softhsm2-util");
        make.args([
            "--init-token",
            "--free",
            "--label",
            "factory",
            "--pin",
            "123456",
            "--so-pin",
            "12345678",
        ]);
        assert!(make.output().unwrap().status.success());
    } else {
        eprintln!("skipped in part: {SOFTHSM} is not installed, so there is no token");
    }
    fs::write(folder.join("home/manual.sh"), script(with_token)).unwrap();
    let terminal = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manual/terminal.py");
    // The interpreter is found by the test's own environment, which a clean machine need not have.
    let python = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().unwrap();
    let python = String::from_utf8(python.stdout).unwrap();
    let output = on_clean_machine(python.trim()).arg(terminal).arg(home.join("manual.sh")).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));

    // The last block: sealed; no seal where the issuer says that all have one; stolen; recalled by the list.
    let headlines: Vec<&str> =
        text.split(r#""headline":""#).skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(headlines, ["signed_no_recall", "hold", "used_or_stolen", "recalled"], "{text}");
    assert!(text.contains(r#""after":"recalled""#), "the drill: {text}");
    let versions = fs::read_dir(folder.join("repository/metadata")).unwrap();
    let names: Vec<_> = versions.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    for name in ["1.root.json", "2.root.json", "timestamp.json"] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }
    assert!(fs::read_to_string(folder.join("report.html")).unwrap().contains("FSN-2026-09"));
}

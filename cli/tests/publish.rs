//! Publishing from the outside: what a dry run says, what a killed or second publisher leaves, and the checks
//! a monitor runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

const DI: &str = "09501234567891";

/// An issuer's folder with a key, a registry and one rule.
struct Issuer {
    folder: tempfile::TempDir,
}

impl Issuer {
    fn new() -> Self {
        let issuer = Self { folder: tempfile::tempdir().unwrap() };
        issuer.run(&["key", "new", "line", "--prefix", "9501234", "--unencrypted"]);
        let entry = line(&issuer.run(&["key", "export-public", "line"]));
        let registry = json!({"version": 1, "issuers": [{"id": "acme", "name": "Acme",
            "prefixes": [{"agency": "GS1", "prefix": "9501234"}], "keys": [entry]}]});
        fs::write(issuer.path("keys.json"), registry.to_string()).unwrap();
        issuer.recall("FSN-1", &["L1"]);
        issuer
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_udi"));
        command.args(arguments).current_dir(self.folder.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", words(&output));
        output
    }

    fn recall(&self, id: &str, lots: &[&str]) {
        let lots: Vec<&str> = lots.iter().flat_map(|lot| ["--lot", lot]).collect();
        let new = ["recall", "new", "--id", id, "--authority", "Acme", "--reason", "r", "--di", DI];
        self.run(&[&new[..], &lots].concat());
    }

    fn publish(&self, more: &[&str]) -> Output {
        let publish =
            ["publish", "repository", "--registry", "keys.json", "--rules", "rules.json", "--unencrypted"];
        self.command(&[&publish[..], more].concat()).output().unwrap()
    }

    fn headline(&self, lot: &str) -> String {
        let scan = format!("01{DI}10{lot}");
        let output = self.command(&["verify", "--repository", "repository", &scan]).output().unwrap();
        line(&output)["headline"].as_str().unwrap().to_owned()
    }
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn line(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", words(output)))
}

#[test]
fn a_dry_run_says_in_words_what_would_change_and_writes_nothing() {
    let issuer = Issuer::new();
    assert!(issuer.publish(&[]).status.success());
    issuer.recall("FSN-2", &["L2"]);
    issuer.run(&["recall", "close", "FSN-1", "--because", "all units are back"]);
    let before = fs::read_dir(issuer.path("repository/metadata")).unwrap().count();
    let output = issuer.publish(&["--dry-run"]);
    assert!(output.status.success(), "{}", words(&output));
    for expected in
        ["newly recalled: FSN-2 of Acme", "NO LONGER RECALLED: FSN-1 of Acme", "rules.bin changes"]
    {
        assert!(words(&output).contains(expected), "{expected}: {}", words(&output));
    }
    assert_eq!(line(&output)["changed"], json!(["rules.bin"]));
    assert_eq!(fs::read_dir(issuer.path("repository/metadata")).unwrap().count(), before);
    assert_eq!(issuer.headline("L1"), "recalled");
    assert!(issuer.publish(&[]).status.success());
    assert_eq!(issuer.headline("L1"), "unsigned_no_recall");
    assert_eq!(issuer.headline("L2"), "recalled");
    assert!(words(&issuer.publish(&["--dry-run"])).contains("nothing changes"));
}

#[test]
fn what_a_killed_publisher_left_is_passed_over() {
    let issuer = Issuer::new();
    assert!(issuer.publish(&[]).status.success());
    // Killed after its targets role was written, before its timestamp.
    fs::write(issuer.path("repository/metadata/2.targets.json"), "{").unwrap();
    issuer.recall("FSN-2", &["L2"]);
    let output = issuer.publish(&[]);
    assert!(output.status.success(), "{}", words(&output));
    assert_eq!(line(&output)["version"], 2);
    assert!(issuer.path("repository/metadata/3.targets.json").exists());
    assert_eq!(issuer.headline("L2"), "recalled");
}

/// The names of all files below the folder.
fn files_below(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            names.extend(files_below(&entry.path()));
        } else {
            names.push(entry.path().display().to_string());
        }
    }
    names
}

/// Flags every third unit up to `units`, in the status file that publishing reads.
fn write_status(issuer: &Issuer, units: u64) {
    let rows: String = (0..units / 3).map(|index| format!("{},recalled\n", index * 3 + index % 2)).collect();
    fs::write(issuer.path("flags.csv"), format!("index,status\n{rows}")).unwrap();
    issuer.run(&["status", "build", "flags.csv", "--size", &units.to_string(), "--out", "status.bin"]);
}

#[test]
fn a_full_disk_leaves_the_old_publication_and_more_room_lets_the_next_one_through() {
    let issuer = Issuer::new();
    assert!(issuer.publish(&[]).status.success());
    let before = files_below(&issuer.path("repository"));
    write_status(&issuer, 2_000_000);
    assert!(fs::metadata(issuer.path("status.bin")).unwrap().len() > 100_000);
    issuer.recall("FSN-2", &["L2"]);
    // No file may grow beyond so many blocks of 512 bytes; without the trap the limit would kill the process.
    let limited = format!(
        "trap '' XFSZ; ulimit -f 100; exec {} publish repository --registry keys.json --rules rules.json \
         --unencrypted --status acme=status.bin",
        env!("CARGO_BIN_EXE_udi")
    );
    let output = Command::new("sh").args(["-c", &limited]).current_dir(issuer.path("")).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert!(words(&output).contains("cannot write repository/targets/status/"), "{}", words(&output));
    assert_eq!(issuer.headline("L1"), "recalled");
    assert_eq!(issuer.headline("L2"), "unsigned_no_recall", "half a publication is to be seen");
    let new = files_below(&issuer.path("repository"));
    let half: Vec<_> = new.iter().filter(|file| !before.contains(file) && file.contains(".part")).collect();
    assert!(half.is_empty(), "{half:?}");
    assert!(!new.iter().any(|file| file.contains("/metadata/2.")), "{new:?}");
    let output = issuer.publish(&["--status", "acme=status.bin"]);
    assert!(output.status.success(), "{}", words(&output));
    assert_eq!(line(&output)["version"], 2);
    assert_eq!(issuer.headline("L2"), "recalled");
}

#[test]
fn what_a_killed_publisher_was_writing_is_taken_away_by_the_next() {
    let issuer = Issuer::new();
    assert!(issuer.publish(&[]).status.success());
    let of_the_dead = ["repository/metadata/.udi-Xy12ab.part", "repository/targets/.udi-Zz34cd.part"];
    for name in of_the_dead {
        fs::write(issuer.path(name), "half a file").unwrap();
    }
    // Somebody writes beside the repository at this moment, as another publisher would its pinned root.
    let at_work = issuer.path(".udi-living.part");
    let lock = fs::File::create(&at_work).unwrap();
    lock.lock().unwrap();
    issuer.recall("FSN-2", &["L2"]);
    assert!(issuer.publish(&[]).status.success());
    for name in of_the_dead {
        assert!(!issuer.path(name).exists(), "{name}");
    }
    assert!(at_work.exists(), "what is being written was taken away");
}

#[test]
fn a_second_publisher_is_refused_while_one_is_at_work() {
    let issuer = Issuer::new();
    assert!(issuer.publish(&[]).status.success());
    let lock = fs::File::create(issuer.path("repository.lock")).unwrap();
    lock.lock().unwrap();
    let output = issuer.publish(&[]);
    assert_eq!(output.status.code(), Some(7), "{}", words(&output));
    assert!(words(&output).contains("another publisher"), "{}", words(&output));
    lock.unlock().unwrap();
    assert!(issuer.publish(&[]).status.success());
}

#[test]
fn a_monitor_is_told_when_nothing_is_published_and_when_all_is_well() {
    let issuer = Issuer::new();
    let check = || issuer.command(&["publish", "repository", "--check"]).output().unwrap();
    assert_eq!(check().status.code(), Some(8));
    assert!(issuer.publish(&[]).status.success());
    let output = check();
    assert!(output.status.success(), "{}", words(&output));
    assert_eq!(line(&output)["expires"].as_array().unwrap().len(), 4);
}

#[test]
fn a_day_without_changes_costs_a_client_its_metadata_only() {
    let issuer = Issuer::new();
    assert!(issuer.publish(&[]).status.success());
    let bytes = line(&issuer.publish(&[]))["clientBytes"].as_u64().unwrap();
    assert!(bytes < 3000, "{bytes}");
}

#[test]
fn what_a_publication_forgets_is_not_taken_back() {
    let issuer = Issuer::new();
    write_status(&issuer, 300);
    fs::create_dir(issuer.path("records")).unwrap();
    fs::write(issuer.path("records/L1.tlog-proof"), "proof").unwrap();
    let all = ["--rules", "rules.json", "--status", "acme=status.bin", "--records", "records"];
    let publish = |more: &[&str]| {
        let publish = ["publish", "repository", "--registry", "keys.json", "--unencrypted"];
        issuer.command(&[&publish[..], more].concat()).output().unwrap()
    };
    assert!(publish(&all).status.success());
    for forgotten in ["--rules", "--status", "--records"] {
        let at = all.iter().position(|word| *word == forgotten).unwrap();
        let rest = [&all[..at], &all[at + 2..]].concat();
        for more in [&[][..], &["--dry-run"]] {
            let output = publish(&[&rest[..], more].concat());
            assert_eq!(output.status.code(), Some(2), "{forgotten}: {}", words(&output));
            assert!(words(&output).contains(forgotten), "{}", words(&output));
        }
        assert!(!issuer.path("repository/metadata/2.snapshot.json").exists(), "{forgotten}");
    }
    let output = publish(&["--take-back"]);
    assert!(output.status.success(), "{}", words(&output));
    assert!(words(&output).contains("NO LONGER RECALLED"), "{}", words(&output));
    // Nothing is left that could be forgotten.
    assert!(publish(&[]).status.success());
}

#[test]
fn the_pinned_root_of_another_repository_is_not_overwritten() {
    let issuer = Issuer::new();
    assert!(issuer.publish(&[]).status.success());
    let pinned = fs::read(issuer.path("root.json")).unwrap();
    let other = |more: &[&str]| {
        let publish =
            ["publish", "other", "--registry", "keys.json", "--rules", "rules.json", "--keys", "more"];
        issuer.command(&[&publish[..], &["--unencrypted"], more].concat()).output().unwrap()
    };
    let output = other(&[]);
    assert_eq!(output.status.code(), Some(3), "{}", words(&output));
    assert!(words(&output).contains("--root"), "{}", words(&output));
    assert_eq!(fs::read(issuer.path("root.json")).unwrap(), pinned);
    assert!(!issuer.path("other/metadata/timestamp.json").exists(), "it was published all the same");
    assert!(other(&["--root", "other.json"]).status.success());
    assert_eq!(
        fs::read(issuer.path("other.json")).unwrap(),
        fs::read(issuer.path("other/metadata/1.root.json")).unwrap()
    );
}

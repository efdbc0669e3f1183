//! The tool from the outside: the demo's labels, read off their pictures, give the headlines promised; a
//! repository that was tampered with gives a typed refusal and never an all-clear.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;

/// The day of the demo, so that nothing here depends on the clock.
const NOW: &str = "2027-03-15";

struct Demo {
    folder: tempfile::TempDir,
}

/// Drawn once: every symbol in it is read back, which takes its time.
static DEMO: LazyLock<Demo> = LazyLock::new(|| {
    let demo = Demo { folder: tempfile::tempdir().unwrap() };
    let made = udi(&["demo", demo.path("").to_str().unwrap(), "--now", NOW]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    demo
});

impl Demo {
    /// A copy to tamper with; its labels' pictures stay behind.
    fn copy() -> Self {
        let demo = Self { folder: tempfile::tempdir().unwrap() };
        for part in ["repository", "keys", "root.json", "labels.json"] {
            let copied =
                Command::new("cp").arg("-r").args([DEMO.path(part), demo.path(part)]).status().unwrap();
            assert!(copied.success());
        }
        demo
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn labels(&self) -> Vec<Value> {
        serde_json::from_slice(&fs::read(self.path("labels.json")).unwrap()).unwrap()
    }

    fn scan(&self, name: &str) -> String {
        let labels = self.labels();
        let label = labels.iter().find(|label| label["name"] == name).unwrap();
        label["scan"].as_str().unwrap().to_owned()
    }

    fn verify(&self, now: &str, inputs: &[&str]) -> Output {
        let repository = self.path("repository");
        let mut arguments = vec!["verify", "--repository", repository.to_str().unwrap(), "--now", now];
        arguments.extend(inputs);
        udi(&arguments)
    }

    /// The one metadata or target file whose name ends so.
    fn published(&self, folder: &str, end: &str) -> PathBuf {
        let files = fs::read_dir(self.path("repository").join(folder)).unwrap();
        let mut paths = files.map(|file| file.unwrap().path());
        paths.find(|path| path.to_str().unwrap().ends_with(end)).unwrap()
    }
}

fn udi(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_udi")).args(arguments).output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn headlines(output: &Output) -> Vec<String> {
    lines(output).iter().map(|line| line["headline"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_label_gives_its_headline_as_picture_and_as_scan() {
    let demo = &*DEMO;
    let labels = demo.labels();
    let expected: Vec<_> = labels.iter().map(|label| label["headline"].as_str().unwrap()).collect();
    let images: Vec<_> = labels.iter().map(|label| demo.path(label["image"].as_str().unwrap())).collect();
    let images: Vec<_> = images.iter().map(|path| path.to_str().unwrap()).collect();
    let scans: Vec<_> = labels.iter().map(|label| label["scan"].as_str().unwrap()).collect();
    let named = |found: Vec<String>| -> Vec<(String, String)> {
        labels.iter().map(|label| label["name"].as_str().unwrap().to_owned()).zip(found).collect()
    };
    let wanted = named(expected.iter().map(|&headline| headline.to_owned()).collect());
    assert_eq!(named(headlines(&demo.verify(NOW, &images))), wanted);
    assert_eq!(named(headlines(&demo.verify(NOW, &scans))), wanted);
}

#[test]
fn the_demo_holds_the_labels_promised() {
    let labels = DEMO.labels();
    let headline =
        |name: &str| labels.iter().find(|label| label["name"] == name).map(|label| &label["headline"]);
    for (name, expected) in [
        ("signed_clean", "signed_no_recall"),
        ("lot_altered", "altered"),
        ("forged", "altered"),
        ("wrong_prefix", "hold"),
        ("recalled_by_lot", "recalled"),
        ("recalled_by_serial", "recalled"),
        ("expired", "expired"),
        ("unsigned", "unsigned_no_recall"),
    ] {
        assert_eq!(headline(name), Some(&Value::from(expected)), "{name}");
    }
}

#[test]
fn old_data_stops_clearing_labels_and_keeps_recalling_them() {
    let demo = &*DEMO;
    let scans = [demo.scan("signed_clean"), demo.scan("recalled_by_lot"), demo.scan("lot_altered")];
    let scans = scans.each_ref().map(String::as_str);
    let after = |now: &str| {
        let output = demo.verify(now, &scans);
        (output.status.code(), headlines(&output))
    };
    assert_eq!(
        after("2027-03-20"),
        (Some(0), vec!["signed_no_recall".into(), "recalled".into(), "altered".into()])
    );
    assert_eq!(
        after("2027-04-20"),
        (Some(0), vec!["cannot_check_recalls".into(), "recalled".into(), "altered".into()])
    );
    let (code, headlines) = after("2030-01-01");
    assert_eq!(code, Some(5), "an expired repository is refused");
    assert!(headlines.iter().all(|headline| !headline.ends_with("no_recall")), "{headlines:?}");
}

#[test]
fn tampering_is_refused_with_a_code_and_clears_nothing() {
    let flip = |path: &Path| {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    let truncate = |path: &Path| fs::write(path, &fs::read(path).unwrap()[..20]).unwrap();
    let remove = |path: &Path| fs::remove_file(path).unwrap();
    type Case<'a> = (&'a str, &'a str, &'a dyn Fn(&Path), &'a str);
    let cases: [Case<'_>; 7] = [
        ("targets", ".rules.bin", &flip, "repository_hash"),
        ("targets", ".rules.bin", &truncate, "repository_length"),
        ("targets", ".rules.bin", &remove, "repository_not_found"),
        ("targets", ".keys.json", &flip, "repository_hash"),
        ("metadata", "1.snapshot.json", &flip, "repository_hash"),
        ("metadata", "1.targets.json", &remove, "repository_not_found"),
        ("metadata", "timestamp.json", &truncate, "metadata_malformed"),
    ];
    for (folder, file, tamper, code) in cases {
        let demo = Demo::copy();
        tamper(&demo.published(folder, file));
        let output = demo.verify(NOW, &[&demo.scan("signed_clean"), &demo.scan("unsigned")]);
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(5), "{file}: {words}");
        assert!(words.contains(code), "{file}: {words}");
        for headline in headlines(&output) {
            assert!(!headline.ends_with("no_recall"), "{file}: {headline}");
        }
    }
}

#[test]
fn a_repository_that_goes_back_is_noticed_and_the_newer_state_kept() {
    let demo = Demo::copy();
    let (repository, old) = (demo.path("repository"), demo.path("old"));
    let copied = Command::new("cp").arg("-r").args([&repository, &old]).status().unwrap();
    assert!(copied.success());
    let state = demo.path("state");
    let scan = demo.scan("signed_clean");
    let verify = || demo.verify(NOW, &["--state", state.to_str().unwrap(), &scan]);
    let again = udi(&["demo", demo.path("").to_str().unwrap(), "--now", NOW]);
    assert!(again.status.success());
    assert_eq!(headlines(&verify()), ["signed_no_recall"]);
    fs::remove_dir_all(&repository).unwrap();
    fs::rename(&old, &repository).unwrap();
    let output = verify();
    assert_eq!(output.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&output.stderr).contains("metadata_rollback"));
    assert_eq!(headlines(&output), ["signed_no_recall"], "what was trusted before still answers");
}

#[test]
fn a_maker_goes_from_keys_to_a_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let run = |arguments: &[&str]| {
        let output = udi(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    };
    let keys = path("keys");
    run(&["key", "new", "line-1", "--keys", &keys, "--unencrypted"]);
    let entry = lines(&run(&["key", "export-public", "line-1", "--keys", &keys])).remove(0);
    let registry = serde_json::json!({"version": 1, "issuers": [{
        "id": "m", "name": "Maker", "prefixes": [{"agency": "GS1", "prefix": "9501234"}], "keys": [entry],
    }]});
    fs::write(path("keys.json"), registry.to_string()).unwrap();
    fs::write(
        path("units.csv"),
        "di,lot,serial,expiry,index\n\
         09501234567891,L1,S1,,1\n\
         09501234567891,L2,S2,,2\n\
         09501234567890,L2,S3,,3\n\
         09501234567891,L2,S4,1850-01-31,4\n",
    )
    .unwrap();
    let signed = udi(&["sign", &path("units.csv"), "--key", "line-1", "--keys", &keys]);
    assert_eq!(
        signed.status.code(),
        Some(3),
        "a wrong check digit and a date of another century are rejected"
    );
    let words = String::from_utf8_lossy(&signed.stderr);
    assert!(words.contains("\"line\":4") && words.contains("\"line\":5"), "{words}");
    let labels = lines(&signed);
    assert_eq!(labels.len(), 2);
    fs::write(path("labels.jsonl"), signed.stdout).unwrap();
    run(&["label", &path("labels.jsonl"), "--out", &path("labels")]);
    run(&[
        "recall",
        "new",
        "--rules",
        &path("rules.json"),
        "--id",
        "R1",
        "--authority",
        "Maker",
        "--reason",
        "Broken seal.",
        "--di",
        "09501234567891",
        "--lot",
        "L2",
    ]);
    run(&[
        "publish",
        &path("repository"),
        "--registry",
        &path("keys.json"),
        "--rules",
        &path("rules.json"),
        "--keys",
        &keys,
        "--unencrypted",
    ]);
    let verdicts = run(&[
        "verify",
        "--repository",
        &path("repository"),
        &path("labels/000001.png"),
        &path("labels/000002.png"),
    ]);
    assert_eq!(headlines(&verdicts), ["signed_no_recall", "recalled"]);
}

//! `udi verify` on sealed scans, one a line.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde_json::{Value, json};

use super::line;
use super::process::{megabytes, udi};

/// Scans of a run; what it takes to start is measured apart and left out.
const SCANS: usize = 40_000;

/// Publishes a repository with the bench's key and verifies labels that were signed before.
pub(crate) fn run(folder: &Path) {
    let public: Value = serde_json::from_slice(&fs::read(folder.join("keys/line-1.json")).expect("a key"))
        .expect("the key is JSON");
    let entry = udi_output(folder, &["key", "export-public", "line-1"]);
    let registry = json!({"version": 1, "issuers": [{"id": "acme", "name": "Acme",
        "prefixes": [{"agency": "GS1", "prefix": public["prefixes"][0]}], "keys": [entry]}]});
    fs::write(folder.join("keys.json"), registry.to_string()).expect("the registry is written");
    let rule =
        ["recall", "new", "--id", "R1", "--authority", "Acme", "--reason", "Tip.", "--di", "09501234567891"];
    udi(folder, &[&rule[..], &["--lot", "L00001"]].concat(), None);
    let publish =
        ["publish", "repository", "--registry", "keys.json", "--rules", "rules.json", "--unencrypted"];
    udi(folder, &publish, None);
    // The first of them: the whole file may be larger than memory.
    let labels = BufReader::new(File::open(folder.join("labels.jsonl")).expect("the labels are there"));
    let first: Vec<String> = labels.lines().take(SCANS).map(|line| scan(&line.expect("a line"))).collect();
    let scans: Vec<String> = first.iter().cycle().take(SCANS).cloned().collect();
    fs::write(folder.join("scans.txt"), scans.join("\n")).expect("the scans are written");
    fs::write(folder.join("one.txt"), &scans[0]).expect("a scan is written");
    for threads in ["1", ""] {
        let mut arguments = vec!["verify", "--repository", "repository"];
        if !threads.is_empty() {
            arguments.extend(["--threads", threads]);
        }
        let start = udi(folder, &arguments, Some(&folder.join("one.txt")));
        let cost = udi(folder, &arguments, Some(&folder.join("scans.txt")));
        let per = |all: f64, start: f64| SCANS as f64 / (all - start).max(0.001);
        let rate = per(cost.wall.as_secs_f64(), start.wall.as_secs_f64());
        let of = if threads.is_empty() { "every core" } else { "one thread" };
        line(&format!("sealed scans, {of}, by the wall clock"), &format!("{rate:.0} /s"), "");
        if let Some(all) = cost.cpu {
            // Starting may take less than the system counts.
            let rate = per(all.as_secs_f64(), start.cpu.unwrap_or_default().as_secs_f64());
            let what = format!("sealed scans, {of}, a second of processor time");
            line(&what, &format!("{rate:.0}"), "at least 5,000 a core");
        }
        line(&format!("  memory, {of}"), &megabytes(cost.memory), "");
    }
}

/// A label as a keyboard scanner writes it.
fn scan(label: &str) -> String {
    let label: Value = serde_json::from_str(label).expect("a label is JSON");
    label["elementString"].as_str().expect("a label has its message").replace('\u{1d}', "\\x1d")
}

fn udi_output(folder: &Path, arguments: &[&str]) -> Value {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_udi"));
    let output = command.args(arguments).current_dir(folder).output().expect("the tool runs");
    serde_json::from_slice(&output.stdout).expect("the tool prints JSON")
}

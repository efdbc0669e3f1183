//! `udi recall drill`: a fire drill. How long it takes from the decision to recall a lot until a client that had
//! cleared a unit of it says "recalled", with the issuer's own keys, rules and repository, on a copy that
//! nobody else sees.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, stdout};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use udi_verify::recall::{Action, Match, Rule, Rules, rules};
use udi_verify::udi::{Scan, Udi, parse};

use super::book::{Book, Entry};
use crate::failure::{Exit, Failure, OrFail};
use crate::output;
use crate::publish::beside;

/// Arguments of `udi recall drill`.
#[derive(clap::Args)]
pub(crate) struct Drill {
    /// The repository folder; it is copied, and only the copy is published to.
    #[arg(long, value_name = "DIR")]
    repository: PathBuf,
    /// The registry of issuers and their keys (keys.json).
    #[arg(long, value_name = "FILE")]
    registry: PathBuf,
    /// The folder with the keys of the repository's roles.
    #[arg(long, default_value = "keys", value_name = "DIR")]
    keys: PathBuf,
    /// What `udi sign` wrote: the lot of its first unit that is not recalled yet is recalled in the drill.
    #[arg(long, value_name = "FILE")]
    issued: PathBuf,
    /// Further options of `udi publish`, after `--`: `--status`, `--records`….
    #[arg(last = true, value_name = "OPTION")]
    publish: Vec<String>,
}

/// The number of the drill's notice, which no authority uses.
const NOTICE: &str = "DRILL";

/// What was measured, in seconds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Times {
    before: String,
    rule: f64,
    publish: f64,
    client: f64,
    total: f64,
    after: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_bytes: Option<u64>,
}

/// A line of label content, as far as the drill needs it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Unit {
    element_string: String,
}

/// Rehearses and prints what each step took.
pub(super) fn run(args: &Drill, rules: &Path, today: Date) -> Result<(), Failure> {
    let scratch = tempfile::tempdir().or_fail(Exit::System, || "cannot make a scratch folder")?;
    let copy = scratch.path().join("repository");
    copy_folder(&args.repository, &copy)?;
    let client =
        Client { repository: &copy, root: beside(&args.repository), state: scratch.path().join("state") };
    let mut book = Book::read_or_empty(rules)?;
    let scan = first_unit(&args.issued, &book, today)?;
    let rule = drill_rule(&scan, today)?;
    let before = client.headline(&scan)?;
    if before == "recalled" {
        let words = "the unit to rehearse with is recalled already, by its unit status: name another file";
        return Err(Failure::new(Exit::Input, words));
    }
    eprintln!("a client that has synced says of a unit of the lot: {before}");

    let start = Instant::now();
    book.entries.push(Entry::new(rule, None, Some("drill".to_owned())));
    let drill_rules = scratch.path().join("rules.json");
    book.write(&drill_rules)?;
    let ruled = start.elapsed();
    eprintln!("{:>8.3} s  trigger: the rule is written", ruled.as_secs_f64());

    let report = publish(args, &copy, &drill_rules, &scratch.path().join("root.json"))?;
    let published = start.elapsed();
    eprintln!("{:>8.3} s  the snapshot is published", (published - ruled).as_secs_f64());

    let after = client.headline(&scan)?;
    let total = start.elapsed();
    eprintln!("{:>8.3} s  the client has synced and says: {after}", (total - published).as_secs_f64());
    eprintln!("{:>8.3} s  from the trigger to the verdict", total.as_secs_f64());
    if after != "recalled" {
        return Err(Failure::new(
            Exit::Repository,
            format!("the client says {after}, not recalled: the drill failed"),
        ));
    }
    let times = Times {
        before,
        rule: seconds(ruled),
        publish: seconds(published - ruled),
        client: seconds(total - published),
        total: seconds(total),
        after,
        client_bytes: report["clientBytes"].as_u64(),
    };
    output::line(&mut stdout().lock(), &times)
}

fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}

/// A client with a state of its own, as a process of its own.
struct Client<'a> {
    repository: &'a Path,
    root: PathBuf,
    state: PathBuf,
}

impl Client<'_> {
    /// Syncs, and gives the headline of a scan.
    fn headline(&self, scan: &str) -> Result<String, Failure> {
        let mut command = this_tool()?;
        command.arg("verify").arg("--repository").arg(self.repository);
        command
            .arg("--root")
            .arg(&self.root)
            .arg("--state")
            .arg(&self.state)
            .arg(scan.replace('\u{1d}', "\\x1d"));
        let verdict = json_of(command, "the client")?;
        Ok(verdict["headline"].as_str().unwrap_or("nothing").to_owned())
    }
}

fn publish(args: &Drill, copy: &Path, rules: &Path, root: &Path) -> Result<Value, Failure> {
    let mut command = this_tool()?;
    command.arg("publish").arg(copy).arg("--registry").arg(&args.registry).arg("--rules").arg(rules);
    // What the drill is not given is left out of the copy only.
    command.arg("--take-back");
    command.arg("--keys").arg(&args.keys).arg("--root").arg(root).args(&args.publish);
    json_of(command, "the publisher")
}

fn this_tool() -> Result<Command, Failure> {
    let path = std::env::current_exe().or_fail(Exit::System, || "cannot find this tool")?;
    Ok(Command::new(path))
}

/// The line a process of ours prints. What it says to people is shown if it fails; it may ask on the terminal.
fn json_of(mut command: Command, who: &str) -> Result<Value, Failure> {
    let output =
        command.stdin(Stdio::inherit()).output().or_fail(Exit::System, || format!("cannot start {who}"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(Exit::Repository, format!("{who} failed: {}", words.trim())));
    }
    serde_json::from_slice(&output.stdout).or_fail(Exit::System, || format!("cannot read what {who} says"))
}

/// The first issued unit that no rule in force names in any way.
fn first_unit(issued: &Path, book: &Book, today: Date) -> Result<String, Failure> {
    let refused = || format!("cannot read the units in {}", issued.display());
    let in_force: Vec<Rule> = book.in_force(today).map(|(_, entry)| entry.rule.clone()).collect();
    let bytes = rules::encode(&in_force).or_fail(Exit::Input, refused)?;
    let in_force = Rules::open_unverified(&bytes).or_fail(Exit::Input, refused)?;
    for line in BufReader::new(File::open(issued).or_fail(Exit::System, refused)?).lines() {
        let line = line.or_fail(Exit::System, refused)?;
        let unit: Unit = serde_json::from_str(&line).or_fail(Exit::Input, refused)?;
        if in_force.lookup(&read(&unit.element_string, today)).hits().is_empty() {
            return Ok(unit.element_string);
        }
    }
    Err(Failure::new(Exit::Input, "every issued unit is recalled already: there is none to rehearse with"))
}

fn read(scan: &str, today: Date) -> Udi {
    parse(&Scan { bytes: scan.as_bytes().to_vec(), symbology_identifier: None }, today)
}

/// Recalls the lot of a unit, or the unit where it has no lot.
fn drill_rule(scan: &str, today: Date) -> Result<Rule, Failure> {
    let udi = read(scan, today);
    let lots: Vec<String> = udi.lot.iter().cloned().collect();
    let serials = if lots.is_empty() { udi.serial.iter().cloned().collect() } else { Vec::new() };
    let rule = Rule {
        id: NOTICE.to_owned(),
        authority: "drill".to_owned(),
        class: String::new(),
        action: Action::DoNotUse,
        reason: "A drill: nothing is wrong.".to_owned(),
        source: String::new(),
        source_date: today,
        units: Match { agency: udi.agency, di: udi.di, lots, serials, ..Match::default() },
    };
    rule.check().or_fail(Exit::Input, || "the first issued unit names nothing that could be recalled")?;
    Ok(rule)
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Failure> {
    let doing = || format!("cannot copy {}", from.display());
    fs::create_dir_all(to).or_fail(Exit::System, doing)?;
    for entry in fs::read_dir(from).or_fail(Exit::System, doing)? {
        let entry = entry.or_fail(Exit::System, doing)?;
        let target = to.join(entry.file_name());
        if entry.file_type().or_fail(Exit::System, doing)?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target).or_fail(Exit::System, doing)?;
        }
    }
    Ok(())
}

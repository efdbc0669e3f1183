//! How long an issuer of 100 million units takes to publish 5,000 changes of unit status, and what that costs
//! a client: the tool as a process, and the client that runs on phones, counting the bytes it asks for.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use jiff::Timestamp;
use serde_json::{Value, json};
use udi_verify::recall::Flag;
use udi_verify::recall::delta::apply_or_fetch;
use udi_verify::recall::status::Encoder;
use udi_verify::trust::{Refresh, State, Step};

const UNITS: u64 = 100_000_000;
const FLAGGED: u64 = UNITS / 100;
const CHANGES: usize = 5_000;
/// Publications before the one that is measured: deltas from as many are published with it.
const DAYS: usize = 8;

fn main() {
    // `cargo test --benches` runs this, too: figures are for `cargo bench` alone.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().expect("a scratch folder");
    let issuer = Issuer { folder: folder.path() };
    issuer.udi(&["key", "new", "line", "--prefix", "9501234", "--unencrypted"]);
    let entry = issuer.udi(&["key", "export-public", "line"]);
    let registry = json!({"version": 1, "issuers": [{"id": "acme", "name": "Acme",
        "prefixes": [{"agency": "GS1", "prefix": "9501234"}], "keys": [entry]}]});
    fs::write(folder.path().join("keys.json"), registry.to_string()).expect("writes");
    issuer.udi(&[
        "recall",
        "new",
        "--id",
        "R",
        "--authority",
        "A",
        "--reason",
        "r",
        "--di",
        "09501234567891",
        "--lot",
        "L",
    ]);

    let mut random = Random(11);
    let mut flagged: BTreeSet<u64> = BTreeSet::new();
    while (flagged.len() as u64) < FLAGGED {
        flagged.insert(random.below(UNITS));
    }
    println!("\nPublishing for an issuer of {UNITS} units, 1 % flagged, {CHANGES} changes a day");
    issuer.write_status(&flagged);
    issuer.publish();
    let mut client = issuer.client();
    for _ in 0..DAYS - 1 {
        change(&mut flagged, &mut random);
        issuer.write_status(&flagged);
        issuer.publish();
    }
    client = issuer.sync(&client).0;
    change(&mut flagged, &mut random);
    issuer.write_status(&flagged);
    let start = Instant::now();
    let used = issuer.publish_and_count();
    let time = start.elapsed();
    let (_, bytes) = issuer.sync(&client);
    line("publishing 5,000 changes", &format!("{:.2} s", time.as_secs_f64()), "at most 5 s");
    if let Some(used) = used {
        line("  of it processor time", &format!("{used:.2} s"), "");
    }
    line("new bytes for a client of the day before", &format!("{bytes} B"), "at most 15,000 B");
    line("new bytes without deltas, for comparison", &format!("{} B", issuer.status_bytes()), "");
}

fn line(what: &str, measured: &str, bound: &str) {
    println!("  {what:<54} {measured:>24}   {bound}");
}

/// Flags four of five units anew and clears the fifth.
fn change(flagged: &mut BTreeSet<u64>, random: &mut Random) {
    let cleared: Vec<u64> =
        flagged.iter().copied().step_by(flagged.len() / (CHANGES / 5)).take(CHANGES / 5).collect();
    for index in &cleared {
        flagged.remove(index);
    }
    let target = flagged.len() + CHANGES - cleared.len();
    while flagged.len() < target {
        flagged.insert(random.below(UNITS));
    }
}

struct Issuer<'a> {
    folder: &'a Path,
}

impl Issuer<'_> {
    fn udi(&self, arguments: &[&str]) -> Value {
        let output = Command::new(env!("CARGO_BIN_EXE_udi"))
            .args(arguments)
            .current_dir(self.folder)
            .output()
            .expect("runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    fn write_status(&self, flagged: &BTreeSet<u64>) {
        let mut encoder = Encoder::new(Vec::new(), UNITS).expect("begins");
        flagged.iter().for_each(|index| encoder.push(Flag::Recalled, *index).expect("in order"));
        fs::write(self.folder.join("status.bin"), encoder.finish().expect("ends")).expect("writes");
    }

    fn status_bytes(&self) -> u64 {
        fs::metadata(self.folder.join("status.bin")).expect("is there").len()
    }

    fn publish(&self) {
        let publish =
            ["publish", "repository", "--registry", "keys.json", "--rules", "rules.json", "--unencrypted"];
        self.udi(&[&publish[..], &["--status", "acme=status.bin"]].concat());
    }

    /// Publishes, and gives the seconds of processor time that took where the system counts them: what children
    /// took, which `/proc/self/stat` has in ticks of 10 ms.
    fn publish_and_count(&self) -> Option<f64> {
        let ticks = || -> Option<u64> {
            let text = fs::read_to_string("/proc/self/stat").ok()?;
            let (_, fields) = text.rsplit_once(") ")?;
            Some(fields.split(' ').skip(13).take(2).filter_map(|field| field.parse::<u64>().ok()).sum())
        };
        let before = ticks();
        self.publish();
        Some((ticks()? - before?) as f64 / 100.0)
    }

    fn client(&self) -> State {
        let root = fs::read(self.folder.join("root.json")).expect("a root");
        self.sync(&State::pinned(&root).expect("a trusted root")).0
    }

    /// The client's state after an update, and the bytes it read.
    fn sync(&self, state: &State) -> (State, usize) {
        let mut bytes = 0;
        let mut refresh = Refresh::start(state, Timestamp::now()).with_deltas(apply_or_fetch);
        while let Step::Fetch { path, .. } = refresh.step() {
            let file = fs::read(self.folder.join("repository").join(path)).ok();
            bytes += file.as_ref().map_or(0, Vec::len);
            refresh.supply(file);
        }
        (refresh.finish().expect("an update"), bytes)
    }
}

/// Numbers that are the same in every run (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % limit
    }
}

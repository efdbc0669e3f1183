//! `udi sign` beside the signature alone.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use ed25519_dalek::{Signer, SigningKey};

use super::line;
use super::process::{Cost, megabytes, processor_time, udi};

/// Signatures of the peer: enough to take seconds.
const BARE: usize = 200_000;

/// Signs an export of `records` rows with lot, serial and expiry.
pub(crate) fn run(folder: &Path, records: u64) {
    // As a factory keeps it: what unlocking takes is in the figures.
    let passphrase = ["--passphrase-file", "passphrase"];
    write_passphrase(&folder.join("passphrase"));
    udi(folder, &[&["key", "new", "line-1", "--prefix", "9501234"][..], &passphrase].concat(), None);
    export(&folder.join("export.csv"), records);
    let sign = |out: &str, more: &[&str]| {
        let arguments = ["sign", "export.csv", "--key", "line-1", "--indices", "indices.json", "--out"];
        udi(folder, &[&arguments[..], &[out], &passphrase, more].concat(), None)
    };
    // Before and after, since other programs may slow down one of the runs.
    let before = bare();
    let cost = sign("labels.jsonl", &[]);
    let after = bare();
    let rate = |time: Option<Duration>, count: f64| time.map(|time| count / time.as_secs_f64());
    let count = records as f64;
    for (what, ours, peers) in [
        ("by the wall clock", Some(cost.wall), [Some(before.wall), Some(after.wall)]),
        ("by processor time", cost.cpu, [before.cpu, after.cpu]),
    ] {
        let peer = peers.map(|time| rate(time, BARE as f64)).into_iter().flatten().reduce(f64::max);
        let (Some(ours), Some(peer)) = (rate(ours, count), peer) else { continue };
        line(&format!("ed25519-dalek alone, {what}"), &format!("{peer:.0} /s"), "");
        let share = 100.0 * ours / peer;
        line(
            &format!("udi sign, {what}"),
            &format!("{ours:.0} /s"),
            &format!("{share:.0} % of it, at least 80 %"),
        );
    }
    line(&format!("memory for {records} records"), &megabytes(cost.memory), "at most 300 MB for 10,000,000");
    let size = folder.join("labels.jsonl").metadata().map(|file| file.len()).unwrap_or(0);
    line("label content", &format!("{:.0} bytes a unit", size as f64 / count), "");
}

/// A secret that others may read would be refused.
fn write_passphrase(path: &Path) {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).and_then(|mut file| writeln!(file, "correct horse battery"));
    file.expect("the passphrase is written");
}

fn export(path: &Path, records: u64) {
    let mut out = BufWriter::new(File::create(path).expect("the export is written"));
    writeln!(out, "di,lot,serial,expiry").expect("the export is written");
    for row in 0..records {
        writeln!(out, "09501234567891,L{:05},SN{row:010},2028-11-30", row / 1000)
            .expect("the export is written");
    }
    out.flush().expect("the export is written");
}

/// Ed25519 over messages as long as a unit's, on every core, nothing else.
fn bare() -> Cost {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let key = SigningKey::from_bytes(&[7; 32]);
    let before = processor_time(std::process::id()).unwrap_or_default();
    let started = Instant::now();
    thread::scope(|scope| {
        for core in 0..cores {
            let key = &key;
            scope.spawn(move || {
                let mut message = [0x42_u8; 96];
                for number in (core..BARE).step_by(cores) {
                    message[..8].copy_from_slice(&number.to_le_bytes());
                    std::hint::black_box(key.sign(&message));
                }
            });
        }
    });
    let wall = started.elapsed();
    let cpu = processor_time(std::process::id()).map(|after| after - before);
    Cost { wall, cpu, memory: None }
}

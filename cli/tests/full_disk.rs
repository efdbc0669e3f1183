//! A full disk, command by command: exit code 1, words that name the file, nothing half-written, and the same
//! command goes through once there is room. Signing and publishing have theirs in tests of their own.

use std::fs::{self, OpenOptions};
use std::process::{Command, Output, Stdio};

use world::World;

mod world;

/// Runs the tool where no file may grow beyond so many blocks of 512 bytes.
fn in_blocks(world: &World, blocks: u32, line: &str) -> Output {
    // Without the trap the limit would kill the process instead of failing its write.
    let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec {} {line}", env!("CARGO_BIN_EXE_udi"));
    Command::new("sh").args(["-c", &limited]).current_dir(world.folder.path()).output().unwrap()
}

/// It must stop at a write of `file`.
fn is_full(output: &Output, file: &str) {
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains("cannot write") && words.contains(file), "{words}");
}

/// The names in a folder of the world.
fn names(world: &World, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(world.path(folder)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A world with labels of 12 units.
fn with_labels() -> World {
    let world = World::new();
    world.run("key new line --prefix 9501234 --unencrypted");
    let rows: String = (0..12).map(|row| format!("09501234567891,S{row}\n")).collect();
    fs::write(world.path("export.csv"), format!("di,serial\n{rows}")).unwrap();
    world.run("sign export.csv --key line --indices indices.json --out labels.jsonl");
    world
}

#[cfg(unix)]
#[test]
fn a_filter_whose_output_takes_no_more_stops_with_an_error() {
    let world = with_labels();
    for line in ["sign export.csv --key line", "label labels.jsonl --out labels", "recall list"] {
        if line == "recall list" {
            world.run("recall new --id R1 --authority Acme --reason Tip. --di 09501234567891 --lot L1");
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_udi"));
        command.args(line.split(' ')).current_dir(world.folder.path());
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
        is_full(&output, "standard output");
    }
}

#[cfg(unix)]
#[test]
fn drawings_are_whole_or_not_there() {
    let world = with_labels();
    is_full(&in_blocks(&world, 1, "label labels.jsonl --out svgs --format svg"), "svgs/000001.svg");
    assert!(names(&world, "svgs").is_empty());
    is_full(&in_blocks(&world, 1, "label labels.jsonl --out zebra --format zpl"), "labels.zpl");
    assert_eq!(names(&world, "zebra"), ["labels.zpl.partial"]);
    is_full(&in_blocks(&world, 1, "label labels.jsonl --out sheets --format pdf"), "sheets/labels-0001.pdf");
    assert!(names(&world, "sheets").is_empty());
    world.run("label labels.jsonl --out zebra --format zpl");
    assert_eq!(names(&world, "zebra"), ["labels.zpl"]);
}

#[cfg(unix)]
#[test]
fn rules_status_report_and_keys_stay_as_they_were() {
    let world = with_labels();
    world.run("recall new --id R1 --authority Acme --reason Tip. --di 09501234567891 --lot L1");
    let flags: String = (0..200).map(|index| format!("{index},recalled\n")).collect();
    fs::write(world.path("flags.csv"), format!("index,status\n{flags}")).unwrap();
    world.run("status build flags.csv --size 200 --out status.bin");
    world.run("report --issued labels.jsonl --rules rules.json");
    let all =
        ["rules.json", "status.bin", "report.html"].map(|name| (name, fs::read(world.path(name)).unwrap()));
    let before = names(&world, "");

    let lots = (0..40).map(|lot| format!(" --lot LOT-{lot:04}")).collect::<String>();
    let new = format!("recall new --id R2 --authority Acme --reason Tip. --di 09501234567891{lots}");
    is_full(&in_blocks(&world, 1, &new), "rules.json");
    is_full(&in_blocks(&world, 0, "status build flags.csv --size 200 --out status.bin"), "status.bin");
    is_full(&in_blocks(&world, 2, "report --issued labels.jsonl --rules rules.json"), "report.html");
    for (name, bytes) in all {
        assert!(fs::read(world.path(name)).unwrap() == bytes, "{name} changed");
    }
    assert_eq!(names(&world, ""), before);

    is_full(&in_blocks(&world, 0, "key new other --unencrypted"), "keys/other.pem");
    assert_eq!(names(&world, "keys"), ["line.json", "line.pem"], "half a key is in the way of the next");
    world.run("key new other --unencrypted");
}

//! Publishers that are killed, and two at once, as processes: whatever becomes of them, a client sees one whole
//! publication or the other.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use registry::register;
use serde_json::Value;
use world::World;

mod registry;
mod world;

const PUBLISH: &str =
    "publish repository --registry keys.json --rules rules.json --status acme=status.bin --unencrypted";

/// An issuer with a status file, and a first publication that recalls the lot L1.
fn issuer() -> World {
    let world = World::new();
    world.run("key new line --prefix 9501234 --unencrypted");
    register(&world, "line");
    flag(&world, 0);
    recall(&world, 1);
    world.run(PUBLISH);
    world
}

/// Recalls the lot of that number.
fn recall(world: &World, number: usize) {
    world.run(&format!(
        "recall new --id R{number} --authority Acme --reason Tip. --di 09501234567891 --lot L{number}"
    ));
}

/// Other flags each time, so that every publication writes a status file and deltas.
fn flag(world: &World, number: usize) {
    let rows: String = (0..3_000).map(|index| format!("{},recalled\n", index * 7 + number)).collect();
    fs::write(world.path("flags.csv"), format!("index,status\n{rows}")).unwrap();
    world.run("status build flags.csv --size 30000 --out status.bin");
}

/// The lots up to `count` that a client holds to be recalled, as a string of digits; it must accept what it finds.
fn recalled(world: &World, count: usize) -> String {
    let scans: String = (1..=count).map(|lot| format!(" 010950123456789110L{lot}")).collect();
    let output = world.run(&format!("verify --repository repository{scans}"));
    let verdicts = String::from_utf8(output.stdout).unwrap();
    let is_recalled = |line: &str| serde_json::from_str::<Value>(line).unwrap()["headline"] == "recalled";
    verdicts
        .lines()
        .zip(1..)
        .filter(|(line, _)| is_recalled(line))
        .map(|(_, lot)| format!("{lot} "))
        .collect()
}

fn publisher(world: &World) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_udi"));
    command
        .args(PUBLISH.split(' '))
        .current_dir(world.folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn files(folder: &Path) -> usize {
    let count = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path) } else { 1 }
    };
    fs::read_dir(folder).unwrap().map(count).sum()
}

#[cfg(unix)]
#[test]
fn killed_after_any_number_of_files_a_publisher_leaves_the_old_publication_or_the_new_one() {
    let world = issuer();
    recall(&world, 2);
    flag(&world, 1);
    let (old, new) = ("1 ".to_owned(), "1 2 ".to_owned());
    let mut killed = 0;
    // Progress decides when it is killed, not time: after its first file, its second, and so on.
    for more in 0..12 {
        let before = files(&world.path("repository"));
        let mut child = publisher(&world).spawn().unwrap();
        while files_or_less(&world.path("repository")) < before + more && child.try_wait().unwrap().is_none()
        {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_micros(137 * more as u64));
        let _ = child.kill();
        let ended = child.wait().unwrap().success();
        let seen = recalled(&world, 2);
        assert!(seen == old || seen == new, "after {more} files: {seen}");
        if ended || seen == new {
            break;
        }
        killed += 1;
    }
    assert!(killed > 0, "never killed in the middle");
    world.run(PUBLISH);
    assert_eq!(recalled(&world, 2), new);
    let left: Vec<_> = ["metadata", "targets", "targets/status"]
        .into_iter()
        .flat_map(|folder| {
            fs::read_dir(world.path("repository").join(folder))
                .unwrap()
                .map(|entry| entry.unwrap().file_name())
        })
        .filter(|name| name.to_str().unwrap().ends_with(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Files come and go while they are counted.
fn files_or_less(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries.flatten().map(|entry| if entry.path().is_dir() { files_or_less(&entry.path()) } else { 1 }).sum()
}

#[test]
fn of_two_publishers_at_once_each_is_whole_or_refused_and_no_version_is_given_twice() {
    let world = issuer();
    let mut versions = vec![1];
    for round in 0..4 {
        flag(&world, round + 1);
        let children: Vec<_> = (0..3).map(|_| publisher(&world).spawn().unwrap()).collect();
        let outputs: Vec<Output> =
            children.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
        for output in &outputs {
            let words = String::from_utf8_lossy(&output.stderr);
            match output.status.code() {
                Some(0) => {
                    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
                    versions.push(report["version"].as_u64().unwrap());
                }
                Some(7) => assert!(words.contains("another publisher"), "{words}"),
                other => panic!("{other:?}: {words}"),
            }
        }
        assert!(outputs.iter().any(|output| output.status.success()));
        assert_eq!(recalled(&world, 1), "1 ");
    }
    let given = versions.len() as u64;
    versions.sort_unstable();
    assert!(versions.iter().copied().eq(1..=given), "{versions:?}");
}

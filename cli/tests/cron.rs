//! The lines for cron that docs/operations.md prints, run as cron runs them: by `sh`, with nothing of a person's
//! environment. Its folders are moved to ones of the test, nothing else is changed.

use std::fs;
use std::path::Path;
use std::process::Command;

use world::World;

mod world;

/// The settings and the commands of the manual's table.
fn table() -> (Vec<String>, Vec<String>) {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations.md");
    let manual = fs::read_to_string(manual).unwrap();
    let (_, behind) = manual.split_once("### From cron\n\n```\n").unwrap();
    let (table, _) = behind.split_once("```").unwrap();
    let (times, settings): (Vec<&str>, Vec<&str>) =
        table.lines().partition(|line| line.starts_with(|first: char| first.is_ascii_digit()));
    let command = |line: &&str| line.splitn(6, ' ').nth(5).unwrap().trim_start().to_owned();
    (settings.into_iter().map(str::to_owned).collect(), times.iter().map(command).collect())
}

/// Runs a command of the table; true where it succeeds.
fn cron(world: &World, settings: &[String], command: &str) -> bool {
    let own = |text: &str| {
        let folder = world.folder.path().display().to_string();
        let identity = world.path("identity.txt").display().to_string();
        text.replace("/usr/local/bin", &format!("{folder}/bin"))
            .replace("/srv/udi", &folder)
            .replace("/etc/udi/identity.txt", &identity)
    };
    let mut shell = Command::new("/bin/sh");
    shell.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", "/").current_dir("/");
    for setting in settings {
        let (name, value) = setting.split_once('=').unwrap();
        shell.env(name, own(value));
    }
    // Five fields of time stand before it; `%` would be a line break to cron.
    assert!(!command.contains('%'));
    shell.arg("-c").arg(own(command)).status().unwrap().success()
}

#[cfg(unix)]
#[test]
fn the_jobs_publish_and_write_to_somebody_only_when_something_is_wrong() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let world = World::new();
    fs::create_dir(world.path("bin")).unwrap();
    symlink(env!("CARGO_BIN_EXE_udi"), world.path("bin/udi")).unwrap();
    fs::write(world.path("bin/mail"), "#!/bin/sh\ncat >> letters\n").unwrap();
    fs::set_permissions(world.path("bin/mail"), fs::Permissions::from_mode(0o755)).unwrap();
    let identity = world.run("key identity identity.txt").stdout;
    let identity: serde_json::Value = serde_json::from_slice(&identity).unwrap();
    let recipient = identity["recipient"].as_str().unwrap();
    for role in ["root", "targets", "snapshot", "timestamp"] {
        world.run(&format!("key new {role} --recipient {recipient}"));
    }
    fs::create_dir(world.path("records")).unwrap();
    let registry = r#"{"version": 1, "issuers": [{"id": "acme", "name": "Acme", "keys": [],
        "prefixes": [{"agency": "GS1", "prefix": "9501234"}]}]}"#;
    fs::write(world.path("keys.json"), registry).unwrap();
    fs::write(world.path("flags.csv"), "index,status\n7,stolen\n").unwrap();
    world.run("status build flags.csv --size 100 --out status.bin");
    world.run("recall new --id R1 --authority Acme --reason Tip. --di 09501234567891 --lot L1");

    let (settings, commands) = table();
    let [publish, check] = &commands[..] else { panic!("{commands:?}") };
    let letters = || fs::read_to_string(world.path("letters")).unwrap_or_default();
    cron(&world, &settings, check);
    assert!(!letters().is_empty(), "nothing is published: somebody must hear of it");
    let before = letters();

    let log = || fs::read_to_string(world.path("publish.log")).unwrap();
    for version in 1..=2 {
        assert!(cron(&world, &settings, publish), "{}", log());
        assert!(world.path(&format!("repository/metadata/{version}.snapshot.json")).exists(), "{}", log());
    }
    assert!(cron(&world, &settings, check));
    assert_eq!(letters(), before, "all is well: nobody is bothered");
}

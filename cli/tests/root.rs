//! Root ceremonies: each holder signs on a machine of their own, two of three decide, and clients follow.

mod world;

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use world::World;

const SCAN: &str = "010950123456789110L1\\x1d21S1";

/// What the holders of keys do in it.
trait Ceremony {
    fn refused(&self, line: &str) -> (i32, String);
    fn holder(&self, folder: &str, name: &str);
    fn signed_by(&self, proposal: &str, holder: &str) -> String;
    fn headline(&self, line: &str) -> String;
}

impl Ceremony for World {
    /// A refusal with its exit code and words.
    fn refused(&self, line: &str) -> (i32, String) {
        let output = self.udi(line);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{line}: {words}");
        (output.status.code().unwrap(), words)
    }

    /// A person or machine with one key in a folder of its own.
    fn holder(&self, folder: &str, name: &str) {
        self.run(&format!("key new {name} --keys {folder} --unencrypted"));
    }

    /// A copy of a proposal goes to a holder and comes back signed.
    fn signed_by(&self, proposal: &str, holder: &str) -> String {
        let copy = format!("{proposal}.{holder}");
        fs::copy(self.path(proposal), self.path(&copy)).unwrap();
        self.run(&format!("root sign {copy} --key {holder} --keys {holder}"));
        copy
    }

    fn headline(&self, line: &str) -> String {
        let output = self.run(&format!("verify --repository repository {line} {SCAN}"));
        let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
        verdict["headline"].as_str().unwrap().to_owned()
    }
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn exists(path: &Path) -> bool {
    path.exists()
}

/// A repository whose root asks for two of alice, bob and carol, published once.
fn two_of_three() -> World {
    let world = World::new();
    for person in ["alice", "bob", "carol", "dave"] {
        world.holder(person, person);
    }
    for role in ["targets", "targets-b", "snapshot", "timestamp"] {
        world.holder("online", role);
    }
    world.run(
        "root propose first.json --add root=alice/alice.json --add root=bob/bob.json \
         --add root=carol/carol.json --threshold root=2 --add targets=online/targets.json \
         --add targets=online/targets-b.json --threshold targets=2 --add snapshot=online/snapshot.json \
         --add timestamp=online/timestamp.json",
    );
    let unsigned = lines(&world.run("root status first.json"));
    assert_eq!(unsigned.len(), 1, "a first root has no older one to please");
    assert_eq!(unsigned[0]["missing"], 2);
    assert_eq!(unsigned[0]["waitingFor"].as_array().unwrap().len(), 3);

    let alice = world.signed_by("first.json", "alice");
    let (code, words) = world.refused(&format!("root accept {alice} --repository repository"));
    assert_eq!(code, 5, "{words}");
    assert!(words.contains("metadata_threshold"), "{words}");
    assert!(!exists(&world.path("repository/metadata")), "a refused root left something");

    let bob = world.signed_by("first.json", "bob");
    let status = lines(&world.run(&format!("root status {alice} {bob}")));
    assert_eq!(status[0]["missing"], 0);
    assert_eq!(status[0]["signed"].as_array().unwrap().len(), 2);
    assert_eq!(status[0]["waitingFor"], serde_json::json!(["carol"]));
    world.run(&format!("root accept {alice} {bob} --repository repository"));

    fs::write(world.path("keys.json"), r#"{"version":1,"issuers":[]}"#).unwrap();
    world.run("publish repository --registry keys.json --keys online");
    assert_eq!(world.headline("--state old-client"), "unsigned_no_recall");
    world
}

#[test]
fn two_of_three_make_a_root_and_rotate_it_and_old_clients_follow() {
    let world = two_of_three();
    world.holder("online", "timestamp-r2");
    world.run(
        "root propose second.json --repository repository --remove root=carol --add root=dave/dave.json \
         --remove timestamp=timestamp --add timestamp=online/timestamp-r2.json",
    );
    let by = |holder| world.signed_by("second.json", holder);
    let (alice, bob, dave, carol) = (by("alice"), by("bob"), by("dave"), by("carol"));

    // Dave is not in the old root and carol is not in the new one: each pair pleases one of them alone.
    for (pair, missing) in [([&alice, &dave], [1, 0]), ([&alice, &carol], [0, 1])] {
        let files = pair.map(String::as_str).join(" ");
        let status = lines(&world.run(&format!("root status {files} --repository repository")));
        let found: Vec<_> = status.iter().map(|line| line["missing"].as_u64().unwrap()).collect();
        assert_eq!(found, missing, "{files}");
        let (code, words) = world.refused(&format!("root accept {files} --repository repository"));
        assert_eq!(code, 5);
        assert!(words.contains("metadata_threshold"), "{words}");
    }
    world.run(&format!("root accept {alice} {bob} {dave} --repository repository"));
    assert!(!exists(&world.path("repository/metadata/2.root.json")), "its timestamp would not verify yet");
    assert_eq!(world.headline("--state old-client"), "unsigned_no_recall");

    world.run("publish repository --registry keys.json --keys online");
    assert!(exists(&world.path("repository/metadata/2.root.json")));
    let pinned: Value = serde_json::from_slice(&fs::read(world.path("root.json")).unwrap()).unwrap();
    assert_eq!(pinned["signed"]["version"], 1, "what clients pinned stays");
    assert_eq!(world.headline("--state old-client"), "unsigned_no_recall");
    assert_eq!(world.headline(""), "unsigned_no_recall", "a new client with the old pinned root");

    // The old timestamp key counts for nothing now.
    fs::remove_file(world.path("online/timestamp-r2.json")).unwrap();
    let (code, words) = world.refused("publish repository --registry keys.json --keys online");
    assert_eq!(code, 4);
    assert!(words.contains("timestamp-r2"), "{words}");
    let (code, words) = world.refused(&format!("root accept {alice} {bob} {dave} --repository repository"));
    assert_eq!(code, 5);
    assert!(words.contains("version"), "{words}");
}

#[test]
fn a_root_that_changes_no_other_role_counts_at_once() {
    let world = two_of_three();
    world.run("root propose next.json --repository repository --days 700");
    let (alice, carol) = (world.signed_by("next.json", "alice"), world.signed_by("next.json", "carol"));
    world.run(&format!("root accept {alice} {carol} --repository repository"));
    assert!(exists(&world.path("repository/metadata/2.root.json")));
    assert_eq!(world.headline("--state old-client"), "unsigned_no_recall");
}

#[test]
fn the_targets_need_their_own_number_of_keys() {
    let world = two_of_three();
    world.run("key retire targets-b --keys online");
    let (code, words) = world.refused("publish repository --registry keys.json --keys online");
    assert_eq!(code, 4);
    assert!(words.contains("targets-b"), "{words}");
    world.holder("online", "targets-c");
    world.run(
        "root propose next.json --repository repository --remove targets=targets-b \
         --add targets=online/targets-c.json",
    );
    let (alice, bob) = (world.signed_by("next.json", "alice"), world.signed_by("next.json", "bob"));
    world.run(&format!("root accept {alice} {bob} --repository repository"));
    world.run("publish repository --registry keys.json --keys online");
    assert_eq!(world.headline("--state old-client"), "unsigned_no_recall");
}

#[test]
fn what_cannot_be_followed_is_not_proposed_and_what_was_changed_is_not_accepted() {
    let world = two_of_three();
    let (code, words) = world.refused("root propose a.json --repository repository --threshold root=4");
    assert_eq!(code, 3);
    assert!(words.contains("4 signatures"), "{words}");
    world.refused("root propose a.json --repository repository --remove root=dave");
    world.refused("root propose a.json --repository repository --add root=alice/alice.json");

    world.run("root propose next.json --repository repository --days 700");
    let (alice, bob) = (world.signed_by("next.json", "alice"), world.signed_by("next.json", "bob"));
    world.run("root propose other.json --repository repository --days 600");
    let other = world.signed_by("other.json", "bob");
    let (code, words) = world.refused(&format!("root accept {alice} {other} --repository repository"));
    assert_eq!(code, 3);
    assert!(words.contains("another proposal"), "{words}");

    // A copy that somebody lowered the threshold in: the signatures are over other bytes.
    let copies = [&alice, &bob].map(|copy| {
        let low = format!("{copy}.low");
        let text = fs::read_to_string(world.path(copy)).unwrap();
        fs::write(world.path(&low), text.replace("\"threshold\":2", "\"threshold\":1")).unwrap();
        low
    });
    let (code, words) = world.refused(&format!("root accept {} --repository repository", copies.join(" ")));
    assert_eq!(code, 5);
    assert!(words.contains("metadata_threshold"), "{words}");
}

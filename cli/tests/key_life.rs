//! A key's life as the manual tells it: made, listed, rotated, retired, stolen; and what its labels say at each point.

use std::fs;

use registry::register;
use serde_json::Value;
use world::World;

mod registry;
mod world;

/// The element string of the one unit that `key` signs.
fn signed_by(world: &World, key: &str, serial: &str) -> String {
    fs::write(world.path("one.csv"), format!("di,serial\n09501234567891,{serial}\n")).unwrap();
    let label = world.run(&format!("sign one.csv --key {key}")).stdout;
    let label: Value = serde_json::from_slice(&label).unwrap();
    label["elementString"].as_str().unwrap().replace('\u{1d}', "\\x1d")
}

fn publish(world: &World) {
    world.run("publish repository --registry keys.json --unencrypted");
}

fn headline(world: &World, scan: &str) -> String {
    let verdict = world.run(&format!("verify --repository repository {scan}")).stdout;
    let verdict: Value = serde_json::from_slice(&verdict).unwrap();
    verdict["headline"].as_str().unwrap().to_owned()
}

fn statuses(world: &World) -> Vec<String> {
    let registry: Value = serde_json::from_slice(&fs::read(world.path("keys.json")).unwrap()).unwrap();
    let keys = registry["issuers"][0]["keys"].as_array().unwrap();
    keys.iter().map(|key| key["status"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_key_is_rotated_retired_and_found_stolen_and_the_registry_keeps_step() {
    let world = World::new();
    world.run("key new line-1 --prefix 9501234 --unencrypted");
    register(&world, "line-1");
    let first = signed_by(&world, "line-1", "S1");
    publish(&world);
    assert_eq!(headline(&world, &first), "signed_no_recall");

    world.run("key rotate line-1 --unencrypted --registry keys.json");
    assert_eq!(statuses(&world), ["active", "active"]);
    publish(&world);
    let second = signed_by(&world, "line-1-r2", "S2");
    world.run("key retire line-1 --registry keys.json");
    assert_eq!(statuses(&world), ["retired", "active"]);
    publish(&world);
    assert_eq!([&first, &second].map(|scan| headline(&world, scan)), ["signed_no_recall"; 2]);
    assert_eq!(world.udi("sign one.csv --key line-1").status.code(), Some(4));

    world.run("key compromise line-1-r2 --from 2026-11-20T08:00:00Z --registry keys.json");
    assert_eq!(statuses(&world), ["retired", "compromised"]);
    publish(&world);
    assert_eq!([&first, &second].map(|scan| headline(&world, scan)), ["signed_no_recall", "hold"]);
}

#[test]
fn a_registry_that_does_not_list_the_key_is_left_alone_and_the_key_too() {
    let world = World::new();
    world.run("key new line-1 --prefix 9501234 --unencrypted");
    let registry = r#"{"version": 1, "issuers": []}"#;
    fs::write(world.path("keys.json"), registry).unwrap();
    let output = world.udi("key rotate line-1 --unencrypted --registry keys.json");
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!world.path("keys/line-1-r2.json").exists());
    assert_eq!(fs::read_to_string(world.path("keys.json")).unwrap(), registry);
    // An end is noted with the key all the same: it must sign no more.
    let output = world.udi("key compromise line-1 --registry keys.json");
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    fs::write(world.path("one.csv"), "di,serial\n09501234567891,S1\n").unwrap();
    assert_eq!(world.udi("sign one.csv --key line-1").status.code(), Some(4));
}

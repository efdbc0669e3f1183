//! The TUF client workflow, step by step: what is accepted, what is refused and with which code.

#[expect(dead_code, reason = "other tests use the rest")]
mod repository;

use repository::{Repository, key, now};
use serde_json::json;
use udi_verify::trust::{Refresh, State, Step};

const KEYS: &[u8] = br#"{"version":1,"issuers":[]}"#;

fn fresh() -> (Repository, State) {
    let repository = Repository::new(&[("keys.json", KEYS), ("rules.bin", b"rules 1")]);
    let state = State::pinned(repository.root()).unwrap();
    let state = repository.update(&state, now()).unwrap();
    (repository, state)
}

fn code(result: Result<State, udi_verify::trust::UpdateError>) -> &'static str {
    result.map_or_else(|error| error.code(), |_| "updated")
}

#[test]
fn a_first_update_brings_every_target() {
    let (repository, state) = fresh();
    assert_eq!(state.target("rules.bin").unwrap().bytes(), b"rules 1");
    assert_eq!(state.target("keys.json").unwrap().bytes(), KEYS);
    assert_eq!(state.version("timestamp"), Some(1));
    assert_eq!(state.issued(), Some(now()));
    assert_eq!(state.last_sync(), Some(now()));
    let stored = state.to_bytes();
    let again = State::from_bytes(&stored, repository.root()).unwrap();
    assert_eq!(again.to_bytes(), stored);
}

#[test]
fn an_update_without_news_fetches_root_and_timestamp_alone() {
    let (repository, state) = fresh();
    let mut refresh = Refresh::start(&state, now());
    let mut fetched = Vec::new();
    while let Step::Fetch { path, .. } = refresh.step() {
        refresh.supply(repository.files.get(&path).cloned());
        fetched.push(path);
    }
    assert_eq!(fetched, ["metadata/2.root.json", "metadata/timestamp.json"]);
    assert!(refresh.finish().is_ok());
}

#[test]
fn new_targets_replace_old_ones() {
    let (mut repository, state) = fresh();
    repository.set_target("targets", "rules.bin", b"rules 2");
    repository.publish(&["targets", "snapshot", "timestamp"]);
    let state = repository.update(&state, now()).unwrap();
    assert_eq!(state.target("rules.bin").unwrap().bytes(), b"rules 2");
}

#[test]
fn a_target_with_other_bytes_is_refused() {
    let (mut repository, state) = fresh();
    repository.set_target("targets", "rules.bin", b"rules 2");
    repository.publish(&["targets", "snapshot", "timestamp"]);
    for bytes in repository.files.iter_mut().filter(|(path, _)| path.ends_with("rules.bin")) {
        bytes.1[0] ^= 1;
    }
    assert_eq!(code(repository.update(&state, now())), "repository_hash");
}

#[test]
fn metadata_signed_by_a_stranger_is_refused() {
    for role in ["timestamp", "snapshot", "targets"] {
        let (mut repository, state) = fresh();
        let rightful = repository.keys.insert(role.into(), vec![key(99)]);
        repository.publish(&[role]);
        repository.keys.insert(role.into(), rightful.unwrap());
        repository.publish(match role {
            "timestamp" => &[],
            "snapshot" => &["timestamp"],
            _ => &["snapshot", "timestamp"],
        });
        assert_eq!(code(repository.update(&state, now())), "metadata_threshold", "{role}");
    }
}

#[test]
fn one_key_under_two_names_does_not_make_a_threshold_of_two() {
    let mut repository = Repository::new(&[]);
    repository.thresholds.insert("timestamp".into(), 2);
    repository.spoil = |role, signed| {
        if role == "root" {
            let keyid = signed["roles"]["timestamp"]["keyids"][0].as_str().unwrap().to_owned();
            signed["keys"]["alias"] = signed["keys"][&keyid].clone();
            signed["roles"]["timestamp"]["keyids"] = json!([keyid, "alias"]);
        }
    };
    repository.republish("root");
    let path = "metadata/timestamp.json";
    let mut timestamp: serde_json::Value = serde_json::from_slice(&repository.files[path]).unwrap();
    let mut signature = timestamp["signatures"][0].clone();
    signature["keyid"] = json!("alias");
    timestamp["signatures"].as_array_mut().unwrap().push(signature);
    repository.files.insert(path.into(), serde_json::to_vec(&timestamp).unwrap());
    let state = State::pinned(repository.root()).unwrap();
    assert_eq!(code(repository.update(&state, now())), "metadata_threshold");
}

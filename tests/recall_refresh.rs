//! Deltas in an update: fetched where they help, never needed.

#[expect(dead_code, reason = "a part of it serves here")]
mod repository;

use repository::{Repository, now};
use sha2::{Digest, Sha256};
use udi_verify::recall::status::Encoder;
use udi_verify::recall::{Flag, delta};
use udi_verify::trust::{Refresh, State, Step, delta_path};

const STATUS: &str = "status/acme.bin";
const KEYS: &[u8] = br#"{"version":1,"issuers":[]}"#;

fn status(last: u64) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new(), 1_000_000).unwrap();
    (0..2000).map(|n| n * 401).chain([last]).for_each(|index| encoder.push(Flag::Used, index).unwrap());
    encoder.finish().unwrap()
}

fn path(old: &[u8], new: &[u8]) -> String {
    delta_path(STATUS, &Sha256::digest(old).into(), &Sha256::digest(new).into())
}

/// A client at the old list, and the repository once it has published the new one with this delta.
fn published(old: &[u8], new: &[u8], delta: Option<Vec<u8>>) -> (State, Repository) {
    let mut repository = Repository::new(&[("keys.json", KEYS), (STATUS, old)]);
    let pinned = State::pinned(repository.root()).unwrap();
    let state = repository.update(&pinned, now()).unwrap();
    repository.set_target("targets", STATUS, new);
    if let Some(delta) = delta {
        repository.set_target("targets", &path(old, new), &delta);
    }
    repository.publish(&["targets", "snapshot", "timestamp"]);
    (state, repository)
}

/// Updates with deltas; gives the new state and the target files fetched.
fn update(state: &State, repository: &Repository) -> (State, Vec<String>) {
    let mut refresh = Refresh::start(state, now()).with_deltas(delta::apply_or_fetch);
    let mut fetched = Vec::new();
    while let Step::Fetch { path, .. } = refresh.step() {
        refresh.supply(repository.files.get(&path).cloned());
        if path.starts_with("targets/") {
            fetched.push(path);
        }
    }
    (refresh.finish().unwrap(), fetched)
}

fn held(state: &State) -> &[u8] {
    state.target(STATUS).unwrap().bytes()
}

#[test]
fn a_delta_is_fetched_in_place_of_the_file() {
    let (old, new) = (status(900_000), status(900_001));
    let delta = delta::between_status_lists(&old, &new).unwrap();
    let (state, repository) = published(&old, &new, Some(delta));
    let (after, fetched) = update(&state, &repository);
    assert_eq!(held(&after), new);
    assert_eq!(fetched.len(), 1, "{fetched:?}");
    assert!(fetched[0].ends_with(".delta"), "{fetched:?}");
    assert_eq!(after.targets().count(), 2, "a delta is not kept");
    assert!(State::from_bytes(&after.to_bytes(), repository.root()).is_ok());
}

#[test]
fn without_a_delta_the_file_is_fetched() {
    let (old, new) = (status(900_000), status(900_001));
    let (state, repository) = published(&old, &new, None);
    let (after, fetched) = update(&state, &repository);
    assert_eq!(held(&after), new);
    assert!(fetched.iter().all(|path| path.ends_with("acme.bin")), "{fetched:?}");
}

#[test]
fn a_delta_that_gives_something_else_costs_a_fetch_and_nothing_more() {
    let (old, new) = (status(900_000), status(900_001));
    let other = delta::between_status_lists(&old, &status(900_002)).unwrap();
    let nonsense = b"not a delta".to_vec();
    for wrong in [other, nonsense] {
        let (state, repository) = published(&old, &new, Some(wrong));
        let (after, fetched) = update(&state, &repository);
        assert_eq!(held(&after), new);
        assert_eq!(fetched.len(), 2, "the delta, then the file: {fetched:?}");
    }
}

#[test]
fn a_delta_that_is_listed_and_missing_or_damaged_costs_a_fetch_and_nothing_more() {
    let (old, new) = (status(900_000), status(900_001));
    let good = delta::between_status_lists(&old, &new).unwrap();
    for lose in [true, false] {
        let (state, mut repository) = published(&old, &new, Some(good.clone()));
        let name = repository.files.keys().find(|name| name.ends_with(".delta")).unwrap().clone();
        if lose {
            repository.files.remove(&name);
        } else {
            repository.files.get_mut(&name).unwrap()[80] ^= 1;
        }
        let (after, fetched) = update(&state, &repository);
        assert_eq!(held(&after), new);
        assert_eq!(fetched.len(), 2, "{fetched:?}");
    }
}

#[test]
fn a_client_with_nothing_fetches_whole_files_and_no_delta() {
    let (old, new) = (status(900_000), status(900_001));
    let delta = delta::between_status_lists(&old, &new).unwrap();
    let (_, repository) = published(&old, &new, Some(delta));
    let pinned = State::pinned(repository.root()).unwrap();
    let (after, fetched) = update(&pinned, &repository);
    assert_eq!(held(&after), new);
    assert!(fetched.iter().all(|path| !path.ends_with(".delta")), "{fetched:?}");
}

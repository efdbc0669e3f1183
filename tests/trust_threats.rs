//! Attacks on the repository, the network, the clock and the storage: each test is named after its threat in
//! `docs/trust.md`. In every one the old state stands and the error has its code.

mod repository;

use jiff::{SignedDuration, Timestamp};
use repository::{Repository, key, now};
use udi_verify::trust::{Refresh, State, Step, UpdateError};

const KEYS: &[u8] = br#"{"version":1,"issuers":[]}"#;

fn fresh() -> (Repository, State) {
    let repository = Repository::new(&[("keys.json", KEYS), ("rules.bin", b"rules 1")]);
    let state = State::pinned(repository.root()).unwrap();
    let state = repository.update(&state, now()).unwrap();
    (repository, state)
}

fn code(result: Result<State, UpdateError>) -> &'static str {
    result.map_or_else(|error| error.code(), |_| "updated")
}

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

#[test]
fn rollback_of_the_timestamp_or_of_what_it_names_is_refused() {
    for roles in [&["timestamp"][..], &["snapshot", "timestamp"], &["targets", "snapshot", "timestamp"]] {
        let (mut repository, _) = fresh();
        let old: Vec<_> = repository.files.clone().into_iter().collect();
        repository.publish(roles);
        repository.publish(roles);
        let state = repository.update(&State::pinned(repository.root()).unwrap(), now()).unwrap();
        repository.files.extend(old);
        assert_eq!(code(repository.update(&state, now())), "metadata_rollback", "{roles:?}");
        let mut older = repository.versions.clone();
        for role in &roles[..roles.len() - 1] {
            *older.get_mut(*role).unwrap() -= 2;
        }
        repository.versions = older;
        repository.publish(roles);
        if roles.len() > 1 {
            assert_eq!(code(repository.update(&state, now())), "metadata_rollback", "{roles:?}");
        }
    }
}

#[test]
fn freeze_ends_in_an_expiry_that_leaves_the_old_state_standing() {
    for role in ["root", "timestamp", "snapshot", "targets"] {
        let (mut repository, state) = fresh();
        repository.expires.insert(role.into(), "2026-11-19T00:00:00Z".into());
        repository.publish(&["root", "targets", "snapshot", "timestamp"]);
        assert_eq!(code(repository.update(&state, now())), "metadata_expired", "{role}");
    }
    let (repository, state) = fresh();
    assert_eq!(code(repository.update(&state, now() + days(365))), "metadata_expired");
    assert_eq!(state.target("rules.bin").unwrap().bytes(), b"rules 1");
}

#[test]
fn mix_and_match_of_two_publications_is_refused() {
    let (mut repository, state) = fresh();
    let old = repository.files["metadata/1.targets.json"].clone();
    repository.publish(&["targets", "snapshot", "timestamp"]);
    repository.files.insert("metadata/2.targets.json".into(), old);
    assert_eq!(code(repository.update(&state, now())), "repository_hash");
    repository.files.remove("metadata/2.targets.json");
    assert_eq!(code(repository.update(&state, now())), "repository_not_found");
}

#[test]
fn endless_data_is_cut_at_the_stated_length() {
    let (mut repository, state) = fresh();
    repository.set_target("targets", "rules.bin", b"rules 2");
    repository.publish(&["targets", "snapshot", "timestamp"]);
    let mut refresh = Refresh::start(&state, now());
    let mut caps = Vec::new();
    while let Step::Fetch { path, max_length } = refresh.step() {
        caps.push((path.clone(), max_length));
        let mut bytes = repository.files.get(&path).cloned();
        if path.ends_with(".rules.bin") {
            bytes = Some(vec![0; usize::try_from(max_length).unwrap() + 1]);
        }
        refresh.supply(bytes);
    }
    assert_eq!(refresh.finish().unwrap_err().code(), "repository_length");
    assert!(caps.iter().all(|(_, cap)| *cap <= 5_000_000), "{caps:?}");
    assert_eq!(caps.last().unwrap().1, 7);
}

#[test]
fn fast_forward_is_recovered_from_by_rotating_the_keys() {
    for role in ["timestamp", "snapshot"] {
        let (mut repository, _) = fresh();
        repository.versions.insert(role.into(), 1_000_000);
        repository.publish(if role == "timestamp" { &["timestamp"] } else { &["snapshot", "timestamp"] });
        let state = repository.update(&State::pinned(repository.root()).unwrap(), now()).unwrap();
        repository.versions.insert(role.into(), 1);
        repository.keys.insert(role.into(), vec![key(77)]);
        repository.publish(&["root", "snapshot", "timestamp"]);
        assert_eq!(code(repository.update(&state, now())), "updated", "{role}");
    }
}

#[test]
fn registry_compromise_needs_a_threshold_of_root_keys() {
    let mut repository = Repository::new(&[]);
    repository.keys.insert("root".into(), vec![key(1), key(61), key(62)]);
    repository.thresholds.insert("root".into(), 2);
    repository.publish(&["root"]);
    let state = State::pinned(repository.root()).unwrap();
    repository.keys.insert("root".into(), vec![key(1), key(63)]);
    repository.publish(&["root"]);
    assert_eq!(code(repository.update(&state, now())), "metadata_threshold", "one of the two old keys");
    repository.keys.insert("former root".into(), vec![key(61), key(62)]);
    repository.republish("root");
    assert_eq!(code(repository.update(&state, now())), "updated", "the old threshold and the new one");
}

#[test]
fn a_delegated_role_signs_its_own_paths_and_no_others() {
    let (mut repository, state) = fresh();
    repository.delegate("targets", "gs1-9501234", &["status/acme.bin", "records/acme/*"], true, 31);
    repository.set_target("gs1-9501234", "status/acme.bin", b"acme's");
    repository.set_target("gs1-9501234", "status/other.bin", b"not acme's to say");
    repository.set_target("gs1-9501234", "rules.bin", b"not acme's either");
    repository.publish(&["gs1-9501234", "targets", "snapshot", "timestamp"]);
    let state = repository.update(&state, now()).unwrap();
    assert_eq!(state.target("status/acme.bin").unwrap().bytes(), b"acme's");
    assert_eq!(state.target("rules.bin").unwrap().bytes(), b"rules 1");
    assert!(state.target("status/other.bin").is_none());
    let stored = state.to_bytes();
    assert_eq!(State::from_bytes(&stored, repository.root()).unwrap().to_bytes(), stored);
}

#[test]
fn a_delegated_role_that_fails_costs_its_own_targets_alone() {
    let (mut repository, state) = fresh();
    repository.delegate("targets", "gs1-9501234", &["status/acme.bin"], true, 31);
    repository.set_target("gs1-9501234", "status/acme.bin", b"acme's");
    repository.set_target("targets", "rules.bin", b"rules 2");
    repository.expires.insert("gs1-9501234".into(), "2026-11-19T00:00:00Z".into());
    repository.publish(&["gs1-9501234", "targets", "snapshot", "timestamp"]);
    let all = repository.update(&state, now()).unwrap();
    assert_eq!(all.target("rules.bin").unwrap().bytes(), b"rules 2");
    assert!(all.target("status/acme.bin").is_none());
    let unavailable: Vec<_> = all.unavailable().map(|(name, error)| (name, error.code())).collect();
    assert_eq!(unavailable, [("gs1-9501234", "metadata_expired")]);
    assert_eq!(code(repository.update_paths(&state, now(), &["status/acme.bin"])), "metadata_expired");
}

#[test]
fn an_update_stopped_at_any_step_leaves_the_old_state() {
    let (mut repository, state) = fresh();
    let before = state.to_bytes();
    repository.set_target("targets", "rules.bin", b"rules 2");
    repository.publish(&["root", "targets", "snapshot", "timestamp"]);
    for stop in 0.. {
        let mut refresh = Refresh::start(&state, now());
        let mut fetched = 0;
        while let Step::Fetch { path, .. } = refresh.step() {
            if fetched == stop {
                break;
            }
            refresh.supply(repository.files.get(&path).cloned());
            fetched += 1;
        }
        let stopped = fetched == stop && refresh.step() != Step::Done;
        let end = refresh.finish();
        assert_eq!(state.to_bytes(), before);
        if !stopped {
            assert_eq!(end.unwrap().target("rules.bin").unwrap().bytes(), b"rules 2");
            break;
        }
        assert_eq!(code(end), "update_unfinished");
    }
}

/// Every file of an update, cut at every byte: the old state, or the new one without what a failed maker's role
/// lists, and never a byte of one beside the other's.
#[test]
fn an_update_cut_at_any_byte_of_any_file_is_the_old_state_or_the_new_one() {
    let (mut repository, _) = fresh();
    repository.delegate("targets", "gs1-9501234", &["status/*"], false, 31);
    repository.set_target("gs1-9501234", "status/acme.bin", b"status 1");
    repository.publish(&["gs1-9501234", "targets", "snapshot", "timestamp"]);
    let state = repository.update(&State::pinned(repository.root()).unwrap(), now()).unwrap();
    let before = state.to_bytes();
    repository.set_target("targets", "rules.bin", b"rules 2");
    repository.set_target("gs1-9501234", "status/acme.bin", b"status 2");
    repository.publish(&["root", "gs1-9501234", "targets", "snapshot", "timestamp"]);
    let after = repository.update(&state, now()).unwrap();
    let fetched = files_fetched(&repository, &state);
    assert_eq!(fetched.len(), 8, "{fetched:?}");
    let (mut cuts, mut ends) = (0, std::collections::BTreeMap::new());
    for file in &fetched {
        let whole = repository.files.get(file).cloned().unwrap_or_default();
        for length in 0..whole.len() {
            repository.files.insert(file.clone(), whole[..length].to_vec());
            let end = repository.update(&state, now());
            assert_eq!(state.to_bytes(), before);
            if let Ok(end) = &end {
                let lost: Vec<_> = end.unavailable().map(|(name, _)| name).collect();
                assert_eq!(lost, ["gs1-9501234"], "{file} cut at {length}");
                for target in end.targets() {
                    assert_eq!(Some(target), after.target(target.path()), "{file} cut at {length}");
                }
                assert!(end.target("status/acme.bin").is_none());
            }
            *ends.entry(code(end)).or_insert(0) += 1;
            cuts += 1;
        }
        if !whole.is_empty() {
            repository.files.insert(file.clone(), whole);
        }
    }
    println!("{cuts} cuts of {} files: {ends:?}", fetched.len());
}

fn files_fetched(repository: &Repository, state: &State) -> Vec<String> {
    let mut refresh = Refresh::start(state, now());
    let mut paths = Vec::new();
    while let Step::Fetch { path, .. } = refresh.step() {
        refresh.supply(repository.files.get(&path).cloned());
        paths.push(path);
    }
    paths
}

/// A host that writes a new state over the old one and stops after any byte: what is then read is the old
/// state, the new one, or nothing.
#[test]
fn a_store_write_stopped_at_any_byte_is_never_a_mix() {
    let (mut repository, state) = fresh();
    let old = state.to_bytes();
    repository.set_target("targets", "rules.bin", b"rules 2, some bytes longer");
    repository.publish(&["targets", "snapshot", "timestamp"]);
    let new = repository.update(&state, now()).unwrap().to_bytes();
    for written in 0..=new.len() {
        let over = [&new[..written], old.get(written..).unwrap_or_default()].concat();
        for stored in [&over[..], &new[..written]] {
            match State::from_bytes(stored, repository.root()) {
                Ok(read) => assert!([&old, &new].contains(&&read.to_bytes()), "{written}"),
                Err(error) => assert_eq!(error.code(), "state_damaged", "{written}"),
            }
        }
    }
}

#[test]
fn storage_cut_or_changed_at_any_byte_is_never_read() {
    let (repository, state) = fresh();
    let stored = state.to_bytes();
    for place in 0..stored.len() {
        let cut = State::from_bytes(&stored[..place], repository.root());
        assert_eq!(code(cut), "state_damaged", "{place}");
        let mut changed = stored.clone();
        changed[place] ^= 1;
        assert_eq!(code(State::from_bytes(&changed, repository.root())), "state_damaged", "{place}");
    }
}

#[test]
fn storage_of_another_repository_is_refused() {
    let (_, state) = fresh();
    let mut other = Repository::new(&[]);
    other.keys.insert("root".into(), vec![key(90)]);
    other.republish("root");
    assert_eq!(code(State::from_bytes(&state.to_bytes(), other.root())), "state_damaged");
}

#[test]
fn storage_wiped_leaves_a_verifier_that_knows_nothing() {
    let (repository, _) = fresh();
    let state = State::pinned(repository.root()).unwrap();
    assert_eq!(state.targets().count(), 0);
    assert_eq!((state.version("timestamp"), state.issued(), state.last_sync()), (None, None, None));
}

#[test]
fn wrong_clock_ten_years_back_is_reckoned_from_the_newest_signed_date() {
    let (mut repository, state) = fresh();
    repository.expires.insert("timestamp".into(), "2026-11-19T00:00:00Z".into());
    repository.publish(&["timestamp"]);
    let back: Timestamp = now() - days(3650);
    assert_eq!(code(repository.update(&state, back)), "metadata_expired");
    assert_eq!(state.time_floor(), now());
}

#[test]
fn wrong_clock_ten_years_ahead_refuses_updates_and_keeps_the_state() {
    let (repository, state) = fresh();
    assert_eq!(code(repository.update(&state, now() + days(3650))), "metadata_expired");
    assert_eq!(state.target("rules.bin").unwrap().bytes(), b"rules 1");
}

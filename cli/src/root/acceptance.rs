//! A signed root enters the repository, if the client that phones run would follow it.

use std::path::Path;

use jiff::Timestamp;
use udi_verify::trust::{Refresh, State, Step, UpdateError, Wanted};

use super::proposal::Proposal;
use crate::failure::{Exit, Failure, OrFail};
use crate::publish::{Repository, RootFile, Written, staged_root, write_atomically};

/// Puts the root into the repository, and a first one also to `pin`, where clients get it from. One that changes keys of the other roles is staged, since
/// their present files would not verify under it; the next publication brings both together.
pub(super) fn accept(
    proposal: &Proposal,
    repository: &Repository,
    pin: &Path,
    now: Timestamp,
) -> Result<(), Failure> {
    let _lock = repository.lock()?;
    let current = RootFile::newest(repository)?;
    let proposal = proposal.with_good_signatures(current.as_ref().map(|current| &current.root))?;
    for requirement in proposal.requirements(current.as_ref().map(|current| &current.root))? {
        eprintln!("{}", requirement.words());
    }
    let (version, bytes) = (proposal.root().version, proposal.to_bytes()?);
    let refused = |error: UpdateError| {
        Failure::new(Exit::Repository, format!("a client would refuse this root ({}): {error}", error.code()))
    };
    let Some(current) = current else {
        if version != 1 {
            let words = format!("the repository has no root, and this is version {version}, not the first");
            return Err(Failure::new(Exit::Repository, words));
        }
        follow(&bytes, None, now).map_err(refused)?;
        write(repository, "1.root.json", &bytes)?;
        eprintln!("accepted as the first root; clients pin {}", pin.display());
        return write_atomically(pin, &bytes);
    };
    follow(&current.bytes, Some((version, &bytes)), now).map_err(refused)?;
    if others_stand(repository, &current, &bytes, now)? {
        write(repository, &format!("{version}.root.json"), &bytes)?;
        eprintln!("accepted: clients follow root version {version} from now on");
    } else {
        write(repository, &staged_root(version), &bytes)?;
        eprintln!(
            "accepted: the next `udi publish`, with the keys it names, makes root version {version} count"
        );
    }
    Ok(())
}

/// A root of a version, once there, is never another.
fn write(repository: &Repository, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let there = repository.write_metadata(name, bytes)? == Written::Refused;
    if there && repository.read_metadata(name)?.as_deref() != Some(bytes) {
        let words = format!("{} has another {name} already; nothing was changed", repository.place());
        return Err(Failure::new(Exit::Repository, words));
    }
    Ok(())
}

/// Lets our own client follow from a root it trusts to the next.
fn follow(trusted: &[u8], next: Option<(u64, &[u8])>, now: Timestamp) -> Result<(), UpdateError> {
    let mut refresh = Refresh::start(&State::pinned(trusted)?, now);
    if let Some((version, bytes)) = next {
        let wanted = format!("metadata/{version}.root.json");
        match refresh.step() {
            Step::Fetch { path, .. } if path == wanted => refresh.supply(Some(bytes.to_vec())),
            // It asks for another version than this one: hand this one in, and it says so.
            Step::Fetch { .. } => refresh.supply(Some(bytes.to_vec())),
            Step::Done => {}
        }
    }
    // Nothing follows: now the client looks at expiry, and asks for the timestamp if all is well.
    if let Step::Fetch { .. } = refresh.step() {
        refresh.supply(None);
    }
    match refresh.step() {
        Step::Fetch { .. } => Ok(()),
        Step::Done => refresh.finish().map(drop),
    }
}

/// Whether what is published now verifies under the new root.
fn others_stand(
    repository: &Repository,
    current: &RootFile,
    next: &[u8],
    now: Timestamp,
) -> Result<bool, Failure> {
    let state =
        State::pinned(&current.bytes).or_fail(Exit::Repository, || "the current root cannot be used")?;
    let mut refresh = Refresh::start_with(&state, now, Wanted::Paths(Vec::new()));
    let mut next = Some(next.to_vec());
    while let Step::Fetch { path, .. } = refresh.step() {
        let bytes = match (path.ends_with(".root.json"), path.strip_prefix("metadata/")) {
            (true, _) => next.take(),
            (false, Some(name)) => repository.read_metadata(name)?,
            (false, None) => None,
        };
        refresh.supply(bytes);
    }
    Ok(refresh.finish().is_ok())
}

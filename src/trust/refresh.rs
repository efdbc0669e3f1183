//! One update, from an old state to a new one, without touching a network.
//!
//! The host fetches what [`Refresh::step`] names and hands the bytes in; at the end it gets a whole new
//! [`State`] or an error. The old state is never changed, so an update that stops anywhere leaves it standing.
//! The order is that of the client workflow, TUF specification 1.0.34, 5.3 to 5.7.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::tuf::{Answer, TargetFile};
use super::{State, Target, UpdateError};

/// Most root files that one update follows.
const MAX_ROOT_ROTATIONS: usize = 256;
/// Caps for files whose length no other file states, in bytes.
const MAX_ROOT: u64 = 512_000;
const MAX_TIMESTAMP: u64 = 16_384;
const MAX_SNAPSHOT: u64 = 2_000_000;
const MAX_TARGETS_ROLE: u64 = 5_000_000;
/// Cap of one target, in bytes, whatever its length is said to be.
const MAX_TARGET: u64 = 128 << 20;

/// Characters that stand for themselves in one segment of a URL path (RFC 3986, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How the names of deltas end. A delta is a target that is fetched only in place of another one.
const DELTA_SUFFIX: &str = ".delta";

/// Makes a target from an earlier version of it and a delta; `None` where that gives nothing. What a delta is
/// only the stage that reads the targets knows.
pub type ApplyDelta = fn(base: &[u8], delta: &[u8]) -> Option<Vec<u8>>;

/// Where the delta between two versions of a target lies: beside it, named by the first four bytes of each
/// version's SHA-256, so that a client that has one version and knows the hash of the other knows the name.
pub fn delta_path(target: &str, base: &[u8; 32], result: &[u8; 32]) -> String {
    let hex = |hash: &[u8; 32]| hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("{target}.{}-{}{DELTA_SUFFIX}", hex(base), hex(result))
}

/// Which targets an update brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// All that the repository lists. A delegated role that fails costs its own targets, not the update.
    Everything,
    /// These, in this order; the first that fails ends the update.
    Paths(Vec<String>),
}

/// What an update needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Step {
    /// Fetch a file and hand it to [`Refresh::supply`].
    Fetch {
        /// Path relative to the repository's base, percent-encoded: `metadata/…` or `targets/…`.
        path: String,
        /// Most bytes to read; stop fetching beyond.
        max_length: u64,
    },
    /// Nothing: call [`Refresh::finish`].
    Done,
}

/// An update under way.
#[derive(Debug, Clone)]
pub struct Refresh {
    state: State,
    former_targets: BTreeMap<String, Target>,
    now: Timestamp,
    wanted: Wanted,
    phase: Phase,
    outstanding: Option<File>,
    /// Delegated roles that could not be had.
    failed_roles: BTreeMap<String, UpdateError>,
    queue: VecDeque<String>,
    apply_delta: Option<ApplyDelta>,
    end: Option<Result<(), UpdateError>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Root { rotations: usize },
    Timestamp,
    Snapshot,
    Roles,
    Targets,
}

#[derive(Debug, Clone)]
enum File {
    Root,
    Timestamp,
    Snapshot,
    Role { delegator: Option<String>, role: String },
    Target { path: String, file: TargetFile },
    Delta(Box<Delta>),
}

/// A target on its way as the difference from an earlier version.
#[derive(Debug, Clone)]
struct Delta {
    base: Target,
    apply: ApplyDelta,
    path: String,
    file: TargetFile,
    result: TargetFile,
}

impl Refresh {
    /// Starts an update that brings in every target. `now` is the device's clock; a clock that shows less
    /// than the state's time floor is taken to show the floor.
    pub fn start(state: &State, now: Timestamp) -> Self {
        Self::start_with(state, now, Wanted::Everything)
    }

    /// Starts an update that brings in chosen targets.
    pub fn start_with(state: &State, now: Timestamp, wanted: Wanted) -> Self {
        let mut state = state.clone();
        state.trusted.examine_again();
        state.unavailable.clear();
        Self {
            former_targets: std::mem::take(&mut state.targets),
            now: now.max(state.time_floor),
            state,
            wanted,
            phase: Phase::Root { rotations: 0 },
            outstanding: None,
            failed_roles: BTreeMap::new(),
            queue: VecDeque::new(),
            apply_delta: None,
            end: None,
        }
    }

    /// Lets the update fetch a delta in place of a target of which the state has another version. Where the
    /// repository has none, or it gives no file of the stated length and hash, the whole target is fetched.
    #[must_use]
    pub fn with_deltas(mut self, apply: ApplyDelta) -> Self {
        self.apply_delta = Some(apply);
        self
    }

    /// What is needed next. Asking twice gives the same answer.
    pub fn step(&mut self) -> Step {
        while self.end.is_none() && self.outstanding.is_none() {
            if let Err(error) = self.advance() {
                self.end = Some(Err(error));
            }
        }
        match (&self.end, &self.outstanding) {
            (None, Some(file)) => {
                Step::Fetch { path: self.path_of(file), max_length: self.max_length_of(file) }
            }
            _ => Step::Done,
        }
    }

    /// Hands in the file that the last step asked for; `None` when the repository does not have it.
    pub fn supply(&mut self, bytes: Option<Vec<u8>>) {
        let Some(file) = self.outstanding.take() else { return };
        let path = self.path_of(&file);
        let allowed = self.max_length_of(&file);
        let result = match bytes {
            Some(bytes) if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > allowed => {
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                Err(UpdateError::Length { path, length, allowed })
            }
            Some(bytes) => self.accept(&file, bytes),
            // The chain of roots ends where the next one is missing (5.3.9): that is no error.
            None if matches!(file, File::Root) => self.end_of_roots(),
            None => Err(UpdateError::NotFound { path }),
        };
        if let Err(error) = result {
            self.refuse(&file, error);
        }
    }

    /// The new state, or why there is none.
    pub fn finish(self) -> Result<State, UpdateError> {
        match self.end {
            Some(Ok(())) => Ok(self.state),
            Some(Err(error)) => Err(error),
            None => Err(UpdateError::Unfinished),
        }
    }

    /// What was verified so far, for tools that show the workflow. A host stores only what
    /// [`Self::finish`] gives.
    pub fn verified_so_far(&self) -> &State {
        &self.state
    }

    /// Moves to the next file to fetch, or to the end.
    fn advance(&mut self) -> Result<(), UpdateError> {
        match self.phase {
            Phase::Root { rotations } if rotations >= MAX_ROOT_ROTATIONS => {
                return Err(UpdateError::TooMany { what: "root rotations" });
            }
            Phase::Root { .. } => self.outstanding = Some(File::Root),
            Phase::Timestamp => self.outstanding = Some(File::Timestamp),
            Phase::Snapshot if self.state.trusted.snapshot_is_current(self.now) => self.phase = Phase::Roles,
            Phase::Snapshot => self.outstanding = Some(File::Snapshot),
            Phase::Roles => self.list_targets()?,
            Phase::Targets => self.next_target()?,
        }
        Ok(())
    }

    fn accept(&mut self, file: &File, bytes: Vec<u8>) -> Result<(), UpdateError> {
        let trusted = &mut self.state.trusted;
        match file {
            File::Root => {
                trusted.add_root(bytes)?;
                if let Phase::Root { rotations } = &mut self.phase {
                    *rotations += 1;
                }
            }
            File::Timestamp => {
                if !trusted.add_timestamp(bytes, Some(self.now))?
                    && let Some(timestamp) = trusted.timestamp()
                {
                    timestamp.check_expiry("timestamp", self.now)?;
                }
                self.phase = Phase::Snapshot;
            }
            File::Snapshot => {
                trusted.add_snapshot(bytes, Some(self.now))?;
                self.phase = Phase::Roles;
            }
            File::Role { delegator, role } => {
                trusted.add_role(delegator.as_deref(), role, bytes, Some(self.now))?;
            }
            File::Target { path, file } => {
                file.check(path, &bytes)?;
                let source_date = file.source_date();
                self.keep(Target { path: path.clone(), bytes: Arc::new(bytes), source_date });
            }
            File::Delta(delta) => {
                delta.file.check(&delta.path, &bytes)?;
                let result = (delta.apply)(delta.base.bytes(), &bytes).unwrap_or_default();
                let path = delta.base.path.clone();
                delta.result.check(&path, &result)?;
                let source_date = delta.result.source_date();
                self.keep(Target { path, bytes: Arc::new(result), source_date });
            }
        }
        Ok(())
    }

    /// Section 5.3.10: the newest root must not have expired.
    fn end_of_roots(&mut self) -> Result<(), UpdateError> {
        self.state.trusted.root().check_expiry("root", self.now)?;
        self.phase = Phase::Timestamp;
        Ok(())
    }

    /// A file failed: it costs the update, or only the targets that hang on it.
    fn refuse(&mut self, file: &File, error: UpdateError) {
        match file {
            File::Delta(delta) => {
                let (path, file) = (delta.base.path.clone(), delta.result.clone());
                self.outstanding = Some(File::Target { path, file });
            }
            File::Role { delegator: Some(_), role } if self.wanted == Wanted::Everything => {
                self.state.unavailable.insert(role.clone(), error.clone());
                self.failed_roles.insert(role.clone(), error);
            }
            _ => self.end = Some(Err(error)),
        }
    }

    fn list_targets(&mut self) -> Result<(), UpdateError> {
        let trusted = &mut self.state.trusted;
        if !trusted.role_is_current(None, "targets", Some(self.now)) {
            self.outstanding = Some(File::Role { delegator: None, role: "targets".to_owned() });
            return Ok(());
        }
        match &self.wanted {
            Wanted::Paths(paths) => self.queue = paths.iter().cloned().collect(),
            Wanted::Everything => {
                let skip: BTreeSet<_> = self.failed_roles.keys().cloned().collect();
                match trusted.listed_paths(&skip, Some(self.now))? {
                    Answer::Need { delegator, role } => {
                        self.outstanding = Some(File::Role { delegator, role });
                        return Ok(());
                    }
                    Answer::Found(paths) => {
                        self.queue = paths.into_iter().filter(|path| !path.ends_with(DELTA_SUFFIX)).collect();
                    }
                }
            }
        }
        self.phase = Phase::Targets;
        Ok(())
    }

    fn next_target(&mut self) -> Result<(), UpdateError> {
        let Some(path) = self.queue.front().cloned() else {
            self.end();
            return Ok(());
        };
        match self.state.trusted.find_target(&path, Some(self.now)) {
            Ok(Answer::Found(file)) => self.keep_or_fetch(path, file),
            Ok(Answer::Need { delegator, role }) => match self.failed_roles.get(&role) {
                None => {
                    self.outstanding = Some(File::Role { delegator, role });
                    Ok(())
                }
                Some(error) => self.leave_out(path, error.clone()),
            },
            Err(error) => self.leave_out(path, error),
        }
    }

    fn keep_or_fetch(&mut self, path: String, file: TargetFile) -> Result<(), UpdateError> {
        match self.former_targets.remove(&path) {
            Some(target) if file.check(&path, target.bytes()).is_ok() => {
                self.keep(Target { source_date: file.source_date(), ..target });
            }
            former => {
                let delta = former.and_then(|base| self.delta(base, &file));
                self.outstanding = Some(delta.unwrap_or(File::Target { path, file }));
            }
        }
        Ok(())
    }

    /// The delta from `base` to `result`, if the repository lists one and it is the shorter way.
    fn delta(&mut self, base: Target, result: &TargetFile) -> Option<File> {
        let apply = self.apply_delta?;
        let path = delta_path(&base.path, &Sha256::digest(base.bytes()).into(), &result.hashes.sha256()?);
        match self.state.trusted.find_target(&path, Some(self.now)) {
            Ok(Answer::Found(file)) if file.length < result.length => {
                Some(File::Delta(Box::new(Delta { base, apply, path, file, result: result.clone() })))
            }
            _ => None,
        }
    }

    fn keep(&mut self, target: Target) {
        self.queue.pop_front();
        self.state.targets.insert(target.path.clone(), target);
    }

    fn leave_out(&mut self, path: String, error: UpdateError) -> Result<(), UpdateError> {
        if self.wanted != Wanted::Everything {
            return Err(error);
        }
        self.queue.pop_front();
        self.state.unavailable.insert(path, error);
        Ok(())
    }

    fn end(&mut self) {
        self.state.trusted.drop_unlisted_roles();
        self.state.last_sync = Some(self.now);
        self.state.raise_floor(None);
        self.end = Some(self.state.registry().map(|_| ()));
    }

    fn path_of(&self, file: &File) -> String {
        let trusted = &self.state.trusted;
        let consistent = trusted.root().signed.consistent_snapshot;
        let metadata = |version: Option<u64>, role: &str| {
            let role = utf8_percent_encode(role, SEGMENT);
            match version {
                Some(version) if consistent => format!("metadata/{version}.{role}.json"),
                _ => format!("metadata/{role}.json"),
            }
        };
        match file {
            File::Root => format!("metadata/{}.root.json", trusted.root().header.version.saturating_add(1)),
            File::Timestamp => "metadata/timestamp.json".to_owned(),
            File::Snapshot => {
                let stated = trusted.timestamp().and_then(|timestamp| timestamp.signed.snapshot());
                metadata(stated.map(|stated| stated.version), "snapshot")
            }
            File::Role { role, .. } => {
                let stated = trusted.snapshot().and_then(|snapshot| snapshot.signed.role(role).ok());
                metadata(stated.map(|stated| stated.version), role)
            }
            File::Target { path, file } => target_url(path, file, consistent),
            File::Delta(delta) => target_url(&delta.path, &delta.file, consistent),
        }
    }

    fn max_length_of(&self, file: &File) -> u64 {
        let trusted = &self.state.trusted;
        match file {
            File::Root => MAX_ROOT,
            File::Timestamp => MAX_TIMESTAMP,
            File::Snapshot => {
                let stated = trusted.timestamp().and_then(|timestamp| timestamp.signed.snapshot());
                stated.and_then(|stated| stated.length).unwrap_or(MAX_SNAPSHOT).min(MAX_SNAPSHOT)
            }
            File::Role { role, .. } => {
                let stated = trusted.snapshot().and_then(|snapshot| snapshot.signed.role(role).ok());
                stated.and_then(|stated| stated.length).unwrap_or(MAX_TARGETS_ROLE).min(MAX_TARGETS_ROLE)
            }
            File::Target { file, .. } => file.length.min(MAX_TARGET),
            File::Delta(delta) => delta.file.length.min(MAX_TARGET),
        }
    }
}

/// With consistent snapshots the hash stands in front of the file name (6.2).
fn target_url(path: &str, file: &TargetFile, consistent: bool) -> String {
    let mut segments: Vec<String> =
        path.split('/').map(|segment| utf8_percent_encode(segment, SEGMENT).to_string()).collect();
    if let (true, Some(hash), Some(name)) = (consistent, file.hashes.file_prefix(), segments.last_mut()) {
        *name = format!("{hash}.{name}");
    }
    format!("targets/{}", segments.join("/"))
}

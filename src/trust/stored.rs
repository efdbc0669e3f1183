//! The bytes that a host stores of a [`State`].
//!
//! ```text
//! state = "UDIT" version:u8=1
//!         last_sync:i64 time_floor:i64           seconds since 1970, big endian; i64::MIN for never
//!         count:u32 entry*count                  entry = kind:u8 name_length:u16 name length:u32 bytes
//!         sha256:32                              of everything before; finds damage, proves nothing
//! kinds   1 root (oldest first) · 2 timestamp · 3 snapshot · 4 targets role · 5 target
//! ```
//! Storage proves nothing: reading verifies everything again, from the pinned root on. Only expiry is left
//! out, since an expired state still answers; how old it is shows in the verdict.

use std::sync::Arc;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::UpdateError;
use super::state::{State, Target};
use super::tuf::Answer;

/// Largest stored state read, in bytes.
const MAX_BYTES: usize = 512 << 20;
/// Most entries of a stored state.
const MAX_ENTRIES: u32 = 65_536;
const MAGIC: &[u8] = b"UDIT\x01";
const DIGEST_LENGTH: usize = 32;
const NEVER: i64 = i64::MIN;
/// How much of a stored state is hashed at a time, in bytes.
const HASHED_AT_ONCE: usize = 64 << 10;

impl State {
    /// The state as bytes to store.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.stored_length());
        self.write_to(|piece| out.extend_from_slice(piece));
        out
    }

    /// How many bytes [`Self::to_bytes`] gives.
    pub fn stored_length(&self) -> usize {
        let mut length = 0;
        self.write_pieces(|piece| length += piece.len());
        length + DIGEST_LENGTH
    }

    /// Hands out the bytes of [`Self::to_bytes`] piece by piece, for hosts that would otherwise hold all of
    /// them twice.
    pub fn write_to(&self, mut write: impl FnMut(&[u8])) {
        let mut digest = Sha256::new();
        self.write_pieces(|piece| {
            digest.update(piece);
            write(piece);
        });
        write(&digest.finalize());
    }

    /// Everything before the hash.
    fn write_pieces(&self, mut write: impl FnMut(&[u8])) {
        let mut entries = Vec::new();
        for root in self.trusted.root_files() {
            entries.push((Kind::Root, "", root));
        }
        if let Some(timestamp) = self.trusted.timestamp() {
            entries.push((Kind::Timestamp, "", &timestamp.bytes));
        }
        if let Some(snapshot) = self.trusted.snapshot() {
            entries.push((Kind::Snapshot, "", &snapshot.bytes));
        }
        for (name, bytes) in self.trusted.role_files_parents_first() {
            entries.push((Kind::Role, name, bytes));
        }
        for target in self.targets.values() {
            entries.push((Kind::Target, target.path(), target.bytes()));
        }
        write(MAGIC);
        write(&self.last_sync.map_or(NEVER, Timestamp::as_second).to_be_bytes());
        write(&self.time_floor.as_second().to_be_bytes());
        write(&u32::try_from(entries.len()).unwrap_or(u32::MAX).to_be_bytes());
        for (kind, name, bytes) in entries {
            write(&[kind.number()]);
            write(&u16::try_from(name.len()).unwrap_or(u16::MAX).to_be_bytes());
            write(name.as_bytes());
            write(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
            write(bytes);
        }
    }

    /// Reads a stored state and verifies all of it again, starting from the pinned root.
    ///
    /// A state stored under an older pinned root is read too, as long as its chain of roots passes through
    /// the one pinned now or continues it.
    pub fn from_bytes(stored: &[u8], root_json: &[u8]) -> Result<Self, UpdateError> {
        let copy = |at: usize, into: &mut [u8]| {
            if let Some(piece) = stored.get(at..).and_then(|rest| rest.get(..into.len())) {
                into.copy_from_slice(piece);
            }
        };
        Self::read_from(stored.len(), copy, root_json)
    }

    /// [`Self::from_bytes`] for hosts that would otherwise hold all bytes twice: `copy` is asked to fill a buffer
    /// from a place within the `length` bytes that are stored.
    pub fn read_from(
        length: usize,
        mut copy: impl FnMut(usize, &mut [u8]),
        root_json: &[u8],
    ) -> Result<Self, UpdateError> {
        if length > MAX_BYTES {
            return Err(damaged("it is too long"));
        }
        let end = length.checked_sub(DIGEST_LENGTH).ok_or_else(|| damaged("it is too short"))?;
        let mut digest = [0; DIGEST_LENGTH];
        copy(end, &mut digest);
        if hash(end, &mut copy) != digest {
            return Err(damaged("its hash does not fit"));
        }
        let mut reader = Reader { copy, at: 0, end };
        if reader.take(MAGIC.len())? != MAGIC {
            return Err(damaged("it is of another version"));
        }
        let mut state = Self::pinned(root_json)?;
        state.last_sync = reader.time()?;
        let floor = reader.time()?;
        let count = u32::from_be_bytes(reader.array()?);
        if count > MAX_ENTRIES {
            return Err(damaged("it has too many entries"));
        }
        for _ in 0..count {
            let (kind, name, bytes) = reader.entry()?;
            state.restore(kind, &name, bytes)?;
        }
        if reader.at != reader.end {
            return Err(damaged("bytes follow its end"));
        }
        state.raise_floor(floor);
        Ok(state)
    }

    fn restore(&mut self, kind: Kind, name: &str, bytes: Vec<u8>) -> Result<(), UpdateError> {
        match kind {
            Kind::Root => self.trusted.restore_root(bytes),
            Kind::Timestamp => self.trusted.add_timestamp(bytes, None).map(|_| ()),
            Kind::Snapshot => self.trusted.add_snapshot(bytes, None),
            Kind::Role => {
                let delegator = self.trusted.delegator_of(name);
                self.trusted.add_role(delegator.as_deref(), name, bytes, None)
            }
            Kind::Target => {
                let Answer::Found(file) = self.trusted.find_target(name, None)? else {
                    return Err(damaged("a role is missing"));
                };
                file.check(name, &bytes)?;
                let target =
                    Target { path: name.to_owned(), bytes: Arc::new(bytes), source_date: file.source_date() };
                self.targets.insert(name.to_owned(), target);
                Ok(())
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Root,
    Timestamp,
    Snapshot,
    Role,
    Target,
}

impl Kind {
    fn number(self) -> u8 {
        match self {
            Self::Root => 1,
            Self::Timestamp => 2,
            Self::Snapshot => 3,
            Self::Role => 4,
            Self::Target => 5,
        }
    }

    fn of(number: u8) -> Option<Self> {
        [Self::Root, Self::Timestamp, Self::Snapshot, Self::Role, Self::Target]
            .into_iter()
            .find(|kind| kind.number() == number)
    }
}

fn damaged(reason: &'static str) -> UpdateError {
    UpdateError::Stored { reason }
}

/// The SHA-256 of what stands before `end`.
fn hash(end: usize, copy: &mut impl FnMut(usize, &mut [u8])) -> [u8; DIGEST_LENGTH] {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; HASHED_AT_ONCE.min(end)];
    let mut at = 0;
    while at < end {
        let length = buffer.len().min(end - at);
        if let Some(piece) = buffer.get_mut(..length) {
            copy(at, piece);
            digest.update(piece);
        }
        at += length;
    }
    digest.finalize().into()
}

/// What is stored, from front to back.
struct Reader<C> {
    copy: C,
    at: usize,
    end: usize,
}

impl<C: FnMut(usize, &mut [u8])> Reader<C> {
    fn take(&mut self, count: usize) -> Result<Vec<u8>, UpdateError> {
        if count > self.end - self.at {
            return Err(damaged("it ends early"));
        }
        let mut taken = Vec::with_capacity(room_for(count));
        taken.resize(count, 0);
        (self.copy)(self.at, &mut taken);
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], UpdateError> {
        self.take(N)?.try_into().map_err(|_| damaged("it ends early"))
    }

    fn time(&mut self) -> Result<Option<Timestamp>, UpdateError> {
        match i64::from_be_bytes(self.array()?) {
            NEVER => Ok(None),
            second => Timestamp::from_second(second).map(Some).map_err(|_| damaged("a date is out of range")),
        }
    }

    fn entry(&mut self) -> Result<(Kind, String, Vec<u8>), UpdateError> {
        let [kind] = self.array()?;
        let kind = Kind::of(kind).ok_or_else(|| damaged("an entry is of no known kind"))?;
        let name = u16::from_be_bytes(self.array()?);
        let name = String::from_utf8(self.take(name.into())?).map_err(|_| damaged("a name is no text"))?;
        let length = u32::from_be_bytes(self.array()?);
        let bytes = self.take(usize::try_from(length).unwrap_or(usize::MAX))?;
        Ok((kind, name, bytes))
    }
}

/// How many bytes to reserve for a target of so many, at most a thirty-second more: much the same from day to day, so
/// that tomorrow's version fits where yesterday's was. Memory of wasm never shrinks.
pub fn room_for(length: usize) -> usize {
    let step = length.checked_next_power_of_two().map_or(1, |next| next / 64).max(1);
    length.checked_next_multiple_of(step).unwrap_or(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_grows_by_a_day_needs_the_same_room() {
        assert_eq!(room_for(5_821_042), room_for(5_821_042 + 7_287));
        assert_eq!((room_for(0), room_for(1), room_for(100), room_for(usize::MAX)), (0, 1, 100, usize::MAX));
        for length in (1..1_000_000).step_by(997) {
            assert!((length..=length + length / 32).contains(&room_for(length)), "{length}");
        }
    }
}

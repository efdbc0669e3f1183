//! Reading, sealing and writing at the same time: one thread reads, one on every core seals, one writes.
//!
//! ```text
//! reader: chunk ──▶ parts ──▶ a worker a core ──▶ writer: parts in their order ──▶ chunk ──▶ `write`
//! ```
//! The workers live as long as the run, and go on to the next chunk while another still has a part of the last.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use super::batch::{Chunk, Sealer};
use super::indices::Indices;
use super::seen::Seen;
use super::source::{Row, Rows};
use crate::failure::{Exit, Failure};

/// Rows written in one go: enough to keep the cores busy between two writes to disk.
const CHUNK: usize = 16_384;
/// Rows a worker takes at a time, so that none is left waiting for another at the end of a run.
const PART: usize = 512;
/// Chunks that are read and not written yet: memory does not grow with the input.
const AT_A_TIME: usize = 4;

/// Rows on their way to be sealed.
struct Part {
    place: Place,
    rows: Vec<Row>,
    first_index: Option<u64>,
}

/// Where a part belongs.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Its number among all parts of this run.
    number: u64,
    /// Rows of the whole chunk, in its last part.
    ends_chunk_of: Option<u64>,
}

/// What came of a part.
type Sealed = (Place, Result<Chunk, Failure>);

/// What is read, and what was done of it before.
pub(super) struct Input {
    /// The rows that are left.
    pub(super) rows: Rows,
    /// The units of the rows done before.
    pub(super) seen: Seen,
    /// The source of their indices.
    pub(super) indices: Indices,
    /// Chunks done before.
    pub(super) done: u64,
}

/// Seals all rows; `write` gets the chunks in the order of the input, with their numbers of rows, and says
/// whether to go on.
pub(super) fn run(
    input: Input,
    sealer: &Sealer,
    write: impl FnMut(&Chunk, u64) -> Result<bool, Failure> + Send,
) -> Result<(), Failure> {
    let done = &AtomicU64::new(input.done);
    // A chunk that is begun waits here until it is written. What the other two channels hold is parts of such
    // chunks; a reader whose writer has stopped finds this one closed.
    let (begin, begun) = sync_channel(AT_A_TIME);
    let (to_seal, parts) = channel();
    let (to_write, sealed) = channel();
    let parts = &Mutex::new(parts);
    thread::scope(|scope| {
        let reader = scope.spawn(move || read(input, begin, to_seal, done));
        let writer = scope.spawn(move || write_in_order(sealed, begun, sealer, done, write));
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let to_write = std::iter::repeat_n(to_write, cores);
        let workers: Vec<_> =
            to_write.map(|to_write| scope.spawn(move || seal(parts, sealer, to_write))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| crashed("signing")))?;
        let written = writer.join().map_err(|_| crashed("writing"))?;
        let read = reader.join().map_err(|_| crashed("reading"))?;
        written.and(read)
    })
}

fn read(
    mut input: Input,
    begin: SyncSender<()>,
    to_seal: Sender<Part>,
    done: &AtomicU64,
) -> Result<(), Failure> {
    let mut number = 0;
    for chunk in input.done.. {
        let mut rows = input.rows.by_ref().take(CHUNK).collect::<Result<Vec<_>, _>>()?;
        if rows.is_empty() || begin.send(()).is_err() {
            break;
        }
        rows.iter_mut().try_for_each(|row| input.seen.check(row))?;
        let mut first_index = input.indices.take(chunk, &mut rows, done.load(Ordering::Acquire))?;
        let count = rows.len() as u64;
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let part: Vec<Row> = rows.by_ref().take(PART).collect();
            let next = first_index.map(|first| first + part.len() as u64);
            let ends_chunk_of = rows.peek().is_none().then_some(count);
            let part = Part { place: Place { number, ends_chunk_of }, rows: part, first_index };
            if to_seal.send(part).is_err() {
                return Ok(());
            }
            first_index = next;
            number += 1;
        }
    }
    Ok(())
}

/// A worker: seals parts until there are no more.
fn seal(parts: &Mutex<Receiver<Part>>, sealer: &Sealer, to_write: Sender<Sealed>) {
    loop {
        let next = parts.lock().map(|parts| parts.recv());
        let Ok(Ok(Part { place, mut rows, first_index })) = next else { return };
        // Without an answer the writer would wait for this part for ever.
        let sealed = catch_unwind(AssertUnwindSafe(|| sealer.seal_rows(&mut rows, first_index)))
            .unwrap_or_else(|_| Err(crashed("signing")));
        // A writer that has stopped says why itself.
        if to_write.send((place, sealed)).is_err() {
            return;
        }
    }
}

fn write_in_order(
    sealed: Receiver<Sealed>,
    begun: Receiver<()>,
    sealer: &Sealer,
    done: &AtomicU64,
    mut write: impl FnMut(&Chunk, u64) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let mut waiting = BTreeMap::new();
    let (mut next, mut chunk) = (0, Chunk::default());
    for (place, part) in sealed {
        waiting.insert(place.number, (place, part));
        while let Some((place, part)) = waiting.remove(&next) {
            next += 1;
            chunk.append(part?);
            let Some(rows) = place.ends_chunk_of else { continue };
            if !write(&chunk, rows)? {
                return Ok(());
            }
            sealer.reuse(std::mem::take(&mut chunk));
            done.fetch_add(1, Ordering::Release);
            // The reader has put one there for this chunk.
            let _ = begun.recv();
        }
    }
    Ok(())
}

fn crashed(what: &str) -> Failure {
    Failure::new(Exit::System, format!("a {what} thread crashed; nothing of its rows was written"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use ed25519_dalek::SigningKey;
    use jiff::civil::Date;

    use super::*;
    use crate::key::{KeyPair, MemoryKey, Signer};
    use crate::sign::seal::SealedLabel;
    use crate::sign::source::{ColumnMap, Format, rows};

    /// A signer that fails at its `left`-th signature, as a token does whose plug is pulled, or panics there.
    struct Fails {
        key: MemoryKey,
        left: AtomicU64,
        panics: bool,
    }

    impl Signer for Fails {
        fn public(&self) -> [u8; 32] {
            self.key.public()
        }

        fn sign(&self, message: &[u8]) -> Result<[u8; 64], Failure> {
            if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
                assert!(!self.panics, "a fault of the signer");
                return Err(Failure::new(Exit::Key, "the token did not sign"));
            }
            self.key.sign(message)
        }
    }

    fn key() -> MemoryKey {
        MemoryKey::from(&SigningKey::from_bytes(&[7; 32]))
    }

    /// Runs over `count` rows; `write` gets the chunks.
    fn run_over(
        count: usize,
        signer: impl Signer + 'static,
        write: impl FnMut(&Chunk, u64) -> Result<bool, Failure> + Send,
    ) -> Result<(), Failure> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "di,serial").unwrap();
        (0..count).for_each(|row| writeln!(file, "09501234567891,S{row}").unwrap());
        let rows = rows(Some(file.path()), Format::Csv, &ColumnMap::default())?;
        let indices = Indices::Range { next: 100, last: 1_000_000 };
        let pair = KeyPair::of("test", signer);
        let sealer = Sealer::new(pair, "https://id.example.org", false, Date::constant(2026, 1, 1))?;
        run(Input { rows, seen: Seen::new(None), indices, done: 0 }, &sealer, write)
    }

    #[test]
    fn chunks_come_in_the_order_of_the_input_whoever_sealed_their_parts() {
        let (mut indices, mut sizes) = (Vec::new(), Vec::new());
        run_over(CHUNK + PART + 1, key(), |chunk, rows| {
            let labels = String::from_utf8(chunk.labels.concat()).unwrap();
            let labels = labels.lines().map(|line| serde_json::from_str::<SealedLabel>(line).unwrap());
            indices.extend(labels.map(|label| (label.serial, label.index.unwrap())));
            sizes.push(rows);
            Ok(true)
        })
        .unwrap();
        assert_eq!(sizes, [CHUNK as u64, PART as u64 + 1]);
        let expected = (0..CHUNK + PART + 1).map(|row| (format!("S{row}"), row as u64 + 100));
        assert!(indices.into_iter().eq(expected));
    }

    #[test]
    fn a_key_that_fails_ends_the_run_behind_the_chunks_before() {
        for (panics, exit) in [(false, Exit::Key), (true, Exit::System)] {
            let signer = Fails { key: key(), left: AtomicU64::new(CHUNK as u64 + 3), panics };
            let mut written = 0;
            let failure = run_over(CHUNK * 2, signer, |_, rows| {
                written += rows;
                Ok(true)
            });
            assert_eq!(failure.err().unwrap().exit, exit);
            assert!(written <= CHUNK as u64);
        }
    }

    #[test]
    fn a_writer_that_stops_or_fails_ends_the_run_however_much_is_left() {
        let mut chunks = 0;
        let stop = run_over((AT_A_TIME + 2) * CHUNK, Instant, |_, _| {
            chunks += 1;
            Ok(false)
        });
        assert!(stop.is_ok());
        assert_eq!(chunks, 1);
        let full = || Failure::new(Exit::System, "the disk is full");
        let failure = run_over((AT_A_TIME + 2) * CHUNK, Instant, |_, _| Err(full()));
        assert_eq!(failure.err().unwrap().to_string(), full().to_string());
    }

    /// What signs does not matter here; a real signature would take its time.
    struct Instant;

    impl Signer for Instant {
        fn public(&self) -> [u8; 32] {
            key().public()
        }

        fn sign(&self, _message: &[u8]) -> Result<[u8; 64], Failure> {
            Ok([0; 64])
        }
    }
}

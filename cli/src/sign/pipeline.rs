//! Reading, sealing and writing at the same time: while one chunk is sealed, the next is read and the one
//! before goes to disk.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use super::batch::{CHUNK, Chunk, Sealer};
use super::indices::Indices;
use super::seen::Seen;
use super::source::{Row, Rows};
use crate::failure::{Exit, Failure};

/// Rows on their way to be sealed.
struct Batch {
    rows: Vec<Row>,
    first_index: Option<u64>,
}

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
    mut write: impl FnMut(&Chunk, u64) -> Result<bool, Failure> + Send,
) -> Result<(), Failure> {
    let done = AtomicU64::new(input.done);
    thread::scope(|scope| {
        // One chunk waits between two stages, so memory does not grow with the input.
        let (to_seal, batches) = sync_channel::<Batch>(1);
        let (to_write, chunks) = sync_channel::<(Chunk, u64)>(1);
        let reader = scope.spawn(|| read(input, to_seal, &done));
        let writer = scope.spawn(|| {
            for (chunk, rows) in chunks {
                if !write(&chunk, rows)? {
                    break;
                }
                sealer.reuse(chunk);
                done.fetch_add(1, Ordering::Release);
            }
            Ok(())
        });
        let mut sealing = Ok(());
        for batch in batches {
            let rows = batch.rows.len() as u64;
            match sealer.seal_all(batch.rows, batch.first_index) {
                Ok(chunk) => {
                    // A writer that has stopped says why itself.
                    if to_write.send((chunk, rows)).is_err() {
                        break;
                    }
                }
                Err(failure) => {
                    sealing = Err(failure);
                    break;
                }
            }
        }
        drop(to_write);
        let written = writer.join().map_err(|_| crashed("writing"))?;
        // The loop has dropped its end, so a reader that waits to hand something over stops.
        let read = reader.join().map_err(|_| crashed("reading"))?;
        written.and(sealing).and(read)
    })
}

fn read(mut input: Input, to_seal: SyncSender<Batch>, done: &AtomicU64) -> Result<(), Failure> {
    for number in input.done.. {
        let mut rows = input.rows.by_ref().take(CHUNK).collect::<Result<Vec<_>, _>>()?;
        if rows.is_empty() {
            break;
        }
        rows.iter_mut().try_for_each(|row| input.seen.check(row))?;
        let first_index = input.indices.take(number, &mut rows, done.load(Ordering::Acquire))?;
        if to_seal.send(Batch { rows, first_index }).is_err() {
            break;
        }
    }
    Ok(())
}

fn crashed(what: &str) -> Failure {
    Failure::new(Exit::System, format!("the {what} thread crashed"))
}

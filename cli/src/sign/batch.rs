//! Sealing many rows: chunk by chunk, each chunk on every core, the output in the order of the input.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jiff::civil::Date;
use serde::Serialize;
use udi_verify::seal::KeyHint;
use udi_verify::seal::registry::Prefix;
use udi_verify::udi::Agency;

use super::SealedLabel;
use super::seal::{SealError, seal};
use super::seen::hash_of;
use super::source::Row;
use super::unit::Unit;
use crate::failure::{Exit, Failure, OrFail};
use crate::key::KeyPair;

/// Rows sealed and written in one go: enough to keep the cores busy between two writes to disk.
pub(super) const CHUNK: usize = 16_384;
/// Rows a thread takes at a time, so that none is left waiting for another at the end of a chunk.
const PART: usize = 512;

/// Seals rows with one key.
pub(super) struct Sealer {
    key: KeyPair,
    hint: KeyHint,
    prefixes: Vec<Prefix>,
    link_base: String,
    with_companion: bool,
    today: Date,
    threads: usize,
    /// Buffers of chunks that are written: fresh ones would be cleared by the system each time.
    spare: Mutex<Vec<Vec<u8>>>,
}

/// Bytes to begin with for the labels of a part; it grows where they are longer.
const LABEL: usize = 512;

/// What came of a chunk: JSON lines, and how many.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// Labels, a line each, in the order of the parts that were sealed at the same time.
    pub(super) labels: Vec<Vec<u8>>,
    /// Rejected rows, a line each.
    pub(super) rejects: Vec<u8>,
    /// Hashes of the sealed units.
    pub(super) units: Vec<u64>,
    /// Rows sealed.
    pub(super) sealed: u64,
    /// Rows rejected.
    pub(super) rejected: u64,
}

/// A rejected row.
#[derive(Serialize)]
struct Reject<'a> {
    line: u64,
    reason: &'a str,
}

impl Sealer {
    /// A sealer with `key`, for the day `today`.
    pub(super) fn new(
        key: KeyPair,
        link_base: &str,
        with_companion: bool,
        today: Date,
    ) -> Result<Self, Failure> {
        let prefix = |prefix: &String| Prefix { agency: Agency::GS1, prefix: prefix.clone() };
        Ok(Self {
            hint: key.public().hint()?,
            prefixes: key.public().prefixes.iter().map(prefix).collect(),
            key,
            link_base: link_base.to_owned(),
            with_companion,
            today,
            threads: thread::available_parallelism().map_or(1, usize::from),
            spare: Mutex::default(),
        })
    }

    /// Seals `rows`. Their indices count up from `first_index`, where there is one; a rejected row uses its
    /// own up.
    pub(super) fn seal_all(&self, mut rows: Vec<Row>, first_index: Option<u64>) -> Result<Chunk, Failure> {
        let indices = first_index.map(|first| first..);
        if let Some(indices) = indices {
            for (row, index) in rows.iter_mut().zip(indices) {
                if let Ok(unit) = &mut row.unit {
                    unit.index.get_or_insert(index);
                }
            }
        }
        let next = AtomicUsize::new(0);
        let parts: Vec<&[Row]> = rows.chunks(PART).collect();
        let work = || {
            let mut done = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(part) = parts.get(number) else { return Ok(done) };
                done.push((number, self.seal_part(part)?));
            }
        };
        let workers: Vec<Result<Vec<(usize, Chunk)>, Failure>> = thread::scope(|scope| {
            let workers: Vec<_> = (0..self.threads.min(parts.len())).map(|_| scope.spawn(work)).collect();
            let crashed =
                |_| Failure::new(Exit::System, "a signing thread crashed; nothing of its rows was written");
            workers.into_iter().map(|worker| worker.join().map_err(crashed)?).collect()
        });
        let mut done: Vec<_> =
            workers.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        done.sort_unstable_by_key(|(number, _)| *number);
        let mut chunk = Chunk::default();
        done.into_iter().for_each(|(_, part)| chunk.append(part));
        Ok(chunk)
    }

    /// Takes back a chunk that is written.
    pub(super) fn reuse(&self, chunk: Chunk) {
        let Ok(mut spare) = self.spare.lock() else { return };
        for mut part in chunk.labels {
            part.clear();
            spare.push(part);
        }
    }

    fn seal_part(&self, rows: &[Row]) -> Result<Chunk, Failure> {
        let mut chunk = Chunk::default();
        let spare = self.spare.lock().ok().and_then(|mut spare| spare.pop());
        let mut labels = spare.unwrap_or_else(|| Vec::with_capacity(rows.len() * LABEL));
        let doing = || "cannot encode a line";
        for row in rows {
            let label = match &row.unit {
                Ok(unit) => self.seal(unit).inspect(|_| chunk.units.push(hash_of(unit))),
                Err(reason) => Err(SealError::Row(reason.clone())),
            };
            let (lines, count) = match label {
                Ok(label) => {
                    serde_json::to_writer(&mut labels, &label).or_fail(Exit::System, doing)?;
                    (&mut labels, &mut chunk.sealed)
                }
                Err(SealError::Row(reason)) => {
                    let reject = Reject { line: row.line, reason: &reason };
                    serde_json::to_writer(&mut chunk.rejects, &reject).or_fail(Exit::System, doing)?;
                    (&mut chunk.rejects, &mut chunk.rejected)
                }
                Err(SealError::Signer(failure)) => return Err(failure),
            };
            lines.push(b'\n');
            *count += 1;
        }
        chunk.labels.push(labels);
        Ok(chunk)
    }

    fn seal(&self, unit: &Unit) -> Result<SealedLabel, SealError> {
        if !self.prefixes.is_empty() && unit.has_gtin() {
            let di = format!("{:0>14}", unit.di);
            if !self.prefixes.iter().any(|prefix| prefix.covers(Agency::GS1, &di)) {
                let name = &self.key.public().name;
                return Err(SealError::Row(format!("the key {name} may not sign the item {di}")));
            }
        }
        let sealed = seal(unit, self.key.signer(), self.hint, self.today)?;
        Ok(sealed.into_label(&self.link_base, self.with_companion))
    }
}

impl Chunk {
    /// Bytes of all labels.
    pub(super) fn labels_length(&self) -> u64 {
        self.labels.iter().map(|part| part.len() as u64).sum()
    }

    fn append(&mut self, other: Self) {
        self.labels.extend(other.labels);
        self.rejects.extend(other.rejects);
        self.units.extend(other.units);
        self.sealed += other.sealed;
        self.rejected += other.rejected;
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::key::Signer;

    /// A token whose plug was pulled.
    struct Unplugged;

    impl Signer for Unplugged {
        fn public(&self) -> [u8; 32] {
            SigningKey::from_bytes(&[7; 32]).public()
        }

        fn sign(&self, _message: &[u8]) -> Result<[u8; 64], Failure> {
            Err(Failure::new(Exit::Key, "the token did not sign"))
        }
    }

    fn sealer(signer: impl Signer + 'static) -> Sealer {
        let today = Date::constant(2026, 1, 1);
        Sealer::new(KeyPair::of("test", signer), "https://id.example.org", false, today).unwrap()
    }

    fn rows(count: u64) -> Vec<Row> {
        let unit = |number: u64| Unit {
            di: "09501234567891".to_owned(),
            serial: if number == 600 { String::from("#¿") } else { format!("S{number}") },
            ..Unit::default()
        };
        (0..count).map(|number| Row { line: number + 2, unit: Ok(unit(number)) }).collect()
    }

    #[test]
    fn parts_come_together_in_their_order_and_a_bad_row_keeps_its_index() {
        let chunk = sealer(SigningKey::from_bytes(&[7; 32])).seal_all(rows(2000), Some(100)).unwrap();
        assert_eq!((chunk.sealed, chunk.rejected), (1999, 1));
        let labels = String::from_utf8(chunk.labels.concat()).unwrap();
        let labels = labels.lines().map(|line| serde_json::from_str::<SealedLabel>(line).unwrap());
        let indices: Vec<u64> = labels.map(|label| label.index.unwrap()).collect();
        assert_eq!(indices, (100..2100).filter(|index| *index != 700).collect::<Vec<_>>());
        assert!(String::from_utf8(chunk.rejects).unwrap().starts_with("{\"line\":602,"));
    }

    #[test]
    fn a_key_that_does_not_sign_stops_the_run_and_blames_no_row() {
        let failure = sealer(Unplugged).seal_all(rows(3), None).err().unwrap();
        assert_eq!(failure.exit, Exit::Key);
    }
}

//! Sealing many rows: chunk by chunk, each chunk on every core, the output in the order of the input.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::thread;

use jiff::civil::Date;
use serde::Serialize;
use udi_verify::seal::KeyHint;
use udi_verify::seal::registry::Prefix;
use udi_verify::udi::Agency;

use super::seal::seal;
use super::source::Row;
use super::unit::Unit;
use crate::failure::{Exit, Failure, OrFail};
use crate::key::KeyPair;

/// Rows sealed and written in one go: enough to keep the cores busy between two writes to disk.
pub(super) const CHUNK: usize = 8_192;

/// Seals rows with one key.
pub(super) struct Sealer {
    key: KeyPair,
    hint: KeyHint,
    prefixes: Vec<Prefix>,
    link_base: String,
    today: Date,
    threads: usize,
}

/// What came of a chunk: JSON lines, and how many.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// Labels, a line each.
    pub(super) labels: Vec<u8>,
    /// Rejected rows, a line each.
    pub(super) rejects: Vec<u8>,
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
    pub(super) fn new(key: KeyPair, link_base: &str, today: Date) -> Result<Self, Failure> {
        let prefix = |prefix: &String| Prefix { agency: Agency::GS1, prefix: prefix.clone() };
        Ok(Self {
            hint: key.public().hint()?,
            prefixes: key.public().prefixes.iter().map(prefix).collect(),
            key,
            link_base: link_base.to_owned(),
            today,
            threads: thread::available_parallelism().map_or(1, usize::from),
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
        let share = rows.len().div_ceil(self.threads).max(1);
        let parts: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> =
                rows.chunks(share).map(|part| scope.spawn(move || self.seal_part(part))).collect();
            workers.into_iter().map(|worker| worker.join()).collect()
        });
        let mut chunk = Chunk::default();
        for part in parts {
            let crashed =
                |_| Failure::new(Exit::System, "a signing thread crashed; nothing of its rows was written");
            chunk.append(part.map_err(crashed)??);
        }
        Ok(chunk)
    }

    fn seal_part(&self, rows: &[Row]) -> Result<Chunk, Failure> {
        let mut chunk = Chunk::default();
        let doing = || "cannot encode a line";
        for row in rows {
            let label = row.unit.as_ref().map_err(Clone::clone).and_then(|unit| self.seal(unit));
            let (lines, count) = match label {
                Ok(label) => {
                    serde_json::to_writer(&mut chunk.labels, &label).or_fail(Exit::System, doing)?;
                    (&mut chunk.labels, &mut chunk.sealed)
                }
                Err(reason) => {
                    let reject = Reject { line: row.line, reason: &reason };
                    serde_json::to_writer(&mut chunk.rejects, &reject).or_fail(Exit::System, doing)?;
                    (&mut chunk.rejects, &mut chunk.rejected)
                }
            };
            lines.push(b'\n');
            *count += 1;
        }
        Ok(chunk)
    }

    fn seal(&self, unit: &Unit) -> Result<super::SealedLabel, String> {
        let sealed = seal(unit, &self.key.signing, self.hint, self.today)?;
        if !self.prefixes.is_empty()
            && !self.prefixes.iter().any(|prefix| prefix.covers(Agency::GS1, sealed.di()))
        {
            return Err(format!("the key {} may not sign the item {}", self.key.public().name, sealed.di()));
        }
        Ok(sealed.into_label(self.hint, &self.link_base))
    }
}

impl Chunk {
    fn append(&mut self, other: Self) {
        self.labels.extend(other.labels);
        self.rejects.extend(other.rejects);
        self.sealed += other.sealed;
        self.rejected += other.rejected;
    }
}

/// The units seen so far, by a 64-bit hash of item and serial: 16 bytes a unit. Two different units share a
/// hash once in a million files of six million rows; the second is then rejected for a person to look at.
#[derive(Default)]
pub(super) struct Seen(HashSet<u64>);

impl Seen {
    /// Makes a row whose unit came before a bad row.
    pub(super) fn check(&mut self, row: &mut Row) {
        let Ok(unit) = &row.unit else { return };
        let mut hasher = DefaultHasher::new();
        (unit.di.trim_start_matches('0'), &unit.serial).hash(&mut hasher);
        if !self.0.insert(hasher.finish()) {
            row.unit =
                Err(format!("the serial {} of the item {} came in an earlier row", unit.serial, unit.di));
        }
    }
}

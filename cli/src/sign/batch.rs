//! Sealing the rows of a part with one key, and putting parts together to a chunk.

use std::sync::Mutex;

use jiff::civil::Date;
use serde::Serialize;
use udi_verify::seal::KeyHint;
use udi_verify::seal::registry::Prefix;
use udi_verify::udi::Agency;

use super::seal::Unsealed;
use super::seen::hash_of;
use super::source::Row;
use crate::failure::{Exit, Failure, OrFail};
use crate::key::KeyPair;

/// Seals rows with one key.
pub(super) struct Sealer {
    key: KeyPair,
    hint: KeyHint,
    prefixes: Vec<Prefix>,
    link_base: String,
    with_companion: bool,
    today: Date,
    /// Buffers of chunks that are written: fresh ones would be cleared by the system each time.
    spare: Mutex<Vec<Vec<u8>>>,
}

/// Bytes to begin with for the labels of a part; it grows where they are longer.
const LABEL: usize = 512;

/// Units signed together: enough for a key in memory to share what can be shared, few enough for the caches.
const TOGETHER: usize = 64;

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
            spare: Mutex::default(),
        })
    }

    /// Seals `rows`. Their indices count up from `first_index`, where there is one; a rejected row uses its
    /// own up.
    pub(super) fn seal_rows(&self, rows: &mut [Row], first_index: Option<u64>) -> Result<Chunk, Failure> {
        let spare = self.spare.lock().ok().and_then(|mut spare| spare.pop());
        let mut labels = spare.unwrap_or_else(|| Vec::with_capacity(rows.len() * LABEL));
        let mut chunk = Chunk::default();
        let mut index = first_index;
        for rows in rows.chunks_mut(TOGETHER) {
            self.seal_together(rows, &mut index, &mut labels, &mut chunk)?;
        }
        chunk.labels.push(labels);
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

    fn seal_together(
        &self,
        rows: &mut [Row],
        index: &mut Option<u64>,
        labels: &mut Vec<u8>,
        chunk: &mut Chunk,
    ) -> Result<(), Failure> {
        let mut messages = Vec::with_capacity(rows.len());
        let mut unsealed = Vec::with_capacity(rows.len());
        for row in rows {
            let made = self.unsealed(row, *index);
            if let (Ok(made), Ok(unit)) = (&made, &row.unit) {
                messages.push(made.message());
                chunk.units.push(hash_of(unit));
            }
            unsealed.push((row.line, made));
            *index = index.map(|index| index + 1);
        }
        let mut signatures = self.key.signer().sign_all(&messages)?.into_iter();
        let doing = || "cannot encode a line";
        for (line, unsealed) in unsealed {
            let (lines, count) = match unsealed {
                Ok(unsealed) => {
                    let signature = signatures.next();
                    let signature = signature.ok_or_else(|| {
                        Failure::new(Exit::Key, "the key made fewer signatures than were asked for")
                    })?;
                    let label =
                        unsealed.sealed_with(signature).into_label(&self.link_base, self.with_companion);
                    serde_json::to_writer(&mut *labels, &label).or_fail(Exit::System, doing)?;
                    (&mut *labels, &mut chunk.sealed)
                }
                Err(reason) => {
                    let reject = Reject { line, reason: &reason };
                    serde_json::to_writer(&mut chunk.rejects, &reject).or_fail(Exit::System, doing)?;
                    (&mut chunk.rejects, &mut chunk.rejected)
                }
            };
            lines.push(b'\n');
            *count += 1;
        }
        Ok(())
    }

    /// What is to be signed of a row, whose unit gets `index` if it has none of its own; or why it is rejected.
    fn unsealed(&self, row: &mut Row, index: Option<u64>) -> Result<Unsealed, String> {
        let unit = row.unit.as_mut().map_err(std::mem::take)?;
        unit.index = unit.index.or(index);
        if !self.prefixes.is_empty() && unit.has_gtin() {
            let di = format!("{:0>14}", unit.di);
            if !self.prefixes.iter().any(|prefix| prefix.covers(Agency::GS1, &di)) {
                return Err(format!("the key {} may not sign the item {di}", self.key.public().name));
            }
        }
        Unsealed::new(unit, self.hint, self.today)
    }
}

impl Chunk {
    /// Bytes of all labels.
    pub(super) fn labels_length(&self) -> u64 {
        self.labels.iter().map(|part| part.len() as u64).sum()
    }

    /// Puts what came of the rows behind it.
    pub(super) fn append(&mut self, other: Self) {
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
    use crate::key::{MemoryKey, Signer};
    use crate::sign::Unit;
    use crate::sign::seal::SealedLabel;

    /// A token whose plug was pulled.
    struct Unplugged;

    impl Signer for Unplugged {
        fn public(&self) -> [u8; 32] {
            MemoryKey::from(&SigningKey::from_bytes(&[7; 32])).public()
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
    fn a_bad_row_keeps_its_index() {
        let sealer = sealer(MemoryKey::from(&SigningKey::from_bytes(&[7; 32])));
        let chunk = sealer.seal_rows(&mut rows(700), Some(100)).unwrap();
        assert_eq!((chunk.sealed, chunk.rejected), (699, 1));
        let labels = String::from_utf8(chunk.labels.concat()).unwrap();
        let labels = labels.lines().map(|line| serde_json::from_str::<SealedLabel>(line).unwrap());
        let indices: Vec<u64> = labels.map(|label| label.index.unwrap()).collect();
        assert_eq!(indices, (100..800).filter(|index| *index != 700).collect::<Vec<_>>());
        assert!(String::from_utf8(chunk.rejects).unwrap().starts_with("{\"line\":602,"));
    }

    #[test]
    fn a_key_that_does_not_sign_stops_the_run_and_blames_no_row() {
        let failure = sealer(Unplugged).seal_rows(&mut rows(3), None).err().unwrap();
        assert_eq!(failure.exit, Exit::Key);
    }
}

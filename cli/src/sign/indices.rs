//! Where the status indices of rows come from.

use super::ledger::Ledger;
use super::source::Row;
use crate::failure::{Exit, Failure};

/// The source of a run's indices.
pub(super) enum Indices {
    /// The rows, or nowhere.
    Rows,
    /// A range that nobody else uses.
    Range {
        /// The first not yet given to a row.
        next: u64,
        /// The last of the range.
        last: u64,
    },
    /// A ledger, for a run of this name.
    Ledger {
        /// The ledger.
        ledger: Ledger,
        /// The run.
        run: String,
    },
}

impl Indices {
    /// The first index for the rows of a chunk, where indices are handed out; `done` chunks of the run are on
    /// disk.
    pub(super) fn take(&mut self, chunk: u64, rows: &mut [Row], done: u64) -> Result<Option<u64>, Failure> {
        let count = rows.len() as u64;
        match self {
            Self::Rows => return Ok(None),
            Self::Range { .. } => {}
            Self::Ledger { .. } => rows.iter_mut().for_each(refuse_own_index),
        }
        match self {
            Self::Rows => Ok(None),
            Self::Range { next, last } => {
                let first = *next;
                *next = first.saturating_add(count);
                if *next > last.saturating_add(1) {
                    let words =
                        format!("there are more rows than indices up to {last}; the rest was not signed");
                    return Err(Failure::new(Exit::Input, words));
                }
                Ok(Some(first))
            }
            Self::Ledger { ledger, run } => ledger.reserve(run, chunk, count, done).map(Some),
        }
    }
}

fn refuse_own_index(row: &mut Row) {
    if row.unit.as_ref().is_ok_and(|unit| unit.index.is_some()) {
        row.unit = Err("the row names a status index, which the ledger hands out".to_owned());
    }
}

//! Units signed, by lot, by day and by item.

use std::collections::BTreeMap;

use udi_verify::udi::Udi;

use crate::recall::Tally;

/// Units by lot, and by the file they were found in.
#[derive(Debug, Default)]
pub(super) struct Signed {
    /// By item and lot; the lot is empty where a label has none.
    pub(super) lots: BTreeMap<(String, String), u64>,
    /// By the number of the file.
    pub(super) files: BTreeMap<usize, u64>,
}

impl Signed {
    /// All units.
    pub(super) fn units(&self) -> u64 {
        self.files.values().sum()
    }
}

impl Tally for Signed {
    fn add(&mut self, unit: &Udi, file: usize) {
        let key = (unit.di.clone().unwrap_or_default(), unit.lot.clone().unwrap_or_default());
        *self.lots.entry(key).or_default() += 1;
        *self.files.entry(file).or_default() += 1;
    }

    fn join(&mut self, other: Self) {
        for (lot, units) in other.lots {
            *self.lots.entry(lot).or_default() += units;
        }
        for (file, units) in other.files {
            *self.files.entry(file).or_default() += units;
        }
    }
}

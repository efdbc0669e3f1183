//! The issuer's unit status file with the changes of events.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use udi_verify::recall::status::Encoder;
use udi_verify::recall::{Flag, UnitStatusList};

use super::epc::Product;
use super::event::Change;
use crate::failure::{Exit, Failure, OrFail};
use crate::publish::write_atomically;
use crate::status::issued_indices;

/// What of the ledger is asked for here.
#[derive(Deserialize)]
struct Indices {
    next: u64,
}

/// The status file, the indices of the units that events name, and the changes so far.
pub(super) struct UnitFlags {
    /// The file as it is; empty if there is none.
    bytes: Vec<u8>,
    size: u64,
    indices: HashMap<(Product, String), Vec<u64>>,
    /// The last change of each index, flag by flag: whether it is set.
    changes: BTreeMap<(Flag, u64), bool>,
}

impl UnitFlags {
    /// Opens the status file, and finds the indices of `wanted` units in the labels.
    pub(super) fn open(
        status: &Path,
        labels: &[PathBuf],
        ledger: &Path,
        wanted: &HashSet<(Product, String)>,
    ) -> Result<Self, Failure> {
        let refused = || format!("cannot read the unit status {}", status.display());
        let bytes =
            if status.exists() { fs::read(status).or_fail(Exit::System, refused)? } else { Vec::new() };
        let before = if bytes.is_empty() {
            0
        } else {
            UnitStatusList::open_unverified(&bytes).or_fail(Exit::Input, refused)?.size()
        };
        let given_out = |path: &Path| -> Result<u64, Failure> {
            let doing = || format!("cannot read the index ledger {}", path.display());
            let text = fs::read(path).or_fail(Exit::System, doing)?;
            Ok(serde_json::from_slice::<Indices>(&text).or_fail(Exit::Input, doing)?.next)
        };
        let size = before.max(given_out(ledger)?);
        let mut flags = Self { bytes, size, indices: HashMap::new(), changes: BTreeMap::new() };
        labels.iter().try_for_each(|path| flags.find(path, wanted))?;
        Ok(flags)
    }

    /// Looks the units up in a file of labels.
    fn find(&mut self, path: &Path, wanted: &HashSet<(Product, String)>) -> Result<(), Failure> {
        issued_indices::for_each(path, |(di, serial), index| {
            let unit = (Product(di), serial);
            if !wanted.contains(&unit) {
                return Ok(());
            }
            if index >= self.size {
                return Err(format!("index {index} was never handed out"));
            }
            let indices = self.indices.entry(unit).or_default();
            if !indices.contains(&index) {
                indices.push(index);
            }
            Ok(())
        })
    }

    /// The indices of a unit that is in the labels: several where it was signed again, and then all of them stand
    /// on labels.
    pub(super) fn indices(&self, product: &Product, serial: &str) -> Vec<u64> {
        self.indices.get(&(product.clone(), serial.to_owned())).cloned().unwrap_or_default()
    }

    /// Notes a change.
    pub(super) fn change(&mut self, change: Change, index: u64) {
        match change {
            Change::Set(flag) => self.changes.insert((flag, index), true),
            Change::Unset(flag) => self.changes.insert((flag, index), false),
        };
    }

    /// Replaces the file by one with the changes.
    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        let doing = || format!("cannot write the unit status {}", path.display());
        let mut encoder = Encoder::new(Vec::new(), self.size).or_fail(Exit::System, doing)?;
        for flag in Flag::ALL {
            let mut members: BTreeSet<u64> = BTreeSet::new();
            if !self.bytes.is_empty() {
                let list = UnitStatusList::open_unverified(&self.bytes).or_fail(Exit::Input, doing)?;
                for index in list.flagged(flag) {
                    members.insert(index.or_fail(Exit::Input, doing)?);
                }
            }
            for ((_, index), set) in self.changes.range((flag, 0)..=(flag, u64::MAX)) {
                if *set {
                    members.insert(*index);
                } else {
                    members.remove(index);
                }
            }
            for index in members {
                encoder.push(flag, index).or_fail(Exit::System, doing)?;
            }
        }
        write_atomically(path, &encoder.finish().or_fail(Exit::System, doing)?)
    }
}

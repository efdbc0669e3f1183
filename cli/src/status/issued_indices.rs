//! Which status indices a unit has, out of the labels that `udi sign` wrote: several where it was signed again.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::failure::{Exit, Failure, OrFail};

/// The device identifier in 14 digits, and the serial.
pub(crate) type UnitName = (String, String);

/// What of a label is asked for here; its other fields are passed over.
#[derive(Deserialize)]
struct Label {
    di: String,
    serial: String,
    index: Option<u64>,
}

/// Goes through the labels of a file that have an index, line by line: it may be of any size. What `take` has to
/// say against one stops it, with its line.
pub(crate) fn for_each(
    path: &Path,
    mut take: impl FnMut(UnitName, u64) -> Result<(), String>,
) -> Result<(), Failure> {
    let refused = || format!("cannot read the labels {}", path.display());
    let file = BufReader::with_capacity(1 << 20, File::open(path).or_fail(Exit::System, refused)?);
    for (line, text) in file.lines().enumerate() {
        let text = text.or_fail(Exit::System, refused)?;
        if text.trim().is_empty() {
            continue;
        }
        let place = || format!("line {} of {}", line + 1, path.display());
        let label: Label = serde_json::from_str(&text).or_fail(Exit::Input, place)?;
        if let Some(index) = label.index {
            take((format!("{:0>14}", label.di), label.serial), index).or_fail(Exit::Input, place)?;
        }
    }
    Ok(())
}

/// All indices of each unit that has one of `flagged` and others beside it. The labels are gone through twice, so
/// that only flagged units are held in memory.
pub(super) fn of_units_signed_again(
    labels: &[PathBuf],
    flagged: &HashSet<u64>,
) -> Result<Vec<Vec<u64>>, Failure> {
    let mut units: HashMap<UnitName, Vec<u64>> = HashMap::new();
    for path in labels {
        for_each(path, |unit, index| {
            if flagged.contains(&index) {
                units.entry(unit).or_default();
            }
            Ok(())
        })?;
    }
    for path in labels {
        for_each(path, |unit, index| {
            if let Some(indices) = units.get_mut(&unit).filter(|indices| !indices.contains(&index)) {
                indices.push(index);
            }
            Ok(())
        })?;
    }
    Ok(units.into_values().filter(|indices| indices.len() > 1).collect())
}

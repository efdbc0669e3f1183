//! What a signed run is worth beside its labels: detached bundles (carrier D) and lot manifests, one of each a
//! lot, as `udi publish` puts them under `records/`.
//!
//! They are made from the labels of the finished run, so the same labels give the same files. Lots may lie
//! mixed in the input: lines are first sorted by lot into files, then each lot is taken alone.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use udi_verify::recall::manifest;
use udi_verify::seal::in_symbol::{self, InSymbol};
use udi_verify::seal::{Bundle, KeyHint, StatusIndex, UnitRecord, bundle};
use udi_verify::udi::{Agency, Scan, parse};

use super::seal::SealedLabel;
use crate::failure::{Exit, Failure, OrFail};
use crate::publish::write_atomically;

/// Lines held in memory before they go to the files of their lots, in bytes.
const HELD: usize = 32 << 20;
/// Units of one bundle file: what a reader accepts.
const BUNDLE_UNITS: usize = (bundle::MAX_FILE - 10) / 80;
/// Characters that stand for themselves in a file's name.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// Where bundles and manifests go.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct RecordFolders {
    /// Write detached bundles, one a lot, to DIR: seals for stock that is already printed.
    #[arg(long, value_name = "DIR", requires = "out")]
    bundles: Option<PathBuf>,
    /// Write lot manifests to DIR: the serials of each lot.
    #[arg(long, value_name = "DIR", requires = "out")]
    manifests: Option<PathBuf>,
}

/// A lot of an item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Lot {
    di: String,
    lot: Option<String>,
}

impl Lot {
    /// Its files' names without their ending.
    fn stem(&self) -> String {
        let lot =
            self.lot.as_deref().map_or(String::new(), |lot| format!("-{}", utf8_percent_encode(lot, NAME)));
        format!("{}{lot}", self.di)
    }
}

impl RecordFolders {
    /// Writes what is asked for about the labels in the file `labels`, which will be called `out`.
    pub(super) fn write(&self, labels: &Path, out: Option<&Path>) -> Result<(), Failure> {
        if self.bundles.is_none() && self.manifests.is_none() {
            return Ok(());
        }
        let beside = out.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
        let sorted = tempfile::Builder::new().prefix(".lots-").tempdir_in(beside.unwrap_or(Path::new(".")));
        let sorted = sorted.or_fail(Exit::System, || "cannot make a folder for the lots")?;
        let lots = sort_by_lot(labels, sorted.path())?;
        for (lot, file) in &lots {
            let units = read_units(file)?;
            if let Some(folder) = &self.bundles {
                write_bundles(folder, lot, &units)?;
            }
            if let (Some(folder), Some(name)) = (&self.manifests, &lot.lot) {
                write_manifest(folder, lot, name, &units)?;
            }
        }
        let unnamed = lots.keys().filter(|lot| lot.lot.is_none()).count();
        if self.manifests.is_some() && unnamed > 0 {
            eprintln!("units without a lot have no manifest ({unnamed} items)");
        }
        eprintln!("{} lots in bundles and manifests", lots.len());
        Ok(())
    }
}

/// Appends each line to the file of its lot in `folder`.
fn sort_by_lot(labels: &Path, folder: &Path) -> Result<BTreeMap<Lot, PathBuf>, Failure> {
    let doing = || format!("cannot read {}", labels.display());
    let mut reader = BufReader::with_capacity(1 << 20, File::open(labels).or_fail(Exit::System, doing)?);
    let mut files = BTreeMap::<Lot, PathBuf>::new();
    let mut held = BTreeMap::<Lot, Vec<u8>>::new();
    let (mut line, mut size) = (Vec::new(), 0);
    while reader.read_until(b'\n', &mut line).or_fail(Exit::System, doing)? > 0 {
        let label: SealedLabel = serde_json::from_slice(&line).or_fail(Exit::Input, doing)?;
        let lot = Lot { di: label.di, lot: label.lot };
        held.entry(lot).or_default().extend_from_slice(&line);
        size += line.len();
        line.clear();
        if size > HELD {
            append(&mut held, &mut files, folder)?;
            size = 0;
        }
    }
    append(&mut held, &mut files, folder)?;
    Ok(files)
}

fn append(
    held: &mut BTreeMap<Lot, Vec<u8>>,
    files: &mut BTreeMap<Lot, PathBuf>,
    folder: &Path,
) -> Result<(), Failure> {
    for (lot, lines) in std::mem::take(held) {
        let number = files.len();
        let path = files.entry(lot).or_insert_with(|| folder.join(number.to_string()));
        let doing = || format!("cannot write {}", path.display());
        let file = OpenOptions::new().create(true).append(true).open(&*path);
        file.or_fail(Exit::System, doing)?.write_all(&lines).or_fail(Exit::System, doing)?;
    }
    Ok(())
}

/// A signed unit.
struct SignedUnit {
    record: UnitRecord,
    hint: KeyHint,
    signature: [u8; 64],
}

fn read_units(path: &Path) -> Result<Vec<SignedUnit>, Failure> {
    let doing = || "cannot read back the labels";
    let text = fs::read_to_string(path).or_fail(Exit::System, doing)?;
    let unit = |line: &str| {
        let label: SealedLabel = serde_json::from_str(line).or_fail(Exit::System, doing)?;
        // What a phone will read off the label, so that the seal is filed under what it will look for.
        let scan = Scan { bytes: label.element_string.into_bytes(), symbology_identifier: None };
        let udi = parse(&scan, Date::constant(2026, 1, 1));
        let InSymbol::Seal(seal) = in_symbol::read(&udi) else {
            return Err(Failure::new(Exit::System, "a label does not carry its seal"));
        };
        let record = UnitRecord::from_udi(&udi, seal.status_index).or_fail(Exit::System, doing)?;
        Ok(SignedUnit { record, hint: seal.hint, signature: seal.signature })
    };
    text.lines().map(unit).collect()
}

fn write_bundles(folder: &Path, lot: &Lot, units: &[SignedUnit]) -> Result<(), Failure> {
    let parts = units.chunks(BUNDLE_UNITS);
    let several = parts.len() > 1;
    for (number, part) in parts.enumerate() {
        let bytes = Bundle::encode(part.iter().map(|unit| (&unit.record, unit.hint, unit.signature)));
        let number = if several { format!(".{}", number + 1) } else { String::new() };
        write_atomically(&folder.join(format!("{}{number}.bin", lot.stem())), &bytes)?;
    }
    Ok(())
}

fn write_manifest(folder: &Path, lot: &Lot, name: &str, units: &[SignedUnit]) -> Result<(), Failure> {
    let refused = || format!("cannot write the manifest of lot {name}");
    let serials: Vec<&str> = units.iter().map(|unit| unit.record.serial()).collect();
    let first_index = first_index(units);
    let lot_of = manifest::Lot { agency: Agency::GS1, di: &lot.di, lot: name, first_index };
    let bytes = manifest::encode(lot_of, &serials).or_fail(Exit::Input, refused)?;
    write_atomically(&folder.join(format!("{}.manifest", lot.stem())), &bytes)
}

/// The index of the first serial, where the others follow it in the manifest's order: of length, then bytes.
fn first_index(units: &[SignedUnit]) -> Option<u64> {
    let mut order: Vec<(usize, &str, u64)> = units
        .iter()
        .map(|unit| {
            let serial = unit.record.serial();
            Some((serial.len(), serial, unit.record.status_index().map(StatusIndex::get)?))
        })
        .collect::<Option<_>>()?;
    order.sort_unstable();
    let first = order.first()?.2;
    order.iter().zip(first..).all(|((_, _, index), wanted)| *index == wanted).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lot_of_any_characters_has_a_name_of_its_own() {
        let stem = |lot: Option<&str>| Lot { di: "1".into(), lot: lot.map(str::to_owned) }.stem();
        let names = [stem(None), stem(Some("A/1")), stem(Some("A.1")), stem(Some("A%2F1")), stem(Some(""))];
        assert_eq!(names, ["1", "1-A%2F1", "1-A%2E1", "1-A%252F1", "1-"]);
    }
}

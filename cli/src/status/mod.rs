//! `udi status`: flagged units by status index → the file that clients ask for an issuer's units.

pub(crate) mod issued_indices;

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{BufWriter, Read, Write, stdin};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use csv::{ByteRecord, ReaderBuilder};
use udi_verify::recall::Flag;
use udi_verify::recall::status::Encoder;
use udi_verify::seal::StatusIndex;

use crate::failure::{Exit, Failure, OrFail};
use crate::sign::indices_handed_out;

/// Arguments of `udi status`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Build the status file of an issuer's units, for `udi publish --status`.
    Build {
        /// CSV with the columns index and status (recalled, stolen, used, destroyed, quarantined), in any
        /// order; a unit may have several rows. Standard input if none is given.
        flags: Option<PathBuf>,
        /// The ledger that says how many indices were handed out.
        #[arg(long, value_name = "FILE", required_unless_present = "size")]
        indices: Option<PathBuf>,
        /// How many indices were handed out.
        #[arg(long, value_name = "N", conflicts_with = "indices")]
        size: Option<u64>,
        /// Labels that `udi sign` wrote, of all runs: a unit that was signed again has several indices, and a flag
        /// on one of them is put on all. Repeatable.
        #[arg(long, value_name = "FILE")]
        labels: Vec<PathBuf>,
        /// The file to write.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// Builds a status file.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let Action::Build { flags, indices, size, labels, out } = &args.action;
    let size = match (size, indices) {
        (Some(size), _) => *size,
        (None, Some(ledger)) => indices_handed_out(ledger)?,
        (None, None) => 0,
    };
    let mut flagged = match flags {
        Some(path) => {
            let doing = || format!("cannot read {}", path.display());
            Flagged::read(File::open(path).or_fail(Exit::System, doing)?)?
        }
        None => Flagged::read(stdin().lock())?,
    };
    let again = flagged.widen(labels)?;
    if again > 0 {
        eprintln!("{again} flagged units were signed again: all their indices are flagged");
    }
    let count = flagged.write(size, out)?;
    let length = fs::metadata(out).map_or(0, |metadata| metadata.len());
    eprintln!("{count} flags on {size} units in {length} bytes");
    Ok(())
}

/// Flagged indices, by flag in the order of the file.
struct Flagged([Vec<u64>; Flag::ALL.len()]);

impl Flagged {
    /// Reads all rows. A list of which a part cannot be read is refused: a flag left out is an all-clear.
    fn read(input: impl Read) -> Result<Self, Failure> {
        let mut reader = ReaderBuilder::new().buffer_capacity(1 << 20).from_reader(input);
        let header = reader.headers().or_fail(Exit::Input, || "the first line names no columns")?;
        let column = |wanted: &str| {
            header
                .iter()
                .position(|name| name.trim_start_matches('\u{feff}').trim() == wanted)
                .ok_or_else(|| Failure::new(Exit::Input, format!("the flags have no column {wanted:?}")))
        };
        let (index, status) = (column("index")?, column("status")?);
        let mut flagged = Self(Default::default());
        let mut record = ByteRecord::new();
        loop {
            let line = reader.position().line();
            let refused = || format!("line {line} of the flags cannot be read");
            if !reader.read_byte_record(&mut record).or_fail(Exit::Input, refused)? {
                return Ok(flagged);
            }
            let cell =
                |place| record.get(place).and_then(|cell| std::str::from_utf8(cell).ok()).map(str::trim);
            let index = cell(index).and_then(|text| text.parse().ok()).and_then(StatusIndex::new);
            let flag = cell(status).and_then(|text| Flag::ALL.iter().position(|flag| flag.code() == text));
            match (index, flag.and_then(|place| flagged.0.get_mut(place))) {
                (Some(index), Some(list)) => list.push(index.get()),
                _ => return Err(Failure::new(Exit::Input, format!("{}: index or status", refused()))),
            }
        }
    }

    /// Puts each flag of a unit that was signed again on all its indices; gives the number of such units.
    fn widen(&mut self, labels: &[PathBuf]) -> Result<usize, Failure> {
        let flagged: HashSet<u64> = self.0.iter().flatten().copied().collect();
        let again = issued_indices::of_units_signed_again(labels, &flagged)?;
        let of: HashMap<u64, &Vec<u64>> =
            again.iter().flat_map(|all| all.iter().map(move |index| (*index, all))).collect();
        for list in &mut self.0 {
            let all: Vec<u64> =
                list.iter().filter_map(|index| of.get(index)).flat_map(|all| all.iter().copied()).collect();
            list.extend(all);
        }
        Ok(again.len())
    }

    /// Writes the file whole or not at all; gives the number of flags.
    fn write(&mut self, size: u64, out: &Path) -> Result<usize, Failure> {
        let doing = || format!("cannot write {}", out.display());
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder).or_fail(Exit::System, doing)?;
        let file = tempfile::NamedTempFile::new_in(folder).or_fail(Exit::System, doing)?;
        let writer = BufWriter::with_capacity(1 << 20, file);
        let mut encoder = Encoder::new(writer, size).or_fail(Exit::Input, doing)?;
        let mut count = 0;
        for (flag, list) in Flag::ALL.into_iter().zip(&mut self.0) {
            list.sort_unstable();
            list.dedup();
            count += list.len();
            for index in list.iter() {
                encoder.push(flag, *index).or_fail(Exit::Input, doing)?;
            }
        }
        let mut writer = encoder.finish().or_fail(Exit::System, doing)?;
        writer.flush().or_fail(Exit::System, doing)?;
        let file = writer.into_inner().map_err(|error| Failure::new(Exit::System, error.to_string()))?;
        file.as_file().sync_all().or_fail(Exit::System, doing)?;
        file.persist(out).or_fail(Exit::System, doing)?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use udi_verify::recall::UnitStatusList;

    use super::*;

    fn refused(csv: &str) -> String {
        Flagged::read(csv.as_bytes()).err().unwrap().to_string()
    }

    #[test]
    fn flags_in_any_order_become_the_file_that_answers() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("status/acme.bin");
        let csv = "status,index,note\nused,70000,x\nrecalled,9,\nrecalled,3,\nrecalled,9,again\nstolen,9,\n";
        assert_eq!(Flagged::read(csv.as_bytes()).unwrap().write(100_000, &out).unwrap(), 4);
        let bytes = fs::read(&out).unwrap();
        let list = UnitStatusList::open_unverified(&bytes).unwrap();
        let counts = Flag::ALL.map(|flag| list.members(flag));
        assert_eq!((counts, list.size()), ([2, 1, 1, 0, 0], 100_000));
        let flagged = [(Flag::Recalled, 3), (Flag::Recalled, 9), (Flag::Stolen, 9), (Flag::Used, 70_000)];
        assert!(flagged.into_iter().all(|(flag, index)| list.contains(flag, index).unwrap()));
    }

    #[test]
    fn a_unit_that_was_signed_again_is_flagged_on_every_label() {
        let folder = tempfile::tempdir().unwrap();
        let line = |serial: &str, index: u64| {
            format!("{{\"di\":\"9501234567891\",\"serial\":\"{serial}\",\"index\":{index}}}\n")
        };
        let (first, again) = (folder.path().join("first.jsonl"), folder.path().join("again.jsonl"));
        fs::write(&first, [line("A", 0), line("B", 1), line("C", 2)].concat()).unwrap();
        fs::write(&again, [line("B", 3).replace("\"95", "\"095"), line("D", 4)].concat()).unwrap();
        // The flag may name the old label or the new one.
        for index in [1, 3] {
            let csv = format!("index,status\n{index},stolen\n2,used\n");
            let mut flagged = Flagged::read(csv.as_bytes()).unwrap();
            assert_eq!(flagged.widen(&[first.clone(), again.clone()]).unwrap(), 1);
            let out = folder.path().join("status.bin");
            flagged.write(5, &out).unwrap();
            let bytes = fs::read(&out).unwrap();
            let list = UnitStatusList::open_unverified(&bytes).unwrap();
            let of = |flag| (0..5).filter(|index| list.contains(flag, *index).unwrap()).collect::<Vec<_>>();
            assert_eq!((of(Flag::Stolen), of(Flag::Used)), (vec![1, 3], vec![2]));
        }
    }

    #[test]
    fn a_flag_that_cannot_be_read_is_never_left_out() {
        assert!(refused("index,status\n1,recalled\n2,lost\n").contains("line 3"));
        assert!(refused("index,status\n-1,recalled\n").contains("line 2"));
        assert!(refused("index,status\n68719476736,recalled\n").contains("line 2"));
        assert!(refused("index,status\n1\n").contains("line 2"));
        assert!(refused("serial,status\n1,recalled\n").contains("\"index\""));
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("acme.bin");
        let mut beyond = Flagged::read("index,status\n5,used\n".as_bytes()).unwrap();
        assert_eq!(beyond.write(5, &out).err().unwrap().exit, Exit::Input);
        assert!(!out.exists(), "half a list");
    }
}

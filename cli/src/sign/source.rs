//! Rows of serial records out of CSV or JSON lines, one at a time: a file of any size takes no more memory.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, stdin};
use std::path::Path;

use clap::ValueEnum;
use csv::StringRecord;
use serde::Deserialize;

use super::unit::Unit;
use crate::failure::{Exit, Failure, OrFail};

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Comma-separated values; the first line names the columns.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

/// One row: a unit, or what is wrong with it.
pub(super) struct Row {
    /// Its line in the input, from 1.
    pub(super) line: u64,
    /// The unit.
    pub(super) unit: Result<Unit, String>,
}

/// The rows of an input.
pub(super) type Rows = Box<dyn Iterator<Item = Result<Row, Failure>>>;

/// Which column of an export holds which field: `[columns]` of a TOML file, field = "column".
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnMap {
    columns: HashMap<String, String>,
}

impl ColumnMap {
    /// The map in the file at `path`.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let refused = || format!("cannot read the column map {}", path.display());
        let text = fs::read_to_string(path).or_fail(Exit::System, refused)?;
        toml::from_str(&text).or_fail(Exit::Input, refused)
    }

    /// The header with our names for the mapped columns; columns nobody asked for keep theirs.
    fn rename(&self, header: &StringRecord) -> Result<StringRecord, Failure> {
        for column in self.columns.values() {
            if !header.iter().any(|name| name == column) {
                return Err(Failure::new(Exit::Input, format!("the input has no column {column:?}")));
            }
        }
        let ours =
            |name| self.columns.iter().find(|(_, column)| *column == name).map(|(field, _)| field.as_str());
        Ok(header.iter().map(|name| ours(name).unwrap_or(name)).collect())
    }
}

/// The rows of the file at `path`, or of standard input.
pub(super) fn rows(path: Option<&Path>, format: Format, columns: ColumnMap) -> Result<Rows, Failure> {
    let input: Box<dyn Read> = match path {
        None => Box::new(stdin()),
        Some(path) => {
            Box::new(File::open(path).or_fail(Exit::System, || format!("cannot read {}", path.display()))?)
        }
    };
    match format {
        Format::Csv => csv_rows(input, &columns),
        Format::Jsonl => Ok(Box::new(json_rows(input))),
    }
}

fn csv_rows(input: impl Read + 'static, columns: &ColumnMap) -> Result<Rows, Failure> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(input);
    let header = reader.headers().or_fail(Exit::Input, || "the first line names no columns")?;
    let header = columns.rename(header)?;
    let mut record = StringRecord::new();
    Ok(Box::new(std::iter::from_fn(move || {
        let line = reader.position().line();
        let unit = match reader.read_record(&mut record) {
            Ok(false) => return None,
            Ok(true) => record.deserialize(Some(&header)).map_err(|error| error.to_string()),
            Err(error) if error.is_io_error() => return Some(Err(unreadable(&error))),
            Err(error) => Err(error.to_string()),
        };
        Some(Ok(Row { line, unit }))
    })))
}

fn json_rows(input: impl Read) -> impl Iterator<Item = Result<Row, Failure>> {
    BufReader::new(input).lines().zip(1..).map(|(text, line)| {
        let text = text.map_err(|error| unreadable(&error))?;
        Ok(Row { line, unit: serde_json::from_str(&text).map_err(|error| error.to_string()) })
    })
}

fn unreadable(error: &dyn std::error::Error) -> Failure {
    Failure::new(Exit::System, format!("cannot read the records: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(rows: Rows) -> Vec<(u64, Result<String, String>)> {
        rows.map(|row| row.unwrap()).map(|row| (row.line, row.unit.map(|unit| unit.serial))).collect()
    }

    #[test]
    fn columns_of_an_export_are_found_by_their_names() {
        let columns: ColumnMap =
            toml::from_str("[columns]\ndi = \"产品标识\"\nserial = \"序列号\"\nlot = \"批号\"").unwrap();
        let csv = "批号,产品标识,序列号\nL1,09501234567891,S1\nL2,09501234567891\nL3,09501234567891,S3\n";
        let found = units(csv_rows(csv.as_bytes(), &columns).unwrap());
        assert_eq!(found.len(), 3);
        assert_eq!(found[0], (2, Ok("S1".to_owned())));
        assert!(found[1].1.is_err(), "a short row is a bad row, not the end");
        assert_eq!(found[2], (4, Ok("S3".to_owned())));
    }

    #[test]
    fn a_mapped_column_that_is_missing_stops_the_run() {
        let columns: ColumnMap = toml::from_str("[columns]\ndi = \"GTIN\"").unwrap();
        assert_eq!(csv_rows("di,serial\n".as_bytes(), &columns).err().unwrap().exit, Exit::Input);
    }

    #[test]
    fn json_lines_are_rows() {
        let found = units(Box::new(json_rows("{\"di\":\"1\",\"serial\":\"S\"}\n{oops\n".as_bytes())));
        assert_eq!(found[0], (1, Ok("S".to_owned())));
        assert_eq!(found[1].0, 2);
        assert!(found[1].1.is_err());
    }
}

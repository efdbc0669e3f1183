//! Rows of serial records out of CSV, JSON lines or Parquet, one at a time: a file of any size takes no more
//! memory.

mod columns;
mod delimited;
mod json_lines;
#[cfg(feature = "parquet")]
mod parquet;

use std::fs::File;
use std::io::{self, Read, stdin};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::ValueEnum;

pub(super) use columns::ColumnMap;

use super::unit::Unit;
use crate::failure::{Exit, Failure, OrFail};

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Comma-separated values; the first line names the columns.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// Apache Parquet; not from standard input.
    Parquet,
}

/// One row: a unit, or what is wrong with it.
pub(super) struct Row {
    /// Its line in the input, from 1; in Parquet, its number.
    pub(super) line: u64,
    /// The unit.
    pub(super) unit: Result<Unit, String>,
}

/// Rows, one after the other.
type RowIterator = Box<dyn Iterator<Item = Result<Row, Failure>> + Send>;

/// The rows of an input.
pub(super) struct Rows {
    rows: RowIterator,
    position: Position,
}

/// How far an input was read; to be asked from any thread.
#[derive(Debug, Clone, Default)]
pub(super) struct Position {
    read: Arc<AtomicU64>,
    /// In the same unit as `read`, bytes or rows; `None` where the end is not known.
    whole: Option<u64>,
}

impl Position {
    /// The part that was read, 0 to 1.
    pub(super) fn share(&self) -> Option<f64> {
        let whole = self.whole.filter(|whole| *whole > 0)?;
        Some((self.read.load(Ordering::Relaxed) as f64 / whole as f64).min(1.0))
    }
}

impl Rows {
    /// How far they were read.
    pub(super) fn position(&self) -> Position {
        self.position.clone()
    }
}

impl Iterator for Rows {
    type Item = Result<Row, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next()
    }
}

/// The format that a file's name tells, unless one is named.
pub(super) fn format_of(path: Option<&Path>, named: Option<Format>) -> Format {
    let extension = path.and_then(Path::extension).and_then(|extension| extension.to_str());
    match (named, extension) {
        (Some(format), _) => format,
        (None, Some("jsonl" | "ndjson" | "json")) => Format::Jsonl,
        (None, Some("parquet")) => Format::Parquet,
        (None, _) => Format::Csv,
    }
}

/// The rows of the file at `path`, or of standard input.
pub(super) fn rows(path: Option<&Path>, format: Format, columns: &ColumnMap) -> Result<Rows, Failure> {
    let unreadable = |path: &Path| format!("cannot read {}", path.display());
    let file = path.map(|path| File::open(path).or_fail(Exit::System, || unreadable(path))).transpose()?;
    if format == Format::Parquet {
        return parquet_rows(file, columns);
    }
    let whole = file.as_ref().and_then(|file| file.metadata().ok()).map(|metadata| metadata.len());
    let position = Position { read: Arc::default(), whole };
    let input: Box<dyn Read + Send> = match file {
        Some(file) => Box::new(file),
        None => Box::new(stdin()),
    };
    let input = Counted { input, read: Arc::clone(&position.read) };
    let rows = match format {
        Format::Csv => delimited::rows(input, columns)?,
        Format::Jsonl | Format::Parquet => json_lines::rows(input, columns),
    };
    Ok(Rows { rows, position })
}

#[cfg(feature = "parquet")]
fn parquet_rows(file: Option<File>, columns: &ColumnMap) -> Result<Rows, Failure> {
    let words = "Parquet is read from its end: give a file, not standard input";
    let file = file.ok_or_else(|| Failure::new(Exit::Input, words))?;
    let position = Position::default();
    let (rows, whole) = parquet::rows(file, columns, Arc::clone(&position.read))?;
    Ok(Rows { rows, position: Position { whole: Some(whole), ..position } })
}

#[cfg(not(feature = "parquet"))]
fn parquet_rows(_file: Option<File>, _columns: &ColumnMap) -> Result<Rows, Failure> {
    Err(Failure::new(Exit::Input, "this tool was built without Parquet"))
}

/// Counts the bytes that were read.
struct Counted<R> {
    input: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

fn unreadable(error: &dyn std::error::Error) -> Failure {
    Failure::new(Exit::System, format!("cannot read the records: {error}"))
}

#[cfg(test)]
mod tests;

//! Rows of CSV.

use std::io::Read;

use csv::{ByteRecord, ErrorKind, ReaderBuilder};

use super::{ColumnMap, Row, RowIterator, unreadable};
use crate::failure::{Exit, Failure, OrFail};

/// The rows behind the header. A row that is no row of the table is a bad row, not the end.
pub(super) fn rows(input: impl Read + Send + 'static, map: &ColumnMap) -> Result<RowIterator, Failure> {
    let mut reader =
        ReaderBuilder::new().delimiter(map.delimiter()?).buffer_capacity(256 << 10).from_reader(input);
    let header = reader.headers().or_fail(Exit::Input, || "the first line names no columns")?;
    // Spreadsheets put a byte order mark in front of UTF-8.
    let columns = map.find(header.iter().map(|name| name.trim_start_matches('\u{feff}')))?;
    let mut record = ByteRecord::new();
    Ok(Box::new(std::iter::from_fn(move || {
        let line = reader.position().line();
        let unit = match reader.read_byte_record(&mut record) {
            Ok(false) => return None,
            Ok(true) => columns.unit(|place| match record.get(place).map(std::str::from_utf8) {
                Some(Err(_)) => Err("the row is not UTF-8".to_owned()),
                cell => Ok(cell.and_then(Result::ok)),
            }),
            Err(error) if error.is_io_error() => return Some(Err(unreadable(&error))),
            Err(error) => Err(reason(&error)),
        };
        Some(Ok(Row { line, unit }))
    })))
}

fn reason(error: &csv::Error) -> String {
    match error.kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} fields, the header {expected_len}")
        }
        _ => error.to_string(),
    }
}

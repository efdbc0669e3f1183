//! Rows of Apache Parquet.
//!
//! The library panics at some files that are broken in what they say of themselves; such a file is refused like any
//! other that cannot be read.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::Field;
use ::parquet::record::reader::RowIter;
use ::parquet::schema::types::Type;
use jiff::civil::Date;
use jiff::{Span, Timestamp};

use super::columns::Columns;
use super::{ColumnMap, Row, RowIterator};
use crate::failure::{Exit, Failure, OrFail};

/// The rows of a file and how many it says there are. Only the columns that are asked for are read.
pub(super) fn rows(file: File, map: &ColumnMap, read: Arc<AtomicU64>) -> Result<(RowIterator, u64), Failure> {
    let refused = || REFUSED;
    let reader = unless_broken(|| SerializedFileReader::new(file).or_fail(Exit::Input, refused))?;
    let metadata = reader.metadata().file_metadata();
    let count = u64::try_from(metadata.num_rows()).unwrap_or(0);
    let schema = metadata.schema();
    let all = map.find(schema.get_fields().iter().map(|field| field.name()))?;
    let read_fields = all
        .positions()
        .into_iter()
        .filter_map(|position| schema.get_fields().get(position).cloned())
        .collect::<Vec<_>>();
    let columns = map.find(read_fields.iter().map(|field| field.name()))?;
    let projection = Type::group_type_builder(schema.name()).with_fields(read_fields).build();
    let projection = projection.or_fail(Exit::Input, refused)?;
    let mut rows = unless_broken(|| {
        RowIter::from_file_into(Box::new(reader)).project(Some(projection)).or_fail(Exit::Input, refused)
    })?;
    let mut line = 0;
    let rows = std::iter::from_fn(move || {
        line += 1;
        let row = match unless_broken(|| rows.next().transpose().or_fail(Exit::Input, || REFUSED)) {
            Ok(row) => row?,
            Err(failure) => return Some(Err(Failure::new(failure.exit, format!("{failure}, row {line}")))),
        };
        read.fetch_add(1, Ordering::Relaxed);
        let cells: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
        Some(Ok(Row { line, unit: unit(&columns, &cells) }))
    });
    Ok((Box::new(rows), count))
}

const REFUSED: &str = "cannot read the Parquet file";

/// What `read` gives; a failure where the library panics. What it was reading from is used no more then.
fn unless_broken<T>(read: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Failure::new(Exit::Input, format!("{REFUSED}: it is broken"))))
}

fn unit(columns: &Columns, cells: &[&Field]) -> Result<crate::sign::Unit, String> {
    columns.unit(|place| cells.get(place).map_or(Ok(None), |cell| text(cell)))
}

/// A cell as a table would show it.
fn text(cell: &Field) -> Result<Option<String>, String> {
    Ok(Some(match cell {
        Field::Null => return Ok(None),
        Field::Str(text) => text.clone(),
        Field::Byte(number) => number.to_string(),
        Field::Short(number) => number.to_string(),
        Field::Int(number) => number.to_string(),
        Field::Long(number) => number.to_string(),
        Field::UByte(number) => number.to_string(),
        Field::UShort(number) => number.to_string(),
        Field::UInt(number) => number.to_string(),
        Field::ULong(number) => number.to_string(),
        Field::Date(days) => {
            let span = Span::new().try_days(*days);
            let date = span.and_then(|span| Date::constant(1970, 1, 1).checked_add(span));
            date.map_err(|_| "a date is out of range".to_owned())?.to_string()
        }
        Field::TimestampMillis(millis) => day(Timestamp::from_millisecond(*millis))?,
        Field::TimestampMicros(micros) => day(Timestamp::from_microsecond(*micros))?,
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => text.to_owned(),
            Err(_) => return Err("a cell is not UTF-8".to_owned()),
        },
        _ => return Err("a cell is neither text, whole number nor date".to_owned()),
    }))
}

fn day(instant: Result<Timestamp, jiff::Error>) -> Result<String, String> {
    Ok(crate::clock::day(instant.map_err(|_| "a date is out of range".to_owned())?).to_string())
}

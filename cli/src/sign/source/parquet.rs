//! Rows of Apache Parquet.

use std::fs::File;
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
    let refused = || "cannot read the Parquet file";
    let reader = SerializedFileReader::new(file).or_fail(Exit::Input, refused)?;
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
    let rows =
        RowIter::from_file_into(Box::new(reader)).project(Some(projection)).or_fail(Exit::Input, refused)?;
    let rows = rows.zip(1..).map(move |(row, line)| {
        read.fetch_add(1, Ordering::Relaxed);
        let row = row.or_fail(Exit::Input, || format!("cannot read row {line}"))?;
        let cells: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
        Ok(Row { line, unit: unit(&columns, &cells) })
    });
    Ok((Box::new(rows), count))
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
            let date = Date::constant(1970, 1, 1).checked_add(Span::new().days(*days));
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

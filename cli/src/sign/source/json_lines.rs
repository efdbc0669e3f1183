//! Rows of JSON lines.

use std::io::{BufRead, BufReader, Read};

use serde_json::{Map, Value};

use super::{ColumnMap, Row, RowIterator, columns, unreadable};

/// Longest line read, in bytes; a longer one is a bad row.
const MAX_LINE: u64 = 64 << 10;

/// One row a line; an empty line is none.
pub(super) fn rows(input: impl Read + Send + 'static, map: &ColumnMap) -> RowIterator {
    let names = map.names().map(str::to_owned);
    let mut reader = BufReader::with_capacity(256 << 10, input);
    let (mut line, mut text) = (0, Vec::new());
    Box::new(std::iter::from_fn(move || {
        loop {
            text.clear();
            line += 1;
            match read_line(&mut reader, &mut text) {
                Ok(false) => return None,
                Ok(true) if text.iter().all(u8::is_ascii_whitespace) => {}
                Ok(true) => return Some(Ok(Row { line, unit: unit(&text, &names) })),
                Err(error) => return Some(Err(unreadable(&error))),
            }
        }
    }))
}

/// Reads a line, and no more of it than is allowed plus one byte; `false` at the end.
fn read_line(reader: &mut impl BufRead, text: &mut Vec<u8>) -> std::io::Result<bool> {
    let read = reader.by_ref().take(MAX_LINE + 1).read_until(b'\n', text)?;
    if text.len() as u64 > MAX_LINE && !text.ends_with(b"\n") {
        reader.skip_until(b'\n')?;
    }
    Ok(read > 0)
}

fn unit(text: &[u8], names: &[String]) -> Result<crate::sign::Unit, String> {
    if text.len() as u64 > MAX_LINE {
        return Err(format!("the line is longer than {MAX_LINE} bytes"));
    }
    let object: Map<String, Value> = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    columns::unit(|field| match names.get(field).and_then(|name| object.get(name)) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) if number.is_u64() => Ok(Some(number.to_string())),
        Some(_) => Err(format!("{:?} is neither text nor a whole number", names.get(field))),
    })
}

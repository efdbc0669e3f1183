//! Records as three formats write them.

use super::*;

fn units(rows: RowIterator) -> Vec<(u64, Result<String, String>)> {
    rows.map(|row| row.unwrap()).map(|row| (row.line, row.unit.map(|unit| unit.serial))).collect()
}

fn map(text: &str) -> ColumnMap {
    toml::from_str(text).unwrap()
}

#[test]
fn columns_of_an_export_are_found_by_their_names_and_others_passed_over() {
    let columns = map("[columns]\ndi = \"产品标识\"\nserial = \"序列号\"\nlot = \"批号\"");
    let csv = "批号,产品标识,序列号,plant\nL1,09501234567891, S1 ,x\nL2,09501234567891\nL3,09501234567891,S3,\n\
               L4,09501234567891,,\n";
    let found = units(delimited::rows(csv.as_bytes(), &columns).unwrap());
    assert_eq!(found.len(), 4);
    assert_eq!(found[0], (2, Ok("S1".to_owned())));
    assert!(found[1].1.as_ref().unwrap_err().contains("2 fields"), "a short row is a bad row, not the end");
    assert_eq!(found[2], (4, Ok("S3".to_owned())));
    assert_eq!(found[3], (5, Err("the row has no serial".to_owned())));
}

#[test]
fn spreadsheets_write_byte_order_marks_and_semicolons() {
    let columns = map("[csv]\ndelimiter = \";\"");
    let found = units(delimited::rows("\u{feff}di;serial\n1;S1\n".as_bytes(), &columns).unwrap());
    assert_eq!(found, [(2, Ok("S1".to_owned()))]);
}

#[test]
fn bytes_that_are_not_utf8_cost_their_row() {
    let found = units(delimited::rows(&b"di,serial\n1,\xb2\n1,S2\n"[..], &ColumnMap::default()).unwrap());
    assert_eq!(found[0], (2, Err("the row is not UTF-8".to_owned())));
    assert_eq!(found[1], (3, Ok("S2".to_owned())));
}

#[test]
fn a_column_that_is_missing_stops_the_run() {
    let refused = |map: &ColumnMap, csv: &'static str| {
        let failure = delimited::rows(csv.as_bytes(), map).err().unwrap();
        assert_eq!(failure.exit, Exit::Input);
        failure.to_string()
    };
    assert!(refused(&map("[columns]\ndi = \"GTIN\""), "di,serial\n").contains("\"GTIN\""));
    assert!(refused(&ColumnMap::default(), "di,lot\n").contains("serial"));
    assert!(toml::from_str::<ColumnMap>("[columns]\nserials = \"S\"").is_err(), "a field of no record");
}

#[test]
fn json_lines_are_rows() {
    let text = "{\"GTIN\":\"1\",\"serial\":\"S\"}\n\n{oops\n{\"GTIN\":1,\"serial\":7,\"more\":[]}\n\
                {\"GTIN\":\"1\",\"serial\":[]}\n";
    let found = units(json_lines::rows(text.as_bytes(), &map("[columns]\ndi = \"GTIN\"")));
    assert_eq!(found[0], (1, Ok("S".to_owned())));
    assert!(found[1].0 == 3 && found[1].1.is_err());
    assert_eq!(found[2], (4, Ok("7".to_owned())));
    assert!(found[3].1.is_err());
}

#[test]
fn a_line_without_end_takes_no_memory() {
    let endless = std::io::repeat(b' ').take(1 << 20).chain(&b"\n{\"di\":\"1\",\"serial\":\"S\"}"[..]);
    let found = units(json_lines::rows(endless, &ColumnMap::default()));
    assert_eq!(found.last().unwrap().1, Ok("S".to_owned()));
}

/// Two rows in Parquet.
#[cfg(feature = "parquet")]
fn parquet_file() -> File {
    use ::parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
    use ::parquet::file::writer::SerializedFileWriter;
    use ::parquet::schema::parser::parse_message_type;

    let schema = "message export { required binary 批号 (UTF8); required binary 产品标识 (UTF8); \
                  required int64 序列号; optional int32 有效期 (DATE); required binary plant (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let file = tempfile::tempfile().unwrap();
    let mut writer = SerializedFileWriter::new(file.try_clone().unwrap(), schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let bytes = |texts: [&str; 2]| texts.map(|text| ByteArray::from(text.as_bytes().to_vec()));
    for texts in [["L1", "L2"], ["09501234567891"; 2]] {
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&bytes(texts), None, None).unwrap();
        column.close().unwrap();
    }
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int64Type>().write_batch(&[7, 8], None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int32Type>().write_batch(&[20_849], Some(&[1, 0]), None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&bytes(["x", "y"]), None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    file
}

#[cfg(feature = "parquet")]
fn parquet_columns() -> ColumnMap {
    map("[columns]\ndi = \"产品标识\"\nserial = \"序列号\"\nlot = \"批号\"\nexpiry = \"有效期\"")
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_gives_the_rows_that_csv_gives() {
    let columns = parquet_columns();
    let (rows, count) = parquet::rows(parquet_file(), &columns, Arc::default()).unwrap();
    let from_parquet: Vec<_> = rows.map(|row| row.unwrap().unit.unwrap()).collect();
    let csv = "批号,产品标识,序列号,有效期\nL1,09501234567891,7,2027-01-31\nL2,09501234567891,8,\n";
    let from_csv: Vec<_> =
        delimited::rows(csv.as_bytes(), &columns).unwrap().map(|row| row.unwrap().unit.unwrap()).collect();
    assert_eq!((from_parquet, count), (from_csv, 2));
}

#[cfg(feature = "parquet")]
#[test]
fn a_file_that_is_no_parquet_is_refused() {
    use std::io::Write;
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"PAR1 or not").unwrap();
    assert_eq!(parquet::rows(file, &ColumnMap::default(), Arc::default()).err().unwrap().exit, Exit::Input);
}

/// Every byte changed in three ways, and every beginning: an answer each time, rows or words, and no end of rows.
#[cfg(feature = "parquet")]
#[test]
fn broken_parquet_is_refused_in_words_or_read_and_nothing_else() {
    use std::io::{Read, Seek, SeekFrom, Write};

    let mut whole = Vec::new();
    let mut file = parquet_file();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.read_to_end(&mut whole).unwrap();
    let answer = |bytes: &[u8]| -> Result<usize, Failure> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let (rows, _) = parquet::rows(file, &parquet_columns(), Arc::default())?;
        let mut count = 0;
        for row in rows.take(10_000) {
            row?;
            count += 1;
        }
        Ok(count)
    };
    assert_eq!(answer(&whole).unwrap(), 2);
    let mut refused = 0;
    for at in 0..whole.len() {
        for bits in [0x01, 0x80, 0xff] {
            let mut broken = whole.clone();
            broken[at] ^= bits;
            match answer(&broken) {
                Ok(count) => assert!(count < 10_000, "byte {at} ^ {bits:02x}: rows without end"),
                Err(failure) => {
                    assert_eq!(failure.exit, Exit::Input, "{failure}");
                    refused += 1;
                }
            }
        }
        assert_eq!(answer(&whole[..at]).err().unwrap().exit, Exit::Input, "the first {at} bytes");
    }
    assert!(refused > whole.len(), "{refused} of {}", 3 * whole.len());
}

//! Which column of an export holds which field.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::failure::{Exit, Failure, OrFail};
use crate::sign::unit::Unit;

/// The fields of a record, in the order of [`Columns`].
const FIELDS: [&str; 7] = ["di", "serial", "lot", "expiry", "manufactured", "additional_id", "index"];
/// Without these no unit is named.
const REQUIRED: [&str; 2] = ["di", "serial"];

/// A map from fields to columns: a TOML file with `[columns]`, then field = "column". A field it does not
/// name has the column of its own name, if there is one. Other columns are passed over.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sign) struct ColumnMap {
    #[serde(default)]
    columns: Names,
    #[serde(default)]
    csv: CsvOptions,
}

/// `[csv]`: how the export writes its rows.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CsvOptions {
    /// One ASCII character between two cells; a comma if left out.
    delimiter: Option<char>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    di: Option<String>,
    serial: Option<String>,
    lot: Option<String>,
    expiry: Option<String>,
    manufactured: Option<String>,
    additional_id: Option<String>,
    index: Option<String>,
}

/// Where each field is: a position in every row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns([Option<usize>; FIELDS.len()]);

impl ColumnMap {
    /// The map in the file at `path`.
    pub(in crate::sign) fn read(path: &Path) -> Result<Self, Failure> {
        let refused = || format!("cannot read the column map {}", path.display());
        let text = fs::read_to_string(path).or_fail(Exit::System, refused)?;
        toml::from_str(&text).or_fail(Exit::Input, refused)
    }

    /// What separates the cells of a CSV row.
    pub(super) fn delimiter(&self) -> Result<u8, Failure> {
        u8::try_from(self.csv.delimiter.unwrap_or(','))
            .ok()
            .filter(u8::is_ascii)
            .ok_or_else(|| Failure::new(Exit::Input, "the delimiter is one ASCII character"))
    }

    fn mapped(&self) -> [Option<&str>; FIELDS.len()] {
        let Names { di, serial, lot, expiry, manufactured, additional_id, index } = &self.columns;
        [di, serial, lot, expiry, manufactured, additional_id, index].map(Option::as_deref)
    }

    /// The name of each field's column.
    pub(super) fn names(&self) -> [&str; FIELDS.len()] {
        let mut names = FIELDS;
        for (name, mapped) in names.iter_mut().zip(self.mapped()) {
            *name = mapped.unwrap_or(name);
        }
        names
    }

    /// Finds the columns in a header; a column that is mapped or required must be there.
    pub(super) fn find<'h>(&self, header: impl Iterator<Item = &'h str> + Clone) -> Result<Columns, Failure> {
        let mut found = [None; FIELDS.len()];
        let wanted = FIELDS.iter().zip(self.mapped()).zip(self.names());
        for (place, ((field, mapped), column)) in found.iter_mut().zip(wanted) {
            *place = header.clone().position(|name| name.trim() == column);
            if place.is_none() && (mapped.is_some() || REQUIRED.contains(field)) {
                let words = format!("the records have no column {column:?} for {field}");
                return Err(Failure::new(Exit::Input, words));
            }
        }
        Ok(Columns(found))
    }
}

impl Columns {
    /// The positions that are read, rising.
    #[cfg(feature = "parquet")]
    pub(super) fn positions(&self) -> Vec<usize> {
        let mut positions: Vec<_> = self.0.iter().flatten().copied().collect();
        positions.sort_unstable();
        positions.dedup();
        positions
    }

    /// The unit in a row whose cells `cell` gives.
    pub(super) fn unit<T: AsRef<str>>(
        &self,
        cell: impl Fn(usize) -> Result<Option<T>, String>,
    ) -> Result<Unit, String> {
        unit(|field| self.0.get(field).copied().flatten().map_or(Ok(None), &cell))
    }
}

/// The unit whose fields `value` gives, by their place in [`FIELDS`]. An empty cell says nothing.
pub(super) fn unit<T: AsRef<str>>(
    value: impl Fn(usize) -> Result<Option<T>, String>,
) -> Result<Unit, String> {
    let text = |field| {
        let cell = value(field)?;
        let text = cell.as_ref().map(|cell| cell.as_ref().trim()).filter(|text| !text.is_empty());
        Ok::<_, String>(text.map(str::to_owned))
    };
    let required = |field: usize| {
        text(field)?.ok_or_else(|| format!("the row has no {}", FIELDS.get(field).unwrap_or(&"field")))
    };
    let index = match text(6)? {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| format!("the index {text:?} is no whole number"))?),
    };
    Ok(Unit {
        di: required(0)?,
        serial: required(1)?,
        lot: text(2)?,
        expiry: text(3)?,
        manufactured: text(4)?,
        additional_id: text(5)?,
        index,
    })
}

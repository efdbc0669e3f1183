//! Recall rules from comma-separated values: a list as a recall manager keeps it, a row for each lot or serial.
//!
//! Rows of one notice and one product that name lots only, or serials only, become one rule; a row that names
//! a lot *and* a serial is a rule of its own, since both must hold. A list with a bad row is refused as a
//! whole: a row left out would be a unit that is not recalled.

use std::collections::BTreeMap;
use std::io::Read;

use jiff::civil::Date;
use serde::Deserialize;
use udi_verify::recall::{Action, Match, Order, Range, Rule};
use udi_verify::udi::Agency;

use crate::failure::{Exit, Failure};

/// One row; every column but `id` and `authority` may be absent or empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Row {
    /// The authority's number of the recall.
    id: String,
    /// Who published it.
    authority: String,
    class: String,
    /// `do_not_use` (if empty), `return`, `destroy`, `correct`, `inspect`, `read_notice`.
    action: String,
    reason: String,
    /// Link to the notice.
    source: String,
    /// `YYYY-MM-DD`.
    source_date: String,
    /// `GS1` (if empty), `HIBCC`, `ICCBBA`, `IFA`, `MA`, `AHM`.
    agency: String,
    /// Device identifier.
    di: String,
    /// Catalogue number, where no device identifier is known.
    catalogue: String,
    lot: String,
    lot_from: String,
    lot_to: String,
    serial: String,
    serial_from: String,
    serial_to: String,
    /// `yes`: every unit of the product.
    all: String,
    /// `yes`: the notice must be read; no condition can be stated.
    text_only: String,
}

/// Most rows named in a refusal.
const MAX_NAMED: usize = 20;

/// The rules of a list.
pub(super) fn rules(input: impl Read, otherwise: Date) -> Result<Vec<Rule>, Failure> {
    // Cells of spreadsheets come with blanks around them, no-break spaces among them.
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(input);
    let mut merged: BTreeMap<String, Rule> = BTreeMap::new();
    let mut refused = Vec::new();
    for (place, row) in reader.deserialize::<Row>().enumerate() {
        // The header is line 1.
        let line = place + 2;
        let rule = row.map_err(|error| error.to_string()).and_then(|row| row.rule(otherwise));
        match rule {
            Ok(rule) => merge(&mut merged, line, rule),
            Err(why) => refused.push(format!("line {line}: {why}")),
        }
    }
    if refused.is_empty() {
        return Ok(merged.into_values().collect());
    }
    let named = refused.iter().take(MAX_NAMED).cloned().collect::<Vec<_>>().join("\n");
    let words = format!("{} rows cannot be read, so nothing is imported:\n{named}", refused.len());
    Err(Failure::new(Exit::Input, words))
}

impl Row {
    fn rule(&self, otherwise: Date) -> Result<Rule, String> {
        let source_date = match clean(&self.source_date) {
            None => otherwise,
            Some(text) => text.parse().map_err(|_| format!("source_date {text:?} is no date YYYY-MM-DD"))?,
        };
        let units = Match {
            agency: clean(&self.agency).map(|name| named::<Agency>("agency", &name)).transpose()?,
            di: clean(&self.di),
            catalogue: clean(&self.catalogue),
            all: yes("all", &self.all)?,
            text_only: yes("text_only", &self.text_only)?,
            lots: clean(&self.lot).into_iter().collect(),
            lot_ranges: range("lot", &self.lot_from, &self.lot_to)?.into_iter().collect(),
            serials: clean(&self.serial).into_iter().collect(),
            serial_ranges: range("serial", &self.serial_from, &self.serial_to)?.into_iter().collect(),
            ..Match::default()
        };
        let action = clean(&self.action).unwrap_or_else(|| "do_not_use".to_owned());
        let rule = Rule {
            id: clean(&self.id).ok_or("the column id is empty")?,
            authority: clean(&self.authority).ok_or("the column authority is empty")?,
            class: clean(&self.class).unwrap_or_default(),
            action: named::<Action>("action", &action)?,
            reason: clean(&self.reason).unwrap_or_default(),
            source: clean(&self.source).unwrap_or_default(),
            source_date,
            units,
        };
        rule.check().map_err(|error| error.problem.to_owned())?;
        Ok(rule)
    }
}

/// A cell without blanks around it, U+00A0 among them; `None` where nothing is left.
fn clean(cell: &str) -> Option<String> {
    let text = cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}' || c == '\u{feff}');
    (!text.is_empty()).then(|| text.to_owned())
}

fn named<T: serde::de::DeserializeOwned>(column: &str, name: &str) -> Result<T, String> {
    serde_json::from_value(name.into()).map_err(|_| format!("{column} has no value {name:?}"))
}

fn yes(column: &str, cell: &str) -> Result<bool, String> {
    match cell.trim().to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" | "x" => Ok(true),
        "" | "no" | "false" | "0" => Ok(false),
        other => Err(format!("{column} is yes or empty, not {other:?}")),
    }
}

/// Both ends or none: digits as numbers, else ends of one length compared character by character.
fn range(what: &str, from: &str, to: &str) -> Result<Option<Range>, String> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match (clean(from), clean(to)) {
        (None, None) => Ok(None),
        (Some(from), Some(to)) if digits(&from) && digits(&to) => {
            Ok(Some(Range { from, to, order: Order::Numeric }))
        }
        (Some(from), Some(to)) if from.len() == to.len() => {
            Ok(Some(Range { from, to, order: Order::FixedWidth }))
        }
        (Some(from), Some(to)) => Err(format!("{what}s from {from} to {to} have no certain order")),
        _ => Err(format!("{what}_from and {what}_to must both be given")),
    }
}

/// Adds a row's rule to the one of its notice and product that has conditions of the same kind.
fn merge(merged: &mut BTreeMap<String, Rule>, line: usize, rule: Rule) {
    let units = &rule.units;
    let lots = !units.lots.is_empty() || !units.lot_ranges.is_empty();
    let serials = !units.serials.is_empty() || !units.serial_ranges.is_empty();
    let kind = match (lots, serials) {
        (true, false) => "lots".to_owned(),
        (false, true) => "serials".to_owned(),
        _ => format!("line {line:08}"),
    };
    let shared = Rule { units: Match::default(), ..rule.clone() };
    let product = (&units.agency, &units.di, &units.catalogue);
    let key = format!("{} {product:?} {kind} {shared:?}", rule.id);
    let Some(known) = merged.get_mut(&key) else {
        merged.insert(key, rule);
        return;
    };
    let new = |list: &[String], values: Vec<String>| -> Vec<String> {
        values.into_iter().filter(|value| !list.contains(value)).collect()
    };
    let (lots, serials) =
        (new(&known.units.lots, rule.units.lots), new(&known.units.serials, rule.units.serials));
    known.units.lots.extend(lots);
    known.units.serials.extend(serials);
    known.units.lot_ranges.extend(rule.units.lot_ranges);
    known.units.serial_ranges.extend(rule.units.serial_ranges);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Rule>, Failure> {
        rules(text.as_bytes(), Date::constant(2026, 11, 22))
    }

    #[test]
    fn rows_of_one_notice_and_product_become_one_rule() {
        let list = "id,authority,di,lot,serial,lot_from,lot_to\n\
                    N-1,Maker,09501234567891, 00123\u{a0},,,\n\
                    N-1,Maker,09501234567891,1E5,,,\n\
                    N-1,Maker,09501234567891,,,1000,1999\n\
                    N-1,Maker,09501234567891,,0007,,\n\
                    N-1,Maker,09501234567891,L9,S1,,\n";
        let rules = read(list).unwrap();
        assert_eq!(rules.len(), 3);
        let lots = rules.iter().find(|rule| rule.units.lots.len() == 2).unwrap();
        assert_eq!(lots.units.lots, ["00123", "1E5"], "never numbers");
        assert_eq!(lots.units.lot_ranges.len(), 1);
        assert!(rules.iter().any(|rule| rule.units.serials == ["0007"] && rule.units.lots.is_empty()));
        assert!(rules.iter().any(|rule| rule.units.serials == ["S1"] && rule.units.lots == ["L9"]));
    }

    #[test]
    fn a_bad_row_refuses_the_list_and_is_named() {
        for (row, why) in [
            (",Maker,09501234567891,L1", "the column id is empty"),
            ("N-1,Maker,09501234567892,L1", "check digit"),
            ("N-1,Maker,09501234567891,", "exactly one of all"),
        ] {
            let failure =
                read(&format!("id,authority,di,lot\nN-0,Maker,09501234567891,L0\n{row}\n")).unwrap_err();
            assert_eq!(failure.exit, Exit::Input);
            let words = failure.to_string();
            assert!(words.contains("line 3") && words.contains(why), "{words}");
        }
        assert!(read("id,authority,di,lots\nN,M,09501234567891,L\n").is_err(), "an unknown column is no lot");
    }
}

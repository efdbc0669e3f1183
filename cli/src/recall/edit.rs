//! `udi recall edit`: another state of a rule, with the earlier one kept.

use jiff::civil::Date;
use udi_verify::recall::{DateRange, Range, Rule};

use super::new_rule::{ActionName, numeric_range};

/// What changes in a rule.
#[derive(clap::Args)]
pub(crate) struct Edit {
    /// The notice's number.
    pub(super) id: String,
    /// Which rule of the notice, as `list` numbers them; needed where there are several.
    #[arg(long, value_name = "N")]
    pub(super) number: Option<usize>,
    /// Why it changes; kept with the rule.
    #[arg(long)]
    pub(super) because: String,
    /// How many units the notice states.
    #[arg(long, value_name = "UNITS")]
    pub(super) quantity: Option<u64>,
    /// The authority's class, in its own words.
    #[arg(long)]
    class: Option<String>,
    /// What the notice asks for.
    #[arg(long, value_enum)]
    action: Option<ActionName>,
    /// Why, in the notice's words.
    #[arg(long)]
    reason: Option<String>,
    /// Link to the notice.
    #[arg(long)]
    source: Option<String>,
    /// Date of the source's data.
    #[arg(long, value_name = "YYYY-MM-DD")]
    source_date: Option<Date>,
    /// A lot more; repeatable.
    #[arg(long, value_name = "LOT")]
    add_lot: Vec<String>,
    /// A lot less; repeatable.
    #[arg(long, value_name = "LOT")]
    remove_lot: Vec<String>,
    /// A serial more; repeatable.
    #[arg(long, value_name = "SERIAL")]
    add_serial: Vec<String>,
    /// A serial less; repeatable.
    #[arg(long, value_name = "SERIAL")]
    remove_serial: Vec<String>,
    /// A range of numeric lots more; repeatable.
    #[arg(long, value_parser = numeric_range, value_name = "FROM..TO")]
    add_lot_range: Vec<Range>,
    /// A range of lots less; repeatable.
    #[arg(long, value_parser = numeric_range, value_name = "FROM..TO")]
    remove_lot_range: Vec<Range>,
    /// A range of numeric serials more; repeatable.
    #[arg(long, value_parser = numeric_range, value_name = "FROM..TO")]
    add_serial_range: Vec<Range>,
    /// A range of serials less; repeatable.
    #[arg(long, value_parser = numeric_range, value_name = "FROM..TO")]
    remove_serial_range: Vec<Range>,
    /// Manufactured on or after this day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    manufactured_from: Option<Date>,
    /// Manufactured on or before this day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    manufactured_to: Option<Date>,
}

impl Edit {
    /// The rule with the changes; or which value to remove is not there.
    pub(super) fn apply(&self, rule: &Rule) -> Result<Rule, String> {
        let mut rule = rule.clone();
        rule.class = self.class.clone().unwrap_or(rule.class);
        rule.action = self.action.map_or(rule.action, Into::into);
        rule.reason = self.reason.clone().unwrap_or(rule.reason);
        rule.source = self.source.clone().unwrap_or(rule.source);
        rule.source_date = self.source_date.unwrap_or(rule.source_date);
        let units = &mut rule.units;
        change(&mut units.lots, &self.add_lot, &self.remove_lot)?;
        change(&mut units.serials, &self.add_serial, &self.remove_serial)?;
        change(&mut units.lot_ranges, &self.add_lot_range, &self.remove_lot_range)?;
        change(&mut units.serial_ranges, &self.add_serial_range, &self.remove_serial_range)?;
        if self.manufactured_from.is_some() || self.manufactured_to.is_some() {
            let before = units.manufactured.unwrap_or(DateRange { from: None, to: None });
            units.manufactured = Some(DateRange {
                from: self.manufactured_from.or(before.from),
                to: self.manufactured_to.or(before.to),
            });
        }
        Ok(rule)
    }
}

fn change<T: PartialEq + Clone + std::fmt::Debug>(
    values: &mut Vec<T>,
    add: &[T],
    remove: &[T],
) -> Result<(), String> {
    for value in remove {
        let at = values.iter().position(|there| there == value);
        values.remove(at.ok_or_else(|| format!("the rule does not name {value:?}"))?);
    }
    for value in add {
        if !values.contains(value) {
            values.push(value.clone());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_and_go_and_a_missing_one_is_an_error() {
        let mut lots = vec!["A".to_owned(), "B".to_owned()];
        change(&mut lots, &["C".to_owned(), "A".to_owned()], &["B".to_owned()]).unwrap();
        assert_eq!(lots, ["A", "C"]);
        assert!(change(&mut lots, &[], &["B".to_owned()]).unwrap_err().contains("\"B\""));
    }
}

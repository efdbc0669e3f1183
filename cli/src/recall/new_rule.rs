//! One statement of a notice, from the command line.

use clap::ValueEnum;
use jiff::Zoned;
use jiff::civil::Date;
use udi_verify::recall::{Action, DateRange, Match, Order, Range, Rule};

/// One statement of a notice.
#[derive(clap::Args)]
pub(crate) struct NewRule {
    /// The authority's number of the recall.
    #[arg(long)]
    id: String,
    /// Who published it.
    #[arg(long)]
    authority: String,
    /// The authority's class, in its own words.
    #[arg(long, default_value = "")]
    class: String,
    /// What the notice asks for.
    #[arg(long, value_enum, default_value = "do-not-use")]
    action: ActionName,
    /// Why, in the notice's words.
    #[arg(long)]
    reason: String,
    /// Link to the notice.
    #[arg(long, default_value = "")]
    source: String,
    /// Date of the source's data; today if it is left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    source_date: Option<Date>,
    /// How many units the notice states; the preview compares it with those that were issued.
    #[arg(long, value_name = "UNITS")]
    pub(super) quantity: Option<u64>,
    /// Device identifier, a GTIN.
    #[arg(long)]
    di: String,
    /// Every unit of the product.
    #[arg(long)]
    all: bool,
    /// A lot; repeatable.
    #[arg(long = "lot")]
    lots: Vec<String>,
    /// A serial; repeatable.
    #[arg(long = "serial")]
    serials: Vec<String>,
    /// Numeric lots FROM..TO, both included; repeatable.
    #[arg(long = "lot-range", value_parser = numeric_range, value_name = "FROM..TO")]
    lot_ranges: Vec<Range>,
    /// Numeric serials FROM..TO, both included; repeatable.
    #[arg(long = "serial-range", value_parser = numeric_range, value_name = "FROM..TO")]
    serial_ranges: Vec<Range>,
    /// Manufactured on or after this day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    manufactured_from: Option<Date>,
    /// Manufactured on or before this day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    manufactured_to: Option<Date>,
}

/// What a notice asks for, on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ActionName {
    /// Do not use; set aside.
    DoNotUse,
    /// Do not use; send back.
    Return,
    /// Do not use; destroy.
    Destroy,
    /// To be corrected before further use.
    Correct,
    /// To be inspected before further use.
    Inspect,
}

impl From<ActionName> for Action {
    fn from(name: ActionName) -> Self {
        match name {
            ActionName::DoNotUse => Self::DoNotUse,
            ActionName::Return => Self::Return,
            ActionName::Destroy => Self::Destroy,
            ActionName::Correct => Self::Correct,
            ActionName::Inspect => Self::Inspect,
        }
    }
}

pub(super) fn numeric_range(text: &str) -> Result<Range, String> {
    let (from, to) = text.split_once("..").ok_or("a range is FROM..TO")?;
    Ok(Range { from: from.to_owned(), to: to.to_owned(), order: Order::Numeric })
}

impl From<NewRule> for Rule {
    fn from(new: NewRule) -> Self {
        let manufactured = (new.manufactured_from.is_some() || new.manufactured_to.is_some())
            .then_some(DateRange { from: new.manufactured_from, to: new.manufactured_to });
        Self {
            id: new.id,
            authority: new.authority,
            class: new.class,
            action: new.action.into(),
            reason: new.reason,
            source: new.source,
            source_date: new.source_date.unwrap_or_else(|| Zoned::now().date()),
            units: Match {
                di: Some(new.di),
                all: new.all,
                lots: new.lots,
                lot_ranges: new.lot_ranges,
                serials: new.serials,
                serial_ranges: new.serial_ranges,
                manufactured,
                ..Match::default()
            },
        }
    }
}

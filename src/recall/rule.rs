//! The authoring form of a recall rule: one statement of a notice, as JSON.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::text::MAX_TEXT;
use super::{Action, Order};
use crate::udi::Agency;

/// One statement of a recall notice. A notice that names several devices is several rules with the same
/// `id`; the file stores what they share once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// The authority's own number of the recall.
    pub id: String,
    /// Who published it.
    pub authority: String,
    /// The authority's class, in its own words.
    #[serde(default)]
    pub class: String,
    /// What the notice asks for.
    pub action: Action,
    /// Why, in the notice's words.
    pub reason: String,
    /// Link to the notice.
    pub source: String,
    /// Date of the source's data.
    pub source_date: Date,
    /// The units it concerns.
    #[serde(rename = "match")]
    pub units: Match,
}

/// Which units a rule concerns: those of the named product for which every stated condition holds. Within
/// one kind (lots, serials) the values, prefixes and ranges are alternatives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Match {
    /// The issuing agency of `di` or `diPrefix`; GS1 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agency: Option<Agency>,
    /// The device identifier; a GTIN may have 8, 12, 13 or 14 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub di: Option<String>,
    /// For a notice that names a maker only: the head of its identifiers, a GS1 company prefix or a HIBC
    /// labeler code. Such a rule is never exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub di_prefix: Option<String>,
    /// For a notice that names no DI: the maker's catalogue number (AI 240 or 241, a HIBC product number).
    /// Such a rule is never exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<String>,
    /// Every unit of the product; stated, so that a forgotten lot list does not recall a whole product.
    #[serde(skip_serializing_if = "is_false")]
    pub all: bool,
    /// The notice's conditions could not be put into fields: it can only say "possible, read the notice".
    #[serde(skip_serializing_if = "is_false")]
    pub text_only: bool,
    /// Lots.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<String>,
    /// Heads of lots.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lot_prefixes: Vec<String>,
    /// Lots from one to another.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lot_ranges: Vec<Range>,
    /// Serials.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<String>,
    /// Heads of serials.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub serial_prefixes: Vec<String>,
    /// Serials from one to another.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub serial_ranges: Vec<Range>,
    /// Manufacturing dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manufactured: Option<DateRange>,
    /// Expiry dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiry: Option<DateRange>,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// Values between two bounds, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// First value.
    pub from: String,
    /// Last value.
    pub to: String,
    /// What "between" means.
    pub order: Order,
}

/// Days between two bounds, both included; a missing bound is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateRange {
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

/// A rule that cannot be published, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("rule {id}: {problem}")]
pub struct RuleError {
    /// The rule's id, and its place among the rules given.
    pub id: String,
    /// What is wrong with it.
    pub problem: &'static str,
}

/// Longest identifier, lot or serial accepted, in bytes. The longest any agency allows is 50.
const MAX_VALUE: usize = 64;

impl Rule {
    /// Says what keeps the rule from being published.
    pub fn check(&self) -> Result<(), RuleError> {
        match self.problem() {
            Some(problem) => Err(RuleError { id: self.id.clone(), problem }),
            None => Ok(()),
        }
    }

    fn problem(&self) -> Option<&'static str> {
        let texts = [&self.id, &self.authority, &self.class, &self.reason, &self.source];
        if self.id.is_empty() || self.authority.is_empty() {
            return Some("id and authority must not be empty");
        }
        if texts.iter().any(|text| text.len() > MAX_TEXT) {
            return Some("a text is longer than 8192 bytes");
        }
        self.units.problem()
    }
}

impl Match {
    /// The agency of the DI.
    pub(super) fn agency(&self) -> Agency {
        self.agency.unwrap_or(Agency::GS1)
    }

    fn ranges(&self) -> impl Iterator<Item = &Range> {
        self.lot_ranges.iter().chain(&self.serial_ranges)
    }

    fn conditions(&self) -> bool {
        let values = [&self.lots, &self.lot_prefixes, &self.serials, &self.serial_prefixes];
        values.iter().any(|list| !list.is_empty())
            || self.ranges().next().is_some()
            || self.manufactured.is_some()
            || self.expiry.is_some()
    }

    /// Everything that is compared as text.
    fn values(&self) -> impl Iterator<Item = &String> {
        let lists = [&self.lots, &self.lot_prefixes, &self.serials, &self.serial_prefixes];
        let names = [&self.di, &self.di_prefix, &self.catalogue];
        let bounds = self.ranges().flat_map(|range| [&range.from, &range.to]);
        names.into_iter().flatten().chain(lists.into_iter().flatten()).chain(bounds)
    }

    fn problem(&self) -> Option<&'static str> {
        let one_of = |stated: [bool; 3]| stated.iter().filter(|stated| **stated).count() == 1;
        let gs1 = self.agency() == Agency::GS1;
        let demands = [
            (
                one_of([self.di.is_some(), self.di_prefix.is_some(), self.catalogue.is_some()]),
                "match must name exactly one of di, diPrefix and catalogue",
            ),
            (
                !self.values().any(unfit),
                "an identifier, lot or serial is empty, longer than 64 bytes, or has blanks around it",
            ),
            (
                one_of([self.all, self.text_only, self.conditions()]),
                "match must state exactly one of all, textOnly, and conditions (lots, serials, dates)",
            ),
            (
                !gs1 || self.di.as_deref().is_none_or(is_gs1_di),
                "di is neither a GTIN of 8, 12, 13 or 14 digits with a right check digit nor a GMN",
            ),
        ];
        let unmet = demands.into_iter().find(|(met, _)| !met).map(|(_, problem)| problem);
        unmet
            .or_else(|| self.ranges().find_map(Range::problem))
            .or_else(|| self.dates().find_map(DateRange::problem))
    }

    fn dates(&self) -> impl Iterator<Item = &DateRange> {
        self.manufactured.iter().chain(&self.expiry)
    }
}

fn unfit(value: &String) -> bool {
    value.is_empty() || value.len() > MAX_VALUE || value.trim() != value
}

impl Range {
    fn problem(&self) -> Option<&'static str> {
        let digits = |value: &str| value.bytes().all(|byte| byte.is_ascii_digit());
        match self.order {
            Order::Numeric if !(digits(&self.from) && digits(&self.to)) => {
                Some("a numeric range has a bound that is not all digits")
            }
            Order::FixedWidth if self.from.len() != self.to.len() => {
                Some("a fixed_width range has bounds of different lengths")
            }
            order if !super::rules::in_order(order, &self.from, &self.to) => {
                Some("a range ends before it begins")
            }
            _ => None,
        }
    }
}

impl DateRange {
    fn problem(&self) -> Option<&'static str> {
        match (self.from, self.to) {
            (None, None) => Some("a date range has no bound"),
            (Some(from), Some(to)) if from > to => Some("a date range ends before it begins"),
            _ => None,
        }
    }
}

/// A GTIN, or a global model number (AI 8013, 8014), which is longer than one.
fn is_gs1_di(di: &str) -> bool {
    gtin_14(di).is_some() || (15..=25).contains(&di.len())
}

/// A GTIN of any length as 14 digits, if its check digit is right (GS1 General Specifications 7.9).
pub(super) fn gtin_14(di: &str) -> Option<String> {
    let digits = di.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !matches!(di.len(), 8 | 12 | 13 | 14) {
        return None;
    }
    let padded = format!("{di:0>14}");
    let weighted: u32 = padded
        .bytes()
        .zip([3, 1].into_iter().cycle())
        .map(|(byte, weight)| u32::from(byte - b'0') * weight)
        .sum();
    weighted.is_multiple_of(10).then_some(padded)
}

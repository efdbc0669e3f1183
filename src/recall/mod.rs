//! Stage 5: [`Udi`](crate::udi::Udi) and verified snapshot files → [`RecallStatus`] and [`UnitStatus`].
//!
//! Input: what a label says, and target files whose bytes the trust stage has verified. Output: what those
//! files say about it. The formats are ours and are written down in `docs/formats.md`; the matching rules
//! follow what recall notices name (DI, lot, serial, dates) and how people mistype them.
//!
//! This stage verifies no signature, judges no freshness and reads no clock: a file that is too old to
//! answer is turned into [`RecallStatus::Unknown`] by the verdict, never into an all-clear.
#![deny(clippy::as_conversions, clippy::unwrap_used, clippy::indexing_slicing)]

mod agency;
mod bits;
mod cursor;
pub mod delta;
mod error;
mod list;
pub mod manifest;
#[cfg(feature = "author")]
mod rule;
pub mod rules;
pub mod status;
mod text;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use error::FileError;
pub use manifest::{Manifest, Membership};
#[cfg(feature = "author")]
pub use rule::{DateRange, Match, Range, Rule, RuleError};
pub use rules::Rules;
pub use status::{Flag, UnitStatus, UnitStatusList};

/// What the recall rules say about one label. Anything but [`None`](Self::None) asks a person to act.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an unread recall answer is an all-clear nobody gave"]
pub enum RecallStatus {
    /// At least one rule names this unit exactly; the list also holds the lesser ones.
    Hit(Vec<Hit>),
    /// No rule names it exactly, at least one comes so near that a person must compare.
    Possible(Vec<Hit>),
    /// A rule may name it, but the label does not say enough (no lot, no serial, no date, or no DI at all:
    /// then the list is empty).
    CannotTell(Vec<Hit>),
    /// The rules were asked with a complete label, and none names it.
    None,
    /// There are no rules that could be asked: no snapshot, a broken one, or one too old.
    Unknown,
}

impl RecallStatus {
    /// Stable code of the state, as the verdict prints it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Hit(_) => "hit",
            Self::Possible(_) => "possible",
            Self::CannotTell(_) => "cannot_tell",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }

    /// The rules concerned, most certain first.
    pub fn hits(&self) -> &[Hit] {
        match self {
            Self::Hit(hits) | Self::Possible(hits) | Self::CannotTell(hits) => hits,
            Self::None | Self::Unknown => &[],
        }
    }
}

/// One rule that names the unit, or may name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// The authority's own number of the recall.
    pub id: String,
    /// Who published it.
    pub authority: String,
    /// The authority's class, in its own words (`I`, `Class II`, …); empty where it gives none.
    pub class: String,
    /// What the notice asks for.
    pub action: Action,
    /// Why, in the notice's words.
    pub reason: String,
    /// Link to the notice.
    pub source: String,
    /// The date of the source's data, not of our copy.
    pub source_date: Date,
    /// How surely the rule names this unit.
    pub certainty: Certainty,
    /// What keeps it from being exact; empty when it is.
    pub because: Vec<Because>,
    /// The fields the rule names units by, beside the product; empty where it names every unit of it.
    pub named_by: Vec<NamedBy>,
}

/// A field of the label that a rule names units by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedBy {
    /// The lot.
    Lot,
    /// The serial number.
    Serial,
    /// The manufacturing date.
    Manufactured,
    /// The expiry date.
    Expiry,
}

/// How surely a rule names a unit, most certain first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Every condition of the rule holds to the letter.
    Exact,
    /// A condition holds only nearly, or the notice could not be made exact: compare by eye.
    Possible,
    /// A condition asks for something the label does not say.
    CannotTell,
}

/// Why a hit is not exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The rule names another package level of the same item.
    PackageLevel,
    /// The DI differs only in case, look-alike characters, punctuation or leading zeros.
    NearDi,
    /// The rule names a maker's prefix, not an item.
    DiPrefix,
    /// The rule names a catalogue number, not a DI.
    Catalogue,
    /// The lot differs only in case, look-alike characters, punctuation or leading zeros.
    NearLot,
    /// The serial differs only in case, look-alike characters, punctuation or leading zeros.
    NearSerial,
    /// The label's date is exact to the month and the rule's range cuts that month.
    DatePrecision,
    /// It holds only in another reading of the same characters, such as one in which a separator was lost.
    OtherReading,
    /// The notice gives no conditions that a machine can check.
    TextOnly,
    /// The rule asks for a lot and the label has none.
    LotMissing,
    /// The rule asks for a serial and the label has none.
    SerialMissing,
    /// The rule asks for a manufacturing date and the label has none.
    ManufacturedMissing,
    /// The rule asks for an expiry date and the label has none.
    ExpiryMissing,
}

/// What a recall notice asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
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
    /// Read the notice: it does not reduce to one of the others.
    ReadNotice,
}

/// How the values between two bounds are ordered. Alphanumeric lots have no natural order, so the author of
/// a rule must state one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Digits only, compared by value; leading zeros do not count.
    Numeric,
    /// As long as the bounds, compared character by character in ASCII order.
    FixedWidth,
}

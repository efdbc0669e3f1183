//! The expiry date of a label against the day of the verdict.

use jiff::civil::Date;
use serde::Serialize;

use crate::udi::Udi;

/// What is known of a label's expiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Expiry {
    /// What the date means today.
    pub state: ExpiryState,
    /// The date; the last day on which the item may be used.
    pub date: Option<Date>,
}

/// What an expiry date means today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiryState {
    /// The last day of use is past.
    Expired,
    /// It is not.
    NotExpired,
    /// The label gives none.
    NotStated,
    /// The label gives one that cannot be read.
    Unreadable,
}

/// Elements that state an expiry: GS1 application identifiers, ASC MH10 and HIBC data identifiers, and the
/// ISBT 128 data structure.
const STATES_EXPIRY: [&str; 6] = ["17", "7003", "14D", "D", "=>", "&>"];

impl Expiry {
    pub(super) fn of(udi: &Udi, today: Date) -> Self {
        match &udi.expiry {
            Some(expiry) if expiry.date < today => {
                Self { state: ExpiryState::Expired, date: Some(expiry.date) }
            }
            Some(expiry) => Self { state: ExpiryState::NotExpired, date: Some(expiry.date) },
            None if STATES_EXPIRY.iter().any(|id| udi.element(id).is_some()) => {
                Self { state: ExpiryState::Unreadable, date: None }
            }
            None => Self { state: ExpiryState::NotStated, date: None },
        }
    }
}

//! The expiry date of a label against the day of the verdict.

use jiff::civil::Date;
use serde::Serialize;

use crate::udi::{Agency, Udi};

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

/// Identifiers of the elements that state an expiry, in each agency's own writing.
pub(super) fn states_expiry(agency: Agency) -> &'static [&'static str] {
    match agency {
        Agency::GS1 => &["17", "7003"],
        Agency::HIBCC => &["$$", "$$2", "$$3", "$$4", "$$5", "$$6", "14D"],
        Agency::ICCBBA => &["=>", "&>", "=]"],
        Agency::IFA => &["D", "14D"],
        Agency::MA => &["E", "V"],
        Agency::AHM => &["ED"],
    }
}

impl Expiry {
    pub(super) fn of(udi: &Udi, today: Date) -> Self {
        match &udi.expiry {
            Some(expiry) if expiry.date < today => {
                Self { state: ExpiryState::Expired, date: Some(expiry.date) }
            }
            Some(expiry) => Self { state: ExpiryState::NotExpired, date: Some(expiry.date) },
            None if is_stated(udi) => Self { state: ExpiryState::Unreadable, date: None },
            None => Self { state: ExpiryState::NotStated, date: None },
        }
    }
}

fn is_stated(udi: &Udi) -> bool {
    udi.agency.is_some_and(|agency| states_expiry(agency).iter().any(|id| udi.element(id).is_some()))
}

//! Issuing agencies as the files number them.

use crate::udi::Agency;

/// The number of an agency.
pub(super) fn code(agency: Agency) -> u8 {
    match agency {
        Agency::GS1 => 1,
        Agency::HIBCC => 2,
        Agency::ICCBBA => 3,
        Agency::IFA => 4,
        Agency::MA => 5,
        Agency::AHM => 6,
    }
}

/// The agency with a number.
pub(super) fn from_code(code: u8) -> Option<Agency> {
    let agencies = [Agency::GS1, Agency::HIBCC, Agency::ICCBBA, Agency::IFA, Agency::MA, Agency::AHM];
    agencies.get(usize::from(code).checked_sub(1)?).copied()
}

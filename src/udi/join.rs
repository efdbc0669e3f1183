//! Joining the symbols of one item: the device identifier in one, the production identifier in another.

use super::Udi;

/// The reading of two parts of one composite symbol or one item, the first of which has the device identifier.
pub(super) fn joined(mut first: Udi, second: Udi) -> Udi {
    first.di = first.di.or(second.di);
    first.serial = first.serial.or(second.serial);
    first.lot = first.lot.or(second.lot);
    first.expiry = first.expiry.or(second.expiry);
    first.manufactured = first.manufactured.or(second.manufactured);
    first.quantity = first.quantity.or(second.quantity);
    first.software_version = first.software_version.or(second.software_version);
    first.donation_id = first.donation_id.or(second.donation_id);
    first.elements.extend(second.elements);
    first.findings.extend(second.findings);
    first
}

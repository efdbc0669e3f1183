//! Joining the symbols of one item: the device identifier in one, the production identifier in another.

use super::Udi;

/// The reading of two parts of one item; where both state a field, the first stands.
pub(super) fn merged(mut first: Udi, second: Udi) -> Udi {
    first.agency = first.agency.or(second.agency);
    first.di = first.di.or(second.di);
    first.di_as_printed = first.di_as_printed.or(second.di_as_printed);
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

//! What "now" is: the one place that reads the clock for dates, so that `--now` reaches everything.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The day `now` falls on; days are counted in UTC, as the repository's dates are.
pub(crate) fn day(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// The instant to reckon with: the clock's on the day it shows, else noon of the day asked for.
pub(crate) fn instant(asked: Option<Date>) -> Timestamp {
    let now = Timestamp::now();
    match asked {
        Some(date) if date != day(now) => {
            date.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).map_or(now, |noon| noon.timestamp())
        }
        _ => now,
    }
}

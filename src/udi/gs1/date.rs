//! GS1 dates: YYMMDD with the century of General Specifications 7.12, day 00 for the whole month where the
//! identifier allows it (3.4), and the date and time identifiers 7003 and 8008.

use jiff::civil::Date;

use crate::udi::date::{DateFault, LabelDate, Precision, Purpose, calendar, sliding_century, small, year};
use crate::udi::text::decode;

/// Whether six digits are a date in any century: 29 February needs a leap year, and a year ending alike in
/// two centuries is one in both but for 00, which is a leap year in 2000.
pub(super) fn check_date(text: &[u8], day_optional: bool) -> Result<(), DateFault> {
    let (years, rest) = text.split_at_checked(2).ok_or(DateFault::NotDigits)?;
    let year = 2000 + year(years).ok_or(DateFault::NotDigits)?;
    month_and_day(year, rest, day_optional, Purpose::Expiry).map(|_| ())
}

/// Whether eight digits are a date.
pub(super) fn check_long_date(text: &[u8]) -> Result<(), DateFault> {
    let (years, rest) = text.split_at_checked(4).ok_or(DateFault::NotDigits)?;
    month_and_day(year(years).ok_or(DateFault::NotDigits)?, rest, false, Purpose::Expiry).map(|_| ())
}

/// The date of a value of AI 11, 17, 7003 or 8008, whose content was checked.
pub(super) fn read(text: &[u8], purpose: Purpose, now: Date) -> Result<LabelDate, DateFault> {
    let (years, rest) = text.split_at_checked(2).ok_or(DateFault::NotDigits)?;
    let (days, time) = rest.split_at_checked(4).ok_or(DateFault::NotDigits)?;
    let year = sliding_century(year(years).ok_or(DateFault::NotDigits)?, now);
    let (date, precision) = month_and_day(year, days, time.is_empty(), purpose)?;
    let (format, precision) = match time.len() {
        0 => ("YYMMDD", precision),
        2 => ("YYMMDDHH", Precision::Time),
        4 => ("YYMMDDHHMM", Precision::Time),
        _ => ("YYMMDDHHMMSS", Precision::Time),
    };
    Ok(LabelDate { original: decode(text), format, date, precision })
}

fn month_and_day(
    year: i16,
    rest: &[u8],
    day_optional: bool,
    purpose: Purpose,
) -> Result<(Date, Precision), DateFault> {
    let (month, day) = rest.split_at_checked(2).ok_or(DateFault::NotDigits)?;
    if small(month).is_none() || small(day).is_none() {
        return Err(DateFault::NotDigits);
    }
    calendar(year, month, day, day_optional, purpose)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn day_00_is_allowed_only_where_the_identifier_says_so() {
        assert!(check_date(b"240200", true).is_ok());
        assert_eq!(check_date(b"240200", false), Err(DateFault::Day));
        assert_eq!(check_date(b"240230", true), Err(DateFault::Day));
        assert_eq!(check_date(b"241300", true), Err(DateFault::Month));
        assert_eq!(check_date(b"240229", true), Ok(()));
        assert_eq!(check_date(b"230229", true), Err(DateFault::Day));
    }

    #[test]
    fn expiry_times_keep_their_precision() {
        let read = read(b"2612312359", Purpose::Expiry, date(2026, 11, 22)).unwrap();
        assert_eq!(
            (read.date, read.format, read.precision),
            (date(2026, 12, 31), "YYMMDDHHMM", Precision::Time)
        );
    }
}

//! Dates as labels state them: the original characters, their format, the calendar date and its precision.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::text::{decode, number};

/// How much of a date the label states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Year and month; `date` is then the month's last day for an expiry, its first for a manufacture.
    Month,
    /// A day.
    Day,
    /// A day and an hour or finer.
    Time,
}

/// A date as a label gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelDate {
    /// The characters on the label.
    pub original: String,
    /// Their format, as AccessGUDID names it: `YYMMDD`, `YYJJJ`, `MMYY`….
    pub format: &'static str,
    /// The calendar date.
    #[serde(serialize_with = "iso")]
    pub date: Date,
    /// How exact it is.
    pub precision: Precision,
}

/// `2027-01-31`.
pub(crate) fn iso<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}

/// A date of the form `2027-01-31`, and no other.
pub(crate) fn from_iso(text: &str) -> Option<Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *<&[u8; 10]>::try_from(text.as_bytes()).ok()? else {
        return None;
    };
    let year = i16::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    Date::new(year, i8::try_from(number(&[m1, m2])?).ok()?, i8::try_from(number(&[d1, d2])?).ok()?).ok()
}

/// [`from_iso`] of JSON.
pub(crate) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let date = |text: String| from_iso(&text).ok_or_else(|| D::Error::custom("a date is YYYY-MM-DD"));
    text.map(date).transpose()
}

/// What a date on a label is for: it decides which day stands for a month without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Good through the last day.
    Expiry,
    /// Made on or after the first day.
    Manufacture,
}

/// Why characters are not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateFault {
    NotDigits,
    Month,
    Day,
    Time,
}

impl DateFault {
    /// The finding's code.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::NotDigits => "date_not_digits",
            Self::Month => "date_month",
            Self::Day => "date_day",
            Self::Time => "time_of_day",
        }
    }
}

/// The full year of a two-digit one, by GS1 General Specifications 7.12: the century that puts it at most
/// 50 years ahead and at most 49 back.
pub(crate) fn sliding_century(two_digits: i16, now: Date) -> i16 {
    let (century, current) = (now.year() / 100 * 100, now.year() % 100);
    let ahead = two_digits - current;
    if ahead >= 51 {
        century - 100 + two_digits
    } else if ahead <= -50 {
        century + 100 + two_digits
    } else {
        century + two_digits
    }
}

/// A calendar day from digits of a month and a day; day `00` is the month alone, where `day_optional`.
pub(crate) fn calendar(
    year: i16,
    month: &[u8],
    day: &[u8],
    day_optional: bool,
    purpose: Purpose,
) -> Result<(Date, Precision), DateFault> {
    let month = small(month).filter(|month| (1..=12).contains(month)).ok_or(DateFault::Month)?;
    let day = small(day).ok_or(DateFault::Day)?;
    if day == 0 && day_optional {
        return month_alone(year, month, purpose);
    }
    Date::new(year, month, day).map(|date| (date, Precision::Day)).map_err(|_| DateFault::Day)
}

/// The day that stands for a whole month.
pub(crate) fn month_alone(year: i16, month: i8, purpose: Purpose) -> Result<(Date, Precision), DateFault> {
    let first = Date::new(year, month, 1).map_err(|_| DateFault::Month)?;
    let date = match purpose {
        Purpose::Expiry => first.last_of_month(),
        Purpose::Manufacture => first,
    };
    Ok((date, Precision::Month))
}

/// The day with a number within its year, 1 to 365 or 366 (a "Julian" date on labels).
pub(crate) fn day_of_year(year: i16, day: &[u8]) -> Result<Date, DateFault> {
    let mut day = number(day).and_then(|day| i16::try_from(day).ok()).ok_or(DateFault::NotDigits)?;
    for month in 1..=12 {
        let days = Date::new(year, month, 1).map_err(|_| DateFault::Day)?.days_in_month();
        if day <= i16::from(days) {
            let day = i8::try_from(day).map_err(|_| DateFault::Day)?;
            return Date::new(year, month, day).map_err(|_| DateFault::Day);
        }
        day -= i16::from(days);
    }
    Err(DateFault::Day)
}

/// Eight digits, YYYYMMDD, as HIBCC and IFA write a date in full.
pub(crate) fn long(text: &[u8], purpose: Purpose) -> Result<LabelDate, DateFault> {
    let [years @ .., m1, m2, d1, d2] = text else { return Err(DateFault::NotDigits) };
    if years.len() != 4 || !text.iter().all(u8::is_ascii_digit) {
        return Err(DateFault::NotDigits);
    }
    let year = year(years).ok_or(DateFault::NotDigits)?;
    let (date, precision) = calendar(year, &[*m1, *m2], &[*d1, *d2], false, purpose)?;
    Ok(LabelDate { original: decode(text), format: "YYYYMMDD", date, precision })
}

/// A number that fits a month, a day or an hour.
pub(crate) fn small(digits: &[u8]) -> Option<i8> {
    number(digits).and_then(|value| i8::try_from(value).ok())
}

/// A year or the last digits of one.
pub(crate) fn year(digits: &[u8]) -> Option<i16> {
    number(digits).and_then(|value| i16::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_century_slides_with_the_clock() {
        let now = date(2026, 11, 22);
        assert_eq!(sliding_century(76, now), 2076);
        assert_eq!(sliding_century(77, now), 1977);
        assert_eq!(sliding_century(0, now), 2000);
        let later = date(2080, 1, 1);
        assert_eq!(sliding_century(30, later), 2130);
        assert_eq!(sliding_century(31, later), 2031);
        assert_eq!(sliding_century(99, later), 2099);
    }

    #[test]
    fn day_zero_is_the_last_day_for_an_expiry_and_the_first_for_a_manufacture() {
        let of = |purpose| calendar(2024, b"02", b"00", true, purpose).unwrap();
        assert_eq!(of(Purpose::Expiry), (date(2024, 2, 29), Precision::Month));
        assert_eq!(of(Purpose::Manufacture), (date(2024, 2, 1), Precision::Month));
        assert_eq!(calendar(2024, b"02", b"00", false, Purpose::Expiry), Err(DateFault::Day));
    }

    #[test]
    fn day_366_exists_in_leap_years_only() {
        assert_eq!(day_of_year(2024, b"366"), Ok(date(2024, 12, 31)));
        assert_eq!(day_of_year(2019, b"366"), Err(DateFault::Day));
        assert_eq!(day_of_year(2019, b"000"), Err(DateFault::Day));
    }
}

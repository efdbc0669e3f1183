//! Instants in JSON: RFC 3339 in UTC, `2027-01-31T10:00:00Z`, perhaps with a fraction of the second.

use jiff::{Timestamp, tz::Offset};
use serde::{Deserialize, Deserializer, de::Error};

use crate::udi::date::from_iso;

/// An instant of that form, and no other: The Update Framework, clause 4.1, allows no offset.
fn parse(text: &str) -> Option<Timestamp> {
    let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (time, fraction) =
        time.split_once('.').map_or((time, None), |(time, fraction)| (time, Some(fraction)));
    let digits = |text: &str| {
        let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if all { text.parse::<i32>().ok() } else { None }
    };
    let mut parts = time.split(':').map(|part| if part.len() == 2 { digits(part) } else { None });
    let mut next = || i8::try_from(parts.next()??).ok();
    let (hour, minute, second) = (next()?, next()?, next()?);
    let nanoseconds = match fraction {
        None => 0,
        Some(fraction) if fraction.len() > 9 => return None,
        Some(fraction) => digits(fraction)? * 10_i32.pow(9 - u32::try_from(fraction.len()).ok()?),
    };
    let time = jiff::civil::Time::new(hour, minute, second, nanoseconds).ok()?;
    let is_over = parts.next().is_none();
    is_over.then(|| Offset::UTC.to_timestamp(from_iso(day)?.to_datetime(time)).ok())?
}

pub(crate) fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    optional(deserializer)?.ok_or_else(|| D::Error::custom(FORM))
}

pub(crate) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| parse(&text).ok_or_else(|| D::Error::custom(FORM))).transpose()
}

const FORM: &str = "an instant is YYYY-MM-DDTHH:MM:SSZ";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instants_are_utc_to_the_nanosecond() {
        assert_eq!(parse("1970-01-02T00:00:01Z"), Timestamp::from_second(86_401).ok());
        assert_eq!(parse("1970-01-01T00:00:00.25Z"), Timestamp::new(0, 250_000_000).ok());
        for wrong in [
            "2026-11-22T10:00:00",
            "2026-11-22T10:00:00+00:00",
            "2026-11-22 10:00:00Z",
            "2026-11-22T10:00Z",
            "2026-02-30T10:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T10:00:00:00Z",
            "2026-11-22T1:00:00Z",
            "2026-11-22T10:00:00.Z",
            "2026-11-22T10:00:00.0123456789Z",
            "2026-11-22T+1:00:00Z",
            "Z",
            "",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(second in -62_135_596_800i64..253_402_207_200, nano in 0i32..1_000_000_000) {
            let instant = Timestamp::new(second, nano).unwrap();
            prop_assert_eq!(parse(&instant.to_string()), Some(instant));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = parse(&text);
        }
    }
}

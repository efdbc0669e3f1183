//! What the content of a component must satisfy, rule by rule; [`Rule`] says which clause each comes from.

use std::ops::Range;

use super::check_digit::{check_digit, check_pair};
use super::component::{CharacterSet, Rule};
use super::date::{check_date, check_long_date};
use super::iso_codes;
use crate::udi::finding::Severity;
use crate::udi::text::{decode, digit, number};

/// A broken rule: its code, where in the component, and the facts.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    pub(super) at: Range<usize>,
    pub(super) params: Vec<(&'static str, String)>,
}

impl Fault {
    fn new(code: &'static str, at: Range<usize>) -> Self {
        Self { code, severity: Severity::Error, at, params: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.params.push((name, value.into()));
        self
    }
}

/// Whether `text`, whose characters and length are right already, keeps `rule`.
pub(super) fn check(rule: Rule, text: &[u8]) -> Result<(), Fault> {
    let whole = 0..text.len();
    let must = |holds: bool, code: &'static str| {
        if holds { Ok(()) } else { Err(Fault::new(code, whole.clone()).with("value", decode(text))) }
    };
    match rule {
        Rule::CheckDigit => keeps_check_digit(text),
        Rule::CheckPair => keeps_check_pair(text),
        Rule::PrefixAt1 => has_prefix(text, 0),
        Rule::PrefixAt2 => has_prefix(text, 1),
        Rule::HasNonDigit => must(!text.iter().all(u8::is_ascii_digit), "master_udi_di_all_digits"),
        Rule::DateDayOptional => check_date(text, true).map_err(|fault| Fault::new(fault.code(), whole)),
        Rule::Date => check_date(text, false).map_err(|fault| Fault::new(fault.code(), whole)),
        Rule::LongDate => check_long_date(text).map_err(|fault| Fault::new(fault.code(), whole)),
        Rule::HourMinute => {
            let (hour, minute) = text.split_at_checked(2).unwrap_or_default();
            must(at_most(hour, 23) && at_most(minute, 59), "time_of_day")
        }
        Rule::Hour => must(at_most(text, 23), "time_of_day"),
        Rule::Minute | Rule::Second => must(at_most(text, 59), "time_of_day"),
        Rule::Zero => must(text == b"0", "must_be_zero"),
        Rule::NonZero => must(!text.iter().all(|&byte| byte == b'0'), "must_not_be_zero"),
        Rule::NoLeadingZero => must(text.len() == 1 || !text.starts_with(b"0"), "leading_zero"),
        Rule::PieceOfTotal => {
            let (piece, total) = text.split_at_checked(2).unwrap_or_default();
            must(is_piece_of(piece, total), "piece_of_total")
        }
        Rule::Winding => must(matches!(text, b"0" | b"1" | b"9"), "code_not_listed"),
        Rule::YesNo => must(matches!(text, b"0" | b"1"), "code_not_listed"),
        Rule::Minus => must(text.iter().all(|&byte| byte == b'-'), "code_not_listed"),
        Rule::Country => must(iso_codes::is_country(text), "code_not_listed"),
        Rule::CountryOr999 => must(text == b"999" || iso_codes::is_country(text), "code_not_listed"),
        Rule::CountryAlpha2 => must(iso_codes::is_country_alpha2(text), "code_not_listed"),
        Rule::Currency => must(iso_codes::is_currency(text), "code_not_listed"),
        Rule::Latitude => must(at_most(text, 1_800_000_000), "out_of_range"),
        Rule::Longitude => must(at_most(text, 3_600_000_000), "out_of_range"),
        Rule::PercentEncoded => must(is_percent_encoded(text), "percent_encoding"),
        Rule::ImporterIndex => {
            must(text.iter().all(|&byte| CharacterSet::Z.contains(byte)), "code_not_listed")
        }
        Rule::MediaType => {
            must(number(text).is_some_and(|kind| matches!(kind, 1..=10 | 80..=99)), "code_not_listed")
        }
        Rule::Sex => must(matches!(text, b"0" | b"1" | b"2" | b"9"), "code_not_listed"),
        Rule::PositionInSequence => must(is_position(text), "piece_of_total"),
        Rule::Iban => must(is_iban(text), "iban"),
        Rule::PackageType | Rule::Coupon | Rule::CouponPositiveOffer => {
            Err(Fault { severity: Severity::Info, ..Fault::new("content_not_checked", whole) })
        }
    }
}

fn keeps_check_digit(text: &[u8]) -> Result<(), Fault> {
    let Some((&found, body)) = text.split_last() else { return Ok(()) };
    match check_digit(body) {
        Some(expected) if expected != found => Err(Fault::new("check_digit", body.len()..text.len())
            .with("expected", char::from(expected))
            .with("found", char::from(found))),
        _ => Ok(()),
    }
}

fn keeps_check_pair(text: &[u8]) -> Result<(), Fault> {
    let Some((body, found)) = text.split_last_chunk::<2>() else {
        return Err(Fault::new("value_too_short", 0..text.len()).with("min", "3"));
    };
    match check_pair(body) {
        Some(expected) if expected == *found => Ok(()),
        Some(expected) => Err(Fault::new("check_pair", body.len()..text.len())
            .with("expected", decode(&expected))
            .with("found", decode(found))),
        None => Err(Fault::new("value_too_long", 0..text.len()).with("max", "25")),
    }
}

/// A company prefix has at least four digits; which are allocated changes daily and is not known offline.
fn has_prefix(text: &[u8], from: usize) -> Result<(), Fault> {
    let digits = text.get(from..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits >= 4 { Ok(()) } else { Err(Fault::new("company_prefix", from..text.len())) }
}

fn at_most(text: &[u8], most: u64) -> bool {
    text.iter()
        .try_fold(0_u64, |value, &byte| value.checked_mul(10)?.checked_add(u64::from(digit(byte)?)))
        .is_some_and(|value| !text.is_empty() && value <= most)
}

fn is_piece_of(piece: &[u8], total: &[u8]) -> bool {
    matches!((number(piece), number(total)), (Some(piece), Some(total)) if piece > 0 && piece <= total)
}

fn is_position(text: &[u8]) -> bool {
    let mut halves = text.split(|&byte| byte == b'/');
    match (halves.next(), halves.next(), halves.next()) {
        (Some(piece), Some(total), None) => {
            !piece.starts_with(b"0") && !total.starts_with(b"0") && is_piece_of(piece, total)
        }
        _ => false,
    }
}

fn is_percent_encoded(text: &[u8]) -> bool {
    text.split(|&byte| byte == b'%')
        .skip(1)
        .all(|after| after.get(..2).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)))
}

/// ISO 13616: country and check digits moved to the end, letters as 10 to 35, the whole is 1 modulo 97.
fn is_iban(text: &[u8]) -> bool {
    let Some((country, _)) = text.split_at_checked(2) else { return false };
    let Some((head, account)) = text.split_at_checked(4) else { return false };
    let remainder = account.iter().chain(head).try_fold(0_u32, |remainder, &byte| {
        let value = char::from(byte).to_digit(36).filter(|_| !byte.is_ascii_lowercase())?;
        Some((remainder * if value < 10 { 10 } else { 100 } + value) % 97)
    });
    !account.is_empty() && iso_codes::is_country_alpha2(country) && remainder == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn keeps(rule: Rule, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(check(rule, text.as_bytes()).is_ok(), "{rule:?} refuses {text}");
        }
        for text in bad {
            assert!(check(rule, text.as_bytes()).is_err(), "{rule:?} accepts {text}");
        }
    }

    #[test]
    fn each_rule_tells_good_from_bad() {
        keeps(Rule::HourMinute, &["0000", "2359"], &["2400", "2360"]);
        keeps(Rule::PieceOfTotal, &["0102", "0202"], &["0001", "0302", "0100"]);
        keeps(Rule::NoLeadingZero, &["0", "10"], &["01"]);
        keeps(Rule::Latitude, &["1800000000"], &["1800000001"]);
        keeps(Rule::Longitude, &["3600000000"], &["3600000001"]);
        keeps(Rule::PercentEncoded, &["a%20b", "a"], &["a%2", "a%", "%zz"]);
        keeps(Rule::PositionInSequence, &["1/3", "3/3"], &["0/3", "4/3", "1/0", "123", "1//"]);
        keeps(Rule::MediaType, &["01", "10", "80"], &["00", "11", "79"]);
        keeps(
            Rule::Iban,
            &["GB82WEST12345698765432"],
            &["GB82WEST12345698765431", "GB", "ZZ82WEST12345698765432"],
        );
        keeps(Rule::HasNonDigit, &["1A"], &["12"]);
        keeps(Rule::PrefixAt1, &["1234X"], &["123X5"]);
        keeps(Rule::Winding, &["9"], &["2"]);
        keeps(Rule::Country, &["276", "840"], &["000", "999"]);
        keeps(Rule::CountryOr999, &["276", "999"], &["000"]);
        keeps(Rule::Currency, &["978"], &["000"]);
    }

    #[test]
    fn a_wrong_check_digit_says_which_was_expected_and_where() {
        let fault = check(Rule::CheckDigit, b"09501234567892").unwrap_err();
        assert_eq!((fault.code, fault.at), ("check_digit", 13..14));
        assert_eq!(fault.params, [("expected", "1".to_owned()), ("found", "2".to_owned())]);
    }
}

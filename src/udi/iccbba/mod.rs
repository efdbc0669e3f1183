//! ICCBBA: ISBT 128 data structures → [`Udi`]. Medical products of human origin, and blood bags.
//!
//! Standards: ICCBBA ST-017 (devices), ST-001 (technical specification). What facility and product codes mean
//! stands in ICCBBA's licensed tables and is not looked up. Years have three digits.

mod structures;

use std::ops::Range;

use jiff::civil::Date;

use self::structures::{Content, Structure, at_start};
use super::date::{DateFault, LabelDate, Precision, Purpose, day_of_year, month_alone, small, year};
use super::finding::Finding;
use super::text::{Text, decode, number};
use super::{Agency, Element, Udi};

/// Patient date of birth (024) and patient identification number (025).
const PATIENT_DATA: [&[u8]; 2] = [b"=#", b"&#"];

/// Parses one structure, several that a reader joined, or a compound message.
pub(super) fn parse(text: &Text<'_>, now: Date) -> Udi {
    let mut udi = Udi { agency: Some(Agency::ICCBBA), ..Udi::default() };
    let mut at = 0;
    while at < text.len() {
        at = structure(text, at, &mut udi, now);
    }
    check_count(&mut udi);
    check_device(&mut udi);
    udi
}

/// Reads the structure at `at`; returns where the next begins, or the end where none can be told.
fn structure(text: &Text<'_>, at: usize, udi: &mut Udi, now: Date) -> usize {
    let rest = text.get(at..text.len());
    if PATIENT_DATA.iter().any(|id| rest.starts_with(id)) {
        // Nothing of it is kept, nor of what stood beside it.
        *udi = Udi { agency: udi.agency, ..Udi::default() };
        udi.findings.push(Finding::error(super::PATIENT_LABEL, None));
        return text.len();
    }
    if let ([b'&', b'a'..=b'z', ..], false) = (rest, udi.elements.is_empty()) {
        // Defined by a country or a facility: nobody else knows how long it is.
        udi.elements.push(Element {
            id: decode(rest.get(..2).unwrap_or_default()),
            title: Some("NOT DEFINED BY ICCBBA"),
            value: text.string(at + 2..text.len()),
            span: text.span(at + 2..text.len()),
            source: 0,
        });
        udi.findings.push(Finding::info("isbt_local_structure", text.span(at..text.len())));
        return text.len();
    }
    let Some(structure) = at_start(rest) else {
        let finding = Finding::error("unknown_identifier", text.span(at..text.len()));
        udi.findings.push(finding.with("text", decode(rest)));
        return text.len();
    };
    let from = at + structure.id.len();
    let length = structure.length + repeated_length(structure, text, from);
    let to = (from + length).min(text.len());
    let span = text.span(from..to);
    udi.elements.push(Element {
        id: structure.id.to_owned(),
        title: Some(structure.title),
        value: text.string(from..to),
        span,
        source: 0,
    });
    if to - from < length {
        let finding = Finding::error("value_too_short", span).with("ai", structure.id);
        udi.findings.push(finding.with("min", length.to_string()).with("found", (to - from).to_string()));
    } else if let Err(finding) = fill(text, structure, from..to, udi, now) {
        udi.findings.push(finding.with("ai", structure.id));
    }
    to
}

/// Structures with parts of a kind begin with how many there are: dimensions (029) with two digits, red cell
/// antigens with test history (030) with three.
fn repeated_length(structure: &Structure, text: &Text<'_>, from: usize) -> usize {
    let part = match structure.id {
        "&$" => 14,
        "&%" => 10,
        _ => return 0,
    };
    let count = number(text.get(from..from + structure.length)).and_then(|count| usize::try_from(count).ok());
    part * count.unwrap_or(0)
}

fn fill(
    text: &Text<'_>,
    structure: &Structure,
    at: Range<usize>,
    udi: &mut Udi,
    now: Date,
) -> Result<(), Finding> {
    let value = text.get(at.clone());
    let dated = |fault: DateFault| Finding::error(fault.code(), text.span(at.clone()));
    match structure.content {
        Content::Compound => characters(text, at, |_, byte| byte.is_ascii_digit())?,
        Content::ProductCode => {
            characters(
                text,
                at.clone(),
                |place, byte| if place < 5 { facility(byte) } else { alphanumeric(byte) },
            )?;
            set_once(&mut udi.di, text, at)?;
            udi.di_as_printed.clone_from(&udi.di);
        }
        Content::Divisions => {
            characters(text, at.clone(), |_, byte| alphanumeric(byte))?;
            set_once(&mut udi.serial, text, at)?;
        }
        Content::Donation => {
            characters(text, at.clone(), donation_character)?;
            check_flags(text, at.clone())?;
            set_once(&mut udi.donation_id, text, at.start..at.start + 13)?;
        }
        Content::Lot => {
            characters(text, at.clone(), |_, byte| alphanumeric(byte))?;
            set_once(&mut udi.lot, text, at)?;
        }
        Content::Catalogue => {
            characters(text, at.clone(), |_, byte| alphanumeric(byte))?;
            set_once(&mut udi.di, text, at)?;
            udi.di_as_printed.clone_from(&udi.di);
        }
        Content::Expiry => date_once(&mut udi.expiry, date(value, now).map_err(dated)?, text, at)?,
        Content::ExpiryMonth => date_once(&mut udi.expiry, expiry_month(value).map_err(dated)?, text, at)?,
        Content::Production => date_once(&mut udi.manufactured, date(value, now).map_err(dated)?, text, at)?,
        Content::Other => {}
    }
    Ok(())
}

/// Fills a field; a second, different value leaves neither.
fn set_once(field: &mut Option<String>, text: &Text<'_>, at: Range<usize>) -> Result<(), Finding> {
    let value = text.string(at.clone());
    match field {
        Some(earlier) if *earlier != value => {
            *field = None;
            Err(Finding::error("conflicting_values", text.span(at)))
        }
        _ => {
            *field = Some(value);
            Ok(())
        }
    }
}

/// The same for a date.
fn date_once(
    field: &mut Option<LabelDate>,
    date: LabelDate,
    text: &Text<'_>,
    at: Range<usize>,
) -> Result<(), Finding> {
    if field.as_ref().is_some_and(|earlier| earlier.date != date.date) {
        *field = None;
        return Err(Finding::error("conflicting_values", text.span(at)));
    }
    *field = Some(date);
    Ok(())
}

fn alphanumeric(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// Facility codes leave out the letter O.
fn facility(byte: u8) -> bool {
    alphanumeric(byte) && byte != b'O'
}

/// Facility (5: letter or digit, two of them, two digits), year (2), sequence (6), flags (2).
fn donation_character(place: usize, byte: u8) -> bool {
    match place {
        0 => facility(byte) && byte != b'0',
        1 | 2 => facility(byte),
        3..=12 => byte.is_ascii_digit(),
        // Flags leave out I, O, Q and Z.
        _ => alphanumeric(byte) && !b"IOQZ".contains(&byte),
    }
}

fn characters(text: &Text<'_>, at: Range<usize>, allowed: impl Fn(usize, u8) -> bool) -> Result<(), Finding> {
    let bad = text.get(at.clone()).iter().enumerate().find(|(place, byte)| !allowed(*place, **byte));
    let Some((place, byte)) = bad else { return Ok(()) };
    let character = text.character(at.start + place);
    let code = if byte.is_ascii_lowercase() { "lower_case" } else { "character_not_allowed" };
    Err(Finding::error(code, text.span(character.clone())).with("character", text.string(character)))
}

/// Flags 60 to 96 are 60 plus the check value of the 13 characters, ISO/IEC 7064 modulo 37-2.
fn check_flags(text: &Text<'_>, at: Range<usize>) -> Result<(), Finding> {
    let flags_at = at.start + 13..at.end;
    let Some(flags) = number(text.get(flags_at.clone())).filter(|flags| (60..=96).contains(flags)) else {
        return Ok(());
    };
    match check_value(text.get(at.start..flags_at.start)) {
        Some(check) if check + 60 != flags => Err(Finding::error("donation_check", text.span(flags_at))
            .with("expected", (check + 60).to_string())
            .with("found", flags.to_string())),
        _ => Ok(()),
    }
}

/// ISO/IEC 7064 modulo 37-2: `0`–`9` are 0–9, `A`–`Z` 10–35; the result may be 36.
pub(super) fn check_value(body: &[u8]) -> Option<u32> {
    let sum = body.iter().try_fold(0, |sum, &byte| {
        let value = char::from(byte).to_digit(36).filter(|_| !byte.is_ascii_lowercase())?;
        Some((sum + value) * 2 % 37)
    })?;
    Some((38 - sum) % 37)
}

/// The check character that is printed behind a donation identification number for typing it in.
pub(super) fn keyboard_check_character(donation_id: &str) -> Option<char> {
    let value = check_value(donation_id.as_bytes())?;
    Some(char::from_digit(value, 36).map_or('*', |character| character.to_ascii_uppercase()))
}

/// YYYJJJ with or without HHMM; YYY are the last three digits of the year nearest to now.
fn date(text: &[u8], now: Date) -> Result<LabelDate, DateFault> {
    if !text.iter().all(u8::is_ascii_digit) {
        return Err(DateFault::NotDigits);
    }
    let (years, rest) = text.split_at_checked(3).ok_or(DateFault::NotDigits)?;
    let (days, time) = rest.split_at_checked(3).ok_or(DateFault::NotDigits)?;
    let three_digits = year(years).ok_or(DateFault::NotDigits)?;
    let millennium = now.year() / 1000 * 1000;
    let candidates = [millennium - 1000, millennium, millennium + 1000].map(|base| base + three_digits);
    let year = candidates.into_iter().min_by_key(|year| (year - now.year()).abs()).unwrap_or(three_digits);
    let date = day_of_year(year, days)?;
    let (format, precision) = match time {
        [] => ("YYYJJJ", Precision::Day),
        [h1, h2, m1, m2] => {
            let in_day = small(&[*h1, *h2]).is_some_and(|hour| hour < 24);
            let in_hour = small(&[*m1, *m2]).is_some_and(|minute| minute < 60);
            if !in_day || !in_hour {
                return Err(DateFault::Time);
            }
            ("YYYJJJHHMM", Precision::Time)
        }
        _ => return Err(DateFault::NotDigits),
    };
    Ok(LabelDate { original: decode(text), format, date, precision })
}

/// YYYYMM, the whole month (026).
fn expiry_month(text: &[u8]) -> Result<LabelDate, DateFault> {
    let (years, month) = text.split_at_checked(4).ok_or(DateFault::NotDigits)?;
    let (Some(year), Some(month)) = (year(years), small(month)) else { return Err(DateFault::NotDigits) };
    let (date, precision) = month_alone(year, month, Purpose::Expiry)?;
    Ok(LabelDate { original: decode(text), format: "YYYYMM", date, precision })
}

/// A compound message says how many structures follow it.
fn check_count(udi: &mut Udi) {
    let Some(header) = udi.elements.iter().position(|element| element.id == "=+") else { return };
    let stated = udi.elements.get(header).and_then(|element| number(element.value.as_bytes().get(..2)?));
    let found = udi.elements.len() - header - 1;
    if stated.and_then(|stated| usize::try_from(stated).ok()) != Some(found) {
        let span = udi.elements.get(header).map(|element| element.span);
        let finding = Finding::error("compound_count", span);
        let stated = stated.map(|stated| stated.to_string()).unwrap_or_default();
        udi.findings.push(finding.with("expected", stated).with("found", found.to_string()));
    }
}

/// A compound message of a device holds its product code first, its divisions and its donation number (ST-017).
fn check_device(udi: &mut Udi) {
    let Some(header) = udi.elements.iter().position(|element| element.id == "=+") else { return };
    let span = udi.elements.get(header).map(|element| element.span);
    let Some(product) = udi.elements.iter().position(|element| element.id == "=/") else { return };
    let absent = ["=,", "="].into_iter().filter(|id| udi.element(id).is_none()).collect::<Vec<_>>();
    if product != header + 1 {
        let at = udi.elements.get(product).map(|element| element.span);
        udi.findings.push(Finding::warning("compound_order", at));
    }
    if !absent.is_empty() {
        udi.findings.push(Finding::warning("compound_incomplete", span).with("text", absent.join(" ")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn three_digit_years_mean_the_nearest_year() {
        let of = |text: &[u8]| date(text, day(2026, 11, 22)).unwrap().date;
        assert_eq!(of(b"019031"), day(2019, 1, 31));
        assert_eq!(of(b"998001"), day(1998, 1, 1));
        assert_eq!(of(b"030001"), day(2030, 1, 1));
    }

    #[test]
    fn check_values_of_st_001() {
        assert_eq!(check_value(b"G123417654321"), Some(10));
        assert_eq!(check_value(b"A9990ABC123T0480"), Some(8));
    }
}

//! MA, China's IDcode system of ZIIOT → [`Udi`].
//!
//! ```text
//! MA.156.M0.rrrrrr.pkkkkkkc [.Sserial] [.Mdate|.Pdate] [.Llot] [.Dsterilisation lot] [.Edate] [.Vdate] [.Cc]
//! ```
//! Country, industry (`M0`, medical), registrant, product (package level, item code, check digit); then
//! production data in any order, dates as YYMMDD or YYYYMMDD, `.C` the check digit of the production data.
//! Standard: ISO/IEC 15459 agency code MA; the grammar is that of the ZIIOT manual as public readers and real
//! labels show it. Where a label gives both `E` (expiry) and `V` (valid until), `E` is the expiry.

mod check_character;
mod xml;

use std::ops::Range;

use jiff::civil::Date;

use self::check_character::{check_digit, in_alphabet, is_certain};
use super::date::{DateFault, LabelDate, Purpose, calendar, long, sliding_century, year};
use super::finding::Finding;
use super::text::{Text, decode};
use super::{Agency, Element, Udi};

pub(super) use xml::rewritten as from_xml;

/// What every MA code begins with.
pub(super) const PREFIX: &[u8] = b"MA.";

/// Parses a code that begins with [`PREFIX`].
pub(super) fn parse(text: &Text<'_>, now: Date) -> Udi {
    let mut udi = Udi { agency: Some(Agency::MA), ..Udi::default() };
    let parts = parts(text);
    let [_, country, industry, registrant, product, production @ ..] = parts.as_slice() else {
        let finding = Finding::error("ma_parts", text.span(0..text.len()));
        udi.findings.push(finding.with("found", parts.len().to_string()));
        return udi;
    };
    let holds = device_identifier(text, [country, industry, registrant, product], &mut udi);
    if holds {
        udi.di = Some(text.string(0..product.end));
        udi.di_as_printed.clone_from(&udi.di);
    }
    udi.elements.push(element("MA", Some("DI"), text, 0..product.end));
    let from = product.end;
    for part in production {
        production_data(text, from, part, &mut udi, now);
    }
    compare_ends(&mut udi, now);
    udi
}

fn parts(text: &Text<'_>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, &byte) in text.bytes().iter().enumerate() {
        if byte == b'.' {
            parts.push(from..at);
            from = at + 1;
        }
    }
    parts.push(from..text.len());
    parts
}

fn element(id: &str, title: Option<&'static str>, text: &Text<'_>, at: Range<usize>) -> Element {
    Element { id: id.to_owned(), title, value: text.string(at.clone()), span: text.span(at), source: 0 }
}

/// Checks the parts of a device identifier; a wrong check digit leaves it standing, with the finding.
fn device_identifier(text: &Text<'_>, parts: [&Range<usize>; 4], udi: &mut Udi) -> bool {
    let [country, industry, registrant, product] = parts;
    let digits = |at: &Range<usize>, length: usize| {
        at.len() == length && text.get(at.clone()).iter().all(u8::is_ascii_digit)
    };
    let mut wrong = |at: &Range<usize>, part: &'static str| {
        udi.findings.push(Finding::error("ma_part", text.span(at.clone())).with("part", part));
        false
    };
    if !digits(country, 3) {
        return wrong(country, "country");
    }
    if industry.len() != 2 || !text.get(industry.clone()).iter().all(u8::is_ascii_alphanumeric) {
        return wrong(industry, "industry");
    }
    if !digits(registrant, 6) {
        return wrong(registrant, "registrant");
    }
    let code = text.get(product.clone());
    if !(5..=14).contains(&code.len()) || !code.iter().all(u8::is_ascii_alphanumeric) {
        return wrong(product, "product");
    }
    if text.get(industry.clone()) != b"M0" {
        udi.findings.push(Finding::warning("ma_industry", text.span(industry.clone())));
    }
    check(text, 0..product.end - 1, product.end - 1..product.end, udi);
    true
}

/// Compares a check digit; how bad a mismatch is depends on how certain the rule is.
fn check(text: &Text<'_>, body: Range<usize>, found: Range<usize>, udi: &mut Udi) {
    let body = text.get(body);
    let Some(expected) = check_digit(body) else { return };
    if text.get(found.clone()) == [expected] {
        return;
    }
    let span = text.span(found.clone());
    let finding = if is_certain(body) {
        Finding::error("ma_check_digit", span)
    } else {
        Finding::warning("ma_check_uncertain", span)
    };
    let expected = char::from(expected).to_string();
    udi.findings.push(finding.with("expected", expected).with("found", text.string(found)));
}

/// One `.Xvalue` of the production data, which begins at `from` with its dot.
fn production_data(text: &Text<'_>, from: usize, part: &Range<usize>, udi: &mut Udi, now: Date) {
    let id = text.string(part.start..(part.start + 1).min(part.end));
    let at = (part.start + 1).min(part.end)..part.end;
    let span = text.span(at.clone());
    let error = |code| Finding::error(code, span).with("ai", &id);
    if part.is_empty() {
        udi.findings.push(Finding::repair("empty_element", text.span(part.start - 1..part.start)));
        return;
    }
    if at.is_empty() {
        udi.findings.push(error("value_empty"));
        return;
    }
    let value = text.get(at.clone());
    let title = match id.as_str() {
        "S" => "SERIAL",
        "L" => "LOT",
        "M" | "P" => "MANUFACTURED",
        "E" => "EXPIRY",
        "V" => "VALID UNTIL",
        "D" => "STERILISATION LOT",
        "C" => "CHECK DIGIT",
        _ => {
            let finding = Finding::warning("unknown_data_identifier", text.span(part.clone()));
            udi.findings.push(finding.with("ai", &id));
            udi.elements.push(element(&id, None, text, at));
            return;
        }
    };
    let repeated = udi.element(&id).is_some_and(|earlier| earlier.as_bytes() != value);
    udi.elements.push(element(&id, Some(title), text, at.clone()));
    if repeated {
        clear(udi, &id);
        udi.findings.push(error("conflicting_values"));
        return;
    }
    if !in_alphabet(value) {
        udi.findings.push(error("character_not_allowed").with("character", decode(value)));
        return;
    }
    if id == "C" {
        check(text, from..part.start - 1, at, udi);
    } else if let Err(fault) = fill(udi, &id, value, now) {
        udi.findings.push(error(fault.code()));
    }
}

/// Puts a value into the field its letter stands for.
fn fill(udi: &mut Udi, id: &str, value: &[u8], now: Date) -> Result<(), DateFault> {
    match id {
        "S" => udi.serial = Some(decode(value)),
        "L" => udi.lot = Some(decode(value)),
        "M" | "P" => udi.manufactured = Some(date(value, Purpose::Manufacture, now)?),
        "E" => udi.expiry = Some(date(value, Purpose::Expiry, now)?),
        "V" => {
            let end = date(value, Purpose::Expiry, now)?;
            udi.expiry.get_or_insert(end);
        }
        _ => {}
    }
    Ok(())
}

/// Takes the value of a letter that states two out of its field.
fn clear(udi: &mut Udi, id: &str) {
    match id {
        "S" => udi.serial = None,
        "L" => udi.lot = None,
        "M" | "P" => udi.manufactured = None,
        "E" | "V" => udi.expiry = None,
        _ => {}
    }
}

/// YYMMDD or YYYYMMDD.
fn date(text: &[u8], purpose: Purpose, now: Date) -> Result<LabelDate, DateFault> {
    let &[y1, y2, m1, m2, d1, d2] = text else { return long(text, purpose) };
    if !text.iter().all(u8::is_ascii_digit) {
        return Err(DateFault::NotDigits);
    }
    let year = sliding_century(year(&[y1, y2]).ok_or(DateFault::NotDigits)?, now);
    let (date, precision) = calendar(year, &[m1, m2], &[d1, d2], false, purpose)?;
    Ok(LabelDate { original: decode(text), format: "YYMMDD", date, precision })
}

/// `E` is the expiry wherever it stands; a `V` before it is worth knowing.
fn compare_ends(udi: &mut Udi, now: Date) {
    let read = |id: &str| date(udi.element(id)?.as_bytes(), Purpose::Expiry, now).ok();
    let (Some(expiry), Some(valid_until)) = (read("E"), read("V")) else { return };
    let span = udi.elements.iter().find(|element| element.id == "V").map(|element| element.span);
    if valid_until.date < expiry.date {
        let finding = Finding::warning("ma_valid_until_before_expiry", span);
        udi.findings.push(finding.with("validUntil", valid_until.date.to_string()));
    }
    if udi.expiry.is_some() {
        udi.expiry = Some(expiry);
    }
}

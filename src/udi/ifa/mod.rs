//! IFA: a PPN and production data with ASC MH10.8.2 data identifiers, in an ISO/IEC 15434 envelope → [`Udi`].
//!
//! Standards: IFA specification PPN-Code, ISO/IEC 15434 (envelope), ANSI MH10.8.2 (data identifiers). Format
//! `06` holds data identifiers, format `05` GS1 element strings. A Macro 05 or 06 codeword of Data Matrix
//! stands for header and trailer; readers expand it. HIBC labels may come in an envelope too.

mod damage;
mod envelope;
mod ppn;

use std::ops::Range;

use jiff::civil::Date;

use self::envelope::Format;
use super::date::{LabelDate, Precision, Purpose, calendar, long, sliding_century, year};
use super::finding::Finding;
use super::text::{Text, decode};
use super::{Agency, Element, Udi, gs1, hibcc};

pub(super) use damage::{envelope_put_back, has_small_identifier, stand_ins};
pub(super) use envelope::HEADER;
pub(super) use ppn::check_digits;

/// Parses an envelope.
pub(super) fn parse(text: &Text<'_>, now: Date) -> Udi {
    let (formats, findings) = envelope::open(text);
    let mut udi = Udi { agency: Some(Agency::IFA), findings, ..Udi::default() };
    let content = formats.first().map(|format| text.slice(format.data.clone()));
    if let Some(hibc) = content.filter(|content| content.bytes().starts_with(b"+")) {
        return with_findings(hibcc::parse(&hibc, hibcc::Check::Sent), udi.findings);
    }
    if formats.first().is_some_and(|format| &format.indicator == b"05") {
        udi.agency = Some(Agency::GS1);
    }
    for format in formats {
        match &format.indicator {
            b"06" => data_identifiers(text, format.data, &mut udi, now),
            b"05" => {
                udi = super::join::of_parts(udi, gs1::element_string(&text.slice(format.data), now));
            }
            _ => udi.findings.push(unknown_format(text, &format)),
        }
    }
    if let Some(at) = damage::product_without_controls(text) {
        udi.findings.clear();
        udi.findings.push(Finding::error("envelope_controls_lost", text.span(0..text.len())));
        element(text, at.start - 2..at.end, &mut udi, now);
    }
    if udi.elements.is_empty() && udi.findings.is_empty() {
        udi.findings.push(Finding::error("message_empty", text.span(0..text.len())));
    }
    udi
}

fn with_findings(mut udi: Udi, mut findings: Vec<Finding>) -> Udi {
    findings.append(&mut udi.findings);
    udi.findings = findings;
    udi
}

fn unknown_format(text: &Text<'_>, format: &Format) -> Finding {
    Finding::error("envelope_format", text.span(format.data.clone())).with("text", decode(&format.indicator))
}

/// Format 06: elements with GS between, each a data identifier and its value.
fn data_identifiers(text: &Text<'_>, range: Range<usize>, udi: &mut Udi, now: Date) {
    let mut from = range.start;
    while from <= range.end {
        let rest = text.get(from..range.end);
        let to = from + rest.iter().position(|&byte| byte == envelope::GS).unwrap_or(rest.len());
        element(text, from..to, udi, now);
        from = to + 1;
    }
}

/// Digits and one capital letter.
fn identifier_length(element: &[u8]) -> Option<usize> {
    let digits = element.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (digits <= 3 && element.get(digits).is_some_and(u8::is_ascii_uppercase)).then_some(digits + 1)
}

fn element(text: &Text<'_>, range: Range<usize>, udi: &mut Udi, now: Date) {
    let bytes = text.get(range.clone());
    if bytes.is_empty() {
        udi.findings.push(Finding::repair("empty_element", text.span(range)));
        return;
    }
    let Some(length) = identifier_length(bytes) else {
        let finding = Finding::error("unknown_identifier", text.span(range.clone()));
        udi.findings.push(finding.with("text", text.string(range)));
        return;
    };
    let id = text.string(range.start..range.start + length);
    let value_at = range.start + length..range.end;
    let span = text.span(value_at.clone());
    let repeated = udi.element(&id).map(str::to_owned);
    udi.elements.push(Element {
        title: title(&id),
        value: text.string(value_at.clone()),
        span,
        source: 0,
        id: id.clone(),
    });
    // A GTIN may stand once for each package level.
    if let Some(earlier) = repeated.filter(|_| id != "8P") {
        if earlier.as_bytes() == text.get(value_at) {
            udi.findings.push(Finding::info("repeated_element", span).with("ai", id));
        } else {
            clear(udi, &id);
            udi.findings.push(Finding::error("conflicting_values", span).with("ai", id));
        }
        return;
    }
    if let Err(finding) = fill(text, &id, value_at, udi, now) {
        udi.findings.push(finding.with("ai", id));
    }
}

fn title(id: &str) -> Option<&'static str> {
    Some(match id {
        "9N" => "PPN",
        "8P" => "GTIN / NTIN",
        "1T" => "BATCH",
        "S" => "SERIAL",
        "D" => "EXPIRY",
        "16D" => "MANUFACTURED",
        "14D" => "EXPIRY",
        _ => return None,
    })
}

/// Takes the value of an identifier that states two out of its field.
fn clear(udi: &mut Udi, id: &str) {
    match id {
        "9N" => (udi.di, udi.di_as_printed) = (None, None),
        "1T" => udi.lot = None,
        "S" => udi.serial = None,
        "D" | "14D" => udi.expiry = None,
        "16D" => udi.manufactured = None,
        _ => {}
    }
}

/// Puts a value into its field; the error is the finding that keeps it out.
fn fill(text: &Text<'_>, id: &str, at: Range<usize>, udi: &mut Udi, now: Date) -> Result<(), Finding> {
    let span = text.span(at.clone());
    let value = text.get(at.clone());
    let dated = |fault: super::date::DateFault| Finding::error(fault.code(), span);
    match id {
        "9N" => {
            characters(text, at.clone(), 22, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())?;
            if value.len() < 5 {
                return Err(too_short(span, "5", value.len()));
            }
            ppn::check(value).map_err(|fault| {
                Finding::error(fault.code, span).with("expected", fault.expected).with("found", fault.found)
            })?;
            udi.di = Some(text.string(at));
            udi.di_as_printed.clone_from(&udi.di);
        }
        "8P" => {
            let gtin = gs1::gtin(&text.slice(at));
            if let Some(finding) = gtin.findings.into_iter().next() {
                return Err(finding);
            }
            if udi.di.is_none() {
                udi.di = gtin.di;
                udi.di_as_printed = gtin.di_as_printed;
            }
        }
        "1T" => {
            characters(text, at.clone(), 20, gs1::is_in_set_82)?;
            udi.lot = Some(text.string(at));
        }
        "S" => {
            characters(text, at.clone(), 20, gs1::is_in_set_82)?;
            udi.serial = Some(text.string(at));
        }
        "D" => expires(udi, short_date(value, now).map_err(dated)?, span)?,
        "14D" => expires(udi, long(value, Purpose::Expiry).map_err(dated)?, span)?,
        "16D" => udi.manufactured = Some(long(value, Purpose::Manufacture).map_err(dated)?),
        _ => return Err(Finding::info("unknown_data_identifier", span)),
    }
    Ok(())
}

/// Two identifiers state an expiry: they must agree.
fn expires(udi: &mut Udi, date: LabelDate, span: super::Span) -> Result<(), Finding> {
    if udi.expiry.as_ref().is_some_and(|earlier| earlier.date != date.date) {
        udi.expiry = None;
        return Err(Finding::error("conflicting_values", span));
    }
    udi.expiry = Some(date);
    Ok(())
}

fn too_short(span: super::Span, min: &'static str, found: usize) -> Finding {
    Finding::error("value_too_short", span).with("min", min).with("found", found.to_string())
}

/// Whether a value has between one and `most` characters, all allowed.
fn characters(
    text: &Text<'_>,
    at: Range<usize>,
    most: usize,
    allowed: impl Fn(u8) -> bool,
) -> Result<(), Finding> {
    let value = text.get(at.clone());
    if value.is_empty() {
        return Err(Finding::error("value_empty", text.span(at)));
    }
    if let Some(bad) = value.iter().position(|&byte| !allowed(byte)) {
        let bad = text.character(at.start + bad);
        let finding = Finding::error("character_not_allowed", text.span(bad.clone()));
        return Err(finding.with("character", text.string(bad)));
    }
    if value.len() > most {
        let finding = Finding::error("value_too_long", text.span(at)).with("max", most.to_string());
        return Err(finding.with("found", value.len().to_string()));
    }
    Ok(())
}

/// YYMMDD; DD 00 is the whole month.
fn short_date(text: &[u8], now: Date) -> Result<LabelDate, super::date::DateFault> {
    let &[y1, y2, m1, m2, d1, d2] = text else { return Err(super::date::DateFault::NotDigits) };
    if !text.iter().all(u8::is_ascii_digit) {
        return Err(super::date::DateFault::NotDigits);
    }
    let year = year(&[y1, y2]).ok_or(super::date::DateFault::NotDigits)?;
    let (date, precision): (Date, Precision) =
        calendar(sliding_century(year, now), &[m1, m2], &[d1, d2], true, Purpose::Expiry)?;
    Ok(LabelDate { original: decode(text), format: "YYMMDD", date, precision })
}

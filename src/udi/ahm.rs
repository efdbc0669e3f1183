//! AHM, Alibaba Health's codes for China → [`Udi`], shown as read and verified by nothing.
//!
//! No standard text and no real label were at hand: one public reader has the form
//! `MF…BA…*SN…*MD…*BD…*ED…*PL…` (device identifier, batch, serial, manufactured, best before, expiry, package
//! level), the NMPA's published answers name `BN` for the batch. There is no known check digit. The 20-digit
//! numbers of the same house are drug traceability codes and no device identifiers.

use std::ops::Range;

use jiff::civil::Date;

use super::date::{LabelDate, Purpose, calendar, long, sliding_century, year};
use super::finding::Finding;
use super::text::{Text, decode};
use super::{Agency, Element, Udi};

/// What every AHM code begins with.
pub(super) const PREFIX: &[u8] = b"MF";

/// Most characters of a device identifier after `MF`.
const MAX_DI: usize = 13;

const FIELDS: [(&[u8], &str); 7] = [
    (b"BA", "BATCH"),
    (b"BN", "BATCH"),
    (b"SN", "SERIAL"),
    (b"MD", "MANUFACTURED"),
    (b"BD", "BEST BEFORE"),
    (b"ED", "EXPIRY"),
    (b"PL", "PACKAGE LEVEL"),
];

/// Whether a text has the form: `MF`, digits, then a field or the end.
pub(super) fn is(text: &[u8]) -> bool {
    text.strip_prefix(PREFIX).is_some_and(|rest| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let after = rest.get(digits..).unwrap_or_default();
        let at_field = FIELDS.iter().any(|(name, _)| after.starts_with(name));
        (1..=MAX_DI).contains(&digits) && (after.is_empty() || after.starts_with(b"*") || at_field)
    })
}

/// Parses a code for which [`is`] holds.
pub(super) fn parse(text: &Text<'_>, now: Date) -> Udi {
    let mut udi = Udi { agency: Some(Agency::AHM), ..Udi::default() };
    udi.findings.push(Finding::warning("ahm_not_verified", text.span(0..text.len())));
    let digits = text.get(2..text.len()).iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = 2 + digits;
    udi.di = Some(text.string(0..end));
    udi.di_as_printed.clone_from(&udi.di);
    udi.elements.push(element("MF", Some("DI"), text, 0..end));
    let mut from = end;
    while from < text.len() {
        let rest = text.get(from..text.len());
        let to = from + rest.iter().position(|&byte| byte == b'*').unwrap_or(rest.len());
        if from < to {
            field(text, from..to, &mut udi, now);
        }
        from = to + 1;
    }
    udi
}

fn element(id: &str, title: Option<&'static str>, text: &Text<'_>, at: Range<usize>) -> Element {
    Element { id: id.to_owned(), title, value: text.string(at.clone()), span: text.span(at), source: 0 }
}

fn field(text: &Text<'_>, range: Range<usize>, udi: &mut Udi, now: Date) {
    let name = text.get(range.start..(range.start + 2).min(range.end));
    let Some((id, title)) = FIELDS.iter().find(|(id, _)| *id == name) else {
        let finding = Finding::error("unknown_identifier", text.span(range.clone()));
        udi.findings.push(finding.with("text", text.string(range)));
        return;
    };
    let (id, at) = (decode(id), range.start + 2..range.end);
    let value = text.string(at.clone());
    let conflicts = udi.element(&id).is_some_and(|earlier| earlier != value);
    udi.elements.push(element(&id, Some(title), text, at.clone()));
    if value.is_empty() {
        udi.findings.push(Finding::error("value_empty", text.span(range)).with("ai", id));
        return;
    }
    if conflicts {
        clear(udi, &id);
        udi.findings.push(Finding::error("conflicting_values", text.span(at)).with("ai", id));
        return;
    }
    let purpose = if id == "MD" { Purpose::Manufacture } else { Purpose::Expiry };
    match id.as_str() {
        "BA" | "BN" => udi.lot = Some(value),
        "SN" => udi.serial = Some(value),
        "MD" | "ED" => match date(value.as_bytes(), purpose, now) {
            Some(date) if id == "MD" => udi.manufactured = Some(date),
            Some(date) => udi.expiry = Some(date),
            None => udi.findings.push(Finding::error("date_not_digits", text.span(at)).with("ai", id)),
        },
        _ => {}
    }
}

/// Takes the value of a field that states two away.
fn clear(udi: &mut Udi, id: &str) {
    match id {
        "BA" | "BN" => udi.lot = None,
        "SN" => udi.serial = None,
        "MD" => udi.manufactured = None,
        "ED" => udi.expiry = None,
        _ => {}
    }
}

fn date(text: &[u8], purpose: Purpose, now: Date) -> Option<LabelDate> {
    let &[y1, y2, m1, m2, d1, d2] = text else { return long(text, purpose).ok() };
    let year = sliding_century(year(&[y1, y2])?, now);
    let (date, precision) = calendar(year, &[m1, m2], &[d1, d2], false, purpose).ok()?;
    Some(LabelDate { original: decode(text), format: "YYMMDD", date, precision })
}

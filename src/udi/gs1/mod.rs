//! GS1: element strings, bracketed text, Digital Link URIs and bare GTINs → [`Udi`].
//!
//! Standards: GS1 General Specifications (element strings, character sets, check digits, dates), GS1 Barcode
//! Syntax Dictionary release 2026-01-27 (the identifiers), GS1 Digital Link URI Syntax 1.6.0. Company
//! prefixes are not looked up, compressed links are recognised but not expanded, and an ISO/IEC 20248
//! signature in AI 8030 is shown but not verified: each needs data that is not on the label.

mod application_identifiers;
mod association;
mod bracketed;
mod character_set;
mod check_digit;
mod component;
mod content;
mod date;
mod dictionary;
mod digital_link;
mod element_string;
mod fields;
mod iso_codes;
mod message;
mod rules;
mod separator;

use jiff::civil::Date;

use super::date::Purpose;
use super::finding::{Finding, Severity};
use super::text::{Text, decode};
use super::{Agency, Element, Udi, repair};

/// How far from today a date on a label is believed without anything else to bear it out.
const NEAR_YEARS: i16 = 20;

/// Whether a character is in GS1 AI encodable character set 82.
pub(super) fn is_in_set_82(byte: u8) -> bool {
    component::CharacterSet::X.contains(byte)
}

/// An element string: the message of a GS1 symbol. Separators that are spelled out are restored where that
/// leaves fewer errors; the reading without is then kept beside, if it has none.
pub(super) fn element_string(text: &Text<'_>, now: Date) -> Udi {
    let as_sent = with_splits(text.clone(), now);
    let Some((restored, finding)) = repair::gs1_separators(text) else { return as_sent };
    let sign = finding.param("spelling").is_some_and(|spelling| spelling.chars().count() == 1);
    let unusual = sign && !finding.param("spelling").is_some_and(|spelling| "|~^␝↔".contains(spelling));
    // One sign alone stands for a separator only where it cannot be data: `#` may be, in (8010).
    if sign && !as_sent.has_errors() {
        return as_sent;
    }
    let mut repaired = with_splits(restored, now);
    let errors =
        |udi: &Udi| udi.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    // A sign that is seldom sent for one must leave nothing wrong.
    if errors(&repaired) > 0 && (unusual || errors(&repaired) >= errors(&as_sent)) {
        return as_sent;
    }
    repaired.findings.push(finding);
    if !as_sent.has_errors() {
        // Cut no further: where one separator is spelled out, the others are not lost.
        repaired.or_else(Udi { alternatives: Vec::new(), ..as_sent });
    }
    repaired
}

/// An element string, with the readings in which a separator is missing beside.
fn with_splits(text: Text<'_>, now: Date) -> Udi {
    let message = element_string::frame(text);
    let splits = separator::splits(&message.text, &message.fields, now);
    let mut cuts: Vec<&separator::Cut> = Vec::new();
    for cut in splits.iter().flat_map(|split| &split.cuts) {
        if !cuts.contains(&cut) {
            cuts.push(cut);
        }
    }
    let findings: Vec<Finding> = cuts
        .into_iter()
        .map(|cut| {
            let severity = if cut.telling { Severity::Warning } else { Severity::Info };
            let span = message.text.span(cut.at..cut.at);
            Finding::new("possible_missing_separator", severity, span).with("ai", &cut.id)
        })
        .collect();
    let mut udi = fields::read(message, now);
    udi.findings.extend(findings);
    udi.alternatives.extend(splits.into_iter().map(|split| fields::read(split.message, now)));
    udi
}

/// Whether digits end with the check digit of those before.
pub(super) fn gtin_checks(digits: &[u8]) -> bool {
    check_digit::has_check_digit(digits)
}

/// Whether text is a Global Model Number without its identifier: a company prefix, at least one character that
/// is no digit, and a check pair that is right.
pub(super) fn is_global_model_number(text: &[u8]) -> bool {
    (8..=25).contains(&text.len())
        && text.get(..4).is_some_and(|prefix| prefix.iter().all(u8::is_ascii_digit))
        && !text.iter().all(u8::is_ascii_digit)
        && text
            .split_last_chunk::<2>()
            .is_some_and(|(body, pair)| check_digit::check_pair(body).as_ref() == Some(pair))
}

/// Whether a reading begins with a date of a device label that is within twenty years.
pub(super) fn begins_with_near_date(udi: &Udi, now: Date) -> bool {
    let near = |element: &Element| {
        let read = date::read(element.value.as_bytes(), Purpose::Expiry, now);
        read.is_ok_and(|read| (read.date.year() - now.year()).abs() <= NEAR_YEARS)
    };
    udi.elements.first().is_some_and(|first| matches!(first.id.as_str(), "11" | "17") && near(first))
}

/// Whether at least one element of a reading has an identifier that the dictionary knows.
pub(super) fn is_known(udi: &Udi) -> bool {
    udi.elements.iter().any(|element| element.title.is_some())
}

/// Human-readable text with identifiers in brackets.
pub(super) fn bracketed(text: Text<'_>, now: Date) -> Udi {
    fields::read(bracketed::frame(text), now)
}

/// A Digital Link URI.
pub(super) fn digital_link(text: Text<'_>, now: Date) -> Udi {
    match digital_link::frame(&text) {
        Ok(message) => fields::read(message, now),
        Err(finding) => Udi { agency: Some(Agency::GS1), findings: vec![finding], ..Udi::default() },
    }
}

/// Checks the associations of a GS1 reading anew, over all its elements.
pub(super) fn associate(udi: &mut Udi) {
    if udi.agency != Some(Agency::GS1) {
        return;
    }
    udi.findings.retain(|finding| !matches!(finding.code, "association_needs" | "association_excludes"));
    let ids: Vec<_> =
        udi.elements.iter().map(|element| (element.id.as_str(), element.span, element.source)).collect();
    let findings = association::check(&ids);
    udi.findings.extend(findings);
}

/// A GTIN alone, as EAN, UPC and ITF-14 symbols carry it: 8, 12, 13 or 14 digits.
pub(super) fn gtin(text: &Text<'_>) -> Udi {
    let mut udi = Udi { agency: Some(Agency::GS1), ..Udi::default() };
    let digits = text.bytes();
    let whole = 0..text.len();
    if !digits.iter().all(u8::is_ascii_digit) || !matches!(digits.len(), 8 | 12 | 13 | 14) {
        let finding = Finding::error("gtin_length", text.span(whole.clone()));
        udi.findings.push(finding.with("found", digits.len().to_string()));
        return udi;
    }
    let value = format!("{:0>14}", decode(digits));
    udi.di_as_printed = Some(decode(digits));
    udi.elements.push(Element {
        id: "01".to_owned(),
        title: Some("GTIN"),
        value: value.clone(),
        span: text.span(whole.clone()),
        source: 0,
    });
    if check_digit::has_check_digit(digits) {
        udi.di = Some(value);
    } else {
        let expected = digits.split_last().and_then(|(_, body)| check_digit::check_digit(body));
        udi.findings.push(
            Finding::error("check_digit", text.span(digits.len() - 1..digits.len()))
                .with("ai", "01")
                .with("expected", expected.map(char::from).unwrap_or_default())
                .with("found", digits.last().copied().map(char::from).unwrap_or_default()),
        );
    }
    udi
}

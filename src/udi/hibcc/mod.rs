//! HIBC Supplier Labeling Standard, ANSI/HIBC 2.6 (2016): primary, secondary and combined symbols → [`Udi`].
//!
//! ```text
//! primary   = "+" LIC PCN U C
//! secondary = "+" R *( "/" supplement ) L C      L = the check character of its primary
//! combined  = "+" LIC PCN U "/" R *( "/" supplement ) C
//! ```
//! A Provider Applications label (`+/`) concerns a patient or a record: it is named and nothing of it kept.

mod check_character;
mod code39;
mod reading;
mod secondary;

use std::ops::Range;

use self::check_character::{check_character, value};
use self::reading::Reading;
use super::finding::Finding;
use super::text::{Text, decode};
use super::{Agency, Udi};

pub(super) use code39::{undone as undo_full_ascii, undone_unchecked as undo_full_ascii_unchecked};

/// Most characters between the `+` and the check character.
const MAX_LENGTH: usize = 110;

/// What is known of the check character before the message is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// The message ends with it.
    Sent,
    /// The reader checked it and took it off (`]A3`).
    TakenOff,
}

/// Parses a message that begins with `+`.
pub(super) fn parse(text: &Text<'_>, check: Check) -> Udi {
    let udi = Udi { agency: Some(Agency::HIBCC), ..Udi::default() };
    let mut reading = Reading { text, udi };
    if let Some(code) = not_a_udi(text.bytes()) {
        let span = text.span(0..2);
        reading.find(Finding::error(code, span));
        return reading.udi;
    }
    let end = check_the_whole(&mut reading, check);
    let body = 1..end.max(1);
    match text.get(1..3) {
        [b'$', ..] => secondary_symbol(&mut reading, body),
        [first, second] if first.is_ascii_digit() && second.is_ascii_digit() && is_legacy(text) => {
            secondary_symbol(&mut reading, body);
        }
        _ => primary_symbol(&mut reading, body),
    }
    reading.udi
}

/// The two symbols that a scanner sent as one message, each whole with a check character that is right.
pub(super) fn two_symbols<'t>(text: &'t Text<'_>) -> Option<(Text<'t>, Text<'t>)> {
    let is_whole = |part: &[u8]| {
        part.len() >= 4
            && part.split_last().is_some_and(|(found, body)| check_character(body) == Some(*found))
    };
    let bytes = text.bytes();
    let at = (4..bytes.len())
        .filter(|&at| bytes.get(at) == Some(&b'+'))
        .find(|&at| is_whole(text.get(0..at)) && is_whole(text.get(at..bytes.len())))?;
    Some((text.slice(0..at), text.slice(at..bytes.len())))
}

fn not_a_udi(bytes: &[u8]) -> Option<&'static str> {
    match bytes.get(..2) {
        Some(b"++") => Some("basic_udi_di"),
        Some(b"+/") => Some(super::PATIENT_LABEL),
        _ => None,
    }
}

/// Secondary data of old begins with five digits; a primary begins with a letter.
fn is_legacy(text: &Text<'_>) -> bool {
    text.len() >= 8 && text.get(1..6).iter().all(u8::is_ascii_digit)
}

/// Checks alphabet, length and check character; returns where the check character stands or would stand.
fn check_the_whole(reading: &mut Reading<'_>, check: Check) -> usize {
    let bytes = reading.text.bytes();
    if let Some(bad) = bytes.iter().position(|&byte| value(byte).is_none() && byte != b'_') {
        let at = reading.text.character(bad);
        let character = decode(reading.text.get(at.clone()));
        let finding = Finding::error("character_not_allowed", reading.span(at)).with("ai", "HIBC");
        reading.find(finding.with("character", character));
    }
    if bytes.len() > MAX_LENGTH + 2 {
        let finding = Finding::warning("hibc_too_long", reading.span(0..bytes.len()));
        reading
            .find(finding.with("max", MAX_LENGTH.to_string()).with("found", (bytes.len() - 2).to_string()));
    }
    if check == Check::TakenOff {
        reading.find(Finding::info("check_character_taken_off", None));
        return bytes.len();
    }
    let Some((&found, body)) = bytes.split_last() else { return 0 };
    let at = body.len()..bytes.len();
    match check_character(body) {
        Some(expected) if expected == found => {}
        // Printed captions show a space as an underscore, so a person types one.
        Some(b' ') if found == b'_' => {
            reading.find(Finding::info("hibc_underscore_for_space", reading.span(at)))
        }
        _ if check_character(bytes) == Some(b' ') => {
            reading.find(Finding::repair("hibc_space_check_trimmed", reading.span(bytes.len()..bytes.len())));
            return bytes.len();
        }
        Some(expected) => {
            let finding = Finding::error("check_character", reading.span(at.clone()));
            let expected = char::from(expected).to_string();
            reading.find(finding.with("expected", expected).with("found", decode(reading.text.get(at))));
        }
        None => {}
    }
    body.len()
}

/// A primary symbol, or one that combines primary and secondary data.
fn primary_symbol(reading: &mut Reading<'_>, body: Range<usize>) {
    let bytes = reading.text.get(body.clone());
    let slash = body.start + bytes.iter().position(|&byte| byte == b'/').unwrap_or(bytes.len());
    let di = body.start..slash;
    device_identifier(reading, di);
    if slash < body.end {
        secondary::read(reading, slash + 1..body.end);
        return;
    }
    if body.end < reading.text.len() {
        reading.element("C", "CHECK CHARACTER", body.end..reading.text.len());
    }
}

/// LIC, PCN and unit of measure: 6 to 23 characters.
fn device_identifier(reading: &mut Reading<'_>, range: Range<usize>) {
    reading.element("+", "DI", range.clone());
    let errors = reading.udi.findings.len();
    let bytes = reading.text.get(range.clone()).to_vec();
    if !bytes.first().is_some_and(u8::is_ascii_uppercase) {
        reading.find(Finding::error("hibc_labeler", reading.span(range.clone())));
    }
    if bytes.len() < 6 {
        let finding = Finding::error("value_too_short", reading.span(range.clone())).with("ai", "+");
        reading.find(finding.with("min", "6").with("found", bytes.len().to_string()));
    }
    let characters_hold = reading.is_alphanumeric("+", range.clone(), 23);
    if !bytes.last().is_some_and(u8::is_ascii_digit) {
        let at = range.end.saturating_sub(1)..range.end;
        reading.find(Finding::error("hibc_unit_of_measure", reading.span(at)));
    }
    if characters_hold && reading.udi.findings.len() == errors {
        reading.udi.di = Some(decode(&bytes));
        reading.udi.di_as_printed.clone_from(&reading.udi.di);
    }
}

/// A secondary symbol of its own: the last character before the check links it to its primary.
fn secondary_symbol(reading: &mut Reading<'_>, body: Range<usize>) {
    let link = body.end.saturating_sub(1).max(body.start);
    if link == body.start {
        reading.find(Finding::error("hibc_link_missing", reading.span(body)));
        return;
    }
    secondary::read(reading, body.start..link);
    reading.element("L", "LINK CHARACTER", link..body.end);
}

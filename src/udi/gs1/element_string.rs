//! Element strings: identifier, value, identifier, value… with a separator (GS, 0x1D) after each value whose
//! length is not predefined, General Specifications 7.8.
//!
//! A separator too many after a predefined length, or at the end, is tolerated. An empty element is not.

use std::ops::Range;

use super::dictionary::{identifier_length, lookup, predefined_length};
use super::message::{Field, Message};
use crate::udi::finding::Finding;
use crate::udi::text::Text;

/// The separator as transmitted.
pub(crate) const GS: u8 = 0x1D;

/// Cuts an element string.
pub(super) fn frame(text: Text<'_>) -> Message<'_> {
    let mut message = Message::new(text);
    // A separator in front is FNC1 in first position as some decoders transmit it.
    let mut at = usize::from(message.text.bytes().first() == Some(&GS));
    if at == message.text.len() {
        message.findings.push(Finding::error("message_empty", message.text.span(0..at)));
    }
    while at < message.text.len() {
        at = element(&mut message, at);
    }
    message
}

/// Takes the element that begins at `at`; returns where the next begins.
fn element(message: &mut Message<'_>, at: usize) -> usize {
    let text = &message.text;
    let to_separator = end_of_value(text, at);
    if text.get(at..at + 1) == [GS] {
        message.findings.push(Finding::repair("empty_element", text.span(at..at + 1)));
        return at + 1;
    }
    let Some(id) = identifier(text, at, to_separator) else {
        let rest = at..to_separator;
        let finding = Finding::error("unknown_identifier", text.span(rest.clone()));
        message.findings.push(finding.with("text", text.string(rest)));
        return after_separator(text, to_separator);
    };
    let value_from = at + id.len();
    let value_to = match id.get(..2).and_then(predefined_length) {
        Some(length) => (value_from + length).min(to_separator),
        None => to_separator,
    };
    let next = after_separator(text, value_to);
    let row = lookup(&id);
    message.fields.push(Field { id, row, id_at: at..value_from, value_at: value_from..value_to });
    next
}

/// The digits of the identifier at `at`, as many as its first two say; `None` where no identifier can be.
fn identifier(text: &Text<'_>, at: usize, end: usize) -> Option<String> {
    let length = identifier_length(digits(text, at..at + 2, end)?)?;
    digits(text, at..at + length, end).map(str::to_owned)
}

fn digits<'t>(text: &'t Text<'_>, range: Range<usize>, end: usize) -> Option<&'t str> {
    let digits = text.get(range.clone());
    let whole = range.end <= end && digits.len() == range.len() && digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits).ok().filter(|_| whole)
}

/// Where the separator after `from` stands, or the end.
fn end_of_value(text: &Text<'_>, from: usize) -> usize {
    let rest = text.get(from..text.len());
    from + rest.iter().position(|&byte| byte == GS).unwrap_or(rest.len())
}

fn after_separator(text: &Text<'_>, at: usize) -> usize {
    if text.get(at..at + 1) == [GS] { at + 1 } else { at }
}

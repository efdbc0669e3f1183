//! Bracketed human-readable text: `(01)09501234567891(10)ABC`, General Specifications 4.14.1.
//!
//! The brackets are never in a symbol. The text has no escape, so `(10)AB(21)C` cannot be told from a lot
//! with brackets in it: brackets that do not enclose a known identifier stay data. No GS1 value holds a space or
//! the end of a line, so they are the printer's or the typist's, and are left out.

use super::dictionary::{identifier_length, lookup};
use super::message::{Field, Message};
use crate::udi::finding::{Finding, Span};
use crate::udi::text::{Rewrite, Text};

/// U+00A0 in UTF-8, as word processors and web pages put it.
const NO_BREAK_SPACE: &[u8] = b"\xC2\xA0";

/// Cuts bracketed text.
pub(super) fn frame(text: Text<'_>) -> Message<'_> {
    let (text, space) = without_spaces(text);
    let mut message = Message::new(text);
    message.findings.extend(space.map(|at| Finding::repair("printed_space", at)));
    let mut starts = identifiers(&message.text);
    if starts.first().is_none_or(|(start, ..)| *start != 0) {
        let first = starts.first().map_or(message.text.len(), |(start, ..)| *start);
        let span = message.text.span(0..first);
        message
            .findings
            .push(Finding::error("unknown_identifier", span).with("text", message.text.string(0..first)));
    }
    starts.push((message.text.len(), String::new()));
    for pair in starts.windows(2) {
        let [(start, id), (end, _)] = pair else { continue };
        let value_from = start + id.len() + 2;
        let value_to = trim_end(&message.text, value_from, *end);
        let (row, id) = (lookup(id), id.clone());
        message.fields.push(Field { id, row, id_at: *start..value_from, value_at: value_from..value_to });
    }
    message
}

/// The text without its spaces, and where the first one stood inside a value; those between elements are
/// nobody's fault.
fn without_spaces(text: Text<'_>) -> (Text<'_>, Option<Span>) {
    let bytes = text.bytes();
    if !bytes.iter().any(u8::is_ascii_whitespace) && !bytes.windows(2).any(|pair| pair == NO_BREAK_SPACE) {
        return (text, None);
    }
    let mut rewrite = Rewrite::default();
    let mut inside = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let width = match byte {
            byte if byte.is_ascii_whitespace() => 1,
            _ if text.get(at..at + 2) == NO_BREAK_SPACE => 2,
            _ => {
                rewrite.push(byte, text.span(at..at + 1));
                at += 1;
                continue;
            }
        };
        let after = bytes.get(at + width..).unwrap_or_default();
        let behind_bracket = rewrite.last().is_none_or(|last| last == b')');
        let next = after.iter().find(|byte| !byte.is_ascii_whitespace());
        let in_bracket = rewrite.last() == Some(b'(') || next == Some(&b')');
        if !behind_bracket && !in_bracket && !matches!(next, None | Some(b'(' | 0xC2)) {
            inside.get_or_insert(text.span(at..at + width));
        }
        at += width;
    }
    (rewrite.finish(), inside)
}

/// Every `(digits)` that encloses an identifier, with where its bracket opens. One in front is taken even
/// when the dictionary does not have it.
fn identifiers(text: &Text<'_>) -> Vec<(usize, String)> {
    let opens = text.bytes().iter().enumerate().filter(|(_, byte)| **byte == b'(').map(|(at, _)| at);
    let mut found: Vec<(usize, String)> = Vec::new();
    for at in opens {
        let rest = text.get(at + 1..(at + 6).min(text.len()));
        let Some(length) = rest.iter().position(|&byte| byte == b')') else { continue };
        let id = text.string(at + 1..at + 1 + length);
        let digits = id.len() >= 2 && id.bytes().all(|byte| byte.is_ascii_digit());
        let right_length = id.get(..2).and_then(identifier_length) == Some(id.len());
        if digits
            && (lookup(&id).is_some() || at == 0 || (right_length && follows_whole_value(text, &found, at)))
        {
            found.push((at, id));
        }
    }
    found
}

/// Whether a bracket at `at` stands where a value of predefined length has just ended, so it must open an
/// identifier.
fn follows_whole_value(text: &Text<'_>, found: &[(usize, String)], at: usize) -> bool {
    found.last().is_some_and(|(start, id)| {
        let value = trim_end(text, start + id.len() + 2, at).saturating_sub(start + id.len() + 2);
        lookup(id).is_some_and(|row| row.predefined && row.max_length() == value)
    })
}

/// Where a value ends: a separator in front of the next bracket is no part of it.
fn trim_end(text: &Text<'_>, from: usize, to: usize) -> usize {
    let value = text.get(from..to);
    from + value.iter().rposition(|byte| *byte != 0x1D).map_or(0, |last| last + 1)
}

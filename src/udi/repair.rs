//! Known ways in which scanners, keyboards and decoders change a message, and undoing them.
//!
//! Each is reported as a finding; whether a repaired reading is taken is for the grammar that tries it.

use super::finding::Finding;
use super::text::{Rewrite, Text};

/// Ways to write a control character, the longest first; letters in either case, for caps lock.
type Spellings = &'static [(&'static [u8], u8)];

/// How keyboard wedges, editors, terminals and ZXing-C++ write the group separator and the others of ISO/IEC
/// 15434.
const CONTROLS: Spellings = &[
    (b"\\u001d", 0x1D),
    (b"\\u001e", 0x1E),
    (b"\\u0004", 0x04),
    (b"Alt+029", 0x1D),
    (b"Alt+030", 0x1E),
    (b"Alt+004", 0x04),
    (b"<FNC1>", 0x1D),
    (b"{FNC1}", 0x1D),
    (b"[FNC1]", 0x1D),
    (b"<0x1D>", 0x1D),
    (b"<1D>", 0x1D),
    (b"<29>", 0x1D),
    (b"{29}", 0x1D),
    (b"[29]", 0x1D),
    (b"%1D", 0x1D),
    (b"\\035", 0x1D),
    (b"\\F", 0x1D),
    (b"<0x1E>", 0x1E),
    (b"<0x04>", 0x04),
    (b"&#x1D;", 0x1D),
    (b"&#x1E;", 0x1E),
    (b"&#29;", 0x1D),
    (b"&#30;", 0x1E),
    (b"&#4;", 0x04),
    (b"~d029", 0x1D),
    (b"~d030", 0x1E),
    (b"~d004", 0x04),
    (b"<EOT>", 0x04),
    (b"{EOT}", 0x04),
    (b"[EOT]", 0x04),
    (b"<GS>", 0x1D),
    (b"{GS}", 0x1D),
    (b"[GS]", 0x1D),
    (b"<RS>", 0x1E),
    (b"{RS}", 0x1E),
    (b"[RS]", 0x1E),
    (b"\\x1d", 0x1D),
    (b"\\x1e", 0x1E),
    (b"\\x04", 0x04),
    (b"\xE2\x90\x9D", 0x1D),
    (b"\xE2\x90\x9E", 0x1E),
    (b"\xE2\x90\x84", 0x04),
    // What code page 437 shows for them: U+2194, U+25B2, U+2666.
    (b"\xE2\x86\x94", 0x1D),
    (b"\xE2\x96\xB2", 0x1E),
    (b"\xE2\x99\xA6", 0x04),
    (b"^]", 0x1D),
    (b"^^", 0x1E),
    (b"^D", 0x04),
];

/// Characters in no GS1 value that scanners are set to send for the separator, and the identifier that one
/// which sends two symbols as one message leaves between them. None is a single bit away from the separator: a
/// flipped bit of a sealed message must not be taken for a setting of the scanner.
const STAND_INS: Spellings = &[
    (b"]C1", 0x1D),
    (b"~1", 0x1D),
    (b"|", 0x1D),
    (b"~", 0x1D),
    (b"^", 0x1D),
    (b"#", 0x1D),
    (b"$", 0x1D),
    (b"@", 0x1D),
    (b"`", 0x1D),
    (b"\\", 0x1D),
    (b"[", 0x1D),
    (b"{", 0x1D),
    (b"}", 0x1D),
    // Signs that keyboards of other countries have in its place.
    (b"\xC2\xA6", 0x1D),
    (b"\xC2\xA7", 0x1D),
    (b"\xC2\xAC", 0x1D),
    (b"\xE2\x86\x92", 0x1D),
];

/// The message with separators restored from any spelling, for element strings.
pub(super) fn gs1_separators(text: &Text<'_>) -> Option<(Text<'static>, Finding)> {
    restore(text, &[CONTROLS, STAND_INS])
}

/// The message with its controls restored, for ISO/IEC 15434 envelopes.
pub(super) fn envelope_controls(text: &Text<'_>) -> Option<(Text<'static>, Finding)> {
    restore(text, &[CONTROLS])
}

fn restore(text: &Text<'_>, spellings: &[Spellings]) -> Option<(Text<'static>, Finding)> {
    // Most scans hold none of the characters that a spelling begins with.
    let begins_one = |byte: &u8| {
        matches!(
            byte,
            b'\\'
                | b'A'
                | b'a'
                | b'<'
                | b'{'
                | b'}'
                | b'~'
                | b'['
                | b'^'
                | b'|'
                | b'&'
                | b']'
                | b'#'
                | b'$'
                | b'@'
                | b'%'
                | b'`'
                | 0xE2
                | 0xC2
        )
    };
    if !text.bytes().iter().any(begins_one) {
        return None;
    }
    let mut rewrite = Rewrite::default();
    let mut finding = None;
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..text.len());
        let begins = |form: &[u8]| rest.get(..form.len()).is_some_and(|head| head.eq_ignore_ascii_case(form));
        let spelling = spellings.iter().flat_map(|list| list.iter()).find(|(form, _)| begins(form));
        let (byte, length) = match spelling {
            Some((form, control)) => (*control, form.len()),
            None => (rest.first().copied()?, 1),
        };
        let span = text.span(at..at + length);
        if spelling.is_some() && finding.is_none() {
            let written = text.string(at..at + length);
            finding = Some(Finding::repair("separator_spelled_out", span).with("spelling", written));
        }
        rewrite.push(byte, span);
        at += length;
    }
    finding.map(|finding| (rewrite.finish(), finding))
}

/// The message with full-width forms (U+FF01 to U+FF5E), as a Chinese or Japanese keyboard types them, made the
/// ASCII characters they stand for.
pub(super) fn half_width(text: &Text<'_>) -> Option<(Text<'static>, Finding)> {
    let bytes = text.bytes();
    if !bytes.contains(&0xEF) {
        return None;
    }
    let mut rewrite = Rewrite::default();
    let mut finding = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let character = text.character(at);
        let form = std::str::from_utf8(text.get(character.clone())).ok().and_then(|form| form.chars().next());
        let ascii = form
            .and_then(|form| u32::from(form).checked_sub(0xFEE0))
            .and_then(|code| u8::try_from(code).ok())
            .filter(u8::is_ascii_graphic);
        let span = text.span(character.clone());
        if let Some(ascii) = ascii {
            rewrite.push(ascii, span);
            finding.get_or_insert_with(|| Finding::repair("full_width", span));
            at = character.end;
        } else {
            rewrite.push(byte, text.span(at..at + 1));
            at += 1;
        }
    }
    finding.map(|finding| (rewrite.finish(), finding))
}

/// The message with upper and lower case exchanged, as a keyboard wedge types it with caps lock on.
pub(super) fn swapped_case(text: &Text<'_>) -> Text<'static> {
    map_bytes(text, |byte| {
        if byte.is_ascii_lowercase() { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() }
    })
}

/// The message in capitals, for grammars that know no others.
pub(super) fn capitals(text: &Text<'_>) -> Text<'static> {
    map_bytes(text, |byte| byte.to_ascii_uppercase())
}

fn map_bytes(text: &Text<'_>, change: impl Fn(u8) -> u8) -> Text<'static> {
    let mut rewrite = Rewrite::default();
    for (at, &byte) in text.bytes().iter().enumerate() {
        rewrite.push(change(byte), text.span(at..at + 1));
    }
    rewrite.finish()
}

/// The message with HL7's escape `\T\` for `&` undone.
pub(super) fn hl7_ampersands(text: &Text<'_>) -> Option<(Text<'static>, Finding)> {
    restore(text, &[&[(b"\\T\\", b'&')]])
        .map(|(text, finding)| (text, Finding { code: "hl7_escape", ..finding }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_becomes_the_separator_and_spans_point_at_it() {
        for spelling in
            ["<GS>", "{GS}", "^]", "~d029", "␝", "|", "~1", "Alt+029", "<gs>", "ALT+029", "&#29;", "↔"]
        {
            let message = format!("10ABC{spelling}21X1");
            let (text, finding) = gs1_separators(&Text::plain(message.as_bytes(), 0)).unwrap();
            assert_eq!(text.bytes(), b"10ABC\x1d21X1", "{spelling}");
            assert_eq!(finding.span, Some((5, 5 + spelling.len())));
            assert_eq!(text.span(6..10), (5 + spelling.len(), message.len()));
        }
        assert!(gs1_separators(&Text::plain(b"10ABC21X1", 0)).is_none());
    }
}

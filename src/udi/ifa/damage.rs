//! What keyboards and decoders do to an ISO/IEC 15434 envelope beside spelling its controls out: one sign sent
//! for all of them, the frame or every control swallowed, capitals exchanged.

use super::envelope::{EOT, GS, HEADER, RS};
use super::{gs1, ppn};
use crate::udi::finding::Finding;
use crate::udi::text::{Rewrite, Text};

/// Signs in no value of format 06 that scanners are set to send for a control character.
const STAND_INS: &[u8] = b"#$@^~|\\`{}[] ";

/// The envelope with its controls restored from the sign that stands for them: `[)>#06#9N…##`.
pub(in crate::udi) fn stand_ins(text: &Text<'_>) -> Option<(Text<'static>, Finding)> {
    let bytes = text.bytes();
    let (record, group) = match bytes.strip_prefix(HEADER)? {
        [record, b'0', b'5' | b'6', group, ..] => (*record, *group),
        _ => return None,
    };
    if !STAND_INS.contains(&record) || !STAND_INS.contains(&group) {
        return None;
    }
    let is_sign = |byte: u8| byte == record || byte == group;
    let end = bytes.iter().rposition(|&byte| !is_sign(byte) && byte != EOT).map_or(0, |last| last + 1);
    let mut rewrite = Rewrite::default();
    for (at, &byte) in bytes.iter().enumerate().take(end) {
        let restored = match byte {
            _ if at == HEADER.len() => RS,
            byte if byte == group => GS,
            byte if byte == record => RS,
            byte => byte,
        };
        rewrite.push(restored, text.span(at..at + 1));
    }
    if end < bytes.len() {
        rewrite.push(RS, text.span(end..end + 1));
    }
    if end + 1 < bytes.len() {
        rewrite.push(EOT, text.span(end + 1..bytes.len()));
    }
    let spelling = char::from(group).to_string();
    let span = text.span(HEADER.len()..HEADER.len() + 1);
    Some((rewrite.finish(), Finding::repair("separator_spelled_out", span).with("spelling", spelling)))
}

/// Whether a format 06 has a data identifier in small letters, as caps lock makes it.
pub(in crate::udi) fn has_small_identifier(text: &Text<'_>) -> bool {
    let mut elements = text.bytes().split(|&byte| byte == GS);
    elements.next().is_some_and(|head| head.ends_with(b"06"))
        && elements.any(|element| {
            let digits = element.iter().take_while(|byte| byte.is_ascii_digit()).count();
            digits <= 3 && element.get(digits).is_some_and(u8::is_ascii_lowercase)
        })
}

/// A message that lost its frame, or the Macro 06 codeword that stands for it: the elements alone, or with what
/// is left of the frame. They must begin with a product number that checks.
pub(in crate::udi) fn envelope_put_back(text: &Text<'_>) -> Option<(Text<'static>, Finding)> {
    let bytes = text.bytes();
    let start = match bytes {
        [RS, b'0', b'6', GS, ..] => 4,
        [b'0', b'6', GS, ..] => 3,
        _ => 0,
    };
    let end = bytes.iter().rposition(|byte| !matches!(*byte, RS | EOT)).map_or(0, |last| last + 1);
    let mut elements = bytes.get(start..end)?.split(|&byte| byte == GS);
    let names_product = elements.any(|element| match element {
        [b'9', b'N', number @ ..] => number.len() >= 5 && ppn::check(number).is_ok(),
        [b'8', b'P', number @ ..] => number.len() == 14 && gs1::gtin_checks(number),
        _ => false,
    });
    if !names_product {
        return None;
    }
    let mut rewrite = Rewrite::default();
    for &byte in [HEADER, &[RS, b'0', b'6', GS]].concat().iter() {
        rewrite.push(byte, text.span(start..start));
    }
    for (at, &byte) in bytes.iter().enumerate().take(end).skip(start) {
        rewrite.push(byte, text.span(at..at + 1));
    }
    rewrite.push(RS, text.span(end..bytes.len()));
    rewrite.push(EOT, text.span(bytes.len()..bytes.len()));
    Some((rewrite.finish(), Finding::repair("envelope_lost", text.span(0..start))))
}

/// Where the PPN of a German product stands in an envelope whose controls were all swallowed: 12 characters
/// behind `[)>069N`, its two checks bear it out. Nothing behind it can be cut.
pub(super) fn product_without_controls(text: &Text<'_>) -> Option<std::ops::Range<usize>> {
    let body = text.bytes().strip_prefix(HEADER)?.strip_prefix(b"069N11")?;
    let from = text.len() - body.len() - 2;
    ppn::check(text.get(from..from + 12)).is_ok().then_some(from..from + 12).filter(|at| at.end <= text.len())
}

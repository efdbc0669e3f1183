//! What stands around a message and is no part of it.

use super::carrier::Carrier;
use super::finding::Finding;
use super::link;
use super::scan::BYTE_ORDER_MARK;
use super::text::Text;

/// Takes off what a keyboard wedge or a file puts around a scan. Spaces at the end stay: a HIBC check
/// character may be one.
pub(super) fn surroundings(bytes: &[u8]) -> Text<'_> {
    let behind_mark = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let start = behind_mark.iter().position(|byte| !matches!(byte, b'\r' | b'\n' | b'\t' | b' '));
    let body = behind_mark.get(start.unwrap_or(0)..).unwrap_or_default();
    let end = body.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n' | b'\t')).map_or(0, |last| last + 1);
    Text::plain(body.get(..end).unwrap_or_default(), bytes.len() - body.len())
}

/// The message without spaces at its end, where no grammar has one there: in HIBC it may be the check
/// character, in printed text it is nobody's fault.
pub(super) fn trailing_spaces<'t>(text: &'t Text<'_>, carrier: Carrier) -> Option<(Text<'t>, Finding)> {
    let end = text.bytes().iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1);
    let code_39 = matches!(carrier, Carrier::FullAscii | Carrier::FullAsciiTakenOff | Carrier::CheckTakenOff);
    let may_be_hibc = match text.bytes().first() {
        Some(b'+' | b'*' | b'(') | None => true,
        Some(first) => first.is_ascii_lowercase() && !link::is(text),
    };
    if end == text.len() || end == 0 || code_39 || may_be_hibc {
        return None;
    }
    Some((text.slice(0..end), Finding::repair("trailing_space", text.span(end..text.len()))))
}

//! The ISO/IEC 15434 envelope: `[)>` RS, then formats `05` GS … or `06` GS … with RS after each, then EOT.

use std::ops::Range;

use crate::udi::finding::Finding;
use crate::udi::text::Text;

pub(super) const RS: u8 = 0x1E;
pub(super) const GS: u8 = 0x1D;
pub(super) const EOT: u8 = 0x04;

/// What every envelope begins with.
pub(in crate::udi) const HEADER: &[u8] = b"[)>";

/// One format of an envelope: its indicator's two digits, and where its data stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) indicator: [u8; 2],
    pub(super) data: Range<usize>,
}

/// The formats of an envelope, and what is damaged about it. Text must begin with [`HEADER`].
pub(super) fn open(text: &Text<'_>) -> (Vec<Format>, Vec<Finding>) {
    let mut findings = Vec::new();
    let end = trailer(text, &mut findings);
    let mut formats = Vec::new();
    let mut from = HEADER.len();
    if text.get(from..from + 1) == [RS] {
        from += 1;
    } else if matches!(text.get(from..from + 3), [b'0', b'5' | b'6', GS]) {
        findings.push(Finding::repair("envelope_separator_lost", text.span(from..from)));
    }
    while from < end {
        let rest = text.get(from..end);
        let to = from + rest.iter().position(|&byte| byte == RS).unwrap_or(rest.len());
        match text.get(from..to) {
            [tens, ones, GS, ..] if tens.is_ascii_digit() && ones.is_ascii_digit() => {
                formats.push(Format { indicator: [*tens, *ones], data: from + 3..to });
            }
            _ => findings.push(Finding::error("envelope_format", text.span(from..to))),
        }
        from = to + 1;
    }
    if formats.is_empty() && findings.is_empty() {
        findings.push(Finding::error("envelope_format", text.span(0..text.len())));
    }
    (formats, findings)
}

/// Where the data ends: before RS EOT, or where the text ends when the trailer or a part of it is lost.
fn trailer(text: &Text<'_>, findings: &mut Vec<Finding>) -> usize {
    let bytes = text.bytes();
    match bytes {
        [body @ .., RS, EOT] => body.len(),
        [body @ .., EOT] | [body @ .., RS] => {
            findings.push(Finding::repair("envelope_trailer", text.span(body.len()..bytes.len())));
            body.len()
        }
        _ => {
            findings.push(Finding::repair("envelope_trailer", text.span(bytes.len()..bytes.len())));
            bytes.len()
        }
    }
}

//! Which grammar a scan follows, told by its AIM identifier and its first characters.

use jiff::civil::Date;

use super::Udi;
use super::finding::Finding;
use super::gs1;
use super::scan::Scan;
use super::text::Text;

/// What a symbology identifier says of the message (ISO/IEC 15424).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carrier {
    /// FNC1 in first position: GS1 element strings and nothing else.
    Gs1,
    /// EAN, UPC, ITF-14: a GTIN of these digits and nothing else.
    Gtin(&'static [usize]),
    /// A general symbol: any data but GS1 element strings.
    General,
    /// Not said.
    Unknown,
}

fn carrier(scan: &Scan) -> Carrier {
    let Some(identifier) = scan.symbology_identifier else { return Carrier::Unknown };
    match identifier.as_str() {
        "]C1" | "]d2" | "]d5" | "]Q3" | "]Q4" | "]e0" | "]e1" | "]e2" | "]J1" | "]z1" => Carrier::Gs1,
        "]E0" | "]E3" => Carrier::Gtin(&[13]),
        "]E4" => Carrier::Gtin(&[8]),
        "]I1" => Carrier::Gtin(&[14]),
        _ => Carrier::General,
    }
}

/// Parses a scan by the grammar it follows.
pub(super) fn parse(scan: &Scan, now: Date) -> Udi {
    let text = trimmed(&scan.bytes);
    match carrier(scan) {
        Carrier::Gs1 => gs1_symbol(text, now),
        Carrier::Gtin(lengths) => ean(text, lengths, now),
        Carrier::General => general(text, now),
        Carrier::Unknown => unidentified(text, now),
    }
}

/// Takes off what a keyboard wedge or a file puts around a scan. Spaces stay: a HIBC check character may be
/// one.
fn trimmed(bytes: &[u8]) -> Text<'_> {
    let base = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let body = bytes.get(base..).unwrap_or_default();
    let end = body.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n' | b'\t')).map_or(0, |last| last + 1);
    Text::plain(body.get(..end).unwrap_or_default(), base)
}

fn gs1_symbol(text: Text<'_>, now: Date) -> Udi {
    if opens_with_bracketed_identifier(&text) {
        let span = text.span(0..text.len());
        let mut udi = gs1::bracketed(text, now);
        udi.findings.push(Finding::info("human_readable_text", span));
        return udi;
    }
    gs1::element_string(text, now)
}

/// An EAN or UPC symbol; behind `|]e0` may follow its composite component.
fn ean(text: Text<'_>, lengths: &[usize], now: Date) -> Udi {
    let end = text.bytes().iter().position(|&byte| byte == b'|').unwrap_or(text.len());
    let mut udi = gs1::gtin(&text.slice(0..end));
    if !lengths.contains(&end) && !udi.findings.iter().any(|finding| finding.code == "gtin_length") {
        udi.di = None;
        let finding = Finding::error("gtin_length", text.span(0..end));
        udi.findings.push(finding.with("found", end.to_string()));
    }
    if text.get(end..end + 4) == b"|]e0" {
        let component = gs1::element_string(text.slice(end + 4..text.len()), now);
        udi = super::join::joined(udi, component);
    }
    udi
}

fn general(text: Text<'_>, now: Date) -> Udi {
    if is_link(&text) {
        return gs1::digital_link(text, now);
    }
    let span = text.span(0..text.len());
    if opens_with_bracketed_identifier(&text) {
        let mut udi = gs1::bracketed(text, now);
        udi.findings.push(Finding::error("brackets_in_data", span));
        return udi;
    }
    let mut udi = gs1::element_string(text, now);
    if udi.elements.is_empty() {
        return unrecognised(span);
    }
    udi.findings.push(Finding::error("not_a_gs1_symbol", span));
    udi
}

fn unidentified(text: Text<'_>, now: Date) -> Udi {
    if is_link(&text) {
        return gs1::digital_link(text, now);
    }
    if opens_with_bracketed_identifier(&text) {
        return gs1::bracketed(text, now);
    }
    let digits = text.bytes().iter().all(u8::is_ascii_digit);
    if digits && matches!(text.len(), 8 | 12 | 13 | 14) {
        return gs1::gtin(&text);
    }
    let span = text.span(0..text.len());
    let udi = gs1::element_string(text, now);
    if udi.elements.is_empty() { unrecognised(span) } else { udi }
}

fn unrecognised(span: super::Span) -> Udi {
    Udi { findings: vec![Finding::error("unrecognised", span)], ..Udi::default() }
}

fn is_link(text: &Text<'_>) -> bool {
    let head = text.get(0..text.len().min(8)).to_ascii_lowercase();
    head.starts_with(b"http://") || head.starts_with(b"https://")
}

fn opens_with_bracketed_identifier(text: &Text<'_>) -> bool {
    text.bytes().first() == Some(&b'(')
        && text.get(1..3).iter().filter(|byte| byte.is_ascii_digit()).count() == 2
}

//! Which grammar a scan follows, told by its AIM identifier and its first characters.

use jiff::civil::Date;

use super::finding::{Finding, Span};
use super::scan::Scan;
use super::text::Text;
use super::{Agency, Udi, ahm, gs1, hibcc, iccbba, ifa, ma, repair};

/// What a symbology identifier says of the message (ISO/IEC 15424).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carrier {
    /// FNC1 in first position: GS1 element strings and nothing else.
    Gs1,
    /// EAN, UPC, ITF-14: a GTIN of so many digits and nothing else.
    Gtin(usize),
    /// Code 39 decoded as full ASCII.
    FullAscii,
    /// Code 39, check character verified and taken off by the reader.
    CheckTakenOff,
    /// Any other symbol: any data but GS1 element strings.
    General,
    /// An identifier with its case exchanged, by caps lock.
    SwappedGs1,
    /// Not said.
    Unknown,
}

fn carrier(scan: &Scan) -> Carrier {
    let Some(identifier) = scan.symbology_identifier else { return Carrier::Unknown };
    match identifier.as_str() {
        "]C1" | "]d2" | "]d5" | "]Q3" | "]Q4" | "]e0" | "]e1" | "]e2" | "]J1" | "]z1" => Carrier::Gs1,
        "]E0" => Carrier::Gtin(13),
        "]E4" => Carrier::Gtin(8),
        "]I1" => Carrier::Gtin(14),
        "]A4" | "]A5" | "]A7" => Carrier::FullAscii,
        "]A3" => Carrier::CheckTakenOff,
        "]c1" | "]D2" | "]D5" | "]q3" | "]q4" | "]j1" => Carrier::SwappedGs1,
        _ => Carrier::General,
    }
}

/// Parses a scan by the grammar it follows.
pub(super) fn parse(scan: &Scan, now: Date) -> Udi {
    let text = trimmed(&scan.bytes);
    match carrier(scan) {
        Carrier::Gs1 => gs1_symbol(&text, now),
        Carrier::SwappedGs1 => {
            let finding = Finding::repair("swapped_case", text.span(0..text.len()));
            found(gs1_symbol(&repair::swapped_case(&text), now), finding)
        }
        Carrier::Gtin(length) => ean(&text, length, now),
        Carrier::CheckTakenOff if text.bytes().starts_with(b"+") => {
            hibcc::parse(&text, hibcc::Check::TakenOff)
        }
        Carrier::FullAscii => full_ascii(&text, now),
        Carrier::General | Carrier::CheckTakenOff => general(&text, now),
        Carrier::Unknown => other_grammar(&text, now).unwrap_or_else(|| unidentified_gs1(&text, now)),
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

fn found(mut udi: Udi, finding: Finding) -> Udi {
    udi.findings.push(finding);
    udi
}

fn unrecognised(code: &'static str, span: Span) -> Udi {
    Udi { findings: vec![Finding::error(code, span)], ..Udi::default() }
}

/// A symbol that says it holds GS1 element strings.
fn gs1_symbol(text: &Text<'_>, now: Date) -> Udi {
    let span = text.span(0..text.len());
    if opens_with_bracketed_identifier(text) {
        return found(gs1::bracketed(text.clone(), now), Finding::info("human_readable_text", span));
    }
    match other_grammar(text, now) {
        Some(udi) => found(udi, Finding::error("not_for_a_gs1_symbol", span)),
        None => gs1::element_string(text, now),
    }
}

/// An EAN, UPC or ITF-14 symbol; behind `|]e0` may follow its composite component.
fn ean(text: &Text<'_>, length: usize, now: Date) -> Udi {
    let end = text.bytes().iter().position(|&byte| byte == b'|').unwrap_or(text.len());
    let mut udi = if end == length {
        gs1::gtin(&text.slice(0..end))
    } else {
        let finding = Finding::error("gtin_length", text.span(0..end)).with("found", end.to_string());
        Udi { agency: Some(Agency::GS1), findings: vec![finding], ..Udi::default() }
    };
    if text.get(end..(end + 4).min(text.len())) == b"|]e0" {
        udi = super::join::merged(udi, gs1::element_string(&text.slice(end + 4..text.len()), now));
    } else if end < text.len() {
        udi.findings.push(Finding::error("unknown_identifier", text.span(end..text.len())));
    }
    udi
}

/// Code 39 whose reader took `+A` for `a`.
fn full_ascii(text: &Text<'_>, now: Date) -> Udi {
    match hibcc::undo_full_ascii(text) {
        Some(undone) if undone.bytes() != text.bytes() => {
            let finding = Finding::repair("code39_full_ascii", text.span(0..text.len()));
            found(hibcc::parse(&undone, hibcc::Check::Sent), finding)
        }
        _ => general(text, now),
    }
}

/// A symbol that cannot hold GS1 element strings.
fn general(text: &Text<'_>, now: Date) -> Udi {
    let span = text.span(0..text.len());
    if opens_with_bracketed_identifier(text) {
        return found(gs1::bracketed(text.clone(), now), Finding::error("brackets_in_data", span));
    }
    if let Some(udi) = other_grammar(text, now) {
        return udi;
    }
    let udi = gs1::element_string(text, now);
    if gs1::is_known(&udi) {
        found(udi, Finding::error("not_a_gs1_symbol", span))
    } else {
        unrecognised("unrecognised", span)
    }
}

/// Every grammar but element strings and bare GTINs, told by how the message begins.
fn other_grammar(text: &Text<'_>, now: Date) -> Option<Udi> {
    let bytes = text.bytes();
    Some(match bytes.first()? {
        b'[' if bytes.starts_with(ifa::HEADER) => envelope(text, now),
        b'h' | b'H' if is_link(text) => link(text, now),
        b'+' => hibc(text),
        b'*' => asterisks(text)?,
        b'=' | b'&' | b'\\' => isbt(text, now)?,
        b'(' if opens_with_bracketed_identifier(text) => gs1::bracketed(text.clone(), now),
        b'<' => ma::parse(&ma::from_xml(text)?, now),
        _ if bytes.starts_with(ma::PREFIX) => ma::parse(text, now),
        _ if ahm::is(bytes) => ahm::parse(text, now),
        _ => damaged(text, now)?,
    })
}

fn envelope(text: &Text<'_>, now: Date) -> Udi {
    match repair::envelope_controls(text) {
        Some((restored, finding)) => found(ifa::parse(&restored, now), finding),
        None => ifa::parse(text, now),
    }
}

/// A web address: a Digital Link, or one that carries an MA code behind an equals sign.
fn link(text: &Text<'_>, now: Date) -> Udi {
    match text.bytes().windows(4).position(|window| window == b"=MA.") {
        Some(at) => found(
            ma::parse(&text.slice(at + 1..text.len()), now),
            Finding::info("ma_in_link", text.span(0..at + 1)),
        ),
        None => gs1::digital_link(text.clone(), now),
    }
}

/// A HIBC message; in small letters where caps lock or a decoder made them so, which the check character
/// must bear out.
fn hibc(text: &Text<'_>) -> Udi {
    let udi = hibcc::parse(text, hibcc::Check::Sent);
    if !text.bytes().iter().any(u8::is_ascii_lowercase) {
        return udi;
    }
    let capitals = hibcc::parse(&repair::capitals(text), hibcc::Check::Sent);
    if capitals.has_errors() {
        udi
    } else {
        found(capitals, Finding::repair("lower_case", text.span(0..text.len())))
    }
}

/// A HIBC caption as printed: between asterisks.
fn asterisks(text: &Text<'_>) -> Option<Udi> {
    let inner =
        text.bytes().strip_prefix(b"*")?.strip_suffix(b"*").filter(|inner| inner.starts_with(b"+"))?;
    let udi = hibc(&text.slice(1..1 + inner.len()));
    Some(found(udi, Finding::info("hibc_asterisks", text.span(0..text.len()))))
}

fn isbt(text: &Text<'_>, now: Date) -> Option<Udi> {
    match repair::hl7_ampersands(text) {
        Some((restored, finding)) => Some(found(iccbba::parse(&restored, now), finding)),
        None if text.bytes().starts_with(b"\\") => None,
        None => Some(iccbba::parse(text, now)),
    }
}

/// Messages that begin like none: case exchanged, Code 39 read as full ASCII, a Basic UDI-DI.
fn damaged(text: &Text<'_>, now: Date) -> Option<Udi> {
    let span = text.span(0..text.len());
    if text.get(0..3) == b"ma." {
        return Some(found(
            ma::parse(&repair::swapped_case(text), now),
            Finding::repair("swapped_case", span),
        ));
    }
    if is_basic_udi_di(text.bytes()) {
        return Some(unrecognised("basic_udi_di", span));
    }
    if text.bytes().first().is_some_and(u8::is_ascii_lowercase) {
        let undone = hibcc::undo_full_ascii(text)?;
        let finding = Finding::repair("code39_full_ascii", span);
        return Some(found(hibcc::parse(&undone, hibcc::Check::Sent), finding));
    }
    None
}

/// The Basic UDI-DI of ICCBBA (16 characters, two check digits modulo 37-2) and of IFA (`PP…`, modulo 97).
/// Those of GS1 and HIBCC begin as their labels do and are named there.
fn is_basic_udi_di(bytes: &[u8]) -> bool {
    let Some((body, check)) = bytes.split_last_chunk::<2>() else { return false };
    let iccbba = body.len() == 16
        && !body.iter().all(u8::is_ascii_digit)
        && iccbba::check_value(body).is_some_and(|value| format!("{value:02}").as_bytes() == check);
    let ifa = body.starts_with(b"PP")
        && (8..=23).contains(&body.len())
        && ifa::check_digits(body).as_bytes() == check;
    iccbba || ifa
}

/// Digits and GS1 data without an identifier.
fn unidentified_gs1(text: &Text<'_>, now: Date) -> Udi {
    let span = text.span(0..text.len());
    if text.bytes().iter().all(u8::is_ascii_digit) && matches!(text.len(), 8 | 12 | 13 | 14) {
        return bare_gtin(text, now);
    }
    let udi = gs1::element_string(text, now);
    if gs1::is_known(&udi) {
        return udi;
    }
    let drug_code = text.len() == 20 && text.bytes().iter().all(u8::is_ascii_digit);
    unrecognised(if drug_code { "drug_traceability_code" } else { "unrecognised" }, span)
}

/// Digits that are as many as a GTIN has are one, even when the check digit is wrong: `300450549108` must not
/// become a count of items. What else they could be is kept beside.
fn bare_gtin(text: &Text<'_>, now: Date) -> Udi {
    let mut udi = gs1::gtin(text);
    if udi.di.is_none() {
        let other = gs1::element_string(text, now);
        udi.alternatives.extend((!other.has_errors() && gs1::is_known(&other)).then_some(other));
    }
    udi
}

fn is_link(text: &Text<'_>) -> bool {
    let head = text.get(0..text.len().min(8)).to_ascii_lowercase();
    head.starts_with(b"http://") || head.starts_with(b"https://")
}

fn opens_with_bracketed_identifier(text: &Text<'_>) -> bool {
    matches!(text.get(0..3.min(text.len())), [b'(', tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit())
}

//! Which grammar a scan follows, told by its AIM identifier and its first characters.

use jiff::civil::Date;

use super::carrier::{Carrier, carrier};
use super::finding::{Finding, Span};
use super::scan::Scan;
use super::text::Text;
use super::{Agency, Udi, ahm, gs1, hibcc, iccbba, ifa, link, ma, repair, trim};

/// Most bytes of a message: what GS1's own engine takes, and more than the largest symbol holds.
const MAX_LENGTH: usize = 8191;

/// Parses a scan by the grammar it follows.
pub(super) fn parse(scan: &Scan, now: Date) -> Udi {
    let text = trim::surroundings(&scan.bytes);
    if text.len() > MAX_LENGTH {
        let finding = Finding::error("message_too_long", text.span(0..text.len()));
        let finding = finding.with("max", MAX_LENGTH.to_string()).with("found", text.len().to_string());
        return Udi { findings: vec![finding], ..Udi::default() };
    }
    let carrier = carrier(scan);
    if let Some((typed, finding)) = repair::half_width(&text) {
        return found(by_carrier(&typed, carrier, now), finding);
    }
    match trim::trailing_spaces(&text, carrier) {
        Some((text, finding)) => found(by_carrier(&text, carrier, now), finding),
        None => by_carrier(&text, carrier, now),
    }
}

fn by_carrier(text: &Text<'_>, carrier: Carrier, now: Date) -> Udi {
    match carrier {
        Carrier::Gs1 => gs1_symbol(text, now),
        Carrier::SwappedGs1 => {
            let finding = Finding::repair("swapped_case", text.span(0..text.len()));
            found(gs1_symbol(&repair::swapped_case(text), now), finding)
        }
        Carrier::Gtin(length) => ean(text, length, now),
        Carrier::CheckTakenOff if text.bytes().starts_with(b"+") => {
            hibcc::parse(text, hibcc::Check::TakenOff)
        }
        Carrier::FullAscii => full_ascii(text, now),
        Carrier::FullAsciiTakenOff => full_ascii_taken_off(text, now),
        Carrier::General | Carrier::CheckTakenOff => general(text, now),
        Carrier::Unknown => other_grammar(text, now).unwrap_or_else(|| unidentified_gs1(text, now)),
    }
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
        udi = super::join::of_parts(udi, gs1::element_string(&text.slice(end + 4..text.len()), now));
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

/// The same without its check character: nothing bears the repair out but that it gives a labeler code.
fn full_ascii_taken_off(text: &Text<'_>, now: Date) -> Udi {
    let Some(undone) = hibcc::undo_full_ascii_unchecked(text) else { return general(text, now) };
    let finding = Finding::repair("code39_full_ascii", text.span(0..1));
    found(hibcc::parse(&undone, hibcc::Check::TakenOff), finding)
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
    if is_gtin_shaped(text) {
        let gtin = gs1::gtin(text);
        if gtin.di.is_some() {
            return found(gtin, Finding::error("not_a_gs1_symbol", span));
        }
    }
    let udi = gs1::element_string(text, now);
    if gs1::is_known(&udi) {
        found(udi, Finding::error("not_a_gs1_symbol", span))
    } else {
        unrecognised(what_else(text), span)
    }
}

/// Every grammar but element strings and bare GTINs, told by how the message begins.
fn other_grammar(text: &Text<'_>, now: Date) -> Option<Udi> {
    let bytes = text.bytes();
    Some(match bytes.first()? {
        b'[' if bytes.starts_with(ifa::HEADER) => envelope(text, now),
        b'h' | b'H' if link::is(text) => link::parse(text, now),
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

/// An ISO/IEC 15434 envelope, its controls restored, its capitals too where caps lock exchanged them.
fn envelope(text: &Text<'_>, now: Date) -> Udi {
    if let Some((restored, finding)) = repair::envelope_controls(text) {
        return found(in_capitals(&restored, now), finding);
    }
    if let Some((restored, finding)) = ifa::stand_ins(text) {
        return found(in_capitals(&restored, now), finding);
    }
    in_capitals(text, now)
}

fn in_capitals(text: &Text<'_>, now: Date) -> Udi {
    let swapped = repair::swapped_case(text);
    if ifa::has_small_identifier(text) && !ifa::has_small_identifier(&swapped) {
        let finding = Finding::repair("swapped_case", text.span(0..text.len()));
        return found(ifa::parse(&swapped, now), finding);
    }
    ifa::parse(text, now)
}

/// A HIBC message, or a primary and a secondary symbol that a scanner sent as one.
fn hibc(text: &Text<'_>) -> Udi {
    let udi = hibc_symbol(text);
    if !udi.has_errors() {
        return udi;
    }
    match hibcc::two_symbols(text) {
        Some((first, second)) => super::join::of_one_message(hibc_symbol(&first), hibc_symbol(&second)),
        None => udi,
    }
}

/// One symbol; in small letters where caps lock or a decoder made them so, which the check character must
/// bear out.
fn hibc_symbol(text: &Text<'_>) -> Udi {
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
    let udi = hibc_symbol(&text.slice(1..1 + inner.len()));
    Some(found(udi, Finding::info("hibc_asterisks", text.span(0..text.len()))))
}

fn isbt(text: &Text<'_>, now: Date) -> Option<Udi> {
    match repair::hl7_ampersands(text) {
        Some((restored, finding)) => Some(found(isbt_in_capitals(&restored, now), finding)),
        None if text.bytes().starts_with(b"\\") => None,
        None => Some(isbt_in_capitals(text, now)),
    }
}

/// ISBT 128 in small letters throughout, as caps lock makes it: the grammar has none, so nothing is lost by
/// making them capitals. One small letter among capitals is a misreading.
fn isbt_in_capitals(text: &Text<'_>, now: Date) -> Udi {
    let letters = || text.bytes().iter().filter(|byte| byte.is_ascii_alphabetic());
    if letters().count() < 2 || letters().any(u8::is_ascii_uppercase) {
        return iccbba::parse(text, now);
    }
    let capitals = iccbba::parse(&repair::capitals(text), now);
    if capitals.has_errors() {
        return iccbba::parse(text, now);
    }
    found(capitals, Finding::repair("lower_case", text.span(0..text.len())))
}

/// Messages that begin like none: case exchanged, Code 39 read as full ASCII, a Basic UDI-DI.
fn damaged(text: &Text<'_>, now: Date) -> Option<Udi> {
    let span = text.span(0..text.len());
    if text.get(0..3) == b"ma." || text.get(0..2) == b"mf" {
        let swapped = repair::swapped_case(text);
        let udi = if text.get(0..3) == b"ma." {
            ma::parse(&swapped, now)
        } else {
            ahm::is(swapped.bytes()).then(|| ahm::parse(&swapped, now))?
        };
        return Some(found(udi, Finding::repair("swapped_case", span)));
    }
    if let Some((enveloped, finding)) = ifa::envelope_put_back(text) {
        return Some(found(ifa::parse(&enveloped, now), finding));
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

/// The Basic UDI-DI of ICCBBA (16 characters, two check digits modulo 37-2) and of IFA (`PP…`, modulo 97), and
/// the identifier that EUDAMED gives legacy devices (`B-…`). Those of GS1 and HIBCC begin as their labels do
/// and are named there.
fn is_basic_udi_di(bytes: &[u8]) -> bool {
    let Some((body, check)) = bytes.split_last_chunk::<2>() else { return false };
    let iccbba = body.len() == 16
        && !body.iter().all(u8::is_ascii_digit)
        && iccbba::check_value(body).is_some_and(|value| format!("{value:02}").as_bytes() == check);
    let ifa = body.starts_with(b"PP")
        && (8..=23).contains(&body.len())
        && ifa::check_digits(body).as_bytes() == check;
    let eudamed = bytes.strip_prefix(b"B-").is_some_and(gs1::is_global_model_number);
    iccbba || ifa || eudamed
}

/// Digits and GS1 data without an identifier.
fn unidentified_gs1(text: &Text<'_>, now: Date) -> Udi {
    let span = text.span(0..text.len());
    if is_gtin_shaped(text) {
        return bare_gtin(text, now);
    }
    let udi = gs1::element_string(text, now);
    let what_else = what_else(text);
    let drug_code = what_else == "drug_traceability_code" && text.bytes().starts_with(b"8");
    // A company prefix may begin like an identifier of internal data, which anything would follow.
    let model = what_else == "basic_udi_di" && udi.elements.iter().all(|element| element.id.starts_with('9'));
    if gs1::is_known(&udi) && !model && !(drug_code && udi.has_errors()) {
        return udi;
    }
    unrecognised(what_else, span)
}

/// What a message is that follows no grammar of labels, as far as its shape tells.
fn what_else(text: &Text<'_>) -> &'static str {
    if text.len() == 20 && text.bytes().iter().all(u8::is_ascii_digit) {
        "drug_traceability_code"
    } else if gs1::is_global_model_number(text.bytes()) {
        "basic_udi_di"
    } else {
        "unrecognised"
    }
}

fn is_gtin_shaped(text: &Text<'_>) -> bool {
    matches!(text.len(), 8 | 12 | 13 | 14) && text.bytes().iter().all(u8::is_ascii_digit)
}

/// Digits that are as many as a GTIN has are one, even when the check digit is wrong: `300450549108` must not
/// become a count of items. What else they could be is kept beside. Only where the check digit is wrong and
/// the digits begin with a date of our time, they are production data, as a second linear symbol holds them.
fn bare_gtin(text: &Text<'_>, now: Date) -> Udi {
    let mut udi = gs1::gtin(text);
    if udi.di.is_some() {
        return udi;
    }
    let other = gs1::element_string(text, now);
    if other.has_errors() || !gs1::is_known(&other) {
        return udi;
    }
    if gs1::begins_with_near_date(&other, now) {
        let finding = Finding::warning("digits_in_two_ways", text.span(0..text.len()));
        return found(other, finding);
    }
    udi.or_else(other);
    udi
}

fn opens_with_bracketed_identifier(text: &Text<'_>) -> bool {
    let mut inner = text.bytes().iter().filter(|byte| !byte.is_ascii_whitespace());
    inner.next() == Some(&b'(') && inner.take(2).filter(|byte| byte.is_ascii_digit()).count() == 2
}

//! Web addresses: GS1 Digital Links, and those that carry an MA code, as some makers in China wrap it.

use jiff::civil::Date;

use super::finding::Finding;
use super::text::Text;
use super::{Udi, gs1, ma};

/// Whether a message is a web address.
pub(super) fn is(text: &Text<'_>) -> bool {
    let head = text.get(0..text.len().min(8)).to_ascii_lowercase();
    head.starts_with(b"http://") || head.starts_with(b"https://")
}

/// A Digital Link, or the MA code behind an equals sign or a slash.
pub(super) fn parse(text: &Text<'_>, now: Date) -> Udi {
    let Some(from) = ma_code(text.bytes()) else { return gs1::digital_link(text.clone(), now) };
    let rest = text.get(from..text.len());
    let to = from + rest.iter().position(|byte| b"&#?/".contains(byte)).unwrap_or(rest.len());
    let mut udi = ma::parse(&text.slice(from..to), now);
    udi.findings.push(Finding::info("ma_in_link", text.span(0..from)));
    udi
}

/// Where an MA code begins in a web address.
fn ma_code(link: &[u8]) -> Option<usize> {
    let opens =
        |window: &[u8]| matches!(window, [b'=' | b'/', b'M', b'A', b'.', digit] if digit.is_ascii_digit());
    link.windows(5).position(opens).map(|at| at + 1)
}

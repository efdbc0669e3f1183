//! Interleaved 2 of 5, ISO/IEC 16390; ITF-14 among it.

use super::{
    Found,
    profile::Edge,
    runs::{narrow_or_wide, quiet, widths},
};
use crate::symbol::{Format, Message, SymbologyIdentifier, linear::ean::check_digit_fits};

/// Five elements of each digit, the first the highest bit, 1 for wide (table 1).
const DIGITS: [u8; 10] =
    [0b00110, 0b10001, 0b01001, 0b11000, 0b00101, 0b10100, 0b01100, 0b00011, 0b10010, 0b01010];

/// Fewest digits: a part of a longer symbol easily looks like a short one.
const LEAST_DIGITS: usize = 6;

/// Every Interleaved 2 of 5 symbol of a profile's edges.
pub(super) fn read(edges: &[Edge]) -> Vec<Found> {
    let widths = widths(edges);
    let mut found: Vec<Found> = Vec::new();
    for start in 0..widths.len().saturating_sub(17) {
        if edges[start].falls && found.last().is_none_or(|other| edges[start].at >= other.to) {
            found.extend(read_from(edges, &widths, start));
        }
    }
    found
}

fn read_from(edges: &[Edge], widths: &[f32], start: usize) -> Option<Found> {
    let begin = widths.get(start..start + 4)?;
    let narrow = begin.iter().sum::<f32>() / 4.0;
    if begin.iter().any(|width| !(0.4..1.7).contains(&(width / narrow))) {
        return None;
    }
    if !quiet(widths, start.checked_sub(1), 6.0 * narrow) {
        return None;
    }
    let mut bytes = Vec::new();
    let mut at = start + 4;
    while !is_stop(widths, at, narrow) {
        let pair = widths.get(at..at + 10)?;
        let sum: f32 = pair.iter().sum();
        // Four wide elements of 2 to 3 narrow ones, and six narrow ones.
        if !(11.0..21.0).contains(&(sum / narrow)) {
            return None;
        }
        let wide = narrow_or_wide(pair)?;
        for parity in 0..2 {
            let pattern =
                wide.iter().skip(parity).step_by(2).fold(0, |bits, &wide| bits << 1 | u8::from(wide));
            bytes.push(b'0' + u8::try_from(DIGITS.iter().position(|&digit| digit == pattern)?).ok()?);
        }
        at += 10;
    }
    if bytes.len() < LEAST_DIGITS {
        return None;
    }
    let modifier = if bytes.len() == 14 && check_digit_fits(&bytes) { b'1' } else { b'0' };
    let message = Message { bytes, symbology_identifier: SymbologyIdentifier::new(b'I', modifier) };
    Some(Found { format: Format::ITF, message, from: edges[start].at, to: edges.get(at + 3)?.at })
}

/// A wide bar, a narrow space, a narrow bar, and the quiet zone.
fn is_stop(widths: &[f32], at: usize, narrow: f32) -> bool {
    let Some(&[wide, space, bar]) = widths.get(at..at + 3) else { return false };
    (1.6..4.2).contains(&(wide / narrow))
        && wide > 1.4 * bar
        && space < 1.8 * narrow
        && bar < 1.8 * narrow
        && quiet(widths, Some(at + 3), 6.0 * narrow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::linear::tests::edges_of;

    fn draw(digits: &[u8]) -> Vec<Edge> {
        let mut runs = vec![12.0, 1.0, 1.0, 1.0, 1.0];
        for pair in digits.chunks(2) {
            for bit in (0..5).rev() {
                runs.extend(
                    pair.iter()
                        .map(|d| if DIGITS[usize::from(d - b'0')] >> bit & 1 == 1 { 2.5 } else { 1.0 }),
                );
            }
        }
        runs.extend([2.5, 1.0, 1.0, 12.0]);
        edges_of(&runs)
    }

    #[test]
    fn an_itf_14_reads_back_and_its_check_digit_shows() {
        let found = read(&draw(b"00012345678905"));
        assert_eq!(found[0].message.bytes, b"00012345678905");
        assert_eq!(found[0].message.symbology_identifier.as_str(), "]I1");
        assert_eq!(read(&draw(b"00012345678904"))[0].message.symbology_identifier.as_str(), "]I0");
    }

    #[test]
    fn four_digits_are_too_few() {
        assert!(read(&draw(b"1234")).is_empty());
    }
}

//! EAN-13, EAN-8 and UPC-A, ISO/IEC 15420.
//!
//! A UPC-A symbol is an EAN-13 whose first digit is 0: it is reported as UPC-A, with the thirteen digits that
//! its identifier `]E0` stands for.

use super::{
    Found,
    profile::Edge,
    runs::{quiet, widths},
};
use crate::symbol::{Format, Message, SymbologyIdentifier};

/// Widths of the digits of number set A; set B is the same from right to left (table 1).
const DIGITS: [[f32; 4]; 10] = [
    [3.0, 2.0, 1.0, 1.0],
    [2.0, 2.0, 2.0, 1.0],
    [2.0, 1.0, 2.0, 2.0],
    [1.0, 4.0, 1.0, 1.0],
    [1.0, 1.0, 3.0, 2.0],
    [1.0, 2.0, 3.0, 1.0],
    [1.0, 1.0, 1.0, 4.0],
    [1.0, 3.0, 1.0, 2.0],
    [1.0, 2.0, 1.0, 3.0],
    [3.0, 1.0, 1.0, 2.0],
];

/// Which of the left six digits are of set B, by the thirteenth digit (table 3).
const PARITIES: [u8; 10] =
    [0b000000, 0b001011, 0b001101, 0b001110, 0b010011, 0b011001, 0b011100, 0b010101, 0b010110, 0b011010];

/// Every EAN-13, UPC-A and EAN-8 symbol of a profile's edges.
pub(super) fn read(edges: &[Edge]) -> Vec<Found> {
    let widths = widths(edges);
    let mut found: Vec<Found> = Vec::new();
    for start in 0..widths.len().saturating_sub(42) {
        if edges[start].falls && found.last().is_none_or(|other| edges[start].at >= other.to) {
            found.extend(read_from(edges, &widths, start, 6).or_else(|| read_from(edges, &widths, start, 4)));
        }
    }
    found
}

/// Reads a symbol of twice `half` digits.
fn read_from(edges: &[Edge], widths: &[f32], start: usize, half: usize) -> Option<Found> {
    // Guards of 3, 5 and 3 elements around the digits of 4.
    let end = start + 3 + 4 * half + 5 + 4 * half + 3;
    let elements = widths.get(start..end)?;
    let total: f32 = elements.iter().sum();
    let modules = (3 + 7 * half + 5 + 7 * half + 3) as f32;
    let module = total / modules;
    let left = elements.get(3..3 + 4 * half)?;
    let centre = elements.get(3 + 4 * half..8 + 4 * half)?;
    let right = elements.get(8 + 4 * half..8 + 8 * half)?;
    let guards = [elements.get(..3)?, centre, elements.get(8 + 8 * half..)?].concat();
    if guards.iter().any(|width| !(0.35..1.9).contains(&(width / module)))
        || !quiet(widths, start.checked_sub(1), 4.5 * module)
        || !quiet(widths, Some(end), 4.5 * module)
    {
        return None;
    }
    let mut parity = 0;
    let mut bytes = vec![b'0'];
    for widths in left.chunks_exact(4) {
        let (digit, set_b) = digit(widths, module, true)?;
        bytes.push(b'0' + digit);
        parity = parity << 1 | u8::from(set_b);
    }
    for widths in right.chunks_exact(4) {
        bytes.push(b'0' + digit(widths, module, false)?.0);
    }
    let (format, modifier) = if half == 6 {
        bytes[0] = b'0' + u8::try_from(PARITIES.iter().position(|&other| other == parity)?).ok()?;
        (if bytes[0] == b'0' { Format::UPCA } else { Format::EAN13 }, b'0')
    } else {
        bytes.remove(0);
        (Format::EAN8, b'4')
    };
    if (half == 4 && parity != 0) || !check_digit_fits(&bytes) {
        return None;
    }
    let message = Message { bytes, symbology_identifier: SymbologyIdentifier::new(b'E', modifier) };
    Some(Found { format, message, from: edges[start].at, to: edges.get(end)?.at })
}

/// The digit of four elements, and whether it is of set B; `None` where two come too close.
fn digit(widths: &[f32], module: f32, set_b: bool) -> Option<(u8, bool)> {
    let total: f32 = widths.iter().sum();
    if !(5.8..8.2).contains(&(total / module)) {
        return None;
    }
    let scaled: Vec<f32> = widths.iter().map(|width| width * 7.0 / total).collect();
    let mut distances: Vec<(f32, u8, bool)> = (0u8..)
        .zip(DIGITS)
        .flat_map(|(value, digit)| {
            let mut mirrored = digit;
            mirrored.reverse();
            [(digit, false), (mirrored, true)].map(|(pattern, b)| {
                let apart = scaled.iter().zip(pattern).map(|(seen, wanted)| (seen - wanted).abs());
                (apart.sum::<f32>(), value, b)
            })
        })
        .filter(|&(_, _, b)| set_b || !b)
        .collect();
    distances.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (&(best, value, b), &(next, ..)) = (distances.first()?, distances.get(1)?);
    (best < 1.8 && next - best > 0.25).then_some((value, b))
}

/// The modulo 10 check digit of GS1 General Specifications 7.9.1.
pub(super) fn check_digit_fits(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight)
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::linear::tests::edges_of;

    fn draw(code: &[u8]) -> Vec<Edge> {
        let (first, digits) = if code.len() == 13 { (code[0] - b'0', &code[1..]) } else { (0, code) };
        let half = digits.len() / 2;
        let mut runs = vec![9.0, 1.0, 1.0, 1.0];
        for (index, digit) in digits.iter().enumerate() {
            if index == half {
                runs.extend([1.0; 5]);
            }
            let mut widths = DIGITS[usize::from(digit - b'0')];
            if half == 6 && index < 6 && PARITIES[usize::from(first)] >> (5 - index) & 1 == 1 {
                widths.reverse();
            }
            runs.extend(widths);
        }
        runs.extend([1.0, 1.0, 1.0, 9.0]);
        edges_of(&runs)
    }

    #[test]
    fn the_three_symbols_read_back() {
        for (code, format) in [
            (&b"4006381333931"[..], Format::EAN13),
            (b"0012345678905", Format::UPCA),
            (b"96385074", Format::EAN8),
        ] {
            let found = read(&draw(code));
            assert_eq!((found[0].format, found[0].message.bytes.as_slice()), (format, code));
        }
    }

    #[test]
    fn a_wrong_check_digit_is_refused() {
        assert!(read(&draw(b"4006381333932")).is_empty());
    }
}

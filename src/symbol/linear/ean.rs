//! EAN-13, EAN-8, UPC-A and UPC-E, ISO/IEC 15420.
//!
//! A UPC-A symbol is an EAN-13 whose first digit is 0, and UPC-E leaves zeros of a UPC-A out: both are reported
//! with the thirteen digits that their identifier `]E0` stands for.

use super::{
    Found,
    profile::Edge,
    runs::{quiet, widths},
};
use crate::frame::ranking::lowest_first;
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

/// Which digits of UPC-E are of set B, by its check digit, for number system 0; 1 has the other ones (table 5).
const PARITIES_UPC_E: [u8; 10] =
    [0b111000, 0b110100, 0b110010, 0b110001, 0b101100, 0b100110, 0b100011, 0b101010, 0b101001, 0b100101];

/// How wide the seven modules of a digit may be, in mean modules: where a surface bends they are not alike.
const WIDTHS: std::ops::Range<f32> = 4.6..9.4;

/// Elements of UPC-E: guards of 3 and 6 around six digits of 4.
const ELEMENTS_UPC_E: usize = 33;

/// Every EAN-13, UPC-A, EAN-8 and UPC-E symbol of a profile's edges.
pub(super) fn read(edges: &[Edge]) -> Vec<Found> {
    let widths = widths(edges);
    let mut found: Vec<Found> = Vec::new();
    for start in 0..(widths.len() + 1).saturating_sub(ELEMENTS_UPC_E) {
        if edges[start].falls && found.last().is_none_or(|other| edges[start].at >= other.to) {
            found.extend(
                read_from(edges, &widths, start, 6)
                    .or_else(|| read_from(edges, &widths, start, 4))
                    .or_else(|| read_upc_e(edges, &widths, start)),
            );
        }
    }
    found
}

/// Reads UPC-E.
fn read_upc_e(edges: &[Edge], widths: &[f32], start: usize) -> Option<Found> {
    let end = start + ELEMENTS_UPC_E;
    let elements = widths.get(start..end)?;
    // 3 + 6 × 7 + 6
    let module = elements.iter().sum::<f32>() / 51.0;
    let mut guards = [elements.get(..3)?, elements.get(27..)?].into_iter().flatten();
    if !quiet(widths, start.checked_sub(1), 5.0 * module)
        || !quiet(widths, Some(end), 5.0 * module)
        || guards.any(|width| !(0.5..1.6).contains(&(width / module)))
    {
        return None;
    }
    let elements = without_gain(elements, &[0, 1, 2, 27, 28, 29, 30, 31, 32], module);
    let mut parity = 0;
    let mut digits = Vec::new();
    for widths in elements.get(3..27)?.chunks_exact(4) {
        let (digit, set_b) = digit(widths, module, true)?;
        digits.push(b'0' + digit);
        parity = parity << 1 | u8::from(set_b);
    }
    let (system, check) = PARITIES_UPC_E.iter().zip(b'0'..).find_map(|(&other, check)| {
        if parity == other { Some((b'0', check)) } else { (parity == !other & 0x3F).then_some((b'1', check)) }
    })?;
    let bytes = expanded(system, &digits, check)?;
    if !check_digit_fits(&bytes) {
        return None;
    }
    let message = Message { bytes, symbology_identifier: SymbologyIdentifier::new(b'E', b'0') };
    Some(Found { format: Format::UPCE, message, from: edges[start].at, to: edges.get(end)?.at })
}

/// The thirteen digits that UPC-E stands for: its last digit says where zeros were left out.
fn expanded(system: u8, digits: &[u8], check: u8) -> Option<Vec<u8>> {
    let &[a, b, c, d, e, last] = digits else { return None };
    let inner: [&[u8]; 3] = match last {
        b'0'..=b'2' => [&[a, b, last], b"0000", &[c, d, e]],
        b'3' => [&[a, b, c], b"00000", &[d, e]],
        b'4' => [&[a, b, c, d], b"00000", &[e]],
        _ => [&[a, b, c, d, e], b"0000", &[last]],
    };
    Some([&[b'0', system], inner.concat().as_slice(), &[check]].concat())
}

/// The elements with what print gain widened the bars by given back to the spaces, as seen in those guards' bars
/// and spaces (the even and the odd ones), which are all one module wide.
fn without_gain(elements: &[f32], guards: &[usize], module: f32) -> Vec<f32> {
    let mean = |parity: usize| {
        let own = || guards.iter().filter(|&&at| at % 2 == parity).filter_map(|&at| elements.get(at));
        own().sum::<f32>() / own().count().max(1) as f32
    };
    let gain = ((mean(0) - mean(1)) / 2.0).clamp(-0.5 * module, 0.5 * module);
    elements
        .iter()
        .enumerate()
        .map(|(at, width)| if at % 2 == 0 { width - gain } else { width + gain })
        .collect()
}

/// Reads a symbol of twice `half` digits.
fn read_from(edges: &[Edge], widths: &[f32], start: usize, half: usize) -> Option<Found> {
    // Guards of 3, 5 and 3 elements around the digits of 4.
    let end = start + 3 + 4 * half + 5 + 4 * half + 3;
    let elements = widths.get(start..end)?;
    let total: f32 = elements.iter().sum();
    let modules = (3 + 7 * half + 5 + 7 * half + 3) as f32;
    let module = total / modules;
    let guards = || (0..3).chain(3 + 4 * half..8 + 4 * half).chain(8 + 8 * half..11 + 8 * half);
    if !quiet(widths, start.checked_sub(1), 4.5 * module)
        || !quiet(widths, Some(end), 4.5 * module)
        || guards().any(|at| !(0.35..1.9).contains(&(elements[at] / module)))
    {
        return None;
    }
    let evened = without_gain(elements, &guards().collect::<Vec<_>>(), module);
    let left = evened.get(3..3 + 4 * half)?;
    let right = evened.get(8 + 4 * half..8 + 8 * half)?;
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
    if !WIDTHS.contains(&(total / module)) {
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
    lowest_first(&mut distances, |item| item.0);
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
    fn upc_e_is_written_out() {
        // 0 425261 4, which stands for 0 42100 00526 4.
        let mut runs = vec![9.0, 1.0, 1.0, 1.0];
        for (digit, set_b) in [4, 2, 5, 2, 6, 1].into_iter().zip([true, false, true, true, false, false]) {
            let mut widths: [f32; 4] = DIGITS[digit];
            if set_b {
                widths.reverse();
            }
            runs.extend(widths);
        }
        runs.extend([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 9.0]);
        let found = read(&edges_of(&runs));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].format, &found[0].message.bytes[..]), (Format::UPCE, &b"0042100005264"[..]));
        // Other parities name another check digit, which does not fit.
        assert_eq!(expanded(b'0', b"425261", b'4').unwrap(), b"0042100005264");
        assert_eq!(expanded(b'0', b"123455", b'0').unwrap(), b"0012345000050");
    }

    #[test]
    fn print_gain_is_given_back() {
        let fat: Vec<f32> = [1.4, 0.6, 1.4, 2.6, 1.4].to_vec();
        let even = without_gain(&fat, &[0, 1, 2], 1.0);
        assert!(even.iter().zip([1.0, 1.0, 1.0, 3.0, 1.0]).all(|(a, b)| (a - b).abs() < 1e-5), "{even:?}");
    }

    #[test]
    fn a_wrong_check_digit_is_refused() {
        assert!(read(&draw(b"4006381333932")).is_empty());
    }
}

//! Interleaved 2 of 5, ISO/IEC 16390; ITF-14 among it.

use super::{
    Found,
    profile::Edge,
    runs::{narrow_or_wide, quiet, widths},
};
use crate::symbol::{Format, Message, Point, SymbologyIdentifier, linear::ean::check_digit_fits};

/// Five elements of each digit, the first the highest bit, 1 for wide (table 1).
const DIGITS: [u8; 10] =
    [0b00110, 0b10001, 0b01001, 0b11000, 0b00101, 0b10100, 0b01100, 0b00011, 0b10010, 0b01010];

/// Fewest digits: a part of a longer symbol easily looks like a short one.
const LEAST_DIGITS: usize = 6;

/// Least quiet zone, in narrow elements; ISO/IEC 16390, 4.4 asks for 10.
const QUIET: f32 = 6.0;

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
    if !quiet(widths, start.checked_sub(1), QUIET * narrow) {
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

/// Whether a symbol of these digits between these corners has its quiet zones inside an image of this size. A part of
/// a symbol that is cut off proves nothing: stop patterns are all over it, and only ITF-14 has a check digit.
pub(super) fn is_whole(digits: &[u8], corners: &[Point; 4], width: usize, height: usize) -> bool {
    if digits.len() == 14 && check_digit_fits(digits) {
        return true;
    }
    let [top_left, top_right, bottom_right, bottom_left] = *corners;
    // A digit is 8 narrow elements wide or so, start and stop pattern together as well.
    let share = QUIET / (8 * (digits.len() + 1)) as f32;
    let beyond = |from: Point, to: Point| Point {
        x: to.x + (to.x - from.x) * share,
        y: to.y + (to.y - from.y) * share,
    };
    let inside = |Point { x, y }: Point| x >= 0.0 && y >= 0.0 && x <= width as f32 && y <= height as f32;
    [(top_left, top_right), (top_right, top_left), (bottom_left, bottom_right), (bottom_right, bottom_left)]
        .into_iter()
        .all(|(from, to)| inside(beyond(from, to)))
}

/// A wide bar, a narrow space, a narrow bar, and the quiet zone.
fn is_stop(widths: &[f32], at: usize, narrow: f32) -> bool {
    let Some(&[wide, space, bar]) = widths.get(at..at + 3) else { return false };
    (1.6..4.2).contains(&(wide / narrow))
        && wide > 1.4 * bar
        && space < 1.8 * narrow
        && bar < 1.8 * narrow
        && quiet(widths, Some(at + 3), QUIET * narrow)
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

    #[test]
    fn a_symbol_at_the_edge_of_the_image_may_be_a_part_of_a_longer_one() {
        // 6 digits, 56 narrow elements of 2 pixels, in an image of 200 by 100.
        let at = |left: f32, turned: bool| {
            let corners = [(left, 20.0), (left + 112.0, 24.0), (left + 112.0, 70.0), (left, 66.0)];
            let corners = corners.map(|(x, y)| Point { x, y });
            if turned { [corners[2], corners[3], corners[0], corners[1]] } else { corners }
        };
        for turned in [false, true] {
            assert!(is_whole(b"123456", &at(40.0, turned), 200, 100));
            assert!(!is_whole(b"123456", &at(5.0, turned), 200, 100));
            assert!(!is_whole(b"123456", &at(80.0, turned), 200, 100));
            assert!(is_whole(b"00012345678905", &at(5.0, turned), 200, 100));
            assert!(!is_whole(b"00012345678904", &at(5.0, turned), 200, 100));
        }
    }
}

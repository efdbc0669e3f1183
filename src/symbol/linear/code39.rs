//! Code 39, ISO/IEC 16388.

use super::{
    Found,
    profile::Edge,
    runs::{narrow_or_wide, quiet, widths},
};
use crate::symbol::{Format, Message, SymbologyIdentifier};

const ALPHABET: &[u8; 43] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

/// Nine elements of each character, the first the highest bit, 1 for wide (table 1).
#[rustfmt::skip]
const PATTERNS: [u16; 43] = [
    0x034, 0x121, 0x061, 0x160, 0x031, 0x130, 0x070, 0x025, 0x124, 0x064,
    0x109, 0x049, 0x148, 0x019, 0x118, 0x058, 0x00D, 0x10C, 0x04C, 0x01C,
    0x103, 0x043, 0x142, 0x013, 0x112, 0x052, 0x007, 0x106, 0x046, 0x016,
    0x181, 0x0C1, 0x1C0, 0x091, 0x190, 0x0D0, 0x085, 0x184, 0x0C4, 0x0A8,
    0x0A2, 0x08A, 0x02A,
];

/// The start and stop character.
const STAR: u16 = 0x094;

/// Fewest data characters: two, as a shorter message is too easily a picture of something else.
const LEAST_CHARACTERS: usize = 2;

/// Every Code 39 symbol of a profile's edges.
pub(super) fn read(edges: &[Edge]) -> Vec<Found> {
    let widths = widths(edges);
    let mut found: Vec<Found> = Vec::new();
    for start in 0..widths.len().saturating_sub(9) {
        if edges[start].falls && found.last().is_none_or(|other| edges[start].at >= other.to) {
            found.extend(read_from(edges, &widths, start));
        }
    }
    found
}

fn read_from(edges: &[Edge], widths: &[f32], start: usize) -> Option<Found> {
    let first = widths.get(start..start + 9)?;
    let length: f32 = first.iter().sum();
    // Before hardly any edge there is a quiet zone.
    if !quiet(widths, start.checked_sub(1), 0.4 * length) || character(first)? != STAR {
        return None;
    }
    let mut bytes = Vec::new();
    let mut at = start;
    let mut previous = length;
    loop {
        // The gap between characters is about a narrow element.
        let gap = *widths.get(at + 9)?;
        if gap > 0.35 * previous {
            return None;
        }
        at += 10;
        let elements = widths.get(at..at + 9)?;
        let length: f32 = elements.iter().sum();
        if !(0.8..1.25).contains(&(length / previous)) {
            return None;
        }
        previous = length;
        let pattern = character(elements)?;
        if pattern == STAR {
            break;
        }
        let index = PATTERNS.iter().position(|&other| other == pattern)?;
        bytes.push(ALPHABET[index]);
    }
    if bytes.len() < LEAST_CHARACTERS || !quiet(widths, Some(at + 9), 0.4 * previous) {
        return None;
    }
    let message = Message { bytes, symbology_identifier: SymbologyIdentifier::new(b'A', b'0') };
    Some(Found { format: Format::Code39, message, from: edges[start].at, to: edges.get(at + 9)?.at })
}

/// The pattern of nine elements, of which three are wide (or bars alone one, in the four special ones).
fn character(elements: &[f32]) -> Option<u16> {
    let mut sorted: Vec<f32> = elements.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    let (narrow, wide) = (sorted.get(5)?, sorted.get(6)?);
    if *wide < 1.3 * narrow {
        return narrow_or_wide(elements).map(|wide| pack(&wide));
    }
    let threshold = (narrow + wide) / 2.0;
    Some(pack(&elements.iter().map(|width| *width > threshold).collect::<Vec<_>>()))
}

fn pack(wide: &[bool]) -> u16 {
    wide.iter().fold(0, |pattern, &wide| pattern << 1 | u16::from(wide))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::linear::tests::edges_of;

    fn draw(text: &[u8]) -> Vec<Edge> {
        let mut runs = vec![12.0];
        let patterns = text.iter().map(|c| PATTERNS[ALPHABET.iter().position(|a| a == c).unwrap()]);
        for pattern in [STAR].into_iter().chain(patterns).chain([STAR]) {
            runs.extend((0..9).rev().map(|bit| if pattern >> bit & 1 == 1 { 2.5 } else { 1.0 }));
            runs.push(1.0);
        }
        *runs.last_mut().unwrap() = 12.0;
        edges_of(&runs)
    }

    #[test]
    fn a_hibc_label_reads_back() {
        let found = read(&draw(b"+A123BJC5D6E71G"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message.bytes, b"+A123BJC5D6E71G");
    }

    #[test]
    fn every_pattern_has_three_wide_elements() {
        for pattern in PATTERNS.iter().chain([&STAR]) {
            assert_eq!(pattern.count_ones(), 3);
        }
    }
}

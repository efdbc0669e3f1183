//! A second look for linear symbols: along single rows and columns of a window where something was seen and nothing read.
//!
//! A row needs no stripes that were measured rightly. It proves less than a band, and rows that lie side by side see
//! nearly the same print: several must agree, and none may read another message in their place.

use super::{
    Format, Found, LEAST_EDGES, Message, Point, code39,
    code128::{self, START_A, START_C, STOP},
    code128_reader, ean, itf,
    profile::Edge,
    runs::{quiet, widths},
};

/// Rows that must give the same message.
const LEAST_ROWS: usize = 3;

/// Rows looked at in a window, about, and as many columns.
const ROWS: usize = 60;

/// Quiet zone of ITF, in narrow elements (ISO/IEC 16390, 4.4).
const QUIET_ITF: f32 = 10.0;

/// Fewest characters of Code 39, which has no check character.
const LEAST_CODE39: usize = 3;

/// How far a bar or a space of Code 128 may be off, and all of a character together, in modules.
const MOST_OFF: f32 = 0.7;
const MOST_OFF_IN_ALL: f32 = 2.75;

/// One message and the rows that gave it.
struct Rows {
    found: Found,
    reversed: bool,
    /// The place across the rows of the first and the last of them, and from where to where each was read.
    first: (f32, [f32; 2]),
    last: (f32, [f32; 2]),
    count: usize,
}

/// The symbols whose bars stand across the rows or the columns of a window of that size, with their corners; where it is
/// dark the caller tells.
pub(in crate::symbol) fn read(
    (width, height): (usize, usize),
    is_dark: impl Fn(usize, usize) -> bool,
) -> Vec<(Format, Message, [Point; 4])> {
    let row = |across: usize| edges((0..width).map(|along| is_dark(along, across)));
    let mut symbols = read_rows((height, width), &row, &|across, along| Point { x: along, y: across });
    // Columns from right to left: what runs downwards is not mirrored then.
    let right = width as f32;
    let column = |across: usize| edges((0..height).map(|along| is_dark(width - 1 - across, along)));
    let place = |across: f32, along: f32| Point { x: right - across, y: along };
    symbols.extend(read_rows((width, height), &column, &place));
    symbols
}

/// Where a row turns dark or light.
fn edges(row: impl ExactSizeIterator<Item = bool>) -> Vec<Edge> {
    let length = row.len();
    let mut edges = Vec::new();
    let mut dark = false;
    for (along, is_dark) in row.enumerate() {
        if is_dark != dark {
            dark = is_dark;
            edges.push(Edge { at: along as f32, falls: dark });
        }
    }
    if dark {
        edges.push(Edge { at: length as f32, falls: false });
    }
    edges
}

fn read_rows(
    (count, length): (usize, usize),
    edges_of: &dyn Fn(usize) -> Vec<Edge>,
    place: &dyn Fn(f32, f32) -> Point,
) -> Vec<(Format, Message, [Point; 4])> {
    let mut read: Vec<Rows> = Vec::new();
    for across in (0..count).step_by((count / ROWS).max(1)) {
        let mut edges = edges_of(across);
        if edges.len() >= LEAST_EDGES {
            for reversed in [false, true] {
                read_row(&edges, length as f32, across as f32 + 0.5, reversed, &mut read);
                let turned = edges.iter().rev();
                edges = turned.map(|edge| Edge { at: length as f32 - edge.at, falls: !edge.falls }).collect();
            }
        }
    }
    let overlap =
        |one: &Rows, other: &Rows| one.first.1[0] < other.first.1[1] && other.first.1[0] < one.first.1[1];
    let is_proven = |rows: &&Rows| {
        let mut rivals = read.iter().filter(|other| !std::ptr::eq(*other, *rows) && overlap(rows, other));
        rows.count >= LEAST_ROWS && rivals.all(|other| rows.count >= 3 * other.count)
    };
    let corners = |rows: &Rows| {
        let [top, bottom] =
            [rows.first, rows.last].map(|(across, along)| along.map(|along| place(across, along)));
        if rows.reversed {
            [bottom[1], bottom[0], top[0], top[1]]
        } else {
            [top[0], top[1], bottom[1], bottom[0]]
        }
    };
    let symbol = |rows: &Rows| (rows.found.format, rows.found.message.clone(), corners(rows));
    read.iter().filter(is_proven).map(symbol).collect()
}

/// Reads a row whose edges are given as `reversed` tells, and adds what it gives.
fn read_row(edges: &[Edge], length: f32, across: f32, reversed: bool, read: &mut Vec<Rows>) {
    let found = [ean::read(edges), code39::read(edges), itf::read(edges), code_128(edges)];
    for found in found.into_iter().flatten().filter(|found| is_enough(found, length)) {
        let along = if reversed { [length - found.to, length - found.from] } else { [found.from, found.to] };
        let last = (across, along);
        let same = |rows: &&mut Rows| {
            rows.found.format == found.format
                && rows.found.message == found.message
                && rows.reversed == reversed
        };
        match read.iter_mut().find(same) {
            Some(rows) => {
                rows.last = last;
                rows.count += 1;
            }
            None => read.push(Rows { found, reversed, first: last, last, count: 1 }),
        }
    }
}

/// Every Code 128 symbol of a row, by the widths of bars and spaces.
fn code_128(edges: &[Edge]) -> Vec<Found> {
    let widths = widths(edges);
    let mut found: Vec<Found> = Vec::new();
    for (start, edge) in edges.iter().enumerate() {
        if edge.falls && found.last().is_none_or(|other| edge.at >= other.to) {
            found.extend(code_128_from(edges, &widths, start));
        }
    }
    found
}

fn code_128_from(edges: &[Edge], widths: &[f32], start: usize) -> Option<Found> {
    let mut characters = Vec::new();
    let mut at = start;
    loop {
        let elements = widths.get(at..at + 6)?;
        let quiet_zone = elements.iter().sum::<f32>() / 2.0;
        // Before hardly any edge there is a quiet zone.
        if at == start && !quiet(widths, start.checked_sub(1), quiet_zone) {
            return None;
        }
        let character = if at == start { start_character(elements) } else { character(elements) }?;
        if character == STOP {
            // A bar ends it.
            let to = edges.get(at + 7)?.at;
            let message = quiet(widths, Some(at + 7), quiet_zone).then(|| code128::decode(&characters))??;
            return Some(Found { format: Format::Code128, message, from: edges[start].at, to });
        }
        characters.push(character);
        at += 6;
    }
}

/// The start character these bars and spaces are, of which all three begin with two modules and one.
fn start_character(elements: &[f32]) -> Option<u8> {
    let module = elements.iter().sum::<f32>() / 11.0;
    let begins = (elements[0] - 2.0 * module).abs() < MOST_OFF * module
        && (elements[1] - module).abs() < MOST_OFF * module;
    let character = if begins { character(elements)? } else { return None };
    (START_A..=START_C).contains(&character).then_some(character)
}

/// The character whose bars and spaces are most like these.
fn character(elements: &[f32]) -> Option<u8> {
    let module = elements.iter().sum::<f32>() / 11.0;
    let apart = |pattern: u32| -> Option<f32> {
        let mut sum = 0.0;
        for (seen, wanted) in elements.iter().zip(code128_reader::widths(pattern)) {
            let off = (seen / module - wanted as f32).abs();
            sum += (off < MOST_OFF).then_some(off)?;
        }
        Some(sum)
    };
    // Of the stop character the last bar is left out.
    let patterns = code128_reader::PATTERNS.iter().copied().chain([code128_reader::STOP_PATTERN / 10]);
    let likely = patterns.zip(0u8..).filter_map(|(pattern, character)| Some((apart(pattern)?, character)));
    let (apart, character) = likely.min_by(|a, b| a.0.total_cmp(&b.0))?;
    (apart < MOST_OFF_IN_ALL).then_some(character)
}

/// Whether a reading tells enough for one row of `length`. ITF must have room for its quiet zones in it: at the ends of
/// a row a part of a symbol that is cut off looks like a whole one.
fn is_enough(found: &Found, length: f32) -> bool {
    let characters = found.message.bytes.len();
    match found.format {
        Format::ITF => {
            // A digit is 8 narrow elements wide or so, start and stop pattern together as well.
            let quiet = QUIET_ITF * (found.to - found.from) / (8 * (characters + 1)) as f32;
            found.from >= quiet && found.to <= length - quiet
        }
        Format::Code39 => characters >= LEAST_CODE39,
        // Its digits are too few.
        Format::UPCE => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules of a Code 128 symbol, true for dark.
    fn code_128_modules(body: &[u8]) -> Vec<bool> {
        let mut characters = body.to_vec();
        characters.push(code128::check_character(body).unwrap());
        let patterns = characters.iter().map(|&at| code128_reader::PATTERNS[usize::from(at)]);
        let widths = patterns.chain([code128_reader::STOP_PATTERN]).flat_map(code128_reader::widths);
        // Each character has an even number of elements.
        widths.enumerate().flat_map(|(at, width)| std::iter::repeat_n(at % 2 == 0, width)).collect()
    }

    /// Start B, "Udi", and so on.
    const BODY: [u8; 7] = [104, 53, 68, 73, 17, 18, 19];

    /// Two pixels a module behind `quiet` modules: whether a place along such a row is dark.
    fn dark(modules: &[bool], quiet: usize, along: usize) -> bool {
        (along / 2).checked_sub(quiet).and_then(|at| modules.get(at)).is_some_and(|&dark| dark)
    }

    fn texts(symbols: &[(Format, Message, [Point; 4])]) -> Vec<&[u8]> {
        symbols.iter().map(|(_, message, _)| message.bytes.as_slice()).collect()
    }

    #[test]
    fn a_symbol_is_read_in_each_of_four_directions_and_its_corners_turn_with_it() {
        let modules = code_128_modules(&BODY);
        let (length, height) = (2 * (modules.len() + 20), 12);
        let end = 2 * (10 + modules.len());
        let at = |along: usize| dark(&modules, 10, along);
        let corner = |x: f32, y: f32| Point { x, y };
        let (from, to) = (20.0, end as f32);
        let cases = [
            (read((length, height), |x, _| at(x)), corner(from, 0.5)),
            (read((length, height), |x, _| at(length - 1 - x)), corner(length as f32 - from, 11.5)),
            (read((height, length), |_, y| at(y)), corner(11.5, from)),
            (read((height, length), |_, y| at(length - 1 - y)), corner(0.5, length as f32 - from)),
        ];
        for (symbols, first) in cases {
            assert_eq!(texts(&symbols), [b"Udi123"]);
            let (format, _, corners) = &symbols[0];
            assert_eq!((*format, corners[0]), (Format::Code128, first));
            // Clockwise, as a symbol's corners are that is not mirrored.
            let side = |a: usize, b: usize| (corners[b].x - corners[a].x, corners[b].y - corners[a].y);
            let ((a, b), (c, d)) = (side(0, 1), side(1, 2));
            assert!(a * d - b * c > 0.0, "{corners:?}");
            assert!(((a.hypot(b)) - (to - from)).abs() < 0.01, "{corners:?}");
        }
    }

    #[test]
    fn two_rows_prove_nothing() {
        let modules = code_128_modules(&BODY);
        let length = 2 * (modules.len() + 20);
        let rows = |count: usize| read((length, 12), |x, y| y < count && dark(&modules, 10, x));
        assert_eq!(texts(&rows(3)), [b"Udi123"]);
        assert!(rows(2).is_empty());
    }

    #[test]
    fn another_message_in_the_same_place_stands_in_the_way() {
        let (one, other) = (code_128_modules(&BODY), code_128_modules(&[104, 53, 68, 73, 17, 18, 20]));
        let length = 2 * (one.len() + 20);
        let rows = |own: usize| read((length, 12), |x, y| dark(if y < own { &one } else { &other }, 10, x));
        assert_eq!(texts(&rows(9)), [b"Udi123"]);
        assert!(rows(8).is_empty());
    }

    #[test]
    fn a_code_128_needs_its_quiet_zones_and_widths_that_fit() {
        let modules = code_128_modules(&BODY);
        let read = |modules: &[bool]| read((2 * (modules.len() + 20), 12), |x, _| dark(modules, 10, x)).len();
        assert_eq!(read(&modules), 1);
        let beside = [&[true, false, false][..], &modules, &[false, false, true]].concat();
        assert_eq!(read(&beside), 0);
        // A space of "d" becomes a bar's.
        let mut smeared = modules.clone();
        let space = smeared.iter().skip(24).position(|dark| !dark).unwrap() + 24;
        smeared[space] = true;
        assert_eq!(read(&smeared), 0);
    }

    #[test]
    fn an_itf_without_room_for_its_quiet_zone_may_be_a_part_of_a_longer_one() {
        // 0 and 0: narrow, narrow, wide, wide, narrow, bars and spaces alike.
        let pair = [1, 1, 1, 1, 2, 2, 2, 2, 1, 1];
        let widths = [&[1, 1, 1, 1][..], &pair, &pair, &pair, &[2, 1, 1]].concat();
        let widths = widths.into_iter().enumerate();
        let modules: Vec<bool> =
            widths.flat_map(|(at, width)| std::iter::repeat_n(at % 2 == 0, width)).collect();
        let read =
            |quiet: usize| read((2 * (modules.len() + 2 * quiet), 12), |x, _| dark(&modules, quiet, x)).len();
        assert_eq!(read(12), 1);
        assert_eq!(read(7), 0);
    }
}

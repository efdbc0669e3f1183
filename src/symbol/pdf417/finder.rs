//! Where lines across an image cross a start or stop pattern.
//!
//! A guard is as high as its symbol, so that a few dozen lines in four directions meet it. Distances are taken between
//! edges of one kind, which dot gain leaves alone.

use crate::{
    frame::pyramid::Grey,
    symbol::{
        Point,
        edges::{Edge, Profile, find_edges, line, without_grain},
    },
};

use super::patterns::{MODULES, START, STOP};

/// Lines across the shorter side of an image, about: rows and columns of pixels, and slanted ones, which take longer.
const LINES: (f32, f32) = (26.0, 18.0);

/// Pixels from one line to the next, at least and at most.
const SPACING: (f32, f32) = (3.0, 20.0);

/// How far a distance may be off, in modules, and what is added to that, in pixels.
const OFF: (f32, f32) = (0.4, 0.4);

/// Places kept in one image.
const MOST: usize = 300;

/// A guard as one line crosses it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crossing {
    /// Where its first bar begins, as a symbol is read.
    pub(super) at: Point,
    /// The direction of the line, as a symbol is read.
    pub(super) direction: (f32, f32),
    /// Width of a module along the line, in pixels.
    pub(super) module: f32,
    pub(super) is_stop: bool,
    /// 1 for dark on light, −1 for light on dark.
    pub(super) dark: f32,
}

/// The guards that lines across the image cross.
pub(super) fn crossings(image: &Grey<'_>) -> Vec<Crossing> {
    let diagonal = std::f32::consts::FRAC_1_SQRT_2;
    let mut found = Vec::new();
    let (mut values, mut edges, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for direction in [(1.0, 0.0), (0.0, 1.0), (diagonal, diagonal), (diagonal, -diagonal)] {
        let (w, h) = (image.width as f32, image.height as f32);
        let is_axis = direction.0 == 0.0 || direction.1 == 0.0;
        let lines = if is_axis { LINES.0 } else { LINES.1 };
        let spacing = (w.min(h) / lines).clamp(SPACING.0, SPACING.1);
        let aside = (-direction.1, direction.0);
        let sides = [0.0, w * aside.0, h * aside.1, w * aside.0 + h * aside.1];
        let (first, last) =
            (sides.into_iter().fold(f32::MAX, f32::min), sides.into_iter().fold(f32::MIN, f32::max));
        let mut offset = first + spacing / 2.0;
        while offset < last && found.len() < MOST {
            let foot = Point { x: aside.0 * offset, y: aside.1 * offset };
            offset += spacing;
            let Some((from, to)) = inside(foot, direction, (w, h)) else { continue };
            let start = Point { x: foot.x + direction.0 * from, y: foot.y + direction.1 * from };
            values.clear();
            if is_axis {
                pixels(image, start, direction.0 > 0.0, &mut values);
            } else {
                line(image, start, direction, (to - from) as usize + 1, &mut values);
            }
            let count = values.len();
            if count < MODULES {
                continue;
            }
            find_edges(&values, &mut edges);
            without_grain(&edges, &mut plain);
            let again = plain.len() < edges.len();
            for edges in [Some(&mut edges), again.then_some(&mut plain)].into_iter().flatten() {
                with_ends(edges, count as f32);
                add(edges, start, direction, &mut found);
            }
        }
    }
    found
}

/// The row or the column of pixels that begins at a place, each the mean of itself and the next one.
fn pixels(image: &Grey<'_>, start: Point, is_row: bool, values: &mut Profile) {
    let (x, y) = (start.x as usize, start.y as usize);
    let mean = |a: u8, b: u8| 2 * (i16::from(a) + i16::from(b));
    if is_row {
        let rows =
            [y, (y + 1).min(image.height - 1)].map(|y| image.luma.get(y * image.width..).unwrap_or_default());
        values.extend(rows[0].iter().zip(rows[1]).take(image.width).map(|(&a, &b)| mean(a, b)));
    } else {
        let next = usize::from(x + 1 < image.width);
        let column = image.luma.chunks_exact(image.width).filter_map(|row| row.get(x..=x + next));
        values.extend(column.map(|pair| mean(pair[0], pair[next])));
    }
}

/// Where the image ends a guard may end, too.
fn with_ends(edges: &mut Vec<Edge>, length: f32) {
    let (Some(&first), Some(&last)) = (edges.first(), edges.last()) else { return };
    edges.insert(0, Edge { at: -0.5, falls: !first.falls, ..first });
    edges.push(Edge { at: length - 0.5, falls: !last.falls, ..last });
}

/// From where to where a line lies in a box of that size.
fn inside(foot: Point, direction: (f32, f32), size: (f32, f32)) -> Option<(f32, f32)> {
    let (mut from, mut to) = (f32::MIN, f32::MAX);
    for (at, step, side) in [(foot.x, direction.0, size.0), (foot.y, direction.1, size.1)] {
        if step.abs() < 1e-3 {
            if !(0.0..side).contains(&at) {
                return None;
            }
            continue;
        }
        let (one, other) = ((0.5 - at) / step, (side - 0.5 - at) / step);
        (from, to) = (from.max(one.min(other)), to.min(one.max(other)));
    }
    (from < to).then_some((from, to))
}

fn add(edges: &[Edge], start: Point, direction: (f32, f32), found: &mut Vec<Crossing>) {
    for first in 0..edges.len().saturating_sub(START.len()) {
        for (is_stop, pattern) in [(false, START), (true, STOP)] {
            let Some(edges) = edges.get(first..=first + pattern.len()) else { continue };
            for backwards in [false, true] {
                let Some((from, module)) = fit(edges, pattern, backwards) else { continue };
                let at = Point { x: start.x + direction.0 * from, y: start.y + direction.1 * from };
                let sign = if backwards { -1.0 } else { 1.0 };
                let direction = (direction.0 * sign, direction.1 * sign);
                let outer = if backwards { edges.last() } else { edges.first() };
                // Backwards, a bar begins where it ends.
                let falls = outer.is_some_and(|edge| edge.falls) != backwards;
                let dark = if falls { 1.0 } else { -1.0 };
                found.push(Crossing { at, direction, module, is_stop, dark });
            }
        }
    }
}

/// Where a pattern begins and how wide its modules are, if the edges are so far apart.
fn fit(edges: &[Edge], pattern: &[f32], backwards: bool) -> Option<(f32, f32)> {
    let last = edges.len() - 1;
    let place = |index: usize| if backwards { -edges[last - index].at } else { edges[index].at };
    // Eight runs are seventeen modules in both patterns.
    let module = (place(8) - place(0)) / MODULES as f32;
    if module < 0.9 {
        return None;
    }
    let off = OFF.0 * module + OFF.1;
    let fits = pattern.windows(2).enumerate().all(|(index, widths)| {
        let wanted = (widths[0] + widths[1]) * module;
        (place(index + 2) - place(index) - wanted).abs() <= off
    });
    let from = if backwards { edges[last].at } else { edges[0].at };
    fits.then_some((from, module))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::pdf417::tests::{drawn, example, flipped, inverted, mirrored, transposed};
    use std::borrow::Cow;

    /// Where along its lines the first crossing of a kind lies whose lines run in a direction, and how wide its modules are.
    fn first(image: &Grey<'_>, direction: (f32, f32), is_stop: bool) -> Option<Crossing> {
        crossings(image).into_iter().find(|found| found.direction == direction && found.is_stop == is_stop)
    }

    #[test]
    fn guards_are_crossed_from_whatever_side_and_the_direction_says_from_which() {
        let image = drawn(&example(), 12, 20);
        // Three codewords, two indicators and the start pattern lie before the stop pattern.
        let (start, stop) = (20.0, 20.0 + 3.0 * 17.0 * 6.0);
        let (right, bottom) = (image.width as f32, image.width as f32);
        let turned = transposed(&image);
        let along = |found: Crossing| if found.direction.0 == 0.0 { found.at.y } else { found.at.x };
        let cases = [
            (mirrored(&image), (-1.0, 0.0), right),
            (mirrored(&flipped(&image)), (-1.0, 0.0), right),
            (flipped(&turned), (0.0, -1.0), bottom),
            (turned, (0.0, 1.0), 0.0),
            (image, (1.0, 0.0), 0.0),
        ];
        for (image, direction, end) in cases {
            let place = |at: f32| if end > 0.0 { end - at } else { at };
            for (is_stop, wanted) in [(false, start), (true, stop)] {
                let found = first(&image, direction, is_stop).unwrap();
                assert!((along(found) - place(wanted)).abs() < 1.0, "{found:?} for {}", place(wanted));
                assert!((found.module - 3.0).abs() < 0.1 && found.dark == 1.0, "{found:?}");
            }
            let back = (-direction.0, -direction.1);
            assert!(first(&image, back, false).is_none() && first(&image, back, true).is_none());
        }
    }

    #[test]
    fn light_on_dark_is_told_from_dark_on_light() {
        let image = inverted(&drawn(&example(), 12, 20));
        let found = first(&image, (1.0, 0.0), false).unwrap();
        assert_eq!(found.dark, -1.0);
        assert!((found.at.x - 20.0).abs() < 1.0, "{found:?}");
    }

    #[test]
    fn a_guard_may_begin_where_the_image_does() {
        let found = first(&drawn(&example(), 12, 0), (1.0, 0.0), false).unwrap();
        assert!(found.at.x.abs() < 1.0, "{found:?}");
    }

    #[test]
    fn dot_gain_moves_no_distance_and_a_module_off_does() {
        let edges = |gain: f32, wide: f32| -> Vec<Edge> {
            let widths = [8.0, 1.0, 1.0, 1.0, 1.0, 1.0, wide, 3.0];
            let mut at = 10.0;
            let places = std::iter::once(0.0).chain(widths).enumerate();
            let edge = |(index, width): (usize, f32)| {
                at += 3.0 * width;
                let falls = index % 2 == 0;
                Edge { at: at + if falls { -gain } else { gain }, falls, swing: 180.0 }
            };
            places.map(edge).collect()
        };
        let (from, module) = fit(&edges(0.0, 1.0), START, false).unwrap();
        assert_eq!((from, module), (10.0, 3.0));
        assert_eq!(fit(&edges(0.9, 1.0), START, false), Some((9.1, 3.0)));
        assert_eq!(fit(&edges(0.0, 2.0), START, false), None);
        assert_eq!(fit(&edges(0.0, 1.0), START, true), None);
    }

    #[test]
    fn no_more_is_kept_than_one_line_beyond_the_most() {
        // Start patterns side by side, all the way down.
        let (width, height) = (17 * 40, 400);
        let row = (0..width)
            .map(|x| if [0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 13].contains(&(x % 17)) { 30 } else { 220 });
        let luma: Vec<u8> = row.cycle().take(width * height).collect();
        let count = crossings(&Grey { luma: Cow::Owned(luma), width, height }).len();
        assert!((MOST..MOST + 2 * 40).contains(&count), "{count}");
    }
}

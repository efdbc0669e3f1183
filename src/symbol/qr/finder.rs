//! Finder patterns of QR Code: runs of 1:1:3:1:1 modules in every direction, ISO/IEC 18004:2015 clause 6.3.3.
//!
//! Distances are taken between edges of one kind (dark to light, or light to dark), which dot gain leaves alone.

use crate::{
    frame::{
        pyramid::Grey,
        ranking::highest_first,
        texture::{TILE, Texture},
    },
    symbol::{
        Point,
        edges::{Axis, Edge, along_axis, along_line, find_edges, is_even, middle_row, without_grain},
        geometry::distance,
        pattern_rows::{PatternRows, add_row},
    },
};

/// A finder pattern.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finder {
    pub(crate) centre: Point,
    /// Side of a module in pixels, the mean over directions.
    pub(crate) module: f32,
    /// 1 for dark on light, −1 for light on dark.
    pub(crate) dark: f32,
    /// Rows in which it was seen.
    rows: usize,
    /// Directions in which it was seen, of [`DIRECTIONS`]: along rows, columns and, one or both, the diagonals.
    pub(crate) directions: usize,
}

/// Directions in which a finder pattern is looked at.
pub(crate) const DIRECTIONS: usize = 4;

/// Smallest module in pixels.
const LEAST_MODULE: f32 = 1.2;

/// Smallest module in pixels of a halved image: the image itself shows smaller ones better.
const LEAST_MODULE_HALVED: f32 = 1.6;

/// Largest module in pixels; larger ones are found in a halved image.
const MOST_MODULE: f32 = 9.0;

/// Rows from one scan line to the next.
const STEP: usize = 2;

/// Rows of one place are less far apart, in pixels: a scan line may have missed it.
const GAP: f32 = 2.0 * STEP as f32 + 1.0;

/// Rows that are more than chance shows.
const MANY_ROWS: usize = 3;

/// How far from the middle the pattern may reach, in modules as wide as they are along a row.
const REACH: f32 = 8.0;

/// Swing of a pattern's faintest edge as a share of its strongest.
const LEAST_SHARE: f32 = 0.12;

/// Finder patterns followed up in one image.
const MOST: usize = 60;

/// Smallest module that is looked for in an image that was halved so often, in pixels.
pub(crate) fn least_module(halvings: usize) -> f32 {
    if halvings == 0 { LEAST_MODULE } else { LEAST_MODULE_HALVED }
}

/// The finder patterns of an image whose modules are of `least` pixels or more, looked for where it has texture.
pub(crate) fn finders(image: &Grey<'_>, texture: &Texture, least: f32) -> Vec<Finder> {
    let mut rows: Vec<PatternRows> = Vec::new();
    let (mut profile, mut edges, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    let mut busy = (usize::MAX, Vec::new());
    for y in (1..image.height.saturating_sub(1)).step_by(STEP) {
        if busy.0 != y / TILE {
            busy = (y / TILE, texture.busy(y / TILE));
        }
        for &(left, right) in &busy.1 {
            let right = right.min(image.width);
            middle_row(image, y, left, right, &mut profile);
            find_edges(&profile, &mut edges);
            without_grain(&edges, &mut plain);
            let again = if plain.len() < edges.len() { plain.as_slice() } else { &[] };
            for (dark, runs) in patterns(&edges, least).chain(patterns(again, least)) {
                let total = runs[5] - runs[0];
                let x = left as f32 + (runs[2] + runs[3]) / 2.0 + 0.5;
                add_row(&mut rows, PatternRows::new(x, y as f32 + 0.5, total, dark), GAP);
            }
        }
    }
    let mut found: Vec<Finder> = rows.iter().filter_map(|rows| verified(image, rows)).collect();
    highest_first(&mut found, |finder| finder.rows as f32);
    let mut kept: Vec<Finder> = Vec::new();
    for finder in found {
        let near = |other: &Finder| distance(finder.centre, other.centre) < 3.0 * other.module;
        if kept.len() < MOST && !kept.iter().any(near) {
            kept.push(finder);
        }
    }
    kept
}

/// A finder pattern where the other directions show it too.
fn verified(image: &Grey<'_>, rows: &PatternRows) -> Option<Finder> {
    let module = rows.module();
    // The core is three modules high, but where it is turned by 45° only a module of it shows the right runs.
    if (rows.count * STEP) as f32 <= module - 1.0 {
        return None;
    }
    let centre = Point { x: rows.x, y: rows.middle() };
    // Rough print may break a line of pixels: what many rows show is looked at along a wider one, too.
    let look = |centre, axis: Axis| {
        nearest(&along_axis(image, centre, axis, REACH * module), module, rows.dark).or_else(|| {
            let wider = rows.count >= MANY_ROWS;
            wider.then(|| across(image, centre, axis.direction(), module, rows.dark)).flatten()
        })
    };
    let (dy, down) = look(centre, Axis::Column)?;
    let centre = Point { x: centre.x, y: centre.y + dy };
    let (dx, wide) = look(centre, Axis::Row)?;
    let centre = Point { x: centre.x + dx, y: centre.y };
    let diagonal = std::f32::consts::FRAC_1_SQRT_2;
    let slanted = [(diagonal, diagonal), (diagonal, -diagonal)]
        .map(|direction| across(image, centre, direction, (down * wide).sqrt() / 7.0, rows.dark));
    let totals: Vec<f32> = slanted.iter().flatten().map(|(_, total)| *total).chain([down, wide]).collect();
    if totals.len() < DIRECTIONS - 1 {
        return None;
    }
    // A square is wider in some directions than in others, by the square root of two at most; tilt adds to it,
    // and some pictures were stretched.
    let (least, most) =
        (totals.iter().copied().fold(f32::MAX, f32::min), totals.iter().copied().fold(0.0, f32::max));
    if most > 4.0 * least {
        return None;
    }
    let mean = totals.iter().sum::<f32>() / totals.len() as f32;
    // Over all directions a square's chords through its centre are 1.12 times its side.
    let module = mean / 7.0 / 1.12;
    (LEAST_MODULE..=MOST_MODULE).contains(&module).then_some(Finder {
        centre,
        module,
        dark: rows.dark,
        rows: rows.count,
        directions: totals.len(),
    })
}

/// The pattern along a line through `centre`: how far along its middle lies, and its width in pixels.
pub(crate) fn across(
    image: &Grey<'_>,
    centre: Point,
    direction: (f32, f32),
    module: f32,
    dark: f32,
) -> Option<(f32, f32)> {
    nearest(&along_line(image, centre, direction, REACH * module, 0.4 * module), module, dark)
}

/// The pattern nearest to the middle of a line: how far along it lies, and its width in pixels.
fn nearest(edges: &[Edge], module: f32, dark: f32) -> Option<(f32, f32)> {
    nearest_among(edges, module, dark).or_else(|| {
        let mut plain = Vec::new();
        without_grain(edges, &mut plain);
        if plain.len() < edges.len() { nearest_among(&plain, module, dark) } else { None }
    })
}

fn nearest_among(edges: &[Edge], module: f32, dark: f32) -> Option<(f32, f32)> {
    patterns(edges, LEAST_MODULE)
        .filter(|(sign, _)| *sign == dark)
        .map(|(_, at)| ((at[2] + at[3]) / 2.0, at[5] - at[0]))
        .filter(|(offset, total)| {
            offset.abs() < 1.2 * module && (0.35..2.8).contains(&(total / 7.0 / module))
        })
        .min_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))
}

/// Six edges in a row that are 1:1:3:1:1 apart: the sign of the pattern (1 for dark on light) and the edges.
fn patterns(edges: &[Edge], least: f32) -> impl Iterator<Item = (f32, [f32; 6])> {
    edges.windows(6).filter_map(move |edges| {
        let &[a, b, c, d, e, f] = edges else { return None };
        let at = [a, b, c, d, e, f].map(|edge| edge.at);
        (is_pattern(&at, least) && is_even(edges, LEAST_SHARE))
            .then_some((if a.falls { 1.0 } else { -1.0 }, at))
    })
}

fn is_pattern(at: &[f32; 6], least: f32) -> bool {
    let module = (at[5] - at[0]) / 7.0;
    if module < least {
        return false;
    }
    // An edge is known to a quarter of a pixel or so, which is much of a small module.
    let loose = module + 0.5;
    let like = |from: usize, to: usize, modules: f32, slack: f32| {
        (at[to] - at[from] - modules * module).abs() < slack * loose
    };
    // Pairs of a dark and a light run.
    like(0, 2, 2.0, 0.65) && like(3, 5, 2.0, 0.65) && like(1, 3, 4.0, 0.85) && like(2, 4, 4.0, 0.85)
        // Single runs, which dot gain widens or narrows.
        && like(2, 3, 3.0, 1.0)
        && [(0, 1), (1, 2), (3, 4), (4, 5)].iter().all(|&(from, to)| like(from, to, 1.0, 0.7))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    /// A finder pattern of `module` pixels, turned by `degrees`, blurred over about a pixel and a half.
    fn drawn(module: f32, degrees: f32, inverted: bool) -> Grey<'static> {
        let side = 96usize;
        let (sin, cos) = degrees.to_radians().sin_cos();
        let colour = |x: f32, y: f32| {
            let (x, y) = (x - 50.0, y - 44.0);
            let (u, v) = ((x * cos + y * sin) / module, (y * cos - x * sin) / module);
            let ring = u.abs().max(v.abs());
            let dark = ring < 1.5 || (2.5..3.5).contains(&ring);
            if dark != inverted { 60.0 } else { 180.0 }
        };
        let luma = (0..side * side)
            .map(|index| {
                let (x, y) = ((index % side) as f32, (index / side) as f32);
                let sum: f32 = (0..36)
                    .map(|part| colour(x + (part % 6) as f32 / 4.0 - 0.1, y + (part / 6) as f32 / 4.0 - 0.1))
                    .sum();
                (sum / 36.0) as u8
            })
            .collect();
        Grey { luma: Cow::Owned(luma), width: side, height: side }
    }

    #[test]
    fn a_pattern_is_found_at_any_angle_size_and_polarity() {
        for module in [1.8, 3.0, 6.0] {
            for degrees in [0.0, 20.0, 45.0, 70.0] {
                for inverted in [false, true] {
                    let image = drawn(module, degrees, inverted);
                    let found = finders(&image, &Texture::of(&image), LEAST_MODULE);
                    let sign = if inverted { -1.0 } else { 1.0 };
                    let right = found.iter().find(|finder| {
                        finder.dark == sign && distance(finder.centre, Point { x: 50.0, y: 44.0 }) < 1.0
                    });
                    let right = right.unwrap_or_else(|| panic!("{module} {degrees} {inverted}: {found:?}"));
                    assert!((right.module / module - 1.0).abs() < 0.15, "{module} {degrees}: {right:?}");
                }
            }
        }
    }

    #[test]
    fn stripes_and_squares_are_no_pattern() {
        let luma = (0..96 * 96).map(|index| if index % 96 / 4 % 2 == 0 { 40 } else { 200 }).collect();
        let stripes = Grey { luma: Cow::Owned(luma), width: 96, height: 96 };
        assert!(finders(&stripes, &Texture::of(&stripes), LEAST_MODULE).is_empty());
    }
}

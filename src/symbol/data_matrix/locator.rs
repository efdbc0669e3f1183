//! Finding the solid L of a Data Matrix finder pattern, and from it the symbol's corners.
//!
//! A pair of straight edges that meet, dark all along on their inner side, is an L; its legs end where the dark
//! does. The fourth corner is where the timing patterns of some size fit best.

use crate::{
    frame::pyramid::Grey,
    symbol::{
        Point,
        geometry::{distance, is_convex},
        lines::{Edges, Line, Window},
        pattern_fit::Pattern,
        warp::Warp,
    },
};

use super::{
    side::Side,
    symbol_size::{SIZES, SymbolSize},
};

/// Shortest leg in pixels: 8 modules of 1.6.
const LEAST_LEG: f32 = 13.0;

/// Share of a leg that must be dark inside and light outside.
const LEAST_SUPPORT: f32 = 0.72;

/// Share of the variance of the sides opposite the L that must alternate module by module.
const LEAST_ALTERNATION: f32 = 0.15;

/// Sizes whose timing patterns are searched for.
const SIZES_TRIED: usize = 4;

/// Ls followed up in one window.
const MOST_LS: usize = 4;

/// Pixels by which an L may reach beyond its window.
const SLACK: f32 = 4.0;

/// Smallest and largest module in pixels; larger ones are found in a halved image.
const MODULE: std::ops::RangeInclusive<f32> = 1.4..=8.0;

/// An L: its corner, the far ends of its legs, and how sure it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ell {
    /// Far end of the left leg, the corner, far end of the bottom leg, as the symbol is read.
    pub(crate) points: [Point; 3],
    /// 1 for dark on light, −1 for light on dark.
    pub(crate) dark: f32,
    pub(crate) support: f32,
}

impl Ell {
    /// The middle of the parallelogram the L spans.
    pub(crate) fn centre(&self) -> Point {
        let [one, _, other] = self.points;
        Point { x: (one.x + other.x) / 2.0, y: (one.y + other.y) / 2.0 }
    }
}

/// A symbol found: where, of what size, and how well its timing patterns fit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    pub(crate) size: SymbolSize,
    pub(crate) warp: Warp,
    pub(crate) dark: f32,
    pub(crate) score: f32,
}

/// The likeliest Ls of a window, best first.
pub(crate) fn ells(image: &Grey<'_>, window: Window) -> Vec<Ell> {
    let edges = Edges::of(image, window);
    let Some([first, second]) = edges.directions() else { return Vec::new() };
    let family = |direction: i32| [edges.lines(direction), edges.lines(direction + 180)].concat();
    let (ones, others) = (family(first), family(second));
    let contrast = contrast(image, window);
    let mut found: Vec<Ell> = Vec::new();
    for one in &ones {
        for other in &others {
            for dark in [1.0, -1.0] {
                found.extend(ell(image, window, one, other, dark, contrast));
            }
        }
    }
    found.sort_by(|a, b| b.support.total_cmp(&a.support));
    let mut kept: Vec<Ell> = Vec::new();
    for ell in found {
        let near = |other: &Ell| ell.points.iter().zip(other.points).all(|(a, b)| distance(*a, b) < 4.0);
        if kept.len() >= MOST_LS {
            break;
        }
        if !kept.iter().any(near) && is_filled(image, &ell, contrast) {
            kept.push(ell);
        }
    }
    kept
}

/// Whether the inside of an L is a mixture of dark and light, as data is.
fn is_filled(image: &Grey<'_>, ell: &Ell, contrast: f32) -> bool {
    let [top_left, corner, bottom_right] = ell.points;
    let (mut sum, mut squares) = (0.0, 0.0);
    const SIDE: usize = 10;
    for index in 0..SIDE * SIDE {
        let a = ((index % SIDE) as f32 + 0.7) / (SIDE as f32 + 0.6);
        let b = ((index / SIDE) as f32 + 0.7) / (SIDE as f32 + 0.6);
        let grey = image.sample(
            corner.x + (bottom_right.x - corner.x) * a + (top_left.x - corner.x) * b,
            corner.y + (bottom_right.y - corner.y) * a + (top_left.y - corner.y) * b,
        );
        sum += grey;
        squares += grey * grey;
    }
    let count = (SIDE * SIDE) as f32;
    (squares / count - (sum / count).powi(2)).max(0.0).sqrt() > 0.8 * contrast
}

/// Least difference of the two sides of a leg, in grey levels.
fn contrast(image: &Grey<'_>, [left, top, right, bottom]: Window) -> f32 {
    let mut histogram = [0u32; 256];
    for row in (top..bottom.min(image.height)).step_by(2) {
        for &grey in &image.luma[row * image.width + left..row * image.width + right.min(image.width)] {
            histogram[usize::from(grey)] += 1;
        }
    }
    let total: u32 = histogram.iter().sum();
    let quantile = |share: f32| {
        let mut sum = 0;
        histogram.iter().position(|&count| {
            sum += count;
            sum as f32 >= share * total as f32
        })
    };
    let spread = quantile(0.9).unwrap_or(255) as f32 - quantile(0.1).unwrap_or(0) as f32;
    (0.22 * spread).max(4.0)
}

fn ell(image: &Grey<'_>, window: Window, one: &Line, other: &Line, dark: f32, contrast: f32) -> Option<Ell> {
    let determinant = one.normal.0 * other.normal.1 - one.normal.1 * other.normal.0;
    if determinant.abs() < 0.55 {
        return None;
    }
    let corner = Point {
        x: (one.rho * other.normal.1 - other.rho * one.normal.1) / determinant,
        y: (other.rho * one.normal.0 - one.rho * other.normal.0) / determinant,
    };
    let [left, top, right, bottom] = window.map(|side| side as f32);
    if corner.x < left - SLACK
        || corner.y < top - SLACK
        || corner.x > right + SLACK
        || corner.y > bottom + SLACK
    {
        return None;
    }
    let first = leg(image, corner, one, other, dark, contrast)?;
    let second = leg(image, corner, other, one, dark, contrast)?;
    // What runs on beyond the window is an edge of something larger.
    let within = |end: Point| {
        (left - SLACK..right + SLACK).contains(&end.x) && (top - SLACK..bottom + SLACK).contains(&end.y)
    };
    if !within(first.0) || !within(second.0) {
        return None;
    }
    let (short, long) = (first.1.min(second.1), first.1.max(second.1));
    if long > 8.0 * short || (long > 4.5 * short && short > 60.0) {
        return None;
    }
    // The left leg is the one from which the bottom leg lies clockwise, with y down.
    let turn =
        (first.0.x - corner.x) * (second.0.y - corner.y) - (first.0.y - corner.y) * (second.0.x - corner.x);
    let (base, side) = if turn < 0.0 { (first, second) } else { (second, first) };
    let support = first.1 * first.2 + second.1 * second.2;
    // Squares are far more common than rectangles.
    let support = support * if long < 1.8 * short { 1.0 } else { 0.6 };
    Some(Ell { points: [side.0, corner, base.0], dark, support })
}

/// Follows the leg along `line` from the corner, to the dark side of `across`: its end, length and support.
fn leg(
    image: &Grey<'_>,
    corner: Point,
    line: &Line,
    across: &Line,
    dark: f32,
    contrast: f32,
) -> Option<(Point, f32, f32)> {
    let mut tangent = (-line.normal.1, line.normal.0);
    if (tangent.0 * across.normal.0 + tangent.1 * across.normal.1) * dark > 0.0 {
        tangent = (-tangent.0, -tangent.1);
    }
    let at = |t: f32| Point { x: corner.x + tangent.0 * t, y: corner.y + tangent.1 * t };
    let side = |place: Point, offset: f32| {
        let out = offset * dark;
        image.sample(place.x + line.normal.0 * out, place.y + line.normal.1 * out)
    };
    // The line of a fanned, slightly bent leg may be off by a pixel: the best of three distances counts.
    let is_edge = |place: Point| {
        let step = (side(place, 1.3) - side(place, -1.3)).max(side(place, 2.0) - side(place, -0.8));
        step * dark > contrast || (side(place, 0.8) - side(place, -2.0)) * dark > contrast
    };
    let (mut good, mut end, mut steps, mut good_at_end) = (0.0, 0.0, 0.0, 0.0);
    let mut t = 1.0;
    loop {
        let place = at(t);
        if !image.holds(place.x, place.y) || t - end > (0.1 * end).max(5.0) {
            break;
        }
        steps += 1.0;
        if is_edge(place) {
            good += 1.0;
            end = t;
            good_at_end = good / steps;
        }
        t += 1.0;
    }
    (end >= LEAST_LEG && good_at_end >= LEAST_SUPPORT).then(|| (at(end + 0.5), end + 0.5, good_at_end))
}

/// The sizes that fit an L best, with the fourth corner where their timing patterns fit; `aspects` are the
/// proportions of a module that are looked for.
pub(crate) fn candidates(
    image: &Grey<'_>,
    ell: &Ell,
    aspects: std::ops::RangeInclusive<f32>,
) -> Vec<Candidate> {
    let [top_left, corner, bottom_right] = ell.points;
    let (height, width) = (distance(top_left, corner), distance(bottom_right, corner));
    let fits: Vec<&SymbolSize> = SIZES
        .iter()
        .filter(|size| {
            let (down, across) = (height / size.rows as f32, width / size.columns as f32);
            MODULE.contains(&down) && MODULE.contains(&across) && aspects.contains(&(down / across))
        })
        .collect();
    let across = (bottom_right.x - corner.x, bottom_right.y - corner.y);
    let up = (top_left.x - corner.x, top_left.y - corner.y);
    let mut top = Side::new(image, top_left, across, up);
    if !fits.iter().any(|size| top.alternation(size.columns, size.rows) > LEAST_ALTERNATION) {
        return Vec::new();
    }
    let mut right = Side::new(image, bottom_right, up, across);
    let mut sizes: Vec<(f32, SymbolSize)> = fits
        .into_iter()
        .map(|size| {
            let weaker =
                top.alternation(size.columns, size.rows).min(right.alternation(size.rows, size.columns));
            (weaker, *size)
        })
        .filter(|(alternation, _)| *alternation > LEAST_ALTERNATION)
        .collect();
    sizes.sort_by(|a, b| b.0.total_cmp(&a.0));
    sizes.truncate(SIZES_TRIED);
    let mut found: Vec<Candidate> =
        sizes.into_iter().filter_map(|(_, size)| timing_fit(image, ell, size)).collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found.truncate(3);
    found
}

/// Tries places for the fourth corner around that of a parallelogram.
fn timing_fit(image: &Grey<'_>, ell: &Ell, size: SymbolSize) -> Option<Candidate> {
    let [top_left, corner, bottom_right] = ell.points;
    let pattern = Pattern::new(timing_points(&size));
    let across = (bottom_right.x - corner.x, bottom_right.y - corner.y);
    let up = (top_left.x - corner.x, top_left.y - corner.y);
    let mut best: Option<Candidate> = None;
    let reach = |modules: usize| ((0.11 * modules as f32 + 0.7) / STEP) as i32;
    const STEP: f32 = 0.5;
    for i in -reach(size.columns)..=reach(size.columns) {
        for j in -reach(size.rows)..=reach(size.rows) {
            let (a, b) =
                (1.0 + i as f32 * STEP / size.columns as f32, 1.0 + j as f32 * STEP / size.rows as f32);
            let top_right =
                Point { x: corner.x + across.0 * a + up.0 * b, y: corner.y + across.1 * a + up.1 * b };
            let corners = [top_left, top_right, bottom_right, corner];
            if !is_convex(&corners) {
                continue;
            }
            let Some(warp) = Warp::flat(corners) else { continue };
            let score = pattern.score(image, &warp) * ell.dark;
            if best.is_none_or(|best| score > best.score) {
                best = Some(Candidate { size, warp, dark: ell.dark, score });
            }
        }
    }
    best.filter(|candidate| candidate.score > 0.35)
}

/// The two timing patterns and the quiet zone beside them.
fn timing_points(size: &SymbolSize) -> Vec<(f32, f32, f32)> {
    let (rows, columns) = (size.rows as f32, size.columns as f32);
    let mut points = Vec::with_capacity(2 * (size.rows + size.columns));
    for column in 0..size.columns {
        let u = (column as f32 + 0.5) / columns;
        points.push((u, 0.5 / rows, colour(column % 2 == 0)));
        points.push((u, -0.6 / rows, -1.0));
    }
    for row in 0..size.rows {
        let v = (row as f32 + 0.5) / rows;
        points.push((1.0 - 0.5 / columns, v, colour(row % 2 == 1)));
        points.push((1.0 + 0.6 / columns, v, -1.0));
    }
    points
}

/// Every module of known colour, and the quiet zone around them.
pub(crate) fn fixed_points(size: &SymbolSize) -> Vec<(f32, f32, f32)> {
    let (rows, columns) = (size.rows as f32, size.columns as f32);
    let mut points = Vec::new();
    for row in 0..size.rows {
        for column in 0..size.columns {
            if let Some(dark) = size.fixed(row, column) {
                points.push(((column as f32 + 0.5) / columns, (row as f32 + 0.5) / rows, colour(dark)));
            }
        }
    }
    for column in 0..size.columns {
        let u = (column as f32 + 0.5) / columns;
        points.extend([(u, -0.6 / rows, -1.0), (u, 1.0 + 0.6 / rows, -1.0)]);
    }
    for row in 0..size.rows {
        let v = (row as f32 + 0.5) / rows;
        points.extend([(-0.6 / columns, v, -1.0), (1.0 + 0.6 / columns, v, -1.0)]);
    }
    points
}

fn colour(dark: bool) -> f32 {
    if dark { 1.0 } else { -1.0 }
}

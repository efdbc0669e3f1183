//! Finding the solid L of a Data Matrix finder pattern, and from it the symbol's corners.
//!
//! A pair of straight edges that meet, dark all along on their inner side, is an L; its legs end where the dark
//! does. The fourth corner is where the timing patterns of some size fit best.

use crate::{
    frame::{pyramid::Grey, ranking::highest_first},
    symbol::{
        Point,
        geometry::{distance, is_convex},
        lines::{Edges, Window},
        pattern_fit::Pattern,
        warp::Warp,
    },
};

use super::{
    border::Border,
    side::Side,
    symbol_size::{SIZES, SymbolSize},
};

/// How much the two sides opposite the L must alternate module by module: the share of their variance times the
/// number of modules, the geometric mean of the two. Any texture has about 1, and the best of many tries 3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LeastAlternation(f32);

impl LeastAlternation {
    /// For the likeliest L of a window.
    pub(crate) const FIRST: Self = Self(2.6);
    /// For the others.
    pub(crate) const OTHERS: Self = Self(4.2);
}

/// How much the clearer of the two sides must alternate for the other to be tried with a skew, in the same measure.
const LEAST_CLEAR: f32 = 5.0;

/// Skews of a side's modules that are tried, as shares of its length: of a vial's quarter turn from its top.
const SKEWS: [f32; 4] = [0.05, -0.05, 0.1, -0.1];

/// Least correlation of the timing patterns.
const LEAST_TIMING: f32 = 0.42;

/// Sizes whose timing patterns are searched for.
const SIZES_TRIED: usize = 4;

/// Ls followed up in one window.
const MOST_LS: usize = 4;

/// Least support of an L as a share of that of the window's likeliest: a symbol's own finder pattern is seldom
/// outdone by much in a window that it fills.
const LEAST_SHARE: f32 = 0.5;

/// Pixels by which an L may reach beyond its window.
const SLACK: f32 = 4.0;

/// Smallest and largest module in pixels; larger ones are found in a halved image.
const MODULE: std::ops::RangeInclusive<f32> = 1.4..=8.0;

/// An L: its corner, the far ends of its legs, and how sure it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ell {
    /// Far end of the left leg, the corner, far end of the bottom leg, as the symbol is read.
    pub(crate) points: [Point; 3],
    /// How far the middles of the left and the bottom leg lie off the straight lines between these, in pixels.
    pub(crate) bows: [Point; 2],
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

/// The likeliest Ls of a window whose legs have `least_leg` pixels or more, best first.
pub(crate) fn ells(image: &Grey<'_>, window: Window, least_leg: f32) -> Vec<Ell> {
    let edges = Edges::of(image, window);
    let Some([first, second]) = edges.directions() else { return Vec::new() };
    let contrast = contrast(image, window);
    let family = |direction: i32| -> Vec<Border> {
        let lines = [direction, direction + 180].into_iter().flat_map(|direction| edges.lines(direction));
        lines.filter_map(|line| Border::of(image, window, line, contrast, least_leg)).collect()
    };
    let (ones, others) = (family(first), family(second));
    let mut found: Vec<Ell> = Vec::new();
    for one in &ones {
        for other in &others {
            for dark in [1.0, -1.0] {
                found.extend(ell(window, one, other, dark));
            }
        }
    }
    highest_first(&mut found, |item| item.support);
    let most = found.first().map_or(0.0, |ell| ell.support);
    let mut kept: Vec<Ell> = Vec::new();
    for ell in found.into_iter().filter(|ell| ell.support >= LEAST_SHARE * most) {
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
pub(crate) fn contrast(image: &Grey<'_>, [left, top, right, bottom]: Window) -> f32 {
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

fn ell(window: Window, one: &Border, other: &Border, dark: f32) -> Option<Ell> {
    let (a, b) = (&one.line, &other.line);
    let determinant = a.normal.0 * b.normal.1 - a.normal.1 * b.normal.0;
    if determinant.abs() < 0.55 {
        return None;
    }
    let corner = Point {
        x: (a.rho * b.normal.1 - b.rho * a.normal.1) / determinant,
        y: (b.rho * a.normal.0 - a.rho * b.normal.0) / determinant,
    };
    let [left, top, right, bottom] = window.map(|side| side as f32);
    // What runs on beyond the window is an edge of something larger.
    let within = |place: Point| {
        (left - SLACK..right + SLACK).contains(&place.x) && (top - SLACK..bottom + SLACK).contains(&place.y)
    };
    if !within(corner) {
        return None;
    }
    let first = one.leg(corner, b, dark).filter(|leg| within(leg.end))?;
    let second = other.leg(corner, a, dark).filter(|leg| within(leg.end))?;
    let (short, long) = (first.length.min(second.length), first.length.max(second.length));
    if long > 8.0 * short || (long > 4.5 * short && short > 60.0) {
        return None;
    }
    // The left leg is the one from which the bottom leg lies clockwise, with y down.
    let turn = (first.end.x - corner.x) * (second.end.y - corner.y)
        - (first.end.y - corner.y) * (second.end.x - corner.x);
    let (base, side) = if turn < 0.0 { (first, second) } else { (second, first) };
    let support = first.length * first.support + second.length * second.support;
    // Squares are far more common than rectangles.
    let support = support * if long < 1.8 * short { 1.0 } else { 0.6 };
    Some(Ell { points: [side.end, corner, base.end], bows: [Point { x: 0.0, y: 0.0 }; 2], dark, support })
}

/// The sizes that fit an L best, with the fourth corner where their timing patterns fit; `aspects` are the
/// proportions of a module that are looked for, `least` how much the sides must alternate, `most` the number of sizes.
pub(crate) fn candidates(
    image: &Grey<'_>,
    ell: &Ell,
    aspects: std::ops::RangeInclusive<f32>,
    least: LeastAlternation,
    most: usize,
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
    let mut top = Side::new(image, top_left, across, up, ell.bows[1]);
    let mut tops: Vec<(f32, &SymbolSize)> = Vec::with_capacity(fits.len());
    for size in fits {
        let periods = top.alternation(size.columns, size.rows) * size.columns as f32;
        // The other side may be twice as clear, hardly more.
        if periods > 0.5 * least.0 {
            tops.push((periods, size));
        }
    }
    if tops.is_empty() {
        return Vec::new();
    }
    let mut right = Side::new(image, bottom_right, up, across, ell.bows[0]);
    let mut sizes: Vec<(f32, SymbolSize)> = tops
        .into_iter()
        .filter_map(|(top, size)| {
            let right = right.alternation(size.rows, size.columns) * size.rows as f32;
            let weaker = (top / size.columns as f32).min(right / size.rows as f32);
            ((top * right).sqrt() > least.0).then_some((weaker, *size))
        })
        .collect();
    highest_first(&mut sizes, |item| item.0);
    sizes.truncate(SIZES_TRIED);
    let mut found: Vec<Candidate> =
        sizes.into_iter().filter_map(|(_, size)| timing_fit(image, ell, size)).collect();
    highest_first(&mut found, |item| item.score);
    found.truncate(most);
    found
}

/// [`candidates`] on a surface that may bend: one of the two sides opposite the L runs along a vial's axis and
/// alternates clearly, the other bows as its leg does, and its modules may crowd towards one end.
pub(crate) fn bent_candidates(image: &Grey<'_>, ell: &Ell, least: LeastAlternation) -> Vec<Candidate> {
    let [top_left, corner, bottom_right] = ell.points;
    let across = (bottom_right.x - corner.x, bottom_right.y - corner.y);
    let up = (top_left.x - corner.x, top_left.y - corner.y);
    let (height, width) = (up.0.hypot(up.1), across.0.hypot(across.1));
    let mut top = Side::new(image, top_left, across, up, ell.bows[1]);
    let mut right = Side::new(image, bottom_right, up, across, ell.bows[0]);
    let mut found: Vec<(f32, Ell, SymbolSize)> = Vec::new();
    for size in SIZES.iter().filter(|size| size.rows == size.columns) {
        let modules = size.rows;
        let clear = LEAST_CLEAR / modules as f32;
        if !MODULE.contains(&(height / modules as f32)) || !MODULE.contains(&(width / modules as f32)) {
            continue;
        }
        let straight = (top.alternation(modules, modules), right.alternation(modules, modules));
        let (top, right) = match (straight.0 > clear, straight.1 > clear) {
            (true, true) => ((0.0, straight.0), (0.0, straight.1)),
            (true, false) => ((0.0, straight.0), right.skewed(modules, modules, &SKEWS)),
            (false, true) => (top.skewed(modules, modules, &SKEWS), (0.0, straight.1)),
            (false, false) => continue,
        };
        if (top.1 * right.1).sqrt() * modules as f32 <= least.0 {
            continue;
        }
        let skewed =
            |bow: Point, skew: f32, (x, y): (f32, f32)| Point { x: bow.x + skew * x, y: bow.y + skew * y };
        let bows = [skewed(ell.bows[0], right.0, up), skewed(ell.bows[1], top.0, across)];
        found.push((top.1.min(right.1), Ell { bows, ..*ell }, *size));
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(2);
    found.into_iter().filter_map(|(_, ell, size)| timing_fit(image, &ell, size)).collect()
}

/// A step of the fourth corner, in modules.
const STEP: f32 = 0.5;

/// Places of the fourth corner, a module apart, around which it is sought more closely.
const REFINED: usize = 3;

/// Tries places for the fourth corner around that of a parallelogram.
fn timing_fit(image: &Grey<'_>, ell: &Ell, size: SymbolSize) -> Option<Candidate> {
    let [top_left, corner, bottom_right] = ell.points;
    let pattern = Pattern::new(timing_points(&size));
    let across = (bottom_right.x - corner.x, bottom_right.y - corner.y);
    let up = (top_left.x - corner.x, top_left.y - corner.y);
    // What a leg is stuck on, the side opposite is stuck on as well.
    let [left, bottom] = ell.bows;
    let bows = [bottom, left, bottom, left];
    let reach = |modules: usize| ((0.11 * modules as f32 + 0.7) / STEP) as i32;
    let tried = |(i, j): (i32, i32)| -> Option<Candidate> {
        let (a, b) = (1.0 + i as f32 * STEP / size.columns as f32, 1.0 + j as f32 * STEP / size.rows as f32);
        let top_right =
            Point { x: corner.x + across.0 * a + up.0 * b, y: corner.y + across.1 * a + up.1 * b };
        let corners = [top_left, top_right, bottom_right, corner];
        let warp = is_convex(&corners).then(|| Warp::bowed(corners, bows)).flatten()?;
        Some(Candidate { size, warp, dark: ell.dark, score: pattern.score(image, &warp) * ell.dark })
    };
    // A module at a time first: half a module off at its far end a timing pattern still correlates.
    let (columns, rows) = (reach(size.columns) / 2, reach(size.rows) / 2);
    let mut coarse: Vec<(f32, (i32, i32))> = (-columns..=columns)
        .flat_map(|i| (-rows..=rows).map(move |j| (2 * i, 2 * j)))
        .filter_map(|at| Some((tried(at)?.score, at)))
        .collect();
    highest_first(&mut coarse, |item| item.0);
    coarse.truncate(REFINED);
    let around = coarse.iter().flat_map(|&(_, (i, j))| {
        (-1..=1).flat_map(move |down| (-1..=1).map(move |across| (i + across, j + down)))
    });
    let best = around.filter_map(tried).fold(None, |best: Option<Candidate>, candidate| {
        if best.is_none_or(|best| candidate.score > best.score) { Some(candidate) } else { best }
    });
    best.filter(|candidate| candidate.score > LEAST_TIMING)
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

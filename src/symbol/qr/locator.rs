//! From three finder patterns to a QR Code's version and corners.
//!
//! The size of a module beside each finder pattern tells the perspective, and the distance of the patterns in
//! modules the version; the fourth corner is where timing and alignment patterns fit best.

use crate::{
    frame::{
        pyramid::Grey,
        ranking::{highest_first, lowest_first},
    },
    symbol::{
        Point,
        geometry::{Homography, distance, is_convex},
        pattern_fit::Pattern,
        warp::Warp,
    },
};

use super::{
    finder::{DIRECTIONS, Finder, across},
    layout::Layout,
    version::Version,
};

/// Triples measured in one image, and those followed up.
const MOST_MEASURED: usize = 80;
const MOST_TRIPLES: usize = 40;

/// The largest module of a symbol's finder patterns by the smallest.
const MOST_GROWTH: f32 = 1.7;

/// Versions whose fourth corner is searched.
const VERSIONS: usize = 2;

/// Directions in which three finder patterns must be seen: a smear or a scratch may hide one of one.
const LEAST_DIRECTIONS: usize = 3 * DIRECTIONS - 1;

/// Least correlation of the timing patterns between two finder patterns.
const LEAST_TIMING: f32 = 0.35;

/// Least correlation of a version's fixed patterns before registration, and of these and the timing patterns together: where
/// one is worn, the other is not.
const LEAST_SCORE: f32 = 0.3;
const LEAST_TOGETHER: f32 = 0.85;

/// Three finder patterns that may belong together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Triple {
    /// The one with a neighbour on both sides, the one to its right, the one below it.
    pub(crate) centres: [Point; 3],
    pub(crate) dark: f32,
    /// Modules between the centres, to the right and down.
    distances: (f32, f32),
    /// Growth of the homogeneous coordinate from the first to the second and third.
    perspective: (f32, f32),
    /// How far from a square it is: lower is likelier.
    oddness: f32,
}

/// A symbol found.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) version: Version,
    pub(crate) layout: Layout,
    pub(crate) warp: Warp,
    pub(crate) score: f32,
}

impl Triple {
    /// The middle of the symbol.
    pub(crate) fn centre(&self) -> Point {
        let [_, right, below] = self.centres;
        Point { x: (right.x + below.x) / 2.0, y: (right.y + below.y) / 2.0 }
    }

    /// Measures three finder patterns by their first one's [`side`]s to the others; `None` where they are no corners of one
    /// symbol.
    fn of(finders: &[Finder; 3], mut side: impl FnMut(usize) -> Option<(f32, f32)>) -> Option<Self> {
        let (n_right, g) = side(1)?;
        let (n_below, h) = side(2)?;
        let ratio = n_right.max(n_below) / n_right.min(n_below);
        if ratio > 1.35 || n_right.min(n_below) < 11.0 {
            return None;
        }
        Some(Self {
            centres: finders.map(|finder| finder.centre),
            dark: finders[0].dark,
            distances: (n_right, n_below),
            perspective: (g, h),
            oddness: ratio - 1.0 + shape(finders)?,
        })
    }

    /// The quadrilateral of the finder patterns' centres, the fourth moved by so many modules.
    fn quadrilateral(&self, modules: f32, moved: (f32, f32)) -> [Point; 4] {
        let [corner, right, below] = self.centres;
        let (g, h) = self.perspective;
        let w = (1.0 + g + h).max(0.3);
        let fourth = |corner: f32, right: f32, below: f32| {
            let far = (right * (1.0 + g) + below * (1.0 + h) - corner) / w;
            far + ((right - corner) * moved.0 + (below - corner) * moved.1) / modules
        };
        let last = Point { x: fourth(corner.x, right.x, below.x), y: fourth(corner.y, right.y, below.y) };
        [corner, right, last, below]
    }
}

/// Modules between two finder patterns, and the growth of the homogeneous coordinate from one to the other:
/// along a line in perspective the distance is the geometric mean of the two scales times the modules.
fn side(image: &Grey<'_>, from: &Finder, to: &Finder) -> Option<(f32, f32)> {
    let length = distance(from.centre, to.centre);
    let direction = ((to.centre.x - from.centre.x) / length, (to.centre.y - from.centre.y) / length);
    let scale = |finder: &Finder| {
        across(image, finder.centre, direction, finder.module, finder.dark).map(|(_, total)| total / 7.0)
    };
    let (near, far) = match (scale(from), scale(to)) {
        (Some(near), Some(far)) => (near, far),
        (Some(one), None) | (None, Some(one)) => (one, one),
        (None, None) => return None,
    };
    let growth = ((near / far).sqrt() - 1.0).clamp(-0.35, 0.35);
    Some((length / (near * far).sqrt(), growth))
}

/// How far three finder patterns of one colour are from two sides of a square, the corner first, then the one to its right and
/// the one below it; `None` where they cannot be that.
fn shape([corner, right, below]: &[Finder; 3]) -> Option<f32> {
    if corner.directions + right.directions + below.directions < LEAST_DIRECTIONS {
        return None;
    }
    let sizes = [corner.module, right.module, below.module];
    let (least, most) =
        (sizes.iter().copied().fold(f32::MAX, f32::min), sizes.iter().copied().fold(0.0, f32::max));
    if most > MOST_GROWTH * least {
        return None;
    }
    let to = |finder: &Finder| (finder.centre.x - corner.centre.x, finder.centre.y - corner.centre.y);
    let (a, b) = (to(right), to(below));
    let (long, short) = (a.0.hypot(a.1).max(b.0.hypot(b.1)), a.0.hypot(a.1).min(b.0.hypot(b.1)));
    // With y down, the right one lies anticlockwise of the one below.
    if a.0 * b.1 - a.1 * b.0 <= 0.0 || short < 7.0 * least || long > 2.8 * short || long > 190.0 * most {
        return None;
    }
    let cosine = (a.0 * b.0 + a.1 * b.1) / (long * short);
    (cosine.abs() < 0.75)
        .then_some(0.5 * cosine.abs() + 0.2 * (long / short - 1.0) + 0.3 * (most / least - 1.0))
}

/// The likeliest triples of an image's finder patterns, best first.
pub(crate) fn triples(image: &Grey<'_>, finders: &[Finder]) -> Vec<Triple> {
    let mut likely: Vec<(f32, [usize; 3])> = Vec::new();
    let alike = |one: &Finder, other: &Finder| {
        one.dark == other.dark && one.module.max(other.module) <= MOST_GROWTH * one.module.min(other.module)
    };
    let of = |three: [usize; 3]| three.map(|index| finders[index]);
    for (first, corner) in finders.iter().enumerate() {
        for (second, _) in finders.iter().enumerate().filter(|(_, right)| alike(corner, right)) {
            for (third, _) in finders.iter().enumerate().filter(|(_, below)| alike(corner, below)) {
                let three = [first, second, third];
                likely.extend(shape(&of(three)).map(|oddness| (oddness, three)));
            }
        }
    }
    lowest_first(&mut likely, |item| item.0);
    likely.truncate(MOST_MEASURED);
    // Many triples share a side.
    let mut sides: Vec<Option<Option<(f32, f32)>>> = vec![None; finders.len() * finders.len()];
    let mut side_of = |from: usize, to: usize| {
        *sides[from * finders.len() + to].get_or_insert_with(|| side(image, &finders[from], &finders[to]))
    };
    let mut found: Vec<Triple> = likely
        .iter()
        .filter_map(|&(_, three)| Triple::of(&of(three), |other| side_of(three[0], three[other])))
        .collect();
    lowest_first(&mut found, |item| item.oddness);
    found.truncate(MOST_TRIPLES);
    found
}

/// The versions that fit a triple best, best first.
pub(crate) fn candidates(image: &Grey<'_>, triple: &Triple) -> Vec<Candidate> {
    let modules = (triple.distances.0 + triple.distances.1) / 2.0 + 7.0;
    let slack = 3.2 + 0.07 * modules;
    let mut versions: Vec<(f32, Version)> = (1..=40)
        .filter_map(Version::new)
        .filter(|version| (version.side() as f32 - modules).abs() < slack)
        .map(|version| (timing(image, triple, version), version))
        .filter(|(timing, _)| *timing > LEAST_TIMING)
        .collect();
    highest_first(&mut versions, |item| item.0);
    versions.truncate(VERSIONS);
    let mut found: Vec<Candidate> = versions
        .into_iter()
        .filter_map(|(timing, version)| {
            fourth_corner(image, triple, version)
                .filter(|candidate| candidate.score + timing > LEAST_TOGETHER)
        })
        .collect();
    highest_first(&mut found, |item| item.score);
    found.truncate(2);
    found
}

/// How well the timing patterns between the finder patterns are seen, −1 to 1, the worse of the two.
fn timing(image: &Grey<'_>, triple: &Triple, version: Version) -> f32 {
    let modules = version.side() as f32 - 7.0;
    let Some(map) = Homography::from_unit_square(&triple.quadrilateral(modules, (0.0, 0.0))) else {
        return 0.0;
    };
    let line = |place: &dyn Fn(f32, f32) -> Point| {
        let correlation = |aside: f32, shift: f32| {
            let (mut sum, mut squares, mut product) = (0.0, 0.0, 0.0);
            let count = version.side() - 16;
            for index in 0..count {
                let along = (index as f32 + 5.0 + shift) / modules;
                let at = place(along, (3.0 + aside) / modules);
                let grey = image.sample(at.x, at.y);
                sum += grey;
                squares += grey * grey;
                product += if index % 2 == 0 { -grey } else { grey };
            }
            let count = count as f32;
            // The first and the last are dark, so there is one more of these.
            let product = product + sum / count;
            let spread = (squares - sum * sum / count).max(count * 0.3).sqrt();
            product / (spread * count.sqrt())
        };
        let shifts = (-3..=3).flat_map(|aside| (-2..=2).map(move |shift| (aside, shift)));
        shifts
            .map(|(aside, shift)| correlation(aside as f32 * 0.4, shift as f32 * 0.3) * triple.dark)
            .fold(-1.0, f32::max)
    };
    let across = line(&|along, aside| map.map(along, aside));
    if across < LEAST_TIMING { across } else { across.min(line(&|along, aside| map.map(aside, along))) }
}

/// Tries places for the fourth corner around that which the perspective of the finder patterns gives: coarsely,
/// then finely.
fn fourth_corner(image: &Grey<'_>, triple: &Triple, version: Version) -> Option<Candidate> {
    let layout = Layout::of(version);
    // Version 1 has no alignment pattern: its finder patterns must do.
    let points = if version.number() == 1 { fixed_points(&layout) } else { guiding_points(&layout) };
    let pattern = Pattern::new(points);
    let modules = version.side() as f32 - 7.0;
    let mut best: Option<(f32, Warp, (f32, f32))> = None;
    let reach = (0.06 * modules + 1.5).round() as i32;
    for (reach, step) in [(reach, 1.0), (1, 0.5)] {
        let centre = best.map_or((0.0, 0.0), |(_, _, moved)| moved);
        for i in -reach..=reach {
            for j in -reach..=reach {
                let moved = (centre.0 + i as f32 * step, centre.1 + j as f32 * step);
                let Some(warp) = outer(&triple.quadrilateral(modules, moved), modules) else { continue };
                let score = pattern.score(image, &warp) * triple.dark;
                if best.is_none_or(|best| score > best.0) {
                    best = Some((score, warp, moved));
                }
            }
        }
    }
    let (score, warp, _) = best.filter(|(score, ..)| *score > LEAST_SCORE)?;
    Some(Candidate { version, layout, warp, score })
}

/// The symbol's own corners from the quadrilateral of its finder patterns' centres.
fn outer(inner: &[Point; 4], modules: f32) -> Option<Warp> {
    if !is_convex(inner) {
        return None;
    }
    let map = Homography::from_unit_square(inner)?;
    let (low, high) = (-3.5 / modules, 1.0 + 3.5 / modules);
    let corners = [(low, low), (high, low), (high, high), (low, high)].map(|(u, v)| map.map(u, v));
    if !is_convex(&corners) {
        return None;
    }
    Warp::flat(corners)
}

/// Timing and alignment patterns: what tells versions and perspectives apart.
fn guiding_points(layout: &Layout) -> Vec<(f32, f32, f32)> {
    fixed_modules(layout)
        .filter(|&(row, column, _)| {
            let (near, far) = (8, layout.side - 8);
            let in_finder = match (row < near, column < near) {
                (true, true) => true,
                (true, false) => column >= far,
                (false, true) => row >= far,
                (false, false) => false,
            };
            !in_finder
        })
        .map(|module| point(layout, module))
        .collect()
}

/// Every module of known colour, and the quiet zone around them.
pub(crate) fn fixed_points(layout: &Layout) -> Vec<(f32, f32, f32)> {
    let side = layout.side as f32;
    let mut points: Vec<(f32, f32, f32)> =
        fixed_modules(layout).map(|module| point(layout, module)).collect();
    for index in 0..layout.side {
        let (at, near, far) = ((index as f32 + 0.5) / side, -0.6 / side, 1.0 + 0.6 / side);
        points.extend([(at, near, -1.0), (at, far, -1.0), (near, at, -1.0), (far, at, -1.0)]);
    }
    points
}

fn fixed_modules(layout: &Layout) -> impl Iterator<Item = (usize, usize, bool)> {
    let places = (0..layout.side).flat_map(|row| (0..layout.side).map(move |column| (row, column)));
    places.filter_map(|(row, column)| Some((row, column, layout.fixed(row, column)?)))
}

fn point(layout: &Layout, (row, column, dark): (usize, usize, bool)) -> (f32, f32, f32) {
    let side = layout.side as f32;
    ((column as f32 + 0.5) / side, (row as f32 + 0.5) / side, if dark { 1.0 } else { -1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scales_at_the_finder_patterns_give_the_fourth_corner() {
        // A square of 18 modules between centres, seen in perspective.
        let seen = [(10.0, 12.0), (90.0, 4.0), (84.0, 92.0), (16.0, 80.0)].map(|(x, y)| Point { x, y });
        let map = Homography::from_unit_square(&seen).unwrap();
        let growth = |u: f32, v: f32| {
            let (a, b) = (map.map(0.0, 0.0), map.map(u, v));
            let near = distance(a, map.map(u * 1e-3, v * 1e-3)) * 1e3;
            let length = distance(a, b);
            // length = √(near · far)
            near / length - 1.0
        };
        let triple = Triple {
            centres: [seen[0], seen[1], seen[3]],
            dark: 1.0,
            distances: (18.0, 18.0),
            perspective: (growth(1.0, 0.0), growth(0.0, 1.0)),
            oddness: 0.0,
        };
        let fourth = triple.quadrilateral(18.0, (0.0, 0.0))[2];
        assert!(distance(fourth, seen[2]) < 0.5, "{fourth:?}");
    }
}

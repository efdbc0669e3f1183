//! Edges in a row of grey values, each half way between neighbouring extremes.
//!
//! Not at a threshold: a module of a pixel and a half, blurred, reaches neither black nor white.

use crate::frame::pyramid::Grey;

use super::Point;

/// Grey values along a line, in quarters of a level: of whole numbers the larger is chosen without a branch.
pub(crate) type Profile = Vec<i16>;

/// Quarters of a grey level.
const QUARTERS: i32 = 4;

/// Least difference of neighbouring extremes, in quarters of a grey level.
const LEAST_SWING: i32 = 7 * QUARTERS;

/// Edges weaker than this share of the strongest may be grain.
const GRAIN: f32 = 0.25;

/// Samples a pixel along a line that lies anyhow, in reach of small modules.
const SAMPLES: f32 = 2.0;

/// How far a line reaches from where on its modules are so large that a sample a pixel tells their edges, in pixels.
const FAR: f32 = 18.0;

/// Where a profile crosses from one extreme to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    pub(crate) at: f32,
    /// From light to dark.
    pub(crate) falls: bool,
    /// Difference of the two extremes, in grey levels.
    pub(crate) swing: f32,
}

/// A direction of the pixels' own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Axis {
    Row,
    Column,
}

impl Axis {
    /// A pixel's step along it.
    pub(crate) fn direction(self) -> (f32, f32) {
        match self {
            Self::Row => (1.0, 0.0),
            Self::Column => (0.0, 1.0),
        }
    }
}

/// Edges along a line through `centre`, so many pixels to both sides; a place is in pixels from the centre. The line
/// is as wide as a blur of `beside` pixels to each side.
pub(crate) fn along_line(
    image: &Grey<'_>,
    centre: Point,
    direction: (f32, f32),
    reach: f32,
    beside: f32,
) -> Vec<Edge> {
    let samples = if reach < FAR { SAMPLES } else { 1.0 };
    let count = (2.0 * reach * samples) as usize + 1;
    let step = (direction.0 / samples, direction.1 / samples);
    let mut profile = vec![0; count];
    let lanes: &[(f32, i32)] =
        if beside == 0.0 { &[(0.0, 4)] } else { &[(0.0, 2), (beside, 1), (-beside, 1)] };
    for &(aside, weight) in lanes {
        let start = (
            centre.x - direction.0 * reach - direction.1 * aside,
            centre.y - direction.1 * reach + direction.0 * aside,
        );
        image.along_fixed(start, step, count, |index, grey| {
            profile[index] += ((weight * (grey >> 8)) >> 8) as i16;
        });
    }
    let mut edges = Vec::new();
    find_edges(&profile, &mut edges);
    edges.iter_mut().for_each(|edge| edge.at = edge.at / samples - reach);
    edges
}

/// Grey values along a line, a step from one to the next.
pub(crate) fn line(image: &Grey<'_>, start: Point, step: (f32, f32), count: usize, profile: &mut Profile) {
    profile.resize(count, 0);
    image.along_fixed((start.x, start.y), step, count, |index, grey| profile[index] = (grey >> 14) as i16);
}

/// A row of pixels from `left` to `right`, smoothed over its two neighbours; `y` has one above it and one below.
pub(crate) fn middle_row(image: &Grey<'_>, y: usize, left: usize, right: usize, profile: &mut Profile) {
    let line = |y: usize| &image.luma[y * image.width + left..y * image.width + right];
    profile.resize(right - left, 0);
    // A plain loop, which the compiler turns into SIMD, as it does not where a vector is extended.
    for (mean, ((&a, &b), &c)) in profile.iter_mut().zip(line(y - 1).iter().zip(line(y)).zip(line(y + 1))) {
        *mean = smoothed(a, b, c);
    }
}

/// The mean of a pixel, counted twice, and its two neighbours, in quarters of a grey level.
fn smoothed(before: u8, here: u8, behind: u8) -> i16 {
    i16::from(before) + 2 * i16::from(here) + i16::from(behind)
}

/// [`along_line`] for the column of pixels through `centre`, or its row, three pixels wide: at a sixth of the work, for a
/// first look.
pub(crate) fn along_axis(image: &Grey<'_>, centre: Point, axis: Axis, reach: f32) -> Vec<Edge> {
    let (along, across, size, lanes) = match axis {
        Axis::Column => (centre.y, centre.x, image.height, image.width),
        Axis::Row => (centre.x, centre.y, image.width, image.height),
    };
    if lanes < 3 {
        return Vec::new();
    }
    let lane = (across.max(1.0) as usize).min(lanes - 2);
    let (from, to) = ((along - reach).max(0.0) as usize, ((along + reach).max(0.0) as usize).min(size));
    let (aside, stride) = match axis {
        Axis::Column => (1, image.width),
        Axis::Row => (image.width, 1),
    };
    let grey = |place: usize| image.luma[place];
    let profile: Profile = (from..to)
        .map(|index| index * stride + lane * aside)
        .map(|place| smoothed(grey(place - aside), grey(place), grey(place + aside)))
        .collect();
    let mut edges = Vec::new();
    find_edges(&profile, &mut edges);
    edges.iter_mut().for_each(|edge| edge.at += from as f32 + 0.5 - along);
    edges
}

/// Edges of a profile whose extremes differ by [`LEAST_SWING`] or more, each half way between its two extremes.
pub(crate) fn find_edges(profile: &[i16], edges: &mut Vec<Edge>) {
    edges.clear();
    let Some(start) = profile.first().map(|&value| i32::from(value)) else { return };
    let differs = |&value: &i16| (i32::from(value) - start).abs() >= LEAST_SWING;
    let Some(first) = profile.iter().position(differs) else { return };
    let value = i32::from(profile[first]);
    // The last certain extreme and the best one after it: place and value, which downhill is taken negative.
    let mut sign = (value - start).signum();
    let (mut from, mut to) = ((0, start), first);
    let mut best = sign * value;
    for (index, &value) in profile.iter().enumerate().skip(first + 1) {
        let height = sign * i32::from(value);
        // Chosen without a branch: in grain no branch can be foretold.
        (best, to) = if height > best { (height, index) } else { (best, to) };
        if best - height >= LEAST_SWING {
            let extreme = (to, sign * best);
            edges.extend(crossing(profile, from, extreme));
            from = extreme;
            (sign, best, to) = (-sign, -height, index);
        }
    }
    edges.extend(crossing(profile, from, (to, sign * best)));
}

/// The edges without those of grain, in paper or in print: less than [`GRAIN`] of the strongest. Where a dark stretch is
/// parted by a ripple, what remains is the edge that is stronger.
pub(crate) fn without_grain(edges: &[Edge], kept: &mut Vec<Edge>) {
    kept.clear();
    let least = GRAIN * edges.iter().map(|edge| edge.swing).fold(0.0, f32::max);
    for &edge in edges {
        kept.push(edge);
        // A ripple is known when what follows it is: the two edges around it are one.
        while let &[.., before, ripple, behind] = kept.as_slice()
            && ripple.swing < least
        {
            let stronger = if before.swing < behind.swing { behind } else { before };
            kept.truncate(kept.len() - 3);
            kept.push(Edge { swing: before.swing + behind.swing - ripple.swing, ..stronger });
        }
    }
}

/// Whether no edge's swing is less than a `share` of the strongest one's: in a pattern's modules dark is about as dark, and
/// light as light, all over, as they are not in noise and text.
pub(crate) fn is_even(edges: &[Edge], share: f32) -> bool {
    let swings = edges.iter().map(|edge| edge.swing);
    let (least, most) =
        swings.fold((f32::MAX, 0.0f32), |(least, most), swing| (least.min(swing), most.max(swing)));
    least > share * most
}

/// Where the profile passes the middle between two extremes.
fn crossing(profile: &[i16], from: (usize, i32), to: (usize, i32)) -> Option<Edge> {
    let falls = to.1 < from.1;
    // Twice the middle, which may lie between two quarters.
    let level = from.1 + to.1;
    let values = profile.get(from.0..=to.0)?;
    let twice = |&value: &i16| 2 * i32::from(value);
    let next =
        values.iter().map(twice).position(|value| if falls { value <= level } else { value >= level })?;
    let (before, after) = (twice(values.get(next.checked_sub(1)?)?), twice(values.get(next)?));
    let part = if after == before { 0.5 } else { (level - before) as f32 / (after - before) as f32 };
    let swing = (to.1 - from.1).abs() as f32 / QUARTERS as f32;
    Some(Edge { at: (from.0 + next) as f32 - 1.0 + part, falls, swing })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn grain_in_a_dark_bar_does_not_part_it() {
        let profile = [200, 200, 50, 70, 45, 60, 50, 200, 200, 60, 200].map(|grey| 4 * grey);
        let (mut edges, mut kept) = (Vec::new(), Vec::new());
        find_edges(&profile, &mut edges);
        assert_eq!(edges.len(), 8);
        without_grain(&edges, &mut kept);
        assert_eq!(kept.iter().map(|edge| edge.falls).collect::<Vec<_>>(), [true, false, true, false]);
        let at: Vec<f32> = kept.iter().map(|edge| edge.at).collect();
        assert!(at.iter().zip([1.5, 6.5, 8.5, 9.5]).all(|(at, place)| (at - place).abs() < 0.05), "{at:?}");
    }

    #[test]
    fn an_axis_has_the_edges_of_the_line_along_it() {
        // A box from (10, 20) to (30, 45).
        let inside = |x: usize, y: usize| (10..30).contains(&x) && (20..45).contains(&y);
        let luma = (0..80 * 60).map(|i| if inside(i % 80, i / 80) { 40 } else { 210 }).collect();
        let image = Grey { luma: Cow::Owned(luma), width: 80, height: 60 };
        let centre = Point { x: 20.3, y: 30.6 };
        for (axis, direction, places) in
            [(Axis::Row, (1.0, 0.0), [-10.3, 9.7]), (Axis::Column, (0.0, 1.0), [-10.6, 14.4])]
        {
            for edges in
                [along_axis(&image, centre, axis, 25.0), along_line(&image, centre, direction, 25.0, 1.0)]
            {
                let at: Vec<f32> = edges.iter().map(|edge| edge.at).collect();
                assert_eq!(edges.iter().map(|edge| edge.falls).collect::<Vec<_>>(), [true, false]);
                assert!(at.iter().zip(places).all(|(at, place)| (at - place).abs() < 0.3), "{at:?}");
            }
        }
        let edge = Point { x: -3.0, y: 500.0 };
        assert!(along_axis(&image, edge, Axis::Row, 9.0).is_empty());
        assert!(along_axis(&image, edge, Axis::Column, 9.0).is_empty());
    }
}

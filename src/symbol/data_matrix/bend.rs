//! Following the legs of an L where they bend, as round a vial: its straight lines touch them only in part.
//!
//! Across each leg's line a strip of steps from dark to light is laid out. The path through it that gathers most of
//! them, a parabola, is the leg; where it ends, and where it meets the other, is the L as it is.

use crate::{
    frame::pyramid::Grey,
    symbol::{Point, geometry::distance},
};

use super::locator::Ell;

/// Shortest leg that is followed, in pixels: ten modules of three, on which a vial bends by less than one.
const LEAST_LEG: f32 = 30.0;

/// Longest leg by the other, seen at a slant; rectangles are too low to bend by much.
const MOST_RATIO: f32 = 2.2;

/// Places along a leg that are looked at.
const PLACES: f32 = 26.0;

/// How far beside its line a leg is looked for: as a share of its length, and at least and at most in pixels.
const BESIDE: f32 = 0.1;
const LEAST_BESIDE: f32 = 4.0;
const MOST_BESIDE: f32 = 16.0;

/// How far beyond its straight end a leg is followed, as a share of its length.
const BEYOND: f32 = 0.35;

/// Growth of a leg from which it is laid anew over its whole length.
const GROWN: f32 = 1.04;

/// How much clearer a bent path must be than the best straight one.
const CLEARER: f32 = 1.06;

/// Share of a leg that must be border.
const LEAST_SUPPORT: f32 = 0.85;

/// Steps of the search for a path, in pixels.
const STEPS: [f32; 3] = [2.0, 1.0, 0.5];

/// The L with its legs as they bend; `None` where they are none. `contrast` is the least difference of
/// a border's two sides.
pub(super) fn followed(image: &Grey<'_>, ell: &Ell, contrast: f32) -> Option<Ell> {
    let [top_left, corner, bottom_right] = ell.points;
    let (one, other) = (distance(corner, top_left), distance(corner, bottom_right));
    if one.min(other) < LEAST_LEG || one.max(other) > MOST_RATIO * one.min(other) {
        return None;
    }
    let left = Leg::follow(image, [corner, top_left], bottom_right, ell.dark, contrast)?;
    let bottom = Leg::follow(image, [corner, bottom_right], top_left, ell.dark, contrast)?;
    let (left_start, bottom_start) = left.meets(&bottom)?;
    let corner = left.at(left_start);
    let bow = |leg: &Leg, start: f32| {
        let (middle, end) = (leg.at((start + leg.end) / 2.0), leg.at(leg.end));
        Point { x: middle.x - (corner.x + end.x) / 2.0, y: middle.y - (corner.y + end.y) / 2.0 }
    };
    let points = [left.at(left.end), corner, bottom.at(bottom.end)];
    Some(Ell { points, bows: [bow(&left, left_start), bow(&bottom, bottom_start)], ..*ell })
}

/// Offsets from a line as a parabola: at its two ends, and of its middle from the chord of these; in pixels.
#[derive(Debug, Clone, Copy)]
struct Path {
    start: f32,
    end: f32,
    bow: f32,
}

impl Path {
    const STRAIGHT: Self = Self { start: 0.0, end: 0.0, bow: 0.0 };

    fn at(self, share: f32) -> f32 {
        self.start + (self.end - self.start) * share + self.bow * 4.0 * share * (1.0 - share)
    }

    /// Paths that differ in one thing by `step`; straight ones, and where it `bends` bent ones.
    fn neighbours(self, step: f32, bends: bool) -> impl Iterator<Item = Self> {
        let Self { start, end, bow } = self;
        let straight = [
            Self { start: start + step, ..self },
            Self { end: end + step, ..self },
            Self { start: start + step, end: end + step, bow },
        ];
        let bent = [
            Self { bow: bow + step, ..self },
            Self { start: start - step, end: end - step, bow: bow + step },
        ];
        straight.into_iter().chain(bent.into_iter().filter(move |_| bends))
    }
}

/// A leg as a path over its straight line.
struct Leg {
    corner: Point,
    tangent: (f32, f32),
    /// Away from the symbol.
    normal: (f32, f32),
    /// Pixels along the line that the path is laid over.
    length: f32,
    path: Path,
    /// Pixels along the line from the corner to where the leg ends.
    end: f32,
}

impl Leg {
    /// The leg about the line from one point to another, on whose other side from its border `inside` lies.
    fn follow(
        image: &Grey<'_>,
        [corner, end]: [Point; 2],
        inside: Point,
        dark: f32,
        contrast: f32,
    ) -> Option<Self> {
        let length = distance(corner, end).max(1.0);
        let tangent = ((end.x - corner.x) / length, (end.y - corner.y) / length);
        let across = (-tangent.1, tangent.0);
        let to_inside = (inside.x - corner.x) * across.0 + (inside.y - corner.y) * across.1;
        let normal = if to_inside > 0.0 { (-across.0, -across.1) } else { across };
        let mut leg = Self { corner, tangent, normal, length, path: Path::STRAIGHT, end: length };
        let strip = Strip::of(image, &leg, dark, contrast);
        // What the straight line missed of the leg may bend away further: once more over the longer one.
        for _ in 0..2 {
            leg.path = strip.best(leg.length);
            leg.end = strip.end(&leg)?;
            if leg.end < GROWN * leg.length {
                break;
            }
            leg.length = leg.end;
        }
        Some(leg)
    }

    /// The place so many pixels along the line.
    fn at(&self, along: f32) -> Point {
        let aside = self.path.at(along / self.length);
        Point {
            x: self.corner.x + self.tangent.0 * along + self.normal.0 * aside,
            y: self.corner.y + self.tangent.1 * along + self.normal.1 * aside,
        }
    }

    /// Where along its line a place lies.
    fn along(&self, place: Point) -> f32 {
        (place.x - self.corner.x) * self.tangent.0 + (place.y - self.corner.y) * self.tangent.1
    }

    /// Where along both two legs meet, near the corner of their lines.
    fn meets(&self, other: &Self) -> Option<(f32, f32)> {
        let (mut own, mut others) = (0.0f32, 0.0f32);
        // Both are nearly straight there: a few steps from one to the other arrive.
        for _ in 0..6 {
            own = self.along(other.at(others));
            others = other.along(self.at(own));
        }
        let reach = 0.25 * self.length.min(other.length);
        (own.abs() < reach && others.abs() < reach).then_some((own, others))
    }
}

/// Steps from dark to light across a leg's line.
struct Strip {
    /// Pixels from one place along the line to the next; from one offset to the next it is 1.
    pace: f32,
    /// Offsets to either side.
    beside: usize,
    /// Row by row, a row a place.
    steps: Vec<f32>,
    /// Least step of a border.
    least: f32,
}

impl Strip {
    fn of(image: &Grey<'_>, leg: &Leg, dark: f32, contrast: f32) -> Self {
        let beside = (BESIDE * leg.length).clamp(LEAST_BESIDE, MOST_BESIDE) as usize;
        let pace = (leg.length / PLACES).max(1.0);
        let places = ((1.0 + BEYOND) * leg.length / pace) as usize;
        // What is clearer than any border, as glare's edge, must not outweigh the rest.
        let most = 3.0 * contrast;
        let mut steps = Vec::with_capacity(places * (2 * beside + 1));
        let mut line = vec![0.0f32; 2 * beside + 2];
        for place in 0..places {
            let along = (place as f32 + 0.5) * pace;
            for (index, grey) in line.iter_mut().enumerate() {
                let aside = index as f32 - 0.5 - beside as f32;
                *grey = image.sample(
                    leg.corner.x + leg.tangent.0 * along + leg.normal.0 * aside,
                    leg.corner.y + leg.tangent.1 * along + leg.normal.1 * aside,
                );
            }
            steps.extend(line.windows(2).map(|grey| (dark * (grey[1] - grey[0])).clamp(-most, most)));
        }
        Self { pace, beside, steps, least: 0.7 * contrast }
    }

    /// The step at a place and an offset; none beyond the strip.
    fn step(&self, place: usize, aside: f32) -> f32 {
        let at = aside + self.beside as f32;
        if at < 0.0 {
            return 0.0;
        }
        let (index, part, width) = (at as usize, at.fract(), 2 * self.beside + 1);
        let row = self.steps.get(place * width..(place + 1) * width);
        match row.map(|row| (row.get(index), row.get(index + 1))) {
            Some((Some(near), Some(far))) => near + (far - near) * part,
            _ => 0.0,
        }
    }

    /// Mean step along a path that is laid over `length` pixels.
    fn mean(&self, path: Path, length: f32) -> f32 {
        let places = ((length / self.pace) as usize).max(1);
        let step = |place: usize| self.step(place, path.at((place as f32 + 0.5) * self.pace / length));
        (0..places).map(step).sum::<f32>() / places as f32
    }

    /// The path that gathers most: a straight one unless a bent one is clearly better.
    fn best(&self, length: f32) -> Path {
        let (straight, mean) = self.climb(Path::STRAIGHT, length, false);
        let third = self.beside as f32 / 3.0;
        [third, -third]
            .map(|bow| self.climb(Path { start: -bow / 2.0, end: -bow / 2.0, bow }, length, true))
            .into_iter()
            .filter(|bent| bent.1 > CLEARER * mean)
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .map_or(straight, |bent| bent.0)
    }

    fn climb(&self, from: Path, length: f32, bends: bool) -> (Path, f32) {
        let mut best = (from, self.mean(from, length));
        for step in STEPS {
            for _ in 0..3 {
                let before = best;
                for sign in [step, -step] {
                    for path in before.0.neighbours(sign, bends) {
                        let mean = self.mean(path, length);
                        if mean > best.1 {
                            best = (path, mean);
                        }
                    }
                }
                if best.1 <= before.1 {
                    break;
                }
            }
        }
        best
    }

    /// Where along the line the border of a leg's path ends; `None` where too little of it is border.
    fn end(&self, leg: &Leg) -> Option<f32> {
        let (mut good, mut end, mut support) = (0.0, 0.0f32, 0.0);
        for place in 0..self.steps.len() / (2 * self.beside + 1) {
            let along = (place as f32 + 0.5) * self.pace;
            if along - end > (0.1 * end).max(5.0) {
                break;
            }
            let aside = leg.path.at(along / leg.length);
            if [0.0, 0.7, -0.7].iter().any(|by| self.step(place, aside + by) > self.least) {
                good += 1.0;
                end = along + 0.5 * self.pace;
                support = good / (place + 1) as f32;
            }
        }
        (support >= LEAST_SUPPORT).then_some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    /// Dark where the symbol is: from x = 40 to 110, above a bottom border that sinks by `bow` in its middle.
    fn drawn(bow: f32) -> Grey<'static> {
        let luma = (0..160 * 160)
            .map(|index| {
                let (x, y) = ((index % 160) as f32 + 0.5, (index / 160) as f32 + 0.5);
                let share = (x - 40.0) / 70.0;
                let bottom = 110.0 + bow * 4.0 * share * (1.0 - share);
                // As much of the pixel as is within the symbol.
                let part = |by: f32| (by + 0.5).clamp(0.0, 1.0);
                let dark = part(x - 40.0) * part(110.0 - x) * part(y - 40.0) * part(bottom - y);
                (190.0 - 130.0 * dark) as u8
            })
            .collect();
        Grey { luma: Cow::Owned(luma), width: 160, height: 160 }
    }

    fn ell() -> Ell {
        // The bottom leg's straight line touches the bow and ends where it has gone.
        let points = [(40.0, 40.0), (40.0, 113.0), (96.0, 113.0)].map(|(x, y)| Point { x, y });
        Ell { points, bows: [Point { x: 0.0, y: 0.0 }; 2], dark: 1.0, support: 1.0 }
    }

    #[test]
    fn a_leg_that_bends_is_followed_to_its_end() {
        let bent = followed(&drawn(4.0), &ell(), 40.0).unwrap();
        let [top_left, corner, bottom_right] = bent.points;
        for (place, wanted) in
            [(top_left, (40.0, 40.0)), (corner, (40.0, 110.0)), (bottom_right, (110.0, 110.0))]
        {
            let wanted = Point { x: wanted.0, y: wanted.1 };
            assert!(distance(place, wanted) < 2.5, "{place:?} for {wanted:?}");
        }
        let [left, bottom] = bent.bows;
        assert!((bottom.y - 4.0).abs() < 1.0 && bottom.x.abs() < 1.5, "{bottom:?}");
        assert!(left.x.hypot(left.y) < 0.7, "{left:?}");
    }

    #[test]
    fn straight_legs_stay_straight_and_paper_has_none() {
        let straight = followed(&drawn(0.0), &ell(), 40.0).unwrap();
        assert!(straight.bows.iter().all(|bow| bow.x.hypot(bow.y) < 0.6), "{straight:?}");
        let paper = Grey { luma: Cow::Owned(vec![190; 160 * 160]), width: 160, height: 160 };
        assert!(followed(&paper, &ell(), 40.0).is_none());
    }
}

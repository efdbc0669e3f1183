//! A guard, followed along its bars from where a line crossed it.

use crate::{frame::pyramid::Grey, symbol::Point};

use super::{
    finder::Crossing,
    patterns::{START, STOP, modules},
};

/// Samples a module.
const FINE: f32 = 4.0;

/// Modules of a profile to either side of the guard.
const AROUND: f32 = 4.0;

/// How far a guard is sought from where it is expected, in samples.
const SOUGHT: i32 = 6;

/// How much wider or narrower it may be than at the step before.
const SCALE: f32 = 0.03;

/// Correlation from which on a guard is seen.
const LEAST: f32 = 0.72;

/// The share of the contrast at first that a guard must have.
const FADED: f32 = 0.3;

/// Modules along the bars in which a guard may be hidden.
const HIDDEN: f32 = 6.0;

/// Modules along the bars that a guard must be seen in.
const SHORTEST: f32 = 5.0;

/// Most steps to one side.
const MOST_STEPS: i32 = 600;

/// A start or stop pattern.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guard {
    /// Where its first bar begins, at both ends of the bars.
    pub(super) begin: [Point; 2],
    /// Where its last module ends.
    pub(super) end: [Point; 2],
    pub(super) is_stop: bool,
    pub(super) dark: f32,
}

/// The guard seen in a step along the bars: so many pixels from the line, moved along it, as wide.
#[derive(Debug, Clone, Copy)]
struct Seen {
    along: f32,
    moved: f32,
    module: f32,
}

impl Guard {
    /// Follows a guard from where it was crossed; `None` where it is too short for one.
    pub(super) fn followed(image: &Grey<'_>, crossing: &Crossing) -> Option<Self> {
        let pattern = Pattern::of(crossing);
        let (first, contrast) = pattern.seek(image, crossing, 0.0, 0.0, crossing.module)?;
        let mut seen = vec![first];
        let step = (0.75 * crossing.module).max(1.0);
        for sign in [1.0, -1.0] {
            // What was seen on the other side tells how the bars lean.
            let mut lean = lean(&seen);
            let mut last = first;
            for index in 1..MOST_STEPS {
                let along = sign * index as f32 * step;
                if (along - last.along).abs() > HIDDEN * crossing.module {
                    break;
                }
                let moved = last.moved + lean * (along - last.along);
                let Some((here, strength)) = pattern.seek(image, crossing, along, moved, last.module) else {
                    continue;
                };
                if strength < FADED * contrast {
                    continue;
                }
                seen.push(here);
                last = here;
                let before = seen.len().saturating_sub(12);
                lean = self::lean(&seen[before..]);
            }
        }
        pattern.guard(crossing, &mut seen)
    }

    /// The same bars so far away, as a stop pattern that ends there (or as a start pattern that begins there).
    pub(super) fn opposite(&self, by: (f32, f32)) -> Self {
        let moved = |points: [Point; 2]| points.map(|point| Point { x: point.x + by.0, y: point.y + by.1 });
        let outer = if self.is_stop { self.end } else { self.begin };
        // Its own end on the other side lies as far from it as that of the guard does.
        let across = [0, 1].map(|at| (self.end[at].x - self.begin[at].x, self.end[at].y - self.begin[at].y));
        let (count, other) = if self.is_stop { (18.0, 17.0) } else { (17.0, 18.0) };
        let sign = if self.is_stop { 1.0 } else { -1.0 } * other / count;
        let outer = moved(outer);
        let inner = [0, 1]
            .map(|at| Point { x: outer[at].x + sign * across[at].0, y: outer[at].y + sign * across[at].1 });
        let (begin, end) = if self.is_stop { (outer, inner) } else { (inner, outer) };
        Self { begin, end, is_stop: !self.is_stop, dark: self.dark }
    }

    /// The direction square to the bars, as a symbol is read, turned by so much; a unit long.
    pub(super) fn across(&self, turn: f32) -> (f32, f32) {
        let (dx, dy) = (self.begin[1].x - self.begin[0].x, self.begin[1].y - self.begin[0].y);
        let length = dx.hypot(dy).max(1e-3);
        let (dx, dy) = (dy / length, -dx / length);
        let (ax, ay) = (self.end[0].x - self.begin[0].x, self.end[0].y - self.begin[0].y);
        let sign = if ax * dx + ay * dy < 0.0 { -1.0 } else { 1.0 };
        (sign * (dx - dy * turn), sign * (dy + dx * turn))
    }

    /// The width of a module across the bars, at a share of their length.
    #[inline(never)]
    pub(super) fn module(&self, share: f32) -> f32 {
        let (begin, end) = (between(self.begin, share), between(self.end, share));
        let bars = (self.begin[1].x - self.begin[0].x, self.begin[1].y - self.begin[0].y);
        let across = ((end.x - begin.x) * bars.1 - (end.y - begin.y) * bars.0).abs();
        across / bars.0.hypot(bars.1).max(1e-3) / if self.is_stop { 18.0 } else { 17.0 }
    }

    /// The line along its bars, half way across.
    pub(super) fn middle(&self) -> [Point; 2] {
        [0, 1].map(|at| between([self.begin[at], self.end[at]], 0.5))
    }

    /// Length of the bars in pixels.
    pub(super) fn height(&self) -> f32 {
        crate::symbol::geometry::distance(self.begin[0], self.begin[1])
    }

    /// Whether a place lies where its first bar begins, or a little beyond the ends of that.
    pub(super) fn holds(&self, place: Point) -> bool {
        let down = (self.begin[1].x - self.begin[0].x, self.begin[1].y - self.begin[0].y);
        let by = (place.x - self.begin[0].x, place.y - self.begin[0].y);
        let square = (down.0 * down.0 + down.1 * down.1).max(1e-3);
        let share = (by.0 * down.0 + by.1 * down.1) / square;
        let aside = (by.0 * down.1 - by.1 * down.0).abs() / square.sqrt();
        (-0.1..1.1).contains(&share) && aside < 3.0 * self.module(share)
    }
}

/// The place at a share of the way from one to the other.
#[inline(never)]
pub(super) fn between([a, b]: [Point; 2], share: f32) -> Point {
    Point { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share }
}

/// How far the bars move along the line for each pixel of their length.
fn lean(seen: &[Seen]) -> f32 {
    line(seen.iter().map(|seen| (seen.along, seen.moved))).map_or(0.0, |(_, slope)| slope)
}

/// The straight line through points: its value at 0 and its slope.
#[inline(never)]
fn line(points: impl Iterator<Item = (f32, f32)> + Clone) -> Option<(f32, f32)> {
    let count = points.clone().count() as f32;
    if count < 2.0 {
        return None;
    }
    let (x, y) = points.clone().fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
    let (x, y) = (x / count, y / count);
    let (square, product) = points.fold((0.0, 0.0), |sum, point| {
        (sum.0 + (point.0 - x) * (point.0 - x), sum.1 + (point.0 - x) * (point.1 - y))
    });
    if square < 1e-3 {
        return None;
    }
    Some((y - product / square * x, product / square))
}

/// Where between its neighbours a value is highest, by the parabola through the three.
fn top(before: f32, here: f32, behind: f32) -> f32 {
    let bend = 2.0 * here - before - behind;
    if bend > 1e-4 { ((behind - before) / (2.0 * bend)).clamp(-0.5, 0.5) } else { 0.0 }
}

/// A guard's modules and what is beside them.
struct Pattern {
    values: Vec<f32>,
    /// Modules of the guard alone.
    count: f32,
}

impl Pattern {
    fn of(crossing: &Crossing) -> Self {
        let (widths, beside) = if crossing.is_stop { (STOP, [-1.0, -1.0]) } else { (START, [-1.0, 1.0]) };
        let own = modules(widths);
        let count = own.len() as f32;
        let signs = std::iter::once(beside[0]).chain(own).chain(std::iter::once(beside[1]));
        let values = signs.map(|sign| -sign * crossing.dark).collect();
        Self { values, count }
    }

    /// Looks for the guard on a line beside the crossing; and its contrast there.
    fn seek(
        &self,
        image: &Grey<'_>,
        crossing: &Crossing,
        along: f32,
        moved: f32,
        module: f32,
    ) -> Option<(Seen, f32)> {
        let (dx, dy) = crossing.direction;
        let from = moved - AROUND * module;
        let start = (crossing.at.x - dy * along + dx * from, crossing.at.y + dx * along + dy * from);
        let inside = |x: f32, y: f32| {
            (0.0..=image.width as f32).contains(&x) && (0.0..=image.height as f32).contains(&y)
        };
        let middle = (AROUND + self.count / 2.0) * module;
        if !inside(start.0 + dx * middle, start.1 + dy * middle) {
            return None;
        }
        let step = module / FINE;
        let mut profile = [0.0; ((18.0 + 2.0 * AROUND) * FINE) as usize];
        let count = profile.len();
        image.along(start, (dx * step, dy * step), count, |index, grey| profile[index] = grey);
        // Beyond the image nothing is known.
        let (first, last) = (0..count)
            .filter(|&index| inside(start.0 + dx * step * index as f32, start.1 + dy * step * index as f32))
            .fold((count, 0), |(first, last), index| (first.min(index), last.max(index)));
        let profile = &profile[..=last];
        let mut best: Option<(f32, i32, f32, f32)> = None;
        for scale in [1.0, 1.0 - SCALE, 1.0 + SCALE] {
            for shift in -SOUGHT..=SOUGHT {
                let (likeness, strength) = self.likeness(profile, first, shift as f32, scale);
                if best.is_none_or(|best| likeness > best.0) {
                    best = Some((likeness, shift, scale, strength));
                }
            }
        }
        let (likeness, shift, scale, strength) = best?;
        if likeness < LEAST {
            return None;
        }
        let shift = shift as f32;
        let [before, behind] = [-1.0, 1.0].map(|step| self.likeness(profile, first, shift + step, scale).0);
        let shift = shift + top(before, likeness, behind);
        let [before, here, behind] =
            [-SCALE, 0.0, SCALE].map(|step| self.likeness(profile, first, shift, scale + step).0);
        let scale = scale + SCALE * top(before, here, behind);
        let moved = moved + shift * step;
        Some((Seen { along, moved, module: module * scale }, strength))
    }

    /// Correlation of a profile with the guard, moved by so many samples, and the contrast in it.
    #[inline(never)]
    fn likeness(&self, profile: &[f32], first: usize, shift: f32, scale: f32) -> (f32, f32) {
        let (mut sum, mut squares, mut product) = (0.0, 0.0, 0.0);
        let (mut own, mut own_squares, mut count) = (0.0, 0.0, 0.0);
        for (index, expected) in self.values.iter().enumerate() {
            let at = (AROUND + (index as f32 - 0.5) * scale) * FINE + shift;
            let left = at.max(0.0) as usize;
            let Some(&[a, b]) = profile.get(left..).and_then(<[f32]>::first_chunk::<2>) else { break };
            if left < first {
                continue;
            }
            let value = a + (b - a) * (at - left as f32);
            sum += value;
            squares += value * value;
            product += value * expected;
            own += expected;
            own_squares += expected * expected;
            count += 1.0;
        }
        if count < self.count * 0.8 {
            return (0.0, 0.0);
        }
        let variance = (squares - sum * sum / count).max(1e-3);
        let own_variance = (own_squares - own * own / count).max(1e-3);
        ((product - sum * own / count) / (variance * own_variance).sqrt(), (variance / count).sqrt())
    }

    /// The guard that lies where it was seen.
    fn guard(&self, crossing: &Crossing, seen: &mut Vec<Seen>) -> Option<Guard> {
        let module = crossing.module;
        for _ in 0..3 {
            let (at, slope) = line(seen.iter().map(|seen| (seen.along, seen.moved)))?;
            seen.retain(|seen| (seen.moved - at - slope * seen.along).abs() < module);
        }
        let (at, slope) = line(seen.iter().map(|seen| (seen.along, seen.moved)))?;
        let (width, growth) = line(seen.iter().map(|seen| (seen.along, seen.module)))?;
        let (first, last) = seen
            .iter()
            .fold((f32::MAX, f32::MIN), |ends, seen| (ends.0.min(seen.along), ends.1.max(seen.along)));
        let is_long = last - first >= SHORTEST * module;
        let is_dense = seen.len() as f32 * (0.75 * module).max(1.0) > 0.4 * (last - first);
        if !is_long || !is_dense {
            return None;
        }
        let (dx, dy) = crossing.direction;
        let place = |along: f32, modules: f32| {
            let moved = at + slope * along + modules * (width + growth * along);
            Point { x: crossing.at.x - dy * along + dx * moved, y: crossing.at.y + dx * along + dy * moved }
        };
        Some(Guard {
            begin: [place(first, 0.0), place(last, 0.0)],
            end: [place(first, self.count), place(last, self.count)],
            is_stop: crossing.is_stop,
            dark: crossing.dark,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::pdf417::{
        finder,
        tests::{drawn, example},
    };
    use std::borrow::Cow;

    /// A drawing of the start pattern's bars from row 20 to row 140, and where a line crosses it at row 80.
    fn bars() -> (Grey<'static>, Crossing) {
        let image = drawn(&example(), 40, 20);
        let at = |found: &Crossing| {
            found.direction == (1.0, 0.0) && !found.is_stop && (60.0..100.0).contains(&found.at.y)
        };
        let crossing = finder::crossings(&image).into_iter().find(at).unwrap();
        (image, crossing)
    }

    /// The image with a band of rows painted over.
    fn hidden(image: &Grey<'_>, from: usize, to: usize) -> Grey<'static> {
        let mut luma = image.luma.to_vec();
        luma[from * image.width..to * image.width].fill(130);
        Grey { luma: Cow::Owned(luma), ..*image }
    }

    fn is_near(place: Point, (x, y): (f32, f32), most: f32) -> bool {
        (place.x - x).hypot(place.y - y) < most
    }

    #[test]
    fn it_is_followed_from_one_end_of_its_bars_to_the_other() {
        let (image, crossing) = bars();
        let guard = Guard::followed(&image, &crossing).unwrap();
        let corners = [guard.begin[0], guard.begin[1], guard.end[0], guard.end[1]];
        let wanted = [(20.0, 20.0), (20.0, 140.0), (71.0, 20.0), (71.0, 140.0)];
        for (corner, wanted) in corners.into_iter().zip(wanted) {
            assert!(is_near(corner, wanted, 3.0), "{corner:?} for {wanted:?}");
        }
        assert!((guard.module(0.5) - 3.0).abs() < 0.05 && (guard.height() - 120.0).abs() < 5.0, "{guard:?}");
        assert!(guard.holds(Point { x: 22.0, y: 80.0 }) && !guard.holds(Point { x: 95.0, y: 80.0 }));
        assert!(!guard.holds(Point { x: 22.0, y: 170.0 }));
    }

    #[test]
    fn a_part_may_be_hidden_unless_it_is_too_high() {
        let (image, crossing) = bars();
        let end = |image: &Grey<'_>| Guard::followed(image, &crossing).unwrap().begin[1].y;
        // 6 modules are 18 pixels.
        assert!((end(&hidden(&image, 100, 112)) - 140.0).abs() < 3.0);
        assert!((end(&hidden(&image, 100, 124)) - 100.0).abs() < 3.0);
    }

    #[test]
    fn bars_shorter_than_five_modules_are_no_guard() {
        let (image, crossing) = bars();
        let (above, below) = (crossing.at.y as usize, crossing.at.y as usize);
        let cut = |reach: usize| hidden(&hidden(&image, 0, above - reach), below + reach, image.height);
        assert!(Guard::followed(&cut(5), &crossing).is_none());
        assert!(Guard::followed(&cut(16), &crossing).is_some());
    }

    #[test]
    fn its_opposite_is_of_the_other_kind_and_has_it_as_opposite() {
        let (image, crossing) = bars();
        let guard = Guard::followed(&image, &crossing).unwrap();
        let other = guard.opposite((300.0, 40.0));
        assert!(other.is_stop && (other.module(0.5) - guard.module(0.5)).abs() < 0.01, "{other:?}");
        let (x, y) = (guard.begin[0].x + 300.0, guard.begin[0].y + 40.0);
        assert!(is_near(other.end[0], (x, y), 0.01), "{other:?}");
        let back = other.opposite((-300.0, -40.0));
        for (one, other) in [(back.begin, guard.begin), (back.end, guard.end)] {
            assert!(is_near(one[0], (other[0].x, other[0].y), 0.01), "{back:?}");
            assert!(is_near(one[1], (other[1].x, other[1].y), 0.01), "{back:?}");
        }
        let (x, y) = guard.across(0.0);
        assert!(x > 0.99 && y.abs() < 0.05);
    }

    #[test]
    fn a_line_and_a_top_between_points_are_found() {
        let (at, slope) = line([(0.0, 1.0), (2.0, 2.0), (4.0, 3.0)].into_iter()).unwrap();
        assert!((at - 1.0).abs() < 1e-6 && (slope - 0.5).abs() < 1e-6);
        assert!(
            line([(1.0, 1.0)].into_iter()).is_none() && line([(1.0, 1.0), (1.0, 2.0)].into_iter()).is_none()
        );
        // 1 − (x − 0.25)² at −1, 0 and 1.
        assert!((top(-0.5625, 0.9375, 0.4375) - 0.25).abs() < 1e-6);
        assert_eq!(top(1.0, 1.0, 1.0), 0.0);
    }
}

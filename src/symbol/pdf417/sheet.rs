//! The lines of a symbol, sampled in its own coordinates: modules along a line, rows across.

use crate::{frame::pyramid::Grey, symbol::Point};

use super::{
    guard::{Guard, between},
    patterns::{MODULES, START, STOP, modules},
};

/// Samples a module.
const FINE: f32 = 4.0;

/// Modules sampled beside a symbol.
const BESIDE: f32 = 3.0;

/// Least difference of dark and light, in grey levels.
const LEAST_CONTRAST: f32 = 6.0;

/// Modules around a codeword in which its dark and light are looked for.
const AROUND: f32 = 5.0;

/// What lies at the ends of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// Start and stop pattern.
    Both,
    /// A start pattern; the other end is where the last codeword of the message ends. So are compact symbols (clause 5.12),
    /// and others whose stop pattern is not seen.
    Start,
    /// A stop pattern; the other end is where the first codeword of the message begins.
    Stop,
}

/// The two sides of a symbol, or of what is known of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) start: Guard,
    pub(super) stop: Guard,
    pub(super) ends: Ends,
}

impl Frame {
    /// A frame of one guard and so many modules of a line, which is off square by `turn`.
    pub(super) fn of_one(guard: &Guard, modules: f32, turn: f32) -> Self {
        let (dx, dy) = guard.across(turn);
        let length = modules * guard.module(0.5) * if guard.is_stop { -1.0 } else { 1.0 };
        let other = guard.opposite((dx * length, dy * length));
        if guard.is_stop {
            Self { start: other, stop: *guard, ends: Ends::Stop }
        } else {
            Self { start: *guard, stop: other, ends: Ends::Start }
        }
    }

    /// Modules of a line, by the widths of the two guards' modules and the distance between them. Seen at a slant, modules
    /// shrink along a line; their mean is the geometric mean of those at its ends.
    pub(super) fn modules(&self) -> f32 {
        let (from, to) = (between(self.start.begin, 0.5), between(self.stop.end, 0.5));
        let (left, right) = self.widths(0.5, 0.5);
        crate::symbol::geometry::distance(from, to) / (left * right).sqrt().max(0.1)
    }

    /// Widths of a module at both ends of the line from a share of the start pattern's length to one of the stop pattern's.
    #[inline(never)]
    fn widths(&self, left: f32, right: f32) -> (f32, f32) {
        let (from, to) = (between(self.start.begin, left), between(self.stop.end, right));
        let along = (to.x - from.x, to.y - from.y);
        let length = along.0.hypot(along.1).max(1e-3);
        [(&self.start, left), (&self.stop, right)]
            .map(|(guard, share)| {
                let bars = (guard.begin[1].x - guard.begin[0].x, guard.begin[1].y - guard.begin[0].y);
                let square =
                    (along.0 * bars.1 - along.1 * bars.0).abs() / length / bars.0.hypot(bars.1).max(1e-3);
                guard.module(share) / square.max(0.2)
            })
            .into()
    }

    /// Samples of a line, from [`BESIDE`] modules before the symbol to as many behind it.
    #[inline(never)]
    pub(super) fn line(&self, image: &Grey<'_>, left: f32, right: f32, modules: f32) -> Line {
        let (from, to) = (between(self.start.begin, left), between(self.stop.end, right));
        let (near, far) = self.widths(left, right);
        let length = crate::symbol::geometry::distance(from, to).max(1.0);
        let [start, stop] = [near, far].map(|width| (width * modules / length).clamp(0.5, 2.0));
        let count = ((modules + 2.0 * BESIDE) * FINE) as usize;
        let values: Vec<f32> = (0..count)
            .map(|index| {
                let share = (index as f32 / FINE - BESIDE) / modules;
                // Hermite's cubic: at its ends modules are as wide as those of the guards.
                let (square, left) = (share * share, 1.0 - share);
                let share = share * left * (start * left - stop * share) + square * (3.0 - 2.0 * share);
                let grey = image.sample(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share);
                -grey * self.start.dark
            })
            .collect();
        let mut line = Line { values };
        if near.min(far) > 2.5 {
            line.smooth();
        }
        line
    }
}

/// Samples of one line, the higher the darker.
#[derive(Debug, Clone)]
pub(super) struct Line {
    values: Vec<f32>,
}

impl Line {
    /// The mean of three samples each.
    fn smooth(&mut self) {
        let values: Vec<f32> = self.values.windows(3).map(|three| three.iter().sum::<f32>() / 3.0).collect();
        if let Some(inner) = self.values.get_mut(1..=values.len()) {
            inner.copy_from_slice(&values);
        }
    }

    /// The mean with other lines.
    pub(super) fn mean(lines: &[Self]) -> Self {
        let mut values = vec![0.0; lines.first().map_or(0, |line| line.values.len())];
        for line in lines {
            values.iter_mut().zip(&line.values).for_each(|(sum, value)| *sum += value / lines.len() as f32);
        }
        Self { values }
    }

    /// Seventeen modules and one on either side, from a place along the line on: 1 for dark, −1 for light.
    #[inline(never)]
    pub(super) fn stretch(&self, first: f32) -> [f32; MODULES + 2] {
        let place = |modules: f32| (modules + BESIDE) * FINE;
        let (from, to) = (place(first - AROUND).max(0.0), place(first + MODULES as f32 + AROUND).max(0.0));
        let to = (to as usize).min(self.values.len());
        let around = self.values.get(from as usize..to).unwrap_or_default();
        let (low, high) =
            around.iter().fold((f32::MAX, f32::MIN), |(low, high), &v| (low.min(v), high.max(v)));
        let half = (high - low) / 2.0;
        if half.is_nan() || half < LEAST_CONTRAST / 2.0 {
            return [0.0; MODULES + 2];
        }
        std::array::from_fn(|index| {
            let at = place(first + index as f32 - 0.5).max(0.0);
            let left = at as usize;
            let [a, b] =
                [left, left + 1].map(|at| self.values.get(at).copied().unwrap_or((low + high) / 2.0));
            (a + (b - a) * (at - left as f32) - low) / half - 1.0
        })
    }
}

/// What makes a module's value of those of itself and its neighbours: undoes blur and dot gain, as far as the guards,
/// whose modules are known, tell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Equaliser {
    own: f32,
    beside: f32,
    shift: f32,
}

impl Equaliser {
    pub(super) const NONE: Self = Self { own: 1.0, beside: 0.0, shift: 0.0 };

    /// Least squares over the guards of the lines.
    pub(super) fn of(lines: &[Line], length: f32, ends: Ends) -> Self {
        let guards = [(0.0, modules(START), Ends::Stop), (length - 18.0, modules(STOP), Ends::Start)];
        // Of a b = c, three equations; a little is added to what is known of it before.
        let mut sums = [[0.0f32; 4]; 3];
        let mut count = 1.0;
        for (first, known, _) in guards.iter().filter(|(.., missing)| *missing != ends) {
            // A guard may lie a little off its place.
            let likeness = |off: f32| -> f32 {
                let lines = lines.iter().map(|line| line.stretch(first + off));
                lines.map(|values| values[1..].iter().zip(known).map(|(a, b)| a * b).sum::<f32>()).sum()
            };
            let offs = [0.0, -0.25, 0.25, -0.5, 0.5].map(|off| (off, likeness(off)));
            let off = offs.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0.0, |best| best.0);
            for line in lines {
                let values = line.stretch(first + off);
                for (three, &wanted) in values.windows(3).zip(known) {
                    let terms = [three[1], three[0] + three[2], 1.0];
                    for (row, term) in sums.iter_mut().zip(terms) {
                        for (sum, other) in row.iter_mut().zip(terms.iter().chain([&wanted])) {
                            *sum += term * other;
                        }
                    }
                    count += 1.0;
                }
            }
        }
        for (index, row) in sums.iter_mut().enumerate() {
            row[index] += 0.05 * count;
        }
        sums[0][3] += 0.05 * count;
        match solved(sums) {
            Some([own, beside, shift]) if own > 0.3 => Self { own, beside: beside.min(0.0), shift },
            _ => Self::NONE,
        }
    }

    /// The seventeen modules of a stretch.
    #[inline(never)]
    pub(super) fn applied(&self, stretch: &[f32; MODULES + 2]) -> [f32; MODULES] {
        std::array::from_fn(|index| {
            let value = self.own * stretch[index + 1]
                + self.beside * (stretch[index] + stretch[index + 2])
                + self.shift;
            value.clamp(-1.5, 1.5)
        })
    }
}

/// Gauss's elimination; the sums are positive definite, so that no rows need to change places.
fn solved(mut sums: [[f32; 4]; 3]) -> Option<[f32; 3]> {
    for index in 0..3 {
        let pivot = sums[index][index];
        if pivot.abs() < 1e-6 {
            return None;
        }
        let row = sums[index].map(|value| value / pivot);
        sums[index] = row;
        for other in (0..3).filter(|&other| other != index) {
            let factor = sums[other][index];
            for (value, part) in sums[other].iter_mut().zip(row) {
                *value -= factor * part;
            }
        }
    }
    Some(sums.map(|row| row[3]))
}

/// The corners of a symbol whose lines run from the first shares of the guards to the last.
pub(super) fn corners(frame: &Frame, left: [f32; 2], right: [f32; 2]) -> [Point; 4] {
    let at = |place: [Point; 2], share: f32| between(place, share);
    [
        at(frame.start.begin, left[0]),
        at(frame.stop.end, right[0]),
        at(frame.stop.end, right[1]),
        at(frame.start.begin, left[1]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::pdf417::{
        rows::tests::guards,
        tests::{drawn, example},
    };
    use std::borrow::Cow;

    /// Modules of a line of [`example`]: guards, two indicators and three codewords.
    const LENGTH: f32 = 17.0 * 7.0 + 1.0;

    /// Each pixel the mean of itself and of so many on either side.
    fn blurred(image: &Grey<'_>, reach: usize) -> Grey<'static> {
        let rows = image.luma.chunks(image.width).flat_map(|row| {
            (0..row.len()).map(move |x| {
                let around = &row[x.saturating_sub(reach)..(x + reach + 1).min(row.len())];
                (around.iter().map(|&grey| usize::from(grey)).sum::<usize>() / around.len()) as u8
            })
        });
        Grey { luma: Cow::Owned(rows.collect()), ..*image }
    }

    /// The signs of the modules from a place on.
    fn signs(values: &[f32]) -> Vec<f32> {
        values.iter().map(|value| value.signum()).collect()
    }

    #[test]
    fn a_line_has_its_guards_where_they_belong() {
        let image = drawn(&example(), 12, 20);
        let frame = guards(&image);
        assert!((frame.modules() - LENGTH).abs() < 1.0, "{}", frame.modules());
        let line = frame.line(&image, 0.5, 0.5, LENGTH);
        assert_eq!(signs(&line.stretch(0.0)[1..18]), modules(START));
        assert_eq!(signs(&line.stretch(LENGTH - 18.0)[1..]), modules(STOP));
        // Behind it is nothing but paper.
        assert_eq!(line.stretch(LENGTH + 2.0 * BESIDE), [0.0; MODULES + 2]);
    }

    #[test]
    fn a_line_between_guards_of_two_widths_begins_and_ends_with_modules_as_wide_as_theirs() {
        // The grey value is the place.
        let (width, height) = (240, 40);
        let luma = (0..width * height).map(|at| (at % width) as u8).collect();
        let image = Grey { luma: Cow::Owned(luma), width, height };
        let at = |x: f32| [Point { x, y: 5.0 }, Point { x, y: 35.0 }];
        let guard = |begin: f32, end: f32, is_stop: bool| Guard {
            begin: at(begin),
            end: at(end),
            is_stop,
            dark: -1.0,
        };
        // Modules of 1.5 pixels, and of 2.25: 100 modules between them with a mean of 1.8.
        let frame =
            Frame { start: guard(10.0, 35.5, false), stop: guard(149.5, 190.0, true), ends: Ends::Both };
        let line = frame.line(&image, 0.5, 0.5, 100.0);
        let place = |module: f32| line.values[((module + BESIDE) * FINE) as usize];
        assert!((place(0.0) - place(100.0) + 180.0).abs() < 0.1);
        assert!((place(2.0) - place(0.0) - 2.0 * 1.5).abs() < 0.1, "{}", place(2.0) - place(0.0));
        assert!((place(100.0) - place(98.0) - 2.0 * 2.25).abs() < 0.1, "{}", place(100.0) - place(98.0));
        assert!(line.values.is_sorted());
    }

    #[test]
    fn of_one_guard_a_frame_is_made_to_either_side() {
        let image = drawn(&example(), 12, 20);
        let both = guards(&image);
        let behind = Frame::of_one(&both.start, 51.0, 0.0);
        let before = Frame::of_one(&both.stop, 51.0, 0.0);
        assert_eq!((behind.ends, before.ends), (Ends::Start, Ends::Stop));
        assert!((behind.stop.end[0].x - both.start.begin[0].x - 153.0).abs() < 2.0, "{behind:?}");
        assert!((before.start.begin[0].x - both.stop.end[0].x + 153.0).abs() < 2.0, "{before:?}");
        for frame in [behind, before] {
            assert!((frame.modules() - 51.0).abs() < 0.5, "{}", frame.modules());
        }
    }

    #[test]
    fn what_guards_tell_of_blur_is_undone() {
        let sharp = drawn(&example(), 12, 20);
        let image = blurred(&sharp, 2);
        let frame = guards(&sharp);
        let lines = [0.2, 0.5, 0.8].map(|share| frame.line(&image, share, share, LENGTH));
        let equaliser = Equaliser::of(&lines, LENGTH, Ends::Both);
        assert!(equaliser.own > 1.1 && equaliser.beside < -0.1, "{equaliser:?}");
        let off = |values: &[f32], wanted: &[f32]| {
            values.iter().zip(wanted).map(|(a, b)| (a - b).abs()).sum::<f32>()
        };
        let stretch = lines[1].stretch(0.0);
        let (seen, undone) =
            (off(&stretch[1..18], &modules(START)), off(&equaliser.applied(&stretch), &modules(START)));
        assert!(undone < 0.7 * seen, "{undone} of {seen}");
    }

    #[test]
    fn where_guards_tell_nothing_nothing_is_undone() {
        let lines = [Line { values: vec![7.0; 600] }];
        let equaliser = Equaliser::of(&lines, LENGTH, Ends::Both);
        let flat = equaliser.applied(&[0.0; MODULES + 2]);
        assert!(flat.iter().all(|value| value.is_finite() && value.abs() < 1.5), "{equaliser:?}");
        assert_eq!(Equaliser::NONE.applied(&[0.5; MODULES + 2]), [0.5; MODULES]);
    }

    #[test]
    fn equations_are_solved_unless_they_say_the_same() {
        let [x, y, z] = solved([[4.0, 1.0, 0.0, 6.0], [1.0, 3.0, 1.0, 10.0], [0.0, 1.0, 2.0, 8.0]]).unwrap();
        assert!((x - 1.0).abs() < 1e-5 && (y - 2.0).abs() < 1e-5 && (z - 3.0).abs() < 1e-5);
        assert_eq!(solved([[1.0, 1.0, 0.0, 1.0], [1.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]]), None);
    }

    #[test]
    fn corners_go_round_from_the_first_row_of_the_start_pattern() {
        let frame = guards(&drawn(&example(), 12, 20));
        let [a, b, c, d] = corners(&frame, [0.0, 1.0], [0.0, 1.0]);
        assert_eq!(
            [a, b, c, d],
            [frame.start.begin[0], frame.stop.end[0], frame.stop.end[1], frame.start.begin[1]]
        );
    }
}

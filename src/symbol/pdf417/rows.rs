//! Row indicators: which row a line lies in, and how many rows, columns and error correction codewords there are
//! (ISO/IEC 15438 clause 5.11).

use crate::frame::pyramid::Grey;

use super::{
    guard::Guard,
    patterns::{Correlator, MODULES},
    sheet::{Ends, Equaliser, Frame, Line},
};

/// Lines that are looked at, at most.
const MOST_LINES: usize = 120;

/// Lines behind a guard that lies alone are looked at in this many directions off square, each so far from the next.
const TURNS: [f32; 3] = [0.0, 0.12, -0.12];

/// How much of a guard's length lines reach beyond it.
const BEYOND: f32 = 0.12;

/// By how much a codeword must be more like what is on the line than any other, in modules.
const LEAST_MARGIN: f32 = 1.2;

/// How many modules the first codeword behind a guard may be off, in steps of a quarter.
const OFF: i32 = 3;

/// A symbol's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) check: usize,
}

impl Size {
    /// Modules of a line, by what lies at its ends.
    pub(super) fn modules(self, ends: Ends) -> f32 {
        let codewords = self.columns + if ends == Ends::Both { 4 } else { 2 };
        (MODULES * codewords + usize::from(ends != Ends::Start)) as f32
    }
}

/// Where rows lie along the guards: shares of their lengths, by rows from the first one's upper side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    left: [f32; 3],
    right: [f32; 3],
}

impl Places {
    /// Shares of the start and the stop pattern's length.
    pub(super) fn at(&self, row: f32) -> (f32, f32) {
        let value = |[a, b, c]: [f32; 3]| a + row * (b + row * c);
        (value(self.left), value(self.right))
    }
}

/// What a row indicator says on a line.
#[derive(Debug, Clone, Copy)]
struct Indicator {
    share: f32,
    row: usize,
    /// Of its three kinds, and what it says.
    kind: usize,
    value: usize,
    weight: f32,
}

/// The size of a symbol and where its rows lie.
pub(super) fn rows(image: &Grey<'_>, frame: &Frame) -> Option<(Size, Places)> {
    let length = frame.modules();
    let sides = indicators(image, frame, length);
    let (size, _) = size(&sides)?;
    if (size.modules(Ends::Both) / length - 1.0).abs() > 0.25 {
        return None;
    }
    let places = match sides.map(|side| fit(&side, size)) {
        [Some(left), Some(right)] => Places { left, right },
        [Some(only), None] | [None, Some(only)] => Places { left: only, right: only },
        [None, None] => return None,
    };
    Some((size, places))
}

/// The same by one guard; and the frame.
pub(super) fn rows_of_one(image: &Grey<'_>, guard: &Guard) -> Option<(Frame, Size, Places)> {
    let length = 3.0 * MODULES as f32;
    let read = TURNS.map(|turn| {
        let frame = Frame::of_one(guard, length, turn);
        let sides = indicators(image, &frame, length);
        size(&sides).map(|(size, weight)| (weight, turn, size, sides))
    });
    let (_, turn, size, sides) = read.into_iter().flatten().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let only = sides.iter().find_map(|side| fit(side, size))?;
    let ends = if guard.is_stop { Ends::Stop } else { Ends::Start };
    let frame = Frame::of_one(guard, size.modules(ends), turn);
    Some((frame, size, Places { left: only, right: only }))
}

/// What the indicators behind the start pattern and before the stop pattern say.
fn indicators(image: &Grey<'_>, frame: &Frame, length: f32) -> [Vec<Indicator>; 2] {
    let count = (frame.start.height().max(frame.stop.height()) as usize).clamp(12, MOST_LINES);
    let shares = (0..count).map(|index| index as f32 / (count - 1) as f32 * (1.0 + 2.0 * BEYOND) - BEYOND);
    let lines: Vec<(f32, Line)> =
        shares.map(|share| (share, frame.line(image, share, share, length))).collect();
    let inner: Vec<Line> = lines.iter().step_by(4).map(|(_, line)| line.clone()).collect();
    let equaliser = Equaliser::of(&inner, length, frame.ends);
    let sides = [(MODULES as f32, 0, Ends::Stop), (length - 18.0 - MODULES as f32, 2, Ends::Start)];
    sides.map(|(first, turn, missing)| {
        let lines = lines.iter().filter(|_| frame.ends != missing);
        lines.filter_map(|(share, line)| indicator(line, first, turn, &equaliser, *share)).collect()
    })
}

/// The indicator on a line; the right ones say the same as the left ones, a row or two later.
fn indicator(line: &Line, first: f32, turn: usize, equaliser: &Equaliser, share: f32) -> Option<Indicator> {
    let mut best = (f32::MIN, 0, 0);
    let mut second = f32::MIN;
    for off in -OFF..=OFF {
        let values = equaliser.applied(&line.stretch(first + off as f32 / 4.0));
        let correlator = Correlator::of(&values);
        for cluster in 0..3 {
            let nearest = correlator.nearest(cluster);
            if nearest.score > best.0 {
                if (cluster, nearest.codeword) != (best.1, best.2) {
                    second = best.0.max(nearest.score - nearest.margin);
                }
                best = (nearest.score, cluster, nearest.codeword);
            } else if (cluster, nearest.codeword) != (best.1, best.2) {
                second = second.max(nearest.score);
            }
        }
    }
    let (score, cluster, codeword) = best;
    let weight = score - second;
    if weight < LEAST_MARGIN || score < 8.0 {
        return None;
    }
    let (row, value) = (usize::from(codeword) / 30 * 3 + cluster, usize::from(codeword) % 30);
    Some(Indicator { share, row, kind: (cluster + turn) % 3, value, weight })
}

/// The size that most lines agree on, and how many they are.
fn size(sides: &[Vec<Indicator>; 2]) -> Option<(Size, f32)> {
    let mut votes = [[0.0f32; 30]; 3];
    for indicator in sides.iter().flatten() {
        votes[indicator.kind][indicator.value] += indicator.weight;
    }
    let most = |votes: &[f32; 30]| {
        let (value, &weight) = votes.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        (weight > 0.0).then_some((value, weight))
    };
    let [(thirds, a), (rest, b), (columns, c)] = [most(&votes[0])?, most(&votes[1])?, most(&votes[2])?];
    let size = Size { rows: 3 * thirds + rest % 3 + 1, columns: columns + 1, check: 2 << (rest / 3) };
    let codewords = size.rows * size.columns;
    let is_valid =
        (3..=90).contains(&size.rows) && codewords <= 928 && rest / 3 <= 8 && codewords > size.check;
    is_valid.then_some((size, a + b + c))
}

/// Where rows lie along a guard: the parabola through what the indicators say, without what is off.
fn fit(side: &[Indicator], size: Size) -> Option<[f32; 3]> {
    let rest = (size.rows - 1) % 3;
    let level = size.check.ilog2() as usize - 1;
    let told = [(size.rows - 1) / 3, 3 * level + rest, size.columns - 1];
    let mut points: Vec<(f32, f32)> = side
        .iter()
        .filter(|indicator| indicator.value == told[indicator.kind] && indicator.row < size.rows)
        .map(|indicator| (indicator.row as f32 + 0.5, indicator.share))
        .collect();
    // What is far off goes first: it bends the curve away from what is right.
    for most in [3.0, 1.5, 0.9, 0.9] {
        let curve = parabola(&points)?;
        let slope = curve[1].abs().max(1e-4);
        points.retain(|&(row, share)| {
            (share - curve[0] - row * (curve[1] + row * curve[2])).abs() < most * slope
        });
    }
    parabola(&points)
}

/// Least squares; a straight line where there are few points, and stiffer the fewer there are.
#[inline(never)]
fn parabola(points: &[(f32, f32)]) -> Option<[f32; 3]> {
    let count = points.len() as f32;
    if points.len() < 4 {
        return None;
    }
    let mean =
        points.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0 / count, sum.1 + point.1 / count));
    let (mut s2, mut s3, mut s4, mut xy, mut xxy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for &(x, y) in points {
        let (x, y) = (x - mean.0, y - mean.1);
        let square = x * x;
        s2 += square;
        s3 += square * x;
        s4 += square * square;
        xy += x * y;
        xxy += square * y;
    }
    if s2 < 1e-3 {
        return None;
    }
    // y = b x + c (x² − s2/n), around the means.
    let bent = s4 - s2 * s2 / count + 0.1 * s4 / count.max(1.0);
    let determinant = s2 * bent - s3 * s3;
    let (b, c) = if determinant > 1e-3 * s2 * bent {
        ((xy * bent - xxy * s3) / determinant, (xxy * s2 - xy * s3) / determinant)
    } else {
        (xy / s2, 0.0)
    };
    let a = mean.1 - b * mean.0 + c * (mean.0 * mean.0 - s2 / count);
    Some([a, b - 2.0 * c * mean.0, c])
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::symbol::{
        Point,
        pdf417::{
            finder,
            tests::{drawn, example},
        },
    };

    pub(in crate::symbol::pdf417) fn guards(image: &Grey<'_>) -> Frame {
        let guard = |is_stop: bool| {
            let crossings =
                finder::crossings(image).into_iter().filter(|crossing| crossing.is_stop == is_stop);
            crossings.into_iter().find_map(|crossing| Guard::followed(image, &crossing)).unwrap()
        };
        Frame { start: guard(false), stop: guard(true), ends: Ends::Both }
    }

    /// What a symbol's left indicators say, three lines a row.
    fn told(size: Size) -> Vec<Indicator> {
        let level = size.check.ilog2() as usize - 1;
        let values = [(size.rows - 1) / 3, 3 * level + (size.rows - 1) % 3, size.columns - 1];
        let line = |at: usize| {
            let row = at / 3;
            let share = (at as f32 + 0.5) / (3 * size.rows) as f32;
            Indicator { share, row, kind: row % 3, value: values[row % 3], weight: 2.0 }
        };
        (0..3 * size.rows).map(line).collect()
    }

    const SIZE: Size = Size { rows: 11, columns: 4, check: 16 };

    #[test]
    fn the_example_tells_its_size_and_where_its_rows_lie() {
        let image = drawn(&example(), 12, 20);
        let frame = guards(&image);
        let (size, places) = rows(&image, &frame).unwrap();
        assert_eq!(size, Size { rows: 3, columns: 3, check: 4 });
        for (row, wanted) in [(0.0, 0.0), (1.5, 0.5), (3.0, 1.0)] {
            let (left, right) = places.at(row);
            assert!(
                (left - wanted).abs() < 0.06 && (right - wanted).abs() < 0.06,
                "{left}, {right} for {wanted}"
            );
        }
        for guard in [frame.start, frame.stop] {
            let (alone, size, _) = rows_of_one(&image, &guard).unwrap();
            assert_eq!(size, Size { rows: 3, columns: 3, check: 4 });
            // What is nearest to the other guard: the indicator is left out.
            assert!((alone.modules() - size.modules(alone.ends)).abs() < 0.5, "{}", alone.modules());
        }
    }

    #[test]
    fn guards_farther_apart_than_the_indicators_say_are_not_of_one_symbol() {
        let image = drawn(&example(), 12, 20);
        let frame = guards(&image);
        let far = frame.stop.begin.map(|Point { x, y }| Point { x: x + 150.0, y });
        let end = frame.stop.end.map(|Point { x, y }| Point { x: x + 150.0, y });
        assert!(rows(&image, &Frame { stop: Guard { begin: far, end, ..frame.stop }, ..frame }).is_none());
    }

    #[test]
    fn a_line_without_an_indicator_says_nothing() {
        let blank = Grey { luma: vec![128; 400 * 60].into(), width: 400, height: 60 };
        let frame = guards(&drawn(&example(), 12, 20));
        assert!(rows(&blank, &frame).is_none() && rows_of_one(&blank, &frame.start).is_none());
    }

    #[test]
    fn where_indicators_disagree_the_heavier_ones_count() {
        let mut told = told(SIZE);
        assert_eq!(size(&[told.clone(), Vec::new()]).unwrap().0, SIZE);
        // All of one row, and three lines elsewhere.
        for at in [0, 1, 2, 12, 16, 26] {
            told[at].value = (told[at].value + 1) % 30;
        }
        assert_eq!(size(&[told.clone(), Vec::new()]).unwrap().0, SIZE);
        // The right ones say something else, and are surer.
        let other = Size { columns: 7, ..SIZE };
        let mut right = super::tests::told(other);
        right.iter_mut().for_each(|indicator| indicator.weight = 3.0);
        assert_eq!(size(&[told, right]).unwrap().0, other);
    }

    #[test]
    fn a_kind_that_is_missing_or_a_size_that_cannot_be_tells_nothing() {
        let of = |told: Vec<Indicator>| size(&[told, Vec::new()]).map(|(size, _)| size);
        for kind in 0..3 {
            let mut told = told(SIZE);
            told.retain(|indicator| indicator.kind != kind);
            assert_eq!(of(told), None);
        }
        // 90 × 11 codewords are more than there may be, 3 × 2 are fewer than eight to check with, and level 9 is none.
        assert_eq!(of(told(Size { rows: 90, columns: 11, check: 8 })), None);
        assert_eq!(of(told(Size { rows: 3, columns: 2, check: 8 })), None);
        assert_eq!(of(told(Size { rows: 90, columns: 10, check: 1024 })), None);
        let most = Size { rows: 90, columns: 10, check: 512 };
        assert_eq!(of(told(most)), Some(most));
    }

    #[test]
    fn rows_that_say_something_else_move_nothing() {
        let mut told = told(SIZE);
        // Read as if nine rows on, in the right kind and not: a value that is not the symbol's, or a row it has not.
        for at in [3, 13, 23] {
            told[at].row += 9;
        }
        told[7].value += 1;
        told[7].share = 0.9;
        let [a, b, c] = fit(&told, SIZE).unwrap();
        for (row, wanted) in [(0.0, 0.0), (5.5, 0.5), (11.0, 1.0)] {
            let share = a + row * (b + row * c);
            assert!((share - wanted).abs() < 0.02, "{share} for {wanted}");
        }
        assert!(fit(&told[..3], SIZE).is_none());
    }

    #[test]
    fn a_bent_side_is_followed_the_better_the_more_is_known() {
        let curve = |x: f32| 0.1 + 0.08 * x + 0.002 * x * x;
        let points: Vec<(f32, f32)> = (0..40).map(|at| at as f32 / 4.0).map(|x| (x, curve(x))).collect();
        let [a, b, c] = parabola(&points).unwrap();
        for x in [0.0, 5.0, 10.0] {
            assert!((a + x * (b + x * c) - curve(x)).abs() < 0.01);
        }
        assert!((0.0015..0.002).contains(&c), "{c}");
        assert!(parabola(&[(1.0, 0.5); 5]).is_none());
    }
}

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
    for _ in 0..4 {
        let curve = parabola(&points)?;
        let slope = curve[1].abs().max(1e-4);
        let before = points.len();
        points.retain(|&(row, share)| {
            (share - curve[0] - row * (curve[1] + row * curve[2])).abs() < 0.9 * slope
        });
        if points.len() == before {
            return Some(curve);
        }
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

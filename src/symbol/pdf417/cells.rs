//! The codewords of a symbol whose size and rows are known.
//!
//! Each line is read in whichever cluster fits best, which tells its row; the modules of the lines of one row are added up
//! before a codeword is made of them.

use crate::frame::pyramid::Grey;

use super::{
    patterns::{Correlator, MODULES},
    rows::{Places, Size},
    sheet::{Ends, Equaliser, Frame, Line},
};

/// Lines a row.
const LINES: usize = 3;

/// Lines by which the codewords' places are found.
const TRACED: usize = 36;

/// Lines added up before they are read, at most.
const MOST_LANES: f32 = 3.0;

/// Rows that a line may lie off its place.
const OFF: f32 = 1.1;

/// The codewords of a symbol, row after row, and how sure each is.
pub(super) fn codewords(
    image: &Grey<'_>,
    frame: &Frame,
    size: Size,
    places: &Places,
) -> (Vec<u32>, Vec<f32>) {
    let length = size.modules(frame.ends);
    let row_height =
        frame.start.height().max(frame.stop.height()) * (places.at(1.0).0 - places.at(0.0).0).abs();
    let lanes = (row_height / 4.0).round().clamp(1.0, MOST_LANES) as usize;
    let count = LINES * size.rows;
    let lines: Vec<(f32, Line)> = (0..count)
        .map(|index| {
            let row = (index as f32 + 0.5) / LINES as f32;
            let lanes: Vec<Line> = (0..lanes)
                .map(|lane| {
                    let beside = ((lane as f32 + 0.5) / lanes as f32 - 0.5) / LINES as f32;
                    let (left, right) = places.at(row + beside);
                    frame.line(image, left, right, length)
                })
                .collect();
            (row, Line::mean(&lanes))
        })
        .collect();
    let plain: Vec<Line> = lines.iter().map(|(_, line)| line.clone()).collect();
    let equaliser = Equaliser::of(&plain, length, frame.ends);
    let drift = Drifts::of(&lines, size, frame.ends, &equaliser);
    let mut sums = vec![[0.0f32; MODULES + 1]; size.rows * size.columns];
    for (row, line) in &lines {
        for column in 0..size.columns {
            let drift = drift.at(*row, column);
            let first = first_module(column, frame.ends) + drift.across;
            add(line, *row + drift.down, first, size, &equaliser, |row, values, weight| {
                let sum = &mut sums[row * size.columns + column];
                sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
                sum[MODULES] += weight;
            });
        }
    }
    sums.iter()
        .enumerate()
        .map(|(cell, sum)| {
            let mut values = [0.0; MODULES];
            values.copy_from_slice(&sum[..MODULES]);
            let nearest = Correlator::of(&values).nearest(cell / size.columns % 3);
            (u32::from(nearest.codeword), nearest.margin / sum[MODULES].max(1e-3))
        })
        .unzip()
}

/// Reads a codeword of one line and adds it to the row it is of.
fn add(
    line: &Line,
    row: f32,
    first: f32,
    size: Size,
    equaliser: &Equaliser,
    mut to: impl FnMut(usize, [f32; MODULES], f32),
) {
    let energy = |values: &[f32; MODULES]| values.iter().map(|value| value.abs()).sum::<f32>();
    let tried = [0.0, -0.25, 0.25].map(|off| equaliser.applied(&line.stretch(first + off)));
    let Some(values) = tried.into_iter().max_by(|a, b| energy(a).total_cmp(&energy(b))) else { return };
    let correlator = Correlator::of(&values);
    let scores = [0, 1, 2].map(|cluster| correlator.nearest(cluster).score);
    let Some(cluster) = (0..3).max_by(|&a, &b| scores[a].total_cmp(&scores[b])) else { return };
    // Of the rows of this cluster, the nearest.
    let near = (0..size.rows)
        .filter(|at| at % 3 == cluster)
        .map(|at| (at, (at as f32 + 0.5 - row).abs()))
        .min_by(|a, b| a.1.total_cmp(&b.1));
    let weight = (scores[cluster] / MODULES as f32).max(0.0).powi(2);
    if let Some((at, off)) = near
        && off < OFF
    {
        to(at, values, weight);
    }
}

/// Where a codeword of the message begins on a line.
fn first_module(column: usize, ends: Ends) -> f32 {
    (MODULES * (column + if ends == Ends::Stop { 0 } else { 2 })) as f32
}

/// How far the codewords of a column lie off their places: modules along the lines and rows across.
#[derive(Debug, Clone, Copy, Default)]
struct Drift {
    across: f32,
    down: f32,
}

/// How far each column is off, on some of the lines.
struct Drifts {
    columns: usize,
    /// Rows of the symbol for each line.
    spacing: f32,
    drifts: Vec<Drift>,
}

/// Steps that a codeword may be off the one before, in modules or in rows.
const STEPS: [f32; 5] = [0.0, -0.25, 0.25, -0.5, 0.5];

/// How much of the last step is expected again.
const RATE: f32 = 0.5;

impl Drifts {
    /// One column after another from a guard on, as a surface may be bent or seen at a slant.
    fn of(lines: &[(f32, Line)], size: Size, ends: Ends, equaliser: &Equaliser) -> Self {
        let step = (lines.len() / TRACED).max(1);
        let lines: Vec<&(f32, Line)> = lines.iter().step_by(step).collect();
        let mut last = vec![Drift::default(); lines.len()];
        let mut rates = vec![0.0; lines.len()];
        let mut drifts = vec![Drift::default(); lines.len() * size.columns];
        // First the indicator beside the guard, which is no column of the message.
        for index in 0..=size.columns {
            let place = if ends == Ends::Stop { size.columns - index } else { index };
            let first = first_module(place, ends) - if ends == Ends::Stop { 0.0 } else { MODULES as f32 };
            let scores: Vec<[[f32; 3]; 5]> = lines
                .iter()
                .zip(last.iter().zip(&rates))
                .map(|((_, line), (last, rate))| {
                    STEPS.map(|step| {
                        let values = line.stretch(first + last.across + rate + step);
                        let correlator = Correlator::of(&equaliser.applied(&values));
                        [0, 1, 2].map(|cluster| correlator.nearest(cluster).score)
                    })
                })
                .collect();
            let next: Vec<Drift> = (0..lines.len())
                .map(|at| {
                    let around = around(at, lines.len());
                    let mut best = (f32::MIN, last[at]);
                    for (step, across) in STEPS.into_iter().enumerate() {
                        for down in STEPS {
                            let score = |at: usize| {
                                let row = lines[at].0 + last[at].down + down;
                                if row < 0.0 { 0.0 } else { scores[at][step][row as usize % 3] }
                            };
                            let sum: f32 = around.clone().map(score).sum();
                            if sum > best.0 {
                                let Drift { across: x, down: y } = last[at];
                                best = (sum, Drift { across: x + rates[at] + across, down: y + down });
                            }
                        }
                    }
                    best.1
                })
                .collect();
            for (at, last) in last.iter_mut().enumerate() {
                let around = around(at, next.len());
                let share = 1.0 / around.len() as f32;
                let before = last.across;
                *last = next[around].iter().fold(Drift::default(), |sum, drift| Drift {
                    across: sum.across + share * drift.across,
                    down: sum.down + share * drift.down,
                });
                rates[at] = RATE * (last.across - before);
                let column = if ends == Ends::Stop { Some(place) } else { place.checked_sub(1) };
                if let Some(column) = column.filter(|&column| column < size.columns) {
                    drifts[at * size.columns + column] = *last;
                }
            }
        }
        Self { columns: size.columns, spacing: step as f32 / LINES as f32, drifts }
    }

    fn at(&self, row: f32, column: usize) -> Drift {
        let line = (row / self.spacing) as usize;
        let last = (self.drifts.len() / self.columns).saturating_sub(1);
        self.drifts.get(line.min(last) * self.columns + column).copied().unwrap_or_default()
    }
}

/// The lines around one that are looked at together.
fn around(at: usize, count: usize) -> std::ops::Range<usize> {
    let reach = count / 8;
    at.saturating_sub(reach)..(at + reach + 1).min(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::pdf417::{
        rows::{rows, rows_of_one, tests::guards},
        tests::{drawn, example, painted},
    };
    use std::borrow::Cow;

    /// The codewords of annex Q of the standard.
    const WORDS: [u32; 9] = [5, 453, 178, 121, 239, 452, 327, 657, 619];

    fn read(image: &Grey<'_>) -> (Vec<u32>, Vec<f32>) {
        let frame = guards(image);
        let (size, places) = rows(image, &frame).unwrap();
        codewords(image, &frame, size, &places)
    }

    #[test]
    fn each_codeword_is_read_and_sure() {
        let (words, sure) = read(&drawn(&example(), 12, 20));
        assert_eq!(words, WORDS);
        // Another one differs in two modules at least, each of which counts twice.
        assert!(sure.iter().all(|&sure| sure > 2.5), "{sure:?}");
    }

    #[test]
    fn what_is_painted_over_is_the_least_sure_and_harms_no_other() {
        let image = drawn(&example(), 12, 20);
        for at in [0, 4, 8] {
            let (words, sure) = read(&painted(&image, 12, 20, at / 3, at % 3 + 2));
            for other in (0..9).filter(|&other| other != at) {
                assert_eq!(words[other], WORDS[other], "{other} beside {at}");
                assert!(sure[at] < sure[other] / 2.0, "{sure:?} at {at}");
            }
        }
    }

    #[test]
    fn either_guard_alone_leads_to_all_codewords() {
        let image = drawn(&example(), 12, 20);
        let both = guards(&image);
        for guard in [both.start, both.stop] {
            let (frame, size, places) = rows_of_one(&image, &guard).unwrap();
            assert_eq!(codewords(&image, &frame, size, &places).0, WORDS);
        }
    }

    #[test]
    fn columns_are_followed_where_lines_bow() {
        // Between the guards, which stay, the paper bows by most of a row, and modules are moved by one.
        let flat = drawn(&example(), 12, 20);
        let (width, height) = (flat.width, flat.height);
        let at = |index: usize| {
            let (x, y) = (index % width, index / width);
            let share = (x as f32 - 20.0) / (width as f32 - 40.0);
            let bow = if (0.0..1.0).contains(&share) { 4.0 * share * (1.0 - share) } else { 0.0 };
            let (x, y) = (x as f32 + 2.5 * bow, y as f32 + 8.0 * bow);
            flat.luma[(y as usize).min(height - 1) * width + (x as usize).min(width - 1)]
        };
        let bowed = Grey { luma: Cow::Owned((0..width * height).map(at).collect()), width, height };
        let frame = guards(&flat);
        let (size, places) = rows(&flat, &frame).unwrap();
        assert_eq!(codewords(&bowed, &frame, size, &places).0, WORDS);
    }
}

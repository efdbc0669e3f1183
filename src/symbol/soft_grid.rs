//! Modules as soft values: sampled from the image, normalised to their neighbourhood, and equalised.
//!
//! Blur, dot gain and a grid a fraction of a module off all leak neighbours into a module. The leak is linear
//! and the same all over a symbol, so it is estimated from the symbol itself (the finder pattern, and modules
//! beyond doubt) and undone: a least-squares equaliser over 3×3 modules, as in a data channel.

use crate::frame::pyramid::Grey;

use super::{Point, warp::Warp};

/// Modules around a module that make up its local black and white levels.
const REACH: usize = 3;

/// Decisions below this are not trained on.
const SURE: f32 = 0.35;

/// Unknowns of the equaliser: 3×3 weights and an offset.
const TAPS: usize = 10;

/// Soft module values, row by row: above 0 for dark, near ±1 where sure.
#[derive(Debug, Clone)]
pub(crate) struct SoftGrid {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) values: Vec<f32>,
}

impl SoftGrid {
    /// Samples `rows × columns` modules with a border of one module on every side (so the result is two larger
    /// each way); `dark` is 1 for dark on light, −1 for light on dark.
    pub(crate) fn sample(image: &Grey<'_>, warp: &Warp, rows: usize, columns: usize, dark: f32) -> Self {
        match warp.plane() {
            Some(plane) => Self::of(image, warp, |u, v| plane.map(u, v), rows, columns, dark),
            None => Self::of(image, warp, |u, v| warp.map(u, v), rows, columns, dark),
        }
    }

    fn of(
        image: &Grey<'_>,
        warp: &Warp,
        place: impl Fn(f32, f32) -> Point,
        rows: usize,
        columns: usize,
        dark: f32,
    ) -> Self {
        let taps = taps(warp, rows, columns);
        let mut values = Vec::with_capacity((rows + 2) * (columns + 2));
        for row in 0..rows + 2 {
            for column in 0..columns + 2 {
                let sum: f32 = taps
                    .iter()
                    .map(|(dx, dy)| {
                        let u = (column as f32 - 0.5 + dx) / columns as f32;
                        let v = (row as f32 - 0.5 + dy) / rows as f32;
                        let place = place(u, v);
                        image.sample(place.x, place.y)
                    })
                    .sum();
                values.push(-dark * sum / taps.len() as f32);
            }
        }
        let mut grid = Self { rows: rows + 2, columns: columns + 2, values };
        grid.normalise();
        grid
    }

    /// Brings each module to −1…1 between the black and white of the modules around it.
    fn normalise(&mut self) {
        let overall = levels(std::iter::once(self.values.as_slice()));
        let mut out = Vec::with_capacity(self.values.len());
        for row in 0..self.rows {
            for column in 0..self.columns {
                let (low, high) = levels(self.window(row, column));
                // Where the neighbourhood is of one colour, the symbol's own contrast keeps noise small.
                let half = ((high - low) / 2.0).max((overall.1 - overall.0) / 6.0).max(0.5);
                let value = (self.values[row * self.columns + column] - (low + high) / 2.0) / half;
                out.push(value.clamp(-1.5, 1.5));
            }
        }
        self.values = out;
    }

    /// The rows of the modules around one.
    fn window(&self, row: usize, column: usize) -> impl Iterator<Item = &[f32]> + Clone {
        let (left, right) = (column.saturating_sub(REACH), (column + REACH + 1).min(self.columns));
        (row.saturating_sub(REACH)..(row + REACH + 1).min(self.rows))
            .map(move |y| &self.values[y * self.columns + left..y * self.columns + right])
    }

    /// The grid with neighbours' leakage undone; `known` tells the colour of modules that are fixed (true for
    /// dark), in this grid's rows and columns. `None` where the symbol gives too little to learn from.
    pub(crate) fn equalised(&self, known: impl Fn(usize, usize) -> Option<bool>) -> Option<Self> {
        let mut normal = [[0.0f64; TAPS + 1]; TAPS];
        let mut trained = 0;
        for row in 1..self.rows - 1 {
            for column in 1..self.columns - 1 {
                let value = self.values[row * self.columns + column];
                let (target, weight) = match known(row, column) {
                    Some(dark) => (if dark { 1.0 } else { -1.0 }, 2.0),
                    None if value.abs() >= SURE => (value.signum(), 1.0),
                    None => continue,
                };
                trained += 1;
                let taps = self.taps(row, column);
                for (equation, a) in normal.iter_mut().zip(taps) {
                    for (cell, b) in equation.iter_mut().zip(taps.iter().chain([&target])) {
                        *cell += f64::from(weight * a * b);
                    }
                }
            }
        }
        if trained < 4 * TAPS {
            return None;
        }
        for (index, equation) in normal.iter_mut().enumerate() {
            equation[index] += 0.01 * trained as f64;
        }
        let weights = solve(normal)?;
        let mut out = self.clone();
        for row in 1..self.rows - 1 {
            for column in 1..self.columns - 1 {
                let value =
                    self.taps(row, column).iter().zip(weights).map(|(tap, weight)| tap * weight).sum();
                out.values[row * self.columns + column] = value;
            }
        }
        Some(out)
    }

    fn taps(&self, row: usize, column: usize) -> [f32; TAPS] {
        let mut taps = [1.0; TAPS];
        for (index, tap) in taps.iter_mut().take(9).enumerate() {
            *tap = self.values[(row + index / 3 - 1) * self.columns + column + index % 3 - 1];
        }
        taps
    }
}

/// Where in a module to sample: one place in a small module, more in a large one, for the noise.
fn taps(warp: &Warp, rows: usize, columns: usize) -> Vec<(f32, f32)> {
    let (a, b) = (warp.map(0.0, 0.5), warp.map(1.0, 0.5));
    let (c, d) = (warp.map(0.5, 0.0), warp.map(0.5, 1.0));
    let across = (a.x - b.x).hypot(a.y - b.y) / columns as f32;
    let down = (c.x - d.x).hypot(c.y - d.y) / rows as f32;
    let pixels = across.min(down);
    let (count, spread) = match pixels {
        _ if pixels < 2.2 => (1, 0.0),
        _ if pixels < 5.0 => (2, 0.15),
        _ => (3, 0.22),
    };
    let offset =
        |index: i32| (index as f32 - (count - 1) as f32 / 2.0) * if count == 2 { 2.0 } else { 1.0 } * spread;
    (0..count * count).map(|index| (offset(index % count), offset(index / count))).collect()
}

/// Mean of the values below the overall mean, and of those above.
fn levels<'a>(rows: impl Iterator<Item = &'a [f32]> + Clone) -> (f32, f32) {
    let (mut sum, mut count) = (0.0, 0.0);
    for row in rows.clone() {
        sum += row.iter().sum::<f32>();
        count += row.len() as f32;
    }
    let mean = sum / f32::max(count, 1.0);
    let (mut low, mut below) = (0.0, 0.0);
    for &value in rows.flatten() {
        // Added up without a branch: which modules are dark cannot be foretold.
        let is_below = f32::from(u8::from(value < mean));
        low += is_below * value;
        below += is_below;
    }
    let mean_of = |sum: f32, count: f32| if count > 0.0 { sum / count } else { mean };
    (mean_of(low, below), mean_of(sum - low, count - below))
}

/// Gauss-Jordan elimination of the normal equations.
fn solve(mut rows: [[f64; TAPS + 1]; TAPS]) -> Option<[f32; TAPS]> {
    for pivot in 0..TAPS {
        let best = (pivot..TAPS).max_by(|&a, &b| rows[a][pivot].abs().total_cmp(&rows[b][pivot].abs()))?;
        rows.swap(pivot, best);
        let lead = rows[pivot];
        if lead[pivot].abs() < 1e-9 {
            return None;
        }
        for (index, row) in rows.iter_mut().enumerate() {
            if index != pivot {
                let factor = row[pivot] / lead[pivot];
                for (cell, part) in row.iter_mut().zip(lead) {
                    *cell -= factor * part;
                }
            }
        }
    }
    let mut out = [0.0; TAPS];
    for (index, (value, row)) in out.iter_mut().zip(rows).enumerate() {
        *value = (row[TAPS] / row[index]) as f32;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::Point;
    use std::borrow::Cow;

    /// Pseudo-random modules, drawn 4 pixels wide and blurred by a box of 7.
    fn blurred(modules: usize) -> (Vec<bool>, Grey<'static>) {
        let mut state = 7u32;
        let dark: Vec<bool> = (0..modules * modules)
            .map(|_| {
                state = state.wrapping_mul(1664525).wrapping_add(1013904223);
                state >> 31 == 1
            })
            .collect();
        let side = modules * 4 + 16;
        let sharp = |x: isize, y: isize| {
            let (column, row) = ((x - 8).div_euclid(4), (y - 8).div_euclid(4));
            let inside = |at: isize| (0..modules as isize).contains(&at);
            if inside(column) && inside(row) && dark[row as usize * modules + column as usize] {
                40
            } else {
                210
            }
        };
        let luma = (0..(side * side) as isize)
            .map(|index| {
                let (x, y) = (index % side as isize, index / side as isize);
                let sum: u32 = (-3..=3)
                    .flat_map(|dy| (-3..=3).map(move |dx| (dx, dy)))
                    .map(|(dx, dy)| sharp(x + dx, y + dy))
                    .sum();
                (sum / 49) as u8
            })
            .collect();
        (dark, Grey { luma: Cow::Owned(luma), width: side, height: side })
    }

    fn wrong(grid: &SoftGrid, dark: &[bool], modules: usize) -> usize {
        (0..modules * modules)
            .filter(|&index| {
                let value = grid.values[(index / modules + 1) * grid.columns + index % modules + 1];
                (value > 0.0) != dark[index]
            })
            .count()
    }

    #[test]
    fn the_equaliser_undoes_a_blur_wider_than_a_module() {
        let modules = 22;
        let (dark, image) = blurred(modules);
        let edge = 8.0 + 4.0 * modules as f32;
        let corners = [(8.0, 8.0), (edge, 8.0), (edge, edge), (8.0, edge)].map(|(x, y)| Point { x, y });
        let warp = Warp::flat(corners).unwrap();
        let plain = SoftGrid::sample(&image, &warp, modules, modules, 1.0);
        let equalised = plain.equalised(|_, _| None).unwrap().equalised(|_, _| None).unwrap();
        let (before, after) = (wrong(&plain, &dark, modules), wrong(&equalised, &dark, modules));
        assert!(before > 10, "{before} wrong before: the test blurs too little");
        assert!(after * 2 < before, "{before} wrong before, {after} after");
    }
}

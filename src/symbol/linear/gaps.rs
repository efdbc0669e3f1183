//! Gaps between symbols that stand side by side along their bars: their tiles touch, but their bars do not.

use crate::frame::{pyramid::Grey, texture::TILE};

use super::stripes::{Stripes, Tile};

/// Least length of bars on either side of a gap, in pixels.
const LEAST_BARS: f32 = 12.0;

/// Least width of a gap, in pixels.
const LEAST_GAP: f32 = 5.0;

/// How closely stripes are looked at.
#[derive(Debug, Clone, Copy)]
struct Look {
    /// Pixels from one line to the next.
    step: f32,
    /// Places along a line between which changes are summed, about.
    changes: f32,
    /// Least width of a gap, in pixels.
    least_gap: f32,
}

/// Whether there may be a gap at all: one line crosses it at least.
const FIRST: Look = Look { step: 4.0, changes: 60.0, least_gap: 4.0 };
const CLOSE: Look = Look { step: 2.0, changes: 120.0, least_gap: LEAST_GAP };

/// Share of the usual change along a line below which it crosses no bars.
const EMPTY: f32 = 0.35;

/// How lines may run against square to the bars: perspective slants them, and stacked symbols of unlike length make
/// their common tiles look slanted.
const SLANTS: [f32; 5] = [0.0, 0.06, -0.06, 0.12, -0.12];

/// Gaps in stripes: lines that run at a slant, and where along the bars the gaps' middles are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gaps {
    stripes: Stripes,
    slant: f32,
    middles: Vec<f32>,
}

/// The gaps in `stripes`; `None` where there are none.
pub(super) fn of(image: &Grey<'_>, stripes: &Stripes) -> Option<Gaps> {
    if stripes.height < 2.0 * LEAST_BARS + LEAST_GAP {
        return None;
    }
    let slants = std::iter::once(stripes.slant).chain(SLANTS);
    let may_have = slants.filter(|&slant| !widths(image, stripes, slant, FIRST).is_empty());
    let gaps = may_have.map(|slant| {
        let gaps = widths(image, stripes, slant, CLOSE);
        (gaps.iter().map(|gap| gap.1 - gap.0).sum::<f32>(), slant, gaps)
    });
    let (_, slant, gaps) = gaps.max_by(|a, b| a.0.total_cmp(&b.0))?;
    let middles: Vec<f32> = gaps.iter().map(|(from, to)| (from + to) / 2.0).collect();
    (!middles.is_empty()).then_some(Gaps { stripes: *stripes, slant, middles })
}

impl Gaps {
    /// The tiles on the sides of the gaps.
    pub(super) fn part(&self, tiles: Vec<(usize, usize, Tile)>) -> Vec<Vec<(usize, usize, Tile)>> {
        let mut parts = vec![Vec::new(); self.middles.len() + 1];
        let Stripes { middle, across, .. } = self.stripes;
        for tile in tiles {
            let (x, y) = (
                (tile.0 as f32 + 0.5) * TILE as f32 - middle.x,
                (tile.1 as f32 + 0.5) * TILE as f32 - middle.y,
            );
            let (t, s) = (x * across.0 + y * across.1, y * across.0 - x * across.1);
            let part = self.middles.iter().filter(|&&middle| s - self.slant * t > middle).count();
            if let Some(part) = parts.get_mut(part) {
                part.push(tile);
            }
        }
        parts
    }
}

/// Pixels in 2⁻¹⁶ of one.
fn fixed(pixels: f32) -> i64 {
    (pixels * 65536.0) as i64
}

/// From where to where along the bars lines at a slant cross none, between some that do.
fn widths(image: &Grey<'_>, stripes: &Stripes, slant: f32, look: Look) -> Vec<(f32, f32)> {
    let Stripes { middle, across: (ax, ay), from, to, height, .. } = *stripes;
    // Tiles lie unevenly: twice the estimate holds all of the bars.
    let lines = (2.0 * height / look.step) as usize;
    let place = |line: usize| line as f32 * look.step - height;
    // Every other pixel and less: bars of a pixel and a half still change from one to the next.
    let pace = ((to - from) / look.changes).clamp(2.0, 6.0);
    let changes: Vec<f32> = (0..lines)
        .map(|line| {
            let s = place(line);
            let start = (
                middle.x + ax * from - ay * (s + slant * from),
                middle.y + ay * from + ax * (s + slant * from),
            );
            let (mut x, mut y) = (fixed(start.0), fixed(start.1));
            let (dx, dy) = (fixed(pace * (ax - ay * slant)), fixed(pace * (ay + ax * slant)));
            let mut last: Option<i32> = None;
            let mut sum = 0;
            for _ in 0..((to - from) / pace) as usize {
                // What is negative becomes larger than any image.
                let (column, row) = ((x >> 16) as usize, (y >> 16) as usize);
                if column < image.width && row < image.height {
                    let value = i32::from(image.luma[row * image.width + column]);
                    sum += (value - last.unwrap_or(value)).abs();
                    last = Some(value);
                }
                (x, y) = (x + dx, y + dy);
            }
            sum as f32
        })
        .collect();
    let mut sorted = changes.clone();
    sorted.sort_unstable_by(f32::total_cmp);
    let (Some(&least), Some(&usual)) = (sorted.get(lines / 20), sorted.get(lines * 3 / 4)) else {
        return Vec::new();
    };
    // Noise changes along every line.
    let level = least + EMPTY * (usual - least);
    let mut runs: Vec<(bool, f32, f32)> = Vec::new();
    for (line, &change) in changes.iter().enumerate() {
        match runs.last_mut() {
            Some((bars, _, end)) if *bars == (change > level) => *end = place(line + 1),
            _ => runs.push((change > level, place(line), place(line + 1))),
        }
    }
    let is_long = |run: &(bool, f32, f32)| run.2 - run.1 >= if run.0 { LEAST_BARS } else { look.least_gap };
    runs.windows(3)
        .filter(|runs| runs.iter().all(is_long))
        .filter_map(|runs| runs.get(1).filter(|run| !run.0).map(|run| (run.1, run.2)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::stripes;
    use super::*;
    use crate::frame::texture::Texture;
    use std::borrow::Cow;

    /// Bars 3 pixels wide in two bands along them, 12 pixels apart, the second band longer than the first.
    fn drawn(gap: f32) -> Vec<Stripes> {
        let (width, height) = (480, 360);
        let luma = (0..width * height)
            .map(|index| {
                let (x, y) = ((index % width) as f32 - 200.0, (index / width) as f32 - 180.0);
                let (t, s) = (x * 0.94 + y * 0.34, y * 0.94 - x * 0.34);
                let one = (-60.0..-gap / 2.0).contains(&s) && t.abs() < 110.0;
                let other = (gap / 2.0..50.0).contains(&s) && (-110.0..150.0).contains(&t);
                if (one || other) && (t / 3.0).floor().rem_euclid(2.0) < 1.0 { 60 } else { 200 }
            })
            .collect();
        let image = Grey { luma: Cow::Owned(luma), width, height };
        stripes::of(&image, &Texture::of(&image))
    }

    #[test]
    fn two_symbols_side_by_side_are_two_and_one_is_one() {
        let two = drawn(12.0);
        assert_eq!(two.len(), 2, "{two:?}");
        assert!(two.iter().all(|stripes| (35.0..70.0).contains(&stripes.height)), "{two:?}");
        assert_eq!(drawn(0.0).len(), 1);
    }
}

//! A strip of stripes with its own axes, and profiles taken across its bars.
//!
//! A profile is the mean of many lines, each moved along the bars: that takes the noise out without blurring
//! across them. The bars may fan out (perspective) and the strip may run slanted against them.

use crate::frame::pyramid::Grey;
use crate::symbol::Point;

use super::{profile::Profile, stripes::Stripes};

/// Most lines averaged in a band.
const MOST_LINES: usize = 12;

/// How far a profile reaches past the tiles, as a share of their extent: for what noise or glare hid of the symbol.
const MARGIN: f32 = 0.12;

/// And at least, in pixels: for the quiet zones.
const LEAST_MARGIN: f32 = 28.0;

/// Strips up to this long, in pixels, are sampled twice a pixel.
const FINE: f32 = 900.0;

/// Lines that are sampled to straighten a strip.
const LINES: usize = 8;

/// Samples a pixel along them.
const SAMPLES: f32 = 2.0;

/// A stretch of the bars, as shares of their length: where it begins and ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Band {
    pub(super) top: f32,
    pub(super) bottom: f32,
}

impl Band {
    pub(super) const fn new(top: f32, bottom: f32) -> Self {
        Self { top, bottom }
    }

    /// Whether two bands share no line.
    pub(super) fn is_apart(self, other: Self) -> bool {
        self.bottom <= other.top + 1e-4 || other.bottom <= self.top + 1e-4
    }
}

/// The axes of a strip.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strip {
    stripes: Stripes,
    /// Angle of the bars against square to `across`, at the middle, in radians.
    lean: f32,
    fan: f32,
    /// Extent of the profiles, in pixels from the middle.
    from: f32,
    to: f32,
    /// Pixels from one sample to the next.
    step: f32,
}

impl Strip {
    /// Lays the axes and turns them until the bars stand out most.
    pub(super) fn of(image: &Grey<'_>, stripes: Stripes) -> Self {
        let margin = (MARGIN * (stripes.to - stripes.from)).max(LEAST_MARGIN);
        let (from, to) = (stripes.from - margin, stripes.to + margin);
        let mut strip = Self { stripes, lean: 0.0, fan: stripes.fan, from, to, step: 1.0 };
        strip.straighten(image);
        strip.step = if to - from <= FINE { 0.5 } else { 1.0 };
        strip
    }

    /// The edges of a few lines through the middle of `stripes` as they lie: how many there may be at most.
    pub(super) fn edges_at_first(image: &Grey<'_>, stripes: Stripes) -> usize {
        let Stripes { from, to, fan, .. } = stripes;
        let strip =
            Self { stripes, lean: 0.0, fan, from: from - LEAST_MARGIN, to: to + LEAST_MARGIN, step: 1.0 };
        let middle = Band::new(0.5 - 1.5 / stripes.height, 0.5 + 1.5 / stripes.height);
        Profile::new(strip.mean(image, middle, 3), strip.step).edges().len()
    }

    /// Turns and fans the bars until they stand out most when averaged over most of their length.
    fn straighten(&mut self, image: &Grey<'_>) {
        let reach = (self.to - self.from).max(1.0) / 2.0;
        // A turn that moves the bars' ends by a pixel.
        let turn = (2.0 / self.stripes.height).clamp(0.004, 0.06);
        let lines = Lines::of(image, self);
        let mut best = lines.energy(self);
        for step in [4.0, 2.0, 1.0, 0.5] {
            for _ in 0..3 {
                let before = best;
                for (lean, fan) in [(turn, 0.0), (-turn, 0.0), (0.0, turn / reach), (0.0, -turn / reach)] {
                    let tried = Self { lean: self.lean + step * lean, fan: self.fan + step * fan, ..*self };
                    let energy = lines.energy(&tried);
                    if tried.lean.abs() < 0.3 && energy > best {
                        (*self, best) = (tried, energy);
                    }
                }
                if best <= before {
                    break;
                }
            }
        }
    }

    /// The place in the image `t` samples into a profile, at a share of the bars' length.
    pub(super) fn place(&self, t: f32, share: f32) -> Point {
        self.at(self.from + t * self.step, (share - 0.5) * self.stripes.height)
    }

    /// The place `t` pixels across the bars from the middle, and `s` along them.
    fn at(&self, t: f32, s: f32) -> Point {
        let Stripes { middle, across: (ax, ay), slant, .. } = self.stripes;
        // The middle line first, then along the bar that crosses it there.
        let on_line = slant * t;
        let lean = self.lean + self.fan * t;
        let (bx, by) = (-ay - ax * lean, ax - ay * lean);
        Point { x: middle.x + ax * t - ay * on_line + bx * s, y: middle.y + ay * t + ax * on_line + by * s }
    }

    /// The profile of a band.
    pub(super) fn profile(&self, image: &Grey<'_>, band: Band) -> Profile {
        let height = (band.bottom - band.top) * self.stripes.height;
        let lines = (height.round().max(1.0) as usize).min(MOST_LINES);
        Profile::new(self.mean(image, band, lines), self.step)
    }

    /// The mean of `lines` lines through a band.
    fn mean(&self, image: &Grey<'_>, band: Band, lines: usize) -> Vec<f32> {
        let length = ((self.to - self.from) / self.step) as usize;
        let mut values = vec![0.0; length];
        for line in 0..lines {
            let share = band.top + (band.bottom - band.top) * (line as f32 + 0.5) / lines as f32;
            let s = (share - 0.5) * self.stripes.height;
            // The line is straight: places lie evenly along it.
            let (start, end) = (self.at(self.from, s), self.at(self.to, s));
            let part = self.step / (self.to - self.from);
            let (dx, dy) = ((end.x - start.x) * part, (end.y - start.y) * part);
            image.along((start.x, start.y), (dx, dy), length, |index, grey| {
                if let Some(value) = values.get_mut(index) {
                    *value += grey;
                }
            });
        }
        let share = 1.0 / lines.max(1) as f32;
        values.iter_mut().for_each(|value| *value *= share);
        values
    }
}

/// Lines across most of the bars' length, sampled once as the strip lies: bars that lean move a line along itself.
struct Lines {
    /// Place along the bars and samples of each line.
    lines: Vec<(f32, Vec<f32>)>,
}

impl Lines {
    fn of(image: &Grey<'_>, strip: &Strip) -> Self {
        let upright = Strip { lean: 0.0, fan: 0.0, step: 1.0 / SAMPLES, ..*strip };
        let line = |index: usize| {
            let share = 0.1 + 0.8 * (index as f32 + 0.5) / LINES as f32;
            let middle = Band::new(share, share);
            ((share - 0.5) * strip.stripes.height, upright.mean(image, middle, 1))
        };
        Self { lines: (0..LINES).map(line).collect() }
    }

    /// How much the mean of the lines varies, a pixel at a time, where the bars lean and fan as those of `strip`.
    fn energy(&self, strip: &Strip) -> f32 {
        let mut sums = vec![0.0; (strip.to - strip.from) as usize];
        for (s, values) in &self.lines {
            // In 2⁻¹⁶ of a sample.
            let fixed = |samples: f32| (samples * 65536.0) as i64;
            let mut at = fixed(0.5 - SAMPLES * s * (strip.lean + strip.fan * strip.from));
            let step = fixed(SAMPLES * (1.0 - s * strip.fan));
            let last = values.len().saturating_sub(1);
            for sum in &mut sums {
                *sum += values.get(((at >> 16).max(0) as usize).min(last)).copied().unwrap_or(0.0);
                at += step;
            }
        }
        sums.windows(3).map(|v| (v[2] - v[0]).powi(2)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn bars_that_lean_and_fan_are_straightened() {
        // Bars 4 pixels wide that lean by 0.08 and fan by 0.0004 a pixel.
        let (width, height) = (500, 200);
        let luma = (0..width * height)
            .map(|index| {
                let (x, y) = ((index % width) as f32 - 250.0, (index / width) as f32 - 100.0);
                // The bar at t crosses y = 0 at t and runs on with its own lean.
                let t = (x + 0.08 * y) / (1.0 - 0.0004 * y);
                if t.abs() < 180.0 && y.abs() < 40.0 && (t / 4.0).floor().rem_euclid(2.0) < 1.0 {
                    60
                } else {
                    200
                }
            })
            .collect();
        let image = Grey { luma: Cow::Owned(luma), width, height };
        let stripes = Stripes {
            middle: Point { x: 250.0, y: 100.0 },
            across: (1.0, 0.0),
            slant: 0.0,
            fan: 0.0,
            from: -180.0,
            to: 180.0,
            height: 80.0,
            tiles: [0; 4],
            count: 100,
        };
        let profile = Strip::of(&image, stripes).profile(&image, Band::new(0.1, 0.9));
        let edges = profile.edges();
        assert!((86..=94).contains(&edges.len()), "{}", edges.len());
    }
}

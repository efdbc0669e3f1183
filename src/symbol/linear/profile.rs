//! A grey profile across the bars of a linear symbol, and the edges in it.
//!
//! Averaging along the bars takes the noise out without blurring across them. An edge is put half way between
//! neighbouring extremes, not where a threshold is crossed: a thin bar in blur never reaches the threshold.

use crate::{
    frame::{
        pyramid::Grey,
        texture::{Region, TILE, Texture},
    },
    symbol::Point,
};

/// Most lines averaged in a band.
const MOST_LINES: usize = 10;

/// A region of stripes with its own axes: `along` the reading direction, `down` along the bars.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame1D {
    along: (f32, f32),
    origin: Point,
    /// Extent on `along`, in pixels from the origin, quiet zones included.
    from: f32,
    to: f32,
    /// Extent on `down`.
    top: f32,
    bottom: f32,
}

/// Grey values a pixel apart along a line, averaged over a band along the bars.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    pub(super) values: Vec<f32>,
}

/// A place between pixels where dark turns to light or back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    pub(super) at: f32,
    /// Light to dark.
    pub(super) falls: bool,
}

impl Frame1D {
    /// The axes of a region, from its tensors; `None` for one too thin to be a symbol.
    pub(super) fn of(image: &Grey<'_>, texture: &Texture, region: &Region) -> Option<Self> {
        let mut tensor = [0.0f32; 3];
        for &(column, row) in &region.tiles {
            for (sum, part) in tensor.iter_mut().zip(texture.around(column, row)) {
                *sum += part;
            }
        }
        let [xx, yy, xy] = tensor;
        let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
        let along = (angle.cos(), angle.sin());
        let tile = TILE as f32;
        let centre =
            |&(column, row): &(usize, usize)| ((column as f32 + 0.5) * tile, (row as f32 + 0.5) * tile);
        let count = region.tiles.len() as f32;
        let (x, y) = region.tiles.iter().map(centre).fold((0.0, 0.0), |(x, y), at| (x + at.0, y + at.1));
        let origin = Point { x: x / count, y: y / count };
        let spread = |axis: (f32, f32)| {
            let places: Vec<f32> = region
                .tiles
                .iter()
                .map(centre)
                .map(|(x, y)| (x - origin.x) * axis.0 + (y - origin.y) * axis.1)
                .collect();
            (places.iter().copied().fold(f32::MAX, f32::min), places.iter().copied().fold(f32::MIN, f32::max))
        };
        let (from, to) = spread(along);
        let (top, bottom) = spread((-along.1, along.0));
        let margin = 0.15 * (to - from) + 3.0 * tile;
        let reach = (image.width as f32).hypot(image.height as f32);
        if to - from < 2.0 * tile {
            return None;
        }
        let (from, to) = ((from - margin).max(-reach), (to + margin).min(reach));
        let mut frame = Self { along, origin, from, to, top: top - 0.3 * tile, bottom: bottom + 0.3 * tile };
        frame.straighten(image);
        Some(frame)
    }

    /// Turns by up to 4° until the bars stand out most when averaged over their whole length.
    fn straighten(&mut self, image: &Grey<'_>) {
        let base = self.along.1.atan2(self.along.0);
        let mut best = (f32::MIN, self.along);
        for step in -8..=8 {
            let angle = base + (step as f32 * 0.5).to_radians();
            self.along = (angle.cos(), angle.sin());
            let profile = self.profile(image, 0.15, 0.85);
            let energy = profile.values.windows(3).map(|v| (v[2] - v[0]).powi(2)).sum::<f32>();
            if energy > best.0 {
                best = (energy, self.along);
            }
        }
        self.along = best.1;
    }

    /// Height of the bars as far as known, in pixels.
    pub(super) fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// The place in the image `t` pixels into a profile, at a share of the bars' height.
    pub(super) fn place(&self, t: f32, share: f32) -> Point {
        let (t, s) = (self.from + t, self.top + (self.bottom - self.top) * share);
        Point {
            x: self.origin.x + self.along.0 * t - self.along.1 * s,
            y: self.origin.y + self.along.1 * t + self.along.0 * s,
        }
    }

    /// The profile of a band, given as shares of the bars' height.
    pub(super) fn profile(&self, image: &Grey<'_>, top: f32, bottom: f32) -> Profile {
        let height = (bottom - top) * self.height();
        let lines = (height.round().max(1.0) as usize).min(MOST_LINES);
        let length = (self.to - self.from) as usize;
        let mut values = vec![0.0; length];
        for line in 0..lines {
            let share = top + (bottom - top) * (line as f32 + 0.5) / lines as f32;
            let start = self.place(0.0, share);
            for (t, value) in values.iter_mut().enumerate() {
                let t = t as f32;
                *value += image.sample(start.x + self.along.0 * t, start.y + self.along.1 * t);
            }
        }
        for value in &mut values {
            *value /= lines as f32;
        }
        Profile { values }
    }
}

impl Profile {
    /// The profile read from its other end.
    pub(super) fn reversed(&self) -> Self {
        Self { values: self.values.iter().rev().copied().collect() }
    }

    /// The profile of the negative.
    pub(super) fn inverted(&self) -> Self {
        Self { values: self.values.iter().map(|value| 255.0 - value).collect() }
    }

    /// Value between samples.
    pub(super) fn at(&self, t: f32) -> f32 {
        let t = t.clamp(0.0, (self.values.len().max(1) - 1) as f32);
        let left = t as usize;
        let right = (left + 1).min(self.values.len().saturating_sub(1));
        let (a, b) = (self.values.get(left), self.values.get(right));
        a.zip(b).map_or(0.0, |(a, b)| a + (b - a) * t.fract())
    }

    /// Edges between extremes that differ by more than a share of the contrast around them.
    pub(super) fn edges(&self) -> Vec<Edge> {
        let extremes = self.extremes();
        extremes
            .windows(2)
            .filter_map(|pair| {
                let (&(from, a), &(to, b)) = (pair.first()?, pair.last()?);
                let middle = (a + b) / 2.0;
                let falls = b < a;
                let cross = (from..to)
                    .find(|&t| (self.values[t + 1] < middle) == falls && self.values[t + 1] != middle)?;
                let (u, v) = (self.values[cross], self.values[cross + 1]);
                let part = if (v - u).abs() < 1e-6 { 0.5 } else { ((middle - u) / (v - u)).clamp(0.0, 1.0) };
                Some(Edge { at: cross as f32 + part, falls })
            })
            .collect()
    }

    /// Alternating maxima and minima as (index, value).
    fn extremes(&self) -> Vec<(usize, f32)> {
        const BLOCK: usize = 24;
        // Contrast around each block of samples.
        let ranges: Vec<(f32, f32)> = self
            .values
            .chunks(BLOCK)
            .map(|chunk| {
                (
                    chunk.iter().copied().fold(f32::MAX, f32::min),
                    chunk.iter().copied().fold(f32::MIN, f32::max),
                )
            })
            .collect();
        let contrast = |t: usize| {
            let around = &ranges[(t / BLOCK).saturating_sub(1)..(t / BLOCK + 2).min(ranges.len())];
            let low = around.iter().map(|range| range.0).fold(f32::MAX, f32::min);
            around.iter().map(|range| range.1).fold(f32::MIN, f32::max) - low
        };
        let Some(&first) = self.values.first() else { return Vec::new() };
        let (mut low, mut high) = ((0, first), (0, first));
        let mut rising: Option<bool> = None;
        let mut out = Vec::new();
        for (t, &value) in self.values.iter().enumerate() {
            let swing = (0.12 * contrast(t)).max(3.0);
            if value > high.1 {
                high = (t, value);
            }
            if value < low.1 {
                low = (t, value);
            }
            if rising != Some(false) && high.1 - value > swing {
                out.push(high);
                rising = Some(false);
                low = (t, value);
                high = (t, value);
            } else if rising != Some(true) && value - low.1 > swing {
                out.push(low);
                rising = Some(true);
                high = (t, value);
                low = (t, value);
            }
        }
        match rising {
            Some(true) => out.push(high),
            Some(false) => out.push(low),
            None => {}
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_lie_between_samples_and_faint_thin_bars_count() {
        // Light, a wide dark bar, light, a thin bar that blur leaves half as dark, light.
        let values =
            vec![200., 200., 200., 125., 50., 50., 50., 125., 200., 200., 150., 120., 150., 200., 200.];
        let edges = Profile { values }.edges();
        assert_eq!(edges.iter().map(|edge| edge.falls).collect::<Vec<_>>(), [true, false, true, false]);
        assert!((edges[0].at - 3.0).abs() < 0.01 && (edges[1].at - 7.0).abs() < 0.01, "{edges:?}");
        assert!((edges[3].at - edges[2].at - 2.3).abs() < 0.3, "{edges:?}");
    }
}

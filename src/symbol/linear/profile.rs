//! Grey values across the bars of a linear symbol, and the edges in them.
//!
//! An edge is put half way between neighbouring extremes, not where a threshold is crossed: a thin bar in blur
//! never reaches the threshold.

/// Grey values evenly spaced along a line, averaged over a band along the bars.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    pub(super) values: Vec<f32>,
    /// Pixels from one value to the next.
    step: f32,
}

/// A place between pixels where dark turns to light or back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    pub(super) at: f32,
    /// Light to dark.
    pub(super) falls: bool,
}

impl Profile {
    /// A profile of values `step` pixels apart.
    pub(super) fn new(values: Vec<f32>, step: f32) -> Self {
        Self { values, step }
    }

    /// Pixels from one value to the next.
    pub(super) fn step(&self) -> f32 {
        self.step
    }

    /// The profile read from its other end.
    pub(super) fn reversed(&self) -> Self {
        Self { values: self.values.iter().rev().copied().collect(), ..*self }
    }

    /// The profile of the negative.
    pub(super) fn inverted(&self) -> Self {
        Self { values: self.values.iter().map(|value| 255.0 - value).collect(), ..*self }
    }

    /// The profile with a blur of `sigma` pixels taken back, to first order: less half its square times the
    /// second difference. Averaged lines bear that, single ones are too noisy.
    pub(super) fn sharpened(&self, sigma: f32) -> Self {
        let reach = (1.0 / self.step).round().max(1.0) as usize;
        let amount = 0.5 * sigma * sigma;
        let last = self.values.len().saturating_sub(1);
        let value = |at: usize| self.values.get(at.min(last)).copied().unwrap_or(0.0);
        let values = (0..self.values.len())
            .map(|at| {
                let here = value(at);
                here - amount * (value(at.saturating_sub(reach)) + value(at + reach) - 2.0 * here)
            })
            .collect();
        Self { values, ..*self }
    }

    /// What changes within so many pixels, from each place on.
    pub(super) fn changes(&self, within: f32) -> Vec<f32> {
        let reach = (within / self.step) as usize;
        self.values
            .iter()
            .zip(self.values.iter().skip(reach))
            .map(|(before, behind)| behind - before)
            .collect()
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
        // Contrast around each stretch of so many pixels.
        const BLOCK: f32 = 24.0;
        let block = (BLOCK / self.step) as usize;
        let ranges: Vec<(f32, f32)> = self
            .values
            .chunks(block)
            .map(|chunk| {
                (
                    chunk.iter().copied().fold(f32::MAX, f32::min),
                    chunk.iter().copied().fold(f32::MIN, f32::max),
                )
            })
            .collect();
        let around =
            |at: usize| ranges.get(at.saturating_sub(1)..(at + 2).min(ranges.len())).unwrap_or_default();
        let wider = |ranges: &[(f32, f32)]| {
            ranges.iter().fold((f32::MAX, f32::MIN), |all, range| (all.0.min(range.0), all.1.max(range.1)))
        };
        let whole = wider(&ranges);
        let least = (0.04 * (whole.1 - whole.0)).max(3.0);
        let swings: Vec<f32> = (0..ranges.len())
            .map(|at| wider(around(at)))
            .map(|(low, high)| (0.12 * (high - low)).max(least))
            .collect();
        // What counts at one place or the other: beside the last bar is a quiet zone, where nothing differs.
        let swing_at = |t: usize| swings.get(t / block).copied().unwrap_or(least);
        let mut here = swing_at(0);
        let (mut at_low, mut at_high) = (here, here);
        let Some(&first) = self.values.first() else { return Vec::new() };
        let (mut low, mut high) = ((0, first), (0, first));
        let mut rising: Option<bool> = None;
        let mut out = Vec::new();
        for (t, &value) in self.values.iter().enumerate() {
            if t % block == 0 {
                here = swing_at(t);
            }
            if value > high.1 {
                (high, at_high) = ((t, value), here);
            }
            if value < low.1 {
                (low, at_low) = ((t, value), here);
            }
            let falls = rising != Some(false) && high.1 - value > here.max(at_high);
            let rises = rising != Some(true) && value - low.1 > here.max(at_low);
            if falls || rises {
                out.push(if falls { high } else { low });
                rising = Some(!falls);
                (low, high) = ((t, value), (t, value));
                (at_low, at_high) = (here, here);
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
        let edges = Profile::new(values, 1.0).edges();
        assert_eq!(edges.iter().map(|edge| edge.falls).collect::<Vec<_>>(), [true, false, true, false]);
        assert!((edges[0].at - 3.0).abs() < 0.01 && (edges[1].at - 7.0).abs() < 0.01, "{edges:?}");
        assert!((edges[3].at - edges[2].at - 2.3).abs() < 0.3, "{edges:?}");
    }
}

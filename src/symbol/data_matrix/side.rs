//! The alternation of a side opposite the L: which numbers of modules its timing pattern may have.
//!
//! The image is sampled once along a fan of rays; every number of modules is then tried on those samples.

use crate::{frame::pyramid::Grey, symbol::Point};

/// Samples a pixel along a ray.
const SAMPLES: f32 = 2.0;

/// How far past the side's expected end rays go.
const PAST: f32 = 1.2;

/// Distances of the rays' starts from the side's outer edge, in pixels: half a module.
const INSETS: [f32; 4] = [0.9, 1.5, 2.4, 3.7];

/// Rays fan out to so many on either side of the expected direction.
const FAN: usize = 6;
const RAYS: usize = 2 * FAN + 1;

/// Periods in which a side must alternate along the best of every other ray for those beside it to be tried.
const LEAST_BESIDE: f32 = 1.5;

/// Least bow that a ray follows, in pixels.
const LEAST_BOW: f32 = 0.3;

/// One of the two sides with a timing pattern.
pub(crate) struct Side<'a> {
    image: &'a Grey<'a>,
    from: Point,
    along: (f32, f32),
    /// Points away from the symbol, a pixel long.
    out: (f32, f32),
    /// How far its middle lies off the straight line.
    bow: Point,
    length: f32,
    depth: f32,
    /// Samples of the rays of each inset, taken when first asked for.
    fans: [[Option<Vec<f32>>; RAYS]; 4],
    /// Alternation by number of modules and inset.
    known: Vec<(usize, usize, f32)>,
}

impl<'a> Side<'a> {
    /// The side that starts at `from` and runs about `along`; `out` spans the symbol's other dimension.
    /// Its middle lies off the straight line by `bow`.
    pub(crate) fn new(
        image: &'a Grey<'a>,
        from: Point,
        along: (f32, f32),
        out: (f32, f32),
        bow: Point,
    ) -> Self {
        let (length, depth) = (along.0.hypot(along.1), out.0.hypot(out.1));
        let unit = |(x, y): (f32, f32), length: f32| (x / length.max(1e-3), y / length.max(1e-3));
        let (along, out) = (unit(along, length), unit(out, depth));
        Self {
            image,
            from,
            along,
            out,
            bow,
            length,
            depth,
            fans: [const { [const { None }; RAYS] }; 4],
            known: Vec::new(),
        }
    }

    /// How strongly the side alternates as so many modules would, `deep` being the modules of the other dimension:
    /// their share of its variance. Phase is free, and so is the far end within what perspective does.
    pub(crate) fn alternation(&mut self, modules: usize, deep: usize) -> f32 {
        let inset = self.inset(deep);
        if let Some(&(_, _, alternation)) =
            self.known.iter().find(|known| known.0 == modules && known.1 == inset)
        {
            return alternation;
        }
        // Every other ray first: neighbours of the best one are alike to it.
        let mut of = |ray: usize| {
            self.sample(inset, ray);
            self.fans[inset][ray].as_deref().map_or(0.0, |ray| self.of_ray(ray, modules, 0.0))
        };
        let mut best = (0.0, 0);
        for ray in (0..RAYS).step_by(2) {
            let tried = (of(ray), ray);
            best = if tried.0 > best.0 { tried } else { best };
        }
        let mut alternation = best.0;
        // Where the best is chance, they are no better.
        if alternation * modules as f32 > LEAST_BESIDE {
            let beside = [best.1.checked_sub(1), Some(best.1 + 1).filter(|&ray| ray < RAYS)];
            alternation = beside.into_iter().flatten().map(of).fold(alternation, f32::max);
        }
        self.known.push((modules, inset, alternation));
        alternation
    }

    /// The skew of `skews` with which the side alternates most, and how much: the share of its length by which its
    /// middle module lies nearer to its far end, as where a vial turns away.
    pub(crate) fn skewed(&mut self, modules: usize, deep: usize, skews: &[f32]) -> (f32, f32) {
        let straight = self.alternation(modules, deep);
        let inset = self.inset(deep);
        let rays = || self.fans[inset].iter().step_by(2).flatten();
        let tried = skews
            .iter()
            .map(|&skew| (skew, rays().map(|ray| self.of_ray(ray, modules, skew)).fold(0.0, f32::max)));
        tried.fold((0.0, straight), |best, tried| if tried.1 > best.1 { tried } else { best })
    }

    /// The distance from the outer edge that is nearest to half a module.
    fn inset(&self, deep: usize) -> usize {
        let half = self.depth / deep as f32 / 2.0;
        (0..INSETS.len())
            .min_by(|&a, &b| (INSETS[a] - half).abs().total_cmp(&(INSETS[b] - half).abs()))
            .unwrap_or(0)
    }

    /// Samples a ray, if it was not.
    fn sample(&mut self, inset: usize, ray: usize) {
        if self.fans[inset][ray].is_some() {
            return;
        }
        let count = (self.length * PAST * SAMPLES) as usize;
        let distance = INSETS[inset];
        let reach = 0.1 * self.length + distance;
        let rise = (ray as f32 / FAN as f32 - 1.0) * reach / self.length;
        let mut samples = Vec::with_capacity(count);
        if self.bow.x.hypot(self.bow.y) > LEAST_BOW {
            samples.extend((0..count).map(|index| self.bowed(index as f32 / SAMPLES, rise, distance)));
        } else {
            let start = (self.from.x - self.out.0 * distance, self.from.y - self.out.1 * distance);
            let step =
                ((self.along.0 + self.out.0 * rise) / SAMPLES, (self.along.1 + self.out.1 * rise) / SAMPLES);
            self.image.along(start, step, count, |_, grey| samples.push(grey));
        }
        self.fans[inset][ray] = Some(samples);
    }

    /// The grey value so many pixels along a side that bows, on a ray that rises from it.
    fn bowed(&self, along: f32, rise: f32, inset: f32) -> f32 {
        let outward = rise * along - inset;
        let share = along / self.length;
        let bow = 4.0 * share * (1.0 - share);
        self.image.sample(
            self.from.x + self.along.0 * along + self.out.0 * outward + self.bow.x * bow,
            self.from.y + self.along.1 * along + self.out.1 * outward + self.bow.y * bow,
        )
    }

    fn of_ray(&self, ray: &[f32], modules: usize, skew: f32) -> f32 {
        // Half a period at the far end is the most that may be missed.
        let steps = (0.08 * modules as f32).ceil() as i32;
        let mut best = 0.0f32;
        for step in -steps..=steps {
            let pace = self.length * SAMPLES * (1.0 + step as f32 / modules as f32) / (2 * modules) as f32;
            // A period is two modules, four samples.
            let (mut quadratures, mut squares) = ([0.0f32; 4], 0.0);
            if skew == 0.0 {
                // In 2⁻¹⁶ of a sample.
                let pace = (pace * 65536.0) as usize;
                let mut at = pace / 2;
                for _ in 0..modules / 2 {
                    for sum in &mut quadratures {
                        let grey = ray.get(at >> 16).copied().unwrap_or(0.0);
                        *sum += grey;
                        squares += grey * grey;
                        at += pace;
                    }
                }
            } else {
                for half in 0..2 * modules {
                    let share = (half as f32 + 0.5) / (2 * modules) as f32;
                    let at = ((half as f32 + 0.5) * pace * (1.0 + 4.0 * skew * (1.0 - share))) as usize;
                    let Some(&grey) = ray.get(at) else { break };
                    quadratures[half % 4] += grey;
                    squares += grey * grey;
                }
            }
            let sum = quadratures.iter().sum::<f32>();
            let count = (2 * modules) as f32;
            let variance = squares - sum * sum / count;
            if variance > count {
                let [a, b, c, d] = quadratures;
                best = best.max(((a - c).powi(2) + (b - d).powi(2)) * 2.0 / count / variance);
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn a_side_of_twenty_modules_is_not_one_of_eighteen() {
        // Modules of 3 pixels from x = 10, on a line that sinks by a tenth.
        let luma = (0..96 * 60)
            .map(|index: usize| {
                let (x, y) = ((index % 96) as f32 + 0.5, (index / 96) as f32 + 0.5);
                let inside = (10.0..70.0).contains(&x) && (20.0 + x * 0.05..24.0 + x * 0.05).contains(&y);
                if inside && (((x - 10.0) / 3.0) as usize).is_multiple_of(2) { 40 } else { 200 }
            })
            .collect();
        let image = Grey { luma: Cow::Owned(luma), width: 96, height: 60 };
        let mut side = Side::new(
            &image,
            Point { x: 10.0, y: 20.5 },
            (60.0, 0.0),
            (0.0, -60.0),
            Point { x: 0.0, y: 0.0 },
        );
        let (right, wrong) = (side.alternation(20, 20), side.alternation(24, 24));
        assert!(right > 0.5 && right > 2.0 * wrong, "{right} {wrong}");
    }
}

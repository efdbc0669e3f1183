//! Moving a grid until the modules of known colour lie where they are: sub-pixel registration.
//!
//! The score is the correlation of the known modules with the image, so it does not depend on brightness or
//! contrast, and its sign tells dark on light from light on dark.

use crate::frame::pyramid::Grey;

use super::{Point, geometry::is_convex, warp::Warp};

/// Places of known colour in a symbol's unit square: (u, v, 1 for dark or −1 for light).
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    points: Vec<(f32, f32, f32)>,
    mean: f32,
    spread: f32,
}

/// Step sizes of the search, in modules.
const STEPS: [f32; 4] = [0.5, 0.25, 0.12, 0.06];

impl Pattern {
    /// A pattern of points; they must not all be of one colour.
    pub(crate) fn new(points: Vec<(f32, f32, f32)>) -> Self {
        let count = points.len().max(1) as f32;
        let mean = points.iter().map(|point| point.2).sum::<f32>() / count;
        let spread = points.iter().map(|point| (point.2 - mean).powi(2)).sum::<f32>().sqrt();
        Self { points, mean, spread }
    }

    /// Correlation with the image, −1 to 1: above 0 for dark on light.
    pub(crate) fn score(&self, image: &Grey<'_>, warp: &Warp) -> f32 {
        let (mut sum, mut squares, mut product) = (0.0, 0.0, 0.0);
        for &(u, v, dark) in &self.points {
            let place = warp.map(u, v);
            let grey = image.sample(place.x, place.y);
            sum += grey;
            squares += grey * grey;
            product += grey * (dark - self.mean);
        }
        let count = self.points.len().max(1) as f32;
        let spread = (squares - sum * sum / count).max(0.0).sqrt();
        if spread * self.spread < 1e-3 { 0.0 } else { -product / (spread * self.spread) }
    }

    /// Moves the corners, and then the bows too where `curved`, uphill from `warp`; `module` is a module's size
    /// in pixels and `dark` the sign of the wanted score. Returns the best warp and its score × `dark`.
    pub(crate) fn fit(
        &self,
        image: &Grey<'_>,
        warp: Warp,
        module: f32,
        dark: f32,
        curved: bool,
    ) -> (Warp, f32) {
        let mut best = (warp, self.score(image, &warp) * dark);
        for step in STEPS {
            // A step is repeated while it pays, but not for ever.
            for _ in 0..3 {
                let before = best.1;
                for parameter in 0..if curved { 16 } else { 8 } {
                    for sign in [1.0, -1.0] {
                        self.try_step(image, &mut best, parameter, sign * step * module, dark);
                    }
                }
                if best.1 - before < 0.002 {
                    break;
                }
            }
        }
        best
    }

    fn try_step(&self, image: &Grey<'_>, best: &mut (Warp, f32), parameter: usize, step: f32, dark: f32) {
        let Warp { mut corners, mut bows, .. } = best.0;
        let points: &mut [Point; 4] = if parameter < 8 { &mut corners } else { &mut bows };
        let point = &mut points[parameter % 8 / 2];
        *(if parameter.is_multiple_of(2) { &mut point.x } else { &mut point.y }) += step;
        if !is_convex(&corners) {
            return;
        }
        let Some(warp) = Warp::bowed(corners, bows) else { return };
        let score = self.score(image, &warp) * dark;
        if score > best.1 {
            *best = (warp, score);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::geometry::distance;
    use std::borrow::Cow;

    #[test]
    fn a_grid_off_by_a_third_of_a_module_finds_home() {
        // A 10×10 chequered frame of 5-pixel modules at (10, 10).
        let dark_at = |x: f32, y: f32| {
            let (column, row) = (((x - 10.0) / 5.0).floor() as i32, ((y - 10.0) / 5.0).floor() as i32);
            (0..10).contains(&column)
                && (0..10).contains(&row)
                && (column == 0 || row == 9 || (column + row) % 2 == 0)
        };
        let luma = (0..70 * 70)
            .map(|i| if dark_at((i % 70) as f32 + 0.5, (i / 70) as f32 + 0.5) { 30 } else { 220 })
            .collect();
        let image = Grey { luma: Cow::Owned(luma), width: 70, height: 70 };
        let points = (0..100)
            .map(|index| {
                let (u, v) = ((index % 10) as f32 / 10.0 + 0.05, (index / 10) as f32 / 10.0 + 0.05);
                (u, v, if dark_at(10.0 + u * 50.0, 10.0 + v * 50.0) { 1.0 } else { -1.0 })
            })
            .collect();
        let pattern = Pattern::new(points);
        let off = [(11.7, 10.0), (60.0, 8.5), (58.5, 61.0), (10.0, 58.5)].map(|(x, y)| Point { x, y });
        let (warp, score) = pattern.fit(&image, Warp::flat(off).unwrap(), 5.0, 1.0, false);
        assert!(score > 0.99, "{score}");
        for (corner, (x, y)) in
            warp.corners.iter().zip([(10.0, 10.0), (60.0, 10.0), (60.0, 60.0), (10.0, 60.0)])
        {
            assert!(distance(*corner, Point { x, y }) < 2.0, "{corner:?}");
        }
    }
}

//! A line as a border: where along it one side is lighter than the other.
//!
//! It is sampled once a line. Every leg of every L that runs along the line is then a walk over flags.

use crate::{
    frame::pyramid::Grey,
    symbol::{
        Point,
        lines::{Line, Window},
    },
};

/// Shortest leg in pixels: 8 modules of 2, 10 of 1.6.
pub(crate) const LEAST_LEG: f32 = 16.0;

/// Least votes of a line, a pixel of the shortest leg that counts, by the difference that a leg's two sides must have. Of
/// symbols that are read the lines have 1.2 and more.
const LEAST_VOTES: f32 = 1.1;

/// Share of a leg that must be dark inside and light outside.
const LEAST_SUPPORT: f32 = 0.8;

/// Pixels beyond the window that are sampled, more than an L may reach there.
const BEYOND: f32 = 10.0;

/// A leg: its end, its length and the share of it that has its border.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leg {
    pub(crate) end: Point,
    pub(crate) length: f32,
    pub(crate) support: f32,
}

/// A line and where along it its border is.
pub(crate) struct Border {
    pub(crate) line: Line,
    /// Unit vector along the line.
    tangent: (f32, f32),
    /// Place of the first flag along the tangent, from the line's foot.
    from: f32,
    /// Whether there is a step from dark to light, pixel by pixel.
    flags: Vec<bool>,
    /// Shortest leg that counts, in pixels.
    least: f32,
}

impl Border {
    /// Samples `line` within `window`; `None` where no leg of `least` pixels can run along it.
    pub(crate) fn of(
        image: &Grey<'_>,
        window: Window,
        line: Line,
        contrast: f32,
        least: f32,
    ) -> Option<Self> {
        if line.votes < LEAST_VOTES * least * contrast {
            return None;
        }
        let (nx, ny) = line.normal;
        let tangent = (-ny, nx);
        let foot = Point { x: nx * line.rho, y: ny * line.rho };
        let [left, top, right, bottom] = window.map(|side| side as f32);
        let (width, height) = (image.width as f32, image.height as f32);
        let across = stretch(foot.x, tangent.0, (left - BEYOND).max(0.0), (right + BEYOND).min(width));
        let down = stretch(foot.y, tangent.1, (top - BEYOND).max(0.0), (bottom + BEYOND).min(height));
        let (from, to) = (across.0.max(down.0), across.1.min(down.1));
        if to - from < least {
            return None;
        }
        let count = (to - from) as usize + 1;
        let start = (foot.x + tangent.0 * from, foot.y + tangent.1 * from);
        let mut steps = vec![f32::MIN; count];
        let mut light = vec![0.0; count];
        // The line of a fanned, slightly bent leg may be off by a pixel: the best of three distances counts.
        for (outside, inside) in [(1.3, -1.3), (2.0, -0.8), (0.8, -2.0)] {
            let beside = |offset: f32| (start.0 + nx * offset, start.1 + ny * offset);
            image.along(beside(outside), tangent, count, |index, grey| light[index] = grey);
            image.along(beside(inside), tangent, count, |index, grey| {
                steps[index] = steps[index].max(light[index] - grey);
            });
        }
        let flags: Vec<bool> = steps.iter().map(|&step| step > contrast).collect();
        let set = flags.iter().filter(|&&is_border| is_border).count();
        (set as f32 >= LEAST_SUPPORT * least).then_some(Self { line, tangent, from, flags, least })
    }

    /// The leg that runs from `corner` to the dark side of `across`; `dark` is 1 for dark on light, −1 for light
    /// on dark.
    pub(crate) fn leg(&self, corner: Point, across: &Line, dark: f32) -> Option<Leg> {
        let (tx, ty) = self.tangent;
        let way = if (tx * across.normal.0 + ty * across.normal.1) * dark > 0.0 { -1.0 } else { 1.0 };
        let start = corner.x * tx + corner.y * ty - self.from;
        let (mut good, mut end, mut steps, mut support) = (0.0, 0.0f32, 0.0, 0.0);
        let mut t = 1.0;
        while t - end <= (0.1 * end).max(5.0) {
            let at = start + way * t + 0.5;
            let flag = if at < 0.0 { None } else { self.flags.get(at as usize) };
            let Some(&is_border) = flag else { break };
            steps += 1.0;
            if is_border {
                good += 1.0;
                end = t;
                support = good / steps;
            }
            t += 1.0;
        }
        let length = end + 0.5;
        let end_point = Point { x: corner.x + tx * way * length, y: corner.y + ty * way * length };
        (end >= self.least && support >= LEAST_SUPPORT).then_some(Leg { end: end_point, length, support })
    }
}

/// From where to where `foot + direction × t` lies between two bounds.
fn stretch(foot: f32, direction: f32, low: f32, high: f32) -> (f32, f32) {
    if direction.abs() < 1e-4 {
        return if (low..=high).contains(&foot) { (f32::MIN, f32::MAX) } else { (0.0, 0.0) };
    }
    let (one, other) = ((low - foot) / direction, (high - foot) / direction);
    (one.min(other), one.max(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn a_leg_ends_where_the_dark_does() {
        // Dark from (20, 30) to (60, 70).
        let dark = |x: usize, y: usize| (20..60).contains(&x) && (30..70).contains(&y);
        let luma = (0..100 * 100).map(|i| if dark(i % 100, i / 100) { 50 } else { 200 }).collect();
        let image = Grey { luma: Cow::Owned(luma), width: 100, height: 100 };
        let (bottom, left) = (
            Line { normal: (0.0, 1.0), rho: 70.0, votes: 1e4 },
            Line { normal: (-1.0, 0.0), rho: -20.0, votes: 1e4 },
        );
        let border = Border::of(&image, [5, 5, 95, 95], bottom, 30.0, LEAST_LEG).unwrap();
        let leg = border.leg(Point { x: 20.0, y: 70.0 }, &left, 1.0).unwrap();
        assert!((leg.end.x - 60.0).abs() < 1.6 && (leg.end.y - 70.0).abs() < 0.1, "{leg:?}");
        assert!(leg.support > 0.9);
        // A line along which too little changes for a leg is not even sampled.
        assert!(Border::of(&image, [5, 5, 95, 95], Line { votes: 9.0, ..bottom }, 30.0, LEAST_LEG).is_none());
        // Away from the dark there is none, and along a line through flat paper neither.
        assert!(border.leg(Point { x: 20.0, y: 70.0 }, &left, -1.0).is_none());
        let paper = Line { normal: (0.0, 1.0), rho: 85.0, votes: 1e4 };
        assert!(Border::of(&image, [5, 5, 95, 95], paper, 30.0, LEAST_LEG).is_none());
    }
}

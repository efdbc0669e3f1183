//! The corners of concentric squares around a point, seen at any angle and tilt.
//!
//! Finder patterns of Aztec and Micro QR stand alone, so that theirs is all the geometry there is. The outline of
//! one of their rings is a quadrilateral; its second moments give the shear and the scales, and what is left of the
//! quadrilateral then is a square whose turn its fourth moment gives.

use super::Point;

/// Lines through the centre on which the ring's outline is looked for.
const LINES: usize = 24;

/// How many of them may miss it.
const MOST_MISSED: usize = 2;

/// Steps from one line to the next: neighbours are alike, so what is no ring shows sooner on lines that are far apart.
const LEAP: usize = 7;

/// The corners (one after another round the square) of the ring that lies where `across` says: how far from the
/// centre, in pixels, the ring's outline is met against a direction and along it.
pub(crate) fn corners(
    centre: Point,
    mut across: impl FnMut((f32, f32)) -> Option<(f32, f32)>,
) -> Option<[Point; 4]> {
    // Rays evenly spaced: direction and distance.
    let mut rays: Vec<((f32, f32), f32)> = Vec::with_capacity(2 * LINES);
    let mut missed = 0;
    for line in (0..LINES).map(|index| index * LEAP % LINES) {
        let (sin, cos) = (line as f32 * std::f32::consts::PI / LINES as f32).sin_cos();
        match across((cos, sin)) {
            Some((before, behind)) => rays.extend([((cos, sin), behind), ((-cos, -sin), before)]),
            None if missed == MOST_MISSED => return None,
            None => missed += 1,
        }
    }
    // Sums over the sectors between rays, whose common angle cancels out except for the area.
    let angle = std::f32::consts::TAU / rays.len() as f32;
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for &((x, y), radius) in &rays {
        let weight = radius.powi(4) * angle / 4.0;
        (xx, xy, yy) = (xx + weight * x * x, xy + weight * x * y, yy + weight * y * y);
    }
    let area: f32 = rays.iter().map(|(_, radius)| radius * radius * angle / 2.0).sum();
    // A square of side a has second moments a⁴/12: bring both to 1 by the inverse of a triangular root.
    let l11 = xx.sqrt();
    let l21 = xy / l11;
    let l22 = (yy - l21 * l21).sqrt();
    if !(l11 > 0.0 && l22 > 1e-3 * l11) {
        return None;
    }
    let whiten = |x: f32, y: f32| {
        let u = x / l11;
        (u, (y - l21 * u) / l22)
    };
    let (mut real, mut imaginary) = (0.0, 0.0);
    for &((x, y), radius) in &rays {
        let (u, v) = whiten(radius * x, radius * y);
        // (u + iv)⁴ times the sector's r²
        let (square, cross) = (u * u - v * v, 2.0 * u * v);
        let weight = radius * radius;
        real += weight * (square * square - cross * cross);
        imaginary += weight * 2.0 * square * cross;
    }
    // Of a square whose sides lie along the axes the fourth moment is negative.
    let turn = (-imaginary).atan2(-real) / 4.0;
    let half = (area / (l11 * l22)).sqrt() / 2.0;
    Some([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(x, y)| {
        let (sin, cos) = turn.sin_cos();
        let (u, v) = (half * (x * cos - y * sin), half * (x * sin + y * cos));
        Point { x: centre.x + l11 * u, y: centre.y + l21 * u + l22 * v }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbol::geometry::distance;

    #[test]
    fn a_sheared_and_turned_square_is_found() {
        for (a, b, c, d) in
            [(10.0, 0.0, 0.0, 10.0), (7.0, -7.0, 7.0, 7.0), (9.0, 3.0, -1.0, 6.0), (4.0, 9.0, -12.0, 2.0f32)]
        {
            let determinant = a * d - b * c;
            let centre = Point { x: 100.0, y: 50.0 };
            let across = |(x, y): (f32, f32)| {
                let (u, v) = ((d * x - b * y) / determinant, (a * y - c * x) / determinant);
                let radius = 1.0 / u.abs().max(v.abs());
                Some((radius, radius))
            };
            let found = corners(centre, across).unwrap();
            for (u, v) in [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)] {
                let corner = Point { x: 100.0 + a * u + b * v, y: 50.0 + c * u + d * v };
                let off = found.iter().map(|&point| distance(point, corner)).fold(f32::MAX, f32::min);
                assert!(off < 1.0, "{found:?} {corner:?}");
            }
        }
    }

    #[test]
    fn what_is_missed_too_often_is_no_ring() {
        let mut count = 0;
        let across = |_| {
            count += 1;
            (count % 2 == 0).then_some((5.0, 5.0))
        };
        assert!(corners(Point { x: 0.0, y: 0.0 }, across).is_none());
        assert_eq!(count, 2 * MOST_MISSED + 1, "the rest cannot make it a ring");
    }
}

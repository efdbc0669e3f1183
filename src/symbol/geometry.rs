//! Projective maps between a symbol's own coordinates and the frame.

use super::Point;

/// A projective map of the plane: x' = (a·x + b·y + c) / (g·x + h·y + 1), likewise y'.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Homography([f32; 8]);

impl Homography {
    /// Maps (0,0), (1,0), (1,1), (0,1) to the four corners; `None` where three of them lie on a line.
    pub(crate) fn from_unit_square(corners: &[Point; 4]) -> Option<Self> {
        let [p0, p1, p2, p3] = *corners;
        let (dx1, dy1) = (p1.x - p2.x, p1.y - p2.y);
        let (dx2, dy2) = (p3.x - p2.x, p3.y - p2.y);
        let (dx3, dy3) = (p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y);
        let determinant = dx1 * dy2 - dx2 * dy1;
        if determinant.abs() < 1e-6 {
            return None;
        }
        let g = (dx3 * dy2 - dx2 * dy3) / determinant;
        let h = (dx1 * dy3 - dx3 * dy1) / determinant;
        Some(Self([
            p1.x - p0.x + g * p1.x,
            p3.x - p0.x + h * p3.x,
            p0.x,
            p1.y - p0.y + g * p1.y,
            p3.y - p0.y + h * p3.y,
            p0.y,
            g,
            h,
        ]))
    }

    /// Where (x, y) comes to lie.
    #[inline]
    pub(crate) fn map(&self, x: f32, y: f32) -> Point {
        let [a, b, c, d, e, f, g, h] = self.0;
        let share = 1.0 / (g * x + h * y + 1.0);
        Point { x: (a * x + b * y + c) * share, y: (d * x + e * y + f) * share }
    }
}

/// Distance of two points, in pixels.
pub(crate) fn distance(a: Point, b: Point) -> f32 {
    // Pixels are far from where squares overflow, which `hypot` would guard against at some cost.
    ((a.x - b.x).powi(2) + (a.y - b.y).powi(2)).sqrt()
}

/// Whether the corners turn one way all round, and by enough to be looked at from the front.
pub(crate) fn is_convex(corners: &[Point; 4]) -> bool {
    let turns = [0, 1, 2, 3].map(|i| {
        let (a, b, c) = (corners[i], corners[(i + 1) % 4], corners[(i + 2) % 4]);
        (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x)
    });
    turns.iter().all(|&turn| turn > 0.0) || turns.iter().all(|&turn| turn < 0.0)
}

/// Whether a convex quadrilateral, its corners one after another either way round, holds a place.
pub(crate) fn quadrilateral_holds(corners: &[Point; 4], place: Point) -> bool {
    let sides = corners
        .iter()
        .zip(corners.iter().cycle().skip(1))
        .map(|(from, to)| (to.x - from.x) * (place.y - from.y) - (to.y - from.y) * (place.x - from.x));
    sides.clone().all(|side| side >= 0.0) || sides.clone().all(|side| side <= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_come_to_lie_where_they_should() {
        let corners = [(10.0, 12.0), (50.0, 8.0), (55.0, 60.0), (5.0, 44.0)].map(|(x, y)| Point { x, y });
        let map = Homography::from_unit_square(&corners).unwrap();
        for (corner, (u, v)) in corners.iter().zip([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]) {
            assert!(distance(map.map(u, v), *corner) < 1e-3);
        }
        assert!(is_convex(&corners));
    }

    #[test]
    fn points_on_a_line_are_no_square() {
        let flat = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)].map(|(x, y)| Point { x, y });
        assert!(Homography::from_unit_square(&flat).is_none());
        assert!(!is_convex(&flat));
    }

    #[test]
    fn a_quadrilateral_does_not_hold_what_only_its_bounds_do() {
        let corners = [(50.0, 0.0), (100.0, 50.0), (50.0, 100.0), (0.0, 50.0)].map(|(x, y)| Point { x, y });
        let mut turned = corners;
        turned.reverse();
        for corners in [corners, turned] {
            assert!(quadrilateral_holds(&corners, Point { x: 50.0, y: 50.0 }));
            assert!(quadrilateral_holds(&corners, Point { x: 20.0, y: 40.0 }));
            assert!(!quadrilateral_holds(&corners, Point { x: 20.0, y: 20.0 }));
            assert!(!quadrilateral_holds(&corners, Point { x: 50.0, y: -1.0 }));
        }
    }
}

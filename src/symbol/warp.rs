//! From a symbol's own unit square to the frame: a perspective, and a bow for each side of a curved surface.

use super::{
    Point,
    geometry::{Homography, distance},
};

/// A projective map whose four sides may bow: a label round a vial is no plane.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Warp {
    /// Corners in the order of the unit square: (0,0), (1,0), (1,1), (0,1).
    pub(crate) corners: [Point; 4],
    /// How far the middles of the sides v = 0, u = 1, v = 1 and u = 0 lie off the perspective, in pixels.
    pub(crate) bows: [Point; 4],
    /// How much closer together things lie towards the ends than in the middle, across and down: round a vial they
    /// turn away.
    pub(crate) crowding: (f32, f32),
    homography: Homography,
    is_flat: bool,
}

impl Warp {
    /// A flat symbol between four corners; `None` where they make no quadrilateral.
    pub(crate) fn flat(corners: [Point; 4]) -> Option<Self> {
        Self::curved(corners, [Point { x: 0.0, y: 0.0 }; 4], (0.0, 0.0))
    }

    /// A symbol whose sides bow.
    pub(crate) fn bowed(corners: [Point; 4], bows: [Point; 4]) -> Option<Self> {
        Self::curved(corners, bows, (0.0, 0.0))
    }

    /// A symbol whose sides bow, and on which things crowd towards the ends.
    pub(crate) fn curved(corners: [Point; 4], bows: [Point; 4], crowding: (f32, f32)) -> Option<Self> {
        let is_flat = crowding == (0.0, 0.0) && bows.iter().all(|bow| bow.x == 0.0 && bow.y == 0.0);
        Some(Self { corners, bows, crowding, homography: Homography::from_unit_square(&corners)?, is_flat })
    }

    /// The same, so far to the right and down.
    pub(crate) fn moved(self, by: Point) -> Self {
        let corners = self.corners.map(|corner| Point { x: corner.x + by.x, y: corner.y + by.y });
        Self::curved(corners, self.bows, self.crowding).unwrap_or(self)
    }

    /// The perspective, where the symbol is flat.
    pub(crate) fn plane(&self) -> Option<&Homography> {
        self.is_flat.then_some(&self.homography)
    }

    /// Side of a module in pixels, the mean over a symbol of so many rows and columns.
    pub(crate) fn module(&self, rows: usize, columns: usize) -> f32 {
        let [top_left, top_right, bottom_right, bottom_left] = self.corners;
        let across = (distance(top_left, top_right) + distance(bottom_left, bottom_right)) / columns as f32;
        let down = (distance(top_left, bottom_left) + distance(top_right, bottom_right)) / rows as f32;
        (across + down) / 4.0
    }

    /// Where (u, v) of the unit square lies in the frame.
    #[inline]
    pub(crate) fn map(&self, u: f32, v: f32) -> Point {
        if self.is_flat {
            return self.homography.map(u, v);
        }
        let crowded = |at: f32, crowding: f32| at - crowding * at * (1.0 - at) * (1.0 - 2.0 * at);
        let flat = self.homography.map(crowded(u, self.crowding.0), crowded(v, self.crowding.1));
        let (across, down) = (4.0 * u * (1.0 - u), 4.0 * v * (1.0 - v));
        let weights = [across * (1.0 - v), down * u, across * v, down * (1.0 - u)];
        self.bows.iter().zip(weights).fold(flat, |point, (bow, weight)| Point {
            x: point.x + bow.x * weight,
            y: point.y + bow.y * weight,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_bow_in_their_middle_and_corners_stay() {
        let corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)].map(|(x, y)| Point { x, y });
        let mut bows = [Point { x: 0.0, y: 0.0 }; 4];
        bows[2] = Point { x: 0.0, y: 2.0 };
        let warp = Warp::bowed(corners, bows).unwrap();
        assert!(distance(warp.map(0.5, 1.0), Point { x: 5.0, y: 12.0 }) < 1e-4);
        assert!(distance(warp.map(0.5, 0.0), Point { x: 5.0, y: 0.0 }) < 1e-4);
        assert!(distance(warp.map(1.0, 1.0), corners[2]) < 1e-4);
    }

    #[test]
    fn things_crowd_towards_the_ends_of_one_axis() {
        let corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)].map(|(x, y)| Point { x, y });
        let warp = Warp::curved(corners, [Point { x: 0.0, y: 0.0 }; 4], (0.2, 0.0)).unwrap();
        let across = |u: f32| warp.map(u, 0.3);
        assert!((across(0.5).x - 5.0).abs() < 1e-4 && (across(0.2).y - 3.0).abs() < 1e-4);
        // Modules in the middle are wider than those at the ends, and these come to lie the same.
        assert!(across(0.6).x - across(0.5).x > 1.05 && across(1.0).x - across(0.9).x < 0.95);
        assert!((across(1.0).x - 10.0).abs() < 1e-4);
    }
}

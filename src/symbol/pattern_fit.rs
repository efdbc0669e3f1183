//! Moving a grid until the modules of known colour lie where they are: sub-pixel registration.
//!
//! The score is the correlation of the known modules with the image, so it does not depend on brightness or
//! contrast, and its sign tells dark on light from light on dark.

use crate::frame::pyramid::Grey;

use super::{
    Point,
    geometry::{distance, is_convex},
    warp::Warp,
};

/// Places of known colour in a symbol's unit square: (u, v, 1 for dark or −1 for light).
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    points: Vec<(f32, f32, f32)>,
    mean: f32,
    spread: f32,
    /// Score below which a grid is of no use.
    least: f32,
}

/// How much further below [`Pattern::least`] a score is after each step of the search when it will not get there: what is a
/// symbol is nearly in place after the second.
const HOPELESS: [f32; 4] = [0.11, 0.01, 0.0, 0.0];

/// Step sizes of the search, in modules.
const STEPS: [f32; 4] = [0.5, 0.25, 0.12, 0.06];

impl Pattern {
    /// A pattern of points; they must not all be of one colour.
    pub(crate) fn new(points: Vec<(f32, f32, f32)>) -> Self {
        let count = points.len().max(1) as f32;
        let mean = points.iter().map(|point| point.2).sum::<f32>() / count;
        let spread = points.iter().map(|point| (point.2 - mean).powi(2)).sum::<f32>().sqrt();
        Self { points, mean, spread, least: -1.0 }
    }

    /// The pattern where a score below `least` is of no use: a search for it ends where it will not get there.
    pub(crate) fn wanted(self, least: f32) -> Self {
        Self { least, ..self }
    }

    /// Correlation with the image, −1 to 1: above 0 for dark on light.
    pub(crate) fn score(&self, image: &Grey<'_>, warp: &Warp) -> f32 {
        match warp.plane() {
            Some(plane) => self.correlation(image, |u, v| plane.map(u, v)),
            None => self.correlation(image, |u, v| warp.map(u, v)),
        }
    }

    fn correlation(&self, image: &Grey<'_>, place: impl Fn(f32, f32) -> Point) -> f32 {
        let (mut sum, mut squares, mut product) = (0.0, 0.0, 0.0);
        for &(u, v, dark) in &self.points {
            let place = place(u, v);
            let grey = image.sample(place.x, place.y);
            sum += grey;
            squares += grey * grey;
            product += grey * (dark - self.mean);
        }
        let count = self.points.len().max(1) as f32;
        let spread = (squares - sum * sum / count).max(0.0).sqrt();
        if spread * self.spread < 1e-3 { 0.0 } else { -product / (spread * self.spread) }
    }

    /// Moves what `form` leaves free uphill from `warp`; `module` is a module's size in pixels and `dark` the sign of
    /// the wanted score. Returns the best warp and its score × `dark`.
    pub(crate) fn fit(
        &self,
        image: &Grey<'_>,
        warp: Warp,
        module: f32,
        dark: f32,
        form: Form,
    ) -> (Warp, f32) {
        let mut best = (warp, self.score(image, &warp) * dark);
        if form == Form::Cylinder {
            for warp in bowed(&warp, module) {
                let score = self.score(image, &warp) * dark;
                if score > best.1 {
                    best = (warp, score);
                }
            }
        }
        for (step, hopeless) in STEPS.into_iter().zip(HOPELESS) {
            // A step is repeated while it pays, but not for ever.
            for _ in 0..3 {
                let before = best.1;
                for parameter in 0..form.parameters() {
                    for sign in [1.0, -1.0] {
                        let Some(warp) = form.moved(&best.0, parameter, sign * step * module) else {
                            continue;
                        };
                        let score = self.score(image, &warp) * dark;
                        if score > best.1 {
                            best = (warp, score);
                            // The other way leads back to where it was.
                            break;
                        }
                    }
                }
                if best.1 - before < 0.002 {
                    break;
                }
            }
            if best.1 < self.least - hopeless {
                break;
            }
        }
        best
    }
}

/// `warp` with opposite sides bowed alike by some modules, outwards and along themselves: steps uphill alone do not
/// get over a timing pattern that is off by a module.
fn bowed(warp: &Warp, module: f32) -> impl Iterator<Item = Warp> {
    let Warp { corners: [a, b, c, d], bows, crowding, .. } = *warp;
    let middle = |from: [Point; 2], to: [Point; 2]| {
        let (x, y) = (to[0].x + to[1].x - from[0].x - from[1].x, to[0].y + to[1].y - from[0].y - from[1].y);
        let length = x.hypot(y).max(1e-3);
        ((x / length, y / length), length / 2.0)
    };
    let axes = [middle([a, d], [b, c]), middle([a, b], [d, c])];
    let steps = (-4..=4).flat_map(|out| (-2..=2).map(move |along| (out as f32, along as f32)));
    [0, 1].into_iter().flat_map(move |side: usize| steps.clone().map(move |step| (side, step))).filter_map(
        move |(side, (out, along))| {
            let ((own, length), (other, _)) = (axes[side], axes[1 - side]);
            let unit = (0.9 * module).max(0.02 * length);
            let mut bows = bows;
            for bow in [side, side + 2] {
                bows[bow].x += unit * (out * other.0 + along * own.0);
                bows[bow].y += unit * (out * other.1 + along * own.1);
            }
            Warp::curved([a, b, c, d], bows, crowding)
        },
    )
}

/// What the surface under a symbol may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A plane: the corners move.
    Plane,
    /// A cylinder: opposite sides bow alike, and things crowd towards its sides.
    Cylinder,
    /// Wrinkled: every side bows for itself.
    Free,
}

impl Form {
    fn parameters(self) -> usize {
        match self {
            Self::Plane => 8,
            Self::Cylinder => 14,
            Self::Free => 16,
        }
    }

    /// What the modules of known colour must tell, in bits, for a surface that bends more to be tried: most of what
    /// is tried is no symbol, and a symbol on a vial shows most of its finder pattern to a plane.
    pub(crate) fn least_evidence(self) -> f32 {
        match self {
            Self::Plane => 24.0,
            Self::Cylinder => 40.0,
            Self::Free => f32::INFINITY,
        }
    }

    /// `warp` with one parameter moved by about `step` pixels; `None` where that is no symbol any more.
    fn moved(self, warp: &Warp, parameter: usize, step: f32) -> Option<Warp> {
        let Warp { mut corners, mut bows, mut crowding, .. } = *warp;
        let shift = |point: &mut Point| {
            *(if parameter.is_multiple_of(2) { &mut point.x } else { &mut point.y }) += step;
        };
        match (self, parameter) {
            (_, 0..8) => {
                shift(&mut corners[parameter / 2]);
                if !is_convex(&corners) {
                    return None;
                }
            }
            (Self::Free, _) => shift(&mut bows[parameter % 8 / 2]),
            (_, 8..12) => {
                let side = (parameter - 8) / 2;
                shift(&mut bows[side]);
                shift(&mut bows[side + 2]);
            }
            _ => {
                // A tenth of the side is about what a crowding of 1 moves its quarters by.
                let part =
                    10.0 * step / distance(corners[0], corners[if parameter == 12 { 1 } else { 3 }]).max(1.0);
                let crowding = if parameter == 12 { &mut crowding.0 } else { &mut crowding.1 };
                *crowding = (*crowding + part).clamp(-0.1, 0.4);
            }
        }
        Warp::curved(corners, bows, crowding)
    }
}

/// What so many modules of known colour of which a share is wrong tell against chance, in bits.
pub(crate) fn evidence(modules: u32, wrong: u32) -> f32 {
    let share = wrong as f32 / modules.max(1) as f32;
    if share >= 0.5 {
        return 0.0;
    }
    let part = |share: f32| if share > 0.0 { -share * share.log2() } else { 0.0 };
    modules as f32 * (1.0 - part(share) - part(1.0 - share))
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let (warp, score) = pattern.fit(&image, Warp::flat(off).unwrap(), 5.0, 1.0, Form::Plane);
        assert!(score > 0.99, "{score}");
        for (corner, (x, y)) in
            warp.corners.iter().zip([(10.0, 10.0), (60.0, 10.0), (60.0, 60.0), (10.0, 60.0)])
        {
            assert!(distance(*corner, Point { x, y }) < 2.0, "{corner:?}");
        }
    }

    #[test]
    fn a_grid_round_a_vial_is_found_from_a_plane() {
        // 20 modules of 4 pixels; the rows bow by 8 pixels, two modules, and columns crowd towards the ends.
        let corners = [(20.0, 20.0), (100.0, 22.0), (99.0, 100.0), (21.0, 99.0)].map(|(x, y)| Point { x, y });
        let bow = Point { x: 0.0, y: 8.0 };
        let none = Point { x: 0.0, y: 0.0 };
        let seen = Warp::curved(corners, [bow, none, bow, none], (0.15, 0.0)).unwrap();
        let is_dark =
            |column: usize, row: usize| column == 0 || row == 19 || (column + row).is_multiple_of(2);
        let mut luma = vec![200u8; 120 * 130];
        for index in 0..400 * 400 {
            let (u, v) = ((index % 400) as f32 / 400.0, (index / 400) as f32 / 400.0);
            let Point { x, y } = seen.map(u, v);
            if is_dark((u * 20.0) as usize, (v * 20.0) as usize) {
                luma[y as usize * 120 + x as usize] = 50;
            }
        }
        let image = Grey { luma: Cow::Owned(luma), width: 120, height: 130 };
        let middle = |index: usize| (index as f32 + 0.5) / 20.0;
        let border = (0..400)
            .map(|index| (index % 20, index / 20))
            .filter(|&(column, row)| [0, 19].contains(&column) || [0, 19].contains(&row));
        let points = border
            .map(|(column, row)| (middle(column), middle(row), if is_dark(column, row) { 1.0 } else { -1.0 }))
            .collect();
        let pattern = Pattern::new(points);
        let flat = Warp::flat(corners).unwrap();
        let (plane, as_plane) = pattern.fit(&image, flat, 4.0, 1.0, Form::Plane);
        let (warp, score) = pattern.fit(&image, plane, 4.0, 1.0, Form::Cylinder);
        assert!(score > 0.97 && score > as_plane + 0.05, "{as_plane} {score}");
        assert!(distance(warp.map(0.5, 0.5), seen.map(0.5, 0.5)) < 1.3);
    }

    #[test]
    fn a_pattern_tells_less_the_more_of_it_is_wrong() {
        assert_eq!(evidence(36, 0), 36.0);
        assert!(evidence(36, 9) < 8.0 && evidence(300, 75) > 50.0);
        assert_eq!(evidence(36, 20), 0.0);
        assert_eq!(evidence(0, 0), 0.0);
    }
}

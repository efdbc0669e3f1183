//! The camera's view of a sheet: pose, surface and light, as a frame in linear light before the lens.

use crate::background::Background;
use crate::random::noise;
use crate::sheet::Sheet;

/// The form the label is stuck on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Surface {
    /// A box.
    Flat,
    /// A vial or tube of this radius in modules; its axis runs down the sheet, or across it.
    Cylinder {
        /// In modules.
        radius: f32,
        /// The axis runs along the sheet's x.
        lying: bool,
    },
}

/// Folds of a pouch or film: a displacement of the print and the shading that goes with it.
#[derive(Debug, Clone, Copy)]
pub struct Wrinkles {
    /// Greatest displacement in modules.
    pub amplitude: f32,
    /// Distance between folds in modules.
    pub period: f32,
    /// How much they shade, 0 to 1.
    pub shading: f32,
    /// Which wrinkles.
    pub seed: u64,
}

/// A reflection of a lamp on the sheet: an elliptic bell.
#[derive(Debug, Clone, Copy)]
pub struct Glare {
    /// Its middle on the sheet in modules.
    pub centre: (f32, f32),
    /// Its half-widths in modules.
    pub radius: (f32, f32),
    /// Its direction in radians.
    pub angle: f32,
    /// Light added in the middle; 1 is white paper in full light.
    pub strength: f32,
}

/// Everything between the print and the lens.
#[derive(Debug, Clone)]
pub struct Scene {
    /// Frame width in pixels.
    pub width: usize,
    /// Frame height in pixels.
    pub height: usize,
    /// Focal length in pixels.
    pub focal: f32,
    /// The sheet's axes and normal in camera coordinates, as columns.
    pub rotation: [[f32; 3]; 3],
    /// Where the sheet's anchor is in camera coordinates, in modules.
    pub place: [f32; 3],
    /// The anchor on the sheet, in modules; a cylinder touches the sheet's plane there.
    pub anchor: (f32, f32),
    /// What it is stuck on.
    pub surface: Surface,
    /// Folds.
    pub wrinkles: Option<Wrinkles>,
    /// Sideways pixels a row of a frame read out while the hand moves.
    pub shutter_skew: f32,
    /// Linear light of paper and of ink.
    pub paper: f32,
    /// Linear light of ink.
    pub ink: f32,
    /// Change of light across the frame in x and y, as a fraction over its width.
    pub slope: (f32, f32),
    /// Reflections.
    pub glare: Vec<Glare>,
    /// What the label lies on.
    pub background: Background,
}

/// `turn`: in-plane rotation; `tilt`: angle between the sheet's normal and the camera's; `towards`: its direction.
pub fn rotation(turn: f32, tilt: f32, towards: f32) -> [[f32; 3]; 3] {
    let about_z = |angle: f32| {
        let (s, c) = angle.sin_cos();
        [[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]
    };
    let (s, c) = tilt.sin_cos();
    let about_x = [[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]];
    product(&about_z(towards), &product(&about_x, &about_z(turn - towards)))
}

fn product(a: &[[f32; 3]; 3], b: &[[f32; 3]; 3]) -> [[f32; 3]; 3] {
    std::array::from_fn(|row| std::array::from_fn(|column| (0..3).map(|k| a[row][k] * b[k][column]).sum()))
}

fn apply(m: &[[f32; 3]; 3], v: [f32; 3]) -> [f32; 3] {
    std::array::from_fn(|row| (0..3).map(|k| m[row][k] * v[k]).sum())
}

fn apply_transposed(m: &[[f32; 3]; 3], v: [f32; 3]) -> [f32; 3] {
    std::array::from_fn(|row| (0..3).map(|k| m[k][row] * v[k]).sum())
}

impl Scene {
    /// The same scene after the hand moved: `turn` and `tilt` in radians about the sheet's anchor, `shift` in modules.
    pub fn moved(&self, turn: f32, tilt: f32, towards: f32, shift: [f32; 3]) -> Self {
        let place = std::array::from_fn(|axis| self.place[axis] + shift[axis]);
        Self { rotation: product(&rotation(turn, tilt, towards), &self.rotation), place, ..self.clone() }
    }

    /// Where the sheet's point `(u, v)` appears, in pixels.
    pub fn project(&self, u: f32, v: f32) -> (f32, f32) {
        let (du, dv) = (u - self.anchor.0, v - self.anchor.1);
        let local = match self.surface {
            Surface::Flat => [du, dv, 0.0],
            Surface::Cylinder { radius, lying: false } => bend(du, radius, |x, z| [x, dv, z]),
            Surface::Cylinder { radius, lying: true } => bend(dv, radius, |y, z| [du, y, z]),
        };
        let turned = apply(&self.rotation, local);
        let [x, y, z]: [f32; 3] = std::array::from_fn(|axis| turned[axis] + self.place[axis]);
        let row = y / z * self.focal + self.height as f32 / 2.0;
        let skew = self.shutter_skew * (row - self.height as f32 / 2.0);
        (x / z * self.focal + self.width as f32 / 2.0 + skew, row)
    }

    /// Where the print at `(u, v)` appears once wrinkles have moved it, in pixels.
    pub fn locate(&self, u: f32, v: f32) -> (f32, f32) {
        let mut aim = (u, v);
        for _ in 0..if self.wrinkles.is_some() { 4 } else { 0 } {
            let (x, y) = self.project(aim.0, aim.1);
            let Some((seen_u, seen_v, _)) = self.unproject(x, y) else { break };
            aim = (aim.0 + u - seen_u, aim.1 + v - seen_v);
        }
        self.project(aim.0, aim.1)
    }

    /// The sheet's point that the pixel position shows and how the surface shades it there.
    fn unproject(&self, px: f32, py: f32) -> Option<(f32, f32, f32)> {
        let middle = self.height as f32 / 2.0;
        let x = px - self.shutter_skew * (py - middle) - self.width as f32 / 2.0;
        let ray = apply_transposed(&self.rotation, [x / self.focal, (py - middle) / self.focal, 1.0]);
        let eye = apply_transposed(&self.rotation, self.place.map(|value| -value));
        let (du, dv, shade) = match self.surface {
            Surface::Flat => {
                let t = -eye[2] / ray[2];
                (eye[0] + t * ray[0], eye[1] + t * ray[1], 1.0)
            }
            Surface::Cylinder { radius, lying: false } => {
                let (t, arc, shade) = meet_cylinder((eye[0], eye[2]), (ray[0], ray[2]), radius)?;
                (arc, eye[1] + t * ray[1], shade)
            }
            Surface::Cylinder { radius, lying: true } => {
                let (t, arc, shade) = meet_cylinder((eye[1], eye[2]), (ray[1], ray[2]), radius)?;
                (eye[0] + t * ray[0], arc, shade)
            }
        };
        let (u, v) = (du + self.anchor.0, dv + self.anchor.1);
        Some(self.wrinkles.map_or((u, v, shade), |folds| fold(folds, u, v, shade)))
    }

    /// Renders `sheet`: linear light, row-major.
    pub fn render(&self, sheet: &Sheet) -> Vec<f32> {
        let row_of = |y: usize| -> Vec<Option<(f32, f32, f32)>> {
            (0..=self.width).map(|x| self.unproject(x as f32, y as f32)).collect()
        };
        let mut frame = Vec::with_capacity(self.width * self.height);
        let mut above = row_of(0);
        for y in 0..self.height {
            let below = row_of(y + 1);
            for x in 0..self.width {
                frame.push(self.pixel(sheet, x, y, [above[x], above[x + 1], below[x], below[x + 1]]));
            }
            above = below;
        }
        frame
    }

    /// The light of one pixel: the mean over a grid of samples between its four corners on the sheet.
    fn pixel(&self, sheet: &Sheet, x: usize, y: usize, corners: [Option<(f32, f32, f32)>; 4]) -> f32 {
        let (fx, fy) = (x as f32 / self.width as f32 - 0.5, y as f32 / self.height as f32 - 0.5);
        let light = (1.0 + self.slope.0 * fx + self.slope.1 * fy) * (1.0 - 0.35 * (fx * fx + fy * fy));
        let behind = || self.background.at(x as f32, y as f32);
        let [Some(a), Some(b), Some(c), Some(d)] = corners else { return behind() * light };
        let (w, h) = sheet.extent();
        let off =
            |f: fn(f32, f32) -> f32, of: fn((f32, f32, f32)) -> f32| f(f(of(a), of(b)), f(of(c), of(d)));
        if off(f32::min, |p| p.0) > w || off(f32::max, |p| p.0) < 0.0 {
            return behind() * light;
        }
        if off(f32::min, |p| p.1) > h || off(f32::max, |p| p.1) < 0.0 {
            return behind() * light;
        }
        const GRID: usize = 4;
        let mut sum = 0.0;
        for j in 0..GRID {
            for i in 0..GRID {
                let (s, t) = ((i as f32 + 0.5) / GRID as f32, (j as f32 + 0.5) / GRID as f32);
                let between =
                    |a: f32, b: f32, c: f32, d: f32| (a + (b - a) * s) * (1.0 - t) + (c + (d - c) * s) * t;
                let (u, v) = (between(a.0, b.0, c.0, d.0), between(a.1, b.1, c.1, d.1));
                let on_sheet = u >= 0.0 && v >= 0.0 && u < w && v < h;
                sum += if on_sheet { self.ink + (self.paper - self.ink) * sheet.at(u, v) } else { behind() };
            }
        }
        let glare: f32 = self.glare.iter().map(|glare| glare.at(a.0, a.1)).sum();
        sum / (GRID * GRID) as f32 * light * a.2 + glare
    }
}

impl Glare {
    fn at(&self, u: f32, v: f32) -> f32 {
        let (sin, cos) = self.angle.sin_cos();
        let (du, dv) = (u - self.centre.0, v - self.centre.1);
        let (a, b) = ((du * cos + dv * sin) / self.radius.0, (dv * cos - du * sin) / self.radius.1);
        let distance = a * a + b * b;
        if distance > 9.0 { 0.0 } else { self.strength * (-distance).exp() }
    }
}

/// The point an arc length along a circle of `radius` that touches the plane at 0 and curves away from the eye.
fn bend(arc: f32, radius: f32, point: impl Fn(f32, f32) -> [f32; 3]) -> [f32; 3] {
    let angle = (arc / radius).clamp(-1.5, 1.5);
    point(radius * angle.sin(), radius * (1.0 - angle.cos()))
}

/// Where a ray first meets that circle: distance, arc length, and the shade of its slope.
fn meet_cylinder(eye: (f32, f32), ray: (f32, f32), radius: f32) -> Option<(f32, f32, f32)> {
    let (x, z) = (eye.0, eye.1 - radius);
    let a = ray.0 * ray.0 + ray.1 * ray.1;
    let b = x * ray.0 + z * ray.1;
    let c = x * x + z * z - radius * radius;
    let under = b * b - a * c;
    if under <= 0.0 {
        return None;
    }
    let t = (-b - under.sqrt()) / a;
    let (x, z) = (x + t * ray.0, z + t * ray.1);
    let angle = x.atan2(-z);
    Some((t, angle * radius, 0.45 + 0.55 * (angle - 0.2).cos().max(0.0)))
}

fn fold(folds: Wrinkles, u: f32, v: f32, shade: f32) -> (f32, f32, f32) {
    let height = |u: f32, v: f32| noise(u / folds.period, v / folds.period, folds.seed);
    let (here, right, down) = (height(u, v), height(u + 1.0, v), height(u, v + 1.0));
    let (slope_u, slope_v) = ((right - here) * folds.period, (down - here) * folds.period);
    let (u, v) = (u + folds.amplitude * slope_u * 0.4, v + folds.amplitude * slope_v * 0.4);
    (u, v, shade * (1.0 + folds.shading * 0.5 * (slope_u + 0.5 * slope_v)).clamp(0.3, 1.6))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::background::Texture;

    fn scene(surface: Surface) -> Scene {
        Scene {
            width: 640,
            height: 480,
            focal: 700.0,
            rotation: rotation(0.7, 0.5, 1.9),
            place: [3.0, -2.0, 200.0],
            anchor: (40.0, 30.0),
            surface,
            wrinkles: None,
            shutter_skew: 0.03,
            paper: 0.8,
            ink: 0.1,
            slope: (0.0, 0.0),
            glare: Vec::new(),
            background: Background {
                texture: Texture::Smooth,
                level: 0.5,
                depth: 0.0,
                scale: 1.0,
                angle: 0.0,
                seed: 0,
            },
        }
    }

    #[test]
    fn a_projected_point_is_seen_where_it_was_projected() {
        for surface in [
            Surface::Flat,
            Surface::Cylinder { radius: 30.0, lying: false },
            Surface::Cylinder { radius: 30.0, lying: true },
        ] {
            let scene = scene(surface);
            for (u, v) in [(40.0, 30.0), (25.0, 22.0), (52.0, 41.0)] {
                let (x, y) = scene.project(u, v);
                let (seen_u, seen_v, _) = scene.unproject(x, y).unwrap();
                assert!((seen_u - u).abs() < 0.01 && (seen_v - v).abs() < 0.01, "{surface:?} ({u}, {v})");
            }
        }
    }

    #[test]
    fn wrinkled_print_is_located_where_it_is_seen() {
        let wrinkles = Some(Wrinkles { amplitude: 0.5, period: 20.0, shading: 0.2, seed: 3 });
        let scene = Scene { wrinkles, ..scene(Surface::Flat) };
        let (x, y) = scene.locate(47.0, 35.0);
        let (u, v, _) = scene.unproject(x, y).unwrap();
        assert!((u - 47.0).abs() < 0.05 && (v - 35.0).abs() < 0.05);
    }
}

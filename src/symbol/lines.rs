//! Straight edges of an image region: a Hough transform along its two main directions.
//!
//! A line sums the gradient all along itself, so it stands out of noise that hides every single edge point.

use crate::frame::{pyramid::Grey, sobel::RowGradients};

/// An oriented straight edge: points p with n·p = rho, where the unit normal n points to the lighter side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line {
    pub(crate) normal: (f32, f32),
    pub(crate) rho: f32,
    /// Gradient summed along the line.
    pub(crate) votes: f32,
}

/// A rectangle of pixels: left, top, right, bottom; the last two are excluded.
pub(crate) type Window = [usize; 4];

/// Lines kept for each direction and sign.
const KEPT: usize = 7;

/// How far lines of one direction fan out under perspective, in degrees to either side.
const FAN: i32 = 12;

/// Step of the fan in degrees.
const FAN_STEP: i32 = 2;

/// Directions of a fan, and as many as are reckoned with at once.
const ANGLES: usize = (2 * FAN / FAN_STEP) as usize + 1;
const LANES: usize = ANGLES.next_multiple_of(4);

/// Share of the mean gradient above which a pixel is an edge point.
const LEAST_STRENGTH: f32 = 0.8;

/// Sobel sums are so many times the gradient.
const SOBEL: f32 = 8.0;

/// Edge points whose directions are counted.
const COUNTED: usize = 2000;

/// Edge points of one direction that vote, about.
const MOST_POINTS: usize = 1500;

/// The edge points of a window.
pub(crate) struct Edges {
    points: Vec<Edge>,
    window: Window,
}

#[derive(Debug, Clone, Copy, Default)]
struct Edge {
    x: f32,
    y: f32,
    gx: f32,
    gy: f32,
    strength: f32,
}

impl Edges {
    /// Pixels of `window` whose gradient stands out.
    pub(crate) fn of(image: &Grey<'_>, window: Window) -> Self {
        let [left, top, right, bottom] = window;
        let (left, right) = (left.max(1), right.min(image.width - 1));
        let (top, bottom) = (top.max(1), bottom.min(image.height - 1));
        let width = right.saturating_sub(left);
        let rows = bottom.saturating_sub(top);
        let mut row = RowGradients::new(width + 2);
        let mut all = vec![0.0; width * rows];
        let mut sum = 0.0;
        let line = |y: usize| &image.luma[y * image.width + left - 1..y * image.width + right + 1];
        for (y, out) in (top..bottom).zip(all.chunks_exact_mut(width.max(1))) {
            row.set(line(y - 1), line(y), line(y + 1));
            sum += strengths(&row, out);
        }
        let least = LEAST_STRENGTH * sum / all.len().max(1) as f32;
        let mut points = Vec::with_capacity(all.len() / 2);
        let mut columns = vec![0; width];
        for (y, strengths) in (top..bottom).zip(all.chunks_exact(width.max(1))) {
            // Kept or written over without a branch: which pixels are edges cannot be foretold.
            let mut kept = 0;
            for (x, &strength) in strengths.iter().enumerate() {
                columns[kept] = x;
                kept += usize::from(strength > least);
            }
            if kept > 0 {
                row.set(line(y - 1), line(y), line(y + 1));
            }
            points.extend(columns[..kept].iter().map(|&x| Edge {
                x: (left + x) as f32 + 0.5,
                y: y as f32 + 0.5,
                gx: f32::from(row.gx[x + 1]) / SOBEL,
                gy: f32::from(row.gy[x + 1]) / SOBEL,
                strength: strengths[x] / SOBEL,
            }));
        }
        Self { points, window }
    }

    /// The two main edge directions (of the normals, in degrees, 0 to 179), the stronger first; `None` where a
    /// second one is missing.
    pub(crate) fn directions(&self) -> Option<[i32; 2]> {
        let mut histogram = [0.0f32; 180];
        for edge in self.points.iter().step_by((self.points.len() / COUNTED).max(2)) {
            histogram[degrees(edge.gx, edge.gy) as usize % 180] += edge.strength;
        }
        let smooth: Vec<f32> = (0..180)
            .map(|at| {
                (-6..=6)
                    .map(|d: i32| histogram[(at + d).rem_euclid(180) as usize] * (7 - d.abs()) as f32)
                    .sum()
            })
            .collect();
        let best = |allowed: &dyn Fn(i32) -> bool| {
            (0..180)
                .filter(|&at| allowed(at))
                .max_by(|&a, &b| smooth[a as usize].total_cmp(&smooth[b as usize]))
        };
        let first = best(&|_| true)?;
        let second = best(&|at| {
            let apart = (at - first).rem_euclid(180);
            (45..=135).contains(&apart)
        })?;
        (smooth[second as usize] > 0.25 * smooth[first as usize]).then_some([first, second])
    }

    /// The strongest lines whose normals point about `direction` degrees (0 to 359).
    pub(crate) fn lines(&self, direction: i32) -> Vec<Line> {
        let [left, top, right, bottom] = self.window.map(|side| side as f32);
        let reach = (right - left).hypot(bottom - top).ceil() as usize + 4;
        let centre = ((left + right) / 2.0, (top + bottom) / 2.0);
        // Those that fill up the last lanes are never asked.
        let normals: [(f32, f32); LANES] = std::array::from_fn(|index| {
            let angle = ((direction - FAN + index as i32 * FAN_STEP) as f32).to_radians();
            (angle.cos(), angle.sin())
        });
        let (nx, ny) = (normals.map(|normal| normal.0), normals.map(|normal| normal.1));
        let mut votes = vec![0.0f32; ANGLES * reach];
        let (main_x, main_y) = ((direction as f32).to_radians().cos(), (direction as f32).to_radians().sin());
        // Within about 30° of the family's direction, and pointing its way.
        let mut own = vec![Edge::default(); self.points.len() + 1];
        let mut count = 0;
        for edge in &self.points {
            own[count] = *edge;
            count += usize::from(edge.gx * main_x + edge.gy * main_y >= 0.85 * edge.strength);
        }
        // A line that matters has hundreds of points.
        let stride = count / MOST_POINTS + 1;
        let middle = reach as f32 / 2.0;
        for edge in own[..count].iter().step_by(stride) {
            let (x, y) = (edge.x - centre.0, edge.y - centre.1);
            // All angles side by side, which the compiler turns into SIMD; and of neighbouring points the votes of one
            // angle fall into the same bin, where one would have to wait for the other.
            let along: [f32; LANES] = std::array::from_fn(|lane| edge.gx * nx[lane] + edge.gy * ny[lane]);
            let rho: [f32; LANES] = std::array::from_fn(|lane| x * nx[lane] + y * ny[lane] + middle);
            let bins = rho.map(|rho| rho as i32);
            let parts: [f32; LANES] =
                std::array::from_fn(|lane| along[lane] * (rho[lane] - bins[lane] as f32));
            for (lane, row) in votes.chunks_exact_mut(reach).enumerate() {
                let bin = bins[lane] as usize;
                if let Some([near, far]) = row.get_mut(bin..bin + 2) {
                    *near += along[lane] - parts[lane];
                    *far += parts[lane];
                }
            }
        }
        peaks(votes, reach)
            .into_iter()
            .map(|(angle, bin, votes)| {
                let normal = normals[angle];
                let rho = bin as f32 - reach as f32 / 2.0 + centre.0 * normal.0 + centre.1 * normal.1;
                Line { normal, rho, votes: votes * stride as f32 }
            })
            .collect()
    }
}

/// The highest cells, each clearing its surroundings: (angle, rho bin, votes).
fn peaks(mut votes: Vec<f32>, reach: usize) -> Vec<(usize, usize, f32)> {
    let highest = |row: &[f32]| {
        let cells = row.iter().copied().enumerate();
        cells.fold((0, 0.0), |best, cell| if cell.1 > best.1 { cell } else { best })
    };
    let mut tops: Vec<(usize, f32)> = votes.chunks_exact(reach).map(highest).collect();
    let mut found: Vec<(usize, usize, f32)> = Vec::new();
    while found.len() < KEPT {
        let rows = tops.iter().enumerate();
        let (angle, (bin, value)) = rows
            .fold((0, (0, 0.0)), |best, (angle, &top)| if top.1 > best.1.1 { (angle, top) } else { best });
        if value <= 0.0 || value < 0.2 * found.first().map_or(0.0, |first| first.2) {
            break;
        }
        found.push((angle, bin, value));
        for (other, (row, top)) in votes.chunks_exact_mut(reach).zip(&mut tops).enumerate() {
            let width = 2 + 2 * other.abs_diff(angle);
            let cleared = bin.saturating_sub(width)..(bin + width + 1).min(reach);
            row[cleared.clone()].fill(0.0);
            if cleared.contains(&top.0) {
                *top = highest(row);
            }
        }
    }
    found
}

/// The strengths of the gradients of a row without its first and last pixel; returns their sum.
fn strengths(row: &RowGradients, out: &mut [f32]) -> f32 {
    for ((out, &gx), &gy) in out.iter_mut().zip(&row.gx[1..]).zip(&row.gy[1..]) {
        let (gx, gy) = (i32::from(gx), i32::from(gy));
        *out = ((gx * gx + gy * gy) as f32).sqrt();
    }
    let (lanes, rest) = out.as_chunks::<4>();
    let sums = lanes.iter().fold([0.0; 4], |sums, lane| {
        [sums[0] + lane[0], sums[1] + lane[1], sums[2] + lane[2], sums[3] + lane[3]]
    });
    sums.into_iter().chain(rest.iter().copied()).sum()
}

/// The direction of (x, y), in degrees, 0 to 359: to half a degree, as its cosine and sine are not asked for.
fn degrees(x: f32, y: f32) -> i32 {
    // The arc tangent from 0 to 1, a quarter of a degree off at most.
    let (short, long) = (x.abs().min(y.abs()), x.abs().max(y.abs()));
    let share = short / long.max(1e-6);
    let octant = share * (45.0 + 15.6 * (1.0 - share));
    let quadrant = if y.abs() > x.abs() { 90.0 - octant } else { octant };
    let half = if x < 0.0 { 180.0 - quadrant } else { quadrant };
    (if y < 0.0 { 360.5 - half } else { half + 0.5 }) as i32 % 360
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn the_sides_of_a_dark_square_are_found_with_their_light_side() {
        let dark = |x: usize, y: usize| (20..60).contains(&x) && (30..70).contains(&y);
        let luma = (0..100 * 100).map(|i| if dark(i % 100, i / 100) { 50 } else { 200 }).collect();
        let image = Grey { luma: Cow::Owned(luma), width: 100, height: 100 };
        let edges = Edges::of(&image, [0, 0, 100, 100]);
        let mut directions = edges.directions().unwrap();
        directions.sort_unstable();
        assert!(directions[0] <= 2 || directions[0] >= 178);
        assert!((88..=92).contains(&directions[1]));
        for (direction, rho) in [(0, 60.0), (180, -20.0), (90, 70.0), (270, -30.0)] {
            let line = edges.lines(direction)[0];
            assert!((line.rho - rho).abs() < 1.5, "{direction}: {line:?}");
        }
    }
}

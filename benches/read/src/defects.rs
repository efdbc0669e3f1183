//! What printers, marking machines and handling do to a sheet.

use crate::catalogue::Matrix;
use crate::random::{Random, lattice, noise};
use crate::sheet::{Area, Sheet};

/// Spreads ink by `gain` modules (negative: the print is thin), as absorbent paper and ribbon heat do.
pub fn dot_gain(sheet: &mut Sheet, gain: f32) {
    let radius = (gain.abs() * sheet.scale as f32 * 2.0).ceil().max(1.0) as usize;
    let spread = box_blur(sheet, radius);
    // A straight edge blurred over ±radius crosses this level `gain` modules outside the ink.
    let level = 0.5 + 0.5 * gain * sheet.scale as f32 / (radius as f32 + 0.5);
    for (texel, blurred) in sheet.texels.iter_mut().zip(spread) {
        *texel = ((blurred - level) * 4.0 + 0.5).clamp(0.0, 1.0);
    }
}

fn box_blur(sheet: &Sheet, radius: usize) -> Vec<f32> {
    let across = running_mean(&sheet.texels, sheet.width, sheet.height, 1, sheet.width, radius);
    running_mean(&across, sheet.height, sheet.width, sheet.width, 1, radius)
}

/// The mean over `2 × radius + 1` neighbours along each of `lines` lines of `length` values `step` apart.
fn running_mean(
    values: &[f32],
    length: usize,
    lines: usize,
    step: usize,
    line_step: usize,
    radius: usize,
) -> Vec<f32> {
    let mut out = vec![0.0; values.len()];
    let scale = 1.0 / (2 * radius + 1) as f32;
    for line in 0..lines {
        let get = |at: isize| values[line * line_step + at.clamp(0, length as isize - 1) as usize * step];
        let reach = radius as isize;
        let mut sum: f32 = (-reach..=reach).map(get).sum();
        for at in 0..length as isize {
            out[line * line_step + at as usize * step] = sum * scale;
            sum += get(at + reach + 1) - get(at - reach);
        }
    }
    out
}

/// Dead elements of a thermal print head: unprinted lines along the feed, from edge to edge.
pub fn dead_elements(
    sheet: &mut Sheet,
    count: usize,
    width: f32,
    vertical: bool,
    near: Area,
    random: &mut Random,
) {
    let (w, h) = sheet.extent();
    for _ in 0..count {
        let line = if vertical {
            Area { x: near.x + random.unit() * near.w, y: 0.0, w: width, h }
        } else {
            Area { x: 0.0, y: near.y + random.unit() * near.h, w, h: width }
        };
        let fade = random.range(0.6, 1.0);
        sheet.change(line, |_, _, under| under + (1.0 - under) * fade);
    }
}

/// Ink in dots: a screen of the given period in modules lets paper through the dark parts.
pub fn halftone(sheet: &mut Sheet, period: f32, depth: f32) {
    let (w, h) = sheet.extent();
    let turn = std::f32::consts::TAU / period;
    sheet.change(Area { x: 0.0, y: 0.0, w, h }, |x, y, under| {
        let screen = ((x + y) * turn * 0.7).sin() * ((x - y) * turn * 0.7).sin();
        under + (1.0 - under) * depth * screen.max(0.0)
    });
}

/// Grain of ink and paper.
pub fn grain(sheet: &mut Sheet, depth: f32, seed: u64) {
    let (w, h) = sheet.extent();
    sheet.change(Area { x: 0.0, y: 0.0, w, h }, |x, y, under| {
        under + depth * (noise(x * 3.0, y * 3.0, seed) - 0.5)
    });
}

/// Scratches through the print: each bares paper or fills it with dirt.
pub fn scratches(sheet: &mut Sheet, count: usize, near: Area, random: &mut Random) {
    for _ in 0..count {
        let (x, y) = (near.x + random.unit() * near.w, near.y + random.unit() * near.h);
        let angle = random.range(0.0, std::f32::consts::PI);
        let (length, width) = (random.range(4.0, near.w.max(near.h)), random.range(0.08, 0.45));
        let value = if random.chance(0.6) { random.range(0.8, 1.1) } else { random.range(0.0, 0.4) };
        stroke(sheet, (x, y), angle, length, width, value);
    }
}

fn stroke(sheet: &mut Sheet, centre: (f32, f32), angle: f32, length: f32, width: f32, value: f32) {
    let (sin, cos) = angle.sin_cos();
    let reach = length / 2.0 + width;
    let around = Area { x: centre.0 - reach, y: centre.1 - reach, w: 2.0 * reach, h: 2.0 * reach };
    sheet.change(around, |x, y, under| {
        let (dx, dy) = (x - centre.0, y - centre.1);
        let (along, across) = (dx * cos + dy * sin, dy * cos - dx * sin);
        if along.abs() < length / 2.0 && across.abs() < width / 2.0 { value } else { under }
    });
}

/// Brushed or turned metal: streaks along `angle`, or arcs about a far centre.
pub fn metal(sheet: &mut Sheet, depth: f32, angle: f32, seed: u64) {
    let (w, h) = sheet.extent();
    let (sin, cos) = angle.sin_cos();
    sheet.change(Area { x: 0.0, y: 0.0, w, h }, |x, y, under| {
        let (along, across) = (x * cos + y * sin, y * cos - x * sin);
        let streak =
            noise(along * 0.05, across * 2.2, seed) + 0.6 * noise(along * 0.2, across * 5.0, seed ^ 1);
        let sheen = noise(along * 0.01, across * 0.06, seed ^ 2);
        under * (1.0 + depth * (streak - 0.8)) + depth * 0.6 * (sheen - 0.5)
    });
}

/// Embossed blister foil: a lattice of facets that shine or not.
pub fn foil(sheet: &mut Sheet, period: f32, depth: f32, seed: u64) {
    let (w, h) = sheet.extent();
    sheet.change(Area { x: 0.0, y: 0.0, w, h }, |x, y, under| {
        let (a, b) = ((x + y) / period, (x - y) / period);
        let facet = lattice(a.floor() as i32, b.floor() as i32, seed) - 0.5;
        let ridge = (a.fract().abs() - 0.5).abs().max((b.fract().abs() - 0.5).abs());
        under * (1.0 + depth * facet) + if ridge > 0.44 { depth * 0.5 } else { 0.0 }
    });
}

/// How a marking machine made a module.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mark {
    /// Dot-peened craters of this diameter in modules: dark with a lit edge.
    Peen(f32),
    /// Lasered cells with uneven edges and burn.
    Laser(f32),
}

/// Marks `matrix` into bare `area`, module by module with the machine's jitter.
pub fn mark(sheet: &mut Sheet, matrix: &Matrix, area: Area, mark: Mark, random: &mut Random) {
    let (step_x, step_y) = (area.w / matrix.width as f32, area.h / matrix.height as f32);
    for row in 0..matrix.height {
        for column in 0..matrix.width {
            if !matrix.dark(column, row) {
                continue;
            }
            let x = area.x + (column as f32 + 0.5) * step_x;
            let y = area.y + (row as f32 + 0.5) * step_y;
            match mark {
                Mark::Peen(diameter) => crater(sheet, (x, y), diameter * step_x, random),
                Mark::Laser(fill) => burn(sheet, (x, y), (step_x * fill, step_y * fill), random),
            }
        }
    }
}

/// One crater: dark slope away from the light, bright slope towards it.
fn crater(sheet: &mut Sheet, centre: (f32, f32), diameter: f32, random: &mut Random) {
    let (cx, cy) = (centre.0 + 0.06 * random.normal(), centre.1 + 0.06 * random.normal());
    let radius = diameter / 2.0 * (1.0 + 0.08 * random.normal());
    let depth = random.range(0.8, 1.0);
    let around = Area { x: cx - radius, y: cy - radius, w: 2.0 * radius, h: 2.0 * radius };
    sheet.change(around, |x, y, under| {
        let (dx, dy) = ((x - cx) / radius, (y - cy) / radius);
        let distance = dx.hypot(dy);
        if distance >= 1.0 {
            return under;
        }
        let slope = 0.5 - 0.35 * (dx + dy) * distance;
        let wall = slope * (1.0 - depth) + if dx + dy < -0.9 { 0.5 } else { 0.0 };
        under * (1.0 - depth) + wall.clamp(0.0, 1.2)
    });
}

/// One lasered cell.
fn burn(sheet: &mut Sheet, centre: (f32, f32), size: (f32, f32), random: &mut Random) {
    let darkness = random.range(0.0, 0.25);
    let (w, h) = (size.0 * random.range(0.9, 1.1), size.1 * random.range(0.9, 1.1));
    let seed = random.bits();
    let area = Area { x: centre.0 - w / 2.0, y: centre.1 - h / 2.0, w, h };
    sheet.change(area, |x, y, _| darkness + 0.25 * noise(x * 4.0, y * 4.0, seed));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The width in modules of a bar 4 modules wide, after `gain`.
    fn bar_after(gain: f32) -> f32 {
        let mut sheet = Sheet::paper(20.0, 4.0, 16);
        sheet.fill(Area { x: 8.0, y: 0.0, w: 4.0, h: 4.0 }, 0.0);
        dot_gain(&mut sheet, gain);
        let row = &sheet.texels[32 * sheet.width..33 * sheet.width];
        row.iter().map(|value| 1.0 - value).sum::<f32>() / 16.0
    }

    #[test]
    fn dot_gain_moves_each_edge_by_the_gain() {
        for gain in [-0.2, 0.1, 0.25] {
            assert!((bar_after(gain) - (4.0 + 2.0 * gain)).abs() < 0.06, "{gain}: {}", bar_after(gain));
        }
    }
}

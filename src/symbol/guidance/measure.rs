//! Size, contrast, blur and glare of a place, from a few lines across it.
//!
//! Along a line grey values alternate between extremes. How often they do gives the size of modules, how far apart
//! the extremes lie the contrast, and how steep the way between them is the blur.

use crate::frame::pyramid::Grey;

use super::{Kind, Place};

/// What was measured in a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measured {
    /// Pixels a module.
    pub(super) module: f32,
    /// Grey levels between dark and light.
    pub(super) contrast: f32,
    /// Standard deviation of the blur, in pixels.
    pub(super) blur: f32,
    /// Share washed out.
    pub(super) glare: f32,
}

/// Lines laid across a place in each direction.
const LINES: usize = 16;

/// Fewest elements along all lines that a size is derived from.
const LEAST_ELEMENTS: usize = 24;

/// Mean width of an element in modules, of the symbologies' data: Code 128 has six elements in eleven modules,
/// others are near it.
const LINEAR_ELEMENT: f32 = 1.8;

/// Mean length of a run along a line at any angle through modules dark or light by chance: 2 modules along them,
/// 2/√2 at 45°, 2 · π/4 on average.
const MATRIX_RUN: f32 = 1.57;

/// Grey level from which on a sensor shows nothing but light.
const WASHED_OUT: u8 = 248;

/// Measures a place; `None` where it does not alternate as a symbol does.
pub(super) fn of(image: &Grey<'_>, place: &Place) -> Option<Measured> {
    let [left, top, right, bottom] = place.bounds;
    let bounds = [
        (left.max(0.0) as usize).min(image.width),
        (top.max(0.0) as usize).min(image.height),
        (right.max(0.0) as usize).min(image.width),
        (bottom.max(0.0) as usize).min(image.height),
    ];
    let (dark, light) = levels(image, bounds)?;
    let contrast = light - dark;
    let swing = (0.25 * contrast).max(8.0);
    let mut elements = Elements::default();
    for line in lines(image, bounds) {
        elements.add(&line, swing, contrast);
    }
    if elements.count < LEAST_ELEMENTS {
        return None;
    }
    let run = elements.length / elements.count as f32;
    let module = run / if place.kind == Kind::Linear { LINEAR_ELEMENT } else { MATRIX_RUN };
    let blur = elements.blur().unwrap_or(0.5 * module);
    let glare = glare(image, bounds, module);
    Some(Measured { module, contrast, blur, glare })
}

/// The grey levels of dark and light: the 4th and the 96th of a hundred.
fn levels(image: &Grey<'_>, [left, top, right, bottom]: [usize; 4]) -> Option<(f32, f32)> {
    let mut histogram = [0_u32; 256];
    for row in (top..bottom).step_by(2) {
        for &grey in image.luma.get(row * image.width + left..row * image.width + right)? {
            histogram[usize::from(grey)] += 1;
        }
    }
    let all: u32 = histogram.iter().sum();
    let level = |share: f32| {
        let mut below = 0;
        let wanted = (share * all as f32) as u32;
        histogram.iter().position(|&count| {
            below += count;
            below > wanted
        })
    };
    Some((level(0.04)? as f32, level(0.96)? as f32))
}

/// Rows and columns across the middle of the bounds.
fn lines(image: &Grey<'_>, [left, top, right, bottom]: [usize; 4]) -> Vec<Vec<f32>> {
    let inner = |from: usize, to: usize| {
        (0..LINES).map(move |line| {
            from as f32 + (to - from) as f32 * (0.2 + 0.6 * (line as f32 + 0.5) / LINES as f32)
        })
    };
    let grey = |x: usize, y: usize| image.luma.get(y * image.width + x).copied().map_or(0.0, f32::from);
    let rows = inner(top, bottom).map(|y| (left..right).map(|x| grey(x, y as usize)).collect());
    let columns = inner(left, right).map(|x| (top..bottom).map(|y| grey(x as usize, y)).collect());
    rows.chain(columns).collect()
}

/// The alternations along lines.
#[derive(Debug, Default)]
struct Elements {
    count: usize,
    length: f32,
    /// Blur at each full step.
    steps: Vec<f32>,
}

impl Elements {
    /// Adds a line's extremes. Long even stretches (quiet zones, bars along the line) are not elements.
    fn add(&mut self, line: &[f32], swing: f32, contrast: f32) {
        let extremes = extremes(line, swing);
        let edges: Vec<f32> = extremes
            .windows(2)
            .filter_map(|pair| {
                let (&(from, a), &(to, b)) = (pair.first()?, pair.last()?);
                self.step(line.get(from..=to)?, contrast);
                let middle = (a + b) / 2.0;
                let cross = line.get(from..=to)?.iter().position(|&grey| (grey < middle) == (b < a))?;
                Some((from + cross) as f32)
            })
            .collect();
        let mut widths: Vec<f32> = edges.windows(2).map(|pair| pair[1] - pair[0]).collect();
        widths.sort_unstable_by(f32::total_cmp);
        let Some(&median) = widths.get(widths.len() / 2) else { return };
        // Few elements are a word's stroke or the border.
        if widths.len() >= 6 {
            widths.retain(|&width| width < 5.0 * median);
            self.count += widths.len();
            self.length += widths.iter().sum::<f32>();
        }
    }

    /// A step of nearly full contrast tells the blur: its steepest slope is contrast / (σ √2π).
    fn step(&mut self, way: &[f32], contrast: f32) {
        let height = way.first().zip(way.last()).map_or(0.0, |(a, b)| (a - b).abs());
        let steepest = way.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        if height > 0.6 * contrast && steepest > 0.0 {
            self.steps.push(height / (steepest * std::f32::consts::TAU.sqrt()));
        }
    }

    /// The median over all steps; a line crosses edges at a slant, which lengthens them by a quarter on average.
    fn blur(&mut self) -> Option<f32> {
        self.steps.sort_unstable_by(f32::total_cmp);
        self.steps.get(self.steps.len() / 2).map(|&blur| 0.8 * blur)
    }
}

/// Alternating maxima and minima that differ by more than `swing`, as (index, value).
pub(super) fn extremes(line: &[f32], swing: f32) -> Vec<(usize, f32)> {
    let Some(&first) = line.first() else { return Vec::new() };
    let (mut low, mut high) = ((0, first), (0, first));
    let mut rising = None;
    let mut out = Vec::new();
    for (at, &value) in line.iter().enumerate() {
        if value > high.1 {
            high = (at, value);
        }
        // The last of equal ones: an edge begins where the plateau ends.
        if value <= low.1 {
            low = (at, value);
        }
        if value >= high.1 {
            high = (at, value);
        }
        if rising != Some(false) && high.1 - value > swing {
            out.push(high);
            (rising, low) = (Some(false), (at, value));
            high = low;
        } else if rising != Some(true) && value - low.1 > swing {
            out.push(low);
            (rising, high) = (Some(true), (at, value));
            low = high;
        }
    }
    out
}

/// Share of blocks, three modules wide, that are nothing but light. Fewer than one in fifty is so by chance.
fn glare(image: &Grey<'_>, [left, top, right, bottom]: [usize; 4], module: f32) -> f32 {
    let block = (3.0 * module).max(8.0) as usize;
    let (mut washed, mut all) = (0, 0);
    for y in (top + block..(bottom + 1).saturating_sub(2 * block)).step_by(block) {
        for x in (left + block..(right + 1).saturating_sub(2 * block)).step_by(block) {
            let mut rows = (y..y + block)
                .filter_map(|row| image.luma.get(row * image.width + x..row * image.width + x + block));
            all += 1;
            washed += usize::from(rows.all(|row| row.iter().all(|&grey| grey >= WASHED_OUT)));
        }
    }
    if all == 0 { 0.0 } else { washed as f32 / all as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    /// Modules dark or light by chance, `size` pixels wide, between two grey levels, blurred.
    fn modules(size: f32, levels: (f32, f32), sigma: f32) -> Grey<'static> {
        let dark = |x: i32, y: i32| {
            let mixed = (x.wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663)) as u32;
            mixed.wrapping_mul(2_654_435_761) >> 31 == 0
        };
        let side = 200;
        let sharp: Vec<f32> = (0..side * side)
            .map(|i| {
                let cell = |at: usize| ((at as f32 + 0.5) / size) as i32;
                if dark(cell(i % side), cell(i / side)) { levels.0 } else { levels.1 }
            })
            .collect();
        let reach = (3.0 * sigma).ceil() as i32;
        let weights: Vec<f32> =
            (-reach..=reach).map(|d| (-0.5 * (d as f32 / sigma.max(0.1)).powi(2)).exp()).collect();
        let total: f32 = weights.iter().sum();
        let blur = |image: &[f32], step: usize| -> Vec<f32> {
            (0..side * side)
                .map(|i| {
                    let at = if step == 1 { i % side } else { i / side } as i32;
                    let value = |d: i32| {
                        let moved = (at + d).clamp(0, side as i32 - 1) - at;
                        image[(i as i32 + moved * step as i32) as usize]
                    };
                    (-reach..=reach).zip(&weights).map(|(d, w)| w * value(d)).sum::<f32>() / total
                })
                .collect()
        };
        let luma = blur(&blur(&sharp, 1), side).iter().map(|&grey| grey.round() as u8).collect();
        Grey { luma: Cow::Owned(luma), width: side, height: side }
    }

    fn measured(image: &Grey<'_>) -> Measured {
        let bounds = [0.0, 0.0, image.width as f32, image.height as f32];
        of(image, &Place { kind: Kind::Matrix, bounds, filled: 1.0, fit: 0.0 }).unwrap()
    }

    #[test]
    fn size_contrast_and_blur_come_out_within_a_third() {
        for (size, levels, sigma) in
            [(3.0, (60.0, 200.0), 0.5), (5.0, (100.0, 150.0), 1.0), (8.0, (30.0, 220.0), 3.0)]
        {
            let found = measured(&modules(size, levels, sigma));
            let near = |seen: f32, real: f32| (seen / real - 1.0).abs() < 0.35;
            assert!(near(found.module, size), "{size}: {found:?}");
            assert!(near(found.contrast, levels.1 - levels.0), "{levels:?}: {found:?}");
            // A line of pixels has a blur of its own.
            assert!(near(found.blur, sigma.hypot(0.3)), "{sigma}: {found:?}");
            assert_eq!(found.glare, 0.0);
        }
    }

    #[test]
    fn a_washed_out_quarter_is_glare() {
        let mut image = modules(4.0, (60.0, 200.0), 0.5);
        let width = image.width;
        for (index, grey) in image.luma.to_mut().iter_mut().enumerate() {
            if index % width > 60 && index % width < 140 && index / width > 60 && index / width < 140 {
                *grey = 255;
            }
        }
        let found = measured(&image);
        assert!((0.08..0.25).contains(&found.glare), "{found:?}");
    }

    #[test]
    fn an_even_place_is_not_measured() {
        let image = Grey { luma: Cow::Owned(vec![200; 10_000]), width: 100, height: 100 };
        let place = Place { kind: Kind::Matrix, bounds: [0.0, 0.0, 100.0, 100.0], filled: 1.0, fit: 0.0 };
        assert_eq!(of(&image, &place), None);
    }
}

//! Whether a place reaches past the picture's edge.
//!
//! Places are made of tiles, up to 64 pixels wide, so their bounds alone do not tell. The pixels do: a symbol that is
//! whole has its quiet zone between itself and the edge.

use crate::frame::pyramid::Grey;

use super::{Kind, Place, measure};

/// Distance to the picture's edge that counts as cut off where only bounds are known, in pixels.
const AT_EDGE: f32 = 3.0;

/// The widest tile of a place, in pixels of the frame: so far may its bounds lie off the edge that it touches.
pub(super) const WIDEST_TILE: f32 = 64.0;

/// Pixels at the very edge that are passed over: cameras and scaling spoil them.
const SPOILED: f32 = 1.0;

/// Changes between light and dark along a line that are a symbol's: two dark elements with light between them. A line
/// across the border of a label has two.
const LEAST_EXTREMES: usize = 3;

/// Of so many lines one may be even: a row of modules of one colour.
const MANY_LINES: usize = 6;

/// Whether the symbol in `place` goes on beyond the picture; `module` in pixels, `contrast` in grey levels.
pub(super) fn off(image: &Grey<'_>, place: &Place, module: f32, contrast: f32) -> bool {
    let [left, top, right, bottom] = place.bounds;
    let (width, height) = (image.width as f32, image.height as f32);
    // Along the bars of a linear symbol nothing alternates.
    if place.kind == Kind::Linear {
        return left < AT_EDGE || top < AT_EDGE || right > width - AT_EDGE || bottom > height - AT_EDGE;
    }
    let swing = (0.25 * contrast).max(8.0);
    let gaps = [left, top, width - right, height - bottom];
    let goes_on = |side: usize, gap: f32| {
        // From the edge to a little inside the place, a line for every module.
        let count = ((gap.max(0.0) + 2.0 * module - SPOILED) / module.max(1.0)).ceil().max(1.0) as usize;
        let distances = (0..count).map(|line| SPOILED + line as f32 * module.max(1.0));
        let even = distances.filter(|&distance| {
            let line = match side {
                0 => column(image, distance, [top, bottom]),
                1 => row(image, distance, [left, right]),
                2 => column(image, width - 1.0 - distance, [top, bottom]),
                _ => row(image, height - 1.0 - distance, [left, right]),
            };
            measure::extremes(&line, swing).len() < LEAST_EXTREMES
        });
        even.count() <= usize::from(count >= MANY_LINES)
    };
    gaps.into_iter().enumerate().any(|(side, gap)| gap <= WIDEST_TILE && goes_on(side, gap))
}

/// Whether the bounds lie within a tile of the picture's edge.
pub(super) fn is_near_edge([left, top, right, bottom]: [f32; 4], width: f32, height: f32) -> bool {
    [left, top, width - right, height - bottom].into_iter().any(|gap| gap <= WIDEST_TILE)
}

fn row(image: &Grey<'_>, y: f32, [left, right]: [f32; 2]) -> Vec<f32> {
    let (left, right) = (left.max(0.0) as usize, (right.max(0.0) as usize).min(image.width));
    let start = y.max(0.0) as usize * image.width;
    let pixels = image.luma.get(start + left..start + right.max(left)).unwrap_or_default();
    pixels.iter().copied().map(f32::from).collect()
}

fn column(image: &Grey<'_>, x: f32, [top, bottom]: [f32; 2]) -> Vec<f32> {
    let x = x.max(0.0) as usize;
    let rows = top.max(0.0) as usize..(bottom.max(0.0) as usize).min(image.height);
    rows.filter_map(|y| image.luma.get(y * image.width + x).copied().map(f32::from)).collect()
}

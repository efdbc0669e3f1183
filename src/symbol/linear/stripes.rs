//! Where an image has stripes, and how they lie: tiles whose edges run one way, grown over neighbours that agree.
//!
//! Bars seen at a slant are not square to the line through them: the direction of the bars comes from the
//! gradients, the way the symbol runs from where its tiles are.

use crate::frame::{
    pyramid::Grey,
    ranking::highest_first,
    texture::{TILE, Texture},
};
use crate::symbol::Point;

use super::gaps;

/// Least share of a tile's edges, noise left out, that run its way.
const LEAST_COHERENCE: f32 = 0.6;

/// Cosine of twice the angle that neighbouring tiles may differ by, 13°: a vial's or a lens's bend, not a corner.
const ALIKE: f32 = 0.9;

/// Share of its parallelogram that stripes of several symbols fill, at least.
const LEAST_PARTED: f32 = 0.25;

/// Fewest tiles of a symbol.
const LEAST_TILES: usize = 5;

/// Shortest symbol, in pixels: 51 modules of UPC-E at hardly more than a pixel.
const LEAST_LENGTH: f32 = 52.0;

/// Stripes: an axis across them and the strip they cover.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::symbol) struct Stripes {
    /// Middle of the strip, in pixels.
    pub(super) middle: Point,
    /// Unit vector across the bars.
    pub(super) across: (f32, f32),
    /// How far the strip's middle line moves along the bars for each pixel across them.
    pub(super) slant: f32,
    /// How much the bars turn for each pixel across them, in radians.
    pub(super) fan: f32,
    /// First and last place across the bars, in pixels from the middle.
    pub(super) from: f32,
    pub(super) to: f32,
    /// Length of the bars, in pixels.
    pub(super) height: f32,
    /// Left, top, right, bottom in tiles, the last two included.
    pub(in crate::symbol) tiles: [usize; 4],
    /// Number of tiles.
    pub(in crate::symbol) count: usize,
}

impl Stripes {
    /// The share of its parallelogram that its tiles fill.
    pub(in crate::symbol) fn filled(&self) -> f32 {
        (self.count * TILE * TILE) as f32 / ((self.to - self.from).max(1.0) * self.height)
    }

    /// Places spread evenly over the strip.
    pub(in crate::symbol) fn places(&self) -> impl Iterator<Item = Point> + use<> {
        const ACROSS: usize = 12;
        const ALONG: usize = 6;
        let Self { middle, across: (ax, ay), slant, from, to, height, .. } = *self;
        let share = |index: usize, count: usize| (index as f32 + 0.5) / count as f32;
        (0..ACROSS * ALONG).map(move |index| {
            let t = from + (to - from) * share(index / ALONG, ACROSS);
            let s = slant * t + height * (share(index % ALONG, ALONG) - 0.5);
            Point { x: middle.x + ax * t - ay * s, y: middle.y + ay * t + ax * s }
        })
    }
}

/// A tile of stripes.
#[derive(Clone, Copy)]
pub(super) struct Tile {
    /// Unit vector at twice the angle of the gradient: the same for a direction and its opposite.
    double: (f32, f32),
    weight: f32,
}

/// The stripes in an image, the largest first.
pub(super) fn of(image: &Grey<'_>, texture: &Texture) -> Vec<Stripes> {
    let mut tiles: Vec<Option<Tile>> = (0..texture.rows * texture.columns)
        .map(|index| tile(texture, index % texture.columns, index / texture.columns))
        .collect();
    let mut found: Vec<Stripes> = Vec::new();
    for start in 0..tiles.len() {
        if tiles.get(start).is_some_and(Option::is_some) {
            let region = grow(&mut tiles, start, texture.columns);
            let Some(whole) = lie(&region) else { continue };
            let gaps = if whole.filled() < LEAST_PARTED { None } else { gaps::of(image, &whole) };
            match gaps {
                None => found.push(whole),
                Some(gaps) => found.extend(gaps.part(region).iter().filter_map(|part| lie(part))),
            }
        }
    }
    highest_first(&mut found, |stripes| stripes.count as f32);
    found
}

fn tile(texture: &Texture, column: usize, row: usize) -> Option<Tile> {
    let [xx, yy, xy] = texture.around(column, row);
    let (u, v) = (xx - yy, 2.0 * xy);
    let length = u.hypot(v);
    // Noise has no direction: it adds to the energy only.
    let signal = (xx + yy - texture.noise()).max(1e-3);
    (texture.is_rough(column, row) && length > LEAST_COHERENCE * signal)
        .then(|| Tile { double: (u / length, v / length), weight: length })
}

/// The tiles that hang together from `start` on; a gap of one (a scratch, a wide space) is stepped over.
fn grow(tiles: &mut [Option<Tile>], start: usize, columns: usize) -> Vec<(usize, usize, Tile)> {
    let rows = tiles.len() / columns;
    let mut region = Vec::new();
    if let Some(first) = tiles.get_mut(start).and_then(Option::take) {
        region.push((start % columns, start / columns, first));
    }
    let mut next = 0;
    while let Some(&(column, row, Tile { double: own, .. })) = region.get(next) {
        next += 1;
        for y in row.saturating_sub(2)..(row + 3).min(rows) {
            for x in column.saturating_sub(2)..(column + 3).min(columns) {
                let Some(slot) = tiles.get_mut(y * columns + x) else { continue };
                let alike = |tile: &mut Tile| tile.double.0 * own.0 + tile.double.1 * own.1 > ALIKE;
                if let Some(tile) = slot.take_if(alike) {
                    region.push((x, y, tile));
                }
            }
        }
    }
    region
}

/// The strip that tiles cover; `None` for too few, or too short ones.
fn lie(region: &[(usize, usize, Tile)]) -> Option<Stripes> {
    if region.len() < LEAST_TILES {
        return None;
    }
    let count = region.len() as f32;
    let sum = region.iter().fold((0.0, 0.0), |sum, (.., tile)| {
        (sum.0 + tile.double.0 * tile.weight, sum.1 + tile.double.1 * tile.weight)
    });
    let angle = 0.5 * sum.1.atan2(sum.0);
    let across = (angle.cos(), angle.sin());
    let centre =
        |column: usize, row: usize| ((column as f32 + 0.5) * TILE as f32, (row as f32 + 0.5) * TILE as f32);
    let total = region.iter().map(|&(x, y, _)| centre(x, y)).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
    let middle = Point { x: total.0 / count, y: total.1 / count };
    // Across and along the bars from the middle, and how far the tile's own direction is off.
    let places: Vec<(f32, f32, f32, f32)> = region
        .iter()
        .map(|&(column, row, Tile { double, weight })| {
            let (x, y) = centre(column, row);
            let (x, y) = (x - middle.x, y - middle.y);
            let (cos, sin) = ((2.0 * angle).cos(), (2.0 * angle).sin());
            let off = 0.5 * (double.1 * cos - double.0 * sin).atan2(double.0 * cos + double.1 * sin);
            (x * across.0 + y * across.1, y * across.0 - x * across.1, off, weight)
        })
        .collect();
    let squares = places.iter().map(|place| place.0 * place.0).sum::<f32>().max(1.0);
    let slant = places.iter().map(|place| place.0 * place.1).sum::<f32>() / squares;
    let (turn, weights) = places
        .iter()
        .fold((0.0, 1.0), |sum, &(t, _, off, weight)| (sum.0 + weight * t * off, sum.1 + weight * t * t));
    let from = places.iter().map(|place| place.0).fold(f32::MAX, f32::min);
    let to = places.iter().map(|place| place.0).fold(f32::MIN, f32::max);
    // Tiles are spread evenly over the height: its length is √12 times their deviation.
    let deviation = (places.iter().map(|(t, s, ..)| (s - slant * t).powi(2)).sum::<f32>() / count).sqrt();
    let height = (deviation * 12.0_f32.sqrt()).max(TILE as f32);
    let side = |pick: fn(&(usize, usize, Tile)) -> usize| {
        let values = region.iter().map(pick);
        (values.clone().min().unwrap_or(0), values.max().unwrap_or(0))
    };
    let ((left, right), (top, bottom)) = (side(|tile| tile.0), side(|tile| tile.1));
    let stripes = Stripes {
        middle,
        across,
        slant,
        fan: turn / weights,
        from,
        to,
        height,
        tiles: [left, top, right, bottom],
        count: region.len(),
    };
    (to - from + TILE as f32 >= LEAST_LENGTH).then_some(stripes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    /// Bars 3 pixels wide in a parallelogram: `tilt` turns all, `shear` slants the strip against its bars.
    fn drawn(tilt: f32, shear: f32) -> Vec<Stripes> {
        let (width, height) = (480, 360);
        let (cos, sin) = (tilt.to_radians().cos(), tilt.to_radians().sin());
        let luma = (0..width * height)
            .map(|index| {
                let (x, y) = ((index % width) as f32 - 240.0, (index / width) as f32 - 180.0);
                let (t, s) = (x * cos + y * sin, y * cos - x * sin);
                let inside = t.abs() < 120.0 && (s - shear * t).abs() < 30.0;
                let dark = (t / 3.0).floor().rem_euclid(2.0) < 1.0;
                if inside && dark { 60 } else { 200 }
            })
            .collect();
        let image = Grey { luma: Cow::Owned(luma), width, height };
        of(&image, &Texture::of(&image))
    }

    #[test]
    fn the_bars_and_the_way_the_strip_runs_are_told_apart() {
        for (tilt, shear) in [(0.0, 0.0), (20.0, 0.3), (-65.0, -0.4), (45.0, 0.0)] {
            let found = drawn(tilt, shear);
            assert_eq!(found.len(), 1, "{tilt}");
            let stripes = found[0];
            let tilt = tilt.to_radians();
            let cosine = stripes.across.0 * tilt.cos() + stripes.across.1 * tilt.sin();
            assert!(cosine.abs() > 0.998, "{stripes:?}");
            assert!((stripes.slant - shear).abs() < 0.06, "{stripes:?}");
            assert!((stripes.height - 60.0).abs() < 12.0, "{stripes:?}");
            assert!((stripes.to - stripes.from - 240.0).abs() < 24.0, "{stripes:?}");
            assert!(stripes.fan.abs() < 2e-4, "{stripes:?}");
            assert!(stripes.filled() > 0.8, "{stripes:?}");
        }
    }
}

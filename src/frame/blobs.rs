//! Windows of a size of symbol within a large region of texture.
//!
//! Where symbols, text and edges lie close together their tiles make one region. A symbol is a compact patch of
//! strong edges in it: a local maximum of what texture it has beyond its surroundings.

use super::ranking::highest_first;
use super::texture::{Region, Texture};

/// Sides of the patches looked for, in tiles: symbols of 28 to 140 pixels. Larger ones are found in a halved image.
const SIDES: [usize; 3] = [5, 9, 14];

/// Largest region that is looked at as a whole, in tiles a side.
const MOST_WHOLE: usize = 40;

/// Smallest region that is looked at in parts, in tiles a side.
const LEAST_PARTED: usize = 10;

/// Width of the surroundings, in tiles.
const RING: usize = 2;

/// How much more texture a patch has than its surroundings.
const LEAST_CONTRAST: f32 = 1.3;

/// Tiles by which a patch's window is wider on every side, as its place is known to a tile or two.
const MARGIN: usize = 1;

/// A window in tiles: first column and row, last column and row.
pub(crate) type Tiles = [usize; 4];

/// The regions that may be one symbol, the likeliest `most` of them.
pub(crate) fn wholes(regions: &[Region], most: usize) -> Vec<&Region> {
    let mut wholes: Vec<&Region> = regions.iter().filter(|region| side(region) <= MOST_WHOLE).collect();
    if wholes.len() > most {
        highest_first(&mut wholes, |region| region.tiles.len() as f32 * roundness(region));
        wholes.truncate(most);
    }
    wholes
}

/// Patches of the larger regions, the likeliest `most` of them.
pub(crate) fn patches(texture: &Texture, regions: &[Region], most: usize) -> Vec<Tiles> {
    let mut patches: Vec<(f32, Tiles)> = Vec::new();
    for region in regions.iter().filter(|region| side(region) >= LEAST_PARTED) {
        let [left, top, ..] = region.bounds;
        let sums = Sums::of(texture, region);
        for side in SIDES.into_iter().filter(|&length| length < side(region)) {
            patches.extend(sums.patches(side).into_iter().map(|(contrast, column, row)| {
                let (column, row) = (left + column, top + row);
                let last = |first: usize, end: usize| (first + side - 1 + MARGIN).min(end - 1);
                let tiles = [
                    column.saturating_sub(MARGIN),
                    row.saturating_sub(MARGIN),
                    last(column, texture.columns),
                    last(row, texture.rows),
                ];
                (contrast, tiles)
            }));
        }
    }
    highest_first(&mut patches, |item| item.0);
    patches.truncate(most);
    patches.into_iter().map(|(_, tiles)| tiles).collect()
}

/// The likeliest `most` windows of regions: those that may be one symbol, and then patches of the larger ones.
pub(crate) fn windows(texture: &Texture, regions: &[Region], most: usize) -> Vec<Tiles> {
    let wholes = wholes(regions, most).into_iter().map(|region| region.bounds);
    wholes.chain(patches(texture, regions, most)).take(most).collect()
}

/// A region's longer side, in tiles.
fn side(region: &Region) -> usize {
    let [left, top, right, bottom] = region.bounds;
    (right - left + 1).max(bottom - top + 1)
}

/// The variance of a region's tiles along its shorter axis by that along its longer one: 1 for a square at any angle,
/// 1/16 for a word four times as long as high.
fn roundness(region: &Region) -> f32 {
    let count = region.tiles.len() as f32;
    let [mut x, mut y, mut xx, mut yy, mut xy] = [0.0f32; 5];
    for &(column, row) in &region.tiles {
        let (column, row) = (column as f32, row as f32);
        (x, y) = (x + column, y + row);
        (xx, yy, xy) = (xx + column * column, yy + row * row, xy + column * row);
    }
    let (x, y) = (x / count, y / count);
    // A tile has a variance of its own.
    let (xx, yy, xy) = (xx / count - x * x + 1.0 / 12.0, yy / count - y * y + 1.0 / 12.0, xy / count - x * y);
    let (half, difference) = ((xx + yy) / 2.0, ((xx - yy) / 2.0).hypot(xy));
    ((half - difference) / (half + difference)).clamp(0.0, 1.0)
}

/// Sums of the texture of all tiles above and to the left.
struct Sums {
    columns: usize,
    rows: usize,
    sums: Vec<f32>,
}

impl Sums {
    fn of(texture: &Texture, region: &Region) -> Self {
        let [left, top, right, bottom] = region.bounds;
        let (columns, rows) = (right - left + 1, bottom - top + 1);
        let mut own = vec![0.0f32; columns * rows];
        for &(column, row) in &region.tiles {
            // The root, so that one strong edge does not outweigh a patch of them.
            own[(row - top) * columns + column - left] = texture.energy(column, row).sqrt();
        }
        let mut sums = vec![0.0; (columns + 1) * (rows + 1)];
        for row in 0..rows {
            let mut line = 0.0;
            for column in 0..columns {
                line += own[row * columns + column];
                sums[(row + 1) * (columns + 1) + column + 1] = sums[row * (columns + 1) + column + 1] + line;
            }
        }
        Self { columns, rows, sums }
    }

    fn sum(&self, left: usize, top: usize, right: usize, bottom: usize) -> f32 {
        let at = |column: usize, row: usize| self.sums[row * (self.columns + 1) + column];
        at(right, bottom) + at(left, top) - at(left, bottom) - at(right, top)
    }

    /// Patches of a side, none within half a side of a likelier one: how much more texture each has than its
    /// surroundings, its first column and its first row.
    fn patches(&self, side: usize) -> Vec<(f32, usize, usize)> {
        let mut likely: Vec<(f32, usize, usize)> = Vec::new();
        for top in 0..self.rows.saturating_sub(side / 2) {
            for left in 0..self.columns.saturating_sub(side / 2) {
                let (right, bottom) = ((left + side).min(self.columns), (top + side).min(self.rows));
                let inner = self.sum(left, top, right, bottom);
                let outer = self.sum(
                    left.saturating_sub(RING),
                    top.saturating_sub(RING),
                    (right + RING).min(self.columns),
                    (bottom + RING).min(self.rows),
                );
                let area = (side * side) as f32;
                let ring = ((side + 2 * RING) * (side + 2 * RING)) as f32 - area;
                let (inside, around) = (inner / area, (outer - inner) / ring);
                if inside > LEAST_CONTRAST * around {
                    likely.push((inside - around, left, top));
                }
            }
        }
        highest_first(&mut likely, |item| item.0);
        let mut kept: Vec<(f32, usize, usize)> = Vec::new();
        for (contrast, left, top) in likely {
            let near = |&(_, column, row): &(f32, usize, usize)| {
                column.abs_diff(left) <= side / 2 && row.abs_diff(top) <= side / 2
            };
            if !kept.iter().any(near) {
                kept.push((contrast, left, top));
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{pyramid::Grey, texture::Kind};
    use std::borrow::Cow;

    #[test]
    fn a_square_is_round_and_a_word_is_not() {
        let region = |columns: usize, rows: usize| Region {
            tiles: (0..columns * rows).map(|index| (index % columns, index / columns)).collect(),
            bounds: [0, 0, columns - 1, rows - 1],
        };
        assert!(roundness(&region(5, 5)) > 0.99);
        assert!((roundness(&region(12, 3)) - 1.0 / 16.0).abs() < 0.01);
    }

    #[test]
    fn two_patches_joined_by_weaker_texture_are_two_windows() {
        // Chequers of high contrast 40 pixels wide at two places, of low contrast in between.
        let luma = (0..320 * 120)
            .map(|index: usize| {
                let (x, y) = (index % 320, index / 320);
                let strong = (40..112).contains(&y) && ((40..112).contains(&x) || (208..280).contains(&x));
                let weak = (64..88).contains(&y) && (40..280).contains(&x);
                let bright = (x / 3 + y / 3) % 2 == 0;
                match (strong, weak, bright) {
                    (true, _, true) => 30,
                    (_, true, true) => 180,
                    _ => 220,
                }
            })
            .collect();
        let image = Grey { luma: Cow::Owned(luma), width: 320, height: 120 };
        let texture = Texture::of(&image);
        let regions = texture.regions(Kind::Matrix, 4);
        assert_eq!(regions.len(), 1);
        let nines: Vec<Tiles> = windows(&texture, &regions, 12)
            .into_iter()
            .filter(|[left, _, right, _]| right - left == 10)
            .take(2)
            .collect();
        let mut lefts: Vec<usize> = nines.iter().map(|window| window[0]).collect();
        lefts.sort_unstable();
        assert!(lefts[0].abs_diff(4) <= 1 && lefts[1].abs_diff(25) <= 1, "{nines:?}");
    }
}

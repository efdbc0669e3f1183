//! Where an image has the texture of a symbol: the structure tensor of small tiles.
//!
//! One pass over the pixels. A matrix symbol has strong edges in two directions, a linear one in one; paper has
//! none. Everything dearer is done only where this finds something.

use super::pyramid::Grey;
use super::ranking::highest_first;
use super::sobel::RowGradients;

/// Side of a tile in pixels.
pub(crate) const TILE: usize = 8;

/// Tiles without texture that may lie inside a symbol, or beside it as its quiet zone.
const MARGIN: usize = 2;

/// Least mean squared gradient (Sobel/8, grey levels a pixel) that is not noise.
const LEAST_ENERGY: f32 = 14.0;

/// The structure tensor of every tile: sums of gx², gy² and gx·gy, a pixel's mean.
#[derive(Debug, Clone)]
pub(crate) struct Texture {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    tensors: Vec<[f32; 3]>,
    /// Mean tensors of each tile and its neighbours.
    around: Vec<[f32; 3]>,
    noise: f32,
    threshold: f32,
}

/// What texture a tile and its neighbours have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// None.
    Flat,
    /// Edges in one direction.
    Stripes,
    /// Edges in several directions.
    Matrix,
}

/// Tiles of one kind that touch.
#[derive(Debug, Clone)]
pub(crate) struct Region {
    /// Tiles as (column, row).
    pub(crate) tiles: Vec<(usize, usize)>,
    /// First column and row, last column and row, in tiles.
    pub(crate) bounds: [usize; 4],
}

impl Texture {
    /// The texture of `image`.
    pub(crate) fn of(image: &Grey<'_>) -> Self {
        let (columns, rows) = (image.width / TILE, image.height / TILE);
        let mut tensors = vec![[0.0; 3]; columns * rows];
        let width = image.width;
        let mut sums: Vec<[Lanes; 3]> = vec![[[0; 4]; 3]; columns];
        let mut gradients = RowGradients::new(width);
        for row in 0..rows {
            sums.fill([[0; 4]; 3]);
            for y in (row * TILE).max(1)..((row + 1) * TILE).min(image.height - 1) {
                let line = |offset: usize| &image.luma[(y + offset - 1) * width..][..width];
                gradients.set(line(0), line(1), line(2));
                add_squares(&gradients, &mut sums);
            }
            for (tensor, sum) in tensors[row * columns..].iter_mut().zip(&sums) {
                // Sobel sums are 8 times the gradient.
                *tensor = sum.map(|lanes| lanes.iter().sum::<i32>() as f32 / (64 * TILE * TILE) as f32);
            }
        }
        let around = means(&tensors, columns);
        let noise = noise(&tensors);
        Self { columns, rows, tensors, around, noise, threshold: LEAST_ENERGY.max(2.5 * noise) }
    }

    /// Energy of the calmest fifth of the tiles.
    pub(crate) fn noise(&self) -> f32 {
        self.noise
    }

    /// Mean squared gradient of a tile.
    pub(crate) fn energy(&self, column: usize, row: usize) -> f32 {
        let [xx, yy, _] = self.tensors[row * self.columns + column];
        xx + yy
    }

    /// Mean tensor of a tile and its neighbours.
    pub(crate) fn around(&self, column: usize, row: usize) -> [f32; 3] {
        self.around[row * self.columns + column]
    }

    /// Whether a tile has more edges than noise makes.
    pub(crate) fn is_rough(&self, column: usize, row: usize) -> bool {
        let [xx, yy, _] = self.tensors[row * self.columns + column];
        xx + yy >= self.threshold
    }

    /// Stretches of a row of tiles that have texture or lie within [`MARGIN`] tiles of some: first pixel, and the
    /// pixel behind the last.
    pub(crate) fn busy(&self, row: usize) -> Vec<(usize, usize)> {
        let mut stretches: Vec<(usize, usize)> = Vec::new();
        let rows = row.saturating_sub(1)..(row + 2).min(self.rows);
        for column in 0..self.columns {
            let is_busy = rows.clone().any(|row| {
                let [xx, yy, _] = self.tensors[row * self.columns + column];
                xx + yy >= self.threshold
            });
            if !is_busy {
                continue;
            }
            let (left, right) = (column.saturating_sub(MARGIN) * TILE, (column + 1 + MARGIN) * TILE);
            match stretches.last_mut() {
                Some(last) if left <= last.1 => last.1 = right,
                _ => stretches.push((left, right)),
            }
        }
        stretches
    }

    fn kind(&self, column: usize, row: usize) -> Kind {
        if !self.is_rough(column, row) {
            return Kind::Flat;
        }
        let tensor = self.around(column, row);
        if coherence(tensor) > 0.75 { Kind::Stripes } else { Kind::Matrix }
    }

    /// Regions of touching tiles of one kind, each with at least `least` tiles, largest first.
    pub(crate) fn regions(&self, kind: Kind, least: usize) -> Vec<Region> {
        let mut open: Vec<bool> = (0..self.columns * self.rows)
            .map(|index| self.kind(index % self.columns, index / self.columns) == kind)
            .collect();
        let mut regions = Vec::new();
        for start in 0..open.len() {
            if open[start] {
                let region = self.flood(&mut open, start);
                if region.tiles.len() >= least {
                    regions.push(region);
                }
            }
        }
        highest_first(&mut regions, |region| region.tiles.len() as f32);
        regions
    }

    fn flood(&self, open: &mut [bool], start: usize) -> Region {
        let first = (start % self.columns, start / self.columns);
        let mut region = Region { tiles: vec![first], bounds: [first.0, first.1, first.0, first.1] };
        open[start] = false;
        let mut next = 0;
        while let Some(&(column, row)) = region.tiles.get(next) {
            next += 1;
            let [left, top, right, bottom] = region.bounds;
            region.bounds = [left.min(column), top.min(row), right.max(column), bottom.max(row)];
            for y in row.saturating_sub(1)..(row + 2).min(self.rows) {
                for x in column.saturating_sub(1)..(column + 2).min(self.columns) {
                    let index = y * self.columns + x;
                    if open[index] {
                        open[index] = false;
                        region.tiles.push((x, y));
                    }
                }
            }
        }
        region
    }
}

/// Energy of a sensor's noise at its worst (deviation 9 grey levels). A picture that is full of texture has no
/// calm fifth to measure it in.
const MOST_NOISE: f32 = 30.0;

/// Energy of the calmest fifth of the tiles.
fn noise(tensors: &[[f32; 3]]) -> f32 {
    let mut energies: Vec<f32> = tensors.iter().map(|[xx, yy, _]| xx + yy).collect();
    let fifth = energies.len() / 5;
    if energies.is_empty() {
        return 0.0;
    }
    energies.select_nth_unstable_by(fifth, f32::total_cmp).1.min(MOST_NOISE)
}

/// The mean of each tile and its up to eight neighbours.
fn means(tensors: &[[f32; 3]], columns: usize) -> Vec<[f32; 3]> {
    let mut sideways = Vec::with_capacity(tensors.len());
    for row in tensors.chunks(columns.max(1)) {
        for x in 0..row.len() {
            sideways.push(mean(&row[x.saturating_sub(1)..(x + 2).min(row.len())]));
        }
    }
    let rows = sideways.len() / columns.max(1);
    let mut all = Vec::with_capacity(tensors.len());
    for row in 0..rows {
        for x in 0..columns {
            let [above, below] = [row.saturating_sub(1), (row + 1).min(rows - 1)];
            // At the border a row counts twice: no matter.
            all.push(mean(&[above, row, below].map(|y| sideways[y * columns + x])));
        }
    }
    all
}

fn mean(parts: &[[f32; 3]]) -> [f32; 3] {
    let sum = parts.iter().fold([0.0; 3], |sum, part| [sum[0] + part[0], sum[1] + part[1], sum[2] + part[2]]);
    sum.map(|total| total / parts.len().max(1) as f32)
}

/// How much a tensor's edges share one direction, 0 to 1.
pub(crate) fn coherence([xx, yy, xy]: [f32; 3]) -> f32 {
    let energy = xx + yy;
    // Energies are far from where squares overflow, which `hypot` would guard against at some cost.
    if energy <= 0.0 { 0.0 } else { ((xx - yy).powi(2) + (2.0 * xy).powi(2)).sqrt() / energy }
}

/// Adds the products of a row's gradients to its tiles. `i32` holds a tile: 64 pixels × (4 × 255)² < 2²⁷.
fn add_squares(gradients: &RowGradients, tiles: &mut [[Lanes; 3]]) {
    let gradients = gradients.gx.as_chunks::<TILE>().0.iter().zip(gradients.gy.as_chunks::<TILE>().0);
    for ([xx, yy, xy], (gx, gy)) in tiles.iter_mut().zip(gradients) {
        add_products(xx, gx, gx);
        add_products(yy, gy, gy);
        add_products(xy, gx, gy);
    }
}

/// A sum in four parts, as SIMD adds it up.
type Lanes = [i32; 4];

/// Adds the products of two rows of eight, those of neighbours together.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline]
fn add_products(lanes: &mut Lanes, one: &[i16; TILE], other: &[i16; TILE]) {
    let pairs = one.as_chunks::<2>().0.iter().zip(other.as_chunks::<2>().0);
    for (lane, (&[a, b], &[c, d])) in lanes.iter_mut().zip(pairs) {
        *lane += i32::from(a) * i32::from(c) + i32::from(b) * i32::from(d);
    }
}

/// The same in one instruction, which the compiler does not find here; numbers are the same to the bit.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline]
fn add_products(lanes: &mut Lanes, one: &[i16; TILE], other: &[i16; TILE]) {
    use core::arch::wasm32::{i16x8, i32x4, i32x4_add, i32x4_dot_i16x8, i32x4_extract_lane};
    let row = |&[a, b, c, d, e, f, g, h]: &[i16; TILE]| i16x8(a, b, c, d, e, f, g, h);
    let [a, b, c, d] = *lanes;
    let sum = i32x4_add(i32x4(a, b, c, d), i32x4_dot_i16x8(row(one), row(other)));
    *lanes = [
        i32x4_extract_lane::<0>(sum),
        i32x4_extract_lane::<1>(sum),
        i32x4_extract_lane::<2>(sum),
        i32x4_extract_lane::<3>(sum),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn image(paint: impl Fn(usize, usize) -> u8) -> Grey<'static> {
        let luma = (0..128 * 96).map(|index| paint(index % 128, index / 128)).collect();
        Grey { luma: Cow::Owned(luma), width: 128, height: 96 }
    }

    #[test]
    fn lanes_add_up_to_the_sum_of_products() {
        let one: [i16; TILE] = [1020, -1020, 7, -3, 0, 512, -9, 1];
        let other: [i16; TILE] = [1020, 1020, -5, -2, 77, 3, 1000, -1020];
        let mut lanes: Lanes = [1, 2, 3, 4];
        add_products(&mut lanes, &one, &other);
        let sum: i32 = one.iter().zip(other).map(|(&a, b)| i32::from(a) * i32::from(b)).sum();
        assert_eq!(lanes, [1, 2 - 35 + 6, 3 + 1536, 4 - 9000 - 1020]);
        assert_eq!(lanes.iter().sum::<i32>(), 10 + sum);
    }

    #[test]
    fn stripes_chequers_and_paper_are_told_apart() {
        let in_box = |x: usize, y: usize| (32..80).contains(&x) && (32..80).contains(&y);
        let stripes = image(|x, y| if in_box(x, y) && x / 3 % 2 == 0 { 0 } else { 200 });
        let stripes = Texture::of(&stripes);
        assert!(stripes.regions(Kind::Stripes, 4).iter().any(|region| region.tiles.len() >= 30));
        let chequers = image(|x, y| if in_box(x, y) && (x / 3 + y / 3) % 2 == 0 { 0 } else { 200 });
        let regions = Texture::of(&chequers).regions(Kind::Matrix, 4);
        assert_eq!(regions.len(), 1);
        assert!(regions[0].tiles.len() >= 30);
        // The box is tiles 4 to 9, its edge shows in those beside, and two more on either side belong to the stretch.
        assert_eq!(Texture::of(&chequers).busy(6), [(8, 104)]);
        let paper = Texture::of(&image(|_, _| 200));
        assert!(paper.regions(Kind::Matrix, 1).is_empty() && paper.regions(Kind::Stripes, 1).is_empty());
    }
}

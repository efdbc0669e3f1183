//! What a label lies on, and what frames without a label show.

use crate::random::{lattice, noise};

/// A texture in linear light.
#[derive(Debug, Clone, Copy)]
pub struct Background {
    /// Which.
    pub texture: Texture,
    /// Mean light.
    pub level: f32,
    /// How much it varies, as a fraction of `level`.
    pub depth: f32,
    /// Size of its features in pixels.
    pub scale: f32,
    /// Its direction in radians.
    pub angle: f32,
    /// Which of its kind.
    pub seed: u64,
}

/// Kinds of texture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texture {
    /// A table top.
    Smooth,
    /// Wood or brushed steel.
    Grain,
    /// Cloth: a weave of threads.
    Weave,
    /// Stripes of one period, as corrugation and grilles give.
    Stripes,
    /// A grid of cells, as keyboards, tiles and perforated plates give.
    Grid,
    /// Cells at random, as gravel and mosaic give.
    Mosaic,
    /// Stripes of random widths: the nearest thing to bars that is none.
    Slats,
}

/// Every texture.
pub const TEXTURES: [Texture; 7] = [
    Texture::Smooth,
    Texture::Grain,
    Texture::Weave,
    Texture::Stripes,
    Texture::Grid,
    Texture::Mosaic,
    Texture::Slats,
];

impl Background {
    /// Its light at a pixel.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (sin, cos) = self.angle.sin_cos();
        let (u, v) = ((x * cos + y * sin) / self.scale, (y * cos - x * sin) / self.scale);
        let value = match self.texture {
            Texture::Smooth => {
                0.7 * noise(u * 0.1, v * 0.1, self.seed) + 0.3 * noise(u * 0.5, v * 0.5, self.seed ^ 1)
            }
            Texture::Grain => {
                0.6 * noise(u * 0.03, v, self.seed) + 0.4 * noise(u * 0.1, v * 3.0, self.seed ^ 1)
            }
            Texture::Weave => {
                let over = (u.floor() as i32 + v.floor() as i32) & 1 == 0;
                let thread = if over { v.fract().abs() } else { u.fract().abs() };
                (1.0 - (2.0 * thread - 1.0).powi(2)) * 0.8 + 0.2 * noise(u * 0.2, v * 0.2, self.seed)
            }
            Texture::Stripes => {
                if u.rem_euclid(1.0) < 0.5 {
                    1.0
                } else {
                    0.0
                }
            }
            Texture::Grid => {
                let gap = u.rem_euclid(1.0).min(v.rem_euclid(1.0)) < 0.18;
                if gap { 0.0 } else { 0.75 + 0.25 * lattice(u.floor() as i32, v.floor() as i32, self.seed) }
            }
            Texture::Mosaic => {
                if lattice(u.floor() as i32, v.floor() as i32, self.seed) < 0.5 {
                    0.0
                } else {
                    1.0
                }
            }
            Texture::Slats => {
                if lattice(u.floor() as i32, 0, self.seed) < 0.5 {
                    0.0
                } else {
                    1.0
                }
            }
        };
        self.level * (1.0 + self.depth * (value - 0.5))
    }
}

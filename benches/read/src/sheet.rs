//! A printed sheet: reflectance at a fixed number of texels a module, on which symbols, text and lines are drawn.

use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster};

use crate::catalogue::Matrix;

/// A rectangle on a sheet, in modules of the main symbol.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

impl Area {
    /// Grown by `by` modules on every side.
    pub fn grown(self, by: f32) -> Self {
        Self { x: self.x - by, y: self.y - by, w: self.w + 2.0 * by, h: self.h + 2.0 * by }
    }

    /// Whether the two share any point.
    pub fn meets(&self, other: &Self) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }

    /// The middle.
    pub fn centre(&self) -> (f32, f32) {
        (self.x + self.w / 2.0, self.y + self.h / 2.0)
    }
}

/// Reflectance 0 (full ink) to 1 (bare paper); values outside are brighter or darker than either.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Texels in a module.
    pub scale: usize,
    /// Texels across.
    pub width: usize,
    /// Texels down.
    pub height: usize,
    /// Row-major.
    pub texels: Vec<f32>,
}

impl Sheet {
    /// Bare paper of `w` by `h` modules.
    pub fn paper(w: f32, h: f32, scale: usize) -> Self {
        let (width, height) = ((w * scale as f32) as usize, (h * scale as f32) as usize);
        Self { scale, width, height, texels: vec![1.0; width * height] }
    }

    /// Width and height in modules.
    pub fn extent(&self) -> (f32, f32) {
        (self.width as f32 / self.scale as f32, self.height as f32 / self.scale as f32)
    }

    /// Reflectance at a place in modules; paper outside.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x * self.scale as f32, y * self.scale as f32);
        if x < 0.0 || y < 0.0 || x >= self.width as f32 || y >= self.height as f32 {
            return 1.0;
        }
        self.texels[y as usize * self.width + x as usize]
    }

    /// Applies `change` to each texel of `area`: it is given the texel's place in modules and its value.
    pub fn change(&mut self, area: Area, mut change: impl FnMut(f32, f32, f32) -> f32) {
        let scale = self.scale as f32;
        let clip = |edge: f32, most: usize| ((edge * scale).round().max(0.0) as usize).min(most);
        let (left, right) = (clip(area.x, self.width), clip(area.x + area.w, self.width));
        let (top, bottom) = (clip(area.y, self.height), clip(area.y + area.h, self.height));
        for y in top..bottom {
            for x in left..right {
                let texel = &mut self.texels[y * self.width + x];
                *texel = change((x as f32 + 0.5) / scale, (y as f32 + 0.5) / scale, *texel);
            }
        }
    }

    /// Fills `area` with one reflectance.
    pub fn fill(&mut self, area: Area, value: f32) {
        self.change(area, |_, _, _| value);
    }

    /// The outline of `area`, `line` modules thick.
    pub fn frame(&mut self, area: Area, line: f32, value: f32) {
        let Area { x, y, w, h } = area;
        for edge in [
            Area { x, y, w, h: line },
            Area { x, y: y + h - line, w, h: line },
            Area { x, y, w: line, h },
            Area { x: x + w - line, y, w: line, h },
        ] {
            self.fill(edge, value);
        }
    }

    /// Prints `matrix` into `area`, dark modules as `ink`; light modules are left as they are.
    pub fn symbol(&mut self, matrix: &Matrix, area: Area, ink: f32) {
        let (columns, rows) = (matrix.width as f32, matrix.height as f32);
        self.change(area, |x, y, under| {
            let column = ((x - area.x) / area.w * columns).clamp(0.0, columns - 1.0) as usize;
            let row = ((y - area.y) / area.h * rows).clamp(0.0, rows - 1.0) as usize;
            if matrix.dark(column, row) { ink } else { under }
        });
    }

    /// A line of text, top left at `(x, y)`, `height` modules tall: the width it takes.
    pub fn text(&mut self, text: &str, x: f32, y: f32, height: f32, ink: f32, bold: bool) -> f32 {
        let weight = if bold { FontWeight::Bold } else { FontWeight::Regular };
        let mut left = x;
        for glyph in text.chars().filter_map(|character| get_raster(character, weight, RasterHeight::Size32))
        {
            let step = height / glyph.height() as f32;
            let area = Area { x: left, y, w: glyph.width() as f32 * step, h: height };
            let raster = glyph.raster();
            self.change(area, |px, py, under| {
                let row = ((py - y) / step).clamp(0.0, 31.0) as usize;
                let column = ((px - area.x) / step).max(0.0) as usize;
                let cover = raster.get(row).and_then(|line| line.get(column)).copied().unwrap_or(0);
                under + (ink - under) * f32::from(cover) / 255.0
            });
            left += area.w;
        }
        left - x
    }
}

/// The width of `text` set `height` modules tall, in modules.
pub fn text_width(text: &str, height: f32) -> f32 {
    let glyph = get_raster('0', FontWeight::Regular, RasterHeight::Size32);
    glyph.map_or(0.0, |glyph| {
        text.chars().count() as f32 * glyph.width() as f32 / glyph.height() as f32 * height
    })
}

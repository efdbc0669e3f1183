//! A page in dots of a printer: for PNG, for ZPL, and for reading symbols back.

use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster};

use super::layout::{COLUMN, EM, Label, Page, Size};

/// A grey image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raster {
    /// Pixels in a row.
    pub(crate) width: usize,
    /// Pixels in a column.
    pub(crate) height: usize,
    /// Row-major, 0 is black.
    pub(crate) luma: Vec<u8>,
}

/// How finely a printer prints.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Dots {
    /// Dots in a millimetre.
    pub(crate) per_mm: f64,
}

const MM_PER_INCH: f64 = 25.4;
/// A module of fewer dots than this cannot be relied on to print.
const FEWEST_DOTS: f64 = 2.0;
/// The built-in font comes in these heights, in pixels.
const FONTS: [(RasterHeight, usize); 4] = [
    (RasterHeight::Size16, 16),
    (RasterHeight::Size20, 20),
    (RasterHeight::Size24, 24),
    (RasterHeight::Size32, 32),
];

impl Dots {
    /// Of a resolution in dots an inch.
    pub(crate) fn per_inch(dpi: f64) -> Self {
        Self { per_mm: dpi / MM_PER_INCH }
    }

    /// The module nearest to `module` that is a whole number of dots, in millimetres.
    pub(crate) fn whole_module(self, module: f64) -> Result<f64, String> {
        let dots = (module * self.per_mm).round();
        if dots < FEWEST_DOTS {
            return Err(format!(
                "a module of {module} mm has {dots} dots at {:.0} dots an inch; it needs 2",
                self.per_mm * MM_PER_INCH
            ));
        }
        Ok(dots / self.per_mm)
    }

    fn of(self, mm: f64) -> usize {
        (mm * self.per_mm).round().max(0.0) as usize
    }
}

impl Raster {
    /// Draws a page; the modules of its labels must be whole numbers of dots.
    pub(crate) fn of(page: &Page, dots: Dots) -> Self {
        let Size { width, height } = page.size;
        let (width, height) = (dots.of(width), dots.of(height));
        let mut raster = Self { width, height, luma: vec![255; width * height] };
        for (x, y, label) in &page.labels {
            raster.draw(*x, *y, label, dots);
        }
        raster
    }

    fn draw(&mut self, x: f64, y: f64, label: &Label, dots: Dots) {
        let module = dots.of(label.module);
        for symbol in &label.symbols {
            let (left, top) = (dots.of(x + symbol.x), dots.of(y + symbol.y));
            for bar in symbol.matrix.bars() {
                let (width, height) = (bar.width * module, bar.height * module);
                self.fill(left + bar.x * module, top + bar.y * module, width, height, 0);
            }
        }
        let (font, scale) = font(EM * dots.per_mm);
        for line in &label.lines {
            for (column, character) in line.text.chars().enumerate() {
                let left = dots.of(x + line.x() + column as f64 * COLUMN);
                self.character(character, left, dots.of(y + line.y()), font, scale);
            }
        }
    }

    fn fill(&mut self, left: usize, top: usize, width: usize, height: usize, grey: u8) {
        let (right, bottom) = ((left + width).min(self.width), (top + height).min(self.height));
        for y in top..bottom {
            if left < right {
                self.luma[y * self.width + left..y * self.width + right].fill(grey);
            }
        }
    }

    fn character(&mut self, character: char, left: usize, top: usize, font: RasterHeight, scale: usize) {
        let glyph = get_raster(character, FontWeight::Regular, font)
            .or_else(|| get_raster('?', FontWeight::Regular, font));
        for (y, row) in glyph.iter().flat_map(|glyph| glyph.rows()).enumerate() {
            for (x, &ink) in row.iter().enumerate().filter(|(_, ink)| **ink > 0) {
                self.fill(left + x * scale, top + y * scale, scale, scale, 255 - ink);
            }
        }
    }

    /// The image as PNG that states its resolution (`pHYs`), so that it prints at the size asked for.
    pub(crate) fn png(&self, dots: Dots) -> Result<Vec<u8>, String> {
        let side = |pixels: usize| u32::try_from(pixels).map_err(|_| "the page is too large".to_owned());
        let per_metre = (dots.per_mm * 1000.0).round() as u32;
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side(self.width)?, side(self.height)?);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: per_metre,
            yppu: per_metre,
            unit: png::Unit::Meter,
        }));
        let mut writer = encoder.write_header().map_err(|error| error.to_string())?;
        writer.write_image_data(&self.luma).map_err(|error| error.to_string())?;
        writer.finish().map_err(|error| error.to_string())?;
        Ok(bytes)
    }
}

/// The font, and how often to enlarge it, that comes nearest to so many dots.
fn font(dots: f64) -> (RasterHeight, usize) {
    let sizes =
        FONTS.into_iter().flat_map(|(font, pixels)| (1..=16).map(move |scale| (font, scale, pixels * scale)));
    let off = |pixels: usize| (pixels as f64 - dots).abs();
    let nearest = sizes.min_by(|one, other| off(one.2).total_cmp(&off(other.2)));
    nearest.map_or((RasterHeight::Size20, 1), |(font, scale, _)| (font, scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_a_whole_number_of_dots_and_at_least_two() {
        let module = Dots::per_inch(300.0).whole_module(0.5).unwrap();
        assert!((module - 0.508).abs() < 1e-9, "{module}");
        assert!(Dots::per_inch(203.0).whole_module(0.15).unwrap_err().contains("1 dots at 203"));
    }

    #[test]
    fn the_font_is_the_one_nearest_in_height() {
        assert!(matches!(font(20.0), (RasterHeight::Size20, 1)));
        assert!(matches!(font(40.0), (RasterHeight::Size20, 2)));
        assert!(matches!(font(47.0), (RasterHeight::Size16, 3) | (RasterHeight::Size24, 2)));
    }
}

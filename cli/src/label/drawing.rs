//! One label: the symbol with its quiet zone on the left, text on the right, as SVG and as PNG.
//!
//! Both come from one layout in dots of the printer; SVG states its size in millimetres, PNG its resolution.

use std::fmt::Write;

use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster, get_raster_width};

use super::matrix::Matrix;

/// How large a label is printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    /// Width of a module in millimetres.
    pub(crate) module_mm: f64,
    /// Width of a module in dots of the printer, which are the pixels of the PNG.
    pub(crate) module_dots: usize,
}

/// A label ready to draw.
pub(crate) struct Drawing<'a> {
    symbol: &'a Matrix,
    lines: &'a [String],
    scale: Scale,
}

/// A grey image of a label.
pub(crate) struct Raster {
    /// Pixels in a row.
    pub(crate) width: usize,
    /// Pixels in a column.
    pub(crate) height: usize,
    /// Row-major, 0 is black.
    pub(crate) luma: Vec<u8>,
}

const FONT: RasterHeight = RasterHeight::Size20;
/// Every pixel of the built-in font is drawn as a square of this many dots.
const FONT_SCALE: usize = 2;
const LINE_HEIGHT: usize = 24 * FONT_SCALE;
/// Between symbol and text, and around both.
const MARGIN: usize = 16;

impl<'a> Drawing<'a> {
    /// A label of `symbol` with `lines` of text beside it.
    pub(crate) fn new(symbol: &'a Matrix, lines: &'a [String], scale: Scale) -> Self {
        Self { symbol, lines, scale }
    }

    /// Where the symbol starts, below the margin and its quiet zone.
    fn symbol_origin(&self) -> usize {
        MARGIN + self.symbol.quiet_zone * self.scale.module_dots
    }

    fn symbol_extent(&self, modules: usize) -> usize {
        (modules + 2 * self.symbol.quiet_zone) * self.scale.module_dots
    }

    fn text_origin(&self) -> (usize, usize) {
        (2 * MARGIN + self.symbol_extent(self.symbol.width()), self.symbol_origin())
    }

    /// Width and height in dots.
    fn size(&self) -> (usize, usize) {
        let columns = self.lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
        let (text_x, text_y) = self.text_origin();
        let below_symbol = MARGIN + self.symbol_extent(self.symbol.height());
        let below_text = text_y + self.lines.len() * LINE_HEIGHT;
        (text_x + columns * column_width() + MARGIN, below_symbol.max(below_text) + MARGIN)
    }

    /// The label in dots.
    pub(crate) fn raster(&self) -> Raster {
        let (width, height) = self.size();
        let mut raster = Raster { width, height, luma: vec![255; width * height] };
        let (origin, dots) = (self.symbol_origin(), self.scale.module_dots);
        for (y, row) in self.symbol.rows().enumerate() {
            for x in (0..row.len()).filter(|&x| row[x]) {
                raster.fill(origin + x * dots, origin + y * dots, dots, 0);
            }
        }
        let (text_x, text_y) = self.text_origin();
        for (row, line) in self.lines.iter().enumerate() {
            for (column, character) in line.chars().enumerate() {
                raster.character(character, text_x + column * column_width(), text_y + row * LINE_HEIGHT);
            }
        }
        raster
    }

    /// The label as SVG, sized in millimetres; no style attribute, so that a strict CSP lets it through.
    pub(crate) fn svg(&self) -> String {
        let (width, height) = self.size();
        let mm = |dots: usize| dots as f64 * self.scale.module_mm / self.scale.module_dots as f64;
        let mut svg = String::new();
        // A `String` takes whatever it is given, so the results carry nothing.
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{:.3}mm\" height=\"{:.3}mm\" viewBox=\"0 0 {width} {height}\">\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n<path fill=\"#000\" shape-rendering=\"crispEdges\" d=\"",
            mm(width),
            mm(height),
        );
        let (origin, dots) = (self.symbol_origin(), self.scale.module_dots);
        for (y, row) in self.symbol.rows().enumerate() {
            for (start, length) in dark_runs(row) {
                let _ = write!(
                    svg,
                    "M{} {}h{}v{dots}h-{1}z",
                    origin + start * dots,
                    origin + y * dots,
                    length * dots
                );
            }
        }
        svg.push_str("\"/>\n");
        let (text_x, text_y) = self.text_origin();
        for (row, line) in self.lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            let _ = writeln!(
                svg,
                "<text x=\"{text_x}\" y=\"{}\" textLength=\"{}\" font-family=\"monospace\" font-size=\"{}\" xml:space=\"preserve\">{}</text>",
                text_y + row * LINE_HEIGHT + FONT.val() * FONT_SCALE * 4 / 5,
                line.chars().count() * column_width(),
                FONT.val() * FONT_SCALE * 9 / 10,
                escape(line),
            );
        }
        svg.push_str("</svg>\n");
        svg
    }
}

impl Raster {
    /// The image as PNG that states its resolution, so that it prints at the size asked for.
    pub(crate) fn png(&self, scale: Scale) -> Result<Vec<u8>, String> {
        let side = |pixels: usize| u32::try_from(pixels).map_err(|_| "the label is too large".to_owned());
        let dots_per_metre = (scale.module_dots as f64 / scale.module_mm * 1000.0).round() as u32;
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side(self.width)?, side(self.height)?);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: dots_per_metre,
            yppu: dots_per_metre,
            unit: png::Unit::Meter,
        }));
        let mut writer = encoder.write_header().map_err(|error| error.to_string())?;
        writer.write_image_data(&self.luma).map_err(|error| error.to_string())?;
        writer.finish().map_err(|error| error.to_string())?;
        Ok(bytes)
    }

    fn fill(&mut self, left: usize, top: usize, side: usize, grey: u8) {
        for y in top..top + side {
            self.luma[y * self.width + left..][..side].fill(grey);
        }
    }

    fn character(&mut self, character: char, left: usize, top: usize) {
        let glyph = get_raster(character, FontWeight::Regular, FONT)
            .or_else(|| get_raster('?', FontWeight::Regular, FONT));
        for (y, row) in glyph.iter().flat_map(|glyph| glyph.rows()).enumerate() {
            for (x, &ink) in row.iter().enumerate().filter(|(_, ink)| **ink > 0) {
                self.fill(left + x * FONT_SCALE, top + y * FONT_SCALE, FONT_SCALE, 255 - ink);
            }
        }
    }
}

fn column_width() -> usize {
    get_raster_width(FontWeight::Regular, FONT) * FONT_SCALE
}

/// Start and length of each run of dark modules.
fn dark_runs(row: &[bool]) -> impl Iterator<Item = (usize, usize)> {
    row.chunk_by(|left, right| left == right)
        .scan(0, |start, run| {
            let here = *start;
            *start += run.len();
            Some((here, run))
        })
        .filter(|(_, run)| run[0])
        .map(|(start, run)| (start, run.len()))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

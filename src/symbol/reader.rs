//! Reading every symbol of a frame.
//!
//! Each level of a pyramid is looked at as a whole and cheaply; only windows with a symbol's texture are worked
//! on. The caller may stop the work between two windows: the core has no clock.

use std::borrow::Cow;

use super::{
    Format, Message, Point, Step, Symbol, data_matrix, linear, qr, rxing_reader, steps::Observer, warp::Warp,
};
use crate::frame::{
    Frame, blobs,
    pyramid::Grey,
    texture::{Kind, TILE, Texture},
};

/// How much to look for, and how hard.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Return at most this many symbols; the work stops when there are so many.
    pub max_symbols: usize,
    /// Spend more time on hard frames: let rxing's detectors look too, behind ours.
    pub try_harder: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { max_symbols: 128, try_harder: true }
    }
}

/// Levels of the pyramid: modules of 1.5 to about 60 pixels.
const LEVELS: usize = 4;

/// Fewest tiles of a region that may be a symbol.
const LEAST_TILES: usize = 4;

/// Pixels of the frame for which one more patch of a large region is looked at in each level.
const PIXELS_A_PATCH: f32 = 150_000.0;

/// Windows of a level that are looked at for dotted and rough marks.
const MOST_MARKED: usize = 6;

/// The share of a window that a symbol takes up when nothing else is likely to be in it.
const MOSTLY: f32 = 0.5;

/// Shortest side of an image that is halved once more, in pixels.
const LEAST_SIDE: usize = 48;

/// Reads the symbols in `frame`: none where nothing certain is found, never a guess.
pub fn read(frame: &Frame<'_>, options: &ReadOptions) -> Vec<Symbol> {
    Reading::new(options, &mut |_| {}, &mut || true).run(frame)
}

/// [`read`] within a budget: before each window `may_go_on` is asked, and when it says no, what has been read so
/// far is the answer.
pub fn read_while(
    frame: &Frame<'_>,
    options: &ReadOptions,
    may_go_on: &mut dyn FnMut() -> bool,
) -> Vec<Symbol> {
    Reading::new(options, &mut |_| {}, may_go_on).run(frame)
}

/// [`read`], telling `observe` each step.
pub fn read_observed(frame: &Frame<'_>, options: &ReadOptions, observe: &mut dyn FnMut(Step)) -> Vec<Symbol> {
    Reading::new(options, observe, &mut || true).run(frame)
}

/// Reads the Data Matrix symbols of one window of an image.
type ReadWindow = fn(&Grey<'_>, [usize; 4], Observer<'_>) -> Vec<(Message, Warp)>;

struct Reading<'a> {
    options: &'a ReadOptions,
    observe: Observer<'a>,
    may_go_on: &'a mut dyn FnMut() -> bool,
    symbols: Vec<Symbol>,
}

impl<'a> Reading<'a> {
    fn new(options: &'a ReadOptions, observe: Observer<'a>, may_go_on: &'a mut dyn FnMut() -> bool) -> Self {
        Self { options, observe, may_go_on, symbols: Vec::new() }
    }

    fn run(mut self, frame: &Frame<'_>) -> Vec<Symbol> {
        self.all_levels(frame);
        if self.options.try_harder && self.goes_on() {
            rxing_reader::read(frame).into_iter().for_each(|symbol| self.add(symbol));
        }
        self.symbols.truncate(self.options.max_symbols);
        self.symbols
    }

    fn goes_on(&mut self) -> bool {
        self.symbols.len() < self.options.max_symbols && (self.may_go_on)()
    }

    /// The coarsest level first: a symbol with large modules is read there at a sixteenth of the work, and its
    /// window is passed over on the finer levels.
    fn all_levels(&mut self, frame: &Frame<'_>) {
        let linear = linear::Reader::new();
        let mut levels = vec![Grey {
            luma: Cow::Borrowed(frame.luma()),
            width: frame.width() as usize,
            height: frame.height() as usize,
        }];
        while levels.len() < LEVELS
            && let Some(halved) = levels.last().and_then(|image| image.halved(LEAST_SIDE / 2))
        {
            levels.push(halved);
        }
        for (halvings, image) in levels.iter().enumerate().rev() {
            if !self.goes_on() {
                return;
            }
            self.level(image, (1_u32 << halvings) as f32, &linear);
        }
        if self.options.try_harder && self.symbols.is_empty() {
            self.marks(&levels);
        }
    }

    fn level(&mut self, image: &Grey<'_>, scale: f32, linear: &linear::Reader) {
        let texture = Texture::of(image);
        self.qr_codes(image, &texture, scale);
        let most = patches(image, scale);
        for tiles in blobs::windows(&texture, &texture.regions(Kind::Matrix, LEAST_TILES), most) {
            self.data_matrices(image, window(tiles, image), scale, data_matrix::read);
        }
        for region in texture.regions(Kind::Stripes, LEAST_TILES) {
            if !self.goes_on() {
                return;
            }
            let bounds = window(region.bounds, image).map(|side| side as f32 * scale);
            if self.has_read(bounds) {
                continue;
            }
            (self.observe)(Step::Window { stripes: true, bounds });
            for (format, message, corners) in linear.read(image, &texture, &region) {
                self.add(symbol(format, message, corners, scale));
            }
        }
    }

    fn data_matrices(&mut self, image: &Grey<'_>, window: [usize; 4], scale: f32, read: ReadWindow) {
        if self.has_read(window.map(|side| side as f32 * scale)) || !self.goes_on() {
            return;
        }
        let observe = &mut *self.observe;
        let mut scaled = |step: Step| observe(step.scaled(scale));
        scaled(Step::Window { stripes: false, bounds: window.map(|side| side as f32) });
        for (message, warp) in read(image, window, &mut scaled) {
            self.add(symbol(Format::DataMatrix, message, warp.corners, scale));
        }
    }

    /// Dotted and rough marks, where nothing else was read: the coarsest level first.
    fn marks(&mut self, levels: &[Grey<'_>]) {
        for (halvings, image) in levels.iter().enumerate().rev() {
            let texture = Texture::of(image);
            let scale = (1_u32 << halvings) as f32;
            let regions = texture.regions(Kind::Matrix, LEAST_TILES);
            for tiles in blobs::windows(&texture, &regions, MOST_MARKED).into_iter().take(MOST_MARKED) {
                self.data_matrices(image, window(tiles, image), scale, data_matrix::read_marks);
            }
        }
    }

    fn qr_codes(&mut self, image: &Grey<'_>, texture: &Texture, scale: f32) {
        let observe = &mut *self.observe;
        let symbols = &self.symbols;
        let known = |place: Point| {
            let place = Point { x: place.x * scale, y: place.y * scale };
            symbols.iter().any(|symbol| symbol.holds(place))
        };
        let found = qr::read(image, texture, known, &mut |step: Step| observe(step.scaled(scale)));
        for (format, message, corners) in found {
            self.add(symbol(format, message, corners, scale));
        }
    }

    /// Most of a window is taken up by a symbol that a coarser level read.
    fn has_read(&self, [left, top, right, bottom]: [f32; 4]) -> bool {
        let area = (right - left) * (bottom - top);
        self.symbols.iter().any(|symbol| {
            let [x, y] = [symbol.corners.map(|corner| corner.x), symbol.corners.map(|corner| corner.y)];
            let least = |values: [f32; 4]| values.into_iter().fold(f32::INFINITY, f32::min);
            let most = |values: [f32; 4]| values.into_iter().fold(f32::NEG_INFINITY, f32::max);
            let width = right.min(most(x)) - left.max(least(x));
            let height = bottom.min(most(y)) - top.max(least(y));
            width > 0.0 && height > 0.0 && width * height >= area * MOSTLY
        })
    }

    /// Keeps a symbol, unless it is one that has been read before: same message, and one's centre lies within
    /// the other.
    fn add(&mut self, symbol: Symbol) {
        (self.observe)(Step::Read { format: symbol.format, corners: symbol.corners });
        let same = |other: &Symbol| {
            symbol.format == other.format && symbol.bytes == other.bytes && near(&symbol, other)
        };
        if !self.symbols.iter().any(same) {
            self.symbols.push(symbol);
        }
    }
}

/// Patches of large regions looked at in a level that is `scale` times smaller than the frame.
fn patches(image: &Grey<'_>, scale: f32) -> usize {
    8 + (image.width as f32 * image.height as f32 * scale * scale / PIXELS_A_PATCH) as usize
}

/// The pixels of tiles (first column and row, last column and row) and of a tile around them.
fn window([left, top, right, bottom]: [usize; 4], image: &Grey<'_>) -> [usize; 4] {
    [
        (left * TILE).saturating_sub(TILE),
        (top * TILE).saturating_sub(TILE),
        ((right + 2) * TILE).min(image.width),
        ((bottom + 2) * TILE).min(image.height),
    ]
}

fn symbol(format: Format, message: Message, corners: [Point; 4], scale: f32) -> Symbol {
    Symbol {
        format,
        symbology_identifier: message.symbology_identifier,
        bytes: message.bytes,
        corners: corners.map(|corner| Point { x: corner.x * scale, y: corner.y * scale }),
    }
}

fn near(one: &Symbol, other: &Symbol) -> bool {
    let (a, b) = (one.centre(), other.centre());
    let reach = one.extent().max(other.extent()) / 2.0;
    (a.x - b.x).abs() <= reach && (a.y - b.y).abs() <= reach
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paper_holds_no_symbol_and_a_spent_budget_reads_none() {
        let luma = vec![230; 320 * 240];
        let frame = Frame::new(&luma, 320, 240).unwrap();
        assert_eq!(read(&frame, &ReadOptions::default()), []);
        let mut asked = 0;
        let mut budget = || {
            asked += 1;
            false
        };
        assert_eq!(read_while(&frame, &ReadOptions::default(), &mut budget), []);
        assert!(asked <= 2);
    }
}

//! Reading every symbol of a frame.
//!
//! Each level of a pyramid is looked at as a whole and cheaply; only windows with a symbol's texture are worked
//! on. The caller may stop the work between two windows: the core has no clock. Where the caller says where to
//! look, as the last picture of a video does, only that is looked at if it holds a symbol.

mod options;
mod patches;
mod places;
mod second_look;

use std::borrow::Cow;

use super::guidance::{self, Place};
use super::{Format, Message, Point, Step, Symbol, data_matrix, linear, qr, steps::Observer, warp::Warp};
use crate::frame::{
    Frame,
    blobs::{self, Tiles},
    drawing::thickened,
    part::cut_out,
    pyramid::Grey,
    texture::{Kind, Region, Texture},
};

pub use options::{ReadOptions, Reading};
use places::{moved, near, overlap, place, scaled, symbol, window};

/// Levels of the pyramid: modules of 1.5 to about 60 pixels.
const LEVELS: usize = 4;

/// Fewest tiles of a region that may be a symbol, if one too small to be read.
const LEAST_TILES: usize = 4;

/// Fewest tiles of a region in which a symbol can be read: three a side for 16 modules of a pixel and a half.
const LEAST_READ: usize = 9;

/// Pixels of the frame for which one more region is looked at in each level.
const PIXELS_A_REGION: f32 = 75_000.0;

/// Windows of a level that are looked at for dotted and rough marks.
const MOST_MARKED: usize = 2;

/// Shortest side of a halved level that is looked at for marks, in pixels: in a smaller one a mark would have to fill
/// the frame.
const LEAST_MARKED: usize = 240;

/// The share of a window that a symbol takes up when nothing else is likely to be in it.
const MOSTLY: f32 = 0.5;

/// The share of a strip of stripes that symbols take up when no other is likely to be in it.
const NEARLY_ALL: f32 = 0.7;

/// Shortest side of an image that is halved once more, in pixels.
const LEAST_SIDE: usize = 48;

/// The share of its parallelogram that a linear symbol's stripes fill, at least; those of wood and cloth lie about.
const LEAST_FILLED: f32 = 0.55;

/// How much is looked at around a place named by the caller, as a share of its longer side.
const AROUND: f32 = 0.4;

/// Reads the symbols in `frame`: none where nothing certain is found, never a guess.
pub fn read(frame: &Frame<'_>, options: &ReadOptions) -> Vec<Symbol> {
    Search::new(options, &mut |_| {}, &mut || true).run(frame).symbols
}

/// [`read`] within a budget: before each window `may_go_on` is asked, and when it says no, what has been read so
/// far is the answer.
pub fn read_while(
    frame: &Frame<'_>,
    options: &ReadOptions,
    may_go_on: &mut dyn FnMut() -> bool,
) -> Vec<Symbol> {
    read_guided(frame, options, may_go_on).symbols
}

/// [`read_while`], and where nothing was read, what hinders it.
pub fn read_guided(frame: &Frame<'_>, options: &ReadOptions, may_go_on: &mut dyn FnMut() -> bool) -> Reading {
    Search::new(options, &mut |_| {}, may_go_on).run(frame)
}

/// [`read`], telling `observe` each step.
pub fn read_observed(frame: &Frame<'_>, options: &ReadOptions, observe: &mut dyn FnMut(Step)) -> Vec<Symbol> {
    Search::new(options, observe, &mut || true).run(frame).symbols
}

/// Reads the Data Matrix symbols of a window of pixels.
type ReadWindow = fn(&Grey<'_>, [usize; 4], data_matrix::Known<'_>, Observer<'_>) -> Vec<(Message, Warp)>;

/// What the first look at a level shows.
struct Seen {
    texture: Texture,
    regions: Vec<Region>,
    /// Patches of the larger regions, the likeliest first.
    patches: Vec<Tiles>,
}

struct Search<'a> {
    options: &'a ReadOptions,
    observe: Observer<'a>,
    may_go_on: &'a mut dyn FnMut() -> bool,
    symbols: Vec<Symbol>,
    places: Vec<Place>,
    /// Finder patterns like those of QR Code, and the halvings of the level that shows them.
    finders: Vec<(usize, qr::Finder)>,
}

impl<'a> Search<'a> {
    fn new(options: &'a ReadOptions, observe: Observer<'a>, may_go_on: &'a mut dyn FnMut() -> bool) -> Self {
        Self { options, observe, may_go_on, symbols: Vec::new(), places: Vec::new(), finders: Vec::new() }
    }

    fn run(mut self, frame: &Frame<'_>) -> Reading {
        let image = Grey {
            luma: Cow::Borrowed(frame.luma()),
            width: frame.width() as usize,
            height: frame.height() as usize,
        };
        if let Some((image, times)) = thickened(&image) {
            self.whole(image);
            for corner in self.symbols.iter_mut().flat_map(|symbol| &mut symbol.corners) {
                corner.x /= times.0 as f32;
                corner.y /= times.1 as f32;
            }
        } else if !self.look_first(&image) {
            self.whole(image.clone());
        }
        self.symbols.truncate(self.options.max_symbols);
        let guidance = self.symbols.is_empty().then(|| guidance::of(&image, &self.places)).flatten();
        Reading { symbols: self.symbols, guidance }
    }

    fn whole(&mut self, image: Grey<'_>) {
        let levels = levels(image);
        self.all_levels(&levels);
        let spared = self.options.spare_once_read && !self.symbols.is_empty();
        if self.options.try_harder && !spared {
            self.micro_qr_codes(&levels);
            if let Some(image) = levels.first().filter(|_| self.goes_on()) {
                self.look_again(image);
            }
        }
    }

    /// Looks at the places that the caller named, each with as much around it as a hand moves between two
    /// pictures; true where each gave a symbol.
    fn look_first(&mut self, image: &Grey<'_>) -> bool {
        let mut all = !self.options.look_first.is_empty();
        for &bounds in &self.options.look_first {
            let Some((part, [left, top])) = cut_out(image, bounds, AROUND) else {
                all = false;
                continue;
            };
            let own = std::mem::take(&mut self.symbols);
            self.all_levels(&levels(part));
            let read = std::mem::replace(&mut self.symbols, own);
            all &= !read.is_empty();
            // Places seen in a part are not known by the whole frame's pixels.
            self.places.clear();
            self.finders.clear();
            for symbol in read {
                self.add(moved(symbol, Point { x: left as f32, y: top as f32 }));
            }
        }
        all
    }

    fn goes_on(&mut self) -> bool {
        self.symbols.len() < self.options.max_symbols && (self.may_go_on)()
    }

    /// The coarsest level first: a symbol with large modules is read there at a sixteenth of the work, and its
    /// window is passed over on the finer levels.
    fn all_levels(&mut self, levels: &[Grey<'_>]) {
        let mut seen = Vec::with_capacity(levels.len());
        for (halvings, image) in levels.iter().enumerate().rev() {
            if !self.goes_on() {
                return;
            }
            seen.push((halvings, image, self.level(image, halvings)));
        }
        for (halvings, image, seen) in &seen {
            self.patches(image, *halvings, &seen.patches);
        }
        if self.options.try_harder && self.symbols.is_empty() {
            for (halvings, image, seen) in &seen {
                self.marks(image, *halvings, seen);
            }
        }
    }

    /// Looks at the regions of a level as they are; the patches of the larger ones are for later.
    fn level(&mut self, image: &Grey<'_>, halvings: usize) -> Seen {
        let scale = (1_u32 << halvings) as f32;
        let texture = Texture::of(image);
        let finders = qr::finders(image, &texture, qr::least_module(halvings));
        self.qr_codes(image, &finders, scale);
        self.finders.extend(finders.into_iter().map(|finder| (halvings, finder)));
        let regions = texture.regions(Kind::Matrix, LEAST_TILES);
        for region in blobs::wholes(&regions, wholes(image, scale)) {
            let fit = if region.tiles.len() < LEAST_READ {
                0.0
            } else {
                self.data_matrices(image, window(region.bounds, image), scale, data_matrix::read)
            };
            self.places.push(place(guidance::Kind::Matrix, region.bounds, region.tiles.len(), scale, fit));
        }
        let patches = blobs::patches(&texture, &regions, patches::most_patches(image, scale));
        for stripes in linear::stripes(image, &texture) {
            if !self.goes_on() {
                break;
            }
            if self.has_read_all(&stripes, scale) {
                continue;
            }
            let bounds = scaled(window(stripes.tiles, image), scale);
            (self.observe)(Step::Window { stripes: true, bounds });
            if stripes.filled() >= LEAST_FILLED {
                for (format, message, corners) in linear::read(image, stripes, scale < 1.5) {
                    self.add(symbol(format, message, corners, scale));
                }
            }
            self.places.push(place(guidance::Kind::Linear, stripes.tiles, stripes.count, scale, 0.0));
        }
        Seen { texture, regions, patches }
    }

    /// Reads the Data Matrix symbols of a window; gives the best correlation of a grid that was laid in it, 0 where none was.
    fn data_matrices(&mut self, image: &Grey<'_>, window: [usize; 4], scale: f32, read: ReadWindow) -> f32 {
        if self.has_read(scaled(window, scale)) || !self.goes_on() {
            return 0.0;
        }
        let observe = &mut *self.observe;
        let mut fit: f32 = 0.0;
        let mut scaled = |step: Step| {
            if let Step::Grid { score, .. } = step {
                fit = fit.max(score);
            }
            observe(step.scaled(scale));
        };
        scaled(Step::Window { stripes: false, bounds: window.map(|side| side as f32) });
        let symbols = &self.symbols;
        let known = |place: Point| {
            let place = Point { x: place.x * scale, y: place.y * scale };
            symbols.iter().any(|symbol| symbol.holds(place))
        };
        for (message, warp) in read(image, window, &known, &mut scaled) {
            self.add(symbol(Format::DataMatrix, message, warp.corners, scale));
        }
        fit
    }

    /// Looks for dotted and rough marks in the likeliest windows of a level.
    fn marks(&mut self, image: &Grey<'_>, halvings: usize, seen: &Seen) {
        if image.width.min(image.height) < LEAST_MARKED && halvings > 0 {
            return;
        }
        let scale = (1_u32 << halvings) as f32;
        for tiles in blobs::windows(&seen.texture, &seen.regions, MOST_MARKED) {
            self.data_matrices(image, window(tiles, image), scale, data_matrix::read_marks);
        }
    }

    fn qr_codes(&mut self, image: &Grey<'_>, finders: &[qr::Finder], scale: f32) {
        let observe = &mut *self.observe;
        let symbols = &self.symbols;
        let known = |place: Point| {
            let place = Point { x: place.x * scale, y: place.y * scale };
            symbols.iter().any(|symbol| symbol.holds(place))
        };
        let found = qr::read(image, finders, known, &mut |step: Step| observe(step.scaled(scale)));
        for (format, message, corners) in found {
            self.add(symbol(format, message, corners, scale));
        }
    }

    /// Most of a window is taken up by a symbol that a coarser level read.
    fn has_read(&self, window: [f32; 4]) -> bool {
        let area = |[left, top, right, bottom]: [f32; 4]| (right - left) * (bottom - top);
        self.symbols.iter().any(|symbol| area(overlap(symbol.bounds(), window)) >= MOSTLY * area(window))
    }

    /// Most of a strip of stripes is taken up by symbols that were read: another may lie beside them, and at a slant their
    /// bounds tell nothing.
    fn has_read_all(&self, stripes: &linear::Stripes, scale: f32) -> bool {
        let (mut taken, mut all) = (0, 0);
        for Point { x, y } in stripes.places() {
            let place = Point { x: x * scale, y: y * scale };
            taken += usize::from(self.symbols.iter().any(|symbol| symbol.holds(place)));
            all += 1;
        }
        taken as f32 >= NEARLY_ALL * all as f32
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

/// Regions looked at as wholes in a level that is `scale` times smaller than the frame: a page of text has more words
/// than a frame has symbols.
fn wholes(image: &Grey<'_>, scale: f32) -> usize {
    6 + (image.width as f32 * image.height as f32 * scale * scale / PIXELS_A_REGION) as usize
}

/// The image and its halved copies, the image first.
fn levels(image: Grey<'_>) -> Vec<Grey<'_>> {
    let mut levels = vec![image];
    while levels.len() < LEVELS
        && let Some(halved) = levels.last().and_then(|image| image.halved(LEAST_SIDE / 2))
    {
        levels.push(halved);
    }
    levels
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

//! Reading every symbol of a frame.
//!
//! Each level of a pyramid is looked at as a whole and cheaply; only windows with a symbol's texture are worked
//! on. The caller may stop the work between two windows: the core has no clock. Where the caller says where to
//! look, as the last picture of a video does, only that is looked at if it holds a symbol.

use std::borrow::Cow;

use super::guidance::{self, Guidance, Place};
use super::{
    Format, Message, Point, Step, Symbol, aztec, data_matrix, linear, qr, rxing_reader, steps::Observer,
    warp::Warp,
};
use crate::frame::{
    Frame, blobs,
    drawing::{framed, thickened},
    part::cut_out,
    pyramid::Grey,
    ranking::highest_first,
    texture::{Kind, TILE, Texture},
};

/// How much to look for, and how hard.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Return at most this many symbols; the work stops when there are so many.
    pub max_symbols: usize,
    /// Spend more time on hard frames: let rxing's detectors look too, behind ours.
    pub try_harder: bool,
    /// Spare that time where anything was read: the next picture of a video will tell what else there is.
    pub spare_once_read: bool,
    /// Places to look at first: left, top, right, bottom, in pixels. If each of them holds a symbol, the rest of
    /// the frame is not looked at.
    pub look_first: Vec<[f32; 4]>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { max_symbols: 128, try_harder: true, spare_once_read: false, look_first: Vec::new() }
    }
}

/// What a frame gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The symbols in it.
    pub symbols: Vec<Symbol>,
    /// What hinders reading, where something looks like a symbol and none was read.
    pub guidance: Option<Guidance>,
}

/// Levels of the pyramid: modules of 1.5 to about 60 pixels.
const LEVELS: usize = 4;

/// Fewest tiles of a region that may be a symbol.
const LEAST_TILES: usize = 4;

/// Pixels of the frame for which one more patch of a large region is looked at in each level.
const PIXELS_A_PATCH: f32 = 150_000.0;

/// Pixels of the frame for which one more region is looked at in each level.
const PIXELS_A_REGION: f32 = 75_000.0;

/// Windows of a level that are looked at for dotted and rough marks.
const MOST_MARKED: usize = 3;

/// Shortest side of a halved level that is looked at for marks, in pixels: in a smaller one a mark would have to fill
/// the frame.
const LEAST_MARKED: usize = 240;

/// The share of a window that a symbol takes up when nothing else is likely to be in it.
const MOSTLY: f32 = 0.5;

/// The share of a strip of stripes that symbols take up when no other is likely to be in it.
const NEARLY_ALL: f32 = 0.7;

/// Shortest side of an image that is halved once more, in pixels.
const LEAST_SIDE: usize = 48;

/// Longest side of a picture that is also read with a margin around it.
const MOST_FRAMED: usize = 640;

/// How much is looked at around a place named by the caller, as a share of its longer side.
const AROUND: f32 = 0.4;

/// How much around a window that is looked at again.
const AROUND_AGAIN: f32 = 0.1;

/// Windows looked at again, at most.
const LOOKED_AGAIN: usize = 8;

/// Pixels of a picture that is looked at again as a whole.
const SMALL: usize = 640 * 480;

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

    /// Micro QR Code where one finder pattern stands alone.
    fn micro_qr_codes(&mut self, levels: &[Grey<'_>]) {
        for (halvings, finder) in std::mem::take(&mut self.finders) {
            let scale = (1_u32 << halvings) as f32;
            let centre = Point { x: finder.centre.x * scale, y: finder.centre.y * scale };
            let Some(image) = levels.get(halvings) else { continue };
            if self.symbols.iter().any(|symbol| symbol.holds(centre)) {
                continue;
            }
            if !self.goes_on() {
                return;
            }
            let observe = &mut *self.observe;
            let found = qr::micro::read_at(image, &finder, &mut |step: Step| observe(step.scaled(scale)));
            if let Some((message, corners)) = found {
                self.add(symbol(Format::MicroQRCode, message, corners, scale));
            }
        }
    }

    /// Looks again at the places where something was seen and nothing read, the largest first: for symbols of one
    /// finder pattern, and with rxing.
    fn look_again(&mut self, image: &Grey<'_>) {
        let area = |[left, top, right, bottom]: [f32; 4]| (right - left) * (bottom - top);
        let mut windows: Vec<(guidance::Kind, [f32; 4])> =
            self.places.iter().map(|place| (place.kind, place.bounds)).collect();
        // A close-up or a drawing may have no edge to its texture.
        if image.width * image.height <= SMALL {
            let all = [0.0, 0.0, image.width as f32, image.height as f32];
            windows.extend([guidance::Kind::Linear, guidance::Kind::Matrix].map(|kind| (kind, all)));
        }
        highest_first(&mut windows, |window| area(window.1));
        let mut looked: Vec<(guidance::Kind, [f32; 4])> = Vec::new();
        for (kind, window) in windows {
            let known = |(of, other): &(guidance::Kind, [f32; 4])| {
                *of == kind && area(overlap(*other, window)) > MOSTLY * area(window)
            };
            if looked.len() >= LOOKED_AGAIN || !self.goes_on() {
                return;
            }
            if looked.iter().any(known) || self.has_read(window) {
                continue;
            }
            looked.push((kind, window));
            let Some((part, [left, top])) = cut_out(image, window, AROUND_AGAIN) else { continue };
            self.look_again_at(&part, kind, Point { x: left as f32, y: top as f32 });
        }
        // In a drawing without a quiet zone no finder pattern was seen.
        if self.symbols.is_empty() && image.width.max(image.height) <= MOST_FRAMED && self.goes_on() {
            let (framed, margin) = framed(image);
            let by = Point { x: -(margin as f32), y: -(margin as f32) };
            let observe = &mut *self.observe;
            for (message, at) in qr::micro::read(&framed, &mut |step: Step| observe(step.moved(by))) {
                self.add(moved(symbol(Format::MicroQRCode, message, at, 1.0), by));
            }
            if self.symbols.is_empty() {
                self.look_again_at(&framed, guidance::Kind::Matrix, by);
            }
        }
    }

    /// Looks again at a part of the frame that lies `by` so far to the right and down.
    fn look_again_at(&mut self, part: &Grey<'_>, kind: guidance::Kind, by: Point) {
        let mut found = Vec::new();
        if kind == guidance::Kind::Matrix {
            // Beside another symbol an Aztec Code is rare on labels, and to search for small ones takes long.
            let halved = if self.symbols.is_empty() { None } else { part.halved(LEAST_SIDE) };
            let (image, scale) = halved.as_ref().map_or((part, 1.0), |halved| (halved, 2.0));
            let observe = &mut *self.observe;
            let mut observe = |step: Step| observe(step.scaled(scale).moved(by));
            let aztec = aztec::read(image, &mut observe);
            found.extend(aztec.into_iter().map(|(message, at)| symbol(Format::Aztec, message, at, scale)));
        }
        if found.is_empty() {
            found = rxing_reader::read(part, kind);
        }
        for symbol in found {
            self.add(moved(symbol, by));
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
        for (halvings, image) in levels.iter().enumerate().rev() {
            if !self.goes_on() {
                return;
            }
            self.level(image, halvings);
        }
        if self.options.try_harder && self.symbols.is_empty() {
            self.marks(levels);
        }
    }

    fn level(&mut self, image: &Grey<'_>, halvings: usize) {
        let scale = (1_u32 << halvings) as f32;
        let texture = Texture::of(image);
        let finders = qr::finders(image, &texture);
        self.qr_codes(image, &finders, scale);
        self.finders.extend(finders.into_iter().map(|finder| (halvings, finder)));
        let regions = texture.regions(Kind::Matrix, LEAST_TILES);
        for tiles in blobs::windows(&texture, &regions, wholes(image, scale), patches(image, scale)) {
            let finder = self.data_matrices(image, window(tiles, image), scale, data_matrix::read);
            // A patch of a large region is a place of its own only where a finder pattern was seen.
            let count = regions.iter().find(|region| region.bounds == tiles).map_or(0, |r| r.tiles.len());
            self.places.push(place(guidance::Kind::Matrix, tiles, count, scale, finder));
        }
        for stripes in linear::stripes(image, &texture) {
            if !self.goes_on() {
                return;
            }
            if self.has_read_all(&stripes, scale) {
                continue;
            }
            let bounds = window(stripes.tiles, image).map(|side| side as f32 * scale);
            (self.observe)(Step::Window { stripes: true, bounds });
            for (format, message, corners) in linear::read(image, stripes, scale < 1.5) {
                self.add(symbol(format, message, corners, scale));
            }
            self.places.push(place(guidance::Kind::Linear, stripes.tiles, stripes.count, scale, false));
        }
    }

    /// Reads the Data Matrix symbols of a window; true where a grid was laid in it.
    fn data_matrices(&mut self, image: &Grey<'_>, window: [usize; 4], scale: f32, read: ReadWindow) -> bool {
        if self.has_read(window.map(|side| side as f32 * scale)) || !self.goes_on() {
            return false;
        }
        let observe = &mut *self.observe;
        let mut finder = false;
        let mut scaled = |step: Step| {
            finder |= matches!(step, Step::Grid { .. });
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
        finder
    }

    /// Dotted and rough marks, where nothing else was read: the coarsest level first.
    fn marks(&mut self, levels: &[Grey<'_>]) {
        for (halvings, image) in levels.iter().enumerate().rev() {
            if image.width.min(image.height) < LEAST_MARKED && halvings > 0 {
                continue;
            }
            let texture = Texture::of(image);
            let scale = (1_u32 << halvings) as f32;
            let regions = texture.regions(Kind::Matrix, LEAST_TILES);
            for tiles in
                blobs::windows(&texture, &regions, MOST_MARKED, MOST_MARKED).into_iter().take(MOST_MARKED)
            {
                self.data_matrices(image, window(tiles, image), scale, data_matrix::read_marks);
            }
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

/// Patches of large regions looked at in a level that is `scale` times smaller than the frame.
fn patches(image: &Grey<'_>, scale: f32) -> usize {
    3 + (image.width as f32 * image.height as f32 * scale * scale / PIXELS_A_PATCH) as usize
}

/// Regions looked at as wholes in a level that is `scale` times smaller than the frame: a page of text has more words
/// than a frame has symbols.
fn wholes(image: &Grey<'_>, scale: f32) -> usize {
    6 + (image.width as f32 * image.height as f32 * scale * scale / PIXELS_A_REGION) as usize
}

/// Tiles (left, top, right, bottom, `count` of them) as a place of the frame.
fn place(kind: guidance::Kind, tiles: [usize; 4], count: usize, scale: f32, finder: bool) -> Place {
    let [left, top, right, bottom] = tiles;
    let filled = count as f32 / ((right + 1 - left) * (bottom + 1 - top)) as f32;
    let bounds = [left, top, right + 1, bottom + 1].map(|tile| (tile * TILE) as f32 * scale);
    Place { kind, bounds, filled, finder }
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

/// A symbol of a part that lies `by` so far to the right and down.
fn moved(mut symbol: Symbol, by: Point) -> Symbol {
    for corner in &mut symbol.corners {
        (corner.x, corner.y) = (corner.x + by.x, corner.y + by.y);
    }
    symbol
}

/// What two boxes share; of no extent where that is nothing.
fn overlap(one: [f32; 4], other: [f32; 4]) -> [f32; 4] {
    let (left, top) = (one[0].max(other[0]), one[1].max(other[1]));
    [left, top, one[2].min(other[2]).max(left), one[3].min(other[3]).max(top)]
}

/// The pixels of tiles (left, top, right, bottom) and of a tile around them.
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

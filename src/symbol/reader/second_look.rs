//! A second look at the places where something was seen and nothing read.

use std::borrow::Cow;

use crate::frame::{drawing::framed, part::cut_out, pyramid::Grey, ranking::highest_first};
use crate::symbol::{
    Format, Point, Step, aztec,
    guidance::{self, Place},
    pdf417, qr,
    rxing_reader::{self, Wanted},
};

use super::{
    LEAST_SIDE, MOSTLY, Search,
    places::{moved, overlap, symbol},
};

/// Longest side of a picture that is also read with a margin around it.
const MOST_FRAMED: usize = 640;

/// How much around a window that is looked at again.
const AROUND_AGAIN: f32 = 0.1;

/// Windows looked at again, at most.
const LOOKED_AGAIN: usize = 8;

/// Correlation of a grid with its finder pattern from which on a window is worth another look: text comes to 0.8 and more.
const LEAST_LIKE: f32 = 0.85;

/// Symbols of a frame from which on more of the like are expected where no finder pattern was seen.
const MANY: usize = 4;

/// Windows without a finder pattern in which PDF417 is looked for, the largest: its symbols are large.
const MOST_STACKED: usize = 3;

/// Pixels of a part in which Aztec Codes are looked for in half its size, and, beside other symbols, PDF417.
const LARGE: usize = 400 * 400;

/// Pixels of a picture that is looked at again as a whole.
const SMALL: usize = 640 * 480;

impl Search<'_> {
    /// Micro QR Code where one finder pattern stands alone, which must be seen in every direction.
    pub(super) fn micro_qr_codes(&mut self, levels: &[Grey<'_>]) {
        let is_clear = |(_, finder): &(usize, qr::Finder)| finder.directions == qr::DIRECTIONS;
        let clear: Vec<(usize, qr::Finder)> = self.finders.iter().copied().filter(is_clear).collect();
        for (halvings, finder) in clear {
            let (scale, centre) = ((1_u32 << halvings) as f32, centre(&(halvings, finder)));
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
    pub(super) fn look_again(&mut self, image: &Grey<'_>) {
        let area = |[left, top, right, bottom]: [f32; 4]| (right - left) * (bottom - top);
        // A close-up or a drawing may have no edge to its texture.
        let is_small = image.width * image.height <= SMALL;
        let mut places = self.places.clone();
        if is_small {
            let bounds = [0.0, 0.0, image.width as f32, image.height as f32];
            let whole = |kind| Place { kind, bounds, filled: 1.0, fit: 1.0 };
            places.extend([guidance::Kind::Linear, guidance::Kind::Matrix].map(whole));
        }
        highest_first(&mut places, |place| area(place.bounds));
        let mut looked: Vec<Place> = Vec::new();
        for &place in &places {
            let known = |other: &Place| {
                other.kind == place.kind
                    && area(overlap(other.bounds, place.bounds)) > MOSTLY * area(place.bounds)
            };
            // What is read besides is read by the first look, nearly always.
            let most = if self.symbols.is_empty() { LOOKED_AGAIN } else { 1 + self.symbols.len() };
            if looked.len() >= most.min(LOOKED_AGAIN) || !self.goes_on() {
                break;
            }
            if looked.iter().any(known) || self.has_read(place.bounds) {
                continue;
            }
            looked.push(place);
            let Some((part, [left, top])) = cut_out(image, place.bounds, AROUND_AGAIN) else { continue };
            let by = Point { x: left as f32, y: top as f32 };
            let is_matrix = place.kind == guidance::Kind::Matrix;
            if is_matrix && self.aztec(&part, is_small, by) {
                continue;
            }
            let is_likely = is_small || self.symbols.len() >= MANY;
            let (finders, clear) = self.finders_in(&place);
            let qr = is_matrix && (is_likely || (finders >= 2 && clear >= 1));
            // Data that look like finder patterns of QR Code to ours may be those of a Data Matrix.
            let data_matrix = is_matrix && (is_likely || finders >= 2 || place.fit > LEAST_LIKE);
            // Single rows read what has no quiet zone or only a few rows of pixels: drawings, and what fills a picture alone.
            let bars = !is_matrix && (is_small || self.symbols.is_empty());
            let wanted = Wanted { bars, data_matrix, qr };
            let may_be_stacked = wanted != Wanted::default() || looked.len() <= MOST_STACKED;
            if !self.with_rxing(&part, wanted, by) && may_be_stacked {
                self.pdf417(&part, is_small, by);
            }
        }
        // In a drawing without a quiet zone no finder pattern was seen.
        if self.symbols.is_empty() && image.width.max(image.height) <= MOST_FRAMED && self.goes_on() {
            let (framed, margin) = framed(image);
            let by = Point { x: -(margin as f32), y: -(margin as f32) };
            let observe = &mut *self.observe;
            for (message, at) in qr::micro::read(&framed, &mut |step: Step| observe(step.moved(by))) {
                self.add(moved(symbol(Format::MicroQRCode, message, at, 1.0), by));
            }
            if self.symbols.is_empty() && !self.aztec(&framed, true, by) {
                let wanted = Wanted { data_matrix: true, qr: true, bars: false };
                if !self.with_rxing(&framed, wanted, by) {
                    self.pdf417(&framed, true, by);
                }
            }
        }
    }

    /// How many finder patterns like those of QR Code were seen in a place that are of no symbol read before, and how many of
    /// them in every direction.
    fn finders_in(&self, place: &Place) -> (usize, usize) {
        let [left, top, right, bottom] = place.bounds;
        let is_read = |at: Point| self.symbols.iter().any(|symbol| symbol.holds(at));
        let inside =
            |at: Point| (left..right).contains(&at.x) && (top..bottom).contains(&at.y) && !is_read(at);
        let seen = self.finders.iter().filter(|finder| inside(centre(finder)));
        seen.fold((0, 0), |(all, clear), (_, finder)| {
            (all + 1, clear + usize::from(finder.directions == qr::DIRECTIONS))
        })
    }

    /// Aztec Code in a part of the frame that lies `by` so far to the right and down; true where any was read. Beside
    /// another symbol it is rare on labels, and to search for small ones takes long; so it does in a large part of a
    /// camera's picture, most of which is cloth, wood or print.
    fn aztec(&mut self, part: &Grey<'_>, is_small: bool, by: Point) -> bool {
        let halvings = usize::from(!self.symbols.is_empty()) + usize::from(is_large(part, is_small));
        let observe = &mut *self.observe;
        let (image, scale) = halved(part, halvings);
        let found = aztec::read(&image, &mut |step: Step| observe(step.scaled(scale).moved(by)));
        let any = !found.is_empty();
        for (message, corners) in found {
            self.add(moved(symbol(Format::Aztec, message, corners, scale), by));
        }
        any
    }

    /// What rxing reads in a part of the frame that lies `by` so far to the right and down; true where it reads any.
    fn with_rxing(&mut self, part: &Grey<'_>, what: Wanted, by: Point) -> bool {
        if what == Wanted::default() {
            return false;
        }
        let found = rxing_reader::read(part, what);
        let any = !found.is_empty();
        for symbol in found {
            self.add(moved(symbol, by));
        }
        any
    }

    /// PDF417 in a part of the frame that lies `by` so far to the right and down, where nothing else is read: it has bars
    /// in rows, and may look like stripes or like a matrix. In a large part that holds another symbol small ones are rare.
    fn pdf417(&mut self, part: &Grey<'_>, is_small: bool, by: Point) {
        let halvings = usize::from(!self.symbols.is_empty() && is_large(part, is_small));
        let observe = &mut *self.observe;
        let (image, scale) = halved(part, halvings);
        for (message, corners) in
            pdf417::read(&image, &mut |step: Step| observe(step.scaled(scale).moved(by)))
        {
            self.add(moved(symbol(Format::PDF417, message, corners, scale), by));
        }
    }
}

/// Whether a part of a camera's picture is larger than the symbols sought in it are likely to be.
fn is_large(part: &Grey<'_>, is_small: bool) -> bool {
    !is_small && part.width * part.height > LARGE
}

/// A part halved so often, or as often as it can be, and by how much it was larger.
fn halved<'a>(part: &'a Grey<'_>, times: usize) -> (Cow<'a, Grey<'a>>, f32) {
    let mut image = Cow::Borrowed(part);
    let mut scale = 1.0;
    for _ in 0..times {
        let Some(next) = image.halved(LEAST_SIDE) else { break };
        (image, scale) = (Cow::Owned(next), 2.0 * scale);
    }
    (image, scale)
}

/// Where a finder pattern lies in the frame.
fn centre((halvings, finder): &(usize, qr::Finder)) -> Point {
    let scale = (1_u32 << halvings) as f32;
    Point { x: finder.centre.x * scale, y: finder.centre.y * scale }
}

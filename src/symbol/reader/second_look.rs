//! A second look at the places where something was seen and nothing read.

use crate::frame::{drawing::framed, part::cut_out, pyramid::Grey, ranking::highest_first};
use crate::symbol::{Format, Point, Step, aztec, guidance, qr, rxing_reader};

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

/// Pixels of a picture that is looked at again as a whole.
const SMALL: usize = 640 * 480;

impl Search<'_> {
    /// Micro QR Code where one finder pattern stands alone.
    pub(super) fn micro_qr_codes(&mut self, levels: &[Grey<'_>]) {
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
    pub(super) fn look_again(&mut self, image: &Grey<'_>) {
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
            // What is read besides is read by the first look, nearly always.
            let most = if self.symbols.is_empty() { LOOKED_AGAIN } else { 1 + self.symbols.len() };
            if looked.len() >= most.min(LOOKED_AGAIN) || !self.goes_on() {
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
}

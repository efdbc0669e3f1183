//! Reading every symbol of a frame.

use std::borrow::Cow;

use super::{Format, Point, Step, Symbol, data_matrix, rxing_reader, steps::Observer};
use crate::frame::{
    Frame,
    pyramid::Grey,
    texture::{Kind, TILE, Texture},
};

/// How much to look for, and how hard.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Return at most this many symbols.
    pub max_symbols: usize,
    /// Spend more time on hard frames: let rxing's detectors look too, behind ours.
    pub try_harder: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { max_symbols: 32, try_harder: true }
    }
}

/// Levels of the pyramid: modules of 1.5 to about 50 pixels.
const LEVELS: usize = 4;

/// Reads the symbols in `frame`: none where nothing certain is found, never a guess.
pub fn read(frame: &Frame<'_>, options: &ReadOptions) -> Vec<Symbol> {
    read_observed(frame, options, &mut |_| {})
}

/// [`read`], telling `observe` each step.
pub fn read_observed(frame: &Frame<'_>, options: &ReadOptions, observe: &mut dyn FnMut(Step)) -> Vec<Symbol> {
    let mut symbols = own_symbols(frame, observe);
    if options.try_harder {
        symbols.extend(rxing_reader::read(frame));
    }
    drop_repeats(&mut symbols);
    symbols.truncate(options.max_symbols);
    symbols
}

fn own_symbols(frame: &Frame<'_>, observe: Observer<'_>) -> Vec<Symbol> {
    let mut symbols: Vec<Symbol> = Vec::new();
    let mut image = Grey {
        luma: Cow::Borrowed(frame.luma()),
        width: frame.width() as usize,
        height: frame.height() as usize,
    };
    let mut scale = 1.0;
    for _ in 0..LEVELS {
        let texture = Texture::of(&image);
        for region in texture.regions(Kind::Matrix, 4) {
            let [left, top, right, bottom] = region.bounds;
            let window = [
                (left * TILE).saturating_sub(TILE),
                (top * TILE).saturating_sub(TILE),
                ((right + 2) * TILE).min(image.width),
                ((bottom + 2) * TILE).min(image.height),
            ];
            let mut scaled = |step: Step| observe(step.scaled(scale));
            scaled(Step::Window { stripes: false, bounds: window.map(|side| side as f32) });
            for (message, warp) in data_matrix::read(&image, window, &mut scaled) {
                symbols.push(Symbol {
                    format: Format::DataMatrix,
                    symbology_identifier: message.symbology_identifier,
                    bytes: message.bytes,
                    corners: warp.corners.map(|corner| Point { x: corner.x * scale, y: corner.y * scale }),
                });
            }
        }
        let Some(halved) = image.halved(24) else { break };
        image = halved;
        scale *= 2.0;
    }
    symbols
}

/// Two readings of one symbol are one: same message, and one's centre lies within the other.
fn drop_repeats(symbols: &mut Vec<Symbol>) {
    let mut kept: Vec<Symbol> = Vec::with_capacity(symbols.len());
    for symbol in symbols.drain(..) {
        let repeated = kept.iter().any(|other| {
            symbol.format == other.format && symbol.bytes == other.bytes && near(&symbol, other)
        });
        if !repeated {
            kept.push(symbol);
        }
    }
    *symbols = kept;
}

fn near(one: &Symbol, other: &Symbol) -> bool {
    let (a, b) = (one.centre(), other.centre());
    let reach = one.extent().max(other.extent()) / 2.0;
    (a.x - b.x).abs() <= reach && (a.y - b.y).abs() <= reach
}

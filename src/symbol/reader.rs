//! Reading every symbol of a frame.

use super::{Symbol, rxing_reader};
use crate::frame::Frame;

/// How much to look for, and how hard.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Return at most this many symbols.
    pub max_symbols: usize,
    /// Spend more time on hard frames.
    pub try_harder: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { max_symbols: 32, try_harder: true }
    }
}

/// Reads the symbols in `frame`: none where nothing certain is found, never a guess.
pub fn read(frame: &Frame<'_>, options: &ReadOptions) -> Vec<Symbol> {
    let mut symbols = rxing_reader::read(frame);
    drop_repeats(&mut symbols);
    symbols.truncate(options.max_symbols);
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

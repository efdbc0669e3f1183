//! What to look for, and what a frame gave.

use crate::symbol::{Symbol, guidance::Guidance};

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

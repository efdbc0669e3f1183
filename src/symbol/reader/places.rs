//! Where things lie in a frame: windows of tiles, parts of it, boxes and symbols.

use crate::frame::{pyramid::Grey, texture::TILE};
use crate::symbol::{
    Format, Message, Point, Symbol,
    guidance::{self, Place},
};

/// Tiles (left, top, right, bottom, `count` of them) as a place of the frame.
pub(super) fn place(kind: guidance::Kind, tiles: [usize; 4], count: usize, scale: f32, fit: f32) -> Place {
    let [left, top, right, bottom] = tiles;
    let filled = count as f32 / ((right + 1 - left) * (bottom + 1 - top)) as f32;
    let bounds = [left, top, right + 1, bottom + 1].map(|tile| (tile * TILE) as f32 * scale);
    Place { kind, bounds, filled, fit }
}

/// A symbol of a part that lies `by` so far to the right and down.
pub(super) fn moved(mut symbol: Symbol, by: Point) -> Symbol {
    for corner in &mut symbol.corners {
        (corner.x, corner.y) = (corner.x + by.x, corner.y + by.y);
    }
    symbol
}

/// What two boxes share; of no extent where that is nothing.
pub(super) fn overlap(one: [f32; 4], other: [f32; 4]) -> [f32; 4] {
    let (left, top) = (one[0].max(other[0]), one[1].max(other[1]));
    [left, top, one[2].min(other[2]).max(left), one[3].min(other[3]).max(top)]
}

/// The pixels of tiles (left, top, right, bottom) and of a tile around them.
pub(super) fn window([left, top, right, bottom]: [usize; 4], image: &Grey<'_>) -> [usize; 4] {
    [
        (left * TILE).saturating_sub(TILE),
        (top * TILE).saturating_sub(TILE),
        ((right + 2) * TILE).min(image.width),
        ((bottom + 2) * TILE).min(image.height),
    ]
}

/// A box of pixels of a level in those of the frame, which is `scale` times as large.
pub(super) fn scaled(window: [usize; 4], scale: f32) -> [f32; 4] {
    window.map(|side| side as f32 * scale)
}

pub(super) fn symbol(format: Format, message: Message, corners: [Point; 4], scale: f32) -> Symbol {
    Symbol {
        format,
        symbology_identifier: message.symbology_identifier,
        bytes: message.bytes,
        corners: corners.map(|corner| Point { x: corner.x * scale, y: corner.y * scale }),
    }
}

pub(super) fn near(one: &Symbol, other: &Symbol) -> bool {
    let (a, b) = (one.centre(), other.centre());
    let reach = one.extent().max(other.extent()) / 2.0;
    (a.x - b.x).abs() <= reach && (a.y - b.y).abs() <= reach
}

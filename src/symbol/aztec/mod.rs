//! Aztec Code, ISO/IEC 24778: compact and full symbols, and runes.
//!
//! Bull's-eyes ([`finder`]) → the mode message around them ([`mode`]) → a grid that grows from ring to ring
//! ([`locator`]) → soft modules → [`decoder`].

mod decodation;
mod decoder;
mod finder;
mod locator;
mod mode;
mod size;

use crate::frame::pyramid::Grey;

use super::{Format, Message, Point, Step, geometry::quadrilateral_holds, steps::Observer};

/// Reads the symbols of an image, as they lie or mirrored, dark on light or light on dark: messages and corners
/// (top left first, as a symbol is read).
pub(super) fn read(image: &Grey<'_>, observe: Observer<'_>) -> Vec<(Message, [Point; 4])> {
    let mut found: Vec<(Message, [Point; 4])> = Vec::new();
    for eye in finder::eyes(image) {
        if found.iter().any(|(_, corners)| quadrilateral_holds(corners, eye.centre)) {
            continue;
        }
        observe(Step::Finder { format: Format::Aztec, points: eye.corners.to_vec() });
        found.extend(locator::cores(image, &eye).iter().find_map(|core| read_core(image, core, observe)));
    }
    found
}

fn read_core(image: &Grey<'_>, core: &locator::Core, observe: Observer<'_>) -> Option<(Message, [Point; 4])> {
    if let Some(message) = &core.rune {
        return Some((message.clone(), core.turn.corners(&core.warp)));
    }
    let size = core.size?;
    let grown = locator::grown(image, core, size)?;
    let modules = (size.side(), size.side());
    observe(Step::Grid { format: Format::Aztec, modules, corners: grown.warp.corners, score: grown.score });
    let message = decoder::decode(size, core.turn, &grown.grid)?;
    Some((message, core.turn.corners(&grown.warp)))
}

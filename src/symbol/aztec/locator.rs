//! From a bull's-eye to the whole symbol's grid.
//!
//! The bull's-eye gives the geometry to a fraction of a module, the edge of the symbol is many modules away. So the
//! grid grows by a few rings at a time: those just sampled, taken as they were read, hold it in place for the next.

use crate::{
    frame::pyramid::Grey,
    symbol::{
        Message, SymbologyIdentifier,
        geometry::{Homography, is_convex},
        pattern_fit::{Form, Pattern},
        soft_grid::SoftGrid,
        warp::Warp,
    },
};

use super::{
    finder::Eye,
    mode::{self, Mode, Turn},
    size::Size,
};

/// Least correlation of the bull's-eye after registration.
const LEAST_EYE: f32 = 0.6;

/// Least correlation of the grid with itself as it was read.
const LEAST_FIT: f32 = 0.4;

/// Soft values from which on a module holds the grid in place.
const SURE: f32 = 0.3;

/// Modules a side of the middle of a bull's-eye.
const EYE: usize = 7;

/// Rings, from the outermost in, that hold the grid in place.
const HOLDING: usize = 7;

/// Modules that hold a grid in place, at most.
const MOST_POINTS: usize = 700;

/// How far from a module's middle it is looked at, in modules.
const ASIDE: f32 = 0.27;

/// A bull's-eye and the mode message around it.
pub(crate) struct Core {
    pub(crate) warp: Warp,
    pub(crate) turn: Turn,
    dark: f32,
    side: usize,
    pub(crate) size: Option<Size>,
    pub(crate) rune: Option<Message>,
}

/// A grid of the symbol's size.
pub(crate) struct Grown {
    pub(crate) warp: Warp,
    pub(crate) grid: SoftGrid,
    /// Correlation of the grid with itself as it was read.
    pub(crate) score: f32,
}

/// What the modules around a bull's-eye say, as the core of a compact and of a full symbol.
pub(crate) fn cores(image: &Grey<'_>, eye: &Eye) -> Vec<Core> {
    [true, false].into_iter().filter_map(|compact| core(image, eye, compact)).collect()
}

fn core(image: &Grey<'_>, eye: &Eye, compact: bool) -> Option<Core> {
    let (eye_side, side) = if compact { (9, 11) } else { (13, 15) };
    let mut warp = Warp::flat(eye.corners)?;
    let mut from = EYE;
    for to in [9, eye_side] {
        warp = extended(&warp, from, to)?;
        let pattern = Pattern::new(fixed_points(compact, to));
        let (fitted, score) = pattern.fit(image, warp, warp.module(to, to), eye.dark, Form::Plane);
        if score < LEAST_EYE {
            return None;
        }
        (warp, from) = (fitted, to);
    }
    let warp = extended(&warp, eye_side, side)?;
    let grid = SoftGrid::sample(image, &warp, side, side, eye.dark);
    let (turn, mode) = mode::read(compact, &grid)?;
    let (size, rune) = match mode {
        Mode::Symbol(size) => (Some(size), None),
        Mode::Rune(number) => {
            let bytes = format!("{number:03}").into_bytes();
            (None, Some(Message { bytes, symbology_identifier: SymbologyIdentifier::new(b'z', b'C') }))
        }
    };
    Some(Core { warp, turn, dark: eye.dark, side, size, rune })
}

/// Grows the grid from a core to the symbol's size; `None` where it loses hold.
pub(crate) fn grown(image: &Grey<'_>, core: &Core, size: Size) -> Option<Grown> {
    let (compact, last) = (size.is_compact(), size.side());
    let (mut warp, mut side) = (core.warp, core.side);
    let mut score;
    loop {
        let grid = SoftGrid::sample(image, &warp, side, side, core.dark);
        let pattern = Pattern::new(holding_points(compact, side, &grid));
        (warp, score) = pattern.fit(image, warp, warp.module(side, side), core.dark, Form::Plane);
        if score < LEAST_FIT {
            return None;
        }
        if side == last {
            break;
        }
        let wider = (side + 2 * (side / 14).clamp(1, 3)).min(last);
        (warp, side) = (extended(&warp, side, wider)?, wider);
    }
    let grid = SoftGrid::sample(image, &warp, side, side, core.dark);
    Some(Grown { warp, grid, score })
}

/// The same plane around a square of `to` modules a side instead of `from`.
fn extended(warp: &Warp, from: usize, to: usize) -> Option<Warp> {
    let map = Homography::from_unit_square(&warp.corners)?;
    let more = (to as f32 - from as f32) / 2.0 / from as f32;
    let (low, high) = (-more, 1.0 + more);
    let corners = [(low, low), (high, low), (high, high), (low, high)].map(|(u, v)| map.map(u, v));
    if !is_convex(&corners) { None } else { Warp::flat(corners) }
}

fn fixed_points(compact: bool, side: usize) -> Vec<(f32, f32, f32)> {
    points(side, |row, column| Size::fixed(compact, side, row, column))
}

/// Modules of known colour, and of the outer rings those read without doubt.
fn holding_points(compact: bool, side: usize, grid: &SoftGrid) -> Vec<(f32, f32, f32)> {
    points(side, |row, column| {
        let inwards = row.min(column).min(side - 1 - row).min(side - 1 - column);
        let value = grid.values[(row + 1) * grid.columns + column + 1];
        Size::fixed(compact, side, row, column)
            .or_else(|| (inwards < HOLDING && value.abs() > SURE).then_some(value > 0.0))
    })
}

/// Four places in each module of known colour: where all of them lie in it, the grid lies well. Of many, some are
/// left out.
fn points(side: usize, colour: impl Fn(usize, usize) -> Option<bool>) -> Vec<(f32, f32, f32)> {
    let place = |index: usize, aside: f32| (index as f32 + 0.5 + aside) / side as f32;
    let places = (0..side).flat_map(|row| (0..side).map(move |column| (row, column)));
    let known: Vec<(usize, usize, bool)> =
        places.filter_map(|(row, column)| Some((row, column, colour(row, column)?))).collect();
    let step = known.len() / MOST_POINTS + 1;
    known
        .into_iter()
        .step_by(step)
        .flat_map(|(row, column, dark)| {
            let colour = if dark { 1.0 } else { -1.0 };
            [(-ASIDE, -ASIDE), (ASIDE, -ASIDE), (ASIDE, ASIDE), (-ASIDE, ASIDE)]
                .map(|(x, y)| (place(column, x), place(row, y), colour))
        })
        .collect()
}

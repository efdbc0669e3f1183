//! Data Matrix ECC 200, ISO/IEC 16022: the carrier of most UDIs.
//!
//! A window of matrix texture → Ls ([`locator`]) → sizes and corners → sub-pixel registration → soft modules →
//! [`decoder`].

pub(super) mod decodation;
mod decoder;
mod locator;
mod placement;
mod symbol_size;

use crate::frame::pyramid::Grey;

use super::{Message, lines::Window, pattern_fit::Pattern, soft_grid::SoftGrid, warp::Warp};

use locator::Candidate;

/// Least correlation of the fixed patterns after registration.
const LEAST_FIT: f32 = 0.5;

/// Reads the symbols of one window of matrix texture.
pub(super) fn read(image: &Grey<'_>, window: Window) -> Vec<(Message, Warp)> {
    let mut found: Vec<(Message, Warp)> = Vec::new();
    for ell in locator::ells(image, window) {
        for candidate in locator::candidates(image, &ell) {
            if let Some(read) = read_candidate(image, &candidate) {
                found.push(read);
                break;
            }
        }
    }
    found
}

fn read_candidate(image: &Grey<'_>, candidate: &Candidate) -> Option<(Message, Warp)> {
    let Candidate { size, warp, dark, .. } = *candidate;
    let pattern = Pattern::new(locator::fixed_points(&size));
    let module = module_size(&warp, size.rows, size.columns);
    let mut warp = warp;
    for curved in [false, true] {
        let (fitted, score) = pattern.fit(image, warp, module, dark, curved);
        if score < LEAST_FIT {
            return None;
        }
        let grid = SoftGrid::sample(image, &fitted, size.rows, size.columns, dark);
        if let Some(message) = decoder::decode(&size, &grid) {
            return Some((message, fitted));
        }
        warp = fitted;
    }
    None
}

fn module_size(warp: &Warp, rows: usize, columns: usize) -> f32 {
    let [top_left, top_right, bottom_right, bottom_left] = warp.corners;
    let distance = super::geometry::distance;
    let across = (distance(top_left, top_right) + distance(bottom_left, bottom_right)) / 2.0 / columns as f32;
    let down = (distance(top_left, bottom_left) + distance(top_right, bottom_right)) / 2.0 / rows as f32;
    (across + down) / 2.0
}

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

use super::{
    Format, Message, Step, geometry::box_holds, lines::Window, pattern_fit::Pattern, soft_grid::SoftGrid,
    steps::Observer, warp::Warp,
};

use locator::Candidate;

/// Least correlation of the fixed patterns after registration.
const LEAST_FIT: f32 = 0.5;

/// Reads the symbols of one window of matrix texture.
pub(super) fn read(image: &Grey<'_>, window: Window, observe: Observer<'_>) -> Vec<(Message, Warp)> {
    let mut found: Vec<(Message, Warp)> = Vec::new();
    for ell in locator::ells(image, window) {
        if found.iter().any(|(_, warp)| box_holds(&warp.corners, ell.centre())) {
            continue;
        }
        observe(Step::Finder { format: Format::DataMatrix, points: ell.points.to_vec() });
        for candidate in locator::candidates(image, &ell) {
            if let Some(read) = read_candidate(image, &candidate, observe) {
                found.push(read);
                break;
            }
        }
    }
    found
}

fn read_candidate(image: &Grey<'_>, candidate: &Candidate, observe: Observer<'_>) -> Option<(Message, Warp)> {
    let Candidate { size, warp, dark, .. } = *candidate;
    let pattern = Pattern::new(locator::fixed_points(&size));
    let module = warp.module(size.rows, size.columns);
    let mut warp = warp;
    for curved in [false, true] {
        let (fitted, score) = pattern.fit(image, warp, module, dark, curved);
        observe(Step::Grid {
            format: Format::DataMatrix,
            modules: (size.rows, size.columns),
            corners: fitted.corners,
            score,
        });
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

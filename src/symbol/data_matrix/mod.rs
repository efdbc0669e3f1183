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
    Format, Message, Point, Step, lines::Window, pattern_fit::Pattern, soft_grid::SoftGrid, steps::Observer,
    warp::Warp,
};

use locator::Candidate;

/// Least correlation of the fixed patterns after registration.
const LEAST_FIT: f32 = 0.5;

/// Reads the symbols of one window of matrix texture.
pub(super) fn read(image: &Grey<'_>, window: Window, observe: Observer<'_>) -> Vec<(Message, Warp)> {
    let mut found: Vec<(Message, Warp)> = Vec::new();
    for ell in locator::ells(image, window) {
        if found.iter().any(|(_, warp)| holds(warp, ell.centre())) {
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
    let module = module_size(&warp, size.rows, size.columns);
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

/// Whether a point lies in the box around a symbol.
fn holds(warp: &Warp, point: Point) -> bool {
    let within = |pick: fn(&Point) -> f32| {
        let values = warp.corners.iter().map(pick);
        let (low, high) = (values.clone().fold(f32::MAX, f32::min), values.fold(f32::MIN, f32::max));
        (low..=high).contains(&pick(&point))
    };
    within(|point| point.x) && within(|point| point.y)
}

fn module_size(warp: &Warp, rows: usize, columns: usize) -> f32 {
    let [top_left, top_right, bottom_right, bottom_left] = warp.corners;
    let distance = super::geometry::distance;
    let across = (distance(top_left, top_right) + distance(bottom_left, bottom_right)) / 2.0 / columns as f32;
    let down = (distance(top_left, bottom_left) + distance(top_right, bottom_right)) / 2.0 / rows as f32;
    (across + down) / 2.0
}

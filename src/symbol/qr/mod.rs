//! QR Code model 2 and, in [`micro`], Micro QR Code, ISO/IEC 18004.
//!
//! Finder patterns ([`finder`]) → triples, versions and corners ([`locator`]) → sub-pixel registration → soft
//! modules → [`decoder`].

mod decodation;
mod decoder;
mod finder;
mod information;
mod layout;
mod locator;
pub(super) mod micro;
mod micro_decoder;
mod version;

use crate::frame::pyramid::Grey;

use super::{
    Format, Message, Point, Step,
    geometry::quadrilateral_holds,
    pattern_fit::{Form, Pattern},
    soft_grid::SoftGrid,
    steps::Observer,
};

pub(super) use finder::{DIRECTIONS, Finder, finders, least_module};
use layout::Layout;
use locator::Candidate;
use version::Version;

/// Least correlation of the fixed patterns after registration.
const LEAST_FIT: f32 = 0.5;

/// What the modules of known colour must tell, in bits, for a grid to be bent: the finder patterns alone, which every size
/// shares, tell half as much.
const LEAST_EVIDENCE: f32 = 90.0;

/// A symbol read: its symbology, message and corners (top left first, as the symbol is read).
pub(super) type Read = (Format, Message, [Point; 4]);

/// Reads the symbols of an image by its finder patterns; those whose middle `known` holds have been read before.
pub(super) fn read(
    image: &Grey<'_>,
    finders: &[Finder],
    known: impl Fn(Point) -> bool,
    observe: Observer<'_>,
) -> Vec<Read> {
    let mut found: Vec<Read> = Vec::new();
    for triple in locator::triples(image, finders) {
        let centre = triple.centre();
        if known(centre) || found.iter().any(|(_, _, corners)| quadrilateral_holds(corners, centre)) {
            continue;
        }
        let [corner, right, below] = triple.centres;
        observe(Step::Finder { format: Format::QRCode, points: vec![below, corner, right] });
        let candidates = locator::candidates(image, &triple);
        found.extend(
            candidates
                .into_iter()
                .find_map(|candidate| read_candidate(image, &candidate, triple.dark, observe)),
        );
    }
    found
}

/// The message of a grid that was sampled elsewhere, with a border of one module, and whether it is mirrored.
pub(super) fn decode(grid: &SoftGrid) -> Option<(Message, bool)> {
    let version =
        Version::new((grid.rows.checked_sub(19)?) / 4).filter(|version| version.side() + 2 == grid.rows)?;
    if grid.columns != grid.rows {
        return None;
    }
    decoder::decode(version, &Layout::of(version), grid)
}

fn read_candidate(image: &Grey<'_>, candidate: &Candidate, dark: f32, observe: Observer<'_>) -> Option<Read> {
    let Candidate { version, layout, warp, .. } = candidate;
    let pattern = Pattern::new(locator::fixed_points(layout)).wanted(LEAST_FIT);
    let mut warp = *warp;
    for form in [Form::Plane, Form::Cylinder, Form::Free] {
        let module = warp.module(layout.side, layout.side);
        let (fitted, score) = pattern.fit(image, warp, module, dark, form);
        observe(Step::Grid {
            format: Format::QRCode,
            modules: (layout.side, layout.side),
            corners: fitted.corners,
            score,
        });
        if score < LEAST_FIT {
            return None;
        }
        let grid = SoftGrid::sample(image, &fitted, layout.side, layout.side, dark);
        if let Some((message, mirrored)) = decoder::decode(*version, layout, &grid) {
            let [top_left, top_right, bottom_right, bottom_left] = fitted.corners;
            let corners = if mirrored {
                [top_left, bottom_left, bottom_right, top_right]
            } else {
                [top_left, top_right, bottom_right, bottom_left]
            };
            return Some((Format::QRCode, message, corners));
        }
        if decoder::pattern_evidence(layout, &grid) < form.least_evidence().max(LEAST_EVIDENCE) {
            return None;
        }
        warp = fitted;
    }
    None
}

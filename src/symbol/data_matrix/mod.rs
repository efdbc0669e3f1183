//! Data Matrix ECC 200, ISO/IEC 16022: the carrier of most UDIs.
//!
//! A window of matrix texture → Ls ([`locator`]) → sizes and corners → sub-pixel registration → soft modules →
//! [`decoder`].

mod bend;
mod border;
mod decodation;
mod decoder;
mod locator;
mod placement;
mod side;
mod symbol_size;

use crate::frame::{pyramid::Grey, relief};

use super::{
    Format, Message, Point, Step,
    geometry::quadrilateral_holds,
    lines::Window,
    pattern_fit::{Form, Pattern},
    soft_grid::SoftGrid,
    steps::Observer,
    warp::Warp,
};

use border::LEAST_LEG;
use locator::{Candidate, LeastAlternation};
use symbol_size::SymbolSize;

/// Least correlation of the fixed patterns after registration. Symbols that can be read have 0.65 and more, even where
/// they are small and blurred.
const LEAST_FIT: f32 = 0.63;

/// Likewise in a derived image, where marks are uneven.
const LEAST_FIT_DERIVED: f32 = 0.38;

/// Height of a module by its width, under tilt to 60°.
const ASPECTS: std::ops::RangeInclusive<f32> = 0.5..=2.0;

/// Likewise of marks, whose dots need not lie in squares.
const ASPECTS_DERIVED: std::ops::RangeInclusive<f32> = 0.3..=3.3;

/// Pixels of an image in which what differs from pixel to pixel is grain, and no mark's relief.
const LARGE: usize = 720_000;

/// Bits of proof wanted beyond the usual in a derived image.
const MORE_PROOF_DERIVED: f32 = 8.0;

/// Shortest leg in a derived image, in pixels: marks have few modules, and each takes several pixels.
const LEAST_LEG_DERIVED: f32 = 40.0;

/// Shortest side of a window worth deriving images of, in pixels.
const LEAST_DERIVED: usize = 64;

/// Ls of a window whose legs are followed where they bend, the likeliest.
const MOST_FOLLOWED: usize = 2;

/// Sizes that are tried for the likeliest L of a window, and for each of the others: the one whose timing patterns fit
/// best is nearly always the one that is read.
const MOST_SIZES: [usize; 2] = [2, 1];

/// How the symbol's image came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// As the camera saw it.
    Plain,
    /// By smoothing or as relief: for marks that are dotted or rough.
    Derived,
}

/// Whether a symbol that was read lies over a place.
pub(super) type Known<'a> = &'a dyn Fn(Point) -> bool;

/// Reads the symbols of one window of matrix texture; those whose middle `known` holds have been read before.
pub(super) fn read(
    image: &Grey<'_>,
    window: Window,
    known: Known<'_>,
    observe: Observer<'_>,
) -> Vec<(Message, Warp)> {
    read_from(image, window, Source::Plain, known, observe)
}

/// The message of a grid that was sampled elsewhere, with a border of one module.
pub(super) fn decode(grid: &SoftGrid) -> Option<Message> {
    let size = |grid: &SoftGrid| SymbolSize::of(grid.rows.checked_sub(2)?, grid.columns.checked_sub(2)?);
    match size(grid) {
        Some(size) => decoder::decode(&size, grid, 0.0),
        // A rectangle seen from behind has as many rows as it should have columns.
        None => {
            let mirrored = decoder::mirrored(grid);
            decoder::decode(&size(&mirrored)?, &mirrored, 0.0)
        }
    }
}

/// Reads marks in one window that are dotted or rough: peened, engraved or lasered.
pub(super) fn read_marks(
    image: &Grey<'_>,
    window: Window,
    known: Known<'_>,
    observe: Observer<'_>,
) -> Vec<(Message, Warp)> {
    if (window[2] - window[0]).min(window[3] - window[1]) < LEAST_DERIVED {
        return Vec::new();
    }
    let by = Point { x: window[0] as f32, y: window[1] as f32 };
    // One after another, as most frames have no mark: the next is made when the one before showed none.
    let smooth = std::iter::once_with(|| relief::smooth(image, window, 2));
    let reaches = if image.width * image.height > LARGE { 2..=2 } else { 1..=2 };
    let reliefs = reaches.map(|reach| relief::relief(image, window, reach));
    for derived in smooth.chain(reliefs) {
        let whole = [0, 0, derived.width, derived.height];
        let known = |place: Point| known(Point { x: place.x + by.x, y: place.y + by.y });
        let found =
            read_from(&derived, whole, Source::Derived, &known, &mut |step: Step| observe(step.moved(by)));
        if !found.is_empty() {
            return found.into_iter().map(|(message, warp)| (message, warp.moved(by))).collect();
        }
    }
    Vec::new()
}

fn read_from(
    image: &Grey<'_>,
    window: Window,
    source: Source,
    known: Known<'_>,
    observe: Observer<'_>,
) -> Vec<(Message, Warp)> {
    let mut found: Vec<(Message, Warp)> = Vec::new();
    let mut least = LeastAlternation::FIRST;
    let least_leg = if source == Source::Plain { LEAST_LEG } else { LEAST_LEG_DERIVED };
    for (index, ell) in locator::ells(image, window, least_leg).into_iter().enumerate() {
        let centre = ell.centre();
        if known(centre) || found.iter().any(|(_, warp)| quadrilateral_holds(&warp.corners, centre)) {
            continue;
        }
        observe(Step::Finder { format: Format::DataMatrix, points: ell.points.to_vec() });
        let aspects = if source == Source::Plain { ASPECTS } else { ASPECTS_DERIVED };
        let mut read = |candidates: Vec<Candidate>| {
            candidates.iter().find_map(|candidate| read_candidate(image, candidate, source, observe))
        };
        let most = MOST_SIZES[index.min(1)];
        found.extend(read(locator::candidates(image, &ell, aspects, least, most)).or_else(|| {
            // In a derived image legs are too ragged to be followed.
            if index >= MOST_FOLLOWED || source == Source::Derived {
                return None;
            }
            let ell = bend::followed(image, &ell, locator::contrast(image, window))?;
            read(locator::bent_candidates(image, &ell, LeastAlternation::OTHERS))
        }));
        least = LeastAlternation::OTHERS;
    }
    found
}

fn read_candidate(
    image: &Grey<'_>,
    candidate: &Candidate,
    source: Source,
    observe: Observer<'_>,
) -> Option<(Message, Warp)> {
    let Candidate { size, warp, dark, .. } = *candidate;
    let (least_fit, more_proof) = match source {
        Source::Plain => (LEAST_FIT, 0.0),
        Source::Derived => (LEAST_FIT_DERIVED, MORE_PROOF_DERIVED),
    };
    let pattern = Pattern::new(locator::fixed_points(&size)).wanted(least_fit);
    let module = warp.module(size.rows, size.columns);
    let mut warp = warp;
    for form in [Form::Plane, Form::Cylinder, Form::Free] {
        let (fitted, score) = pattern.fit(image, warp, module, dark, form);
        observe(Step::Grid {
            format: Format::DataMatrix,
            modules: (size.rows, size.columns),
            corners: fitted.corners,
            score,
        });
        if score < least_fit {
            return None;
        }
        let grid = SoftGrid::sample(image, &fitted, size.rows, size.columns, dark);
        if let Some(message) = decoder::decode(&size, &grid, more_proof) {
            return Some((message, fitted));
        }
        if decoder::pattern_evidence(&size, &grid) < form.least_evidence() {
            return None;
        }
        warp = fitted;
    }
    None
}

//! Measurements → what to do: the thresholds.

use super::{Guide, Kind, measure::Measured};

/// Share that is washed out of which even the error correction of a large symbol would hardly recover.
const MOST_GLARE: f32 = 0.1;

/// Grey levels below which noise of a phone's sensor in dim light drowns modules.
const LEAST_CONTRAST: f32 = 28.0;

/// Pixels a module from which on a symbol is read nearly always, and so is not what is lacking.
fn enough(kind: Kind) -> f32 {
    match kind {
        Kind::Matrix => 3.2,
        Kind::Linear => 2.2,
    }
}

/// Pixels a module below which a symbol is hardly ever read.
fn too_small(kind: Kind) -> f32 {
    match kind {
        Kind::Matrix => 2.2,
        Kind::Linear => 1.5,
    }
}

/// Blur, in modules, at which neighbouring modules run into each other.
const MOST_BLUR: f32 = 0.6;

/// Pixels a module from which on a blurred symbol is nearer than it need be.
const LARGE: f32 = 7.0;

/// The first of the guides, by urgency, that the measurements call for; to hold still is never wrong. `cut`: a part of
/// it lies beyond the picture's edge.
pub(super) fn of(kind: Kind, measured: &Measured, cut: bool) -> Guide {
    let blurred = measured.blur > MOST_BLUR * measured.module;
    if measured.glare > MOST_GLARE {
        Guide::Glare
    } else if measured.module < too_small(kind) && !cut {
        Guide::Closer
    } else if cut {
        Guide::Whole
    } else if measured.contrast < LEAST_CONTRAST {
        Guide::Light
    } else if blurred && measured.module > LARGE {
        Guide::Farther
    } else if !blurred && measured.module < enough(kind) {
        Guide::Closer
    } else {
        Guide::HoldStill
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hindrance_has_its_guide() {
        let good = Measured { module: 4.0, contrast: 120.0, blur: 0.6, glare: 0.0 };
        for (cut, measured, guide) in [
            (false, Measured { glare: 0.3, ..good }, Guide::Glare),
            (false, Measured { contrast: 15.0, ..good }, Guide::Light),
            (false, Measured { module: 1.8, ..good }, Guide::Closer),
            (false, Measured { module: 2.8, ..good }, Guide::Closer),
            (false, Measured { blur: 3.0, ..good }, Guide::HoldStill),
            (false, Measured { module: 9.0, blur: 7.0, ..good }, Guide::Farther),
            (true, good, Guide::Whole),
            (false, good, Guide::HoldStill),
        ] {
            assert_eq!(of(Kind::Matrix, &measured, cut), guide, "{measured:?}");
        }
    }
}

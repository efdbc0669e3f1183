//! What hinders reading, as data: size, contrast, blur and glare of the place where a symbol seems to be, and the
//! one thing that whoever holds the camera should do about it.
//!
//! The estimates are rough, as nothing was read that they could be held to: a quarter off is usual. The
//! thresholds stand in `advice`; the words for a [`Guide`] are found by its code.

mod advice;
mod measure;

use serde::Serialize;

use crate::frame::pyramid::Grey;

/// What to do, for the person holding the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum Guide {
    /// The symbol reaches past the picture's edge.
    #[serde(rename = "guide_whole")]
    Whole,
    /// A lamp is mirrored in it.
    #[serde(rename = "guide_glare")]
    Glare,
    /// Dark and light hardly differ.
    #[serde(rename = "guide_light")]
    Light,
    /// Its modules are large and out of focus: nearer than the lens can focus.
    #[serde(rename = "guide_farther")]
    Farther,
    /// Its modules are too small.
    #[serde(rename = "guide_closer")]
    Closer,
    /// It is smeared or not yet in focus.
    #[serde(rename = "guide_hold_still")]
    HoldStill,
}

impl Guide {
    /// Every guide, the most urgent first.
    pub const ALL: [Self; 6] =
        [Self::Whole, Self::Glare, Self::Light, Self::Farther, Self::Closer, Self::HoldStill];

    /// The stable code that words are looked up by.
    pub fn code(self) -> &'static str {
        match self {
            Self::Whole => "guide_whole",
            Self::Glare => "guide_glare",
            Self::Light => "guide_light",
            Self::Farther => "guide_farther",
            Self::Closer => "guide_closer",
            Self::HoldStill => "guide_hold_still",
        }
    }
}

/// What a symbol is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Modules in rows and columns.
    Matrix,
    /// Bars.
    Linear,
}

/// What hinders reading in one place.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Guidance {
    /// What to do.
    pub code: Guide,
    /// What the symbol seems to be made of.
    pub kind: Kind,
    /// Where it seems to be: left, top, right, bottom, in pixels of the frame.
    pub bounds: [f32; 4],
    /// Pixels a module, of a linear symbol its narrowest bar.
    pub module_pixels: f32,
    /// Grey levels between its dark and its light, 0 to 255.
    pub contrast: f32,
    /// Standard deviation of the blur, in pixels.
    pub blur: f32,
    /// Share of the place that is washed out, 0 to 1.
    pub glare: f32,
}

/// A place that may hold a symbol.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    pub(crate) kind: Kind,
    /// Left, top, right, bottom, in pixels of the frame.
    pub(crate) bounds: [f32; 4],
    /// Share of the bounds that has the texture.
    pub(crate) filled: f32,
    /// A finder pattern was seen in it.
    pub(crate) finder: bool,
}

/// The guidance for the likeliest of `places`; `None` where none looks like a symbol. `image` is the whole frame.
pub(crate) fn of(image: &Grey<'_>, places: &[Place]) -> Option<Guidance> {
    let mut likely: Vec<(f32, &Place)> = places
        .iter()
        .map(|place| (likelihood(place, image), place))
        .filter(|(likelihood, _)| *likelihood > 0.0)
        .collect();
    likely.sort_by(|a, b| b.0.total_cmp(&a.0));
    likely.iter().take(TRIED).find_map(|(_, place)| {
        let measured = measure::of(image, place)?;
        Some(Guidance {
            code: advice::of(place, &measured, [image.width as f32, image.height as f32]),
            kind: place.kind,
            bounds: place.bounds,
            module_pixels: measured.module,
            contrast: measured.contrast,
            blur: measured.blur,
            glare: measured.glare,
        })
    })
}

/// Places measured at most, the likeliest first.
const TRIED: usize = 3;

/// Shortest side of a place that is spoken about, in pixels: less is a word or a logo.
const LEAST_SIDE: f32 = 32.0;

/// How much a place looks like the symbol that is being pointed at: large, compact, near the middle, and above
/// all with a finder pattern. Text is matrix texture too, but longish and loose.
fn likelihood(place: &Place, image: &Grey<'_>) -> f32 {
    let [left, top, right, bottom] = place.bounds;
    let (width, height) = (right - left, bottom - top);
    let (short, long) = (width.min(height), width.max(height));
    let compact = match place.kind {
        Kind::Matrix => short > 0.45 * long && place.filled > 0.5,
        Kind::Linear => long > 2.0 * LEAST_SIDE,
    };
    if short < LEAST_SIDE || !(compact || place.finder) {
        return 0.0;
    }
    let (frame_width, frame_height) = (image.width as f32, image.height as f32);
    let off = ((left + right) / frame_width - 1.0).hypot((top + bottom) / frame_height - 1.0);
    let size = (width * height).sqrt() / frame_width.hypot(frame_height);
    size * (1.5 - off.min(1.0)) * if place.finder { 3.0 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{Language, words};
    use std::borrow::Cow;

    #[test]
    fn every_guide_has_words_under_the_code_it_is_serialised_as() {
        for guide in Guide::ALL {
            assert_eq!(serde_json::to_value(guide).unwrap(), guide.code());
            for language in [Language::English, Language::SimplifiedChinese] {
                assert!(words(guide.code(), &[], language).is_some_and(|words| !words.text.is_empty()));
            }
        }
    }

    #[test]
    fn the_place_with_a_finder_in_the_middle_is_spoken_about() {
        let luma = (0..640 * 480).map(|i| if (i % 640) / 2 % 2 == i / 640 / 2 % 2 { 60 } else { 200 });
        let image = Grey { luma: Cow::Owned(luma.collect()), width: 640, height: 480 };
        let place = |bounds, finder| Place { kind: Kind::Matrix, bounds, filled: 0.9, finder };
        let (corner, middle) = ([0.0, 0.0, 200.0, 200.0], [280.0, 200.0, 360.0, 280.0]);
        let guidance = of(&image, &[place(corner, false), place(middle, true)]).unwrap();
        assert_eq!(guidance.bounds, middle);
        let word = Place { filled: 0.3, ..place(corner, false) };
        assert_eq!(of(&image, &[word]), None);
    }
}

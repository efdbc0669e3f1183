//! What hinders reading, as data: size, contrast, blur and glare of the place where a symbol seems to be, and the
//! one thing that whoever holds the camera should do about it.
//!
//! The estimates are rough, as nothing was read that they could be held to: a quarter off is usual. The
//! thresholds stand in `advice`; the words for a [`Guide`] are found by its code.

mod advice;
mod cut;
mod measure;

use serde::Serialize;

use crate::frame::{pyramid::Grey, ranking::highest_first};

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
    /// Best correlation of a grid that was laid in it with a finder pattern; 0 where none was.
    pub(crate) fit: f32,
}

/// The guidance for the likeliest of `places`; `None` where none looks like a symbol. `image` is the whole frame.
pub(crate) fn of(image: &Grey<'_>, places: &[Place]) -> Option<Guidance> {
    let mut likely: Vec<(f32, &Place)> = places
        .iter()
        .map(|place| (likelihood(place, image), place))
        .filter(|(likelihood, _)| *likelihood > 0.0)
        .collect();
    highest_first(&mut likely, |item| item.0);
    likely.iter().take(TRIED).find_map(|(_, place)| {
        let measured = measure::of(image, place)?;
        Some(Guidance {
            code: advice::of(
                place.kind,
                &measured,
                cut::off(image, place, measured.module, measured.contrast),
            ),
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

/// Shortest side of a matrix symbol in view, as a share of its longest: less is a word. Of one that is cut off, less
/// may be in view.
const LEAST_COMPACT: f32 = 0.45;
const LEAST_COMPACT_AT_EDGE: f32 = 0.3;

/// How much a place looks like the symbol that is being pointed at: large, compact, near the middle, and above
/// all with a finder pattern. Text is matrix texture too, but longish and loose.
fn likelihood(place: &Place, image: &Grey<'_>) -> f32 {
    let [left, top, right, bottom] = place.bounds;
    let (width, height) = (right - left, bottom - top);
    let (short, long) = (width.min(height), width.max(height));
    let near_edge = cut::is_near_edge(place.bounds, image.width as f32, image.height as f32);
    let least = if near_edge { LEAST_COMPACT_AT_EDGE } else { LEAST_COMPACT };
    let compact = match place.kind {
        Kind::Matrix => short > least * long && place.filled > 0.5,
        Kind::Linear => long > 2.0 * LEAST_SIDE,
    };
    if short < LEAST_SIDE || !(compact || place.fit > 0.0) {
        return 0.0;
    }
    let (frame_width, frame_height) = (image.width as f32, image.height as f32);
    let off = ((left + right) / frame_width - 1.0).hypot((top + bottom) / frame_height - 1.0);
    let size = (width * height).sqrt() / frame_width.hypot(frame_height);
    size * (1.5 - off.min(1.0)) * if place.fit > 0.0 { 3.0 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Frame;
    use crate::symbol::{ReadOptions, read_guided};
    use std::borrow::Cow;
    use udi_verify::messages::{Language, words};

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
        let place = |bounds, fit| Place { kind: Kind::Matrix, bounds, filled: 0.9, fit };
        let (corner, middle) = ([0.0, 0.0, 200.0, 200.0], [280.0, 200.0, 360.0, 280.0]);
        let guidance = of(&image, &[place(corner, 0.0), place(middle, 0.7)]).unwrap();
        assert_eq!(guidance.bounds, middle);
        let word = Place { filled: 0.3, ..place(corner, 0.0) };
        assert_eq!(of(&image, &[word]), None);
    }

    /// A Data Matrix symbol's border with modules by chance inside it, `module` pixels wide and turned, on grey
    /// paper; `centre` may lie so that a part of it is out of view.
    fn matrix_at(centre: [f32; 2], module: f32, turned: f32) -> Vec<u8> {
        const MODULES: i32 = 22;
        let dark = |column: i32, row: i32| match (column, row) {
            (0, _) | (_, 21) => true,
            (_, 0) => column % 2 == 0,
            (21, _) => row % 2 == 1,
            _ => {
                let mixed = ((column * 31 + row) as u32).wrapping_mul(2_654_435_761);
                (mixed ^ mixed >> 15).wrapping_mul(2_246_822_519) >> 31 == 0
            }
        };
        let (sine, cosine) = turned.to_radians().sin_cos();
        let grey = |x: f32, y: f32| {
            let (x, y) = (x - centre[0], y - centre[1]);
            let cell = |along: f32| (along / module + MODULES as f32 / 2.0).floor() as i32;
            let (column, row) = (cell(x * cosine + y * sine), cell(y * cosine - x * sine));
            let inside = (0..MODULES).contains(&column) && (0..MODULES).contains(&row);
            if inside && dark(column, row) { 40.0 } else { 210.0 }
        };
        (0..1280 * 720)
            .map(|i| {
                let (x, y) = ((i % 1280) as f32, (i / 1280) as f32);
                let corners = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
                (corners.map(|(right, down)| grey(x + right, y + down)).iter().sum::<f32>() / 4.0) as u8
            })
            .collect()
    }

    #[test]
    fn a_matrix_symbol_cut_off_by_any_edge_is_to_be_brought_into_view_whole() {
        let quick = ReadOptions { try_harder: false, ..ReadOptions::default() };
        let mut wrong = Vec::new();
        for module in [3.5, 9.0, 12.0] {
            for turned in [0.0, 12.0, 45.0] {
                for share in [0.15, 0.35] {
                    let beyond = 22.0 * module * (0.5 - share);
                    let (right, bottom) = (1280.0 - beyond, 720.0 - beyond);
                    for centre in
                        [[beyond, 380.0], [right, 380.0], [600.0, beyond], [600.0, bottom], [right, bottom]]
                    {
                        let luma = matrix_at(centre, module, turned);
                        let frame = Frame::new(&luma, 1280, 720).unwrap();
                        let reading = read_guided(&frame, &quick, &mut || true);
                        let code = reading.guidance.as_ref().map(|guidance| guidance.code);
                        if code != Some(Guide::Whole) {
                            let bounds = reading.guidance.map(|guidance| guidance.bounds);
                            wrong.push(format!(
                                "{module} px, {turned}°, {share} off at {centre:?}: {code:?} {bounds:?}"
                            ));
                        }
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    /// Its grid fits no better than one in noise, and yet it is what the camera is pointed at.
    #[test]
    fn a_matrix_symbol_that_hardly_stands_out_of_noise_asks_for_light() {
        let mut seed = 7_u32;
        let mut noise = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) % 13
        };
        let faint = |grey: u8| 34 + grey / 12 + noise() as u8;
        let luma: Vec<u8> = matrix_at([640.0, 360.0], 7.0, 3.0).into_iter().map(faint).collect();
        let frame = Frame::new(&luma, 1280, 720).unwrap();
        let reading = read_guided(&frame, &ReadOptions::default(), &mut || true);
        assert_eq!(reading.guidance.map(|guidance| guidance.code), Some(Guide::Light));
    }

    /// Its modules are drawn by chance, so it cannot be read: only the way it lies is to be judged.
    #[test]
    fn a_matrix_symbol_whose_quiet_zone_is_in_view_is_not_called_cut_off() {
        let quick = ReadOptions { try_harder: false, ..ReadOptions::default() };
        for module in [3.5, 9.0, 12.0] {
            // Two modules of quiet zone, as much as a narrow border leaves.
            let inside = module * (22.0 / 2.0 + 2.0);
            let (right, bottom) = (1280.0 - inside, 720.0 - inside);
            for centre in [[inside, 380.0], [right, 380.0], [600.0, inside], [600.0, bottom], [right, bottom]]
            {
                let luma = matrix_at(centre, module, 0.0);
                let frame = Frame::new(&luma, 1280, 720).unwrap();
                let code = read_guided(&frame, &quick, &mut || true).guidance.map(|guidance| guidance.code);
                assert_ne!(code, Some(Guide::Whole), "{module} px at {centre:?}");
            }
        }
    }
}

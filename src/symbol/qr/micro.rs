//! Micro QR Code, ISO/IEC 18004: one finder pattern, from which timing patterns run along two sides.
//!
//! The outline of the finder pattern gives the geometry; which way the symbol lies from it, and how far, is where
//! the timing patterns correlate best.

use crate::{
    frame::{pyramid::Grey, ranking::highest_first, texture::Texture},
    symbol::{
        Format, Message, Point, Step,
        geometry::{Homography, is_convex, quadrilateral_holds},
        pattern_fit::{Form, Pattern},
        soft_grid::SoftGrid,
        square_rings,
        steps::Observer,
        warp::Warp,
    },
};

use super::{
    finder::{self, Finder},
    layout::Layout,
    locator::fixed_points,
    micro_decoder,
};

/// Least correlation of the fixed patterns before registration, and after it.
const LEAST_SCORE: f32 = 0.4;
const LEAST_FIT: f32 = 0.55;

/// Ways to lie and sizes tried at a finder pattern.
const TRIED: usize = 3;

/// Shortest side of an image that is looked at, in pixels.
const LEAST_SIDE: usize = 24;

/// Modules a side of a finder pattern.
const FINDER: f32 = 7.0;

/// Reads the Micro QR symbols of an image, and where there are none, of its halved copies: messages and corners (top
/// left first, as a symbol is read).
pub(in crate::symbol) fn read(image: &Grey<'_>, observe: Observer<'_>) -> Vec<(Message, [Point; 4])> {
    let found = read_level(image, observe);
    match image.halved(LEAST_SIDE) {
        Some(halved) if found.is_empty() => {
            let twice = |point: Point| Point { x: 2.0 * point.x, y: 2.0 * point.y };
            let found = read(&halved, &mut |step: Step| observe(step.scaled(2.0)));
            found.into_iter().map(|(message, corners)| (message, corners.map(twice))).collect()
        }
        _ => found,
    }
}

fn read_level(image: &Grey<'_>, observe: Observer<'_>) -> Vec<(Message, [Point; 4])> {
    let mut found: Vec<(Message, [Point; 4])> = Vec::new();
    for finder in finder::finders(image, &Texture::of(image), finder::least_module(0)) {
        if !found.iter().any(|(_, corners)| quadrilateral_holds(corners, finder.centre)) {
            found.extend(read_at(image, &finder, observe));
        }
    }
    found
}

/// Reads the symbol of a finder pattern: message and corners.
pub(in crate::symbol) fn read_at(
    image: &Grey<'_>,
    finder: &Finder,
    observe: Observer<'_>,
) -> Option<(Message, [Point; 4])> {
    let corners = square_rings::corners(finder.centre, |direction| {
        let (middle, total) = finder::across(image, finder.centre, direction, finder.module, finder.dark)?;
        Some((total / 2.0 - middle, total / 2.0 + middle))
    })?;
    observe(Step::Finder { format: Format::MicroQRCode, points: corners.to_vec() });
    // The outline gives no perspective: the finder pattern's own modules do, as far as it reaches.
    let (warp, _) = Pattern::new(finder_points()).fit(
        image,
        Warp::flat(corners)?,
        finder.module,
        finder.dark,
        Form::Plane,
    );
    let corners = warp.corners;
    let mut likely: Vec<(f32, usize, Layout, Warp)> = Vec::new();
    for number in 1..=4 {
        let layout = Layout::micro(9 + 2 * number);
        let pattern = Pattern::new(fixed_points(&layout));
        for turn in 0..4 {
            let corners = [0, 1, 2, 3].map(|index| corners[(index + turn) % 4]);
            let Some(warp) = extended(&corners, layout.side as f32 / FINDER) else { continue };
            let score = pattern.score(image, &warp) * finder.dark;
            if score > LEAST_SCORE {
                likely.push((score, number, layout.clone(), warp));
            }
        }
    }
    highest_first(&mut likely, |item| item.0);
    likely.into_iter().take(TRIED).find_map(|(_, number, layout, warp)| {
        let side = layout.side;
        let pattern = Pattern::new(fixed_points(&layout));
        let (fitted, score) = pattern.fit(image, warp, warp.module(side, side), finder.dark, Form::Plane);
        let corners = fitted.corners;
        observe(Step::Grid { format: Format::MicroQRCode, modules: (side, side), corners, score });
        if score < LEAST_FIT {
            return None;
        }
        let grid = SoftGrid::sample(image, &fitted, side, side, finder.dark);
        let (message, mirrored) = micro_decoder::decode(number, &layout, &grid)?;
        let [top_left, top_right, bottom_right, bottom_left] = corners;
        let corners = if mirrored {
            [top_left, bottom_left, bottom_right, top_right]
        } else {
            [top_left, top_right, bottom_right, bottom_left]
        };
        Some((message, corners))
    })
}

/// The modules of a finder pattern, each at four places.
fn finder_points() -> Vec<(f32, f32, f32)> {
    let halves = 0..2 * FINDER as usize;
    let places = halves.clone().flat_map(|row| halves.clone().map(move |column| (row, column)));
    places
        .map(|(row, column)| {
            let ring = (row / 2).abs_diff(3).max((column / 2).abs_diff(3));
            let place = |half: usize| (half as f32 + 0.5) / (2.0 * FINDER);
            (place(column), place(row), if ring == 2 { -1.0 } else { 1.0 })
        })
        .collect()
}

/// The square that has its first corner in common with one of the finder pattern, and is so many times as wide.
fn extended(corners: &[Point; 4], times: f32) -> Option<Warp> {
    let map = Homography::from_unit_square(corners)?;
    let corners = [(0.0, 0.0), (times, 0.0), (times, times), (0.0, times)].map(|(u, v)| map.map(u, v));
    if is_convex(&corners) { Warp::flat(corners) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn a_turned_and_tilted_symbol_is_read_in_both_colours() {
        for (number, level, text) in [
            (1, qrcode::EcLevel::L, "01234"),
            (2, qrcode::EcLevel::L, "AC-42"),
            (4, qrcode::EcLevel::M, "Lot 42/b"),
        ] {
            let version = qrcode::Version::Micro(number);
            let code = qrcode::QrCode::with_version(text, version, level).unwrap();
            let (side, colours) = (code.width(), code.to_colors());
            for degrees in [0.0f32, 33.0, 100.0, 250.0] {
                for inverted in [false, true] {
                    let (sin, cos) = degrees.to_radians().sin_cos();
                    let dark = |x: f32, y: f32| {
                        let (x, y) = ((x - 70.0) / 4.4, (y - 70.0) / 3.9);
                        let (u, v) =
                            (x * cos + y * sin + side as f32 / 2.0, y * cos - x * sin + side as f32 / 2.0);
                        let inside = u >= 0.0 && v >= 0.0 && u < side as f32 && v < side as f32;
                        inside && colours[v as usize * side + u as usize] == qrcode::Color::Dark
                    };
                    let luma = (0..140 * 140)
                        .map(|index| {
                            let (x, y) = ((index % 140) as f32, (index / 140) as f32);
                            let dark = (0..16).filter(|part| {
                                dark(x + (part % 4) as f32 / 4.0 + 0.125, y + (part / 4) as f32 / 4.0 + 0.125)
                            });
                            let share = dark.count() as f32 / 16.0;
                            (60.0 + 130.0 * if inverted { share } else { 1.0 - share }) as u8
                        })
                        .collect();
                    let image = Grey { luma: Cow::Owned(luma), width: 140, height: 140 };
                    let read = super::read(&image, &mut |_| {});
                    let bytes: Vec<&[u8]> =
                        read.iter().map(|(message, _)| message.bytes.as_slice()).collect();
                    assert_eq!(bytes, [text.as_bytes()], "{text} {degrees} {inverted}");
                }
            }
        }
    }
}

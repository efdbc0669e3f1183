//! Bull's-eyes of Aztec symbols: squares around a dark module, seven runs of a module each along any line through
//! its middle, ISO/IEC 24778 clause 5.2.
//!
//! Distances are taken between edges of one kind, which dot gain leaves alone. The outermost square is left out:
//! where the mode message beside it is dark it has no outline.

use crate::{
    frame::pyramid::Grey,
    symbol::{
        Point,
        edges::{Edge, LEAST_SWING, along_line, find_edges},
        pattern_rows::{MODULES, PatternRows, add_row},
        square_rings,
    },
};

/// A bull's-eye.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Eye {
    pub(crate) centre: Point,
    /// Corners of its middle seven modules, one after another.
    pub(crate) corners: [Point; 4],
    /// 1 for dark on light, −1 for light on dark.
    pub(crate) dark: f32,
}

/// Smallest module in pixels.
const LEAST_MODULE: f32 = 1.3;

/// Bull's-eyes followed up in one image.
const MOST: usize = 24;

/// Places looked at in other directions: the lines of a large symbol's reference grid look like bull's-eyes all along.
const MOST_PLACES: usize = 3000;

/// Rows of one place are less far apart, in pixels.
const GAP: f32 = 2.5;

/// The bull's-eyes of an image, those seen in most rows first.
pub(crate) fn eyes(image: &Grey<'_>) -> Vec<Eye> {
    let mut places: Vec<PatternRows> = Vec::new();
    let (mut profile, mut edges) = (Vec::new(), Vec::new());
    for (y, row) in image.luma.chunks_exact(image.width.max(1)).enumerate() {
        profile.clear();
        profile.extend(row.iter().map(|&grey| f32::from(grey)));
        find_edges(&profile, LEAST_SWING, &mut edges);
        for (dark, at) in patterns(&edges) {
            let middle = (at[3] + at[4]) / 2.0 + 0.5;
            add_row(&mut places, PatternRows::new(middle, y as f32 + 0.5, at[7] - at[0], dark), GAP);
        }
    }
    places.sort_unstable_by_key(|rows| std::cmp::Reverse(rows.count));
    let mut found: Vec<Eye> = Vec::new();
    for rows in places.iter().take(MOST_PLACES) {
        let near = |eye: &Eye| {
            (eye.centre.x - rows.x).abs() < rows.width && (eye.centre.y - rows.middle()).abs() < rows.width
        };
        if found.len() < MOST && !found.iter().any(near) {
            found.extend(verified(image, rows));
        }
    }
    found
}

fn verified(image: &Grey<'_>, rows: &PatternRows) -> Option<Eye> {
    let module = rows.module();
    let mut centre = Point { x: rows.x, y: rows.middle() };
    let step = |centre: Point, direction| across(image, centre, direction, module, rows.dark);
    let (before, behind) = step(centre, (0.0, 1.0))?;
    centre.y += (behind - before) / 2.0;
    let (before, behind) = step(centre, (1.0, 0.0))?;
    centre.x += (behind - before) / 2.0;
    let corners = square_rings::corners(centre, |direction| step(centre, direction))?;
    Some(Eye { centre, corners, dark: rows.dark })
}

/// How far from `centre` the pattern begins and ends along a line through it, in pixels.
fn across(
    image: &Grey<'_>,
    centre: Point,
    direction: (f32, f32),
    module: f32,
    dark: f32,
) -> Option<(f32, f32)> {
    let edges = along_line(image, centre, direction, 12.0 * module, 0.25 * module);
    patterns(&edges)
        .filter(|(sign, _)| *sign == dark)
        .map(|(_, at)| ((at[3] + at[4]) / 2.0, (-at[0], at[7])))
        .filter(|(middle, (before, behind))| {
            middle.abs() < module && (0.35..2.8).contains(&((before + behind) / MODULES / module))
        })
        .min_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))
        .map(|(_, ends)| ends)
}

/// Eight edges in a row that are a module apart: the sign of the pattern (1 for dark on light) and the edges.
fn patterns(edges: &[Edge]) -> impl Iterator<Item = (f32, [f32; 8])> {
    edges.windows(8).filter_map(|edges| {
        let edges: &[Edge; 8] = edges.try_into().ok()?;
        let at = edges.map(|edge| edge.at);
        is_pattern(&at).then_some((if edges[0].falls { -1.0 } else { 1.0 }, at))
    })
}

fn is_pattern(at: &[f32; 8]) -> bool {
    let module = (at[7] - at[0]) / MODULES;
    if module < LEAST_MODULE {
        return false;
    }
    // An edge is known to a quarter of a pixel or so, which is much of a small module.
    let loose = 1.0 + 0.5 / module;
    at.windows(3).all(|at| ((at[2] - at[0]) / module - 2.0).abs() < 0.55 * loose)
        && at.windows(2).all(|at| ((at[1] - at[0]) / module - 1.0).abs() < 0.75 * loose)
}

//! Bull's-eyes of Aztec symbols: squares around a dark module, seven runs of a module each along any line through
//! its middle, ISO/IEC 24778 clause 5.2.
//!
//! Distances are taken between edges of one kind, which dot gain leaves alone. The outermost square is left out:
//! where the mode message beside it is dark it has no outline.

use crate::{
    frame::{pyramid::Grey, ranking::highest_first},
    symbol::{
        Point,
        edges::{Axis, Edge, along_axis, along_line, find_edges, is_even, middle_row},
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

/// Swing of a pattern's faintest edge as a share of its strongest.
const LEAST_SHARE: f32 = 0.4;

/// Bull's-eyes followed up in one image.
const MOST: usize = 24;

/// Places looked at in other directions: the lines of a large symbol's reference grid look like bull's-eyes all along.
const MOST_PLACES: usize = 3000;

/// Rows from one scan line to the next.
const STEP: usize = 2;

/// Module above which a bull's-eye shows in more scan lines than one, in pixels: at the worst, turned by 45°, three
/// quarters of its middle module's side are as wide as they should be.
const LEAST_TWO_ROWS: f32 = 3.0 * STEP as f32;

/// Rows that are more than chance shows.
const MANY_ROWS: usize = 3;

/// How far from the middle the pattern may reach, in modules as wide as they are along a row.
const REACH: f32 = 12.0;

/// Rows of one place are less far apart, in pixels: a scan line may have missed it.
const GAP: f32 = 2.0 * STEP as f32 + 0.5;

/// The bull's-eyes of an image, those seen in most rows first.
pub(crate) fn eyes(image: &Grey<'_>) -> Vec<Eye> {
    let mut places: Vec<PatternRows> = Vec::new();
    let (mut profile, mut edges) = (Vec::new(), Vec::new());
    for y in (1..image.height.saturating_sub(1)).step_by(STEP) {
        middle_row(image, y, 0, image.width, &mut profile);
        find_edges(&profile, &mut edges);
        for (dark, at) in patterns(&edges) {
            let middle = (at[3] + at[4]) / 2.0 + 0.5;
            add_row(&mut places, PatternRows::new(middle, y as f32 + 0.5, at[7] - at[0], dark), GAP);
        }
    }
    highest_first(&mut places, |rows| rows.count as f32);
    let mut found: Vec<Eye> = Vec::new();
    let seen = |rows: &&PatternRows| rows.count > 1 || rows.module() < LEAST_TWO_ROWS;
    for rows in places.iter().filter(seen).take(MOST_PLACES) {
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
    let reach = REACH * module;
    // What lies between pixels is a pixel wide as it is.
    let beside = if module < 4.0 { 0.0 } else { 0.25 * module };
    let line =
        |centre, direction| ends(&along_line(image, centre, direction, reach, beside), module, rows.dark);
    // Rough print may break a line of pixels: what many rows show is looked at along a wider one, too.
    let look = |centre, axis: Axis| {
        ends(&along_axis(image, centre, axis, reach), module, rows.dark).or_else(|| {
            (rows.count >= MANY_ROWS && beside > 0.0).then(|| line(centre, axis.direction())).flatten()
        })
    };
    let (before, behind) = look(centre, Axis::Column)?;
    centre.y += (behind - before) / 2.0;
    let (before, behind) = look(centre, Axis::Row)?;
    centre.x += (behind - before) / 2.0;
    let corners = square_rings::corners(centre, |direction| line(centre, direction))?;
    Some(Eye { centre, corners, dark: rows.dark })
}

/// How far from a line's middle the pattern begins and ends along it, in pixels.
fn ends(edges: &[Edge], module: f32, dark: f32) -> Option<(f32, f32)> {
    patterns(edges)
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
        (is_even(edges, LEAST_SHARE) && is_pattern(&at))
            .then_some((if edges[0].falls { -1.0 } else { 1.0 }, at))
    })
}

fn is_pattern(at: &[f32; 8]) -> bool {
    let module = (at[7] - at[0]) / MODULES;
    if module < LEAST_MODULE {
        return false;
    }
    // An edge is known to a quarter of a pixel or so, which is much of a small module.
    let loose = module + 0.5;
    at.windows(3).all(|at| (at[2] - at[0] - 2.0 * module).abs() < 0.55 * loose)
        && at.windows(2).all(|at| (at[1] - at[0] - module).abs() < 0.75 * loose)
}

//! Edges in a row of grey values, each half way between neighbouring extremes.
//!
//! Not at a threshold: a module of a pixel and a half, blurred, reaches neither black nor white.

use crate::frame::pyramid::Grey;

use super::Point;

/// Least difference of neighbouring extremes, in grey levels.
pub(crate) const LEAST_SWING: f32 = 7.0;

/// Samples a pixel along a line that lies anyhow.
const SAMPLES: f32 = 2.0;

/// Where a profile crosses from one extreme to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    pub(crate) at: f32,
    /// From light to dark.
    pub(crate) falls: bool,
}

/// Edges along a line through `centre`, so many pixels to both sides; a place is in pixels from the centre. The line
/// is as wide as a blur of `beside` pixels to each side.
pub(crate) fn along_line(
    image: &Grey<'_>,
    centre: Point,
    direction: (f32, f32),
    reach: f32,
    beside: f32,
) -> Vec<Edge> {
    let count = (2.0 * reach * SAMPLES) as usize + 1;
    let profile: Vec<f32> = (0..count)
        .map(|index| {
            let t = index as f32 / SAMPLES - reach;
            let (x, y) = (centre.x + direction.0 * t, centre.y + direction.1 * t);
            let aside = (-direction.1 * beside, direction.0 * beside);
            (2.0 * image.sample(x, y)
                + image.sample(x + aside.0, y + aside.1)
                + image.sample(x - aside.0, y - aside.1))
                / 4.0
        })
        .collect();
    let mut edges = Vec::new();
    find_edges(&profile, LEAST_SWING, &mut edges);
    edges.iter_mut().for_each(|edge| edge.at = edge.at / SAMPLES - reach);
    edges
}

/// Edges of a profile whose extremes differ by `least` or more, each half way between its two extremes.
pub(crate) fn find_edges(profile: &[f32], least: f32, edges: &mut Vec<Edge>) {
    edges.clear();
    let Some(&start) = profile.first() else { return };
    // The last certain extreme and the best one after it.
    let (mut from, mut to) = ((0, start), (0, start));
    let mut rises: Option<bool> = None;
    for (index, &value) in profile.iter().enumerate() {
        match rises {
            None => {
                if (value - start).abs() >= least {
                    rises = Some(value > start);
                    to = (index, value);
                }
            }
            Some(up) => {
                if (value > to.1) == up && value != to.1 {
                    to = (index, value);
                } else if (to.1 - value).abs() >= least {
                    edges.extend(crossing(profile, from, to, !up));
                    from = to;
                    to = (index, value);
                    rises = Some(!up);
                }
            }
        }
    }
    if let Some(up) = rises {
        edges.extend(crossing(profile, from, to, !up));
    }
}

/// Where the profile passes the middle between two extremes.
fn crossing(profile: &[f32], from: (usize, f32), to: (usize, f32), falls: bool) -> Option<Edge> {
    let level = (from.1 + to.1) / 2.0;
    let values = profile.get(from.0..=to.0)?;
    let passes = |value: f32| if falls { value <= level } else { value >= level };
    let next = values.iter().position(|&value| passes(value))?;
    let (before, after) = (*values.get(next.checked_sub(1)?)?, *values.get(next)?);
    let part = if after == before { 0.5 } else { (level - before) / (after - before) };
    Some(Edge { at: (from.0 + next) as f32 - 1.0 + part, falls })
}

//! What a reading did, step by step: for the debug view and for counting where frames are lost.

use super::{Format, Point};

/// One step of reading a frame; places are in the frame's pixels.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Step {
    /// A window with a symbol's texture: left, top, right, bottom.
    Window {
        /// A stretch of stripes (linear) rather than a matrix.
        stripes: bool,
        /// Left, top, right, bottom, in pixels.
        bounds: [f32; 4],
    },
    /// Something of a finder pattern's shape.
    Finder {
        /// Of which symbology.
        format: Format,
        /// Its points, in the symbology's own order.
        points: Vec<Point>,
    },
    /// A grid was laid and its fixed patterns found.
    Grid {
        /// Of which symbology.
        format: Format,
        /// Rows and columns of modules.
        modules: (usize, usize),
        /// Corners of the grid.
        corners: [Point; 4],
        /// Correlation of the fixed patterns, 1 for perfect.
        score: f32,
    },
    /// A message was corrected and proven.
    Read {
        /// Of which symbology.
        format: Format,
        /// Where.
        corners: [Point; 4],
    },
}

/// Receives the steps; most readings pass one that does nothing.
pub(crate) type Observer<'a> = &'a mut dyn FnMut(Step);

impl Step {
    /// The step with its places `scale` times as far from the origin.
    pub(crate) fn scaled(self, scale: f32) -> Self {
        let point = |point: Point| Point { x: point.x * scale, y: point.y * scale };
        match self {
            Self::Window { stripes, bounds } => {
                Self::Window { stripes, bounds: bounds.map(|side| side * scale) }
            }
            Self::Finder { format, points } => {
                Self::Finder { format, points: points.into_iter().map(point).collect() }
            }
            Self::Grid { format, modules, corners, score } => {
                Self::Grid { format, modules, corners: corners.map(point), score }
            }
            Self::Read { format, corners } => Self::Read { format, corners: corners.map(point) },
        }
    }
}

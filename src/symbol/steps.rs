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
        self.mapped(|point| Point { x: point.x * scale, y: point.y * scale })
    }

    /// The step with its places so far to the right and down.
    pub(crate) fn moved(self, by: Point) -> Self {
        self.mapped(|point| Point { x: point.x + by.x, y: point.y + by.y })
    }

    fn mapped(self, point: impl Fn(Point) -> Point) -> Self {
        match self {
            Self::Window { stripes, bounds: [left, top, right, bottom] } => {
                let (first, last) = (point(Point { x: left, y: top }), point(Point { x: right, y: bottom }));
                Self::Window { stripes, bounds: [first.x, first.y, last.x, last.y] }
            }
            Self::Finder { format, points } => {
                Self::Finder { format, points: points.into_iter().map(&point).collect() }
            }
            Self::Grid { format, modules, corners, score } => {
                Self::Grid { format, modules, corners: corners.map(&point), score }
            }
            Self::Read { format, corners } => Self::Read { format, corners: corners.map(&point) },
        }
    }
}

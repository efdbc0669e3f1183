//! The patches of regions of texture that are too large to be one symbol.

use crate::frame::{blobs::Tiles, pyramid::Grey};
use crate::symbol::{data_matrix, guidance};

use super::{
    Search,
    places::{place, scaled, window},
};

/// Pixels of the frame for which one more patch of a large region is looked at in each level.
const PIXELS_A_PATCH: f32 = 150_000.0;

/// Patches of the frame itself without a symbol after which no more are looked at where none was read: those that stand
/// out less are text, nearly always.
const MISSES_FINEST: usize = 4;

/// Patches of a level without a symbol after which no more are looked at, for each symbol that was read and one more.
const MISSES_A_SYMBOL: usize = 2;

impl Search<'_> {
    /// Looks at patches of large regions, the likeliest first. Where something was read already, most are text beside it:
    /// a few that hold nothing end it, the more the more symbols there are.
    pub(super) fn patches(&mut self, image: &Grey<'_>, halvings: usize, patches: &[Tiles]) {
        let scale = (1_u32 << halvings) as f32;
        let mut misses = 0;
        for &tiles in patches {
            let read = self.symbols.len();
            let most = match (read, halvings) {
                (0, 0) => MISSES_FINEST,
                (0, _) => usize::MAX,
                _ => MISSES_A_SYMBOL * (read + 1),
            };
            if misses >= most {
                return;
            }
            let window = window(tiles, image);
            if self.has_read(scaled(window, scale)) {
                continue;
            }
            let fit = self.data_matrices(image, window, scale, data_matrix::read);
            misses += usize::from(self.symbols.len() == read);
            // A patch of a large region is a place of its own only where a finder pattern was seen.
            self.places.push(place(guidance::Kind::Matrix, tiles, 0, scale, fit));
        }
    }
}

/// Patches of large regions looked at in a level that is `scale` times smaller than the frame.
pub(super) fn most_patches(image: &Grey<'_>, scale: f32) -> usize {
    3 + (image.width as f32 * image.height as f32 * scale * scale / PIXELS_A_PATCH) as usize
}

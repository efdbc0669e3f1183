//! Stage 1: camera pixels → [`Frame`], an 8-bit grey image.
//!
//! Grey is the luma of ITU-R BT.601. A frame borrows the caller's pixels where they already are grey.
//! This stage does not look for symbols.

pub(crate) mod blobs;
pub(crate) mod drawing;
pub(crate) mod part;
pub(crate) mod pyramid;
pub(crate) mod ranking;
pub(crate) mod relief;
pub(crate) mod sobel;
pub(crate) mod texture;

use std::borrow::Cow;

/// Largest width or height accepted, in pixels. Twelve-megapixel photographs fit; a hostile size does not.
pub const MAX_SIDE: u32 = 8192;

/// Largest number of pixels accepted.
pub const MAX_PIXELS: u64 = 32 * 1024 * 1024;

/// A grey image: row-major, one byte a pixel, no padding between rows.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    luma: Cow<'a, [u8]>,
    width: u32,
    height: u32,
}

/// Why pixels were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A side is zero, or over [`MAX_SIDE`], or the area is over [`MAX_PIXELS`].
    #[error("a frame of {width}×{height} pixels cannot be read")]
    Size {
        /// Width as given, in pixels.
        width: u32,
        /// Height as given, in pixels.
        height: u32,
    },
    /// The buffer is neither `width × height` (luma) nor `width × height × 4` (RGBA) bytes long.
    #[error("{width}×{height} pixels need {} (luma) or {} (RGBA) bytes, not {length}", u64::from(*width) * u64::from(*height), u64::from(*width) * u64::from(*height) * 4)]
    Length {
        /// Width as given, in pixels.
        width: u32,
        /// Height as given, in pixels.
        height: u32,
        /// Bytes given.
        length: usize,
    },
}

impl FrameError {
    /// A stable code for callers that switch on it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Size { .. } => "frame_size",
            Self::Length { .. } => "frame_length",
        }
    }
}

impl<'a> Frame<'a> {
    /// A frame of `data`, which is luma or RGBA as its length tells.
    pub fn new(data: &'a [u8], width: u32, height: u32) -> Result<Self, FrameError> {
        let pixels = u64::from(width) * u64::from(height);
        if pixels == 0 || width > MAX_SIDE || height > MAX_SIDE || pixels > MAX_PIXELS {
            return Err(FrameError::Size { width, height });
        }
        match u64::try_from(data.len()) {
            Ok(length) if length == pixels => Ok(Self { luma: Cow::Borrowed(data), width, height }),
            Ok(length) if length == pixels * 4 => {
                let luma = data.chunks_exact(4).map(grey_of_rgba).collect();
                Ok(Self { luma: Cow::Owned(luma), width, height })
            }
            _ => Err(FrameError::Length { width, height, length: data.len() }),
        }
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Grey values, row-major, `width × height` of them.
    pub fn luma(&self) -> &[u8] {
        &self.luma
    }
}

/// BT.601 luma in 16-bit fixed point; transparent pixels count as white paper.
fn grey_of_rgba(pixel: &[u8]) -> u8 {
    let &[r, g, b, a] = pixel else { return 255 };
    let grey = (u32::from(r) * 19595 + u32::from(g) * 38470 + u32::from(b) * 7471 + 32768) >> 16;
    let over_white = (grey * u32::from(a) + 255 * (255 - u32::from(a)) + 127) / 255;
    u8::try_from(over_white).unwrap_or(255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_tells_luma_from_rgba() {
        let luma = Frame::new(&[7; 6], 3, 2).unwrap();
        assert_eq!(luma.luma(), [7; 6]);
        let rgba = Frame::new(&[255, 0, 0, 255, 0, 0, 0, 0], 2, 1).unwrap();
        assert_eq!(rgba.luma(), [76, 255]);
    }

    #[test]
    fn wrong_sizes_are_refused_with_a_code() {
        assert_eq!(Frame::new(&[0; 5], 3, 2).unwrap_err().code(), "frame_length");
        assert_eq!(Frame::new(&[], 0, 2).unwrap_err().code(), "frame_size");
        assert_eq!(Frame::new(&[], u32::MAX, u32::MAX).unwrap_err().code(), "frame_size");
    }
}

//! Drawings, which unlike photographs may be a pixel a module, a few rows high, and without a quiet zone.

use std::borrow::Cow;

use super::pyramid::Grey;

/// Height below which a picture's rows are drawn several times, in pixels.
const LEAST_HEIGHT: usize = 40;

/// Longest side of a picture whose pixels are drawn several times, as in drawings of a pixel or two a module, and
/// about how long it is then.
const MOST_TINY: usize = 140;
const TINY_TO: usize = 250;

/// A picture of a few rows, as drawings of linear symbols are, with each row drawn so many times that its texture
/// is seen, and how often across and down; or a tiny picture with each pixel drawn several times.
pub(crate) fn thickened(image: &Grey<'_>) -> Option<(Grey<'static>, (usize, usize))> {
    let side = image.width.max(image.height);
    let times = if image.height < LEAST_HEIGHT && image.width > LEAST_HEIGHT {
        (1, LEAST_HEIGHT.div_ceil(image.height))
    } else if side <= MOST_TINY {
        (TINY_TO / side + 1, TINY_TO / side + 1)
    } else {
        return None;
    };
    let mut luma = Vec::with_capacity(image.luma.len() * times.0 * times.1);
    for row in image.luma.chunks_exact(image.width) {
        let row: Vec<u8> = row.iter().flat_map(|&grey| std::iter::repeat_n(grey, times.0)).collect();
        luma.extend(std::iter::repeat_n(row, times.1).flatten());
    }
    Some((
        Grey { luma: Cow::Owned(luma), width: image.width * times.0, height: image.height * times.1 },
        times,
    ))
}

/// A picture with a white margin around it, and how wide that is, in pixels: drawings have no quiet zone.
pub(crate) fn framed(image: &Grey<'_>) -> (Grey<'static>, usize) {
    let margin = image.width.max(image.height) / 8 + 8;
    let (width, height) = (image.width + 2 * margin, image.height + 2 * margin);
    let mut luma = vec![255; width * height];
    for (row, own) in luma.chunks_exact_mut(width).skip(margin).zip(image.luma.chunks_exact(image.width)) {
        if let Some(row) = row.get_mut(margin..margin + image.width) {
            row.copy_from_slice(own);
        }
    }
    (Grey { luma: Cow::Owned(luma), width, height }, margin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_one_row_is_drawn_higher() {
        let row: Vec<u8> = (0..100).collect();
        let (image, times) = thickened(&Grey { luma: Cow::Borrowed(&row), width: 100, height: 1 }).unwrap();
        assert_eq!((image.height, times, image.luma[99], image.luma[3999]), (40, (1, 40), 99, 99));
        let (image, times) = thickened(&Grey { luma: Cow::Owned(vec![1, 2]), width: 2, height: 1 }).unwrap();
        assert_eq!((image.width, image.height, times), (252, 126, (126, 126)));
        assert_eq!((image.luma[125], image.luma[126], image.luma[252]), (1, 2, 1));
        assert!(thickened(&Grey { luma: Cow::Owned(vec![0; 12800]), width: 200, height: 64 }).is_none());
    }

    #[test]
    fn a_margin_is_white_and_as_wide_all_round() {
        let (image, margin) = framed(&Grey { luma: Cow::Owned(vec![0; 6]), width: 3, height: 2 });
        assert_eq!((image.width, image.height, margin), (19, 18, 8));
        let dark = |index: &usize| (8..11).contains(&(index % 19)) && (8..10).contains(&(index / 19));
        assert!((0..19 * 18).all(|index| (image.luma[index] == 0) == dark(&index)));
    }
}

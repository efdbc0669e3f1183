//! A part of an image, cut out with what is around it.

use std::borrow::Cow;

use super::pyramid::Grey;

/// Shortest side of a part that is looked at, in pixels.
const LEAST_PART: usize = 16;

/// How much around a part belongs to it at least, in pixels.
const LEAST_AROUND: f32 = 32.0;

/// The part of an image at `bounds` and around it (a share of the longer side), and its place; `None` where it
/// does not lie in the image.
pub(crate) fn cut_out(
    image: &Grey<'_>,
    [left, top, right, bottom]: [f32; 4],
    around: f32,
) -> Option<(Grey<'static>, [usize; 2])> {
    let margin = (around * (right - left).max(bottom - top)).max(LEAST_AROUND);
    let across = |at: f32| (at.max(0.0) as usize).min(image.width);
    let down = |at: f32| (at.max(0.0) as usize).min(image.height);
    let (left, right) = (across(left - margin), across(right + margin));
    let (top, bottom) = (down(top - margin), down(bottom + margin));
    let (width, height) = (right.checked_sub(left)?, bottom.checked_sub(top)?);
    if width < LEAST_PART || height < LEAST_PART {
        return None;
    }
    let rows = (top..bottom).map(|row| &image.luma[row * image.width + left..row * image.width + right]);
    let luma = rows.collect::<Vec<_>>().concat();
    Some((Grey { luma: Cow::Owned(luma), width, height }, [left, top]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_cut_out_with_what_is_around_it_and_kept_within_the_image() {
        let luma: Vec<u8> = (0..200 * 100).map(|index| (index % 200) as u8).collect();
        let image = Grey { luma: Cow::Owned(luma), width: 200, height: 100 };
        let (part, [left, top]) = cut_out(&image, [100.0, 40.0, 120.0, 60.0], 0.4).unwrap();
        assert_eq!(([left, top], part.width, part.height), ([68, 8], 84, 84));
        assert_eq!(part.luma[0], 68);
        assert!(cut_out(&image, [500.0, 40.0, 520.0, 60.0], 0.4).is_none());
        assert!(cut_out(&image, [f32::NAN; 4], 0.4).is_none());
    }
}

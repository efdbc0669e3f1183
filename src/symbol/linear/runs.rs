//! Reading the symbologies of two or four widths from edges: Code 39, Interleaved 2 of 5, EAN and UPC.

use super::profile::Edge;

/// Distances between neighbouring edges; even indices are bars when the first edge falls.
pub(super) fn widths(edges: &[Edge]) -> Vec<f32> {
    edges.windows(2).map(|pair| pair[1].at - pair[0].at).collect()
}

/// Sorts elements into narrow (false) and wide (true). Bars and spaces are sorted apart, as print gain makes one
/// wider and the other narrower; `None` where the two widths do not stand apart.
pub(super) fn narrow_or_wide(elements: &[f32]) -> Option<Vec<bool>> {
    let mut wide = vec![false; elements.len()];
    for parity in 0..2 {
        let own = || elements.iter().skip(parity).step_by(2).copied();
        let (low, high) =
            own().fold((f32::MAX, f32::MIN), |(low, high), width| (low.min(width), high.max(width)));
        if high < 1.5 * low {
            // All alike: narrow, if as narrow as the other colour's narrow ones are at most.
            let other = elements.iter().skip(1 - parity).step_by(2).copied().fold(f32::MAX, f32::min);
            if high > 1.7 * other {
                return None;
            }
            continue;
        }
        let middle = (low * high).sqrt();
        let (mut narrowest_wide, mut widest_narrow) = (f32::MAX, f32::MIN);
        for (index, width) in elements.iter().enumerate().skip(parity).step_by(2) {
            let is_wide = *width > middle;
            wide[index] = is_wide;
            if is_wide {
                narrowest_wide = narrowest_wide.min(*width);
            } else {
                widest_narrow = widest_narrow.max(*width);
            }
        }
        if narrowest_wide < 1.15 * widest_narrow {
            return None;
        }
    }
    Some(wide)
}

/// Whether the element before `start` or behind the last is a quiet zone of `least`; the profile's end is none.
pub(super) fn quiet(widths: &[f32], index: Option<usize>, least: f32) -> bool {
    index.and_then(|index| widths.get(index)).is_none_or(|&width| width >= least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gain_does_not_blur_the_two_widths() {
        // Bars fat by 0.6, spaces thin by 0.6: wide spaces (2.4) are hardly wider than narrow bars (1.6).
        let elements = [1.6, 0.4, 3.6, 2.4, 1.6, 0.4];
        assert_eq!(narrow_or_wide(&elements).unwrap(), [false, false, true, true, false, false]);
        assert_eq!(narrow_or_wide(&[1.0, 1.0, 1.5, 1.0, 2.0, 1.0, 1.35, 1.0]), None);
    }
}

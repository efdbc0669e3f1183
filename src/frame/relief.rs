//! Derived images of a window, for marks that are rough or dotted rather than dark.

use std::borrow::Cow;

use super::pyramid::Grey;

/// Pixels to either side that make up the ground of a mark.
const GROUND: usize = 6;

/// A rectangle of the image: left, top, right, bottom; the last two are excluded.
type Window = [usize; 4];

/// The window, smoothed over so many pixels to either side: dots as far apart as that is wide make lines.
pub(crate) fn smooth(image: &Grey<'_>, window: Window, reach: usize) -> Grey<'static> {
    let (values, width, height) = cut(image, window);
    grey(&box_mean(&values, width, height, reach), width, height, 1.0)
}

/// How rough the window is from place to place: the mean deviation from the ground. A peened dot is a bright
/// and a dark crescent whose mean is that of the metal around it. It is smoothed as [`smooth`] does.
pub(crate) fn relief(image: &Grey<'_>, window: Window, reach: usize) -> Grey<'static> {
    let (values, width, height) = cut(image, window);
    let ground = box_mean(&values, width, height, GROUND);
    let deviation: Vec<f32> =
        values.iter().zip(&ground).map(|(value, ground)| (value - ground).abs()).collect();
    let smooth = box_mean(&deviation, width, height, reach);
    let most = smooth.iter().copied().fold(1.0, f32::max);
    grey(&smooth, width, height, 255.0 / most)
}

fn cut(image: &Grey<'_>, [left, top, right, bottom]: Window) -> (Vec<f32>, usize, usize) {
    let (right, bottom) = (right.min(image.width), bottom.min(image.height));
    let rows = (top..bottom).flat_map(|row| &image.luma[row * image.width + left..row * image.width + right]);
    (rows.map(|&grey| f32::from(grey)).collect(), right - left, bottom - top)
}

fn grey(values: &[f32], width: usize, height: usize, gain: f32) -> Grey<'static> {
    let luma = values.iter().map(|value| (value * gain + 0.5).clamp(0.0, 255.0) as u8).collect();
    Grey { luma: Cow::Owned(luma), width, height }
}

/// The mean over (2 × `reach` + 1)² pixels, or what of them lies inside.
fn box_mean(values: &[f32], width: usize, height: usize, reach: usize) -> Vec<f32> {
    let mut across = vec![0.0; values.len()];
    for (row, out) in values.chunks_exact(width).zip(across.chunks_exact_mut(width)) {
        running_mean(row, reach, out);
    }
    let line = |y: usize| &across[y * width..][..width];
    let mut out = vec![0.0; values.len()];
    let mut sums = vec![0.0f32; width];
    for y in 0..reach.min(height) {
        sums.iter_mut().zip(line(y)).for_each(|(sum, value)| *sum += value);
    }
    for (y, out) in out.chunks_exact_mut(width).enumerate() {
        if y + reach < height {
            sums.iter_mut().zip(line(y + reach)).for_each(|(sum, value)| *sum += value);
        }
        if y > reach {
            sums.iter_mut().zip(line(y - reach - 1)).for_each(|(sum, value)| *sum -= value);
        }
        let part = 1.0 / ((y + reach + 1).min(height) - y.saturating_sub(reach)) as f32;
        out.iter_mut().zip(&sums).for_each(|(out, sum)| *out = sum * part);
    }
    out
}

fn running_mean(row: &[f32], reach: usize, out: &mut [f32]) {
    let count = row.len();
    let mut sum: f32 = row.iter().take(reach).sum();
    for (at, out) in out.iter_mut().enumerate() {
        if at + reach < count {
            sum += row[at + reach];
        }
        if at > reach {
            sum -= row[at - reach - 1];
        }
        let held = (at + reach + 1).min(count) - at.saturating_sub(reach);
        *out = sum / held as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(paint: impl Fn(usize, usize) -> u8) -> Grey<'static> {
        let luma = (0..64 * 48).map(|index| paint(index % 64, index / 64)).collect();
        Grey { luma: Cow::Owned(luma), width: 64, height: 48 }
    }

    #[test]
    fn means_are_those_of_the_pixels_around() {
        let values: Vec<f32> = (0..12).map(|index| index as f32).collect();
        let mean = box_mean(&values, 4, 3, 1);
        assert!((mean[5] - 5.0).abs() < 1e-4);
        // The corner has four pixels: 0, 1, 4 and 5.
        assert!((mean[0] - 2.5).abs() < 1e-4);
        assert!((mean[11] - 8.5).abs() < 1e-4);
    }

    #[test]
    fn crescents_that_are_as_bright_as_the_ground_on_the_whole_stand_out() {
        let dots = image(|x, y| {
            let inside = (20..44).contains(&x) && (16..32).contains(&y);
            match (inside, x % 6, y % 6) {
                (true, 1 | 2, 1..=4) => 160,
                (true, 3 | 4, 1..=4) => 80,
                _ => 120,
            }
        });
        let relief = relief(&dots, [0, 0, 64, 48], 2);
        assert!(relief.sample(32.0, 24.0) > 100.0);
        assert!(relief.sample(5.0, 5.0) < 20.0);
        let smooth = smooth(&dots, [8, 8, 56, 40], 2);
        assert_eq!((smooth.width, smooth.height), (48, 32));
        assert!((smooth.sample(24.0, 16.0) - 120.0).abs() < 12.0);
    }
}

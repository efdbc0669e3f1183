//! The lens and the hand: blur of a frame in linear light.

/// A point-spread function.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Blur {
    /// A bell of this deviation in pixels: lens and demosaicing.
    Bell(f32),
    /// A disc of this radius in pixels: out of focus.
    Disc(f32),
    /// A line of this length in pixels at this angle: the hand or the part moves.
    Motion(f32, f32),
}

/// `frame` seen through `blur`.
pub fn apply(frame: &[f32], width: usize, height: usize, blur: Blur) -> Vec<f32> {
    match blur {
        Blur::Bell(sigma) if sigma < 0.05 => frame.to_vec(),
        Blur::Bell(sigma) => bell(frame, width, height, sigma),
        Blur::Disc(radius) => convolve(frame, width, height, &disc(radius)),
        Blur::Motion(length, angle) => convolve(frame, width, height, &line(length, angle)),
    }
}

fn bell(frame: &[f32], width: usize, height: usize, sigma: f32) -> Vec<f32> {
    let reach = (3.0 * sigma).ceil() as i32;
    let weight = |offset: i32| (-0.5 * (offset as f32 / sigma).powi(2)).exp();
    let total: f32 = (-reach..=reach).map(weight).sum();
    let tap = |offset: i32| weight(offset) / total;
    let across: Vec<_> = (-reach..=reach).map(|offset| (offset, 0, tap(offset))).collect();
    let down: Vec<_> = (-reach..=reach).map(|offset| (0, offset, tap(offset))).collect();
    convolve(&convolve(frame, width, height, &across), width, height, &down)
}

/// The pixels of a disc, each weighed by how much of it the disc covers.
fn disc(radius: f32) -> Vec<(i32, i32, f32)> {
    let covers = |x: f32, y: f32| x.hypot(y) <= radius;
    spread(radius, covers)
}

/// The pixels of a line one pixel thick.
fn line(length: f32, angle: f32) -> Vec<(i32, i32, f32)> {
    let (sin, cos) = angle.sin_cos();
    let covers =
        |x: f32, y: f32| (x * cos + y * sin).abs() <= length / 2.0 && (y * cos - x * sin).abs() <= 0.5;
    spread(length / 2.0 + 0.5, covers)
}

/// Weights of the pixels within `reach`, by an 8 × 8 sampling of `covers` in each.
fn spread(reach: f32, covers: impl Fn(f32, f32) -> bool) -> Vec<(i32, i32, f32)> {
    let side = reach.ceil() as i32;
    let offsets = (-side..=side).flat_map(|y| (-side..=side).map(move |x| (x, y)));
    let part = |(x, y): (i32, i32)| {
        let place = |at: i32| (at as f32 + 0.5) / 8.0 - 0.5;
        let inside = (0..64).filter(|&at| covers(x as f32 + place(at % 8), y as f32 + place(at / 8))).count();
        (x, y, inside as f32)
    };
    let taps: Vec<_> = offsets.map(part).filter(|tap| tap.2 > 0.0).collect();
    let total: f32 = taps.iter().map(|tap| tap.2).sum();
    taps.into_iter().map(|(x, y, weight)| (x, y, weight / total)).collect()
}

fn convolve(frame: &[f32], width: usize, height: usize, taps: &[(i32, i32, f32)]) -> Vec<f32> {
    let mut out = vec![0.0; frame.len()];
    for &(dx, dy, weight) in taps {
        for y in 0..height {
            let from = (y as i32 + dy).clamp(0, height as i32 - 1) as usize;
            let source = &frame[from * width..(from + 1) * width];
            let target = &mut out[y * width..(y + 1) * width];
            add_shifted(target, source, dx, weight);
        }
    }
    out
}

/// Adds `source` moved left by `dx` to `target`; the edge pixel repeats outwards.
fn add_shifted(target: &mut [f32], source: &[f32], dx: i32, weight: f32) {
    let last = source.len() - 1;
    let shift = dx.unsigned_abs() as usize;
    if shift > last {
        return;
    }
    if dx >= 0 {
        target.iter_mut().zip(&source[shift..]).for_each(|(out, value)| *out += weight * value);
        target[last + 1 - shift..].iter_mut().for_each(|out| *out += weight * source[last]);
    } else {
        target[shift..].iter_mut().zip(source).for_each(|(out, value)| *out += weight * value);
        target[..shift].iter_mut().for_each(|out| *out += weight * source[0]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blur_keeps_the_light_and_spreads_it_as_far_as_it_says() {
        let mut frame = vec![0.0; 41 * 41];
        frame[20 * 41 + 20] = 1.0;
        // Second moment along x: σ², r²/4 of a disc, l²/12 of a line (a pixel's own twelfth on top).
        for (blur, moment) in [
            (Blur::Bell(1.5), 1.5 * 1.5),
            (Blur::Disc(4.0), 4.0 * 4.0 / 4.0 + 1.0 / 12.0),
            (Blur::Motion(6.0, 0.0), 6.0 * 6.0 / 12.0 + 1.0 / 12.0),
        ] {
            let blurred = apply(&frame, 41, 41, blur);
            let total: f32 = blurred.iter().sum();
            let spread: f32 =
                blurred.iter().enumerate().map(|(at, light)| light * ((at % 41) as f32 - 20.0).powi(2)).sum();
            assert!((total - 1.0).abs() < 1e-3, "{blur:?}: {total}");
            assert!((spread - moment).abs() < 0.12, "{blur:?}: {spread} for {moment}");
        }
    }
}

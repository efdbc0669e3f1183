//! Halved copies of a grey image, so that a large module looks like a small one and dots run together.

use std::borrow::Cow;

/// Steps of a pixel in fixed point.
const FIXED: f32 = 65536.0;

/// A grey image of the reader's own: row-major, one byte a pixel.
#[derive(Debug, Clone)]
pub(crate) struct Grey<'a> {
    pub(crate) luma: Cow<'a, [u8]>,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl Grey<'_> {
    /// Grey value at a place in pixels (centres at halves), between its four neighbours; the border repeats.
    #[inline]
    pub(crate) fn sample(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x - 0.5, y - 0.5);
        // A signed integer is what processors make of a float in one step.
        let (left, top) = (x as i32 as usize, y as i32 as usize);
        if x >= 0.0 && y >= 0.0 && left + 1 < self.width {
            let start = top * self.width + left;
            let upper = self.luma.get(start..).and_then(<[u8]>::first_chunk::<2>);
            let lower = self.luma.get(start + self.width..).and_then(<[u8]>::first_chunk::<2>);
            if let (Some(&upper), Some(&lower)) = (upper, lower) {
                return between(upper, lower, x - left as f32, y - top as f32);
            }
        }
        self.at_border(x, y)
    }

    /// The same where some of the four neighbours may lie outside; `x` and `y` count from the first pixel's centre.
    #[cold]
    fn at_border(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x.max(0.0), y.max(0.0));
        let (left, top) = ((x as usize).min(self.width - 1), (y as usize).min(self.height - 1));
        let (right, bottom) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let row = |y: usize| [left, right].map(|x| self.luma[y * self.width + x]);
        between(row(top), row(bottom), (x - left as f32).min(1.0), (y - top as f32).min(1.0))
    }

    /// Grey values at places evenly spaced along a straight line: `each` is given the number of the place and its value.
    /// Like [`sample`](Self::sample) to an eighth of a grey level, and faster where the line lies inside.
    #[inline]
    pub(crate) fn along(
        &self,
        start: (f32, f32),
        step: (f32, f32),
        count: usize,
        mut each: impl FnMut(usize, f32),
    ) {
        self.along_fixed(start, step, count, |index, grey| each(index, grey as f32 / FIXED));
    }

    /// [`along`](Self::along) with values in 2⁻¹⁶ of a grey level.
    #[inline]
    pub(crate) fn along_fixed(
        &self,
        start: (f32, f32),
        step: (f32, f32),
        count: usize,
        mut each: impl FnMut(usize, i32),
    ) {
        let last = count.saturating_sub(1) as f32;
        let inside = |x: f32, y: f32| {
            (0.5..self.width as f32 - 1.0).contains(&x) && (0.5..self.height as f32 - 1.0).contains(&y)
        };
        if !(inside(start.0, start.1) && inside(start.0 + step.0 * last, start.1 + step.1 * last)) {
            for index in 0..count {
                let t = index as f32;
                each(index, (self.sample(start.0 + step.0 * t, start.1 + step.1 * t) * FIXED) as i32);
            }
            return;
        }
        // In 2⁻¹⁶ of a pixel: a side has 2¹³ at most, and so many steps are off by a sixteenth of a pixel at most.
        let fixed = |value: f32| (value * FIXED).round() as i32;
        let (mut x, mut y) = (fixed(start.0 - 0.5), fixed(start.1 - 0.5));
        let (dx, dy) = (fixed(step.0), fixed(step.1));
        for index in 0..count {
            let (column, row) = (x.max(0), y.max(0));
            let place = (row >> 16) as usize * self.width + (column >> 16) as usize;
            let (fx, fy) = ((column >> 8) & 0xff, (row >> 8) & 0xff);
            let upper = self.luma.get(place..).and_then(<[u8]>::first_chunk::<2>);
            let lower = self.luma.get(place + self.width..).and_then(<[u8]>::first_chunk::<2>);
            let (Some(upper), Some(lower)) = (upper, lower) else { break };
            let row = |&[a, b]: &[u8; 2]| (i32::from(a) << 8) + (i32::from(b) - i32::from(a)) * fx;
            let (upper, lower) = (row(upper), row(lower));
            each(index, (upper << 8) + (lower - upper) * fy);
            (x, y) = (x + dx, y + dy);
        }
    }

    /// The image at half its size: each pixel the mean of four. `None` below `least` pixels a side.
    pub(crate) fn halved(&self, least: usize) -> Option<Grey<'static>> {
        let (width, height) = (self.width / 2, self.height / 2);
        if width < least || height < least {
            return None;
        }
        let mut luma = vec![0; width * height];
        let mut sums = vec![0u16; self.width];
        let rows = self.luma.chunks_exact(self.width * 2);
        // In plain loops over whole rows, which the compiler turns into SIMD.
        for (out, rows) in luma.chunks_exact_mut(width.max(1)).zip(rows) {
            let (upper, lower) = rows.split_at(self.width);
            for ((sum, &u), &l) in sums.iter_mut().zip(upper).zip(lower) {
                *sum = u16::from(u) + u16::from(l);
            }
            for (out, &[left, right]) in out.iter_mut().zip(sums.as_chunks::<2>().0) {
                *out = ((left + right + 2) / 4) as u8;
            }
        }
        Some(Grey { luma: Cow::Owned(luma), width, height })
    }
}

/// The grey value between four pixels, so far from the left ones and from the upper ones.
fn between([a, b]: [u8; 2], [c, d]: [u8; 2], fx: f32, fy: f32) -> f32 {
    let upper = f32::from(a) + (f32::from(b) - f32::from(a)) * fx;
    let lower = f32::from(c) + (f32::from(d) - f32::from(c)) * fx;
    upper + (lower - upper) * fy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: usize, luma: &[u8]) -> Grey<'_> {
        Grey { luma: Cow::Borrowed(luma), width, height: luma.len() / width }
    }

    #[test]
    fn samples_lie_between_their_neighbours() {
        let image = grey(2, &[0, 100, 200, 100]);
        assert_eq!(image.sample(0.5, 0.5), 0.0);
        assert_eq!(image.sample(1.0, 0.5), 50.0);
        assert_eq!(image.sample(1.0, 1.0), 100.0);
        assert_eq!(image.sample(-5.0, 9.0), 200.0);
    }

    #[test]
    fn samples_along_a_line_are_those_of_its_places() {
        let luma: Vec<u8> = (0..64 * 48).map(|index: u32| (index * 7919 % 251) as u8).collect();
        let image = grey(64, &luma);
        // Within the image, up to its border, and beyond it.
        for (start, step, count) in [
            ((3.2, 4.7), (0.71, 0.37), 80),
            ((0.5, 0.5), (1.0, 0.0), 62),
            ((60.0, 40.0), (-0.9, -0.8), 70),
            // Steps that are rounded end a little above the first row.
            ((1.0, 0.5 + 60.0 * 0.000_011), (1.0, -0.000_011), 61),
            ((-4.0, 20.0), (1.3, 0.1), 60),
        ] {
            let mut seen = 0;
            image.along(start, step, count, |index, value| {
                let t = index as f32;
                let sample = image.sample(start.0 + step.0 * t, start.1 + step.1 * t);
                assert!((value - sample).abs() < 2.0, "{start:?} {index}: {value}, not {sample}");
                seen += 1;
            });
            assert_eq!(seen, count);
        }
    }

    #[test]
    fn halving_takes_the_mean_and_drops_an_odd_edge() {
        let halved = grey(3, &[0, 10, 9, 20, 30, 9]).halved(1).unwrap();
        assert_eq!((halved.width, halved.height, &halved.luma[..]), (1, 1, &[15][..]));
        assert!(grey(3, &[0; 6]).halved(2).is_none());
    }
}

//! Halved copies of a grey image, so that a large module looks like a small one and dots run together.

use std::borrow::Cow;

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
        let (x, y) = ((x - 0.5).max(0.0), (y - 0.5).max(0.0));
        let (left, top) = ((x as usize).min(self.width - 1), (y as usize).min(self.height - 1));
        let (fx, fy) = ((x - left as f32).min(1.0), (y - top as f32).min(1.0));
        let start = top * self.width + left;
        let below = start + self.width;
        let [a, b, c, d] = match (self.luma.get(start..start + 2), self.luma.get(below..below + 2)) {
            (Some(&[a, b]), Some(&[c, d])) if left + 1 < self.width => [a, b, c, d],
            _ => self.border(left, top),
        };
        let upper = f32::from(a) + (f32::from(b) - f32::from(a)) * fx;
        let lower = f32::from(c) + (f32::from(d) - f32::from(c)) * fx;
        upper + (lower - upper) * fy
    }

    /// The four neighbours where some lie outside.
    #[cold]
    fn border(&self, left: usize, top: usize) -> [u8; 4] {
        let (right, bottom) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        [(left, top), (right, top), (left, bottom), (right, bottom)]
            .map(|(x, y)| self.luma[y * self.width + x])
    }

    /// The image at half its size: each pixel the mean of four. `None` below `least` pixels a side.
    pub(crate) fn halved(&self, least: usize) -> Option<Grey<'static>> {
        let (width, height) = (self.width / 2, self.height / 2);
        if width < least || height < least {
            return None;
        }
        let mut luma = Vec::with_capacity(width * height);
        for rows in self.luma.chunks_exact(self.width * 2).take(height) {
            let (upper, lower) = rows.split_at(self.width);
            luma.extend(upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0).map(|(u, l)| {
                let sum = u16::from(u[0]) + u16::from(u[1]) + u16::from(l[0]) + u16::from(l[1]);
                ((sum + 2) / 4) as u8
            }));
        }
        Some(Grey { luma: Cow::Owned(luma), width, height })
    }
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
    fn halving_takes_the_mean_and_drops_an_odd_edge() {
        let halved = grey(3, &[0, 10, 9, 20, 30, 9]).halved(1).unwrap();
        assert_eq!((halved.width, halved.height, &halved.luma[..]), (1, 1, &[15][..]));
        assert!(grey(3, &[0; 6]).halved(2).is_none());
    }
}

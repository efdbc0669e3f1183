//! The gradients of a row of pixels.

/// Sobel sums of a row of pixels; those of the first and the last pixel are 0. In plain loops over whole rows, which the
/// compiler turns into SIMD.
pub(crate) struct RowGradients {
    /// The column above, here twice and below, and what lies below less what lies above.
    sums: Vec<i16>,
    differences: Vec<i16>,
    pub(crate) gx: Vec<i16>,
    pub(crate) gy: Vec<i16>,
}

impl RowGradients {
    /// Room for rows of so many pixels.
    pub(crate) fn new(width: usize) -> Self {
        let row = || vec![0; width];
        Self { sums: row(), differences: row(), gx: row(), gy: row() }
    }

    /// The gradients of the row `here`, from the rows beside it.
    pub(crate) fn set(&mut self, above: &[u8], here: &[u8], below: &[u8]) {
        let columns = above.iter().zip(here).zip(below);
        for ((sum, difference), ((&a, &h), &b)) in
            self.sums.iter_mut().zip(&mut self.differences).zip(columns)
        {
            let [a, h, b] = [a, h, b].map(i16::from);
            (*sum, *difference) = (a + 2 * h + b, b - a);
        }
        let Some(inner) = self.gx.len().checked_sub(2) else { return };
        let (left, right) = (&self.sums[..inner], &self.sums[2..][..inner]);
        for ((gx, left), right) in self.gx[1..=inner].iter_mut().zip(left).zip(right) {
            *gx = right - left;
        }
        let [left, middle, right] = [0, 1, 2].map(|from| &self.differences[from..][..inner]);
        for (((gy, left), middle), right) in self.gy[1..=inner].iter_mut().zip(left).zip(middle).zip(right) {
            *gy = left + 2 * middle + right;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients_are_the_sums_of_sobels_masks_and_none_at_the_ends() {
        let rows = [[10, 20, 30, 200, 7], [11, 50, 90, 0, 255], [12, 4, 8, 16, 32u8]];
        let mut gradients = RowGradients::new(5);
        gradients.set(&rows[0], &rows[1], &rows[2]);
        let at = |x: usize, y: usize| i16::from(rows[y][x]);
        for x in 1..4 {
            let side = |x: usize| at(x, 0) + 2 * at(x, 1) + at(x, 2);
            let line = |y: usize| at(x - 1, y) + 2 * at(x, y) + at(x + 1, y);
            assert_eq!((gradients.gx[x], gradients.gy[x]), (side(x + 1) - side(x - 1), line(2) - line(0)));
        }
        assert_eq!([gradients.gx[0], gradients.gx[4], gradients.gy[0], gradients.gy[4]], [0; 4]);
    }
}

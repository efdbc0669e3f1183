//! Which module carries which bit: ISO/IEC 16022 annex F.

/// For each module of a data mapping, row by row, codeword × 8 + bit (0 is the highest); `None` for the
/// four modules a few sizes leave over in their last corner.
pub(crate) fn bits(rows: usize, columns: usize) -> Vec<Option<u16>> {
    let mut placement = Placement { rows, columns, bits: vec![None; rows * columns] };
    placement.fill();
    placement.bits
}

struct Placement {
    rows: usize,
    columns: usize,
    bits: Vec<Option<u16>>,
}

/// A module at a signed place; negative places wrap round.
type Place = (isize, isize);

impl Placement {
    fn fill(&mut self) {
        let (rows, columns) = (self.rows.cast_signed(), self.columns.cast_signed());
        let (mut row, mut column) = (4, 0);
        let mut codeword = 0;
        while row < rows || column < columns {
            codeword += u16::from(self.corner(row, column, codeword));
            // Up and to the right, then down and to the left.
            while row >= 0 && column < columns {
                if row < rows && column >= 0 && self.is_free(row, column) {
                    self.utah(row, column, codeword);
                    codeword += 1;
                }
                row -= 2;
                column += 2;
            }
            row += 1;
            column += 3;
            while row < rows && column >= 0 {
                if row >= 0 && column < columns && self.is_free(row, column) {
                    self.utah(row, column, codeword);
                    codeword += 1;
                }
                row += 2;
                column -= 2;
            }
            row += 3;
            column += 1;
        }
    }

    /// The four special shapes at the corners, figures F.3 to F.6.
    fn corner(&mut self, row: isize, column: isize, codeword: u16) -> bool {
        let (rows, columns) = (self.rows.cast_signed(), self.columns.cast_signed());
        let (last, right) = (rows - 1, columns - 1);
        let places: [Place; 8] = match (row, column) {
            (r, 0) if r == rows => [
                (last, 0),
                (last, 1),
                (last, 2),
                (0, right - 1),
                (0, right),
                (1, right),
                (2, right),
                (3, right),
            ],
            (r, 0) if r == rows - 2 && columns % 4 != 0 => [
                (last - 2, 0),
                (last - 1, 0),
                (last, 0),
                (0, right - 3),
                (0, right - 2),
                (0, right - 1),
                (0, right),
                (1, right),
            ],
            (r, 0) if r == rows - 2 && columns % 8 == 4 => [
                (last - 2, 0),
                (last - 1, 0),
                (last, 0),
                (0, right - 1),
                (0, right),
                (1, right),
                (2, right),
                (3, right),
            ],
            (r, 2) if r == rows + 4 && columns % 8 == 0 => [
                (last, 0),
                (last, right),
                (0, right - 2),
                (0, right - 1),
                (0, right),
                (1, right - 2),
                (1, right - 1),
                (1, right),
            ],
            _ => return false,
        };
        self.set(places, codeword);
        true
    }

    /// The usual shape, figure F.1.
    fn utah(&mut self, row: isize, column: isize, codeword: u16) {
        let offsets = [(-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0)];
        self.set(offsets.map(|(down, across)| (row + down, column + across)), codeword);
    }

    fn set(&mut self, places: [Place; 8], codeword: u16) {
        for (bit, place) in (0..).zip(places) {
            if let Some(cell) = self.cell(place) {
                *cell = Some(codeword * 8 + bit);
            }
        }
    }

    fn is_free(&mut self, row: isize, column: isize) -> bool {
        self.cell((row, column)).is_some_and(|cell| cell.is_none())
    }

    fn cell(&mut self, (mut row, mut column): Place) -> Option<&mut Option<u16>> {
        let (rows, columns) = (self.rows.cast_signed(), self.columns.cast_signed());
        if row < 0 {
            row += rows;
            column += 4 - (rows + 4) % 8;
        }
        if column < 0 {
            column += columns;
            row += 4 - (columns + 4) % 8;
        }
        // DMRE symbols can wrap past the end (ISO/IEC 21471).
        if row >= rows {
            row -= rows;
        }
        let index = row.checked_mul(columns)?.checked_add(column)?;
        self.bits.get_mut(usize::try_from(index).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::symbol_size::SIZES;
    use super::*;

    #[test]
    fn every_bit_of_every_size_has_one_module() {
        for size in SIZES {
            let (rows, columns) = size.mapping();
            let mut seen = vec![0; (size.data + size.check) * 8];
            for bit in bits(rows, columns).into_iter().flatten() {
                seen[usize::from(bit)] += 1;
            }
            assert!(seen.iter().all(|&count| count == 1), "{}×{}", size.rows, size.columns);
        }
    }

    #[test]
    fn the_standards_smallest_symbol() {
        // Figure F.9, 8×8: the first row of modules as codeword.bit, bits counted from 1.
        let first: Vec<(u16, u16)> =
            bits(8, 8).iter().take(8).flatten().map(|bit| (bit / 8 + 1, bit % 8 + 1)).collect();
        assert_eq!(first, [(2, 1), (2, 2), (3, 6), (3, 7), (3, 8), (4, 3), (4, 4), (4, 5)]);
    }
}

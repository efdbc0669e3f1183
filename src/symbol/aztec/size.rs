//! Sizes of Aztec symbols and where their bits lie: ISO/IEC 24778 clauses 5.3, 5.4 and 7.4.

/// Kind and number of layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    compact: bool,
    layers: usize,
    /// Data codewords.
    data: usize,
}

/// Distance of the reference grid's lines, in modules.
const GRID: usize = 16;

impl Size {
    /// A symbol of so many layers (1 to 4 compact, else 1 to 32) and data codewords; `None` where these leave less
    /// than three check codewords.
    pub(crate) fn new(compact: bool, layers: usize, data: usize) -> Option<Self> {
        let size = Self { compact, layers, data };
        let fits = layers >= 1 && layers <= if compact { 4 } else { 32 };
        (fits && data >= 1 && data + 3 <= size.codewords()).then_some(size)
    }

    pub(crate) fn data(self) -> usize {
        self.data
    }

    /// Bits of a codeword, table 1.
    pub(crate) fn codeword_bits(self) -> usize {
        match self.layers {
            ..=2 => 6,
            3..=8 => 8,
            9..=22 => 10,
            _ => 12,
        }
    }

    /// Bits of all layers.
    pub(crate) fn bits(self) -> usize {
        self.layers * (if self.compact { 88 } else { 112 } + 16 * self.layers)
    }

    /// Codewords, data and check.
    pub(crate) fn codewords(self) -> usize {
        self.bits() / self.codeword_bits()
    }

    /// Modules a side of the symbol without its reference grid.
    fn plain_side(self) -> usize {
        if self.compact { 11 + 4 * self.layers } else { 14 + 4 * self.layers }
    }

    /// Modules a side.
    pub(crate) fn side(self) -> usize {
        let plain = self.plain_side();
        if self.compact { plain } else { plain + 1 + 2 * ((plain / 2 - 1) / (GRID - 1)) }
    }

    /// The row or column of the symbol for one of the symbol without its reference grid.
    fn place(self, plain: usize) -> usize {
        if self.compact {
            return plain;
        }
        let (half, middle) = (self.plain_side() / 2, self.side() / 2);
        // Away from the middle line, one of every sixteen is a line of the grid.
        if plain >= half {
            let away = plain - half;
            middle + 1 + away + away / (GRID - 1)
        } else {
            let away = half - 1 - plain;
            middle - 1 - away - away / (GRID - 1)
        }
    }

    /// Where the bits lie as (row, column), the outermost layer's first: down the left side from the top, two
    /// modules (the outer first) to a row, then along the bottom, up the right side and back along the top.
    pub(crate) fn places(self) -> Vec<(usize, usize)> {
        let mut places = Vec::with_capacity(self.bits());
        for layer in 0..self.layers {
            let low = 2 * layer;
            let high = self.plain_side() - 1 - low;
            let length = high - low - 1;
            for side in 0..4 {
                for along in 0..length {
                    for outer in 0..2 {
                        let (row, column) = match side {
                            0 => (low + along, low + outer),
                            1 => (high - outer, low + along),
                            2 => (high - along, high - outer),
                            _ => (low + outer, high - along),
                        };
                        places.push((self.place(row), self.place(column)));
                    }
                }
            }
        }
        places
    }

    /// The colour of a module (true for dark) of a square of so many modules a side around the bull's-eye, where
    /// it does not depend on the message: bull's-eye and reference grid.
    pub(crate) fn fixed(compact: bool, side: usize, row: usize, column: usize) -> Option<bool> {
        let (down, across) = (row.abs_diff(side / 2), column.abs_diff(side / 2));
        let ring = down.max(across);
        if ring <= if compact { 4 } else { 6 } {
            return Some(ring.is_multiple_of(2));
        }
        if compact || ring == 7 && down.min(across) != 0 {
            return None;
        }
        match (down.is_multiple_of(GRID), across.is_multiple_of(GRID)) {
            (true, _) => Some(across.is_multiple_of(2)),
            (_, true) => Some(down.is_multiple_of(2)),
            _ => None,
        }
    }

    pub(crate) fn is_compact(self) -> bool {
        self.compact
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacities_and_sides_are_those_of_the_standard() {
        // Table 1: layers, side, codewords.
        for (layers, side, codewords) in [(1, 15, 17), (2, 19, 40), (3, 23, 51), (4, 27, 76)] {
            let size = Size::new(true, layers, 1).unwrap();
            assert_eq!((size.side(), size.codewords()), (side, codewords));
        }
        for (layers, side, codewords) in [
            (1, 19, 21),
            (2, 23, 48),
            (4, 31, 88),
            (5, 37, 120),
            (12, 67, 364),
            (22, 109, 1020),
            (32, 151, 1664),
        ] {
            let size = Size::new(false, layers, 1).unwrap();
            assert_eq!((size.side(), size.codewords()), (side, codewords));
        }
    }

    #[test]
    fn every_bit_has_a_place_of_its_own_that_is_not_fixed() {
        let all = (1..=4).map(|layers| (true, layers)).chain((1..=32).map(|layers| (false, layers)));
        for (compact, layers) in all {
            let size = Size::new(compact, layers, 1).unwrap();
            let mut places = size.places();
            assert_eq!(places.len(), size.bits());
            let core = if compact { 5 } else { 7 };
            for &(row, column) in &places {
                assert_eq!(Size::fixed(compact, size.side(), row, column), None, "{layers} {row} {column}");
                let middle = size.side() / 2;
                assert!(row.abs_diff(middle).max(column.abs_diff(middle)) > core);
            }
            places.sort_unstable();
            places.dedup();
            assert_eq!(places.len(), size.bits());
        }
    }
}

//! Sizes of Data Matrix symbols: ISO/IEC 16022 table 7, and the rectangular extension of ISO/IEC 21471.

/// One symbol size; rows and columns count the finder patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SymbolSize {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Data regions from top to bottom and from left to right.
    pub(crate) regions: (usize, usize),
    pub(crate) data: usize,
    pub(crate) check: usize,
    /// Interleaved Reed-Solomon blocks.
    pub(crate) blocks: usize,
}

const fn size(
    rows: usize,
    columns: usize,
    regions: (usize, usize),
    data: usize,
    check: usize,
    blocks: usize,
) -> SymbolSize {
    SymbolSize { rows, columns, regions, data, check, blocks }
}

/// Every size, squares first, as often met.
#[rustfmt::skip]
pub(crate) const SIZES: [SymbolSize; 48] = [
    size(10, 10, (1, 1), 3, 5, 1), size(12, 12, (1, 1), 5, 7, 1), size(14, 14, (1, 1), 8, 10, 1),
    size(16, 16, (1, 1), 12, 12, 1), size(18, 18, (1, 1), 18, 14, 1), size(20, 20, (1, 1), 22, 18, 1),
    size(22, 22, (1, 1), 30, 20, 1), size(24, 24, (1, 1), 36, 24, 1), size(26, 26, (1, 1), 44, 28, 1),
    size(32, 32, (2, 2), 62, 36, 1), size(36, 36, (2, 2), 86, 42, 1), size(40, 40, (2, 2), 114, 48, 1),
    size(44, 44, (2, 2), 144, 56, 1), size(48, 48, (2, 2), 174, 68, 1), size(52, 52, (2, 2), 204, 84, 2),
    size(64, 64, (4, 4), 280, 112, 2), size(72, 72, (4, 4), 368, 144, 4), size(80, 80, (4, 4), 456, 192, 4),
    size(88, 88, (4, 4), 576, 224, 4), size(96, 96, (4, 4), 696, 272, 4), size(104, 104, (4, 4), 816, 336, 6),
    size(120, 120, (6, 6), 1050, 408, 6), size(132, 132, (6, 6), 1304, 496, 8),
    size(144, 144, (6, 6), 1558, 620, 10),
    size(8, 18, (1, 1), 5, 7, 1), size(8, 32, (1, 2), 10, 11, 1), size(12, 26, (1, 1), 16, 14, 1),
    size(12, 36, (1, 2), 22, 18, 1), size(16, 36, (1, 2), 32, 24, 1), size(16, 48, (1, 2), 49, 28, 1),
    size(8, 48, (1, 2), 18, 15, 1), size(8, 64, (1, 4), 24, 18, 1), size(8, 80, (1, 4), 32, 22, 1),
    size(8, 96, (1, 4), 38, 28, 1), size(8, 120, (1, 6), 49, 32, 1), size(8, 144, (1, 6), 63, 36, 1),
    size(12, 64, (1, 4), 43, 27, 1), size(12, 88, (1, 4), 64, 36, 1), size(16, 64, (1, 4), 62, 36, 1),
    size(20, 36, (1, 2), 44, 28, 1), size(20, 44, (1, 2), 56, 34, 1), size(20, 64, (1, 4), 84, 42, 1),
    size(22, 48, (1, 2), 72, 38, 1), size(24, 48, (1, 2), 80, 41, 1), size(24, 64, (1, 4), 108, 46, 1),
    size(26, 40, (1, 2), 70, 38, 1), size(26, 48, (1, 2), 90, 42, 1), size(26, 64, (1, 4), 118, 50, 1),
];

impl SymbolSize {
    /// The size of so many rows and columns.
    pub(crate) fn of(rows: usize, columns: usize) -> Option<Self> {
        SIZES.into_iter().find(|size| size.rows == rows && size.columns == columns)
    }

    /// Rows and columns of one data region with its finder pattern.
    pub(crate) fn region(&self) -> (usize, usize) {
        (self.rows / self.regions.0, self.columns / self.regions.1)
    }

    /// The colour a module of a finder or alignment pattern has, true for dark; `None` for data modules.
    pub(crate) fn fixed(&self, row: usize, column: usize) -> Option<bool> {
        let (height, width) = self.region();
        let (row, column) = (row % height, column % width);
        if column == 0 || row == height - 1 {
            Some(true)
        } else if row == 0 {
            Some(column % 2 == 0)
        } else if column == width - 1 {
            Some(row % 2 == 1)
        } else {
            None
        }
    }

    /// Rows and columns of the data modules alone.
    pub(crate) fn mapping(&self) -> (usize, usize) {
        (self.rows - 2 * self.regions.0, self.columns - 2 * self.regions.1)
    }

    /// Where a module of the data mapping lies in the symbol.
    pub(crate) fn place(&self, row: usize, column: usize) -> (usize, usize) {
        let (height, width) = self.region();
        let (inner_height, inner_width) = (height - 2, width - 2);
        (
            row / inner_height * height + row % inner_height + 1,
            column / inner_width * width + column % inner_width + 1,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_modules_hold_the_codewords() {
        for size in SIZES {
            let (rows, columns) = size.mapping();
            assert_eq!(rows * columns / 8, size.data + size.check, "{}×{}", size.rows, size.columns);
            let data = (0..size.rows).flat_map(|row| (0..size.columns).map(move |column| (row, column)));
            assert_eq!(
                data.filter(|&(row, column)| size.fixed(row, column).is_none()).count(),
                rows * columns
            );
            assert_eq!(size.place(rows - 1, columns - 1), (size.rows - 2, size.columns - 2));
        }
    }
}

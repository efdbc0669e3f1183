//! Versions of QR Code model 2 and their error correction blocks: ISO/IEC 18004:2015 tables 7, 9 and annex E.

/// Error correction levels, in the order of the tables below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// About 7 % of the codewords can be restored.
    L,
    /// About 15 %.
    M,
    /// About 25 %.
    Q,
    /// About 30 %.
    H,
}

/// Version 1 to 40: 21 to 177 modules a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version(usize);

/// Interleaved Reed-Solomon blocks of one symbol: the first few may be one data codeword shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Blocks {
    /// How many.
    pub(crate) count: usize,
    /// Check codewords of each.
    pub(crate) check: usize,
    /// How many are short.
    pub(crate) short: usize,
    /// Data codewords of a short one.
    pub(crate) short_data: usize,
}

/// Check codewords of a block, by level and version.
#[rustfmt::skip]
const CHECK: [[u8; 40]; 4] = [
    [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
    [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28],
    [13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
    [17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
];

/// Blocks of a symbol, by level and version.
#[rustfmt::skip]
const BLOCKS: [[u8; 40]; 4] = [
    [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25],
    [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49],
    [1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68],
    [1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81],
];

impl Version {
    /// The version of this number, 1 to 40.
    pub(crate) fn new(number: usize) -> Option<Self> {
        (1..=40).contains(&number).then_some(Self(number))
    }

    /// Its number.
    pub(crate) fn number(self) -> usize {
        self.0
    }

    /// Modules a side.
    pub(crate) fn side(self) -> usize {
        17 + 4 * self.0
    }

    /// Rows and columns on which the centres of alignment patterns lie, annex E.
    pub(crate) fn alignment(self) -> Vec<usize> {
        if self.0 == 1 {
            return Vec::new();
        }
        let count = self.0 / 7 + 2;
        let step = if self.0 == 32 { 26 } else { (4 * self.0 + 2 * count + 1) / (2 * count - 2) * 2 };
        let mut centres: Vec<usize> =
            (0..count - 1).map(|index| self.side() - 7 - index * step).chain([6]).collect();
        centres.reverse();
        centres
    }

    /// Codewords in all: modules that are neither function patterns nor format and version information, by 8.
    pub(crate) fn codewords(self) -> usize {
        let side = self.side();
        let alignment = self.alignment().len();
        let finders = 3 * 64 + 2 * (side - 16) + 31;
        let patterns = match alignment {
            0 => 0,
            // Three would lie on finder patterns; those on the timing patterns share five modules with them.
            n => 25 * (n * n - 3) - 2 * 5 * (n - 2),
        };
        let version = if self.0 >= 7 { 36 } else { 0 };
        (side * side - finders - patterns - version) / 8
    }

    /// Its blocks at a level.
    pub(crate) fn blocks(self, level: Level) -> Blocks {
        let pick = |table: &[[u8; 40]; 4]| usize::from(table[level as usize][self.0 - 1]);
        let (count, check) = (pick(&BLOCKS), pick(&CHECK));
        let total = self.codewords();
        Blocks { count, check, short: count - total % count, short_data: total / count - check }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacities_are_those_of_the_standard() {
        // Table 1: codewords of versions 1, 2, 7, 14, 32 and 40.
        let known = [(1, 26), (2, 44), (7, 196), (14, 581), (32, 2465), (40, 3706)];
        for (number, codewords) in known {
            assert_eq!(Version::new(number).unwrap().codewords(), codewords);
        }
        // Table 7: data codewords of 1-L, 5-Q and 40-H.
        for (number, level, data) in [(1, Level::L, 19), (5, Level::Q, 62), (40, Level::H, 1276)] {
            let version = Version::new(number).unwrap();
            let blocks = version.blocks(level);
            assert_eq!(blocks.count * blocks.short_data + blocks.count - blocks.short, data);
        }
    }

    #[test]
    fn alignment_patterns_lie_where_annex_e_says() {
        assert_eq!(Version::new(2).unwrap().alignment(), [6, 18]);
        assert_eq!(Version::new(7).unwrap().alignment(), [6, 22, 38]);
        assert_eq!(Version::new(22).unwrap().alignment(), [6, 26, 50, 74, 98]);
        assert_eq!(Version::new(32).unwrap().alignment(), [6, 34, 60, 86, 112, 138]);
        assert_eq!(Version::new(40).unwrap().alignment(), [6, 30, 58, 86, 114, 142, 170]);
    }
}

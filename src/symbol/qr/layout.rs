//! Which module of a QR Code is what: ISO/IEC 18004:2015 clauses 6.3 and 7.7.
//!
//! Rows and columns count from 0 at the corner with the finder pattern that has a neighbour on both sides.

use super::version::Version;

/// What one module is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Module {
    /// Of a finder, timing or alignment pattern, or a separator: dark.
    Dark,
    /// Likewise, light.
    Light,
    /// Format or version information.
    Information,
    /// Data or error correction.
    Data,
}

/// The modules of a version, row by row.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) side: usize,
    /// Row and column of the timing patterns.
    timing: usize,
    modules: Vec<Module>,
}

impl Layout {
    /// The layout of a version.
    pub(crate) fn of(version: Version) -> Self {
        let side = version.side();
        let mut layout = Self { side, timing: 6, modules: vec![Module::Data; side * side] };
        layout.information(version);
        layout.timing_patterns();
        layout.alignment_patterns(&version.alignment());
        for (row, column) in [(0, 0), (0, side - 7), (side - 7, 0)] {
            layout.finder(row, column);
        }
        // The module that is always dark, clause 7.9.1.
        layout.set(side - 8, 8, Module::Dark);
        layout
    }

    /// The layout of a Micro QR Code of so many modules a side (clause 6.3.3.2): one finder pattern, timing patterns
    /// along two sides.
    pub(crate) fn micro(side: usize) -> Self {
        let mut layout = Self { side, timing: 0, modules: vec![Module::Data; side * side] };
        for index in 1..9 {
            layout.set(8, index, Module::Information);
            layout.set(index, 8, Module::Information);
        }
        layout.timing_patterns();
        layout.finder(0, 0);
        layout
    }

    /// What the module in this row and column is.
    pub(crate) fn module(&self, row: usize, column: usize) -> Module {
        self.modules[row * self.side + column]
    }

    /// The colour of a fixed module, true for dark.
    pub(crate) fn fixed(&self, row: usize, column: usize) -> Option<bool> {
        match self.module(row, column) {
            Module::Dark => Some(true),
            Module::Light => Some(false),
            Module::Information | Module::Data => None,
        }
    }

    /// Data modules as (row, column), in the order of their bits: two columns at a time from the right, up and
    /// down by turns, past the vertical timing pattern (clause 7.7.3).
    pub(crate) fn data(&self) -> Vec<(usize, usize)> {
        let mut places = Vec::with_capacity(self.side * self.side);
        for pair in 0..self.side / 2 {
            let right = self.side - 1 - 2 * pair;
            let right = if right <= self.timing { right - 1 } else { right };
            for step in 0..self.side {
                let row = if pair % 2 == 0 { self.side - 1 - step } else { step };
                for column in [right, right - 1] {
                    if self.module(row, column) == Module::Data {
                        places.push((row, column));
                    }
                }
            }
        }
        places
    }

    fn set(&mut self, row: usize, column: usize, module: Module) {
        self.modules[row * self.side + column] = module;
    }

    fn timing_patterns(&mut self) {
        for index in 0..self.side {
            let colour = if index % 2 == 0 { Module::Dark } else { Module::Light };
            self.set(self.timing, index, colour);
            self.set(index, self.timing, colour);
        }
    }

    fn information(&mut self, version: Version) {
        for index in 0..9 {
            self.set(8, index, Module::Information);
            self.set(index, 8, Module::Information);
        }
        for index in self.side - 8..self.side {
            self.set(8, index, Module::Information);
            self.set(index, 8, Module::Information);
        }
        if version.number() >= 7 {
            for index in 0..18 {
                let (long, short) = (index / 3, self.side - 11 + index % 3);
                self.set(long, short, Module::Information);
                self.set(short, long, Module::Information);
            }
        }
    }

    fn alignment_patterns(&mut self, centres: &[usize]) {
        let Some(&last) = centres.last() else { return };
        for &row in centres {
            for &column in centres {
                if [(6, 6), (6, last), (last, 6)].contains(&(row, column)) {
                    continue;
                }
                for (down, across) in (0..25).map(|index| (index / 5, index % 5)) {
                    let ring = usize::abs_diff(down, 2).max(usize::abs_diff(across, 2));
                    let colour = if ring == 1 { Module::Light } else { Module::Dark };
                    self.set(row + down - 2, column + across - 2, colour);
                }
            }
        }
    }

    /// A finder pattern with its separator, its first module at (row, column).
    fn finder(&mut self, row: usize, column: usize) {
        for down in 0..9 {
            for across in 0..9 {
                let (row, column) = ((row + down).wrapping_sub(1), (column + across).wrapping_sub(1));
                if row >= self.side || column >= self.side {
                    continue;
                }
                let ring = usize::abs_diff(down, 4).max(usize::abs_diff(across, 4));
                self.set(row, column, if ring == 2 || ring == 4 { Module::Light } else { Module::Dark });
            }
        }
    }
}

/// Whether mask `pattern` (0 to 7) turns over the module in this row and column, table 10.
pub(crate) fn masked(pattern: u8, row: usize, column: usize) -> bool {
    let (product, sum) = (row * column, row + column);
    match pattern {
        0 => sum.is_multiple_of(2),
        1 => row.is_multiple_of(2),
        2 => column.is_multiple_of(3),
        3 => sum.is_multiple_of(3),
        4 => (row / 2 + column / 3).is_multiple_of(2),
        5 => product % 2 + product % 3 == 0,
        6 => (product % 2 + product % 3).is_multiple_of(2),
        _ => (sum % 2 + product % 3).is_multiple_of(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_the_data_modules_of_its_codewords() {
        for version in (1..=40).filter_map(Version::new) {
            let layout = Layout::of(version);
            let data = layout.data();
            assert_eq!(data.len() / 8, version.codewords(), "version {}", version.number());
            let mut sorted = data.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), data.len());
        }
    }

    #[test]
    fn data_begin_in_the_last_corner_and_go_up() {
        let layout = Layout::of(Version::new(1).unwrap());
        assert_eq!(layout.data()[..4], [(20, 20), (20, 19), (19, 20), (19, 19)]);
    }
}

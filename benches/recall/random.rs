//! Random test data that a run repeats exactly.

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// From 0 to 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Rising indices below `size`, each there with probability `p`, independently.
    pub(crate) fn members(&mut self, size: u64, p: f64) -> Vec<u64> {
        let scale = (1.0 - p).ln();
        let mut members = Vec::new();
        let mut index = (self.unit().ln() / scale) as u64;
        while index < size {
            members.push(index);
            index += 1 + (self.unit().max(f64::MIN_POSITIVE).ln() / scale) as u64;
        }
        members
    }
}

//! The random numbers of a frame: SplitMix64, written out because a frame must be the same in ten years.

/// A stream of random numbers that its seed determines.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream of `seed`; neighbouring seeds give unrelated streams.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A stream of its own for one purpose, so that drawing more for it changes nothing else.
    pub fn fork(&mut self, purpose: &str) -> Self {
        let name = purpose.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(self.bits() ^ name)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// Evenly in `[0, 1)`.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Evenly in `[low, high)`.
    pub fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `n`, or 0 where `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f32) as usize
    }

    /// True `probability` of the time.
    pub fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// Normal, mean 0, deviation 1: the sum of four even numbers, which is bell enough for noise.
    pub fn normal(&mut self) -> f32 {
        let bits = self.bits();
        let sum: u32 = (0..4).map(|at| u32::from((bits >> (16 * at)) as u16)).sum();
        (sum as f32 / 65536.0 - 2.0) * 1.732
    }

    /// One of `choices`, which must not be empty.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

/// SplitMix64's finaliser; also the hash behind every texture.
pub fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number in `[0, 1)` that belongs to the lattice point `(x, y)` of texture `seed`.
pub fn lattice(x: i32, y: i32, seed: u64) -> f32 {
    let place = (u64::from(x as u32) << 32) | u64::from(y as u32);
    (mix(place ^ mix(seed)) >> 40) as f32 / (1u64 << 24) as f32
}

/// Value noise in `[0, 1)`: smooth between lattice points one unit apart.
pub fn noise(x: f32, y: f32, seed: u64) -> f32 {
    let (x0, y0) = (x.floor(), y.floor());
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (tx, ty) = (ease(x - x0), ease(y - y0));
    let (x0, y0) = (x0 as i32, y0 as i32);
    let row = |y: i32| {
        let (left, right) = (lattice(x0, y, seed), lattice(x0 + 1, y, seed));
        left + (right - left) * tx
    };
    let (top, bottom) = (row(y0), row(y0 + 1));
    top + (bottom - top) * ty
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_on_every_machine() {
        // SplitMix64's published first outputs for seed 1234567.
        let mut random = Random::new(1_234_567);
        assert_eq!(random.bits(), 6_457_827_717_110_365_317);
        assert_eq!(random.bits(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn the_sum_of_four_has_deviation_one() {
        let mut random = Random::new(7);
        let squares: f32 = (0..20_000).map(|_| random.normal().powi(2)).sum();
        assert!((squares / 20_000.0 - 1.0).abs() < 0.05);
    }
}

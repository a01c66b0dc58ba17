//! The project's random number generator.
//!
//! Weights, shuffles and phantoms must be the same on every device, in WebAssembly and natively,
//! and must not change when dependencies are updated. The generator is therefore implemented here
//! and tested against reference vectors. It is xoshiro256++ (Blackman & Vigna, "Scrambled linear
//! pseudorandom number generators", ACM TOMS 47(4), 2021), seeded by SplitMix64 (Steele, Lea &
//! Flood, OOPSLA 2014).

use std::f64::consts::TAU;

/// Purpose of a stream of random numbers. Streams for different purposes are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Purpose {
    /// Initial weights; the stream index is that of the layer.
    Weights = 1,
    /// Order of the training images; the stream index is the epoch.
    Shuffle = 2,
    /// Dropout masks; the stream index is the step.
    Dropout = 3,
    /// Generated images; the stream index encodes the split and the image.
    Phantom = 4,
    /// Generated slices; the stream index encodes the split and the slice.
    Slices = 5,
    /// Wrong training labels; the stream index is that of the image.
    Labels = 6,
    /// Noise added to the images of a pack; the stream index encodes the split and the image.
    ImageNoise = 7,
    /// Generated chest X-rays; the stream index encodes the split and the image.
    Nodules = 8,
    /// Changes by a trap; the stream index encodes the split and the image.
    Trap = 9,
    /// Split of a visitor's own images; the stream index is 0.
    Split = 10,
    /// Augmentation; the stream index encodes the epoch and the training image.
    Augmentation = 11,
    /// Choice of the training images of a study; the stream index is that of the class.
    StudyImages = 12,
    /// Planting of the targets of linear probes and of markers; the stream index encodes what is planted,
    /// the split and the image.
    Planting = 13,
    /// Corruption of evaluated images; the stream index is that of the image.
    Corruption = 14,
}

/// The generator xoshiro256++ with 256 bits of state and period 2²⁵⁶ − 1. Not cryptographically
/// secure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rng {
    state: [u64; 4],
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Output function of SplitMix64, a bijection of 64-bit words.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Rng {
    /// Creates a generator whose state is the first four outputs of SplitMix64 for this seed, as
    /// recommended by its authors.
    pub fn new(seed: u64) -> Self {
        Self { state: [1, 2, 3, 4].map(|i: u64| mix(seed.wrapping_add(i.wrapping_mul(GOLDEN)))) }
    }

    /// Creates the generator of a stream. Different combinations of seed, purpose and index have
    /// different states, since the first two words are a bijection of all three.
    pub fn stream(seed: u32, purpose: Purpose, index: u64) -> Self {
        let key = mix(u64::from(seed) | (purpose as u64) << 32);
        let own = mix(key ^ index);
        let third = mix(key.wrapping_add(own).wrapping_add(GOLDEN));
        Self { state: [key, own, third, mix(third.wrapping_add(GOLDEN))] }
    }

    /// Returns the next 64 random bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// Draws uniformly from [0, 1), a multiple of 2⁻⁵³.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Draws uniformly between `low` and `high`.
    pub fn uniform_in(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Draws uniformly from `0..n` without bias (Lemire, "Fast random integer generation in an
    /// interval", ACM TOMACS 29(1), 2019). Returns 0 if `n` is 0.
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        let mut product = u128::from(self.next_u64()) * u128::from(n);
        if (product as u64) < n {
            let threshold = n.wrapping_neg() % n;
            while (product as u64) < threshold {
                product = u128::from(self.next_u64()) * u128::from(n);
            }
        }
        (product >> 64) as u64
    }

    /// Draws from the normal distribution with mean 0 and variance 1 (Box & Muller 1958, cosine
    /// branch). Its mathematical functions come from `libm` rather than from the platform, where
    /// the last bit differs between machines.
    pub fn normal(&mut self) -> f64 {
        // 1 − uniform is in (0, 1], where the logarithm is finite.
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.uniform()));
        radius * libm::cos(TAU * self.uniform())
    }

    /// Shuffles the items (Fisher-Yates, from the last item down).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values that Vigna's splitmix64.c gives for x = 1234567, as do all ports of it.
    #[test]
    fn seeds_by_splitmix64() {
        assert_eq!(
            Rng::new(1_234_567).state,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431
            ]
        );
    }

    /// The values that Vigna's xoshiro256plusplus.c gives for the state 1, 2, 3, 4.
    #[test]
    fn generates_as_xoshiro256_plus_plus() {
        let mut rng = Rng { state: [1, 2, 3, 4] };
        let out: Vec<u64> = (0..10).map(|_| rng.next_u64()).collect();
        assert_eq!(
            out,
            [
                41_943_041,
                58_720_359,
                3_588_806_011_781_223,
                3_591_011_842_654_386,
                9_228_616_714_210_784_205,
                9_973_669_472_204_895_162,
                14_011_001_112_246_962_877,
                12_406_186_145_184_390_807,
                15_849_039_046_786_891_736,
                10_450_023_813_501_588_000
            ]
        );
    }

    #[test]
    fn streams_differ_in_each_of_seed_purpose_and_index() {
        let mut starts: Vec<[u64; 4]> = Vec::new();
        for seed in [0, 1, 2, u32::MAX] {
            for purpose in [
                Purpose::Weights,
                Purpose::Shuffle,
                Purpose::Dropout,
                Purpose::Phantom,
                Purpose::Slices,
            ] {
                for index in [0, 1, 2, 1 << 32, u64::MAX] {
                    let mut rng = Rng::stream(seed, purpose, index);
                    starts.push([(); 4].map(|()| rng.next_u64()));
                }
            }
        }
        let mut firsts: Vec<u64> = starts.iter().map(|s| s[0]).collect();
        firsts.sort_unstable();
        firsts.dedup();
        assert_eq!(firsts.len(), starts.len());
    }

    #[test]
    fn uniform_below_and_normal_have_their_moments() {
        let mut rng = Rng::new(7);
        let n = 100_000;
        let draws: Vec<f64> = (0..n).map(|_| rng.uniform()).collect();
        assert!(draws.iter().all(|u| (0.0..1.0).contains(u)));
        let mean = draws.iter().sum::<f64>() / f64::from(n);
        assert!((mean - 0.5).abs() < 0.005, "mean {mean}"); // 5 standard errors

        let mut counts = [0_u32; 6];
        (0..n).for_each(|_| counts[rng.below(6) as usize] += 1);
        assert!(counts.iter().all(|c| c.abs_diff(n as u32 / 6) < 600), "{counts:?}");
        assert_eq!((rng.below(1), rng.below(0)), (0, 0));

        let normals: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
        let mean = normals.iter().sum::<f64>() / f64::from(n);
        let variance = normals.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(n);
        assert!(mean.abs() < 0.016 && (variance - 1.0).abs() < 0.023, "{mean}, {variance}");
        let within = normals.iter().filter(|x| x.abs() < 1.0).count() as f64 / f64::from(n);
        assert!((within - 0.6827).abs() < 0.008, "within one sigma: {within}");
    }
}

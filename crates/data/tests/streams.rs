//! Compares the random numbers of every stream bit by bit. Initial weights, shuffles, dropout masks
//! and phantoms are derived from them, so a link opens the same run as long as these snapshots
//! match.
//!
//! Only integer arithmetic and a fixed math library are used, so the snapshots are valid on every
//! platform.

use std::fmt::Write;

use data::epoch_order;
use data::phantom::{self, nodules, ventricles};
use data::rng::{Purpose, Rng};
use model::{Nodules, Split, Ventricles};

const PURPOSES: [Purpose; 8] = [
    Purpose::Weights,
    Purpose::Shuffle,
    Purpose::Dropout,
    Purpose::Phantom,
    Purpose::Slices,
    Purpose::Labels,
    Purpose::ImageNoise,
    Purpose::Nodules,
];

/// Seed and index of the tested streams.
const STREAMS: [(u32, u64); 6] = [(0, 0), (1, 0), (1, 1), (1, 70_000), (2, 0), (u32::MAX, 3)];

/// Computes the 64-bit FNV-1a hash.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn hash_of_indices(indices: &[usize]) -> u64 {
    hash(&indices.iter().flat_map(|index| (*index as u64).to_le_bytes()).collect::<Vec<_>>())
}

#[test]
fn streams_of_every_purpose_are_pinned() {
    let mut text = String::new();
    for purpose in PURPOSES {
        for (seed, index) in STREAMS {
            let mut rng = Rng::stream(seed, purpose, index);
            let first = [(); 4].map(|()| rng.next_u64());
            let thousandth = (4..1000).map(|_| rng.next_u64()).last().unwrap();
            writeln!(
                text,
                "{purpose:?} seed {seed} index {index}: {first:016x?} … {thousandth:016x}"
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!(text);
}

/// Each kind of derived number: 20 draws as the bits of a float, or as integers.
#[test]
fn derived_numbers_are_pinned() {
    let rng = || Rng::stream(1, Purpose::Weights, 0);
    let draws = |draw: &dyn Fn(&mut Rng) -> u64| {
        let mut rng = rng();
        (0..20).map(|_| draw(&mut rng)).collect::<Vec<_>>()
    };
    let mut text = String::new();
    writeln!(text, "uniform {:016x?}", draws(&|rng| rng.uniform().to_bits())).unwrap();
    writeln!(text, "uniform_in {:016x?}", draws(&|rng| rng.uniform_in(-0.2, 0.3).to_bits()))
        .unwrap();
    writeln!(text, "below 6 {:?}", draws(&|rng| rng.below(6))).unwrap();
    writeln!(text, "below 2^63+1 {:016x?}", draws(&|rng| rng.below((1 << 63) + 1))).unwrap();
    writeln!(text, "normal {:016x?}", draws(&|rng| rng.normal().to_bits())).unwrap();
    insta::assert_snapshot!(text);
}

#[test]
fn orders_of_examples_are_pinned() {
    let mut text = String::new();
    for (seed, epoch) in [(0, 0), (1, 0), (1, 1), (1, 9), (2, 0)] {
        writeln!(text, "seed {seed} epoch {epoch} of 12: {:?}", epoch_order(seed, epoch, 12))
            .unwrap();
        for count in [240, 1200] {
            let order = epoch_order(seed, epoch, count);
            writeln!(
                text,
                "seed {seed} epoch {epoch} of {count}: {:?} … {:016x}",
                &order[..8],
                hash_of_indices(&order)
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!(text);
}

/// Hashes of all labels and pixels of whole generated data sets.
#[test]
fn generated_data_sets_are_pinned() {
    let mut text = String::new();
    for (noise, rotation, seed) in [(10, 15, 1), (0, 0, 1), (10, 15, 2), (40, 180, 3)] {
        let set = phantom::dataset(phantom::Spec { noise, rotation }, seed);
        write!(text, "phantom noise {noise} rotation {rotation} seed {seed}:").unwrap();
        for split in [Split::Train, Split::Test] {
            let images = set.split(split);
            write!(text, " {} {:016x}", images.len(), hash(&images.labels)).unwrap();
            write!(text, " {:016x}", hash(&images.pixels)).unwrap();
        }
        text.push('\n');
    }
    let default = Nodules::DEFAULT;
    for (look, seed) in [(default, 1), (default, 2), (Nodules { distractors: 0, ..default }, 1)] {
        let set = nodules::dataset(look, seed);
        write!(text, "{look:?} seed {seed}:").unwrap();
        for split in Split::ALL {
            let images = set.split(split);
            write!(text, " {} {:016x}", images.len(), hash(&images.pixels)).unwrap();
        }
        text.push('\n');
    }
    let default = Ventricles::default();
    for (look, seed) in [(default, 1), (default, 2), (Ventricles { size: 150, ..default }, 1)] {
        let set = ventricles::slices(look, seed);
        write!(text, "{look:?} seed {seed}:").unwrap();
        for split in [Split::Train, Split::Test] {
            let slices = set.split(split);
            write!(text, " {} {:016x}", slices.len(), hash(&slices.images)).unwrap();
            write!(text, " {:016x}", hash(&slices.masks)).unwrap();
        }
        writeln!(text, " previews {:?}", set.preview_slices()).unwrap();
    }
    insta::assert_snapshot!(text);
}

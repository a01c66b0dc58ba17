//! Pixel noise, texture and MRI bias field.

use std::f64::consts::TAU;

use model::IMAGE_SIDE;

use crate::rng::Rng;

/// Draws an approximately normal value with mean 0 and variance 1: the scaled sum of four uniform
/// values (Irwin-Hall distribution, no values beyond 3.5). A tenth of the cost of an exactly normal
/// value.
pub fn approx_normal(rng: &mut Rng) -> f32 {
    let bits = rng.next_u64();
    let sum: u64 = (0..4).map(|quarter| bits >> (16 * quarter) & 0xffff).sum();
    // The sum of four uniform values on 0 to 65535 has mean 131070 and standard deviation 65536 /
    // √3.
    (sum as f32 - 131_070.0) * (1.732_050_8 / 65_536.0)
}

/// Adds value noise: random values on an `N`×`N` lattice, interpolated smoothly.
pub fn add_noise<const N: usize>(field: &mut [f32], strength: f32, rng: &mut Rng) {
    let lattice: [[f32; N]; N] = std::array::from_fn(|_| {
        std::array::from_fn(|_| strength * (2.0 * rng.uniform() as f32 - 1.0))
    });
    let cell = IMAGE_SIDE / (N - 1);
    let ease = |i: usize| {
        let t = (i % cell) as f32 / cell as f32;
        (i / cell, t * t * (3.0 - 2.0 * t))
    };
    for (row, line) in field.chunks_exact_mut(IMAGE_SIDE).enumerate() {
        let (j, v) = ease(row);
        let (above, below) = (&lattice[j], &lattice[j + 1]);
        for (column, value) in line.iter_mut().enumerate() {
            let (i, u) = ease(column);
            let top = above[i] + u * (above[i + 1] - above[i]);
            let bottom = below[i] + u * (below[i + 1] - below[i]);
            *value += top + v * (bottom - top);
        }
    }
}

/// Returns a bias field as a function of the pixel index: 1 next to a receive coil at a random
/// angle around the center, −1 in the corner farthest from it.
pub fn bias_field(rng: &mut Rng) -> impl Fn(usize) -> f32 + use<> {
    let angle = rng.uniform_in(0.0, TAU) as f32;
    let distance = rng.uniform_in(0.5, 1.2) as f32;
    let coil = (distance * libm::cosf(angle), distance * libm::sinf(angle));
    let (across, down) = (coil.0.abs() + 1.0, coil.1.abs() + 1.0);
    let farthest = across * across + down * down;
    let middle = (IMAGE_SIDE as f32 - 1.0) / 2.0;
    move |at| {
        let u = (at % IMAGE_SIDE) as f32 / middle - 1.0 - coil.0;
        let v = (at / IMAGE_SIDE) as f32 / middle - 1.0 - coil.1;
        1.0 - 2.0 * (u * u + v * v) / farthest
    }
}

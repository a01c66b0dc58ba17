//! Validates the text of every shader with naga, the WGSL compiler of Firefox and of `wgpu`: for
//! the shapes of the labs' networks with all their options, and for shapes at the edge of what is
//! allowed.

mod layers;
mod networks;
mod validation;

use std::collections::HashSet;

use kernels::{
    Activation, AveragePool, BatchNorm, Concat, Conv, DepthwiseConv, GlobalAveragePool, Loss,
    NearestUpsample, Pool, TransposedConv,
};
use shaders::Shader;

use networks::{Block, UNet};
use validation::validate;

/// Batch sizes: one image, odd, the labs' defaults, the largest allowed.
const BATCHES: [usize; 5] = [1, 7, 16, 64, 256];

#[track_caller]
fn validate_all(shaders: impl IntoIterator<Item = Shader>) {
    let shaders: HashSet<Shader> = shaders.into_iter().collect();
    assert!(!shaders.is_empty());
    shaders.iter().for_each(validate);
}

#[test]
fn multilayer_perceptrons() {
    for batch in BATCHES {
        for units in [&[8][..], &[], &[1], &[1024, 3], &[33, 20, 10, 7]] {
            for norm in [false, true] {
                let layers: Vec<_> =
                    units.iter().map(|units| Block::Dense { units: *units, norm }).collect();
                validate_all(networks::classifier(batch, &layers));
            }
        }
    }
}

#[test]
fn the_default_convolutional_network() {
    let conv = |channels| Block::Conv { channels, kernel: 5, pool: 2, norm: false };
    let dense = |units| Block::Dense { units, norm: false };
    for batch in BATCHES {
        let blocks = [conv(10), conv(20), dense(320), dense(50)];
        validate_all(networks::classifier(batch, &blocks));
    }
}

#[test]
fn convolutional_networks_of_every_kernel_and_pooling() {
    let channels = [1, 3, 4, 8, 10, 20, 33, 128];
    for kernel in 1..=11 {
        for pool in 1..=4 {
            let channels = [channels[(kernel + pool) % 8], channels[(2 * kernel + pool) % 8]];
            let blocks = channels.map(|channels| Block::Conv {
                channels,
                kernel,
                pool,
                norm: (kernel + pool) % 2 == 0,
            });
            for batch in [1, 64] {
                validate_all(networks::classifier(batch, &blocks));
            }
        }
    }
}

#[test]
fn residual_networks() {
    for batch in BATCHES {
        for width in [1, 10, 16, 32] {
            validate_all(networks::residual(batch, width));
        }
    }
}

#[test]
fn u_nets_of_every_depth() {
    for depth in 1..=4 {
        for (width, size) in [(4, [64, 64]), (8, [64, 64]), (32, [64, 64]), (5, [48, 80])] {
            for (nearest, norm) in [(false, true), (true, false)] {
                for batch in [1, 8, 16] {
                    let net = UNet { batch, depth, width, size, nearest, norm, classes: 3 };
                    validate_all(net.shaders());
                }
            }
        }
    }
}

#[test]
fn operations_with_the_smallest_shapes_and_with_odd_ones() {
    for size in [[1, 1], [1, 9], [9, 1], [5, 7], [64, 64], [65, 63]] {
        for kernel in 1..=11 {
            for padding in 0..kernel {
                if size.iter().any(|side| side + 2 * padding < kernel) {
                    continue;
                }
                let [inputs, outputs] = [[1, 1], [3, 5], [4, 8]][(kernel + padding) % 3];
                let stride = 1 + (kernel + padding) % 4;
                let conv = Conv { batch: 2, inputs, outputs, size, kernel, stride: 1, padding };
                validate_all(layers::conv(conv));
                validate_all(layers::conv(Conv { stride, ..conv }));
                let (batch, channels) = (2, outputs);
                let conv = DepthwiseConv { batch, channels, size, kernel, stride, padding };
                validate_all(layers::depthwise(conv));
            }
        }
        let shape = [3, 2, size[0], size[1]];
        for side in (1..=4).filter(|side| size.iter().all(|length| length >= side)) {
            validate_all([false, true].into_iter().flat_map(|relu| {
                let pool = Pool { shape, side, relu };
                layers::pool(pool)
            }));
            validate_all(layers::average_pool(AveragePool { shape, side }));
        }
        validate_all(layers::global_average_pool(GlobalAveragePool { shape }));
        validate_all(layers::nearest(NearestUpsample { shape }));
        validate_all(layers::upsampling(TransposedConv { batch: 1, inputs: 1, outputs: 1, size }));
        validate_all(layers::concat(Concat { batch: 2, lengths: [size[0], 3 * size[1]] }));
        let pixels = size[0] * size[1];
        validate_all(layers::norm(BatchNorm {
            batch: 1,
            channels: 1,
            pixels,
            relu: true,
            running: true,
        }));
    }
}

#[test]
fn losses() {
    for batch in BATCHES {
        for (classes, pixels) in [(1, 1), (2, 1), (6, 1), (10, 1), (2, 4096), (4, 77)] {
            for dice in [false, true] {
                for pixel_term in layers::PIXEL_TERMS {
                    validate_all(layers::loss(Loss { batch, classes, pixels, pixel_term, dice }));
                }
            }
        }
    }
}

#[test]
fn elementwise_operations_and_optimizer_steps() {
    for length in [1, 255, 256, 257, 16_000_000, 20_000_000] {
        validate_all(layers::optimizers(length));
        validate_all(layers::elementwise(length));
    }
    for (count, width) in [(1, 1), (64, 4096), (256, 3)] {
        validate_all([Shader::GatherRows { count, width }]);
    }
}

#[test]
fn a_broken_text_is_refused() {
    let shader = Shader::Activate { activation: Activation::Relu, length: 5 };
    let text = shader.text();
    assert!(validation::module(&text).is_ok());
    for (from, to) in [("x[i]", "x[j]"), ("< 5u", "< 5.0"), ("v < 0.0", "v"), ("}\n}", "}\n")] {
        assert!(text.contains(from), "{from}");
        assert!(validation::module(&text.replace(from, to)).is_err(), "{from} -> {to}");
    }
}

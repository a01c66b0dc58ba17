//! Compares the results of every shader with those of the crate `kernels`, on a Vulkan driver. A
//! software driver is enough, such as Mesa's lavapipe (Debian: `mesa-vulkan-drivers`).

mod device;
mod reductions;

use std::sync::LazyLock;

use data::rng::Rng;
use kernels::{
    Activation, AveragePool, Concat, Conv, DepthwiseConv, Epilogue, GlobalAveragePool,
    NearestUpsample, Pool, TransposedConv,
};
use shaders::{Shader, conv_parts, depthwise_parts};

use device::Buffer::{In, Out};
use device::Vulkan;

/// Returns values around 0.
fn random(seed: u64, count: usize) -> Vec<f32> {
    let mut rng = Rng::new(seed);
    (0..count).map(|_| rng.normal() as f32).collect()
}

/// Compares results that are sums of some hundreds of products of magnitude 1, in single precision.
#[track_caller]
fn assert_same(found: &[f32], expected: &[f32], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let difference = (found - expected).abs();
        assert!(
            difference <= 1e-4 * (1.0 + expected.abs()),
            "{what}, value {index}: {found}, expected {expected}, {difference:e} apart"
        );
    }
}

static VULKAN: LazyLock<Vulkan> = LazyLock::new(|| Vulkan::open().expect("a Vulkan driver"));

/// Checks the second pass of the gradients of kernels and bias.
fn reduced(sums: &[f32], [kernels, outputs]: [usize; 2]) -> [Vec<f32>; 2] {
    let chunks = sums.len() / (kernels + outputs);
    let shader = Shader::ReduceWeightGrad { chunks, kernels, outputs };
    VULKAN.run(&shader, &[In(sums), Out(kernels), Out(outputs)])
}

fn check_conv(conv: Conv) {
    let name = format!("{conv:?}");
    let Conv { batch, inputs, outputs, size, kernel, .. } = conv;
    let [rows, columns] = conv.output_size();
    let kernels = outputs * inputs * kernel * kernel;
    let x = random(1, batch * inputs * size[0] * size[1]);
    let (weight, bias) = (random(2, kernels), random(3, outputs));
    let gradient = random(4, batch * outputs * rows * columns);
    for (relu, end) in [(false, Epilogue::None), (true, Epilogue::Relu)] {
        let shader = Shader::Conv { conv, flipped: false, bias: true, relu };
        let buffers = [In(&x), In(&weight), In(&bias), Out(gradient.len())];
        let [y] = VULKAN.run(&shader, &buffers);
        assert_same(&y, &conv.forward(&x, &weight, &bias, end), &name);
    }
    let shader = Shader::conv_input_grad(conv);
    let [found] = VULKAN.run(&shader, &[In(&gradient), In(&weight), Out(x.len())]);
    assert_same(&found, &conv.backward_input(&weight, &gradient), &name);
    let parts = conv_parts(&conv);
    let shader = Shader::ConvWeightGrad { conv, parts };
    let all = batch * parts * (kernels + outputs);
    let [sums] = VULKAN.run(&shader, &[In(&x), In(&gradient), Out(all)]);
    let [to_weight, to_bias] = reduced(&sums, [kernels, outputs]);
    let expected = conv.backward_weights(&x, &gradient);
    assert_same(&to_weight, &expected.weight, &name);
    assert_same(&to_bias, &expected.bias, &name);
}

#[test]
fn convolutions() {
    for stride in 1..=4 {
        for (inputs, outputs, size, kernel, padding) in [
            (1, 10, [64, 64], 5, 0),
            (10, 20, [30, 30], 5, 0),
            (8, 8, [16, 16], 3, 1),
            (3, 5, [7, 13], 3, 1),
            (8, 3, [6, 9], 1, 0),
            (3, 2, [12, 17], 7, 3),
            (2, 6, [9, 8], 2, 0),
            (2, 7, [9, 8], 4, 2),
            (1, 1, [11, 12], 11, 0),
            (3, 4, [1, 1], 3, 1),
        ] {
            check_conv(Conv { batch: 2, inputs, outputs, size, kernel, stride, padding });
        }
    }
}

#[test]
fn depthwise_convolutions() {
    for stride in 1..=3 {
        for (batch, channels, size, kernel, padding) in [
            (2, 8, [32, 32], 3, 1),
            (1, 3, [7, 13], 5, 0),
            (3, 5, [9, 8], 2, 1),
            (1, 1, [1, 1], 3, 1),
        ] {
            let conv = DepthwiseConv { batch, channels, size, kernel, stride, padding };
            let name = format!("{conv:?}");
            let [rows, columns] = conv.output_size();
            let kernels = channels * kernel * kernel;
            let x = random(1, batch * channels * size[0] * size[1]);
            let (weight, bias) = (random(2, kernels), random(3, channels));
            let gradient = random(4, batch * channels * rows * columns);
            for (relu, end) in [(false, Epilogue::None), (true, Epilogue::Relu)] {
                let shader = Shader::DepthwiseConv { conv, relu };
                let buffers = [In(&x), In(&weight), In(&bias), Out(gradient.len())];
                let [y] = VULKAN.run(&shader, &buffers);
                assert_same(&y, &conv.forward(&x, &weight, &bias, end), &name);
            }
            let shader = Shader::DepthwiseInputGrad(conv);
            let [found] = VULKAN.run(&shader, &[In(&gradient), In(&weight), Out(x.len())]);
            assert_same(&found, &conv.backward_input(&weight, &gradient), &name);
            let parts = depthwise_parts(&conv);
            let shader = Shader::DepthwiseWeightGrad { conv, parts };
            let all = batch * parts * (kernels + channels);
            let [sums] = VULKAN.run(&shader, &[In(&x), In(&gradient), Out(all)]);
            let [to_weight, to_bias] = reduced(&sums, [kernels, channels]);
            let expected = conv.backward_weights(&x, &gradient);
            assert_same(&to_weight, &expected.weight, &name);
            assert_same(&to_bias, &expected.bias, &name);
        }
    }
}

#[test]
fn upsampling() {
    for (batch, inputs, outputs, size) in [(2, 8, 4, [8, 8]), (1, 3, 5, [3, 7])] {
        let up = TransposedConv { batch, inputs, outputs, size };
        let name = format!("{up:?}");
        let [height, width] = size;
        let conv =
            Conv { batch, inputs, outputs: 4 * outputs, size, kernel: 1, stride: 1, padding: 0 };
        let x = random(1, batch * inputs * height * width);
        let (weight, bias) = (random(2, inputs * outputs * 4), random(3, outputs));
        let gradient = random(4, batch * outputs * 4 * height * width);
        let count = gradient.len();
        let plain = |conv, flipped| Shader::Conv { conv, flipped, bias: false, relu: false };
        let [parts] = VULKAN.run(&plain(conv, true), &[In(&x), In(&weight), Out(count)]);
        let [y] = VULKAN.run(&Shader::PixelShuffle(up), &[In(&parts), In(&bias), Out(count)]);
        assert_same(&y, &up.forward(&x, &weight, &bias), &name);
        let [parts] = VULKAN.run(&Shader::PixelUnshuffle(up), &[In(&gradient), Out(count)]);
        let shader = plain(conv.transposed(), false);
        let [found] = VULKAN.run(&shader, &[In(&parts), In(&weight), Out(x.len())]);
        assert_same(&found, &up.backward_input(&weight, &gradient), &name);
        let flat = conv.backward_weights(&x, &parts);
        let shader = Shader::UpsampleWeightGrad { inputs, outputs };
        let [to_weight, to_bias] = VULKAN
            .run(&shader, &[In(&flat.weight), In(&flat.bias), Out(weight.len()), Out(outputs)]);
        let expected = up.backward_weights(&x, &gradient);
        assert_same(&to_weight, &expected.weight, &name);
        assert_same(&to_bias, &expected.bias, &name);
    }
}

#[test]
fn pooling() {
    let shape = [2, 3, 13, 10];
    let x = random(1, 780);
    for side in 1..=4 {
        for relu in [false, true] {
            let pool = Pool { shape, side, relu };
            let y = pool.forward(&x);
            let [found] = VULKAN.run(&Shader::Pool(pool), &[In(&x), Out(y.len())]);
            assert_same(&found, &y, &format!("{pool:?}"));
            let gradient = random(2, y.len());
            let shader = Shader::PoolGrad(pool);
            let [found] = VULKAN.run(&shader, &[In(&x), In(&gradient), Out(x.len())]);
            assert_same(&found, &pool.backward(&x, &gradient), &format!("{pool:?}"));
        }
        let pool = AveragePool { shape, side };
        let y = pool.forward(&x);
        let [found] = VULKAN.run(&Shader::AveragePool(pool), &[In(&x), Out(y.len())]);
        assert_same(&found, &y, &format!("{pool:?}"));
        let gradient = random(2, y.len());
        let shader = Shader::AveragePoolGrad(pool);
        let [found] = VULKAN.run(&shader, &[In(&gradient), Out(x.len())]);
        assert_same(&found, &pool.backward(&gradient), &format!("{pool:?}"));
    }
    let pool = GlobalAveragePool { shape };
    let [found] = VULKAN.run(&Shader::GlobalAveragePool(pool), &[In(&x), Out(6)]);
    assert_same(&found, &pool.forward(&x), "global average");
    let gradient = random(2, 6);
    let shader = Shader::GlobalAveragePoolGrad(pool);
    let [found] = VULKAN.run(&shader, &[In(&gradient), Out(x.len())]);
    assert_same(&found, &pool.backward(&gradient), "global average");
    let nearest = NearestUpsample { shape };
    let [found] = VULKAN.run(&Shader::UpsampleNearest(nearest), &[In(&x), Out(4 * x.len())]);
    assert_same(&found, &nearest.forward(&x), "nearest");
    let gradient = random(2, 4 * x.len());
    let shader = Shader::UpsampleNearestGrad(nearest);
    let [found] = VULKAN.run(&shader, &[In(&gradient), Out(x.len())]);
    assert_same(&found, &nearest.backward(&gradient), "nearest");
}

#[test]
fn elementwise_operations() {
    for length in [1, 256, 1000] {
        let (a, b) = (random(1, length), random(2, length));
        for activation in Activation::ALL {
            let name = format!("{activation:?}");
            let y = activation.forward(&a);
            let shader = Shader::Activate { activation, length };
            let [found] = VULKAN.run(&shader, &[In(&a), Out(length)]);
            assert_same(&found, &y, &name);
            let values = if activation == Activation::Gelu { &a } else { &y };
            let shader = Shader::ActivationGrad { activation, length };
            let [found] = VULKAN.run(&shader, &[In(values), In(&b), Out(length)]);
            assert_same(&found, &activation.backward(&a, &y, &b), &name);
        }
        for relu in [false, true] {
            let shader = Shader::Add { length, relu };
            let [found] = VULKAN.run(&shader, &[In(&a), In(&b), Out(length)]);
            assert_same(&found, &kernels::add(&a, &b, relu), "sum");
        }
        let shader = Shader::Multiply { length };
        let [found] = VULKAN.run(&shader, &[In(&a), In(&b), Out(length)]);
        assert_same(&found, &kernels::multiply(&a, &b), "product");
    }
}

#[test]
fn gathered_rows_and_concatenated_channels() {
    let table = random(1, 63);
    let shader = Shader::GatherRows { count: 4, width: 7 };
    let [found] = VULKAN.run(&shader, &[In(&table), In(&[8.0, 0.0, 3.0, 3.0]), Out(28)]);
    assert_same(&found, &kernels::gather_rows(&table, 7, &[8, 0, 3, 3]), "rows");
    let join = Concat { batch: 2, lengths: [60, 20] };
    let (a, b) = (random(2, 120), random(3, 40));
    let [found] = VULKAN.run(&Shader::Concat(join), &[In(&a), In(&b), Out(160)]);
    assert_same(&found, &join.forward(&a, &b), "concatenated");
    let [to_a, to_b] = VULKAN.run(&Shader::Split(join), &[In(&found), Out(120), Out(40)]);
    assert_same(&to_a, &a, "first part");
    assert_same(&to_b, &b, "second part");
}

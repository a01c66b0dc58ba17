//! Benchmarks of each kernel with the shapes of the lab's networks: the CNN at batch sizes 16 and
//! 64, and the default U-Net at batch size 8; and with shapes of a small ResNet at batch size 16.
//!
//! Run all with `cargo bench -p kernels`, or one operation with
//! `cargo bench -p kernels -- conv_forward`.

use std::fmt;

use data::rng::Rng;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use kernels::{
    Adam, AveragePool, BatchNorm, Conv, DepthwiseConv, Epilogue, Loss, NormParameters, PixelTerm,
    Pool, TransposedConv, adam_step, dense, dense_backward_input, dense_backward_weights,
};

fn main() {
    divan::main();
}

fn random(count: usize) -> Vec<f32> {
    let mut rng = Rng::new(1);
    (0..count).map(|_| rng.normal() as f32).collect()
}

/// A benchmark's argument, and the name printed for it.
struct Named<T>(&'static str, T);

impl<T> fmt::Display for Named<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

const fn conv(
    batch: usize,
    inputs: usize,
    outputs: usize,
    side: usize,
    kernel: usize,
    padding: usize,
) -> Conv {
    Conv { batch, inputs, outputs, size: [side; 2], kernel, stride: 1, padding }
}

const fn strided(inputs: usize, outputs: usize, side: usize, kernel: usize) -> Conv {
    let padding = kernel / 2;
    Conv { batch: 16, inputs, outputs, size: [side; 2], kernel, stride: 2, padding }
}

const CONVS: [Named<Conv>; 17] = [
    Named("cnn16 conv1 1>10 k5 64", conv(16, 1, 10, 64, 5, 0)),
    Named("cnn16 conv2 10>20 k5 30", conv(16, 10, 20, 30, 5, 0)),
    Named("cnn64 conv1 1>10 k5 64", conv(64, 1, 10, 64, 5, 0)),
    Named("cnn64 conv2 10>20 k5 30", conv(64, 10, 20, 30, 5, 0)),
    Named("unet conv 1>8 k3 64", conv(8, 1, 8, 64, 3, 1)),
    Named("unet conv 8>8 k3 64", conv(8, 8, 8, 64, 3, 1)),
    Named("unet conv 8>16 k3 32", conv(8, 8, 16, 32, 3, 1)),
    Named("unet conv 16>16 k3 32", conv(8, 16, 16, 32, 3, 1)),
    Named("unet conv 16>32 k3 16", conv(8, 16, 32, 16, 3, 1)),
    Named("unet conv 32>32 k3 16", conv(8, 32, 32, 16, 3, 1)),
    Named("unet conv 32>16 k3 32", conv(8, 32, 16, 32, 3, 1)),
    Named("unet conv 16>8 k3 64", conv(8, 16, 8, 64, 3, 1)),
    Named("unet head 8>2 k1 64", conv(8, 8, 2, 64, 1, 0)),
    Named("resnet16 conv 16>16 k3 64", conv(16, 16, 16, 64, 3, 1)),
    Named("resnet16 conv 16>32 k3 64 stride 2", strided(16, 32, 64, 3)),
    Named("resnet16 conv 32>32 k3 32", conv(16, 32, 32, 32, 3, 1)),
    Named("resnet16 shortcut 16>32 k1 64 stride 2", strided(16, 32, 64, 1)),
];

const DEPTHWISE: [Named<DepthwiseConv>; 2] = [
    Named("depthwise16 32 k3 64", depthwise(1)),
    Named("depthwise16 32 k3 64 stride 2", depthwise(2)),
];

const fn depthwise(stride: usize) -> DepthwiseConv {
    DepthwiseConv { batch: 16, channels: 32, size: [64; 2], kernel: 3, stride, padding: 1 }
}

/// Returns the number of multiply-adds of one pass, so that divan prints a rate.
fn conv_products(conv: &Conv) -> ItemsCount {
    let [height, width] = conv.output_size();
    let taps = conv.inputs * conv.kernel * conv.kernel;
    ItemsCount::new(conv.batch * conv.outputs * height * width * taps)
}

/// Returns images, kernels and a gradient of the output.
fn conv_tensors(conv: &Conv) -> [Vec<f32>; 3] {
    let [height, width] = conv.output_size();
    [
        random(conv.batch * conv.inputs * conv.size[0] * conv.size[1]),
        random(conv.outputs * conv.inputs * conv.kernel * conv.kernel),
        random(conv.batch * conv.outputs * height * width),
    ]
}

#[divan::bench(args = CONVS)]
fn conv_forward(bencher: Bencher, Named(_, conv): &Named<Conv>) {
    let [x, weight, _] = conv_tensors(conv);
    let bias = random(conv.outputs);
    bencher
        .counter(conv_products(conv))
        .bench(|| conv.forward(black_box(&x), &weight, &bias, Epilogue::Relu));
}

#[divan::bench(args = CONVS)]
fn conv_backward_input(bencher: Bencher, Named(_, conv): &Named<Conv>) {
    let [_, weight, gradient] = conv_tensors(conv);
    bencher
        .counter(conv_products(conv))
        .bench(|| conv.backward_input(black_box(&weight), &gradient));
}

#[divan::bench(args = CONVS)]
fn conv_backward_weights(bencher: Bencher, Named(_, conv): &Named<Conv>) {
    let [x, _, gradient] = conv_tensors(conv);
    bencher.counter(conv_products(conv)).bench(|| conv.backward_weights(black_box(&x), &gradient));
}

/// Returns the number of multiply-adds of one pass, and images, kernels and a gradient of the output.
fn depthwise_tensors(conv: &DepthwiseConv) -> (ItemsCount, [Vec<f32>; 3]) {
    let [height, width] = conv.output_size();
    let (planes, area) = (conv.batch * conv.channels, conv.kernel * conv.kernel);
    let tensors = [
        random(planes * conv.size[0] * conv.size[1]),
        random(conv.channels * area),
        random(planes * height * width),
    ];
    (ItemsCount::new(planes * height * width * area), tensors)
}

#[divan::bench(args = DEPTHWISE)]
fn depthwise_forward(bencher: Bencher, Named(_, conv): &Named<DepthwiseConv>) {
    let (products, [x, weight, _]) = depthwise_tensors(conv);
    let bias = random(conv.channels);
    bencher.counter(products).bench(|| conv.forward(black_box(&x), &weight, &bias, Epilogue::Relu));
}

#[divan::bench(args = DEPTHWISE)]
fn depthwise_backward_input(bencher: Bencher, Named(_, conv): &Named<DepthwiseConv>) {
    let (products, [_, weight, gradient]) = depthwise_tensors(conv);
    bencher.counter(products).bench(|| conv.backward_input(black_box(&weight), &gradient));
}

#[divan::bench(args = DEPTHWISE)]
fn depthwise_backward_weights(bencher: Bencher, Named(_, conv): &Named<DepthwiseConv>) {
    let (products, [x, _, gradient]) = depthwise_tensors(conv);
    bencher.counter(products).bench(|| conv.backward_weights(black_box(&x), &gradient));
}

const fn pool(shape: [usize; 4]) -> Pool {
    Pool { shape, side: 2, relu: false }
}

const POOLS: [Named<Pool>; 6] = [
    Named("cnn16 pool1 60", pool([16, 10, 60, 60])),
    Named("cnn16 pool2 26", pool([16, 20, 26, 26])),
    Named("cnn64 pool1 60", pool([64, 10, 60, 60])),
    Named("cnn64 pool2 26", pool([64, 20, 26, 26])),
    Named("unet pool 8 64", pool([8, 8, 64, 64])),
    Named("unet pool 16 32", pool([8, 16, 32, 32])),
];

#[divan::bench(args = POOLS)]
fn pool_forward(bencher: Bencher, Named(_, pool): &Named<Pool>) {
    let x = random(pool.shape.iter().product());
    bencher.counter(ItemsCount::new(x.len())).bench(|| pool.forward(black_box(&x)));
}

#[divan::bench(args = POOLS)]
fn average_pool_forward(bencher: Bencher, Named(_, pool): &Named<Pool>) {
    let pool = AveragePool { shape: pool.shape, side: pool.side };
    let x = random(pool.shape.iter().product());
    bencher.counter(ItemsCount::new(x.len())).bench(|| pool.forward(black_box(&x)));
}

#[divan::bench(args = POOLS)]
fn pool_backward(bencher: Bencher, Named(_, pool): &Named<Pool>) {
    let x = random(pool.shape.iter().product());
    let gradient = random(x.len() / 4);
    bencher.counter(ItemsCount::new(x.len())).bench(|| pool.backward(black_box(&x), &gradient));
}

/// Batch size, number of inputs and number of outputs of a dense layer.
type Dense = [usize; 3];

const DENSES: [Named<Dense>; 4] = [
    Named("cnn16 dense1 3380>320", [16, 3380, 320]),
    Named("cnn16 dense2 320>50", [16, 320, 50]),
    Named("cnn64 dense1 3380>320", [64, 3380, 320]),
    Named("cnn64 dense2 320>50", [64, 320, 50]),
];

fn dense_products([batch, inputs, outputs]: Dense) -> ItemsCount {
    ItemsCount::new(batch * inputs * outputs)
}

#[divan::bench(args = DENSES)]
fn dense_forward(bencher: Bencher, Named(_, shape): &Named<Dense>) {
    let [batch, inputs, outputs] = *shape;
    let (x, weight, bias) = (random(batch * inputs), random(inputs * outputs), random(outputs));
    // About half of the inputs are zero, as after a ReLU: the kernel skips them.
    let x: Vec<f32> = x.into_iter().map(|x| x.max(0.0)).collect();
    bencher
        .counter(dense_products(*shape))
        .bench(|| dense(black_box(&x), &weight, &bias, inputs, outputs));
}

#[divan::bench(args = DENSES)]
fn dense_input_gradient(bencher: Bencher, Named(_, shape): &Named<Dense>) {
    let [batch, inputs, outputs] = *shape;
    let (weight, gradient) = (random(inputs * outputs), random(batch * outputs));
    bencher
        .counter(dense_products(*shape))
        .bench(|| dense_backward_input(black_box(&weight), &gradient, inputs, outputs));
}

#[divan::bench(args = DENSES)]
fn dense_weight_gradient(bencher: Bencher, Named(_, shape): &Named<Dense>) {
    let [batch, inputs, outputs] = *shape;
    let (x, gradient) = (random(batch * inputs), random(batch * outputs));
    bencher
        .counter(dense_products(*shape))
        .bench(|| dense_backward_weights(black_box(&x), &gradient, inputs, outputs));
}

const fn norm(channels: usize, side: usize) -> BatchNorm {
    BatchNorm { batch: 8, channels, pixels: side * side, relu: false, running: false }
}

const NORMS: [Named<BatchNorm>; 3] = [
    Named("unet norm 8 64", norm(8, 64)),
    Named("unet norm 16 32", norm(16, 32)),
    Named("unet norm 32 16", norm(32, 16)),
];

#[divan::bench(args = NORMS)]
fn norm_forward(bencher: Bencher, Named(_, norm): &Named<BatchNorm>) {
    let x = random(norm.count() * norm.channels);
    let (scale, shift) = (vec![1.0; norm.channels], vec![0.0; norm.channels]);
    bencher.counter(ItemsCount::new(x.len())).bench(|| {
        let [mean, variance] = norm.statistics(black_box(&x));
        let by = NormParameters { mean: &mean, variance: &variance, scale: &scale, shift: &shift };
        norm.forward(&x, &by)
    });
}

#[divan::bench(args = NORMS)]
fn norm_backward(bencher: Bencher, Named(_, norm): &Named<BatchNorm>) {
    let x = random(norm.count() * norm.channels);
    let (scale, shift) = (vec![1.0; norm.channels], vec![0.0; norm.channels]);
    let [mean, variance] = norm.statistics(&x);
    let by = NormParameters { mean: &mean, variance: &variance, scale: &scale, shift: &shift };
    let (y, gradient) = (norm.forward(&x, &by), random(x.len()));
    bencher
        .counter(ItemsCount::new(x.len()))
        .bench(|| norm.backward(black_box(&x), &y, &gradient, &by));
}

const fn cross_entropy(batch: usize, classes: usize, pixels: usize, dice: bool) -> Loss {
    Loss { batch, classes, pixels, pixel_term: Some(PixelTerm::CrossEntropy), dice }
}

const LOSSES: [Named<Loss>; 3] = [
    Named("cnn16 loss", cross_entropy(16, 6, 1, false)),
    Named("cnn64 loss", cross_entropy(64, 6, 1, false)),
    Named("unet loss", cross_entropy(8, 2, 64 * 64, true)),
];

#[divan::bench(args = LOSSES)]
fn loss_forward_backward(bencher: Bencher, Named(_, loss): &Named<Loss>) {
    let logits = random(loss.batch * loss.classes * loss.pixels);
    let weights = vec![1.0; loss.classes];
    let targets: Vec<f32> =
        (0..loss.batch * loss.pixels).map(|pixel| (pixel % loss.classes) as f32).collect();
    bencher.counter(ItemsCount::new(targets.len())).bench(|| {
        let sums = loss.sums(black_box(&logits), &targets, &weights);
        (loss.value(&sums), loss.backward(&logits, &targets, &weights, &sums, 1.0))
    });
}

#[divan::bench]
fn adam_cnn(bencher: Bencher) {
    const PARAMETERS: usize = 1_100_000;
    let adam = Adam {
        learning_rate: 1e-3,
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-8,
        weight_decay: 0.0,
        step: 10,
    };
    let gradients = random(PARAMETERS);
    let (mut parameters, mut mean, mut square) =
        (random(PARAMETERS), vec![0.0; PARAMETERS], vec![0.0; PARAMETERS]);
    bencher.counter(ItemsCount::new(PARAMETERS)).bench_local(|| {
        adam_step(adam, black_box(&mut parameters), &gradients, &mut mean, &mut square);
    });
}

const fn upsampling(inputs: usize, outputs: usize, side: usize) -> TransposedConv {
    TransposedConv { batch: 8, inputs, outputs, size: [side; 2] }
}

const UPSAMPLINGS: [Named<TransposedConv>; 2] = [
    Named("unet up 32>16 16", upsampling(32, 16, 16)),
    Named("unet up 16>8 32", upsampling(16, 8, 32)),
];

/// Returns images, kernels and a gradient of the output.
fn upsampling_tensors(up: &TransposedConv) -> [Vec<f32>; 3] {
    let pixels = up.batch * up.size[0] * up.size[1];
    [
        random(pixels * up.inputs),
        random(4 * up.inputs * up.outputs),
        random(4 * pixels * up.outputs),
    ]
}

fn upsampling_products(up: &TransposedConv) -> ItemsCount {
    ItemsCount::new(4 * up.batch * up.inputs * up.outputs * up.size[0] * up.size[1])
}

#[divan::bench(args = UPSAMPLINGS)]
fn transposed_conv_forward(bencher: Bencher, Named(_, up): &Named<TransposedConv>) {
    let [x, weight, _] = upsampling_tensors(up);
    let bias = random(up.outputs);
    bencher.counter(upsampling_products(up)).bench(|| up.forward(black_box(&x), &weight, &bias));
}

#[divan::bench(args = UPSAMPLINGS)]
fn transposed_conv_backward_input(bencher: Bencher, Named(_, up): &Named<TransposedConv>) {
    let [_, weight, gradient] = upsampling_tensors(up);
    bencher
        .counter(upsampling_products(up))
        .bench(|| up.backward_input(black_box(&weight), &gradient));
}

#[divan::bench(args = UPSAMPLINGS)]
fn transposed_conv_backward_weights(bencher: Bencher, Named(_, up): &Named<TransposedConv>) {
    let [x, _, gradient] = upsampling_tensors(up);
    bencher
        .counter(upsampling_products(up))
        .bench(|| up.backward_weights(black_box(&x), &gradient));
}

//! Compares every kernel with its definition, computed in double precision.

use data::rng::Rng;
use kernels::{
    Activation, Adam, BatchNorm, Concat, Conv, Epilogue, Loss, NearestUpsample, NormParameters,
    PixelTerm, Pool, Sgd, TransposedConv, adam_step, gather_rows, sgd_step,
};

fn random(seed: u64, len: usize) -> Vec<f32> {
    let mut rng = Rng::new(seed);
    (0..len).map(|_| rng.normal() as f32).collect()
}

/// Compares sums of up to 800 products of magnitude 1. In single precision their error is about
/// 1e-5.
#[track_caller]
fn assert_close(found: &[f32], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let difference = (f64::from(*found) - expected).abs();
        assert!(
            difference <= 2e-5 * (1.0 + expected.abs()) * 4.0,
            "{what}, value {index}: {found}, expected {expected}, {difference:e} apart"
        );
    }
}

/// Calls `f` with the indices of output, input and kernel that are multiplied.
fn each_product(conv: &Conv, mut f: impl FnMut(usize, usize, usize)) {
    let ([height, width], [rows, columns]) = (conv.size, conv.output_size());
    let k = conv.kernel;
    for image in 0..conv.batch {
        for output in 0..conv.outputs {
            for (row, column) in (0..rows).flat_map(|r| (0..columns).map(move |c| (r, c))) {
                let y = ((image * conv.outputs + output) * rows + row) * columns + column;
                for input in 0..conv.inputs {
                    for (dy, dx) in (0..k).flat_map(|r| (0..k).map(move |c| (r, c))) {
                        let at = (row + dy).checked_sub(conv.padding).filter(|at| *at < height);
                        let across =
                            (column + dx).checked_sub(conv.padding).filter(|at| *at < width);
                        if let (Some(at), Some(across)) = (at, across) {
                            let x = ((image * conv.inputs + input) * height + at) * width + across;
                            f(y, x, ((output * conv.inputs + input) * k + dy) * k + dx);
                        }
                    }
                }
            }
        }
    }
}

fn convolutions() -> Vec<Conv> {
    let conv = |batch, inputs, outputs, size, kernel, padding| Conv {
        batch,
        inputs,
        outputs,
        size,
        kernel,
        padding,
    };
    vec![
        // Shapes of the lab's CNN, but smaller.
        conv(2, 1, 10, [16, 16], 5, 0),
        conv(2, 10, 20, [9, 11], 5, 0),
        // Shapes of a U-Net.
        conv(2, 8, 8, [16, 16], 3, 1),
        conv(1, 3, 5, [7, 13], 3, 1),
        conv(2, 8, 3, [6, 9], 1, 0),
        // Other shapes that a visitor can choose.
        conv(1, 2, 6, [8, 8], 2, 0),
        conv(1, 2, 3, [10, 9], 4, 2),
        conv(1, 2, 9, [11, 10], 6, 0),
        conv(1, 3, 2, [12, 17], 7, 3),
        conv(1, 1, 1, [9, 9], 9, 0),
        // An output of a single pixel.
        conv(3, 4, 7, [5, 5], 5, 0),
    ]
}

#[test]
fn convolutions_and_their_gradients_are_what_they_are_by_definition() {
    for conv in convolutions() {
        let [rows, columns] = conv.output_size();
        let area = conv.kernel * conv.kernel;
        let x = random(1, conv.batch * conv.inputs * conv.size[0] * conv.size[1]);
        let weight = random(2, conv.outputs * conv.inputs * area);
        let bias = random(3, conv.outputs);
        let gradient = random(4, conv.batch * conv.outputs * rows * columns);

        let channel = |y: usize| y / (rows * columns) % conv.outputs;
        let mut y: Vec<f64> = (0..gradient.len()).map(|at| f64::from(bias[channel(at)])).collect();
        let (mut to_x, mut to_weight) = (vec![0.0; x.len()], vec![0.0; weight.len()]);
        each_product(&conv, |at, pixel, kernel| {
            let [x, w, g] = [x[pixel], weight[kernel], gradient[at]].map(f64::from);
            y[at] += x * w;
            to_x[pixel] += g * w;
            to_weight[kernel] += g * x;
        });
        let mut to_bias = vec![0.0; bias.len()];
        for (at, g) in gradient.iter().enumerate() {
            to_bias[channel(at)] += f64::from(*g);
        }

        let name = format!("{conv:?}");
        assert_close(&conv.forward(&x, &weight, &bias, Epilogue::None), &y, &name);
        y.iter_mut().for_each(|y| *y = y.max(0.0));
        assert_close(&conv.forward(&x, &weight, &bias, Epilogue::Relu), &y, &name);
        assert_close(&conv.backward_input(&weight, &gradient), &to_x, &name);
        let found = conv.backward_weights(&x, &gradient);
        assert_close(&found.weight, &to_weight, &name);
        assert_close(&found.bias, &to_bias, &name);
    }
}

#[test]
fn what_is_no_number_stays_none() {
    let conv = Conv { batch: 1, inputs: 1, outputs: 1, size: [4, 4], kernel: 3, padding: 1 };
    let mut x = vec![1.0; 16];
    x[5] = f32::NAN;
    let y = conv.forward(&x, &[1.0; 9], &[0.0], Epilogue::Relu);
    assert!(y[5].is_nan(), "a run that diverges must show it: {y:?}");
}

#[test]
fn pooling_takes_the_largest_and_gives_back_to_it() {
    let sides = [2, 3, 4];
    let sizes = [[4, 6], [5, 7], [4, 4], [13, 9]];
    for (side, size) in sides.into_iter().flat_map(|side| sizes.map(|size| (side, size))) {
        let [height, width] = size;
        let plain = Pool { shape: [1, 3, height, width], side, relu: false };
        let [rows, columns] = plain.output_size();
        let x = random(5, 3 * height * width);
        let gradient = random(6, 3 * rows * columns);
        let (mut y, mut to_x) = (Vec::new(), vec![0.0; x.len()]);
        for (image, (row, column)) in
            (0..3).flat_map(|i| (0..rows).flat_map(move |r| (0..columns).map(move |c| (i, (r, c)))))
        {
            let first = (image * height + side * row) * width + side * column;
            let square = (0..side * side).map(|i| first + i / side * width + i % side);
            let largest = square.max_by(|a, b| x[*a].total_cmp(&x[*b])).unwrap();
            to_x[largest] += f64::from(gradient[y.len()]);
            y.push(f64::from(x[largest]));
        }
        assert_close(&plain.forward(&x), &y, "pool");
        assert_close(&plain.backward(&x, &gradient), &to_x, "pool, backward");
        let pool = Pool { relu: true, ..plain };
        let positive: Vec<f64> = y.iter().map(|y| y.max(0.0)).collect();
        assert_close(&pool.forward(&x), &positive, "pool and ReLU");
        for (derivative, x) in to_x.iter_mut().zip(&x) {
            *derivative *= f64::from(u8::from(*x > 0.0));
        }
        assert_close(&pool.backward(&x, &gradient), &to_x, "pool and ReLU, backward");
    }
    for side in [2, 3] {
        let pool = Pool { shape: [1, 1, side, side], side, relu: true };
        // Of equal values only the first one counts.
        let mut first = vec![0.0; side * side];
        first[0] = 1.0;
        assert_eq!(pool.backward(&vec![2.0; side * side], &[1.0]), first);
        let odd = pool.forward(&vec![f32::NAN; side * side]);
        assert!(odd[0].is_nan(), "a run that diverges shows it");
        // With a side of one pixel there is no complete window.
        let thin = Pool { shape: [1, 1, 1, 3], side, relu: false };
        assert!(thin.forward(&[1.0, 2.0, 3.0]).is_empty());
    }
}

type Function = fn(f64) -> f64;

#[test]
fn activations_and_their_gradients_are_what_they_are_by_definition() {
    /// Standard normal cumulative distribution function, by Simpson's rule from 0.
    fn normal(x: f64) -> f64 {
        let n = 200;
        let h = x / f64::from(n);
        let density = |i: i32| (-0.5 * (f64::from(i) * h).powi(2)).exp();
        let inner: f64 = (1..n).map(|i| f64::from(2 + 2 * (i % 2)) * density(i)).sum();
        0.5 + (density(0) + inner + density(n)) * h / 3.0 / (2.0 * std::f64::consts::PI).sqrt()
    }
    let by_definition: [(Activation, Function); 4] = [
        (Activation::Relu, |x| x.max(0.0)),
        (Activation::Tanh, f64::tanh),
        (Activation::Sigmoid, |x| 1.0 / (1.0 + (-x).exp())),
        (Activation::Gelu, |x| x * normal(x)),
    ];
    let x: Vec<f32> = random(24, 40).iter().map(|x| 2.0 * x).collect();
    let gradient = random(25, 40);
    for (activation, f) in by_definition {
        let name = format!("{activation:?}");
        let y = activation.forward(&x);
        assert_close(&y, &x.iter().map(|x| f(f64::from(*x))).collect::<Vec<_>>(), &name);
        let weighed = |x: &[f64]| x.iter().zip(&gradient).map(|(x, g)| f(*x) * f64::from(*g)).sum();
        assert_close(
            &activation.backward(&x, &y, &gradient),
            &numeric_gradient(&x, weighed),
            &name,
        );
    }
}

#[test]
fn values_are_moved_to_where_they_belong() {
    let table: Vec<f32> = (0..6).map(|i| i as f32).collect();
    assert_eq!(gather_rows(&table, 2, &[2, 0, 2]), [4.0, 5.0, 0.0, 1.0, 4.0, 5.0]);
    let join = Concat { batch: 2, lengths: [1, 2] };
    let joined = join.forward(&[1.0, 2.0], &[3.0, 4.0, 5.0, 6.0]);
    assert_eq!(joined, [1.0, 3.0, 4.0, 2.0, 5.0, 6.0]);
    assert_eq!(join.backward(&joined), [vec![1.0, 2.0], vec![3.0, 4.0, 5.0, 6.0]]);
    let nearest = NearestUpsample { shape: [1, 1, 2, 1] };
    let doubled = nearest.forward(&[1.0, 2.0]);
    assert_eq!(doubled, [1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0]);
    assert_eq!(nearest.backward(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]), [10.0, 26.0]);
}

#[test]
fn sgd_with_momentum_is_pytorchs_update() {
    let gradients = [random(15, 7), random(16, 7), random(17, 7)];
    let (mut parameters, mut velocity) = (random(18, 7), vec![0.0; 7]);
    let mut expected: Vec<f64> = parameters.iter().map(|p| f64::from(*p)).collect();
    let mut v = [0.0; 7];
    for gradients in &gradients {
        let sgd = Sgd { learning_rate: 0.1, momentum: 0.9 };
        sgd_step(sgd, &mut parameters, gradients, &mut velocity);
        for (i, gradient) in gradients.iter().enumerate() {
            v[i] = 0.9 * v[i] + f64::from(*gradient);
            expected[i] -= 0.1 * v[i];
        }
    }
    assert_close(&parameters, &expected, "parameters");
}

#[test]
fn upsampling_and_its_gradients_are_what_they_are_by_definition() {
    for up in [
        TransposedConv { batch: 2, inputs: 3, outputs: 2, size: [3, 5] },
        TransposedConv { batch: 1, inputs: 8, outputs: 4, size: [4, 4] },
    ] {
        let [height, width] = up.size;
        let x = random(7, up.batch * up.inputs * height * width);
        let weight = random(8, up.inputs * up.outputs * 4);
        let bias = random(9, up.outputs);
        let gradient = random(10, up.batch * up.outputs * 4 * height * width);
        let channel = |y: usize| y / (4 * height * width) % up.outputs;
        let mut y: Vec<f64> = (0..gradient.len()).map(|at| f64::from(bias[channel(at)])).collect();
        let (mut to_x, mut to_weight) = (vec![0.0; x.len()], vec![0.0; weight.len()]);
        let mut to_bias = vec![0.0; bias.len()];
        for at in 0..y.len() {
            let (column, row) = (at % (2 * width), at / (2 * width) % (2 * height));
            let image = at / (4 * height * width) / up.outputs;
            to_bias[channel(at)] += f64::from(gradient[at]);
            for input in 0..up.inputs {
                let pixel = ((image * up.inputs + input) * height + row / 2) * width + column / 2;
                let kernel = ((input * up.outputs + channel(at)) * 2 + row % 2) * 2 + column % 2;
                let [x, w, g] = [x[pixel], weight[kernel], gradient[at]].map(f64::from);
                y[at] += x * w;
                to_x[pixel] += g * w;
                to_weight[kernel] += g * x;
            }
        }
        let name = format!("{up:?}");
        assert_close(&up.forward(&x, &weight, &bias), &y, &name);
        assert_close(&up.backward_input(&weight, &gradient), &to_x, &name);
        let found = up.backward_weights(&x, &gradient);
        assert_close(&found.weight, &to_weight, &name);
        assert_close(&found.bias, &to_bias, &name);
    }
}

#[test]
fn adam_is_the_papers_update() {
    let gradients = [random(11, 7), random(12, 7), random(13, 7)];
    let mut parameters = random(14, 7);
    let mut expected: Vec<f64> = parameters.iter().map(|p| f64::from(*p)).collect();
    let (mut mean, mut square) = (vec![0.0; 7], vec![0.0; 7]);
    let (mut m, mut v) = ([0.0_f64; 7], [0.0_f64; 7]);
    for (step, gradients) in (1..).zip(&gradients) {
        let adam = Adam {
            learning_rate: 0.01,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.1,
            step,
        };
        adam_step(adam, &mut parameters, gradients, &mut mean, &mut square);
        for (i, gradient) in gradients.iter().enumerate() {
            let g = f64::from(*gradient);
            m[i] = 0.9 * m[i] + 0.1 * g;
            v[i] = 0.999 * v[i] + 0.001 * g * g;
            let (m_hat, v_hat) =
                (m[i] / (1.0 - 0.9_f64.powi(step)), v[i] / (1.0 - 0.999_f64.powi(step)));
            expected[i] -= 0.01 * 0.1 * expected[i];
            expected[i] -= 0.01 * m_hat / (v_hat.sqrt() + 1e-8);
        }
    }
    assert_close(&parameters, &expected, "parameters");
}

/// Computes the partial derivatives of a function by central differences.
fn numeric_gradient(at: &[f32], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let mut at: Vec<f64> = at.iter().map(|value| f64::from(*value)).collect();
    (0..at.len())
        .map(|i| {
            let (start, h) = (at[i], 1e-5);
            at[i] = start + h;
            let above = f(&at);
            at[i] = start - h;
            let below = f(&at);
            at[i] = start;
            (above - below) / (2.0 * h)
        })
        .collect()
}

/// Normalizes with the statistics of `x` itself, in double precision.
fn normalized(norm: &BatchNorm, x: &[f64], scale: &[f64], shift: &[f64]) -> Vec<f64> {
    let channel = |at: usize| at / norm.pixels % norm.channels;
    let mean_of = |f: &dyn Fn(usize) -> f64| -> Vec<f64> {
        let mut sums = vec![0.0; norm.channels];
        (0..x.len()).for_each(|at| sums[channel(at)] += f(at) / norm.count() as f64);
        sums
    };
    let mean = mean_of(&|at| x[at]);
    let variance = mean_of(&|at| (x[at] - mean[channel(at)]).powi(2));
    (0..x.len())
        .map(|at| {
            let c = channel(at);
            let y = (x[at] - mean[c]) / (variance[c] + 1e-5).sqrt() * scale[c] + shift[c];
            if norm.relu { y.max(0.0) } else { y }
        })
        .collect()
}

#[test]
fn batch_norm_and_its_gradients_are_what_they_are_by_definition() {
    let double = |values: &[f32]| values.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
    for norm in [
        BatchNorm { batch: 2, channels: 3, pixels: 19, relu: true, running: false },
        BatchNorm { batch: 3, channels: 2, pixels: 8, relu: false, running: false },
        BatchNorm { batch: 9, channels: 4, pixels: 1, relu: true, running: false },
    ] {
        let count = norm.count() * norm.channels;
        // Far from 0, where squares of values would cancel.
        let x: Vec<f32> = random(19, count).iter().map(|x| x + 50.0).collect();
        let (scale, shift) = (random(20, norm.channels), random(21, norm.channels));
        let gradient = random(22, count);
        let weighed = |x: &[f64], scale: &[f64], shift: &[f64]| -> f64 {
            let y = normalized(&norm, x, scale, shift);
            y.iter().zip(&gradient).map(|(y, g)| y * f64::from(*g)).sum()
        };
        let [mean, variance] = norm.statistics(&x);
        let by = NormParameters { mean: &mean, variance: &variance, scale: &scale, shift: &shift };
        let y = norm.forward(&x, &by);
        let (x64, scale64, shift64) = (double(&x), double(&scale), double(&shift));
        let name = format!("{norm:?}");
        assert_close(&y, &normalized(&norm, &x64, &scale64, &shift64), &name);
        let found = norm.backward(&x, &y, &gradient, &by);
        assert_close(&found.x, &numeric_gradient(&x, |x| weighed(x, &scale64, &shift64)), &name);
        assert_close(
            &found.scale,
            &numeric_gradient(&scale, |s| weighed(&x64, s, &shift64)),
            &name,
        );
        assert_close(
            &found.shift,
            &numeric_gradient(&shift, |s| weighed(&x64, &scale64, s)),
            &name,
        );
        // With other statistics than its own, the result is linear in each value.
        let fixed = BatchNorm { running: true, ..norm };
        let found = fixed.backward(&x, &y, &gradient, &by);
        let expected: Vec<f64> = (0..count)
            .map(|at| {
                let c = at / norm.pixels % norm.channels;
                let through = if norm.relu && y[at] <= 0.0 { 0.0 } else { f64::from(gradient[at]) };
                through * scale64[c] / (f64::from(variance[c]) + 1e-5).sqrt()
            })
            .collect();
        assert_close(&found.x, &expected, &name);
    }
}

/// Computes the loss by definition, in double precision.
fn penalty(loss: &Loss, logits: &[f64], targets: &[f32], weights: &[f32]) -> f64 {
    let (classes, pixels) = (loss.classes, loss.pixels);
    let (mut mean, mut total) = (0.0, 0.0);
    let mut dice = vec![[0.0; 2]; classes];
    for (place, truth) in targets.iter().map(|target| *target as usize).enumerate() {
        let start = place / pixels * classes * pixels + place % pixels;
        let exps: Vec<f64> = (0..classes).map(|c| logits[start + c * pixels].exp()).collect();
        let p: Vec<f64> = exps.iter().map(|e| e / exps.iter().sum::<f64>()).collect();
        let weight = f64::from(weights[truth]);
        mean -= match loss.pixel_term {
            Some(PixelTerm::CrossEntropy) => weight * p[truth].ln(),
            Some(PixelTerm::Focal) => weight * (1.0 - p[truth]).powi(2) * p[truth].ln(),
            None => 0.0,
        };
        total += weight;
        for (class, dice) in dice.iter_mut().enumerate() {
            let there = f64::from(u8::from(class == truth));
            dice[0] += p[class] * there;
            dice[1] += p[class] + there;
        }
    }
    let scores: f64 = dice[1..].iter().map(|d| (2.0 * d[0] + 1.0) / (d[1] + 1.0)).sum();
    mean / total + if loss.dice { 1.0 - scores / (classes - 1) as f64 } else { 0.0 }
}

#[test]
fn losses_and_their_gradients_are_what_they_are_by_definition() {
    use PixelTerm::{CrossEntropy, Focal};
    for (pixel_term, dice) in
        [(Some(CrossEntropy), false), (Some(Focal), true), (None, true), (Some(CrossEntropy), true)]
    {
        for (batch, classes, pixels) in [(2, 3, 5), (6, 4, 1), (1, 2, 9)] {
            let loss = Loss { batch, classes, pixels, pixel_term, dice };
            let logits = random(23, batch * classes * pixels);
            let targets: Vec<f32> = (0..batch * pixels).map(|i| (i % classes) as f32).collect();
            let weights: Vec<f32> = (0..classes).map(|c| 0.5 + c as f32).collect();
            let sums = loss.sums(&logits, &targets, &weights);
            let by_definition = |l: &[f64]| penalty(&loss, l, &targets, &weights);
            let expected = by_definition(&logits.iter().map(|l| f64::from(*l)).collect::<Vec<_>>());
            let name = format!("{loss:?}");
            assert_close(&[loss.value(&sums)], &[expected], &name);
            let found = loss.backward(&logits, &targets, &weights, &sums, 3.0);
            let expected: Vec<f64> =
                numeric_gradient(&logits, by_definition).iter().map(|value| 3.0 * value).collect();
            assert_close(&found, &expected, &name);
        }
    }
}

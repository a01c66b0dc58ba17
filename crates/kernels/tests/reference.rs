//! Compares every kernel with its definition, computed in double precision.

mod comparison;

use kernels::{
    Activation, Adam, BatchNorm, Concat, Loss, NearestUpsample, NormParameters, PixelTerm, Sgd,
    TransposedConv, adam_step, add, gather_rows, sgd_step,
};

use comparison::{assert_close, numeric_gradient, random};

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
    let by_definition: [(Activation, Function); 5] = [
        (Activation::Relu, |x| x.max(0.0)),
        (Activation::LeakyRelu, |x| if x > 0.0 { x } else { 0.01 * x }),
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

#[test]
fn sums_are_added_and_cut_off_below_zero() {
    let (a, b) = (random(26, 37), random(27, 37));
    let sums: Vec<f64> = a.iter().zip(&b).map(|(a, b)| f64::from(*a) + f64::from(*b)).collect();
    assert_close(&add(&a, &b, false), &sums, "sums");
    let positive: Vec<f64> = sums.iter().map(|sum| sum.max(0.0)).collect();
    assert_close(&add(&a, &b, true), &positive, "sums and ReLU");
    let gradient = random(28, 37);
    let weighed = |a: &[f64]| {
        let terms = a.iter().zip(&b).zip(&gradient);
        terms.map(|((a, b), g)| (a + f64::from(*b)).max(0.0) * f64::from(*g)).sum()
    };
    let found = kernels::relu_backward(&add(&a, &b, true), &gradient);
    assert_close(&found, &numeric_gradient(&a, weighed), "gradient of either summand");
    assert!(add(&[f32::NAN], &[1.0], true)[0].is_nan());
}

#[test]
fn leaky_relu_has_pytorchs_gradient_at_zero() {
    // torch.nn.functional.leaky_relu(torch.tensor([-2.0, 0.0, 3.0], requires_grad=True))
    let (x, gradient) = ([-2.0, 0.0, 3.0], [1.0; 3]);
    let y = Activation::LeakyRelu.forward(&x);
    assert_eq!(y, [-0.02, 0.0, 3.0]);
    assert_eq!(Activation::LeakyRelu.backward(&x, &y, &gradient), [0.01, 0.01, 1.0]);
    assert!(Activation::LeakyRelu.forward(&[f32::NAN])[0].is_nan());
}

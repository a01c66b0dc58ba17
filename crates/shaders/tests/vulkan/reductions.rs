//! Shaders that sum over many values: matrix products, batch norm, losses; and optimizer steps.

use kernels::{Adam, BatchNorm, Loss, NormParameters, PixelTerm, Sgd, adam_step, sgd_step};
use shaders::{MatMul, Shader, loss_groups, norm_parts};

use crate::device::Buffer::{In, Out};
use crate::{VULKAN, assert_same, random};

/// Computes a matrix product with both passes.
fn product(product: MatMul, left: &[f32], right: &[f32]) -> Vec<f32> {
    let MatMul { rows, columns, parts, .. } = product;
    let shader = Shader::MatMul(product);
    let [sums] = VULKAN.run(&shader, &[In(left), In(right), Out(parts * rows * columns)]);
    let shader = Shader::ReduceSplitK { parts, rows, columns, bias: false, relu: false };
    let [y] = VULKAN.run(&shader, &[In(&sums), Out(rows * columns)]);
    y
}

#[test]
fn dense_layers() {
    for (batch, inputs, outputs) in [(16, 3380, 20), (3, 50, 6), (64, 8, 330), (1, 1, 1)] {
        let name = format!("{batch}x{inputs}x{outputs}");
        let scale = 1.0 / (inputs as f32).sqrt();
        let x: Vec<f32> = random(1, batch * inputs).into_iter().map(|x| x * scale).collect();
        let (weight, bias) = (random(2, inputs * outputs), random(3, outputs));
        let gradient = random(4, batch * outputs);
        let forward = MatMul::new([batch, inputs, outputs], [inputs, 1], [outputs, 1]);
        let MatMul { rows, columns, parts, .. } = forward;
        let shader = Shader::MatMul(forward);
        let [sums] = VULKAN.run(&shader, &[In(&x), In(&weight), Out(parts * rows * columns)]);
        let y = kernels::dense(&x, &weight, &bias, inputs, outputs);
        for relu in [false, true] {
            let shader = Shader::ReduceSplitK { parts, rows, columns, bias: true, relu };
            let [found] = VULKAN.run(&shader, &[In(&sums), In(&bias), Out(y.len())]);
            let end = |y: &f32| if relu { y.max(0.0) } else { *y };
            assert_same(&found, &y.iter().map(end).collect::<Vec<_>>(), &name);
        }
        let to_input = MatMul::new([batch, outputs, inputs], [outputs, 1], [1, outputs]);
        let expected = kernels::dense_backward_input(&weight, &gradient, inputs, outputs);
        assert_same(&product(to_input, &gradient, &weight), &expected, &name);
        let to_weight = MatMul::new([inputs, batch, outputs], [1, inputs], [outputs, 1]);
        let expected = kernels::dense_backward_weights(&x, &gradient, inputs, outputs);
        assert_same(&product(to_weight, &x, &gradient), &expected.weight, &name);
        let (rows, columns) = (1, outputs);
        let shader = Shader::ReduceSplitK { parts: batch, rows, columns, bias: false, relu: false };
        let [found] = VULKAN.run(&shader, &[In(&gradient), Out(outputs)]);
        assert_same(&found, &expected.bias, &name);
    }
}

#[test]
fn batch_norm() {
    for (batch, channels, pixels, relu, running) in [
        (8, 8, 4096, true, false),
        (3, 5, 35, false, false),
        (16, 20, 1, true, false),
        (2, 3, 100, true, true),
    ] {
        let norm = BatchNorm { batch, channels, pixels, relu, running };
        let name = format!("{norm:?}");
        let x = random(1, batch * channels * pixels);
        let gradient = random(2, x.len());
        let [scale, shift, old_mean] = [3, 4, 5].map(|seed| random(seed, channels));
        let old_variance = vec![0.7; channels];
        let parts = norm_parts(&norm);
        let count = channels * batch * parts * 2;
        let shader = Shader::NormMoments { norm, parts };
        let [moments] = VULKAN.run(&shader, &[In(&x), Out(count)]);
        let shader = Shader::NormStatistics { norm, parts };
        let outputs = [(); 4].map(|()| Out(channels));
        let mut buffers = vec![In(&moments), In(&old_mean), In(&old_variance)];
        buffers.extend(outputs);
        let found: [Vec<f32>; 4] = VULKAN.run(&shader, &buffers);
        let [mean, variance] = norm.statistics(&x);
        let [new_mean, new_variance] =
            norm.updated_running([&old_mean, &old_variance], [&mean, &variance]);
        for (found, expected) in found.iter().zip([&mean, &variance, &new_mean, &new_variance]) {
            assert_same(found, expected, &name);
        }

        let by = NormParameters { mean: &mean, variance: &variance, scale: &scale, shift: &shift };
        let y = norm.forward(&x, &by);
        let buffers = [In(&x), In(&mean), In(&variance), In(&scale), In(&shift), Out(x.len())];
        let [found] = VULKAN.run(&Shader::NormApply(norm), &buffers);
        assert_same(&found, &y, &name);

        let bound = if relu { 5 } else { 4 };
        let buffers = [In(&x), In(&gradient), In(&mean), Out(count), In(&y)];
        let [sums] = VULKAN.run(&Shader::NormGradSums { norm, parts }, &buffers[..bound]);
        let buffers = [
            In(&sums),
            In(&mean),
            In(&variance),
            In(&scale),
            Out(channels),
            Out(channels),
            Out(3 * channels),
        ];
        let [to_scale, to_shift, coefficients] =
            VULKAN.run(&Shader::NormParamGrad { norm, parts }, &buffers);
        let expected = norm.backward(&x, &y, &gradient, &by);
        assert_same(&to_scale, &expected.scale, &name);
        assert_same(&to_shift, &expected.shift, &name);
        let buffers = [In(&x), In(&gradient), In(&coefficients), Out(x.len()), In(&y)];
        let [found] = VULKAN.run(&Shader::NormInputGrad(norm), &buffers[..bound]);
        assert_same(&found, &expected.x, &name);
    }
}

#[test]
fn losses() {
    let terms = [Some(PixelTerm::CrossEntropy), Some(PixelTerm::Focal), None];
    for (pixel_term, dice) in terms.into_iter().flat_map(|term| [(term, false), (term, true)]) {
        if pixel_term.is_none() && !dice {
            continue;
        }
        for (batch, classes, pixels) in [(8, 2, 4096), (16, 6, 1), (1, 3, 77)] {
            let loss = Loss { batch, classes, pixels, pixel_term, dice };
            let name = format!("{loss:?}");
            let logits = random(1, batch * classes * pixels);
            let targets: Vec<f32> = (0..batch * pixels).map(|i| (i * 7 % classes) as f32).collect();
            let weights: Vec<f32> = (0..classes).map(|c| 0.5 + c as f32).collect();
            let groups = loss_groups(&loss);
            let shader = Shader::LossPartialSums { loss, groups };
            let count = loss.sum_count() * groups * shader.workgroup_size() as usize;
            let buffers = [In(&logits), In(&targets), In(&weights), Out(count)];
            let [parts] = VULKAN.run(&shader, &buffers);
            let shader = Shader::LossValue { loss, groups };
            let [value, sums] = VULKAN.run(&shader, &[In(&parts), Out(1), Out(loss.sum_count())]);
            let expected = loss.sums(&logits, &targets, &weights);
            assert_same(&value, &[loss.value(&expected)], &name);
            let gradient = [3.0];
            let buffers = [
                In(&logits),
                In(&targets),
                In(&weights),
                In(&sums),
                In(&gradient),
                Out(logits.len()),
            ];
            let [found] = VULKAN.run(&Shader::LossGrad(loss), &buffers);
            let expected = loss.backward(&logits, &targets, &weights, &expected, 3.0);
            assert_same(&found, &expected, &name);
        }
    }
}

#[test]
fn optimizer_steps() {
    let length = 1000;
    let (parameter, gradient) = (random(1, length), random(2, length));
    let (mean, velocity) = (random(3, length), random(5, length));
    let square: Vec<f32> = random(4, length).iter().map(|value| value * value).collect();
    let adam = Adam {
        learning_rate: 0.01,
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-8,
        weight_decay: 0.1,
        step: 7,
    };
    let shader = Shader::Adam { length, beta_1: 0.9_f32.to_bits(), beta_2: 0.999_f32.to_bits() };
    let scalars = adam.scalars();
    let found: [Vec<f32>; 3] = VULKAN.run(
        &shader,
        &[
            In(&parameter),
            In(&gradient),
            In(&scalars),
            In(&mean),
            In(&square),
            Out(length),
            Out(length),
            Out(length),
        ],
    );
    let mut expected = [parameter.clone(), mean.clone(), square.clone()];
    let [parameters, mean, square] = &mut expected;
    adam_step(adam, parameters, &gradient, mean, square);
    for (found, expected) in found.iter().zip(&expected) {
        assert_same(found, expected, "Adam");
    }
    let sgd = Sgd { learning_rate: 0.1, momentum: 0.9 };
    let found: [Vec<f32>; 2] = VULKAN.run(
        &Shader::Sgd { length },
        &[In(&parameter), In(&gradient), In(&[0.1, 0.9]), In(&velocity), Out(length), Out(length)],
    );
    let mut expected = [parameter, velocity];
    let [parameters, velocity] = &mut expected;
    sgd_step(sgd, parameters, &gradient, velocity);
    for (found, expected) in found.iter().zip(&expected) {
        assert_same(found, expected, "SGD");
    }
}

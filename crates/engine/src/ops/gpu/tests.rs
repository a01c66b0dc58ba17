//! Compares every shader with the CPU kernel, on the machine's GPU. Without a GPU the tests pass
//! without testing anything; CI runs the shaders in a browser.

use burn::backend::ops::FloatTensorOps;
use burn::backend::{Cube, Flex, TensorMetadata};
use burn::tensor::{Device, DeviceKind, Tensor, TensorData};
use data::rng::Rng;
use kernels::{
    Activation, AveragePool, BatchNorm, Conv, DepthwiseConv, GlobalAveragePool, Loss,
    NearestUpsample, PixelTerm, Pool, TransposedConv,
};

use super::launch::Floats;
use crate::ops::add::Add;
use crate::ops::backend::primitive;
use crate::ops::batch_norm::{NormStatistics, Normalize};
use crate::ops::concat::Concat;
use crate::ops::convolution::Convolution;
use crate::ops::cpu;
use crate::ops::dense::Dense;
use crate::ops::depthwise::Depthwise;
use crate::ops::dropout::Dropout;
use crate::ops::gather::{GatherRows, RowIndices};
use crate::ops::loss::{LossOf, LossValue};
use crate::ops::operation::Operation;

/// The same values on both devices.
struct Both {
    cpu: cpu::Floats,
    gpu: Floats,
}

/// Generator of test values.
struct Values {
    rng: Rng,
    gpu: Device,
}

impl Values {
    /// Returns values around 0.
    fn of<const D: usize>(&mut self, shape: [usize; D]) -> Both {
        let values = (0..shape.iter().product()).map(|_| self.rng.normal() as f32).collect();
        self.both(values, shape)
    }

    fn both<const D: usize>(&self, values: Vec<f32>, shape: [usize; D]) -> Both {
        let on = |device: &Device| {
            Tensor::<D>::from_data(TensorData::new(values.clone(), shape), device)
        };
        Both {
            cpu: primitive::<Flex, D>(on(&Device::flex())),
            gpu: primitive::<Cube, D>(on(&self.gpu)),
        }
    }
}

/// Runs a test with values on both devices, if the machine has a GPU. With `PLAYGROUND_GPU=1` a machine
/// without one fails the test.
fn on_both(test: impl FnOnce(&mut Values)) {
    let found = std::panic::catch_unwind(|| {
        let gpu = Device::wgpu(DeviceKind::DefaultDevice);
        // The first operation fails if there is no adapter.
        Tensor::<1>::from_data(TensorData::new(vec![0.0_f32], [1]), &gpu).into_data();
        gpu
    });
    match found {
        Ok(gpu) => test(&mut Values { rng: Rng::new(7), gpu }),
        Err(_) if std::env::var_os("PLAYGROUND_GPU").is_some() => {
            panic!("PLAYGROUND_GPU asks for a graphics processor, and there is none here")
        }
        Err(_) => println!("note: no graphics processor here; its shaders are not tested"),
    }
}

/// Compares results that are sums of some hundreds of products of magnitude 1, in single precision.
#[track_caller]
fn assert_same(gpu: Floats, cpu: cpu::Floats, what: &str) {
    let flat = vec![gpu.shape().num_elements()].into();
    let gpu = Tensor::<1>::from_primitive::<Cube>(Cube::float_reshape(gpu, flat));
    let found: Vec<f32> = gpu.into_data().iter::<f32>().collect();
    let expected = cpu::floats(&cpu);
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected.iter()).enumerate() {
        let difference = (found - expected).abs();
        assert!(
            difference <= 1e-4 * (1.0 + expected.abs()),
            "{what}, value {index}: {found}, expected {expected}, {difference:e} apart"
        );
    }
}

/// Checks the forward and backward pass of an operation that is the same on both devices.
#[track_caller]
fn check<O, const N: usize, const D: usize>(
    operation: O,
    values: &mut Values,
    inputs: [&Both; N],
    output: [usize; D],
) where
    O: Operation<Flex, N> + Operation<Cube, N>,
{
    let name = format!("{operation:?}");
    check_both(&operation, &operation, values, inputs, output, &name);
}

/// Checks the forward and backward pass of an operation that holds tensors of its device.
#[track_caller]
fn check_both<C, G, const N: usize, const D: usize>(
    on_cpu: &C,
    on_gpu: &G,
    values: &mut Values,
    inputs: [&Both; N],
    output: [usize; D],
    name: &str,
) where
    C: Operation<Flex, N>,
    G: Operation<Cube, N>,
{
    let (cpu, gpu) = (inputs.map(|input| &input.cpu), inputs.map(|input| &input.gpu));
    let (y_cpu, y_gpu) = (on_cpu.forward(cpu), on_gpu.forward(gpu));
    let gradient = values.of(output);
    let wanted = [true; N];
    let found_cpu = on_cpu.backward(cpu, &y_cpu, gradient.cpu, wanted);
    let found_gpu = on_gpu.backward(gpu, &y_gpu, gradient.gpu, wanted);
    assert_same(y_gpu, y_cpu, name);
    for (index, (gpu, cpu)) in found_gpu.into_iter().zip(found_cpu).enumerate() {
        let name = format!("{name}, gradient of input {index}");
        assert_same(gpu.expect("a gradient"), cpu.expect("a gradient"), &name);
    }
}

#[test]
fn convolutions() {
    on_both(|values| {
        let conv = |batch, inputs, outputs, size, kernel, padding| Conv {
            batch,
            inputs,
            outputs,
            size,
            kernel,
            stride: 1,
            padding,
        };
        let strided = |stride, conv| Conv { stride, ..conv };
        for conv in [
            conv(2, 1, 10, [64, 64], 5, 0),
            conv(2, 10, 20, [30, 30], 5, 0),
            conv(2, 8, 8, [16, 16], 3, 1),
            conv(1, 3, 5, [7, 13], 3, 1),
            conv(2, 8, 3, [6, 9], 1, 0),
            conv(1, 3, 2, [12, 17], 7, 3),
            conv(2, 3, 4, [1, 1], 3, 1),
            strided(2, conv(2, 8, 16, [32, 32], 3, 1)),
            strided(2, conv(2, 8, 16, [32, 32], 1, 0)),
            strided(2, conv(1, 3, 5, [7, 13], 3, 1)),
            strided(3, conv(1, 3, 5, [17, 13], 2, 0)),
            strided(2, conv(2, 1, 6, [64, 64], 7, 3)),
            strided(4, conv(2, 2, 9, [13, 22], 5, 2)),
        ] {
            let ([height, width], [rows, columns]) = (conv.size, conv.output_size());
            let x = values.of([conv.batch, conv.inputs, height, width]);
            let weight = values.of([conv.outputs, conv.inputs, conv.kernel, conv.kernel]);
            let bias = values.of([conv.outputs]);
            let output = [conv.batch, conv.outputs, rows, columns];
            for relu in [false, true] {
                check(Convolution { conv, relu }, values, [&x, &weight, &bias], output);
            }
        }
    });
}

#[test]
fn depthwise_convolutions() {
    on_both(|values| {
        for (batch, channels, size, kernel, stride, padding) in [
            (2, 8, [32, 32], 3, 1, 1),
            (2, 8, [32, 32], 3, 2, 1),
            (1, 3, [7, 13], 5, 1, 0),
            (3, 5, [9, 8], 2, 3, 1),
            (1, 1, [1, 1], 3, 2, 1),
        ] {
            let conv = DepthwiseConv { batch, channels, size, kernel, stride, padding };
            let [rows, columns] = conv.output_size();
            let x = values.of([batch, channels, size[0], size[1]]);
            let weight = values.of([channels, 1, kernel, kernel]);
            let bias = values.of([channels]);
            for relu in [false, true] {
                let output = [batch, channels, rows, columns];
                check(Depthwise { conv, relu }, values, [&x, &weight, &bias], output);
            }
        }
    });
}

#[test]
fn dense_layers_and_upsampling() {
    on_both(|values| {
        for (batch, inputs, outputs, relu) in
            [(16, 3380, 20, true), (3, 50, 6, false), (64, 8, 330, true), (1, 1, 1, false)]
        {
            let (x, weight) = (values.of([batch, inputs]), values.of([inputs, outputs]));
            let bias = values.of([outputs]);
            let dense = Dense { batch, inputs, outputs, relu };
            check(dense, values, [&x, &weight, &bias], [batch, outputs]);
        }
        for (batch, inputs, outputs, size) in [(2, 8, 4, [8, 8]), (1, 3, 5, [3, 7])] {
            let x = values.of([batch, inputs, size[0], size[1]]);
            let (weight, bias) = (values.of([inputs, outputs, 2, 2]), values.of([outputs]));
            let upsample = TransposedConv { batch, inputs, outputs, size };
            let output = [batch, outputs, 2 * size[0], 2 * size[1]];
            check(upsample, values, [&x, &weight, &bias], output);
        }
    });
}

#[test]
fn operations_on_one_tensor() {
    on_both(|values| {
        let shape = [2, 3, 13, 10];
        let x = values.of(shape);
        for (side, relu) in [(2, true), (2, false), (3, true), (4, false)] {
            let pool = Pool { shape, side, relu };
            let [rows, columns] = pool.output_size();
            check(pool, values, [&x], [2, 3, rows, columns]);
        }
        for side in 1..=4 {
            let pool = AveragePool { shape, side };
            let [rows, columns] = pool.output_size();
            check(pool, values, [&x], [2, 3, rows, columns]);
        }
        check(GlobalAveragePool { shape }, values, [&x], [2, 3]);
        for activation in Activation::ALL {
            check(activation, values, [&x], shape);
        }
        check(NearestUpsample { shape }, values, [&x], [2, 3, 26, 20]);
        let Both { cpu, gpu } = values.of(shape);
        let (on_cpu, on_gpu) = (Dropout { factors: cpu }, Dropout { factors: gpu });
        check_both(&on_cpu, &on_gpu, values, [&x], shape, "dropout");
    });
}

#[test]
fn operations_on_two_tensors() {
    on_both(|values| {
        let shapes = [[2, 3, 4, 5], [2, 1, 4, 5]];
        let [a, b] = shapes.map(|shape| values.of(shape));
        check(Concat { shapes }, values, [&a, &b], [2, 4, 4, 5]);
        let b = values.of(shapes[0]);
        for relu in [false, true] {
            check(Add { relu }, values, [&a, &b], shapes[0]);
        }
    });
}

#[test]
fn gathered_rows() {
    on_both(|values| {
        let table = values.of([9, 7]);
        let rows = RowIndices::new(&[8, 0, 3, 3]);
        assert_same(
            Cube::gather_rows(&table.gpu, 7, &rows),
            Flex::gather_rows(&table.cpu, 7, &rows),
            "rows",
        );
        // The same indices serve another table.
        let other = values.of([12, 1]);
        assert_same(
            Cube::gather_rows(&other.gpu, 1, &rows),
            Flex::gather_rows(&other.cpu, 1, &rows),
            "rows of another table",
        );
    });
}

#[test]
fn batch_norm() {
    on_both(|values| {
        for (batch, channels, pixels, relu, running) in [
            (8, 8, 4096, true, false),
            (3, 5, 35, false, false),
            (16, 20, 1, true, false),
            (2, 3, 100, true, true),
        ] {
            let norm = BatchNorm { batch, channels, pixels, relu, running };
            let name = format!("{norm:?}");
            let shape = [batch, channels, pixels];
            let x = values.of(shape);
            let [scale, shift, mean] = [(); 3].map(|()| values.of([channels]));
            let variance = values.both(vec![0.7; channels], [channels]);
            let gpu = Cube::norm_statistics(&norm, &x.gpu, [&mean.gpu, &variance.gpu]);
            let cpu = Flex::norm_statistics(&norm, &x.cpu, [&mean.cpu, &variance.cpu]);
            for (gpu, cpu) in gpu.iter().zip(&cpu) {
                assert_same(gpu.clone(), cpu.clone(), &name);
            }
            let ([mean, variance, ..], [own_mean, own_variance, ..]) = (cpu, gpu);
            let on_cpu = Normalize { norm, mean, variance };
            let on_gpu = Normalize { norm, mean: own_mean, variance: own_variance };
            check_both(&on_cpu, &on_gpu, values, [&x, &scale, &shift], shape, &name);
        }
    });
}

#[test]
fn losses() {
    on_both(|values| {
        use PixelTerm::{CrossEntropy, Focal};
        for (pixel_term, dice) in
            [(Some(CrossEntropy), false), (Some(Focal), false), (None, true), (Some(Focal), true)]
        {
            for (batch, classes, pixels) in [(8, 2, 4096), (16, 6, 1), (1, 3, 77)] {
                let loss = Loss { batch, classes, pixels, pixel_term, dice };
                let logits = values.of([batch, classes, pixels]);
                let ids = (0..batch * pixels).map(|i| (i * 7 % classes) as f32).collect();
                let targets = values.both(ids, [batch, pixels]);
                let weights: Vec<f32> = (0..classes).map(|c| 0.5 + c as f32).collect();
                let weights = values.both(weights, [classes]);
                let [value, sums] = Flex::loss(&loss, [&logits.cpu, &targets.cpu, &weights.cpu]);
                let (targets_cpu, weights_cpu) = (targets.cpu, weights.cpu);
                let on_cpu =
                    LossOf { loss, targets: targets_cpu, weights: weights_cpu, value, sums };
                let [value, sums] = Cube::loss(&loss, [&logits.gpu, &targets.gpu, &weights.gpu]);
                let (targets, weights) = (targets.gpu, weights.gpu);
                let on_gpu = LossOf { loss, targets, weights, value, sums };
                check_both(&on_cpu, &on_gpu, values, [&logits], [1], &format!("{loss:?}"));
            }
        }
    });
}

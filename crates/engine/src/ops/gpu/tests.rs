//! Compares every shader with the CPU kernel, on the machine's GPU. Without a GPU the tests pass
//! without testing anything; CI runs the shaders in a browser.

use burn::backend::ops::FloatTensorOps;
use burn::backend::{Cube, Flex, TensorMetadata};
use burn::tensor::{Device, DeviceKind, Tensor, TensorData};
use data::rng::Rng;
use kernels::{
    Activation, BatchNorm, Concat, Conv, Loss, NearestUpsample, PixelTerm, Pool, TransposedConv,
};

use super::launch::Floats;
use crate::ops::backend::{Kernels, primitive};
use crate::ops::cpu;
use crate::ops::linear::{Dense, LinearOp};
use crate::ops::unary_op::UnaryOp;

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
        for conv in [
            conv(2, 1, 10, [64, 64], 5, 0),
            conv(2, 10, 20, [30, 30], 5, 0),
            conv(2, 8, 8, [16, 16], 3, 1),
            conv(1, 3, 5, [7, 13], 3, 1),
            conv(2, 8, 3, [6, 9], 1, 0),
            conv(1, 3, 2, [12, 17], 7, 3),
        ] {
            let ([height, width], [rows, columns]) = (conv.size, conv.output_size());
            let x = values.of([conv.batch, conv.inputs, height, width]);
            let weight = values.of([conv.outputs, conv.inputs, conv.kernel, conv.kernel]);
            let bias = values.of([conv.outputs]);
            let grad = values.of([conv.batch, conv.outputs, rows, columns]);
            let name = format!("{conv:?}");
            for relu in [false, true] {
                assert_same(
                    Cube::conv(&conv, relu, &x.gpu, &weight.gpu, &bias.gpu),
                    Flex::conv(&conv, relu, &x.cpu, &weight.cpu, &bias.cpu),
                    &name,
                );
            }
            assert_same(
                Cube::conv_backward_input(&conv, &weight.gpu, &grad.gpu),
                Flex::conv_backward_input(&conv, &weight.cpu, &grad.cpu),
                &name,
            );
            let gpu = Cube::conv_backward_weights(&conv, &x.gpu, &grad.gpu);
            let cpu = Flex::conv_backward_weights(&conv, &x.cpu, &grad.cpu);
            gpu.into_iter().zip(cpu).for_each(|(gpu, cpu)| assert_same(gpu, cpu, &name));
        }
    });
}

/// Checks the forward and backward pass of an operation with kernels and bias.
fn check_operation<O>(operation: O, [x, weight, bias, grad]: [Both; 4], name: &str)
where
    O: LinearOp<Flex> + LinearOp<Cube>,
{
    let gpu = LinearOp::<Cube>::forward(&operation, &x.gpu, &weight.gpu, &bias.gpu);
    let cpu = LinearOp::<Flex>::forward(&operation, &x.cpu, &weight.cpu, &bias.cpu);
    let grad = Both {
        gpu: LinearOp::<Cube>::backward_activation(&operation, &gpu, grad.gpu),
        cpu: LinearOp::<Flex>::backward_activation(&operation, &cpu, grad.cpu),
    };
    assert_same(gpu, cpu, name);
    assert_same(
        LinearOp::<Cube>::backward_input(&operation, &weight.gpu, &grad.gpu),
        LinearOp::<Flex>::backward_input(&operation, &weight.cpu, &grad.cpu),
        name,
    );
    let gpu = LinearOp::<Cube>::backward_weights(&operation, &x.gpu, &grad.gpu);
    let cpu = LinearOp::<Flex>::backward_weights(&operation, &x.cpu, &grad.cpu);
    gpu.into_iter().zip(cpu).for_each(|(gpu, cpu)| assert_same(gpu, cpu, name));
}

#[test]
fn dense_layers_and_upsampling() {
    on_both(|values| {
        for (batch, inputs, outputs, relu) in
            [(16, 3380, 20, true), (3, 50, 6, false), (64, 8, 330, true), (1, 1, 1, false)]
        {
            let tensors = [
                values.of([batch, inputs]),
                values.of([inputs, outputs]),
                values.of([outputs]),
                values.of([batch, outputs]),
            ];
            let dense = Dense { batch, inputs, outputs, relu };
            check_operation(dense, tensors, &format!("{dense:?}"));
        }
        for (batch, inputs, outputs, size) in [(2, 8, 4, [8, 8]), (1, 3, 5, [3, 7])] {
            let tensors = [
                values.of([batch, inputs, size[0], size[1]]),
                values.of([inputs, outputs, 2, 2]),
                values.of([outputs]),
                values.of([batch, outputs, 2 * size[0], 2 * size[1]]),
            ];
            let upsample = TransposedConv { batch, inputs, outputs, size };
            check_operation(upsample, tensors, &format!("{upsample:?}"));
        }
    });
}

/// Checks the forward and backward pass of an operation on one tensor.
fn check_unary<O>(operation: O, x: &Both, grad: &Both, name: &str)
where
    O: UnaryOp<Flex> + UnaryOp<Cube>,
{
    let gpu = UnaryOp::<Cube>::forward(&operation, &x.gpu);
    let cpu = UnaryOp::<Flex>::forward(&operation, &x.cpu);
    assert_same(
        UnaryOp::<Cube>::backward(&operation, &x.gpu, &gpu, &grad.gpu),
        UnaryOp::<Flex>::backward(&operation, &x.cpu, &cpu, &grad.cpu),
        name,
    );
    assert_same(gpu, cpu, name);
}

#[test]
fn operations_on_one_tensor() {
    on_both(|values| {
        let shape = [2, 3, 13, 10];
        let x = values.of(shape);
        for (side, relu) in [(2, true), (2, false), (3, true), (4, false)] {
            let pool = Pool { shape, side, relu };
            let [rows, columns] = pool.output_size();
            let grad = values.of([2, 3, rows, columns]);
            check_unary(pool, &x, &grad, &format!("{pool:?}"));
        }
        let grad = values.of(shape);
        for activation in Activation::ALL {
            check_unary(activation, &x, &grad, &format!("{activation:?}"));
        }
        check_unary(NearestUpsample { shape }, &x, &values.of([2, 3, 26, 20]), "nearest");
        assert_same(
            Cube::multiply(&x.gpu, &grad.gpu),
            Flex::multiply(&x.cpu, &grad.cpu),
            "product",
        );
    });
}

#[test]
fn gathered_rows_and_concatenated_channels() {
    on_both(|values| {
        let table = values.of([9, 7]);
        assert_same(
            Cube::gather_rows(&table.gpu, 7, &[8, 0, 3, 3]),
            Flex::gather_rows(&table.cpu, 7, &[8, 0, 3, 3]),
            "rows",
        );
        let shapes = [[2, 3, 4, 5], [2, 1, 4, 5]];
        let [a, b] = shapes.map(|shape| values.of(shape));
        let join = Concat { batch: 2, lengths: [60, 20] };
        let gpu = Cube::concat(&join, [2, 4, 4, 5], &a.gpu, &b.gpu);
        let cpu = Flex::concat(&join, [2, 4, 4, 5], &a.cpu, &b.cpu);
        let parts =
            Cube::split(&join, shapes, &gpu).into_iter().zip(Flex::split(&join, shapes, &cpu));
        parts.for_each(|(gpu, cpu)| assert_same(gpu, cpu, "parts"));
        assert_same(gpu, cpu, "joined");
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
            let x = values.of([batch, channels, pixels]);
            let grad = values.of([batch, channels, pixels]);
            let [scale, shift, mean] = [(); 3].map(|()| values.of([channels]));
            let variance = values.both(vec![0.7; channels], [channels]);
            let gpu = Cube::norm_statistics(&norm, &x.gpu, [&mean.gpu, &variance.gpu]);
            let cpu = Flex::norm_statistics(&norm, &x.cpu, [&mean.cpu, &variance.cpu]);
            let by_gpu = [&gpu[0], &gpu[1], &scale.gpu, &shift.gpu];
            let by_cpu = [&cpu[0], &cpu[1], &scale.cpu, &shift.cpu];
            let y_gpu = Cube::norm(&norm, &x.gpu, by_gpu);
            let y_cpu = Flex::norm(&norm, &x.cpu, by_cpu);
            let back = Cube::norm_backward(&norm, [&x.gpu, &y_gpu, &grad.gpu], by_gpu)
                .into_iter()
                .zip(Flex::norm_backward(&norm, [&x.cpu, &y_cpu, &grad.cpu], by_cpu));
            back.for_each(|(gpu, cpu)| assert_same(gpu, cpu, &name));
            assert_same(y_gpu, y_cpu, &name);
            gpu.into_iter().zip(cpu).for_each(|(gpu, cpu)| assert_same(gpu, cpu, &name));
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
                let name = format!("{loss:?}");
                let logits = values.of([batch, classes, pixels]);
                let ids = (0..batch * pixels).map(|i| (i * 7 % classes) as f32).collect();
                let targets = values.both(ids, [batch, pixels]);
                let weights: Vec<f32> = (0..classes).map(|c| 0.5 + c as f32).collect();
                let weights = values.both(weights, [classes]);
                let grad = values.both(vec![3.0], [1]);
                let gpu = Cube::loss(&loss, [&logits.gpu, &targets.gpu, &weights.gpu]);
                let cpu = Flex::loss(&loss, [&logits.cpu, &targets.cpu, &weights.cpu]);
                assert_same(
                    Cube::loss_backward(
                        &loss,
                        [&logits.gpu, &targets.gpu, &weights.gpu, &gpu[1], &grad.gpu],
                    ),
                    Flex::loss_backward(
                        &loss,
                        [&logits.cpu, &targets.cpu, &weights.cpu, &cpu[1], &grad.cpu],
                    ),
                    &name,
                );
                let [gpu, _] = gpu;
                let [cpu, _] = cpu;
                assert_same(gpu, cpu, &name);
            }
        }
    });
}

//! Compares the gradients of each operation, as burn's autodiff graph computes them on the CPU, with
//! finite differences.

use burn::tensor::{Device, Tensor, TensorData};
use data::rng::Rng;
use kernels::{Activation, Loss, PixelTerm};

use super::activation::activate;
use super::add::add;
use super::average_pool::{average_pool, global_average_pool};
use super::batch_norm::{NormParams, batch_norm, batch_norm_train};
use super::concat::concat;
use super::convolution::{ConvOptions, conv2d};
use super::dense::dense;
use super::depthwise::depthwise;
use super::dropout::dropout;
use super::loss::loss;
use super::nearest::nearest;
use super::pool::pool;
use super::transposed_conv::upsample;

/// Distance of the values from which differences are computed.
const STEP: f32 = 2e-3;

fn flat<const D: usize>(tensor: Tensor<D>) -> Tensor<1> {
    let count: usize = tensor.dims().iter().product();
    tensor.reshape([count])
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

/// Checks the gradients of a weighted sum of the output with respect to each input, which must be
/// between the slopes to the left and to the right: they differ where ReLU has its kink. Inputs and
/// output of `f` are flat.
#[track_caller]
fn check<const N: usize>(lengths: [usize; N], f: impl Fn([Tensor<1>; N]) -> Tensor<1>) {
    let mut rng = Rng::new(3);
    let inputs = lengths.map(|length| (0..length).map(|_| rng.normal() as f32).collect::<Vec<_>>());
    let plain = |inputs: &[Vec<f32>; N]| {
        let tensors = inputs.each_ref().map(|values| {
            let data = TensorData::new(values.clone(), [values.len()]);
            Tensor::<1>::from_data(data, &Device::flex())
        });
        values(f(tensors))
    };
    let y = plain(&inputs);
    let weights: Vec<f32> = (0..y.len()).map(|_| rng.normal() as f32).collect();

    let device = Device::flex().autodiff();
    let tensors = inputs.each_ref().map(|values| {
        let data = TensorData::new(values.clone(), [values.len()]);
        Tensor::<1>::from_data(data, &device).require_grad()
    });
    let tracked = f(tensors.clone());
    assert_eq!(values(tracked.clone().inner()), y, "the same with and without a graph");
    let weighing = TensorData::new(weights.clone(), [weights.len()]);
    let gradients = (tracked * Tensor::<1>::from_data(weighing, &device)).sum().backward();

    let mut wrong = Vec::new();
    for (input, tensor) in tensors.iter().enumerate() {
        let found = values(tensor.grad(&gradients).expect("a gradient of each input"));
        assert_eq!(found.len(), lengths[input]);
        for (index, found) in found.into_iter().enumerate() {
            let sum_at = |offset: f32| -> f64 {
                let mut inputs = inputs.clone();
                inputs[input][index] += offset;
                let y = plain(&inputs);
                y.iter().zip(&weights).map(|(y, w)| f64::from(*y) * f64::from(*w)).sum()
            };
            let (found, here) = (f64::from(found), sum_at(0.0));
            let slopes = [here - sum_at(-STEP), sum_at(STEP) - here].map(|d| d / f64::from(STEP));
            let [low, high] = [slopes[0].min(slopes[1]), slopes[0].max(slopes[1])];
            let tolerance = 2e-2 * (1.0 + found.abs());
            if found < low - tolerance || found > high + tolerance {
                wrong.push((input, index, found, slopes));
            }
        }
    }
    assert!(wrong.is_empty(), "input, value, found, slopes: {wrong:?}");
}

#[test]
fn convolutions() {
    for (size, kernel, stride, padding) in [
        ([6, 7], 3, 1, 1),
        ([6, 7], 3, 1, 0),
        ([7, 6], 3, 2, 1),
        ([5, 5], 1, 2, 0),
        ([8, 5], 2, 3, 1),
        ([1, 1], 3, 2, 1),
    ] {
        let [height, width] = size;
        let options = ConvOptions { stride, padding };
        let lengths = [2 * 3 * height * width, 4 * 3 * kernel * kernel, 4];
        for relu in [false, true] {
            check(lengths, |[x, weight, bias]| {
                let x = x.reshape([2, 3, height, width]);
                let weight = weight.reshape([4, 3, kernel, kernel]);
                let y = conv2d(x, weight, bias, options, relu);
                let out = |side: usize| (side + 2 * padding - kernel) / stride + 1;
                assert_eq!(y.dims(), [2, 4, out(height), out(width)]);
                flat(y)
            });
        }
        let lengths = [2 * 3 * height * width, 3 * kernel * kernel, 3];
        for relu in [false, true] {
            check(lengths, |[x, weight, bias]| {
                let x = x.reshape([2, 3, height, width]);
                let weight = weight.reshape([3, 1, kernel, kernel]);
                flat(depthwise(x, weight, bias, options, relu))
            });
        }
    }
}

#[test]
fn transposed_convolutions_and_dense_layers() {
    check([2 * 3 * 4 * 5, 3 * 2 * 4, 2], |[x, weight, bias]| {
        flat(upsample(x.reshape([2, 3, 4, 5]), weight.reshape([3, 2, 2, 2]), bias))
    });
    for relu in [false, true] {
        check([3 * 5, 5 * 4, 4], |[x, weight, bias]| {
            flat(dense(x.reshape([3, 5]), weight.reshape([5, 4]), bias, relu))
        });
    }
}

#[test]
fn pooling() {
    let shape @ [batch, channels, height, width] = [2, 3, 7, 9];
    let count = batch * channels * height * width;
    for side in 1..=4 {
        check([count], |[x]| flat(average_pool(x.reshape(shape), side)));
        check([count], |[x]| flat(pool(x.reshape(shape), side, true)));
    }
    check([count], |[x]| {
        let y = global_average_pool(x.reshape(shape));
        assert_eq!(y.dims(), [batch, channels]);
        flat(y)
    });
    check([count], |[x]| flat(nearest(x.reshape(shape))));
}

#[test]
fn elementwise_operations() {
    for activation in Activation::ALL {
        check([50], |[x]| activate(x, activation));
    }
    check([50, 50], |[a, b]| add(a, b, false));
    check([50, 50], |[a, b]| add(a, b, true));
    // A residual block whose input is also its shortcut gets both gradients.
    check([50], |[x]| add(activate(x.clone(), Activation::Tanh), x, true));
    check([50], |[x]| dropout(x, (0..50).map(|i| (i % 3) as f32).collect()));
    check([2 * 3 * 4, 2 * 2 * 4], |[a, b]| {
        flat(concat(a.reshape([2, 3, 2, 2]), b.reshape([2, 2, 2, 2])))
    });
}

#[test]
fn batch_norm_in_training_and_in_evaluation() {
    let params = |scale: Tensor<1>, shift: Tensor<1>| {
        let device = scale.device();
        let running = [[0.1_f32, -0.3, 0.2], [0.8, 1.3, 2.0]];
        NormParams { scale, shift, running: running.map(|r| Tensor::from_data(r, &device)) }
    };
    for relu in [false, true] {
        check([2 * 3 * 5, 3, 3], |[x, scale, shift]| {
            flat(batch_norm(x.reshape([2, 3, 5]), params(scale, shift), relu))
        });
        check([2 * 3 * 5, 3, 3], |[x, scale, shift]| {
            flat(batch_norm_train(x.reshape([2, 3, 5]), params(scale, shift), relu).0)
        });
    }
}

#[test]
fn losses_and_constants() {
    let kind =
        Loss { batch: 2, classes: 3, pixels: 4, pixel_term: Some(PixelTerm::Focal), dice: true };
    check([24], |[logits]| {
        let device = logits.device().inner();
        let targets = [[0.0_f32, 1.0, 2.0, 1.0], [2.0, 0.0, 1.0, 0.0]];
        let targets = Tensor::<2>::from_data(targets, &device);
        let weights = Tensor::<1>::from_data([1.0_f32, 2.0, 0.5], &device);
        loss(kind, logits.reshape([2, 3, 4]), targets, weights)
    });
    // One of the summands is outside the graph.
    let device = Device::flex();
    let constant = Tensor::<1>::from_data([1.0_f32, -2.0], &device);
    for swapped in [false, true] {
        check([2], |[x]| {
            let constant = constant.clone();
            if swapped { add(constant, x, false) } else { add(x, constant, false) }
        });
    }
}
